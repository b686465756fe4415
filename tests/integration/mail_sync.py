"""Programs that keep a copy of a mailbox: each as `sync()` and `local()`.

A local message is a file of a Maildir, whatever the program.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from harness import installed_series
from harness.dovecot import HOST
from harness.user import PASSWORD

#: Seconds for one run; a busy machine needs the room.
SYNC_TIMEOUT = 120


def message_id(data):
    return re.search(rb"^message-id:\s*(<[^>]*>)", data, re.I | re.M).group(1) \
        .decode()


class Maildir:
    """What lies in a Maildir, and a user who changes it with other programs."""

    def __init__(self, path):
        self.path = Path(path)

    def files(self):
        """[(message id, file)]"""
        return [(message_id(file.read_bytes()), file)
                for part in ("cur", "new") for file in
                sorted((self.path / part).glob("*"))]

    def ids(self):
        return sorted(its for its, _ in self.files())

    def add(self, data, number):
        (self.path / "new" / f"{1700000000 + number}.local.here").write_bytes(
            data.replace(b"\r\n", b"\n"))

    def remove(self, its):
        for name, file in self.files():
            if name == its:
                file.unlink()

    def flag(self, its):
        for name, file in self.files():
            if name == its:
                base, _, flags = file.name.partition(":2,")
                flags = "".join(sorted(set(flags) ^ {"F"}))
                file.rename(self.path / "cur" / f"{base}:2,{flags}")


class Program:
    """A program with a directory of its own."""

    def __init__(self, server, user):
        self.server, self.user = server, user
        self._directory = tempfile.TemporaryDirectory(prefix="wnwsync")
        self.home = Path(self._directory.name)
        self.maildir = Maildir(self.home / "mail" / "INBOX")
        for part in ("cur", "new", "tmp"):
            (self.maildir.path / part).mkdir(parents=True)
        self.config = self.home / "config"
        self.config.write_text(self.configuration())

    def sync(self):
        done = subprocess.run(
            self.command(), timeout=SYNC_TIMEOUT, text=True,
            env={**os.environ, "HOME": str(self.home)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout

    def close(self):
        self._directory.cleanup()


class Mbsync(Program):
    """isync's mbsync, which asks with FETCH only."""

    def configuration(self):
        tls = "SSLType" if installed_series() == "2.3" else "TLSType"
        return f"""
IMAPStore server
Host {HOST}
Port {self.server.imap_port}
User {self.user.name}
Pass {PASSWORD}
{tls} None
AuthMechs LOGIN

MaildirStore local
Path {self.home}/mail/
Inbox {self.home}/mail/INBOX

Channel all
Far :server:
Near :local:
Patterns INBOX
Sync All
Create None
Expunge Both
SyncState *
CopyArrivalDate yes
"""

    def command(self):
        return ["mbsync", "-c", self.config, "all"]


class OfflineImap(Program):
    """offlineimap3. With a size to stay below it asks with SEARCH, and deletes
    what that does not find."""

    def configuration(self):
        return f"""
[general]
accounts = all
metadata = {self.home}/metadata
ui = quiet
socktimeout = {SYNC_TIMEOUT}

[Account all]
localrepository = local
remoterepository = server
maxsize = 1000000

[Repository local]
type = Maildir
localfolders = {self.home}/mail

[Repository server]
type = IMAP
remotehost = {HOST}
remoteport = {self.server.imap_port}
remoteuser = {self.user.name}
remotepass = {PASSWORD}
ssl = no
starttls = no
auth_mechanisms = LOGIN
folderfilter = lambda name: name == 'INBOX'
"""

    def command(self):
        return ["offlineimap", "-o", "-c", self.config]


class ImapSync(Program):
    """As imapsync does it: UID SEARCH for what is there, a copy of what is not
    here yet, and what was there once and is gone is deleted."""

    def __init__(self, server, user):
        super().__init__(server, user)
        self._known = set()

    def configuration(self):
        return ""

    def sync(self):
        imap = self.user.imap("INBOX")
        there = {}
        for uid in imap.uid_search("ALL"):
            line = imap.ok(f"UID FETCH {uid} (BODY.PEEK[])").untagged[0]
            data = line.partition(b"}\r\n")[2][:-1]
            there[message_id(data)] = (uid, data)
        here = dict(self.maildir.files())
        for its in set(here) | set(there):
            if its in here and its in there:
                pass
            elif its in here and its in self._known:
                here[its].unlink()
            elif its in here:
                imap.append("INBOX",
                            here[its].read_bytes().replace(b"\n", b"\r\n"))
            elif its in self._known:
                imap.ok(f"UID STORE {there[its][0]} +FLAGS (\\Deleted)")
            else:
                self.maildir.add(there[its][1], 10**6 + there[its][0])
        imap.ok("EXPUNGE")
        self._known = set(self.maildir.ids())
        imap.logout()
