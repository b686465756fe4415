"""Records survive, or come back; mail is never lost over them."""

import contextlib
import os
import re
import signal
import socket
import threading
import time
from pathlib import Path

from harness import UNKNOWN, Index, Record, message, rspamd
from harness.dovecot import session_processes
from harness.lmtp import LmtpError, deliver

SPAM = Record(1, "none", 75, 9.0)
HAM = Record(1, "none", 10, 1.2)
BOTH_KEPT = ("maildir", "mbox")


def save_three(user, mailbox=None):
    user.lmtp(message("buy", headers=rspamd(9.0)), mailbox)
    user.lmtp(message("hello", headers=rspamd(1.2)), mailbox)
    user.lmtp(message("unscanned"), mailbox)


def records(user, mailbox="INBOX"):
    return list(Index(user, mailbox).records().values())


def come_back(user):
    imap = user.imap("INBOX")
    for key, found in (("SPAM", [1]), ("HAM", [2]), ("UNKNOWN", [3])):
        assert imap.search("X-WINNOW " + key) == found
    assert records(user) == [SPAM, HAM, UNKNOWN]


def test_force_resync(user, storage):
    save_three(user)
    user.doveadm("force-resync", "INBOX")
    if storage in BOTH_KEPT:
        assert records(user) == [SPAM, HAM, UNKNOWN]
    come_back(user)


def test_index_files_are_deleted(user, storage):
    save_three(user)
    save_three(user, "Archive")
    for path in user.home.rglob("dovecot*.index*"):
        if "map" not in path.name:
            path.unlink()
    if storage not in BOTH_KEPT:    # Dovecot finds its files again only then
        user.dovecot.allow_log("rebuil")
        user.doveadm("force-resync", "*")
    come_back(user)
    assert user.imap("Archive").search("X-WINNOW SPAM") == [1]


def test_index_file_is_cut_short(user, storage):
    """Dovecot rebuilds what it can; winnow has no part in that."""
    for _ in range(40):     # so much that Dovecot writes the file
        save_three(user)
    user.imap("INBOX").logout()
    path = Index(user).directory / "dovecot.index"
    data = path.read_bytes()
    path.write_bytes(data[:len(data) * 2 // 3])
    user.dovecot.allow_log(r"[Cc]orrupt|rebuil|broken|Fixed|resync|fsck")
    imap = user.imap("INBOX")
    assert len(imap.search("ALL")) == 120
    for key, subject in (("SPAM", "buy"), ("HAM", "hello"),
                         ("UNKNOWN", "unscanned")):
        assert imap.search("X-WINNOW " + key) == imap.search("SUBJECT " +
                                                             subject)


def test_doveadm_rescan(user, storage):
    save_three(user)
    Index(user).set_records({1: b"\xff" * 8, 2: bytes(8), 3: b"\xff" * 8})
    user.doveadm("winnow rescan", "mailbox", "INBOX")
    assert records(user) == [SPAM, HAM, UNKNOWN]


# -------------------------------------------------------- killed in the middle

def lmtp_processes(server, title=b""):
    """Ids of those whose title says that, too."""
    for pid in session_processes(server.master.pid):
        try:
            name = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if name.startswith(b"dovecot/lmtp") and title in name:
            yield pid


def greet(server):
    """A process that dies before it has served anybody counts as a failed
    start, and Dovecot waits seconds before the next one: let it serve.
    A connection that waited for one that was killed ends without a word."""
    deadline = time.monotonic() + 60
    greeting = b""
    while not greeting.startswith(b"220 ") and time.monotonic() < deadline:
        with contextlib.suppress(ConnectionError), socket.create_connection(
                (server.host, server.lmtp_port), 60) as lmtp:
            greeting = lmtp.recv(1000)
            lmtp.sendall(b"QUIT\r\n")
            while lmtp.recv(1000):
                pass
    assert greeting.startswith(b"220 "), "no lmtp process serves any more"


def deliver_and_kill(server, user, text, pause):
    """Deliver, killed after `pause` seconds. Did the server say it has it?

    Only the process that has the connection.
    """
    greet(server)
    answers = []

    def delivery():
        try:
            answers.extend(deliver(server.host, server.lmtp_port, text,
                                   [user.name], timeout=20))
        except (LmtpError, OSError, ValueError):
            pass

    thread = threading.Thread(target=delivery)
    thread.start()
    while thread.is_alive() and not list(lmtp_processes(server, b"127.0.0.1")):
        time.sleep(0.001)
    time.sleep(pause)
    for pid in lmtp_processes(server, b"127.0.0.1"):
        os.kill(pid, signal.SIGKILL)
    thread.join()
    return answers[:1] and answers[0][0] == 250


def numbered(n):
    """A message with a subject that tells what it is; spam from 6 on."""
    return message(f"n{n}x", headers=rspamd(n), body="No one reads it.\n" * 9999)


def test_delivery_is_killed(start, storage):
    server = start(settings={"winnow_scanner": "rspamd"},
                   extra="verbose_proctitle = yes")
    server.allow_log("killed with signal 9|startup failed, throttling|"
                     "already exists, rebuilding index")
    if storage == "mdbox":      # it leaves half a message in its file
        server.allow_log("Corrupted dbox file|rebuilding indexes")
    if storage == "mbox":
        server.allow_log("mbox|From|lock")
    user = server.new_user(storage)
    user.lmtp(numbered(0))      # the process is up
    accepted = [n for n, pause in enumerate(
        (.001, .004, .008, .012, .016, .02, .03, .04, .06, .1, .2), 1)
        if deliver_and_kill(server, user, numbered(n), pause)]
    greet(server)
    user.lmtp(numbered(12))
    imap = user.imap("INBOX")
    for n in [0, *accepted, 12]:
        assert imap.search(f"SUBJECT n{n}x"), f"message {n} is lost"
    spam = set(imap.search("X-WINNOW SPAM"))
    subjects = imap.fetch("1:*", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]")
    for number, text in subjects.items():
        match = re.search(r"Subject: n(\d+)x", text)
        if match:
            assert (number in spam) == (int(match.group(1)) >= 6)
    assert None not in records(user)
