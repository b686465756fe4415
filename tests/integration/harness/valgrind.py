"""Run the mail processes under valgrind when WINNOW_VALGRIND is set."""

import os
from pathlib import Path

from .series import LIBEXEC

SERVICES = ("imap", "lmtp")
SUPPRESSIONS = Path(__file__).with_name("valgrind.supp")
ERROR_EXIT = 99


def wanted():
    return bool(os.environ.get("WINNOW_VALGRIND"))


def wrappers(directory):
    """{service: wrapper script} for the configuration, {} when not wanted."""
    if not wanted():
        return {}
    logs = directory / "valgrind"
    logs.mkdir(exist_ok=True)
    logs.chmod(0o777)
    return {name: _wrapper(directory, logs, name) for name in SERVICES}


def _wrapper(directory, logs, name):
    script = directory / f"valgrind-{name}"
    script.write_text(f"""#!/bin/sh
exec valgrind -q --vgdb=no --tool=memcheck --track-origins=yes --num-callers=30 \\
  --leak-check=full --show-leak-kinds=definite \\
  --errors-for-leak-kinds=definite --error-exitcode={ERROR_EXIT} \\
  --suppressions={SUPPRESSIONS} --log-file={logs}/{name}.%p \\
  {LIBEXEC}/{name} "$@"
""")
    script.chmod(0o755)
    return script


def check(directory):
    """Fail with valgrind's report if any process had an error."""
    if not wanted():
        return
    reports = [path.read_text(errors="replace")
               for path in sorted((directory / "valgrind").glob("*.*"))]
    reports = [text for text in reports if text.strip()]
    assert not reports, "valgrind reports:\n" + "\n".join(reports)
