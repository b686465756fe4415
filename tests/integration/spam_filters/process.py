"""A daemon that a test starts and ends."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from harness.dovecot import _listening as listening, session_processes

START_TIMEOUT = 120


class Daemon:
    """A process that stays in the foreground, in a directory of its own.

    Ended with all that it started. `owner` is the user that it becomes.
    """

    owner = "root"

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="wnf"))
        self.directory.chmod(0o755)
        self.log = self.directory / "log"
        self._process = None

    def make(self, name):
        """A directory that the daemon may write to."""
        path = self.directory / name
        path.mkdir(parents=True, exist_ok=True)
        self.give(path)
        return path

    def give(self, path):
        entry = pwd.getpwnam(self.owner)
        os.chown(path, entry.pw_uid, entry.pw_gid)

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, argv, port):
        with open(self.directory / "output", "wb") as output:
            self._process = subprocess.Popen(
                [str(word) for word in argv], stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
                cwd=self.directory)
        deadline = time.monotonic() + START_TIMEOUT
        while port not in listening():
            if self._process.poll() is not None or \
               time.monotonic() > deadline:
                text = self.text()
                self.stop()
                raise RuntimeError(f"{argv[0]} did not start:\n{text}")
            time.sleep(0.02)

    def text(self):
        """All that it wrote to its log, and otherwise."""
        return "".join(path.read_text(errors="replace")
                       for path in (self.directory / "output", self.log)
                       if path.exists())

    def stop(self):
        if self._process is not None:
            self._end()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _end(self):
        """Nothing of theirs has to be saved, so they are not asked."""
        for session in self.sessions():
            while session_processes(session):
                for pid in session_processes(session):
                    _kill(pid)
                self._process.poll()
                time.sleep(0.01)
        self._process.wait()
        self._process = None

    def sessions(self):
        """Those in which its processes run."""
        return [self._process.pid]


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
