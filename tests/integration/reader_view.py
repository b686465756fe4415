"""A mailbox in a reader's eyes: what every command has to say of it.

All of it is computed from the bytes of the messages, their keywords and the
mailbox that they really lie in, by the reference of the searches.
"""

import re

from esearch_client import expand, responses
from harness import message, quote, rspamd
from search_mail import FIRST_DAY, append_all
from search_reference import Mail, Reader, verdict

SOURCES = ("rspamd",)
CLASSES = ("SPAM", "HAM", "UNKNOWN")
_FLAG = re.compile(r"(UN)?(SEEN|FLAGGED|ANSWERED|DELETED|DRAFT)\Z")


def make(score=None, subject="apples", body="Fresh fruit.\n", mailbox="INBOX",
         flags="", **more):
    """A message with that score of rspamd's, or with none."""
    headers = [] if score is None else rspamd(score)
    words = set(flags.split())
    mail = Mail(message(subject, body, headers, **more), FIRST_DAY,
                {word for word in words if word.startswith("\\")},
                {word for word in words if not word.startswith("\\")})
    mail.score, mail.mailbox = score, mailbox
    return mail


def append(session, mails):
    """Each into its mailbox, which is made if need be."""
    for mailbox in dict.fromkeys(mail.mailbox for mail in mails):
        session.command("CREATE", quote(mailbox))
        append_all(session, quote(mailbox),
                   [mail for mail in mails if mail.mailbox == mailbox])


def numbered(session, mails):
    """Those of them that lie in the selected mailbox, in its order and with its
    numbers."""
    by_id = {mail.header("Message-ID"): mail for mail in mails}
    found = []
    if session.search("ALL"):
        for seq, text in session.fetch(
                "1:*", "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])").items():
            mail = by_id[re.search(r"<[^>]*>", text).group()]
            mail.seq = seq
            mail.uid = int(re.search(r"UID (\d+)", text).group(1))
            found.append(mail)
    return found


def threaded(session, program):
    """UIDs, whatever the threads."""
    lines = session.ok(f"UID THREAD REFERENCES UTF-8 {program}").lines("THREAD")
    return sorted(int(uid) for uid in re.findall(r"\d+", " ".join(lines)))


class View:
    """The mails of one mailbox, in its order, for a reader with that
    threshold."""

    def __init__(self, mails, threshold=50):
        self.mails, self.threshold = mails, threshold

    def classify(self, mail):
        return Reader(SOURCES, self.threshold,
                      mail.mailbox == "Junk").classify(mail)

    def uids(self, wanted):
        """Of the mails of which a function of one says so."""
        return [mail.uid for mail in self.mails if wanted(mail)]

    def of_class(self, name):
        return self.uids(lambda mail: self.classify(mail)[0] == name)

    def is_spam(self, mail):
        return self.classify(mail)[0] == "SPAM"

    def matches(self, key, mail):
        """Whether a key of a program's tree (`clean_reference`) matches."""
        parts = [self.matches(part, mail) for part in key.keys]
        known = _FLAG.match(key.name)
        if key.name in ("AND", "FUZZY"):
            return all(parts)
        if key.name in ("OR", "NOT"):
            return any(parts) if key.name == "OR" else not parts[0]
        if known:
            return (f"\\{known.group(2).capitalize()}" in mail.flags) != \
                bool(known.group(1))
        if key.name in ("KEYWORD", "UNKEYWORD"):
            return mail.has_keyword(key.values[0]) == (key.name == "KEYWORD")
        if key.name == "UID":
            return mail.uid in expand(key.values[0].replace("*", "999"))
        if key.name == "X-WINNOW":
            return self.classify(mail)[0] == key.values[0]
        text = {"SUBJECT": mail.header("Subject"), "BODY": mail.body,
                "TEXT": mail.data.decode()}[key.name]
        return key.values[0].lower() in text.lower()

    def matching(self, program):
        """The mails that a plain search finds."""
        return [mail for mail in self.mails if self.matches(program.root, mail)]

    # ------------------------------------------------------------ what is said

    def programs(self):
        """{search program: UIDs that it finds}"""
        out = {f"X-WINNOW {name}": self.of_class(name) for name in CLASSES}
        for who in ("user", "mailbox") + SOURCES:
            out[f"X-WINNOW BY {who}"] = self.uids(
                lambda mail, who=who: self.classify(mail)[1] == who)
        for level in (0, 40, 50, 80, 100):
            out[f"X-WINNOW LEVEL {level}"] = self.uids(
                lambda mail, level=level: level_of(mail) >= level)
        out["UNSEEN NOT X-WINNOW SPAM"] = self.uids(
            lambda mail: "\\Seen" not in mail.flags and not self.is_spam(mail))
        out["OR SEEN X-WINNOW SPAM"] = self.uids(
            lambda mail: "\\Seen" in mail.flags or self.is_spam(mail))
        return out

    def by_level(self):
        return [mail.uid for mail in sorted(
            self.mails, key=lambda mail: (level_of(mail), mail.seq))]

    def counts(self):
        return {"MESSAGES": len(self.mails),
                "X-WINNOW-SPAM": len(self.of_class("SPAM")),
                "X-WINNOW-UNSEEN": len(self.uids(
                    lambda mail: "\\Seen" not in mail.flags and
                    not self.is_spam(mail)))}

    def item(self, mail):
        """The text of FETCH X-WINNOW."""
        name, who = self.classify(mail)
        level, score = level_of(mail), mail.score
        return (f"X-WINNOW (CLASS {name} LEVEL {'NIL' if level < 0 else level} "
                f"THRESHOLD {self.threshold} "
                f"SCORE {nstring(None if score is None else f'{score:g}')} "
                f"KIND NIL BY {nstring(who)})")

    # ------------------------------------------------------------------- asking

    def check(self, session, mailbox):
        """The session has that mailbox selected."""
        for program, uids in self.programs().items():
            assert session.uid_search(program) == uids, program
            assert sorted(session.sort(f"(ARRIVAL) UTF-8 {program}",
                                       "UID SORT")) == uids, program
            assert threaded(session, program) == uids, program
            assert self.esearch(session, mailbox, program) == uids, program
        assert session.sort("(X-WINNOW) UTF-8 ALL", "UID SORT") == \
            self.by_level()
        assert session.fetch("1:*", "X-WINNOW") == {
            mail.seq: self.item(mail) for mail in self.mails}
        self.check_status(session, mailbox)

    def esearch(self, session, mailbox, program):
        """What ESEARCH finds in it; COUNT and the others agree."""
        found = responses(session.ok(
            f"ESEARCH IN (mailboxes {quote(mailbox)}) "
            f"RETURN (ALL COUNT MIN MAX) {program}"))
        if not found:
            return []
        (one,) = found
        uids = one.items["ALL"]
        assert (one.mailbox, one.items["COUNT"], one.items["MIN"],
                one.items["MAX"]) == (mailbox, len(uids), uids[0], uids[-1])
        return uids

    def check_status(self, session, mailbox):
        assert session.status(mailbox, *self.counts()) == self.counts()


def level_of(mail):
    """-1 for none."""
    found = verdict(mail, SOURCES)
    return -1 if found is None else found.level


def nstring(text):
    return "NIL" if text is None else f'"{text}"'

