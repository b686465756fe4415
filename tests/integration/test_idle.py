"""Quiet IDLE: spam alone does not wake an idling client."""

import time

import pytest

from harness import message, rspamd

# Dovecot itself waits half a second before it tells of a change.
DELAY = 1.5


@pytest.fixture
def quiet(start, request):
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_idle": "quiet"})
    storage = request.getfixturevalue("storage") \
        if "storage" in request.fixturenames else None
    return server.new_user(storage)


def spam(user):
    user.lmtp(message("buy", headers=rspamd(7.5)))


def ham(user):
    user.lmtp(message("hello", headers=rspamd(1.2)))


QUIET_STORAGES = pytest.mark.parametrize(
    "storage", ["maildir", "sdbox", "mdbox"])


@QUIET_STORAGES
def test_spam_alone_is_silent_until_done(quiet, storage):
    ham(quiet)
    imap = quiet.imap("INBOX")
    tag = imap.idle()
    spam(quiet)
    assert imap.unsolicited(DELAY) == []
    reply = imap.done(tag)
    assert "EXISTS" in reply.lines("2")


@QUIET_STORAGES
def test_ham_announces_the_spam_before_it(quiet, storage):
    imap = quiet.imap("INBOX")
    tag = imap.idle()
    spam(quiet)
    spam(quiet)
    assert imap.unsolicited(DELAY) == []
    ham(quiet)
    assert b"* 3 EXISTS" in imap.unsolicited(DELAY)
