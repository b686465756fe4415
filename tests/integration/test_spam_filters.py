"""Real filters judge, and winnow says what they said. See spam_filters/."""

import math
import re

import pytest

from spam_filters import Amavis, Bogofilter, Postfix, Rspamd, Spamd
from harness import message, wait_for

pytestmark = pytest.mark.filters

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
#: rspamd's own test pattern for its action "add header"
YJS = GTUBE.replace("XJS*", "YJS*")
#: users by address, as mail servers hand mail on
BY_ADDRESS = {"2.3": "auth_username_format = %n\n",
              "2.4": "auth_username_format = %{user | username}\n"}
#: what a spammer writes to look clean, for every filter here
FORGED_HAM = [("X-Spam-Status", "No, score=-9.9 required=5.0 tests=NONE"),
              ("X-Spam-Flag", "NO"), ("X-Spam-Score", "-9.9"),
              ("X-Spamd-Result", "default: False [-9.90 / 15.00]; X(0)[]"),
              ("X-Spamd-Bar", "---------"), ("X-Rspamd-Action", "no action"),
              ("X-Bogosity", "Ham, tests=bogofilter, spamicity=0.000000")]
FORGED_SPAM = [("X-Spam-Status", "Yes, score=99.9 required=5.0 tests=NONE"),
               ("X-Spam-Flag", "YES"), ("X-Spam-Score", "99.9"),
               ("X-Rspamd-Action", "reject"),
               ("X-Bogosity", "Spam, tests=bogofilter, spamicity=1.000000")]


class Running:
    """Daemons that the tests of this file share, by name."""

    def __init__(self):
        self._kept = {}

    def get(self, name, begin=None):
        if name not in self._kept:
            self._kept[name] = begin()
        return self._kept[name]

    def stop(self):
        for daemon in reversed(list(self._kept.values())):
            daemon.stop()


@pytest.fixture(scope="module")
def running():
    kept = Running()
    yield kept
    kept.stop()


def weighing(weight, headers=(), body="Hello.\n"):
    """(message, its id): of a weight that the filters' rules know."""
    mail = message(f"weigh-{weight}" if weight else "hello", body=body,
                   headers=headers)
    return mail, re.search(rb"^Message-ID: (\S+)", mail, re.M)[1].decode()


def told(user):
    """What winnow says of the user's newest message, once that is there:
    (class, level, score, by)."""
    session = user.imap()
    count = wait_for(lambda: session.status("INBOX", "MESSAGES")["MESSAGES"],
                     "message")
    session.select("INBOX")
    found = re.search(r'CLASS (\S+) LEVEL (\S+) .*SCORE (?:NIL|"(\S+)") .*'
                      r'BY (?:NIL|"(\S+)")',
                      session.fetch(str(count), "X-WINNOW")[count])
    name, level, score, by = found.groups()
    return (name, None if level == "NIL" else int(level),
            None if score is None else float(score), by)


def additive(spam, score, threshold, by):
    """What winnow is to say of a score with a threshold."""
    level = min(max(math.floor(50 * score / threshold + 0.5), 0), 100)
    return ("SPAM" if spam else "HAM", max(level, 50) if spam else
            min(level, 49), score, by)


# ---------------------------------------------------------------- SpamAssassin

SPAMASSASSIN = {"winnow_scanner": "spamassassin"}


def spamd_delivers(start, running, mail, *options, **settings):
    user = start(settings={**SPAMASSASSIN, **settings}).new_user()
    spamd = running.get("spamd", Spamd)
    user.lda(spamd.judge(mail, *options))
    return told(user)


@pytest.mark.parametrize("headers", [[], FORGED_HAM, FORGED_SPAM],
                         ids=["plain", "forged-ham", "forged-spam"])
@pytest.mark.parametrize("weight", [0, 2, 4, 5, 8, 30])
def test_spamassassin(start, running, weight, headers):
    mail, message_id = weighing(weight, headers)
    verdict = spamd_delivers(start, running, mail)
    spam, score, threshold = running.get("spamd").said(message_id)
    assert spam == (score >= threshold) and threshold == 5
    assert verdict == additive(spam, score, threshold, "spamassassin")


def test_spamassassin_knows_gtube(start, running):
    mail, message_id = weighing(0, body=GTUBE)
    assert spamd_delivers(start, running, mail)[:2] == ("SPAM", 100)
    assert running.get("spamd").said(message_id)[0]


def test_mail_too_large_for_spamc_is_unknown(start, running):
    mail, _ = weighing(30, body="Hello.\n" * 1000)
    assert spamd_delivers(start, running, mail, "-s", "1000") == \
        ("UNKNOWN", None, None, None)


# ------------------------------------------------------------------ bogofilter

@pytest.mark.parametrize("body, word", [
    ("casino jackpot winner lottery", "S"),
    ("meeting agenda minutes report", "H"),
    ("casino meeting", "U")])
@pytest.mark.parametrize("headers", [[], FORGED_HAM, FORGED_SPAM],
                         ids=["plain", "forged-ham", "forged-spam"])
def test_bogofilter(start, running, body, word, headers):
    bogofilter = running.get("bogofilter", Bogofilter)
    user = start(settings={"winnow_scanner": "bogofilter"}).new_user()
    mail = message("hello", body=body + "\n",
                   headers=headers, sender="s@example.org",
                   message_id="<always@example.org>")
    # it takes its own old header away before it looks
    said, spamicity = bogofilter.said(message(
        "hello", body=body + "\n", sender="s@example.org",
        message_id="<always@example.org>",
        headers=[field for field in headers if field[0] != "X-Bogosity"]))
    assert said == word
    user.lda(bogofilter.judge(mail))
    name, level, score, by = told(user)
    assert (name, by) == ("SPAM" if said == "S" else "HAM", "bogofilter")
    assert abs(score - spamicity) <= 0.0005
    line = 50 * spamicity / 0.99 if spamicity < 0.99 else \
        50 + 50 * (spamicity - 0.99) / 0.01
    low, high = {"S": (50, 100), "H": (0, 49), "U": (25, 49)}[said]
    assert level == min(max(math.floor(line + 0.5), low), high)


# ---------------------------------------------------------------------- rspamd

RSPAMD = {"winnow_scanner": "rspamd"}
#: local.d/milter_headers.conf of sites that there are
EXTENDED = "extended_spam_headers = true;\n"
STATUS = 'use = ["x-spam-status", "x-spamd-bar", "x-spam-level"];\n'


def by_milter(start, running, mail, headers=EXTENDED, **settings):
    """(the SMTP server's answer, the user)"""
    server = start(settings={**RSPAMD, **settings}, extra=BY_ADDRESS)
    user = server.new_user()
    rspamd = running.get(("rspamd", headers), lambda: Rspamd(headers))
    postfix = running.get(
        ("milter", headers, server.lmtp_port),
        lambda: Postfix(server.lmtp_port, milter=rspamd.port))
    return postfix.send(mail, user), user


def rspamd_verdict(running, message_id, headers):
    """What winnow is to say by rspamd's log."""
    action, score = running.get(("rspamd", headers)).said(message_id)
    name, level, score, by = additive(
        action in ("add header", "rewrite subject", "reject"), score, 6,
        "rspamd")
    return name, max(level, 25) if action == "greylist" else level, score, by


@pytest.mark.parametrize("forged", [[], FORGED_HAM],
                         ids=["plain", "forged-ham"])
@pytest.mark.parametrize("headers", [EXTENDED, STATUS],
                         ids=["extended", "status"])
@pytest.mark.parametrize("weight", [0, 3, 8, 12])
def test_rspamd(start, running, weight, headers, forged):
    mail, message_id = weighing(weight, forged)
    answer, user = by_milter(start, running, mail, headers)
    assert answer[0] == 250
    assert told(user) == rspamd_verdict(running, message_id, headers)


def test_rspamd_marks_what_no_routine_of_its_own_does(start, running):
    """For its test patterns only X-Spam is added, by the milter itself."""
    mail, message_id = weighing(0, body=YJS)
    answer, user = by_milter(start, running, mail)
    assert answer[0] == 250
    assert told(user) == ("SPAM", 80, None, "rspamd")
    assert running.get(("rspamd", EXTENDED)).said(message_id)[0] == \
        "add header"


@pytest.mark.parametrize("weight, body", [(0, GTUBE), (20, "Hello.\n")],
                         ids=["gtube", "weight"])
def test_rspamd_rejects_before_anybody_gets_it(start, running, weight, body):
    mail, message_id = weighing(weight, body=body)
    (code, _), user = by_milter(start, running, mail)
    assert code == 554
    assert running.get(("rspamd", EXTENDED)).said(message_id)[0] == "reject"
    assert user.imap().status("INBOX", "MESSAGES")["MESSAGES"] == 0


def test_rspamd_stands_below_the_border(start, running):
    """A milter's headers come last: true or forged, the zone has none."""
    zone = {"winnow_trust": "zone",
            "winnow_trusted_hosts": "mx.site.example server.example"}
    mail, message_id = weighing(8, FORGED_HAM)
    _, user = by_milter(start, running, mail, **zone)
    assert told(user) == ("UNKNOWN", None, None, None)
    rows = [row for row in user.doveadm_rows("winnow explain", "ALL")
            if row["step"] == "header"]
    assert {row["counts"] for row in rows} == {"no"}
    assert "add header" in {row["value"] for row in rows}


# ---------------------------------------------------------------------- amavis

def by_amavis(start, running, mail, **settings):
    server = start(settings={"winnow_scanner": "amavis", **settings},
                   extra=BY_ADDRESS)
    user = server.new_user()

    def content_filter(back):
        return running.get(("amavis", server.lmtp_port),
                           lambda: Amavis(back)).port

    postfix = running.get(
        ("content filter", server.lmtp_port),
        lambda: Postfix(server.lmtp_port, content_filter=content_filter))
    code, text = postfix.send(mail, user)
    assert code == 250, text
    return user, running.get(("amavis", server.lmtp_port))


@pytest.mark.parametrize("headers", [[], FORGED_HAM, FORGED_SPAM],
                         ids=["plain", "forged-ham", "forged-spam"])
@pytest.mark.parametrize("weight", [0, 3, 6, 9])
def test_amavis_between_received_lines(start, running, weight, headers):
    mail, message_id = weighing(weight, headers)
    user, amavis = by_amavis(
        start, running, mail, winnow_trust="zone",
        winnow_trusted_hosts="mx.site.example server.example")
    verdict = told(user)
    word, score = amavis.said(message_id)
    assert verdict == additive(word.startswith("SPAM"), score, 6.2, "amavis")
    rows = user.doveadm_rows("winnow explain", "ALL")
    places = [int(row["place"]) for row in rows if row["step"] == "header" and
              row["counts"] == "yes"]
    walk = [int(row["place"]) for row in rows if row["step"] == "received"]
    assert walk[0] < min(places) and max(places) < walk[-1]


def test_amavis_knows_gtube(start, running):
    mail, _ = weighing(0, body=GTUBE)
    user, _ = by_amavis(
        start, running, mail, winnow_trust="zone",
        winnow_trusted_hosts="mx.site.example server.example")
    assert told(user)[:2] == ("SPAM", 100)
