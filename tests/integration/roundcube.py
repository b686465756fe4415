"""Debian's Roundcube on PHP's own web server, and a user who clicks in it."""

import os
import subprocess
import urllib.request
from pathlib import Path

from harness import wait_for
from harness.dovecot import HOST, free_port
from harness.user import PASSWORD

PROGRAM = "/var/lib/roundcube"
#: What stands beside the configuration file of a site.
DEFAULTS = ("/etc/roundcube/defaults.inc.php", "/etc/roundcube/mimetypes.php")
_CONFIG = """<?php
$config['db_dsnw'] = 'sqlite:///{directory}/roundcube.db?mode=0600';
$config['imap_host'] = '{imap}';
$config['smtp_host'] = '127.0.0.1:1';
$config['des_key'] = '0123456789abcdef01234567';
$config['log_dir'] = '{directory}/logs';
$config['temp_dir'] = '{directory}/temp';
$config['skin'] = 'elastic';
$config['plugins'] = [];
$config['imap_cache'] = 'db';
$config['messages_cache'] = 'db';
$config['refresh_interval'] = 3600;
$config['mail_pagesize'] = 50;
$config['imap_debug'] = true;
"""


class Roundcube:
    """The web server, for one Dovecot."""

    def __init__(self, server, directory):
        self.directory = directory
        for name in ("config", "logs", "temp"):
            (directory / name).mkdir()
        for path in map(Path, DEFAULTS):
            (directory / "config" / path.name).symlink_to(path)
        (directory / "config" / "config.inc.php").write_text(_CONFIG.format(
            directory=directory, imap=f"{HOST}:{server.imap_port}"))
        self.port = free_port()
        self._log = open(directory / "php.log", "wb")
        self._php = subprocess.Popen(
            ["php", "-S", f"{HOST}:{self.port}", "-t", PROGRAM],
            env={**os.environ, "ROUNDCUBE_CONFIG_DIR": f"{directory}/config",
                 "PHP_CLI_SERVER_WORKERS": "4"},
            stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL,
            start_new_session=True)
        wait_for(self._is_up, "Roundcube")

    def url(self, query=""):
        return f"http://{HOST}:{self.port}/{query}"

    def _is_up(self):
        try:
            with urllib.request.urlopen(self.url()) as page:
                return page.status == 200
        except OSError:
            return False

    def imap_log(self):
        """What it said to Dovecot and heard."""
        path = self.directory / "logs" / "imap.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self):
        os.killpg(self._php.pid, 15)
        self._php.wait()
        self._log.close()


class Clicks:
    """A user in front of a browser."""

    def __init__(self, browser, roundcube, user, pictures):
        self.browser, self.roundcube, self.user = browser, roundcube, user
        self._pictures, self._number = pictures, 0

    def _quiet(self):
        """Nothing is being loaded, and the list has its rows."""
        return self.browser.script(
            "return document.readyState === 'complete' && !!window.rcmail && "
            "!!rcmail.message_list && !rcmail.busy && !rcmail.env.pending && "
            "!(window.jQuery && jQuery.active)")

    def settle(self, what):
        wait_for(self._quiet, what)
        self._number += 1
        name = f"webmail-{self.user}-{self._number:02}-{what}.png"
        self.browser.screenshot(self._pictures / name.replace(" ", "-"))

    def login(self):
        self.browser.open(self.roundcube.url())
        self.browser.type("#rcmloginuser", self.user.name)
        self.browser.type("#rcmloginpwd", PASSWORD)
        self.browser.script("document.getElementById('rcmloginsubmit').click()")
        self.settle("login")

    def subjects(self):
        """Of the messages in the list, sorted."""
        return sorted(self.browser.script(
            "return Array.from(document.querySelectorAll("
            "'#messagelist tbody tr .subject a')).map("
            "link => link.textContent.trim())"))

    def search(self, words):
        self.browser.type("#mailsearchform", words)
        self.browser.script("rcmail.command('search')")
        self.settle(f"search {words}")
        return self.subjects()

    def reset_search(self):
        self.browser.script("rcmail.command('reset-search')")
        self.settle("search ended")
        return self.subjects()

    def refresh(self):
        self.browser.script("rcmail.command('checkmail')")
        self.settle("refresh")
        return self.subjects()

    def reload(self):
        self.browser.open(self.roundcube.url("?_task=mail&_mbox=INBOX"))
        self.settle("reload")
        return self.subjects()

    def move_all(self, mailbox):
        """Select all and move."""
        self.browser.script("rcmail.command('select-all', 'page')")
        self.settle("all selected")
        self.browser.script("rcmail.command('move', arguments[0])", mailbox)
        self.settle(f"moved to {mailbox}")
