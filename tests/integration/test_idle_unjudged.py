"""Mail whose verdict is not in the index yet is judged from its header before
an idling client hears of it, and announced if that can't be done."""

import pytest

from harness import Index, Record, message, rspamd
from idle_client import LOGGED, QUIET, IdleClient, Truth
from test_idle import STORAGES, ham, spam
from test_idle_hibernate import away
from test_record_filling import share

SPAM = Record(1, "none", 63, 7.5)
#: LMTP knows nothing of winnow.
PLAIN_LMTP = {"2.3": "protocol lmtp {\n  mail_plugins =\n}\n",
              "2.4": "protocol lmtp {\n  mail_plugins {\n    winnow = no\n"
                     "  }\n}\n"}


def plain_lmtp(start, **more):
    return start(**{**QUIET, "extra": [LOGGED, PLAIN_LMTP]}, **more)


def records(user, mailbox="INBOX"):
    return list(Index(user, mailbox).records().values())


@pytest.mark.parametrize("storage", STORAGES)
def test_a_deliverer_without_winnow(start, storage):
    user = plain_lmtp(start).new_user(storage)
    ham(user)
    clients = [IdleClient(user, kind).idle() for kind in ("plain", "qresync")]
    truth = Truth(user)
    spam(user)
    for client in clients:
        client.held(1)
        client.agrees(truth, 1)
    assert records(user)[1] == SPAM
    ham(user)
    for client in clients:
        client.told(3)
        client.agrees(truth)


def test_a_mail_that_no_program_of_dovecots_has_delivered(start):
    """Put into a maildir, as other MDAs do: not in the index at all."""
    user = plain_lmtp(start).new_user("maildir")
    ham(user)
    client, truth = IdleClient(user, "qresync").idle(), Truth(user)
    put(user, "one", message("buy", headers=rspamd(7.5)))
    client.held(1)
    client.agrees(truth, 1)
    put(user, "two", message("hello", headers=rspamd(1.5)))
    client.told(3)
    client.done()
    client.agrees(truth)


def test_flags_that_no_program_of_dovecots_has_set(start):
    user = plain_lmtp(start).new_user("maildir")
    ham(user)
    client = IdleClient(user).idle()
    spam(user)
    client.held(1)
    cur = user.home / "mail" / "cur"
    path, = cur.iterdir()
    path.rename(cur / (path.name.partition(":")[0] + ":2,F"))
    client.told(2)
    assert client.flags[0] == {"\\flagged"}


def put(user, name, data):
    path = user.write(f"mail/tmp/{name}", data.decode())
    path.rename(user.home / "mail" / "new" / f"1767600000.{name}.host")


@pytest.mark.parametrize("storage", ["maildir", "sdbox"])
def test_where_records_may_not_be_written(start, storage):
    """The owner's settings shape them: what a reader finds is remembered."""
    server = plain_lmtp(start, storage=storage, shared=True)
    owner, reader = server.new_user(), server.new_user()
    ham(owner, "Archive")
    mailbox = share(owner, reader, "Archive")
    client = IdleClient(reader, "qresync", mailbox).idle()
    spam(owner, "Archive")
    client.held(1)
    spam(owner, "Archive")
    client.held(2)
    assert records(owner, "Archive") == [None] * 3
    ham(owner, "Archive")
    client.told(4)


def test_an_index_in_memory(start):
    server = plain_lmtp(start)
    fields = {"2.3": {"mail": "maildir:~/mail:INDEX=MEMORY"},
              "2.4": {"mail_driver": "maildir", "mail_path": "~/mail",
                      "mail_index_path": "MEMORY"}}[server.series]
    user = server.new_user(**fields)
    client = IdleClient(user).idle()
    spam(user)
    client.held(1)
    ham(user)
    client.told(2)


def test_mail_that_cannot_be_read_is_announced(start):
    user = plain_lmtp(start).new_user("sdbox")
    ham(user)
    client = IdleClient(user).idle()
    mails = user.home / "mail" / "mailboxes" / "INBOX" / "dbox-Mails"
    user.dovecot.allow_log("u.2|dbox|rebuil|[Cc]orrupt|Permission|EACCES")
    spam(user)
    (mails / "u.2").chmod(0)
    client.told(2)


def test_records_of_a_header_that_is_not_understood_do_not_count(start):
    """What they say is not held back for it: the mail's header is read."""
    user = plain_lmtp(start).new_user("sdbox")
    spam(user)
    user.imap("INBOX").search("X-WINNOW SPAM")      # writes a header
    client, index = IdleClient(user).idle(), Index(user)
    with away(client):
        ham(user)
        index.set_records({2: index.raw()[1]})
        index.set_header(b"\xff")
    client.told(2)
    client.done()
    assert client.imap.search("X-WINNOW SPAM") == [1]


def test_other_settings_judge_anew(start):
    """Records of earlier settings say nothing: the headers do."""
    server = start(**QUIET)
    user = server.new_user(winnow_scanner="spamassassin")
    user.lmtp(message(headers=rspamd(1.2)))
    user.set_fields(winnow_scanner="rspamd")
    client = IdleClient(user).idle()
    user.set_fields(winnow_scanner="spamassassin")
    user.lmtp(message("buy", headers=rspamd(9.0)))
    client.held(1)
    user.lmtp(message("hello", headers=rspamd(1.0)))
    client.told(3)
