"""A raw IMAP client: what is sent and received, byte for byte."""

import re
import select
import socket
import time

#: Seconds to wait for an answer; valgrind and a busy machine need the room.
ANSWER_TIMEOUT = 60


class ImapError(AssertionError):
    """The server closed, was silent, or said NO or BAD where OK was meant."""


class Literal(bytes):
    """An argument to send as a literal; `Imap.command` does the handshake."""


class Reply:
    """The answer to one command.

    `untagged`: responses as bytes without CRLF, literals in place;
    `tagged`: the tagged line; `status`: "OK", "NO" or "BAD".
    """

    def __init__(self, tag, untagged, tagged):
        self.tag, self.untagged, self.tagged = tag, untagged, tagged
        self.status, _, self.text = \
            tagged[len(tag) + 1:].decode("utf-8", "replace").partition(" ")

    @property
    def ok(self):
        return self.status == "OK"

    @property
    def code(self):
        """The response code without its brackets, or None."""
        match = re.match(r"\[([^\]]*)\]", self.text)
        return match.group(1) if match else None

    def lines(self, keyword):
        """What follows `* KEYWORD ` in each untagged response with it."""
        start = b"* " + keyword.encode() + b" "
        return [line[len(start):].decode("utf-8", "replace")
                for line in self.untagged
                if (line + b" ").upper().startswith(start.upper())]

    def __repr__(self):
        return "\n".join(line.decode("utf-8", "replace")
                         for line in self.untagged + [self.tagged])


class Imap:
    """A connection. `transcript` has (b"C" or b"S", bytes) of all that passed."""

    def __init__(self, host, port, timeout=ANSWER_TIMEOUT):
        self.timeout = timeout
        self._buffer = b""
        self._tags = 0
        self._refused = {}
        self._early = {}
        self.transcript = []
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.greeting = self.read_response()

    # ------------------------------------------------------------ raw in, out

    def send(self, data):
        """Send bytes as they are."""
        self.transcript.append((b"C", data))
        self.socket.sendall(data)

    def _fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.socket], [], [], left)[0]:
            raise TimeoutError(f"no answer; so far {self._buffer!r}")
        data = self.socket.recv(65536)
        if not data:
            raise ImapError("the server closed the connection\n" +
                            self.session()[-2000:])
        self._buffer += data

    def read_response(self, timeout=None):
        """One response without its CRLF; the literals in it are read too."""
        deadline = time.monotonic() + (timeout or self.timeout)
        end = 0
        while True:
            eol = self._buffer.find(b"\r\n", end)
            if eol < 0:
                self._fill(deadline)
                continue
            literal = re.search(rb"\{(\d+)\}\Z", self._buffer[end:eol])
            if literal is None:
                break
            end = eol + 2 + int(literal.group(1))
            while len(self._buffer) < end:
                self._fill(deadline)
        response, self._buffer = self._buffer[:eol], self._buffer[eol + 2:]
        self.transcript.append((b"S", response + b"\r\n"))
        return response

    def next_tag(self):
        self._tags += 1
        return b"a%d" % self._tags

    # --------------------------------------------------------------- commands

    def start(self, *parts):
        """Send a command and return its tag; `finish(tag)` reads the answer.

        Parts are strings, bytes or `Literal`; they are joined by spaces. Start
        several to pipeline them.
        """
        tag = self.next_tag()
        line = tag
        for part in parts:
            if isinstance(part, Literal):
                self.send(line + b" {%d}\r\n" % len(part))
                if not self._await_continuation(tag):
                    return tag
                line = bytes(part)
                continue
            line += b" " + (part.encode() if isinstance(part, str) else part)
        self.send(line + b"\r\n")
        return tag

    def _await_continuation(self, tag):
        """True to go on, False if the command was answered instead."""
        untagged = self._early.setdefault(tag, [])
        while True:
            line = self.read_response()
            if line.startswith(b"+"):
                return True
            if line.startswith(tag + b" "):
                self._refused[tag] = Reply(tag, self._early.pop(tag), line)
                return False
            untagged.append(line)

    def finish(self, tag):
        """Read to the tagged line of `tag`.

        What came before the server asked for a literal, or said that it is
        idle, belongs to it.
        """
        if tag in self._refused:
            return self._refused.pop(tag)
        untagged = self._early.pop(tag, [])
        while True:
            line = self.read_response()
            if line.startswith(tag + b" "):
                return Reply(tag, untagged, line)
            untagged.append(line)

    def command(self, *parts):
        """Send a command, return its `Reply` whatever it says."""
        return self.finish(self.start(*parts))

    def ok(self, *parts):
        """As `command`, and fail unless it says OK."""
        reply = self.command(*parts)
        if not reply.ok:
            raise ImapError(f"{parts!r} got\n{reply!r}")
        return reply

    def bad(self, *parts):
        """As `command`, and fail unless it says BAD."""
        reply = self.command(*parts)
        if reply.status != "BAD":
            raise ImapError(f"{parts!r} got\n{reply!r}")
        return reply

    def no(self, *parts):
        """As `command`, and fail unless it says NO."""
        reply = self.command(*parts)
        if reply.status != "NO":
            raise ImapError(f"{parts!r} got\n{reply!r}")
        return reply

    def login(self, user, password):
        return self.ok("LOGIN", quote(user), quote(password))

    def select(self, mailbox="INBOX"):
        return self.ok("SELECT", quote(mailbox))

    def append(self, mailbox, message, flags="", *more):
        """APPEND; `more` goes between the flags and the message (a date)."""
        return self.ok("APPEND", quote(mailbox), f"({flags})", *more,
                       Literal(message))

    def search(self, program, command="SEARCH"):
        """The numbers of a SEARCH, in the order of the answer."""
        answer = self.ok(command, program).lines("SEARCH")
        return [int(n) for n in " ".join(answer).split() if n.isdigit()]

    def uid_search(self, program):
        return self.search(program, "UID SEARCH")

    def esearch(self, program, command="SEARCH"):
        """The ESEARCH line of a search with RETURN, without `(TAG "x")`."""
        lines = self.ok(command, program).lines("ESEARCH")
        return re.sub(r'^\(TAG "[^"]*"\) ?', "", lines[0]) if lines else None

    def sort(self, program, command="SORT"):
        answer = self.ok(command, program).lines("SORT")
        return [int(n) for n in " ".join(answer).split()]

    def status(self, mailbox, *items):
        """{item: number} of STATUS."""
        reply = self.ok("STATUS", quote(mailbox), f"({' '.join(items)})")
        words = re.search(r"\(([^()]*)\)\Z",
                          reply.lines("STATUS")[0]).group(1).split()
        return {name: int(n) for name, n in zip(words[::2], words[1::2])}

    def fetch(self, numbers, items, command="FETCH"):
        """{sequence number: text between the outer brackets} of a FETCH."""
        out = {}
        for line in self.ok(command, str(numbers), items).untagged:
            match = re.match(rb"\* (\d+) FETCH \((.*)\)\Z", line, re.S)
            if match:
                text = match.group(2).decode("utf-8", "replace")
                out[int(match.group(1))] = text
        return out

    # ------------------------------------------------------------------- IDLE

    def idle(self):
        """Start IDLE; returns its tag once the server waits."""
        tag = self.next_tag()
        self.send(tag + b" IDLE\r\n")
        if not self._await_continuation(tag):
            raise ImapError(f"IDLE got {self.finish(tag)!r}")
        return tag

    def unsolicited(self, timeout):
        """Responses that come within `timeout` seconds, [] for silence.

        Returns early, soon after the first ones.
        """
        lines = []
        try:
            while True:
                lines.append(self.read_response(0.3 if lines else timeout))
        except TimeoutError:
            return lines

    def done(self, tag):
        """End IDLE; its `Reply` has what came after DONE."""
        self.send(b"DONE\r\n")
        return self.finish(tag)

    # -------------------------------------------------------------------- end

    def session(self):
        """The transcript as C: and S: lines of text."""
        lines = []
        for side, data in self.transcript:
            for line in data.decode("utf-8", "replace").splitlines():
                lines.append(f"{side.decode()}: {line}")
        return "\n".join(lines)

    def logout(self):
        self.ok("LOGOUT")
        self.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def quote(text):
    """An IMAP quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
