"""Rspamd: Debian's configuration, judging in the milter itself."""

import re

from harness import wait_for
from harness.dovecot import free_port

from .process import Daemon
from .weights import rspamd_rules

#: What asks the network.
OFF = ("arc", "asn", "dkim", "dkim_signing", "dmarc", "fuzzy_check", "hfilter",
       "multimap", "mx_check", "phishing", "rbl", "rspamd_update", "spf",
       "surbl", "url_redirector")


class Rspamd(Daemon):
    """`headers`: what local.d/milter_headers.conf says. The milter's client is
    a stranger, so what rspamd leaves out for local mail is of no matter."""

    owner = "_rspamd"

    def __init__(self, headers):
        super().__init__()
        self.port = free_port()
        for name in OFF:
            self.write(f"local/override.d/{name}.conf", "enabled = false;\n")
        domains = self.write("domains", "com\nexample\norg\n")
        self.write("local/local.d/options.inc",
                   f'dns {{ nameserver = ["127.0.0.1:{free_port()}:1"]; '
                   "timeout = 0.1s; retransmits = 1; }\n"
                   "disable_monitoring = true;\n"
                   # compiling them takes longer than all that is judged here
                   "disable_hyperscan = true;\n"
                   f'url_tld = "{domains}";\n'
                   "enable_test_patterns = true;\n")
        self.write("local/local.d/milter_headers.conf", headers)
        self.write("local/rspamd.local.lua", rspamd_rules())
        for name in ("normal", "controller"):
            self.write(f"local/override.d/worker-{name}.inc",
                       "enabled = false;\n")
        self.write("local/override.d/worker-proxy.inc", f"""\
bind_socket = "127.0.0.1:{self.port}";
milter = yes;
timeout = 60s;
upstream "local" {{ default = yes; self_scan = yes; }}
""")
        self.write("local/override.d/logging.inc", 'type = "console";\n'
                   'level = "notice";\n')
        names = {"LOCAL_CONFDIR": self.directory / "local",
                 "DBDIR": self.make("db"), "RUNDIR": self.make("run"),
                 "LOGDIR": self.make("logs")}
        self.start(["rspamd", "-f", "-u", self.owner, "-g", self.owner,
                    *[f"--var={name}={path}" for name, path in names.items()]],
                   self.port)

    def said(self, message_id):
        """(action, score) by its log."""
        found = wait_for(lambda: re.search(
            "id: " + re.escape(message_id) + r">?, .*"
            r"\(default: \w \(([^)]+)\): \[(-?[\d.]+)/", self.text()), self.text)
        return found.group(1), float(found.group(2))
