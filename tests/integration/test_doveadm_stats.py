"""doveadm winnow stats."""

import pytest

from harness import message, rspamd

RSPAMD = {"winnow_scanner": "rspamd"}
RANGES = [f"{low}-{low + 9}" for low in range(0, 90, 10)] + ["90-100"]


def rows_of(user, *args):
    return user.doveadm_rows("winnow stats", *args)


def histogram(rows, mailbox="INBOX", of="level"):
    """{value: messages} of one mailbox, without the rows of none."""
    return {row["value"]: row["messages"] for row in rows
            if row["mailbox"] == mailbox and row["of"] == of and
            row["messages"] > 0}


def deliver(user, *scores, mailbox=None):
    """Six is rspamd's line, so a score of 1.2 is level 10."""
    for score in scores:
        user.lmtp(message(headers=rspamd(score)), mailbox)


def test_levels_and_classes_are_counted(user, storage):
    deliver(user, -3, 0.1, 1.2, 1.3, 5.9, 6, 11.9, 12, 40)
    user.lmtp(message("unscanned"))
    rows = rows_of(user, "INBOX")
    assert [row["value"] for row in rows if row["of"] == "level"] == \
        RANGES + ["none", "no record"]
    assert histogram(rows) == {"0-9": 2, "10-19": 2, "40-49": 1, "50-59": 1,
                               "90-100": 3, "none": 1}
    assert histogram(rows, of="class") == {"SPAM": 4, "HAM": 5, "UNKNOWN": 1}


def test_classes_know_keywords_and_threshold(start):
    user = start(settings={**RSPAMD, "winnow_threshold": "80"}).new_user()
    deliver(user, 1, 7.5, 12, 12)
    user.imap("INBOX").ok("STORE 4 +FLAGS ($NotJunk)")
    rows = rows_of(user, "INBOX")
    assert histogram(rows) == {"0-9": 1, "60-69": 1, "90-100": 2}
    assert histogram(rows, of="class") == {"SPAM": 1, "HAM": 3}


def test_messages_without_a_record_are_not_read(user):
    deliver(user, 7.5)
    for path in user.index_files():
        path.unlink()
    user.doveadm("force-resync", "INBOX")
    for _ in range(2):          # the first look fills nothing in
        rows = rows_of(user, "INBOX")
        assert histogram(rows) == {"no record": 1}
        assert histogram(rows, of="class") == {"UNKNOWN": 1}


def test_mailboxes_by_mask_or_all(user):
    deliver(user, 1)
    deliver(user, 7.5, mailbox="Archive")
    rows = rows_of(user)
    assert histogram(rows) == {"0-9": 1}
    assert histogram(rows, "Archive") == {"60-69": 1}
    assert {row["mailbox"] for row in rows_of(user, "Arch*")} == {"Archive"}


def test_an_empty_mailbox(user):
    rows = rows_of(user, "Drafts")
    assert [(row["messages"], row["histogram"]) for row in rows] == \
        [(0, "")] * 15


def test_total_is_of_the_users_own_mail(start):
    server = start(virtual=True, public=True, settings=RSPAMD)
    user = server.new_user()
    deliver(user, 1)
    deliver(user, 7.5, mailbox="Archive")
    user.virtual_mailbox("all", "*", "  ALL")
    user.imap().ok("CREATE Public/board")
    user.save(message(headers=rspamd(9)), "Public/board")
    rows = rows_of(user, "--total")
    assert {row["mailbox"] for row in rows} == {""}
    assert histogram(rows, "") == {"0-9": 1, "60-69": 1}
    assert histogram(rows, "", "class") == {"SPAM": 1, "HAM": 1}


def test_several_users(start):
    server = start(settings=RSPAMD)
    one, other = server.new_user(), server.new_user()
    deliver(one, 7.5, 7.5)
    deliver(other, 1)
    if server.series == "2.3":      # asks for the list of users nevertheless
        server.expect_log("User iteration isn't currently supported")
    names = one.write("users", f"{one.name}\n{other.name}\n")
    rows = server.doveadm_rows("winnow", "stats", "--total", "-F", names)
    assert {(row["username"], row["value"]): row["messages"] for row in rows
            if row["messages"] and row["of"] == "class"} == {
                (one.name, "SPAM"): 2, (other.name, "HAM"): 1}


def test_bars_share_one_scale(user):
    deliver(user, *[1] * 40, *[7.5] * 10, *[12] * 20, 5)
    bars = {row["value"]: row["histogram"] for row in rows_of(user, "INBOX")
            if row["of"] == "level"}
    assert {value: len(bar) for value, bar in bars.items() if bar} == {
        "0-9": 40, "60-69": 10, "90-100": 20, "40-49": 1}
    assert set("".join(bars.values())) == {"#"}


@pytest.mark.parametrize("form", ["table", "flow", "tab"])
def test_formatters(user, form):
    deliver(user, 7.5)
    shown = user.dovecot.doveadm("-f", form, "winnow", "stats", "-u",
                                 user.name, "INBOX")
    line = next(line for line in shown.splitlines() if "60-69" in line)
    assert "INBOX" in line and "#" * 40 in line


def test_virtual_mailbox_counts_real_messages(start):
    user = start(virtual=True, settings=RSPAMD).new_user()
    deliver(user, 1, 7.5)
    user.virtual_mailbox("all", "INBOX", "  ALL")
    assert histogram(rows_of(user, "Virtual/all"), "Virtual/all") == {
        "0-9": 1, "60-69": 1}


def test_user_without_winnow(start):
    user = start(settings=RSPAMD).new_user(winnow_enable="no")
    done = user.dovecot.run("doveadm", "-c", user.dovecot.conf, "winnow",
                            "stats", "-u", user.name, check=False)
    assert done.returncode == 78            # EX_CONFIG
    assert b"doveadm winnow status" in done.stderr
