"""Run the mail processes under valgrind when WINNOW_VALGRIND is set."""

import os
import shlex
from pathlib import Path

from .series import LIBEXEC

#: What the master starts, and what a test starts itself.
SERVICES = ("imap", "lmtp")
PROGRAMS = ("doveadm", "dovecot-lda")
SUPPRESSIONS = Path(__file__).with_name("valgrind.supp")
ERROR_EXIT = 99


def wanted():
    return bool(os.environ.get("WINNOW_VALGRIND"))


def _logs(directory):
    logs = directory / "valgrind"
    logs.mkdir(exist_ok=True)
    logs.chmod(0o777)
    return logs


def _command(directory, name):
    return ["valgrind", "-q", "--vgdb=no", "--tool=memcheck",
            "--num-callers=30", "--keep-debuginfo=yes", "--leak-check=full",
            "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            f"--error-exitcode={ERROR_EXIT}", f"--suppressions={SUPPRESSIONS}",
            f"--log-file={_logs(directory)}/{name}.%p"]


def wrappers(directory):
    """{service: wrapper script} for the configuration, {} when not wanted."""
    if not wanted():
        return {}
    return {name: _wrapper(directory, name) for name in SERVICES}


def _wrapper(directory, name):
    script = directory / f"valgrind-{name}"
    words = shlex.join(_command(directory, name))
    script.write_text(f'#!/bin/sh\nexec {words} {LIBEXEC}/{name} "$@"\n')
    script.chmod(0o755)
    return script


def wrapped(directory, argv):
    """The command line of a program, under valgrind if that is wanted."""
    name = Path(argv[0]).name
    if not wanted() or name not in PROGRAMS:
        return argv
    return [*_command(directory, name), *argv]


def check(directory):
    """Fail with valgrind's report if any process had an error."""
    if not wanted():
        return
    reports = [path.read_text(errors="replace")
               for path in sorted(_logs(directory).glob("*.*"))]
    reports = [text for text in reports if text.strip()]
    assert not reports, "valgrind reports:\n" + "\n".join(reports)
