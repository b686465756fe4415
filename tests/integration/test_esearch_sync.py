"""What ESEARCH knows of a mailbox that has changed, and of one that has not and
so is only opened. Most is asked twice: the first search makes Dovecot's list of
mailboxes current, so that the second one may believe it."""

import os

import pytest

from esearch_client import found
from harness import message

#: Dovecot keeps the indexes of some mailboxes open that were searched last.
OTHERS = 6


def fill(imap, messages, box="Box"):
    """The mailbox with so many messages, and others beside it."""
    for name in (box, *(f"Other/{number}" for number in range(OTHERS))):
        imap.ok("CREATE", name)
        for _ in range(messages):
            imap.append(name, message())


def age(user, box="Box"):
    """The list believes the time of a Maildir once it is some seconds old."""
    for name in ("new", "cur"):
        os.utime(user.path(box) / name, (1767600000, 1767600000))


def asks(imap, program, box="Box"):
    """What it finds in the mailbox, whose index is closed then."""
    numbers = found(imap, f"IN (mailboxes {box}) {program}").get(box, [])
    assert len(found(imap, "IN (subtree Other) ALL")) == OTHERS
    return numbers


def agree(imap, program, numbers, box="Box"):
    assert [asks(imap, program, box) for _ in range(2)] == [numbers] * 2


@pytest.fixture
def sessions(user):
    """Two, and two messages in mailboxes that neither has selected."""
    first, second = user.imap(), user.imap()
    fill(first, 2)
    if user.storage == "maildir":
        age(user)
    return first, second


def test_a_mailbox_whose_index_is_open(sessions, storage):
    """It has as many messages as before, but others."""
    mine, other = sessions
    for number in (1, 2, 3):
        assert found(mine, "IN (mailboxes Box) ALL") == {
            "Box": [number, number + 1]}
        other.select("Box")
        other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        other.ok("UNSELECT")
        other.append("Box", message())


def test_what_another_session_has_changed(sessions, storage):
    mine, other = sessions
    agree(mine, "UNSEEN", [1, 2])
    other.append("Box", message())
    agree(mine, "UNSEEN", [1, 2, 3])
    other.select("Box")
    other.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
    agree(mine, "UNSEEN", [2, 3])
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    agree(mine, "ALL", [1, 3])
    other.ok("UNSELECT")
    other.append("Box", message(), "\\Flagged")
    agree(mine, "OR FLAGGED SEEN", [1, 4])


def test_recent(sessions, storage):
    mine, other = sessions
    agree(mine, "RECENT", [1, 2])
    other.select("Box")
    agree(mine, "RECENT", [])
    other.ok("UNSELECT")
    other.append("Box", message())
    agree(mine, "RECENT", [3])
    agree(mine, "OLD", [1, 2])
    agree(mine, "NEW", [3])


def lay(user, number, box="Box"):
    """A message into a Maildir, as another program does it."""
    maildir = user.path(box)
    path = user.write(f"{maildir}/tmp/{number}", message().decode())
    path.rename(maildir / "new" / f"176760000{number}.x.host")


@pytest.mark.parametrize("setting", [
    None, "maildir_very_dirty_syncs", "mailbox_list_index_very_dirty_syncs"])
def test_a_message_that_another_program_has_laid_into_a_maildir(start, setting):
    user = start(settings={"winnow_scanner": "rspamd"},
                 extra=f"{setting} = yes\n" if setting else "") \
        .new_user("maildir")
    imap = user.imap()
    fill(imap, 1)
    age(user)
    agree(imap, "ALL", [1])
    for number in (2, 3):
        lay(user, number)
        agree(imap, "ALL", list(range(1, number + 1)))


def test_a_message_that_another_program_has_laid_into_a_public_maildir(start):
    user = start(settings={"winnow_scanner": "rspamd"}, storage="maildir",
                 public=True).new_user()
    imap, box = user.imap(), f"Public/{user}"
    fill(imap, 1, box)
    age(user, box)
    agree(imap, "ALL", [1], box)
    lay(user, 2, box)
    agree(imap, "ALL", [1, 2], box)


def test_flags_of_a_private_index(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    user = server.new_user(**{
        "2.3": {"mail": "sdbox:~/mail:INDEXPVT=~/own"},
        "2.4": {"mail_driver": "sdbox", "mail_path": "~/mail",
                "mail_index_private_path": "~/own"}}[server.series])
    mine, other = user.imap(), user.imap()
    fill(mine, 2)
    agree(mine, "UNSEEN", [1, 2])
    other.select("Box")
    other.ok("STORE 2 +FLAGS.SILENT (\\Seen)")
    agree(mine, "UNSEEN", [1])
    agree(mine, "SEEN", [2])


def cut(index):
    os.truncate(index, index.stat().st_size - 8)


def empty(index):
    os.truncate(index, 0)


def forbid(index):
    os.chown(index, 0, 0)


@pytest.mark.parametrize("storage, spoil, name", [
    ("sdbox", cut, "dovecot.index"), ("maildir", empty, "dovecot.index"),
    ("maildir", forbid, "dovecot.index"),
    ("maildir", forbid, "dovecot.index.log")])
def test_an_index_that_cannot_be_read(winnow, storage, spoil, name):
    """Dovecot finds the messages again, but only when it syncs."""
    user = winnow.new_user(storage, mail_index_log_rotate_max_size=1)
    imap = user.imap()
    fill(imap, 3)
    if storage == "maildir":
        age(user)
    agree(imap, "ALL", [1, 2, 3])
    spoil(user.path("Box", "index") / name)
    winnow.allow_log("dovecot.index|sdbox|fsck")
    agree(imap, "ALL", [1, 2, 3])
    with user.imap() as another:
        agree(another, "ALL", [1, 2, 3])


def test_an_index_that_is_older_than_its_log(winnow):
    """As from a backup: Dovecot mends it, and it has as many messages."""
    user = winnow.new_user("maildir", mail_index_log_rotate_max_size=1)
    imap, other = user.imap(), user.imap()
    fill(imap, 3)
    index = user.path("Box", "index") / "dovecot.index"
    other.select("Box")
    other.ok("STORE 2 +FLAGS.SILENT (\\Seen)")
    old = index.read_bytes()
    for sign in "-+-+":
        other.ok(f"STORE 2 {sign}FLAGS.SILENT (\\Seen)")
    other.ok("STORE 1 +FLAGS.SILENT (\\Flagged)")
    other.ok("UNSELECT")
    age(user)
    agree(imap, "FLAGGED", [1])
    index.write_bytes(old)
    winnow.allow_log("dovecot.index|fsck")
    agree(imap, "FLAGGED", [1])
