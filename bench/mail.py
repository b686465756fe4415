"""Messages in great numbers: seeded, quickly made, no two alike."""

import random
from dataclasses import dataclass
from email.utils import formatdate

#: Of 1000 messages so many are spam, and so many carry no verdict at all.
SPAM, UNJUDGED = 350, 50
#: Larger mailboxes have these several times.
DISTINCT = 100_000
#: Messages are spread over these seconds: 2016 to 2025.
_FIRST, _LAST = 1451606400, 1767225600
_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwz", "aeiou"


@dataclass(frozen=True)
class Mix:
    """What decides every byte: equal mixes are equal mailboxes."""

    count: int
    seed: int = 1
    spam: int = SPAM
    unjudged: int = UNJUDGED

    def __str__(self):
        return f"{self.count}-{self.seed}-{self.spam}-{self.unjudged}"


def vocabulary(rng, count=4000):
    words = set()
    while len(words) < count:
        words.add("".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS)
                          for _ in range(rng.randint(1, 4))))
    return sorted(words)


class Writer:
    """Makes the messages of a mix, in any order."""

    def __init__(self, mix):
        self.mix = mix
        rng = random.Random(mix.seed)
        self.words = vocabulary(rng)
        #: all bodies are cut from this text
        lines = (" ".join(rng.choices(self.words, k=rng.randint(3, 12)))
                 for _ in range(8000))
        self._text = "\n".join(lines)
        self._rng = random.Random()

    def _start(self, number):
        self._rng.seed(self.mix.seed * 1_000_003 + number)
        draw = self._rng.randrange(1000)
        return draw < self.mix.spam, draw >= 1000 - self.mix.unjudged

    def is_spam(self, number):
        return self._start((number - 1) % DISTINCT + 1)[0]

    def message(self, number):
        """(message with LF line ends, its time in seconds since 1970)."""
        spam, unjudged = self._start(number)
        rng = self._rng
        time = rng.randrange(_FIRST, _LAST)
        lines = [f"Return-Path: <{self._word()}@{self._word()}.example>",
                 f"Received: from {self._word()}.example by mx.example with "
                 f"ESMTP id {rng.getrandbits(40):x};\n\t{formatdate(time)}"]
        if not unjudged:
            lines += rng.choice(_FILTERS)(rng, spam, self._word)
        lines += self._envelope(number, time)
        return "\n".join(lines) + "\n\n" + self._body(), time

    def _word(self):
        return self.words[int(self._rng.random() * len(self.words))]

    def _envelope(self, number, time):
        rng = self._rng
        subject = " ".join(self._word() for _ in range(rng.randint(1, 9)))
        yield f"From: {self._word().title()} <{self._word()}@" \
              f"{self._word()}.example>"
        yield "To: user@server.example"
        yield f"Subject: {subject.capitalize()}"
        yield f"Date: {formatdate(time - rng.randrange(600))}"
        yield f"Message-ID: <{number}.{rng.getrandbits(64):x}@" \
              f"{self._word()}.example>"
        if rng.random() < 0.4:
            yield "MIME-Version: 1.0"
            yield "Content-Type: text/plain; charset=utf-8"
        if rng.random() < 0.3:
            yield f"List-Id: <{self._word()}.{self._word()}.example>"
            yield "Precedence: list"

    def _body(self):
        rng = self._rng
        size = min(int(rng.lognormvariate(6.6, 0.9)), 60000)
        start = rng.randrange(len(self._text) - size)
        return self._text[start:start + size] + "\n"


def _rspamd(rng, spam, word):
    score = rng.uniform(6.1, 40) if spam else rng.uniform(-8, 5.8)
    symbols = "".join(f"\n\t{word().upper()}({rng.uniform(-2, 2):.2f})[];"
                      for _ in range(rng.randint(4, 20)))
    action = ("reject" if score >= 15 else "add header" if spam else
              "greylist" if score >= 4 else "no action")
    flag = ["X-Spam-Flag: YES"] if spam else []
    return flag + [f"X-Spamd-Result: default: {action == 'reject'} "
                   f"[{score:.2f} / 15.00];{symbols[:-1]}",
                   f"X-Rspamd-Action: {action}"]


def _tests(rng, word):
    return ",".join(word().upper() for _ in range(rng.randint(3, 9)))


def _spamassassin(rng, spam, word):
    score = rng.uniform(5.1, 30) if spam else rng.uniform(-9, 4.8)
    flag = ["X-Spam-Flag: YES"] if spam else []
    return flag + [f"X-Spam-Status: {'Yes' if spam else 'No'}, "
                   f"score={score:.1f} required=5.0\n"
                   f"\ttests={_tests(rng, word)}\n"
                   "\tautolearn=no autolearn_force=no version=4.0.1"]


def _amavis(rng, spam, word):
    score = rng.uniform(6.3, 30) if spam else rng.uniform(-9, 6.1)
    return [f"X-Spam-Flag: {'YES' if spam else 'NO'}",
            f"X-Spam-Score: {score:.3f}",
            f"X-Spam-Status: {'Yes' if spam else 'No'}, score={score:.3f} "
            f"tagged_above=2\n\trequired=6.2 tests=[{_tests(rng, word)}]\n"
            "\tautolearn=no"]


_FILTERS = (_rspamd, _spamassassin, _amavis)
#: The scanners whose headers these are.
SCANNERS = "rspamd spamassassin amavis"


def write_mbox(writer, path):
    """All messages of the writer's mix in one mbox file."""
    with open(path, "w", encoding="ascii", newline="\n") as out:
        for number in range(1, writer.mix.count + 1):
            text, time = writer.message(number)
            date = formatdate(time)     # Mon, 05 Jan 2026 10:00:00 -0000
            out.write(f"From x@example {date[:3]} {date[8:11]} {date[5:7]} "
                      f"{date[17:25]} {date[12:16]}\n{text}\n")
