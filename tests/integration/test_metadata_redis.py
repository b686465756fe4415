"""Preferences in a redis: all but listing works as in a file."""

import pytest

from harness import message, rspamd
from test_preferences import PRIVATE, RSPAMD, SHARED, setting, spam, stored


@pytest.fixture
def server(start):
    server = start(settings=RSPAMD, metadata="redis")
    # of a test that lists entries, and soon after it
    server.allow_log("dict does not support this feature")
    return server


def test_preferences_are_kept_and_taken_away(server):
    user = server.new_user()
    user.lmtp(message(headers=rspamd(7.5)))
    imap = user.imap("INBOX")
    assert spam(imap) == [1]
    setting(imap, "threshold", "70")
    assert spam(imap) == [] and stored(imap, "threshold") == "70"
    assert spam(user.imap("INBOX")) == []
    setting(imap, "threshold", None)
    assert spam(imap) == [1] and stored(imap, "threshold") is None


def test_users_keep_their_own(server):
    one, two = server.new_user().imap(), server.new_user().imap()
    setting(one, "threshold", "70")
    setting(two, "threshold", "5")
    assert stored(one, "threshold") == "70"
    assert stored(two, "threshold") == "5"


def test_bad_value_is_refused(server):
    imap = server.new_user().imap()
    assert setting(imap, "threshold", "700", "NO").code == "CANNOT"
    assert stored(imap, "threshold") is None


@pytest.mark.parametrize("where", [PRIVATE, SHARED])
def test_listing_says_that_it_is_not_possible(server, where):
    imap = server.new_user().imap()
    reply = imap.no(f'GETMETADATA (DEPTH 1) "" ({where})')
    assert reply.code == "CANNOT" and "by its name" in reply.text


def test_site_entries_are_told_by_name(server):
    assert stored(server.new_user().imap(), "scanner", SHARED) == "rspamd"


def test_redis_that_is_gone_leaves_the_site_default(server):
    """Mail is judged and found even if no preference can be read."""
    user = server.new_user()
    server.allow_log("dict|redis|winnow: ")
    server.stop_redis()
    user.lmtp(message(headers=rspamd(7.5)))
    assert spam(user.imap("INBOX")) == [1]
