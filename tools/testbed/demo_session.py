"""The inside of tools/demo: starts the server, fills it, talks to it.

Runs where /run/work is the demo's directory. Leaves the server running, its
process id in server/pid, and what to tell in `told`.
"""

import os
import socket
import sys
from pathlib import Path

WORK = Path("/run/work")
sys.path.insert(0, str(WORK / "tree/tests/integration"))
os.environ["WINNOW_STAGE"] = str(WORK / "stage")

from harness import Dovecot, amavis, message, rspamd, spamassassin  # noqa: E402
from harness.dovecot import HOST, free_port  # noqa: E402

USER = "demo"
IMAP_PORT, LMTP_PORT = 10143, 10024

#: What arrives, oldest first: subject, sender, headers of the site's filter,
#: and what winnow should call it.
MAIL = (
    ("Minutes of Monday's meeting", "Ruth Adler <ruth@example.org>",
     rspamd(-2.10), "HAM"),
    ("Your parcel could not be delivered!!", "DHL <info@parcel.example.net>",
     rspamd(11.40), "SPAM"),
    ("Invoice 2026-118", "Books & Co <billing@books.example>",
     spamassassin(0.8), "HAM"),
    ("Make money from home", "Rich Uncle <uncle@win.example.net>",
     spamassassin(14.2), "SPAM"),
    ("Lunch on Friday?", "Jonas <jonas@example.org>", rspamd(0.30), "HAM"),
    ("Newsletter: 50 % off garden chairs", "Garden <news@garden.example>",
     rspamd(5.10), "HAM"),
    ("Sent from the office printer", "Printer <printer@office.example>",
     [], "UNKNOWN"),
    ("Verify your account now", "Bank <security@bank.example.net>",
     rspamd(19.80), "SPAM"),
    ("Re: holiday photos", "Mia <mia@example.org>", amavis(-0.7), "HAM"),
    ("Cheap pills", "Pharma <pills@pharma.example.net>", amavis(22.5), "SPAM"),
)


def port(wanted):
    """The wanted port, or any other if somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
            return wanted
        except OSError:
            return free_port()


def start():
    server = Dovecot(
        directory=WORK / "server", ports=(port(IMAP_PORT), port(LMTP_PORT)),
        settings={"winnow_scanner": "rspamd spamassassin amavis"}).start()
    (WORK / "server/pid").write_text(str(server.master.pid))
    return server


def fill(server):
    server.new_user(name=USER)
    for number, (subject, sender, headers, _) in enumerate(MAIL, 1):
        server.lmtp(message(
            subject, f"{subject}.\n", headers=headers, sender=sender,
            date=f"Mon, {number:02} Jun 2026 09:{number:02}:00 +0000",
            to=f"{USER}@server.example"), USER)


def numbers(*classes):
    return [n for n, mail in enumerate(MAIL, 1) if mail[3] in classes]


class Session:
    """An IMAP session that is shown as it happens."""

    def __init__(self, server):
        self._imap = server.connect()
        self._shown = 0
        self._show()

    def _show(self):
        for side, data in self._imap.transcript[self._shown:]:
            for line in data.decode("utf-8", "replace").splitlines():
                print(f"{side.decode()}: {line}")
        self._shown = len(self._imap.transcript)

    def command(self, text):
        reply = self._imap.command(text)
        self._show()
        if not reply.ok:
            raise SystemExit(f"the server refused: {text}")
        return reply

    def search(self, program, expected):
        line = self.command(f"SEARCH {program}").lines("SEARCH")
        found = [int(word) for word in " ".join(line).split()]
        if found != expected:
            raise SystemExit(f"SEARCH {program} found {found}, not {expected}")


def talk(server):
    spam, every = numbers("SPAM"), list(range(1, len(MAIL) + 1))
    print("\nAn IMAP session (C: sent, S: received)\n")
    session = Session(server)
    session.command(f"LOGIN {USER} secret")
    session.command("SELECT INBOX")
    session.search("ALL", every)
    session.search("X-WINNOW SPAM", spam)
    session.search("NOT X-WINNOW SPAM", [n for n in every if n not in spam])
    session.search("X-WINNOW UNKNOWN", numbers("UNKNOWN"))
    session.search("X-WINNOW SPAM FROM parcel", spam[:1])
    session.command("SEARCH RETURN (COUNT) UNSEEN NOT X-WINNOW SPAM")
    print("\nThe parcel was real: the user says so, and it is spam no more\n")
    session.command(f"STORE {spam[0]} +FLAGS ($NotJunk)")
    session.search("X-WINNOW SPAM", spam[1:])
    session.search('X-WINNOW BY "user"', spam[:1])
    session.command("LOGOUT")


def main():
    server = start()
    try:
        fill(server)
        talk(server)
        server.check_log()
    finally:
        sys.stdout.flush()
    told = f"""host      {HOST}
port      {server.imap_port}   (IMAP, no TLS, loopback only)
user      {USER}
password  secret
"""
    (WORK / "told").write_text(told)
    print("\nThe server goes on running:\n\n" + told, end="", flush=True)


if __name__ == "__main__":
    main()
