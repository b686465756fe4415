"""Transparent search in Roundcube, whose users know nothing of it.

Screenshots of every step are kept beside the logs.
"""

import tempfile
from pathlib import Path

import pytest

from browser import Browser
from harness import log_directory, message, rspamd
from roundcube import Clicks, Roundcube

pytestmark = pytest.mark.webmail
SPAM, HAM = rspamd(9.0), rspamd(0.5)
#: (subject, headers)
MAILS = [("apples from Ann", HAM), ("apples for free", SPAM),
         ("apples and pears", []), ("cheap apples", SPAM),
         ("a lottery", SPAM), ("the weather", HAM)]
EVERYTHING = sorted(subject for subject, _ in MAILS)
APPLES = sorted(s for s in EVERYTHING if "apples" in s)
CLEAN_APPLES = ["apples and pears", "apples from Ann"]


@pytest.fixture
def scratch():
    with tempfile.TemporaryDirectory(prefix="wnwweb") as directory:
        yield Path(directory)


@pytest.fixture
def webmail(start, scratch):
    """webmail(search="clean"): a user with mail who has logged in."""
    server = start(settings={"winnow_scanner": "rspamd"})
    roundcube = Roundcube(server, scratch)
    browser = Browser(scratch)

    def login(search):
        user = server.new_user(winnow_search=search)
        imap = user.imap()
        for subject, headers in MAILS:
            imap.append("INBOX", message(subject, "Text.\n", headers))
        clicks = Clicks(browser, roundcube, user, log_directory())
        clicks.login()
        return clicks
    yield login
    browser.close()
    roundcube.close()


def test_a_search_shows_everything_where_search_is_plain(webmail):
    clicks = webmail("plain")
    assert clicks.subjects() == EVERYTHING
    assert clicks.search("apples") == APPLES
    assert clicks.reset_search() == EVERYTHING


def test_a_search_shows_no_spam_where_search_is_clean(webmail):
    clicks = webmail("clean")
    assert clicks.subjects() == EVERYTHING
    assert clicks.search("apples") == CLEAN_APPLES
    assert "[X-WINNOW SKIPPED 3]" in clicks.roundcube.imap_log()
    assert clicks.reset_search() == EVERYTHING


def test_a_search_that_finds_spam_alone_shows_it(webmail):
    clicks = webmail("clean")
    assert clicks.search("lottery") == ["a lottery"]
    assert "[X-WINNOW SHOWN 1]" in clicks.roundcube.imap_log()


def test_the_list_has_all_mail_after_a_refresh(webmail):
    """The first refresh settles what Roundcube counted: the requests that it
    makes at once after login overwrite each other's counts in its session."""
    clicks = webmail("clean")
    assert clicks.refresh() == EVERYTHING
    clicks.user.imap().append("INBOX", message("more apples", "", SPAM))
    assert clicks.refresh() == sorted(EVERYTHING + ["more apples"])


def test_the_cache_is_held_against_all_mail(webmail):
    """Messages went and came while Roundcube had the list in its cache."""
    clicks = webmail("clean")
    assert clicks.reload() == EVERYTHING
    imap = clicks.user.imap("INBOX")
    gone = imap.search('SUBJECT "cheap apples"')[0]
    imap.ok(f"STORE {gone} +FLAGS (\\Deleted)")
    imap.ok("EXPUNGE")
    imap.append("INBOX", message("more apples", "", SPAM))
    expected = sorted(set(EVERYTHING) - {"cheap apples"} | {"more apples"})
    assert clicks.reload() == expected
    assert clicks.reload() == expected


def test_select_all_and_move_takes_what_was_shown(webmail):
    clicks = webmail("clean")
    assert clicks.search("apples") == CLEAN_APPLES
    clicks.move_all("Archive")
    imap = clicks.user.imap("Archive")
    assert len(imap.search("ALL")) == len(CLEAN_APPLES)
    assert clicks.reload() == sorted(set(EVERYTHING) - set(CLEAN_APPLES))
