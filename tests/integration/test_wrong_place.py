"""Winnow installed or configured in a wrong way: each process says once, in one
line, how to mend it, and mail flows."""

import re

import pytest

from harness import message, rspamd

RSPAMD = {"winnow_scanner": "rspamd"}
#: winnow's conf.d file loads winnow; what comes after it here unloads it
WITHOUT_WINNOW = {
    "2.3": "mail_plugins =\nprotocol imap {\n  mail_plugins = imap_winnow\n}\n",
    "2.4": "mail_plugins {\n  winnow = no\n}\n"}


def lines(server, text):
    """The lines of the log that say this, without time and session."""
    found = [line for line in server.log().splitlines() if text in line]
    return [re.sub(r"^.{16}|<.*?>", "", line) for line in found]


def mail_flows(server):
    """In by each way, and out; returns the IMAP session."""
    one, two = server.new_user(), server.new_user()
    server.lmtp(message("first", headers=rspamd(7.5)), one, two)
    one.lda(message("second", headers=rspamd(1.2)))
    one.save(message("third"))
    imap = one.imap("INBOX")
    imap.append("INBOX", message("fourth"))
    assert imap.search("ALL") == [1, 2, 3, 4]
    assert "first" in imap.fetch(1, "BODY[HEADER.FIELDS (Subject)]")[1]
    assert two.imap("INBOX").search("SUBJECT first") == [1]
    return imap


def offers(imap):
    return "X-WINNOW" in imap.ok("CAPABILITY").lines("CAPABILITY")[0].split()


def test_imap_winnow_in_every_process(start):
    server = start(settings=RSPAMD, plugins=["imap_winnow"])
    server.allow_log("imap_winnow works in the imap process only")
    imap = mail_flows(server)
    assert offers(imap)
    assert imap.search("X-WINNOW SPAM") == [1]
    told = lines(server, "imap_winnow works in the imap process only: move it "
                 "from the global mail_plugins to protocol imap { mail_plugins")
    for process in ("lmtp", "lda"):
        assert len([line for line in told if process in line]) == 1, told
    assert not [line for line in told if line.startswith("imap")]


def test_imap_winnow_without_winnow(start):
    server = start(extra=WITHOUT_WINNOW)
    server.allow_log("imap_winnow needs the winnow plugin")
    imap = mail_flows(server)
    assert not offers(imap)
    imap.bad("SEARCH X-WINNOW SPAM")
    imap.logout()
    told = lines(server, "imap_winnow needs the winnow plugin: add winnow to "
                 "mail_plugins")
    assert len(told) == 2, told     # two sessions, each in a process of its own


def test_no_scanner(start):
    """Keywords and \\Junk mailboxes still say something."""
    server = start(settings={})
    server.allow_log("winnow_scanner is not set")
    imap = mail_flows(server)
    assert offers(imap)
    imap.ok("STORE 2 +FLAGS ($Junk)")
    assert imap.search("X-WINNOW SPAM") == [2]
    assert imap.search("X-WINNOW UNKNOWN") == [1, 3, 4]
    told = lines(server, "winnow: winnow_scanner is not set")
    assert all("e.g. winnow_scanner = rspamd" in line for line in told)
    assert len([line for line in told if "lmtp" in line]) == 1, told


@pytest.mark.series("2.4")
def test_settings_that_dovecot_does_not_know(start):
    server = start(settings={},
                   without_modules=["settings/libwinnow_settings.so"])
    server.allow_log("Dovecot does not know winnow's settings")
    imap = mail_flows(server)
    assert not offers(imap)
    imap.bad("SEARCH X-WINNOW SPAM")
    told = lines(server, "winnow: Off for this user: Dovecot does not know "
                 "winnow's settings: install settings/libwinnow_settings.so in "
                 "Dovecot's module directory and restart Dovecot")
    assert len([line for line in told if line.startswith("imap")]) == 2, told
