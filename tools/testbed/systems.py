"""The systems to test in: the host for its own series, a chroot for the other."""

import contextlib
import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from series import HOST_TOOLS

_STAMP = "etc/winnow-packages"
_POLICY = "usr/sbin/policy-rc.d"
_NO_SERVICES = "#!/bin/sh\n# services stay off in here\nexit 101\n"
_APT = ["apt-get", "-o", "DPkg::Lock::Timeout=600"]


class PrepareError(Exception):
    """A system cannot be made ready; the text says why and what to do."""


def cache_directory():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "winnow"


# ------------------------------------------------------------------- the host

def missing_packages(names, root="/"):
    """Those of the packages that are not installed in the system at root."""
    done = subprocess.run(
        ["dpkg-query", "--admindir", f"{root}/var/lib/dpkg", "-W", "-f",
         "${Package} ${db:Status-Status} ${Provides}\n"],
        stdout=subprocess.PIPE, text=True, check=True)
    have = set()
    for line in done.stdout.splitlines():
        package, status, *provides = line.split(None, 2)
        if status == "installed":
            have.add(package)
            have.update(word.split()[0] for word in
                        "".join(provides).split(",") if word.strip())
    return [name for name in names if name not in have]


def prepare_host(series, children, log, extra=()):
    """Install what the host lacks, and of `extra` packages; its services are
    not started."""
    missing = missing_packages(series.packages + HOST_TOOLS + tuple(extra))
    if not missing:
        return
    with _services_off(Path("/")):
        _apt(children, log, ["update"])
        _apt(children, log, ["install", "-y", "--no-install-recommends",
                             *missing])


@contextlib.contextmanager
def _services_off(root):
    """While packages are installed, policy-rc.d keeps their services off."""
    policy = root / _POLICY
    if policy.exists():
        yield
        return
    policy.write_text(_NO_SERVICES)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def _apt(children, log, args, prefix=()):
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive",
           "LC_ALL": "C.UTF-8"}
    if children.run([*prefix, *_APT, *args], log, env=env) != 0:
        raise PrepareError(f"apt-get {args[0]} failed; see {log}")


# ----------------------------------------------------------------- the chroot

class Chroot:
    """A Debian release in the cache directory, shared by all source trees.

    It is made beside its place and moved there when complete, so what stands
    in the place is complete unless somebody broke it. Users hold a shared lock.
    """

    def __init__(self, series, directory=None, extra=()):
        """`extra`: packages that not every run needs."""
        self.series, self._extra = series, tuple(extra)
        self.path = Path(directory or cache_directory() / series.release)
        self.root = str(self.path)
        self._part = self.path.with_name(self.path.name + ".part")
        self._lock = None

    def prepare(self, children, log):
        """Make it ready and keep it so until `release`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = open(str(self.path) + ".lock", "w")
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        if self._state() != "complete":
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._mend(children, log)
            fcntl.flock(self._lock, fcntl.LOCK_SH)
        return self

    def release(self):
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _state(self):
        """"absent", "broken", "outdated" (lacks packages) or "complete".

        Other trees may want other packages: what they installed stays, or each
        run would have to wait for those of the other tree.
        """
        if not self.path.exists():
            return "absent"
        stamp = self.path / _STAMP
        try:
            probe = subprocess.run(
                ["chroot", self.path, "dovecot", "--version"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            if not stamp.exists() or probe.returncode != 0 or \
               not probe.stdout.startswith(self.series.name + "."):
                return "broken"
            if missing_packages(self.series.packages + self._extra, self.path):
                return "outdated"
        except (OSError, subprocess.CalledProcessError):
            return "broken"
        return "complete"

    def _mend(self, children, log):
        state = self._state()
        if state == "complete":        # another run was faster
            return
        if state == "outdated":
            self._install(self.path, children, log)
            return
        for leftover in (self._part, self.path):
            if leftover.exists():
                self._remove(leftover)
        self._debootstrap(children, log)
        self._install(self._part, children, log)
        self._part.rename(self.path)

    def _remove(self, directory):
        busy = _users_of(directory)
        if busy:
            raise PrepareError(
                f"{directory} is incomplete, but cannot be removed while it is "
                f"in use: {busy[0]}. End that, then run this again.")
        shutil.rmtree(directory)

    def _debootstrap(self, children, log):
        # In a mount namespace of its own: what it mounts goes with it.
        status = children.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL",
             "--mount-proc", "debootstrap", "--variant=minbase",
             self.series.release, self._part], log)
        if status != 0:
            raise PrepareError(f"debootstrap {self.series.release} failed; "
                               f"see {log}")

    def _install(self, root, children, log):
        stamp = root / _STAMP
        stamp.unlink(missing_ok=True)
        self._write_sources(root)
        shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
        # The chroot's services stay off for good.
        (root / _POLICY).write_text(_NO_SERVICES)
        (root / _POLICY).chmod(0o755)
        prefix = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL",
                  "sh", "-c", 'mount -t proc proc "$0/proc" && exec chroot '
                  '"$0" "$@"', root]
        _apt(children, log, ["update"], prefix)
        _apt(children, log, ["upgrade", "-y"], prefix)
        _apt(children, log, ["install", "-y", "--no-install-recommends",
                             *self.series.packages, *self._extra], prefix)
        shutil.rmtree(root / "var/cache/apt/archives")
        stamp.write_text("all were installed\n")

    def _write_sources(self, root):
        """Updates and security beside what debootstrap found."""
        sources = root / "etc/apt/sources.list"
        for line in sources.read_text().splitlines():
            if line.startswith("deb "):
                mirror = line.split()[1]
                break
        else:
            raise PrepareError(f"{sources} names no mirror")
        release = self.series.release
        security = mirror.rstrip("/") + "-security"
        sources.write_text(f"deb {mirror} {release} main\n"
                           f"deb {mirror} {release}-updates main\n"
                           f"deb {security} {release}-security main\n")


def _users_of(directory):
    """Mounts and processes in a directory, described."""
    inside = str(directory.resolve())
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            point = line.split()[4].replace("\\040", " ")
            if point == inside or point.startswith(inside + "/"):
                found.append(f"{point} is mounted")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                root = os.readlink(entry / "root")
            except OSError:
                continue
            if root == inside or root.startswith(inside + "/"):
                found.append(f"process {entry.name} runs in it")
    return found
