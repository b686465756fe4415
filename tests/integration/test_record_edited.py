"""What Sieve edits before it is delivered is saved as stock Dovecot saves it.

Its stream is not a file's: a reader that leaves bytes in it makes it panic.
"""

import re

import pytest

from harness import Index, Record, message, rspamd

SPAM = Record(1, "none", 75, 9.0)
EDITHEADER = {"2.3": "plugin {\n  sieve_extensions = +editheader\n}\n",
              "2.4": "sieve_extensions {\n  editheader = yes\n}\n"}
FIRST = 'addheader "X-First" "one";\n'
LAST = 'addheader :last "X-Last" "two";\n'
SCRIPTS = {"first": FIRST, "last": LAST, "both": FIRST + LAST,
           "deleted": 'deleteheader "X-Fill";\n' + FIRST + LAST}
#: Dovecot reads 4 or 8 KB at once
FILLS = [0, 60, 120, 480]


def texts():
    for ends in (b"\r\n", b"\n"):
        for fill in FILLS:
            yield message("buy", "Hello.\n" * 1500,
                          rspamd(9.0) + fill * [("X-Fill", 70 * "f")],
                          sender="one@example.org",
                          message_id="<one@example.org>"
                          ).replace(b"\r\n", ends)


def saved(user):
    """All messages, in any order, without what tells deliveries apart."""
    return sorted(re.sub(rb"(Return-Path|Delivered-To|Received):.*\n(\s.*\n)*",
                         b"", path.read_bytes())
                  for path in user.home.glob("**/new/*"))


@pytest.mark.parametrize("script", list(SCRIPTS))
@pytest.mark.parametrize("way", ["lmtp", "lda"])
def test_edited_header(start, script, way):
    out = []
    for how in {"settings": {"winnow_scanner": "rspamd"}}, {"winnow": False}:
        user = start(sieve=True, extra=EDITHEADER, **how).new_user("maildir")
        user.sieve('require "editheader";\n' + SCRIPTS[script])
        for text in texts():
            getattr(user, way)(text)
        out.append(saved(user))
        if "settings" in how:
            assert list(Index(user).records().values()) == \
                2 * len(FILLS) * [SPAM]
    assert out[0] == out[1] and len(out[0]) == 2 * len(FILLS)


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_edited_beside_a_huge_field(start, script):
    """A field that no buffer holds: reading on in the edited message, with all
    of it left in the buffer, is what panics."""
    user = start(sieve=True, extra=EDITHEADER,
                 settings={"winnow_scanner": "rspamd"}).new_user("maildir")
    user.sieve('require "editheader";\n' + SCRIPTS[script])
    text = message("buy", "Hello.\n", rspamd(9.0) + [
        ("X-Huge", "\r\n ".join(6000 * [70 * "h"]))])
    user.lmtp(text)
    user.lda(text)
    assert list(Index(user).records().values()) == 2 * [SPAM]


def test_edited_on_all_storages(start, storage):
    """The copy is read before its transaction is committed."""
    user = start(sieve=True, extra=EDITHEADER,
                 settings={"winnow_scanner": "rspamd"}).new_user(storage)
    user.sieve('require "editheader";\n' + FIRST + LAST)
    for text in texts():
        user.lmtp(text)
    assert list(Index(user).records().values()) == 2 * len(FILLS) * [SPAM]
