"""X-WINNOW in doveadm's search queries."""

import pytest

from harness import message, rspamd
from test_search_commands import HAM, SPAM, UNKNOWN, fill


def uids(user, *query, mailbox="INBOX"):
    rows = user.doveadm_rows("fetch", "uid", "mailbox", mailbox, *query)
    return [int(row["uid"]) for row in rows]


def test_search_and_fetch(user, storage):
    fill(user)
    assert uids(user, "X-WINNOW", "SPAM") == SPAM
    assert uids(user, "NOT", "X-WINNOW", "SPAM") == sorted(HAM + UNKNOWN)
    assert uids(user, "x-winnow", "level", "50") == [1, 5, 6]
    assert uids(user, "(", "X-WINNOW", "UNKNOWN", "OR", "X-WINNOW", "BY",
                "user", ")") == [3, 4, 5]
    rows = user.doveadm("search", "mailbox", "INBOX", "X-WINNOW", "HAM")
    assert [int(row.split()[1]) for row in rows.splitlines()] == HAM


def test_a_bad_argument_is_named(user):
    fill(user)
    for query, reason in [
            (["X-WINNOW", "JUNK"], "Unknown test 'JUNK'"),
            (["X-WINNOW", "LEVEL", "200"], "Invalid LEVEL '200'"),
            (["X-WINNOW"], "Needs a test")]:
        done = user.dovecot.run("doveadm", "-c", user.dovecot.conf, "search",
                                "-u", user.name, *query, check=False)
        assert done.returncode != 0 and not done.stdout
        assert f"X-WINNOW: {reason}" in done.stderr.decode()


def test_move_flags_and_expunge(user, storage):
    fill(user)
    user.doveadm("flags add", "\\Flagged", "mailbox", "INBOX", "NOT",
                 "X-WINNOW", "SPAM")
    imap = user.imap("INBOX")
    assert imap.search("FLAGGED") == [2, 3, 5]
    user.doveadm("move", "Junk", "mailbox", "INBOX", "X-WINNOW", "LEVEL", "50",
                 "X-WINNOW", "SPAM")
    imap.select("Junk")
    assert imap.search("X-WINNOW SPAM") == [1, 2]
    user.doveadm("expunge", "mailbox", "INBOX", "X-WINNOW", "HAM")
    imap.select("INBOX")
    assert imap.uid_search("ALL") == [3, 4]


def test_messages_without_records(start, storage):
    user = start(settings={"winnow_scanner": "rspamd"}).new_user(
        storage, winnow_enable="no")
    fill(user)
    user.set_fields(winnow_enable="yes")
    assert uids(user, "X-WINNOW", "HAM") == HAM
    assert uids(user, "X-WINNOW", "UNKNOWN") == UNKNOWN


OFF = {"2.3": [{"winnow_enable": "no"}, {"mail_plugins": "quota"}],
       "2.4": [{"winnow_enable": "no"}, {"mail_plugins/winnow": "no"}]}


@pytest.mark.parametrize("how", [0, 1])
def test_a_user_without_winnow_loses_no_mail(start, how):
    """Nobody answers the key for them: the search fails, it matches nothing."""
    server = start(settings={"winnow_scanner": "rspamd"})
    on, off = server.new_user(), server.new_user(**OFF[server.series][how])
    for user in (on, off):
        fill(user)
        user.imap().append("Junk", message(headers=rspamd(9)))
    server.allow_log("[Ww]innow is off for this user")
    for command in (["search"], ["fetch", "uid"], ["expunge"],
                    ["flags", "add", "\\Deleted"], ["move", "Trash"],
                    ["copy", "Trash"]):
        for query in (["NOT", "X-WINNOW", "HAM"], ["X-WINNOW", "SPAM"],
                      ["(", "SEEN", "OR", "NOT", "X-WINNOW", "LEVEL", "9", ")"],
                      ["X-WINNOW", "UNKNOWN"]):
            done = server.run(
                "doveadm", "-c", server.conf, *command, "-u", off.name,
                "mailbox", "INBOX", *query, check=False)
            assert done.returncode != 0, (command, query)
            assert not done.stdout
            assert "X-WINNOW: Winnow is off for this user" in \
                done.stderr.decode()
    imap = off.imap("INBOX")
    assert imap.search("ALL") == [1, 2, 3, 4, 5, 6]
    assert imap.search("DELETED") == []
    assert imap.status("Trash", "MESSAGES") == {"MESSAGES": 0}
    assert uids(on, "NOT", "X-WINNOW", "SPAM") == [2, 3, 5]


def test_of_all_users_only_those_without_winnow_fail(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    on, off = server.new_user(), server.new_user(winnow_enable="no")
    fill(on)
    fill(off)
    server.allow_log("[Ww]innow is off for this user")
    if server.series == "2.3":      # asks for the list of users nevertheless
        server.expect_log("User iteration isn't currently supported")
    users = server.directory / "list"
    users.write_text(f"{off}\n{on}\n{off}\n")
    done = server.run("doveadm", "-c", server.conf, "-f", "flow", "search",
                      "-F", users, "mailbox", "INBOX", "NOT", "X-WINNOW",
                      "HAM", check=False)
    assert done.returncode != 0
    names = [line.split()[0] for line in done.stdout.decode().splitlines()]
    assert names == [f"username={on}"] * 4 or names == [str(on)] * 4
