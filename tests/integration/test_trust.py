"""Whom to believe when a message has several verdict headers, by LMTP.

Each attack stands once, with what every policy makes of it. Dovecot itself
puts a Received field on top of what it gets by LMTP, from a client that the
zone has to know: this machine.
"""

import pytest

from harness import Index, message

HOSTS = {"winnow_trusted_hosts": "mx.site.example server.example",
         "winnow_trusted_nets": "192.0.2.0/24, 2001:db8:1::/48"}
NO = ("X-Spam-Status", "No, score=-5.0 required=5.0")
YES = ("X-Spam-Status", "Yes, score=12.0 required=5.0")
BORDER = ("Received", "from evil.example (evil.example [203.0.113.9])\n"
          "\tby mx.site.example (Postfix) with ESMTP id AAA")
INSIDE = ("Received", "from mx2.site.example (mx2 [192.0.2.7])\n"
          "\tby mx.site.example (Postfix) with ESMTP id BBB")
FORGED_BORDER = ("Received", "from x (x [203.0.113.77]) by mx.site.example")
#: Postfix writes what a client calls itself; this one claims a clause of ours
CLAIMED = ("Received", "from mx.site.example,by,mx.site.example (evil.example "
           "[203.0.113.9])\n\tby mx.site.example (Postfix) with ESMTP id AAA")
FOREIGN = ("Received", "from origin.example by evil.example id CCC")
LONG = ("Received", f"from {1600 * 'x'} (evil.example [203.0.113.9])\n"
        "\tby mx.site.example (Postfix) with ESMTP id AAA")
HAM, SPAM, NONE = 0, 100, None

#: header fields from the top; levels by worst, first, last, zone
ATTACKS = {
    "forged above the filter's, which appends":
        ([BORDER, NO, YES], SPAM, HAM, SPAM, NONE),
    "forged below the filter's, which writes on top":
        ([YES, BORDER, NO], SPAM, SPAM, HAM, SPAM),
    "forged, and the filter was silent":
        ([BORDER, NO], HAM, HAM, HAM, NONE),
    "many":
        ([YES, BORDER] + 100 * [NO], SPAM, SPAM, HAM, SPAM),
    "with a border of its own":
        ([YES, BORDER, NO, FORGED_BORDER, FOREIGN], SPAM, SPAM, HAM, SPAM),
    "with a border of its own, and the filter was silent":
        ([BORDER, NO, FORGED_BORDER, FOREIGN], HAM, HAM, HAM, NONE),
    "by a client that claims a clause of ours, and the filter was silent":
        ([CLAIMED, NO, FORGED_BORDER, FOREIGN], HAM, HAM, HAM, NONE),
    "by a client with a very long name":
        ([YES, LONG, NO], SPAM, SPAM, HAM, SPAM),
    "a stranger's spam":
        ([NO, BORDER, YES], SPAM, HAM, SPAM, HAM),
    "between our own":
        ([INSIDE, YES, INSIDE, BORDER, NO], SPAM, SPAM, HAM, SPAM),
    "unusable on top":
        ([BORDER, ("X-Spam-Status", "maybe"), YES, NO], SPAM, NONE, HAM, NONE),
}
POLICIES = ("worst", "first", "last", "zone")


@pytest.mark.parametrize("policy", POLICIES)
def test_attacks(start, policy):
    user = start(settings={"winnow_scanner": "spamassassin",
                           "winnow_trust": policy, **HOSTS}).new_user()
    for fields, *_ in ATTACKS.values():
        user.lmtp(message(headers=fields))
    levels = [record.level for record in Index(user).records().values()]
    assert dict(zip(ATTACKS, levels)) == {
        attack: levels[POLICIES.index(policy)]
        for attack, (_, *levels) in ATTACKS.items()}


#: Under "worst", the default: what the filter of a scanner wrote, its level,
#: and what a sender may add to it in vain.
IN_VAIN = {
    "spamassassin": ([("X-Spam-Flag", "YES"), ("X-Spam-Score", "12")], 100, [
        ("X-Spam-Status", "Yes, score=12.0 required=10000"),
        ("X-Spam-Status", "Yes, score=10000 required=10000"),
        ("X-Spam-Status", "Yes, score=0.1 required=5.0"),
        ("X-Spam-Status", "Yes, required=10000"),
        ("X-Spam-Status", "No, score=-5.0 required=5.0")]),
    "amavis": ([("X-Spam-Flag", "YES")], 80, [
        ("X-Spam-Status", "No, score=-5.0 required=5.0")]),
    "exim": ([("X-Spam_score", "12.0"), ("X-Spam_bar", "+" * 12)], 100, [
        ("X-Spam_action", "no action")]),
    "rackspace": ([("X-Spam-Threshold", "95"), ("X-Spam-Score", "97")], 70, [
        ("X-Spam-Threshold", "99.9"), ("X-Spam-Threshold", "0"),
        ("X-Spam-Threshold", "-1")]),
    "spam-score": ([("X-Spam-Score", "12")], 100, [
        ("X-Spam-Status", "No, score=1.2")]),
    "mailscanner": ([("X-Org-MailScanner-SpamCheck",
                      "spam, SpamAssassin (score=7, required 5)")], 70, [
        ("X-Org-MailScanner-SpamCheck",
         "spam, SpamAssassin (score=1, required 9999)")]),
}


@pytest.mark.parametrize("scanner", IN_VAIN)
def test_nothing_lowers_the_worst(start, scanner):
    user = start(settings={"winnow_scanner": scanner}).new_user()
    written, level, forged = IN_VAIN[scanner]
    user.lmtp(message(headers=written))
    for field in forged:
        user.lmtp(message(headers=[*written, field]))
        user.lmtp(message(headers=[field, *written, field]))
    levels = [record.level for record in Index(user).records().values()]
    assert levels == [level] * (1 + 2 * len(forged))


def test_no_threshold_beats_that_of_the_administrator(start):
    """A forged one could make ham of a score that has none beside it."""
    user = start(settings={
        "winnow_scanner": "rackspace",
        "winnow_source rackspace": {"threshold": "95"}}).new_user()
    user.lmtp(message(headers=[("X-Spam-Score", "97")]))
    user.lmtp(message(headers=[("X-Spam-Score", "97"),
                               ("X-Spam-Threshold", "99.9")]))
    levels = [record.level for record in Index(user).records().values()]
    assert levels == [70, 70]


def test_a_zone_of_the_top_only(start):
    """Our own Received field on top is from nobody we know: the border."""
    user = start(settings={
        "winnow_scanner": "spamassassin", "winnow_trust": "zone",
        "winnow_trusted_hosts": "elsewhere.example"}).new_user()
    user.lmtp(message(headers=[YES, BORDER]))
    assert user.imap("INBOX").search("X-WINNOW UNKNOWN") == [1]


def test_the_zone_shapes_records(start):
    """Who is trusted decides: other hosts, other verdicts."""
    server = start(settings={"winnow_scanner": "spamassassin",
                             "winnow_trust": "zone", **HOSTS})
    user = server.new_user()
    user.lmtp(message(headers=[YES, INSIDE, NO, BORDER]))
    user.set_fields(winnow_trusted_hosts="nobody.example")
    assert user.imap("INBOX").search("X-WINNOW SPAM") == []
    user.set_fields(winnow_trusted_hosts="server.example")
    assert user.imap("INBOX").search("X-WINNOW SPAM") == []
    user.set_fields(winnow_trusted_hosts="server.example,mx.site.example")
    assert user.imap("INBOX").search("X-WINNOW SPAM") == [1]


def test_a_block_of_settings_is_judged_with_those_around_it(start):
    extra = {"2.3": "protocol lmtp {\n  plugin {\n    winnow_trust = zone\n"
                    "  }\n}\n",
             "2.4": "protocol lmtp {\n  winnow_trust = zone\n}\n"}
    server = start(settings={"winnow_scanner": "spamassassin", **HOSTS},
                   extra=extra)
    user = server.new_user()
    user.lmtp(message(headers=[BORDER, NO]))
    user.save(message(headers=[BORDER, NO]))
    assert len(server.doveconf()) > 0


@pytest.mark.parametrize("settings, told", [
    ({"winnow_trust": "zone"}, "winnow_trust: .*trusted hosts"),
    ({"winnow_trust": "most"}, "winnow_trust: unknown trust 'most'; there are: "
     "worst first last zone"),
    ({"winnow_trusted_hosts": "*.site.example"}, "winnow_trusted_hosts: .*whole"),
    ({"winnow_trusted_nets": "10.0.0.0/8 10.0.0/8"},
     "winnow_trusted_nets: trusted net '10.0.0/8'")])
def test_bad_settings(bad_settings, settings, told):
    bad_settings({"winnow_scanner": "rspamd", **settings}, told)
