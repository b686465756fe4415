"""Events for metrics, with the fields that doc/events.md names."""

import re

import pytest

from harness import SOURCE, installed_series, message, rspamd, wait_for

#: {event: its fields that are numbers}
NUMBERS = {"winnow_verdict_saved": {"level", "score"},
           "winnow_search_finished": {"matches", "judged", "usecs"},
           "winnow_idle_held": {"messages"},
           "winnow_rescan_finished": {"messages", "judged", "unreadable",
                                      "usecs"}}
DOCUMENT = (SOURCE / "doc" / "events.md").read_text()


def example():
    """The metric that the document gives for this series."""
    blocks = re.findall(r"^    metric .*?^    \}\n", DOCUMENT,
                        re.MULTILINE | re.DOTALL)
    return dict(zip(("2.3", "2.4"), blocks, strict=True))[installed_series()]


def metrics():
    """One of each event with its fields, and one of a text field."""
    blocks = [(name, f"event={name}", fields)
              for name, fields in NUMBERS.items()]
    blocks += [("from_rspamd", "event=winnow_verdict_saved AND source=rspamd",
                set()),
               ("from_index", "event=winnow_search_finished AND from_index=yes",
                set())]
    by_source = example().replace(" AND level >= 50", "").replace(
        "winnow_spam", "saved_by")
    return example() + by_source + "".join(
        f"metric {name} {{\n  filter = {text}\n" +
        (f"  fields = {' '.join(sorted(fields))}\n" if fields else "") + "}\n"
        for name, text, fields in blocks)


def counted(server):
    """{(metric, field): (count, sum)}"""
    return {(row["metric_name"], row["field"]):
            (int(row["count"]), int(row["sum"]))
            for row in server.doveadm_rows("stats", "dump")}


def when_counted(server, wanted):
    """The counts when these have come: processes report as they end."""
    def found():
        counts = counted(server)
        return counts if wanted.items() <= counts.items() else None

    return wait_for(found, lambda: f"{wanted} of {counted(server)}")


def test_events_have_their_fields(start):
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_idle": "quiet"}, extra=metrics())
    user = server.new_user()
    user.lmtp(message("buy", headers=rspamd(7.5)))
    user.lmtp(message("hello", headers=rspamd(1.2)))
    user.lmtp(message("unscanned"))
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW SPAM") == [1]
    tag = imap.idle()
    user.lmtp(message("more", headers=rspamd(7.5)))
    when_counted(server, {("winnow_idle_held", "messages"): (1, 1)})
    imap.done(tag)
    imap.logout()
    user.doveadm("winnow rescan", "--all", "INBOX")
    found = when_counted(server, {
        ("winnow_verdict_saved", "score"): (4, 16200),
        ("winnow_search_finished", "matches"): (1, 1),
        ("winnow_search_finished", "judged"): (1, 0),
        ("winnow_rescan_finished", "messages"): (1, 4),
        ("winnow_rescan_finished", "judged"): (1, 4),
        ("winnow_rescan_finished", "unreadable"): (1, 0)})
    for name, fields in NUMBERS.items():
        for field in fields:
            assert found[name, field][0] > 0, (name, field)
    assert found["from_rspamd", "duration"][0] == 3
    assert found["from_index", "duration"][0] == 1
    assert found["winnow_spam", "duration"][0] == 2
    assert found["winnow_spam_rspamd", "duration"][0] == 2
    assert found["saved_by", "duration"][0] == 4
    assert found["saved_by_rspamd", "duration"][0] == 3
    # 2.4 has a group for events without the field
    assert (("saved_by_", "duration") in found) == \
        (installed_series() == "2.4")


def with_three(server):
    """A user with messages that have no record."""
    user = server.new_user(winnow_enable="no")
    user.lmtp(message("one", "A needle.\n", rspamd(7.5)))
    user.lmtp(message("two", "Hay.\n", rspamd(7.5)))
    user.lmtp(message("three", "A needle.\n", rspamd(1)))
    user.set_fields(winnow_enable="yes")
    return user


def when_told(server, before, **values):
    """One more search is counted, with these values."""
    wanted = {}
    for field, value in values.items():
        count, total = before["winnow_search_finished", field]
        wanted["winnow_search_finished", field] = count + 1, total + value
    return when_counted(server, wanted)


@pytest.mark.parametrize("word, matches", [("needle", 1), ("nowhere", 0)])
def test_a_search_in_two_steps_is_told_once(start, word, matches):
    """ESEARCH looks at bytes first."""
    server = start(settings={"winnow_scanner": "rspamd"}, extra=metrics())
    user = with_three(server)
    before = counted(server)
    imap = user.imap()
    reply = imap.ok(f"ESEARCH IN (personal) X-WINNOW SPAM TEXT {word}")
    assert len(reply.lines("ESEARCH")) == matches
    imap.logout()
    found = when_told(server, before, matches=matches, judged=3)
    # the words that are left to look for are not in the index
    assert found["from_index", "duration"][0] == \
        before["from_index", "duration"][0] + (0 if matches else 1)


@pytest.mark.parametrize("command", ["SEARCH", "SORT (X-WINNOW) UTF-8"])
def test_a_search_that_leaves_spam_out_tells_what_it_judged(start, command):
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_search": "clean"}, extra=metrics())
    user = with_three(server)
    for judged in (3, 0):
        before = counted(server)
        imap = user.imap("INBOX")
        assert imap.ok(command, "TEXT needle").code == "X-WINNOW SKIPPED 2"
        imap.logout()
        when_told(server, before, matches=1, judged=judged)


def test_the_document_names_every_event_and_field():
    told = {}
    for name, rest in re.findall(r"^\| `(winnow_\w+)` \|(.*)", DOCUMENT,
                                 re.MULTILINE):
        told[name] = set(re.findall(r"`(\w+)`", rest.split("|")[0]))
    assert {name: fields - {"source", "from_index"}
            for name, fields in told.items()} == NUMBERS
    assert "source" in told["winnow_verdict_saved"]
    assert "from_index" in told["winnow_search_finished"]
