"""FETCH X-WINNOW: every part of the answer, and every way to ask for it."""

import re
import time

from harness import message, rspamd, spamassassin

HAM = 'X-WINNOW (CLASS HAM LEVEL 10 THRESHOLD 50 SCORE "1.2" KIND NIL ' \
      'BY "rspamd")'
SPAM = 'X-WINNOW (CLASS SPAM LEVEL 63 THRESHOLD 50 SCORE "7.5" KIND NIL ' \
       'BY "rspamd")'
UNKNOWN = 'X-WINNOW (CLASS UNKNOWN LEVEL NIL THRESHOLD 50 SCORE NIL ' \
          'KIND NIL BY NIL)'
#: doc/protocol.md's msg-att
GRAMMAR = re.compile(
    r'X-WINNOW \(CLASS (SPAM|HAM|UNKNOWN) LEVEL (NIL|\d|[1-9]\d|100) '
    r'THRESHOLD (\d|[1-9]\d|100) '
    r'SCORE (NIL|"-?\d{1,5}(\.\d{0,2}[1-9])?") '
    r'KIND (NIL|"phish"|"virus") BY (NIL|"[^"\\]+")\)\Z')


def fill(user):
    """Ham, spam, unknown."""
    user.lmtp(message("hello", headers=rspamd(1.2)))
    user.lmtp(message("buy", headers=rspamd(7.5)))
    user.lmtp(message("unscanned"))


def deliver_without_winnow(user, *messages):
    """Messages that have no record."""
    user.set_fields(winnow_enable="no")
    for one in messages:
        user.lmtp(one)
    user.set_fields(winnow_enable="yes")


def test_each_class_in_its_own_words(user, storage):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.fetch("1:*", "X-WINNOW") == {1: HAM, 2: SPAM, 3: UNKNOWN}


def test_score_is_a_decimal_without_trailing_zeros(user):
    scores = {0: "0", 5: "5", 7.5: "7.5", -3.25: "-3.25", 0.01: "0.01",
              -0.1: "-0.1", 120: "120", 9999.99: "9999.99"}
    for score in scores:
        user.lmtp(message(headers=rspamd(score)))
    answers = user.imap("INBOX").fetch("1:*", "X-WINNOW").values()
    for shown, answer in zip(scores.values(), answers):
        assert f' SCORE "{shown}" ' in answer
        assert GRAMMAR.match(answer)


def test_score_keeps_three_decimals(start):
    user = start(settings={"winnow_scanner": "spamassassin"}).new_user()
    user.lmtp(message(headers={"X-Spam-Status":
                               "No, score=1.205 required=5.0"}))
    assert ' SCORE "1.205" ' in user.imap("INBOX").fetch(1, "X-WINNOW")[1]


def test_user_decides(user):
    fill(user)
    imap = user.imap("INBOX")
    imap.ok("STORE 1 +FLAGS ($Junk)")
    imap.ok("STORE 2 +FLAGS ($NotJunk)")
    imap.ok("STORE 3 +FLAGS ($Junk)")
    assert imap.fetch("1:*", "X-WINNOW") == {
        1: HAM.replace("CLASS HAM", "CLASS SPAM").replace("rspamd", "user"),
        2: SPAM.replace("CLASS SPAM", "CLASS HAM").replace("rspamd", "user"),
        3: UNKNOWN.replace("UNKNOWN", "SPAM").replace("BY NIL", 'BY "user"')}


def test_mailbox_decides(user):
    user.lmtp(message(headers=rspamd(1.2)), "Junk")
    assert user.imap("Junk").fetch(1, "X-WINNOW")[1] == \
        HAM.replace("CLASS HAM", "CLASS SPAM").replace("rspamd", "mailbox")


def test_threshold_of_the_user_rules(start):
    user = start(settings={"winnow_scanner": "rspamd",
                           "winnow_threshold": "70"}).new_user()
    user.lmtp(message("buy", headers=rspamd(7.5)))
    assert user.imap("INBOX").fetch(1, "X-WINNOW")[1] == \
        SPAM.replace("CLASS SPAM", "CLASS HAM").replace("LD 50", "LD 70")


def test_kinds(start):
    user = start(settings={"winnow_scanner": "amavis microsoft"}).new_user()
    user.lmtp(message(headers=[("X-Amavis-Alert",
                                "INFECTED, message contains virus: Eicar")]))
    user.lmtp(message(headers=[("X-Forefront-Antispam-Report",
                                "CIP:1.2.3.4;SFV:SPM;CAT:PHSH;")]))
    found = user.imap("INBOX").fetch("1:*", "X-WINNOW")
    assert ' KIND "virus" BY "amavis")' in found[1]
    assert ' KIND "phish" BY "microsoft")' in found[2]
    assert all(GRAMMAR.match(answer) for answer in found.values())


def test_source_of_several(start):
    user = start(settings={
        "winnow_scanner": "rspamd spamassassin"}).new_user()
    user.lmtp(message(headers=spamassassin(2.0)))
    user.lmtp(message(headers=rspamd(9.0)))
    found = user.imap("INBOX").fetch("1:*", "X-WINNOW")
    assert 'BY "spamassassin"' in found[1]
    assert 'BY "rspamd"' in found[2]


def test_uid_fetch_parts_of_a_mailbox(user):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.fetch("2:3", "X-WINNOW", "UID FETCH") == {
        2: f"UID 2 {SPAM}", 3: f"UID 3 {UNKNOWN}"}
    assert imap.fetch("1,3", "(X-WINNOW)") == {1: HAM, 3: UNKNOWN}


def test_several_items_in_the_order_of_the_command(user):
    fill(user)
    imap = user.imap("INBOX")
    answer = imap.fetch(1, "(UID X-WINNOW RFC822.SIZE)")[1]
    assert answer.startswith(f"UID 1 {HAM} RFC822.SIZE ")
    assert imap.fetch(2, "(X-WINNOW UID BODY.PEEK[HEADER.FIELDS (Subject)])")[
        2].startswith(f"{SPAM} UID 2 BODY[HEADER.FIELDS (SUBJECT)] ")


def test_asked_twice_it_answers_once(user):
    fill(user)
    assert user.imap("INBOX").fetch(1, "(X-WINNOW UID x-winnow)")[1] == \
        f"{HAM} UID 1"


def test_lower_case_is_the_same_item(user):
    fill(user)
    assert user.imap("INBOX").fetch(1, "x-winnow")[1] == HAM


def test_changedsince(user):
    fill(user)
    imap = user.imap("INBOX")
    since = imap.status("INBOX", "HIGHESTMODSEQ")["HIGHESTMODSEQ"]
    imap.ok("STORE 1 +FLAGS ($Junk)")
    found = imap.fetch("1:*", f"(X-WINNOW) (CHANGEDSINCE {since})")
    assert list(found) == [1]
    assert 'CLASS SPAM' in found[1] and "MODSEQ" in found[1]


BAD_ITEMS = [
    "X-WINNOW[1]", "(X-WINNOW[HEADER])", "X-WINNOW.PEEK", "X-WINNOWS",
    "X-WINNOW-SPAM", "(X-WINNOW (CLASS))", "X-WINNOW (CLASS)",
    '"X-WINNOW"', "(FLAGS X-WINNOW<0.1>)"]


def test_bad_argument_is_bad(user):
    fill(user)
    for items in BAD_ITEMS:
        imap = user.imap("INBOX")   # too many would end the session
        reply = imap.bad("FETCH 1", items)
        assert not reply.lines("1 FETCH")
        assert imap.fetch(1, "X-WINNOW")[1] == HAM


def test_bad_argument_is_named(user):
    fill(user)
    assert "X-WINNOW[1]" in user.imap("INBOX").bad("FETCH 1 X-WINNOW[1]").text


def test_without_winnow_the_item_is_unknown(user):
    fill(user)
    user.set_fields(winnow_enable="no")
    assert "X-WINNOW" in user.imap("INBOX").bad("FETCH 1 X-WINNOW").text


def test_nothing_is_told_unasked_and_nothing_is_marked_seen(user):
    fill(user)
    imap = user.imap("INBOX")
    assert "X-WINNOW" not in repr(imap.ok("FETCH 1:* ALL"))
    imap.ok("FETCH 1:* X-WINNOW")
    imap.ok("STORE 1 +FLAGS ($Junk)")
    assert "X-WINNOW" not in repr(imap.ok("NOOP"))
    assert imap.search("SEEN") == []


def test_missing_records_are_filled_in(user, storage):
    deliver_without_winnow(user, message(headers=rspamd(7.5)),
                           message(headers=rspamd(1.2)))
    imap = user.imap()
    assert imap.status("INBOX", "X-WINNOW-SPAM") == {"X-WINNOW-SPAM": 0}
    imap.select()
    assert imap.fetch("1:*", "X-WINNOW") == {1: SPAM, 2: HAM}
    assert user.imap().status("INBOX", "X-WINNOW-SPAM") == \
        {"X-WINNOW-SPAM": 1}


def test_missing_records_are_filled_in_by_examine(user):
    deliver_without_winnow(user, message(headers=rspamd(7.5)))
    imap = user.imap()
    imap.ok("EXAMINE INBOX")
    assert imap.fetch(1, "X-WINNOW")[1] == SPAM
    assert user.imap().status("INBOX", "X-WINNOW-SPAM") == \
        {"X-WINNOW-SPAM": 1}


def test_message_that_vanished_without_record_is_unknown(start):
    user = start(settings={"winnow_scanner": "rspamd"}).new_user("maildir")
    deliver_without_winnow(user, message("one", headers=rspamd(7.5)),
                           message("two", headers=rspamd(7.5)))
    imap = user.imap("INBOX")
    other = user.imap("INBOX")
    other.ok("STORE 1 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    stock = imap.ok("FETCH 1 (UID BODY.PEEK[HEADER])")
    reply = imap.ok("FETCH 1 (UID X-WINNOW)")
    assert reply.code == stock.code
    assert reply.lines("1 FETCH") == [f"(UID 1 {UNKNOWN})"]
    imap.ok("NOOP")
    assert imap.fetch("1:*", "X-WINNOW") == {1: SPAM}


def test_virtual_mailbox_tells_of_the_real_message(start):
    user = start(settings={"winnow_scanner": "rspamd"},
                 virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "Junk", "  ALL")
    fill(user)
    user.lmtp(message("sorted", headers=rspamd(1.2)), "Junk")
    found = user.imap("Virtual/All").fetch("1:*", "X-WINNOW")
    assert sorted(found.values()) == sorted([
        HAM, SPAM, UNKNOWN,
        HAM.replace("CLASS HAM", "CLASS SPAM").replace("rspamd", "mailbox")])


def test_virtual_mailbox_fills_in_records_of_the_real_one(start):
    user = start(settings={"winnow_scanner": "rspamd"},
                 virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "  ALL")
    deliver_without_winnow(user, message(headers=rspamd(7.5)))
    assert user.imap("Virtual/All").fetch(1, "X-WINNOW") == {1: SPAM}
    assert user.imap().status("INBOX", "X-WINNOW-SPAM") == \
        {"X-WINNOW-SPAM": 1}


def test_notify_sends_it(user):
    imap = user.imap("INBOX")
    imap.ok("NOTIFY SET (SELECTED (MessageNew (UID X-WINNOW) MessageExpunge))")
    time.sleep(1.5)     # Dovecot 2.3 misses what comes at once
    user.lmtp(message("buy", headers=rspamd(7.5)))
    lines = []
    while not any(b"FETCH" in line for line in lines):
        more = imap.unsolicited(20)
        assert more, lines
        lines += more
    assert f"* 1 FETCH (UID 1 {SPAM})".encode() in lines


def test_notify_with_a_bad_item_is_refused(user):
    imap = user.imap("INBOX")
    reply = imap.command(
        "NOTIFY SET (SELECTED (MessageNew (X-WINNOW[1]) MessageExpunge))")
    assert reply.status == "BAD" and "X-WINNOW[1]" in reply.text


def test_search_update_sends_it(user):
    imap = user.imap("INBOX")
    imap.ok("SEARCH RETURN (UPDATE (UID X-WINNOW)) X-WINNOW SPAM")
    user.lmtp(message("hello", headers=rspamd(1.2)))
    user.lmtp(message("buy", headers=rspamd(7.5)))
    untagged = [line.decode() for line in imap.ok("NOOP").untagged]
    assert any("ADDTO" in line for line in untagged)
    assert f"* 2 FETCH (UID 2 {SPAM})" in untagged
    assert not [line for line in untagged if line.startswith("* 1 FETCH")
                and "X-WINNOW" in line]


def test_two_sessions_agree_after_a_change(user):
    fill(user)
    one, two = user.imap("INBOX"), user.imap("INBOX")
    one.ok("STORE 2 +FLAGS ($NotJunk)")
    two.ok("NOOP")
    assert one.fetch(2, "X-WINNOW") == two.fetch(2, "X-WINNOW")
    assert "CLASS HAM" in two.fetch(2, "X-WINNOW")[2]


def test_shared_mailbox_is_read_by_the_readers_own_threshold(start):
    server = start(settings={"winnow_scanner": "rspamd"}, shared=True)
    owner = server.new_user()
    reader = server.new_user(winnow_threshold="90")
    owner.lmtp(message("buy", headers=rspamd(7.5)), "Archive")
    owner.imap().ok("SETACL", "Archive", reader.name, "lr")
    assert owner.imap("Archive").fetch(1, "X-WINNOW")[1] == SPAM
    assert reader.imap(f"shared/{owner}/Archive").fetch(1, "X-WINNOW")[1] == \
        SPAM.replace("CLASS SPAM", "CLASS HAM").replace("LD 50", "LD 90")
    assert owner.imap("Archive").fetch(1, "X-WINNOW")[1] == SPAM


def test_long_fetch_of_unread_records_goes_on(user):
    deliver_without_winnow(user, *[
        message(headers=rspamd(n % 10)) for n in range(60)])
    found = user.imap("INBOX").fetch("1:*", "(UID FLAGS X-WINNOW)")
    assert len(found) == 60
    assert all(GRAMMAR.search(answer) for answer in found.values())
