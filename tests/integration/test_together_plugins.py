"""One server that loads what the large mail stacks load, and what becomes of a
message in it: delivered, filed, judged, found, taught, expunged."""

import re

import pytest

from filter_store import put as put_filter
from harness import UNKNOWN, Index, Record, installed_series
from idle_client import IdleClient, Truth
from loaded_server import LEARNT_HAM, LEARNT_SPAM, keys, loaded, new_user
from reader_view import View, append, level_of, make, numbered
from search_reference import verdict
from test_record_filling import share
from test_together import expected_of_all, found

STORAGES = ["maildir", "sdbox", "mdbox"]
#: rspamd's number for a source's id in a record
RSPAMD = 1
#: so that spam lies in INBOX as well: Sieve files from level 50 on
THRESHOLD = 40
SETTINGS = {"winnow_scanner": "rspamd", "winnow_threshold": str(THRESHOLD)}
SCORES = (-3, 0.5, 1.2, 4.9, 5.5, 6, 7.5, 9, 21, None, None)
FILED = 6                       # from this score on it goes to Junk
#: words of all bodies, none of headers
WORD = "zucchini"


@pytest.fixture
def server(start, keys):
    return start(**loaded(keys, installed_series(), SETTINGS))


@pytest.fixture(params=STORAGES)
def user(server, request):
    return new_user(server, request.param)


def deliver(user):
    """A message of each score by LMTP; where Sieve puts it is known."""
    mails = [make(score, f"apples {number}", f"Fresh {WORD}.\n",
                  mailbox="Junk" if score and score >= FILED else "INBOX")
             for number, score in enumerate(SCORES)]
    for mail in mails:
        user.lmtp(mail.data)
    return mails


def view(user, mails, mailbox):
    """(what there is to see in it, a session that has it selected)"""
    session = user.imap(mailbox)
    seen = numbered(session, mails)
    for mail in seen:
        assert mail.mailbox == mailbox, mail.header("Subject")
    return View(seen, THRESHOLD), session


def record(mail):
    one = verdict(mail, ("rspamd",))
    return UNKNOWN if one is None else Record(RSPAMD, "none", one.level,
                                              mail.score)


def lying_in(mails, mailbox):
    return [mail for mail in mails if mail.mailbox == mailbox]


def check_records(user, here, mailbox):
    """All that lies there has its record, before anybody has looked."""
    assert list(Index(user, mailbox).records().values()) == \
        [record(mail) for mail in here]


# ------------------------------------------------------------------- delivered

def test_what_is_delivered_is_filed_judged_and_found(user):
    mails = deliver(user)
    for mailbox in ("INBOX", "Junk"):
        check_records(user, lying_in(mails, mailbox), mailbox)
    for mailbox in ("INBOX", "Junk"):
        seen, session = view(user, mails, mailbox)
        seen.check(session, mailbox)
        for program, wanted in (
                (f"BODY {WORD} X-WINNOW SPAM", seen.of_class("SPAM")),
                (f"X-WINNOW LEVEL 60 TEXT {WORD}",
                 seen.uids(lambda mail: level_of(mail) >= 60)),
                ("NOT X-WINNOW SPAM SUBJECT apples",
                 seen.of_class("HAM") + seen.of_class("UNKNOWN"))):
            assert session.uid_search(program) == sorted(wanted), program


def test_mail_lies_there_compressed_and_encrypted(user):
    """So that the other tests are about such mail."""
    deliver(user)
    files = [path.read_bytes() for path in user.path("INBOX").rglob("*")
             if path.is_file() and "dovecot" not in path.name]
    files += [path.read_bytes() for path in
              (user.home / "mail").glob("storage/m.*")]
    mail = [data for data in files if b"CRYPTED" in data]
    assert mail
    assert not any(WORD.encode() in data or b"X-Spamd-Result" in data
                   for data in mail)
    text = user.imap("INBOX").ok("FETCH 1 BODY.PEEK[]").untagged[0]
    assert WORD.encode() in text


# ---------------------------------------------------------------------- found

def test_it_is_found_in_many_mailboxes_by_filters_and_without_spam(user):
    mails = deliver(user)
    append(user.imap(), [make(5.5, "apples", f"Old {WORD}.\n", "Archive"),
                         make(1, "pears", "Old.\n", "Archive")])
    session = user.imap()
    put_filter(session, "old", "BODY old")
    put_filter(session, "fresh", f"TEXT {WORD}")
    all_of = {name: view(user, mails, name)[0] for name in ("INBOX", "Junk")}
    spam = {name: seen.of_class("SPAM") for name, seen in all_of.items()}
    assert found(session.ok("ESEARCH IN (personal) FILTER spam"))[0] == \
        {**spam, "Archive": [1]}
    assert found(session.ok("ESEARCH IN (personal) FILTER old"))[0] == \
        {"Archive": [1, 2]}
    assert found(session.ok("ESEARCH IN (personal) BODY old FILTER not-spam"))[
        0] == {"Archive": [2]}
    session.ok('SETMETADATA "" (/private/vendor/vendor.winnow/search "clean")')
    for command in ("FILTER fresh", f"TEXT {WORD}", f"BODY {WORD}"):
        hits, code = found(session.ok("ESEARCH IN (personal)", command))
        wanted = [uid for uid in all_of["INBOX"].uids(lambda mail: True)
                  if uid not in spam["INBOX"]]
        # of Junk, and of spam whose words an index knows
        count = len(spam["INBOX"]) + len(spam["Junk"]) + 1
        assert (hits, code) == ({"INBOX": wanted},
                                f"X-WINNOW SKIPPED {count}")
    session.select("INBOX")
    reply = session.ok(f"UID SORT (REVERSE X-WINNOW) UTF-8 BODY {WORD}")
    assert [int(uid) for uid in reply.lines("SORT")[0].split()] == \
        [mail.uid for mail in sorted(
            (mail for mail in all_of["INBOX"].mails
             if not all_of["INBOX"].is_spam(mail)),
            key=lambda mail: (-level_of(mail), mail.seq))]
    assert reply.code == f"X-WINNOW SKIPPED {len(spam['INBOX'])}"


def test_words_are_found_without_an_index_of_them(start, keys):
    """In what Dovecot has to decompress and decrypt."""
    server = start(**{**loaded(keys, installed_series(),
                               {"winnow_scanner": "rspamd"}), "fts": False})
    for storage in STORAGES:
        user = new_user(server, storage)
        mails = [make(score, "pears", f"Fresh {WORD}.\n" if number % 2 else
                      "Other.\n", ("INBOX", "Archive", "Junk")[number % 3])
                 for number, score in enumerate(SCORES * 3)]
        session = user.imap()
        append(session, mails)
        names = ("INBOX", "Archive", "Junk")
        for name in names:
            numbered(user.imap(name), lying_in(mails, name))
        all_of = {name: lying_in(mails, name) for name in names}
        for program in (f"BODY {WORD}", f"TEXT {WORD} X-WINNOW SPAM",
                        f"NOT X-WINNOW UNKNOWN BODY {WORD}"):
            assert found(session.ok("ESEARCH IN (personal)", program)) == \
                expected_of_all(program, all_of, ())


def test_a_virtual_mailbox_of_it(user):
    mails = deliver(user)
    user.virtual_mailbox("All", "INBOX", "Junk", "  ALL")
    user.virtual_mailbox("Spam", "INBOX", "Junk", "  X-WINNOW SPAM")
    session = user.imap("Virtual/All")
    seen = numbered(session, mails)
    View(seen, THRESHOLD).check(session, "Virtual/All")
    spam = [mail.header("Message-ID") for mail in seen
            if View(seen, THRESHOLD).is_spam(mail)]
    session = user.imap("Virtual/Spam")
    assert [mail.header("Message-ID")
            for mail in numbered(session, mails)] == spam


def test_idle_is_quiet(user):
    mails = deliver(user)
    session = user.imap()
    session.ok('SETMETADATA "" (/private/vendor/vendor.winnow/idle "quiet")')
    client = IdleClient(user, "qresync").idle()
    count = len(client.uids)
    truth = Truth(user)
    for held, score in ((1, 5.5), (2, 4.9)):
        user.lmtp(make(score).data)
        client.held(held)
    user.lmtp(make(7.5).data)               # into Junk: nothing to do with it
    user.lmtp(make(5.9).data)
    client.held(3)
    client.agrees(truth, 3)
    other = user.imap("INBOX")
    other.ok(f"UID MOVE {client.uids[0]} Junk")
    client.told(count + 2)
    client.agrees(truth)
    user.lmtp(make(5.9).data)
    client.held(1)
    user.lmtp(make(0).data)
    client.told(count + 4)
    client.done()
    client.agrees(truth)
    assert mails


# ---------------------------------------------------------------------- taught

def keywords(session, mailbox):
    """{Message-ID: its keywords}"""
    session.select(mailbox)
    rows = session.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS "
                         "(MESSAGE-ID)])") if session.search("ALL") else {}
    return {re.search(r"<[^>]*>", text).group(): {
        word for word in re.search(r"FLAGS \(([^()]*)\)", text).group(
            1).split() if not word.startswith("\\")}
        for text in rows.values()}


@pytest.mark.parametrize("command", ["COPY", "MOVE"])
def test_what_is_taken_out_of_junk_stays_rescued_and_is_learnt(user, command):
    mails = deliver(user)
    filed = lying_in(mails, "Junk")
    session = user.imap("Junk")
    session.ok(command, "1:2 INBOX")
    session.ok(command, "3 Trash" if command == "COPY" else "1 Trash")
    names = [mail.header("Message-ID") for mail in filed]
    inbox = keywords(session, "INBOX")
    assert [inbox.get(name) for name in names[:2]] == \
        2 * [{"$NotJunk", LEARNT_HAM}]
    assert keywords(session, "Trash") == {names[2]: {LEARNT_HAM}}
    junk = keywords(session, "Junk")
    assert list(junk) == (names if command == "COPY" else names[3:])
    assert not any(junk.values())
    for mail in filed[:2]:
        mail.keywords |= {"$NotJunk"}
        mail.mailbox = "INBOX"
    here = lying_in(mails, "INBOX")
    view(user, here, "INBOX")[0].check(user.imap("INBOX"), "INBOX")
    # and back again: the user's word stands
    session.select("INBOX")
    session.ok(f"MOVE {list(inbox).index(names[0]) + 1} Junk")
    assert keywords(session, "Junk")[names[0]] == {
        "$NotJunk", LEARNT_HAM, LEARNT_SPAM}


def test_what_is_put_into_junk_is_spam_there_and_learnt(user):
    mails = deliver(user)
    session = user.imap("INBOX")
    session.ok("MOVE 1:3 Junk")
    moved = lying_in(mails, "INBOX")[:3]
    for mail in moved:
        mail.mailbox = "Junk"
        mail.keywords.add(LEARNT_SPAM)
    said = keywords(session, "Junk")
    assert [said[mail.header("Message-ID")] for mail in moved] == \
        3 * [{LEARNT_SPAM}]
    for mailbox in ("INBOX", "Junk"):
        seen, session = view(user, mails, mailbox)
        seen.check(session, mailbox)


# -------------------------------------------------------------------- expunged

def kept_in(server, mailbox):
    """Where lazy_expunge keeps what is expunged there."""
    return "Expunged/" + (mailbox if server.series == "2.3" else "INBOX")


@pytest.mark.parametrize("mailbox", ["INBOX", "Junk"])
def test_what_is_expunged_is_kept_with_its_verdict(server, user, mailbox):
    mails = deliver(user)
    session = user.imap(mailbox)
    here = lying_in(mails, mailbox)
    session.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)")
    session.ok("EXPUNGE")
    kept = kept_in(server, mailbox)
    for mail in here:
        mail.mailbox = kept
    check_records(user, here, kept)
    seen, session = view(user, here, kept)
    assert len(seen.mails) == len(here)
    seen.check(session, kept)
    assert not any(keywords(session, kept).values())    # that teaches nothing
    # who searches everywhere is not shown what is gone
    hits = found(session.ok(f"ESEARCH IN (personal) BODY {WORD}"))[0]
    assert set(hits) == {"INBOX", "Junk"} - {mailbox}
    # taken out of there again, it is as it was
    session.ok("COPY 1:* Archive")
    for mail in here:
        mail.mailbox = "Archive"
    check_records(user, here, "Archive")
    seen, session = view(user, here, "Archive")
    seen.check(session, "Archive")


def test_what_is_kept_without_an_index_is_judged_when_it_is_looked_at(start,
                                                                      keys):
    """lazy_expunge has no index files where the storage can do without."""
    server = start(**loaded(keys, installed_series(),
                            {"winnow_scanner": "rspamd"}, kept="maildir"))
    user = new_user(server, "maildir")
    mails = deliver(user)
    session = user.imap("Junk")
    session.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)")
    session.ok("EXPUNGE")
    kept = kept_in(server, "Junk")
    here = lying_in(mails, "Junk")
    for mail in here:
        mail.mailbox = kept
    for _ in range(2):
        session = user.imap(kept)
        View(numbered(session, here)).check(session, kept)
    check_records(user, here, kept)
    assert not any(keywords(session, kept).values())


# --------------------------------------------------------------------- doveadm

def told(user, mailbox):
    """(messages, with record, spam, ham, unknown) by doveadm winnow status."""
    (row,) = [row for row in user.doveadm_rows("winnow status", mailbox)
              if row["type"] == "mailbox"]
    return [int(row[name]) for name in ("messages", "records", "spam", "ham",
                                        "unknown")]


def check_doveadm(user, mails, mailbox):
    seen, _ = view(user, mails, mailbox)
    counts = [len(seen.of_class(name)) for name in ("SPAM", "HAM", "UNKNOWN")]
    assert told(user, mailbox) == 2 * [len(seen.mails)] + counts
    rows = user.doveadm_rows("winnow stats", mailbox)
    assert [row["messages"] for row in rows if row["mailbox"] == mailbox and
            row["of"] == "class"] == counts
    levels = [level_of(mail) for mail in seen.mails]
    spread = {f"{low}-{low + 9 + (low == 90)}": sum(
        low <= level < low + 10 + (low == 90) for level in levels)
        for low in range(0, 100, 10)}
    assert {row["value"]: row["messages"] for row in rows
            if row["mailbox"] == mailbox and row["of"] == "level"} == {
        **spread, "none": levels.count(-1), "no record": 0}
    for mail in seen.mails:
        rows = user.doveadm_rows("winnow explain", "mailbox", mailbox, "uid",
                                 str(mail.uid))
        (row,) = [row for row in rows if row["step"] == "class"]
        name, who = seen.classify(mail)
        assert (row["name"], row["source"] or None) == (name, who)
        (row,) = [row for row in rows if row["step"] == "record"]
        assert row["why"] == "as a fresh judgement"
    assert sorted(
        row["uid"] for row in user.doveadm_rows(
            "fetch", "uid", "mailbox", mailbox, "X-WINNOW", "SPAM")) == \
        sorted(map(str, seen.of_class("SPAM")))


def test_doveadm_tells_and_mends(user):
    mails = deliver(user)
    for mailbox in ("INBOX", "Junk"):
        check_doveadm(user, mails, mailbox)
    for mailbox in ("INBOX", "Junk"):
        for path in user.index_files(mailbox):
            path.unlink()
        user.doveadm("force-resync", mailbox)
        here = lying_in(mails, mailbox)
        assert user.doveadm_rows("winnow rescan", mailbox)[0]["judged"] == \
            len(here)
        check_records(user, here, mailbox)
        check_doveadm(user, mails, mailbox)


# ---------------------------------------------------------------- others' mail

def test_others_read_and_copy_it(server):
    """By their rights, and judged by their own threshold."""
    owner, reader = new_user(server, "sdbox"), new_user(server, "sdbox")
    reader.set_fields(winnow_threshold="70")
    mails = deliver(owner)
    session = owner.imap("INBOX")
    session.ok("MOVE 1:* Archive")
    here = lying_in(mails, "INBOX")
    shared = share(owner, reader, "Archive", "lr")
    for mail in here:
        mail.mailbox = shared
    check_records(owner, here, "Archive")
    session = reader.imap(shared)
    View(numbered(session, here), 70).check(session, shared)
    session.command("STORE 1 +FLAGS ($Junk)")       # they may not
    View(numbered(session, here), 70).check(session, shared)
    session.ok("COPY 1:* INBOX")
    for mail in here:
        mail.mailbox = "INBOX"
    check_records(reader, here, "INBOX")
    session.select("INBOX")
    View(numbered(session, here), 70).check(session, "INBOX")
    reader.virtual_mailbox("All", "INBOX", shared, "  ALL")
    session = reader.imap("Virtual/All")
    assert len(session.search("X-WINNOW UNKNOWN")) == \
        2 * len([mail for mail in here if mail.score is None])


def test_one_message_for_several(server):
    """Each has their own storage, and one of them nothing of winnow."""
    users = [new_user(server, storage) for storage in STORAGES]
    without = new_user(server, "sdbox", winnow_enable="no")
    mails = [make(score, "apples", f"Fresh {WORD}.\n",
                  mailbox="Junk" if score and score >= FILED else "INBOX")
             for score in SCORES]
    for mail in mails:
        server.lmtp(mail.data, *users[:2], without, *users[2:])
    for user in users:
        for mailbox in ("INBOX", "Junk"):
            check_records(user, lying_in(mails, mailbox), mailbox)
    for mailbox in ("INBOX", "Junk"):
        here = lying_in(mails, mailbox)
        assert list(Index(without, mailbox).records().values()) == \
            len(here) * [None]
        assert len(without.imap(mailbox).search(f"BODY {WORD}")) == len(here)


def limited(series, count):
    """The userdb field of a user who may have so many messages."""
    return {"2.3": {"quota_rule": f"*:messages={count}"},
            "2.4": {"quota_message_count": str(count)}}[series]


def test_what_the_quota_refuses_leaves_no_trace(server, user):
    mails = deliver(user)
    user.set_fields(**limited(server.series, len(mails)))
    session = user.imap("Junk")
    assert session.no("COPY 1:2 INBOX").code == "OVERQUOTA"
    for mailbox in ("INBOX", "Junk"):
        check_records(user, lying_in(mails, mailbox), mailbox)
        seen, other = view(user, mails, mailbox)
        seen.check(other, mailbox)
    assert not any(keywords(user.imap(), "INBOX").values())
    user.set_fields(**limited(server.series, 2 * len(mails)))
    session = user.imap("Junk")
    session.ok("COPY 1:2 INBOX")
    assert list(keywords(session, "INBOX").values())[-2:] == \
        2 * [{"$NotJunk", LEARNT_HAM}]
