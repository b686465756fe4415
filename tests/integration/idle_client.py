"""A client that idles and believes what it is told, beside the truth."""

import contextlib
import os
import re
import select
import time
from pathlib import Path

from harness import quote
from harness.imap import ImapError
from harness.valgrind import wanted as under_valgrind

#: What a client may have enabled.
KINDS = ("plain", "condstore", "qresync")
#: Has Dovecot log each time when something is not announced.
LOGGED = "log_debug = event=winnow_idle_held\n"
QUIET = {"settings": {"winnow_scanner": "rspamd", "winnow_idle": "quiet"},
         "extra": LOGGED}
TIMEOUT = 60


class Truth:
    """A plain session of its own that looks at the whole mailbox."""

    def __init__(self, user, mailbox="INBOX"):
        self.user, self.mailbox = user, mailbox
        self.imap = user.imap()

    def look(self):
        """[(UID, flags, mod-sequence)] in order."""
        reply = self.imap.ok("EXAMINE", quote(self.mailbox))
        if "EXISTS" in reply.lines("0"):
            return []
        rows = [_fetched(line) for line in self.imap.ok(
            "FETCH 1:* (UID FLAGS MODSEQ)").untagged]
        return [(row["uid"], row["flags"], row["modseq"])
                for row in rows if row]


class IdleClient:
    """Keeps the UIDs and flags of what it was told of, in the server's order.
    A message it has heard of, but not asked for, has the UID None."""

    def __init__(self, user, kind="plain", mailbox="INBOX", command="SELECT"):
        self.user, self.kind = user, kind
        self.uids, self.flags, self.modseq = [], [], 0
        self.lines, self._tag, self._mark = [], None, _end_of_log(user)
        self.imap = user.imap()
        self.pid = self._process()
        if kind != "plain":
            self.imap.ok("ENABLE", kind.upper())
        self.open(mailbox, command)

    def open(self, mailbox, command="SELECT"):
        self.uids, self.flags = [], []
        reply = self.imap.ok(command, quote(mailbox))
        self.validity = re.search(r"UIDVALIDITY (\d+)", repr(reply)).group(1)
        self._take_all(reply.untagged)
        self.fetch_new()

    def reconnect(self):
        """Another session that goes on where this one was broken off, as its
        kind of client does; returns the client."""
        other = IdleClient(self.user, self.kind)
        if self.kind == "qresync":
            other.uids, other.flags = list(self.uids), list(self.flags)
            other.resynchronize(self.validity, self.modseq)
        return other

    def resynchronize(self, validity, modseq, mailbox="INBOX"):
        """RFC 7162, section 3.2.5: ask for nothing but what is new since."""
        known = dict(zip(self.uids, self.flags))
        heard_of_more = known.pop(None, 0) != 0
        last = max(known, default=0)
        self.imap.ok("UNSELECT")
        reply = self.imap.ok(f"SELECT {quote(mailbox)} "
                             f"(QRESYNC ({validity} {modseq}))")
        lines = list(reply.untagged)
        if heard_of_more:       # the mod-sequence that it knows covers them
            lines += self.imap.ok(f"UID FETCH {last + 1}:* (FLAGS)").untagged
        for line in lines:
            gone = re.match(rb"\* VANISHED \(EARLIER\) (\S+)", line)
            row = _fetched(line)
            for uid in _numbers(gone.group(1).decode()) if gone else ():
                known.pop(uid, None)
            if row:
                known[row["uid"]] = row["flags"]
        self.uids = sorted(known)
        self.flags = [known[uid] for uid in self.uids]
        assert "EXISTS" in reply.lines(str(len(known))), (known, reply)

    def _process(self):
        """The process that serves this session."""
        ends = self.imap.socket.getpeername(), self.imap.socket.getsockname()
        wanted = [f":{port:04X}" for _, port in ends]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            words = line.split()
            if [words[1][-5:], words[2][-5:]] == wanted:
                return _holder(f"socket:[{words[9]}]")
        raise AssertionError("no such connection")

    # --------------------------------------------------------------- commands

    def idle(self, word="IDLE"):
        """Returns when the server waits and has told what there was to tell."""
        self._mark = _end_of_log(self.user)
        self._tag = self.imap.next_tag()
        self.imap.send(self._tag + b" " + word.encode() + b"\r\n")
        line = self.imap.read_response()
        while not line.startswith(b"+"):
            self.take(line)
            line = self.imap.read_response()
        self._see_watcher()
        return self

    def done(self, word="DONE"):
        """Ends IDLE; asks for what is new."""
        self.imap.send(word.encode() + b"\r\n")
        reply = self.imap.finish(self._tag)
        self._tag = None
        self._take_all(reply.untagged)
        self.lines = list(reply.untagged)
        return reply

    def noop(self):
        self._take_all(self.imap.ok("NOOP").untagged)

    def fetch_new(self):
        """Ask for the messages of which nothing but the number is known."""
        if None in self.uids:
            first = self.uids.index(None) + 1
            self._take_all(self.imap.ok(
                f"FETCH {first}:* (UID FLAGS)").untagged)

    def close(self):
        self.imap.close()

    # ---------------------------------------------------------------- in IDLE

    def silent(self):
        """Nothing has come that was not read."""
        heard = self._pending()
        assert not heard, heard
        return True

    def _pending(self):
        if not self.imap._buffer and \
           not select.select([self.imap.socket], [], [], 0)[0]:
            return None
        return self.imap.read_response()

    def held(self, count):
        """Wait until the server says that it holds back so many messages;
        the client has heard nothing."""
        deadline = time.monotonic() + TIMEOUT
        while self.last_held() != count:
            self.silent()
            assert time.monotonic() < deadline, \
                f"{count} messages are not held, but {self.last_held()}"
            time.sleep(0.02)
        self._mark = _end_of_log(self.user)
        return self.silent()

    def last_held(self):
        found = re.findall(
            rf"imap\({self.user}\)<{self.pid}>.*winnow: (\d+) spam messages",
            _log_from(self.user, self._mark))
        return int(found[-1]) if found else None

    def told(self, exists=None, line=None):
        """Wait until that many messages are known, or for a line that matches.
        What came is in `lines`."""
        self.lines = []
        while not (exists is not None and len(self.uids) == exists or
                   line is not None and any(re.search(line, one)
                                            for one in self.lines)):
            self.lines.append(self.imap.read_response())
            self.take(self.lines[-1])
        self.lines += self.hear()
        self._mark = _end_of_log(self.user)
        return self.lines

    def hear(self):
        """Take over what has come."""
        lines = []
        while (line := self._pending()) is not None:
            lines.append(line)
            self.take(line)
        return lines

    def _see_watcher(self):
        """Polling would be another test."""
        watchers = [os.readlink(fd) for fd in
                    Path(f"/proc/{self.pid}/fd").iterdir() if fd.is_symlink()]
        assert any("inotify" in name for name in watchers) or under_valgrind()

    # ------------------------------------------------------- what it was told

    def _take_all(self, lines):
        for line in lines:
            self.take(line)

    def take(self, line):
        number = re.match(rb"\* (\d+) (EXISTS|EXPUNGE|FETCH)", line)
        code = re.match(rb"\* OK \[HIGHESTMODSEQ (\d+)\]", line)
        if line.startswith(b"* BYE"):
            raise ImapError(line)
        if code:
            self.modseq = max(self.modseq, int(code.group(1)))
        elif line.startswith(b"* VANISHED "):
            self._vanished(line[len(b"* VANISHED "):].decode())
        elif number:
            count, word = int(number.group(1)), number.group(2)
            if word == b"EXISTS":
                assert count >= len(self.uids), (line, self.uids)
                new = count - len(self.uids)
                self.uids += [None] * new
                self.flags += [None] * new
            else:
                assert 1 <= count <= len(self.uids), (line, self.uids)
            if word == b"EXPUNGE":
                assert self.kind != "qresync"
                del self.uids[count - 1], self.flags[count - 1]
            elif word == b"FETCH":
                self._fetched(count - 1, _fetched(line))

    def _vanished(self, text):
        assert self.kind == "qresync" and "EARLIER" not in text, text
        for uid in _numbers(text):
            if uid in self.uids:
                index = self.uids.index(uid)
            else:       # one of those it has not asked for, in its place
                index = self._place(uid)
                assert self.uids[index:index + 1] == [None], (text, self.uids)
            del self.uids[index], self.flags[index]

    def _place(self, uid):
        """Where a message would come that is newer than all before it."""
        return 1 + max((index for index, one in enumerate(self.uids)
                        if one is not None and one < uid), default=-1)

    def _fetched(self, index, row):
        if row["uid"]:
            assert self.uids[index] in (None, row["uid"])
            self.uids[index] = row["uid"]
        if row["flags"] is not None:
            self.flags[index] = row["flags"]
        self.modseq = max(self.modseq, row["modseq"] or 0)

    def agrees(self, truth, withheld=0):
        """Hold what it was told against the mailbox: all but the last
        `withheld` messages, and those are newer than all it knows."""
        rows = truth.look()
        told, rest = rows[:len(rows) - withheld], rows[len(rows) - withheld:]
        assert len(self.uids) == len(told), (self.uids, rows)
        for (uid, flags, _), my_uid, my_flags in zip(told, self.uids,
                                                     self.flags):
            assert my_uid in (None, uid), (self.uids, rows)
            assert my_flags in (None, flags), (uid, my_flags, flags)
        for uid, _, modseq in rest:
            assert modseq > self.modseq, (uid, modseq, self.modseq)
        return True


def _fetched(line):
    match = re.match(rb"\* \d+ FETCH \((.*)\)\Z", line, re.S)
    if match is None:
        return None
    text = match.group(1).decode()
    uid = re.search(r"UID (\d+)", text)
    modseq = re.search(r"MODSEQ \((\d+)\)", text)
    flags = re.search(r"FLAGS \(([^()]*)\)", text)
    return {"uid": int(uid.group(1)) if uid else None,
            "modseq": int(modseq.group(1)) if modseq else None,
            "flags": None if flags is None else
            frozenset(flags.group(1).lower().split()) - {"\\recent"}}


def _holder(name):
    """The process that has the file open, but for the one that logs in."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _text(entry / "comm") != "imap-login":
            with contextlib.suppress(OSError):
                if any(_link(fd) == name for fd in (entry / "fd").iterdir()):
                    return int(entry.name)
    raise AssertionError(f"nobody has {name}")


def _link(path):
    """Where it leads; "" if it is gone, as a file that was just closed."""
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _text(path):
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _numbers(text):
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


# ------------------------------------------------------------------------ log

def _end_of_log(user):
    path = user.dovecot.directory / "log"
    return path.stat().st_size if path.exists() else 0


def _log_from(user, offset):
    with open(user.dovecot.directory / "log", "rb") as log:
        log.seek(offset)
        return log.read().decode("utf-8", "replace")
