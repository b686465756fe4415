"""Headers that nobody writes in good faith: the mail is saved, in bounded
time and memory, and what is true in its header still counts."""

import contextlib
import re
from pathlib import Path

import pytest

from harness import UNKNOWN, Index, Record, message, rspamd
from harness.lmtp import deliver
from test_record_survival import lmtp_processes

SPAM = Record(1, "none", 75, 9.0)
RSPAMD = {"winnow_scanner": "rspamd"}
#: The one true verdict, level 75.
VERDICT = b"X-Spamd-Result: default: False [9.00 / 15.00]; A(0)[]\r\n"
BODY = b"\r\nHello.\r\n"
MEGABYTE = 1 << 20
#: malloc() gives large blocks back at once. By default it does so for a while,
#: and then the peak hangs on which of the blocks that were left fits next.
MALLOC = "MALLOC_MMAP_THRESHOLD_"
BLOCKS = {"2.3": f"import_environment = TZ PATH {MALLOC}=131072\n",
          "2.4": f"import_environment {{\n  {MALLOC} = 131072\n}}\n"}


def many_lines(size):
    """One verdict header folded over and over."""
    line = b"\t" + b"A_SYMBOL(0.00)[]; " * 4 + b"\r\n"
    return VERDICT[:-2] + b"\r\n" + line * (size // len(line))


def long_line(size):
    return b"X-Spamd-Result: " + b"x" * size + b"\r\n" + VERDICT


def long_name(size):
    return b"X-" + b"y" * size + b": 1\r\n" + VERDICT


def many_verdicts(count):
    return b"".join(b"X-Spamd-Result: default: False [%d.00 / 15.00]\r\n" %
                    (n % 5) for n in range(count)) + VERDICT


def many_headers(count):
    return b"".join(b"Received: from h%d by h; Mon, 5 Jan 2026\r\n" % n
                    for n in range(count)) + VERDICT


LARGE = {
    "folded": many_lines(4 * MEGABYTE),
    "long-line": long_line(4 * MEGABYTE),
    "long-name": long_name(4 * MEGABYTE),
    "verdicts": many_verdicts(20000),
    "headers": many_headers(40000),
}

ODD = {
    "nul-in-value": b"X-Spamd-Result: \0default:\0\0 [1.0 / 15.0]\r\n" + VERDICT,
    "nul-in-name": b"X-Spamd\0-Result: default: [1.0 / 15]\r\n" + VERDICT,
    "eight-bit": b"X-Spam-\xff\xfe: \x80\x81 caf\xc3\xa9\r\n" + VERDICT,
    "no-colon": b"X-Spamd-Result\r\nnothing here\r\n" + VERDICT,
    "empty-name": b": value\r\n:\r\n" + VERDICT,
    "blank-name": b"X-Spamd-Result \t: default: [1.0 / 15]\r\n" + VERDICT,
    "starts-folded": b" \t folded from nowhere\r\n" + VERDICT,
    "control": bytes(range(1, 9)) + b": " + bytes(range(1, 9)) + b"\r\n" +
               VERDICT,
    "cr-in-line": b"X-Other: a\rb\rc\r\n" + VERDICT,
    "lf-ends": VERDICT.replace(b"\r\n", b"\n") + b"Subject: x\n",
    "empty-lines-folded": b"X-Other: a\r\n \r\n\t\r\n b\r\n" + VERDICT,
}


def judged_right(user, count=1, expected=SPAM):
    index = Index(user)
    assert list(index.records().values()) == count * [expected]


@pytest.mark.parametrize("header", ODD.values(), ids=ODD.keys())
def test_odd_header(user, header):
    user.lmtp(header + BODY)
    user.save(header + BODY)
    user.imap().append("INBOX", header.replace(b"\0", b"\x80") + BODY)
    judged_right(user, 3)


def test_odd_headers_on_every_storage(user, storage):
    for header in ODD.values():
        user.lmtp(header + BODY)
    judged_right(user, len(ODD))


@pytest.mark.parametrize("text", [
    b"X-Spamd-Result: default: False [9.00 / 15.00]", VERDICT, VERDICT[:-2],
    VERDICT + b"Subject: never", VERDICT + b"Subject"])
def test_header_that_ends_in_the_middle(user, text):
    user.save(text)
    judged_right(user)


@pytest.mark.parametrize("text", [b"\r\n", b"\n", b"\r\n\r\n", b"x", b"\0"])
def test_hardly_any_header(user, text):
    user.save(text)
    judged_right(user, expected=UNKNOWN)


@pytest.mark.parametrize("header", LARGE.values(), ids=LARGE.keys())
def test_large_header(start, header):
    server = start(settings=RSPAMD, extra=BLOCKS)
    user = server.new_user()
    off = server.new_user(winnow_enable="no")
    deliver_in_time(server, off, header)        # the process warmed up
    before = peak_memory(server)
    deliver_in_time(server, off, header)
    deliver_in_time(server, user, header)
    judged_right(user)
    assert_memory_bounded(server, before)
    # and once more from the mailbox
    off.set_fields(winnow_enable="yes")
    assert off.imap("INBOX").search("X-WINNOW SPAM") == [1, 2]


@pytest.mark.long
@pytest.mark.parametrize("make", [
    lambda: many_lines(50 * MEGABYTE), lambda: long_line(50 * MEGABYTE),
    lambda: many_verdicts(100000)], ids=["folded", "long-line", "verdicts"])
def test_huge_header(start, make):
    server = start(settings=RSPAMD, extra=BLOCKS)
    header = make()
    user = server.new_user()
    off = server.new_user(winnow_enable="no")
    deliver_in_time(server, off, header)
    before = peak_memory(server)
    deliver_in_time(server, user, header)
    judged_right(user)
    assert_memory_bounded(server, before)


def deliver_in_time(server, user, header):
    """Speed is measured elsewhere: this ends only what would never end."""
    deliver(server.host, server.lmtp_port, header + BODY, [user.name],
            timeout=300)


def assert_memory_bounded(server, before):
    """Less than the header more; a process that has ended can't be asked."""
    if before > 0:
        assert peak_memory(server) - before < 3 * MEGABYTE


def peak_memory(server):
    """The largest resident size that an LMTP process has had, in bytes."""
    peak = 0
    for pid in lmtp_processes(server):
        with contextlib.suppress(OSError):      # it has just ended
            status = Path(f"/proc/{pid}/status").read_text()
            found = re.search(r"VmHWM:\s*(\d+) kB", status)
            peak = max(peak, 1024 * int(found.group(1)) if found else 0)
    return peak
