"""Mailboxes of generated messages, kept between runs, in the states that
benchmarks need.

A state is a copy of the mailbox's indexes: the messages are there only once.
"""

import os
import shutil
from pathlib import Path

import mail
from harness import config

#: Changes with what is kept: older mailboxes are made anew.
FORMAT = 1
USER = config.MAIL_UID


class Mailbox:
    """One mailbox on one storage, for as many users as want to see it."""

    def __init__(self, cache, storage, mix):
        self.storage, self.mix = storage, mix
        self.writer = mail.Writer(mix)
        self.path = Path(cache) / f"{FORMAT}-{storage}-{mix}"

    def fields(self, series, index):
        """userdb fields of a user who sees it, with indexes of their own."""
        messages = self.path / "mail"
        if series == "2.3":
            return {"mail": f"{self.storage}:{messages}:INDEX={index}"}
        return {"mail_driver": self.storage, "mail_path": messages,
                "mail_index_path": index}

    def state(self, name, lab):
        """The directory with the indexes of that state; made if need be."""
        kept = self.path / name
        if not kept.exists():
            lab.tell(f"making {self.storage} of {self.mix.count} messages, "
                     f"{name}")
            part = self.path / "part"
            shutil.rmtree(part, ignore_errors=True)
            make, start = _STATES[name]
            if start is None:
                shutil.rmtree(self.path, ignore_errors=True)
                _directory(self.path)
            else:
                copy_indexes(self.state(start, lab), part)
            make(self, lab, part)
            part.rename(kept)
        return kept

    def spam_sets(self, size=4000):
        """The UIDs of the spam, as sets that fit into a command."""
        uids = [uid for uid in range(1, self.mix.count + 1)
                if self.writer.is_spam(uid)]
        for start in range(0, len(uids), size):
            yield ",".join(map(str, uids[start:start + size]))


def _directory(path):
    path.mkdir(parents=True, exist_ok=True)
    os.chown(path, USER, USER)


def copy_indexes(source, target):
    """A copy of a state to work with, its modification times kept."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    for directory, _, names in os.walk(target):
        for path in [directory] + [f"{directory}/{name}" for name in names]:
            os.chown(path, USER, USER)


# -------------------------------------------------------------------- states

def _mbox(series, directory):
    """The words by which doveadm import knows what write_mbox() wrote."""
    if series == "2.3":
        return [f"mbox:{directory}:INBOX={directory}/inbox"]
    return ["-p", f"mail_inbox_path={directory}/inbox", f"mbox:{directory}"]


def _make(mailbox, lab, index):
    """As stock Dovecot makes it: no record, no keyword, little cached."""
    if mailbox.mix.count > mail.DISTINCT:
        _multiply(mailbox, lab, index)
    else:
        _import(mailbox, lab, index)


def _multiply(mailbox, lab, index):
    """A smaller one and copies of it. To Dovecot they are all messages of
    their own; on disk most are hard links, which takes a tenth of the time."""
    base = lab.mailbox(mailbox.storage, mail.DISTINCT)
    copy_indexes(base.state("plain", lab), index)
    shutil.copytree(base.path / "mail", mailbox.path / "mail",
                    copy_function=os.link)
    for directory, _, _ in os.walk(mailbox.path / "mail"):
        os.chown(directory, USER, USER)
    with lab.user("stock", mailbox, index).imap("INBOX") as imap:
        imap.timeout = 600
        for have in range(mail.DISTINCT, mailbox.mix.count, mail.DISTINCT):
            imap.ok(f"COPY 1:{min(mail.DISTINCT, mailbox.mix.count - have)} "
                    "INBOX")
        imap.logout()


def _import(mailbox, lab, index):
    source = mailbox.path / "source"
    _directory(source)
    mail.write_mbox(mailbox.writer, source / "inbox")
    os.chown(source / "inbox", USER, USER)
    user = lab.user("stock", mailbox, index)
    user.doveadm("import", *_mbox(user.dovecot.series, source), "", "all")
    shutil.rmtree(source)
    with user.imap("INBOX") as imap:
        have = len(imap.search("ALL"))
        if have != mailbox.mix.count:
            raise RuntimeError(f"{have} messages came of {mailbox.mix.count}")
        imap.logout()


def _teach(mailbox, lab, index):
    """$Junk on exactly the spam."""
    with lab.user("stock", mailbox, index).imap("INBOX") as imap:
        for uids in mailbox.spam_sets():
            imap.ok(f"UID STORE {uids} +FLAGS.SILENT ($Junk)")
        imap.logout()


def _record(mailbox, lab, index):
    """Every message has its verdict in the index."""
    with lab.user("winnow", mailbox, index).imap("INBOX") as imap:
        imap.ok("SEARCH RETURN (COUNT) X-WINNOW SPAM")
        imap.logout()


def _cache(mailbox, lab, index):
    """X-Spam-Flag of every message is in Dovecot's cache."""
    with lab.user("stock", mailbox, index).imap("INBOX") as imap:
        for _ in range(2):
            imap.ok("SEARCH RETURN (COUNT) HEADER X-Spam-Flag YES")
        imap.logout()


def _index_words(mailbox, lab, index):
    """Every word is in the full text index, and every verdict in its record."""
    lab.user("stock-fts", mailbox, index).doveadm("index", "INBOX")


#: name: (what makes it, the state it is made from)
_STATES = {
    "plain": (_make, None),
    "keyword": (_teach, "plain"),
    "records": (_record, "plain"),
    "cached": (_cache, "plain"),
    "words": (_index_words, "records"),
}
