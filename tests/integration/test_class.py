"""What a message is called: the user's word, the mailbox, the filter's score."""

import pytest

from harness import message, rspamd


def classes(imap):
    """The class of each message: S, H or U, in order."""
    found = {}
    for name in ("SPAM", "HAM", "UNKNOWN"):
        for number in imap.search(f"X-WINNOW {name}"):
            assert number not in found, "a message has one class"
            found[number] = name[0]
    return "".join(found.get(n, "-") for n in imap.search("ALL"))


def test_the_score_decides_against_the_filters_own_line(user, storage):
    for score in (5.99, 6.0, -3.0, 15.0):
        user.lmtp(message(headers=rspamd(score)))
    user.lmtp(message())
    assert classes(user.imap("INBOX")) == "HSHSU"


def test_the_threshold_is_a_users_own(winnow):
    user = winnow.new_user(winnow_threshold="25")
    for score in (2.9, 3.0, 6.0):       # levels 24, 25 and 50
        user.lmtp(message(headers=rspamd(score)))
    assert classes(user.imap("INBOX")) == "HSS"
    user.set_fields(winnow_threshold="60")
    assert classes(user.imap("INBOX")) == "HHH"


@pytest.mark.parametrize("keywords, expected", [
    ("$Junk", "SS"), ("Junk", "SS"), ("$junk", "SS"),
    ("$NotJunk", "HH"), ("NotJunk", "HH"), ("NonJunk", "HH"),
    ("$Junk $NotJunk", "SH"), ("$Other", "SH")])
def test_the_users_keyword_is_the_first_word(user, keywords, expected):
    imap = user.imap("INBOX")
    for score in (9.0, 1.0):
        imap.append("INBOX", message(headers=rspamd(score)), keywords)
    imap.ok("NOOP")
    assert classes(imap) == expected


def test_a_junk_mailbox_holds_spam_but_for_what_the_user_says(user, storage):
    imap = user.imap()
    imap.append("Junk", message())
    imap.append("Junk", message(headers=rspamd(-5)))
    imap.append("Junk", message(headers=rspamd(9)), "$NotJunk")
    imap.select("Junk")
    assert classes(imap) == "SSH"


@pytest.mark.parametrize("command", ["COPY", "MOVE"])
def test_what_is_taken_out_of_junk_is_ham(user, storage, command):
    imap = user.imap()
    imap.append("Junk", message(headers=rspamd(9)), "$Junk")
    imap.append("Junk", message(headers=rspamd(9)))
    imap.select("Junk")
    imap.ok(command, "1", "Archive")
    imap.ok(command, "1" if command == "MOVE" else "2", "Trash")
    imap.select("Archive")
    assert classes(imap) == "H"
    imap.select("Trash")
    assert classes(imap) == "S"
