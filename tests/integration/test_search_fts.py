"""X-WINNOW beside a full text search: xapian on 2.3, flatcurve on 2.4."""

from random import Random

import pytest

from search_expressions import Expression, Generator
from search_mail import TOPICS, append_all, new_mail, number_all
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")


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
def mails():
    random = Random(5)
    made = [new_mail(random) for _ in range(400)]
    kept = [mail for mail in made if mail.header("X-Note") is None][:200]
    number_all(kept, list(range(1, 201)))
    return kept


def check(session, random, mails, reader, count, texts):
    generator = TextGenerator(random, reader, len(mails), len(mails))
    asked = 0
    while asked < count:
        expression = generator.expression()
        if not any(word in expression.text for word in texts):
            continue
        asked += 1
        wanted = [mail.seq for mail in mails if expression.match(mail)]
        assert session.search(expression.text) == wanted, expression.text
        line, = session.ok("SEARCH RETURN (COUNT) " +
                           expression.text).lines("ESEARCH")
        assert line.endswith(f" COUNT {len(wanted)}")


def test_text_and_class_in_any_combination(start, mails):
    server = start(settings={"winnow_scanner": " ".join(SOURCES)}, fts=True)
    user = server.new_user()
    user.set_fields(winnow_enable="no")
    without = user.imap()
    user.set_fields(winnow_enable="yes")
    imap = user.imap()
    for number in range(0, 200, 20):
        append_all((imap, without)[number // 20 % 2], "INBOX",
                   mails[number:number + 20])
    user.doveadm("index", "INBOX")
    check(user.imap("INBOX"), Random(6), mails, Reader(SOURCES), 120,
          ("BODY", "TEXT"))


def test_in_a_virtual_mailbox(start, mails):
    server = start(settings={"winnow_scanner": " ".join(SOURCES)}, fts=True,
                   virtual=True)
    user = server.new_user()
    append_all(user.imap(), "INBOX", mails)
    user.virtual_mailbox("All", "INBOX", "  ALL")
    user.virtual_mailbox("Spam", "INBOX", "  X-WINNOW SPAM")
    user.doveadm("index", "INBOX")
    reader = Reader(SOURCES)
    check(user.imap("Virtual/All"), Random(8), mails, reader, 60,
          ("BODY", "TEXT"))
    spam = [mail for mail in mails if reader.classify(mail)[0] == "SPAM"]
    number_all(spam, list(range(1, len(spam) + 1)))
    check(user.imap("Virtual/Spam"), Random(9), spam, reader, 30,
          ("BODY", "TEXT"))
