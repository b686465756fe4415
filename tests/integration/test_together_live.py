"""Live results (RFC 5267) that ask for a class, beside an index of words, flags
of one's own and filters: what they say they are is what a new search finds."""

import pytest

from filter_store import put as put_filter
from reader_view import append, make
from test_idle_where import OWN_FLAGS
from test_record_filling import share
from test_search_context import Context, Said
from test_together_mailboxes import RSPAMD, mails


class Watch:
    """A session with live results, held against new searches of others."""

    def __init__(self, user, mailbox, programs, prepare=lambda: None):
        self.user, self.mailbox, self.prepare = user, mailbox, prepare
        self.session = user.imap(mailbox)
        prepare()
        self.contexts = [Context(self.session, program)
                         for program in programs]
        self.check()

    def after(self, change):
        """The change is made by somebody; then all agrees."""
        begin = len(self.session.transcript)
        change()
        self.prepare()
        for _ in range(2):
            self.session.ok("NOOP")
        said = Said(self.session.transcript[begin:])
        for context in self.contexts:
            context.hear(said)
        self.check()

    def check(self):
        other = self.user.imap(self.mailbox)
        for context in self.contexts:
            assert context.uids == set(other.uid_search(context.program)), \
                context.program
        other.logout()


def changes(own, other, mailbox):
    """What a user does, in this session and in another."""
    return [
        lambda: own.ok("UID STORE 8 +FLAGS ($NotJunk)"),
        lambda: other.ok("UID STORE 2,4 +FLAGS ($Junk)"),
        lambda: append(other, [make(9, "red", "Red fruit.\n", mailbox),
                               make(1, "red", "Red fruit.\n", mailbox),
                               make(None, "red", "Green.\n", mailbox)]),
        lambda: own.ok("UID STORE 2 -FLAGS ($Junk)"),
        lambda: other.ok("UID STORE 6,9 +FLAGS.SILENT (\\Deleted)"),
        lambda: other.ok("EXPUNGE"),
        lambda: own.ok("UID STORE 1:3 +FLAGS (\\Seen)"),
        lambda: other.ok("UID STORE 1:* -FLAGS ($Junk $NotJunk)")]


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
def test_an_index_of_words(start, storage):
    user = start(settings=RSPAMD, fts=True).new_user(storage)
    append(user.imap(), mails())
    watch = Watch(user, "INBOX", [
        "BODY red", "BODY red X-WINNOW SPAM", "BODY red NOT X-WINNOW SPAM",
        "OR BODY red X-WINNOW SPAM", "X-WINNOW SPAM"],
        lambda: user.doveadm("index", "INBOX"))
    for change in changes(watch.session, user.imap("INBOX"), "INBOX"):
        watch.after(change)


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
def test_filters(start, storage):
    user = start(settings=RSPAMD, metadata=True).new_user(storage)
    append(user.imap(), mails())
    put_filter(user.imap(), "red", "(BODY red FILTER spam)")
    watch = Watch(user, "INBOX", ["FILTER red", "NOT FILTER red",
                                  "UNSEEN FILTER not-spam",
                                  "OR FILTER unscanned FILTER red"])
    for change in changes(watch.session, user.imap("INBOX"), "INBOX"):
        watch.after(change)


def test_flags_of_ones_own(start):
    server = start(settings=RSPAMD, shared=True, extra=OWN_FLAGS)
    owner = server.new_user()
    reader = server.new_user(winnow_threshold="45")
    append(owner.imap(), mails("Archive"))
    mailbox = share(owner, reader, "Archive")
    watch = Watch(reader, mailbox, ["X-WINNOW SPAM", "NOT X-WINNOW SPAM",
                                    "OR X-WINNOW HAM X-WINNOW LEVEL 80"])
    own = owner.imap("Archive")
    for change in changes(watch.session, own, "Archive"):
        watch.after(change)
