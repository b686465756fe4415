"""Taking winnow off, and what is left behind."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from harness import (Dovecot, ImapError, Index, Record, Setup, User,
                     installed_series, message, rspamd)
from harness.lmtp import LmtpError, deliver

SETUP = Setup(settings={"winnow_scanner": "rspamd"}, virtual=True)
SPAM, HAM = Record(1, "none", 63, 7.5), Record(1, "none", 10, 1.2)


class Partly(Dovecot):
    """A server with or without winnow's configuration and its modules."""

    def __init__(self, directory, configured, installed):
        super().__init__(replace(SETUP, winnow=installed), directory)
        self.configured = configured
        self._log_offset = len(self.log())

    def write_config(self):
        installed, self.setup = self.setup, replace(
            SETUP, winnow=self.configured)
        super().write_config()
        self.setup = installed


class Machine:
    """Its mail stays while its Dovecot is started in several ways."""

    def __init__(self, directory):
        self._directory, self.server = directory, None

    def run(self, configured, installed):
        """(Re)start Dovecot so."""
        self.end()
        server = Partly(self._directory, configured, installed)
        self.server = server.start()
        return self.server

    def end(self):
        server, self.server = self.server, None
        if server is not None:
            server.stop()

    def user(self, storage):
        user = User(self.server, "someone", storage)
        if not (self._directory / "users" / user.name).exists():
            self.server.new_user(storage, user.name)
        return user


@pytest.fixture
def machine():
    directory = Path(tempfile.mkdtemp(prefix="wnw"))
    machine = Machine(directory)
    yield machine
    machine.end()
    shutil.rmtree(directory)


def spam_and_ham(user):
    user.lmtp(message("buy", headers=rspamd(7.5)))
    user.lda(message("hello", headers=rspamd(1.2)))


def two_rules(user):
    user.virtual_mailbox("Clean", "INBOX", "  NOT X-WINNOW SPAM")
    user.virtual_mailbox("All", "INBOX", "  ALL")


def records(user):
    return list(Index(user).records().values())


def assert_as_without_winnow(user):
    """Mail flows; what winnow knew is not asked, but is still there."""
    before = records(user)
    spam_and_ham(user)
    imap = user.imap("INBOX")
    imap.append("INBOX", message("appended"))
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    imap.bad("SEARCH X-WINNOW SPAM")
    assert imap.search("KEYWORD $Junk") == [1]
    assert len(imap.search("ALL")) == len(before) + 3
    assert records(user) == before + [None, None, None]
    user.doveadm("force-resync", "Archive")
    user.dovecot.allow_log("X-WINNOW")
    imap.no("SELECT Virtual/Clean")
    imap.ok("SELECT Virtual/All")
    assert len(imap.search("ALL")) == len(before) + 3


def test_configuration_first_and_then_the_modules(machine, storage):
    machine.run(configured=True, installed=True)
    user = machine.user(storage)
    spam_and_ham(user)
    two_rules(user)
    imap = user.imap("INBOX")
    imap.ok("STORE 1 +FLAGS ($Junk)")
    assert records(user) == [SPAM, HAM]
    left = user.doveadm_rows("winnow status", "--uninstall")
    assert {(row["type"], row["name"]) for row in left} == {
        ("records", "INBOX"), ("rules", "Virtual/Clean")}

    machine.run(configured=False, installed=True)
    assert_as_without_winnow(machine.user(storage))
    machine.run(configured=False, installed=False)
    assert_as_without_winnow(machine.user(storage))

    machine.run(configured=True, installed=True)
    user = machine.user(storage)
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM") == [1, 3, 6]
    assert imap.search("X-WINNOW HAM") == [2, 4, 7]
    assert imap.search("X-WINNOW UNKNOWN") == [5, 8]
    assert None not in records(user)
    assert len(user.imap("Virtual/Clean").search("ALL")) == 5


def assert_nothing_starts(machine):
    """2.4 knows none of the settings any more, and starts nothing at all. 2.3
    starts, but none of the processes that would need the modules. Mail is
    deferred: nobody gets an answer that says it was delivered."""
    if installed_series() == "2.4":
        with pytest.raises(RuntimeError, match="winnow"):
            machine.run(configured=True, installed=False)
        return
    server = machine.run(configured=True, installed=False)
    user = machine.user("sdbox")
    server.allow_log("Plugin 'winnow' not found|Plugin 'imap_winnow' not found|"
                     "startup failed, throttling|returned error 89|"
                     "Couldn't load required plugin")
    with pytest.raises((LmtpError, OSError)):
        deliver(server.host, server.lmtp_port, message(), [user.name])
    with pytest.raises((ImapError, OSError)):
        user.imap("INBOX")
    assert user.lda(message(), check=False).returncode != 0
    assert user.doveadm("mailbox list", check=False) == ""


def test_modules_removed_with_the_configuration_left(machine):
    machine.run(configured=True, installed=True)
    spam_and_ham(machine.user("sdbox"))
    assert_nothing_starts(machine)

    machine.run(configured=True, installed=True)
    user = machine.user("sdbox")
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM") == [1]
    assert imap.search("ALL") == [1, 2]


def test_modules_removed_from_a_running_server(machine):
    """Sessions go on with what they have loaded; new ones can't begin, and
    can again when the modules are back."""
    server = machine.run(configured=True, installed=True)
    user = machine.user("sdbox")
    spam_and_ham(user)
    imap = user.imap("INBOX")
    ours = [path for path in server.modules.rglob("*winnow*.so")]
    assert len(ours) >= 3
    for path in ours:
        path.rename(path.with_suffix(".away"))
    assert imap.search("X-WINNOW SPAM") == [1]
    imap.append("INBOX", message("buy more", headers=rspamd(9.0)))
    assert imap.search("X-WINNOW SPAM") == [1, 3]
    server.allow_log("[Pp]lugin.*winnow|throttling|returned error 89")
    with pytest.raises((ImapError, OSError, AssertionError)):
        user.imap("INBOX")
    for path in ours:
        path.with_suffix(".away").rename(path)


def test_winnow_is_off_for_those_who_have_it_disabled(start):
    """`winnow_enable = no`: loaded, and yet as if it were not."""
    user = start(settings={**SETUP.settings, "winnow_enable": "no"},
                 virtual=True).new_user()
    spam_and_ham(user)
    two_rules(user)
    user.imap("INBOX").ok("STORE 1 +FLAGS ($Junk)")
    assert_as_without_winnow(user)
    assert records(user) == 5 * [None]
