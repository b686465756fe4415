"""doveadm winnow status and rescan."""

import os
import pty
import subprocess

from harness import message, rspamd


RSPAMD = {"winnow_scanner": "rspamd"}


def three_messages(user, mailbox="INBOX"):
    user.lmtp(message("buy", headers=rspamd(7.5)), mailbox)
    user.lmtp(message("hello", headers=rspamd(1.2)), mailbox)
    user.lmtp(message("unscanned"), mailbox)


def mailbox_row(user, mailbox="INBOX"):
    rows = user.doveadm_rows("winnow status", mailbox)
    return next(row for row in rows if row["type"] == "mailbox")


def numbers(row):
    return [int(row[key]) for key in
            ("messages", "records", "spam", "ham", "unknown")]


def test_status_tells_settings_and_counts(user, storage):
    three_messages(user)
    rows = user.doveadm_rows("winnow status")
    told = {row["name"]: row["state"] for row in rows if row["type"] == "user"}
    assert told["winnow"] == "on"
    assert told["scanner"] == "rspamd"
    assert told["threshold"] == "50"
    row = mailbox_row(user)
    assert row["state"] == "current"
    assert numbers(row) == [3, 3, 1, 1, 1]
    assert row["advice"] == ""


def test_status_counts_keywords_before_levels(user):
    three_messages(user)
    imap = user.imap("INBOX")
    imap.ok("STORE 1 +FLAGS ($NotJunk)")
    imap.ok("STORE 3 +FLAGS ($Junk)")
    assert numbers(mailbox_row(user)) == [3, 3, 1, 2, 0]


def test_status_of_one_mailbox_does_not_tell_of_others(user):
    three_messages(user)
    user.imap().ok("CREATE Other")
    rows = user.doveadm_rows("winnow status", "Other")
    assert [row["name"] for row in rows if row["type"] == "mailbox"] == \
        ["Other"]


def test_status_without_scanner_says_how_to_mend_it(start):
    server = start(settings={"winnow_scanner": ""})
    server.allow_log("winnow_scanner is not set")
    rows = server.new_user().doveadm_rows("winnow status")
    row = next(row for row in rows if row["name"] == "scanner")
    assert row["state"] == "none"
    assert "set winnow_scanner" in row["advice"]


def test_status_of_a_user_without_winnow(start):
    user = start(settings=RSPAMD).new_user(winnow_enable="no")
    rows = user.doveadm_rows("winnow status")
    assert [(row["name"], row["state"]) for row in rows] == [("winnow", "off")]


def test_status_tells_what_the_user_prefers(start):
    user = start(settings=RSPAMD, metadata=True).new_user(winnow_search="clean")
    three_messages(user)

    def told():
        rows = user.doveadm_rows("winnow status", "INBOX")
        return {row["name"]: row["state"] for row in rows}

    assert (told()["threshold"], told()["search"]) == ("50", "clean")
    imap = user.imap()
    imap.ok('SETMETADATA "" (/private/vendor/vendor.winnow/threshold "70" '
            '/private/vendor/vendor.winnow/search "plain")')
    assert (told()["threshold"], told()["search"]) == ("70", "plain")
    assert numbers(mailbox_row(user)) == [3, 3, 0, 2, 1]


def test_rescan_fills_in_missing_records(user, storage):
    three_messages(user)
    for path in user.index_files():
        path.unlink()
    user.doveadm("force-resync", "INBOX")
    assert numbers(mailbox_row(user)) == [3, 0, 0, 0, 3]
    rows = user.doveadm_rows("winnow rescan", "INBOX")
    assert [(row["messages"], row["judged"], row["unreadable"])
            for row in rows] == [(3, 3, 0)]
    assert numbers(mailbox_row(user)) == [3, 3, 1, 1, 1]
    assert user.doveadm_rows("winnow rescan", "INBOX")[0]["judged"] == 0


def test_rescan_all_judges_what_has_records(user):
    three_messages(user)
    assert user.doveadm_rows("winnow rescan", "--all",
                             "INBOX")[0]["judged"] == 3


def test_rescan_replaces_records_of_earlier_settings(user):
    user.lmtp(message("buy", headers=rspamd(7.5)))
    assert numbers(mailbox_row(user)) == [1, 1, 1, 0, 0]
    user.set_fields(winnow_scanner="amavis")
    row = mailbox_row(user)
    assert row["state"] == "of earlier settings"
    assert numbers(row) == [1, 0, 0, 0, 1]
    assert "doveadm winnow rescan" in row["advice"]
    user.doveadm("winnow rescan")
    row = mailbox_row(user)
    assert row["state"] == "current"
    assert numbers(row) == [1, 1, 0, 0, 1]


def test_rescan_shows_progress_on_a_terminal_only(user):
    three_messages(user)
    server = user.dovecot
    command = server.inside("doveadm", "-c", server.conf, "winnow", "rescan",
                            "-u", user, "--all", "INBOX")
    ours, theirs = pty.openpty()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "INBOX [" in shown and "%" in shown
    quiet = subprocess.run(command, capture_output=True)
    assert quiet.stderr == b""


def test_uninstall_lists_records_and_rules(start):
    server = start(virtual=True, settings=RSPAMD)
    user = server.new_user()
    assert user.doveadm_rows("winnow status", "--uninstall") == []
    three_messages(user)
    user.virtual_mailbox("clean", "INBOX", "  NOT X-WINNOW SPAM")
    user.virtual_mailbox("all", "INBOX", "  ALL")
    rows = user.doveadm_rows("winnow status", "--uninstall")
    assert {(row["type"], row["name"]) for row in rows} == {
        ("records", "INBOX"), ("rules", "Virtual/clean")}


def test_status_of_a_virtual_mailbox_counts_real_messages(start):
    user = start(virtual=True, settings=RSPAMD).new_user()
    three_messages(user)
    user.virtual_mailbox("all", "INBOX", "  ALL")
    row = mailbox_row(user, "Virtual/all")
    assert row["state"] == "virtual"
    assert numbers(row) == [3, 3, 1, 1, 1]
