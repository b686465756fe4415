"""Search commands as clients and people send them, in any combination."""

from search_mail import KEYWORDS, PEOPLE, SUBJECTS, TOPICS

FLAGS = ("SEEN", "UNSEEN", "ANSWERED", "UNANSWERED", "FLAGGED", "UNFLAGGED",
         "DRAFT", "UNDRAFT", "UNDELETED", "UNDELETED")
#: of these, one is enough to leave a search alone
FORBIDDEN = ("1:50", "*", "UID 1:70", "UID 3,5,7:*", "$", "MODSEQ 1", "DELETED",
             "RECENT", "NEW", "OLD", "KEYWORD $Junk", "UNKEYWORD $Junk",
             "UNKEYWORD Junk", "KEYWORD $NotJunk", "UNKEYWORD NonJunk",
             "UNKEYWORD NotJunk", "UNKEYWORD $Phishing", "X-WINNOW HAM",
             "X-WINNOW LEVEL 30", "HEADER Message-ID example",
             "HEADER References x", "HEADER In-Reply-To x", 'HEADER X-Note ""',
             "X-GUID 00000000000000000000000000000000")


#: words that one message has each, so that a search may find spam alone
RARE = [f"rare{number:03}" for number in range(150)]


def add_rare_words(mails):
    for mail, word in zip(mails, RARE):
        mail.data += f"{word}\r\n".encode()


class Programs:
    """Search programs from a seed; most look for words."""

    def __init__(self, random):
        self.random = random

    def words(self):
        word = self.random.choice(SUBJECTS)
        person = self.random.choice(PEOPLE)
        topic = self.random.choice(TOPICS)
        return self.random.choice([
            f"TEXT {topic}", f"BODY {topic}", f"SUBJECT {word}",
            f"FROM {person}", f"TEXT {word}", 'TO "user"',
            f"HEADER Subject {word}", f'HEADER "From" "{person}"',
            f"FUZZY SUBJECT {word}", f"TEXT {self.random.choice(RARE)}", "TEXT nowhere", "CC nobody", "BCC nobody",
            'TEXT ""', 'HEADER Subject ""', "HEADER List-Id x"])

    def other(self):
        return self.random.choice([
            self.random.choice(FLAGS),
            "KEYWORD " + self.random.choice(KEYWORDS),
            "UNKEYWORD " + self.random.choice(KEYWORDS),
            "SINCE 20-Jan-2026", "BEFORE 10-Feb-2026", "SENTSINCE 1-Feb-2026",
            "LARGER 600", "SMALLER 1500", "ALL", "1:*", "UID 1:*"])

    def leaf(self):
        shape = self.random.random()
        if shape < 0.55:
            return self.words()
        return self.random.choice(FORBIDDEN) if shape < 0.62 else self.other()

    def tree(self, depth):
        shape = self.random.random()
        if depth == 0 or shape < 0.2:
            return self.leaf()
        if shape < 0.35:
            return "NOT " + self.tree(depth - 1)
        if shape < 0.65:
            return f"OR {self.tree(depth - 1)} {self.tree(depth - 1)}"
        if shape < 0.7:
            return "FUZZY " + self.tree(depth - 1)
        return "(" + " ".join(self.tree(depth - 1) for _ in range(
            self.random.randrange(1, 4))) + ")"

    def program(self):
        if self.random.random() < 0.15:
            return "%s %s" % (self.random.choice(["BODY", "TEXT"]),
                              self.random.choice(RARE))
        return " ".join(self.tree(self.random.randrange(3))
                        for _ in range(self.random.randrange(1, 4)))
