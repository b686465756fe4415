"""Sessions that idle quietly stay in memory, or may be hibernated."""

import contextlib
import os
import signal
import time

import pytest

from idle_client import QUIET, IdleClient, Truth
from test_enable import HIBERNATE
from test_idle import ham, spam

SOON = HIBERNATE + \
    "log_debug = (event=winnow_idle_held or event=imap_client_hibernated)\n"
TIMEOUT = 60


@pytest.fixture
def server(start):
    return start(**{**QUIET, "extra": SOON})


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def hibernated(client):
    """Wait until its process is gone; another one keeps the connection."""
    deadline = time.monotonic() + TIMEOUT
    while lives(client.pid):
        client.silent()
        assert time.monotonic() < deadline, "not hibernated"
        time.sleep(0.05)
    return client.silent()


@contextlib.contextmanager
def away(client):
    """Its process does nothing, so it can't be hibernated meanwhile."""
    os.kill(client.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(client.pid, signal.SIGCONT)


def refused(client):
    client.user.dovecot.wait_log(
        rf"imap\({client.user}\)<{client.pid}>.*"
        "Couldn't export state: winnow: IDLE is quiet", TIMEOUT)
    assert lives(client.pid)


def test_a_quiet_session_stays(server):
    user = server.new_user()
    ham(user)
    client = IdleClient(user, "qresync").idle()
    refused(client)
    spam(user)
    client.held(1)
    client.done()
    client.agrees(Truth(user))


@pytest.mark.parametrize("kind", ["plain", "qresync"])
def test_a_session_that_may_be_hibernated_announces_all(server, kind):
    user = server.new_user(winnow_idle_hibernate="yes")
    ham(user)
    client = IdleClient(user, kind).idle()
    hibernated(client)
    spam(user)
    client.told(2)
    client.done()
    client.agrees(Truth(user))


def test_it_is_quiet_as_long_as_it_is_in_memory(server):
    """And stays there as long as something is held: nobody else would ever
    announce that."""
    user = server.new_user(winnow_idle_hibernate="yes")
    ham(user)
    client, truth = IdleClient(user, "qresync"), Truth(user)
    with away(client.idle()):
        spam(user)
    client.held(1)
    refused(client)
    ham(user)
    client.told(3)
    client.agrees(truth)
    hibernated(client)
    client.done()
    client.agrees(truth)


def test_what_is_held_does_not_wait_longer(server):
    user = server.new_user(winnow_idle_hibernate="yes",
                           winnow_idle_max="8s")
    client = IdleClient(user)
    with away(client.idle()):
        spam(user)
    client.held(1)
    client.told(1)
    hibernated(client)


@pytest.mark.parametrize("fields, mailbox", [
    ({"winnow_idle": "all"}, "INBOX"), ({}, "Junk")])
def test_others_are_hibernated_as_ever(server, fields, mailbox):
    user = server.new_user(**fields)
    client = IdleClient(user, mailbox=mailbox).idle()
    hibernated(client)
    spam(user, mailbox)
    client.told(1)


def test_mbox_is_hibernated_as_ever(server):
    user = server.new_user("mbox")
    client = IdleClient(user).idle()
    hibernated(client)


@pytest.mark.parametrize("deliver", [spam, ham])
def test_a_change_that_comes_with_hibernation_is_not_lost(server, deliver):
    """Dovecot itself forgets what it has yet to look at when it hibernates: a
    process that was away finds both to be done at once."""
    user = server.new_user(winnow_idle_hibernate="yes", winnow_idle_max="5s")
    client, truth = IdleClient(user, "qresync"), Truth(user)
    with away(client.idle()):
        deliver(user)
        time.sleep(1.5)
    client.told(1)
    client.agrees(truth)


def test_status_says_which(server):
    for fields, state in (({}, "quiet, stays in memory"),
                          ({"winnow_idle_hibernate": "yes"},
                           "quiet until hibernated"),
                          ({"winnow_idle": "all"}, "all")):
        user = server.new_user(**fields)
        rows = user.doveadm_rows("winnow status", "INBOX")
        assert [row["state"] for row in rows if row["name"] == "idle"] == \
            [state]
