"""Run a program in a series' system, shut off from the machine.

The box has its own processes, mounts, network (loopback only) and /run, where
the work directory appears as /run/work. When the program ends, or the box is
killed, everything that was started in it is gone.

As a program (`box.py [--open] ROOT WORK COMMAND…`) this is process 1 of the
box; with --open it only makes the mounts and becomes the command.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

WORK = "/run/work"
#: Where the directory named by WINNOW_CORPUS appears, if it is set.
CORPUS = "/run/corpus"
#: And the system named by WINNOW_CYRUS, for comparisons.
CYRUS = "/run/cyrus"
#: And the directory named by WINNOW_IMAPTEST, with a tester of IMAP servers.
IMAPTEST = "/run/imaptest"
#: Exit status when the program left processes behind.
LEFT_BEHIND = 97
#: Seconds that processes have to end by themselves after the program.
GRACE = 5

_MS_BIND, _MS_MOVE, _MS_REC = 0x1000, 0x2000, 0x4000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1


def command(root, work, argv):
    """The command line that runs argv in a box over the system at `root`."""
    return ["unshare", "--mount", "--pid", "--ipc", "--net", "--fork",
            "--kill-child=KILL", sys.executable, "-B", __file__, root, work,
            *argv]


def open_command(root, work, argv):
    """As `command`, but with the machine's processes and network.

    What is started there can go on running: only the mounts are its own.
    """
    return ["unshare", "--mount", sys.executable, "-B", __file__, "--open",
            root, work, *argv]


def _mount(source, target, kind=None, flags=0, data=None):
    libc = ctypes.CDLL(None, use_errno=True)
    encode = lambda text: None if text is None else os.fsencode(text)
    if libc.mount(encode(source), encode(target), encode(kind), flags,
                  encode(data)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), str(target))


def _make_root(root, work):
    """Give this process the file system of the box."""
    shown = {WORK: os.open(work, os.O_PATH)}
    for name, path in (("WINNOW_CORPUS", CORPUS), ("WINNOW_CYRUS", CYRUS),
                       ("WINNOW_IMAPTEST", IMAPTEST)):
        if os.environ.get(name):
            shown[path] = os.open(os.environ[name], os.O_PATH)
            os.environ[name] = path
    if root != "/":
        _mount(root, root, flags=_MS_BIND)
        _mount("/dev", root + "/dev", flags=_MS_BIND | _MS_REC)
        os.chdir(root)
        _mount(".", "/", flags=_MS_MOVE)
        os.chroot(".")
        os.chdir("/")
    _mount("proc", "/proc", "proc")
    _mount("winnow", "/run", "tmpfs", data="mode=0755")
    for path in ("/run/tmp", "/run/home", "/run/lock", *shown):
        os.mkdir(path)
    os.chmod("/run/tmp", 0o1777)
    for path, directory in shown.items():
        _mount(f"/proc/self/fd/{directory}", path, flags=_MS_BIND)
        os.close(directory)


def _loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        answer = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request)
        flags = struct.unpack("16sh14x", answer)[1] | _IFF_UP
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS,
                    struct.pack("16sh14x", b"lo", flags))


def _environment():
    keep = {name: value for name, value in os.environ.items()
            if name.startswith("WINNOW_") or name in ("TERM", "MAKEFLAGS")}
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
            "HOME": "/run/home", "TMPDIR": "/run/tmp", "TZ": "UTC",
            "PYTHONDONTWRITEBYTECODE": "1", **keep}


def _others():
    """What runs in the box besides this process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            name = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
        except OSError:
            continue
        if name:        # a zombie has none
            found[int(entry.name)] = name.decode("utf-8", "replace").strip()
    return found


def _reap():
    """Collect ended children; False when there are none at all."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
        return True
    except ChildProcessError:
        return False


def _wait(program):
    """Wait for the program, then for the rest; returns the exit status."""
    status = None
    while status is None:
        pid, raw = os.waitpid(-1, 0)
        if pid == program:
            status = os.waitstatus_to_exitcode(raw)
    deadline = time.monotonic() + GRACE
    while _reap() and time.monotonic() < deadline:
        time.sleep(0.02)
    left = _others()
    for pid, name in left.items():
        print(f"left running: {pid} {name}", flush=True)
    if status < 0:
        status = 128 - status
    return LEFT_BEHIND if left and status == 0 else status


def _exec(program):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.chdir(WORK)
    try:
        os.execvpe(program[0], program, _environment())
    except OSError as error:
        print(f"{program[0]}: {error.strerror}", file=sys.stderr)
        os._exit(127)


def main(argv):
    is_open = argv[1] == "--open"
    root, work, *program = argv[2:] if is_open else argv[1:]
    _make_root(root, work)
    if is_open:
        _exec(program)
    _loopback_up()
    child = os.fork()
    if child == 0:
        _exec(program)
    return _wait(child)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
