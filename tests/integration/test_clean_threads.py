"""Transparent search beside threads: their index has every message, always.

A thread index that misses a message is corrupted, and Dovecot logs that, which
fails a test.
"""

import re
from random import Random

import pytest

from harness import message, rspamd

CLEAN = {"winnow_scanner": "rspamd", "winnow_search": "clean"}
HEADERS = {"s": rspamd(9.0), "h": rspamd(0.5)}
ALGORITHMS = ("REFERENCES", "REFS")


def mail_id(number):
    return f"<thread{number}@example.org>"


class Conversation:
    """Messages that answer each other, spam among them, in two mailboxes of
    which one is of a user whose search is plain."""

    def __init__(self, start, random, storage):
        settings = {"winnow_scanner": "rspamd"}
        self.random, self.kinds = random, []
        self.users = [start(settings=settings).new_user(storage),
                      start(settings=CLEAN).new_user(storage)]
        self.writers = [user.imap() for user in self.users]

    def add(self, count):
        for _ in range(count):
            number = len(self.kinds)
            kind = self.random.choice("ssh")
            self.kinds.append(kind)
            headers = list(HEADERS[kind])
            if number and self.random.random() < 0.8:
                parent = self.random.randrange(number)
                headers.append(("References", mail_id(parent)))
            data = message(f"{self.random.choice(['tea', 'milk'])} {number}",
                           "Text.\n", headers, message_id=mail_id(number))
            for writer in self.writers:
                writer.append("INBOX", data)

    def sessions(self):
        return [user.imap("INBOX") for user in self.users]

    def ham(self):
        """UIDs of what is not spam, as a set."""
        return ",".join(str(uid) for uid, kind in enumerate(self.kinds, 1)
                        if kind == "h")


def tree(text):
    """A THREAD answer in one order: that of siblings hangs on what was asked
    before, as threads are kept and amended."""
    stack = [[]]
    for token in re.findall(r"[()]|\d+", text):
        if token == "(":
            stack.append([])
        elif token == ")":
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(token)
    return _sorted(stack[0])


def _sorted(nodes):
    line = [node for node in nodes if isinstance(node, str)]
    return line, sorted(_sorted(node) for node in nodes
                        if not isinstance(node, str))


def thread(session, algorithm, program):
    reply = session.ok(f"UID THREAD {algorithm} UTF-8 {program}")
    return tree(" ".join(reply.lines("THREAD")))


def check_threads(conversation, plain, clean):
    for algorithm in ALGORITHMS:
        for program in ("ALL", "UID 1:5", "UNSEEN", "INTHREAD REFS SUBJECT tea"):
            assert thread(clean, algorithm, program) == \
                thread(plain, algorithm, program)
        wanted = thread(plain, algorithm,
                        f"UID {conversation.ham()} SUBJECT tea")
        for _ in range(2):
            assert thread(clean, algorithm, "SUBJECT tea") == wanted


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
def test_threads_of_a_filtered_search(start, storage):
    conversation = Conversation(start, Random(3), storage)
    conversation.add(12)
    plain, clean = conversation.sessions()
    for _ in range(4):
        check_threads(conversation, plain, clean)
        conversation.add(4)
    check_threads(conversation, *conversation.sessions())


def test_messages_come_and_go_between_threads(start):
    random = Random(4)
    conversation = Conversation(start, random, "sdbox")
    conversation.add(30)
    plain, clean = conversation.sessions()
    gone = set()
    for _ in range(10):
        thread(clean, "REFS", "SUBJECT tea")
        left = [uid for uid in range(1, len(conversation.kinds) + 1)
                if uid not in gone]
        uid = random.choice(left)
        for session in plain, clean:
            session.ok(f"UID STORE {uid} +FLAGS (\\Deleted)")
            session.ok("EXPUNGE")
        gone.add(uid)
        conversation.kinds[uid - 1] = "gone"
        conversation.add(2)
        for session in plain, clean:
            session.ok("NOOP")
        check_threads(conversation, plain, clean)


def test_a_thread_that_is_found_by_words_outside(start):
    """INTHREAD looks at all messages; what is left out comes afterwards."""
    conversation = Conversation(start, Random(5), "sdbox")
    conversation.add(25)
    plain, clean = conversation.sessions()
    program = "INTHREAD REFS SUBJECT tea TEXT Text"
    for _ in range(3):
        found = plain.uid_search(program)
        ham = [uid for uid in found if conversation.kinds[uid - 1] == "h"]
        reply = clean.ok("UID SEARCH", program)
        assert reply.lines("SEARCH") == [" ".join(map(str, ham))]
        assert reply.code == f"X-WINNOW SKIPPED {len(found) - len(ham)}"
        conversation.add(3)
        plain.ok("NOOP")
        clean.ok("NOOP")


def test_spam_alone_is_shown_in_threads(start):
    user = start(settings=CLEAN).new_user()
    imap = user.imap()
    for number, kind in enumerate("shss"):
        imap.append("INBOX", message(
            f"{kind} tea", "Text.\n", HEADERS[kind],
            message_id=mail_id(number)))
    session = user.imap("INBOX")
    for algorithm in ALGORITHMS + ("ORDEREDSUBJECT",):
        reply = session.ok(f"THREAD {algorithm} UTF-8 SUBJECT \"s tea\"")
        assert sorted(reply.lines("THREAD")[0].replace("(", " ").replace(
            ")", " ").split()) == ["1", "3", "4"]
        assert reply.code == "X-WINNOW SHOWN 3"
