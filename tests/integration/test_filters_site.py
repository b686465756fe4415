"""The site's filters: those that come with winnow, and those of its settings."""

import pytest

from filter_store import DESCRIPTIONS, SETTINGS, listed, put, stored
from harness import installed_series, message, rspamd

VALUES = "/shared/filters/values"
SHIPPED = {"spam": b"(X-WINNOW SPAM)", "not-spam": b"(NOT X-WINNOW SPAM)",
           "unscanned": b"(X-WINNOW UNKNOWN)"}
SITE = {**SETTINGS, "winnow_filter Boss": 'FROM "boss@x"',
        "winnow_filter nested": "FILTER boss UNSEEN",
        "winnow_filter lost": "FILTER nowhere",
        "winnow_filter unscanned": "(X-WINNOW UNKNOWN SEEN)"}


@pytest.fixture
def server(start):
    return start(settings=SITE, metadata=True)


@pytest.fixture
def user(server):
    return server.new_user()


def fill(imap, user):
    """1: spam; 2: ham, from the boss; 3: unknown, from the boss, seen."""
    user.lmtp(message(headers=rspamd(7.5)))
    user.lmtp(message(headers=rspamd(1.2), sender="boss@x.example"))
    imap.append("INBOX", message(sender="boss@x.example"), "\\Seen")
    imap.ok("NOOP")


def shared(imap, name):
    return stored(imap, name, scope="shared")


def test_shipped_filters(start):
    user = start(settings=SETTINGS, metadata=True).new_user()
    imap = user.imap("INBOX")
    fill(imap, user)
    assert imap.search("FILTER spam") == [1]
    assert imap.search("FILTER Not-Spam") == [2, 3]
    assert imap.search("NOT FILTER not-spam") == [1]
    assert imap.search("FILTER unscanned") == [3]
    assert listed(imap, VALUES) == sorted(f"{VALUES}/{n}" for n in SHIPPED)
    for name, value in SHIPPED.items():
        assert shared(imap, name) == value
        assert stored(imap, name, DESCRIPTIONS, "shared")


def test_f24_every_user_has_the_sites_filters(server):
    for _ in range(2):
        user = server.new_user()
        imap = user.imap("INBOX")
        fill(imap, user)
        assert shared(imap, "boss") == b'FROM "boss@x"'
        assert imap.search("FILTER boss") == [2, 3]
        assert imap.search("FILTER nested") == [2]
        assert imap.search("FILTER unscanned") == [3]
        assert imap.no("SEARCH FILTER lost").code == \
            "UNDEFINED-FILTER nowhere"


def test_the_userdb_adds_filters_for_one_user(server):
    fields = {"2.3": {"winnow_filter_mine": "UNSEEN"},
              "2.4": {"winnow_filter+": "mine",
                      "winnow_filter/mine/search": "UNSEEN"}}[server.series]
    user, other = server.new_user(**fields), server.new_user()
    imap = user.imap("INBOX")
    fill(imap, user)
    assert imap.search("FILTER mine") == [1, 2]
    assert imap.search("FILTER boss") == [2, 3]
    assert other.imap("INBOX").no("SEARCH FILTER mine").code == \
        "UNDEFINED-FILTER mine"


def test_f24_users_cannot_change_them(user):
    imap = user.imap("INBOX")
    for name in ("boss", "spam", "mine"):
        for where in ("values", "descriptions"):
            reply = put(imap, name, "SEEN", "NO", f"filters/{where}", "shared")
            assert reply.code == "CANNOT" and "/shared" in reply.text
    assert put(imap, "Boss", None, "NO", scope="shared").code == "CANNOT"
    assert shared(imap, "boss") == b'FROM "boss@x"'
    assert shared(imap, "mine") is None


def test_f09_private_filter_goes_before_the_sites(user):
    imap = user.imap("INBOX")
    fill(imap, user)
    put(imap, "boss", "SEEN")
    assert imap.search("FILTER boss") == [3]
    assert imap.search("FILTER nested") == []
    assert shared(imap, "boss") == b'FROM "boss@x"'
    put(imap, "boss", None)
    assert imap.search("FILTER boss") == [2, 3]


def test_f09_deleting_a_filter_in_both_places(user):
    imap = user.imap("INBOX")
    put(imap, "mine", "SEEN")
    imap.ok('SETMETADATA "" (/private/filters/values/mine NIL '
            '/shared/filters/values/mine NIL)')
    assert imap.no("SEARCH FILTER mine").code == "UNDEFINED-FILTER mine"


def test_they_are_listed_with_the_shipped_ones(user):
    imap = user.imap()
    assert listed(imap, VALUES) == sorted(
        f"{VALUES}/{name}" for name in
        ("boss", "nested", "lost", "spam", "not-spam", "unscanned"))
    assert listed(imap, f"{VALUES}/boss", "infinity") == [f"{VALUES}/boss"]
    everything = listed(imap, "/shared/filters", "infinity")
    assert f"{VALUES}/boss" in everything
    assert "/shared/filters/descriptions/spam" in everything
    assert "/shared/filters/descriptions/boss" not in everything


def test_descriptions_of_the_site(start):
    settings = dict(SETTINGS)
    if installed_series() == "2.3":
        settings["winnow_filter work"] = "FROM boss"
        settings["winnow_filter work_description"] = "Arbeit für 100 %%"
    else:
        settings["winnow_filter work"] = {
            "search": "FROM boss", "description": "Arbeit für 100 %"}
    imap = start(settings=settings, metadata=True).new_user().imap()
    assert stored(imap, "work", DESCRIPTIONS, "shared").decode() == \
        "Arbeit für 100 %"
    assert stored(imap, "work_description", scope="shared") is None
    put(imap, "work", "Mein", where=DESCRIPTIONS)
    assert stored(imap, "work", DESCRIPTIONS) == b"Mein"


def test_percent_signs_in_a_search(start):
    percent = "%%" if installed_series() == "2.3" else "%"
    user = start(settings={**SETTINGS, "winnow_filter rebate":
                           f'SUBJECT "50{percent} off {percent}{{user}}"'},
                 metadata=True).new_user()
    imap = user.imap("INBOX")
    assert shared(imap, "rebate") == b'SUBJECT "50% off %{user}"'
    user.lmtp(message(subject="Now 50% off %{user}"))
    imap.ok("NOOP")
    assert imap.search("FILTER rebate") == [1]


def test_hidden_key_hides_the_shipped_ones(start):
    user = start(settings={**SITE, "winnow_capability": "FILTERS"},
                 metadata=True).new_user()
    imap = user.imap("INBOX")
    assert imap.search("FILTER boss") == []
    assert shared(imap, "spam") is None
    assert imap.no("SEARCH FILTER spam").code == "UNDEFINED-FILTER spam"


def test_where_filters_are_off_there_are_none(start):
    imap = start(settings={**SITE, "winnow_capability": "X-WINNOW"},
                 metadata=True).new_user().imap("INBOX")
    assert shared(imap, "boss") is None
    assert listed(imap, VALUES) == []
    imap.bad("SEARCH FILTER boss")


@pytest.mark.parametrize("name, search, pattern", [
    ("boß", "SEEN", "'bo..': Invalid name"),
    ("n" * 101, "SEEN", "'n+...': Invalid name"),
    ("boss", "", "'boss': Invalid search: There is no search key"),
    ("boss", "OR SEEN", "'boss': .* missing after SEEN"),
    ("boss", "BOGUS", "'boss': .*Unknown search key 'BOGUS'"),
    ("boss", "(SEEN", "'boss': .*Missing '\\)'"),
    ("boss", "SINCE yesterday", "'boss': .*'yesterday' for SINCE.*3-Dec-2002"),
    ("boss", 'FROM x "SEEN"', "'boss': .*string"),
    ("boss", "FILTER a/b", "'boss': .*'a/b' for FILTER"),
    ("boss", "SEEN " * 1639, "'boss': .*too long")])
def test_wrong_definition_is_refused_by_name(bad_settings, name, search,
                                             pattern):
    bad_settings({f"winnow_filter {name}": search}, "winnow_filter " + pattern)
