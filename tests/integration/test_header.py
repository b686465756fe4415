"""Verdict headers wherever they stand in a header, however it is written."""

import pytest

from harness import message, rspamd
from harness.messages import crlf

#: Dovecot reads messages in blocks: fields that lie across their borders.
BLOCK = 8192
FOLDED = "X-Spamd-Result: default: True\n\t[17.00 / 15.00];\n SYMBOL(1.00)[]\n"


def padded(size):
    """A header of some lines, together `size` bytes with CRLF."""
    lines = ""
    while size - len(crlf(lines)) > 200:
        lines += "X-Padding: " + 60 * "x" + "\n"
    return lines + "X-Padding: " + (size - len(crlf(lines)) - 13) * "x" + "\n"


def test_a_field_across_a_block_is_read(user):
    mailbox = user.imap()
    for size in range(BLOCK - 70, BLOCK + 4):
        mailbox.append("INBOX", crlf(padded(size) + FOLDED + "\nBody\n"))
    mailbox.select()
    assert len(mailbox.search("X-WINNOW SPAM")) == 74


@pytest.mark.parametrize("size", [2000, BLOCK - 40, BLOCK, 3 * BLOCK, 100000])
def test_a_field_of_any_size_hides_no_other(user, size):
    for name in ("X-Spam-Report", "X-Spamd-Result"):
        huge = f"{name}: " + "\n\t".join(size // 50 * [45 * "y"]) + "\n"
        user.save(crlf(huge + FOLDED + "To: me\n\nBody\n"))
    assert user.imap("INBOX").search("X-WINNOW SPAM") == [1, 2]


def test_the_beginning_of_a_huge_field_counts(user):
    user.save(crlf(FOLDED + 5000 * "\tSYMBOL(1.00)[];\n" + "To: me\n\nBody\n"))
    user.save(crlf(FOLDED.rstrip("\n") + 5000 * ";SYMBOL(1.00)[]" +
                   "\nTo: me\n\nBody\n"))
    assert user.imap("INBOX").search("X-WINNOW SPAM") == [1, 2]


def test_the_body_is_no_header(user):
    user.save(crlf("To: me\n\n" + FOLDED))
    user.save(crlf("\n" + FOLDED))
    user.save(crlf("To: me\n\n\n" + FOLDED))
    assert user.imap("INBOX").search("X-WINNOW UNKNOWN") == [1, 2, 3]


def test_a_header_needs_no_body(user):
    imap = user.imap()
    for end in ("", "\n"):
        imap.append("INBOX", crlf("To: me\n" + FOLDED.rstrip("\n") + end))
    imap.select()
    assert imap.search("X-WINNOW SPAM") == [1, 2]


def test_lines_that_are_no_fields_are_passed_over(user):
    user.save(crlf("X-Spamd-Result\nnot a field\n:\n: x\n" + FOLDED +
                   "no colon\n folded\n\nBody\n"))
    assert user.imap("INBOX").search("X-WINNOW SPAM") == [1]


def test_bare_newlines_end_lines(user):
    user.save(message("x", headers=rspamd(17)).replace(b"\r\n", b"\n"))
    assert user.imap("INBOX").search("X-WINNOW SPAM") == [1]
