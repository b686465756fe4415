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


def told(server, text):
    """[(process, its id)] of the lines that say this."""
    return [(name, pid or label) for name, label, pid in re.findall(
        r"^.{16}([\w-]+)\(([^)]*)\)(?:<(\d+)>)?.*" + re.escape(text),
        server.log(), re.MULTILINE)]


def by_each_once(found, *names):
    """Has each process of these names said it, and none of them twice?"""
    return len(found) == len(set(found)) and \
        set(names) <= {name for name, _ in found}


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
    found = told(server, "imap_winnow works in the imap process only: move it "
                 "from the global mail_plugins to protocol imap { mail_plugins")
    assert by_each_once(found, "lmtp", "lda"), found
    assert "imap" not in {name for name, _ in found}


def test_imap_winnow_without_winnow(start):
    server = start(extra=WITHOUT_WINNOW)
    server.allow_log("imap_winnow needs the winnow plugin")
    imap = mail_flows(server)
    assert not offers(imap)
    imap.bad("SEARCH X-WINNOW SPAM")
    imap.logout()
    found = told(server, "imap_winnow needs the winnow plugin: add winnow to "
                 "mail_plugins")
    assert by_each_once(found, "imap"), found


def test_no_scanner(start):
    """Keywords and \\Junk mailboxes still say something."""
    server = start(settings={})
    server.allow_log("winnow_scanner is not set")
    imap = mail_flows(server)
    assert offers(imap)
    imap.ok("STORE 2 +FLAGS ($Junk)")
    assert imap.search("X-WINNOW SPAM") == [2]
    assert imap.search("X-WINNOW UNKNOWN") == [1, 3, 4]
    found = told(server, "winnow: winnow_scanner is not set, so every message "
                 "is unknown: set it to the filter that judges your mail, e.g. "
                 "winnow_scanner = rspamd")
    assert by_each_once(found, "lmtp", "lda", "imap"), found


@pytest.mark.series("2.4")
def test_settings_that_dovecot_does_not_know(start):
    server = start(settings={},
                   without_modules=["settings/libwinnow_settings.so"])
    server.allow_log("Dovecot does not know winnow's settings")
    imap = mail_flows(server)
    assert not offers(imap)
    imap.bad("SEARCH X-WINNOW SPAM")
    found = told(server, "winnow: Off for this user: Dovecot does not know "
                 "winnow's settings: install settings/libwinnow_settings.so in "
                 "Dovecot's module directory and restart Dovecot")
    sessions = [one for one in found if one[0] == "imap"]
    assert by_each_once(sessions, "imap"), found
