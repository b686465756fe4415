"""Where a source tree is built: out of itself, one place for each series."""

import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
from pathlib import Path

from systems import cache_directory

#: Not copied where there is no git to say what belongs to the tree.
_NOT_SOURCE = {".git", "__pycache__", ".pytest_cache", "autom4te.cache",
               ".deps", ".libs"}


class Workspace:
    """The build directory of one source tree and one series."""

    def __init__(self, source, series):
        self.source = Path(source).resolve()
        base = os.environ.get("WINNOW_BUILD") or cache_directory() / "build"
        key = hashlib.sha256(str(self.source).encode()).hexdigest()[:10]
        self.path = Path(base) / f"{self.source.name}-{key}" / series.name
        self.tree = self.path / "tree"
        self.logs = self.path / "logs"
        self._lock = None

    def lock(self, tell):
        """Keep other runs out; `tell(text)` is called if one must be waited for."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = open(self.path / "lock", "w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"waiting for another run in {self.path}")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir()

    def unlock(self):
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def copy_tree(self):
        """Bring the copy up to date; untouched files keep their times."""
        wanted = set(source_files(self.source))
        listed = self.path / "files"
        if listed.exists():
            for name in set(listed.read_text().splitlines()) - wanted:
                (self.tree / name).unlink(missing_ok=True)
        for name in sorted(wanted):
            _copy_if_changed(self.source / name, self.tree / name)
        listed.write_text("".join(name + "\n" for name in sorted(wanted)))


def source_files(source):
    """Relative names of all files of the source tree as it lies there."""
    git = ["git", "-c", "safe.directory=*", "-C", str(source)]
    try:
        done = subprocess.run(
            git + ["ls-files", "-z", "--cached", "--others",
                   "--exclude-standard"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        done = None
    if done is not None and done.returncode == 0:
        names = os.fsdecode(done.stdout).split("\0")
    else:
        names = _walk(source)
    return [name for name in names if name and
            (source / name).is_file() or (source / name).is_symlink()]


def _walk(source):
    names = []
    for directory, inner, files in os.walk(source):
        inner[:] = [name for name in inner if name not in _NOT_SOURCE]
        names += [str((Path(directory) / name).relative_to(source))
                  for name in files]
    return names


def _copy_if_changed(source, target):
    if source.is_symlink():
        if not (target.is_symlink() and
                os.readlink(target) == os.readlink(source)):
            target.unlink(missing_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(os.readlink(source))
        return
    data, mode = source.read_bytes(), stat.S_IMODE(source.stat().st_mode)
    if not target.is_file() or target.is_symlink() or \
       target.read_bytes() != data:
        target.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    if stat.S_IMODE(target.stat().st_mode) != mode:
        target.chmod(mode)
