"""winnow_trust = signed: only what was signed for this message counts.

The keys are in a file that root alone can read, as on a real server.
"""

import calendar
import re
import tempfile
import time

import pytest

from harness import (STORAGES, UNKNOWN, Index, Record, config, message,
                     rspamd)
from harness.series import LIBEXEC
from harness.signing import fields_name, signed

SECRET, SECOND, OLD = 32 * "0a", 32 * "1b", 32 * "2c"
KEYS = f"# of the site\nk1 {SECRET}\nk2 {SECOND}\nold {OLD} 2021-06-01\n"
RSPAMD = 1
SPAM, HAM = Record(RSPAMD, "none", 75, 9), Record(RSPAMD, "none", 10, 1.2)
NAME = "<m1@example.org>"
BORDER = ("Received", "from evil.example (evil.example [203.0.113.9])\n"
          "\tby mx.site.example (Postfix) with ESMTP id AAA\n"
          "\tfor <user@site.example>; Mon, 5 Jan 2026 10:00:00 +0000")


@pytest.fixture(scope="session")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "winnow.keys"
    path.touch(mode=0o600)
    path.write_text(KEYS)
    return path


@pytest.fixture
def settings(key_file):
    return {"winnow_scanner": "rspamd", "winnow_trust": "signed",
            "winnow_trusted_hosts": "mx.site.example server.example",
            "winnow_sign_keys": f"<{key_file}"}


@pytest.fixture
def server(start, settings):
    return start(settings=settings)


def text(*fields, name=NAME):
    return message(headers=[*fields, BORDER], message_id=name)


def spam(secret=SECRET, name=NAME, **more):
    return signed(secret, "spam", "9.00", name, **more)


def ham(secret=SECRET, name=NAME, **more):
    return signed(secret, "ham", "1.20", name, **more)


def records(user, mailbox="INBOX"):
    return list(Index(user, mailbox).records().values())


@pytest.mark.parametrize("way", ["lmtp", "lda", "save", "append"])
@pytest.mark.parametrize("storage", STORAGES)
def test_every_way_and_storage(server, storage, way):
    user = server.new_user(storage)
    put = getattr(user, way) if way != "append" else \
        lambda mail: user.imap().append("INBOX", mail)
    for fields in ([spam()], [ham()], rspamd(9.0),
                   [spam(queue_id="AAA"), *rspamd(0)]):
        put(text(*fields))
    assert records(user) == [SPAM, HAM, UNKNOWN, SPAM]


def test_several_recipients(server):
    users = [server.new_user(storage) for storage in STORAGES]
    server.lmtp(text(spam(queue_id="AAA")), *users)
    server.lmtp(text(ham(name="<other@example.org>")), *reversed(users))
    assert [records(user) for user in users] == 4 * [[SPAM, UNKNOWN]]


@pytest.mark.parametrize("storage", STORAGES)
def test_copy_of_a_message_without_record(server, storage):
    """Its date is that of the message, not of the copy."""
    user = server.new_user(storage, winnow_enable="no")
    at = noon("05-Jan-2021")
    old_mail(user.imap(), "05-Jan-2021", spam(at=at))
    old_mail(user.imap(), "05-Jan-2021", spam())
    user.set_fields(winnow_enable="yes")
    user.imap("INBOX").ok("COPY 1:* Archive")
    assert records(user, "Archive") == [SPAM, UNKNOWN]


# -------------------------------------------------------------------- attacks

ATTACKS = {
    "replayed on another message":
        lambda: text(ham(name="<other@example.org>")),
    "replayed with its Message-ID":
        lambda: text(ham(queue_id="BBB")),
    "replayed with its Received field below": lambda: message(
        headers=[ham(queue_id="BBB"), BORDER,
                 ("Received", "from x by mx.site.example id BBB")],
        message_id=NAME),
    "replayed by a client that claims a clause of ours": lambda: message(
        headers=[ham(queue_id="BBB"),
                 ("Received", "from mx.site.example,by,mx.site.example "
                  "(evil.example [203.0.113.9])\n\tby mx.site.example "
                  "(Postfix) with ESMTP id AAA"),
                 ("Received", "from x ([203.0.113.9]) by mx.site.example id "
                  "BBB")],
        message_id=NAME),
    "replayed next week": lambda: text(ham(at=time.time() - 8 * 86400)),
    "signed tomorrow": lambda: text(ham(at=time.time() + 86400)),
    "signed with a stranger's key": lambda: text(ham(secret=32 * "x")),
    "signed with an unknown key": lambda: text(ham(key="k3")),
    "signed with a key that was retired":
        lambda: text(ham(secret=OLD, key="old")),
    "unsigned": lambda: text(*rspamd(0)),
    "changed": lambda: text((ham()[0], ham()[1].replace("s=1.20", "s=0.20"))),
    "garbage": lambda: text(("X-Site-Verdict", "v=1; c=ham")),
    "binary": lambda: text(("X-Site-Verdict", b"v=1; k=\xff\x01\x80; c=ham")),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_forged_is_unknown(server, attack):
    user = server.new_user()
    user.lmtp(ATTACKS[attack]())
    assert records(user) == [UNKNOWN]


def test_forged_ones_do_not_hide_the_true_one(server):
    user = server.new_user()
    forged = [ham(secret=32 * "x"), ham(at=1), ("X-Site-Verdict", "v=1")]
    user.lmtp(text(*forged, spam(queue_id="AAA"), *forged))
    user.lmtp(message(headers=[*(300 * forged), BORDER, *(300 * forged), spam(),
                               *forged], message_id=NAME))
    user.lmtp(text(ham(), spam(), ham(secret=SECOND, key="k2")))
    assert records(user) == [SPAM, SPAM, SPAM]


def test_without_message_id(server):
    user = server.new_user()
    name = fields_name("A <a@example.org>", "Mon, 5 Jan 2026 10:00:00 +0000",
                       "x | y")
    for subject, field in (("x\n | y", spam), ("x | z", ham)):
        user.save(text(field(name=name, queue_id="AAA"), name="DROP").replace(
            b"Message-ID: DROP\r\n", b"").replace(
            b"Subject: Hello", b"Subject: " + subject.encode()))
    assert records(user) == [UNKNOWN, UNKNOWN]  # of another sender
    for subject, field in (("x\n\t|  y", spam), ("x | z", ham)):
        mail = message(subject, headers=[field(name=name, queue_id="AAA"),
                                         BORDER], sender="A <a@example.org>",
                       date="Mon, 5 Jan 2026 10:00:00 +0000", message_id="X")
        user.save(mail.replace(b"Message-ID: X\r\n", b""))
    assert records(user)[2:] == [SPAM, UNKNOWN]


def test_explain_tells_why(server):
    user = server.new_user()
    user.save(text(ham(secret=32 * "x"), ham(key="k9"), ham(at=1),
                   ham(queue_id="B"), ("X-Site-Verdict", "v=2"), spam(),
                   ham(secret=SECOND, key="k2")))
    rows = user.doveadm_rows("winnow explain", "ALL")
    told = [(row["place"], row["counts"], row["why"]) for row in rows
            if row["step"] == "header"]
    assert told == [
        ("1", "no", "the signature is wrong, or another message's"),
        ("2", "no", "signed with none of the keys"),
        ("3", "no", "signed long before the message arrived"),
        ("4", "no", "its queue id stands in no trusted Received field"),
        ("5", "no", "not of the form of a signed verdict"),
        ("6", "yes", "the worst that is signed"),
        ("7", "no", "another says as much or worse")]
    assert [row["place"] for row in rows if row["step"] == "received"] == ["8"]
    assert not re.search(f"{SECRET}|{SECOND}|{OLD}", repr(rows))


# ------------------------------------------------------------ years later

def old_mail(imap, date, *fields):
    """APPEND with that INTERNALDATE ("5-Jan-2021")."""
    imap.append("INBOX", text(*fields), "", f'"{date} 12:00:00 +0000"')


def noon(date):
    return calendar.timegm(time.strptime(date + " 12", "%d-%b-%Y %H"))


def test_a_verdict_is_the_same_years_later(server):
    """It is held against INTERNALDATE, and a retired key goes on verifying."""
    user = server.new_user("maildir")
    imap = user.imap()
    for date, fields, _ in (AGED := [
            ("05-Jan-2021", lambda at: spam(OLD, key="old", at=at), SPAM),
            ("05-Jan-2021", lambda at: ham(at=at), HAM),
            ("05-Jul-2021", lambda at: spam(OLD, key="old", at=at), UNKNOWN),
            ("05-Jul-2001", lambda at: spam(at=at - 6 * 86400), SPAM),
            ("05-Jul-2001", lambda at: spam(at=at - 8 * 86400), UNKNOWN),
            ("05-Jul-2001", lambda at: spam(at=at + 3600), UNKNOWN)]):
        old_mail(imap, date, fields(noon(date)))
    expected = [record for _, _, record in AGED]
    assert records(user) == expected
    user.doveadm("winnow rescan", "--all")
    assert records(user) == expected
    imap.select()
    imap.ok("COPY 1:* Archive")
    imap.logout()
    for path in user.index_files():
        path.unlink()
    assert user.imap("INBOX").search("X-WINNOW SPAM") == [1, 4]
    assert records(user) == expected
    assert records(user, "Archive") == expected


def test_other_keys_other_records(server, settings):
    user = server.new_user()
    user.lmtp(text(spam(SECOND, key="k2")))
    assert records(user) == [SPAM]
    user.set_fields(winnow_sign_keys="k2:" if server.series == "2.3" else "x")
    server.expect_log("winnow: Off for this user: .*winnow_sign_keys: line 1 ")
    assert user.imap("INBOX").no  # mail flows
    user.lmtp(text(spam()))
    server.check_log()
    server.allow_log("winnow: Off for this user")


def test_another_secret_under_the_same_name_judges_anew(start, settings):
    """What the old secret has signed is believed no longer."""
    server = start(settings={**settings, "winnow_sign_keys": f"k1 {SECRET}"})
    user = server.new_user()
    user.lmtp(text(ham()))
    assert records(user) == [HAM]
    name = "plugin/winnow_sign_keys" if server.series == "2.3" else \
        "winnow_sign_keys"
    assert server.doveadm("-o", f"{name}=k1 {SECOND}", "search", "-u", user,
                          "mailbox", "INBOX", "X-WINNOW", "HAM") == ""
    assert records(user) == [UNKNOWN]


# ------------------------------------------------------------- the key's file

def test_nothing_tells_the_keys(server, key_file):
    user = server.new_user()
    user.lmtp(text(spam()))
    user.lmtp(text(ham(key="k9")))
    told = server.doveconf("-n") + server.log() + \
        user.doveadm("winnow status") + user.doveadm("winnow rescan", "--all")
    assert str(key_file) in told
    assert not re.search(f"{SECRET}|{SECOND}|{OLD}", told)


def test_only_deliveries_that_need_it_map_openssl(server, start):
    """Nobody else pays for it."""
    other = start(settings={"winnow_scanner": "rspamd"}).new_user()
    maps = {}
    for user in (server.new_user(), other):
        imap = user.imap("INBOX")
        imap.append("INBOX", text(spam()))
        maps[user] = [path for path in loaded(user) if "winnow_openssl" in path]
    assert all(maps[user] == [] for user in maps if user is other)
    assert any(maps.values())


def loaded(user):
    """What the user's imap processes have mapped."""
    found = []
    for row in user.dovecot.doveadm_rows("who", "-1"):
        if row["username"] == user.name:
            pid = row.get("pid") or row["pids"].strip("()")
            with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
                found += [line.split()[-1] for line in maps]
    return found


def test_without_its_module_mail_flows(start, settings):
    server = start(settings=settings,
                   without_modules=["libwinnow_openssl.so"])
    user = server.new_user()
    server.expect_log("winnow: Off for this user: winnow_trust: 'signed' needs "
                      "the module libwinnow_openssl.so: .*not found")
    user.lmtp(text(spam()))
    server.check_log()
    assert records(user) == [None]


def test_users_in_a_chroot_have_no_signed(start, settings):
    """There is no module in it, and mail flows."""
    server = start(settings=settings,
                   extra=f"valid_chroot_dirs = {tempfile.gettempdir()}\n")
    user = server.new_user(mail_chroot=server.directory / "mail")
    server.expect_log(rf"\bimap\({user}\).*winnow: Off for this user: "
                      "winnow_trust: 'signed' needs the module")
    server.allow_log("winnow: Off for this user|chdir")     # lmtp, on 2.4
    user.lmtp(text(spam()))
    imap = user.imap("INBOX")
    assert imap.search("ALL") == [1]
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]


@pytest.mark.series("2.3")
def test_lda_that_cannot_read_the_keys_defers(server, key_file):
    user = server.new_user()
    done = server.run(
        "setpriv", f"--reuid={config.MAIL_UID}", f"--regid={config.MAIL_UID}",
        "--clear-groups", LIBEXEC / "dovecot-lda", "-c", server.conf,
        "-d", user.name, stdin=text(spam()), check=False)
    assert done.returncode == 75            # EX_TEMPFAIL
    assert f"Can't open file {key_file}" in done.stderr.decode()


@pytest.mark.parametrize("changed, told", [
    ({"winnow_scanner": "rspamd amavis"}, "winnow_trust: .*exactly one source"),
    ({"winnow_sign_keys": ""}, "winnow_trust: .*needs the keys"),
    ({"winnow_sign_header": "X Y"}, "winnow_sign_header: 'X Y' is no header"),
    ({"winnow_sign_keys": "k1"}, "winnow_sign_keys: line 1 "),
    ({"winnow_sign_keys": "k1 short"}, "winnow_sign_keys: line 1: the secret"),
])
def test_bad_settings(bad_settings, settings, changed, told):
    bad_settings({**settings, **changed}, told)
