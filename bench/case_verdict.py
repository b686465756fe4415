"""One verdict from a typical header block, for each kind of filter."""

import os
import subprocess
from pathlib import Path

from cases import case
from lab import Result
from measure import Series

SOURCE = Path(__file__).resolve().parents[1]
ROUNDS = 60


def build(directory):
    """bench-verdict, compiled as distributions compile."""
    program = directory / "bench-verdict"
    room = SOURCE / "src" / "verdict"
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-g",
                    f"-I{room}", "-o", program,
                    SOURCE / "bench" / "bench-verdict.c",
                    *sorted(room.glob("*.c"))], check=True)
    return program


@case("verdict", "verdict")
def verdicts(lab):
    """Nanoseconds a message, beside looking for the line breaks of the same
    bytes. What is judged is a message that no filter has seen: most lines of
    a header are nobody's."""
    directory = lab.scratch()
    directory.mkdir()
    found = subprocess.run([build(directory), str(ROUNDS)], check=True,
                           capture_output=True, text=True).stdout
    scan, memchr = Series("a scan"), Series("memchr over the same bytes")
    for line in found.splitlines():
        name, scan_ns, memchr_ns, _ = line.split()
        scan.add(**{name: float(scan_ns)})
        memchr.add(**{name: float(memchr_ns)})
    return Result("", "ns for one verdict", [scan, memchr], 2,
                  judged="unscanned", same_answer=False)
