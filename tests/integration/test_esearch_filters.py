"""ESEARCH with named filters (RFC 5466): M29 of MULTISEARCH's checklist."""

import pytest

from esearch_client import found, nothing
from filter_store import SETTINGS, put
from harness import message, rspamd


@pytest.fixture
def imap(start):
    """Nothing is selected."""
    settings = {**SETTINGS, "winnow_capability": "X-WINNOW FILTERS MULTISEARCH"}
    session = start(settings=settings, metadata=True).new_user().imap()
    session.ok("CREATE Fruit")
    for name in ("INBOX", "Fruit"):
        for subject, score in (("apple", 9.0), ("pear", 1.0), ("apple", 1.0)):
            session.append(name, message(subject, headers=rspamd(score)))
    put(session, "apples", "SUBJECT apple")
    put(session, "good", "(FILTER apples NOT X-WINNOW SPAM)")
    put(session, "two", "SEEN FLAGGED")
    put(session, "first", "1")
    put(session, "utf", "SUBJECT {5}\r\n\u00e4pfe".encode())
    return session


def test_m29_a_filter_stands_for_its_program(imap):
    assert found(imap, "IN (personal) FILTER apples") == {
        "INBOX": [1, 3], "Fruit": [1, 3]}
    assert found(imap, "IN (mailboxes Fruit) RETURN (COUNT) FILTER GOOD",
                 "COUNT") == {"Fruit": 1}
    assert found(imap, "IN (personal) CHARSET UTF-8 FILTER good") == {
        "INBOX": [3], "Fruit": [3]}
    assert nothing(imap.command("ESEARCH IN (personal) FILTER utf"))
    assert found(imap, "IN (personal) NOT FILTER two") == {}
    assert found(imap, "IN (personal) FILTER first") == {
        "INBOX": [1], "Fruit": [1]}


def test_m29_an_undefined_filter_is_told_before_anything_else(imap):
    for program in ("FILTER nope", "FILTER apples FILTER nope",
                    "NOT FILTER nope", "OR FILTER nope ALL", "(FILTER nope)"):
        reply = imap.no("ESEARCH IN (personal) " + program)
        assert reply.code == "UNDEFINED-FILTER nope"
        assert reply.untagged == []


def test_m29_filters_that_cannot_be(imap):
    for program in ("FILTER", 'FILTER "a b"', "FILTER (a)", "FILTER a/b"):
        assert imap.bad("ESEARCH IN (personal) " + program).untagged == []
    reply = imap.bad("ESEARCH IN (personal) CHARSET ISO-8859-1 FILTER apples")
    assert reply.code.startswith("BADCHARSET")


def test_m29_a_saved_result_and_filters(imap):
    imap.select("INBOX")
    assert nothing(imap.command("ESEARCH RETURN (SAVE) FILTER good"))
    assert imap.uid_search("$") == [3]
    put(imap, "saved", "$")
    assert found(imap, "FILTER saved") == {"INBOX": [3]}
    reply = imap.no("ESEARCH IN (personal) FILTER saved")
    assert reply.code == "CANNOT" and reply.untagged == []
    imap.bad("ESEARCH RETURN (SAVE) FILTER")
    assert imap.uid_search("$") == [3]
    imap.no("ESEARCH RETURN (SAVE) FILTER nope")
    assert imap.uid_search("$") == []
