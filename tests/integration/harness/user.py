"""A user of a private Dovecot."""

import os
import time
from pathlib import Path

from . import config
from .series import LIBEXEC

#: Of every user.
PASSWORD = "secret"


class User:
    """A user of a server, and the ways to put mail into their mailboxes."""

    def __init__(self, dovecot, name, storage):
        self.dovecot, self.name, self.storage = dovecot, name, storage
        self.home = dovecot.directory / "mail" / "home" / name
        self.password = PASSWORD
        self._fields = {}

    def __str__(self):
        return self.name

    def write_fields(self, fields):
        """Write their entry: a passwd-file of their own, so always fresh."""
        self._fields = fields
        words = " ".join(f"userdb_{key}={value}"
                         for key, value in fields.items())
        (self.dovecot.directory / "users" / self.name).write_text(
            f"{self.name}:{{PLAIN}}{PASSWORD}:{config.MAIL_UID}:"
            f"{config.MAIL_UID}::{self.home}::{words}\n")
        if self.dovecot.setup.listed:
            config.write_list(self.dovecot.directory)

    def set_fields(self, **fields):
        """Change userdb fields; new sessions see them."""
        paths = [self.dovecot.directory / "users" / self.name,
                 self.dovecot.directory / config.LIST]
        before = [int(path.stat().st_mtime) for path in paths]
        self.write_fields({**self._fields, **fields})
        # Dovecot looks once a second, at the seconds of the time and the size.
        for path, mtime in zip(paths, before):
            os.utime(path, (mtime + 1, mtime + 1))
        time.sleep(1.1)

    def imap(self, mailbox=None):
        """A session of theirs, with a mailbox selected if one is named."""
        session = self.dovecot.connect()
        session.login(self.name, self.password)
        if mailbox is not None:
            session.select(mailbox)
        return session

    def lmtp(self, message, mailbox=None):
        self.dovecot.lmtp(message,
                          f"{self.name}+{mailbox}" if mailbox else self.name)

    def lda(self, message, mailbox=None, **options):
        """Deliver with dovecot-lda, as a mail server's pipe does."""
        where = ["-m", mailbox] if mailbox else []
        return self.dovecot.run(
            LIBEXEC / "dovecot-lda", "-c", self.dovecot.conf, "-d", self.name,
            "-f", "sender@example.org", *where, stdin=message, **options)

    def save(self, message, mailbox="INBOX"):
        """Save with `doveadm save`."""
        self.doveadm("save", "-m", mailbox, stdin=message)

    def doveadm(self, command, *args, **options):
        """Run a doveadm mail command (one or two words) for this user."""
        return self.dovecot.doveadm(*command.split(), "-u", self.name, *args,
                                    **options)

    def doveadm_rows(self, command, *args, **options):
        return self.dovecot.doveadm_rows(*command.split(), "-u", self.name,
                                         *args, **options)

    def path(self, mailbox="INBOX", kind="mailbox"):
        """Where Dovecot keeps a mailbox; kind "index" is its index files."""
        return Path(self.doveadm("mailbox path", "-t", kind, mailbox).strip())

    def index_files(self, mailbox="INBOX"):
        """dovecot.index, its log and cache, as far as they are there."""
        return sorted(self.path(mailbox, "index").glob("dovecot*.index*"))

    def write(self, path, text):
        """A file in their home, owned as mail is."""
        target = self.home / path
        made = [p for p in [target, *target.parents] if not p.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        for item in made + [target]:
            os.chown(item, config.MAIL_UID, config.MAIL_UID)
        return target

    def virtual_mailbox(self, name, *rules):
        """Define Virtual/<name>; rules are the lines of dovecot-virtual."""
        self.write(f"virtual/{name}/dovecot-virtual",
                   "\n".join(rules) + "\n")

    def sieve(self, script):
        """Set their Sieve script."""
        self.write(".dovecot.sieve", script)
