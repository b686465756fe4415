"""What RETURN asks for, where the index decides about some of the messages and
others, which have no record, are looked at."""

import pytest

from esearch_client import expand, responses
from harness import message, rspamd

#: By UID. The first six messages come while winnow is off.
SCORES = [9, 1, 9, 1, 9, 9, 9, 9, 1, 9, 1, 1]
SPAM = [1, 3, 5, 6, 7, 8, 10]

#: RETURN's options, the answer, and what SAVE saves (RFC 5182, section 2.4;
#: RFC 9394, section 3.2)
OPTIONS = {
    "ALL": ({"ALL": SPAM}, SPAM),
    "MIN": ({"MIN": 1}, [1]),
    "MAX": ({"MAX": 10}, [10]),
    "MIN MAX": ({"MIN": 1, "MAX": 10}, [1, 10]),
    "COUNT": ({"COUNT": 7}, SPAM),
    "MIN COUNT": ({"MIN": 1, "COUNT": 7}, SPAM),
    "ALL MIN MAX COUNT": ({"ALL": SPAM, "MIN": 1, "MAX": 10, "COUNT": 7},
                          SPAM),
    "PARTIAL 2:4": ({"PARTIAL": ("2:4", [3, 5, 6])}, [3, 5, 6]),
    "PARTIAL 6:9": ({"PARTIAL": ("6:9", [8, 10])}, [8, 10]),
    "PARTIAL 2:4 COUNT": ({"PARTIAL": ("2:4", [3, 5, 6]), "COUNT": 7}, SPAM),
}


@pytest.fixture
def user(start):
    user = start(settings={"winnow_scanner": "rspamd"}).new_user()
    user.set_fields(winnow_enable="no")
    for score in SCORES[:6]:
        user.lmtp(message("x", headers=rspamd(score)))
    user.set_fields(winnow_enable="yes")
    for score in SCORES[6:]:
        user.lmtp(message("x", headers=rspamd(score)))
    return user


@pytest.mark.parametrize("options", OPTIONS)
def test_with_and_without_records(user, options):
    answer, saved = OPTIONS[options]
    imap = user.imap("INBOX")
    # the second time there are records of all
    for _ in range(2):
        one, = responses(imap.ok(
            f"ESEARCH IN (selected) RETURN ({options} SAVE) X-WINNOW SPAM"))
        assert one.items == answer
        line, = imap.ok("UID SEARCH RETURN (ALL) $").lines("ESEARCH")
        assert expand(line.rpartition(" ")[2]) == saved
