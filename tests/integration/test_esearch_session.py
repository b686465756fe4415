"""ESEARCH in the life of a session: M20, M28 and M32 of MULTISEARCH's
checklist, and what a long search must not hold up."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from esearch_client import found, responses
from harness import message, valgrind, wait_for
from harness.config import MAIL_UID
from harness.dovecot import session_processes

#: A mailbox that takes seconds to be searched for words
LARGE, COUNT = 60_000 if valgrind.wanted() else 2_000_000, 100


REQUESTS = (("2.3", "service_count"), ("2.4", "restart_request_count"))
#: A process for each session, under valgrind too.
OWN_PROCESS = {series: f"service imap {{\n  {setting} = 1\n}}"
               for series, setting in REQUESTS}


@pytest.fixture
def server(start):
    return start(settings={"winnow_scanner": "rspamd"}, extra=OWN_PROCESS)


@pytest.fixture
def slow(server):
    """A user whose mailbox Slow holds one large message many times."""
    return fill_slow(server.new_user("maildir"))


def fill_slow(user, hidden=b"=?\r\n"):
    """What is hidden in a message has it searched with all of its text."""
    imap = user.imap()
    imap.ok("CREATE Slow")
    imap.ok("CREATE Quick")
    imap.append("Quick", message("quick", body="needle\n"))
    imap.append("INBOX", message("inbox", body="needle\n"))
    folder = user.path("Slow") / "cur"
    first = folder / "1000000000.M0P1.host:2,S"
    line = b"hay hay hay hay hay hay hay hay hay hay hay hay hay\r\n"
    first.write_bytes(message("slow", body=hidden +
                              line * (LARGE // len(line))))
    os.chown(first, MAIL_UID, MAIL_UID)
    for number in range(1, COUNT):
        os.link(first, folder / f"1000000000.M{number}P1.host:2,S")
    return user


def running(session):
    """The process of a session that is searching."""
    session.wait_for = session.next_tag()
    session.send(session.wait_for + b" NOOP\r\n")
    while not session.read_response().startswith(session.wait_for):
        pass


def imap_processes(server):
    found = set()
    for pid in session_processes(server.master.pid):
        try:
            if b"/imap\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
        except OSError:
            pass
    return found


def session_with_process(user):
    before = imap_processes(user.dovecot)
    imap = user.imap()
    process, = imap_processes(user.dovecot) - before
    return imap, process


def test_m28_other_commands_run_beside_a_long_search(slow):
    imap = slow.imap("INBOX")
    imap.send(b"es ESEARCH IN (personal) TEXT needle\r\n")
    lines = []
    for line in ("NOOP", "UID SEARCH ALL", "SELECT Quick", "FETCH 1 (UID)",
                 "STATUS Slow (MESSAGES)", "UNSELECT", "SELECT INBOX", "IDLE"):
        if line == "IDLE":
            tag = imap.start(line)
            while not lines[-1].startswith(b"+ "):
                lines.append(imap.read_response())
            reply = imap.done(tag)
        else:
            reply = imap.command(line)
        assert reply.ok, reply
        lines += reply.untagged + [reply.tagged]
    while not any(line.startswith(b"es ") for line in lines):
        lines.append(imap.read_response())
    answers = {line.split()[5] for line in lines if b"* ESEARCH" in line}
    assert answers == {b"INBOX", b"Quick"}
    assert imap.uid_search("ALL") == [1]


def test_m28_the_answers_are_complete_whatever_ran_beside(slow):
    imap = slow.imap("INBOX")
    lines = []
    imap.send(b"es ESEARCH IN (personal) RETURN (COUNT) NOT TEXT needle\r\n"
              b"n1 NOOP\r\nn2 SELECT Quick\r\n")
    while not lines or not lines[-1].startswith(b"es "):
        lines.append(imap.read_response())
    answers = [line for line in lines if line.startswith(b"* ESEARCH")]
    assert len(answers) == 1 and b"COUNT %d" % COUNT in answers[0]
    assert [line[:3] for line in lines if line[:3] in (b"n1 ", b"n2 ")] == \
        [b"n1 ", b"n2 "]
    assert lines[-1].startswith(b"es OK")


def goes_away(slow):
    """What the log says of a client that does so while its search runs."""
    imap, process = session_with_process(slow)
    imap.start("ESEARCH IN (personal) TEXT needle")
    running(imap)
    imap.close()
    wait_for(lambda: process not in imap_processes(slow.dovecot),
             "the end of the session's process")
    return slow.dovecot.wait_log(rf"<{process}>.*Disconnected: Connection clo")


@pytest.mark.parametrize("hidden", [b"=?\r\n", b""])
def test_m28_a_client_that_goes_away_ends_its_search(server, hidden):
    slow = fill_slow(server.new_user("maildir"), hidden)
    # the search may be over before the server hears of it, now and then
    assert any("ESEARCH running" in goes_away(slow) for _ in range(10))


def test_m28_logout_ends_a_search(slow):
    imap = slow.imap()
    imap.start("ESEARCH IN (personal) TEXT needle")
    running(imap)
    imap.logout()


def test_m28_two_searches_take_turns(slow):
    imap = slow.imap()
    long = imap.start("ESEARCH IN (mailboxes Slow) TEXT needle")
    assert found(imap, "IN (mailboxes (Quick INBOX)) TEXT needle") == {
        "Quick": [1], "INBOX": [1]}
    reply = imap.finish(long)       # it may have told how far it is
    assert reply.ok and not reply.lines("ESEARCH")


def test_m19_what_a_long_search_saves_is_waited_for(slow):
    imap = slow.imap("Slow")
    tags = [imap.start(line) for line in (
        "ESEARCH RETURN (SAVE) NOT TEXT needle", "ESEARCH RETURN (COUNT) $",
        "UID SEARCH RETURN (COUNT) $")]
    lines, ends = [], []
    while len(ends) < len(tags):
        line = imap.read_response()
        (lines if line.startswith(b"*") else ends).append(line)
    # the two that only read what was saved need not wait for each other
    assert ends[0].startswith(tags[0])
    assert sorted(line.split()[0] for line in ends) == tags
    assert [int(line.split()[-1]) for line in lines
            if line.startswith(b"* ESEARCH")] == [COUNT, COUNT]


@pytest.mark.parametrize("before,after", [
    # who only searched has to end before "$" changes, and the other way round
    ("ESEARCH RETURN (COUNT) NOT TEXT needle",
     "ESEARCH RETURN (SAVE COUNT) ALL"),
    ("UID SEARCH RETURN (SAVE COUNT) NOT TEXT needle",
     "ESEARCH RETURN (COUNT) ALL"),
    ("UID SORT RETURN (SAVE COUNT) (ARRIVAL) UTF-8 NOT TEXT needle",
     "ESEARCH RETURN (COUNT) $"),
    # numbers are those after what may change them
    ("UID SEARCH RETURN (COUNT) NOT TEXT needle",
     "ESEARCH RETURN (COUNT) 1:*"),
    ("ESEARCH RETURN (COUNT) NOT TEXT needle",
     "ESEARCH IN (selected mailboxes Gone) RETURN (COUNT) 1:*")])
def test_what_waits_for_a_long_search_leaves_it_its_turn(slow, before, after):
    imap = slow.imap("Slow")
    tags = [imap.start(line) for line in (before, after)]
    for tag in tags:    # in this order
        line, = imap.finish(tag).lines("ESEARCH")
        assert line.startswith(f'(TAG "{tag.decode()}"')
        assert line.endswith(f" COUNT {COUNT}")
    assert imap.ok("NOOP")


def test_m28_a_client_that_does_not_read(user):
    """Responses wait until they are read, and other commands with them."""
    imap = user.imap()
    imap.append("INBOX", message("x"))
    for number in range(300):
        imap.ok(f"CREATE box{number}-{'n' * 200}")
    user.doveadm("mailbox list")
    for number in range(300):
        imap.send(b"c COPY 1 box%d-%s\r\n" % (number, b"n" * 200)
                  if number else b"c SELECT INBOX\r\n")
        while not imap.read_response().startswith(b"c "):
            pass
    for tag in (b"t1", b"t2", b"t3"):
        imap.send(tag + b" ESEARCH IN (personal) RETURN (ALL COUNT MIN MAX) "
                  b"ALL\r\n")
    time.sleep(1)
    counts = {b"t1": 0, b"t2": 0, b"t3": 0}
    ended = set()
    while ended != set(counts):
        line = imap.read_response()
        match = re.match(rb'\* ESEARCH \(TAG "(t\d)"', line)
        if match:
            counts[match.group(1)] += 1
        elif line[:2] in counts:
            assert line[3:].startswith(b"OK"), line
            ended.add(line[:2])
    assert set(counts.values()) == {300}


def test_m28_progress_is_told(slow):
    """A search that takes longer than ten seconds; here it sleeps."""
    imap, process = session_with_process(slow)
    tag = imap.start("ESEARCH IN (mailboxes (Slow Quick)) TEXT needle")
    running(imap)
    os.kill(process, signal.SIGSTOP)
    time.sleep(11)
    os.kill(process, signal.SIGCONT)
    reply = imap.finish(tag)
    line = [line.decode() for line in reply.untagged
            if b"Searched" in line][0]
    if "INPROGRESS" in imap.ok("CAPABILITY").lines("CAPABILITY")[0].split():
        match = re.match(r'\* OK \[INPROGRESS \("(\w+)" (\d+) (\d+)\)\] '
                         r'Searched \d of 2 mailboxes', line)
        assert match, line
        assert match.group(1) == tag.decode()
        assert int(match.group(2)) < int(match.group(3)) == 200
    else:
        assert re.match(r"\* OK Searched \d of 2 mailboxes", line), line


ONE_PROCESS = {
    series: "service imap {\n  client_limit = 10\n  process_limit = 1\n"
            f"  {setting} = 100\n}}" for series, setting in REQUESTS}


def test_a_long_search_leaves_others_of_its_process_their_turn(start):
    server = start(settings={"winnow_scanner": "rspamd"}, extra=ONE_PROCESS)
    slow = fill_slow(server.new_user("maildir"))
    other = server.new_user().imap("INBOX")
    imap = slow.imap()
    imap.start("ESEARCH IN (mailboxes Slow) TEXT needle")
    running(imap)
    other.ok("NOOP")
    assert imap.unsolicited(0.01) == []
    imap.close()
    other.ok("NOOP")


def test_m20_a_live_result(user):
    imap, other = user.imap("INBOX"), user.imap("INBOX")
    imap.ok("CREATE Fruit")
    for name in ("INBOX", "Fruit"):
        imap.append(name, message("apple"))
    imap.ok("NOOP")
    reply = imap.ok("ESEARCH IN (selected mailboxes Fruit) "
                    "RETURN (UPDATE ALL) UNSEEN SUBJECT apple")
    assert {one.mailbox: one.items["ALL"] for one in responses(reply)} == {
        "INBOX": [1], "Fruit": [1]}
    tag = reply.tag.decode()
    imap.append("Fruit", message("apple"))
    other.append("INBOX", message("apple"))
    other.append("INBOX", message("pear"))
    assert imap.ok("NOOP").lines("ESEARCH") == [
        f'(TAG "{tag}") UID ADDTO (0 2)']
    other.ok("UID STORE 1 +FLAGS (\\Seen)")
    assert imap.ok("NOOP").lines("ESEARCH") == [
        f'(TAG "{tag}") UID REMOVEFROM (0 1)']
    imap.ok(f'CANCELUPDATE "{tag}"')
    other.ok("UID STORE 1 -FLAGS (\\Seen)")
    assert imap.ok("NOOP").lines("ESEARCH") == []


def test_m20_live_results_are_of_the_selected_mailbox(user):
    imap = user.imap()
    imap.ok("CREATE Fruit")
    assert imap.bad("ESEARCH IN (personal) RETURN (UPDATE) ALL").untagged == []
    imap.bad("ESEARCH IN (mailboxes Fruit) RETURN (UPDATE COUNT) ALL")
    imap.select("INBOX")
    reply = imap.ok("ESEARCH IN (mailboxes Fruit) RETURN (UPDATE) ALL")
    user.lmtp(message("x"))
    user.lmtp(message("x"), "Fruit")
    assert imap.ok("NOOP").lines("ESEARCH") == []
    imap.ok("ESEARCH IN (personal) RETURN (UPDATE (FLAGS)) ALL")
    user.lmtp(message("x"))
    told = imap.ok("NOOP")
    assert told.lines("ESEARCH")[0].endswith(" UID ADDTO (0 2)")
    assert any(b"FETCH (FLAGS" in line for line in told.untagged)
    imap.bad("ESEARCH RETURN (UPDATE UPDATE) ALL")
    assert reply.ok


def test_m32_a_mailbox_that_is_deleted_under_the_search(slow):
    imap, other = slow.imap(), slow.imap()
    other.ok("CREATE Later")
    other.append("Later", message("later", body="needle\n"))
    tag = imap.start("ESEARCH IN (mailboxes (Slow Later Quick)) TEXT needle")
    running(imap)
    other.ok("DELETE Slow")
    other.ok("DELETE Later")
    reply = imap.finish(tag)
    assert reply.ok
    assert {one.mailbox for one in responses(reply)} <= {"Later", "Quick"}
    assert "Quick" in {one.mailbox for one in responses(reply)}


def test_messages_may_vanish_under_the_search(slow):
    imap, other = slow.imap(), slow.imap("Slow")
    tag = imap.start("ESEARCH IN (mailboxes (Slow Quick)) TEXT needle")
    running(imap)
    other.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    reply = imap.finish(tag)
    assert reply.ok
    assert [one.mailbox for one in responses(reply)] == ["Quick"]


def test_the_selected_mailbox_is_not_taken_away(slow):
    """Who selects another one waits until this one is searched."""
    imap = slow.imap("Slow")
    tag = imap.start("ESEARCH IN (selected mailboxes Quick) "
                     "RETURN (COUNT) TEXT hay")
    imap.send(b"s SELECT Quick\r\n")
    lines = []
    while len([line for line in lines
               if line.startswith((b"s ", tag + b" "))]) < 2:
        lines.append(imap.read_response())
    selected = [number for number, line in enumerate(lines)
                if line.startswith(b"s OK")][0]
    told = [number for number, line in enumerate(lines)
            if b"MAILBOX Slow" in line and b"COUNT %d" % COUNT in line][0]
    assert told < selected
    assert imap.uid_search("BODY needle") == [1]


def peak_memory(process):
    """In kB."""
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path(
        f"/proc/{process}/status").read_text()).group(1))


@pytest.mark.skipif(valgrind.wanted(), reason="valgrind keeps what is freed")
def test_memory_does_not_grow_with_the_number_of_mailboxes(winnow):
    user = winnow.new_user("sdbox")
    imap = user.imap()
    names = [f"box{number}" for number in range(400)]
    for name in names:
        imap.ok("CREATE", name)
        imap.append(name, message("x", body="y" * 3000))
    imap, process = session_with_process(user)
    few = f"ESEARCH IN (mailboxes ({' '.join(names[:20])})) BODY yyy"
    assert len(responses(imap.ok(few))) == 20
    before = peak_memory(process)
    assert len(responses(imap.ok("ESEARCH IN (personal) BODY yyy"))) == 400
    assert peak_memory(process) - before < 1000
