"""imaptest, the tester of IMAP servers that Dovecot's authors use.

It is no part of winnow: WINNOW_IMAPTEST names a directory with the program
`imaptest`, which must run on both series' systems, and its scripted tests in
`tests`. What it says is kept beside the logs.
"""

import os
import re
import subprocess
from pathlib import Path

from harness import log_directory

DIRECTORY = os.environ.get("WINNOW_IMAPTEST")
#: Seconds that the scripted tests may take; they take ten.
SCRIPTS_TIMEOUT = 600
SUMMARY = re.compile(
    r"(?P<groups>\d+) test groups: (?P<failed>\d+) failed, "
    r"(?P<skipped>\d+) skipped.*\n"
    r"base protocol: (?P<base>\d+/\d+) .*\n"
    r"extensions: (?P<extensions>\d+/\d+) ")
#: A group that failed and the command that did, or the group's beginning.
FAULT = re.compile(r"^\*\*\* Test (\S+) (command \d+|initialization)",
                   re.MULTILINE)


def begin(name, server, *words):
    """Start it; what it says goes to the file of that name."""
    with open(output(name, server), "wb") as out:
        return subprocess.Popen(
            ["stdbuf", "-oL", Path(DIRECTORY) / "imaptest", *words,
             f"host={server.host}", f"port={server.imap_port}"],
            cwd=server.directory, stdin=subprocess.DEVNULL, stdout=out,
            stderr=out)


def output(name, server):
    """The file that has what it said."""
    kind = "winnow" if server.setup.winnow else "stock"
    return log_directory() / f"imaptest-{name}-{kind}-{server.imap_port}.log"


def scripts(user):
    """Run the scripted tests as a user: (counts, what failed)."""
    name = f"scripts-{user.storage}"
    process = begin(name, user.dovecot, f"user={user}",
                    f"pass={user.password}", f"test={DIRECTORY}/tests")
    try:
        process.wait(SCRIPTS_TIMEOUT)
    finally:
        process.kill()
        process.wait()
    said = output(name, user.dovecot).read_text(errors="replace")
    summary = SUMMARY.search(said)
    assert summary, said
    return summary.groupdict(), FAULT.findall(said)
