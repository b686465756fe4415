"""Sources that an administrator defines, and thresholds of built-in ones."""

import re

import pytest

from harness import (SOURCE, Index, Record, installed_series, message,
                     rspamd)

ACME = {"winnow_scanner": "acme rspamd",
        "winnow_trust": "first",
        "winnow_source acme": {
            "header": "X-Acme-Verdict",
            "spam": "junk, very bad",
            "ham": "fine",
            "score": "after points=",
            "threshold": "8"},
        "winnow_source rspamd": {"threshold": "10"}}
#: id of the first source that is not built in
FIRST = 128

#: "%" begins a variable on 2.3, whose plugin settings are expanded
PERCENT = {"2.3": "%%", "2.4": "%"}[installed_series()]
NUMBERS = {"winnow_scanner": "percent stars many_1 many-2",
           "winnow_source percent": {
               "header": "X-Percent", "score": f"after likely {PERCENT}",
               "threshold": "70", "maximum": "100"},
           "winnow_source stars": {
               "header": "X-Stars", "score": "count *", "threshold": "4"},
           "winnow_source many_1": {
               "header": "X-*-Many", "word": "whole", "suspect": "maybe"},
           "winnow_source many-2": {
               "header": "X-Limit", "score": "first", "limit": "after of"}}


def records(user, mailbox="INBOX"):
    return list(Index(user, mailbox).records().values())


def acme(value, *more):
    return message(headers=[("X-Acme-Verdict", value), *more])


@pytest.fixture
def server(start):
    return start(settings=ACME)


@pytest.mark.parametrize("value, expected", [
    ("very bad, points=12", Record(FIRST, "none", 75, 12)),
    ("junk", Record(FIRST, "none", 80, None)),
    ("fine, points=99", Record(FIRST, "none", 49, 99)),
    ("no word, points=7.96", Record(FIRST, "none", 49, 7.96)),
    ("no word, points=8", Record(FIRST, "none", 50, 8))])
def test_a_defined_source(server, value, expected):
    user = server.new_user()
    user.lmtp(acme(value))
    assert records(user) == [expected]


@pytest.mark.parametrize("value", [
    "", "points=", "points=nan", "points=1e3", "points=7,5", "points=0x10",
    "junkyard", "finery", "points=" + 50 * "9", b"junk\0", b"\xff\xfe",
    b"points=\xd9\xa7"])
def test_what_a_defined_source_cannot_read_is_unknown(server, value):
    user = server.new_user()
    user.lmtp(acme(value))
    assert user.imap("INBOX").search("X-WINNOW UNKNOWN") == [1]


def test_its_name_is_told(server):
    user = server.new_user()
    user.lmtp(acme("junk"))
    imap = user.imap("INBOX")
    assert '"acme"' in imap.fetch(1, "X-WINNOW")[1]
    assert imap.search("X-WINNOW BY ACME") == [1]
    assert imap.search("X-WINNOW BY rspamd") == []


def test_threshold_of_a_built_in_source(server):
    """rspamd's own word says spam; a score without one is held against it."""
    user = server.new_user()
    for score in (9.99, 10):
        user.lmtp(message(headers=[("X-Spamd-Result",
                                    f"default: False [{score} / 15.00]")]))
    user.lmtp(message(headers=rspamd(7.5)))
    assert [record.level for record in records(user)] == [49, 50, 50]


def test_places_and_patterns(start):
    user = start(settings=NUMBERS).new_user()
    for name, value in (("X-Percent", "likely %85%"), ("X-Stars", "*****"),
                        ("X-Some-Many", "maybe"), ("x-other-many", "maybe so"),
                        ("X-Limit", "5 of 4"), ("X-Limit", "3 of 4")):
        user.lmtp(message(headers=[(name, value)]))
    assert [(record.source - FIRST if record.source else None, record.level)
            for record in records(user)] == [
        (0, 75), (1, 63), (2, 40), (None, None), (3, 63), (3, 38)]


def test_a_user_can_have_another_threshold(server):
    """It shapes records: what was judged before is judged anew."""
    user = server.new_user()
    user.lmtp(acme("points=10"))
    assert records(user)[0].level == 63
    key = {"2.3": "winnow_source_acme_threshold",
           "2.4": "winnow_source/acme/threshold"}[server.series]
    user.set_fields(**{key: "20"})
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM") == []
    assert records(user)[0].level == 25


def test_the_userdb_adds_a_source_for_one_user(server):
    form = {"2.3": "winnow_source_more_%s",
            "2.4": "winnow_source/more/%s"}[server.series]
    fields = {"winnow_scanner": "more", form % "header": "X-More",
              form % "spam": "junk"}
    if server.series == "2.4":
        fields["winnow_source+"] = "more"
    user = server.new_user(**fields)
    user.lmtp(message(headers=[("X-More", "junk")]))
    assert user.imap("INBOX").search("X-WINNOW BY more") == [1]


# ------------------------------------- names beside records of other settings

def defined(series, name):
    """Fields of a user whose only source has this name."""
    form = {"2.3": "winnow_source_%s_%s", "2.4": "winnow_source/%s/%s"}[series]
    fields = {"winnow_scanner": name,
              form % (name, "header"): f"X-{name}",
              form % (name, "spam"): "junk"}
    return fields if series == "2.3" else {"winnow_source": name, **fields}


def of_both():
    return message(headers=[("X-theirs", "junk"), ("X-mine", "junk")])


def named(imap):
    """What FETCH and SEARCH call the sources: {name: messages}."""
    found = {name: imap.search(f"X-WINNOW BY {name}")
             for name in ("theirs", "mine")}
    fetched = imap.fetch("1:*", "X-WINNOW")
    assert found == {name: [seq for seq, item in fetched.items()
                            if f'"{name}"' in item] for name in found}
    # neither does one that has to open the mails
    assert found == {name: imap.search(f"OR X-WINNOW BY {name} BODY nothing")
                     for name in found}
    return found


def shared_mailbox(server, owner, reader):
    imap = owner.imap()
    imap.ok("CREATE Shared")
    imap.ok("SETACL Shared", reader.name, "lrs")
    return f"shared/{owner}/Shared"


def test_names_among_records_of_somebody_else(start):
    """The owner's records have the owner's names, what a reader judges has the
    reader's."""
    server = start(settings={"winnow_scanner": "rspamd"}, shared=True)
    owner = server.new_user(**defined(server.series, "theirs"))
    reader = server.new_user(**defined(server.series, "mine"))
    mailbox = shared_mailbox(server, owner, reader)
    owner.lmtp(of_both(), "Shared")
    owner.set_fields(winnow_enable="no")
    owner.lmtp(of_both(), "Shared")
    owner.set_fields(winnow_enable="yes")
    assert records(owner, "Shared") == [Record(FIRST, "none", 80, None), None]
    imap = reader.imap(mailbox)
    assert named(imap) == {"theirs": [1], "mine": [2]}
    assert named(imap) == {"theirs": [1], "mine": [2]}      # remembered
    assert records(owner, "Shared")[1] is None
    rows = reader.doveadm_rows("winnow explain", "mailbox", mailbox)
    assert [(row["uid"], row["source"]) for row in rows
            if row["step"] == "class"] == [(1, "theirs"), (2, "mine")]
    assert [row["source"] for row in rows
            if row["step"] == "record"] == ["theirs", ""]


def test_a_record_of_earlier_settings_is_called_as_it_was(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    user = server.new_user(**defined(server.series, "theirs"))
    user.lmtp(of_both())
    user.set_fields(**defined(server.series, "mine"))
    rows = user.doveadm_rows("winnow explain", "mailbox", "INBOX")
    assert [row["source"] for row in rows
            if row["step"] in ("record", "class")] == ["theirs", "mine"]


def test_the_longest_name_is_known_in_all_places(start):
    name = 31 * "n"
    server = start(settings={"winnow_scanner": "rspamd"})
    user = server.new_user(**defined(server.series, name))
    user.lmtp(message(headers=[(f"X-{name}", "junk")]))
    imap = user.imap("INBOX")
    assert imap.search(f"X-WINNOW BY {name}") == [1]
    assert f'"{name}"' in imap.fetch(1, "X-WINNOW")[1]
    rows = user.doveadm_rows("winnow explain", "mailbox", "INBOX")
    assert {row["source"] for row in rows
            if row["step"] in ("record", "class")} == {name}


# -------------------------------------------------------------- bad definitions

BAD = {
    "no header": ({"spam": "x"}, "header"),
    "bad header": ({"header": "X Y", "spam": "x"}, "header"),
    "two stars": ({"header": "X-*-*", "spam": "x"}, "header"),
    "nothing to read": ({"header": "X-Y"}, "score"),
    "threshold": ({"header": "X-Y", "score": "first", "threshold": "5,5"},
                  "threshold"),
    "no threshold": ({"header": "X-Y", "score": "first"}, "threshold"),
    "maximum": ({"header": "X-Y", "score": "first", "threshold": "5",
                 "maximum": "5"}, "maximum"),
    "place": ({"header": "X-Y", "score": "/[0-9]+/", "threshold": "5"},
              "score"),
    "long word": ({"header": "X-Y", "spam": 65 * "x"}, "spam"),
}


@pytest.mark.parametrize("texts, key", BAD.values(), ids=BAD)
def test_a_bad_definition_is_refused(bad_settings, texts, key):
    bad_settings({"winnow_source acme": texts, "winnow_scanner": "acme"},
                 rf"winnow_source: source 'acme': {key}")


def test_a_name_that_no_record_can_have_is_refused(bad_settings):
    name = 32 * "n"
    bad_settings({f"winnow_source {name}": {"header": "X-Y", "spam": "x"},
                  "winnow_scanner": name}, f"winnow_source: source '{name}': "
                 "name must be at most 31 letters")


def test_only_the_threshold_of_a_built_in_source_can_be_set(bad_settings):
    bad_settings({"winnow_source rspamd": {"header": "X-Y", "spam": "x"}},
                 "winnow_source: source 'rspamd': .*threshold")


def test_an_unknown_key_is_refused(bad_settings):
    bad_settings({"winnow_source rspamd": {"treshold": "5"}}, "treshold")


def test_an_unknown_source_is_refused(bad_settings):
    bad_settings({"winnow_source acme": {"header": "X-Y", "spam": "x"},
                  "winnow_scanner": "acne"},
                 "winnow_scanner: unknown source 'acne'; there are: acme rspamd")


def test_the_document_names_all_sources(bad_settings):
    """The complaint names those there are, in the document's order."""
    names = re.findall(r"^\| `([\w-]+)` \| [^|]* \| [^|]* \| [^|]* \| [^|]* \|$",
                       (SOURCE / "doc" / "sources.md").read_text(),
                       re.MULTILINE)
    bad_settings({"winnow_scanner": "acne"}, "there are: " + " ".join(names) +
                 r"(?! ?\w)")
