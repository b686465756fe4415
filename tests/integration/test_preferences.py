"""Preferences: server annotations that say how winnow treats their user."""

import re
import time

import pytest

from harness import (SOURCE, Literal, installed_version, message, quote,
                     rspamd)

PRIVATE = "/private/vendor/vendor.winnow"
SHARED = "/shared/vendor/vendor.winnow"
RSPAMD = {"winnow_scanner": "rspamd"}
#: Seconds until other sessions must know
SEEN_WITHIN = 10
NO_METADATA = "protocol imap {\n  imap_metadata = no\n}\n"
NO_DICT = "protocol imap {\n  imap_metadata = yes\n}\n"
ONE_PROCESS = {
    series: f"service imap {{\n  client_limit = 20\n  process_limit = 2\n"
            f"  {limit} = 100\n}}\n"
    for series, limit in (("2.3", "service_count"),
                          ("2.4", "restart_request_count"))}


@pytest.fixture
def server(start):
    return start(settings=RSPAMD, metadata=True)


@pytest.fixture
def user(server):
    return server.new_user()


def setting(imap, name, value, status="OK"):
    """Set one entry; value None is NIL."""
    text = "NIL" if value is None else quote(value)
    reply = imap.command(f'SETMETADATA "" ({PRIVATE}/{name} {text})')
    assert reply.status == status, reply
    return reply


def stored(imap, name, where=PRIVATE):
    """The value of one entry, None for NIL."""
    reply = imap.ok(f'GETMETADATA "" {where}/{name}')
    for line in reply.lines("METADATA"):
        _, _, value = line.partition("vendor.winnow/" + name + " ")
        if value.upper() == "NIL)":
            return None
        if value.startswith("{"):
            return value.partition("\r\n")[2][:-1]
        return value[:-1].strip('"')
    return None


def fill(user, mailbox=None):
    """Levels 63 and 10."""
    user.lmtp(message(headers=rspamd(7.5)), mailbox)
    user.lmtp(message(headers=rspamd(1.2)), mailbox)


def spam(imap):
    return imap.search("X-WINNOW SPAM")


@pytest.mark.parametrize("name, good, bad", [
    ("threshold", ["1", "9", "50", "99", "100"],
     ["0", "101", "-1", "+5", "050", "5.5", "fifty", "", " 5", "5 ",
      "1000000000000000000000"]),
    ("search", ["plain", "clean"], ["Clean", "none", "", "plain clean"]),
    ("idle", ["all", "quiet"], ["QUIET", "loud", "", "1"])])
def test_values_are_validated(user, name, good, bad):
    imap = user.imap()
    assert stored(imap, name) is None
    for value in good:
        setting(imap, name, value)
        assert stored(imap, name) == value
    for value in bad:
        reply = setting(imap, name, value, "NO")
        assert reply.code == "CANNOT" and name in reply.text
        assert stored(imap, name) == good[-1]
    setting(imap, name, None)
    assert stored(imap, name) is None


def test_error_says_what_is_allowed(user):
    imap = user.imap()
    assert "1..100" in setting(imap, "threshold", "lots", "NO").text
    assert "plain and clean" in setting(imap, "search", "x", "NO").text
    assert "all and quiet" in setting(imap, "idle", "x", "NO").text
    assert "search, idle and threshold" in \
        setting(imap, "treshold", "5", "NO").text


def test_unknown_entry_is_not_stored_but_can_be_taken_away(user):
    imap = user.imap()
    assert setting(imap, "sub/entry", "5", "NO").code == "CANNOT"
    assert stored(imap, "sub/entry") is None
    setting(imap, "sub/entry", None)


def test_entry_names_are_case_insensitive(user):
    imap = user.imap()
    imap.ok(f'SETMETADATA "" ({PRIVATE.upper()}/THRESHOLD "70")')
    assert stored(imap, "threshold") == "70"
    imap.no(f'SETMETADATA "" ({PRIVATE.upper()}/THRESHOLD "700")')


def test_value_as_a_literal(user):
    imap = user.imap()
    entry = f'SETMETADATA "" ({PRIVATE}/threshold'
    assert imap.command(entry, Literal(b"70"), ")").ok
    assert stored(imap, "threshold") == "70"
    for bad in (b"700", b"", b"7" * 100000, b"7\x00"):
        reply = imap.command(entry, Literal(bad), ")")
        assert reply.status in ("NO", "BAD")
        assert stored(imap, "threshold") == "70"


@pytest.mark.parametrize("entries", [
    f'{PRIVATE}/threshold "70" {PRIVATE}/search "dirty"',
    f'{PRIVATE}/search "dirty" {PRIVATE}/threshold "70"',
    f'{PRIVATE}/threshold "70" {SHARED}/scanner "x"'])
def test_one_bad_entry_stores_none_of_them(user, entries):
    fill(user)
    imap = user.imap("INBOX")
    assert imap.no(f'SETMETADATA "" ({entries})').code == "CANNOT"
    assert stored(imap, "threshold") is None
    assert stored(imap, "search") is None
    assert spam(imap) == [1]


def test_two_good_entries_are_both_stored(user):
    imap = user.imap()
    imap.ok(f'SETMETADATA "" ({PRIVATE}/threshold "70" {PRIVATE}/idle "quiet")')
    assert stored(imap, "threshold") == "70"
    assert stored(imap, "idle") == "quiet"


def test_entries_are_listed(user):
    imap = user.imap()
    setting(imap, "threshold", "70")
    private = repr(imap.ok(f'GETMETADATA (DEPTH 1) "" ({PRIVATE})'))
    assert "/threshold" in private and "/idle" not in private
    shared = repr(imap.ok(f'GETMETADATA (DEPTH infinity) "" ({SHARED})'))
    assert f"{SHARED}/scanner" in shared and f"{SHARED}/version" in shared


def test_site_entries_tell_and_cannot_be_changed(user):
    imap = user.imap()
    assert stored(imap, "scanner", SHARED) == "rspamd"
    assert stored(imap, "version", SHARED)[0].isdigit()
    assert stored(imap, "nothing", SHARED) is None
    for name in ("scanner", "version", "nothing", "threshold"):
        for value in ('"x"', "NIL"):
            reply = imap.no(f'SETMETADATA "" ({SHARED}/{name} {value})')
            assert reply.code == "CANNOT"
            assert f"{SHARED}/{name}" in reply.text
    assert stored(imap, "scanner", SHARED) == "rspamd"


def test_threshold_rules_everything_at_once(user):
    fill(user)
    imap = user.imap("INBOX")
    assert spam(imap) == [1]
    setting(imap, "threshold", "70")
    assert spam(imap) == []
    assert imap.search("X-WINNOW HAM") == [1, 2]
    assert imap.search("X-WINNOW LEVEL 50") == [1]
    assert " CLASS HAM" in imap.fetch(1, "X-WINNOW")[1].replace("(", " ")
    assert " THRESHOLD 70 " in imap.fetch(1, "X-WINNOW")[1]
    assert imap.status("INBOX", "X-WINNOW-SPAM") == {"X-WINNOW-SPAM": 0}
    assert user.doveadm("search", "mailbox", "INBOX", "X-WINNOW", "SPAM") == ""
    setting(imap, "threshold", "5")
    assert spam(imap) == [1, 2]
    assert imap.status("INBOX", "X-WINNOW-SPAM") == {"X-WINNOW-SPAM": 2}
    setting(imap, "threshold", None)
    assert spam(imap) == [1]


def test_threads_follow_a_changed_threshold(user):
    fill(user)
    imap = user.imap("INBOX")

    def threaded():
        reply = imap.ok("THREAD REFERENCES UTF-8 X-WINNOW SPAM")
        return re.findall(r"\d+", " ".join(reply.lines("THREAD")))

    assert threaded() == ["1"]
    setting(imap, "threshold", "5")
    assert threaded() == ["1", "2"]
    other = user.imap("INBOX")
    setting(other, "threshold", "70")
    deadline = time.monotonic() + SEEN_WITHIN
    while threaded() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert threaded() == []


def test_other_sessions_know_soon(user):
    fill(user)
    one, two = user.imap("INBOX"), user.imap("INBOX")
    assert spam(one) == spam(two) == [1]
    setting(one, "threshold", "70")
    deadline = time.monotonic() + SEEN_WITHIN
    while spam(two) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert spam(two) == []
    assert two.status("INBOX", "X-WINNOW-SPAM") == {"X-WINNOW-SPAM": 0}


def test_doveadm_sets_them_too(user):
    fill(user)
    user.doveadm("mailbox metadata set", "-s", "", f"{PRIVATE}/threshold", "70")
    assert spam(user.imap("INBOX")) == []
    done = user.dovecot.run(
        "doveadm", "-c", user.dovecot.conf, "mailbox", "metadata", "set", "-u",
        user.name, "-s", "", f"{PRIVATE}/threshold", "700", check=False)
    assert done.returncode != 0 and b"1..100" in done.stderr
    user.doveadm("mailbox metadata unset", "-s", "", f"{PRIVATE}/threshold")
    assert spam(user.imap("INBOX")) == [1]


def test_preference_goes_before_the_users_setting(server):
    user = server.new_user(winnow_threshold="5")
    fill(user)
    imap = user.imap("INBOX")
    assert spam(imap) == [1, 2]
    setting(imap, "threshold", "50")
    assert spam(imap) == [1]
    assert spam(user.imap("INBOX")) == [1]
    setting(imap, "threshold", None)
    assert spam(imap) == [1, 2]


def test_administrator_may_forbid_them(start):
    server = start(settings=RSPAMD, metadata=True)
    user = server.new_user()
    fill(user)
    setting(user.imap(), "threshold", "70")
    user.set_fields(winnow_user_settings="no")
    imap = user.imap("INBOX")
    assert spam(imap) == [1]
    for value in ("60", None):
        reply = setting(imap, "threshold", value, "NO")
        assert reply.code == "CANNOT"
        assert "winnow_user_settings" in reply.text
    assert spam(imap) == [1]
    user.set_fields(winnow_user_settings="yes")
    assert spam(user.imap("INBOX")) == []


@pytest.mark.parametrize("fields, word", [
    (dict(metadata=True, extra=NO_METADATA), "imap_metadata"),
    (dict(extra=NO_DICT), "dict")])
def test_where_they_cannot_be_stored_the_error_says_why(start, fields, word):
    user = start(settings={**RSPAMD, "winnow_threshold": "5"},
                 **fields).new_user()
    fill(user)
    imap = user.imap("INBOX")
    reply = setting(imap, "threshold", "70", "NO")
    assert reply.code == "CANNOT" and word in reply.text
    assert spam(imap) == [1, 2]
    assert stored(imap, "scanner", SHARED) == "rspamd"


def test_what_the_readme_sets_is_enough_for_metadata(start):
    blocks = re.findall(r"^    mail_attribute.*?^    protocol imap {.*?^    }$",
                        (SOURCE / "README.md").read_text(),
                        re.MULTILINE | re.DOTALL)
    extra = dict(zip(("2.3", "2.4"), blocks, strict=True))
    imap = start(settings=RSPAMD, extra=extra).new_user().imap()
    assert "FILTERS" in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    setting(imap, "threshold", "70")
    assert stored(imap, "threshold") == "70"


def test_value_that_got_in_otherwise_is_ignored_and_logged(server):
    user = server.new_user(winnow_enable="no")
    fill(user)
    setting(user.imap(), "threshold", "lots")
    user.set_fields(winnow_enable="yes")
    imap = user.imap("INBOX")
    assert spam(imap) == [1]
    line = server.wait_log("winnow: The user's preference threshold")
    assert "1..100" in line
    setting(imap, "threshold", "5")
    assert spam(imap) == [1, 2]


def test_users_of_one_process_keep_their_own(start):
    server = start(settings=RSPAMD, metadata=True, extra=ONE_PROCESS)
    users = [server.new_user() for _ in range(3)]
    sessions = [user.imap("INBOX") for user in users]
    for user in users:
        fill(user)
    setting(sessions[0], "threshold", "70")
    setting(sessions[1], "threshold", "5")
    for session in sessions:
        session.ok("NOOP")
    assert [spam(session) for session in sessions] == [[], [1, 2], [1]]
    assert [stored(session, "threshold") for session in sessions] == \
        ["70", "5", None]


def test_doveadm_over_many_users_keeps_them_apart(server):
    users = [server.new_user() for _ in range(3)]
    for user, value in zip(users, ("70", "5", None)):
        fill(user)
        setting(user.imap(), "threshold", value)
    if server.series == "2.3":      # it asks in vain for all users
        server.expect_log("User iteration")
    names = server.directory / "names"
    names.write_text("".join(f"{user}\n" for user in users))
    rows = server.doveadm_rows("fetch", "-F", names, "user uid",
                               "mailbox", "INBOX", "X-WINNOW", "SPAM")
    found = {user.name: [row.get("uid") for row in rows
                         if row.get("user", row.get("username")) == user.name]
             for user in users}
    assert [len(found[user.name]) for user in users] == [0, 2, 1]


def test_shared_mailbox_is_read_by_the_readers_preference(start):
    server = start(settings=RSPAMD, metadata=True, shared=True)
    owner, reader = server.new_user(), server.new_user()
    fill(owner, "Archive")
    owner.imap().ok("SETACL", "Archive", reader.name, "lr")
    own, foreign = owner.imap("Archive"), reader.imap(f"shared/{owner}/Archive")
    assert spam(own) == spam(foreign) == [1]
    setting(foreign, "threshold", "5")
    assert (spam(own), spam(foreign)) == ([1], [1, 2])
    setting(own, "threshold", "70")
    assert (spam(own), spam(foreign)) == ([], [1, 2])
    assert stored(own, "threshold") == "70"
    assert stored(foreign, "threshold") == "5"


def test_virtual_mailbox_follows(start):
    user = start(settings=RSPAMD, metadata=True, virtual=True).new_user()
    user.virtual_mailbox("All", "INBOX", "  ALL")
    fill(user)
    imap = user.imap("Virtual/All")
    assert spam(imap) == [1]
    setting(imap, "threshold", "70")
    assert spam(imap) == []
    assert imap.status("Virtual/All", "X-WINNOW-SPAM") == {"X-WINNOW-SPAM": 0}


def test_on_every_storage(server, storage):
    user = server.new_user(storage)
    fill(user)
    imap = user.imap("INBOX")
    setting(imap, "threshold", "70")
    assert spam(imap) == []
    assert stored(user.imap(), "threshold") == "70"


@pytest.mark.parametrize("name, value", [
    ("winnow_search", "dirty"), ("winnow_idle", "loud"),
    ("winnow_user_settings", "perhaps")])
def test_bad_setting_turns_winnow_off_for_the_user_and_is_logged(
        server, name, value):
    user = server.new_user(**{name: value})
    if name != "winnow_user_settings" or installed_version() < (2, 4):
        server.expect_log(f"winnow: Off for this user: .*{name}.*{value}")
    else:
        server.allow_log("winnow")
    assert "X-WINNOW" not in user.imap().ok("CAPABILITY").lines(
        "CAPABILITY")[0]
    user.lmtp(message())


def test_idle_is_quiet_as_soon_as_it_is_preferred(user):
    user.lmtp(message())
    imap = user.imap("INBOX")
    setting(imap, "idle", "quiet")
    tag = imap.idle()
    time.sleep(1.5)
    user.lmtp(message(headers=rspamd(7.5)))
    assert imap.unsolicited(3) == []
    assert imap.done(tag).ok
    setting(imap, "idle", "all")
    tag = imap.idle()
    time.sleep(1.5)
    user.lmtp(message(headers=rspamd(7.5)))
    assert imap.unsolicited(20)
    assert imap.done(tag).ok
