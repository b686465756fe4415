"""Planted faults: each is put into a copy of the tree, and a test must fail.

tests/mutants has them as blocks of `key: value` lines with a blank line between:

    mutant: what is broken
    file:   the file it is in
    from:   text that stands in one place of it
    to:     what to write there instead
    by:     unit, or the integration tests that must notice (as pytest's -k)
"""

import contextlib
import shlex
import shutil
from dataclasses import dataclass

import box

_COPIED = ("tree", "quick")


class TableError(Exception):
    """tests/mutants and the sources do not fit."""


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str
    by: str


def read(path):
    """The mutants of a table, in its order."""
    keys = {"mutant": "name", "file": "file", "from": "old", "to": "new",
            "by": "by"}
    found = []
    for text in path.read_text().split("\n\n"):
        lines = [line for line in text.splitlines()
                 if line.strip() and not line.startswith("#")]
        if not lines:
            continue
        fields = {}
        for line in lines:
            key, _, value = line.partition(":")
            if key not in keys:
                raise TableError(f"{path}: {line!r} is none of "
                                 f"{', '.join(keys)}")
            fields[keys[key]] = value.strip()
        if len(fields) != len(keys):
            raise TableError(f"{path}: incomplete: {lines[0]!r}")
        found.append(Mutant(**fields))
    return found


class Nursery:
    """A copy of a built workspace, in which one mutant lives at a time."""

    def __init__(self, workspace):
        self._source = workspace.path
        self.path = workspace.path / "mutant"

    def __enter__(self):
        shutil.rmtree(self.path, ignore_errors=True)
        for name in _COPIED:
            shutil.copytree(self._source / name, self.path / name,
                            symlinks=True)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    @contextlib.contextmanager
    def planted(self, mutant):
        """The fault is there in the with block. No file: no fault."""
        if not mutant.file:
            yield
            return
        path = self.path / "tree" / mutant.file
        sound = path.read_text() if path.exists() else ""
        if sound.count(mutant.old) != 1:
            raise TableError(f"its text stands {sound.count(mutant.old)} "
                             f"times in {mutant.file}")
        path.write_text(sound.replace(mutant.old, mutant.new))
        try:
            yield
        finally:
            path.write_text(sound)


def test_script(mutant):
    """The commands that must fail."""
    if mutant.by == "unit":
        return "make -C quick -f ../tree/tools/testbed/quick.mk unit"
    words = ["python3", "-m", "pytest", "-x", "-q", "-k", mutant.by]
    return (f"export WINNOW_STAGE={box.WORK}/stage\n"
            f"cd tree/tests/integration\n{shlex.join(words)}")


def was_noticed(mutant, status):
    """Did a test fail? Of pytest, 1 is that; 5 is that there was none."""
    return status == 1 if mutant.by != "unit" else status != 0
