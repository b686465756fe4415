"""What tools/test has built, and where it keeps its logs."""

import os
import tempfile
from pathlib import Path


def stage():
    """DESTDIR of an installed winnow, or None."""
    path = os.environ.get("WINNOW_STAGE")
    return Path(path) if path else None


def log_directory():
    """Where to put what should outlive the test: beside the run's logs."""
    logs = stage().parent / "logs" if stage() else None
    return logs if logs and logs.is_dir() else Path(tempfile.gettempdir())
