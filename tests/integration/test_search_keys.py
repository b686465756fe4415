"""The search key X-WINNOW, test by test, with the precedence of its classes."""

import pytest

from harness import message, rspamd


def test_capability_is_advertised(user):
    imap = user.imap()
    assert "X-WINNOW" in user.imap().ok("CAPABILITY").lines("CAPABILITY")[0]


def test_spam_ham_unknown_partition_a_mailbox(user, storage):
    user.lmtp(message("buy", headers=rspamd(7.5)))
    user.lmtp(message("hello", headers=rspamd(1.2)))
    user.lmtp(message("unscanned"))
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM") == [1]
    assert imap.search("X-WINNOW HAM") == [2]
    assert imap.search("X-WINNOW UNKNOWN") == [3]
    assert imap.search("NOT X-WINNOW SPAM") == [2, 3]
