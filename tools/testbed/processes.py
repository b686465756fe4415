"""Child processes: each is known until it ends, and all end with us."""

import ctypes
import os
import signal
import subprocess
import threading

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Stopped(Exception):
    """The run was told to end."""


class Children:
    """Starts programs, ends all of them at once when told to."""

    def __init__(self):
        # a second signal may come while the first one is answered
        self._lock = threading.RLock()
        self._running = set()
        self.stopping = False

    def run(self, argv, log, timeout=3600, env=None, cwd=None):
        """Run a program to its end, all output to the file `log`.

        Returns its exit status, negative for a signal. Raises Stopped when the
        run ends early. The program and all it started are gone afterwards only
        if it is a box (see box.py); others are ended as a process group.
        """
        with open(log, "ab") as out:
            with self._lock:
                if self.stopping:
                    raise Stopped
                child = subprocess.Popen(
                    [str(arg) for arg in argv], stdin=subprocess.DEVNULL,
                    stdout=out, stderr=subprocess.STDOUT, env=env, cwd=cwd,
                    start_new_session=True, preexec_fn=_die_with_parent)
                self._running.add(child)
            try:
                status = child.wait(timeout)
            except subprocess.TimeoutExpired:
                out.write(b"\nended after %d s without a result\n" % timeout)
                _end(child)
                status = child.wait()
            finally:
                with self._lock:
                    self._running.discard(child)
        if self.stopping:
            raise Stopped
        return status

    def stop(self):
        """End everything that runs now; nothing starts any more."""
        with self._lock:
            self.stopping = True
            for child in self._running:
                _end(child)


def _end(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
