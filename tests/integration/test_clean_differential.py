"""Generated search commands, held against a reference of the rule.

Two sessions of one user ask the same: one with winnow_search = plain, one with
clean. What the rule leaves alone is answered alike. What it filters is answered
as the plain session answers for the messages that the reference lets through.
"""

import os
import re
import sys
from random import Random

import pytest

from clean_programs import Programs, add_rare_words
from clean_reference import Program, answer, is_filtered
from search_mail import append_all, new_mail, number_all
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")
SEED = int(os.environ.get("WINNOW_SEED", "20261127"))
MESSAGES = 150
COMMANDS = 800
RETURNS = ("", "ALL", "COUNT", "MIN", "MAX", "MIN MAX COUNT", "ALL COUNT",
           "PARTIAL 1:3", "COUNT PARTIAL 2:9", "SAVE", "SAVE COUNT",
           "SAVE MIN MAX", "SAVE ALL", "CONTEXT COUNT", "UPDATE COUNT")
SORTS = ("ARRIVAL", "REVERSE DATE", "SUBJECT FROM", "SIZE")
THREADS = ("REFERENCES", "REFS", "ORDEREDSUBJECT")


class Command:
    """A command of some kind, to be asked with one program or another."""

    def __init__(self, random):
        kind = random.choice(["SEARCH", "SEARCH", "RETURN", "SORT", "SORT RETURN",
                              "THREAD"])
        uid = random.choice(["", "UID "])
        self.options = random.choice(RETURNS).split() \
            if "RETURN" in kind else None
        returns = "" if self.options is None else \
            f"RETURN ({' '.join(self.options)}) "
        charset = random.choice(["", "", "CHARSET UTF-8 "])
        if kind.startswith("SORT"):
            self.head = f"{uid}SORT {returns}({random.choice(SORTS)}) UTF-8 "
        elif kind == "THREAD":
            self.head = f"{uid}THREAD {random.choice(THREADS)} UTF-8 "
        else:
            self.head = f"{uid}SEARCH {returns}{charset}"

    def ask(self, session, program):
        return Asked(session, self.head + program, self.options or ())


class Asked:
    """The reply to a command, with what differs between any two left out."""

    def __init__(self, session, line, options):
        reply = session.ok(line)
        self.lines = [line.replace(reply.tag, b"tag")
                      for line in reply.untagged]
        self.code = reply.code
        self.text = re.sub(r"\[.*?\] | \([\d.]+ .*", "", reply.text)
        if "UPDATE" in options:
            session.ok(f'CANCELUPDATE "{reply.tag.decode()}"')
        self.saved = None
        if "SAVE" in options:
            self.saved = session.uid_search("$")
            session.ok("SEARCH RETURN (SAVE) ALL")

    def __repr__(self):
        return f"{self.lines} {self.text} {self.saved}"

    def __eq__(self, other):
        return (self.lines, self.text, self.saved) == \
            (other.lines, other.text, other.saved)


class Sessions:
    """The plain one, the clean one, and the messages that both see."""

    def __init__(self, user, random):
        self.mails = [new_mail(random) for _ in range(MESSAGES)]
        add_rare_words(self.mails)
        append_all(user.imap("INBOX"), "INBOX", self.mails)
        number_all(self.mails, list(range(1, MESSAGES + 1)))
        user.imap("INBOX").logout()         # nothing is \Recent any more
        user.set_fields(winnow_search="plain")
        self.plain = user.imap("INBOX")
        user.set_fields(winnow_search="clean")
        self.clean = user.imap("INBOX")
        for session in (self.plain, self.clean):
            session.ok("SEARCH RETURN (SAVE) ALL")
            # Dovecot sorts dates otherwise as long as they are not cached
            session.ok("THREAD ORDEREDSUBJECT UTF-8 ALL")
        reader = Reader(SOURCES)
        self.is_spam = lambda mail: reader.classify(mail)[0] == "SPAM"

    def expected(self, program):
        found = self.plain.uid_search(program.text)
        return answer(program, self.mails, [self.mails[uid - 1] for uid in found],
                      self.is_spam)

    def check(self, command, text):
        program = Program(text)
        program.text = text
        asked = command.ask(self.clean, text)
        if not is_filtered(program, command.options):
            assert asked == command.ask(self.plain, text), command.head + text
            assert asked.code is None, command.head + text
            return "left alone"
        wanted = self.expected(program)
        uids = ",".join(str(mail.uid) for mail in wanted.found) or "999999"
        assert asked == command.ask(self.plain, "UID " + uids), \
            command.head + text
        assert asked.code == wanted.code, command.head + text
        return (wanted.code or "X-WINNOW nothing").split()[1].lower()


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
def test_answers_are_those_of_the_reference(start, storage):
    server = start(settings={"winnow_scanner": " ".join(SOURCES)})
    random = Random(f"{SEED} {storage}")
    sessions = Sessions(server.new_user(storage), random)
    programs = Programs(random)
    counts = {}
    for _ in range(COMMANDS):
        kind = sessions.check(Command(random), programs.program())
        counts[kind] = counts.get(kind, 0) + 1
    print(counts, file=sys.stderr)
    assert min(counts.get(kind, 0) for kind in (
        "left alone", "skipped", "shown", "nothing")) > COMMANDS // 50
