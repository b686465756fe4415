"""A private Dovecot: started, spoken to, ended."""

import contextlib
import itertools
import json
import math
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from . import config, lmtp, valgrind
from .built import stage
from .imap import Imap
from .series import MODULES, installed_series
from .user import User
from .waiting import wait_for

#: The top of the source tree: conf.d is read from here.
SOURCE = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"
PORTS = range(10000, 32000)
START_TIMEOUT = 60
STOP_TIMEOUT = 30
#: Seconds until processes that did not hear of the end are told themselves.
PATIENCE = 0.5
#: A log line with one of these fails the test that made it.
ALARM = re.compile(
    r"\b(Panic|Fatal|Error|assert\w*|backtrace|Corrupted|BUG)\b",
    re.IGNORECASE)
#: And with one of these even while the server ends.
GRAVE = re.compile(r"\b(Panic|Fatal|assert\w*|backtrace|Corrupted|BUG)\b",
                   re.IGNORECASE)
#: What the master says of those that `_wait_gone` told to end.
TOLD = re.compile(r"killed with signal 15\b")
#: Errors of other software that say nothing about the test.
NOISE = re.compile(
    # fts-xapian's search came before its indexer had made the index
    r"FTS Xapian: Can not open RO index|"
    # what valgrind found is told when the server ends
    rf"returned error {valgrind.ERROR_EXIT}\b")


def free_port():
    """One that no connection can be given: below those that Linux hands out."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


def _listening():
    """The TCP ports on which somebody listens."""
    rows = [line.split() for line in
            Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows
            if row[3] == "0A"}


def session_processes(session):
    """Ids of the live processes in a process session."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        state, _, _, its_session = stat.rpartition(")")[2].split()[:4]
        if int(its_session) == session and state not in "ZX":
            found.append(int(entry.name))
    return found


def _without_log(processes):
    """Those that do not write the others' log."""
    kept = []
    for pid in processes:
        try:
            name = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if not name.startswith(b"dovecot/log"):
            kept.append(pid)
    return kept


def _without_session(line):
    """A session's id has any letters, those of "BUG" too."""
    return re.sub(r"<[\w+/=]+>", "", line)


class Dovecot:
    """One running server. `Setup` (or its fields as keywords) describes it."""

    def __init__(self, setup=None, directory=None, ports=None, **fields):
        self.setup = setup or config.Setup(**fields)
        self.series = installed_series()
        self.directory = Path(directory) if directory else Path(
            tempfile.mkdtemp(prefix="wnw"))
        self._owns_directory = directory is None
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o755)
        self.host = HOST
        self._ports = ports
        self.master = self._redis = None
        self._users = itertools.count(1)
        self._sessions = []
        #: up to here the log was judged
        self._log_offset = 0
        #: (from, to) in the log: there the server was ending
        self._ends = []
        self._end_began = 0
        self._log_wanted, self._log_allowed = [], []

    # ----------------------------------------------------------- start and end

    def start(self):
        self._prepare()
        for _ in range(5):
            self.imap_port, self.lmtp_port = \
                self._ports or (free_port(), free_port())
            self.redis_port = free_port()
            self.write_config()
            if self.setup.metadata == "redis":
                self._start_redis()
            if self._start_master():
                return self
            self.stop_redis()
            if not re.search("in use|duplicate listener", self._complaint()):
                break
        self._kill()
        raise RuntimeError("Dovecot did not start:\n" + self._complaint())

    def _prepare(self):
        mail = self.directory / "mail"
        for path in (self.directory / "run", self.directory / "users",
                     mail, mail / "home"):
            path.mkdir(parents=True, exist_ok=True)
        (mail / "public").mkdir(exist_ok=True)
        for path in (mail, mail / "home", mail / "public"):
            os.chown(path, config.MAIL_UID, config.MAIL_UID)
        (self.directory / "acl").write_text(config.ACL_23)
        config.write_list(self.directory)
        self.conf = self.directory / "dovecot.conf"
        self.modules = self._merge_modules()

    def _merge_modules(self):
        """Dovecot's modules and ours in one directory."""
        merged = self.directory / "modules"
        if merged.exists():
            shutil.rmtree(merged)
        shutil.copytree(MODULES, merged, symlinks=True)
        ours = stage()
        if ours is not None and self.setup.winnow:
            shutil.copytree(ours / MODULES.relative_to("/"), merged,
                            symlinks=True, dirs_exist_ok=True)
        for name in self.setup.without_modules:
            (merged / name).unlink()
        return merged

    def write_config(self):
        """(Re)write dovecot.conf from `setup`; a running one needs reload."""
        conf = SOURCE / "conf.d" / self.series / "11-winnow.conf"
        site = config.Site(
            self.directory, self.imap_port, self.lmtp_port, self.redis_port,
            conf if self.setup.winnow and conf.exists() else None,
            valgrind.wrappers(self.directory))
        self.conf.write_text(config.render(self.series, self.setup, site))

    def _start_redis(self):
        self._redis = subprocess.Popen(
            ["redis-server", "--port", str(self.redis_port), "--bind", HOST,
             "--save", "", "--dir", str(self.directory)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def _start_master(self):
        script = f"mount --bind {self.modules} {MODULES} && " \
                 f"exec dovecot -F -c {self.conf}"
        with open(self.directory / "stdout", "wb") as out:
            self.master = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", script], stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.master.poll() is not None:
                return False
            if self._wanted_ports() <= _listening():
                self._wait_for_log_process(deadline - time.monotonic())
                return True
            time.sleep(0.01)
        return False

    def _wait_for_log_process(self, timeout):
        """What a service logs before that process reads is kept back until
        the service logs something else. It answers here once it reads."""
        with socket.socket(socket.AF_UNIX) as errors:
            errors.settimeout(timeout)
            errors.connect(str(self.directory / "run" / "log-errors"))
            errors.recv(1)

    def _wanted_ports(self):
        ports = {self.imap_port, self.lmtp_port}
        return ports | {self.redis_port} if self._redis else ports

    def _complaint(self):
        return (self.directory / "stdout").read_text() + self.log()

    def restart(self, crash=False):
        """End every process, in a crash without a warning, and start anew on
        the same files and ports."""
        began = len(self.log())
        if crash:
            self._kill_until_gone()
        else:
            self._end_began = time.monotonic()
            self.master.send_signal(signal.SIGTERM)
            left = self._wait_gone()
            assert not left, f"processes outlived the master: {left}"
        self.master.wait()
        self._ends.append((began, len(self.log())))
        if not self._start_master():
            raise RuntimeError("Dovecot did not start:\n" + self._complaint())

    def _kill_until_gone(self):
        """A process that is still about to die holds the sockets."""
        while left := session_processes(self.master.pid):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def stop(self, check_log=True):
        """End every process, then judge the log and remove the files."""
        self.begin_stop()
        self.finish_stop(check_log)

    def begin_stop(self):
        """The first half of `stop`, which does not wait."""
        if self.master is not None:
            self.close_sessions()
            self._ends.append((len(self.log()), math.inf))
            self._end_began = time.monotonic()
            self.master.send_signal(signal.SIGTERM)

    def finish_stop(self, check_log=True):
        if self.master is None:
            return
        left = self._wait_gone()
        self._kill()
        try:
            assert not left, f"processes outlived the master: {left}"
            valgrind.check(self.directory)
            if check_log:
                self.check_log()
        finally:
            if self._owns_directory:
                shutil.rmtree(self.directory, ignore_errors=True)

    def _wait_gone(self):
        """Wait for all processes to end; returns those that do not."""
        deadline, told = time.monotonic() + STOP_TIMEOUT, False
        while time.monotonic() < deadline:
            self.master.poll()
            left = session_processes(self.master.pid)
            if not left:
                break
            if not told and time.monotonic() > self._end_began + PATIENCE:
                told = True     # 2.3 does not tell all of its children
                for pid in _without_log(left):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGTERM)
            time.sleep(0.02)
        return left

    def _kill(self):
        if self.master is None:
            return
        for pid in session_processes(self.master.pid):
            os.kill(pid, signal.SIGKILL)
        self.master.wait()
        self.master = None
        self.stop_redis()

    def stop_redis(self):
        """As if it had crashed."""
        if self._redis is not None:
            self._redis.kill()
            self._redis.wait()
            self._redis = None

    def reload(self):
        self.write_config()
        self.master.send_signal(signal.SIGHUP)

    def __enter__(self):
        return self if self.master else self.start()

    def __exit__(self, kind, *_):
        self.stop(check_log=kind is None)

    # ---------------------------------------------------------------- programs

    def inside(self, *argv):
        """The command line that runs a program where the modules are."""
        return ["nsenter", "-m", "-r", "-w", "-t", str(self.master.pid)] + \
            valgrind.wrapped(self.directory, [str(arg) for arg in argv])

    def run(self, *argv, stdin=b"", check=True, env=None):
        """Run a program where this server's modules are; returns the result.

        `check`: fail the test when it exits with another status than 0.
        """
        done = subprocess.run(
            self.inside(*argv), input=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
        assert not check or done.returncode == 0, \
            f"{argv} exited {done.returncode}: {done.stderr.decode()}"
        return done

    def doveadm(self, *args, **options):
        """Run doveadm; its standard output as text."""
        return self.run("doveadm", "-c", self.conf, *args,
                        **options).stdout.decode()

    def doveadm_rows(self, *args, **options):
        """Run doveadm with -f json; a list of dicts."""
        text = self.doveadm("-f", "json", *args, **options)
        return json.loads(text) if text.strip() else []

    def doveconf(self, *args, **options):
        return self.run("doveconf", "-c", self.conf, *args,
                        **options).stdout.decode()

    def lmtp(self, message, *recipients, **options):
        """Deliver by LMTP to users' names (name+Mailbox for a mailbox)."""
        answers = lmtp.deliver(HOST, self.lmtp_port, message,
                               [str(to) for to in recipients], **options)
        for code, text in answers:
            assert code == 250, text
        return answers

    def connect(self):
        """An IMAP connection before login, closed when the test ends."""
        self._sessions.append(Imap(HOST, self.imap_port))
        return self._sessions[-1]

    def close_sessions(self):
        while self._sessions:
            self._sessions.pop().close()

    # ------------------------------------------------------------------- users

    def new_user(self, storage=None, name=None, **fields):
        """A user nobody else has; `fields` are userdb fields of theirs."""
        name = name or f"u{next(self._users)}"
        if storage is not None:
            fields = {**config.storage_fields(self.series, storage), **fields}
        user = User(self, name, storage or self.setup.storage)
        user.write_fields(fields)
        return user

    # --------------------------------------------------------------------- log

    def log(self):
        path = self.directory / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def expect_log(self, pattern):
        """A line that matches must be logged before the test ends."""
        self._log_wanted.append(re.compile(pattern))

    def allow_log(self, pattern):
        """An alarming line that matches is no fault in this test."""
        self._log_allowed.append(re.compile(pattern))

    def wait_log(self, pattern, timeout=30):
        """The first line since the last check that matches, when it comes."""
        def news():
            return self.log()[self._log_offset:]

        return wait_for(
            lambda: next((line for line in news().splitlines()
                          if re.search(pattern, line)), None),
            lambda: f"a line of the log with {pattern}\n{news()}", timeout)

    def check_log(self):
        """Judge what was logged since the last check, and forget it."""
        wanted, allowed = self._log_wanted, self._log_allowed
        self._log_wanted, self._log_allowed = [], []
        try:
            for pattern in wanted:
                self.wait_log(pattern)
        finally:
            alarms = [line for line in self._new_alarms() if not any(
                pattern.search(line) for pattern in wanted + allowed)]
        assert not alarms, "Dovecot logged:\n" + "\n".join(alarms)

    def _new_alarms(self):
        """Alarming lines since the last call."""
        text, at, alarms = self.log(), self._log_offset, []
        self._log_offset = len(text)
        for line in text[at:].splitlines(keepends=True):
            if self._is_alarm(line, at):
                alarms.append(line.rstrip("\n"))
            at += len(line)
        return alarms

    def _is_alarm(self, line, at):
        """An Error is none once the server was told to end: that breaks off
        what its processes do."""
        said = _without_session(line)
        if any(began <= at < over for began, over in self._ends):
            return GRAVE.search(said) and not TOLD.search(line)
        return ALARM.search(said) and not NOISE.search(line)
