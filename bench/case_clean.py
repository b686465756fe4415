"""Transparent search: what it costs to leave spam out of a search for words."""

from cases import case
from lab import Result, Side

#: messages in the mailbox; 35 % of them are spam
MESSAGES = 20_000
#: what other clients ask who have the keyword on the spam
NOT_KEYWORD = "NOT KEYWORD $Junk "


def _text(mailbox):
    """A search for a word that some messages have."""
    word = next(word for word in mailbox.writer.words if len(word) == 6)
    return f"TEXT {word}"


def _compare(lab, about, limit, sides, same_answer):
    mailbox = lab.mailbox(count=MESSAGES)
    text = _text(mailbox)
    return Result("", f"{about}, {mailbox.mix.count} in {mailbox.storage}",
                  lab.compare(mailbox, [
                      Side(server, state, f"SEARCH {before}{text}")
                      for server, state, before in sides]),
                  limit, same_answer=same_answer)


@case("clean-text", "clean")
def clean_text(lab):
    return _compare(lab, "a word, without an index of words", 0.75,
                    [("clean", "records", ""), ("stock", "records", "")],
                    same_answer=False)


@case("clean-keyword", "clean")
def clean_keyword(lab):
    return _compare(lab, "a word, not in spam that has the keyword", 1.0,
                    [("clean", "records", ""),
                     ("stock", "keyword", NOT_KEYWORD)], same_answer=True)


@case("clean-fts", "clean")
def clean_fts(lab):
    return _compare(lab, "a word, with an index of words", 1.05,
                    [("clean-fts", "words", ""), ("stock-fts", "words", "")],
                    same_answer=False)


@case("clean-apart", "clean")
def clean_apart(lab):
    """A search by which clients synchronise, where the user's is clean."""
    command = "UID SEARCH 1:* NOT DELETED"
    mailbox = lab.mailbox(count=MESSAGES)
    return Result("", f"a search that is left alone, {mailbox.mix.count} in "
                  f"{mailbox.storage}",
                  lab.compare(mailbox, [
                      Side("clean", "records", command),
                      Side("stock", "records", command),
                      Side("winnow", "records", command)]), 1.01)
