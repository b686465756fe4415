"""X-WINNOW in every command that takes a search program."""

import re

import pytest

from harness import message, quote, rspamd

#: subject, headers, flags and keywords; and what they make of it
MAILS = [("spam", rspamd(7.5), ""),
         ("ham", rspamd(1.2), ""),
         ("unscanned", (), "\\Seen"),
         ("taught spam", rspamd(-1), "$Junk"),
         ("taught ham", rspamd(20), "NonJunk \\Seen"),
         ("both", rspamd(9), "$Junk $NotJunk")]
SPAM, HAM, UNKNOWN = [1, 4, 6], [2, 5], [3]


def fill(user, mailbox="INBOX"):
    imap = user.imap()
    for number, (subject, headers, flags) in enumerate(MAILS, 1):
        imap.append(mailbox, message(
            subject, headers=headers, date=f"0{9 - number} Jan 2026 "
            "10:00:00 +0000", message_id=f"<m{number}@x>"), flags)
    return imap


@pytest.fixture
def session(user):
    fill(user)
    return user.imap("INBOX")


def test_classes_partition_the_mailbox(session):
    assert session.search("X-WINNOW SPAM") == SPAM
    assert session.search("X-WINNOW HAM") == HAM
    assert session.search("X-WINNOW UNKNOWN") == UNKNOWN
    assert session.search("X-WINNOW BY user") == [4, 5]
    assert session.search("X-WINNOW BY rspamd") == [1, 2, 6]
    assert session.search("X-WINNOW LEVEL 50") == [1, 5, 6]


def test_sort(session):
    assert session.sort("(DATE) US-ASCII X-WINNOW SPAM") == [6, 4, 1]
    assert session.sort("(REVERSE DATE) UTF-8 NOT X-WINNOW SPAM") == [2, 3, 5]
    assert session.sort("(SUBJECT) UTF-8 OR X-WINNOW HAM SEEN",
                        "UID SORT") == [2, 5, 3]
    assert session.esearch("RETURN (COUNT MIN) (DATE) UTF-8 X-WINNOW SPAM",
                           "SORT") == "MIN 6 COUNT 3"


def threads(session, program, command="THREAD"):
    lines = session.ok(f"{command} {program}").lines("THREAD")
    return sorted(int(n) for n in re.findall(r"\d+", " ".join(lines)))


@pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS", "ORDEREDSUBJECT"])
def test_thread_again_and_again(session, algorithm):
    for _ in range(3):
        assert threads(session, f"{algorithm} UTF-8 X-WINNOW SPAM") == SPAM
        assert threads(session, f"{algorithm} UTF-8 NOT X-WINNOW SPAM",
                       "UID THREAD") == [2, 3, 5]
        assert threads(session, f"{algorithm} UTF-8 ALL") == [1, 2, 3, 4, 5, 6]
    session.ok("STORE 2 +FLAGS ($Junk)")
    session.ok("STORE 1 +FLAGS ($NotJunk)")
    assert threads(session, f"{algorithm} UTF-8 X-WINNOW SPAM") == [2, 4, 6]
    assert threads(session, f"{algorithm} UTF-8 X-WINNOW SPAM") == [2, 4, 6]


def test_inthread(user, session):
    session.append("INBOX", message("Re: spam", headers=[
        ("References", "<m1@x>")] + rspamd(0)))
    session.append("INBOX", message("Re: ham", headers=[
        ("References", "<m2@x>")] + rspamd(12)))
    session.ok("NOOP")
    for algorithm in ("REFS", "REFERENCES"):
        program = f"INTHREAD {algorithm} (X-WINNOW SPAM)"
        assert session.search(program) == [1, 2, 4, 6, 7, 8]
        assert session.search(f"X-WINNOW HAM {program}") == [2, 7]
        assert session.search(f"INTHREAD {algorithm} (X-WINNOW HAM) SEEN") == [5]


def test_a_saved_result_serves_other_commands(session):
    reply = session.ok("UID SEARCH RETURN (SAVE COUNT) NOT X-WINNOW SPAM")
    assert "COUNT 3" in reply.lines("ESEARCH")[0]
    assert sorted(session.fetch("$", "(UID)")) == [2, 3, 5]
    assert session.search("$ X-WINNOW HAM") == [2, 5]
    assert session.search("NOT $ X-WINNOW BY rspamd") == [1, 6]
    session.ok("SEARCH RETURN (SAVE) X-WINNOW SPAM")
    session.ok("UID MOVE $ Junk")
    session.ok("NOOP")
    assert session.search("ALL") == [1, 2, 3]
    session.select("Junk")
    assert session.search("X-WINNOW SPAM") == [1, 2, 3]
    assert session.search("X-WINNOW BY mailbox") == [1, 3]


def test_modseq(session):
    session.ok("ENABLE CONDSTORE")
    modseq = session.status("INBOX", "HIGHESTMODSEQ")["HIGHESTMODSEQ"]
    session.ok("STORE 1,2 +FLAGS (\\Answered)")
    line, = session.ok(f"SEARCH MODSEQ {modseq + 1} X-WINNOW SPAM").lines(
        "SEARCH")
    assert re.fullmatch(r"1 \(MODSEQ \d+\)", line)
    line, = session.ok(f"SEARCH RETURN (ALL) OR MODSEQ {modseq + 1} X-WINNOW "
                       "UNKNOWN").lines("ESEARCH")
    assert " ALL 1:3 " in line


def test_fuzzy(session):
    assert session.search("FUZZY X-WINNOW SPAM") == SPAM
    assert session.search("NOT FUZZY X-WINNOW SPAM") == [2, 3, 5]
    assert session.search("OR FUZZY (X-WINNOW HAM) FUZZY SUBJECT both") == \
        [2, 5, 6]


def test_examine(user, session):
    session.ok("EXAMINE INBOX")
    assert session.search("X-WINNOW SPAM") == SPAM
    assert session.sort("(DATE) UTF-8 X-WINNOW HAM") == [5, 2]


def test_an_empty_mailbox(session):
    session.select("Drafts")
    assert session.search("X-WINNOW SPAM") == []
    assert session.search("NOT X-WINNOW SPAM") == []
    assert session.esearch("RETURN (COUNT) OR SEEN X-WINNOW SPAM") == "COUNT 0"
    assert threads(session, "REFS UTF-8 X-WINNOW SPAM") == []


def test_expunged_by_another_session_in_the_middle(user, session, storage):
    """Messages without a record that went away: no answer names them wrongly.
    """
    user.set_fields(winnow_enable="no")
    other = user.imap()
    for number in range(20):
        other.append("Archive", message("x", headers=rspamd(number)))
    session = None
    user.set_fields(winnow_enable="yes")
    session = user.imap("Archive")
    other.select("Archive")
    other.ok("UID STORE 5:8,15 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    reply = session.command("UID SEARCH NOT X-WINNOW SPAM")
    assert reply.ok, reply
    found = {int(n) for n in reply.lines("SEARCH")[0].split()}
    assert found | {5} == {1, 2, 3, 4, 5} or found | {5, 6} == \
        {1, 2, 3, 4, 5, 6}
    session.ok("NOOP")
    assert session.uid_search("NOT X-WINNOW SPAM") == [1, 2, 3, 4]
    assert session.uid_search("X-WINNOW SPAM") == [9, 10, 11, 12, 13, 14, 16,
                                                   17, 18, 19, 20]
