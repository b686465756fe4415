"""What a search has to find: slow, from the bytes of the messages.

Written from the design alone. Nothing here comes from `src/`, and nothing is
clever; what was read from a message once is kept.
"""

import functools
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from fractions import Fraction

HAM, SUSPECT, SPAM = 1, 2, 3
#: Level of a word without a score.
WORD_LEVEL = {HAM: 10, SUSPECT: 40, SPAM: 80}
WORD_BOUNDS = {HAM: (0, 49), SUSPECT: (25, 49), SPAM: (50, 100)}
HAM_KEYWORDS = {"$notjunk", "notjunk", "nonjunk"}
SPAM_KEYWORDS = {"$junk", "junk"}


@dataclass(eq=False)
class Mail:
    """A message as it lies in a mailbox."""

    data: bytes
    received: datetime
    flags: set = field(default_factory=set)      # with their backslash
    keywords: set = field(default_factory=set)   # as they were set
    uid: int = 0
    seq: int = 0

    @functools.cached_property
    def headers(self):
        """[(lower-case name, unfolded value)] from the top."""
        head = self.data.partition(b"\r\n\r\n")[0].decode("latin-1")
        lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
        pairs = [line.partition(":") for line in lines]
        return [(name.strip().lower(), re.sub(r"[ \t]+", " ", value).strip())
                for name, _, value in pairs]

    def header(self, name):
        return next((v for n, v in self.headers if n == name.lower()), None)

    @functools.cached_property
    def body(self):
        return self.data.partition(b"\r\n\r\n")[2].decode("latin-1")

    @functools.cached_property
    def sent(self):
        return parsedate_to_datetime(self.header("Date"))

    def has_keyword(self, name):
        return name.lower() in {kept.lower() for kept in self.keywords}


@dataclass
class Reading:
    """What one header says."""

    word: int = 0
    kind: str = None
    score: Fraction = None
    #: the header's own spam line
    required: Fraction = None


@dataclass
class Verdict:
    source: str
    level: int
    kind: str = None


def number(text, stops=""):
    """The number at the start of a text, or None."""
    match = re.match(r"[+-]?(\d+\.?\d*|\.\d+)(?=\Z| |,(?!\d)|[;)%s])" %
                     re.escape(stops), text)
    return Fraction(match.group().rstrip(".")) if match else None


def level(word, kind, score, threshold):
    """The level of a score held against a threshold, bounded by the word."""
    if score is None:
        value = WORD_LEVEL[word]
    elif score <= 0:
        value = 0
    else:
        value = int(min(50 * score / threshold, 100) + Fraction(1, 2))
    low, high = (80, 100) if kind else WORD_BOUNDS[word]
    return min(max(value, low), high)


def usable(value):
    """An occurrence with a control byte counts as none."""
    return not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)


def values(mail, name):
    return [value for its, value in mail.headers
            if its == name.lower() and usable(value)]


def words(value, **classes):
    """The class whose words the whole value is; 0 for none."""
    for name, texts in classes.items():
        if value.lower() in texts:
            return {"ham": HAM, "suspect": SUSPECT, "spam": SPAM}[name]
    return 0


# ---------------------------------------------------------- one header's value

def rspamd_result(value):
    match = re.search(r" (true|false) \[(.*)", value, re.I)
    if match is None:
        return Reading()
    return Reading(SPAM if match.group(1).lower() == "true" else 0,
                   score=number(match.group(2), "/]"))


def rspamd_action(value):
    return Reading(words(
        value, spam=("add header", "rewrite subject", "quarantine", "discard",
                     "reject"),
        suspect=("greylist", "soft reject"), ham=("no action",)))


def yes_flag(value):
    return Reading(words(value, spam=("yes",)))


def yes_no_flag(value):
    return Reading(words(value, spam=("yes",), ham=("no",)))


def rspamd_status(value):
    match = re.fullmatch(r"(yes|no), score=(\S*)", value, re.I)
    if match is None:
        return Reading()
    return Reading(words(match.group(1), spam=("yes",), ham=("no",)),
                   score=number(match.group(2)))


def status(value):
    """SpamAssassin's and amavis's X-Spam-Status."""
    begin = re.match(r"(yes|no)(?![\w-])", value, re.I)
    found = {name: re.search(r"(?:^|[ ,;(\[])%s= ?(.*)" % name, value, re.I)
             for name in ("score", "hits", "required")}
    score = found["score"] or found["hits"]
    return Reading(
        words(begin.group(1), spam=("yes",), ham=("no",)) if begin else 0,
        score=number(score.group(1)) if score else None,
        required=number(found["required"].group(1))
        if found["required"] else None)


def alert(value):
    infected = re.match(r"infected(?![\w-])", value, re.I)
    return Reading(SPAM, "virus") if infected else Reading()


#: source: (its spam line, [(header, how to read it, a score alone counts)])
SOURCES = {
    "rspamd": (Fraction(6), [
        ("X-Spamd-Result", rspamd_result, True),
        ("X-Rspamd-Action", rspamd_action, False),
        ("X-Spam", yes_flag, False),
        ("X-Spam-Flag", yes_flag, False),
        ("X-Spam-Status", rspamd_status, False)]),
    "spamassassin": (Fraction(5), [
        ("X-Spam-Status", status, False),
        ("X-Spam-Flag", yes_no_flag, False)]),
    "amavis": (Fraction(5), [
        ("X-Spam-Status", status, False),
        ("X-Spam-Flag", yes_no_flag, False),
        ("X-Amavis-Alert", alert, False)]),
}


# ------------------------------------------------------------------ one message

def judge(reading, line, alone):
    """(class, level, is it the filter's own word) of one header."""
    own = reading.required is not None and reading.required > 0
    threshold = reading.required if own else line
    word = reading.word
    if not word and reading.score is not None and (own or alone):
        word = SPAM if reading.score >= threshold else HAM
    if not word:
        return 0, -1, False
    return word, level(word, reading.kind, reading.score, threshold), \
        bool(reading.word) or own


def worst(readings, line, alone):
    return max(readings, key=lambda reading: judge(reading, line, alone)[1])


def source_verdict(mail, source):
    """What one source says, or None: of several occurrences the worst."""
    line, forms = SOURCES[source]
    seen = []
    for header, read, alone in forms:
        readings = [read(value) for value in values(mail, header)]
        if readings:
            reading = worst(readings, line, alone)
            seen.append((reading,) + judge(reading, line, alone))
    strong = [one for one in seen if one[3]] or seen
    word = max((one[1] for one in strong), default=0)
    if not word:
        return None
    kind = next((one[0].kind for one in strong if one[0].kind), None)
    scored = [one for one in seen if one[0].score is not None]
    scored.sort(key=lambda one: one[1] != word)     # stable: the first of those
    reading = scored[0][0] if scored else Reading()
    own = reading.required is not None and reading.required > 0
    return Verdict(source, level(word, kind, reading.score,
                                 reading.required if own else line), kind)


@functools.lru_cache(maxsize=None)
def verdict(mail, sources):
    """The worst over all listed sources; of equals the first. None: unknown."""
    best = None
    for source in sources:
        one = source_verdict(mail, source)
        if one and (best is None or (one.level, bool(one.kind)) >
                    (best.level, bool(best.kind))):
            best = one
    return best


@dataclass
class Reader:
    """Who looks at the messages, and where."""

    sources: tuple
    threshold: int = 50
    in_junk: bool = False

    def classify(self, mail):
        """(SPAM, HAM or UNKNOWN; by whom)."""
        ham = any(mail.has_keyword(name) for name in HAM_KEYWORDS)
        spam = any(mail.has_keyword(name) for name in SPAM_KEYWORDS)
        if ham != spam:
            return ("HAM" if ham else "SPAM"), "user"
        if self.in_junk:
            return "SPAM", "mailbox"
        found = verdict(mail, self.sources)
        if found is None:
            return "UNKNOWN", None
        return ("SPAM" if found.level >= self.threshold else "HAM"), \
            found.source
