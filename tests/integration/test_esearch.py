"""ESEARCH (RFC 7377): what it says, and what it refuses. M1 to M10, M15, M19
to M23, M27, M29 to M31: lines of MULTISEARCH's checklist."""

import pytest

from esearch_client import found, nothing, response, responses
from harness import message, rspamd

SUBJECTS = {"INBOX": ["apple", "pear", "apple pie", "plum"],
            "Fruit": ["apple", "cherry"], "Fruit/Dried": ["raisin"],
            "Empty": []}


@pytest.fixture
def session(user):
    """Nothing is selected."""
    imap = user.imap()
    for name, subjects in SUBJECTS.items():
        if name != "INBOX":
            imap.ok("CREATE", name)
        for subject in subjects:
            imap.append(name, message(subject))
    return imap


def test_m01_the_capability_comes_with_the_command(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    imap = server.new_user().imap()
    assert "MULTISEARCH" in imap.ok("CAPABILITY").lines("CAPABILITY")[0].split()
    assert nothing(imap.command("ESEARCH IN (personal) ALL"))


@pytest.mark.parametrize("setting", [{"winnow_capability": "X-WINNOW"},
                                     {"winnow_enable": "no"}])
def test_m01_without_the_capability_the_command_is_unknown(start, setting):
    offered = start(settings={"winnow_scanner": "rspamd",
                              **setting}).new_user().imap()
    stock = start(winnow=False).new_user().imap()
    assert "MULTISEARCH" not in \
        offered.ok("CAPABILITY").lines("CAPABILITY")[0].split()
    stock.ok("CAPABILITY")
    for line in ("ESEARCH", "ESEARCH IN (personal) ALL", "UID ESEARCH ALL",
                 "ESEARCH IN (personal) SUBJECT {3+}\r\nxyz"):
        answers = [timeless(session.command(line).tagged)
                   for session in (offered, stock)]
        assert answers[0] == answers[1]
    # what follows the line was no part of it
    assert timeless(offered.read_response()) == timeless(stock.read_response())
    assert offered.ok("NOOP")


def timeless(line):
    return line.split(b" (0.")[0]


def test_m02_nothing_need_be_selected(session):
    assert found(session, "IN (personal) TEXT apple") == {
        "INBOX": [1, 3], "Fruit": [1]}


def test_m03_but_somebody_must_be_logged_in(winnow):
    imap = winnow.connect()
    imap.bad("ESEARCH IN (personal) ALL")


def test_m04_no_mailbox_is_selected(session):
    for line in ("ESEARCH UNSEEN", "ESEARCH IN (selected) UNSEEN",
                 "ESEARCH IN (selected personal) UNSEEN",
                 "ESEARCH RETURN (COUNT) UNSEEN"):
        assert session.bad(line).untagged == []


def test_m05_the_selected_mailbox_is_told_by_uids(session):
    session.select("INBOX")
    session.ok("STORE 1 +FLAGS (\\Deleted)")
    session.ok("EXPUNGE")
    session.ok("STORE 2 +FLAGS (\\Seen)")
    uidvalidity = session.status("Fruit", "UIDVALIDITY")["UIDVALIDITY"]
    reply = session.ok("ESEARCH UNSEEN")
    line, = reply.lines("ESEARCH")
    one, = responses(reply)
    assert line == (f'(TAG "{reply.tag.decode()}" MAILBOX INBOX UIDVALIDITY '
                    f'{one.uidvalidity}) UID ALL 2,4')
    assert found(session, "IN (selected) UNSEEN") == {"INBOX": [2, 4]}
    session.select("Fruit")
    one, = responses(session.ok("ESEARCH ALL"))
    assert (one.mailbox, one.uidvalidity) == ("Fruit", uidvalidity)


def test_m06_no_hit_no_response(session):
    for options in ("", "RETURN (COUNT) ", "RETURN (MIN MAX COUNT) ",
                    "RETURN (PARTIAL 1:5) ", "RETURN () "):
        assert nothing(session.command(
            f"ESEARCH IN (mailboxes Fruit) {options}SUBJECT zzz"))
    session.select("INBOX")
    assert nothing(session.command("ESEARCH RETURN (COUNT) SUBJECT zzz"))


def test_m07_one_response_for_each_mailbox_with_hits(session):
    reply = session.ok(
        'ESEARCH IN (mailboxes (INBOX Fruit/Dried "Fruit")) SUBJECT apple')
    answers = responses(reply)
    assert {one.mailbox: one.items["ALL"] for one in answers} == {
        "INBOX": [1, 3], "Fruit": [1]}
    for one in answers:
        assert one.uidvalidity == session.status(
            one.mailbox, "UIDVALIDITY")["UIDVALIDITY"]


def test_m08_numbers_of_each_mailbox(session):
    answers = responses(session.ok(
        "ESEARCH IN (personal) RETURN (MIN MAX COUNT) NOT SUBJECT pear"))
    assert {one.mailbox: one.items for one in answers} == {
        "INBOX": {"MIN": 1, "MAX": 4, "COUNT": 3},
        "Fruit": {"MIN": 1, "MAX": 2, "COUNT": 2},
        "Fruit/Dried": {"MIN": 1, "MAX": 1, "COUNT": 1}}


def test_m09_no_option_means_all(session):
    for options in ("", "RETURN () ", "RETURN (ALL) ", "RETURN (CONTEXT) "):
        assert found(session, f"IN (mailboxes Fruit) {options}ALL") == {
            "Fruit": [1, 2]}


def test_m10_a_part_of_each_mailbox(session):
    assert found(session, "IN (personal) RETURN (PARTIAL 1:2) ALL",
                 "PARTIAL") == {
        "INBOX": ("1:2", [1, 2]), "Fruit": ("1:2", [1, 2]),
        "Fruit/Dried": ("1:2", [1])}
    assert found(session, "IN (personal) RETURN (PARTIAL 4:3 COUNT) ALL",
                 "PARTIAL") == {
        "INBOX": ("3:4", [3, 4]), "Fruit": ("3:4", []),
        "Fruit/Dried": ("3:4", [])}
    session.bad("ESEARCH IN (personal) RETURN (ALL PARTIAL 1:2) ALL")
    session.bad("ESEARCH IN (personal) RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL")


@pytest.mark.parametrize("arguments", [
    "", "IN", "IN (personal)", "IN personal ALL", "IN () ALL", "IN ALL",
    "IN (selected-delayed) ALL", "IN (everything) ALL", "IN (personal x) ALL",
    "IN (personal (DEPTH 1)) ALL", "IN (personal ()) ALL", "IN ((a)) ALL",
    "IN (mailboxes) ALL", "IN (mailboxes ()) ALL", "IN (mailboxes (a (b))) ALL",
    "IN (subtree) ALL", "IN (subtree-one ()) ALL", 'IN ("personal") ALL',
    "RETURN (COUNT) IN (personal) ALL", "CHARSET UTF-8 IN (personal) ALL",
    "IN (personal) RETURN (NONSENSE) ALL", "IN (personal) RETURN (COUNT)",
    "IN (personal) RETURN COUNT ALL", "IN (personal) NONSENSE",
    "IN (personal) OR SEEN", "IN (personal) CHARSET", "IN (personal) NOT",
    "IN (personal) IN (personal) ALL", "IN (personal) RETURN (PARTIAL x) ALL",
    "IN (personal) (", "IN (personal) SUBJECT"])
def test_m15_arguments_that_are_none(session, arguments):
    session.select("INBOX")
    reply = session.bad("ESEARCH " + arguments)
    assert reply.untagged == []


def test_m19_a_saved_result(session):
    session.select("INBOX")
    assert nothing(session.command("ESEARCH RETURN (SAVE) SUBJECT apple"))
    assert session.uid_search("$") == [1, 3]
    assert found(session, "IN (selected) RETURN (SAVE COUNT) SUBJECT p",
                 "COUNT") == {"INBOX": 4}
    assert found(session, "$ SUBJECT pear") == {"INBOX": [2]}
    assert found(session, "RETURN (SAVE MIN) SUBJECT p", "MIN") == {"INBOX": 1}
    assert session.uid_search("$") == [1]
    for sources in ("personal", "selected personal", "mailboxes INBOX",
                    "subtree Fruit"):
        reply = session.bad(f"ESEARCH IN ({sources}) RETURN (SAVE) ALL")
        assert reply.untagged == []
    assert session.uid_search("$") == [1]
    assert nothing(session.command("ESEARCH RETURN (SAVE) SUBJECT zzz"))
    assert session.uid_search("$") == []


def test_m19_what_is_saved_is_of_the_selected_mailbox(session):
    session.select("INBOX")
    session.ok("SEARCH RETURN (SAVE) SUBJECT apple")
    for sources in ("personal", "mailboxes Fruit", "selected subtree Fruit"):
        reply = session.no(f"ESEARCH IN ({sources}) $")
        assert reply.untagged == [] and reply.code == "CANNOT"
    session.no("ESEARCH IN (personal) OR $ (SEEN NOT UID $)")
    assert session.uid_search("$") == [1, 3]
    session.no("ESEARCH RETURN (SAVE) CHARSET X-FOO SUBJECT x")
    assert session.uid_search("$") == []


def test_m19_pipelined_searches_take_turns_over_a_saved_result(session):
    session.select("INBOX")
    tags = [session.start(line) for line in (
        "ESEARCH RETURN (SAVE ALL) SUBJECT apple", "ESEARCH $ SUBJECT pie",
        "ESEARCH RETURN (SAVE) SUBJECT plum", "ESEARCH $", "UID SEARCH $")]
    lines = [line for tag in tags for line in session.finish(tag).untagged]
    assert [(one.tag.encode(), one.items["ALL"]) for one in (
        response(line[len(b"* ESEARCH "):].decode()) for line in lines
        if line.startswith(b"* ESEARCH"))] == [
        (tags[0], [1, 3]), (tags[1], [3]), (tags[3], [4])]
    assert lines[-1] == b"* SEARCH 4"


def test_m21_message_numbers_are_those_of_each_mailbox(session):
    assert found(session, "IN (personal) 2:100 FROM Sender") == {
        "INBOX": [2, 3, 4], "Fruit": [2]}
    assert nothing(session.command("ESEARCH IN (personal) 100:200 ALL"))
    assert found(session, "IN (personal) *") == {
        "INBOX": [4], "Fruit": [2], "Fruit/Dried": [1]}
    assert found(session, "IN (personal) UID 9:*") == {
        "INBOX": [4], "Fruit": [2], "Fruit/Dried": [1]}
    assert found(session, "IN (personal) NOT UID 1:3") == {"INBOX": [4]}
    session.select("INBOX")
    session.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
    session.ok("EXPUNGE")
    assert found(session, "IN (selected mailboxes Fruit) 2") == {
        "INBOX": [3], "Fruit": [2]}


def test_m22_pipelined(session):
    one = session.start("ESEARCH IN (personal) SUBJECT apple")
    two = session.start("ESEARCH IN (subtree Fruit) RETURN (COUNT) ALL")
    lines, ended = [], 0
    while ended < 2:
        line = session.read_response()
        ended += line.startswith((one, two))
        lines.append(line.decode())
    answers = [line for line in lines if line.startswith("* ESEARCH")]
    assert sorted(line.split()[3] for line in answers) == sorted(
        [f'"{one.decode()}"'] * 2 + [f'"{two.decode()}"'] * 2)


def test_m23_an_unknown_charset(session):
    reply = session.no("ESEARCH IN (personal) CHARSET X-FOO SUBJECT x")
    assert reply.code.startswith("BADCHARSET") and reply.untagged == []
    assert found(session, "IN (personal) CHARSET UTF-8 SUBJECT cherry") == {
        "Fruit": [2]}
    assert found(session, "IN (personal) CHARSET ISO-8859-1 SUBJECT cherry") \
        == {"Fruit": [2]}


def test_m27_too_many_mailboxes(start):
    user = start(settings={"winnow_scanner": "rspamd"},
                 extra="imap_max_line_length = 2M").new_user()
    imap = user.imap()
    imap.append("INBOX", message("one"))
    names = " ".join(f"{number:x}" for number in range(100000))
    assert found(imap, f"IN (mailboxes (INBOX INBOX {names[:1000]})) ALL") == {
        "INBOX": [1]}
    reply = imap.no(f"ESEARCH IN (mailboxes (INBOX {names})) ALL")
    assert reply.code == "LIMIT" and reply.untagged == []


def test_m30_modseq_of_each_mailbox(session):
    session.ok("ENABLE CONDSTORE")
    session.select("Fruit")
    session.ok("STORE 2 +FLAGS (\\Seen)")
    session.ok("UNSELECT")
    answers = {one.mailbox: one.items for one in responses(session.ok(
        "ESEARCH IN (personal) RETURN (ALL MIN) MODSEQ 1 ALL"))}
    assert set(answers) == {"INBOX", "Fruit", "Fruit/Dried"}
    assert all(items["MODSEQ"] > 0 for items in answers.values())
    highest = session.status("Fruit", "HIGHESTMODSEQ")["HIGHESTMODSEQ"]
    assert answers["Fruit"]["MODSEQ"] == highest
    assert found(session, f"IN (mailboxes Fruit) MODSEQ {highest}") == {
        "Fruit": [2]}
    assert nothing(session.command(
        f"ESEARCH IN (mailboxes Fruit) MODSEQ {highest + 1}"))


def test_m30_modseq_enables_condstore(session):
    session.ok("ESEARCH IN (mailboxes Fruit) MODSEQ 1")
    reply = session.select("Fruit")
    assert "MODSEQ" in str(session.ok("STORE 1 +FLAGS (\\Seen)"))
    assert any(b"HIGHESTMODSEQ" in line for line in reply.untagged)


def test_m31_all_comes_first(session):
    for options in ("COUNT MAX MIN ALL", "MIN MAX COUNT ALL", "ALL COUNT"):
        for one in responses(session.ok(
                f"ESEARCH IN (personal) RETURN ({options}) ALL")):
            assert one.order[0] == "ALL" and "COUNT" in one.order


def test_keys_of_winnow_work_in_all_mailboxes(user):
    imap = user.imap()
    imap.ok("CREATE Lists")
    for name in ("INBOX", "Lists", "Junk"):
        for score in (8.0, 1.0):
            imap.append(name, message("x", headers=rspamd(score)))
    assert found(imap, "IN (personal) X-WINNOW SPAM") == {
        "INBOX": [1], "Lists": [1], "Junk": [1, 2]}
    assert found(imap, "IN (personal) UNSEEN NOT X-WINNOW SPAM") == {
        "INBOX": [2], "Lists": [2]}
    assert found(imap, "IN (personal) X-WINNOW BY mailbox") == {"Junk": [1, 2]}


def test_relevancy_is_told_where_it_is_asked_for(session):
    answers = responses(session.ok(
        "ESEARCH IN (personal) RETURN (ALL RELEVANCY) FUZZY SUBJECT apple"))
    assert {one.mailbox: len(one.items["RELEVANCY"].split())
            for one in answers} == {"INBOX": 2, "Fruit": 1}
