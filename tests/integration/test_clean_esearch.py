"""Transparent search in many mailboxes: one answer, judged over all of them."""

import pytest

from esearch_client import responses
from harness import Reply, message, rspamd

HEADERS = {"s": rspamd(9.0), "h": rspamd(0.5), "u": ()}


@pytest.fixture
def server(start):
    return start(settings={"winnow_scanner": "rspamd",
                           "winnow_search": "clean"})


def filled(user, **mailboxes):
    """Messages `apples 1`, ... of these kinds in each; other mailboxes exist."""
    imap = user.imap()
    for mailbox, kinds in mailboxes.items():
        imap.command("CREATE", mailbox)
        for number, kind in enumerate(kinds, 1):
            imap.append(mailbox, message(f"apples {mailbox}{number}",
                                         "Fresh fruit.\n", HEADERS[kind]))
    return imap


def asked(imap, command, option="ALL"):
    """({mailbox: value}, code)"""
    reply = imap.ok("ESEARCH", command)
    return {one.mailbox: one.items[option] for one in responses(reply)}, \
        reply.code


def test_what_is_left_out_is_summed_up(server, storage):
    imap = filled(server.new_user(storage), INBOX="shs", Work="hs", Empty="s")
    assert asked(imap, "IN (personal) TEXT apples") == \
        ({"INBOX": [2], "Work": [1]}, "X-WINNOW SKIPPED 4")
    assert asked(imap, "IN (personal) RETURN (COUNT) TEXT apples", "COUNT") == \
        ({"INBOX": 1, "Work": 1}, "X-WINNOW SKIPPED 4")


def test_spam_alone_is_shown_if_nothing_else_is_anywhere(server, storage):
    imap = filled(server.new_user(storage), INBOX="shs", Work="ss", Other="h")
    assert asked(imap, "IN (personal) SUBJECT Work") == \
        ({"Work": [1, 2]}, "X-WINNOW SHOWN 2")
    # one hit in one mailbox is enough
    assert asked(imap, "IN (personal) OR SUBJECT Work SUBJECT INBOX2") == \
        ({"INBOX": [2]}, "X-WINNOW SKIPPED 4")
    assert asked(imap, "IN (personal) SUBJECT pears") == ({}, None)


def test_the_second_look_is_judged_before_partial(server):
    imap = filled(server.new_user(), INBOX="hs", Work="sss")
    assert asked(imap, "IN (personal) RETURN (PARTIAL 2:5) SUBJECT Work",
                 "PARTIAL") == \
        ({"Work": ("2:5", [2, 3])}, "X-WINNOW SHOWN 3")
    assert asked(imap, "IN (personal) RETURN (PARTIAL 2:5) TEXT apples",
                 "PARTIAL") == ({"INBOX": ("2:5", [])}, "X-WINNOW SKIPPED 4")


def test_junk_is_left_out_unless_it_is_named(server, storage):
    user = server.new_user(storage)
    imap = filled(user, INBOX="hs", Junk="hus")
    assert asked(imap, "IN (personal) TEXT apples") == \
        ({"INBOX": [1]}, "X-WINNOW SKIPPED 4")
    assert asked(imap, 'IN (subtree "" mailboxes INBOX) TEXT apples')[0] == \
        {"INBOX": [1]}
    # by mailboxes, or as the selected one
    assert asked(imap, "IN (personal mailboxes Junk) TEXT apples") == \
        ({"INBOX": [1], "Junk": [1, 2, 3]}, "X-WINNOW SKIPPED 1")
    imap.select("Junk")
    for command in "TEXT apples", "IN (selected) TEXT apples":
        assert asked(imap, command) == ({"Junk": [1, 2, 3]}, None)
    # where the command is none that is filtered
    imap.ok("CLOSE")
    assert asked(imap, "IN (personal) UNSEEN") == \
        ({"INBOX": [1, 2], "Junk": [1, 2, 3]}, None)


def test_junk_joins_the_second_look(server):
    imap = filled(server.new_user(), INBOX="h", Junk="hs")
    assert asked(imap, "IN (personal) SUBJECT Junk") == \
        ({"Junk": [1, 2]}, "X-WINNOW SHOWN 2")


def test_other_special_mailboxes_are_searched_as_ever(server):
    imap = filled(server.new_user(), INBOX="sh", Trash="sh", Sent="s")
    assert asked(imap, "IN (personal) TEXT apples") == \
        ({"INBOX": [2], "Trash": [1, 2], "Sent": [1]}, "X-WINNOW SKIPPED 1")


def test_evolutions_search(server):
    imap = filled(server.new_user(), INBOX="shs", Work="hs")
    assert asked(imap, 'IN (mailboxes ("INBOX" "Work")) CHARSET UTF-8 '
                       '(BODY "fruit" BODY "fresh")') == \
        ({"INBOX": [2], "Work": [1]}, "X-WINNOW SKIPPED 3")


@pytest.mark.parametrize("command", [
    "IN (personal) UNSEEN", "IN (personal) UID 1:2 TEXT apples",
    "IN (personal) X-WINNOW LEVEL 0 TEXT apples",
    "IN (personal) RETURN (CONTEXT ALL) TEXT apples",
    "IN (personal) NOT TEXT pears", "IN (personal) UNKEYWORD $Junk TEXT a"])
def test_what_nobody_typed_is_left_alone(server, command):
    user = server.new_user()
    imap = filled(user, INBOX="sh", Work="s", Junk="h")
    expected = asked(imap, command)
    imap.ok("ENABLE X-WINNOW")
    assert asked(imap, command) == expected
    assert expected[1] is None and "Junk" in expected[0]


def test_the_selected_mailbox_and_what_is_saved(server):
    user = server.new_user()
    imap = filled(user, INBOX="shsh")
    imap.select()
    reply = imap.ok("ESEARCH RETURN (SAVE) TEXT apples")
    assert reply.code == "X-WINNOW SKIPPED 2"
    assert imap.uid_search("$") == [2, 4]
    reply = imap.ok("ESEARCH RETURN (SAVE) SUBJECT INBOX3")
    assert reply.code == "X-WINNOW SHOWN 1"
    assert imap.uid_search("$") == [3]


def test_another_mailbox_is_selected_meanwhile(server):
    """Commands in a row: the second look is at what was searched first."""
    imap = filled(server.new_user(), INBOX="ss", Work="sh")
    imap.select("INBOX")
    search = imap.start("ESEARCH IN (selected mailboxes Work) SUBJECT INBOX")
    select = imap.start("SELECT Work")
    # which of them ends first hangs on how long the search takes
    untagged, tagged = [], {}
    while len(tagged) < 2:
        line = imap.read_response()
        tag = line.split(b" ")[0]
        if tag in (search, select):
            tagged[tag] = line
        else:
            untagged.append(line)
    reply = Reply(search, untagged, tagged[search])
    assert {one.mailbox: one.items["ALL"] for one in responses(reply)} == \
        {"INBOX": [1, 2]}
    assert reply.code == "X-WINNOW SHOWN 2"
    assert tagged[select].startswith(select + b" OK")
