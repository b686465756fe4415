"""What winnow writes and opens is no event to the plugins beside it: mail_log,
push notifications, quota."""

import re

import pytest

from harness import installed_series
from loaded_server import keys, loaded, new_user
from reader_view import make
from test_together_plugins import SCORES, SETTINGS, STORAGES, WORD


def everyday(user, mails, aside):
    """What many clients do; aside() is done between two steps."""
    for mail in mails:
        user.lmtp(mail.data)
    aside()
    imap = user.imap("INBOX")
    imap.ok("STORE 1,3 +FLAGS (\\Seen)")
    imap.ok("STORE 2 +FLAGS (\\Flagged Work)")
    aside()
    imap.ok("SEARCH TEXT", WORD)
    imap.ok("COPY 1:2 Archive")
    imap.ok("MOVE 3 Junk")
    aside()
    imap.select("Junk")
    imap.ok("MOVE 1 INBOX")
    imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    aside()
    imap.ok("EXPUNGE")
    imap.append("Archive", mails[0].data, "\\Seen")
    user.doveadm("move", "Trash", "mailbox", "Archive", "1")
    aside()
    user.doveadm("expunge", "mailbox", "Trash", "all")
    imap.logout()


def quota(user, *columns):
    return [[row[name] for name in columns]
            for row in user.doveadm_rows("quota get")]


def plugins_saw(user):
    """Their lines of the log, without what differs between any two; the number
    of messages that the quota counts."""
    lines = re.findall(
        rf"\({user}\)\S* ?(?:Info|Debug): (?:Mailbox [^:]*: )?"
        r"((?:(?:save|copy from \S+|expunge|delete|undelete|flag_change): "
        r"box=|(?:dlog: )?(?:Message data|Flags|Keywords|Message[A-Z])).*)",
        user.dovecot.log())
    return [re.sub(r"UIDVALIDITY \[\d+\]", "", line) for line in lines], \
        quota(user, "type", "value")[1:]


@pytest.mark.parametrize("storage", STORAGES)
def test_other_plugins_see_what_they_see_without_winnow(start, keys, storage):
    """In the same order, and their quota is right by their own count."""
    stock = new_user(start(**loaded(keys, installed_series(), {}),
                           winnow=False), storage)
    ours = new_user(start(**loaded(keys, installed_series(), SETTINGS)),
                    storage, winnow_move_teaches="no")
    mails = [make(score, f"apples {number}", f"Fresh {WORD}.\n")
             for number, score in enumerate(SCORES)]

    def look():
        imap = ours.imap("INBOX")
        imap.ok("FETCH 1:* X-WINNOW")
        imap.ok("ESEARCH IN (personal) X-WINNOW SPAM")
        imap.ok("SORT (X-WINNOW) UTF-8 BODY", WORD)
        imap.ok("STATUS Junk (X-WINNOW-SPAM)")
        imap.logout()
        ours.doveadm("winnow rescan", "--all")
        ours.doveadm("winnow status")
    everyday(stock, mails, lambda: None)
    everyday(ours, mails, look)
    saw = plugins_saw(stock)
    assert plugins_saw(ours) == saw
    counted = quota(ours, "type", "value")
    ours.doveadm("quota recalc")
    assert quota(ours, "type", "value") == counted
    assert {"save", "copy", "expunge", "flag_change"} <= {
        re.match(r"\w+", line).group() for line in saw[0]}
    assert any("Message data" in line for line in saw[0])
