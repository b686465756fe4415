"""Searches with X-WINNOW find what a slow reference says they find.

The same mailbox and the same expressions on every storage; half of the
messages came while winnow was off for the user and have no record.
"""

import os
import re
import sys
from random import Random

import pytest

from esearch_client import expand
from search_expressions import Generator
from search_mail import append_all, new_mail, number_all
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")
SEED = int(os.environ.get("WINNOW_SEED", "20261123"))
#: messages in INBOX and Junk, and how many more are expunged again
MESSAGES = {"INBOX": 1600, "Junk": 400}
EXPUNGED = 0.02
#: mailbox, threshold, expressions
ROUNDS = [("INBOX", 50, 520), ("Junk", 50, 120), ("INBOX", 30, 90),
          ("INBOX", 80, 90)]
CHUNK = 100


class Mailbox:
    """What is appended, and what is left once some are expunged."""

    def __init__(self, random, count):
        total = int(count * (1 + EXPUNGED)) + 1
        self.appended = [new_mail(random) for _ in range(total)]
        self.gone = set(random.sample(range(1, total + 1), total - count))
        self.mails = [mail for uid, mail in enumerate(self.appended, 1)
                      if uid not in self.gone]
        number_all(self.mails, [uid for uid in range(1, total + 1)
                                if uid not in self.gone])


class Question:
    """An expression, the way it is asked, and the right answer."""

    def __init__(self, expression, mails, command, options):
        self.command, self.options = command, options
        self.text = expression.text
        self.expected = [mail for mail in mails if expression.match(mail)]
        self.uid = command.startswith("UID")

    def numbers(self, mails):
        return [mail.uid if self.uid else mail.seq for mail in mails]

    def line(self):
        if "SORT" in self.command:
            return f"{self.command} ({self.options}) US-ASCII {self.text}"
        options = "" if self.options is None else f"RETURN ({self.options}) "
        return f"{self.command} {options}{self.text}"

    def check(self, reply):
        assert reply.ok, f"{self.line()}\n{reply}"
        wanted, found = self._wanted(), self._found(reply)
        assert found == wanted, (
            f"seed {SEED}: {self.line()}\nfound  {found}\nwanted {wanted}\n" +
            self._first_difference(found, wanted))

    def _wanted(self):
        if "SORT" in self.command:
            mails = sorted(self.expected, key=lambda mail: mail.sent,
                           reverse=self.options.startswith("REVERSE"))
            return self.numbers(mails)
        numbers = self.numbers(self.expected)
        options = (self.options or "ALL").split()
        wanted = {}
        if "ALL" in options and numbers:
            wanted["ALL"] = numbers
        if "COUNT" in options:
            wanted["COUNT"] = [len(numbers)]
        if "MIN" in options and numbers:
            wanted["MIN"] = numbers[:1]
        if "MAX" in options and numbers:
            wanted["MAX"] = numbers[-1:]
        if "PARTIAL" in options:
            first, last = options[options.index("PARTIAL") + 1].split(":")
            wanted["PARTIAL"] = numbers[int(first) - 1:int(last)]
        return wanted

    def _found(self, reply):
        if "SORT" in self.command:
            return [int(n) for n in " ".join(reply.lines("SORT")).split()]
        if self.options is None:
            numbers = sorted(int(n) for n in
                             " ".join(reply.lines("SEARCH")).split())
            return {"ALL": numbers} if numbers else {}
        text = reply.lines("ESEARCH")[0]
        found = {}
        for name, value in re.findall(
                r"(ALL|COUNT|MIN|MAX|PARTIAL \(\S+) ([\d:,]+|NIL)", text):
            found[name.split()[0]] = expand(value)
        return found

    def _first_difference(self, found, wanted):
        if isinstance(found, dict):
            found, wanted = found.get("ALL", []), wanted.get("ALL", [])
        odd = sorted(set(found) ^ set(wanted))
        return f"differ in {odd[:20]}" if odd else ""


#: (command, RETURN options; for SORT its key), in turns
WAYS = [("SEARCH", None), ("UID SEARCH", None), ("SEARCH", "ALL"),
        ("UID SEARCH", "ALL COUNT"), ("SEARCH", "COUNT"), ("SEARCH", ""),
        ("SEARCH", "MIN MAX COUNT"), ("UID SEARCH", "MIN"), ("SEARCH", "MAX"),
        ("UID SEARCH", "PARTIAL 3:12"), ("SORT", "DATE"),
        ("UID SORT", "REVERSE DATE"), ("UID SEARCH", "SAVE ALL"),
        ("SEARCH CHARSET UTF-8", None)]


class Round:
    """Questions about one mailbox as one reader sees it."""

    def __init__(self, random, box, mailbox, threshold, count):
        self.mailbox, self.threshold = mailbox, threshold
        reader = Reader(SOURCES, threshold, mailbox == "Junk")
        generator = Generator(random, reader, len(box.mails),
                              box.mails[-1].uid)
        self.questions = []
        for number in range(count):
            self._ask(generator, box.mails, *WAYS[number % len(WAYS)])

    def _ask(self, generator, mails, command, options):
        expression = generator.expression()
        question = Question(expression, mails, command, options)
        self.questions.append(question)
        if options and "SAVE" in options:       # and what was saved, narrowed
            narrower = generator.expression()
            again = Question(narrower, question.expected, "SEARCH", "ALL")
            again.text = f"$ {narrower.one()}"
            self.questions.append(again)


@pytest.fixture(scope="module")
def plan():
    """The mailboxes and the rounds, the same for all storages."""
    print(f"seed {SEED}", file=sys.stderr)
    random = Random(SEED)
    boxes = {name: Mailbox(random, count) for name, count in MESSAGES.items()}
    rounds = [Round(random, boxes[name], name, threshold, count)
              for name, threshold, count in ROUNDS]
    return boxes, rounds


def populate(user, boxes):
    """Append in turns with and without winnow; then expunge some."""
    with_records = user.imap()
    user.set_fields(winnow_enable="no")
    without = user.imap()
    assert "X-WINNOW" not in without.ok("CAPABILITY").lines("CAPABILITY")[0]
    user.set_fields(winnow_enable="yes")
    for name, box in boxes.items():
        for start in range(0, len(box.appended), CHUNK):
            session = with_records if start // CHUNK % 2 else without
            append_all(session, name, box.appended[start:start + CHUNK])
        without.select(name)
        uids = ",".join(map(str, sorted(box.gone)))
        without.ok(f"UID STORE {uids} +FLAGS.SILENT (\\Deleted)")
        without.ok(f"UID EXPUNGE {uids}")
        assert len(without.uid_search("ALL")) == len(box.mails)
    return user


def test_every_search_finds_what_the_reference_finds(start, storage, plan):
    boxes, rounds = plan
    server = start(settings={"winnow_scanner": " ".join(SOURCES)})
    user = populate(server.new_user(storage), boxes)
    for one in rounds:
        user.set_fields(winnow_threshold=one.threshold)
        session = user.imap(one.mailbox)
        for question in one.questions:
            question.check(session.command(question.line()))
        session.logout()
