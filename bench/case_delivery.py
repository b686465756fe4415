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
        self.users = [server.new_user() for _ in range(users)]
        self.lmtp = Lmtp(server)
        self.series = Series(f"{MESSAGES} messages by LMTP, {name}")
        self._spent = 0

    def deliver(self, number, message):
        user = self.users[number % len(self.users)]
        wait_idle(self.lmtp.pid)
        before = cpu_clock(self.lmtp.pid)
        self.lmtp.deliver(message, user.name)
        wait_idle(self.lmtp.pid)
        self._spent += cpu_clock(self.lmtp.pid) - before

    def end_block(self, count):
        if count:
            self.series.add(cpu_ms=self._spent / 1e6 / BLOCK)
        self._spent = 0


def _deliver(lab, about, users=20, before=120, name="winnow",
             dress=lambda text: text):
    """Both servers get the same messages, one after the other in turn, so that
    what disturbs the machine disturbs both. A sample is a block of messages;
    what comes before the first one is there already, for each user."""
    writer = lab.mailbox().writer
    with lab.own_server(name) as ours, lab.own_server("stock") as stock:
        sides = [_Side(ours, name, users), _Side(stock, "stock", users)]
        _take_turns(sides, writer, -users * before, dress)
    return Result("", f"{about}, lmtp process, per message",
                  [side.series for side in sides], 1.02, same_answer=False)


def _take_turns(sides, writer, first, dress):
    """Messages below number 0 do not count."""
    for number in range(first, MESSAGES):
        message = dress(writer.message(number - first + 1)[0])
        message = message.replace("\n", "\r\n").encode()
        # the side that comes second finds the machine as the first left it
        for side in sides if number % 2 else reversed(sides):
            side.deliver(number, message)
        if number + 1 == 0 or (number >= 0 and (number + 1) % BLOCK == 0):
            for side in sides:
                side.end_block(count=number >= 0)
    for side in sides:
        side.lmtp.close()


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
