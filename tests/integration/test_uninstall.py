"""Taking winnow off, in the right order and in the wrong one."""

import pytest

from harness import Dovecot, Index, Record, message, rspamd
from harness.lmtp import LmtpError, deliver

SPAM = Record(1, "none", 75, 9.0)
RSPAMD = {"winnow_scanner": "rspamd"}


def spam():
    return message("buy", headers=rspamd(9.0))


def restarted(server, **fields):
    """Another server over the same mail."""
    server.close_sessions()
    server.stop_keeping_files()
    return Dovecot(directory=server.directory, **fields)


def test_configuration_first_then_modules(tmp_path, storage):
    tmp_path.chmod(0o755)
    with Dovecot(directory=tmp_path, settings=RSPAMD) as server:
        user = server.new_user(storage)
        user.lmtp(spam())
        user.imap("INBOX").ok("STORE 1 +FLAGS ($NotJunk)")
        # the configuration goes; the modules are there still
        server.setup.winnow = False
        server.reload()
        works_without(server, user)
    # and go
    with Dovecot(directory=tmp_path, winnow=False) as server:
        user = server.new_user(storage, name=user.name)
        works_without(server, user)
        records = list(Index(user).records().values())
        assert records == [SPAM] + (len(records) - 1) * [None]
        assert user.imap("INBOX").search("KEYWORD $NotJunk") == [1]
    # back again: nothing was lost, the rest is found
    with Dovecot(directory=tmp_path, settings=RSPAMD) as server:
        user = server.new_user(storage, name=user.name)
        imap = user.imap("INBOX")
        everything = imap.search("ALL")
        assert imap.search("X-WINNOW SPAM") == everything[1:]
        assert set(Index(user).records().values()) == {SPAM}


def works_without(server, user):
    """All of stock Dovecot's ways, on a mailbox with and without records."""
    user.lmtp(spam())
    imap = user.imap("INBOX")
    imap.append("INBOX", spam())
    imap.ok("COPY 1:* Archive")
    imap.ok("STORE 1:* +FLAGS (\\Seen)")
    assert imap.search("SUBJECT buy") == imap.search("ALL")
    imap.bad("SEARCH X-WINNOW SPAM")
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    user.doveadm("mailbox status", "messages", "INBOX")


def test_modules_first_is_the_wrong_order(tmp_path):
    """Nothing is lost, but nothing flows until the configuration is mended."""
    tmp_path.chmod(0o755)
    with Dovecot(directory=tmp_path, settings=RSPAMD) as server:
        user = server.new_user()
        user.lmtp(spam())
        for path in server.modules.rglob("*winnow*"):
            path.unlink()
        server.allow_log("winnow|Fatal|Internal|failed|Unknown")
        refused_for_now(server, user)
        server.setup.winnow = False
        server.reload()
        server.doveadm("log", "find")   # the configuration is read again
        works_without(server, user)


def refused_for_now(server, user):
    try:
        answers = deliver(server.host, server.lmtp_port, spam(), [user.name])
    except (LmtpError, OSError) as error:
        answers = [(int(str(error).split("got '")[1][:3]), "")] \
            if "got '4" in str(error) else [(451, "closed")]
    assert 400 <= answers[0][0] < 500       # the MTA keeps it
    with pytest.raises(AssertionError):
        user.imap("INBOX")


def test_rules_of_virtual_mailboxes(tmp_path):
    tmp_path.chmod(0o755)
    with Dovecot(directory=tmp_path, settings=RSPAMD, virtual=True) as server:
        user = server.new_user()
        user.virtual_mailbox("Spam", "INBOX", "  X-WINNOW SPAM")
        user.virtual_mailbox("All", "INBOX", "  ALL")
        user.lmtp(spam())
        assert user.imap("Virtual/Spam").search("ALL") == [1]
    with Dovecot(directory=tmp_path, winnow=False, virtual=True) as server:
        user = server.new_user(name=user.name)
        server.allow_log("X-WINNOW")
        user.lmtp(spam())
        imap = user.imap("Virtual/All")
        assert imap.search("SUBJECT buy") == [1, 2]
        reply = imap.no("SELECT Virtual/Spam")
        server.wait_log("X-WINNOW")
        imap.ok('LIST "" "*"')
        imap.select("INBOX")
        # mended by another rule
        user.virtual_mailbox("Spam", "INBOX", "  KEYWORD $Junk")
        imap = user.imap("INBOX")
        imap.ok("STORE 2 +FLAGS ($Junk)")
        imap.ok("SELECT Virtual/Spam")
        assert len(imap.search("ALL")) == 1
