"""Winnow's features in pairs: named filters, transparent search, ESEARCH and
the preferences, each with each of the others."""

import itertools
import re

import pytest

from clean_reference import Program, answer, is_filtered, left_out
from esearch_client import expand, responses
from filter_store import put as put_filter
from idle_client import QUIET, IdleClient
from reader_view import View, append, make, numbered, threaded
from test_clean_threads import tree
from test_idle_where import OWN_FLAGS
from test_record_filling import share

SETTINGS = {"winnow_scanner": "rspamd"}
CLEAN = {**SETTINGS, "winnow_search": "clean"}
ENTRIES = "/private/vendor/vendor.winnow"
#: {name: value}; f1 to f3 are a chain
FILTERS = {
    "apples": "TEXT apples", "f1": "FILTER f2", "f2": "UNSEEN FILTER f3",
    "f3": "SUBJECT apples", "two": "SUBJECT apples UNSEEN",
    "either": "OR SUBJECT plums FILTER f3", "unread": "UNSEEN",
    "few": "UID 1:9",
    "junk": "(X-WINNOW SPAM)", "said": "UNKEYWORD $Junk",
    "bodies": "(OR BODY fruit BODY stone)", "nothing": 'TEXT ""'}
#: programs of which some are typed and some are not, with and without filters
PROGRAMS = [
    "FILTER apples", "UNSEEN FILTER apples", "NOT FILTER apples",
    "NOT (FILTER two)", "NOT FILTER two", "NOT FILTER unread FILTER apples",
    "FILTER f1", "NOT (NOT (FILTER f1))", "OR FILTER f3 FILTER bodies",
    "FILTER either BODY stone", "FILTER few FILTER apples",
    "FILTER junk FILTER apples", "FILTER said FILTER apples",
    "FILTER spam TEXT apples", "FILTER not-spam TEXT apples",
    "FILTER unscanned FILTER apples", "FILTER unread", "FILTER nothing",
    "FILTER nothing FILTER bodies", "FUZZY FILTER bodies",
    "FILTER apples SUBJECT pears", "FILTER unread SUBJECT lonely",
    "(FILTER apples) FILTER apples", "KEYWORD Work FILTER f3"]
#: what winnow ships
SHIPPED = {"spam": "(X-WINNOW SPAM)", "not-spam": "(NOT X-WINNOW SPAM)",
           "unscanned": "(X-WINNOW UNKNOWN)"}


def expanded(program):
    """With what its filters say in their place."""
    values = {**FILTERS, **SHIPPED}
    while "FILTER " in program:
        program = re.sub(r"FILTER ([\w-]+)", lambda match: values[
            match.group(1)], program)
    return program


def mails(mailbox="INBOX"):
    """Spam, ham and unscanned mail about several things."""
    out = []
    for number, (score, flags) in enumerate([
            (9, ""), (1, ""), (None, ""), (7, "\\Seen"), (2, "\\Seen"),
            (9, "\\Flagged"), (9, "$NotJunk"), (1, "$Junk"), (None, "Junk"),
            (8, "Work"), (3, "Work"), (8, "\\Answered \\Seen")]):
        subject = "lonely" if number == 9 else \
            "apples" if number % 3 else "pears"
        out.append(make(score, f"{subject} {number}", mailbox=mailbox,
                        body=f"Some {'stone' if number % 4 else 'other'} "
                             "fruit, apples.\n", flags=flags))
    return out


@pytest.fixture
def user(start):
    return start(settings=CLEAN, metadata=True).new_user()


def session_with(user, put):
    imap = user.imap("INBOX")
    append(imap, put)
    for name, value in FILTERS.items():
        put_filter(imap, name, value)
    imap.ok("NOOP")
    numbered(imap, put)
    return imap


# -------------------------------------------------------- filters and `clean`

def says(reply, keyword):
    """What was answered, whatever the tag."""
    return [re.sub(r'TAG "\w+"', "TAG", line) for line in
            reply.lines(keyword)], reply.code


def ways(session, program):
    """{command: (what it said, its code)}"""
    out = {}
    for command, keyword in (
            ("SEARCH", "SEARCH"), ("UID SEARCH CHARSET UTF-8", "SEARCH"),
            ("SEARCH RETURN (ALL COUNT MIN MAX)", "ESEARCH"),
            ("UID SEARCH RETURN (PARTIAL 1:2)", "ESEARCH"),
            ("SORT (SIZE) UTF-8", "SORT"),
            ("UID SORT (REVERSE X-WINNOW) US-ASCII", "SORT"),
            ("UID SORT RETURN (COUNT) (SUBJECT) UTF-8", "ESEARCH"),
            ("UID THREAD REFERENCES UTF-8", "THREAD"),
            ("THREAD ORDEREDSUBJECT UTF-8", "THREAD"),
            ("ESEARCH", "ESEARCH"),
            ("ESEARCH IN (personal) RETURN (COUNT)", "ESEARCH")):
        said, code = says(session.ok(command, program), keyword)
        out[command] = ([tree(line) for line in said]
                        if keyword == "THREAD" else said), code
    reply = session.ok("UID SEARCH RETURN (SAVE)", program)
    out["$"] = session.uid_search("$"), reply.code
    return out


def expected(program, view):
    """By the reference: the UIDs and the code of any of them."""
    tree_of = Program(program)
    plain = view.matching(tree_of)
    if not is_filtered(tree_of):
        return [mail.uid for mail in plain], None
    found = answer(tree_of, view.mails, plain, view.is_spam)
    return [mail.uid for mail in found.found], found.code


def test_a_filter_is_filtered_as_what_it_says(user):
    """In every command that takes a program, and by every rule."""
    put = mails()
    session = session_with(user, put)
    view = View(put)
    filtered = 0
    for program in PROGRAMS:
        plain = expanded(program)
        said = ways(session, program)
        assert said == ways(session, plain), program
        uids, code = expected(plain, view)
        assert said["$"] == (uids, code), program
        assert said["ESEARCH"][1] == code, program
        filtered += code is not None
    assert 9 <= filtered <= len(PROGRAMS) - 9


def test_a_filter_that_is_changed_is_filtered_by_what_it_says_now(user):
    put = mails()
    session = session_with(user, put)
    view = View(put)
    for value in ("SUBJECT apples", "UID 1:* SUBJECT apples", "UNSEEN",
                  "UID 1:9 SUBJECT apples", "X-WINNOW SPAM SUBJECT apples"):
        put_filter(session, "changing", value)
        reply = session.ok("UID SEARCH RETURN (SAVE) FILTER changing")
        assert (session.uid_search("$"), reply.code) == expected(value, view)


def test_a_live_filter_shows_all(user):
    """Of a live result nothing is left out, and all that comes is told."""
    put = mails()
    session = session_with(user, put)
    for command in ("UID SEARCH RETURN (UPDATE ALL) FILTER f3",
                    "ESEARCH RETURN (UPDATE ALL) FILTER f3"):
        reply = session.ok(command)
        (line,) = reply.lines("ESEARCH")
        uids = [mail.uid for mail in put
                if mail.header("Subject").startswith("apples")]
        assert reply.code is None
        assert expand(line.split(" ALL ")[1]) == uids
        more = make(9, "apples more")
        append(user.imap(), [more])
        told = session.ok("NOOP").lines("ESEARCH")
        put = numbered(session, put + [more])
        assert any(f"ADDTO (0 {more.uid})" in line for line in told), told
        session.ok(f'CANCELUPDATE "{reply.tag.decode()}"')


def test_an_undefined_filter_fails_a_clean_search(user):
    put = mails()
    session = session_with(user, put)
    for command in ("SEARCH", "UID SORT (SIZE) UTF-8",
                    "THREAD REFERENCES UTF-8", "ESEARCH IN (personal)"):
        reply = session.no(command, "FILTER nope TEXT apples")
        assert reply.code == "UNDEFINED-FILTER nope"
        assert reply.untagged == []
        # what was expected of that one holds for no other
        assert session.ok("SEARCH ALL").code is None
        assert session.ok("SEARCH TEXT apples").code == "X-WINNOW SKIPPED 5"


# -------------------------------------------------------- ESEARCH and `clean`

def found(reply):
    """({mailbox: UIDs}, code)"""
    return {one.mailbox: one.items["ALL"] for one in responses(reply)}, \
        reply.code


def test_each_mailbox_of_a_clean_esearch_is_filtered_by_its_own_rule(start):
    """Own and others' mailboxes are, virtual and special ones are not."""
    server = start(settings=CLEAN, shared=True, virtual=True,
                   extra=OWN_FLAGS)
    owner, reader = server.new_user(), server.new_user()
    own, theirs, sent = mails("Work"), mails("Ours"), mails("Sent")
    append(owner.imap(), theirs)
    session = reader.imap()
    append(session, own + sent)
    shared = share(owner, reader, "Ours")
    reader.virtual_mailbox("All", "Work", "  ALL")
    mine = reader.imap(shared)
    numbered(mine, theirs)
    for mail in theirs:
        mail.flags.discard("\\Seen")
    mine.ok("STORE 1,10 +FLAGS.SILENT (\\Seen)")
    theirs[0].flags.add("\\Seen")
    theirs[9].flags.add("\\Seen")
    numbered(reader.imap("Work"), own)
    numbered(reader.imap("Sent"), sent)
    all_of = {"Work": own, shared: theirs, "Sent": sent, "Virtual/All": own}
    listed = " ".join(f'"{name}"' for name in all_of)
    for program in ("TEXT apples", "UNSEEN TEXT apples", "SEEN SUBJECT apples",
                    "UNSEEN BODY stone FLAGGED", "KEYWORD Work BODY fruit"):
        assert found(session.ok(
            f"ESEARCH IN (mailboxes ({listed})) {program}")) == \
            expected_of_all(program, all_of, {"Work", shared})


def expected_of_all(program, all_of, filtered):
    """As found(), where spam of some mailboxes is left out and there are hits
    nevertheless."""
    tree_of, wanted, count = Program(program), {}, 0
    for name, put in all_of.items():
        view = View(put)
        skipped = left_out(tree_of, put, view.is_spam) \
            if name in filtered else []
        uids = [mail.uid for mail in view.matching(tree_of)
                if mail not in skipped]
        count += len(skipped)
        if uids:
            wanted[name] = uids
    return wanted, f"X-WINNOW SKIPPED {count}" if count else None


def test_a_second_look_over_mailboxes_of_every_kind(start):
    """It is taken only where none of them has anything."""
    server = start(settings=CLEAN, shared=True)
    owner, reader = server.new_user(), server.new_user()
    theirs = [make(9, "plums", mailbox="Ours"), make(1, "pears",
                                                     mailbox="Ours")]
    own = [make(9, "plums"), make(1, "apples"), make(9, "pears")]
    append(owner.imap(), theirs)
    append(reader.imap(), own)
    shared = share(owner, reader, "Ours")
    for selected in (None, "INBOX", shared):
        session = reader.imap(selected)
        command = f'ESEARCH IN (mailboxes (INBOX "{shared}")) SUBJECT'
        assert found(session.ok(f"{command} plums")) == \
            ({"INBOX": [1], shared: [1]}, "X-WINNOW SHOWN 2")
        assert found(session.ok(f"{command} pears")) == \
            ({shared: [2]}, "X-WINNOW SKIPPED 3")


def test_a_clean_esearch_in_an_index_of_words(start):
    """Spam with other words is not counted where an index knows the words."""
    user = start(settings=CLEAN, fts=True, metadata=True).new_user()
    put = [make(9, "plums"), make(1, "apples", body="Ripe plums.\n"),
           make(9, "other", body="Nothing.\n"),
           make(9, "cherries", mailbox="Work"),
           make(9, "plums", mailbox="Junk"), make(1, "late", mailbox="Work")]
    session = user.imap()
    append(session, put)
    for mailbox in ("INBOX", "Work", "Junk"):
        user.doveadm("index", mailbox)
    put_filter(session, "ripe", "TEXT plums")
    for program in ("TEXT plums", "FILTER ripe"):
        uids, code = found(session.ok("ESEARCH IN (personal)", program))
        assert (uids, code) == ({"INBOX": [2]}, "X-WINNOW SKIPPED 2")
    assert found(session.ok("ESEARCH IN (personal) TEXT cherries")) == \
        ({"Work": [1]}, "X-WINNOW SHOWN 1")
    session.select("INBOX")
    reply = session.ok("UID SORT (X-WINNOW) UTF-8 FILTER ripe")
    assert (reply.lines("SORT"), reply.code) == (["2"], "X-WINNOW SKIPPED 1")
    assert threaded(session, "FILTER ripe") == [2]


def test_a_client_that_knows_winnow_searches_many_mailboxes_plainly(user):
    put = mails() + mails("Junk")
    session = session_with(user, put[:12])
    append(session, put[12:])
    session.ok("NOOP")
    session.ok("ENABLE X-WINNOW CONDSTORE")
    for program in ("TEXT apples", "FILTER apples", "FILTER f1"):
        hits, code = found(session.ok("ESEARCH IN (personal)", program))
        assert code is None and sorted(hits) == ["INBOX", "Junk"]
        assert hits["INBOX"] == session.uid_search(program) == [
            mail.uid for mail in View(put[:12]).matching(
                Program(expanded(program)))]


# ------------------------------------------------- preferences with each other

def prefer(session, **values):
    """Set some of them with one command; None takes one away."""
    session.ok('SETMETADATA "" (' + " ".join(
        f"{ENTRIES}/{name} " + ("NIL" if value is None else f'"{value}"')
        for name, value in values.items()) + ")")


def check_preferences(session, put, search, threshold):
    """Everything but IDLE, in a session that has INBOX selected."""
    view = View(put, threshold)
    assert session.uid_search("X-WINNOW SPAM") == view.of_class("SPAM")
    assert session.uid_search("FILTER spam") == view.of_class("SPAM")
    assert session.fetch("1:*", "X-WINNOW") == {
        mail.seq: view.item(mail) for mail in put}
    view.check_status(session, "INBOX")
    for program in ("TEXT apples", "FILTER f1", "FILTER spam TEXT apples"):
        uids, code = expected(expanded(program), view)
        if search == "plain":
            uids, code = [mail.uid for mail in view.matching(
                Program(expanded(program)))], None
        for command in ("UID SEARCH RETURN (ALL)", "ESEARCH",
                        "UID SORT RETURN (ALL) (ARRIVAL) UTF-8"):
            reply = session.ok(command, program)
            (line,) = reply.lines("ESEARCH") or [" ALL NIL"]
            assert reply.code == code, program
            assert expand(line.split(" ALL ")[1]) == uids, program


@pytest.mark.parametrize("idle", ["all", "quiet"])
def test_every_preference_beside_every_other(start, idle):
    """Whatever the others are, and however they were set."""
    server = start(**{**QUIET, "settings": SETTINGS}, metadata=True)
    user = server.new_user()
    put = mails()
    session = session_with(user, put)
    client = IdleClient(user)
    for search, threshold in itertools.product(("plain", "clean"),
                                               (10, 50, 80)):
        prefer(session, idle=idle, search=search, threshold=threshold)
        check_preferences(session, put, search, threshold)
        prefer(client.imap, idle=idle)      # this one knows at once, too
        client.noop()
        client.fetch_new()
        client.idle()
        more = make(7.5, "apples")
        append(user.imap(), [more])
        if idle == "quiet" and threshold < 80:
            client.held(1)
        else:
            client.told(len(put) + 1)
        client.done()
        session.ok("NOOP")
        put = numbered(session, put + [more])
        assert len(client.uids) == len(put)
        check_preferences(session, put, search, threshold)
    prefer(session, idle=None, search=None, threshold=None)
    check_preferences(session, put, "plain", 50)


def test_one_that_is_taken_away_leaves_the_others(user):
    put = mails()
    session = session_with(user, put)
    prefer(session, search="plain", threshold="80", idle="quiet")
    check_preferences(session, put, "plain", 80)
    prefer(session, search=None)            # the site's default is clean
    check_preferences(session, put, "clean", 80)
    prefer(session, threshold=None)
    check_preferences(session, put, "clean", 50)
    bad = session.no(f'SETMETADATA "" ({ENTRIES}/search "plain" '
                     f'{ENTRIES}/threshold "0" {ENTRIES}/idle "quiet")')
    assert bad.code == "CANNOT"
    check_preferences(session, put, "clean", 50)


def test_what_the_administrator_forbids_is_forbidden_as_a_whole(start):
    server = start(settings=CLEAN, metadata=True)
    user = server.new_user()
    put = mails()
    session = session_with(user, put)
    prefer(session, search="plain", threshold="80", idle="quiet")
    user.set_fields(winnow_user_settings="no", winnow_threshold="10")
    session = user.imap("INBOX")
    check_preferences(session, put, "clean", 10)
    for name, value in (("search", "plain"), ("threshold", "50"),
                        ("idle", "all")):
        assert session.no(f'SETMETADATA "" ({ENTRIES}/{name} "{value}")'
                          ).code == "CANNOT"
    # filters are none of them
    put_filter(session, "mine", "SUBJECT pears")
    assert session.ok("UID SEARCH FILTER mine").code == expected(
        "SUBJECT pears", View(put, 10))[1]
    user.set_fields(winnow_user_settings="yes", winnow_threshold="10")
    check_preferences(user.imap("INBOX"), put, "plain", 80)
