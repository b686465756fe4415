"""ENABLE X-WINNOW: the client says that it knows winnow."""

import pytest

from harness import message, rspamd, wait_for

#: All sessions in one process.
ONE_PROCESS = {
    series: f"service imap {{\n  client_limit = 20\n  process_min_avail = 1\n"
            f"  {limit} = 100\n}}\n"
    for series, limit in (("2.3", "service_count"),
                          ("2.4", "restart_request_count"))}
#: A real imap-hibernate that takes sessions over at once.
HIBERNATE = """
imap_hibernate_timeout = 1s
service imap {
  unix_listener imap-master {
    mode = 0666
  }
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0666
  }
}
"""


def enabled(imap, names="X-WINNOW"):
    return imap.ok("ENABLE", names).lines("ENABLED")


def test_enable_names_it(user):
    assert enabled(user.imap()) == ["X-WINNOW"]


def test_enable_is_case_insensitive(user):
    assert enabled(user.imap(), "x-winnow") == ["X-WINNOW"]


def test_enable_goes_with_others(user):
    imap = user.imap()
    assert enabled(imap, "CONDSTORE X-NOTHING X-WINNOW") == \
        ["CONDSTORE X-WINNOW"]


def test_enable_twice_is_harmless(user):
    imap = user.imap()
    enabled(imap)
    assert enabled(imap) == ["X-WINNOW"]


def test_enable_with_a_bad_argument_is_bad(user):
    imap = user.imap()
    imap.bad("ENABLE", "(X-WINNOW)")
    imap.bad("ENABLE", "(X-WINNOW")
    assert enabled(imap) == ["X-WINNOW"]


def test_capability_stays_after_enable(user):
    imap = user.imap()
    before = imap.ok("CAPABILITY").untagged
    enabled(imap)
    assert imap.ok("CAPABILITY").untagged == before


def test_enable_is_unknown_to_users_without_winnow_in_the_same_process(start):
    server = start(settings={"winnow_scanner": "rspamd"}, extra=ONE_PROCESS)
    has = server.new_user().imap()
    lacks = server.new_user(winnow_enable="no").imap()
    assert enabled(has) == ["X-WINNOW"]
    assert enabled(lacks) == []
    assert enabled(lacks, "CONDSTORE X-WINNOW") == ["CONDSTORE"]


def test_enable_is_unknown_where_it_is_not_offered(start):
    user = start(settings={"winnow_scanner": "rspamd",
                           "winnow_enable": "no"}).new_user()
    assert enabled(user.imap()) == []


def test_arguments_of_the_command_are_logged_once(start):
    server = start(settings={"winnow_scanner": "rspamd"},
                   extra="log_debug = event=imap_command_finished\n")
    imap = server.new_user().imap()
    enabled(imap)
    line = server.wait_log(r"X-WINNOW")
    assert line.count("X-WINNOW") == 1


def test_enabled_session_survives_hibernation(start):
    server = start(settings={"winnow_scanner": "rspamd"},
                   extra=HIBERNATE)
    user = server.new_user()
    imap = user.imap("INBOX")
    assert enabled(imap) == ["X-WINNOW"]
    tag = imap.idle()
    wait_for(lambda: hibernated(server), "hibernation")
    user.lmtp(message("buy", headers=rspamd(7.5)))
    assert imap.unsolicited(20)
    assert imap.done(tag).ok
    assert imap.search("X-WINNOW SPAM") == [1]
    assert enabled(imap) == ["X-WINNOW"]


def hibernated(server):
    """Whether imap-hibernate keeps a session."""
    done = server.run("doveadm", "-c", server.conf, "process", "status",
                      "imap-hibernate", check=False)
    rows = done.stdout.decode().splitlines()[1:]
    return any(int(row.split()[2]) > 0 for row in rows)
