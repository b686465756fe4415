"""Amavis with SpamAssassin, between two of a mail server's SMTP ports."""

import re

from harness import wait_for
from harness.dovecot import free_port

from .postfix import DOMAIN, HOST
from .process import Daemon
from .weights import spamassassin_rules

DEFAULTS = ("01-debian", "15-content_filter_mode", "20-debian_defaults",
            "25-amavis_helpers", "30-template_localization")
CONFIG = """\
use strict;
$mydomain = '{domain}';
$myhostname = '{host}';
@local_domains_acl = ('.{domain}');
$MYHOME = '{base}/home';
$TEMPBASE = '{base}/home/tmp';
$ENV{{TMPDIR}} = $TEMPBASE;
$QUARANTINEDIR = undef;
$spam_quarantine_method = undef;
$pid_file = '{base}/home/pid';
$lock_file = '{base}/home/lock';
$DO_SYSLOG = 0;
$LOGFILE = '{base}/home/log';
$log_level = 1;
$enable_db = 0;
$enable_global_cache = 0;
$max_servers = 1;
$inet_socket_bind = '127.0.0.1';
$inet_socket_port = {port};
$unix_socketname = undef;
$forward_method = 'smtp:[127.0.0.1]:{back}';
$notify_method = $forward_method;
@bypass_virus_checks_maps = (1);
@bypass_spam_checks_maps = (0);
$sa_local_tests_only = 1;
$sa_tag_level_deflt = {tag_level};
$sa_tag2_level_deflt = 6.2;
$sa_kill_level_deflt = 6.2;
$sa_spam_subject_tag = undef;
$sa_siteconfigpath = '{rules}';
1;
"""


class Amavis(Daemon):
    owner = "amavis"

    def __init__(self, back, tag_level="-999"):
        super().__init__()
        self.port = free_port()
        self.make("home")
        self.make("home/tmp")
        self.log = self.directory / "home/log"
        config = self.write("amavis.conf", CONFIG.format(
            rules=spamassassin_rules(self.directory), base=self.directory, domain=DOMAIN, host=HOST, port=self.port,
            back=back, tag_level=tag_level))
        files = [f"/etc/amavis/conf.d/{name}" for name in DEFAULTS]
        self.start(["amavisd", "-u", self.owner, "-g", self.owner, *[word for path in (*files, config)
                                 for word in ("-c", path)], "foreground"],
                   self.port)

    def said(self, message_id):
        """(passed as, score) by its log."""
        found = wait_for(lambda: re.search(
            r"Passed (\w+) .*Message-ID: " + re.escape(message_id) +
            r".*Hits: (-?[\d.]+)", self.text()), self.text)
        return found.group(1), float(found.group(2))
