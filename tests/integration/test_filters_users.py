"""Named filters of several users and sessions, and outside of IMAP."""

import pytest

from filter_store import SETTINGS, put, stored
from harness import message, rspamd
from test_preferences import ONE_PROCESS


def fill(user, mailbox=None):
    """1: spam, from the boss; 2: ham."""
    user.lmtp(message(headers=rspamd(7.5), sender="boss@x.example"), mailbox)
    user.lmtp(message(headers=rspamd(1.2)), mailbox)


def test_two_sessions_of_one_user(start):
    user = start(settings=SETTINGS, metadata=True).new_user()
    fill(user)
    one, two = user.imap("INBOX"), user.imap("INBOX")
    put(one, "f", "FROM boss")
    assert two.search("FILTER f") == [1]
    put(two, "f", "NOT FROM boss")
    assert one.search("FILTER f") == two.search("FILTER f") == [2]
    put(one, "f", None)
    assert two.no("SEARCH FILTER f").code == "UNDEFINED-FILTER f"


@pytest.mark.parametrize("extra", ["", ONE_PROCESS])
def test_users_have_their_own(start, extra):
    server = start(settings=SETTINGS, metadata=True, extra=extra)
    users = [server.new_user() for _ in range(3)]
    sessions = [user.imap("INBOX") for user in users]
    for user, session in zip(users, sessions):
        fill(user)
        session.ok("NOOP")
    put(sessions[0], "f", "FROM boss")
    put(sessions[1], "f", "NOT FROM boss")
    assert sessions[0].search("FILTER f") == [1]
    assert sessions[1].search("FILTER f") == [2]
    assert sessions[2].no("SEARCH FILTER f").code == "UNDEFINED-FILTER f"
    assert [stored(session, "f") for session in sessions] == \
        [b"FROM boss", b"NOT FROM boss", None]


def test_offers_differ_by_user_in_one_process(start):
    server = start(settings=SETTINGS, metadata=True, extra=ONE_PROCESS)
    sessions = [server.new_user(winnow_capability=names).imap("INBOX")
                for names in ("X-WINNOW", "FILTERS")] + \
        [server.new_user(winnow_enable="no").imap("INBOX"),
         server.new_user().imap("INBOX")]
    offered = ["FILTERS" in session.ok("CAPABILITY").lines("CAPABILITY")[0]
               for session in sessions]
    assert offered == [False, True, False, True]
    for session in sessions:
        session.ok('SETMETADATA "" (/private/filters/values/f "SEEN")')
    replies = [session.command("SEARCH FILTER f").status
               for session in sessions]
    assert replies == ["BAD", "OK", "BAD", "OK"]


def test_shared_mailbox_is_searched_by_the_readers_filter(start):
    server = start(settings=SETTINGS, metadata=True, shared=True)
    owner, reader = server.new_user(), server.new_user()
    fill(owner, "Archive")
    owner.imap().ok("SETACL", "Archive", reader.name, "lr")
    own, foreign = owner.imap("Archive"), reader.imap(f"shared/{owner}/Archive")
    put(own, "f", "FROM boss")
    assert own.search("FILTER f") == [1]
    assert foreign.no("SEARCH FILTER f").code == "UNDEFINED-FILTER f"
    put(foreign, "f", "NOT FROM boss")
    assert (own.search("FILTER f"), foreign.search("FILTER f")) == ([1], [2])
    assert foreign.search("FILTER spam") == own.search("FILTER spam") == [1]


def test_in_a_virtual_mailbox(start):
    user = start(settings=SETTINGS, metadata=True, virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "  ALL")
    fill(user)
    imap = user.imap("Virtual/All")
    put(imap, "f", "FROM boss")
    assert imap.search("FILTER f") == [1]
    assert imap.search("FILTER not-spam") == [2]


def test_rule_of_a_virtual_mailbox_has_no_filters(start):
    server = start(settings=SETTINGS, metadata=True, virtual=True)
    user = server.new_user()
    user.virtual_mailbox("Spam", "INBOX", "  FILTER spam")
    server.expect_log("FILTER.*named filters")
    imap = user.imap()
    imap.no("SELECT Virtual/Spam")
    imap.ok("SELECT INBOX")


def test_doveadm_has_no_filters(start):
    user = start(settings=SETTINGS, metadata=True).new_user()
    fill(user)
    for query in (["FILTER", "spam"], ["NOT", "FILTER", "spam"]):
        done = user.dovecot.run(
            "doveadm", "-c", user.dovecot.conf, "search", "-u", user.name,
            "mailbox", "INBOX", *query, check=False)
        assert done.returncode != 0 and b"named filters" in done.stderr


def test_in_a_redis_all_but_listing_works(start):
    server = start(settings=SETTINGS, metadata="redis")
    server.allow_log("dict does not support this feature")
    user = server.new_user()
    fill(user)
    imap = user.imap("INBOX")
    put(imap, "f", "FROM boss")
    put(imap, "g", "NOT FILTER f")
    assert stored(imap, "f") == b"FROM boss"
    assert imap.search("FILTER g") == user.imap("INBOX").search("FILTER g") \
        == [2]
    assert put(imap, "f", "FOO", "NO").code == "CANNOT"
    put(imap, "f", None)
    assert imap.no("SEARCH FILTER g").code == "UNDEFINED-FILTER f"
    assert imap.search("FILTER spam") == [1]
    for scope, entry in (("priv", "/private/filters/values"),
                         ("shared", "/shared/filters/values")):
        reply = imap.no(f'GETMETADATA (DEPTH 1) "" ({entry})')
        assert reply.code == "CANNOT" and "by its name" in reply.text
        # or it comes in the next test
        server.wait_log(f"{scope}/.*dict does not support this feature")


def test_unreadable_dict_fails_the_search(start):
    server = start(settings=SETTINGS, metadata="redis",
                   extra={"2.3": "# one that will end\n",
                          "2.4": "# one that will end\n"})
    server.allow_log("redis|dict|Failed to get attribute")
    imap = server.new_user().imap("INBOX")
    put(imap, "f", "SEEN")
    server.stop_redis()
    reply = imap.no("SEARCH FILTER f")
    assert reply.code == "UNAVAILABLE" and reply.untagged == []
    assert imap.no("SEARCH FILTER spam").code == "UNAVAILABLE"
    assert imap.search("ALL") == []


def test_dsync_carries_them(start):
    """Also such as this server would refuse: syncing must not fail."""
    server = start(settings=SETTINGS, metadata=True)
    user = server.new_user()
    put(user.imap(), "f", "FROM boss")
    user.doveadm("backup", "sdbox:~/other")
