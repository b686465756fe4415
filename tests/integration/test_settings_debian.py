"""Beside Debian's own conf.d, as the README says: winnow is where it should be.

The files are those that the packages bring, with quota and Sieve switched on in
the places that their comments name. What only this test needs, ports and users,
is in local.conf, which Debian's dovecot.conf reads last.
"""

import shutil
from pathlib import Path

import pytest

from harness import (SOURCE, Dovecot, Index, Record, Setup, config,
                     installed_series, message, rspamd)

ORIGINAL = Path("/usr/share/dovecot")
INSTALLED = Path("/etc/dovecot/conf.d")
SYSTEM_USERS = ("10-auth.conf", "!include auth-system.conf.ext",
                "#!include auth-system.conf.ext")
#: (file, what it says, what an administrator makes of it)
EDITS = {
    "2.3": [
        SYSTEM_USERS,
        ("10-mail.conf", "#mail_plugins = \n", "mail_plugins = quota\n"),
        ("15-lda.conf", "#mail_plugins = $mail_plugins",
         "mail_plugins = $mail_plugins sieve"),
        ("10-ssl.conf", "ssl_cert = <", "#ssl_cert = <"),
        ("10-ssl.conf", "ssl_key = <", "#ssl_key = <"),
        ("20-imap.conf", "#mail_plugins = $mail_plugins",
         "mail_plugins = $mail_plugins imap_quota"),
        ("20-lmtp.conf", "#mail_plugins = $mail_plugins",
         "mail_plugins = $mail_plugins sieve"),
        ("90-quota.conf", "#quota = dirsize:User", "quota = dirsize:User"),
        ("90-quota.conf", "#quota_rule = *:storage=1G",
         "quota_rule = *:storage=1G")],
    "2.4": [
        SYSTEM_USERS,
        ("15-lda.conf", "#mail_plugins {\n  #   sieve = yes\n  #}",
         "mail_plugins {\n    sieve = yes\n  }"),
        ("20-imap.conf", "#mail_plugins {\n  #  imap_sieve = yes\n  #}",
         "mail_plugins {\n    imap_quota = yes\n  }"),
        ("20-lmtp.conf", "#mail_plugins {\n  #  sieve = yes\n  #}",
         "mail_plugins {\n    sieve = yes\n  }"),
        ("90-quota.conf", "#mail_plugins {\n#  quota = yes\n#}",
         "mail_plugins {\n  quota = yes\n}"),
        ("90-quota.conf", '#quota "User quota" {\n#   storage_size = 1G\n#}',
         'quota "User quota" {\n  storage_size = 1G\n}')]}
LOADED = {"imap": {"quota", "winnow", "imap_quota", "imap_winnow"},
          "lmtp": {"quota", "winnow", "sieve"},
          "lda": {"quota", "winnow", "sieve"},
          "doveadm": {"quota", "winnow"}}


class DebianDovecot(Dovecot):
    """A server with Debian's configuration, and winnow's file put into it."""

    def write_config(self):
        etc = self.directory / "etc"
        shutil.rmtree(etc, ignore_errors=True)
        (etc / "conf.d").mkdir(parents=True)
        shutil.copy(ORIGINAL / "dovecot.conf", etc)
        for path in INSTALLED.iterdir():
            shutil.copy(ORIGINAL / "conf.d" / path.name, etc / "conf.d")
        for name, old, new in EDITS[self.series]:
            edit(etc / "conf.d" / name, old, new)
        ours = SOURCE / "conf.d" / self.series / "11-winnow.conf"
        shutil.copy(ours, etc / "conf.d")
        edit(etc / "conf.d" / ours.name, "#winnow_scanner = rspamd",
             "winnow_scanner = rspamd")
        (etc / "local.conf").write_text(config.render_site(
            self.series, self.setup, config.Site(
                self.directory, self.imap_port, self.lmtp_port,
                self.redis_port)))
        self.conf = etc / "dovecot.conf"


def edit(path, old, new):
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def server():
    with DebianDovecot(Setup(storage="mbox")) as running:
        yield running


@pytest.fixture
def user(server):
    yield server.new_user()
    server.close_sessions()
    server.check_log()


def plugins(server, *options):
    text = server.doveconf(*options, "-h", "mail_plugins")
    return set(text.replace("= yes", "").split()) - {"{", "}"}


@pytest.mark.parametrize("protocol", LOADED)
def test_doveconf_shows_it_loaded(server, protocol):
    """2.4 shows what a protocol adds to the global list."""
    loaded = plugins(server, "-f", f"protocol={protocol}")
    if installed_series() == "2.4":
        loaded |= plugins(server)
    assert loaded >= LOADED[protocol]
    assert {name for name in loaded - LOADED[protocol] if "winnow" in name} == \
        set()


def spam():
    return message("buy", headers=rspamd(7.5))


def test_mail_is_judged_filed_and_found(user):
    user.write(".dovecot.sieve", 'require ["fileinto", "mailbox"];\n'
               'if header :contains "Subject" "buy" '
               '{ fileinto :create "Offers"; }\n')
    user.lmtp(spam())
    user.lda(spam())
    user.lda(message("hello", headers=rspamd(1.2)))
    assert list(Index(user, "Offers").records().values()) == \
        2 * [Record(1, "none", 63, 7.5)]
    imap = user.imap("Offers")
    assert "X-WINNOW" in imap.ok("CAPABILITY").lines("CAPABILITY")[0].split()
    assert imap.search("X-WINNOW SPAM") == [1, 2]
    assert "STORAGE" in imap.ok("GETQUOTAROOT INBOX").lines("QUOTA")[0]
    imap.ok("SELECT INBOX")
    assert imap.search("X-WINNOW HAM") == [1]


def test_doveadm_has_its_commands(user):
    user.lmtp(spam())
    rows = {row["name"]: row for row in user.doveadm_rows("winnow status")}
    assert rows["scanner"]["state"] == "rspamd"
    assert rows["INBOX"]["spam"] == "1"
    assert user.doveadm_rows("winnow rescan", "INBOX")[0]["messages"] == 1
