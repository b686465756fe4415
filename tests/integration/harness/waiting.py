"""Waiting for what comes when it comes: never for a time."""

import time


def wait_for(condition, what, timeout=60):
    """The first true value of condition(). `what` it is, or a function that
    tells it once it did not come."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(
        f"it did not come: {what() if callable(what) else what}")
