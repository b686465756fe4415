"""What a user takes out of \\Junk gets $NotJunk: it stays rescued."""

import pytest

from harness import message, rspamd

RSPAMD = {"winnow_scanner": "rspamd"}


def spam(subject="buy"):
    return message(subject, headers=rspamd(9.0))


def keywords(imap, mailbox):
    """The keywords of each message of a mailbox."""
    imap.select(mailbox)
    flags = imap.fetch("1:*", "FLAGS") if imap.search("ALL") else {}
    return [{word for word in text[text.index("(") + 1:-1].split()
             if not word.startswith("\\")} for text in flags.values()]


@pytest.mark.parametrize("command", ["COPY", "MOVE"])
def test_out_of_junk(user, storage, command):
    user.lmtp(spam(), "Junk")
    imap = user.imap("Junk")
    imap.ok("STORE 1 +FLAGS (\\Flagged Work $Junk Junk)")
    imap.ok(command, "1 INBOX")
    assert keywords(imap, "INBOX") == [{"$NotJunk", "Work"}]
    assert imap.search("FLAGGED X-WINNOW HAM X-WINNOW BY user") == [1]
    left = [] if command == "MOVE" else [{"Work", "$Junk", "Junk"}]
    assert keywords(imap, "Junk") == left


def test_not_thrown_away(user, storage):
    user.lmtp(spam(), "Junk")
    user.lmtp(spam("other"))
    imap = user.imap("Junk")
    imap.ok("STORE 1 +FLAGS ($Junk)")
    imap.ok("COPY 1 Junk")
    imap.ok("COPY 1 Trash")
    assert keywords(imap, "Junk") == [{"$Junk"}, {"$Junk"}]
    assert keywords(imap, "Trash") == [{"$Junk"}]
    imap.ok("COPY 1 INBOX")     # out of \\Trash is no word about spam
    assert keywords(imap, "INBOX") == [set(), {"$Junk"}]


def test_not_into_another_junk_mailbox(start):
    server = start(settings=RSPAMD, extra="""
namespace inbox {
  mailbox Spam {
    special_use = \\Junk
    auto = create
  }
}""")
    user = server.new_user()
    user.lmtp(spam(), "Junk")
    imap = user.imap("Junk")
    imap.ok("COPY 1 Spam")
    assert keywords(imap, "Spam") == [set()]
    imap.ok("COPY 1 Archive")
    assert keywords(imap, "Archive") == [{"$NotJunk"}]


def test_said_already(user):
    user.lmtp(spam(), "Junk")
    imap = user.imap("Junk")
    imap.ok("STORE 1 +FLAGS ($NotJunk NonJunk)")
    imap.ok("MOVE 1 INBOX")
    assert keywords(imap, "INBOX") == [{"$NotJunk", "NonJunk"}]


def test_through_a_virtual_mailbox(start):
    """There the mailbox counts that the message really lies in."""
    user = start(settings=RSPAMD, virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "Junk", "  ALL")
    user.lmtp(spam(), "Junk")
    user.lmtp(spam("other"))
    imap = user.imap("Virtual/All")
    imap.ok("COPY 1:* Archive")
    imap2 = user.imap("Archive")
    for n, subject in ((1, "buy"), (0, "other")):
        assert len(imap2.search(f"SUBJECT {subject} KEYWORD $NotJunk")) == n


def test_switched_off(start):
    user = start(settings=RSPAMD).new_user(winnow_move_teaches="no")
    user.lmtp(spam(), "Junk")
    imap = user.imap("Junk")
    imap.ok("MOVE 1 INBOX")
    assert keywords(imap, "INBOX") == [set()]
    assert imap.search("X-WINNOW SPAM X-WINNOW BY rspamd") == [1]


def test_deliveries_teach_nothing(start):
    user = start(settings=RSPAMD, sieve=True).new_user()
    user.sieve('require ["fileinto", "copy"];\n'
               'fileinto :copy "Junk";\n')
    user.lmtp(spam())
    imap = user.imap()
    assert keywords(imap, "Junk") == keywords(imap, "INBOX") == [set()]


def test_dsync_teaches_nothing(start):
    server = start(settings=RSPAMD)
    here, there = server.new_user(), server.new_user()
    sync = ("doveadm", "-c", server.conf, "dsync-server", "-u", there)
    here.lmtp(spam(), "Junk")
    here.doveadm("sync", *sync)
    here.set_fields(winnow_move_teaches="no")
    here.imap("Junk").ok("MOVE 1 Archive")
    here.doveadm("sync", *sync)
    imap = there.imap()
    assert keywords(imap, "Junk") == []
    assert keywords(imap, "Archive") == [set()]


def test_without_the_right_to_set_keywords(start):
    """Then the copy is made, and has none."""
    server = start(settings=RSPAMD, shared=True)
    owner, writer = server.new_user(), server.new_user()
    owner.imap().ok("SETACL", "Archive", writer.name, "lri")
    writer.lmtp(spam(), "Junk")
    imap = writer.imap("Junk")
    imap.ok("COPY", "1", f"shared/{owner}/Archive")
    assert keywords(owner.imap(), "Archive") == [set()]
    owner.imap().ok("SETACL", "Archive", writer.name, "+w")
    writer.imap("Junk").ok("MOVE", "1", f"shared/{owner}/Archive")
    assert keywords(owner.imap(), "Archive") == [set(), {"$NotJunk"}]


def test_a_plugin_that_keeps_what_is_expunged_teaches_nothing(start):
    user = start(settings=RSPAMD, plugins=["lazy_expunge"], extra={
        "2.3": "plugin {\n  lazy_expunge = Expunged\n}",
        "2.4": "lazy_expunge_mailbox = Expunged"}).new_user()
    user.lmtp(spam(), "Junk")
    imap = user.imap("Junk")
    imap.ok("STORE 1 +FLAGS (\\Deleted)")
    imap.ok("EXPUNGE")
    assert keywords(imap, "Expunged") == [set()]


def test_an_import_teaches_nothing(start):
    server = start(settings=RSPAMD)
    old, new = server.new_user(), server.new_user()
    old.lmtp(spam(), "Junk")
    new.doveadm("import", f"sdbox:{old.home}/mail", "Old", "mailbox", "Junk",
                "all")
    assert keywords(new.imap(), "Old/Junk") == [set()]
