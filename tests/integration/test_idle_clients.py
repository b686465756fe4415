"""Real clients idle: they hear of ham at once, of spam alone not at all, and
find everything when they look the next time."""

import re
import subprocess
import threading

import pytest

from harness import wait_for
from harness.dovecot import HOST
from harness.user import PASSWORD
from idle_client import QUIET
from test_idle import ham, spam

pytestmark = pytest.mark.clients
TIMEOUT = 90
HELD = r"winnow: (\d+) spam messages"


@pytest.fixture
def user(start):
    return start(**QUIET).new_user("maildir")


class Log:
    """What the server's log says of a user from now on."""

    def __init__(self, user):
        self.user = user
        self.start = len(user.dovecot.log())

    def held(self):
        found = re.findall(rf"imap\({self.user}\).*{HELD}",
                           self.user.dovecot.log()[self.start:])
        return int(found[-1]) if found else None


# ---------------------------------------------------------- Mail::IMAPClient

PERL = r"""
use strict; use Mail::IMAPClient; $| = 1;
my ($host, $port, $user, $password) = @ARGV;
my $imap = Mail::IMAPClient->new(Server => $host, Port => $port, User => $user,
    Password => $password, Uid => 1) or die "login: $@";
$imap->select("INBOX") or die $imap->LastError;
my $tag = $imap->idle or die $imap->LastError;
print "idle\n";
for (;;) {
    my $heard = $imap->idle_data(0.2) or die $imap->LastError;
    print "heard $_\n" for map { s/\s+$//r } @$heard;
    my $input = ''; vec($input, fileno(STDIN), 1) = 1;
    last if select($input, undef, undef, 0);
}
$imap->done($tag) or die $imap->LastError;
print "all ", scalar(@{$imap->messages}), "\n";
$imap->logout;
"""


class Perl:
    """The script above, and the lines that it has printed."""

    def __init__(self, user):
        self.process = subprocess.Popen(
            ["perl", "-e", PERL, HOST, str(user.dovecot.imap_port), user.name,
             PASSWORD], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.lines = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def exists(self):
        """The numbers of the EXISTS that it was told while it idled."""
        return [int(line.split()[2]) for line in self.lines
                if line.startswith("heard * ") and line.endswith(" EXISTS")]

    def done(self):
        self.process.stdin.write("\n")
        self.process.stdin.close()
        assert self.process.wait(TIMEOUT) == 0
        self._reader.join()
        return self.lines[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


def test_perl_mail_imapclient(user):
    ham(user)
    with Perl(user) as client:
        wait_for(lambda: "idle" in client.lines, "IDLE")
        log = Log(user)
        spam(user)
        wait_for(lambda: log.held() == 1, "spam is held")
        assert client.exists() == []
        ham(user)
        wait_for(lambda: client.exists() == [3], "ham is heard of")
        spam(user)
        wait_for(lambda: log.held() == 1, "spam is held")
        assert client.exists() == [3]
        assert client.done() == "all 4"


# --------------------------------------------------------------- offlineimap

OFFLINEIMAP = """
[general]
accounts = test
metadata = {home}/metadata
ui = basic
[Account test]
localrepository = local
remoterepository = remote
autorefresh = 60
[Repository local]
type = Maildir
localfolders = {home}/mail
[Repository remote]
type = IMAP
remotehost = {host}
remoteport = {port}
remoteuser = {user}
remotepass = {password}
auth_mechanisms = PLAIN
ssl = no
starttls = no
createfolders = False
folderfilter = lambda name: name == "INBOX"
idlefolders = ["INBOX"]
holdconnectionopen = yes
keepalive = 60
"""


class OfflineImap:
    """An offlineimap that runs on, with a mail folder of its own."""

    def __init__(self, user, home):
        self.home = home
        (home / "rc").write_text(OFFLINEIMAP.format(
            home=home, host=HOST, port=user.dovecot.imap_port, user=user,
            password=PASSWORD))
        self.log = open(home / "log", "wb")
        self.process = self._run()

    def _run(self, *options):
        return subprocess.Popen(
            ["offlineimap", "-c", self.home / "rc", *options],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def count(self):
        return sum(1 for path in (self.home / "mail").glob("INBOX/*/*")
                   if path.parent.name in ("new", "cur"))

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def once(self):
        self.end()
        assert self._run("-o").wait(TIMEOUT) == 0, self.told()

    def told(self):
        return (self.home / "log").read_text(errors="replace")[-2000:]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        self.log.close()


def deliver_until_held(user, client, log, count):
    """It idles again some time after it has heard of mail; as long as it does
    not, it finds spam as any mail. Returns how many messages there are."""
    for _ in range(10):
        spam(user)
        count += 1
        wait_for(lambda: log.held() or client.count() == count, client.told)
        if log.held():
            return count
    raise AssertionError("it does not idle\n" + client.told)


def test_offlineimap(user, tmp_path):
    ham(user)
    with OfflineImap(user, tmp_path) as client:
        wait_for(lambda: client.count() == 1, client.told)
        count = deliver_until_held(user, client, Log(user), 1)
        assert client.count() == count - 1
        ham(user)
        wait_for(lambda: client.count() == count + 1, client.told)
        count = deliver_until_held(user, client, Log(user), count + 1)
        assert client.count() == count - 1
        client.once()
        assert client.count() == count
