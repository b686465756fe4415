"""What a delivery costs the server."""

import re
import socket

from cases import case
from harness.signing import signed
from lab import SECRET, Result
from measure import Series, cpu_clock, process_at, wait_idle

MESSAGES, BLOCK = 2000, 50


class _Lmtp:
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


class _Delivery:
    """A user of one server who gets mail."""

    def __init__(self, lab, name):
        server = lab.server(name)
        self.user = server.new_user()
        self.lmtp = _Lmtp(server)
        self.pid = self.lmtp.pid
        self.series = Series(f"{MESSAGES} messages by LMTP, {name}")

    def deliver(self, messages, count=True):
        wait_idle(self.pid)
        before = cpu_clock(self.pid)
        for message in messages:
            self.lmtp.deliver(message, self.user.name)
        wait_idle(self.pid)
        spent = (cpu_clock(self.pid) - before) / 1e6 / len(messages)
        if count:
            self.series.add(cpu_ms=spent)


def _beside_stock(lab, name, dress=lambda text: text):
    """Blocks in turn; both users get the same messages in the same order."""
    writer = lab.mailbox().writer
    sides = [_Delivery(lab, side) for side in (name, "stock")]
    for start in range(0, MESSAGES + BLOCK, BLOCK):
        block = [dress(writer.message(number)[0]).replace("\n", "\r\n")
                 .encode() for number in range(start + 1, start + BLOCK + 1)]
        # the side that comes second finds the machine as the first left it
        for side in sides if start // BLOCK % 2 else reversed(sides):
            side.deliver(block, count=start > 0)
    for side in sides:
        side.lmtp.close()
    return Result("", "lmtp process, per message", [s.series for s in sides],
                  1.02, same_answer=False)


@case("lmtp", "delivery")
def lmtp(lab):
    return _beside_stock(lab, "winnow")


@case("lmtp-zone", "delivery")
def lmtp_zone(lab):
    """Filters write below the one Received field: two are walked."""
    return _beside_stock(lab, "zone")


def _sign(text):
    """Every message is signed now, for its name and its queue id."""
    found = re.search(r"\sid (\w+);.*?^Message-ID: (\S+)", text, re.S | re.M)
    name, value = signed(SECRET, "ham", "1.25", found.group(2), found.group(1))
    return f"{name}: {value}\n{text}"


@case("lmtp-signed", "delivery")
def lmtp_signed(lab):
    """OpenSSL is mapped, the header read twice, one MAC computed."""
    return _beside_stock(lab, "signed", _sign)
