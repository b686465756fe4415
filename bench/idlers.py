"""Many sessions that idle in one INBOX, and what they cost the server."""

import contextlib
import os
import resource
import select
import statistics
import time
from pathlib import Path

import mail
from harness import Dovecot, Setup
from harness.dovecot import session_processes
from lmtp_session import Lmtp
from measure import cpu_clock

INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
#: Seconds without any CPU time after which a server has done its work, and the
#: least to wait for it: Dovecot looks half a second after a change.
CALM, DELAY = 0.5, 0.8
#: Deliveries to a server without sessions.
ALONE = 6
TICK = os.sysconf("SC_CLK_TCK")
_QUIET = {"winnow_scanner": mail.SCANNERS, "winnow_idle": "quiet"}
_LIMITS = """
default_client_limit = 20000
default_process_limit = 4000
mail_max_userip_connections = 4000
service imap {
  process_limit = 4000
}
"""
_NEVER, _SOON = "imap_hibernate_timeout = 0\n", """
imap_hibernate_timeout = 1s
service imap {
  unix_listener imap-master {
    mode = 0666
  }
}
service imap-hibernate {
  client_limit = 20000
  unix_listener imap-hibernate {
    mode = 0666
  }
}
"""
_SETUPS = {
    "stock": Setup(winnow=False, extra=_LIMITS + _NEVER),
    "hibernating": Setup(winnow=False, extra=_LIMITS + _SOON),
    "all": Setup(settings={**_QUIET, "winnow_idle": "all"},
                 extra=_LIMITS + _NEVER),
    "quiet": Setup(settings=_QUIET, extra=_LIMITS + _NEVER),
}


@contextlib.contextmanager
def inotify_instances(count):
    """Room for so many instances of inotify for each user of the machine."""
    before = INSTANCES.read_text()
    INSTANCES.write_text(str(max(count, int(before))))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        INSTANCES.write_text(before)


class Idlers:
    """A server of its own, a user, and sessions of theirs in IDLE."""

    def __init__(self, name, count, messages):
        self.name, self.count = name, count
        self.server = Dovecot(_SETUPS[name])
        self._messages = messages

    def __enter__(self):
        self.server.start()
        self.user = self.server.new_user()
        self.lmtp = Lmtp(self.server)
        self.baseline = self._cpu_without_sessions()
        self.sessions = [self.user.imap("INBOX") for _ in range(self.count)]
        for session in self.sessions:
            session.idle()
        self._poll = select.epoll()
        for session in self.sessions:
            self._poll.register(session.socket, select.EPOLLIN)
        self.settle()
        self._see_inotify()
        return self

    def __exit__(self, kind, *_):
        self._poll.close()
        self.lmtp.close()
        self.server.stop(check_log=kind is None)

    def deliver(self, spam):
        """One message; the time when LMTP said that it has it."""
        self.lmtp.deliver(self._messages.next(spam), self.user.name)
        return time.monotonic()

    # -------------------------------------------------------------- processes

    def processes(self, name):
        return [pid for pid in session_processes(self.server.master.pid)
                if _name(pid) == name]

    def _see_inotify(self):
        """A server that polls does not do what is measured here."""
        if self.name == "hibernating":
            keeper, = self.processes("imap-hibernate")
            watching = _watches(keeper)
        else:
            watching = sum(_watches(pid) == 1
                           for pid in self.processes("imap"))
        if watching < self.count:
            raise RuntimeError(f"{watching} of {self.count} sessions of "
                               f"{self.name} have inotify")

    def cpu(self):
        """Seconds of all processes that live, but for the delivery's."""
        return sum(_clock(pid)
                   for pid in session_processes(self.server.master.pid)
                   if pid != self.lmtp.pid) / 1e9

    def cpu_of_ended(self):
        """Seconds of those that have ended. Counted in ticks of 10 ms: only a
        sum over many deliveries tells something."""
        stat = Path(f"/proc/{self.server.master.pid}/stat").read_text()
        return sum(map(int, stat.rpartition(")")[2].split()[13:15])) / TICK

    def _cpu_without_sessions(self):
        """Seconds that a delivery alone costs the others, auth and log above
        all, when it comes as those do that are measured: after a pause."""
        spent = []
        for _ in range(ALONE + 1):
            self.settle()
            before = self.cpu()
            self.deliver(spam=True)
            self.settle()
            spent.append(self.cpu() - before)
        return statistics.median(spent[1:])

    def settle(self):
        """Wait until nothing is left to do."""
        time.sleep(DELAY)
        before, now = None, self.cpu()
        while before is None or now - before > 0.002:
            time.sleep(CALM)
            before, now = now, self.cpu()
            if self.name == "hibernating" and self.processes("imap"):
                before = None

    # ----------------------------------------------------------------- clients

    def heard(self, since, timeout=60):
        """Seconds after `since` at which each session was told something."""
        left, times = {s.socket.fileno(): s for s in self.sessions}, []
        while left and time.monotonic() < since + timeout:
            for number, _ in self._poll.poll(1):
                if number in left:
                    times.append(time.monotonic() - since)
                    del left[number]
        if left:
            raise RuntimeError(f"{len(left)} sessions heard of nothing")
        return times

    def flush(self):
        """Read what has come; how many sessions there was something for."""
        ready = self._poll.poll(0, self.count)
        by_number = {s.socket.fileno(): s for s in self.sessions}
        for number, _ in ready:
            by_number[number].socket.recv(65536)
        return len(ready)


def _name(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


def _clock(pid):
    try:
        return cpu_clock(pid)
    except OSError:         # its time is now its parent's
        return 0


def _watches(pid):
    """How many instances of inotify a process has."""
    count = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            count += "inotify" in os.readlink(entry)
    return count
