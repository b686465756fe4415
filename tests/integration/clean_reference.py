"""Which searches leave spam out, and what is left: slow, from their text.

Written from the rule in doc/transparent-search.md; nothing here comes from
`src/`. A search program is read into a tree, and the tree is asked: did a person
type it, and which messages do its sets, flags and keywords leave in?
"""

import re
from dataclasses import dataclass, field

WORDS = {"TEXT", "BODY", "SUBJECT", "FROM", "TO", "CC", "BCC"}
TEXT_HEADERS = {"subject", "from", "to", "cc", "bcc", "sender", "reply-to",
                "comments", "keywords"}
IDENTITY_HEADERS = {"message-id", "in-reply-to", "references"}
JUNK_KEYWORDS = {"$junk", "junk", "$notjunk", "notjunk", "nonjunk",
                 "$phishing"}
FLAGS = {"ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN"}
VALUES = {"BEFORE", "ON", "SINCE", "SENTBEFORE", "SENTON", "SENTSINCE",
          "LARGER", "SMALLER", "OLDER", "YOUNGER", "KEYWORD", "UNKEYWORD",
          "UID", "MODSEQ", "X-GUID"} | WORDS
TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|([()])|([^ ()"]+)')


@dataclass
class Key:
    """One search key: its name, its values, and the keys in it."""

    name: str
    values: list = field(default_factory=list)
    keys: list = field(default_factory=list)


def tokens(text):
    """(text, is it a quoted string) of each."""
    for match in TOKEN.finditer(text.encode()):
        quoted, bracket, atom = (part.decode() if part is not None else None
                                 for part in match.groups())
        yield (quoted, True) if quoted is not None else (bracket or atom, False)


class Program:
    """A search program as a tree: the keys of an AND."""

    def __init__(self, text):
        self._rest = list(tokens(text))
        self.root = Key("AND", keys=self._keys())

    def _next(self):
        return self._rest.pop(0)[0]

    def _keys(self):
        keys = []
        while self._rest and self._rest[0] != (")", False):
            keys.append(self._key())
        return keys

    def _key(self):
        name = self._next().upper()
        if name == "(":
            keys = self._keys()
            self._next()
            return Key("AND", keys=keys)
        if name in ("NOT", "FUZZY"):
            return Key(name, keys=[self._key()])
        if name == "OR":
            return Key(name, keys=[self._key(), self._key()])
        if name == "INTHREAD":
            return Key(name, [self._next()], [self._key()])
        if name == "HEADER":
            return Key(name, [self._next(), self._next()])
        if name == "X-WINNOW":
            test = self._next().upper()
            more = [self._next()] if test in ("BY", "LEVEL", "KIND") else []
            return Key(name, [test] + more)
        if name in VALUES:
            return Key(name, [self._next()])
        return Key(name)


# --------------------------------------------------------------------- the rule

def _forbids(key, negated):
    if key.name in ("$", "MODSEQ", "X-WINNOW", "RECENT", "NEW", "OLD", "X-GUID",
                    "X-REAL-UID", "EMAILID", "THREADID"):
        return True
    if key.name[0] in "*0123456789":
        return key.name != "1:*"
    if key.name == "UID":
        return key.values[0] != "1:*"
    if key.name in ("DELETED", "UNDELETED"):
        return negated == (key.name == "UNDELETED")
    if key.name in ("KEYWORD", "UNKEYWORD"):
        return key.values[0].lower() in JUNK_KEYWORDS
    if key.name == "HEADER":
        name = key.values[0].lower()
        return name in IDENTITY_HEADERS or name.startswith("x-")
    return False


def _has_words(key, negated):
    if negated or not key.values or not key.values[-1]:
        return False
    return key.name in WORDS or (key.name == "HEADER" and
                                 key.values[0].lower() in TEXT_HEADERS)


def _walk(key, negated=False, in_thread=False):
    """(key, is it under an odd number of NOTs, is it in INTHREAD)."""
    yield key, negated, in_thread
    for part in key.keys:
        yield from _walk(part, negated != (key.name == "NOT"),
                         in_thread or key.name == "INTHREAD")


def is_typed(program):
    """Items 3 and 4: it looks for words and has nothing forbidden."""
    walked = list(_walk(program.root))
    return not any(_forbids(key, negated) for key, negated, _ in walked) and \
        any(_has_words(key, negated) and not in_thread
            for key, negated, in_thread in walked)


def is_filtered(program, options=None, *, wanted=True, aware=False,
                special_use=False, foreign=False):
    """All of the rule; options: what RETURN lists, as words."""
    live = {"UPDATE", "CONTEXT"} & {word.upper() for word in options or []}
    return wanted and not aware and not special_use and not foreign and \
        not live and is_typed(program)


# ------------------------------------------- what sets, flags and keywords say

def _both(parts):
    if False in parts:
        return False
    return None if None in parts else True


def known(key, mail):
    """True, False, or None where it takes more than these to know."""
    parts = [known(part, mail) for part in key.keys]
    if key.name == "AND":
        return _both(parts)
    if key.name == "FUZZY":
        return parts[0]
    if key.name == "NOT":
        return None if parts[0] is None else not parts[0]
    if key.name == "OR":
        if True in parts:
            return True
        return None if None in parts else False
    if key.name in FLAGS:
        return "\\" + key.name.capitalize() in mail.flags
    if key.name[:2] == "UN" and key.name[2:] in FLAGS:
        return "\\" + key.name[2:].capitalize() not in mail.flags
    if key.name in ("KEYWORD", "UNKEYWORD"):
        return mail.has_keyword(key.values[0]) == (key.name == "KEYWORD")
    if key.name in ("ALL", "1:*", "UID"):
        return True                     # a filtered program has no other UIDs
    if key.name in ("TEXT", "BODY") and not key.values[0]:
        return True                     # nothing is in every message
    return None


@dataclass
class Answer:
    """What a filtered search finds, and the code that its OK carries."""

    found: list
    code: str = None


def left_out(program, mails, is_spam):
    """What a filtered search does not look at."""
    return [mail for mail in mails if is_spam(mail)
            and not mail.flags & {"\\Flagged", "\\Answered"}
            and known(program.root, mail) is not False]


def answer(program, mails, matching, is_spam):
    """Of `matching`, the mails that a plain search finds, in its order."""
    skipped = left_out(program, mails, is_spam)
    found = [mail for mail in matching if mail not in skipped]
    if found:
        return Answer(found, f"X-WINNOW SKIPPED {len(skipped)}"
                      if skipped else None)
    shown = [mail for mail in matching if mail in skipped]
    return Answer(shown, f"X-WINNOW SHOWN {len(shown)}" if shown else None)
