"""Searches that the index alone answers, against the same ones done message
by message: SORT is always done so, SEARCH only where it must be.
"""

from random import Random

import pytest

from harness import message, rspamd
from search_expressions import Generator
from search_mail import append_all, new_mail
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")


class IndexGenerator(Generator):
    """Only what stands in the index."""

    def leaf(self):
        return self.random.choices(
            [self.winnow, self.flag, self.keyword, self.sequence_set,
             self.uid_set], [40, 25, 20, 10, 8])[0]()


def both_ways(program, one, two):
    """Ask two sessions in the same state; their answers must be the same."""
    fast = one.uid_search(program)
    slow = two.sort(f"(ARRIVAL) UTF-8 {program}", "UID SORT")
    assert fast == sorted(slow), program
    return fast


@pytest.fixture
def server(start):
    return start(settings={"winnow_scanner": " ".join(SOURCES)})


def test_the_same_while_others_change_the_mailbox(server, storage):
    """Neither session has heard yet of what a third one did."""
    random = Random(storage)
    user = server.new_user(storage)
    user.set_fields(winnow_enable="no")
    without = user.imap()
    user.set_fields(winnow_enable="yes")
    for mailbox in ("INBOX", "Junk"):
        generator = IndexGenerator(random, Reader(SOURCES), 120, 150)
        writer = user.imap()
        append_all(writer, mailbox, [new_mail(random) for _ in range(120)])
        writer.select(mailbox)
        one, two = user.imap(mailbox), user.imap(mailbox)
        for _ in range(10):
            one.ok("NOOP")
            two.ok("NOOP")
            disturb(random, writer, without, mailbox)
            both_ways(generator.expression().text, one, two)
            one.ok("NOOP")
            two.ok("NOOP")
            both_ways(generator.expression().text, one, two)
            both_ways(generator.expression().text, one, two)


def disturb(random, writer, without, mailbox):
    """Change flags and keywords, expunge, and append with and without winnow."""
    uids = writer.uid_search("ALL")
    for _ in range(random.randrange(1, 4)):
        uid = random.choice(uids)
        change = random.choice(["\\Seen", "\\Flagged", "$Junk", "NonJunk",
                                "Work", f"New{random.randrange(9)}"])
        writer.ok(f"UID STORE {uid}:{uid + random.randrange(9)} "
                  f"{random.choice('+-')}FLAGS.SILENT ({change})")
    if random.random() < 0.6:
        gone = ",".join(map(str, random.sample(uids, 3)))
        writer.ok(f"UID STORE {gone} +FLAGS.SILENT (\\Deleted)")
        writer.ok(f"UID EXPUNGE {gone}")
    if random.random() < 0.6:
        append_all(random.choice([writer, without]), mailbox,
                   [new_mail(random) for _ in range(random.randrange(1, 6))])
    writer.ok("NOOP")


def test_a_record_missing_in_the_middle(server, storage):
    user = server.new_user(storage)
    user.set_fields(winnow_enable="no")
    without = user.imap()
    user.set_fields(winnow_enable="yes")
    imap = user.imap()
    for score in range(10):
        session = without if score in (0, 4, 5, 9) else imap
        session.append("INBOX", message(headers=rspamd(score)))
    imap.select()
    assert imap.search("4:6 X-WINNOW SPAM") == []
    assert imap.search("X-WINNOW SPAM") == [7, 8, 9, 10]
    assert imap.search("NOT X-WINNOW SPAM") == [1, 2, 3, 4, 5, 6]
    assert imap.esearch("RETURN (MIN) X-WINNOW LEVEL 40") == "MIN 6"


def test_mails_read_ahead(start):
    """With mail_prefetch_count, messages are opened before their turn."""
    server = start(settings={"winnow_scanner": "rspamd"},
                   extra="mail_prefetch_count = 7")
    user = server.new_user("maildir", winnow_enable="no")
    without = user.imap()
    user.set_fields(winnow_enable="yes")
    imap = user.imap()
    for number in range(40):
        session = without if number % 5 < 3 else imap
        session.append("INBOX", message(body="x\n" * 999,
                                        headers=rspamd(number % 12)))
    imap.select()
    spam = [n + 1 for n in range(40) if n % 12 >= 6]
    assert imap.search("X-WINNOW SPAM") == spam
    for trust, program in [("first", "OR X-WINNOW SPAM BODY nowhere"),
                           ("last", "UNDELETED X-WINNOW SPAM BODY x"),
                           ("worst", "NOT (NOT X-WINNOW SPAM BODY x)")]:
        user.set_fields(winnow_trust=trust)     # makes all records outdated
        assert user.imap("INBOX").search(program) == spam


def test_recent(user, storage):
    user.save(message(headers=rspamd(9)))
    user.imap("INBOX").logout()
    user.save(message(headers=rspamd(9)))
    user.save(message(headers=rspamd(1)))
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM RECENT") == [2]
    assert imap.search("NEW X-WINNOW HAM") == [3]
    assert imap.search("OLD X-WINNOW SPAM") == [1]
    assert imap.search("NOT (RECENT X-WINNOW SPAM)") == [1, 3]


PRIVATE = {
    "2.3": """namespace private {
  type = public
  separator = /
  prefix = Seen/
  subscriptions = no
  location = sdbox:%h/../seen:INDEXPVT=~/seen
}""",
    "2.4": """namespace private {
  type = public
  separator = /
  prefix = Seen/
  subscriptions = no
  mail_driver = sdbox
  mail_path = %{home}/../seen
  mail_index_private_path = ~/seen
}"""}


def test_flags_of_a_private_index(start):
    server = start(settings={"winnow_scanner": "rspamd"}, extra=PRIVATE)
    one, two = server.new_user(), server.new_user()
    imap, other = one.imap("INBOX"), two.imap("INBOX")
    imap.ok("CREATE", "Seen/all")
    for score in (9, 1, 9, 1):
        imap.append("Seen/all", message(headers=rspamd(score)))
    imap.select("Seen/all")
    imap.ok("STORE 1:2 +FLAGS (\\Seen)")
    other.select("Seen/all")
    other.ok("STORE 3 +FLAGS (\\Seen)")
    for session, seen in ((imap, {1, 2}), (other, {3})):
        assert session.search("SEEN") == sorted(seen)
        assert session.search("SEEN X-WINNOW SPAM") == sorted(seen & {1, 3})
        assert session.search("UNSEEN X-WINNOW SPAM") == sorted({1, 3} - seen)
        assert session.search("OR SEEN X-WINNOW HAM") == sorted(seen | {2, 4})
