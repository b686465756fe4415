"""Where IDLE is quiet, and where it is as ever."""

import re

import pytest

from harness import message, rspamd
from harness.imap import ImapError
from idle_client import LOGGED, QUIET, IdleClient, Truth
from test_idle import ham, spam
from test_preferences import ONE_PROCESS, setting
from test_record_filling import share


@pytest.fixture
def user(start):
    return start(**QUIET).new_user()


def loud(client, user, exists=1, mailbox=None):
    """Spam alone is announced."""
    spam(user, mailbox)
    client.told(exists)
    assert client.last_held() is None


def test_users_who_did_not_ask_for_it_hear_all(start):
    user = start(settings={"winnow_scanner": "rspamd"}, extra=LOGGED).new_user()
    loud(IdleClient(user).idle(), user)


def test_each_user_for_themselves(start):
    server = start(settings={"winnow_scanner": "rspamd"},
                   extra=[LOGGED, ONE_PROCESS])
    one, two = server.new_user(winnow_idle="quiet"), server.new_user()
    three = server.new_user(winnow_idle="quiet", winnow_threshold="80")
    clients = [IdleClient(user).idle() for user in (one, two, three)]
    server.lmtp(message("buy", headers=rspamd(7.5)), one, two, three)
    clients[0].held(1)
    clients[1].told(1)
    clients[2].told(1)
    assert len({client.pid for client in clients}) < 3
    assert "EXISTS" in clients[0].done().lines("1")


def test_mbox_is_as_ever(start):
    user = start(**QUIET).new_user("mbox")
    loud(IdleClient(user).idle(), user)


def test_junk_is_as_ever(user):
    loud(IdleClient(user, mailbox="Junk").idle(), user, mailbox="Junk")


def test_other_mailboxes_are_quiet_too(user):
    client = IdleClient(user, mailbox="Archive").idle()
    spam(user, "Archive")
    client.held(1)
    client.agrees(Truth(user, "Archive"), 1)
    ham(user, "Archive")
    client.told(2)


def test_without_a_mailbox(user):
    imap = user.imap()
    tag = imap.idle()
    spam(user)
    assert imap.done(tag).ok


def test_examine(user):
    client = IdleClient(user, command="EXAMINE").idle()
    spam(user)
    client.held(1)
    client.agrees(Truth(user), 1)
    client.done()
    client.agrees(Truth(user))


def test_notify_is_as_ever(user):
    ham(user)
    client = IdleClient(user, "condstore")
    client.imap.ok("NOTIFY SET (selected (MessageNew (UID FLAGS) "
                   "MessageExpunge FlagChange))")
    client.idle()
    loud(client, user, 2)
    assert any(b" FETCH " in line for line in client.lines)


def test_notify_of_several_mailboxes_is_as_ever(user):
    ham(user)
    client = IdleClient(user, "condstore")
    client.imap.ok("NOTIFY SET (selected (MessageNew MessageExpunge)) "
                   "(mailboxes (Archive Drafts) (MessageNew MessageExpunge))")
    client.idle()
    loud(client, user, 2)
    spam(user, "Archive")
    client.told(line=rb"^\* STATUS .*Archive")
    loud(client, user, 3)


def test_a_live_context_is_as_ever(user):
    client = IdleClient(user)
    tag = client.imap.ok(
        "UID SEARCH RETURN (UPDATE ALL) X-WINNOW SPAM").tag.decode()
    client.idle()
    loud(client, user)
    client.told(line=rb"ADDTO") if not any(
        b"ADDTO" in line for line in client.lines) else None
    client.done()
    client.imap.ok(f'CANCELUPDATE "{tag}"')
    client.idle()
    spam(user)
    client.held(1)


def test_virtual_mailboxes_are_as_ever(start):
    user = start(**QUIET, virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "  ALL")
    ham(user)
    client = IdleClient(user, mailbox="Virtual/All").idle()
    loud(client, user, 2)


def test_public_mailboxes(start):
    server = start(**QUIET, public=True)
    one, two = server.new_user(), server.new_user()
    mailbox = "Public/" + one.name
    other = one.imap()
    other.ok("CREATE", mailbox)
    client = IdleClient(two, mailbox=mailbox).idle()
    other.append(mailbox, message("buy", headers=rspamd(9.0)))
    client.held(1)
    other.append(mailbox, message("hello", headers=rspamd(1.0)))
    client.told(2)


@pytest.mark.parametrize("storage", ["maildir", "sdbox"])
def test_shared_mailboxes_in_the_readers_eyes(start, storage):
    server = start(**QUIET, storage=storage, shared=True)
    owner = server.new_user(winnow_threshold="90")
    reader = server.new_user()
    ham(owner, "Archive")
    mailbox = share(owner, reader, "Archive")
    mine = IdleClient(owner, mailbox="Archive").idle()
    theirs = IdleClient(reader, "qresync", mailbox).idle()
    spam(owner, "Archive")
    mine.told(2)
    theirs.held(1)
    theirs.agrees(Truth(reader, mailbox), 1)
    theirs.done()
    theirs.agrees(Truth(reader, mailbox))


#: Whether a message was read is each reader's own.
OWN_FLAGS = {"2.3": "namespace shared {\n  location = "
                    "sdbox:%%h/mail:INDEXPVT=~/own/%%u\n}\n",
             "2.4": "namespace shared {\n  mail_index_private_path = "
                    "~/own/%{owner_user}\n}\n"}


def test_flags_of_ones_own_in_a_shared_mailbox(start):
    server = start(**{**QUIET, "extra": [LOGGED, OWN_FLAGS]}, shared=True)
    owner, reader = server.new_user(), server.new_user()
    ham(owner, "Archive")
    mailbox = share(owner, reader, "Archive")
    client = IdleClient(reader, mailbox=mailbox).idle()
    spam(owner, "Archive")
    client.held(1)
    reader.imap(mailbox).ok("STORE 1 +FLAGS (\\Seen)")
    assert owner.imap("Archive").fetch(1, "FLAGS") == {1: "FLAGS ()"}
    spam(owner, "Archive")
    client.told(line=rb"FETCH .*\\Seen")
    assert client.flags[0] == {"\\seen"}
    client.done()
    client.agrees(Truth(reader, mailbox))


# --------------------------------------------------------------- preferences

@pytest.fixture
def choosing(start):
    return start(**QUIET, metadata=True).new_user()


def until(client, user, told):
    """Deliver spam until it is announced, or until it is not."""
    for _ in range(40):
        before = len(client.uids), client.last_held()
        spam(user, score=7.5)
        while (len(client.uids), client.last_held()) == before:
            for line in client.imap.unsolicited(0.2):
                client.take(line)
        if told == (len(client.uids) > before[0]):
            return
    raise AssertionError("another preference was not heeded")


@pytest.mark.parametrize("name, value", [("idle", "all"), ("threshold", "70")])
def test_another_preference_holds_within_the_idle(choosing, name, value):
    client = IdleClient(choosing).idle()
    spam(choosing)
    client.held(1)
    setting(choosing.imap(), name, value)
    until(client, choosing, told=True)
    client.agrees(Truth(choosing))


def test_quiet_holds_within_the_idle(choosing):
    setting(choosing.imap(), "idle", "all")
    client = IdleClient(choosing).idle()
    spam(choosing)
    client.told(1)
    setting(choosing.imap(), "idle", "quiet")
    until(client, choosing, told=False)
    client.done()
    client.agrees(Truth(choosing))


# ---------------------------------------------- what becomes of the mailbox

def test_a_mailbox_that_is_deleted(user):
    """As without winnow: the client is told, or its connection ends."""
    user.imap().ok("CREATE Shop")
    client = IdleClient(user, mailbox="Shop").idle()
    spam(user, "Shop")
    client.held(1)
    user.imap().ok("DELETE Shop")
    assert re.search(rb"^\* (BYE|NO)", client.imap.read_response())


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
def test_indexes_that_are_rebuilt(start, storage):
    """Dovecot goes on watching a log that is gone; but it also looks."""
    user = start(**{**QUIET, "extra": QUIET["extra"] +
                    "mailbox_idle_check_interval = 2s\n"}).new_user(storage)
    ham(user)
    client, truth = IdleClient(user, "qresync").idle(), Truth(user)
    spam(user)
    client.held(1)
    user.dovecot.allow_log("rebuil|Rebuil|[Cc]orrupt|view is now inconsistent")
    user.doveadm("force-resync", "INBOX")
    ham(user)
    try:
        client.told(3)
    except ImapError:       # Dovecot ends sessions of a rebuilt dbox
        assert storage != "maildir"
        client = IdleClient(user, "qresync").idle()
    client.done()
    client.agrees(truth)
