"""Search programs, each with what it means.

An expression is a text for the server and a function that says of one message
whether it matches.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Callable

from search_mail import (FIRST_DAY, FLAGS, KEYWORDS, PEOPLE, SUBJECTS, TOPICS,
                         WORDS)
from search_reference import verdict


@dataclass
class Expression:
    text: str
    match: Callable
    #: more than one key: needs ( ) where one key is expected
    many: bool = False

    def one(self):
        return f"({self.text})" if self.many else self.text


class Generator:
    """Expressions for a mailbox with so many messages, seen by a reader."""

    def __init__(self, random, reader, messages, last_uid):
        self.random, self.reader = random, reader
        self.messages, self.last_uid = messages, last_uid

    # ------------------------------------------------------------------ leaves

    def winnow(self):
        test = self.random.choice([
            self._class, self._class, self._class, self._by, self._level,
            self._kind])()
        if self.random.random() < 0.1:
            test.text = "FUZZY " + test.text
        return test

    def _class(self):
        name = self.random.choice(["SPAM", "HAM", "UNKNOWN", "spam"])
        return Expression("X-WINNOW " + name, lambda mail: self.reader.classify(
            mail)[0] == name.upper())

    def _by(self):
        name = self.random.choice([
            "user", "mailbox", "rspamd", "spamassassin", "amavis", "RSPAMD",
            "bogofilter", "nobody", '"User"', '""'])
        plain = name.strip('"').lower()
        return Expression("X-WINNOW BY " + name, lambda mail: plain ==
                          (self.reader.classify(mail)[1] or 0))

    def _level(self):
        wanted = self.random.choice([0, 1, 10, 25, 40, 49, 50, 51, 80, 99, 100,
                                     self.random.randrange(101)])

        def match(mail):
            found = verdict(mail, self.reader.sources)
            return found is not None and found.level >= wanted
        return Expression(f"X-WINNOW LEVEL {wanted}", match)

    def _kind(self):
        wanted = self.random.choice(["PHISH", "VIRUS", "virus"])

        def match(mail):
            found = verdict(mail, self.reader.sources)
            return found is not None and found.kind == wanted.lower()
        return Expression("X-WINNOW KIND " + wanted, match)

    def flag(self):
        flag = self.random.choice(FLAGS)
        name = flag[1:].upper()
        if self.random.random() < 0.5:
            return Expression(name, lambda mail: flag in mail.flags)
        return Expression("UN" + name, lambda mail: flag not in mail.flags)

    def keyword(self):
        name = self.random.choice(WORDS + KEYWORDS + ("Nowhere", "$junk"))
        if self.random.random() < 0.5:
            return Expression("KEYWORD " + name,
                              lambda mail: mail.has_keyword(name))
        return Expression("UNKEYWORD " + name,
                          lambda mail: not mail.has_keyword(name))

    def date(self):
        day = FIRST_DAY + timedelta(days=self.random.randrange(60))
        key = self.random.choice(["BEFORE", "ON", "SINCE"])
        test = {"BEFORE": lambda date: date < day.date(),
                "ON": lambda date: date == day.date(),
                "SINCE": lambda date: date >= day.date()}[key]
        text = day.strftime("%d-%b-%Y")
        if self.random.random() < 0.5:
            return Expression(f"{key} {text}",
                              lambda mail: test(mail.received.date()))
        return Expression(f"SENT{key} {text}",
                          lambda mail: test(mail.sent.date()))

    def size(self):
        limit = self.random.randrange(300, 2200)
        if self.random.random() < 0.5:
            return Expression(f"LARGER {limit}",
                              lambda mail: len(mail.data) > limit)
        return Expression(f"SMALLER {limit}",
                          lambda mail: len(mail.data) < limit)

    def header(self):
        word = self.random.choice(SUBJECTS)
        person = self.random.choice(PEOPLE)
        topic = self.random.choice(TOPICS)
        return self.random.choice([
            Expression(f"SUBJECT {word}",
                       lambda mail: word in mail.header("Subject")),
            Expression(f"FROM {person}",
                       lambda mail: person in mail.header("From")),
            Expression('HEADER X-Note ""',
                       lambda mail: mail.header("X-Note") is not None),
            Expression(f"HEADER X-Note {topic}",
                       lambda mail: topic in (mail.header("X-Note") or ""))])

    def text(self):
        topic = self.random.choice(TOPICS)
        if self.random.random() < 0.5:
            return Expression(f"BODY {topic}", lambda mail: topic in mail.body)
        return Expression(f"TEXT {topic}", lambda mail: topic in mail.body or
                          topic in (mail.header("X-Note") or ""))

    def _ranges(self, last):
        """A set over 1..last: its text and its members.

        Not more than one `n:*`: Dovecot panics over two in one set.
        """
        parts, members = [], set()
        for _ in range(self.random.randrange(1, 5)):
            one, two = (self.random.randrange(1, last + 1) for _ in "ab")
            if self.random.random() < 0.3:
                two = one
                parts.append(str(one))
            elif self.random.random() < 0.2 and "*" not in "".join(parts):
                parts.append(f"{one}:*")
                two = last
            else:
                parts.append(f"{one}:{two}")
            members |= set(range(min(one, two), max(one, two) + 1))
        return ",".join(parts), members

    def sequence_set(self):
        text, members = self._ranges(self.messages)
        return Expression(text, lambda mail: mail.seq in members)

    def uid_set(self):
        text, members = self._ranges(self.last_uid)
        return Expression("UID " + text, lambda mail: mail.uid in members)

    def anything(self):
        return self.random.choice([
            Expression("ALL", lambda mail: True),
            Expression("1:*", lambda mail: True)])

    def leaf(self):
        make = self.random.choices(
            [self.winnow, self.flag, self.keyword, self.date, self.size,
             self.header, self.text, self.sequence_set, self.uid_set,
             self.anything], [40, 20, 12, 6, 4, 6, 4, 8, 7, 3])[0]
        return make()

    # ------------------------------------------------------------ combinations

    def _not(self, part):
        return Expression("NOT " + part.one(),
                          lambda mail: not part.match(mail))

    def _or(self, one, two):
        return Expression(f"OR {one.one()} {two.one()}",
                          lambda mail: one.match(mail) or two.match(mail))

    def _and(self, parts):
        return Expression(" ".join(part.text if self.random.random() < 0.7
                                   else f"({part.text})" for part in parts),
                          lambda mail: all(part.match(mail) for part in parts),
                          True)

    def tree(self, depth):
        shape = self.random.random()
        if depth == 0 or shape < 0.15:
            return self.leaf()
        if shape < 0.4:
            return self._not(self.tree(depth - 1))
        if shape < 0.7:
            return self._or(self.tree(depth - 1), self.tree(depth - 1))
        return self._and([self.tree(depth - 1)
                          for _ in range(self.random.randrange(2, 4))])

    def expression(self):
        """One that has X-WINNOW in it."""
        shape = self.random.random()
        if shape < 0.1:
            return self.winnow()
        if shape < 0.15:
            return self._not(self.winnow())
        while True:
            tree = self.tree(self.random.randrange(1, 5))
            if "X-WINNOW" in tree.text:
                return tree
