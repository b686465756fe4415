"""A connection to LMTP that stays open, as an MTA keeps one."""

import socket

from measure import process_at


class Lmtp:
    """A connection that stays open, for one message after the other."""

    def __init__(self, server):
        self._socket = socket.create_connection((server.host, server.lmtp_port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines = self._socket.makefile("rb")
        self._answer()
        self._say("LHLO client.example")
        self.pid = process_at(self._socket.getpeername()[1],
                              self._socket.getsockname()[1], "lmtp")

    def _answer(self):
        line = self._lines.readline()
        while line[3:4] == b"-":
            line = self._lines.readline()
        if line[:1] not in b"23":
            raise RuntimeError(f"LMTP: {line!r}")

    def _say(self, line):
        self._socket.sendall(line.encode() + b"\r\n")
        self._answer()

    def deliver(self, message, recipient):
        self._say("MAIL FROM:<sender@example.org>")
        self._say(f"RCPT TO:<{recipient}>")
        self._say("DATA")
        self._socket.sendall(message + b".\r\n")
        self._answer()

    def close(self):
        self._lines.close()
        self._socket.close()
