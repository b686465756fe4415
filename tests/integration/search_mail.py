"""Mailboxes to search: messages of every kind, made from a seed."""

from datetime import datetime, timedelta, timezone

from harness import amavis, message, rspamd, spamassassin
from search_reference import Mail

FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "\\Deleted", "\\Draft")
#: keywords that carry a user's word, and others
WORDS = ("$Junk", "Junk", "$NotJunk", "NotJunk", "NonJunk")
KEYWORDS = ("Work", "$Forwarded", "Later")
SUBJECTS = ("invoice", "meeting", "holiday", "offer", "newsletter", "report")
TOPICS = ("tomatoes", "rockets", "gardens", "weather", "chess")
PEOPLE = ("Ann", "Bob", "Carol", "Dan")
FIRST_DAY = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def _rspamd(random):
    score = round(random.uniform(-6, 24), 2)
    headers = rspamd(score)
    shape = random.randrange(12)
    if shape == 0:
        return headers[:1]                     # the score alone
    if shape == 1:
        return headers[1:]                     # the word alone
    if shape == 2:                             # a site with other thresholds
        return rspamd(score, random.choice(
            ["add header", "greylist", "soft reject", "no action"]))
    if shape == 3:
        return [("X-Spam", "Yes")] + headers
    if shape == 4:
        return [("x-rspamd-action", headers[1][1].upper())]
    if shape == 5:
        return [("X-Spamd-Result", "default: False [nan / 15.00]; A(0)[]"),
                headers[1]]
    if shape == 6:
        return [("X-Spam-Status", f"{'Yes' if score >= 6 else 'No'}, "
                 f"score={score:.2f}")]
    return headers


def _spamassassin(random):
    score = round(random.uniform(-4, 14), 1)
    required = random.choice([5.0, 5.0, 5.0, 3.5, 8.0])
    headers = spamassassin(score, required)
    shape = random.randrange(9)
    if shape == 0:
        return headers[-1:]                    # without the flag
    if shape == 1:
        return [("X-Spam-Flag", "YES")]        # nothing but the flag
    if shape == 2:                             # of a site without words
        return [("X-Spam-Status", f"score={score} required={required}")]
    if shape == 3:                             # SpamAssassin 2
        return [("X-Spam-Status", f"{'Yes' if score >= 5 else 'No'}, "
                 f"hits={score} required=5.0 tests=NONE")]
    if shape == 4:                             # a locale with commas
        return [("X-Spam-Status", "Yes, score=9,5 required=5,0 tests=A")]
    if shape == 5:                             # somebody else's above it
        return [("X-Spam-Status", "No, score=-2.0 required=5.0 tests=B")] + \
            headers
    return headers


def _amavis(random):
    headers = amavis(round(random.uniform(-3, 16), 3))
    shape = random.randrange(6)
    if shape == 0:
        return [("X-Amavis-Alert", "INFECTED, message contains virus: Eicar")]
    if shape == 1:
        return [("X-Amavis-Alert", "INFECTED, virus: A")] + headers
    if shape == 2:
        return [("X-Amavis-Alert", "BANNED, message contains .exe")] + headers
    return headers


def _unusable(random):
    return random.choice([
        [("X-Spam-Status", "undefined")], [("X-Rspamd-Action", "")],
        [("X-Spam-Flag", "Unknown")], [("X-Spam-Score", "7.2")],
        [("X-Spam-Level", "********")],
        [("X-Spamd-Result", b"default: False \x1b[9.00 / 15.00]; A(0)[]")],
        [("X-Spamd-Result", "default: False [inf / 15.00]; A(0)[]")],
        [("X-Amavis-Alert", "BAD HEADER SECTION, 8bit character")]])


def verdict_headers(random):
    """The headers of some filter, or of none, or such as say nothing."""
    make = random.choices([_rspamd, _spamassassin, _amavis, _unusable, None],
                          [40, 25, 15, 8, 12])[0]
    return make(random) if make else []


def _zone_date(random, when):
    """A Date header whose day is the same in its own zone."""
    return when.strftime("%a, %d %b %Y %H:%M:%S ") + \
        random.choice(["+0000", "+0200", "-0500"])


def new_mail(random):
    """One message, with flags and keywords that a client would have set."""
    received = FIRST_DAY + timedelta(days=random.randrange(60))
    sent = FIRST_DAY + timedelta(days=random.randrange(60),
                                 seconds=random.randrange(7200))
    topics = random.sample(TOPICS, random.randrange(3))
    headers = verdict_headers(random)
    if random.random() < 0.3:
        headers = headers + [("X-Note", random.choice(TOPICS))]
    data = message(
        " ".join(random.sample(SUBJECTS, random.randrange(1, 3))),
        "About " + " and ".join(topics or ["nothing"]) + ".\n" +
        ("filler " * 8 + "\n") * random.randrange(30),
        headers, sender=f"{random.choice(PEOPLE)} <p@example.org>",
        date=_zone_date(random, sent))
    flags = {flag for flag in FLAGS if random.random() < 0.25}
    keywords = {word for word in KEYWORDS if random.random() < 0.15}
    if random.random() < 0.25:
        keywords |= set(random.sample(WORDS, random.choice([1, 1, 1, 2])))
    return Mail(data, received, flags, keywords)


def append_all(session, mailbox, mails):
    """Put messages into a mailbox with one command."""
    parts = [f'APPEND {mailbox}'.encode()]
    for mail in mails:
        words = " ".join(sorted(mail.flags | mail.keywords))
        date = mail.received.strftime("%d-%b-%Y %H:%M:%S +0000")
        parts.append(f'({words}) "{date}" {{{len(mail.data)}+}}\r\n'.encode() +
                     mail.data)
    tag = session.next_tag()
    session.send(tag + b" " + b" ".join(parts) + b"\r\n")
    reply = session.finish(tag)
    assert reply.ok, reply


def number_all(mails, uids):
    """Give the messages of a mailbox their numbers."""
    assert len(mails) == len(uids)
    for seq, (mail, uid) in enumerate(zip(mails, uids), 1):
        mail.seq, mail.uid = seq, uid
