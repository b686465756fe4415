"""The sources of ESEARCH (RFC 7377): which mailboxes are searched. M11 to M14,
M16 to M18, M24 to M26 and M33 are lines of MULTISEARCH's checklist."""

import os

import pytest

from esearch_client import found, nothing, responses
from harness import Literal, message
from harness.imap import quote

NAMES = ["Fruit", "Fruit/Apple", "Fruit/Apple/Red", "Fruit/Pear",
         "Fruitless", "Parent/Child", "Parent/Child/Grand", "Lists"]


def place(imap, *names):
    """One message in each of the mailboxes, which are made if need be."""
    for name in names:
        imap.command("CREATE", quote(name))
        imap.append(name, message("here"))


@pytest.fixture
def site(start):
    return start(settings={"winnow_scanner": "rspamd"}, virtual=True,
                 shared=True, public=True)


@pytest.fixture
def owner(site):
    """Somebody whose mailboxes others may see, more or less."""
    user = site.new_user()
    imap = user.imap()
    place(imap, "INBOX", "Both", "Read", "List", "None", "Both/Below")
    imap.user = user
    return imap


@pytest.fixture
def session(site, owner):
    user = site.new_user()
    for name, rights in (("Both", "lr"), ("Read", "r"), ("List", "l"),
                         ("Both/Below", "lr")):
        owner.ok("SETACL", name, user.name, rights)
    imap = user.imap()
    place(imap, "INBOX", *NAMES)
    imap.ok("DELETE", "Parent/Child")       # leaves Grand below nothing
    place(imap, f"Public/{user}", f"Public/{user}/Sub")
    user.virtual_mailbox("All", "*", "  all")
    imap.user, imap.owner = user, owner.user
    return imap


def searched(session, sources):
    """The mailboxes that a search through the sources has hits in."""
    return sorted(found(session, f"IN ({sources}) ALL"))


def personal(session):
    return sorted(set(["INBOX"] + NAMES) - {"Parent/Child"})


def test_m11_selected(session):
    session.select("Lists")
    assert searched(session, "selected") == ["Lists"]
    assert searched(session, "SELECTED mailboxes Fruit") == ["Fruit", "Lists"]


def test_m11_personal_and_inboxes(session):
    for sources in ("personal", "inboxes", "PERSONAL", "InBoxes",
                    "inboxes personal"):
        assert searched(session, sources) == personal(session)


def test_m11_subscribed(session):
    public, shared = f"Public/{session.user}", f"shared/{session.owner}"
    for name in ("Fruit/Pear", "Lists", "Gone", public, f"{shared}/Both",
                 f"{shared}/Read", f"{shared}/None"):
        session.command("SUBSCRIBE", quote(name))
    session.ok("CREATE", "Gone")
    session.ok("SUBSCRIBE", "Gone")
    session.ok("DELETE", "Gone")
    wanted = sorted(["Fruit/Pear", "Lists", public, f"{shared}/Both"])
    assert searched(session, "subscribed") == wanted
    assert searched(session, "Subscribed subscribed") == wanted


def test_m11_mailboxes(session):
    for sources, wanted in (
            ("mailboxes Fruit", ["Fruit"]), ('Mailboxes "Fruit"', ["Fruit"]),
            ("MAILBOXES (Fruit Lists)", ["Fruit", "Lists"]),
            ("mailboxes (inbox)", ["INBOX"]),
            ("mailboxes Lists mailboxes (Fruit)", ["Fruit", "Lists"]),
            (f"mailboxes shared/{session.owner}/Both",
             [f"shared/{session.owner}/Both"]),
            (f"mailboxes Public/{session.user}", [f"Public/{session.user}"])):
        assert searched(session, sources) == wanted


def test_m11_together(session):
    session.select("INBOX")
    assert searched(session, "selected subtree Fruit mailboxes (Lists) "
                    "subtree-one Parent/Child") == sorted(
        ["INBOX", "Fruit", "Fruit/Apple", "Fruit/Apple/Red", "Fruit/Pear",
         "Lists", "Parent/Child/Grand"])


def test_m12_subtrees(session):
    fruit = [name for name in NAMES if name.split("/")[0] == "Fruit"]
    assert searched(session, "subtree Fruit") == sorted(fruit)
    assert searched(session, "Subtree (Fruit)") == sorted(fruit)
    assert searched(session, "subtree-one Fruit") == [
        "Fruit", "Fruit/Apple", "Fruit/Pear"]
    assert searched(session, "SUBTREE-ONE (Fruit Lists)") == [
        "Fruit", "Fruit/Apple", "Fruit/Pear", "Lists"]
    assert searched(session, "subtree Fruit/Apple subtree-one Fruit") == \
        sorted(fruit)
    assert searched(session, "subtree (Fruit/Pear Fruit/Pear)") == [
        "Fruit/Pear"]


def test_m12_subtrees_of_other_namespaces(session):
    public = f"Public/{session.user}"
    assert searched(session, f"subtree {public}") == [public, f"{public}/Sub"]
    assert {public, f"{public}/Sub"} <= set(searched(session,
                                                     "subtree Public"))
    shared = f"shared/{session.owner}"
    visible = [f"{shared}/Both", f"{shared}/Both/Below"]
    assert searched(session, f"subtree {shared}") == visible
    assert searched(session, f"subtree-one {shared}") == visible[:1]
    assert set(visible) <= set(searched(session, "subtree shared"))
    everything = searched(session, 'subtree ""')
    assert set(personal(session) + visible + [public]) <= set(everything)
    assert searched(session, 'subtree-one ""') == [
        "Fruit", "Fruitless", "INBOX", "Lists"]


def test_m13_a_root_need_not_be_a_mailbox(session):
    assert searched(session, "subtree Parent") == ["Parent/Child/Grand"]
    assert searched(session, "subtree-one Parent") == []
    assert searched(session, "subtree-one Parent/Child") == [
        "Parent/Child/Grand"]
    assert searched(session, "subtree Nowhere") == []


def test_m14_there_are_no_wildcards(session):
    for sources in ('mailboxes "%"', 'mailboxes "*"', 'mailboxes ("Fru*" "%")',
                    'subtree "%"', 'subtree-one "F%"'):
        assert nothing(session.command(f"ESEARCH IN ({sources}) ALL"))
    place(session, "a%", "a%/b*")
    assert searched(session, 'mailboxes "a%"') == ["a%"]
    assert searched(session, 'subtree "a%"') == ["a%", "a%/b*"]


def raw(session, line):
    """The answer to a line, always with the same tag, without its times."""
    session.send(b"same " + line.encode() + b"\r\n")
    answer = b""
    while not answer.startswith(b"same ") and b"\nsame " not in answer:
        answer += session.read_response() + b"\n"
    return answer.split(b" (0.")[0]


def test_m16_no_right_is_as_no_mailbox(session):
    shared = f"shared/{session.owner}"
    for sources in ("mailboxes {}", "subtree {}", "subtree-one {}",
                    "mailboxes ({} Fruit)", "mailboxes (INBOX {})"):
        for command in ("ESEARCH IN ({}) ALL", "ESEARCH IN ({}) NOT 1:9",
                        "ESEARCH IN ({}) RETURN (COUNT) UNSEEN"):
            nowhere = raw(session, command.format(
                sources.format(f"{shared}/Nowhere")))
            for hidden in ("None", "List"):
                assert raw(session, command.format(
                    sources.format(f"{shared}/{hidden}"))) == nowhere


def test_m16_names_that_none_can_have(session):
    for name in ("shared", f"shared/{session.owner}", "Parent", "Fruit/",
                 "Public/none/none", "/Fruit", "a//b", '"&AAA-"', '"&&&"',
                 '"../u1"', '""', '"' + "x" * 200 + '"'):
        assert nothing(session.command(
            f"ESEARCH IN (mailboxes {name}) ALL")), name


def test_m16_only_who_is_named_need_not_be_listed(session):
    shared = f"shared/{session.owner}"
    assert searched(session, f"mailboxes {shared}/Read") == [f"{shared}/Read"]
    for sources in ("personal", 'subtree ""', f"subtree {shared}",
                    f"subtree {shared}/Read", f"subtree-one {shared}/Read",
                    f"subtree-one {shared}"):
        assert f"{shared}/Read" not in searched(session, sources)
    for hidden in ("None", "List"):
        assert nothing(session.command(
            f"ESEARCH IN (mailboxes {shared}/{hidden}) ALL"))


def test_m16_a_mailbox_that_nobody_may_read_is_not_told_by_its_counts(session,
                                                                      owner):
    """Dovecot's list index knows its counts."""
    owner.ok("STATUS None (MESSAGES UNSEEN)")
    shared = f"shared/{session.owner}"
    for program in ("ALL", "UNSEEN", "NOT SEEN", "1:*", "UID 1"):
        assert nothing(session.command(
            f"ESEARCH IN (mailboxes {shared}/None) {program}"))


def test_m17_a_mailbox_is_searched_once(session):
    session.select("INBOX")
    for sources in ("mailboxes (Fruit Fruit) personal",
                    "personal inboxes subtree Fruit",
                    'selected personal mailboxes (inbox "INBOX" InBox)'):
        names = [one.mailbox for one in responses(
            session.ok(f"ESEARCH IN ({sources}) ALL"))]
        assert len(names) == len(set(names))
        assert sorted(names) == personal(session)


def test_m18_the_session_stays_as_it_is(site):
    user = site.new_user()
    imap = user.imap()
    place(imap, "INBOX", "Fruit")
    before_status = imap.status("Fruit", "RECENT", "UNSEEN")
    imap.select("INBOX")
    before = imap.fetch("1:*", "(UID FLAGS)")
    assert "\\Recent" in before[1]
    user.lmtp(message("later"))             # not yet announced
    reply = imap.ok("ESEARCH IN (selected mailboxes (Fruit INBOX)) "
                    "BODY Hello")
    assert {one.mailbox: one.items["ALL"] for one in responses(reply)} == {
        "INBOX": [1], "Fruit": [1]}
    assert not reply.lines("2")
    told = imap.ok("FETCH 1 (UID FLAGS)")
    assert f"* 1 FETCH ({before[1]})".encode() in told.untagged
    assert "EXISTS" in told.lines("2") + imap.ok("NOOP").lines("2")
    assert found(imap, "*") == {"INBOX": [2]}
    other = user.imap()
    assert other.status("Fruit", "RECENT", "UNSEEN") == before_status
    assert "\\Recent" in (other.select("Fruit") and
                          other.fetch("1", "FLAGS")[1])


def test_m18_a_mailbox_of_the_future_is_not_made(site):
    user = site.new_user()
    imap = user.imap()
    assert nothing(imap.command("ESEARCH IN (personal mailboxes Junk) ALL"))
    assert not list(user.home.rglob("Junk"))


ODD_NAMES = ["with space", 'with "quotes"', "back\\slash", "(parens)", "a]b",
             "in%side", "st*r", "{5}", "ti~lde", "NIL", "personal",
             "Entw&APw-rfe", "&ZeVnLIqe-", "&- and", "tab'le"]


@pytest.mark.parametrize("storage", ["sdbox", "maildir"])
def test_m24_m25_names_are_those_of_list(site, storage):
    imap = site.new_user(storage).imap()
    place(imap, *ODD_NAMES)
    for name in ODD_NAMES:
        for written in ([quote(name)], [Literal(name.encode())]):
            one, = responses(imap.ok("ESEARCH IN (mailboxes", *written[:-1],
                                     *closed(written[-1])))
            assert one.mailbox == name
    answers = responses(imap.ok("ESEARCH IN (personal) ALL"))
    assert sorted(one.mailbox for one in answers) == sorted(ODD_NAMES)
    lines = imap.ok('LIST "" *').lines("LIST")
    for line in imap.ok("ESEARCH IN (personal) ALL").lines("ESEARCH"):
        name = line.split(" MAILBOX ")[1].split(" UIDVALIDITY ")[0]
        assert any(listed.endswith(f' "/" {name}') for listed in lines)


@pytest.mark.series("2.4")
def test_m24_names_under_utf8_accept(start):
    """UTF-8 is understood, and a name is told as LIST tells it."""
    user = start(settings={"winnow_scanner": "rspamd"},
                 extra="mail_utf8_extensions = yes\n").new_user()
    imap = user.imap()
    place(imap, "Entw&APw-rfe", "Entw&APw-rfe/&ZeVnLIqe-", "a&-b", "INBOX")
    imap.ok("ENABLE UTF8=ACCEPT")
    listed = {line.split(' "/" ')[1] for line in
              imap.ok('LIST "" *').lines("LIST")}
    for sources, count in (
            ('mailboxes "Entw\u00fcrfe"', 1), ("mailboxes Entw&APw-rfe", 1),
            ('mailboxes ("Entw\u00fcrfe" "Entw\u00fcrfe/\u65e5\u672c\u8a9e")', 2),
            ('subtree "Entw\u00fcrfe"', 2), ('subtree-one "Entw\u00fcrfe"', 2),
            ('mailboxes ("Entw\u00fcrfe" Entw&APw-rfe)', 1),
            ("mailboxes a&-b", 1), ('mailboxes "a&b"', 1), ("personal", 4)):
        lines = imap.ok(f"ESEARCH IN ({sources}) ALL".encode()).lines("ESEARCH")
        names = {line.split(" MAILBOX ")[1].split(" UIDVALIDITY ")[0]
                 for line in lines}
        assert len(names) == len(lines) == count and names <= listed, sources
    assert nothing(imap.command(b'ESEARCH IN (mailboxes "Entw\xfcrfe") ALL'))
    imap.bad("ESEARCH IN (personal) CHARSET UTF-8 ALL")


def closed(argument):
    """The last name, and what ends the list."""
    if isinstance(argument, Literal):
        return [argument, ") ALL"]
    return [argument + ") ALL"]


@pytest.mark.parametrize("tag", ["1", "007", "a.b-c", "!x&y'z"])
def test_m25_tags_are_quoted(session, tag):
    session.send(tag.encode() + b" ESEARCH IN (mailboxes Fruit) ALL\r\n")
    line = session.read_response()
    assert line.startswith(b'* ESEARCH (TAG "%s" MAILBOX Fruit UIDVALIDITY ' %
                           tag.encode())
    assert session.read_response().startswith(tag.encode() + b" OK ")


def test_m26_a_loop_ends(winnow):
    user = winnow.new_user("sdbox")
    imap = user.imap()
    place(imap, "Loop", "Loop/Inner", "Other")
    root = user.path("Loop").parent
    os.symlink("../Loop", root / "again")
    os.symlink("../..", root / "Inner" / "up")
    winnow.allow_log("Too many levels of symbolic links|Not a directory")
    for sources in ("subtree Loop", "personal"):
        names = sorted(found(user.imap(), f"IN ({sources}) ALL"))
        assert {"Loop", "Loop/Inner"} <= set(names)
        assert len(names) < 30
        assert not [name for name in names if name.count("again") > 1]


def test_m33_virtual_mailboxes_are_searched_when_they_are_named(session):
    for sources in ("personal", "inboxes", 'subtree ""', "subtree Virtual",
                    "subtree Virtual/All", "subtree-one Virtual"):
        assert "Virtual/All" not in searched(session, sources)
    session.command("SUBSCRIBE Virtual/All")
    assert "Virtual/All" not in searched(session, "subscribed")
    hits = found(session, "IN (mailboxes Virtual/All) ALL")
    assert len(hits["Virtual/All"]) == len(personal(session))
    session.select("Virtual/All")
    assert found(session, "ALL") == hits
    assert len(found(session, "IN (selected personal) ALL")) == \
        len(personal(session)) + 1


def test_m33_a_hidden_namespace_is_searched_when_it_is_named(start):
    hidden = {
        "2.3": "namespace hidden {\n  prefix = Hidden/\n  separator = /\n"
               "  list = no\n  location = sdbox:~/hidden\n}",
        "2.4": "namespace hidden {\n  prefix = Hidden/\n  separator = /\n"
               "  list = no\n  mail_driver = sdbox\n  mail_path = ~/hidden\n}"}
    imap = start(settings={"winnow_scanner": "rspamd"},
                 extra=hidden).new_user().imap()
    place(imap, "INBOX", "Hidden/a", "Hidden/a/b")
    for sources in ("personal", 'subtree ""'):
        assert searched(imap, sources) == ["INBOX"]
    assert searched(imap, "mailboxes Hidden/a") == ["Hidden/a"]
    assert searched(imap, "subtree Hidden") == ["Hidden/a", "Hidden/a/b"]
    assert searched(imap, "subtree Hidden/a/b") == ["Hidden/a/b"]
