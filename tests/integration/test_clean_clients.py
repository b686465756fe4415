"""What known clients send, in the words of their sources.

What a client synchronises with is answered byte for byte as by the same Dovecot
without winnow, whether search is plain or clean. What its user types is
answered without spam. Three servers have the same mail: stock, plain, clean.
"""

import re
from random import Random

import pytest

from harness import Literal
from search_mail import append_all, new_mail
from search_reference import Reader

SOURCES = ("rspamd", "spamassassin", "amavis")
MESSAGES = 60
MESSAGE_ID = "<m3@example.org>"

#: client: (commands it synchronises with, commands that its user causes); a
#: command in several parts has a literal
CLIENTS = {
    "K-9 Mail": ([
        "UID SEARCH 1:60 NOT DELETED",
        "UID SEARCH 10:60 SINCE 15-Jan-2026 NOT DELETED",
        "SEARCH 10:60 SINCE 15-Jan-2026 NOT DELETED",
        "UID SEARCH *:*",
        "SEARCH 1:* UNSEEN NOT DELETED",
        "SEARCH 1:* FLAGGED NOT DELETED",
        "UID SEARCH UID 1,5,9:20",
        f"UID SEARCH HEADER MESSAGE-ID {MESSAGE_ID}",
    ], [
        "UID SEARCH TEXT meeting",
        "UID SEARCH OR OR OR OR SUBJECT offer FROM offer TO offer CC offer "
        "BCC offer",
        "UID SEARCH TEXT meeting UNSEEN NOT DRAFT",
    ]),
    "AOSP Email": ([
        "UID SEARCH 1:* NOT DELETED",
        "UID SEARCH 7:30 NOT DELETED",
        "UID SEARCH 1:* BEFORE 20-Feb-2026 SINCE 5-Jan-2026",
        "UID SEARCH UID 17",
        f"UID SEARCH HEADER MESSAGE-ID {MESSAGE_ID}",
    ], [
        ("UID SEARCH CHARSET UTF-8 OR FROM", Literal(b"offer"), "(OR TO",
         Literal(b"offer"), "(OR CC", Literal(b"offer"), "(OR SUBJECT",
         Literal(b"offer"), "BODY", Literal(b"offer"), ")))"),
    ]),
    "FairEmail": ([
        "UID SEARCH OR SINCE 15-Jan-2026 OR UNSEEN FLAGGED",
        "UID SEARCH UNDELETED OR SINCE 15-Jan-2026 OR UNSEEN FLAGGED",
    ], [
        "UID SEARCH CHARSET UTF-8 OR OR OR FROM report TO report "
        "SUBJECT report TEXT report UNSEEN",
        "UID SEARCH OR OR SUBJECT report FROM report BODY report "
        "SINCE 5-Jan-2026 LARGER 100",
    ]),
    "iOS Mail": ([
        "UID SEARCH 1:* NOT DELETED",
        "UID SEARCH 1:* DELETED",
        "UID SEARCH RETURN (ALL) UID 1:*",
    ], [
        "UID SEARCH RETURN (ALL) (OR FROM invoice (OR SUBJECT invoice "
        "(OR TO invoice (OR CC invoice BODY invoice)))) NOT DELETED",
    ]),
    "macOS Mail": ([
        "UID FETCH 1:* (UID FLAGS)",
        "UID SEARCH 1:* NOT DELETED",
        "UID SEARCH RETURN (ALL) UID 1:*",
    ], []),
    "Outlook": ([
        "UID FETCH 1:* (UID FLAGS)",
        "UID FETCH 1:60 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS "
        "(SUBJECT FROM)])",
    ], []),
    "Thunderbird": ([
        "UID FETCH 1:* (FLAGS)",
        f"UID SEARCH UNDELETED HEADER Message-ID {MESSAGE_ID}",
    ], [
        'UID SEARCH UNDELETED SUBJECT "meeting"',
        'UID SEARCH FROM "Ann"',
        'UID SEARCH UNDELETED OR SUBJECT "offer" FROM "Ann"',
        'UID SEARCH BODY "weather" SENTSINCE 1-Jan-2026',
        'UID SEARCH TEXT "chess"',
    ]),
    "Roundcube": ([
        "UID SORT (ARRIVAL) US-ASCII ALL UNDELETED",
        "UID SORT (REVERSE DATE) US-ASCII ALL UNDELETED",
        "UID SORT RETURN (ALL COUNT) (ARRIVAL) US-ASCII UNDELETED",
        "UID THREAD REFS US-ASCII ALL UNDELETED",
        "UID THREAD REFERENCES US-ASCII ALL",
        "UID SEARCH RETURN (ALL COUNT MAX) ALL UNDELETED",
        "UID SEARCH RETURN (COUNT) ALL UNDELETED NOT UID 1:30",
        "UID SEARCH RETURN (ALL) ALL UNDELETED NOT UID 1:30",
        "SEARCH RETURN (COUNT) ALL UNSEEN",
    ], [
        "UID SEARCH CHARSET UTF-8 ALL UNDELETED OR HEADER SUBJECT offer "
        "HEADER FROM offer",
        "UID SORT RETURN (ALL COUNT) (REVERSE ARRIVAL) UTF-8 UNDELETED "
        "HEADER SUBJECT meeting",
        "UID THREAD REFS UTF-8 UNDELETED OR HEADER SUBJECT offer TEXT chess",
        ("UID SEARCH RETURN (ALL COUNT) CHARSET UTF-8 UNDELETED HEADER SUBJECT",
         Literal(b"meeting")),
    ]),
    "SnappyMail": ([
        "SORT (ARRIVAL) UTF-8 ALL",
        "UID SORT RETURN (ALL) (REVERSE DATE) UTF-8 ALL",
        "SEARCH ALL",
        "UID SEARCH RETURN (COUNT) UNSEEN",
        "UID THREAD REFS UTF-8 ALL",
        f"UID SEARCH OR HEADER Message-ID {MESSAGE_ID} HEADER References "
        f"{MESSAGE_ID}",
    ], [
        "UID SEARCH TEXT tomatoes",
        "UID SORT (ARRIVAL) UTF-8 OR OR OR FROM Bob TO Bob CC Bob SUBJECT Bob",
    ]),
    "Nextcloud Mail": ([
        "UID SEARCH RETURN (MIN MAX COUNT) ALL",
        "UID SEARCH RETURN (COUNT) UID 1:40",
    ], [
        "UID SEARCH TEXT weather",
        "UID SEARCH RETURN (ALL) BODY weather",
        "UID SORT (REVERSE ARRIVAL) UTF-8 SUBJECT meeting",
    ]),
    "Evolution": ([
        "UID FETCH 1:* (UID FLAGS)",
        'UID SEARCH HEADER "X-Spam-Flag" ""',
    ], [
        'UID SEARCH BODY "chess"',
        'UID SEARCH CHARSET UTF-8 BODY "chess"',
        'UID SEARCH FROM "Carol"',
        'UID SEARCH HEADER "SUBJECT" "invoice"',
        'UID SEARCH (BODY "rockets" BODY "chess")',
    ]),
    "offlineimap": ([
        "SEARCH (UID 5:*)",
        "SEARCH (SINCE 15-Jan-2026 SMALLER 1500)",
        "SEARCH (SMALLER 1500)",
        "UID SEARCH HEADER X-OfflineIMAP 1234-5678",
        "FETCH 1:* (FLAGS UID INTERNALDATE)",
    ], []),
    "mbsync": ([
        "UID FETCH 1:* (UID FLAGS)",
        "UID FETCH 1:* (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS "
        "(X-TUID)])",
    ], []),
    "imapsync": ([
        "UID SEARCH ALL",
        "UID SEARCH SINCE 15-Jan-2026",
        "SEARCH UNDELETED",
        "UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE "
        "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID RECEIVED)])",
    ], []),
    "pollers": ([
        "UID SEARCH UNSEEN",
        "UID SEARCH UNSEEN UNDELETED SINCE 15-Jan-2026",
        "SEARCH UNANSWERED UNFLAGGED",
        "UID SEARCH UNSEEN LARGER 300",
    ], [
        'UID SEARCH UNSEEN SUBJECT "report"',
    ]),
}
class Same:
    """Sessions of stock, plain and clean servers with the same mail."""

    def __init__(self, start):
        scanner = {"winnow_scanner": " ".join(SOURCES)}
        servers = {
            "stock": start(winnow=False),
            "plain": start(settings=scanner),
            "clean": start(settings={**scanner, "winnow_search": "clean"})}
        random = Random(28)
        self.mails = [new_mail(random) for _ in range(MESSAGES)]
        self.sessions = {name: self._session(server.new_user())
                         for name, server in servers.items()}

    def _session(self, user):
        append_all(user.imap(), "INBOX", self.mails)
        user.imap("INBOX").logout()         # nothing is \Recent any more
        return user.imap("INBOX")

    def replies(self, command):
        """{server: its reply} to a command."""
        parts = (command,) if isinstance(command, str) else command
        return {name: session.ok(*parts)
                for name, session in self.sessions.items()}

    def spam(self):
        """UIDs of what may be left out."""
        reader = Reader(SOURCES)
        return {uid for uid, mail in enumerate(self.mails, 1)
                if reader.classify(mail)[0] == "SPAM"
                and not mail.flags & {"\\Flagged", "\\Answered"}}


@pytest.fixture
def same(start):
    return Same(start)


def wire(reply):
    """A reply as it is sent, without the tag and the time it took."""
    lines = [line.replace(reply.tag, b"tag")
             for line in reply.untagged + [reply.tagged]]
    return [re.sub(rb" \([\d.]+ .*secs\)", b"", line) for line in lines]


def numbers(reply):
    """All numbers of a SEARCH, SORT, THREAD or ESEARCH, ranges spelled out."""
    text = " ".join(reply.lines("SEARCH") + reply.lines("SORT") +
                    reply.lines("THREAD"))
    for line in reply.lines("ESEARCH"):
        text += " " + "".join(re.findall(r" ALL ([\d:,]+)", line))
    found = set()
    for first, last in re.findall(r"(\d+)(?::(\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize("client", CLIENTS)
def test_synchronising_is_answered_as_by_stock_dovecot(same, client):
    for command in CLIENTS[client][0]:
        replies = same.replies(command)
        assert wire(replies["plain"]) == wire(replies["stock"]), command
        assert wire(replies["clean"]) == wire(replies["stock"]), command


@pytest.mark.parametrize("client", [client for client, (_, typed) in
                                    CLIENTS.items() if typed])
def test_what_a_person_types_is_answered_without_spam(same, client):
    spam = same.spam()
    for command in CLIENTS[client][1]:
        replies = same.replies(command)
        assert wire(replies["plain"]) == wire(replies["stock"]), command
        found = numbers(replies["stock"])
        assert found - spam and found & spam, f"{command} shows nothing"
        assert numbers(replies["clean"]) == found - spam, command
        code, _, skipped = replies["clean"].code.rpartition(" ")
        assert code == "X-WINNOW SKIPPED"
        assert len(found & spam) <= int(skipped) <= len(spam)
