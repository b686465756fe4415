"""Filters of a user, through METADATA, for the tests of named filters."""

import re

from harness import Literal, quote

SETTINGS = {"winnow_scanner": "rspamd",
            "winnow_capability": "X-WINNOW FILTERS"}
VALUES = "filters/values"
DESCRIPTIONS = "filters/descriptions"


def put(imap, name, value, status="OK", where=VALUES, scope="private"):
    """Store one filter, or take it away with None; returns the reply."""
    entry = f"/{scope}/{where}/{name}"
    if value is None:
        reply = imap.command(f'SETMETADATA "" ({entry} NIL)')
    elif isinstance(value, bytes):
        reply = imap.command(f'SETMETADATA "" ({entry}', Literal(value), ")")
    else:
        reply = imap.command(f'SETMETADATA "" ({entry} {quote(value)})')
    assert reply.status == status, reply
    return reply


def stored(imap, name, where=VALUES, scope="private"):
    """The octets of one entry, None where there is none."""
    entry = f"/{scope}/{where}/{name}"
    for line in imap.ok(f'GETMETADATA "" {entry}').untagged:
        _, _, value = line.partition(entry.lower().encode() + b" ")
        if value.startswith(b"NIL"):
            return None
        literal = re.match(rb"\{(\d+)\}\r\n", value)
        if literal:
            return value[literal.end():][:int(literal.group(1))]
        if value.startswith(b'"'):
            text = re.match(rb'"((?:[^"\\]|\\.)*)"', value).group(1)
            return re.sub(rb"\\(.)", rb"\1", text)
    return None


def listed(imap, entry, depth="1"):
    """The entries at and below one, with their values or without."""
    reply = imap.ok(f'GETMETADATA (DEPTH {depth}) "" ({entry})')
    text = b"\n".join(reply.untagged).decode()
    return sorted(set(re.findall(r"(/(?:private|shared)/filters/\S+)", text)))
