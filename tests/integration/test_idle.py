"""Quiet IDLE: spam alone does not wake an idling client, and nothing is lost.

Clients of three kinds idle in one mailbox; a plain session shows the truth.
"""

import pytest

from harness import message, rspamd
from idle_client import KINDS, QUIET, IdleClient, Truth

STORAGES = ("maildir", "sdbox", "mdbox")


@pytest.fixture
def user(start, request):
    storage = request.getfixturevalue("storage") \
        if "storage" in request.fixturenames else "sdbox"
    return start(**QUIET).new_user(storage)


def every_storage(test):
    return pytest.mark.parametrize("storage", STORAGES)(test)


def spam(user, mailbox=None, score=7.5):
    user.lmtp(message("buy", headers=rspamd(score)), mailbox)


def ham(user, mailbox=None):
    user.lmtp(message("hello", headers=rspamd(1.2)), mailbox)


class Scene:
    """Idling clients, and a session in which their user does things."""

    def __init__(self, user, mails=3, kinds=KINDS):
        self.user = user
        for _ in range(mails):
            ham(user)
        self.clients = [IdleClient(user, kind).idle() for kind in kinds]
        self.other = user.imap("INBOX")
        self.truth = Truth(user)

    def hold(self, count):
        """They all hold back so many, and have heard nothing."""
        for client in self.clients:
            client.held(count)
        self.agree(count)

    def tell(self, exists):
        for client in self.clients:
            client.told(exists)
        self.agree()

    def agree(self, withheld=0):
        for client in self.clients:
            client.agrees(self.truth, withheld)

    def done(self):
        """They all end IDLE and know everything; what each heard at that."""
        replies = [client.done() for client in self.clients]
        self.agree()
        for client in self.clients:
            client.fetch_new()
        self.agree()
        return replies

    def do(self, *command):
        return self.other.ok(*command)


def lines(client, keyword):
    return [line for line in client.lines
            if keyword.encode() in line.split(b" ")[1:3]]


# ------------------------------------------------------------- what is held

@every_storage
def test_spam_alone_is_silent_until_done(user, storage):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    spam(user)
    scene.hold(2)
    for reply in scene.done():
        assert reply.ok
        assert [line.split(b" ")[1] for line in reply.untagged
                if line.endswith(b" EXISTS")] == [b"5"]


@every_storage
def test_ham_announces_the_spam_before_it(user, storage):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    spam(user)
    scene.hold(2)
    ham(user)
    scene.tell(6)
    for client in scene.clients:
        assert lines(client, "EXISTS") == [b"* 6 EXISTS"]
        client.silent()
    spam(user)
    scene.hold(1)
    scene.done()


@every_storage
def test_mail_without_a_verdict_is_announced(user, storage):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    user.lmtp(message("unscanned"))
    scene.tell(5)


@every_storage
def test_a_changed_flag_announces_all_in_one(user, storage):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    scene.do("STORE 2 +FLAGS (\\Flagged)")
    scene.tell(4)
    for client in scene.clients:
        assert len(lines(client, "FETCH")) == 1
        assert lines(client, "EXISTS") == [b"* 4 EXISTS"]
        assert client.flags[1] == {"\\flagged"}


@every_storage
def test_an_expunge_of_announced_mail_announces_all(user, storage):
    scene = Scene(user)
    gone = scene.clients[0].uids[1]
    spam(user)
    scene.hold(1)
    scene.do("STORE 2 +FLAGS.SILENT (\\Deleted)")
    scene.do("EXPUNGE")
    for client in scene.clients:
        client.told(line=rb"EXPUNGE|VANISHED")
        client.told(3) if len(client.uids) != 3 else None
        assert gone not in client.uids
    scene.agree()
    scene.done()


@every_storage
def test_held_mail_that_is_expunged_is_never_spoken_of(user, storage):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    spam(user)
    scene.hold(2)
    scene.do("NOOP")
    scene.do("STORE 4 +FLAGS.SILENT (\\Deleted)")
    scene.do("EXPUNGE")
    scene.hold(1)
    scene.do("STORE 4 +FLAGS.SILENT (\\Deleted)")
    scene.do("EXPUNGE")
    spam(user)
    scene.hold(1)
    for client, reply in zip(scene.clients, scene.done()):
        assert "EXISTS" in reply.lines("4")
        assert not lines(client, "EXPUNGE") + lines(client, "VANISHED")


def test_nothing_is_left_to_say_when_all_that_was_held_is_gone(user):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    scene.do("NOOP")
    scene.do("STORE 4 +FLAGS.SILENT (\\Deleted)")
    scene.do("EXPUNGE")
    for reply in scene.done():
        assert "EXISTS" not in reply.lines("3") + reply.lines("4")


@every_storage
@pytest.mark.parametrize("keyword", ["$NotJunk", "NonJunk"])
def test_held_mail_that_turns_out_to_be_ham_is_announced(user, storage,
                                                         keyword):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    scene.do("NOOP")
    scene.do(f"STORE 4 +FLAGS ({keyword})")
    scene.tell(4)
    scene.done()


@every_storage
def test_a_flag_on_held_mail_alone_is_no_news(user, storage):
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    scene.do("NOOP")
    scene.do("STORE 4 +FLAGS (\\Seen $Junk)")
    scene.hold(1)
    scene.done()
    assert all({"\\seen", "$junk"} <= client.flags[3]
               for client in scene.clients)


def test_what_the_user_calls_spam_is_held(user):
    scene = Scene(user)
    scene.other.append("INBOX", message("hello", headers=rspamd(1.2)), "$Junk")
    scene.hold(1)
    scene.other.append("INBOX", message("buy", headers=rspamd(9)), "$NotJunk")
    scene.tell(5)


@every_storage
def test_spam_that_is_copied_or_moved_here_is_held(user, storage):
    scene = Scene(user)
    spam(user, "Archive")
    spam(user, "Archive")
    ham(user, "Archive")
    scene.do("SELECT Archive")
    scene.do("COPY 1 INBOX")
    scene.hold(1)
    scene.do("MOVE 2 INBOX")
    scene.hold(2)
    scene.do("COPY 2 INBOX")
    scene.tell(6)


def test_a_move_out_of_junk_is_no_spam_any_more(user):
    scene = Scene(user)
    spam(user, "Junk")
    scene.do("SELECT Junk")
    scene.do("MOVE 1 INBOX")
    scene.tell(4)


# ---------------------------------------------------------- when it is spoken

@every_storage
def test_what_came_before_idle_is_told_at_its_start(user, storage):
    ham(user)
    client = IdleClient(user)
    spam(user)
    client.idle()
    client.told(2)
    spam(user)
    client.held(1)


@every_storage
def test_other_commands_tell_at_once(user, storage):
    ham(user)
    for command in ("NOOP", "CHECK", "FETCH 1 UID", "STORE 1 +FLAGS (\\Seen)",
                    "SEARCH ALL", "STATUS Archive (MESSAGES)"):
        imap = user.imap("INBOX")
        count = len(imap.search("ALL"))
        spam(user)
        assert imap.ok(command).lines(str(count + 1)) or \
            imap.ok("NOOP").lines(str(count + 1))
        imap.logout()


def test_held_mail_is_counted_and_found_elsewhere(user):
    scene = Scene(user)
    before = scene.other.status("INBOX", "MESSAGES", "UNSEEN")
    spam(user)
    scene.hold(1)
    asking = user.imap()
    after = asking.status("INBOX", "MESSAGES", "UNSEEN")
    assert after == {name: n + 1 for name, n in before.items()}
    asking.select("INBOX")
    assert asking.search("X-WINNOW SPAM") == [4]


def test_the_wait_is_counted_from_the_first_that_is_held(start):
    """Spam that keeps coming does not put the first one off for ever."""
    setup = {**QUIET, "settings": {**QUIET["settings"],
                                   "winnow_idle_max": "2 secs"}}
    user = start(**setup).new_user()
    client = IdleClient(user).idle()
    heard = []
    while not heard:
        spam(user)
        heard = client.imap.unsolicited(0.3)
        assert len(client.user.imap("INBOX").search("ALL")) < 100
    for line in heard:
        client.take(line)
    truth = Truth(user)
    client.agrees(truth, len(truth.look()) - len(client.uids))
    spam(user)
    client.told(len(truth.look()))


def test_keep_alives_are_sent_as_ever(start):
    setup = {**QUIET, "extra": QUIET["extra"] +
             "imap_idle_notify_interval = 2s\n"}
    user = start(**setup).new_user()
    client = IdleClient(user).idle()
    spam(user)
    for _ in range(2):
        client.told(line=rb"^\* OK Still here")
        assert client.uids == []
    ham(user)
    client.told(2)


@pytest.mark.parametrize("word", ["idle", "Idle"])
def test_in_any_case(user, word):
    client = IdleClient(user).idle(word)
    spam(user)
    client.held(1)
    assert "EXISTS" in client.done("done").lines("1")


def test_what_is_not_done(user):
    client = IdleClient(user, "qresync").idle()
    spam(user)
    client.held(1)
    reply = client.done("NOOP")
    assert reply.status == "BAD" and "EXISTS" in reply.lines("1")
    client.idle()
    spam(user)
    client.held(1)
    client.done()
    client.agrees(Truth(user))


def test_idle_and_done_at_once(user):
    client = IdleClient(user)
    spam(user)
    client.imap.send(b"x IDLE\r\nDONE\r\ny NOOP\r\n")
    assert client.imap.read_response().startswith(b"+")
    assert "EXISTS" in client.imap.finish(b"x").lines("1")
    assert client.imap.finish(b"y").ok


def test_one_idle_after_the_other(user):
    client, truth = IdleClient(user, "qresync"), Truth(user)
    for count in range(1, 4):
        client.idle()
        spam(user)
        client.held(1)
        client.done()
        assert len(client.uids) == count
        client.agrees(truth)


def test_a_client_that_goes_away(user):
    """Under valgrind this shows what is left behind."""
    for end in (b"", b"x", b"DONE\r\nx LOGOUT\r\n"):
        client = IdleClient(user).idle()
        spam(user)
        client.held(1)
        client.imap.send(end)
        client.close()
    assert len(user.imap("INBOX").search("ALL")) == 3


def test_recent_is_whose_comes_first(user):
    client = IdleClient(user).idle()
    spam(user)
    client.held(1)
    assert client.done().lines("1") == ["EXISTS", "RECENT"]
