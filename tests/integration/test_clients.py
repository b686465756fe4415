"""Client libraries and programs that know nothing of winnow, or reach it through
the door that they have for commands of any kind.

All capabilities are on. What a client does every day works unchanged; a library
in Python, one in Perl and one in JavaScript ask for the new items.
"""

import fcntl
import imaplib
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

from harness import message, rspamd
from harness.dovecot import HOST
from harness.user import PASSWORD

pytestmark = pytest.mark.clients
TIMEOUT = 60
SETTINGS = {"winnow_scanner": "rspamd", "winnow_search": "clean",
            "winnow_idle": "quiet"}


@pytest.fixture
def user(start):
    """Of a server with everything on; HAM, SPAM and UNKNOWN in the INBOX."""
    user = start(settings=SETTINGS, metadata=True).new_user("maildir")
    user.lmtp(message("apples", headers=rspamd(1.2)))
    user.lmtp(message("cheap apples", headers=rspamd(9.0)))
    user.lmtp(message("pears"))
    return user


def run(user, argv, **options):
    """A program to its end; what it printed."""
    done = subprocess.run([str(arg) for arg in argv], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=TIMEOUT, text=True, cwd=user.dovecot.directory,
                          **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def address(user):
    return HOST, str(user.dovecot.imap_port), user.name, PASSWORD


# ------------------------------------------------------------ Python's imaplib

@pytest.fixture
def python(user):
    client = imaplib.IMAP4(HOST, user.dovecot.imap_port, timeout=TIMEOUT)
    client.login(user.name, PASSWORD)
    yield client
    client.logout()


def test_imaplib_every_day(python):
    said = python.capability()[1][0].decode().split()
    assert {"X-WINNOW", "FILTERS", "MULTISEARCH"} <= set(said)
    assert python.list()[0] == "OK"
    assert python.select("INBOX") == ("OK", [b"3"])
    assert python.search(None, "SUBJECT", "pears") == ("OK", [b"3"])
    assert b"Subject: apples" in \
        python.fetch("1", "(UID FLAGS BODY.PEEK[HEADER])")[1][0][1]
    assert python.store("1", "+FLAGS", r"(\Seen)")[0] == "OK"
    assert python.noop()[0] == "OK"


def test_imaplib_asks_for_the_new_items(python):
    python.select("INBOX")
    assert python.search(None, "NOT", "X-WINNOW", "SPAM") == ("OK", [b"1 3"])
    assert python.search(None, "FILTER", "spam") == ("OK", [b"2"])
    assert b"CLASS SPAM LEVEL 75" in python.fetch("2", "(X-WINNOW)")[1][0]
    assert python.sort("(REVERSE X-WINNOW)", "UTF-8", "ALL")[1][0].split()[0] \
        == b"2"
    answer = python.status("Archive", "(MESSAGES X-WINNOW-SPAM)")[1][0]
    assert b"X-WINNOW-SPAM 0" in answer


def test_imaplib_searches_all_mailboxes(python):
    imaplib.Commands["ESEARCH"] = ("AUTH", "SELECTED")
    typ, _ = python._simple_command(
        "ESEARCH", "IN (personal) RETURN (COUNT) X-WINNOW SPAM")
    assert typ == "OK"
    assert b"COUNT 1" in python.response("ESEARCH")[1][0]


# ------------------------------------------------------ Perl's Mail::IMAPClient

PERL = r"""
use strict; use Mail::IMAPClient;
my ($host, $port, $user, $password) = @ARGV;
my $imap = Mail::IMAPClient->new(Server => $host, Port => $port, User => $user,
    Password => $password, Uid => 1) or die "login: $@";
sub try { my ($what, @got) = @_; print "$what @got\n" if @got or die $what; }
try("folders", scalar($imap->folders));
$imap->select("INBOX") or die $imap->LastError;
try("pears", $imap->search("SUBJECT", "pears"));
try("subject", $imap->subject(1));
$imap->see(1) or die $imap->LastError;
my $tag = $imap->idle or die $imap->LastError;
$imap->done($tag) or die $imap->LastError;
try("spam", grep /^\* SEARCH/, $imap->tag_and_run("UID SEARCH X-WINNOW SPAM"));
try("filter", grep /^\* SEARCH/, $imap->tag_and_run("UID SEARCH FILTER not-spam"));
try("fetch", grep /X-WINNOW/, $imap->tag_and_run("UID FETCH 2 X-WINNOW"));
$imap->logout or die $imap->LastError;
"""


def test_perl_mail_imapclient(user):
    said = run(user, ["perl", "-e", PERL, *address(user)])
    assert "pears 3\n" in said and "subject apples\n" in said
    assert "spam * SEARCH 2" in said and "filter * SEARCH 1 3" in said
    assert "CLASS SPAM LEVEL 75" in said


# ---------------------------------------------------------- JavaScript's imapflow

JAVASCRIPT = r"""
const { createRequire } = require("module");
const { ImapFlow } = createRequire(process.argv[2] + "/")("imapflow");
const [host, port, user, pass] = process.argv.slice(3);
const said = {};
async function main() {
    const client = new ImapFlow({ host, port: Number(port), secure: false,
        doSTARTTLS: false, auth: { user, pass }, logger: false });
    await client.connect();
    said.capabilities = [...client.capabilities.keys()];
    said.folders = (await client.list()).length;
    const lock = await client.getMailboxLock("INBOX");
    said.pears = await client.search({ subject: "pears" }, { uid: true });
    said.subjects = [];
    for await (const one of client.fetch("1:*", { envelope: true, flags: true }))
        said.subjects.push(one.envelope.subject);
    await client.messageFlagsAdd("1", ["\\Seen"]);
    setTimeout(() => client.noop(), 500);       // which ends the IDLE
    await client.idle();
    const answers = [];
    const raw = await client.exec("UID SEARCH", [
        { type: "ATOM", value: "X-WINNOW" }, { type: "ATOM", value: "SPAM" }],
        { untagged: { SEARCH: async untagged =>
            answers.push(...untagged.attributes.map(a => a.value)) } });
    raw.next();
    said.spam = answers;
    lock.release();
    await client.logout();
    console.log(JSON.stringify(said));
}
main().catch(error => { console.error(error); process.exit(1); });
"""


def test_imapflow(user, tmp_path):
    script = tmp_path / "client.js"
    script.write_text(JAVASCRIPT)
    said = json.loads(run(user, ["node", script, os.environ["WINNOW_NPM"],
                                 *address(user)]).splitlines()[-1])
    assert {"X-WINNOW", "FILTERS", "MULTISEARCH"} <= set(said["capabilities"])
    assert said["pears"] == [3]
    assert said["subjects"] == ["apples", "cheap apples", "pears"]
    assert said["spam"] == ["2"]


# ------------------------------------------------------------- neomutt, mbsync

NEOMUTT = """
set folder="imap://{user}@{host}:{port}/" imap_pass="{password}"
set spoolfile="+INBOX"
set ssl_starttls=no ssl_force_tls=no imap_idle=yes timeout=1
set copy=no confirmappend=no wait_key=no quit=yes delete=no mark_old=no
set imap_authenticators="login:plain"
set header_cache="" message_cachedir="" sort=mailbox-order tmpdir="{home}"
"""


def on_terminal(argv, home):
    """Runs a program that wants a person in front of it, to its end."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], argv, {**os.environ, "TERM": "xterm",
                                   "HOME": str(home)})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    seen, deadline = b"", time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            seen += os.read(terminal, 65536)
        except OSError:         # the program has ended
            break
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    assert os.waitpid(pid, 0)[1] == 0, seen.decode("utf-8", "replace")


def test_neomutt_reads_searches_and_copies(user, tmp_path):
    rc = tmp_path / "rc"
    host, port, name, password = address(user)
    rc.write_text(NEOMUTT.format(user=name, password=password, host=host,
                                 port=port, home=tmp_path))
    # all messages whose body has the word, as the server finds them
    keys = "push '<tag-pattern>=b Hello<enter><tag-prefix><copy-message>" \
        "=Archive<enter><quit>'"
    on_terminal(["neomutt", "-n", "-F", str(rc), "-e", keys], tmp_path)
    # what a person looks for has no spam in it
    assert len(user.imap("Archive").search("ALL")) == 2


MBSYNC = """
IMAPAccount server
Host {host}
Port {port}
User {user}
Pass {password}
{plain}
AuthMechs LOGIN

IMAPStore far
Account server

MaildirStore near
Path {home}/mail/
Inbox {home}/mail/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState *
"""


def test_mbsync_gets_all(user, tmp_path):
    host, port, name, password = address(user)
    (tmp_path / "mail").mkdir()
    rc = tmp_path / "rc"
    version = run(user, ["mbsync", "--version"]).split()[-1]
    rc.write_text(MBSYNC.format(
        user=name, password=password, host=host, port=port, home=tmp_path,
        plain="TLSType None" if version >= "1.5" else "SSLType None"))
    for _ in range(2):
        run(user, ["mbsync", "-c", rc, "all"], env={**os.environ,
                                                    "HOME": str(tmp_path)})
        kept = [path for path in (tmp_path / "mail/INBOX").glob("*/*")
                if path.parent.name in ("cur", "new")]
        assert len(kept) == 3
