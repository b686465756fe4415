"""ESEARCH finds what a client finds that selects each mailbox and searches it.

The same programs for all mailboxes of a tree with namespaces, rights, parents
that are none, odd names; one mailbox grows while it is searched, and one is
deleted.
"""

import os
import re
import sys
from random import Random

import pytest

from esearch_client import expand, responses
from harness.imap import quote
from search_expressions import Generator
from search_mail import append_all, new_mail
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")
SEED = int(os.environ.get("WINNOW_SEED", "20261127"))
PROGRAMS, MESSAGES = 300, (0, 12)
#: searches that one mailbox is asked at once
PIPELINED = 25
OPTIONS = ["", "", "RETURN (ALL COUNT) ", "RETURN (MIN MAX COUNT) ",
           "RETURN (PARTIAL 2:4) ", "RETURN () "]
ODD = ["with space", 'quo"ted', "back\\slash", "(paren)", "per%cent", "st*r",
       "Entw&APw-rfe", "&ZeVnLIqe-", "a]b", "{3}", "NIL", "selected", "&-"]
GROWS, DOOMED = "Grows", "Doomed"


def tree(random):
    """Names of the reader's own mailboxes, some of them below nothing."""
    names = ["INBOX", "Junk", GROWS, DOOMED] + ODD
    parents = list(names[4:]) + ["Parent", "Parent/None"]
    while len(names) < 45:
        parent = random.choice(parents)
        name = f"{parent}/m{len(names)}"
        if name.count("/") < 5:
            names.append(name)
            parents.append(name)
    return names


class World:
    """The mailboxes, their mail, and who may see them."""

    def __init__(self, server, random):
        owner, self.reader = server.new_user(), server.new_user()
        self.random, self.shared = random, f"shared/{owner}"
        self.own = tree(random)
        self._fill(self.reader.imap(), self.own)
        public = [f"Public/{self.reader}/{name}" for name in "abc"]
        self._fill(self.reader.imap(), public)
        rights = {"Both": "lr", "Both/x": "lr", "Both/x/y": "lr", "Read": "r",
                  "List": "l", "None": "", "None/Below": "lr", "All": "lrsw"}
        session = owner.imap()
        self._fill(session, rights)
        for name, letters in rights.items():
            if letters:
                session.ok("SETACL", name, self.reader.name, letters)
        self.named = self.own + public + [f"{self.shared}/{name}"
                                          for name in rights] + ["Nowhere"]
        session = self.reader.imap()
        self.subscribed = random.sample(self.named, 20)
        for name in self.subscribed:
            session.command("SUBSCRIBE", quote(name))
        self.listed = {_name(line) for line in
                       session.ok('LIST "" *').lines("LIST")
                       if not re.match(r"\([^)]*\\(Noselect|NonExistent)",
                                       line, re.I)}

    def _fill(self, session, names):
        for name in names:
            session.command("CREATE", quote(name))
            mails = [new_mail(self.random)
                     for _ in range(self.random.randint(*MESSAGES))]
            if mails:
                append_all(session, quote(name), mails)

    def sources(self):
        """What stands in IN (...), and the mailboxes that it means."""
        text, names = [], set()
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            one, more = self.random.choice([
                self._personal, self._personal, self._mailboxes,
                self._mailboxes, self._subtree, self._subtree_one,
                self._subscribed])()
            text.append(one)
            names |= more
        return " ".join(text), names

    def _personal(self):
        return self.random.choice(["personal", "inboxes"]), {
            name for name in self.listed
            if not name.startswith(("shared/", "Public/"))}

    def _mailboxes(self):
        names = self.random.sample(self.named, self.random.randint(1, 12))
        return f"mailboxes ({' '.join(map(quote, names))})", set(names)

    def _roots(self):
        return self.random.sample(
            sorted(self.listed) + ["Parent", "Public", "shared", self.shared,
                                   "Parent/None", "Nowhere"],
            self.random.randint(1, 3))

    def _subtree(self):
        roots = self._roots()
        return f"subtree ({' '.join(map(quote, roots))})", {
            name for name in self.listed for root in roots
            if name == root or name.startswith(root + "/")}

    def _subtree_one(self):
        roots = self._roots()
        return f"subtree-one ({' '.join(map(quote, roots))})", {
            name for name in self.listed for root in roots
            if name == root or name.rpartition("/")[0] == root}

    def _subscribed(self):
        return "subscribed", {name for name in self.subscribed
                              if name in self.listed}


def _name(line):
    name = re.search(r'\) "/" (.*)\Z', line, re.S).group(1)
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') \
        else name


def search_each(user, name, programs):
    """A client's answers: lists of UIDs, or None if it can't select it."""
    session = user.imap()
    if not session.command("EXAMINE", quote(name)).ok:
        return None
    answers = []
    for start in range(0, len(programs), PIPELINED):
        tags = [session.start("UID SEARCH RETURN (ALL)", program)
                for program in programs[start:start + PIPELINED]]
        answers += read_pipelined(session, tags)
    session.logout()
    return answers


def read_pipelined(session, tags):
    found, left = {}, set(tags)
    while left:
        line = session.read_response()
        match = re.match(rb'\* ESEARCH \(TAG "(\w+)"\) UID ALL (\S+)', line)
        if match:
            found[match.group(1)] = expand(match.group(2).decode())
        elif line.split()[0] in left:
            assert line.split()[1] == b"OK", line
            left.remove(line.split()[0])
    return [found.get(tag, []) for tag in tags]


def matches(one, uids, options):
    """Whether a response says what the UIDs are, in the way it was asked."""
    wanted = {"ALL": uids} if "(" not in options or "ALL" in options or \
        "()" in options else {}
    if "COUNT" in options:
        wanted["COUNT"] = len(uids)
    if "MIN" in options:
        wanted["MIN"], wanted["MAX"] = uids[0], uids[-1]
    if "PARTIAL" in options:
        wanted["PARTIAL"] = ("2:4", uids[1:4])
    return one.items == wanted


class Question:
    """One ESEARCH and its right answers."""

    def __init__(self, world, number, program):
        self.program, self.number = program, number
        self.sources, self.names = world.sources()
        self.options = world.random.choice(OPTIONS)
        self.line = f"IN ({self.sources}) {self.options}{program}"

    def check(self, reply, expected):
        """`expected`: the lists of UIDs that may be right, by mailbox."""
        assert reply.ok, f"{self.line}\n{reply}"
        answers = {one.mailbox: one for one in responses(reply)}
        for name in self.names | set(answers):
            may_be = expected(name) if name in self.names else [[]]
            one = answers.get(name)
            assert any(matches(one, uids, self.options) if uids and one
                       else not uids and one is None for uids in may_be), (
                f"seed {SEED}, {self.number}: ESEARCH {self.line}\n"
                f"{name}: {one}\nmay be {may_be}")


def test_every_search_finds_what_selecting_each_finds(start):
    print(f"seed {SEED}", file=sys.stderr)
    random = Random(SEED)
    world = World(start(settings={"winnow_scanner": " ".join(SOURCES)},
                        shared=True, public=True), random)
    assert len(world.named) >= 55
    generator = Generator(random, Reader(SOURCES, 50, False), 12, 14)
    programs = [(generator.expression() if number % 3 else
                 generator.tree(3)).text for number in range(PROGRAMS)]
    right = {name: search_each(world.reader, name, programs)
             for name in (set(world.named) | world.listed) - {GROWS}}
    session, other = world.reader.imap(), world.reader.imap()
    deleted = False
    for number, program in enumerate(programs):
        question = Question(world, number, program)
        before = search_each(world.reader, GROWS, [program])
        if number % 7 == 0:
            session.select(random.choice(["INBOX", ODD[0], "Junk"]))
        tag = session.start("ESEARCH", question.line)
        if number % 5 == 0:
            append_all(other, GROWS, [new_mail(random)])
        if number == PROGRAMS // 2:
            other.ok("DELETE", DOOMED)
            deleted = True
        reply = session.finish(tag)
        after = search_each(world.reader, GROWS, [program])

        def expected(name):
            if name == GROWS:
                return before + after
            if right[name] is None:
                return [[]]
            uids = right[name][number]
            return [uids, []] if name == DOOMED and deleted else [uids]
        question.check(reply, expected)
