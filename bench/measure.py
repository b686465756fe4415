"""Time of a server's process and of its client, and what was answered."""

import hashlib
import os
import re
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path


def cpu_clock(pid):
    """The CPU time of a process, its threads together, in nanoseconds.

    Linux names the clock of every process by its id; unlike utime and stime in
    /proc it does not count in ticks of 10 ms.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)


def process_at(local_port, peer_port, name):
    """The id of the process `name` that holds the server's end of a connection."""
    wanted = (f":{local_port:04X}", f":{peer_port:04X}")
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if (words[1][-5:], words[2][-5:]) == wanted:
            inode = f"socket:[{words[9]}]"
            break
    else:
        raise RuntimeError("no such connection")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _holds(entry, name, inode):
            return int(entry.name)
    raise RuntimeError(f"no process {name} has the connection")


def _holds(process, name, inode):
    try:
        return (process / "comm").read_text().strip() == name and \
            inode in (os.readlink(fd) for fd in (process / "fd").iterdir())
    except OSError:         # it ended, or closed the file
        return False


def wait_idle(pid):
    """Wait until the process sleeps: what it does after an answer counts."""
    stat = Path(f"/proc/{pid}/stat")
    while stat.read_text().rpartition(")")[2].split()[0] != "S":
        time.sleep(0.0005)


@dataclass(frozen=True)
class Answer:
    """The untagged responses to a command, without its tag and without the
    news of its progress that a long one sends."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data):
        data = re.sub(rb' \(TAG "[^"]*"\)', b"", data)
        data = re.sub(rb"^\* OK .*\r?\n?", b"", data, flags=re.MULTILINE)
        return cls(len(data), hashlib.sha256(data).hexdigest())


class Meter:
    """Measures commands on one IMAP session of the harness."""

    def __init__(self, imap):
        self.imap = imap
        peer, local = imap.socket.getsockname()[1], imap.socket.getpeername()[1]
        self.pid = process_at(local, peer, "imap")

    def run(self, command):
        """(CPU ns, wall ns, Answer) of one command."""
        tag = self.imap.next_tag()
        wait_idle(self.pid)
        cpu, wall = cpu_clock(self.pid), time.perf_counter_ns()
        self.imap.socket.sendall(tag + b" " + command.encode() + b"\r\n")
        data, tagged = self._read(tag)
        wall = time.perf_counter_ns() - wall
        wait_idle(self.pid)
        cpu = cpu_clock(self.pid) - cpu
        if not tagged.startswith(b"OK"):
            raise RuntimeError(f"{command}: {tagged.decode()}")
        return cpu, wall, Answer.of(data)

    def _read(self, tag):
        """What comes before the tagged line, and that line without the tag."""
        pieces, end = [], b""
        while True:
            pieces.append(self.imap.socket.recv(1 << 20))
            if not pieces[-1]:
                raise RuntimeError("the server closed the connection")
            end = (end + pieces[-1])[-4096:]
            if end.endswith(b"\r\n") and \
               end[:-2].rpartition(b"\r\n")[2].startswith(tag + b" "):
                data, _, line = b"".join(pieces)[:-2].rpartition(b"\r\n")
                return data, line[len(tag) + 1:]


@dataclass
class Series:
    """Samples of one side of a comparison, in one unit."""

    #: what was measured, as a client or an administrator would say it
    command: str
    #: {"cpu_ms": [...], "wall_ms": [...]} or whatever the case measures
    samples: dict = field(default_factory=dict)
    answer: Answer = None

    def add(self, answer=None, **values):
        for name, value in values.items():
            self.samples.setdefault(name, []).append(value)
        if answer is not None:
            if self.answer not in (None, answer):
                raise RuntimeError(f"{self.command}: answered in two ways")
            self.answer = answer

    def median(self, name):
        return statistics.median(self.samples[name])

    def as_json(self):
        out = {"command": self.command, "samples": self.samples,
               "median": {name: self.median(name) for name in self.samples}}
        if self.answer is not None:
            out["answer"] = {"bytes": self.answer.size,
                             "sha256": self.answer.sha256}
        return out
