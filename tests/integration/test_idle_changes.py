"""What may happen to a mailbox, a message or a connection while spam is held
back: nobody is left without what Dovecot alone would tell them."""

import re
import socket
import time
import zlib
from pathlib import Path
from random import Random

import pytest

from harness import Literal, installed_series, message, rspamd
from harness.imap import ImapError
from idle_client import KINDS, QUIET, IdleClient, Truth
from test_idle import STORAGES, ham, spam
from test_idle_hibernate import away
from test_idle_unjudged import put
from test_idle_walk import SEED, Walk


@pytest.fixture
def user(start):
    return start(**QUIET).new_user()


# ------------------------------------------------------------- the messages

def test_a_verdict_that_changes(user):
    """Other settings judge what is held anew."""
    ham(user)
    client = IdleClient(user).idle()
    spam(user)
    client.held(1)
    user.set_fields(winnow_scanner="spamassassin")
    user.doveadm("winnow rescan", "INBOX")
    client.told(2)
    client.agrees(Truth(user))


@pytest.mark.parametrize("scores", [(9, 1), (1, 9), (9, 9, 1, 9)])
def test_spam_and_ham_at_once(user, scores):
    ham(user)
    client = IdleClient(user, "qresync").idle()
    user.imap().ok("APPEND INBOX", *[
        Literal(message("many", headers=rspamd(score))) for score in scores])
    client.told(1 + len(scores))
    client.agrees(Truth(user))


@pytest.mark.parametrize("kind", KINDS)
def test_mail_that_no_program_of_dovecots_has_removed(start, kind):
    user = start(**QUIET).new_user("maildir")
    ham(user)
    ham(user)
    client, truth = IdleClient(user, kind).idle(), Truth(user)
    put(user, "buy", message("buy", headers=rspamd(7.5)))
    client.held(1)
    cur = user.home / "mail" / "cur"
    min(cur.iterdir()).unlink()
    client.told(line=rb"EXPUNGE|VANISHED")
    client.done()
    client.agrees(truth)
    assert len(client.uids) == 2


# -------------------------------------------------------------- the mailbox

def ended(client):
    with pytest.raises(ImapError):
        while True:
            client.take(client.imap.read_response())


@pytest.mark.parametrize("storage", STORAGES)
def test_another_uidvalidity(start, storage):
    """Dovecot ends such sessions; the next one finds everything."""
    user = start(**QUIET).new_user(storage)
    user.dovecot.allow_log("inconsistent|UIDVALIDITY|reset")
    ham(user)
    client = IdleClient(user, "qresync").idle()
    spam(user)
    client.held(1)
    user.doveadm("mailbox update", "--uid-validity", "1234567890", "INBOX")
    ended(client)
    client = IdleClient(user, "qresync")
    assert client.validity == "1234567890"
    client.agrees(Truth(user))
    assert len(client.uids) == 2


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("idle", ["all", "quiet"])
def test_a_mailbox_that_is_renamed(start, storage, idle):
    """To the session it is gone, quiet or not."""
    user = start(**QUIET).new_user(storage, winnow_idle=idle)
    user.imap().ok("CREATE Shop")
    client = IdleClient(user, mailbox="Shop").idle()
    spam(user, "Shop")
    client.held(1) if idle == "quiet" else client.told(1)
    user.imap().ok("RENAME Shop Store")
    ham(user, "Store")
    ended(client)
    client = IdleClient(user, mailbox="Store")
    client.agrees(Truth(user, "Store"))
    assert len(client.uids) == 2


def log_number(user):
    """Of INBOX's transaction log; a new one has the next number."""
    dump = user.dovecot.doveadm(
        "dump", user.path("INBOX", "index") / "dovecot.index.log")
    return int(re.search(r"file seq.*?(\d+)", dump).group(1))


@pytest.mark.parametrize("storage", STORAGES)
def test_logs_that_are_rotated(start, storage):
    """Dovecot goes on watching a log that was renamed; but it also looks."""
    extra = QUIET["extra"] + "mailbox_idle_check_interval = 1s\n" \
        "mail_index_log_rotate_min_size = 1k\n" \
        "mail_index_log_rotate_min_age = 1s\n"
    user = start(**{**QUIET, "extra": extra}).new_user(storage)
    course = Walk(user, Random(f"{SEED}-rotated {storage}"))
    while log_number(user) <= 5 and len(course.course) < 400:
        for _ in range(10):
            course.step()
    course.end()
    assert log_number(user) > 5


# ------------------------------------------------------------- the connection

class Compressed:
    """A socket with COMPRESS in force (RFC 4978)."""

    def __init__(self, plain):
        self._plain = plain
        self._out = zlib.compressobj(wbits=-15)
        self._in = zlib.decompressobj(wbits=-15)

    def sendall(self, data):
        self._plain.sendall(self._out.compress(data) +
                            self._out.flush(zlib.Z_SYNC_FLUSH))

    def recv(self, size):
        data = self._plain.recv(size)
        return self._in.decompress(data) if data else data

    def __getattr__(self, name):
        return getattr(self._plain, name)


def test_compress(start):
    plugins = {"plugins": ["zlib"], "imap_plugins": ["imap_zlib"]} \
        if installed_series() == "2.3" else {}
    user = start(**QUIET, **plugins).new_user()
    ham(user)
    client, truth = IdleClient(user, "qresync"), Truth(user)
    client.imap.ok("COMPRESS DEFLATE")
    client.imap.socket = Compressed(client.imap.socket)
    client.idle()
    spam(user)
    client.held(1)
    ham(user)
    client.told(3)
    spam(user)
    client.held(1)
    client.done()
    client.agrees(truth)


#: So many messages, and so much to tell of each.
MANY, KEYWORDS = 128, [f"keyword{number:02}" + "x" * 40 for number in range(40)]


def slow(user, expunge=()):
    """A client that reads nothing while a lot is told to it, perhaps of
    messages that are gone, too; and the session in which that happened."""
    ham(user)
    other = user.imap("INBOX")
    while MANY > len(other.search("ALL")):
        other.ok("COPY 1:* INBOX")
        other.ok("NOOP")
    client = IdleClient(user, "qresync")
    reads_slowly(client)
    with away(client.idle()):
        other.ok(f"STORE 1:* +FLAGS.SILENT ({' '.join(KEYWORDS)})")
        for number in expunge:
            other.ok(f"STORE {number} +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
    assert 0 < stuck(client) < MANY * len(" ".join(KEYWORDS))
    return client, other


def reads_slowly(client, size=4096):
    client.imap.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def reads_again(client):
    reads_slowly(client, 1 << 22)


def stuck(client):
    """Wait until the server can't send any more; how much waits."""
    port = client.imap.socket.getsockname()[1]
    before, now = None, 0
    while now == 0 or before != now:
        time.sleep(0.3)
        before, now = now, unsent(port)
    return now


def unsent(port):
    """Bytes that wait at the server's end of a connection."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[2].endswith(f":{port:04X}"):
            return int(words[4].partition(":")[0], 16)
    raise AssertionError("no such connection")


def held_while_stuck(client, count):
    while client.last_held() != count:
        time.sleep(0.05)


def test_spam_while_the_client_reads_slowly(user):
    client, _ = slow(user)
    for count in (1, 2):
        spam(user)
        held_while_stuck(client, count)
    reads_again(client)
    client.told(line=rb"^\* %d FETCH" % MANY)
    client.agrees(Truth(user), 2)
    client.done()
    client.agrees(Truth(user))


@pytest.mark.parametrize("expunge", [(), (99, 7, 3)])
def test_all_kinds_of_news_while_the_client_reads_slowly(user, expunge):
    client, other = slow(user, expunge)
    spam(user)
    time.sleep(1)
    other.ok("STORE 5,9 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    spam(user)
    ham(user)
    reads_again(client)
    client.told(MANY + 1 - len(expunge))
    client.done()
    client.agrees(Truth(user))
    client.idle()
    spam(user)
    client.held(1)


def test_done_while_the_client_reads_slowly(user):
    client, _ = slow(user)
    spam(user)
    held_while_stuck(client, 1)
    reads_again(client)
    client.done()
    client.agrees(Truth(user))
    assert len(client.uids) == MANY + 1


@pytest.mark.parametrize("command", [
    "NOOP", "SELECT INBOX", "UID SEARCH BODY hello", "FETCH 1:* BODY.PEEK[]",
    "UID FETCH 1:* BODY.PEEK[]"])
def test_idle_while_another_command_goes_on(user, command):
    text = "\r\n".join(["hello " * 12] * 500)
    for _ in range(8):
        user.lmtp(message("long", text, headers=rspamd(1)))
    client, truth = IdleClient(user, "qresync"), Truth(user)
    reads_slowly(client)
    client.imap.send(b"x " + command.encode() + b"\r\ny IDLE\r\n")
    client._tag = b"y"
    time.sleep(0.5)
    spam(user)
    time.sleep(1)
    reads_again(client)
    seen = set()
    while seen != {b"x", b"+"}:
        line = client.imap.read_response()
        if command == "SELECT INBOX" and line.endswith(b" EXISTS") \
           and b"x" not in seen:
            client.uids, client.flags = [], []
        client.take(line)
        seen |= {line[:1]} & {b"x", b"+"}
    ham(user)
    client.told(10)
    spam(user)
    client.held(1)
    client.done()
    client.agrees(truth)
