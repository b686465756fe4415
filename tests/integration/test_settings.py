"""Settings: what is refused, by whom, and what happens to mail then."""

import re

import pytest

from harness import Index, message, rspamd

RSPAMD = {"winnow_scanner": "rspamd"}

#: (setting, bad value, what the complaint says is allowed)
BAD = [
    ("winnow_enable", "perhaps", "yes.*no"),
    ("winnow_scanner", "nonsense", "rspamd spamassassin amavis"),
    ("winnow_scanner", "rspamd,amavis", "rspamd spamassassin amavis"),
    ("winnow_trust", "best", "worst first last"),
    ("winnow_threshold", "0", r"1\.\.100"),
    ("winnow_threshold", "101", r"1\.\.100"),
    ("winnow_threshold", "-1", ""),
    ("winnow_threshold", "50%", ""),
    ("winnow_threshold", "99999999999999999999", ""),
    ("winnow_move_teaches", "maybe", "yes.*no"),
    ("winnow_capability", "X-WINDOW", "X-WINNOW"),
]


def complaints(server, user, protocol):
    pattern = rf"{protocol}\({user}\).*winnow: Off for this user: (.*)"
    return re.findall(pattern, server.log())


def mail_flows_without_winnow(server, user):
    text = message("x", headers=rspamd(9.0))
    user.lmtp(text)
    user.lda(text)
    imap = user.imap("INBOX")
    imap.append("INBOX", text)
    assert imap.status("INBOX", "MESSAGES") == {"MESSAGES": 3}
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    imap.bad("SEARCH X-WINNOW SPAM")
    assert imap.search("SUBJECT x") == [1, 2, 3]
    assert set(Index(user).raw().values()) == {None}


@pytest.mark.parametrize("setting, value, allowed", BAD)
def test_bad_value_in_userdb(start, setting, value, allowed):
    server = start(settings=RSPAMD)
    user, other = server.new_user(**{setting: value}), server.new_user()
    server.expect_log(rf"{setting}.*{re.escape(value)}.*{allowed}")
    server.allow_log(rf"Error: winnow: Off for this user: .*{setting}")
    mail_flows_without_winnow(server, user)
    assert len(complaints(server, user, "imap")) == 1
    assert len(complaints(server, user, "lmtp")) == 1
    # others in the same processes are not concerned
    other.lmtp(message(headers=rspamd(9.0)))
    assert other.imap("INBOX").search("X-WINNOW SPAM") == [1]


@pytest.mark.series("2.4")
@pytest.mark.parametrize("setting, value, allowed", BAD)
def test_doveconf_refuses_a_bad_value(start, tmp_path, setting, value, allowed):
    server = start(settings=RSPAMD)
    conf = tmp_path / "dovecot.conf"
    conf.write_text(server.conf.read_text() + f"\n{setting} = {value}\n")
    done = server.run("doveconf", "-c", conf, check=False)
    assert done.returncode != 0
    assert re.search(rf"{setting}.*{re.escape(value)}.*{allowed}",
                     done.stderr.decode()), done.stderr.decode()


@pytest.mark.series("2.3")
def test_bad_value_in_the_configuration(start):
    server = start(settings={**RSPAMD, "winnow_threshold": "0"})
    user = server.new_user()
    server.expect_log(r"winnow_threshold: Invalid value '0', allowed is 1\.\.")
    mail_flows_without_winnow(server, user)


def test_userdb_overrides(start):
    server = start(settings={**RSPAMD, "winnow_threshold": "80"})
    user, strict = server.new_user(), server.new_user(winnow_threshold="10")
    for one in (user, strict):
        one.lmtp(message(headers=rspamd(9.0)))      # level 75
    assert user.imap("INBOX").search("X-WINNOW SPAM") == []
    assert strict.imap("INBOX").search("X-WINNOW SPAM") == [1]


def test_enable(start):
    server = start(settings={**RSPAMD, "winnow_enable": "no"})
    user, on = server.new_user(), server.new_user(winnow_enable="yes")
    mail_flows_without_winnow(server, user)
    assert "winnow:" not in server.log()
    server.lmtp(message(headers=rspamd(9.0)), user, on)
    assert on.imap("INBOX").search("X-WINNOW SPAM") == [1]
    assert Index(user).raw()[4] is None


def test_capability(start):
    server = start(settings=RSPAMD)
    field = {"2.3": {"winnow_capability": ""}, "2.4": {"winnow_capability": ""}}
    user = server.new_user(**field[server.series])
    user.lmtp(message(headers=rspamd(9.0)))
    imap = user.imap("INBOX")
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    imap.bad("SEARCH X-WINNOW SPAM")
    assert Index(user).records()[1].level == 75     # kept all the same
    some = server.new_user(winnow_capability="x-winnow").imap()
    assert "X-WINNOW" in some.ok("CAPABILITY").lines("CAPABILITY")[0]


# -------------------------------------------------------------- the wrong place

def everything_works(server, user, with_winnow=True):
    """Deliveries, doveadm and IMAP; with winnow's search or without."""
    text = message("x", headers=rspamd(9.0))
    user.lmtp(text)
    user.lda(text)
    user.save(text)
    imap = user.imap("INBOX")
    assert imap.search("SUBJECT x") == [1, 2, 3]
    if with_winnow:
        assert imap.search("X-WINNOW SPAM") == [1, 2, 3]
    else:
        imap.bad("SEARCH X-WINNOW SPAM")
        assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]


def test_imap_winnow_in_the_global_mail_plugins(start):
    server = start(settings=RSPAMD, plugins=["imap_winnow"])
    complaint = r"Error: winnow: imap_winnow works in the imap process only: " \
        r"move it .* protocol imap"
    server.allow_log(complaint)
    user = server.new_user()
    everything_works(server, user)
    text = server.log()
    for process in ("lmtp", "lda"):
        assert len(re.findall(rf"{process}\b.*{complaint}", text)) == 1
    assert not re.search(rf" imap(\(.*\))?: .*{complaint}", text)
    done = server.run("doveadm", "-c", server.conf, "mailbox", "list", "-u",
                      user)
    assert len(re.findall(complaint, done.stderr.decode())) == 1
    assert "INBOX" in done.stdout.decode()


WITHOUT_WINNOW = {
    "2.3": "mail_plugins =\nprotocol imap {\n  mail_plugins = imap_winnow\n}",
    "2.4": "mail_plugins {\n  winnow = no\n}"}


def test_imap_winnow_without_winnow(start):
    server = start(extra=WITHOUT_WINNOW)
    complaint = r"Error: winnow: imap_winnow needs the winnow plugin: " \
        r"add winnow to mail_plugins"
    server.expect_log(complaint)
    everything_works(server, server.new_user(), with_winnow=False)
    assert len(re.findall(complaint, server.log())) == 1


@pytest.mark.series("2.4")
def test_settings_module_is_missing(start):
    server = start(without_modules=["settings/libwinnow_settings.so"])
    complaint = r"winnow: Off for this user: .*libwinnow_settings\.so.*restart"
    server.expect_log(complaint)
    user = server.new_user()
    server.run("doveadm", "-c", server.conf, "mailbox", "list", "-u", user)
    mail_flows_without_winnow(server, user)
    assert len(re.findall(rf"imap\({user}\).*{complaint}", server.log())) == 1


@pytest.mark.series("2.4")
def test_settings_module_is_missing_but_settings_are_there(start, tmp_path):
    """Dovecot refuses the configuration, whoever starts or reloads it."""
    server = start(without_modules=["settings/libwinnow_settings.so"])
    conf = tmp_path / "dovecot.conf"
    conf.write_text(server.conf.read_text() + "\nwinnow_scanner = rspamd\n")
    done = server.run("doveconf", "-c", conf, check=False)
    assert done.returncode != 0
    assert "winnow_scanner" in done.stderr.decode()


def test_scanner_is_not_set(start):
    server = start()
    user = server.new_user()
    complaint = r"Warning: winnow: winnow_scanner is not set.*" \
        r"winnow_scanner = rspamd"
    user.lmtp(message(headers=rspamd(9.0)))
    user.lmtp(message(headers=rspamd(9.0)))
    imap = user.imap("INBOX")
    assert imap.search("X-WINNOW UNKNOWN") == [1, 2]
    imap.ok("STORE 1 +FLAGS ($Junk)")
    assert imap.search("X-WINNOW SPAM") == [1]
    for protocol in ("imap", "lmtp"):
        assert len(re.findall(rf"{protocol}\(.*\).*{complaint}",
                              server.log())) == 1
