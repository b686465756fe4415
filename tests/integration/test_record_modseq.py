"""Clients that synchronise by modseq are told what stock Dovecot tells them.

winnow gives Dovecot's log a number that it would have to count out again after
each save. A wrong one would reach clients at once in the session that saved,
and all others once a delivery writes the index file.
"""

import re

from harness import message, rspamd

SPAM = message("buy", headers=rspamd(9.0))
#: The log of that many messages is larger than Dovecot leaves unindexed.
MANY = 130


def mailbox_of(server, storage):
    user = server.new_user(storage)
    user.lmtp(SPAM)
    imap = user.imap()
    imap.ok("SELECT INBOX (CONDSTORE)")
    return user, imap


def told(imap):
    """HIGHESTMODSEQ, and the modseq of every message."""
    lines = imap.ok("STATUS INBOX (HIGHESTMODSEQ)").untagged + \
        imap.ok("FETCH 1:* (MODSEQ)").untagged
    return re.findall(rb"MODSEQ \(?(\d+)", b"\n".join(lines))


def save_between_changes(server, storage):
    """The session's own index changes with each of its saves."""
    _, imap = mailbox_of(server, storage)
    for number in range(1, 6):
        imap.append("INBOX", SPAM)
        imap.ok(f"STORE {number} +FLAGS.SILENT (\\Seen)")
        imap.ok("COPY 1:2 INBOX")
    imap.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    imap.ok("EXPUNGE")
    imap.append("INBOX", SPAM)
    imap.ok("NOOP")
    return told(imap)


def deliver_many(server, storage):
    """The index file is written by a process that only delivers."""
    user, imap = mailbox_of(server, storage)
    for _ in range(MANY):
        user.lmtp(SPAM)
    imap.ok("NOOP")
    with user.imap("INBOX") as other:
        return told(imap) + told(other)


def both(start, do, storage):
    return (do(start(settings={"winnow_scanner": "rspamd"}), storage),
            do(start(winnow=False), storage))


def test_a_session_that_saves_knows_the_modseqs(start, storage):
    ours, stock = both(start, save_between_changes, storage)
    assert ours == stock and len(ours) > 10


def test_deliveries_leave_the_modseqs_of_stock_dovecot(start, storage):
    ours, stock = both(start, deliver_many, storage)
    assert ours == stock and len(ours) > 2 * MANY
