"""Live results (RFC 5267, CONTEXT=SEARCH) follow the class of a message."""

import re
from random import Random

import pytest

from harness import message, rspamd
from search_expressions import Generator
from search_mail import WORDS, append_all, new_mail
from search_reference import Reader
from test_search_commands import SPAM, fill


class Context:
    """One live result: its numbers, kept up to date from what is said."""

    def __init__(self, session, program):
        reply = session.ok(
            f"UID SEARCH RETURN (UPDATE ALL) {program}")
        self.program = program
        self.tag = reply.tag.decode()
        line, = reply.lines("ESEARCH")
        match = re.search(r" ALL ([\d:,]+)", line)
        self.uids = numbers(match.group(1)) if match else set()

    def hear(self, reply):
        """Take the changes in a reply over; returns (added, removed)."""
        added, removed = set(), set()
        for line in reply.lines("ESEARCH"):
            if not line.startswith(f'(TAG "{self.tag}")'):
                continue
            for word, text in re.findall(
                    r"(ADDTO|REMOVEFROM) \(\d+ ([\d:,]+)\)", line):
                found = numbers(text)
                if word == "ADDTO":
                    assert not found & self.uids
                    self.uids |= found
                    added |= found
                else:
                    assert found <= self.uids
                    self.uids -= found
                    removed |= found
        return added, removed


def numbers(text):
    found = set()
    for part in text.split(","):
        one, _, two = part.partition(":")
        found |= set(range(int(one), int(two or one) + 1))
    return found


@pytest.fixture
def session(user, storage):
    fill(user)
    return user.imap("INBOX")


#: each has UIDs 1, 4 and 6 as SPAM is, or its complement
LIKE_SPAM = ["X-WINNOW SPAM", "FUZZY X-WINNOW SPAM", "NOT NOT X-WINNOW SPAM",
             "OR X-WINNOW SPAM SUBJECT nowhere",
             "OR SUBJECT nowhere (X-WINNOW SPAM NOT SUBJECT nowhere)",
             "NOT (OR X-WINNOW HAM X-WINNOW UNKNOWN)"]
UNLIKE_SPAM = ["NOT X-WINNOW SPAM", "OR X-WINNOW HAM X-WINNOW UNKNOWN",
               "NOT (OR X-WINNOW SPAM SUBJECT nowhere)",
               "NOT (X-WINNOW SPAM NOT SUBJECT nowhere)"]


def test_a_keyword_that_changes_the_class_changes_the_result(user, session):
    other = user.imap("INBOX")
    spam = [Context(session, program) for program in LIKE_SPAM]
    rest = [Context(session, program) for program in UNLIKE_SPAM]
    assert all(context.uids == set(SPAM) for context in spam)
    assert all(context.uids == {2, 3, 5} for context in rest)
    steps = [("2,3", "+FLAGS.SILENT ($Junk)", {2, 3}, set()),
             ("1", "+FLAGS ($NotJunk)", set(), {1}),
             ("2", "-FLAGS.SILENT ($Junk)", set(), {2}),
             ("1", "-FLAGS ($NotJunk)", {1}, set()),
             ("6", "-FLAGS ($Junk)", set(), {6}),
             ("1:6", "FLAGS ()", {5, 6}, {3, 4})]
    for number, (which, change, added, removed) in enumerate(steps):
        actor = (session, other)[number % 2]
        replies = [actor.ok(f"UID STORE {which} {change}"), session.ok("NOOP")]
        if actor is other:
            replies = replies[1:]
        for context, came, went in \
                [(one, added, removed) for one in spam] + \
                [(one, removed, added) for one in rest]:
            heard = [context.hear(reply) for reply in replies]
            assert set().union(*(one for one, _ in heard)) == came, \
                (context.program, which, change)
            assert set().union(*(two for _, two in heard)) == went, \
                (context.program, which, change)


def test_what_arrives_and_what_goes_changes_the_result(user, session):
    spam = Context(session, "X-WINNOW SPAM")
    rest = Context(session, "NOT X-WINNOW SPAM")
    user.save(message("more", headers=rspamd(9)))
    user.save(message("more", headers=rspamd(1)))
    reply = session.ok("NOOP")
    assert spam.hear(reply) == ({7}, set())
    assert rest.hear(reply) == ({8}, set())
    other = user.imap("INBOX")
    other.ok("UID STORE 1,2,7 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    reply = session.ok("NOOP")
    assert spam.hear(reply) == (set(), {1, 7})
    assert rest.hear(reply) == (set(), {2})
    session.ok(f'CANCELUPDATE "{spam.tag}"')
    user.save(message("more", headers=rspamd(9)))
    reply = session.ok("NOOP")
    assert spam.hear(reply) == rest.hear(reply) == (set(), set())


def test_a_live_sorted_result(session):
    session.ok("SORT RETURN (UPDATE ALL) (REVERSE DATE) UTF-8 X-WINNOW SPAM")
    lines = session.ok("STORE 2 +FLAGS ($Junk)").lines("ESEARCH") + \
        session.ok("NOOP").lines("ESEARCH")
    assert any(re.search(r"ADDTO \(\d+ 2\)", line) for line in lines), lines


class LiveGenerator(Generator):
    """Without sets of numbers, which a later search would read differently,
    and without KEYWORD: with it in a live result, an appended message crashes
    Dovecot.
    """

    def sequence_set(self):
        return self.winnow()

    uid_set = keyword = anything = sequence_set


def change_something(random, actor, user):
    """One change as a client would make it, by one of the sessions."""
    what = random.randrange(8)
    uid = random.choice(actor.uid_search("ALL"))
    if what == 0:
        append_all(actor, "INBOX", [new_mail(random)])
    elif what == 1:
        actor.ok(f"UID STORE {uid} +FLAGS.SILENT (\\Deleted)")
        actor.ok(f"UID EXPUNGE {uid}")
    elif what == 2:
        flag = random.choice(["\\Seen", "\\Flagged", "\\Answered", "Work"])
        actor.ok(f"UID STORE {uid} {random.choice('+-')}FLAGS ({flag})")
    else:
        actor.ok(f"UID STORE {uid}:* {random.choice('+-')}FLAGS "
                 f"({random.choice(WORDS)})")


def test_live_results_are_what_a_new_search_finds(user, storage):
    """Whatever happens to the mailbox, by this session and by another."""
    random = Random(storage)
    append_all(user.imap(), "INBOX", [new_mail(random) for _ in range(40)])
    generator = LiveGenerator(random, Reader(("rspamd",)), 40, 40)
    for _ in range(2):
        watcher, other = user.imap("INBOX"), user.imap("INBOX")
        programs = [generator.expression().text for _ in range(10)]
        contexts = [Context(watcher, program) for program in programs]
        for _ in range(20):
            actor = random.choice([watcher, other])
            log = len(watcher.transcript)
            change_something(random, actor, user)
            watcher.ok("NOOP")
            said = Said(watcher.transcript[log:])
            other.ok("NOOP")
            for context in contexts:
                context.hear(said)
                assert context.uids == set(other.uid_search(context.program)), \
                    context.program
        watcher.close()
        other.close()


class Said:
    """Everything that a server said in a part of a transcript."""

    def __init__(self, transcript):
        self._lines = [data.rstrip(b"\r\n").decode("utf-8", "replace")
                       for side, data in transcript if side == b"S"]

    def lines(self, keyword):
        start = f"* {keyword} "
        return [line[len(start):] for line in self._lines
                if line.startswith(start)]
