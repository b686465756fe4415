"""What the key X-WINNOW takes as an argument, and what it says of others."""

import pytest

from harness import Literal, message, rspamd

TESTS = "SPAM, HAM, UNKNOWN, BY, LEVEL and KIND"


@pytest.fixture
def session(user):
    """A session with INBOX selected: one spam, one ham."""
    user.lmtp(message("buy", headers=rspamd(7.5)))
    user.lmtp(message("hello", headers=rspamd(1.2)))
    return user.imap("INBOX")


@pytest.mark.parametrize("program, reason", [
    ("X-WINNOW", f"Needs a test, allowed: {TESTS}"),
    ("X-WINNOW (SPAM)", f"Needs a test, allowed: {TESTS}"),
    ("X-WINNOW JUNK", f"Unknown test 'JUNK', allowed: {TESTS}"),
    ("X-WINNOW NIL", f"Unknown test 'NIL', allowed: {TESTS}"),
    ('X-WINNOW ""', f"Unknown test '', allowed: {TESTS}"),
    ("NOT X-WINNOW SPAMMY", f"Unknown test 'SPAMMY', allowed: {TESTS}"),
    ("OR SEEN (X-WINNOW LEVELS 5)", f"Unknown test 'LEVELS', allowed: {TESTS}"),
    ("X-WINNOW LEVEL", "LEVEL needs a value, allowed: 0..100"),
    ("X-WINNOW LEVEL (5)", "LEVEL needs a value, allowed: 0..100"),
    ("X-WINNOW LEVEL 101", "Invalid LEVEL '101', allowed: 0..100"),
    ("X-WINNOW LEVEL -1", "Invalid LEVEL '-1', allowed: 0..100"),
    ("X-WINNOW LEVEL +5", "Invalid LEVEL '+5', allowed: 0..100"),
    ("X-WINNOW LEVEL 007", "Invalid LEVEL '007', allowed: 0..100"),
    ("X-WINNOW LEVEL 5.0", "Invalid LEVEL '5.0', allowed: 0..100"),
    ("X-WINNOW LEVEL high", "Invalid LEVEL 'high', allowed: 0..100"),
    ("X-WINNOW LEVEL 4294967297", "Invalid LEVEL '4294967297', allowed"),
    ("X-WINNOW KIND", "KIND needs a value, allowed: PHISH and VIRUS"),
    ("X-WINNOW KIND NONE", "Invalid KIND 'NONE', allowed: PHISH and VIRUS"),
    ("X-WINNOW BY", "BY needs a value, allowed: a name"),
    ("X-WINNOW BY (user)", "BY needs a value, allowed: a name"),
])
def test_a_bad_argument_is_named(session, program, reason):
    for command in ("SEARCH", "UID SEARCH", "SORT (DATE) US-ASCII",
                    "THREAD REFS UTF-8"):
        reply = session.bad(f"{command} {program}")
        assert f"X-WINNOW: {reason}" in reply.text, reply


def test_the_bytes_of_a_bad_argument_stay_in_their_line(session):
    for value, shown in [(b"5\r\na99 OK gotcha", "5??a99 OK gotcha"),
                         (b"\xff\x07'", "??'"),
                         (b"9" * 5000, "9" * 32 + "...")]:
        for test, what in [("LEVEL", "Invalid LEVEL"), ("KIND", "Invalid KIND")]:
            reply = session.bad("SEARCH X-WINNOW", test, Literal(value))
            assert not reply.untagged
            assert f"{what} '{shown}', allowed" in reply.text
    reply = session.bad("SEARCH X-WINNOW", Literal(b"\r\n* BYE"))
    assert "Unknown test '??* BYE', allowed" in reply.text


def test_arguments_may_be_strings_in_any_case(session):
    assert session.search('X-WINNOW "spam"') == [1]
    assert session.search("x-winnow Level \"50\"") == [1]
    assert [n for line in session.ok(
        "SEARCH X-WINNOW", Literal(b"BY"), Literal(b"RSPAMD")).lines("SEARCH")
        for n in line.split()] == ["1", "2"]
    assert session.search("X-WINNOW LEVEL 0") == [1, 2]
    assert session.search("X-WINNOW LEVEL 100") == []


def test_an_unknown_name_matches_nothing(session):
    for name in ("bogofilter", "nobody", '""', '"a b"', "NIL", "rspam",
                 "rspamd2"):
        assert session.search("X-WINNOW BY " + name) == []
        assert session.search("NOT X-WINNOW BY " + name) == [1, 2]
    session.ok("SEARCH X-WINNOW BY", Literal(b"x" * 60000))


def test_a_search_for_a_made_up_guid_is_not_a_way_in(session):
    assert session.search('X-GUID "winnow:SPAM"') == []


@pytest.mark.parametrize("setting", [{"winnow_enable": "no"},
                                     {"winnow_capability": ""}])
def test_the_key_is_unknown_where_it_is_not_offered(start, setting):
    user = start(settings={"winnow_scanner": "rspamd", **setting}).new_user()
    user.lmtp(message("buy", headers=rspamd(7.5)))
    imap = user.imap("INBOX")
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    for program in ("X-WINNOW SPAM", "NOT X-WINNOW HAM",
                    "OR SEEN (X-WINNOW LEVEL 5)", "X-WINNOW NONSENSE"):
        for command in ("SEARCH", "UID SORT (DATE) US-ASCII",
                        "THREAD REFS UTF-8", "UID SEARCH RETURN (UPDATE)"):
            reply = imap.bad(f"{command} {program}")
            assert "Unknown argument X-WINNOW" in reply.text
    assert imap.search("ALL") == [1]
