"""X-WINNOW inside virtual mailboxes and in their rules."""

import re
from random import Random

import pytest

from harness import message, rspamd
from search_expressions import Generator
from search_mail import append_all, new_mail
from search_reference import Reader
from test_search_commands import MAILS, fill
from test_search_context import Context, Said

SOURCES = ("rspamd", "spamassassin", "amavis")


@pytest.fixture
def user(start, storage):
    return start(settings={"winnow_scanner": " ".join(SOURCES)},
                 virtual=True).new_user(storage)


class RealReader:
    """Classifies each message by the mailbox that it really lies in."""

    sources = SOURCES

    def classify(self, mail):
        return Reader(SOURCES, 50, mail.mailbox == "Junk").classify(mail)


def numbered(session, mails):
    """The mails in the order of the selected mailbox, with its numbers."""
    by_id = {mail.header("Message-ID"): mail for mail in mails}
    out = []
    for seq, text in session.fetch(
            "1:*", "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])").items():
        mail = by_id[re.search(r"<[^>]*>", text).group()]
        mail.seq, mail.uid = seq, int(re.search(r"UID (\d+)", text).group(1))
        out.append(mail)
    return out


def test_every_search_asks_the_real_messages(user):
    random = Random(7)
    user.set_fields(winnow_enable="no")
    without = user.imap()
    user.set_fields(winnow_enable="yes")
    imap, mails = user.imap(), []
    for number in range(12):
        mailbox = ("INBOX", "Junk", "Archive")[number % 3]
        some = [new_mail(random) for _ in range(15)]
        for mail in some:
            mail.mailbox = mailbox
        append_all((imap, without)[number // 3 % 2], mailbox, some)
        mails += some
    user.virtual_mailbox("All", "INBOX", "Junk", "Archive", "  ALL")
    session = user.imap("Virtual/All")
    mails = numbered(session, mails)
    assert len(mails) == 180
    generator = Generator(random, RealReader(), 180, mails[-1].uid)
    for _ in range(100):
        expression = generator.expression()
        wanted = [mail for mail in mails if expression.match(mail)]
        assert session.search(expression.text) == \
            [mail.seq for mail in wanted], expression.text
        wanted.sort(key=lambda mail: mail.sent)
        assert session.sort(f"(DATE) UTF-8 {expression.text}", "UID SORT") == \
            [mail.uid for mail in wanted], expression.text


def subjects(session):
    """Of the selected mailbox."""
    found = session.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    return sorted(re.search(r"Subject: (.*?)\r", text).group(1)
                  for text in found.values())


ALL = sorted(subject for subject, _, _ in MAILS)
SPAM = ["both", "spam", "taught spam"]
REST = ["ham", "taught ham", "unscanned"]


def test_rules(user):
    fill(user)
    user.virtual_mailbox("Spam", "INBOX", "  X-WINNOW SPAM")
    user.virtual_mailbox("Rest", "INBOX", "Archive", "  NOT X-WINNOW SPAM")
    user.virtual_mailbox("New", "INBOX", "  OR UNSEEN (X-WINNOW LEVEL 50)")
    assert subjects(user.imap("Virtual/Spam")) == SPAM
    assert subjects(user.imap("Virtual/Rest")) == REST
    assert user.imap().status("Virtual/Spam", "MESSAGES") == {"MESSAGES": 3}
    spam = user.imap("Virtual/Spam")
    assert spam.search("X-WINNOW BY user") == [2]
    assert spam.search("NOT X-WINNOW SPAM") == []
    assert sorted(subjects(user.imap("Virtual/New"))) == \
        sorted(set(SPAM + REST) - {"unscanned"})


def test_a_rule_follows_the_class(user):
    """While it is selected, and while nobody looks.

    Dovecot takes what no longer matches out of it at the next EXPUNGE.
    """
    imap = fill(user)
    imap.select()
    user.virtual_mailbox("Spam", "INBOX", "  X-WINNOW SPAM")
    user.virtual_mailbox("Rest", "INBOX",
                         "  NOT (OR X-WINNOW SPAM SUBJECT nowhere)")
    for _ in range(2):     # the second time the sessions find it as it was left
        spam, rest = user.imap("Virtual/Spam"), user.imap("Virtual/Rest")
        for change, what in [("+FLAGS ($Junk)", {"ham"}),
                             ("-FLAGS ($Junk)", set())]:
            imap.ok(f"STORE 2 {change}")
            spam.ok("EXPUNGE")
            rest.ok("EXPUNGE")
            assert subjects(spam) == sorted(set(SPAM) | what)
            assert subjects(rest) == sorted(set(REST) - what)
        spam.logout()
        rest.logout()
    imap.ok("STORE 1 +FLAGS ($NotJunk)")
    imap.append("INBOX", message("more", headers=rspamd(12)))
    assert subjects(user.imap("Virtual/Spam")) == ["both", "more",
                                                   "taught spam"]
    assert subjects(user.imap("Virtual/Rest")) == ["ham", "spam", "taught ham",
                                                   "unscanned"]


def test_live_results_in_a_virtual_mailbox(user):
    imap = fill(user)
    imap.select()
    user.virtual_mailbox("All", "INBOX", "Junk", "  ALL")
    session = user.imap("Virtual/All")
    spam = Context(session, "X-WINNOW SPAM")
    rest = Context(session, "NOT (OR X-WINNOW SPAM SUBJECT nowhere)")
    assert (spam.uids, rest.uids) == ({1, 4, 6}, {2, 3, 5})
    begin = len(session.transcript)
    session.ok("STORE 2 +FLAGS ($Junk)")
    session.ok("NOOP")
    assert 2 in session.uid_search("X-WINNOW SPAM")
    imap.ok("STORE 1 +FLAGS ($NotJunk)")
    imap.append("Junk", message("more", headers=rspamd(0)))
    imap.append("INBOX", message("more", headers=rspamd(0)))
    session.ok("NOOP")
    session.ok("NOOP")
    for context in (spam, rest):
        context.hear(Said(session.transcript[begin:]))
    assert spam.uids == set(session.uid_search("X-WINNOW SPAM"))
    assert rest.uids == set(session.uid_search("NOT X-WINNOW SPAM"))
    assert len(spam.uids) == 4


def test_a_rule_without_winnow_opens_nothing(start):
    """For a user who has winnow off, the mailbox can't be had; others can."""
    server = start(settings={"winnow_scanner": "rspamd"}, virtual=True)
    user = server.new_user(winnow_enable="no")
    fill(user)
    user.virtual_mailbox("Spam", "INBOX", "  NOT X-WINNOW HAM")
    user.virtual_mailbox("All", "INBOX", "  ALL")
    server.allow_log("Unknown argument X-WINNOW|[Ww]innow is off")
    imap = user.imap()
    imap.no("SELECT Virtual/Spam")
    assert subjects(user.imap("Virtual/All")) == ALL


def test_a_rule_of_a_user_to_whom_the_key_is_not_offered(start):
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_capability": ""}, virtual=True)
    user = server.new_user()
    fill(user)
    user.virtual_mailbox("Spam", "INBOX", "  X-WINNOW SPAM")
    session = user.imap("Virtual/Spam")
    assert subjects(session) == SPAM
    session.bad("SEARCH X-WINNOW SPAM")
