"""Transparent search beside a full text search: xapian on 2.3, flatcurve on 2.4.

What it finds is what the same index finds for the same words, without spam; and
of the spam that counts which it would have found.
"""

import itertools
from random import Random

import pytest

from harness import message, rspamd
from search_mail import TOPICS, append_all, new_mail, number_all
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")
SPAM, HAM = rspamd(9.0), rspamd(0.5)


@pytest.fixture
def server(start):
    return start(settings={"winnow_scanner": " ".join(SOURCES),
                           "winnow_search": "clean"}, fts=True)


def filled(user, count):
    random = Random(11)
    mails = [new_mail(random) for _ in range(count)]
    append_all(user.imap(), "INBOX", mails)
    number_all(mails, list(range(1, count + 1)))
    user.doveadm("index", "INBOX")
    return mails


def spam_uids(mails):
    reader = Reader(SOURCES)
    return {mail.uid for mail in mails if reader.classify(mail)[0] == "SPAM"
            and not mail.flags & {"\\Flagged", "\\Answered"}}


def code(found, left):
    if not left:
        return f"X-WINNOW SHOWN {len(found)}" if found else None
    skipped = len(found) - len(left)
    return f"X-WINNOW SKIPPED {skipped}" if skipped else None


PROGRAMS = [
    "BODY {0}", "TEXT {0}", "BODY {0} BODY {1}", "OR BODY {0} BODY {1}",
    "UNSEEN TEXT {0}", "TEXT {0} UNDELETED", "OR TEXT {0} FLAGGED",
    "(OR (BODY {0} SEEN) BODY {1})", "FUZZY BODY {0}", "SUBJECT meeting BODY {0}"]


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
def test_words_of_the_index(server, storage):
    user = server.new_user(storage)
    mails = filled(user, 200)
    spam = spam_uids(mails)
    user.set_fields(winnow_search="plain")
    plain = user.imap("INBOX")
    user.set_fields(winnow_search="clean")
    clean = user.imap("INBOX")
    for program, words in itertools.product(
            PROGRAMS, itertools.permutations(TOPICS[:3], 2)):
        text = program.format(*words)
        found = plain.uid_search(text)
        left = [uid for uid in found if uid not in spam]
        for command in ("UID SEARCH", "UID SORT (REVERSE ARRIVAL) UTF-8"):
            reply = clean.ok(command, text)
            kind = command.split()[1]
            assert sorted(map(int, " ".join(reply.lines(kind)).split())) == \
                (left or found), text
            assert reply.code == code(found, left), text


def test_spam_with_other_words_is_not_counted(server):
    user = server.new_user()
    for number, (kind, fruit) in enumerate(
            itertools.product("sh", ["apples", "plums", "apples", "figs"])):
        user.imap().append("INBOX", message(
            f"pears {number}", f"Fresh {fruit}.\n",
            SPAM if kind == "s" else HAM))
    user.doveadm("index", "INBOX")
    imap = user.imap("INBOX")
    for word, found in ("apples", (["5 7"], 2)), ("plums", (["6"], 1)):
        reply = imap.ok("SEARCH BODY", word)
        assert reply.lines("SEARCH") == found[0]
        assert reply.code == f"X-WINNOW SKIPPED {found[1]}"
    assert imap.ok("SEARCH BODY cherries").code is None


def test_words_that_no_index_has_yet(server):
    """The index is made while the search waits."""
    user = server.new_user()
    for number, kind in enumerate("shsh"):
        user.imap().append("INBOX", message(
            f"pears {number}", "Fresh apples.\n", SPAM if kind == "s" else HAM))
    imap = user.imap("INBOX")
    reply = imap.ok("SEARCH BODY apples")
    assert reply.lines("SEARCH") == ["2 4"]
    assert reply.code == "X-WINNOW SKIPPED 2"


def test_a_class_beside_words_that_no_index_has_yet(server):
    user = server.new_user()
    for number, kind in enumerate("shsh"):
        user.imap().append("INBOX", message(
            f"pears {number}", "Fresh apples.\n", SPAM if kind == "s" else HAM))
    imap = user.imap("INBOX")
    assert imap.search("BODY apples X-WINNOW SPAM") == [1, 3]
    assert imap.search("BODY apples NOT X-WINNOW SPAM") == [2, 4]


def test_spam_alone_is_shown(server):
    user = server.new_user()
    for kind in "shs":
        user.imap().append("INBOX", message(
            "pears", "Fresh apples.\n" if kind == "s" else "Old plums.\n",
            SPAM if kind == "s" else HAM))
    user.doveadm("index", "INBOX")
    imap = user.imap("INBOX")
    for program in ("BODY apples", "TEXT apples UNSEEN", "(BODY apples)"):
        reply = imap.ok("SEARCH", program)
        assert reply.lines("SEARCH") == ["1 3"]
        assert reply.code == "X-WINNOW SHOWN 2"
    reply = imap.ok("SEARCH BODY cherries")
    assert reply.untagged == [b"* SEARCH"] and reply.code is None
