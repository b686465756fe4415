"""Quiet IDLE beside winnow's other features, and beside what a user does in
other sessions meanwhile."""

import time

import pytest

from esearch_client import expand, found, responses
from filter_store import put as put_filter
from harness import message, rspamd, wait_for
from idle_client import KINDS, LOGGED, QUIET, TIMEOUT, IdleClient, Truth
from test_enable import HIBERNATE, hibernated
from test_idle import STORAGES, Scene, ham, spam
from test_idle_where import OWN_FLAGS
from test_preferences import setting
from test_record_filling import share

CLEAN = {**QUIET, "settings": {**QUIET["settings"], "winnow_search": "clean"}}


def every_storage(test):
    return pytest.mark.parametrize("storage", STORAGES)(test)


# -------------------------------------------------- what other sessions do

@every_storage
@pytest.mark.parametrize("keyword", ["$Junk", "Junk", "$NotJunk"])
def test_another_session_says_what_announced_mail_is(start, storage, keyword):
    """A changed keyword of a message that the client knows is told at once, and
    all that was held with it."""
    user = start(**QUIET).new_user(storage)
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    spam(user)
    scene.hold(2)
    scene.do(f"STORE 2 +FLAGS ({keyword})")
    scene.tell(5)
    for client in scene.clients:
        assert client.flags[1] == {keyword.lower()}
    spam(user)
    scene.hold(1)
    scene.done()


@every_storage
def test_another_session_takes_back_that_held_mail_is_spam(start, storage):
    user = start(**QUIET).new_user(storage)
    scene = Scene(user)
    for score in (1.2, 9.0):
        scene.other.append("INBOX", message(headers=rspamd(score)), "$Junk")
    scene.hold(2)
    # the filter calls it spam as well: no news
    scene.do("STORE 5 -FLAGS ($Junk)")
    spam(user)
    scene.hold(3)
    scene.do("STORE 4 -FLAGS ($Junk)")
    scene.tell(6)
    scene.done()


@every_storage
def test_another_session_calls_held_mail_spam_and_ham_at_once(start, storage):
    """Both keywords: the filter's word counts again."""
    user = start(**QUIET).new_user(storage)
    scene = Scene(user)
    spam(user)
    scene.hold(1)
    scene.do("NOOP")
    scene.do("STORE 4 +FLAGS ($Junk $NotJunk)")
    spam(user)
    scene.hold(2)
    scene.do("STORE 4 -FLAGS ($Junk)")
    scene.tell(5)
    scene.done()


# -------------------------------------------------------------- the threshold

@pytest.fixture
def choosing(start):
    return start(**QUIET, metadata=True).new_user()


def deliver(user, level):
    """Of rspamd's scale, where 6 is level 50."""
    user.lmtp(message("some", headers=rspamd(level * 6 / 50)))


def until_heeded(client, user, level, held):
    """Deliver until it is held back, or until it is announced: another
    session's preference holds within ten seconds."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        before = len(client.uids), client.last_held()
        deliver(user, level)
        while (len(client.uids), client.last_held()) == before:
            assert time.monotonic() < deadline
            for line in client.imap.unsolicited(0.2):
                client.take(line)
        if held == (len(client.uids) == before[0]):
            return
    raise AssertionError("another threshold was not heeded")


def test_a_lower_threshold_set_elsewhere_holds_more_back(choosing):
    deliver(choosing, 40)
    client = IdleClient(choosing, "qresync").idle()
    deliver(choosing, 40)
    client.told(2)
    setting(choosing.imap(), "threshold", "30")
    until_heeded(client, choosing, 40, held=True)
    truth = Truth(choosing)
    assert client.agrees(truth, client.last_held())
    client.done()
    client.agrees(truth)


def test_a_higher_threshold_set_elsewhere_lets_all_out(choosing):
    deliver(choosing, 40)
    client = IdleClient(choosing, "qresync").idle()
    deliver(choosing, 60)
    client.held(1)
    setting(choosing.imap(), "threshold", "90")
    until_heeded(client, choosing, 60, held=False)
    client.agrees(Truth(choosing))
    # what is spam to it still is held
    deliver(choosing, 95)
    client.held(1)
    client.done()
    client.agrees(Truth(choosing))


def test_a_threshold_of_the_userdb_holds_for_new_sessions(start):
    """One that idles keeps what it was given; each is right by its own."""
    user = start(**QUIET).new_user(winnow_threshold="30")
    deliver(user, 10)
    before = IdleClient(user).idle()
    deliver(user, 40)
    before.held(1)
    user.set_fields(winnow_threshold="80")
    after = IdleClient(user, "qresync").idle()
    deliver(user, 60)
    after.told(3)
    before.held(2)
    deliver(user, 90)
    after.held(1)
    before.held(3)
    truth = Truth(user)
    for client in (before, after):
        client.done()
        client.agrees(truth)


def test_the_threshold_of_ones_own_session_holds_in_the_next_idle(choosing):
    client = IdleClient(choosing, "condstore")
    for threshold, level, held in ((50, 60, True), (70, 60, False),
                                   (40, 45, True), (46, 45, False)):
        setting(client.imap, "threshold", str(threshold))
        known = len(client.uids)
        client.idle()
        deliver(choosing, level)
        if held:
            client.held(1)
        else:
            client.told(known + 1)
        client.done()
        client.agrees(Truth(choosing))


# ---------------------------------------------------------------- ENABLE

@pytest.mark.parametrize("enabled", ["X-WINNOW", "X-WINNOW CONDSTORE",
                                     "X-WINNOW QRESYNC"])
def test_a_client_that_knows_winnow_is_quiet_as_well(start, enabled):
    """ENABLE says how searches are to be answered, not how IDLE is."""
    user = start(**CLEAN).new_user()
    spam(user)
    client = IdleClient(user, "qresync" if "QRESYNC" in enabled else
                        "condstore" if "CONDSTORE" in enabled else "plain")
    client.imap.ok("ENABLE", enabled)
    client.idle()
    spam(user)
    client.held(1)
    client.agrees(Truth(user), 1)
    client.done()
    client.fetch_new()
    client.agrees(Truth(user))
    reply = client.imap.ok("SEARCH SUBJECT buy")
    assert reply.lines("SEARCH") == ["1 2"] and reply.code is None
    client.idle()
    ham(user)
    client.told(3)


# -------------------------------------------- searches before, beside and after

@every_storage
def test_held_mail_is_found_by_others_and_by_the_client_afterwards(start,
                                                                   storage):
    user = start(**CLEAN, metadata=True).new_user(storage)
    ham(user)
    client = IdleClient(user, "condstore")
    put_filter(client.imap, "both", "OR SUBJECT buy SUBJECT hello")
    client.idle()
    spam(user)
    client.held(1)
    other = user.imap("INBOX")
    assert found(other, "IN (personal) X-WINNOW SPAM") == {"INBOX": [2]}
    assert other.uid_search("FILTER spam") == [2]
    assert other.status("INBOX", "MESSAGES", "X-WINNOW-SPAM",
                        "X-WINNOW-UNSEEN") == {
        "MESSAGES": 2, "X-WINNOW-SPAM": 1, "X-WINNOW-UNSEEN": 1}
    reply = other.ok("ESEARCH IN (personal) FILTER both")
    assert [one.items["ALL"] for one in responses(reply)] == [[1]]
    assert reply.code == "X-WINNOW SKIPPED 1"
    client.silent()
    client.done()
    assert len(client.uids) == 2
    for command in ("UID SEARCH RETURN (ALL)", "ESEARCH"):
        reply = client.imap.ok(command, "FILTER both")
        assert expand(reply.lines("ESEARCH")[0].split(" ALL ")[1]) == [1]
        assert reply.code == "X-WINNOW SKIPPED 1"
    assert client.imap.uid_search("FILTER spam") == [2]
    client.agrees(Truth(user))


@every_storage
def test_idle_that_follows_searches_at_once(start, storage):
    """Sent together with them. An ESEARCH that takes long goes on beside."""
    user = start(**CLEAN).new_user(storage)
    ham(user)
    spam(user)
    client = IdleClient(user)
    imap = client.imap
    imap.send(b"x1 ESEARCH IN (personal) TEXT hello\r\n"
              b"x2 UID SEARCH SUBJECT buy\r\n"
              b"x3 UID SORT (X-WINNOW) UTF-8 ALL\r\n")
    client.idle()
    while b"x1 OK" not in _said(client):
        client.take(imap.read_response())
    assert b"x1 OK [X-WINNOW SKIPPED 1]" in _said(client)
    assert b"x2 OK [X-WINNOW SHOWN 1]" in _said(client)
    assert b"* SORT 1 2" in _said(client)
    spam(user)
    client.held(1)
    client.done()
    client.agrees(Truth(user))


def _said(client):
    return b"".join(data for side, data in client.imap.transcript
                    if side == b"S")


@pytest.mark.parametrize("command", [
    "UID SEARCH RETURN (UPDATE ALL) FILTER spam",
    "ESEARCH RETURN (UPDATE ALL) FILTER spam",
    "ESEARCH RETURN (UPDATE COUNT) X-WINNOW LEVEL 50",
    "UID SORT RETURN (UPDATE) (X-WINNOW) UTF-8 X-WINNOW SPAM"])
def test_a_live_result_of_any_command_hears_all(start, command):
    """It has to learn of each message at once; cancelled, IDLE is quiet."""
    user = start(**QUIET, metadata=True).new_user()
    spam(user)
    client = IdleClient(user)
    reply = client.imap.command(command)
    if not reply.ok:        # Dovecot has no live sorted results everywhere
        assert "SORT" in command
        return
    client.idle()
    spam(user)
    client.told(line=rb"ADDTO")
    client.done()
    client.imap.ok(f'CANCELUPDATE "{reply.tag.decode()}"')
    client.idle()
    spam(user)
    client.held(1)


# ------------------------------------------------------------ index of words

@every_storage
def test_an_index_of_words_is_no_news(start, storage):
    """Indexing what is held changes the mailbox's index, but tells nothing."""
    user = start(**CLEAN, fts=True).new_user(storage)
    ham(user)
    user.doveadm("index", "INBOX")
    client = IdleClient(user, "qresync").idle()
    for count in (1, 2, 3):
        spam(user)
        client.held(count)
        user.doveadm("index", "INBOX")
    client.silent()
    client.done()
    client.agrees(Truth(user))
    reply = client.imap.ok("SEARCH TEXT buy")
    assert reply.lines("SEARCH") == ["2 3 4"]
    assert reply.code == "X-WINNOW SHOWN 3"


# -------------------------------------------------------------- others' mail

@pytest.mark.parametrize("kind", KINDS)
def test_others_mail_with_flags_of_ones_own(start, kind):
    """What the owner reads is nothing to others, but Dovecot tells of it: as
    any change of announced mail, it lets all out."""
    server = start(**{**QUIET, "extra": [LOGGED, OWN_FLAGS]}, shared=True)
    owner = server.new_user()
    reader = server.new_user(winnow_threshold="30")
    owner.lmtp(message(headers=rspamd(1.2)), "Archive")
    mailbox = share(owner, reader, "Archive")
    own = owner.imap("Archive")
    client = IdleClient(reader, kind, mailbox).idle()
    owner.lmtp(message(headers=rspamd(5)), "Archive")       # level 42
    client.held(1)
    truth = Truth(reader, mailbox)
    client.agrees(truth, 1)
    own.ok("STORE 1 +FLAGS (\\Seen)")
    client.told(2)
    assert client.flags[0] == set()
    client.agrees(truth)
    owner.lmtp(message(headers=rspamd(5)), "Archive")
    client.held(1)
    own.ok("NOOP")
    own.ok("STORE 3 +FLAGS (\\Seen)")      # of what is held
    owner.lmtp(message(headers=rspamd(5)), "Archive")
    client.held(2)
    own.ok("STORE 3 +FLAGS ($NotJunk)")
    client.told(4)
    client.agrees(truth)
    client.done()
    client.agrees(truth)


# -------------------------------------------------------------- hibernation

@pytest.mark.parametrize("said, plain", [
    ("ENABLE X-WINNOW", True), ('ID ("name" "imapsync")', True),
    ('ID ("name" "Thunderbird")', False)])
def test_a_hibernated_client_is_answered_as_before(start, said, plain):
    """Who knows of spam, or copies mailboxes, does so afterwards."""
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_search": "clean"},
                   extra=HIBERNATE)
    user = server.new_user()
    ham(user)
    spam(user)
    imap = user.imap("INBOX")
    imap.ok(said)
    wanted = (["1 2"], None) if plain else (["1"], "X-WINNOW SKIPPED 1")
    for _ in range(2):
        for command in ("SEARCH TEXT rspamd",
                        "SEARCH RETURN (SAVE) TEXT rspamd", "SEARCH $"):
            reply = imap.ok(command)
            if "SAVE" not in command:
                assert reply.lines("SEARCH") == wanted[0]
            if "$" not in command:
                assert reply.code == wanted[1]
        hibernate(server, imap)


def hibernate(server, imap):
    """And back again."""
    tag = imap.idle()
    wait_for(lambda: hibernated(server), "hibernation")
    imap.done(tag)
