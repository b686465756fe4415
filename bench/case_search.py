"""Searches for what is no spam, beside what stock Dovecot offers for that."""

from cases import case
from lab import Result, Side

NOT_SPAM = "NOT X-WINNOW SPAM"
NOT_KEYWORD = "NOT KEYWORD $Junk"
NOT_HEADER = "NOT HEADER X-Spam-Flag YES"
MILLION = 1_000_000
COUNT, ALL, LIST = "SEARCH RETURN (COUNT) ", "SEARCH RETURN (ALL) ", "SEARCH "


def _compare(lab, about, limit, ours, theirs, *beside, count=None,
             storage=None):
    mailbox = lab.mailbox(storage, count)
    return Result("", f"{about}, {mailbox.mix.count} in {mailbox.storage}",
                  lab.compare(mailbox, [ours, theirs, *beside]), limit)


def _keyword(lab, form, limit, **where):
    return _compare(
        lab, "the keyword on the spam", limit,
        Side("winnow", "records", form + NOT_SPAM),
        Side("stock", "keyword", form + NOT_KEYWORD),
        Side("stock", "keyword", form + "ALL"), **where)


@case("keyword-count", "keyword")
def keyword_count(lab):
    return _keyword(lab, COUNT, 0.5)


@case("keyword-all", "keyword")
def keyword_all(lab):
    return _keyword(lab, ALL, 0.65)


@case("keyword-list", "keyword")
def keyword_list(lab):
    return _keyword(lab, LIST, 0.65)


def _header_warm(lab, **where):
    return _compare(lab, "the flag's header, cached", 0.10,
                    Side("winnow", "records", COUNT + NOT_SPAM),
                    Side("stock", "cached", COUNT + NOT_HEADER), **where)


@case("header-warm", "header")
def header_warm(lab):
    return _header_warm(lab)


@case("header-cold", "header")
def header_cold(lab):
    return _compare(lab, "the flag's header, never cached", 0.01,
                    Side("winnow", "records", COUNT + NOT_SPAM),
                    Side("stock", "plain", COUNT + NOT_HEADER, fresh=True))


@case("first-search", "first")
def first_search(lab):
    return _compare(lab, "no record yet; the header, never cached", 1.1,
                    Side("winnow", "plain", COUNT + NOT_SPAM, fresh=True),
                    Side("stock", "plain", COUNT + NOT_HEADER, fresh=True))


@case("second-search", "first")
def second_search(lab):
    return _compare(lab, "after the first search of the session", 0.5,
                    Side("winnow", "plain", COUNT + NOT_SPAM,
                         before=(COUNT + NOT_SPAM,)),
                    Side("stock", "keyword", COUNT + NOT_KEYWORD))


@case("million-count", "million")
def million_count(lab):
    return _keyword(lab, COUNT, 0.5, count=MILLION)


@case("million-all", "million")
def million_all(lab):
    return _keyword(lab, ALL, 0.65, count=MILLION)


@case("million-warm", "million")
def million_warm(lab):
    return _header_warm(lab, count=MILLION)
