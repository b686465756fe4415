"""ESEARCH looks for words in the bytes of messages before Dovecot searches
their text. Whatever hides a word from whom looks at bytes alone, it finds what
UID SEARCH finds."""

import base64
import os
import quopri
import sys
from random import Random

import pytest

from esearch_client import found
from harness import Literal
from test_esearch_differential import read_pipelined

SEED = int(os.environ.get("WINNOW_SEED", "20261127"))
MESSAGES, PROGRAMS = 100, 40
WORDS = ["needle", "Needlework", "NEEDLE", "kilo", "file", "cafe", "a1b2",
         "pins and needles", "hay", "Subject", "x-needle", "charset"]
#: Characters that are searched for as if they were letters of ASCII.
ODD = {"k": "\u212a", "f": "\uff46", "e": "e\u0301", "i": "\u2170",
       "n": "\u207f", "d": "\uff24"}
LIGATURES = {"fi": "\ufb01"}


def dress(random, word):
    """The same word to whoever searches, in other characters."""
    kind = random.randrange(6)
    if kind == 0:
        for plain, other in LIGATURES.items():
            word = word.replace(plain, other)
    elif kind == 1:
        letter = random.choice(word)
        word = word.replace(letter, ODD.get(letter, letter), 1)
    elif kind == 2:
        word = random.choice([word.upper(), word.title(), word.swapcase()])
    return word


def sentence(random):
    """With a word of those that are searched for, or a part of one."""
    word = dress(random, random.choice(WORDS))
    if random.random() < 0.3:
        word = word[:-1]
    around = [random.choice(["straw", "grass", "hay", "=", "a=b", "t", "c",
                             "charset", "transfer-encoding", "=20", "=?x"])
              for _ in range(random.randint(0, 6))]
    around.insert(random.randint(0, len(around)), word)
    return random.choice([" ", " ", "", "-"]).join(around)


def utf7(text):
    return b"".join(b"+%s-" % base64.b64encode(
        c.encode("utf-16-be")).rstrip(b"=") if c in "neNE" or not c.isascii()
        else c.encode() for c in text)


def soft(data):
    """Quoted-printable that is broken within words."""
    lines = [data[start:start + 5] for start in range(0, len(data), 5)]
    return b"=\r\n".join(quopri.encodestring(line) for line in lines)


#: How a text is written: charset, encoding, function.
FORMS = [
    (None, None, lambda text: text.encode("ascii", "replace")),
    ("us-ascii", "7bit", lambda text: text.encode("ascii", "replace")),
    ("utf-8", "8bit", lambda text: text.encode()),
    ("UTF-8", None, lambda text: text.encode()),
    ("utf-8", "base64", lambda text: base64.encodebytes(text.encode())),
    ("utf-8", "Quoted-Printable", lambda text: soft(text.encode())),
    ("iso-8859-1", "quoted-printable",
     lambda text: quopri.encodestring(text.encode("latin-1", "replace"))),
    ("utf-7", "7bit", utf7),
    ("utf-7", None, utf7),
    ("utf-16", "base64",
     lambda text: base64.encodebytes(text.encode("utf-16"))),
    ("iso-2022-jp", "7bit",
     lambda text: text.encode("iso-2022-jp", "replace")),
    ("windows-1252", "binary",
     lambda text: text.encode("windows-1252", "replace")),
    ("x-unknown", "x-unknown", lambda text: text.encode()),
]


def type_header(random, charset):
    kind = random.choice(["text/plain", "text/html", "TEXT/x", "image/png"])
    if charset is None:
        return random.choice([b"", b"Content-Type: %s\r\n" % kind.encode()])
    text = random.choice([
        "Content-Type: {0}; charset={1}", 'content-type : {0}; Charset="{1}"',
        "Content-Type: {0};\r\n\tcharset\r\n\t=\r\n\t{1}; x=y",
        "Content-Type: {0}; charset*0={1}", "Content-Type: {0}; charset*=''{1}",
        "Content-Type: {0}; x=y; charset= (comment) {1}",
        'Content-Type: {0}; charset="{1}"; charset=us-ascii'])
    return text.format(kind, charset).encode() + b"\r\n"


def encoding_header(random, encoding):
    if encoding is None:
        return b""
    return random.choice([
        "Content-Transfer-Encoding: {}", "CONTENT-TRANSFER-ENCODING:{}",
        "Content-Transfer-Encoding :\r\n {}", "Content-Transfer-Encoding: {};",
        "Content-Transfer-Encoding: (c) {}"]).format(encoding).encode() + \
        b"\r\n"


def part(random, depth=0):
    """Header fields and body of one."""
    if depth < 3 and random.random() < 0.3:
        if random.random() < 0.3:
            return b"Content-Type: message/rfc822\r\n", \
                whole(random, depth + 1)
        inner = [b"\r\n".join(part(random, depth + 1))
                 for _ in range(random.randint(1, 3))]
        mark = b"--b%d" % depth
        return b"Content-Type: multipart/mixed; boundary=b%d\r\n" % depth, \
            b"".join(mark + b"\r\n" + one + b"\r\n" for one in inner) + \
            mark + b"--\r\n" + sentence(random).encode()
    charset, encoding, write = random.choice(FORMS)
    body = write("\r\n".join(sentence(random)
                             for _ in range(random.randint(0, 4))))
    if random.random() < 0.1:       # across the blocks that are read
        body = b"." * (random.choice([4096, 8192, 16384]) -
                       random.randint(0, 600)) + body
    return type_header(random, charset) + encoding_header(random, encoding), \
        body


def subject(random):
    text = sentence(random)
    kind = random.randrange(5)
    if kind == 0:
        return b"=?utf-8?B?%s?=" % base64.b64encode(text.encode())
    if kind == 1:
        half = len(text) // 2
        return b"\r\n ".join(
            b"=?utf-8?q?%s?=" % b"".join(b"=%02X" % c for c in one.encode())
            for one in (text[:half], text[half:]))
    if kind == 2:
        return text.replace(" ", "\r\n\t").encode()
    return text.encode()


def whole(random, depth=0):
    """A message. Its last line need not end."""
    head, body = part(random, depth)
    name = random.choice([b"Subject:", b"Subject: ", b"Subject : ",
                          b"X-Needle: "])
    message_id = b"Message-ID: <%d@x>\r\n" % random.getrandbits(40)
    return name + subject(random) + b"\r\n" + message_id + head + b"\r\n" + \
        body + random.choice([b"", b"\r\n"])


def program(random):
    words = [random.choice(WORDS + ["neédle", "ﬁle", "nee", "eedl", "edles",
                                    "needle,", "subject:", "pins and", "é"])
             for _ in range(2)]
    keys = [f'{random.choice(["TEXT", "BODY"])} "{word}"' for word in words]
    return random.choice([
        "{0}", "{0}", "{0}", "({0} {1})", "UNSEEN {0}", "{0} NOT {1}",
        "NOT {0}", "OR {0} {1}", "NOT X-WINNOW SPAM {0}", "SUBJECT e {0}",
        "2:50 {0}", "UID 1:30,40:* {0}", "70:* {0}", "OR SEEN UNSEEN {0} {1}",
        "{0} MODSEQ 1", "KEYWORD Odd {0}"]).format(*keys)


@pytest.fixture
def haystack(winnow, storage):
    """A session of a user who has messages of all kinds."""
    random = Random(f"{SEED} {storage}")
    session = winnow.new_user(storage).imap()
    for _ in range(MESSAGES):
        flags = random.choice(["", "(\\Seen) ", "(Odd) "])
        session.ok(f"APPEND INBOX {flags}", Literal(whole(random)))
    session.select("INBOX")
    session.random = random
    return session


def test_what_bytes_hide_is_found(haystack):
    print(f"seed {SEED}", file=sys.stderr)
    programs = [program(haystack.random) for _ in range(PROGRAMS)]
    tags = [haystack.start("UID SEARCH RETURN (ALL) CHARSET UTF-8", one)
            for one in programs]
    right = read_pipelined(haystack, tags)
    assert sum(map(len, right)) > PROGRAMS
    for one, uids in zip(programs, right):
        for sources in ("mailboxes INBOX", "selected"):
            assert found(haystack, f"IN ({sources}) CHARSET UTF-8 {one}") == \
                ({"INBOX": uids} if uids else {}), f"seed {SEED}: {one}"
