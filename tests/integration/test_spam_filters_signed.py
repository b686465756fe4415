"""contrib/ makes real filters sign, and only what they signed counts.

The headers that a message brings along were signed for another one, or by
somebody else: they must not count, whatever filter is at work.
"""

import re
import shutil

import pytest

from harness import SOURCE, message
from harness.signing import signed
from spam_filters import Postfix, Rspamd, Spamd
from test_spam_filters import (BY_ADDRESS, FORGED_HAM, FORGED_SPAM, additive,
                               rspamd_verdict, running, told, weighing)

pytestmark = pytest.mark.filters
__all__ = ["running"]

SECRET = 32 * "0a"
KEYS = f"# of the site\nold {32 * '0b'} 2020-01-01\nk1 {SECRET}\n"
SIGNED = {"winnow_trust": "signed",
          "winnow_trusted_hosts": "mx.site.example server.example",
          "winnow_sign_keys": f"k1 {SECRET}"}
BORDER = ("Received", "from evil.example (evil.example [203.0.113.9])\n"
          "\tby mx.site.example (Postfix) with ESMTP id AAA")
UNKNOWN = ("UNKNOWN", None, None, None)
MILTER_HEADERS = """\
use = ["x-spamd-result", "winnow-signed"];
skip_local = false;
skip_authenticated = false;
custom {{
  winnow-signed = "return dofile('{0}/winnow-signed.lua')('{0}/winnow.keys')";
}}
"""
LOCAL_CF = """\
loadplugin Mail::SpamAssassin::Plugin::WinnowSigned {0}/WinnowSigned.pm
winnow_sign_keys {0}/winnow.keys
add_header all Site-Verdict _WINNOWSIGNED_
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """What the filters read, where they can read it."""
    path = tmp_path_factory.mktemp("site")
    for directory in (path, *path.parents[:2]):
        directory.chmod(0o755)
    for name in ("rspamd/winnow-signed.lua", "spamassassin/WinnowSigned.pm"):
        shutil.copy(SOURCE / "contrib" / name, path)
    (path / "winnow.keys").write_text(KEYS)
    return path


def forged(header="X-Site-Verdict"):
    """A stranger's, and one that is right but for its queue id."""
    return [(header, signed(secret, "ham", "-9.90", "<m@example.org>",
                            queue_id)[1])
            for secret, queue_id in ((32 * "x", ""), (SECRET, "BBB"))]


def named(mail, name="<m@example.org>"):
    return re.sub(rb"Message-ID: \S+", b"Message-ID: " + name.encode(), mail)


# ---------------------------------------------------------------------- rspamd

def by_milter(start, running, site, mail):
    """The user who got it, judged and signed."""
    server = start(settings={"winnow_scanner": "rspamd", **SIGNED},
                   extra=BY_ADDRESS)
    user = server.new_user()
    headers = MILTER_HEADERS.format(site)
    rspamd = running.get(("rspamd", headers), lambda: Rspamd(headers))
    postfix = running.get(("milter", server.lmtp_port), lambda: Postfix(
        server.lmtp_port, milter=rspamd.port))
    assert postfix.send(mail, user)[0] == 250
    return user


@pytest.mark.parametrize("weight", [0, 3, 5, 8])
@pytest.mark.parametrize("headers", [
    [], FORGED_HAM + forged(), FORGED_SPAM], ids=["plain", "ham", "spam"])
def test_rspamd_signs(start, running, site, weight, headers):
    mail, message_id = weighing(weight, headers)
    user = by_milter(start, running, site, mail)
    assert told(user) == rspamd_verdict(running, message_id,
                                        MILTER_HEADERS.format(site))


def test_rspamd_signs_without_message_id(start, running, site):
    mail = re.sub(rb"Message-ID: \S+\r\n", b"", weighing(8)[0])
    user = by_milter(start, running, site, mail)
    assert told(user)[0] == "SPAM" and told(user)[3] == "rspamd"


def test_what_rspamd_signed_is_worth_nothing_elsewhere(start, running, site):
    ham, message_id = weighing(0)
    user = by_milter(start, running, site, ham)
    assert told(user)[0] == "HAM"
    signature = re.search(r"X-Site-Verdict: (.*(?:\n[ \t].*)*)",
                          user.doveadm("fetch", "hdr", "ALL")).group(1)
    replay = message("casino", headers=[("X-Site-Verdict", signature)],
                     message_id=message_id)
    silent = running.get(("silent", user.dovecot.lmtp_port),
                         lambda: Postfix(user.dovecot.lmtp_port))
    other = user.dovecot.new_user()
    assert silent.send(replay, other)[0] == 250
    assert told(other) == UNKNOWN
    judged, weighty = user.dovecot.new_user(), named(weighing(
        8, [("X-Site-Verdict", signature)])[0], message_id)
    running.get(("milter", user.dovecot.lmtp_port)).send(weighty, judged)
    assert told(judged)[0] == "SPAM"


# ---------------------------------------------------------------- SpamAssassin

def by_spamc(start, running, site, mail, *options):
    user = start(settings={
        "winnow_scanner": "spamassassin", **SIGNED,
        "winnow_sign_header": "X-Spam-Site-Verdict"}).new_user()
    spamd = running.get("signing spamd", lambda: Spamd(LOCAL_CF.format(site)))
    user.lda(spamd.judge(mail, *options))
    return user


@pytest.mark.parametrize("weight", [0, 4, 5, 30])
@pytest.mark.parametrize("headers", [
    [], FORGED_HAM + forged("X-Spam-Site-Verdict"), FORGED_SPAM],
    ids=["plain", "ham", "spam"])
def test_spamassassin_signs(start, running, site, weight, headers):
    mail, message_id = weighing(weight, [BORDER, *headers])
    verdict = told(by_spamc(start, running, site, mail))
    spam, score, threshold = running.get("signing spamd").said(message_id)
    name, level, found, by = additive(spam, score, threshold, "spamassassin")
    assert verdict[0] == name and verdict[3] == by
    # spamd's log has one decimal
    assert abs(verdict[1] - level) <= 1 and abs(verdict[2] - found) <= 0.051


def test_spamassassin_signs_without_message_id(start, running, site):
    mail = re.sub(rb"Message-ID: \S+\r\n", b"", weighing(8, [BORDER])[0])
    assert told(by_spamc(start, running, site, mail))[0] == "SPAM"


def test_mail_too_large_for_spamc_is_not_signed(start, running, site):
    mail = named(weighing(30, [BORDER, *FORGED_HAM,
                               *forged("X-Spam-Site-Verdict")],
                          body="Hello.\n" * 1000)[0])
    assert told(by_spamc(start, running, site, mail, "-s", "1000")) == UNKNOWN
