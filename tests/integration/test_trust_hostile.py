"""Large and odd headers where only the zone, or only what is signed, counts:
the mail is saved, in bounded time and memory, and judged right."""

import time

import pytest

from harness import rspamd
from harness.signing import signed
from test_record_hostile import (BLOCKS, MEGABYTE, assert_memory_bounded,
                                 deliver_in_time, judged_right, peak_memory)

SECRET = 32 * "0a"
SETTINGS = {
    trust: {"winnow_scanner": "rspamd", "winnow_trust": trust,
            "winnow_trusted_hosts": "mx.site.example server.example",
            "winnow_sign_keys": f"k1 {SECRET}"}
    for trust in ("zone", "signed")}
NAME = "<m1@example.org>"
BORDER = ("Received", "from x ([203.0.113.9]) by mx.site.example id AAA")


def field(name, value):
    return f"{name}: {value}\r\n".encode()


def forged(count):
    """Each has to be looked at to the end: the key is known, the time right."""
    now = int(time.time())
    return b"".join(field(*signed("no secret at all", "ham", f"-{n % 9}", NAME,
                                  "AAA" if n % 2 else "", at=now - n % 60))
                    for n in range(count))


def verdicts(count):
    return b"".join(field(*header) for header in rspamd(0)) * count


def received(count):
    return b"".join(field("Received", f"from x ([203.0.113.{n % 200}]) by "
                          f"mx.site.example id B{n}") for n in range(count))


def names(count):
    return b"".join(field(name, f"<{n}@example.org>") for n in range(count)
                    for name in ("Message-ID", "From"))


def line(size, name):
    return field(name, "v=1; " * (size // 5))


def comments(size):
    return field("Received", "from x " + "(" * size + " by mx.site.example")


#: what a sender can write, and what it costs to make it huge
LARGE = {
    "forged": (forged, 10000, 100000),
    "verdicts": (verdicts, 10000, 100000),
    "received": (received, 20000, 200000),
    "names": (names, 20000, 100000),
    "signed-line": (lambda size: line(size, "X-Site-Verdict"), 4 * MEGABYTE,
                    50 * MEGABYTE),
    "name-line": (lambda size: line(size, "Message-ID"), 4 * MEGABYTE,
                  50 * MEGABYTE),
    "comments": (comments, 4 * MEGABYTE, 50 * MEGABYTE),
}
ODD = {
    "nul": b"X-Site-Verdict: v=1;\0 k=k1\r\nMessage-ID: \0\r\nReceived: \0\r\n",
    "eight-bit": b"X-Site-Verdict: v=1; k=\xff\r\nMessage-ID: \xfe\r\n"
                 b"Received: from \x80 by mx.site.example\r\n",
    "numbers": b"".join(
        b"X-Site-Verdict: v=1; k=k1; t=%b; q=AAA; c=ham; s=%b; b=%b\r\n" % item
        for item in [(b"1e999", b"nan", b"A" * 44), (b"-1", b"1,5", b"="),
                     (b"9" * 40, b"1e999", b"A" * 43 + b"=")]),
    "no-values": b"X-Site-Verdict:\r\nMessage-ID:\r\nReceived:\r\nFrom:\r\n",
    "no-names": b": x\r\nReceived\r\n: Received: by mx.site.example\r\n",
    "folded": b"X-Site-Verdict: v=1;\r\n \r\n\t\r\n k=k1\r\n"
              b"Received:\r\n by\r\n mx.site.example\r\n",
}


def top():
    """What our servers wrote, and the message's name."""
    return b"".join(field(*header) for header in [
        signed(SECRET, "spam", "9.00", NAME, "AAA"), *rspamd(9.0), BORDER,
        ("Message-ID", NAME)])


def below():
    """A signature may stand anywhere."""
    return field(*signed(SECRET, "spam", "9.00", NAME, "AAA"))


@pytest.fixture(params=["zone", "signed"])
def server(request, start):
    return start(settings=SETTINGS[request.param], extra=BLOCKS)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_header(server, odd):
    user = server.new_user()
    user.lmtp(top() + odd + b"\r\nHello.\r\n")
    user.save(top() + odd + below() + odd + b"\r\nHello.\r\n")
    user.save(b"X-Odd: 1\r\n" + top() + odd)
    judged_right(user, 3)


def deliver_large(server, text):
    user = server.new_user()
    off = server.new_user(winnow_enable="no")
    header = top() + text + below()
    for _ in range(2):      # what Dovecot itself takes: more the second time
        deliver_in_time(server, off, header)
    before = peak_memory(server)
    deliver_in_time(server, user, header)
    judged_right(user)
    assert_memory_bounded(server, before)


@pytest.mark.parametrize("make, size", [
    (make, size) for make, size, _ in LARGE.values()], ids=LARGE)
def test_large_header(server, make, size):
    deliver_large(server, make(size))


@pytest.mark.long
@pytest.mark.parametrize("make, size", [
    (make, size) for make, _, size in LARGE.values()], ids=LARGE)
def test_huge_header(server, make, size):
    deliver_large(server, make(size))

