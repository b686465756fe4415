"""Postfix: takes mail by SMTP, has it judged, hands it to Dovecot by LMTP."""

import smtplib

from harness.dovecot import free_port

from .process import Daemon

HOST = "mx.site.example"
DOMAIN = "server.example"
#: The client that messages seem to come from.
CLIENT = "NAME=evil.example ADDR=203.0.113.9 HELO=evil.example"

MAIN = """\
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = {base}/log
maillog_file_prefixes = {base}
myhostname = {host}
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtp_host_lookup = native
lmtp_host_lookup = native
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_relay_restrictions = permit_auth_destination, reject
virtual_mailbox_domains = {domain}
virtual_transport = lmtp:inet:[127.0.0.1]:{lmtp}
milter_default_action = tempfail
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd{options}
127.0.0.1:{back} inet n - n - - smtpd
 -o content_filter= -o smtpd_milters=
 -o smtpd_relay_restrictions=permit_mynetworks,reject
 -o mynetworks=127.0.0.0/8
 -o receive_override_options=no_header_body_checks,no_milters
amavis unix - - n - 1 smtp -o smtp_send_xforward_command=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix(Daemon):
    """`milter`: the port of one; `content_filter(back)`: starts one that gives
    mail back at that port, and returns its own."""

    owner = "postfix"

    def __init__(self, lmtp_port, milter=None, content_filter=None):
        super().__init__()
        self.port, self.back = free_port(), free_port()
        self.directory.joinpath("queue").mkdir()
        self.make("data")
        main = MAIN.format(base=self.directory, host=HOST, domain=DOMAIN,
                           lmtp=lmtp_port)
        options = ""
        if milter is not None:
            main += f"smtpd_milters = inet:127.0.0.1:{milter}\n"
        if content_filter is not None:
            options = "\n -o content_filter=amavis:[127.0.0.1]:" \
                      f"{content_filter(self.back)}"
        self.write("conf/main.cf", main)
        self.write("conf/master.cf", MASTER.format(
            port=self.port, back=self.back, options=options))
        self.start(["postfix", "-c", self.directory / "conf", "start-fg"],
                   self.port)

    def send(self, message, *users, sender="sender@example.org"):
        """Send as a stranger; the server's answer to the data."""
        recipients = [f"{user}@{DOMAIN}" for user in users]
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as smtp:
            smtp.ehlo("client.example")
            code, text = smtp.docmd("XCLIENT", CLIENT)
            assert code == 220, text
            smtp.ehlo("evil.example")
            smtp.mail(sender)
            for recipient in recipients:
                code, text = smtp.rcpt(recipient)
                assert code == 250, text
            return smtp.data(message)

    def sessions(self):
        found = super().sessions()
        # its master begins one of its own
        master = self.directory / "queue/pid/master.pid"
        if master.exists():
            found.append(int(master.read_text()))
        return found
