"""The test bed itself: it starts, it speaks, and it notices."""

import os

import pytest

from harness import Dovecot, message, rspamd
from harness.dovecot import session_processes


def test_every_way_in_reaches_the_mailbox(start, storage):
    user = start(winnow=False).new_user(storage)
    imap = user.imap("INBOX")
    imap.append("INBOX", message("by append"))
    user.lmtp(message("by lmtp", headers=rspamd(7)))
    user.lda(message("by lda"))
    user.save(message("by doveadm"))
    imap.ok("NOOP")
    subjects = imap.fetch("1:*", "BODY[HEADER.FIELDS (SUBJECT)]")
    for n, way in enumerate(("append", "lmtp", "lda", "doveadm"), 1):
        assert f"Subject: by {way}" in subjects[n]
    assert user.path("INBOX").exists()


def test_lmtp_answers_for_each_recipient(start):
    server = start(winnow=False)
    one, two = server.new_user(), server.new_user()
    answers = server.lmtp(message(), one, f"{two}+Archive")
    assert [code for code, _ in answers] == [250, 250]
    assert two.imap().status("Archive", "MESSAGES") == {"MESSAGES": 1}


def test_idle_hears_of_a_delivery(start):
    user = start(winnow=False).new_user()
    imap = user.imap("INBOX")
    tag = imap.idle()
    user.lmtp(message())
    assert b"* 1 EXISTS" in imap.unsolicited(10)
    assert imap.done(tag).ok


def test_an_alarming_log_line_fails_the_test(start):
    server = start(winnow=False)
    server.check_log()
    with open(server.directory / "log", "a") as log:
        log.write("Jan 05 10:00:00 imap(u1): Panic: planted\n")
    with pytest.raises(AssertionError, match="planted"):
        server.check_log()


def test_a_missing_log_line_fails_the_test(start):
    server = start(winnow=False)
    server.expect_log("nobody ever logs this")
    server.wait_log = lambda pattern: Dovecot.wait_log(server, pattern, 0.1)
    try:
        with pytest.raises(AssertionError, match="did not come"):
            server.check_log()
    finally:
        del server.wait_log


def test_nothing_is_left_after_stop():
    server = Dovecot(winnow=False).start()
    session = server.master.pid
    user = server.new_user()
    imap = user.imap("INBOX")
    assert len(session_processes(session)) > 3
    server.stop()
    assert session_processes(session) == []
    assert not os.path.exists(server.directory)
    imap.close()
