"""Flags beside X-WINNOW, in all the ways in which the index takes them."""

from itertools import product

import pytest

from harness import message, rspamd

FLAGS = ("\\Seen", "\\Flagged")
#: program: does it match (seen, flagged)?
PROGRAMS = {
    "ALL": lambda seen, flagged: True,
    "SEEN": lambda seen, flagged: seen,
    "UNSEEN": lambda seen, flagged: not seen,
    "SEEN UNSEEN": lambda seen, flagged: False,
    "SEEN FLAGGED": lambda seen, flagged: seen and flagged,
    "UNSEEN FLAGGED": lambda seen, flagged: flagged and not seen,
    "UNSEEN UNFLAGGED": lambda seen, flagged: not (seen or flagged),
    "NOT (SEEN FLAGGED)": lambda seen, flagged: not (seen and flagged),
    "OR UNSEEN UNFLAGGED": lambda seen, flagged: not (seen and flagged),
    "NOT (SEEN UNFLAGGED)": lambda seen, flagged: flagged or not seen,
    "SEEN NOT (SEEN FLAGGED)": lambda seen, flagged: seen and not flagged,
    "NOT (OR SEEN FLAGGED)": lambda seen, flagged: not (seen or flagged),
}


@pytest.fixture
def imap(user):
    imap = user.imap()
    for seen, flagged, spam in product((False, True), repeat=3):
        flags = [name for name, has in zip(FLAGS, (seen, flagged)) if has]
        imap.append("INBOX", message("one", headers=rspamd(9 if spam else 1)),
                    " ".join(flags))
    imap.ok("SELECT INBOX")
    return imap


@pytest.mark.parametrize("program", PROGRAMS)
def test_flags_and_a_class(imap, program):
    matches = [PROGRAMS[program](seen, flagged) and spam
               for seen, flagged, spam in product((False, True), repeat=3)]
    assert imap.search(f"{program} X-WINNOW SPAM") == \
        [uid for uid, match in enumerate(matches, 1) if match]
