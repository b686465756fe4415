"""GNOME Evolution (3.61 and later) is a client of ESEARCH: what it sends, and
how it reads the answers, word by word."""

import re

import pytest

from harness import Literal, message
from harness.imap import quote


class Evolution:
    """As camel-imapx-server.c searches in several folders."""

    def __init__(self, imap):
        self.imap = imap
        self.offered = "MULTISEARCH" in \
            imap.ok("CAPABILITY").lines("CAPABILITY")[0].split()
        #: folders by the names that LIST has for them
        self.folders = [re.search(r' "/" (.*)\Z', line, re.S).group(1)
                        for line in imap.ok('LIST "" *').lines("LIST")]

    def search(self, folders, *words):
        """{folder: UIDs}; it asks for messages whose body has any word."""
        assert self.offered
        names = " ".join(quote(name) for name in folders)
        line = f"ESEARCH IN (mailboxes ({names}))"
        if any(not word.isascii() for word in words):
            line += " CHARSET UTF-8"
        line += " ("
        sent = []
        for word in words:
            if word.isascii():
                line += f"BODY {quote(word)} "
                continue
            sent += [line + "BODY", Literal(word.encode())]
            line = ""
        line = line.rstrip(" ") + ")"
        return self._read(self.imap.ok(*sent, line))

    def _read(self, reply):
        found = {}
        for line in reply.untagged:
            if not line.startswith(b"* ESEARCH "):
                continue
            tokens = Tokens(line[len(b"* ESEARCH "):].decode())
            folder = self._read_correlators(tokens, reply.tag.decode())
            if tokens.next() != "UID" or tokens.next() != "ALL":
                continue        # whatever else comes first, it skips the line
            found[folder] = uids(tokens.next())
            assert tokens.next() is None
        return found

    def _read_correlators(self, tokens, tag):
        """All three of them, in any order, between parentheses."""
        read = {}
        assert tokens.next() == "("
        while (name := tokens.next()) != ")":
            read[name] = tokens.next()
        assert set(read) == {"TAG", "MAILBOX", "UIDVALIDITY"}
        assert read["TAG"] == tag and int(read["UIDVALIDITY"]) > 0
        return read["MAILBOX"]


class Tokens:
    """Camel's stream of parentheses, strings and atoms."""

    _TOKEN = re.compile(r'\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()]+))')

    def __init__(self, text):
        self.text, self.at = text, 0

    def next(self):
        match = self._TOKEN.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        if match.group(2) is not None:
            return re.sub(r"\\(.)", r"\1", match.group(2))
        return match.group(1) or match.group(3)


def uids(text):
    found = []
    for part in text.split(","):
        one, _, two = part.partition(":")
        found += range(int(one), int(two or one) + 1)
    return found


@pytest.fixture
def evolution(user, storage):
    imap = user.imap()
    for name, bodies in (("INBOX", ["red", "green", "red green"]),
                         ("My Mail/2026", ["red", "gr\u00fcn"]),
                         ("Entw&APw-rfe", ["blue"]), ("Empty", [])):
        if name != "INBOX":
            imap.ok("CREATE", quote(name))
        for body in bodies:
            imap.append(name, message("s", body=body + "\n", headers=[
                ("MIME-Version", "1.0"),
                ("Content-Type", "text/plain; charset=utf-8")]))
    return Evolution(user.imap())


def test_it_searches_before_any_folder_is_selected(evolution):
    assert evolution.search(["INBOX", "My Mail/2026", "Empty"], "red") == {
        "INBOX": [1, 3], "My Mail/2026": [1]}


def test_it_searches_while_another_folder_is_selected(evolution):
    evolution.imap.select("Entw&APw-rfe")
    assert evolution.search(["INBOX", "My Mail/2026"], "red") == {
        "INBOX": [1, 3], "My Mail/2026": [1]}
    assert evolution.imap.uid_search("BODY blue") == [1]
    assert evolution.search(["Entw&APw-rfe", "Empty"], "blue") == {
        "Entw&APw-rfe": [1]}


def test_several_words_are_one_group(evolution):
    assert evolution.search(["INBOX"], "red", "green") == {"INBOX": [3]}
    assert evolution.search(["INBOX", "Empty"], "nothing") == {}


def test_a_word_in_utf8(evolution):
    assert evolution.search(["INBOX", "My Mail/2026"], "gr\u00fcn") == {
        "My Mail/2026": [2]}


def test_its_folders_are_found_by_the_names_of_list(evolution):
    folders = [Tokens(name).next() for name in evolution.folders]
    everything = evolution.search(folders, "e")
    assert set(everything) == {"INBOX", "My Mail/2026", "Entw&APw-rfe"}
    assert set(everything) <= set(folders)
