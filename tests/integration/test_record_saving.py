"""The record is written in the transaction that saves or copies a message.

What stands in the index is read without winnow, so that no look at it can
fill it in.
"""

import pytest

from harness import (STORAGES, UNKNOWN, Index, Literal, Record, message, rspamd,
                     spamassassin)

RSPAMD, SPAMASSASSIN = 1, 2
SPAM = Record(RSPAMD, "none", 75, 9.0)
HAM = Record(RSPAMD, "none", 10, 1.2)


def spam(**fields):
    return message("buy", headers=rspamd(9.0), **fields)


def ham(**fields):
    return message("hello", headers=rspamd(1.2), **fields)


def records(user, mailbox="INBOX"):
    return list(Index(user, mailbox).records().values())


def three(put):
    for text in (spam(), ham(), message("unscanned")):
        put(text)


# ------------------------------------------------------------------- saving

def test_append(user, storage):
    imap = user.imap()
    three(lambda text: imap.append("INBOX", text))
    assert records(user) == [SPAM, HAM, UNKNOWN]


def test_multiappend(user, storage):
    user.imap().ok("APPEND INBOX", Literal(spam()), Literal(ham()),
                   Literal(message("unscanned")))
    assert records(user) == [SPAM, HAM, UNKNOWN]


@pytest.mark.parametrize("way", ["lmtp", "lda", "save"])
def test_delivery(user, storage, way):
    three(getattr(user, way))
    assert records(user) == [SPAM, HAM, UNKNOWN]


def test_append_that_is_broken_off_leaves_nothing(user, storage):
    user.lmtp(ham())
    imap = user.imap()
    imap.send(b"x APPEND INBOX {%d+}\r\n" % len(spam()) + spam() + b" {9999+}"
              b"\r\nnever ends")
    imap.close()
    user.lmtp(spam())
    assert records(user) == [HAM, SPAM]


@pytest.mark.series("2.4")
@pytest.mark.parametrize("kind", [  # mbox panics, without winnow too
    "maildir", "sdbox", "mdbox"])
def test_replace(winnow, kind):
    user = winnow.new_user(kind)
    user.lmtp(ham())
    imap = user.imap("INBOX")
    imap.ok("REPLACE 1 INBOX", Literal(spam()))
    assert records(user) == [SPAM]
    imap.ok("UID REPLACE 2 Archive", Literal(message("unscanned")))
    imap.ok("NOOP")
    assert records(user) == []
    assert records(user, "Archive") == [UNKNOWN]


def test_recipients_with_settings_of_their_own(start, storage):
    server = start(settings={"winnow_scanner": "rspamd"})
    first = server.new_user(storage)
    other = server.new_user(storage, winnow_scanner="spamassassin")
    off = server.new_user(storage, winnow_enable="no")
    last = server.new_user(storage, winnow_threshold="10")
    text = message(headers=rspamd(9.0) + spamassassin(2.5))
    server.lmtp(text, first, other, off, last)
    server.lmtp(text, off, other, last, first)
    assert records(first) == records(last) == [SPAM, SPAM]
    assert records(other) == 2 * [Record(SPAMASSASSIN, "none", 25, 2.5)]
    assert records(off) == [None, None]


def test_recipients_with_storages_of_their_own(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    users = [server.new_user(storage) for storage in STORAGES]
    server.lmtp(spam(), *users)
    server.lmtp(ham(), *reversed(users))
    assert [records(user) for user in users] == 4 * [[SPAM, HAM]]


def test_fileinto(start, storage):
    user = start(settings={"winnow_scanner": "rspamd"},
                 sieve=True).new_user(storage)
    user.sieve('require ["fileinto", "copy", "imap4flags"];\n'
               'fileinto :copy "Archive";\n'
               'if header :contains "Subject" "buy" '
               '{ fileinto :flags "\\\\Seen" "Junk"; }\n')
    user.lmtp(spam())
    user.lda(ham())
    assert records(user) == [HAM]
    assert records(user, "Junk") == [SPAM]
    assert records(user, "Archive") == [SPAM, HAM]


# ------------------------------------------------------------------ copying

def test_copy_and_move(user, storage):
    three(user.lmtp)
    imap = user.imap("INBOX")
    imap.ok("COPY 1:* Archive")
    assert records(user, "Archive") == [SPAM, HAM, UNKNOWN]
    imap.ok("MOVE 1,3 Sent")
    assert records(user, "Sent") == [SPAM, UNKNOWN]
    assert records(user) == [HAM]
    imap.ok("COPY 1 INBOX")
    assert records(user) == [HAM, HAM]


def test_copy_of_a_message_without_record(start, storage):
    server = start(settings={"winnow_scanner": "rspamd"})
    user = server.new_user(storage, winnow_enable="no")
    three(user.lmtp)
    assert records(user) == [None, None, None]
    user.set_fields(winnow_enable="yes")
    user.imap("INBOX").ok("COPY 1:* Archive")
    assert records(user, "Archive") == [SPAM, HAM, UNKNOWN]


def test_copy_of_a_record_that_others_shaped(start, storage):
    """It would not say what the settings of the copier say."""
    server = start(settings={"winnow_scanner": "rspamd"})
    user = server.new_user(storage)
    user.lmtp(message(headers=rspamd(9.0) + spamassassin(2.5)))
    assert records(user) == [SPAM]
    user.set_fields(winnow_scanner="spamassassin")
    user.imap("INBOX").ok("COPY 1 Archive")
    assert records(user, "Archive") == [Record(SPAMASSASSIN, "none", 25, 2.5)]


def test_copy_between_storages_and_namespaces(start, storage):
    server = start(settings={"winnow_scanner": "rspamd"}, public=True)
    user = server.new_user(storage)
    three(user.lmtp)
    imap = user.imap("INBOX")
    public = f"Public/{user}"
    imap.ok(f"CREATE {public}")
    imap.ok(f"COPY 1:* {public}")
    assert records(user, public) == [SPAM, HAM, UNKNOWN]
    imap.select(public)
    imap.ok("MOVE 1:2 Archive")
    assert records(user, "Archive") == [SPAM, HAM]
    assert records(user, public) == [UNKNOWN]


def test_copy_out_of_a_virtual_mailbox(start, storage):
    user = start(settings={"winnow_scanner": "rspamd"},
                 virtual=True).new_user(storage)
    user.virtual_mailbox("All", "INBOX", "  ALL")
    three(user.lmtp)
    imap = user.imap("Virtual/All")
    imap.ok("COPY 1:* Archive")
    assert records(user, "Archive") == [SPAM, HAM, UNKNOWN]


def test_doveadm_copy_and_move(user, storage):
    three(user.lmtp)
    user.doveadm("copy", "Archive", "mailbox", "INBOX", "all")
    user.doveadm("move", "Sent", "mailbox", "INBOX", "subject", "buy")
    assert records(user, "Archive") == [SPAM, HAM, UNKNOWN]
    assert records(user, "Sent") == [SPAM]


# ------------------------------------------------------ between accounts, hosts

def test_import(start, storage):
    server = start(settings={"winnow_scanner": "rspamd"})
    old, new = server.new_user(storage), server.new_user()
    three(old.lmtp)
    location, options = f"{storage}:{old.home}/mail", []
    if storage == "mbox" and server.series == "2.4":
        options = ["-p", f"mail_inbox_path={old.home}/inbox"]
    elif storage == "mbox":
        location += f":INBOX={old.home}/inbox"
    new.doveadm("import", *options, location, "", "mailbox", "INBOX", "all")
    assert records(new) == [SPAM, HAM, UNKNOWN]


def test_dsync(start, storage):
    server = start(settings={"winnow_scanner": "rspamd"})
    old, new = server.new_user(), server.new_user(storage)
    there = ("doveadm", "-c", server.conf, "dsync-server", "-u", new)
    three(old.lmtp)
    old.doveadm("backup", *there)
    assert records(new) == [SPAM, HAM, UNKNOWN]
    if storage != "mbox":       # panics, without winnow too
        new.lmtp(spam())
        old.doveadm("sync", *there)
        assert records(old) == [SPAM, HAM, UNKNOWN, SPAM]


# ------------------------------------------------------- what happens later on

def test_records_follow_their_messages(user, storage):
    imap = user.imap()
    for score in (1, 2, 3, 4, 5):
        imap.append("Archive", message(headers=rspamd(score)))
    imap.select("Archive")
    imap.ok("STORE 2,4 +FLAGS (\\Deleted)")
    imap.ok("EXPUNGE")
    imap.ok("UNSELECT")

    def scores(mailbox):
        return [record.score for record in records(user, mailbox)]

    assert scores("Archive") == [1, 3, 5]
    imap.ok("RENAME Archive Old")
    assert scores("Old") == [1, 3, 5]
    imap.append("Old", message(headers=rspamd(6)))
    assert scores("Old") == [1, 3, 5, 6]


def test_many_messages(user, storage):
    """More than fits into the log before Dovecot writes the index anew."""
    imap = user.imap("INBOX")
    texts = [message(headers=rspamd(n / 100)) for n in range(1500)]
    imap.send(b"x APPEND INBOX")
    for text in texts:
        imap.send(b" {%d+}\r\n" % len(text) + text)
    imap.send(b"\r\n")
    assert imap.finish(b"x").ok
    found = records(user)
    assert [record.score for record in found] == [n / 100 for n in range(1500)]
    imap.ok("STORE 1:1400 +FLAGS.SILENT (\\Deleted)")
    imap.ok("EXPUNGE")
    assert records(user) == found[1400:]
