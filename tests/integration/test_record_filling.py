"""Records are filled in as searches need them, and begun anew by the rule:
only in a private namespace of one's own, and only with newer settings."""

import re
import struct
import time

import pytest

from harness import (UNKNOWN, Index, Literal, Record, message, rspamd,
                     spamassassin, wait_for)

RSPAMD, SPAMASSASSIN = 1, 2
SPAM = Record(RSPAMD, "none", 75, 9.0)
HAM = Record(RSPAMD, "none", 10, 1.2)
#: What the two filters say of `both()`: spam and ham.
BY_RSPAMD = SPAM
BY_SPAMASSASSIN = Record(SPAMASSASSIN, "none", 25, 2.5)

LOGGED = {"settings": {"winnow_scanner": "rspamd"},
          "extra": "log_debug = event=winnow_search_finished"}
OFF, ON = {"winnow_enable": "no"}, {"winnow_enable": "yes"}


def both():
    return message(headers=rspamd(9.0) + spamassassin(2.5))


def records(user, mailbox="INBOX"):
    return list(Index(user, mailbox).records().values())


def save_three(user, mailbox=None):
    user.lmtp(message("buy", headers=rspamd(9.0)), mailbox)
    user.lmtp(message("hello", headers=rspamd(1.2)), mailbox)
    user.lmtp(message("unscanned"), mailbox)


def judged(session, user, key="X-WINNOW SPAM"):
    """(messages found, how many messages had to be opened for that)."""
    log, pattern = user.dovecot.log, re.compile(
        rf"imap\({user}\).*Search finished .*, (\d+) messages were judged")
    before = len(pattern.findall(log()))
    found = session.search(key)
    wait_for(lambda: len(pattern.findall(log())) > before,
             "the search is logged")
    return found, int(pattern.findall(log())[-1])


# --------------------------------------------------------------- filling in

def test_a_search_fills_in_what_is_missing(start, storage):
    user = start(**LOGGED).new_user(storage, **OFF)
    save_three(user)
    assert records(user) == [None, None, None]
    user.set_fields(**ON)
    imap = user.imap("INBOX")
    assert judged(imap, user) == ([1], 3)
    assert records(user) == [SPAM, HAM, UNKNOWN]
    assert judged(imap, user) == ([1], 0)
    assert judged(user.imap("INBOX"), user) == ([1], 0)


def test_only_what_a_search_meets_is_filled_in(start, storage):
    user = start(**LOGGED).new_user(storage, **OFF)
    save_three(user)
    user.set_fields(**ON)
    imap = user.imap("INBOX")
    assert judged(imap, user, "2 X-WINNOW HAM") == ([2], 1)
    assert records(user) == [None, HAM, None]
    imap.ok("STORE 3 +FLAGS ($Junk)")
    assert judged(imap, user) == ([1, 3], 1)    # the keyword decides
    assert records(user) == [SPAM, HAM, None]


def test_a_saved_message_needs_no_look(start, storage):
    user = start(**LOGGED).new_user(storage)
    save_three(user)
    assert judged(user.imap("INBOX"), user) == ([1], 0)


def test_examine_fills_in(start, storage):
    """As it fills Dovecot's cache: a record is no change of the mailbox."""
    user = start(**LOGGED).new_user(storage, **OFF)
    save_three(user)
    user.set_fields(**ON)
    imap = user.imap()
    imap.ok("EXAMINE INBOX")
    assert judged(imap, user) == ([1], 3)
    assert judged(imap, user) == ([1], 0)
    assert records(user) == [SPAM, HAM, UNKNOWN]


# --------------------------------------------------- when the settings change

def test_every_change_of_the_scanner_begins_anew(start, storage):
    user = start(**LOGGED).new_user(storage)
    user.lmtp(both())
    user.lmtp(both())
    assert records(user) == 2 * [BY_RSPAMD]
    for scanner, found, verdict in (
            ("spamassassin", [], BY_SPAMASSASSIN),
            ("rspamd", [1, 2], BY_RSPAMD),
            ("spamassassin", [], BY_SPAMASSASSIN)):
        user.set_fields(winnow_scanner=scanner)
        imap = user.imap("INBOX")
        assert judged(imap, user) == (found, 2)
        assert records(user) == 2 * [verdict]
        assert judged(imap, user) == (found, 0)


def test_saving_after_a_change_begins_anew(start, storage):
    user = start(**LOGGED).new_user(storage)
    user.lmtp(both())
    for _ in range(2):
        user.set_fields(winnow_scanner="spamassassin")
        user.lmtp(both())
        assert records(user)[-1] == BY_SPAMASSASSIN
        assert set(records(user)[:-1]) == {None}
        user.set_fields(winnow_scanner="rspamd")
        user.lmtp(both())
        assert records(user)[-1] == BY_RSPAMD
        assert set(records(user)[:-1]) == {None}


def test_the_threshold_shapes_no_record(start):
    user = start(**LOGGED).new_user()
    save_three(user)
    user.set_fields(winnow_threshold="80")
    assert judged(user.imap("INBOX"), user) == ([], 0)
    user.set_fields(winnow_threshold="5")
    assert judged(user.imap("INBOX"), user) == ([1, 2], 0)


def test_older_settings_accept_what_newer_ones_wrote(start, storage):
    user = start(**LOGGED).new_user(storage)
    user.lmtp(both())
    old = user.imap("INBOX")
    user.set_fields(winnow_scanner="spamassassin")
    new = user.imap("INBOX")
    assert judged(new, user) == ([], 1)
    old.ok("NOOP")
    assert judged(old, user) == ([], 0)
    assert records(user) == [BY_SPAMASSASSIN]
    # what the old one saves gets its record from whoever may write it
    old.append("INBOX", both())
    assert records(user) == [BY_SPAMASSASSIN, None]
    assert judged(old, user) == ([2], 1)        # by its own settings
    assert judged(old, user) == ([2], 0)        # and remembered
    assert records(user) == [BY_SPAMASSASSIN, None]
    new.ok("NOOP")
    assert judged(new, user) == ([], 1)
    assert records(user) == 2 * [BY_SPAMASSASSIN]


def test_a_save_that_is_overtaken_by_newer_settings(start, storage):
    """It began before them and ends after: its record is not to be believed."""
    if storage == "mbox":
        return      # the first one has the mailbox locked
    user = start(**LOGGED).new_user(storage)
    user.lmtp(both())
    old = user.imap()
    text = both()
    old.send(b"x APPEND INBOX {%d+}\r\n" % len(text) + text)
    old.send(b" {%d}\r\n" % len(text))
    assert old.read_response().startswith(b"+")
    user.set_fields(winnow_scanner="spamassassin")
    assert judged(user.imap("INBOX"), user) == ([], 1)
    old.send(text + b"\r\n")
    assert old.finish(b"x").ok
    assert records(user) == [BY_SPAMASSASSIN, None, None]
    assert judged(user.imap("INBOX"), user) == ([], 2)


def test_a_search_that_is_overtaken_by_newer_settings(start, storage):
    """The session that searches has not heard of them: nobody is to believe
    the records that it fills in."""
    user = start(**LOGGED).new_user(storage, **OFF)
    user.lmtp(both())
    user.lmtp(both())
    user.set_fields(**ON)
    old = user.imap("INBOX")
    assert judged(old, user, "1 X-WINNOW SPAM") == ([1], 1)
    assert records(user) == [BY_RSPAMD, None]
    user.set_fields(winnow_scanner="spamassassin")
    new = user.imap("INBOX")
    assert judged(new, user, "1 X-WINNOW SPAM") == ([], 1)
    assert records(user) == [BY_SPAMASSASSIN, None]
    assert judged(old, user, "2 X-WINNOW SPAM") == ([2], 1)
    assert records(user) == [BY_SPAMASSASSIN, None]
    assert judged(user.imap("INBOX"), user) == ([], 1)


# ------------------------------------------------- shared and public mailboxes

def share(owner, reader, mailbox, rights="lrwstipe"):
    owner.imap().ok("SETACL", mailbox, reader.name, rights)
    return f"shared/{owner}/{mailbox}"


def test_shared_records_are_written_on_save_only(start, storage):
    server = start(**LOGGED, storage=storage, shared=True)
    owner, reader = server.new_user(**OFF), server.new_user()
    save_three(owner, "Archive")
    mailbox = share(owner, reader, "Archive")
    imap = reader.imap(mailbox)
    assert judged(imap, reader) == ([1], 3)
    assert judged(imap, reader) == ([1], 0)     # remembered
    assert records(owner, "Archive") == [None, None, None]
    imap.append(mailbox, both())
    reader.lmtp(both())
    imap.select("INBOX")
    imap.ok("COPY", "1", mailbox)
    assert records(owner, "Archive") == 3 * [None] + 2 * [SPAM]
    assert judged(reader.imap(mailbox), reader) == ([1, 4, 5], 3)


def test_public_records_are_written_on_save_only(start):
    server = start(**LOGGED, public=True)
    one, two = server.new_user(**OFF), server.new_user()
    mailbox = "Public/" + one.name
    imap = one.imap()
    imap.ok("CREATE", mailbox)
    imap.append(mailbox, both())
    assert records(one, mailbox) == [None]
    imap = two.imap(mailbox)
    assert judged(imap, two) == ([1], 1)
    assert judged(imap, two) == ([1], 0)
    assert records(one, mailbox) == [None]
    imap.append(mailbox, both())
    assert records(one, mailbox) == [None, SPAM]


def test_a_reader_with_other_settings_accepts_the_owners_records(start):
    server = start(**LOGGED, shared=True)
    owner = server.new_user()
    reader = server.new_user(winnow_scanner="spamassassin")
    owner.lmtp(both(), "Archive")
    mailbox = share(owner, reader, "Archive")
    time.sleep(1.1)
    imap = reader.imap(mailbox)
    assert judged(imap, reader) == ([1], 0)
    imap.append(mailbox, both())
    assert records(owner, "Archive") == [BY_RSPAMD, None]
    # copied home, it says what the reader's own filter says
    imap.ok("COPY 1 INBOX")
    assert records(reader) == [BY_SPAMASSASSIN]


def test_a_reader_without_rights_reads(start):
    server = start(**LOGGED, shared=True)
    owner, reader = server.new_user(**OFF), server.new_user()
    save_three(owner, "Archive")
    imap = reader.imap(share(owner, reader, "Archive", "lr"))
    assert judged(imap, reader) == ([1], 3)
    assert judged(imap, reader, "X-WINNOW UNKNOWN") == ([3], 0)


# ----------------------------------------------------- where nothing can be kept

def test_index_in_memory(start):
    server = start(**LOGGED)
    fields = {"2.3": {"mail": "maildir:~/mail:INDEX=MEMORY"},
              "2.4": {"mail_driver": "maildir", "mail_path": "~/mail",
                      "mail_index_path": "MEMORY"}}[server.series]
    user = server.new_user(**fields)
    save_three(user)
    assert not list(user.home.rglob("dovecot.index*"))
    imap = user.imap("INBOX")
    assert judged(imap, user) == ([1], 3)
    assert judged(imap, user) == ([1], 0)       # as long as the session
    assert imap.search("NOT X-WINNOW SPAM") == [2, 3]


def test_index_that_may_only_be_read(start):
    user = start(**LOGGED).new_user("sdbox", **OFF)
    save_three(user)
    user.imap("INBOX").logout()
    user.set_fields(**ON)
    index = Index(user)
    made_read_only = [index.directory, *index.directory.glob("dovecot*")]
    modes = [(path, path.stat().st_mode) for path in made_read_only]
    try:
        for path, mode in modes:
            path.chmod(mode & ~0o222)
        imap = user.imap()
        imap.ok("EXAMINE INBOX")
        assert judged(imap, user) == ([1], 3)
        assert judged(imap, user, "X-WINNOW UNKNOWN") == ([3], 0)
    finally:
        for path, mode in modes:
            path.chmod(mode)
    assert records(user) == [None, None, None]


# ------------------------------------------------------------- damaged by hand

def refilled(user, index):
    """Searches tell the truth, and bring the records back."""
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM") == [1]
    assert imap.search("X-WINNOW HAM") == [2]
    assert imap.search("X-WINNOW UNKNOWN") == [3]
    assert list(index.records().values()) == [SPAM, HAM, UNKNOWN]
    assert judged(imap, user) == ([1], 0)


@pytest.fixture
def damaged(start):
    """A user with three messages, and their index."""
    user = start(**LOGGED).new_user()
    save_three(user)
    return user, Index(user)


def test_damage_on_every_storage(start, storage):
    user = start(**LOGGED).new_user(storage)
    save_three(user)
    index = Index(user)
    index.resize(4)
    refilled(user, index)
    index.set_records({1: b"\1\2\3\4\5\6\7\x08", 3: b"\xff" * 8})
    refilled(user, index)
    index.set_header(b"\xff" * 24)
    refilled(user, index)


SIZES = pytest.mark.parametrize("size, align", [
    (0, 1), (1, 1), (4, 4), (6, 2), (8, 1), (8, 2), (12, 4), (16, 4), (64, 2)])


@SIZES
def test_records_of_another_size(damaged, size, align):
    user, index = damaged
    index.resize(size, align=align)
    assert index.extension().record_size == size
    refilled(user, index)
    user.lmtp(message(headers=rspamd(9.0)))
    assert list(index.records().values())[3] == SPAM


@SIZES
def test_records_that_began_with_another_size(start, size, align):
    """A session that opens the index learns of that size first."""
    user = start(**LOGGED).new_user(**OFF)
    save_three(user)
    index = Index(user)
    index.resize(size, align=align)
    user.set_fields(**ON)
    refilled(user, index)


def test_records_aligned_as_none_of_ours(damaged):
    user, index = damaged
    index.resize(16, align=8)
    imap = user.imap("INBOX")
    for _ in range(2):
        assert imap.search("X-WINNOW SPAM") == [1]
        assert imap.search("X-WINNOW HAM") == [2]
    imap.append("INBOX", message(headers=rspamd(9.0)))
    assert imap.search("X-WINNOW SPAM") == [1, 4]


@pytest.mark.parametrize("data", [
    b"\xff" * 8, b"\1\1\0\x65\0\0\0\0", b"\1\1\3\x20\0\0\0\0",
    b"\1\1\x84\x20\0\0\0\0", b"\1\1\4\x20\xff\xff\xff\x7f",
    b"\1\0\0\x20\0\0\0\0", b"\2\1\4\x20\0\0\0\0", b"\0\1\4\x20\0\0\0\0",
    bytes(range(200, 208))])
def test_records_of_other_bytes(damaged, data):
    user, index = damaged
    index.set_records({uid: data for uid in (1, 2, 3)})
    assert set(index.raw().values()) == {data}
    refilled(user, index)


HEADER = struct.Struct("=BB6xQQ")   # format, names, fingerprint, time


@pytest.mark.parametrize("header", [
    bytes(24), b"\xff" * 24, HEADER.pack(2, 0, 1, 1), HEADER.pack(1, 255, 1, 1),
    HEADER.pack(1, 0, 1, 1), HEADER.pack(1, 0, 1, 1 << 63),
    HEADER.pack(1, 16, 1, 1), HEADER.pack(0, 0, 0, 0)])
def test_header_of_other_bytes(damaged, header):
    """The records look right, but nobody knows who wrote them."""
    user, index = damaged
    planted = b"\1\1\4\x63\0\0\0\0"
    index.set_records({uid: planted for uid in (1, 2, 3)})
    index.set_header(header)
    refilled(user, index)


def test_header_that_grew(damaged):
    user, index = damaged
    index.set_header(b"x" * 4000, offset=24)
    assert len(index.extension().header) == 4024
    assert judged(user.imap("INBOX"), user) == ([1], 0)
    user.set_fields(winnow_scanner="spamassassin")
    assert judged(user.imap("INBOX"), user) == ([], 3)
    assert records(user) == [UNKNOWN, UNKNOWN, UNKNOWN]


def test_extension_of_another_generation(damaged):
    """A reset by somebody else, with the largest number there is."""
    user, index = damaged
    index.reset(0xffffffff)
    refilled(user, index)
    user.set_fields(winnow_scanner="spamassassin")
    assert judged(user.imap("INBOX"), user) == ([], 3)
