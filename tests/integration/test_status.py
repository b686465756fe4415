"""STATUS X-WINNOW-SPAM and X-WINNOW-UNSEEN: counts, company and mistakes."""

import re

import pytest

from harness import Literal, message, rspamd

BOTH = ("X-WINNOW-SPAM", "X-WINNOW-UNSEEN")


def fill(user, mailbox=None):
    """Two spam, one ham, two unknown; nothing seen."""
    for score in (7.5, 1.2, 9.0):
        user.lmtp(message(headers=rspamd(score)), mailbox)
    for _ in range(2):
        user.lmtp(message("unscanned"), mailbox)


def counts(session, mailbox="INBOX"):
    return tuple(session.status(mailbox, *BOTH).values())


def untimed(reply):
    """The tagged line without the time it took."""
    return reply.status, re.sub(r" \([\d. +]+ secs\)", "", reply.text)


def outcome(imap, command):
    return untimed(imap.command(command))


def test_unknown_is_not_spam(user, storage):
    fill(user)
    assert counts(user.imap()) == (2, 3)


def test_seen_messages_are_not_unseen(user, storage):
    fill(user)
    imap = user.imap("INBOX")
    imap.ok("STORE 1,2,4 +FLAGS (\\Seen)")
    assert counts(user.imap()) == (2, 1)


def test_user_and_mailbox_decide(user):
    fill(user)
    fill(user, "Junk")
    imap = user.imap("INBOX")
    imap.ok("STORE 1 +FLAGS ($NotJunk)")
    imap.ok("STORE 2,4 +FLAGS ($Junk)")
    assert counts(user.imap()) == (3, 2)
    assert counts(user.imap(), "Junk") == (5, 0)


ASKED = [
    ("X-WINNOW-SPAM", "(X-WINNOW-SPAM 2)"),
    ("X-WINNOW-UNSEEN", "(X-WINNOW-UNSEEN 3)"),
    ("x-winnow-unseen X-Winnow-Spam", "(X-WINNOW-SPAM 2 X-WINNOW-UNSEEN 3)"),
    ("X-WINNOW-SPAM X-WINNOW-SPAM", "(X-WINNOW-SPAM 2)"),
    ("MESSAGES X-WINNOW-SPAM", "(MESSAGES 5 X-WINNOW-SPAM 2)"),
    ("X-WINNOW-UNSEEN UIDNEXT MESSAGES UNSEEN X-WINNOW-SPAM",
     "(MESSAGES 5 UIDNEXT 6 UNSEEN 5 X-WINNOW-SPAM 2 X-WINNOW-UNSEEN 3)"),
]


def test_asked_for_items_in_one_line(user):
    fill(user)
    imap = user.imap()
    for items, answer in ASKED:
        assert imap.ok(f"STATUS INBOX ({items})").untagged == [
            f"* STATUS INBOX {answer}".encode()]


def test_every_standard_item_keeps_its_value(user):
    fill(user)
    standard = "MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ " \
               "SIZE X-GUID"
    alone = user.imap().ok(f"STATUS INBOX ({standard})").lines("STATUS")[0]
    mixed = user.imap().ok(
        f"STATUS INBOX ({standard} X-WINNOW-SPAM)").lines("STATUS")[0]
    assert mixed == alone[:-1] + " X-WINNOW-SPAM 2)"


def test_highestmodseq_enables_condstore_as_ever(user):
    fill(user)
    imap = user.imap()
    imap.ok("STATUS INBOX (HIGHESTMODSEQ X-WINNOW-SPAM)")
    assert b"HIGHESTMODSEQ" in b" ".join(imap.select().untagged)


def test_mailbox_is_named_as_the_client_did(user):
    imap = user.imap()
    for name in (b"Gel&APY-scht", b"with space", b'a "quoted" one',
                 b"back\\slash"):
        imap.ok("CREATE", Literal(name))
        stock = imap.ok("STATUS", Literal(name), "(MESSAGES)")
        mixed = imap.ok("STATUS", Literal(name), "(MESSAGES X-WINNOW-SPAM)")
        assert mixed.lines("STATUS")[0] == \
            stock.lines("STATUS")[0][:-1] + " X-WINNOW-SPAM 0)"


def test_no_mail_is_read(user):
    user.set_fields(winnow_enable="no")
    fill(user)
    user.set_fields(winnow_enable="yes")
    for _ in range(2):
        assert counts(user.imap()) == (0, 5)
    user.imap("INBOX").ok("FETCH 1 X-WINNOW")
    assert counts(user.imap()) == (1, 4)


def test_selected_mailbox(user):
    fill(user)
    imap = user.imap("INBOX")
    stock = imap.ok("STATUS INBOX (MESSAGES)")
    mixed = imap.ok("STATUS INBOX (MESSAGES X-WINNOW-SPAM)")
    assert untimed(mixed) == untimed(stock)
    assert mixed.lines("STATUS") == ["INBOX (MESSAGES 5 X-WINNOW-SPAM 2)"]
    assert imap.search("X-WINNOW SPAM") == [1, 3]


def test_other_mailbox_while_one_is_selected(user):
    fill(user)
    fill(user, "Junk")
    imap = user.imap("INBOX")
    assert counts(imap, "Junk") == (5, 0)
    assert imap.search("X-WINNOW SPAM") == [1, 3]


def test_new_mail_counts_at_once(user):
    imap = user.imap()
    assert counts(imap) == (0, 0)
    fill(user)
    assert counts(imap) == (2, 3)


def test_line_that_comes_in_two_pieces(user):
    imap = user.imap()
    imap.send(b"p1 STATUS INBOX (MESSAGES X-WINNOW-SPAM)")
    assert imap.unsolicited(0.5) == []
    imap.send(b"\r\n")
    reply = imap.finish(b"p1")
    assert reply.ok and reply.lines("STATUS") == [
        "INBOX (MESSAGES 0 X-WINNOW-SPAM 0)"]


@pytest.mark.parametrize("items", [
    "X-WINNOW", "X-WINNOW-HAM", "X-WINNOW-SPAM X-WINNOW-HAM",
    "X-WINNOW-SPAM NONSENSE"])
def test_unknown_item_is_bad_and_named(user, items):
    reply = user.imap().bad(f"STATUS INBOX ({items})")
    assert items.split()[-1] in reply.text
    assert not reply.lines("STATUS")


BAD_ARGUMENTS = [
    "INBOX ()", "INBOX X-WINNOW-SPAM", "INBOX (X-WINNOW-SPAM (UNSEEN))",
    'INBOX ("X-WINNOW-SPAM")', "(X-WINNOW-SPAM)", "INBOX (X-WINNOW-SPAM",
    "(INBOX) (X-WINNOW-SPAM)", "", "INBOX"]


def test_bad_arguments_are_bad(user):
    for arguments in BAD_ARGUMENTS:
        imap = user.imap()      # too many would end the session
        imap.bad(f"STATUS {arguments}")
        assert counts(imap) == (0, 0)


def test_bad_mailbox_is_answered_as_ever(user):
    for mailbox in ("Nothing", "Nothing/below", '"/top"', '"a//b"', '""',
                    '"&bad"'):
        imap = user.imap()
        stock = outcome(imap, f"STATUS {mailbox} (UNSEEN)")
        assert stock[0] in ("NO", "BAD")
        for items in ("(UNSEEN X-WINNOW-SPAM)", "(X-WINNOW-SPAM)"):
            assert outcome(imap, f"STATUS {mailbox} {items}") == stock


def test_mailbox_without_messages_of_its_own_is_answered_as_ever(user):
    imap = user.imap()
    imap.ok("CREATE parent/child")
    imap.command("DELETE parent")
    stock = outcome(imap, "STATUS parent (UNSEEN)")
    assert outcome(imap, "STATUS parent (X-WINNOW-SPAM)") == stock


def test_without_winnow_the_items_are_unknown(user):
    user.set_fields(winnow_enable="no")
    assert "X-WINNOW-SPAM" in user.imap().bad(
        "STATUS INBOX (X-WINNOW-SPAM)").text


def test_list_status_does_not_know_the_items(user):
    reply = user.imap().bad('LIST "" "*" RETURN (STATUS (X-WINNOW-SPAM))')
    assert "X-WINNOW-SPAM" in reply.text


def test_virtual_mailbox_counts_the_real_messages(start):
    user = start(settings={"winnow_scanner": "rspamd"},
                 virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "Junk", "  ALL")
    fill(user)
    user.lmtp(message(headers=rspamd(1.2)), "Junk")
    imap = user.imap()
    assert counts(imap, "Virtual/All") == (3, 3)
    imap.select("Virtual/All")
    assert counts(imap, "Virtual/All") == (3, 3)


def test_counting_takes_the_right_to_read(start):
    server = start(settings={"winnow_scanner": "rspamd"}, shared=True)
    owner = server.new_user()
    fill(owner, "Archive")
    name = f"shared/{owner}/Archive"
    for rights, codes in (("l", ["NOPERM"]), ("lw", ["NOPERM"]),
                          ("", [None, "NONEXISTENT"])):
        reader = server.new_user()
        if rights:
            owner.imap().ok("SETACL", "Archive", reader.name, rights)
        reply = reader.imap().no(f"STATUS {name} (MESSAGES X-WINNOW-SPAM)")
        assert reply.code in codes
        assert not reply.untagged
    assert "exist" in reply.text


def test_shared_mailbox_counts_by_the_readers_threshold(start):
    server = start(settings={"winnow_scanner": "rspamd"}, shared=True)
    owner = server.new_user()
    reader = server.new_user(winnow_threshold="70")
    fill(owner, "Archive")
    owner.imap().ok("SETACL", "Archive", reader.name, "lr")
    assert counts(reader.imap(), f"shared/{owner}/Archive") == (1, 4)
    assert counts(owner.imap(), "Archive") == (2, 3)


def test_two_sessions_count_alike(user):
    fill(user)
    one, two = user.imap("INBOX"), user.imap()
    one.ok("STORE 1 +FLAGS ($NotJunk)")
    assert counts(one) == counts(two) == (1, 4)
