"""Mailboxes on another server (imapc): Dovecot as a proxy in front of another.

The other one is stock Dovecot. What winnow knows of its mail it keeps here, in
the proxy's index.
"""

import pytest

from harness import message, rspamd
from harness.user import PASSWORD

SPAM, HAM = rspamd(9.0), rspamd(0.5)


def fields(series, there):
    """Of a user of the proxy whose mail is there."""
    store = {"mail": "imapc:~/imapc"} if series == "2.3" else \
        {"mail_driver": "imapc", "mail_path": "~/imapc"}
    return {**store, "imapc_host": there.dovecot.host,
            "imapc_port": there.dovecot.imap_port, "imapc_user": there.name,
            "imapc_password": PASSWORD}


@pytest.fixture
def proxied(start):
    """(the user of the proxy, the same mailboxes as the other server has)"""
    there = start(winnow=False).new_user()
    here = start(settings={"winnow_scanner": "rspamd",
                           "winnow_search": "clean"})
    return here.new_user(**fields(here.series, there)), there


def fill(user):
    for kind in SPAM, HAM, [], SPAM:
        user.imap().append("INBOX", message("apples", "Fresh fruit.\n", kind))


def test_a_clean_search_is_answered_as_a_plain_one(proxied):
    user, there = proxied
    fill(there)
    for program in "TEXT apples", "SUBJECT apples", "BODY fruit UNSEEN":
        for command, answer in (("SEARCH", "SEARCH"),
                                ("UID SORT (ARRIVAL) UTF-8", "SORT")):
            reply = user.imap("INBOX").ok(command, program)
            assert reply.lines(answer) == ["1 2 3 4"]
            assert reply.code is None


def test_verdicts_are_known(proxied):
    user, there = proxied
    fill(there)
    for _ in range(2):
        imap = user.imap("INBOX")
        assert imap.search("X-WINNOW SPAM") == [1, 4]
        assert imap.search("NOT X-WINNOW SPAM") == [2, 3]
        assert imap.search("X-WINNOW UNKNOWN TEXT apples") == [3]
        assert b"CLASS SPAM" in imap.ok("FETCH 4 X-WINNOW").untagged[0]
        imap.logout()
    assert user.imap().status("INBOX", "X-WINNOW-SPAM") == {"X-WINNOW-SPAM": 2}


def test_mail_flows(proxied):
    user, there = proxied
    user.lmtp(message("delivered", headers=SPAM))
    imap = user.imap("INBOX")
    imap.append("INBOX", message("appended", headers=SPAM))
    imap.ok("COPY 1 Archive")
    imap.ok("MOVE 2 Junk")
    for name, count in ("INBOX", 1), ("Archive", 1), ("Junk", 1):
        for one in user, there:
            assert one.imap(name).search("ALL") == \
                list(range(1, count + 1)), name
        assert user.imap(name).search("X-WINNOW SPAM") == [1], name
