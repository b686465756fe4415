"""Transparent search: what a person typed is answered without spam."""

import pytest

from harness import message, rspamd

SPAM, HAM = rspamd(9.0), rspamd(0.5)
CLEAN = {"winnow_scanner": "rspamd", "winnow_search": "clean"}
PREFERENCE = "/private/vendor/vendor.winnow/search"


def put(user, kinds, mailbox="INBOX", flags=""):
    """Messages `apples 1`, `apples 2`, ... of these kinds: s, h or u."""
    headers = {"s": SPAM, "h": HAM, "u": ()}
    imap = user.imap()
    for number, kind in enumerate(kinds, 1):
        imap.append(mailbox, message(f"apples {number}", "Fresh fruit.\n",
                                     headers[kind]), flags)


def filled(user, kinds, mailbox="INBOX"):
    put(user, kinds, mailbox)
    return user.imap(mailbox)


def asked(imap, program="TEXT apples", command="SEARCH"):
    """(numbers found, code)"""
    reply = imap.ok(command, program)
    line = " ".join(reply.lines(command.split()[-1]))
    return [int(number) for number in line.split()], reply.code


@pytest.fixture
def server(start):
    return start(settings=CLEAN)


# -------------------------------------------------------------- what is found

def test_a_typed_search_leaves_spam_out(server, storage):
    imap = filled(server.new_user(storage), "hsuss")
    for command in ("SEARCH", "UID SEARCH"):
        assert asked(imap, command=command) == \
            ([1, 3], "X-WINNOW SKIPPED 3")


def test_unknown_mail_is_not_left_out(server):
    assert asked(filled(server.new_user(), "uuu")) == ([1, 2, 3], None)


def test_spam_alone_is_shown(server, storage):
    imap = filled(server.new_user(storage), "shsh")
    assert asked(imap, 'OR SUBJECT "apples 1" SUBJECT "apples 3"') == \
        ([1, 3], "X-WINNOW SHOWN 2")
    assert asked(imap, "SUBJECT pears") == ([], None)


def test_flags_and_keywords_say_what_was_left_out(server):
    user = server.new_user()
    put(user, "hss")
    put(user, "ss", flags="\\Seen")
    put(user, "s", flags="\\Seen Work")
    imap = user.imap("INBOX")
    assert asked(imap) == ([1], "X-WINNOW SKIPPED 5")
    assert asked(imap, "UNSEEN TEXT apples") == ([1], "X-WINNOW SKIPPED 2")
    assert asked(imap, "KEYWORD Work TEXT apples") == ([6], "X-WINNOW SHOWN 1")
    assert asked(imap, "OR UNSEEN KEYWORD Work TEXT apples") == \
        ([1], "X-WINNOW SKIPPED 3")


def test_flagged_and_answered_messages_are_not_left_out(server, storage):
    user = server.new_user(storage)
    for flags in ("", "\\Flagged", "\\Answered", "\\Seen"):
        put(user, "s", flags=flags)
    assert asked(user.imap("INBOX")) == ([2, 3], "X-WINNOW SKIPPED 2")


def test_what_users_say_themselves_decides(server):
    user = server.new_user()
    for kind, word in ("s", "$NotJunk"), ("h", "$Junk"), ("u", "Junk"), \
            ("h", ""):
        put(user, kind, flags=word)
    imap = user.imap("INBOX")
    assert asked(imap) == ([1, 4], "X-WINNOW SKIPPED 2")
    imap.ok("STORE 4 +FLAGS ($Junk)")
    imap.ok("STORE 2 -FLAGS ($Junk)")
    assert asked(imap) == ([1, 2], "X-WINNOW SKIPPED 2")


def test_the_users_threshold_decides(start):
    server = start(settings={**CLEAN, "winnow_threshold": "90"})
    assert asked(filled(server.new_user(), "sh")) == ([1, 2], None)


def test_messages_without_a_record_are_judged(server, storage):
    user = server.new_user(storage)
    user.set_fields(winnow_enable="no")
    put(user, "shus")
    user.set_fields(winnow_enable="yes")
    imap = user.imap("INBOX")
    assert asked(imap) == ([2, 3], "X-WINNOW SKIPPED 2")
    assert asked(imap, '(OR SUBJECT "apples 1" SUBJECT "apples 4")') == \
        ([1, 4], "X-WINNOW SHOWN 2")


def test_an_empty_mailbox(server):
    assert asked(server.new_user().imap("INBOX")) == ([], None)


# ------------------------------------------------------- who and where it holds

def test_plain_is_the_default(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    assert asked(filled(server.new_user(), "sh")) == ([1, 2], None)


@pytest.mark.parametrize("mailbox", ["Junk", "Trash", "Drafts", "Sent"])
def test_special_mailboxes_are_searched_as_ever(server, mailbox):
    imap = filled(server.new_user(), "shs", mailbox)
    assert asked(imap) == ([1, 2, 3], None)


def test_other_mailboxes_are_as_the_inbox(server):
    user = server.new_user()
    assert asked(filled(user, "shs", "Archive")) == \
        ([2], "X-WINNOW SKIPPED 2")
    session = user.imap()
    session.ok("EXAMINE Archive")
    assert asked(session) == ([2], "X-WINNOW SKIPPED 2")


def test_virtual_mailboxes_are_searched_as_ever(start):
    user = start(settings=CLEAN, virtual=True).new_user()
    put(user, "shs")
    user.virtual_mailbox("All", "INBOX", "  ALL")
    assert asked(user.imap("Virtual/All")) == ([1, 2, 3], None)


def test_shared_mailboxes_are_searched_for_the_reader(start, storage):
    server = start(settings=CLEAN, storage=storage, shared=True)
    owner, reader = server.new_user(), server.new_user()
    owner.set_fields(winnow_enable="no")
    owner.imap().ok("CREATE Ours")
    put(owner, "shs", "Ours")
    owner.doveadm("acl set", "Ours", f"user={reader}", "lookup", "read",
                  "write-seen")
    session = reader.imap(f"shared/{owner}/Ours")
    for _ in range(2):
        assert asked(session) == ([2], "X-WINNOW SKIPPED 2")


def test_a_client_that_knows_winnow_is_left_alone(server):
    user = server.new_user()
    imap = filled(user, "shs")
    imap.ok("ENABLE X-WINNOW")
    assert asked(imap) == ([1, 2, 3], None)
    assert asked(user.imap("INBOX")) == ([2], "X-WINNOW SKIPPED 2")


@pytest.mark.parametrize("name, alone", [
    ("imapsync", True), ("OfflineIMAP", True), ("Thunderbird", False)])
def test_copying_programs_are_left_alone(server, name, alone):
    imap = filled(server.new_user(), "shs")
    imap.ok(f'ID ("version" "1.0" "name" "{name}")')
    assert asked(imap) == (([1, 2, 3], None) if alone else
                           ([2], "X-WINNOW SKIPPED 2"))


def test_clients_to_leave_alone_are_listed(start):
    server = start(settings={**CLEAN, "winnow_client_bypass":
                             "helpdesk Our?Archive"})
    user = server.new_user()
    put(user, "sh")
    for name, alone in (("helpdesk", True), ("our archive", True),
                        ("imapsync", False), ("", False)):
        imap = user.imap("INBOX")
        imap.ok(f'ID ("name" "{name}")')
        assert (asked(imap) == ([1, 2], None)) == alone, name


@pytest.mark.parametrize("identity", [
    "NIL", "()", '("name")', '("name" NIL)', '("os" "imapsync")',
    '(NIL "imapsync")', '(("name" "imapsync"))'])
def test_other_identities_say_nothing(server, identity):
    imap = filled(server.new_user(), "sh")
    imap.command(f"ID {identity}")
    assert asked(imap) == ([2], "X-WINNOW SKIPPED 1")


def test_the_preference_holds_at_once(start):
    server = start(settings={"winnow_scanner": "rspamd"}, metadata=True)
    imap = filled(server.new_user(), "sh")
    for value, answer in ("clean", ([2], "X-WINNOW SKIPPED 1")), \
            ("plain", ([1, 2], None)):
        imap.ok(f'SETMETADATA "" ({PREFERENCE} {value})')
        assert asked(imap) == answer


def test_it_needs_no_capability(start):
    server = start(settings={**CLEAN, "winnow_capability": ""})
    assert asked(filled(server.new_user(), "sh")) == \
        ([2], "X-WINNOW SKIPPED 1")


def test_where_winnow_is_off_nothing_is_left_out(start):
    server = start(settings={**CLEAN, "winnow_enable": "no"})
    assert asked(filled(server.new_user(), "sh")) == ([1, 2], None)


# ------------------------------------------------------------- what never sees it

def test_other_commands_see_all_messages(server, storage):
    user = server.new_user(storage)
    imap = filled(user, "shs")
    assert asked(imap)[1] == "X-WINNOW SKIPPED 2"
    assert len(imap.fetch("1:*", "FLAGS")) == 3
    assert imap.status("INBOX", "MESSAGES", "UNSEEN") == \
        {"MESSAGES": 3, "UNSEEN": 3}
    assert len(imap.ok("STORE 1:* +FLAGS (\\Seen)").untagged) == 3
    imap.ok("COPY 1:* Archive")
    assert user.imap("Archive").search("ALL") == [1, 2, 3]
    imap.ok("STORE 1,3 +FLAGS (\\Deleted)")
    assert imap.ok("EXPUNGE").untagged[:2] == [b"* 3 EXPUNGE", b"* 1 EXPUNGE"]


def test_doveadm_sees_all_messages(server):
    user = server.new_user()
    put(user, "shs")
    assert len(user.doveadm("search", "mailbox", "INBOX", "TEXT",
                            "apples").split("\n")) == 4


def test_what_is_saved_is_what_was_shown(server):
    user = server.new_user()
    imap = filled(user, "shsh")
    reply = imap.ok("SEARCH RETURN (SAVE) TEXT apples")
    assert reply.code == "X-WINNOW SKIPPED 2"
    assert imap.search("$") == [2, 4]
    imap.ok("MOVE $ Archive")
    assert imap.search("ALL") == [1, 2]
    assert imap.ok("SEARCH RETURN (SAVE) TEXT apples").code == \
        "X-WINNOW SHOWN 2"
    assert imap.search("$") == [1, 2]


def test_live_results_have_all_messages(server):
    user = server.new_user()
    imap = filled(user, "sh")
    reply = imap.ok("UID SEARCH RETURN (UPDATE ALL) TEXT apples")
    assert reply.lines("ESEARCH")[0].endswith("UID ALL 1:2")
    assert reply.code is None
    put(user, "s")
    assert any(b"ADDTO (0 3)" in line for line in imap.ok("NOOP").untagged)


# ---------------------------------------------------------------- one code a line

def test_another_code_keeps_its_place(server):
    user = server.new_user()
    put(user, "shs")
    imap = user.imap()
    imap.ok("ENABLE QRESYNC")
    imap.select()
    for program, code in ("TEXT apples", b"[X-WINNOW SKIPPED 2]"), \
            ('SUBJECT "apples 1"', b"[X-WINNOW SHOWN 1]"):
        user.imap().append("INBOX", message("pears", "Sweet.\n", HAM))
        reply = imap.ok("UID SEARCH", program)
        assert reply.code.startswith("HIGHESTMODSEQ")
        assert reply.untagged[-1].startswith(b"* OK " + code)


def test_a_search_that_fails_has_no_code(server):
    imap = filled(server.new_user(), "sh")
    assert imap.bad("SEARCH TEXT apples SENTON never").code is None
    assert imap.no("SEARCH CHARSET X-NONE TEXT apples").code == "BADCHARSET"
    assert imap.bad("UID SORT (COLOUR) UTF-8 TEXT apples").code is None
    # what was expected of those holds for no later one
    assert asked(imap, "ALL") == ([1, 2], None)
    assert asked(imap) == ([2], "X-WINNOW SKIPPED 1")


def test_commands_in_a_row_keep_apart(server):
    user = server.new_user()
    imap = filled(user, "shss")
    programs = {"TEXT apples": "X-WINNOW SKIPPED 3", "ALL": None,
                'SUBJECT "apples 1"': "X-WINNOW SHOWN 1",
                "TEXT fruit FLAGGED": None}
    tags = {program: imap.start("UID SEARCH", program) for program in programs}
    for program, tag in tags.items():
        assert imap.finish(tag).code == programs[program]
