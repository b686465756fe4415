"""Named filters (RFC 5466) in searches, by the numbers of their checklist."""

import re

import pytest

from filter_store import SETTINGS, put
from harness import Literal, message, rspamd

#: flags of the messages 1, 2, 3, …; every second one is from the boss
FLAGS = ["", "\\Seen", "\\Seen \\Flagged", "\\Flagged", "\\Draft",
         "\\Seen \\Draft", "\\Answered", "\\Deleted"]
COMMANDS = ["SEARCH", "UID SEARCH"]


@pytest.fixture
def server(start):
    return start(settings=SETTINGS, metadata=True)


@pytest.fixture
def user(server):
    return server.new_user()


def fill(imap):
    for number, flags in enumerate(FLAGS):
        imap.append("INBOX", message(
            sender="boss@x.example" if number % 2 else "me@x.example",
            subject=f"s{number % 3}", body="x" * (50 * number) + "\n"), flags)


@pytest.fixture
def imap(user):
    session = user.imap("INBOX")
    fill(session)
    return session


def same(imap, with_filter, without):
    """Both programs are answered alike by every command that searches."""
    for command in COMMANDS:
        assert imap.search(with_filter, command) == \
            imap.search(without, command)
    for options in ("RETURN (ALL) ", "RETURN (MIN MAX COUNT) ", "RETURN () "):
        assert imap.esearch(options + with_filter) == \
            imap.esearch(options + without)
    for command in ("SORT", "UID SORT"):
        for before in ("(REVERSE SIZE) UTF-8 ", "(SUBJECT SIZE) US-ASCII "):
            assert imap.ok(command, before + with_filter).untagged == \
                imap.ok(command, before + without).untagged
        assert imap.esearch("RETURN (COUNT) (SIZE) UTF-8 " + with_filter,
                            command) == \
            imap.esearch("RETURN (COUNT) (SIZE) UTF-8 " + without, command)
    for command in ("THREAD", "UID THREAD"):
        for before in ("REFERENCES UTF-8 ", "ORDEREDSUBJECT US-ASCII "):
            assert imap.ok(command, before + with_filter).untagged == \
                imap.ok(command, before + without).untagged


def undefined(reply, name):
    assert reply.status == "NO" and reply.code == f"UNDEFINED-FILTER {name}"
    assert reply.untagged == []


def test_f01_capability_is_there_after_login(user):
    words = user.imap().ok("CAPABILITY").lines("CAPABILITY")[0].split()
    assert "FILTERS" in words and "METADATA" in words


def test_f04_filter_is_as_what_it_says(imap):
    put(imap, "boss", 'FROM "boss@x"')
    assert imap.search("FILTER boss") == [2, 4, 6, 8]
    same(imap, "FILTER boss", 'FROM "boss@x"')
    same(imap, "FILTER boss FILTER boss", 'FROM "boss@x"')


def test_f05_among_other_keys(imap):
    put(imap, "f", 'OR SMALLER 500 FROM "boss@x.example"')
    same(imap, "UID 3:7 FILTER f SINCE 3-Dec-2002",
         'UID 3:7 OR SMALLER 500 FROM "boss@x.example" SINCE 3-Dec-2002')
    same(imap, "(SEEN (FILTER f) UNDRAFT)",
         '(SEEN (OR SMALLER 500 FROM "boss@x.example") UNDRAFT)')


def test_f06_what_it_says_is_put_in_verbatim(imap):
    put(imap, "f", "SEEN FLAGGED")
    same(imap, "NOT FILTER f", "NOT SEEN FLAGGED")
    assert imap.search("NOT FILTER f") == [4]
    same(imap, "OR FILTER f DRAFT", "OR SEEN FLAGGED DRAFT")
    same(imap, "FUZZY FILTER f", "FUZZY SEEN FLAGGED")
    same(imap, "OR (FILTER f) DRAFT", "OR (SEEN FLAGGED) DRAFT")


def test_f07_in_parentheses_it_is_one_key(imap):
    put(imap, "f", "(SEEN FLAGGED)")
    same(imap, "NOT FILTER f", "NOT (SEEN FLAGGED)")
    assert imap.search("NOT FILTER f") == [1, 2, 4, 5, 6, 7, 8]
    same(imap, "OR FILTER f FILTER f", "OR (SEEN FLAGGED) (SEEN FLAGGED)")


@pytest.mark.parametrize("command", [
    "SEARCH", "UID SEARCH", "SEARCH RETURN (COUNT)", "SEARCH CHARSET UTF-8",
    "SORT (SIZE) UTF-8", "UID SORT RETURN (ALL) (SIZE) UTF-8",
    "THREAD REFERENCES UTF-8", "UID THREAD ORDEREDSUBJECT UTF-8"])
def test_f08_unknown_filter_is_undefined(imap, command):
    put(imap, "f", "SEEN")
    undefined(imap.no(command, "FILTER nope"), "nope")
    undefined(imap.no(command, "NOT (OR FILTER f FILTER nope)"), "nope")
    undefined(imap.no(command, "SEEN FILTER No.Pe UNSEEN"), "No.Pe")


def test_f08_nothing_selected_is_the_first_mistake(user):
    user.imap().bad("SEARCH FILTER nope")


def test_f10_names_have_no_case(imap):
    put(imap, "Boss", 'FROM "boss@x"')
    for name in ("boss", "BOSS", "bOsS"):
        assert imap.search(f"FILTER {name}") == [2, 4, 6, 8]
        assert imap.search(f"filter {name}") == [2, 4, 6, 8]
    undefined(imap.no("SEARCH FILTER NoSuch"), "NoSuch")


def test_f11_filters_within_filters(imap):
    put(imap, "f1", "FILTER f2")
    put(imap, "f2", "(FLAGGED FILTER F3)")
    put(imap, "f3", "SEEN")
    same(imap, "FILTER f1", "(FLAGGED SEEN)")
    same(imap, "NOT FILTER f1", "NOT (FLAGGED SEEN)")
    put(imap, "f2", "NOT FILTER f3 FILTER f3")
    same(imap, "FILTER f1", "NOT SEEN SEEN")


def test_f12_loops_are_undefined(imap):
    put(imap, "self", "SEEN FILTER self")
    undefined(imap.no("SEARCH FILTER self"), "self")
    put(imap, "one", "FILTER two")
    put(imap, "two", "OR SEEN (FILTER ONE)")
    undefined(imap.no("SEARCH FILTER one"), "ONE")
    undefined(imap.no("SEARCH FILTER two"), "two")
    assert imap.search("SEEN") == [2, 3, 6]


def test_f12_chain_of_ten_is_the_longest(imap):
    for number in range(1, 11):
        put(imap, f"c{number}", f"FILTER c{number + 1}")
    put(imap, "c11", "SEEN")
    same(imap, "FILTER c2", "SEEN")
    undefined(imap.no("SEARCH FILTER c1"), "c11")
    assert imap.search("FILTER c2") == [2, 3, 6]


def test_f12_growth_is_bounded(imap):
    for number in range(9):
        put(imap, f"g{number}", f"FILTER g{number + 1} " * 10 + "SEEN")
    put(imap, "g9", "SEEN")
    reply = imap.no("SEARCH FILTER g0")
    assert reply.code == "LIMIT" and reply.untagged == []
    assert imap.search("FILTER g8") == [2, 3, 6]


@pytest.mark.parametrize("program", [
    "FILTER f", "OR SEEN FILTER f", "NOT FILTER f", "(UNSEEN (FILTER f))"])
def test_f13_other_charset_is_bad(imap, program):
    put(imap, "f", "SEEN")
    for command in ("SEARCH CHARSET ISO-8859-1", "UID SEARCH CHARSET KOI8-R",
                    'SEARCH RETURN (ALL) CHARSET "windows-1252"',
                    "SORT (SIZE) ISO-8859-1", "THREAD REFS ISO-8859-1",
                    "SEARCH CHARSET nonsense"):
        reply = imap.bad(command, program)
        assert reply.tagged.split(b" ", 2)[2].startswith(
            b"[BADCHARSET (UTF-8 US-ASCII)] ")
        assert reply.untagged == []
    for charset in ("UTF-8", "utf-8", "US-ASCII", '"us-ascii"'):
        same_as = imap.search(program)
        assert imap.search(f"CHARSET {charset} {program}") == same_as


def test_f13_only_with_filters(imap):
    assert imap.search('CHARSET ISO-8859-1 SUBJECT "FILTER f"') == []
    assert imap.search("CHARSET ISO-8859-1 FROM FILTER") == []


def test_f14_value_is_utf8(imap):
    imap.append("INBOX", message(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
    put(imap, "f", 'SUBJECT "grüße"'.encode())
    assert imap.search("FILTER f") == [9]
    for charset in ("UTF-8", "US-ASCII"):
        assert imap.search(f"CHARSET {charset} FILTER f") == [9]
        assert imap.sort(f"(SIZE) {charset} FILTER f") == [9]


@pytest.mark.parametrize("program", [
    "FILTER", 'FILTER "boss"', 'FILTER "x y"', "FILTER (a)", "FILTER a/b",
    "FILTER a%b", "FILTER a*", "FILTER a]", "FILTER a\\b", "(FILTER)",
    "NOT FILTER", "OR FILTER boss", "FILTER boss BOGUS", "FILTER " + "n" * 101])
def test_f17_malformed_is_bad(imap, program):
    put(imap, "boss", 'FROM "boss@x"')
    for command in ("SEARCH", "UID SEARCH", "SORT (SIZE) UTF-8",
                    "THREAD REFS UTF-8"):
        assert imap.bad(command, program).untagged == []


def test_f17_name_as_a_literal_is_bad(imap):
    put(imap, "boss", 'FROM "boss@x"')
    assert imap.command("SEARCH FILTER", Literal(b"boss")).status == "BAD"


@pytest.mark.parametrize("program", [
    "FROM FILTER SEEN", "KEYWORD FILTER SEEN", 'SUBJECT "FILTER x"',
    "HEADER FILTER FILTER", "HEADER X-A FILTER SEEN", "OR TO FILTER SEEN",
    "NOT BODY FILTER", "MIMEPART SUBJECT FILTER SEEN",
    "MIMEPART (SUBJECT FILTER) SEEN", "X-GUID FILTER", "X-MAILBOX FILTER",
    "X-WINNOW BY FILTER", "INTHREAD REFS FROM FILTER", "FUZZY TEXT FILTER",
    "MIMEPART OR TO FILTER PARAM FILTER FILTER",
    "MIMEPART FILENAME IS FILTER", "MIMEPART DISPOSITION TYPE FILTER"])
def test_f18_word_filter_elsewhere_is_only_a_word(imap, program):
    expected = imap.search(program)
    put(imap, "FILTER", "FLAGGED")
    put(imap, "x", "FLAGGED")
    put(imap, "SEEN", "FLAGGED")
    assert imap.search(program) == expected
    put(imap, "f", program)
    assert imap.search("FILTER f") == expected
    same(imap, "FILTER FILTER " + program, "FLAGGED " + program)
    same(imap, program + " FILTER FILTER", program + " FLAGGED")


@pytest.mark.parametrize("before", [
    "FROM x", "LARGER 1", "SINCE 1-Jan-2020", "UID 1:*", "1:*", "*", "2,4:6",
    "MODSEQ 1", 'MODSEQ "/flags/\\\\seen" all 1', "OLDER 100000", "YOUNGER 100000",
    "INTHREAD REFS ALL", "X-REAL-UID 1:*", "X-WINNOW LEVEL 0",
    "X-WINNOW UNKNOWN", "X-WINNOW KIND PHISH", "SAVEDSINCE 1-Jan-2020",
    "MIMEPART DEPTH MIN 0", "MIMEPART DEPTH 0", "MIMEPART SIZE LARGER 1",
    "MIMEPART SIZE 1", "MIMEPART CHILD EXISTS", "MIMEPART (NOT TYPE text)",
    "MIMEPART NOT NOT OR TYPE text INDEX 1", "SAVEDATESUPPORTED"])
def test_f18_after_every_kind_of_key_filter_is_one(imap, before):
    put(imap, "f", "FLAGGED")
    same(imap, before + " FILTER f", before + " FLAGGED")
    same(imap, f"OR {before} FILTER f", f"OR {before} FLAGGED")
    put(imap, "g", before + " FILTER f")
    same(imap, "FILTER g", before + " FLAGGED")


def saved(imap):
    return imap.search("$")


def test_f19_failure_with_no_empties_the_saved_result(imap):
    imap.ok("SEARCH RETURN (SAVE) SEEN")
    assert saved(imap) == [2, 3, 6]
    undefined(imap.no("SEARCH RETURN (SAVE) FILTER nope"), "nope")
    assert saved(imap) == []


def test_f19_failure_with_bad_leaves_the_saved_result(imap):
    put(imap, "f", "SEEN")
    imap.ok("SEARCH RETURN (SAVE) FILTER f")
    for program in ("RETURN (SAVE) CHARSET KOI8-R FILTER f",
                    "RETURN (SAVE) FILTER nope BOGUS",
                    "RETURN (SAVE) CHARSET KOI8-R FILTER nope",
                    "RETURN (SAVE BOGUS) FILTER nope",
                    "RETURN (SAVE PARTIAL 1:2 ALL) FILTER nope",
                    "RETURN (SAVE) FILTER a/b"):
        imap.bad("SEARCH", program)
        assert saved(imap) == [2, 3, 6]


def test_f19_failure_without_save_leaves_the_saved_result(imap):
    imap.ok("SEARCH RETURN (SAVE) SEEN")
    for program in ("FILTER nope", "RETURN (COUNT) FILTER nope",
                    "RETURN (UPDATE (FLAGS)) FILTER nope"):
        undefined(imap.no("SEARCH", program), "nope")
    assert saved(imap) == [2, 3, 6]


def test_f19_failure_waits_for_the_save_before_it(imap):
    for _ in range(20):
        tags = [imap.start("SEARCH RETURN (SAVE) TEXT x"),
                imap.start("SEARCH RETURN (SAVE) FILTER nope")]
        replies = [imap.finish(tag) for tag in tags]
        assert [reply.status for reply in replies] == ["OK", "NO"]
        assert saved(imap) == []


def test_f20_saved_result_in_a_value_is_that_of_now(imap):
    put(imap, "f", "$")
    put(imap, "g", "(FILTER f NOT UID $)")
    imap.ok("SEARCH RETURN (SAVE) DRAFT")
    assert imap.search("FILTER f") == [5, 6]
    assert imap.search("FILTER g") == []
    for _ in range(20):
        tags = [imap.start("SEARCH RETURN (SAVE) SEEN"),
                imap.start("SEARCH FILTER f"),
                imap.start("SEARCH RETURN (SAVE) TEXT x FILTER f"),
                imap.start("SEARCH NOT FILTER f FLAGGED"),
                imap.start("SEARCH RETURN (SAVE) FLAGGED")]
        replies = [imap.finish(tag) for tag in tags]
        assert replies[1].lines("SEARCH") == ["2 3 6"]
        assert replies[3].lines("SEARCH") == ["4"]


def test_f21_literals_and_sets_in_a_value(imap):
    put(imap, "f", b"FROM {6}\r\nboss@x")
    same(imap, "FILTER f", "FROM boss@x")
    put(imap, "f", b"OR FROM {6+}\r\nboss@x (SEEN SUBJECT {2}\r\ns1)")
    same(imap, "FILTER f", "OR FROM boss@x (SEEN SUBJECT s1)")
    for value in ("2:3,7", "UID 2:3,7", "*", "NOT 3:*", "UID 5:*"):
        put(imap, "f", value)
        same(imap, "FILTER f", value)


def test_f21_sets_are_those_of_the_mailbox_in_use(imap, user):
    put(imap, "f", "UID 2:3")
    imap.ok("STORE 1 +FLAGS (\\Deleted)")
    imap.ok("EXPUNGE")
    assert imap.search("FILTER f") == [1, 2]
    imap.ok("SELECT Archive")
    assert imap.search("FILTER f") == []


def test_f26_live_result_keeps_what_the_filter_said(imap, user):
    put(imap, "f", "FLAGGED")
    tag = imap.start("UID SEARCH RETURN (UPDATE ALL) FILTER f")
    reply = imap.finish(tag)
    assert " ALL 3:4" in reply.lines("ESEARCH")[0]
    put(imap, "f", "SEEN")

    def updates(number, flag):
        return imap.ok(f"STORE {number} +FLAGS ({flag})").lines("ESEARCH") + \
            imap.ok("NOOP").lines("ESEARCH")

    assert re.search(r"ADDTO \(\d+ 1\)", updates(1, "\\Flagged")[0])
    assert updates(7, "\\Seen") == []
    put(imap, "f", None)
    assert len(updates(5, "\\Flagged")) == 1


def test_on_every_storage(server, storage):
    imap = server.new_user(storage).imap("INBOX")
    fill(imap)
    put(imap, "boss", 'FROM "boss@x" SEEN')
    assert imap.search("FILTER boss") == [2, 6]


def test_together_with_sort_and_class(imap, user):
    user.lmtp(message(headers=rspamd(7.5), subject="buy"))
    imap.ok("NOOP")
    put(imap, "f", "(X-WINNOW SPAM)")
    assert imap.search("FILTER f") == [9]
    assert imap.sort("(X-WINNOW) UTF-8 OR FILTER f 1") == [1, 9]
    assert imap.sort("(REVERSE X-WINNOW) UTF-8 OR 1 FILTER f") == [9, 1]
