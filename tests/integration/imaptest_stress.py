"""Several imaptests and deliveries at once, on one server, for a while."""

import re
import shutil
import threading
from random import Random

from harness import message, rspamd
from harness.user import PASSWORD
from imaptest import begin, output

WORDS = ("apple banana cherry date elder fig grape hazel iris juniper kiwi "
         "lemon mango nettle olive pear quince rose sage thyme").split()
HAM, SPAM = (-3, 5.9), (6, 30)
#: Users of each run; those of "exact" get no spam.
USERS = {"exact": 2, "mixed": 2, "hasty": 2, "profile": 4}
#: Seconds between two deliveries.
PAUSE = 0.05
#: Seconds that clients have to finish what they are at.
FINISH = 60
FAULT = re.compile(r"^.*\b(?:Error|Warning|Panic|Fatal): .*$", re.MULTILINE)
#: Its own: it delivers less than the profile asks for, and has clients of a
#: profile read mail before their SELECT.
OWN = re.compile(r"LMTP: Reached \d+ connections, throttling|"
                 r"^Error: profile-.*BAD No mailbox selected")
PROFILE = """\
lmtp_port = {lmtp_port}
lmtp_max_parallel_count = 4
total_user_count = {users}
rampup_time = 2s
user busy {{
  username_format = profile-{storage}-%{{username_idx}}
  count = 100%
  mail_session_length = 20s
  mail_inbox_delivery_interval = 1s
  mail_spam_delivery_interval = 3s
  mail_action_delay = 1s
  mail_action_repeat_delay = 1s
  mail_inbox_move_filter_percentage = 10
  mail_send_interval = 5s
  mail_write_duration = 2s
  mail_inbox_delete_percentage = 60
  mail_inbox_move_percentage = 20
  mail_inbox_reply_percentage = 30
}}
client idling {{
  count = 100%
  connection_max_count = 3
  imap_idle = yes
  imap_fetch_immediate = UID FLAGS ENVELOPE
  imap_fetch_manual = RFC822.SIZE BODY[]
}}
"""
#: What clients do, in percent; a second number: how often again. imaptest
#: hangs when it searches and sends several commands at once.
RUNS = {
    "exact": "no_pipelining clients=6 msgs=40 copybox=Archive search=100,50 "
             "sort=50 thread=50 uidfetch=30 expunge=30 store=50 noop=50 "
             "logout=10",
    "mixed": "no_pipelining random clients=6 msgs=40 copybox=Junk search=50 "
             "list=20 status=50 uidfetch=30 sort=30 thread=30 copy=20,5 "
             "move=15,5 store=60 delete=50 expunge=40 append=60,10 noop=40 "
             "logout=5 disconnect=5",
    "hasty": "random clients=6 msgs=40 copybox=Archive list=20 status=50 "
             "uidfetch=30 sort=30 thread=30 copy=20,5 move=15,5 store=60 "
             "delete=50 expunge=40 append=60,10 noop=40 logout=5 "
             "disconnect=5",
    "profile": "clients=8 profile=profile.conf"}


def mail(random, scores):
    """A message whose score lies between the two; None: no verdict."""
    headers = rspamd(random.uniform(*scores)) if scores else ()
    lines = [" ".join(random.choices(WORDS, k=9)) for _ in range(9)]
    return message(" ".join(random.choices(WORDS, k=3)),
                   "\n".join(lines) + "\n", headers)


def mbox(path, random, *scores):
    """A file of messages for imaptest to append and deliver."""
    mails = [mail(random, random.choice(scores)) for _ in range(500)]
    path.write_bytes(b"".join(
        b"From one@example.org Mon Jan  5 10:00:00 2026\n" +
        data.replace(b"\r\n", b"\n") + b"\n" for data in mails))
    return path


class Stress:
    """imaptest's clients on one server, and mail that comes in meanwhile."""

    def __init__(self, server, storage, seconds):
        self.server, self.storage, self.seconds = server, storage, seconds
        self.users = {name: [server.new_user(storage, f"{name}-{storage}-{n}")
                             for n in range(1, count + 1)]
                      for name, count in USERS.items()}
        for user in self.users["profile"]:
            user.imap().ok("CREATE Spam")
        server.close_sessions()
        self.processes = {}
        self._over = threading.Event()
        self._failure = None
        self._deliveries = threading.Thread(target=self._deliver)

    def begin(self):
        random, directory = Random(1), self.server.directory
        plain = mbox(directory / "plain.mbox", random, HAM, None)
        mixed = mbox(directory / "mixed.mbox", random, HAM, SPAM, None)
        (directory / "profile.conf").write_text(PROFILE.format(
            lmtp_port=self.server.lmtp_port, storage=self.storage,
            users=USERS["profile"]))
        for name, words in RUNS.items():
            self.processes[name] = begin(
                self._title(name), self.server, f"pass={PASSWORD}",
                f"user={name}-{self.storage}-%d", f"users={USERS[name]}",
                f"secs={self.seconds},{FINISH}", "seed=1",
                f"mbox={plain if name == 'exact' else mixed}", *words.split())
        self._deliveries.start()

    def _deliver(self):
        random = Random(2)
        while not self._over.is_set():
            name = random.choice(list(RUNS))
            scores = (HAM, None) if name == "exact" else (HAM, SPAM, None)
            where = random.choice((None, None, "Junk", "Archive"))
            try:
                user = random.choice(self.users[name])
                user.lmtp(mail(random, random.choice(scores)), where)
            except (AssertionError, OSError) as failure:
                self._failure = failure
                return
            self._over.wait(PAUSE)

    def stop(self):
        """End whatever runs still."""
        self._over.set()
        if self._deliveries.is_alive():
            self._deliveries.join()
        for process in self.processes.values():
            process.kill()
            process.wait()

    def end(self):
        """Wait until all is over; what imaptest complains of."""
        for process in self.processes.values():
            process.wait(self.seconds + 3 * FINISH)
        self.stop()
        shutil.copy(self.server.directory / "log",
                    output(self._title("dovecot"), self.server))
        assert self._failure is None, self._failure
        return [line for name in RUNS for line in self._complaints(name)]

    def _title(self, name):
        return f"{name}-{self.storage}"

    def _complaints(self, name):
        said = output(self._title(name), self.server).read_text(
            errors="replace")
        assert "Totals:" in said and self.processes[name].returncode == 0, said
        return [line for line in FAULT.findall(said) if not OWN.search(line)]
