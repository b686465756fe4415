"""X-WINNOW beside a full text search: xapian on 2.3, flatcurve on 2.4.

Both have faults of their own with NOT and with nested text keys. So a search is
held against the same one with sets of UIDs in place of X-WINNOW, and against
the reference where it is simple.
"""

import re
from random import Random

import pytest

from search_expressions import Expression, Generator
from search_mail import TOPICS, append_all, new_mail, number_all
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")
KEY = re.compile(r"(FUZZY )?X-WINNOW (BY|LEVEL|KIND)? ?[^ )]+")


class TextGenerator(Generator):
    """X-WINNOW, flags and words of the body, which the index of words knows."""

    def text(self):
        topic = self.random.choice(TOPICS)
        key = self.random.choice(["BODY", "TEXT"])
        return Expression(f"{key} {topic}", lambda mail: topic in mail.body)

    def leaf(self):
        return self.random.choices([self.winnow, self.text, self.flag,
                                    self.keyword], [45, 40, 10, 5])[0]()


@pytest.fixture
def server(start):
    server = start(settings={"winnow_scanner": " ".join(SOURCES)}, fts=True,
                   virtual=True)
    server.allow_log("FTS Xapian: xapian_query QueryParserError")
    return server


@pytest.fixture
def mails():
    random = Random(5)
    made = [new_mail(random) for _ in range(400)]
    kept = [mail for mail in made if mail.header("X-Note") is None][:200]
    number_all(kept, list(range(1, 201)))
    return kept


def simple_programs(mails, reader, name, topic):
    """A few forms, each with what it finds."""
    its = [mail for mail in mails if reader.classify(mail)[0] == name]
    has = [mail for mail in mails if topic in mail.body]
    return [(program, [mail.seq for mail in wanted]) for program, wanted in [
        (f"BODY {topic} X-WINNOW {name}",
         [m for m in mails if m in has and m in its]),
        (f"X-WINNOW {name} TEXT {topic}",
         [m for m in mails if m in has and m in its]),
        (f"BODY {topic} NOT X-WINNOW {name}",
         [m for m in mails if m in has and m not in its]),
        (f"OR X-WINNOW {name} BODY {topic}",
         [m for m in mails if m in has or m in its]),
        (f"OR BODY {topic} NOT X-WINNOW {name}",
         [m for m in mails if m in has or m not in its])]]


def check_simple(session, mails, reader):
    """Each form, for all classes and some words."""
    for name in ("SPAM", "HAM", "UNKNOWN"):
        for topic in TOPICS[:3]:
            for program, wanted in simple_programs(mails, reader, name, topic):
                assert session.search(program) == wanted, program


def with_uids(session, text):
    """The program with what each X-WINNOW alone finds in its place."""
    def uids(match):
        found = session.uid_search(match.group())
        return "UID " + (",".join(map(str, found)) or "999999")
    return KEY.sub(uids, text)


def check_any(session, random, reader, last, count):
    generator = TextGenerator(random, reader, last, last)
    asked = 0
    while asked < count:
        text = generator.expression().text
        if "BODY" not in text and "TEXT" not in text:
            continue
        asked += 1
        found = session.search(text)
        assert found == session.search(with_uids(session, text)), text
        assert session.esearch("RETURN (COUNT) " + text) == \
            f"COUNT {len(found)}"


def test_text_and_class_in_any_combination(server, mails):
    user = server.new_user()
    user.set_fields(winnow_enable="no")
    without = user.imap()
    user.set_fields(winnow_enable="yes")
    imap = user.imap()
    for number in range(0, 200, 20):
        append_all((imap, without)[number // 20 % 2], "INBOX",
                   mails[number:number + 20])
    user.doveadm("index", "INBOX")
    session = user.imap("INBOX")
    check_simple(session, mails, Reader(SOURCES))
    check_any(session, Random(6), Reader(SOURCES), 200, 100)


def test_search_that_has_to_index_the_words_first(server, mails):
    """Only then does Dovecot know them, and the search has begun."""
    user = server.new_user(fts_autoindex="no")
    session, reader = user.imap("INBOX"), Reader(SOURCES)
    for number in range(10):
        known = mails[:20 * (number + 1)]
        append_all(session, "INBOX", known[-20:])
        session.ok("NOOP")
        program, wanted = simple_programs(
            known, reader, ("SPAM", "HAM")[number % 2], TOPICS[0])[number // 2]
        assert session.search(program) == wanted, program


def test_in_virtual_mailboxes(server, mails):
    user = server.new_user()
    append_all(user.imap(), "INBOX", mails)
    user.virtual_mailbox("All", "INBOX", "  ALL")
    user.virtual_mailbox("Spam", "INBOX", "  X-WINNOW SPAM")
    user.doveadm("index", "INBOX")
    reader = Reader(SOURCES)
    session = user.imap("Virtual/All")
    check_simple(session, mails, reader)
    check_any(session, Random(8), reader, 200, 50)
    spam = [mail for mail in mails if reader.classify(mail)[0] == "SPAM"]
    number_all(spam, list(range(1, len(spam) + 1)))
    check_simple(user.imap("Virtual/Spam"), spam, reader)
