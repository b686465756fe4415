"""X-WINNOW in every command at once, in mailboxes of every kind: virtual ones,
those of others, with flags of one's own, with an index of words."""

import copy

import pytest

from filter_store import put as put_filter
from reader_view import View, append, make, numbered, threaded
from test_idle_where import OWN_FLAGS
from test_record_filling import share

RSPAMD = {"winnow_scanner": "rspamd"}
STORAGES = ["maildir", "sdbox", "mdbox"]


def every_storage(test):
    return pytest.mark.parametrize("storage", STORAGES)(test)


def own_flags(storage):
    """Whether a message was read is each reader's own."""
    return {series: text.replace("sdbox", storage)
            for series, text in OWN_FLAGS.items()}


def mails(mailbox="INBOX"):
    """Of every level, some of them read, of some a user has said something."""
    kinds = [(score, "\\Seen" if number % 3 == 0 else "") for number, score in
             enumerate((-2, 0, 1.2, 5, 5.9, 6, 7.5, 9, 21))]
    kinds += [(9, "$NotJunk"), (1, "$Junk \\Seen"), (None, "Junk"), (None, ""),
              (9, "$Junk $NotJunk"), (None, "\\Seen"), (8, "NonJunk \\Flagged")]
    return [make(score, f"apples {number}", mailbox=mailbox, flags=flags,
                 body="Red fruit.\n" if number % 2 else "Green fruit.\n")
            for number, (score, flags) in enumerate(kinds)]


@every_storage
def test_a_mailbox_of_ones_own(start, storage):
    user = start(settings=RSPAMD).new_user(storage, winnow_threshold="45")
    put = mails()
    append(user.imap(), put)
    session = user.imap("INBOX")
    View(numbered(session, put), 45).check(session, "INBOX")


# ------------------------------------------------------------------- virtual

def virtual(user, *rules):
    """Its mails, and a session that has it selected."""
    put = mails() + mails("Junk") + mails("Archive")
    append(user.imap(), put)
    user.virtual_mailbox("All", "INBOX", "Junk", "Archive", "  ALL", *rules)
    session = user.imap("Virtual/All")
    found = numbered(session, put)
    assert len(found) == len(put)
    return found, session


def say_spam(user, mails_of_all, session):
    """Another session says of a real message that it is spam."""
    mail = next(mail for mail in mails_of_all if mail.mailbox == "INBOX" and
                mail.score == -2)
    other = user.imap("INBOX")
    name = mail.header("Message-ID")
    other.ok(f"STORE {other.search(f'HEADER Message-ID {name}')[0]} "
             "+FLAGS ($Junk)")
    mail.keywords.add("$Junk")
    session.ok("NOOP")


@every_storage
def test_a_virtual_mailbox(start, storage):
    user = start(settings=RSPAMD, virtual=True).new_user(
        storage, winnow_threshold="45")
    found, session = virtual(user)
    View(found, 45).check(session, "Virtual/All")
    say_spam(user, found, session)
    View(found, 45).check(session, "Virtual/All")


def test_a_virtual_mailbox_and_all_that_a_user_can_choose(start):
    """Filters and the threshold hold there, and `clean` does not."""
    user = start(settings=RSPAMD, virtual=True, metadata=True).new_user()
    found, session = virtual(user)
    entries = "/private/vendor/vendor.winnow"
    session.ok(f'SETMETADATA "" ({entries}/threshold "80" '
               f'{entries}/search "clean" {entries}/idle "quiet")')
    put_filter(session, "junk", "(X-WINNOW SPAM)")
    view = View(found, 80)
    view.check(session, "Virtual/All")
    for name in ("junk", "spam"):
        assert session.uid_search(f"FILTER {name}") == view.of_class("SPAM")
        assert view.esearch(session, "Virtual/All", f"FILTER {name}") == \
            view.of_class("SPAM")
        assert sorted(session.sort(f"(X-WINNOW) UTF-8 FILTER {name}",
                                   "UID SORT")) == view.of_class("SPAM")
    for command in ("UID SEARCH TEXT fruit",
                    "ESEARCH IN (mailboxes Virtual/All) TEXT fruit"):
        assert session.ok(command).code is None
    assert session.uid_search("TEXT fruit") == [mail.uid for mail in found]


def test_a_virtual_mailbox_of_others_mail(start):
    """Each message belongs to the mailbox that it really lies in, and whether
    it was read is the reader's own."""
    server = start(settings=RSPAMD, shared=True, virtual=True,
                   extra=own_flags("sdbox"))
    owner = server.new_user()
    reader = server.new_user(winnow_threshold="45")
    theirs, own = mails("Archive"), mails("Junk")
    append(owner.imap(), theirs)
    append(reader.imap(), own)
    mailbox = share(owner, reader, "Archive")
    for mail in theirs:
        mail.flags.discard("\\Seen")
    reader.imap(mailbox).ok("STORE 2,6:8 +FLAGS.SILENT (\\Seen)")
    for mail in theirs[1:2] + theirs[5:8]:
        mail.flags.add("\\Seen")
    reader.virtual_mailbox("Both", "Junk", mailbox, "  ALL")
    session = reader.imap("Virtual/Both")
    found = numbered(session, theirs + own)
    assert len(found) == len(theirs + own)
    View(found, 45).check(session, "Virtual/Both")


# -------------------------------------------------------------------- others'

@every_storage
def test_a_mailbox_of_another_user(start, storage):
    server = start(settings=RSPAMD, storage=storage, shared=True)
    owner = server.new_user(winnow_threshold="80")
    reader = server.new_user(winnow_threshold="45")
    put = mails("Archive")
    append(owner.imap(), put)
    mailbox = share(owner, reader, "Archive", "lr")
    session = reader.imap(mailbox)
    found = numbered(session, put)
    View(found, 45).check(session, mailbox)
    View(found, 80).check(owner.imap("Archive"), "Archive")


@every_storage
def test_flags_of_ones_own(start, storage):
    server = start(settings=RSPAMD, storage=storage, shared=True,
                   extra=own_flags(storage))
    owner = server.new_user(winnow_threshold="80")
    reader = server.new_user(winnow_threshold="45")
    put = mails("Archive")
    append(owner.imap(), put)
    mailbox = share(owner, reader, "Archive")
    session, own = reader.imap(mailbox), owner.imap("Archive")
    theirs = numbered(own, put)
    mine = copy.deepcopy(theirs)
    for mail in mine:
        mail.flags.discard("\\Seen")
    View(mine, 45).check(session, mailbox)
    session.ok("UID STORE 2,5:7,14 +FLAGS.SILENT (\\Seen)")
    for mail in mine:
        if mail.uid in (2, 5, 6, 7, 14):
            mail.flags.add("\\Seen")
    View(mine, 45).check(session, mailbox)
    View(mine, 45).check_status(reader.imap(), mailbox)
    View(theirs, 80).check(own, "Archive")
    # a keyword is everybody's
    own.ok("UID STORE 1 +FLAGS.SILENT ($Junk)")
    for mail in (mine[0], theirs[0]):
        mail.keywords.add("$Junk")
    session.ok("NOOP")
    View(mine, 45).check(session, mailbox)
    View(theirs, 80).check(own, "Archive")


# ------------------------------------------------------------- index of words

def words(view, session, mailbox):
    """Classes beside words that stand in the index, in every command."""
    for key, name in (("X-WINNOW SPAM", "SPAM"), ("X-WINNOW HAM", "HAM"),
                      ("X-WINNOW UNKNOWN", "UNKNOWN")):
        uids = view.uids(lambda mail, name=name: "Red" in mail.body and
                         view.classify(mail)[0] == name)
        assert session.uid_search(f"BODY red {key}") == uids
        assert sorted(session.sort(f"(X-WINNOW) UTF-8 {key} BODY red",
                                   "UID SORT")) == uids
        assert threaded(session, f"BODY red {key}") == uids
        assert view.esearch(session, mailbox, f"BODY red {key}") == uids


@every_storage
def test_an_index_of_words(start, storage):
    server = start(settings=RSPAMD, fts=True, virtual=True)
    user = server.new_user(storage, winnow_threshold="45")
    found, session = virtual(user)
    for mailbox in ("INBOX", "Junk", "Archive"):
        user.doveadm("index", mailbox)
    for mailbox in ("INBOX", "Junk"):
        one = user.imap(mailbox)
        view = View(numbered(one, found), 45)
        view.check(one, mailbox)
        words(view, one, mailbox)
    view = View(numbered(session, found), 45)
    view.check(session, "Virtual/All")
    words(view, session, "Virtual/All")
