"""winnow's conf.d file beside Debian's own, with quota and sieve switched on.

The files are those that dovecot-core installs; Debian copies them to
/etc/dovecot.
"""

import re
import shutil
from pathlib import Path

import pytest

from harness import SOURCE, installed_series

PRISTINE = Path("/usr/share/dovecot")
#: Samples that Debian does not copy.
SAMPLES = {"99-local.conf"}
SERIES = installed_series()

#: How administrators switch plugins on: {file: [(pattern, text)]}.
IN_PLACE = {
    "2.3": {
        "10-mail.conf": [(r"#mail_plugins = *", "mail_plugins = quota")],
        "15-lda.conf": [(r"#(mail_plugins = .*)", r"\1 sieve")],
        "20-imap.conf": [(r"#(mail_plugins = .*)", r"\1 imap_quota")],
        "20-lmtp.conf": [(r"#(mail_plugins = .*)", r"\1 sieve")]},
    "2.4": {
        "90-quota.conf": [(r"#mail_plugins \{\n#  quota = yes\n#\}",
                           "mail_plugins {\n  quota = yes\n}")],
        "15-lda.conf": [(r"#mail_plugins \{",
                         "mail_plugins {\n    sieve = yes\n  }\n  #{")],
        "20-imap.conf": [(r"#mail_plugins \{",
                          "mail_plugins {\n    imap_quota = yes\n  }\n  #{")],
        "20-lmtp.conf": [(r"#mail_plugins \{",
                          "mail_plugins {\n    sieve = yes\n  }\n  #{")]}}

AFTERWARDS = {
    "2.3": """
mail_plugins = $mail_plugins quota
protocol imap {
  mail_plugins = $mail_plugins imap_quota
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
}
protocol lda {
  mail_plugins = $mail_plugins sieve
}
""",
    "2.4": """
mail_plugins {
  quota = yes
}
protocol imap {
  mail_plugins {
    imap_quota = yes
  }
}
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
protocol lda {
  mail_plugins {
    sieve = yes
  }
}
"""}


def debian(directory):
    """Debian's configuration with winnow's file in it; its conf.d."""
    conf_d = directory / "conf.d"
    conf_d.mkdir()
    shutil.copy(PRISTINE / "dovecot.conf", directory)
    for path in (PRISTINE / "conf.d").iterdir():
        if path.name not in SAMPLES:
            shutil.copy(path, conf_d)
    shutil.copy(SOURCE / "conf.d" / SERIES / "11-winnow.conf", conf_d)
    return conf_d


def edit(conf_d, changes):
    for name, replacements in changes.items():
        text = (conf_d / name).read_text()
        for pattern, replacement in replacements:
            text, count = re.subn(pattern, replacement, text, count=1)
            assert count == 1, f"{name} has no {pattern}"
        (conf_d / name).write_text(text)


def switch_on_in_place(directory, conf_d):
    edit(conf_d, IN_PLACE[SERIES])


def switch_on_afterwards(directory, conf_d):
    (directory / "local.conf").write_text(AFTERWARDS[SERIES])


def switch_on_in_a_last_file(directory, conf_d):
    (conf_d / "99-site.conf").write_text(AFTERWARDS[SERIES])


def switch_on_nothing(directory, conf_d):
    pass


@pytest.mark.parametrize("switch_on", [
    switch_on_in_place, switch_on_afterwards, switch_on_in_a_last_file,
    switch_on_nothing])
def test_plugins_are_loaded_where_they_should_be(start, tmp_path, switch_on):
    server = start()
    switch_on(tmp_path, debian(tmp_path))

    def plugins(protocol):
        text = server.run("doveconf", "-c", tmp_path / "dovecot.conf", "-f",
                          f"protocol={protocol}", "mail_plugins").stdout
        return set(re.findall(r"\w+", text.decode())) - {"mail_plugins", "yes"}

    quota, sieve, imap_quota = (set(), set(), set()) \
        if switch_on is switch_on_nothing else \
        ({"quota"}, {"sieve"}, {"imap_quota"})
    assert plugins("imap") == \
        {"winnow", "imap_winnow"} | quota | imap_quota
    assert plugins("lmtp") == plugins("lda") == {"winnow"} | quota | sieve
    assert plugins("doveadm") == {"winnow"} | quota


@pytest.mark.series("2.4")
def test_every_setting_of_the_file_is_known(start, tmp_path):
    """What is a comment there is right as it stands."""
    server = start()
    conf_d = debian(tmp_path)
    path = conf_d / "11-winnow.conf"
    text, count = re.subn(r"^#(winnow_\w+ .*)$", r"\1", path.read_text(),
                          flags=re.M)
    assert count > 4
    path.write_text(text)
    server.run("doveconf", "-c", tmp_path / "dovecot.conf")
