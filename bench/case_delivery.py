"""What a delivery costs the server."""

import re

from cases import case
from harness.signing import signed
from lab import SECRET, Result
from lmtp_session import Lmtp
from measure import Series, cpu_clock, wait_idle

MESSAGES, BLOCK = 2000, 50


class _Side:
    """Users of one server who get mail."""

    def __init__(self, server, name, users):
        self.server = server
        self.users = [server.new_user() for _ in range(users)]
        self.series = Series(f"{MESSAGES} messages by LMTP, {name}")
        self.lmtp = None
        self._spent = self._count = 0

    def new_process(self):
        self.close()
        self.lmtp = Lmtp(self.server)

    def close(self):
        if self.lmtp is not None:
            self.lmtp.close()

    def deliver(self, number, message, count):
        user = self.users[number % len(self.users)]
        wait_idle(self.lmtp.pid)
        before = cpu_clock(self.lmtp.pid)
        self.lmtp.deliver(message, user.name)
        wait_idle(self.lmtp.pid)
        if count:
            self._spent += cpu_clock(self.lmtp.pid) - before
            self._count += 1

    def end_block(self):
        if self._count > 0:
            self.series.add(cpu_ms=self._spent / 1e6 / self._count)
        self._spent = self._count = 0


def _deliver(lab, about, users=20, before=120, name="winnow",
             dress=lambda text: text):
    """Both servers get the same messages, one after the other in turn, so that
    what disturbs the machine disturbs both. A sample is what one process
    delivers; what comes before the first one is there already, for each user."""
    writer = lab.mailbox().writer
    with lab.delivery_server(name) as ours, \
         lab.delivery_server("stock") as stock:
        sides = [_Side(ours, name, users), _Side(stock, "stock", users)]
        for first in range(-users * before, MESSAGES, BLOCK):
            _deliver_block(sides, writer, first, users * before, dress)
        for side in sides:
            side.close()
    return Result("", f"{about}, lmtp process, per message",
                  [side.series for side in sides], 1.02, same_answer=False)


def _deliver_block(sides, writer, first, before, dress):
    """What a process does for the first time is not counted."""
    for side in sides:
        side.new_process()
    for number in range(first, first + BLOCK):
        message = dress(writer.message(number + before + 1)[0])
        message = message.replace("\n", "\r\n").encode()
        # the side that comes second finds the machine as the first left it
        for side in sides if number % 2 else reversed(sides):
            side.deliver(number, message, count=first >= 0 and number > first)
    for side in sides:
        side.end_block()


@case("lmtp", "delivery")
def lmtp(lab):
    """Dovecot writes an index file once the log has some size."""
    return _deliver(lab, "mail for 20 who have some")


@case("lmtp-zone", "delivery")
def lmtp_zone(lab):
    """Filters write below the one Received field: two are walked."""
    return _deliver(lab, "mail for 20, by the zone", name="zone")


def _sign(text):
    """Every message is signed now, for its name and its queue id."""
    found = re.search(r"\sid (\w+);.*?^Message-ID: (\S+)", text, re.S | re.M)
    name, value = signed(SECRET, "ham", "1.25", found.group(2), found.group(1))
    return f"{name}: {value}\n{text}"


@case("lmtp-signed", "delivery")
def lmtp_signed(lab):
    """OpenSSL is mapped, the header read twice, one MAC computed."""
    return _deliver(lab, "mail for 20, signed", name="signed", dress=_sign)


@case("lmtp-one", "delivery")
def lmtp_one(lab):
    """Dovecot reads all of a mailbox's log again for each message, as long as
    the log is younger than five minutes."""
    return _deliver(lab, "all mail for one", users=1, before=1)
