"""SpamAssassin: spamd, and spamc in front of dovecot-lda."""

import re
import subprocess

from harness import wait_for
from harness.dovecot import free_port

from .process import Daemon
from .weights import spamassassin_rules


class Spamd(Daemon):
    owner = "debian-spamd"

    def __init__(self, config=""):
        """`config`: lines besides Debian's and the rules."""
        super().__init__()
        self.port = free_port()
        rules = spamassassin_rules(self.directory)
        (rules / "site.cf").write_text(config)
        self.start(["spamd", "--local", "--nouser-config", "-i", "127.0.0.1",
                    "-p", self.port, "-u", self.owner, "-H", self.make("home"),
                    "-r", self.make("run") / "pid", "--max-children=1",
                    "-s", "stderr", "--siteconfigpath",
                    rules], self.port)

    def judge(self, message, *options):
        """The message as spamc hands it on."""
        return subprocess.run(
            ["spamc", "-d", "127.0.0.1", "-p", str(self.port), *options],
            input=message, stdout=subprocess.PIPE, check=True).stdout

    def said(self, message_id):
        """(is spam, score, threshold) by its log."""
        found = wait_for(lambda: re.search(
            "processing message " + re.escape(message_id) + r" .*?"
            r"(clean message|identified spam) \((-?[\d.]+)/([\d.]+)\)",
            self.text(), re.DOTALL), self.text)
        return (found.group(1) == "identified spam", float(found.group(2)),
                float(found.group(3)))
