"""Which Dovecot is installed here, and where its parts are."""

import functools
import re
import subprocess
from pathlib import Path

LIBEXEC = Path("/usr/lib/dovecot")
#: Compiled into Dovecot for settings/ and doveadm/, so it cannot be moved.
MODULES = LIBEXEC / "modules"
SERIES = ("2.3", "2.4")


@functools.lru_cache(maxsize=None)
def installed_version():
    """(major, minor, patch) of the Dovecot on this system."""
    text = subprocess.run(["dovecot", "--version"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
    if match is None:
        raise RuntimeError(f"dovecot --version says {text!r}")
    return tuple(int(part) for part in match.groups())


def installed_series():
    """"2.3" or "2.4"."""
    return "%d.%d" % installed_version()[:2]
