"""With winnow loaded, everything it does not speak of stays as it was.

The same session runs on stock Dovecot and with winnow; what the server says is
compared byte for byte, but for what differs between any two runs.
"""

import re

import pytest

from harness import Literal, message, rspamd

#: What differs between two runs of the same session.
RUN = (
    (rb"\(\d+\.\d+ \+ (\d+\.\d+ \+ )?\d+\.\d+ secs\)", b"(T secs)"),
    (rb"UIDVALIDITY \d+", b"UIDVALIDITY V"),
    (rb"(APPENDUID|COPYUID) \d+", rb"\1 V"),
    (rb"\b[0-9a-f]{32}\b", b"GUID"),
    (rb'"[ \d]\d-\w{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"', b'"DATE"'),
    (rb"(\w{3}, )?\d\d? \w{3} 2[01]\d\d \d\d:\d\d:\d\d [+-]\d{4}(?! \()",
     b"DATE"),
    (rb"(LMTP|LMTPA|ESMTP)\s+id \S+", rb"\1 id ID"),
    (rb"envelope-from \S+", b"envelope-from S"),
    # the sizes of messages delivered by LMTP have the length of the id in them
    (rb"(RFC822\.SIZE|BODY\[\] |BODY\[HEADER\] )\{?\d+\}?", rb"\1 N"),
)
#: An idling client hears this now and then.
STILL_HERE = b"* OK Still here\r\n"
DELIVERIES = ("lmtp", "lda", "save")


def normal(data):
    for pattern, text in RUN:
        data = re.sub(pattern, text, data)
    return data


def mail(number, headers=()):
    return message(f"Message {number}", f"Body {number}.\n", headers,
                   sender="one@example.org", message_id=f"<{number}@test>")


def deliver(user, imap):
    """Mail comes in while the client idles, by each way in turn."""
    for number, way in enumerate(DELIVERIES, 10):
        tag = imap.idle()
        getattr(user, way)(mail(number, rspamd(number - 5)))
        imap.unsolicited(20)
        imap.done(tag)


def commands(user):
    """A long day of a client; returns what the server said."""
    imap = user.imap()
    say = imap.command
    say("CAPABILITY")
    say("LIST", '""', "*", "RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT))")
    say("SELECT INBOX (CONDSTORE)")
    for number in range(4):
        say("APPEND INBOX", r"(\Seen)" if number % 2 else "()",
            '"05-Jan-2026 10:00:00 +0000"',
            Literal(mail(number, rspamd(number * 4 - 2))))
    deliver(user, imap)
    say("FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE "
        "BODYSTRUCTURE MODSEQ)")
    say("FETCH 1:4 (BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (Subject From)])")
    say("FETCH 2:3 BODY[TEXT]")
    say("FETCH 1:* X-NO-SUCH-ITEM")
    for program in ("ALL", "UNSEEN", "NOT SEEN SUBJECT Message",
                    "OR BODY 1 FROM one", "HEADER X-Rspamd-Action reject",
                    "RETURN (MIN MAX COUNT ALL) 2:5", "RETURN (SAVE) SEEN",
                    "$ SUBJECT 1", "MODSEQ 1", "X-NO-SUCH-KEY", "BODY"):
        say("SEARCH", program)
        say("UID SEARCH", program)
    say("SORT (REVERSE SUBJECT) UTF-8 ALL")
    say("THREAD REFERENCES UTF-8 ALL")
    say(r"STORE 1:2 +FLAGS.SILENT (\Flagged $Junk)")
    say("STORE 3 FLAGS ($NotJunk custom)")
    say("STATUS INBOX (MESSAGES RECENT UIDNEXT UNSEEN HIGHESTMODSEQ)")
    say("COPY 1:3 Archive")
    say("MOVE 2 Junk")
    say("UID COPY 3 Junk")
    say("SELECT Junk (CONDSTORE)")
    say("FETCH 1:* (UID FLAGS MODSEQ)")
    say("MOVE 1 INBOX")
    say("SELECT INBOX")
    say("FETCH 1:* (UID FLAGS)")
    say(r"STORE 1 +FLAGS (\Deleted)")
    say("EXPUNGE")
    say("ENABLE QRESYNC")
    say("ENABLE X-NO-SUCH-THING")
    say("STATUS Junk (MESSAGES UNSEEN)")
    say("STATUS INBOX (X-NO-SUCH-ITEM)")
    say("SETMETADATA", '""', '(/private/vendor/x/y "z")')
    say("UNSELECT")
    say("LOGOUT")
    return [normal(data) for side, data in imap.transcript
            if side == b"S" and data != STILL_HERE]


def without_winnow(lines):
    """The lines as they were if winnow advertised nothing."""
    return [re.sub(rb" (X-WINNOW(-[A-Z]+)?|MULTISEARCH)(?=[ \]\r])", b"", line)
            for line in lines]


@pytest.fixture(scope="module")
def stock_sessions():
    """What stock Dovecot said, by storage; each is run once."""
    return {}


@pytest.mark.parametrize("state", ["off", "on"])
def test_a_session_is_byte_for_byte_as_without_winnow(
        start, storage, state, stock_sessions):
    settings = {"winnow_scanner": "rspamd", "winnow_move_teaches": "no",
                "winnow_enable": "yes" if state == "on" else "no"}
    name = f"twin-{storage}"
    if storage not in stock_sessions:
        stock = start(winnow=False).new_user(storage, name)
        stock_sessions[storage] = commands(stock)
    ours = commands(start(settings=settings).new_user(storage, name))
    if state == "on":
        assert any(b"X-WINNOW" in line for line in ours)
        ours = without_winnow(ours)
    assert ours == stock_sessions[storage]
