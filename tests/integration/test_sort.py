"""SORT by X-WINNOW: order, company and mistakes."""

import pytest

from harness import message, rspamd

#: levels 10, none, 63, 0, 63, 10
SCORES = (1.2, None, 7.5, 0, 7.5, 1.2)
BY_LEVEL = [2, 4, 1, 6, 3, 5]
#: Dovecot reverses a key, not the order of messages that are equal in it
REVERSED = [3, 5, 1, 6, 4, 2]


def one(score, **fields):
    return message(headers=[] if score is None else rspamd(score), **fields)


def fill(user, mailbox=None):
    for number, score in enumerate(SCORES):
        user.lmtp(one(score, subject=f"s{number % 2}",
                      body="x" * (100 * (6 - number)) + "\n"), mailbox)


def test_unknown_first_then_by_level_then_by_number(user, storage):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL
    assert imap.sort("(REVERSE X-WINNOW) UTF-8 ALL") == REVERSED


def test_uid_sort(user):
    fill(user)
    imap = user.imap("INBOX")
    imap.ok("STORE 1 +FLAGS (\\Deleted)")
    imap.ok("EXPUNGE")
    assert imap.sort("(X-WINNOW) UTF-8 ALL") == [1, 3, 5, 2, 4]
    assert imap.sort("(X-WINNOW) UTF-8 ALL", "UID SORT") == [2, 4, 6, 3, 5]


def test_name_in_any_case_and_quoted(user):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.sort("(x-Winnow) UTF-8 ALL") == BY_LEVEL
    assert imap.sort('(reverse "X-WINNOW") UTF-8 ALL') == REVERSED


def test_named_twice_it_counts_once(user):
    fill(user)
    assert user.imap("INBOX").sort(
        "(X-WINNOW REVERSE X-WINNOW) UTF-8 ALL") == BY_LEVEL


def test_before_and_after_other_keys(user):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.sort("(X-WINNOW SIZE) UTF-8 ALL") == [2, 4, 6, 1, 5, 3]
    assert imap.sort("(X-WINNOW REVERSE SIZE) UTF-8 ALL") == BY_LEVEL
    assert imap.sort("(SUBJECT X-WINNOW) UTF-8 ALL") == [1, 3, 5, 2, 4, 6]
    assert imap.sort("(SUBJECT REVERSE X-WINNOW) UTF-8 ALL") == \
        [3, 5, 1, 6, 4, 2]


def test_only_what_the_search_finds(user):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.sort("(X-WINNOW) UTF-8 3:6") == [4, 6, 3, 5]
    assert imap.sort("(REVERSE X-WINNOW) US-ASCII X-WINNOW HAM") == [1, 6, 4]
    assert imap.sort("(X-WINNOW) UTF-8 SUBJECT s0") == [1, 3, 5]


def test_return_options(user):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.esearch("RETURN (ALL COUNT) (X-WINNOW) UTF-8 ALL", "SORT") == \
        "ALL 2,4,1,6,3,5 COUNT 6"
    assert imap.esearch("RETURN (PARTIAL 2:3) (X-WINNOW) UTF-8 ALL",
                        "UID SORT") == "UID PARTIAL (2:3 4,1)"
    assert imap.esearch("RETURN (MIN MAX) (REVERSE X-WINNOW) UTF-8 ALL",
                        "SORT") == "MIN 3 MAX 2"


def test_keyword_does_not_change_the_level(user):
    fill(user)
    imap = user.imap("INBOX")
    imap.ok("STORE 1 +FLAGS ($Junk)")
    assert imap.sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL


def test_missing_records_are_filled_in(user):
    user.set_fields(winnow_enable="no")
    fill(user)
    user.set_fields(winnow_enable="yes")
    imap = user.imap("INBOX")
    assert user.imap().status("INBOX", "X-WINNOW-SPAM")["X-WINNOW-SPAM"] == 0
    assert imap.sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL
    assert user.imap().status("INBOX", "X-WINNOW-SPAM")["X-WINNOW-SPAM"] == 2


def test_second_key_fills_in_as_well(user):
    user.set_fields(winnow_enable="no")
    fill(user)
    user.set_fields(winnow_enable="yes")
    imap = user.imap("INBOX")
    assert imap.sort("(SUBJECT X-WINNOW) UTF-8 ALL") == [1, 3, 5, 2, 4, 6]


@pytest.mark.parametrize("keys", [
    "X-WINNOW RELEVANCY", "X-SCORE X-WINNOW", "X-WINNOW REVERSE relevancy",
    "SUBJECT X-SCORE SIZE REVERSE X-WINNOW"])
def test_together_with_relevancy_is_bad(user, keys):
    fill(user)
    imap = user.imap("INBOX")
    reply = imap.bad(f"SORT ({keys}) UTF-8 ALL")
    assert ("X-SCORE" if "X-SCORE" in keys else "RELEVANCY") in reply.text
    assert not reply.lines("SORT")
    assert imap.sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL


BAD_COMMANDS = [
    "SORT (X-WINNOW REVERSE) UTF-8 ALL", "SORT X-WINNOW UTF-8 ALL",
    "SORT (X-WINNOWS) UTF-8 ALL", "SORT (X-WINNOW) UTF-8",
    "SORT (X-WINNOW)", "SORT (X-WINNOW (X)) UTF-8 ALL",
    "SORT (X-WINNOW) UTF-8 X-WINNOW", "SORT (X-WINNOW", "SORT",
    "SORT RETURN (ALL) (X-WINNOW) UTF-8 NONSENSE",
    "UID SORT RETURN (FOO) (X-WINNOW) UTF-8 ALL"]


def test_bad_arguments_are_bad(user):
    fill(user)
    for command in BAD_COMMANDS:
        imap = user.imap("INBOX")   # too many would end the session
        imap.bad(command)
        # nothing of it is left for the next
        assert imap.sort("(RELEVANCY) UTF-8 ALL") == [1, 2, 3, 4, 5, 6]
        assert imap.sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL


def test_charset_is_judged_by_dovecot(user):
    fill(user)
    reply = user.imap("INBOX").no("SORT (X-WINNOW) X-NONSENSE SUBJECT x")
    assert reply.code == "BADCHARSET"


def test_nothing_selected_is_bad(user):
    user.imap().bad("SORT (X-WINNOW) UTF-8 ALL")


def test_without_winnow_the_key_is_unknown(user):
    fill(user)
    user.set_fields(winnow_enable="no")
    assert "X-WINNOW" in user.imap("INBOX").bad(
        "SORT (X-WINNOW) UTF-8 ALL").text


def test_virtual_mailbox_sorts_by_the_real_messages(start):
    user = start(settings={"winnow_scanner": "rspamd"},
                 virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "Archive", "  ALL")
    fill(user)
    user.lmtp(one(5), "Archive")
    imap = user.imap("Virtual/All")
    subjects = imap.fetch("1:*", "BODY.PEEK[HEADER.FIELDS (Subject)]")
    assert len(subjects) == 7
    levels = imap.fetch("1:*", "X-WINNOW")
    key = {n: -1 if " LEVEL NIL " in text else
           int(text.split(" LEVEL ")[1].split()[0])
           for n, text in levels.items()}
    assert sorted(key.values()) == [-1, 0, 10, 10, 42, 63, 63]
    assert imap.sort("(X-WINNOW) UTF-8 ALL") == \
        sorted(key, key=lambda n: (key[n], n))
    assert imap.sort("(REVERSE X-WINNOW) UTF-8 ALL") == \
        sorted(key, key=lambda n: (-key[n], n))


def test_full_text_search_does_not_mix_its_scores_in(start):
    user = start(settings={"winnow_scanner": "rspamd"}, fts=True).new_user()
    for score in (7.5, 1.2, None):
        user.lmtp(one(score, body="tomatoes and gardening\n"))
    user.lmtp(one(3, body="silence\n"))
    imap = user.imap("INBOX")
    imap.ok("SEARCH TEXT tomatoes")
    assert imap.sort("(X-WINNOW) UTF-8 TEXT tomatoes") == [3, 2, 1]
    assert imap.sort("(REVERSE X-WINNOW) UTF-8 TEXT tomatoes") == [1, 2, 3]


def test_waits_for_a_search_whose_result_it_uses(user):
    fill(user)
    imap = user.imap("INBOX")
    first = imap.start("SEARCH RETURN (SAVE) 3:6")
    second = imap.start("SORT (X-WINNOW) UTF-8 $")
    assert imap.finish(first).ok
    reply = imap.finish(second)
    assert [int(n) for n in reply.lines("SORT")[0].split()] == [4, 6, 3, 5]


def test_two_sessions_sort_alike(user):
    fill(user)
    one_session, other = user.imap("INBOX"), user.imap("INBOX")
    assert one_session.sort("(X-WINNOW) UTF-8 ALL") == \
        other.sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL


def test_two_users_of_a_shared_mailbox(start):
    server = start(settings={"winnow_scanner": "rspamd"}, shared=True)
    owner, reader = server.new_user(), server.new_user(winnow_threshold="5")
    fill(owner, "Archive")
    owner.imap().ok("SETACL", "Archive", reader.name, "lr")
    assert owner.imap("Archive").sort("(X-WINNOW) UTF-8 ALL") == BY_LEVEL
    assert reader.imap(f"shared/{owner}/Archive").sort(
        "(X-WINNOW) UTF-8 ALL") == BY_LEVEL
