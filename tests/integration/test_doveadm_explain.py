"""doveadm winnow explain."""

import json

from harness import message, rspamd, spamassassin


def explained(user, *query):
    """The rows of the one message that the query finds."""
    rows = user.doveadm_rows("winnow explain", *(query or ("ALL",)))
    assert len({(row["mailbox"], row["uid"]) for row in rows}) == 1
    return rows


def steps(rows, step):
    return [row for row in rows if row["step"] == step]


def the(rows, step):
    found = steps(rows, step)
    assert len(found) == 1, rows
    return found[0]


def test_every_header_source_record_and_class_is_told(user, storage):
    user.lmtp(message("buy", headers=[("X-Other", "1")] + rspamd(7.5)))
    rows = explained(user, "mailbox", "INBOX")
    assert {(row["mailbox"], row["uid"]) for row in rows} == {("INBOX", 1)}
    result, action = steps(rows, "header")
    assert result["name"] == "X-Spamd-Result"
    assert result["value"] == "default: False [7.50 / 15.00]; ARC_NA(0.00)[]"
    assert result["source"] == "rspamd" and result["counts"] == "yes"
    assert (result["score"], result["threshold"]) == ("7.5", "6")
    assert int(action["place"]) == int(result["place"]) + 1
    assert (action["name"], action["says"]) == ("X-Rspamd-Action", "spam")
    source = the(rows, "source")
    assert (source["source"], source["says"], source["score"],
            source["level"], source["counts"]) == \
        ("rspamd", "spam", "7.5", "63", "yes")
    verdict = the(rows, "verdict")
    assert (verdict["source"], verdict["level"]) == ("rspamd", "63")
    record = the(rows, "record")
    assert (record["source"], record["says"], record["score"],
            record["level"], record["why"]) == \
        ("rspamd", "spam", "7.5", "63", "as a fresh judgement")
    outcome = the(rows, "class")
    assert (outcome["name"], outcome["source"], outcome["threshold"],
            outcome["level"]) == ("SPAM", "rspamd", "50", "63")


def test_place_is_that_of_the_field(user):
    user.save(message(headers=[("X-A", "1"), ("X-B", "2")] +
                      rspamd(1)[1:]))
    header = the(explained(user), "header")
    assert (header["place"], header["says"]) == ("3", "ham")


def test_of_several_the_one_that_counts_is_told(start):
    forged = [("X-Spam-Status", "No, score=-9.0 required=5.0"),
              ("X-Spam-Status", "Yes, score=20.0 required=5.0"),
              ("X-Spam-Status", "No, score=1.0 required=5.0")]
    for trust, counts in (("worst", 2), ("first", 1), ("last", 3)):
        user = start(settings={"winnow_scanner": "spamassassin",
                               "winnow_trust": trust}).new_user()
        user.save(message(headers=forged))
        rows = steps(explained(user), "header")
        assert [row["counts"] for row in rows] == \
            ["yes" if place == counts else "no" for place in (1, 2, 3)]
        assert f"field {counts}" in rows[counts - 2]["why"] or \
            "above it" in rows[counts - 2]["why"] or \
            "as much or worse" in rows[counts - 2]["why"]


def test_the_walk_to_the_border_is_told(start):
    user = start(settings={
        "winnow_scanner": "spamassassin", "winnow_trust": "zone",
        "winnow_trusted_hosts": "mx.site.example"}).new_user()
    ours, border, lost = (
        ("Received", "from localhost (localhost [127.0.0.1]) by "
         "mx.site.example"),
        ("Received", "from a.example (a.example [203.0.113.9]) by "
         "mx.site.example"),
        ("Received", "from b.example by a.example"))
    no, yes = (("X-Spam-Status", f"{word}, score={score} required=5.0")
               for word, score in (("No", "1.0"), ("Yes", "9.0")))
    user.save(message(headers=[no, ours, yes, border, no, lost]))
    rows = [row for row in explained(user)
            if row["step"] in ("header", "received")]
    assert [(row["step"], row["counts"]) for row in rows] == [
        ("header", "no"), ("received", "yes"), ("header", "yes"),
        ("received", "yes"), ("header", "no")]
    assert [row["place"] for row in rows] == ["1", "2", "3", "4", "5"]
    first, inside, counts, outside, below = rows
    assert first["why"] == "field 3 counts instead"
    assert inside["why"].endswith("from one of our own")
    assert inside["value"].startswith("from localhost")
    assert counts["why"] == "the worst of its kind above the border"
    assert outside["why"].endswith("the border")
    assert "below the zone" in below["why"]
    assert the(explained(user), "class")["name"] == "SPAM"


def test_headers_that_no_received_field_proves(start):
    user = start(settings={
        "winnow_scanner": "spamassassin", "winnow_trust": "zone",
        "winnow_trusted_hosts": "mx.site.example"}).new_user()
    user.save(message(headers=spamassassin(9) + [
        ("Received", "from a.example by elsewhere.example")]))
    rows = explained(user)
    assert {row["why"] for row in steps(rows, "header")} == {
        "no trusted Received field stands below it"}
    assert {row["counts"] for row in steps(rows, "header")} == {"no"}
    assert the(rows, "received")["counts"] == "no"
    assert the(rows, "class")["name"] == "UNKNOWN"


def test_sources_that_do_not_decide_are_told(start):
    user = start(settings={
        "winnow_scanner": "rspamd spamassassin"}).new_user()
    user.lmtp(message(headers=rspamd(7.5) + spamassassin(20)))
    found = {row["source"]: row for row in steps(explained(user), "source")}
    assert (found["rspamd"]["counts"], found["spamassassin"]["counts"]) == \
        ("no", "yes")
    assert found["rspamd"]["why"] == "another source decides"


def test_a_header_that_says_nothing_does_not_count(start):
    """SpamAssassin's X-Spam-Status is no word of rspamd's."""
    user = start(settings={
        "winnow_scanner": "rspamd spamassassin"}).new_user()
    user.lmtp(message(headers=spamassassin(2)))
    found = {row["source"]: row for row in steps(explained(user), "header")}
    assert found["spamassassin"]["counts"] == "yes"
    assert (found["rspamd"]["counts"], found["rspamd"]["says"]) == ("no", "")
    assert "nothing" in found["rspamd"]["why"]


def test_unknown_says_why(user):
    user.lmtp(message("unscanned"))
    rows = explained(user)
    assert steps(rows, "header") == []
    assert the(rows, "source")["counts"] == "no"
    assert the(rows, "verdict")["why"] == \
        "no listed source says anything usable"
    assert the(rows, "record")["says"] == "unknown"
    assert the(rows, "class")["name"] == "UNKNOWN"


def test_class_by_user_and_by_mailbox(user):
    user.lmtp(message("buy", headers=rspamd(7.5)))
    user.imap("INBOX").ok("STORE 1 +FLAGS ($NotJunk)")
    outcome = the(explained(user, "mailbox", "INBOX"), "class")
    assert (outcome["name"], outcome["source"]) == ("HAM", "user")
    user.lmtp(message("hello", headers=rspamd(1.2)), "Junk")
    outcome = the(explained(user, "mailbox", "Junk"), "class")
    assert (outcome["name"], outcome["source"]) == ("SPAM", "mailbox")


def test_the_users_threshold_decides(start):
    user = start(settings={"winnow_scanner": "rspamd",
                           "winnow_threshold": "70"}).new_user()
    user.lmtp(message("buy", headers=rspamd(7.5)))
    outcome = the(explained(user), "class")
    assert (outcome["name"], outcome["threshold"]) == ("HAM", "70")


def test_explain_writes_nothing(user, storage):
    user.lmtp(message("buy", headers=rspamd(7.5)))
    for path in user.index_files():
        path.unlink()
    user.doveadm("force-resync", "INBOX")
    # neither the look at the message nor the query fills the record in
    for query in (("ALL",), ("X-WINNOW", "SPAM")):
        record = the(explained(user, *query), "record")
        assert record["says"] == "" and record["why"].startswith("none")
    status = user.doveadm_rows("winnow status", "INBOX")
    assert [row["records"] for row in status
            if row["type"] == "mailbox"] == ["0"]


def test_record_of_earlier_settings(user):
    user.lmtp(message("buy", headers=rspamd(7.5) + spamassassin(-1)))
    user.set_fields(winnow_scanner="spamassassin")
    rows = explained(user)
    record = the(rows, "record")
    assert (record["source"], record["level"], record["counts"]) == \
        ("rspamd", "63", "no")
    assert "earlier settings" in record["why"]
    outcome = the(rows, "class")
    assert (outcome["name"], outcome["source"]) == ("HAM", "spamassassin")


def test_record_that_differs_is_told(user):
    """Settings that are back where they were leave the record as it is."""
    user.lmtp(message("buy", headers=rspamd(7.5)))
    path = next(p for p in user.path().rglob("*") if p.is_file() and
                b"X-Rspamd-Action" in p.read_bytes())
    text = path.read_bytes()
    path.write_bytes(text.replace(b"False [7.50 /", b"False [9.00 /"))
    rows = explained(user)
    assert the(rows, "verdict")["score"] == "9"
    record = the(rows, "record")
    assert record["score"] == "7.5" and record["counts"] == "yes"
    assert record["why"].startswith("differs from a fresh judgement")
    assert the(rows, "class")["level"] == "63"


def test_hostile_bytes_are_made_safe(user):
    user.save(message(headers=[
        ("X-Rspamd-Action", b"add header\x1b[2J\x07"),
        ("X-Spamd-Result", "default: False [1 / 15]; \u202e\u009b2J".encode()),
        ("X-Rspamd-Score", "1 " + "x " * 1500)]))
    for form in ("table", "flow", "tab"):
        shown = user.dovecot.doveadm("-f", form, "winnow", "explain", "-u",
                                     user.name, "ALL")
        assert all(char == "\n" or char == "\t" or 0x20 <= ord(char) < 0x7f
                   for char in shown), shown
    action, result, score = steps(explained(user), "header")
    assert action["value"] == "add header?[2J?"
    assert action["says"] == "control byte"
    assert result["value"].endswith("; ?????2J")
    assert len(score["value"]) < 100 and score["value"].endswith("...")


def test_a_flood_of_headers_is_bounded(user):
    flood = rspamd(1)[1:] * 3000 + rspamd(9)[1:]
    user.save(message(headers=flood))
    rows = explained(user)
    assert len(rows) < 300
    assert the(rows, "verdict")["level"] == "80"
    counts = [row for row in steps(rows, "header")
              if row["counts"] == "yes"]
    assert [row["place"] for row in counts] == ["3001"]


def test_several_messages_and_mailboxes(user):
    user.lmtp(message(headers=rspamd(7.5)))
    user.lmtp(message(headers=rspamd(1)))
    user.lmtp(message(headers=rspamd(9)), "Archive")
    rows = steps(user.doveadm_rows("winnow explain", "ALL"), "class")
    assert {(row["mailbox"], row["uid"], row["name"]) for row in rows} == {
        ("INBOX", 1, "SPAM"), ("INBOX", 2, "HAM"), ("Archive", 1, "SPAM")}
    assert user.doveadm_rows("winnow explain", "subject", "none") == []


def test_real_message_behind_a_virtual_mailbox(start):
    user = start(virtual=True,
                 settings={"winnow_scanner": "rspamd"}).new_user()
    user.lmtp(message(headers=rspamd(7.5)), "Archive")
    user.virtual_mailbox("all", "Archive", "  ALL")
    rows = explained(user, "mailbox", "Virtual/all")
    assert rows[0]["mailbox"] == "Archive"
    assert the(rows, "record")["why"] == "as a fresh judgement"


def test_user_without_winnow(start):
    user = start(settings={"winnow_scanner": "rspamd"}).new_user(
        winnow_enable="no")
    done = user.dovecot.run("doveadm", "-c", user.dovecot.conf, "-f", "json",
                            "winnow", "explain", "-u", user.name, "ALL",
                            check=False)
    assert done.returncode == 78            # EX_CONFIG
    assert json.loads(done.stdout or b"[]") == []
    assert b"doveadm winnow status" in done.stderr


def test_several_users(start):
    server = start(settings={"winnow_scanner": "rspamd"})
    one, other = server.new_user(), server.new_user()
    server.lmtp(message(headers=rspamd(7.5)), one)
    server.lmtp(message(headers=rspamd(1)), other)
    if server.series == "2.3":      # asks for the list of users nevertheless
        server.expect_log("User iteration isn't currently supported")
    names = one.write("users", f"{one.name}\n{other.name}\n")
    rows = server.doveadm_rows("winnow", "explain", "-F", names, "ALL")
    assert {(row["username"], row["name"]) for row in rows
            if row["step"] == "class"} == {
                (one.name, "SPAM"), (other.name, "HAM")}


def test_without_a_query_the_usage_is_told(user):
    done = user.dovecot.run("doveadm", "-c", user.dovecot.conf, "winnow",
                            "explain", "-u", user.name, check=False)
    assert done.returncode != 0
    assert b"winnow explain" in done.stderr


def test_a_query_that_is_none(user):
    done = user.dovecot.run("doveadm", "-c", user.dovecot.conf, "winnow",
                            "explain", "-u", user.name, "X-WINNOW", "HUM",
                            check=False)
    assert done.returncode != 0
    assert b"HUM" in done.stderr
