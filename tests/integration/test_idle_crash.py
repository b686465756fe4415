"""Processes that are killed, and a server that is restarted, while spam is held
back: after they have connected again, clients know everything."""

import contextlib
import os
import signal
import socket
import time

import pytest

from harness import message, rspamd
from harness.imap import ImapError
from harness.lmtp import deliver
from idle_client import KINDS, QUIET, IdleClient, Truth
from test_idle import STORAGES, ham, spam


@pytest.fixture
def server(start):
    """One of its own, as others must not notice."""
    server = start(**QUIET, metrics=["winnow_idle_held"])
    server.allow_log("killed with signal 9|returned error|Unlinked stale|"
                     "anvil-auth-penalty|"
                     "[Ll]ost|disconnected|throttl|Corrupt|fsck|mdbox|dbox|"
                     "Connection (refused|reset)|Broken pipe|stats")
    return server


def idlers(user):
    for _ in range(3):
        ham(user)
    return [IdleClient(user, kind).idle() for kind in KINDS]


def hold(clients, user, count):
    spam(user)
    for client in clients:
        client.held(count)


def lost(client):
    """The connection ends."""
    with pytest.raises((ImapError, OSError)):
        while True:
            client.take(client.imap.read_response())


def all_know_all(clients, user):
    truth = Truth(user)
    for client in clients:
        other = client.reconnect()
        other.agrees(truth)
        assert None not in other.uids
        other.idle()
        other.done()
        other.agrees(truth)


@pytest.mark.parametrize("storage", STORAGES)
def test_imap_is_killed_while_spam_is_held(server, storage):
    user = server.new_user(storage)
    clients, other = idlers(user), user.imap("INBOX")
    hold(clients, user, 1)
    for client in clients:
        os.kill(client.pid, signal.SIGKILL)
        lost(client)
    spam(user)
    other.ok("STORE 1 +FLAGS (\\Flagged)")
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    all_know_all(clients, user)
    assert len(Truth(user).look()) == 4


@pytest.mark.parametrize("storage", STORAGES)
def test_imap_is_killed_right_after_it_has_announced(server, storage):
    user = server.new_user(storage)
    clients, other = idlers(user), user.imap("INBOX")
    hold(clients, user, 1)
    other.ok("STORE 1 +FLAGS (\\Flagged)")
    for client in clients:
        client.told(4)
    for client in clients:
        os.kill(client.pid, signal.SIGKILL)
        spam(user)
    all_know_all(clients, user)


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("storage", STORAGES)
def test_dovecot_is_restarted_while_spam_is_held(server, storage, crash):
    user = server.new_user(storage)
    clients = idlers(user)
    hold(clients, user, 1)
    hold(clients, user, 2)
    server.restart(crash)
    for client in clients:
        lost(client)
    spam(user)
    all_know_all(clients, user)
    assert len(Truth(user).look()) == 6


@pytest.mark.parametrize("storage", STORAGES)
def test_lmtp_is_killed_in_a_delivery(server, storage):
    user = server.new_user(storage)
    clients, truth = idlers(user), Truth(user)
    hold(clients, user, 1)
    for _ in range(3):
        break_off(server, user)
    deliver_at_last(server, user)
    for client in clients:
        client.done()
        client.fetch_new()
        client.agrees(truth)
        client.idle()
    count = len(truth.look())
    assert count >= 5
    deliver_at_last(server, user, rspamd(1))
    for client in clients:
        client.told(count + 1)
        client.agrees(truth)


def break_off(server, user):
    """Kill the process that a message is being delivered to."""
    try:
        connection = socket.create_connection(
            (server.host, server.lmtp_port), 10)
        with connection, connection.makefile("rwb") as stream:
            stream.readline()
            for line in ("LHLO client.example", "MAIL FROM:<s@example.org>",
                         f"RCPT TO:<{user}>", "DATA"):
                stream.write(line.encode() + b"\r\n")
                stream.flush()
                while stream.readline()[3:4] == b"-":
                    pass
            data = message("buy", headers=rspamd(9))
            stream.write(data[:40])
            stream.flush()
            for pid in lmtp_processes(server):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            stream.write(data[40:] + b"\r\n.\r\n")
            stream.flush()
            assert not stream.readline().startswith(b"250")
    except OSError:
        pass


def lmtp_processes(server):
    found = []
    for line in server.doveadm("process", "status", "lmtp").splitlines()[1:]:
        found += [int(word) for word in line.split()[1:2]]
    return found


def deliver_at_last(server, user, headers=rspamd(9)):
    """As an MTA does: again until it is accepted."""
    for _ in range(40):
        try:
            (code, _), = deliver(server.host, server.lmtp_port, message(
                "again", headers=headers), [user.name])
        except (OSError, AssertionError):
            code = None
        if code == 250:
            return
        time.sleep(0.5)
    raise AssertionError("LMTP does not come back")


def test_holding_is_an_event_with_fields(server):
    user = server.new_user()
    clients = idlers(user)
    before = held_count(server)
    hold(clients, user, 1)
    hold(clients, user, 2)
    while held_count(server) < before + 6:
        pass


def held_count(server):
    for row in server.doveadm_rows("stats", "dump"):
        if row["metric_name"] == "winnow_idle_held":
            return int(row["count"])
    return 0
