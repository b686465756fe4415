"""One ESEARCH, beside a client that selects and searches each mailbox, beside
a virtual mailbox over all of them, and beside Cyrus where there is one."""

import contextlib

import cyrus
from cases import case
from lab import Result
from measure import Series
from trees import Searcher, Tree, answer, hits

INDEX = "UNSEEN NOT X-WINNOW SPAM"
#: The same where winnow is not: the spam has the keyword.
INDEX_KEYWORD = "UNSEEN NOT KEYWORD $Junk"
HEADER = "SUBJECT an"
BODY = "TEXT zuvu"


def _add(series, cpu, wall, found=None):
    series.add(found, cpu_ms=cpu / 1e6, wall_ms=wall / 1e6)


def _beside_each(lab, mailboxes, messages, program, limit):
    """ESEARCH, then SELECT and SEARCH of each."""
    tree = Tree(lab, mailboxes, messages)
    searcher = Searcher(tree.user("tree"))
    one = Series("ESEARCH IN (personal) " + program)
    each = Series("SELECT, UID SEARCH " + program)
    for sample in range(-1, _samples(lab, program)):
        ours = searcher.esearch(program)
        theirs = searcher.each(tree.names(), program)
        if sample < 0:          # the first one fills caches
            continue
        _add(one, *ours[:2], answer(ours[2]))
        _add(each, *theirs[:2], answer(theirs[2]))
    return Result("", f"each of {mailboxes} × {messages}", [one, each], limit)


def _samples(lab, program):
    """Fewer where messages are read, if only their headers."""
    return lab.options.samples if program == INDEX \
        else min(lab.options.samples, 9)


def _beside_virtual(lab, mailboxes, messages, program, limit, cold=False):
    tree = Tree(lab, mailboxes, messages)
    one = Series("ESEARCH IN (personal) " + program)
    other = Series("SELECT Virtual/All, SEARCH " + program)
    searcher = None
    for sample in range(-1, 2 if cold else _samples(lab, program)):
        if searcher is None or cold:
            user = tree.user("tree")
            user.virtual_mailbox("All", "*", "-Virtual/*", "  all")
            searcher = Searcher(user)
        theirs = searcher.virtual(b"Virtual/All", program)
        ours = searcher.esearch(program)
        if hits(ours[2]) != theirs[2]:
            raise RuntimeError(f"{program}: {hits(ours[2])} hits, and "
                               f"{theirs[2]} in the virtual mailbox")
        if sample >= 0:
            _add(one, *ours[:2])
            _add(other, *theirs[:2])
    return Result("", f"virtual mailbox of {mailboxes} × {messages}" +
                  (", made anew" if cold else ""), [one, other], limit,
                  same_answer=False)


@contextlib.contextmanager
def _cyrus_searcher(lab, tree):
    """A session of Cyrus that has the same mailboxes."""
    home = tree.path.with_name(tree.path.name + "-cyrus")
    with cyrus.Cyrus(home) as server:
        if not (home / "filled").exists():
            lab.tell(f"making {tree.count} mailboxes of Cyrus")
            with server.imap() as imap:
                tree.fill(imap, lambda writer, number: " ".join(
                    (["\\Seen"] if number % 2 else []) +
                    (["$Junk"] if writer.is_spam(number) else [])))
                imap.logout()
            (home / "filled").touch()
        yield Searcher(server, "imapd")


def _beside_cyrus(lab, mailboxes, messages, program, limit):
    """The same command to both."""
    tree = Tree(lab, mailboxes, messages)
    searcher = Searcher(tree.user("tree"))
    theirs = INDEX_KEYWORD if program == INDEX else program
    one = Series("ESEARCH IN (personal) " + program)
    other = Series("Cyrus: ESEARCH IN (personal) " + theirs)
    with _cyrus_searcher(lab, tree) as cyrus_searcher:
        for sample in range(-1, _samples(lab, program)):
            answers = searcher.esearch(program), cyrus_searcher.esearch(theirs)
            if sample < 0:
                continue
            for series, (cpu, wall, found) in zip((one, other), answers):
                _add(series, cpu, wall, answer(found))
    return Result("", f"Cyrus, {mailboxes} × {messages}", [one, other], limit)


def _enlist(name, mailboxes, messages):
    group = "esearch-" + name
    for word, program, each, virtual, other in (
            ("index", INDEX, 0.6, 0.7, 0.4),
            ("header", HEADER, 1.0, 0.75, 0.9),
            ("body", BODY, 1.0, 0.75, 0.9)):
        case(f"{group}-{word}", "esearch", group)(
            lambda lab, program=program, limit=each:
            _beside_each(lab, mailboxes, messages, program, limit))
        case(f"{group}-{word}-virtual", "esearch", group)(
            lambda lab, program=program, limit=virtual:
            _beside_virtual(lab, mailboxes, messages, program, limit))
        if cyrus.system() is not None:
            case(f"{group}-{word}-cyrus", "esearch", group)(
                lambda lab, program=program, limit=other:
                _beside_cyrus(lab, mailboxes, messages, program, limit))
    case(f"{group}-index-cold", "esearch", group)(
        lambda lab: _beside_virtual(lab, mailboxes, messages, INDEX, 0.02,
                                    cold=True))


_enlist("200x500", 200, 500)
_enlist("2000x50", 2000, 50)
