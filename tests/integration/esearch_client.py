"""What a client reads from the answers to ESEARCH (RFC 7377)."""

import re
from collections import namedtuple

#: One response. `items` has ALL and PARTIAL as lists of UIDs, the others as
#: numbers; `order` has their names as they came.
Hits = namedtuple("Hits", "tag mailbox uidvalidity items order")

_STRING = r'"(?:[^"\\]|\\.)*"'
_RESPONSE = re.compile(
    rf"\(TAG (?P<tag>{_STRING}) MAILBOX (?P<mailbox>{_STRING}|"
    r"\{\d+\}\r\n.*|[^ ()\"{]+) UIDVALIDITY (?P<uidvalidity>\d+)\) UID"
    r"(?P<items>( (ALL \S+|(MIN|MAX|COUNT|MODSEQ) \d+|PARTIAL \(\S+ \S+\)|"
    r"RELEVANCY \([\d ]*\)))*)\Z", re.S)
_ITEM = re.compile(r" (\w+) (?:\((\d+:\d+) (\S+)\)|\(([\d ]*)\)|([\d:,]+))")


def expand(text):
    """The numbers of a sequence set."""
    numbers = []
    for part in [] if text == "NIL" else text.split(","):
        one, _, two = part.partition(":")
        numbers += range(int(one), int(two or one) + 1)
    return numbers


def _unquote(text):
    if text.startswith("{"):
        return text.partition("\r\n")[2]
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def responses(reply):
    """The ESEARCH responses of a reply, which must all have its tag."""
    found = [response(line) for line in reply.lines("ESEARCH")]
    assert all(one.tag == reply.tag.decode() for one in found), reply
    names = [one.mailbox for one in found]
    assert len(set(names)) == len(names), reply
    return found


def response(line):
    match = _RESPONSE.match(line)
    assert match, line
    items, order = {}, []
    for name, ranges, part, scores, value in _ITEM.findall(match["items"]):
        order.append(name)
        if name == "PARTIAL":
            items[name] = (ranges, expand(part))
        elif name == "RELEVANCY":
            items[name] = scores
        else:
            items[name] = expand(value) if name == "ALL" else int(value)
    return Hits(_unquote(match["tag"]), _unquote(match["mailbox"]),
                int(match["uidvalidity"]), items, order)


def found(session, command, option="ALL"):
    """{mailbox: value of that option} of an ESEARCH that says OK."""
    return {one.mailbox: one.items[option]
            for one in responses(session.ok("ESEARCH " + command))}


def nothing(reply):
    """Whether it says OK and no word more."""
    return reply.ok and reply.untagged == [] and reply.code is None
