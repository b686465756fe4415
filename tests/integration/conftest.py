"""Fixtures. Most tests need `start` or `user`, and `storage` to repeat."""

import re

import pytest

from harness import (STORAGES, Dovecot, Setup, config, installed_series,
                     message)

#: Servers kept running between tests; the least recently used one ends first.
SERVERS_MAX = 12
#: Marks of tests that run when an option of that name asks for them.
OPTIONAL = ("long", "clients", "filters", "webmail")


class Servers:
    """Running servers by description, so that tests share them."""

    def __init__(self):
        self._running, self._ending = {}, None

    def get(self, **fields):
        setup = Setup(**fields)
        server = self._running.pop(setup.key(), None)
        if server is None:
            while len(self._running) >= SERVERS_MAX:
                self._end(self._running.pop(next(iter(self._running))))
            server = Dovecot(setup).start()
        self._running[setup.key()] = server
        return server

    def _end(self, server):
        """That takes a second: it is waited for when the next one ends."""
        server.begin_stop()
        earlier, self._ending = self._ending, server
        if earlier is not None:
            earlier.finish_stop()

    def end_test(self):
        """Close the sessions that were opened, and judge the logs."""
        faults = []
        for server in self._running.values():
            server.close_sessions()
            try:
                server.check_log()
            except AssertionError as fault:
                faults.append(str(fault))
        assert not faults, "\n".join(faults)

    def stop(self):
        """End all of them at once, as each takes a second."""
        faults, servers = [], list(self._running.values())
        for server in servers:
            server.begin_stop()
        if self._ending is not None:
            servers.insert(0, self._ending)
        for server in servers:
            try:
                server.finish_stop()
            except AssertionError as fault:
                faults.append(str(fault))
        assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def servers():
    kept = Servers()
    yield kept
    kept.stop()


@pytest.fixture
def start(servers):
    """start(storage=…, settings=…, …): a running server so described.

    Equal descriptions share one server; take a `new_user()` for a clean slate.
    What the test makes it log is judged when the test ends.
    """
    yield servers.get
    servers.end_test()


@pytest.fixture(params=STORAGES)
def storage(request):
    """Repeats a test over maildir, sdbox, mdbox and mbox."""
    return request.param


@pytest.fixture
def winnow(start):
    """A server with winnow reading rspamd's headers."""
    return start(settings={"winnow_scanner": "rspamd"})


@pytest.fixture
def user(winnow, request):
    """A new user of `winnow`; on each storage if the test has `storage`."""
    if "storage" in request.fixturenames:
        return winnow.new_user(request.getfixturevalue("storage"))
    return winnow.new_user()


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "series(name): runs on that Dovecot series only")
    config.addinivalue_line(
        "markers", "long: takes long; runs with --long only")
    config.addinivalue_line(
        "markers", "clients: needs mail clients; runs with --clients only")
    config.addinivalue_line(
        "markers", "filters: real filters judge; runs with --filters only")
    config.addinivalue_line(
        "markers", "webmail: needs a browser; runs with --webmail only")


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true",
                     help="run the tests marked long, too")
    parser.addoption("--clients", action="store_true",
                     help="run the tests marked clients, too")
    parser.addoption("--filters", action="store_true",
                     help="run the tests marked filters, and no others")
    parser.addoption("--webmail", action="store_true",
                     help="run the tests marked webmail, too")


def pytest_collection_modifyitems(config, items):
    chosen, left = [], []
    for item in items:
        only = item.get_closest_marker("series")
        if only and only.args[0] != installed_series():
            item.add_marker(pytest.mark.skip(reason=f"{only.args[0]} only"))
        wanted = all(config.getoption("--" + name) for name in OPTIONAL
                     if item.get_closest_marker(name))
        if item.get_closest_marker("filters") is None:
            wanted = wanted and not config.getoption("--filters")
        (chosen if wanted else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = chosen


@pytest.fixture
def bad_settings(start):
    """bad_settings({name: value}, pattern): these settings are refused, with a
    text that matches; where Dovecot cannot refuse them, mail flows and winnow
    is off for the user."""
    def check(settings, pattern):
        if installed_series() == "2.4":
            _check_doveconf(start(settings={"winnow_scanner": "rspamd"}),
                            settings, pattern)
        else:
            _check_log(start(settings=settings), pattern)
    return check


def _check_doveconf(server, settings, pattern):
    path = server.directory / "bad.conf"
    path.write_text(server.conf.read_text() + "\n".join(
        config.winnow_settings("2.4", settings)) + "\n")
    done = server.run("doveconf", "-c", path, check=False)
    assert done.returncode != 0
    assert re.search(pattern, done.stderr.decode()), done.stderr.decode()


def _check_log(server, pattern):
    user = server.new_user()
    server.expect_log(f"winnow: Off for this user: .*{pattern}")
    user.lmtp(message())
    server.check_log()
    server.expect_log(f"winnow: Off for this user: .*{pattern}")
    assert "X-WINNOW" not in user.imap("INBOX").ok("CAPABILITY").lines(
        "CAPABILITY")[0]
