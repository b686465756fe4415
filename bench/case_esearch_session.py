"""What a long ESEARCH is to others, what it takes, and whether its time tells
which mailboxes there are."""

import functools
import random
import re
import select
import time
from pathlib import Path

from cases import case
from lab import Result
from measure import Meter, Series
from trees import Tree

#: Some ten seconds in 200 × 500 messages: each word is looked for anew.
LONG = b"ESEARCH IN (personal) OR OR TEXT zuvu TEXT zuvo OR TEXT zuvi TEXT zuve"
#: Milliseconds between two NOOPs, and seconds of them without a search.
PAUSE, QUIET = 10, 10
#: How often a mailbox is asked for that the user may not know of.
QUESTIONS = 4000
MEMORY = 200, 2000


class _Session:
    """A session whose answers come when they come."""

    def __init__(self, user):
        self.imap = user.imap()
        self.imap.ok("NOOP")
        self.pid = Meter(self.imap).pid
        self._data = b"\r\n"

    def send(self, line):
        self.imap.socket.sendall(line + b"\r\n")

    def has_answered(self, tag, seconds=0):
        """Has a tagged OK come, or does it come in these seconds?"""
        deadline = time.monotonic() + seconds
        while b"\r\n" + tag + b" OK" not in self._data:
            left = max(deadline - time.monotonic(), 0)
            if not select.select([self.imap.socket], [], [], left)[0]:
                return False
            self._data = self._data[-65536:] + self.imap.socket.recv(1 << 20)
        return True

    def noop(self, number):
        """Milliseconds."""
        begin = time.perf_counter_ns()
        self.send(b"n%d NOOP" % number)
        if not self.has_answered(b"n%d" % number, 60):
            raise RuntimeError("no answer to NOOP")
        return (time.perf_counter_ns() - begin) / 1e6

    def noops(self, ended):
        """NOOPs until somebody says that it is enough."""
        taken = []
        while not ended():
            taken.append(self.noop(len(taken)))
            time.sleep(PAUSE / 1000)
        return taken


def _after(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@functools.lru_cache(maxsize=None)
def _latencies(lab):
    """NOOPs of another session of the user, and of the one that searches."""
    user = Tree(lab, 200, 500).user("tree")
    searcher, other = _Session(user), _Session(user)
    quiet = other.noops(_after(QUIET / 2))
    begin = time.monotonic()
    searcher.send(b"long1 " + LONG)
    during = other.noops(lambda: searcher.has_answered(b"long1"))
    lab.tell(f"searched for {time.monotonic() - begin:.1f} s")
    quiet += other.noops(_after(QUIET / 2))
    searcher.send(b"long2 " + LONG)
    same = searcher.noops(lambda: searcher.has_answered(b"long2"))
    return {"during": during, "quiet": quiet, "same": same}


def _noops(lab, name, command):
    series = Series(command)
    for value in _latencies(lab)[name]:
        series.add(latency_ms=value)
    return series


@case("esearch-noop", "esearch-session")
def noop(lab):
    return Result("", "NOOP of another session beside a long ESEARCH", [
        _noops(lab, "during", "NOOP while the other session searches"),
        _noops(lab, "quiet", "NOOP while it does not")],
        1.1, 0.02, judged="latency_ms", same_answer=False)


@case("esearch-noop-same", "esearch-session")
def noop_same(lab):
    """Each waits for no more than a slice."""
    return Result("", "NOOP of the session that searches", [
        _noops(lab, "same", "NOOP in a session that searches"),
        _noops(lab, "quiet", "NOOP in one that does not")],
        250, judged="latency_ms", same_answer=False, by="difference")


def _disconnect(user, searches):
    """Milliseconds from the end of a connection to that of its process."""
    session = _Session(user)
    if searches:
        session.send(b"long " + LONG)
        session.noop(1)
        time.sleep(1)
        if session.has_answered(b"long"):
            raise RuntimeError("the search was over too soon")
    process = Path(f"/proc/{session.pid}")
    begin = time.perf_counter_ns()
    session.imap.close()
    while process.exists():
        time.sleep(0.0005)
    return (time.perf_counter_ns() - begin) / 1e6


@case("esearch-disconnect", "esearch-session")
def disconnect(lab):
    user = Tree(lab, 200, 500).user("tree")
    sides = [Series("disconnect, while a long ESEARCH runs"),
             Series("disconnect")]
    for _ in range(min(lab.options.samples, 9)):
        for series, searches in zip(sides, (True, False)):
            series.add(end_ms=_disconnect(user, searches))
    return Result("", "time until the process of a session has ended", sides,
                  1000, judged="end_ms", same_answer=False, by="difference")


@functools.lru_cache(maxsize=None)
def _questions(lab):
    """Microseconds of searches in a mailbox that the user has no rights to,
    and in one that is not there, in no order."""
    server = lab.server("shared")
    owner, reader = server.new_user(), server.new_user()
    with owner.imap() as imap:
        imap.ok("CREATE None")
        for _ in range(100):
            imap.append("None", b"Subject: x\r\n\r\ntext\r\n")
        imap.ok("CREATE Seen")
        imap.ok(f"SETACL Seen {reader.name} lr")
        imap.logout()
    session = _Session(reader)
    taken = {"None": [], "Gone": []}
    names = list(taken) * QUESTIONS
    random.Random(lab.options.seed).shuffle(names)
    for number, name in enumerate(names):
        line = f"q{number} ESEARCH IN (mailboxes shared/{owner}/{name}) ALL"
        begin = time.perf_counter_ns()
        session.send(line.encode())
        if not session.has_answered(b"q%d" % number, 60):
            raise RuntimeError(f"no answer to {line}")
        taken[name].append((time.perf_counter_ns() - begin) / 1000)
    return taken


def _asked(lab, first, second):
    sides = []
    for name, command in ((first, f"ESEARCH IN (mailboxes {first})"),
                          (second, f"ESEARCH IN (mailboxes {second})")):
        series = Series(command)
        for value in _questions(lab)[name]:
            series.add(wall_us=value)
        sides.append(series)
    return Result("", "no rights (None) and no mailbox (Gone)", sides, 1.05,
                  judged="wall_us", same_answer=False)


@case("esearch-no-rights", "esearch-session")
def no_rights(lab):
    return _asked(lab, "None", "Gone")


@case("esearch-no-mailbox", "esearch-session")
def no_mailbox(lab):
    return _asked(lab, "Gone", "None")


def _peak_kib(session):
    status = Path(f"/proc/{session.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status).group(1))


def _peaks(session):
    """With the names of all mailboxes, which are Dovecot's to hold, and with
    the search after that."""
    peaks = []
    for tag, command in ((b"list", b'LIST "" *'),
                         (b"search", b"ESEARCH IN (personal) BODY an")):
        session.send(tag + b" " + command)
        if not session.has_answered(tag, 600):
            raise RuntimeError(f"no answer to {command}")
        peaks.append(_peak_kib(session))
    session.imap.close()
    return peaks


@case("esearch-memory", "esearch-session")
def memory(lab):
    sides = []
    for mailboxes in reversed(MEMORY):
        user = Tree(lab, mailboxes, 50).user("tree")
        series = Series(f"ESEARCH BODY in {mailboxes} mailboxes")
        for _ in range(5):
            listed, searched = _peaks(_Session(user))
            series.add(more_kib=searched - listed, listed_kib=listed)
        sides.append(series)
    return Result("", "peak of a process's memory, more than LIST takes", sides,
                  256, judged="more_kib", same_answer=False, by="difference")
