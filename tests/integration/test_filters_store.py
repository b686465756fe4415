"""How named filters are stored: the METADATA entries of RFC 5466."""

import pytest

from filter_store import DESCRIPTIONS, SETTINGS, listed, put, stored
from harness import message, quote

VALUE_MAX = 8192
FILTERS_MAX = 100
DESCRIPTION_MAX = 1024
#: values that are no search program
WRONG = ["OR SMALLER", "FOO", "", " ", "(SEEN", "SEEN)", "()", "SEEN ()",
         "SEEN FROM", "NOT", "OR SEEN", '"SEEN"', 'FROM "x', "FROM {3}",
         "SINCE yesterday", "LARGER much", "UID x", "1:x", "OLDER 0",
         "CHARSET UTF-8 SEEN", "RETURN (ALL) SEEN", "X-WINNOW", "MODSEQ",
         "X-WINNOW LEVEL 101", "X-WINNOW NONSENSE", "HEADER subject",
         "FILTER", "FILTER a/b", 'FILTER "a"', "INTHREAD x SEEN", "FUZZY",
         "KEYWORD", "MIMEPART", "MIMEPART FILTER x", "SEEN, UNSEEN",
         "X-MAILBOX &", "(" * 101 + "SEEN" + ")" * 101]
WRONG_UTF8 = ["FROM grüße", "SEEN\x0bSEEN", "FROM \x7f", "SÉEN"]
WRONG_OCTETS = [b"SEEN\r\nDELETED", b"SEEN\r\n", b"\r\nSEEN", b"SEEN\nSEEN",
                b"FROM {5}\r\nab", b"FROM \xff", b"SUBJECT \"\xc3\"",
                b"FROM {99999999999999999999}\r\nx", b"FROM {3", b"SEEN\tSEEN",
                b"SEEN\x00", b"FROM {1}\r\n\x00", b"\xef\xbb\xbfSEEN",
                b"FROM gr\xc3\xbc\xc3\x9fe"]


@pytest.fixture
def server(start):
    return start(settings=SETTINGS, metadata=True)


@pytest.fixture
def user(server):
    return server.new_user()


def refused(reply, code="CANNOT"):
    assert reply.status == "NO" and reply.code == code, reply


def test_f02_value_comes_back_as_it_was(user):
    imap = user.imap()
    for value in (b'FROM "boss@x"', b"FROM {6}\r\nboss@x",
                  b"  SEEN   (  FLAGGED )  ",
                  'SUBJECT "grüße \\"x\\\\"'.encode()):
        put(imap, "boss", value)
        assert stored(imap, "boss") == value
        assert stored(user.imap(), "BOSS") == value
    put(imap, "boss", 'FROM "boss@x"')
    assert stored(imap, "boss") == b'FROM "boss@x"'


def test_f03_filters_are_listed(user):
    imap = user.imap()
    entry = "/private/filters/values"
    for name in ("One", "two"):
        put(imap, name, "SEEN")
    assert listed(imap, entry) == [f"{entry}/one", f"{entry}/two"]
    assert listed(imap, "/private/filters", "infinity") == \
        [f"{entry}/one", f"{entry}/two"]
    put(imap, "one", None)
    assert listed(imap, entry) == [f"{entry}/two"]


@pytest.mark.parametrize("value", WRONG)
def test_f15_wrong_value_is_refused_and_the_old_one_kept(user, value):
    imap = user.imap()
    put(imap, "f", "SEEN")
    refused(put(imap, "f", value, "NO"))
    refused(put(imap, "f", value.encode(), "NO"))
    assert stored(imap, "f") == b"SEEN"


@pytest.mark.parametrize("value", WRONG_OCTETS)
def test_f15_wrong_octets_are_refused(user, value):
    imap = user.imap()
    put(imap, "f", "SEEN")
    reply = put(imap, "f", value, "NO")
    assert reply.tagged.count(b"\r") == reply.tagged.count(b"\n") == 0
    assert stored(imap, "f") == b"SEEN"


def test_f15_error_names_filter_and_mistake(user):
    imap = user.imap()
    reply = put(imap, "boss", "SEEN " + "BOGUS" * 10, "NO")
    assert "boss" in reply.text and "'" + "BOGUS" * 6 + "BO...'" in reply.text
    assert "LARGER" in put(imap, "f", "LARGER x", "NO").text
    assert "SMALLER" in put(imap, "f", "OR SMALLER", "NO").text


def test_f15_one_wrong_entry_stores_none(user):
    imap = user.imap()
    for entries in ('{0}/a "SEEN" {0}/b "FOO"', '{0}/a "FOO" {0}/b "SEEN"',
                    '{0}/a "SEEN" /shared/filters/values/spam "SEEN"'):
        text = entries.format("/private/filters/values")
        refused(imap.no(f'SETMETADATA "" ({text})'))
        assert stored(imap, "a") is stored(imap, "b") is None


def test_value_may_name_filters_that_are_not_there_yet(user):
    imap = user.imap("INBOX")
    put(imap, "a", "FILTER b")
    assert imap.no("SEARCH FILTER a").code == "UNDEFINED-FILTER b"
    put(imap, "b", "SEEN")
    assert imap.search("FILTER a") == []


@pytest.mark.parametrize("name", ["a/b", "a(b", "a]b", 'a"b', "a\\b", "é",
                                  "a b", "n" * 101, ""])
def test_wrong_name_is_refused(user, name):
    imap = user.imap()
    for where in ("values", "descriptions"):
        entry = quote(f"/private/filters/{where}/{name}")
        reply = imap.command(f'SETMETADATA "" ({entry} "SEEN")')
        assert reply.status in ("NO", "BAD")
    assert listed(imap, "/private/filters", "infinity") == []


def test_names_may_have_every_sign_that_atoms_have(user):
    imap = user.imap("INBOX")
    name = "a!#$&'+,-.:;<=>?@[^_`|}~9"
    put(imap, name, "SEEN")
    assert imap.search(f"FILTER {name}") == []
    put(imap, "NIL", "SEEN")
    assert imap.search("FILTER NIL") == imap.search("FILTER nil") == []


def plant(user, values):
    """Store {name: value} past winnow, as another server may have done."""
    user.set_fields(winnow_enable="no")
    imap = user.imap()
    for name, value in values.items():
        put(imap, name, value)
    user.set_fields(winnow_enable="yes")


def test_f16_planted_value_fails_the_search(user):
    values = [value for value in WRONG if value] + WRONG_UTF8 + [
        "SEEN " * 2000, "(" * 5000, "NOT " * 2100 + "SEEN",
        b"FROM \xff\xfe", b"SEEN\r\na1 LOGOUT", b"FROM {999999}\r\nx",
        b"MIMEPART ({12}\r\nx\r\n* BYE foo)"]
    plant(user, {f"bad{n}": value for n, value in enumerate(values)})
    imap = user.imap("INBOX")
    imap.append("INBOX", message(), "\\Seen")
    for number in range(len(values)):
        for command in ("SEARCH RETURN (SAVE)", "UID SORT (SIZE) UTF-8",
                        "THREAD REFS UTF-8"):
            reply = imap.no(command, f"FILTER bad{number}")
            assert reply.code == "CANNOT" and reply.untagged == []
            assert f"bad{number}" in reply.text
        reply = imap.no(f"SEARCH OR SEEN (FILTER bad{number})")
        assert reply.code == "CANNOT" and reply.untagged == []
    assert imap.search("SEEN") == [1]
    put(imap, "bad1", "SEEN")
    assert imap.search("FILTER bad1") == [1]


def test_f16_planted_value_may_be_large(user):
    """As long as it says something, and no longer than may be stored."""
    plant(user, {"many": "SEEN " * 1600, "deep": "(" * 99 + "SEEN" + ")" * 99,
                 "nots": "NOT " * 2000 + "SEEN"})
    imap = user.imap("INBOX")
    imap.append("INBOX", message(), "\\Seen")
    for name in ("many", "deep", "nots"):
        assert imap.search(f"FILTER {name}") == [1]
    assert imap.no("SEARCH " + "FILTER many " * 4).code == "LIMIT"
    put(imap, "deeper", "(" * 99 + "FILTER deep" + ")" * 99)
    assert imap.search("FILTER deeper") == [1]
    assert imap.no("SEARCH ((((FILTER deeper))))").code == "LIMIT"
    assert imap.search("FILTER many FILTER many") == [1]


def test_f16_doveadm_stores_only_what_is_right(server, user):
    user.doveadm("mailbox metadata set", "-s", "",
                 "/private/filters/values/f", "SEEN")
    assert stored(user.imap(), "f") == b"SEEN"
    done = user.dovecot.run(
        "doveadm", "-c", user.dovecot.conf, "mailbox", "metadata", "set", "-u",
        user.name, "-s", "", "/private/filters/values/f", "FOO", check=False)
    assert done.returncode != 0 and b"FOO" in done.stderr
    assert stored(user.imap(), "f") == b"SEEN"
    user.doveadm("mailbox metadata unset", "-s", "",
                 "/private/filters/values/f")
    assert stored(user.imap(), "f") is None


def test_f22_too_long_a_value(user):
    imap = user.imap("INBOX")
    fits = ('SUBJECT "' + "x" * (VALUE_MAX - 10) + '"')
    assert len(fits) == VALUE_MAX
    put(imap, "long", fits)
    assert stored(imap, "long") == fits.encode()
    for value in (fits + " ", fits.encode() + b" ", b"x" * 300000):
        refused(put(imap, "long", value, "NO"), f"METADATA MAXSIZE {VALUE_MAX}")
    assert stored(imap, "long") == fits.encode()
    assert imap.search("FILTER long") == []


def test_f22_too_many_filters(user):
    imap = user.imap("INBOX")
    entry = "/private/filters/values"
    pairs = " ".join(f'{entry}/n{n} "SEEN"' for n in range(FILTERS_MAX))
    imap.ok(f'SETMETADATA "" ({pairs})')
    refused(put(imap, "more", "SEEN", "NO"), "METADATA TOOMANY")
    put(imap, "n1", "UNSEEN")
    put(imap, "n2", None)
    put(imap, "more", "SEEN")
    refused(put(imap, "n2", "SEEN", "NO"), "METADATA TOOMANY")
    put(imap, "n2", "text", where=DESCRIPTIONS)
    for name in ("n3", "n4"):
        put(imap, name, None)
    refused(imap.no(f'SETMETADATA "" ({entry}/x1 "SEEN" {entry}/x2 "SEEN" '
                    f'{entry}/x3 "SEEN")'), "METADATA TOOMANY")
    assert len(listed(imap, entry)) == FILTERS_MAX - 2
    imap.ok(f'SETMETADATA "" ({entry}/x1 "SEEN" {entry}/x2 "SEEN")')


def test_f23_descriptions_are_apart_from_values(user):
    imap = user.imap("INBOX")
    tagged = "\U000E0001\U000E0064\U000E0065Vom Chef"
    put(imap, "boss", tagged.encode(), where=DESCRIPTIONS)
    assert stored(imap, "boss", DESCRIPTIONS) == tagged.encode()
    assert stored(imap, "boss") is None
    assert imap.no("SEARCH FILTER boss").code == "UNDEFINED-FILTER boss"
    put(imap, "boss", "SEEN")
    put(imap, "boss", None, where=DESCRIPTIONS)
    assert stored(imap, "boss", DESCRIPTIONS) is None
    assert stored(imap, "boss") == b"SEEN"


def test_f23_descriptions_are_bounded_utf8(user):
    imap = user.imap()
    refused(put(imap, "f", b"\xff", "NO", DESCRIPTIONS))
    refused(put(imap, "f", "x" * (DESCRIPTION_MAX + 1), "NO", DESCRIPTIONS),
            f"METADATA MAXSIZE {DESCRIPTION_MAX}")
    put(imap, "f", "x" * DESCRIPTION_MAX, where=DESCRIPTIONS)


def test_only_the_server_has_filters(user):
    """The same entry of a mailbox is none of ours."""
    imap = user.imap("INBOX")
    imap.ok('SETMETADATA INBOX (/private/filters/values/f "FOO")')
    assert imap.no("SEARCH FILTER f").code == "UNDEFINED-FILTER f"
    assert stored(imap, "f") is None


@pytest.mark.parametrize("fields", [
    dict(settings={**SETTINGS, "winnow_capability": "X-WINNOW"},
         metadata=True),
    dict(settings=SETTINGS),
    dict(settings=SETTINGS, metadata=True,
         extra="protocol imap {\n  imap_metadata = no\n}\n")])
def test_where_filters_are_not_offered_the_key_is_bad(start, fields):
    user = start(**fields).new_user()
    imap = user.imap("INBOX")
    words = imap.ok("CAPABILITY").lines("CAPABILITY")[0].split()
    assert "FILTERS" not in words
    for command in ("SEARCH", "SORT (SIZE) UTF-8", "THREAD REFS UTF-8"):
        assert "FILTER" in imap.bad(command, "FILTER spam").text
        imap.bad(command, "NOT FILTER nope")
    assert imap.search("FROM FILTER") == []
    if "metadata" in fields and "extra" not in fields:
        put(imap, "f", "FOO")
        assert stored(imap, "f") == b"FOO"


@pytest.mark.series("2.4")
def test_f25_under_utf8_accept(start):
    user = start(settings=SETTINGS, metadata=True,
                 extra="mail_utf8_extensions = yes\n").new_user()
    imap = user.imap()
    imap.ok("ENABLE UTF8=ACCEPT")
    imap.select()
    imap.append("INBOX", message(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
    put(imap, "f", 'SUBJECT "grüße"'.encode())
    assert stored(imap, "f") == 'SUBJECT "grüße"'.encode()
    assert imap.search("FILTER f") == [1]
    assert imap.search('SUBJECT "grüße" FILTER f') == [1]
    assert imap.search("FILTER f FROM nobody") == []
    imap.bad("SEARCH CHARSET UTF-8 FILTER f")
    assert imap.no("SEARCH FILTER nope").code == "UNDEFINED-FILTER nope"
