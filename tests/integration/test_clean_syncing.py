"""Programs that keep a copy of a mailbox, where search is clean.

What changes here or there arrives on the other side; no message is lost, none
comes twice, spam or not.
"""

import os
from random import Random

import pytest

from harness import message, rspamd
from mail_sync import ImapSync, Mbsync, OfflineImap

SEED = int(os.environ.get("WINNOW_SEED", "20261127"))
ROUNDS, MANY_ROUNDS = 10, 200
HEADERS = {"spam": rspamd(9.0), "ham": rspamd(0.5), "unknown": []}


class Both:
    """A mailbox, its copy, and what both must hold."""

    def __init__(self, program, user, random):
        self.program, self.user, self.random = program, user, random
        self.expected, self.number = set(), 0

    def _message(self):
        self.number += 1
        its = f"<copy{self.number}@example.org>"
        self.expected.add(its)
        kind = self.random.choice(["spam", "spam", "ham", "unknown"])
        return message(f"apples {self.number}", "Fresh fruit.\n",
                       HEADERS[kind], message_id=its)

    def _any(self):
        return self.random.choice(sorted(self.expected)) \
            if self.expected else None

    # ------------------------------------------------------ what may happen

    def add_there(self):
        self.user.imap().append("INBOX", self._message())

    def add_here(self):
        self.program.maildir.add(self._message(), self.number)

    def remove_there(self):
        self._there(self._any(), "\\Deleted", True)

    def remove_here(self):
        its = self._any()
        if its in self.program.maildir.ids():
            self.program.maildir.remove(its)
            self.expected.discard(its)

    def flag_there(self):
        self._there(self._any(), self.random.choice(["\\Seen", "\\Flagged"]))

    def flag_here(self):
        self.program.maildir.flag(self._any())

    def search_there(self):
        """Somebody looks for words meanwhile."""
        imap = self.user.imap("INBOX")
        imap.ok("UID SEARCH TEXT apples")
        imap.ok("UID THREAD REFS UTF-8 SUBJECT apples")

    def _there(self, its, flag, remove=False):
        imap = self.user.imap("INBOX")
        for uid in imap.uid_search(f"HEADER Message-ID {its}"):
            imap.ok(f"UID STORE {uid} +FLAGS ({flag})")
            if remove:
                imap.ok("EXPUNGE")
                self.expected.discard(its)

    # ------------------------------------------------------------- one round

    def change(self):
        for _ in range(self.random.randrange(1, 6)):
            self.random.choices(
                [self.add_there, self.add_here, self.remove_there,
                 self.remove_here, self.flag_there, self.flag_here,
                 self.search_there], [5, 2, 1, 1, 2, 1, 2])[0]()

    def there(self):
        imap = self.user.imap("INBOX")
        found = [text.split("<")[1].split(">")[0] for text in imap.fetch(
            "1:*", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]").values()] \
            if imap.search("ALL") else []
        return sorted(f"<{its}>" for its in found)

    def check(self, when):
        assert self.there() == sorted(self.expected), when
        assert self.program.maildir.ids() == sorted(self.expected), when


def run(start, program_class, rounds):
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_search": "clean"})
    user = server.new_user("maildir")
    program = program_class(server, user)
    both = Both(program, user, Random(f"{SEED} {program_class.__name__}"))
    try:
        for number in range(rounds):
            both.change()
            program.sync()
            both.check(f"after round {number}")
            server.close_sessions()
    finally:
        program.close()


PROGRAMS = [ImapSync, pytest.param(Mbsync, marks=pytest.mark.clients),
            pytest.param(OfflineImap, marks=pytest.mark.clients)]


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_is_lost_or_comes_twice(start, program):
    run(start, program, ROUNDS)


@pytest.mark.long
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_is_lost_or_comes_twice_for_long(start, program):
    run(start, program, MANY_ROUNDS)
