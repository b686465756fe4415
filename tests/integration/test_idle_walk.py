"""Random walks: sessions change a mailbox in which clients idle quietly.

The seed is printed; WINNOW_SEED=… walks the same way again.
"""

import os
import sys
from random import Random

import pytest

from harness import message, rspamd
from idle_client import KINDS, QUIET, IdleClient, Truth

SEED = int(os.environ.get("WINNOW_SEED", "20261127"))
#: Steps on each storage: 500 and 10,000 together.
STEPS = {"maildir": 160, "sdbox": 170, "mdbox": 170}
LONG = 20
#: So many messages are never exceeded by much.
CROWD = 40


class Walk:
    """A user's mailbox, clients that idle in it, sessions that change it."""

    def __init__(self, user, random):
        self.user, self.random = user, random
        self.expected = 0
        #: The name of each step, and the state of `random` after it.
        self.course = []
        self.writers = [user.imap("INBOX") for _ in range(2)]
        self.writers[0].ok("CREATE Other")
        self.truth = Truth(user)
        self.clients = [IdleClient(user, kind).idle() for kind in KINDS]
        self.actions = [
            (self.deliver_spam, 7), (self.deliver_ham, 3),
            (self.deliver_unknown, 1), (self.append, 1), (self.flag, 4),
            (self.say_verdict, 4), (self.expunge, 4), (self.move_out, 2),
            (self.copy_in, 2), (self.done, 4), (self.nothing_but_spam, 2)]

    def step(self):
        actions, weights = zip(*self.actions)
        action, = self.random.choices(actions, weights)
        action()
        self.course.append((action.__name__, hash(self.random.getstate())))
        for client in self.clients:
            client.hear()

    def end(self):
        for client in self.clients:
            self._done(client)

    # ----------------------------------------------------------------- actions

    def _deliver(self, headers, mailbox=None):
        self.user.lmtp(message("walk", headers=headers), mailbox)
        self.expected += mailbox is None

    def deliver_spam(self):
        self._deliver(rspamd(self.random.uniform(6, 30)))

    def deliver_ham(self):
        self._deliver(rspamd(self.random.uniform(-5, 5.9)))

    def deliver_unknown(self):
        self._deliver(())

    def append(self):
        spam = self.random.random() < 0.5
        self.random.choice(self.writers).append(
            "INBOX", message("walk", headers=rspamd(9 if spam else 1)),
            self.random.choice(["", "\\Seen", "$Junk", "$NotJunk"]))
        self.expected += 1

    def _some(self):
        """A writer, and UIDs of a few messages that it sees."""
        writer = self.random.choice(self.writers)
        writer.ok("NOOP")
        uids = writer.uid_search("ALL")
        chosen = self.random.sample(uids, min(len(uids),
                                              self.random.randint(1, 4)))
        return writer, sorted(chosen)

    def flag(self):
        writer, uids = self._some()
        flag = self.random.choice(["\\Seen", "\\Flagged", "\\Answered", "tag"])
        self._store(writer, uids, flag)

    def say_verdict(self):
        writer, uids = self._some()
        self._store(writer, uids, self.random.choice(["$Junk", "$NotJunk"]))

    def _store(self, writer, uids, flag):
        if uids:
            sign = self.random.choice("+-")
            writer.ok(f"UID STORE {_set(uids)} {sign}FLAGS ({flag})")

    def expunge(self):
        writer, uids = self._some()
        if self.expected > CROWD:
            uids = writer.uid_search("ALL")[::2]
        if uids:
            writer.ok(f"UID STORE {_set(uids)} +FLAGS.SILENT (\\Deleted)")
            writer.ok(f"UID EXPUNGE {_set(uids)}")
            self.expected -= len(uids)

    def move_out(self):
        writer, uids = self._some()
        if uids:
            writer.ok(f"UID MOVE {_set(uids)} Other")
            self.expected -= len(uids)

    def copy_in(self):
        writer = self.random.choice(self.writers)
        writer.ok("SELECT Other")
        uids = writer.uid_search("ALL")
        if uids:
            writer.ok(f"UID {self.random.choice(['COPY', 'MOVE'])} "
                      f"{self.random.choice(uids)} INBOX")
            self.expected += 1
        writer.ok("SELECT INBOX")

    def done(self):
        self._done(self.random.choice(self.clients)).idle()

    def _done(self, client):
        """At the end of IDLE the client knows all that is there."""
        client.done()
        client.agrees(self.truth)
        client.fetch_new()
        client.agrees(self.truth)
        assert len(client.uids) == self.expected
        assert None not in client.uids
        return client

    def nothing_but_spam(self):
        """With nothing else to tell, they hear nothing."""
        for client in self.clients:
            self._done(client).idle()
        for count in range(1, self.random.randint(1, 2) + 1):
            self.deliver_spam()
            for client in self.clients:
                client.held(count)
                client.agrees(self.truth, count)


def _set(uids):
    return ",".join(map(str, uids))


def walk(user, steps, name):
    seed = f"{SEED}-{name}"
    print(f"seed {seed}", file=sys.stderr)
    course = Walk(user, Random(seed))
    for number in range(steps):
        try:
            course.step()
        except Exception as error:
            raise AssertionError(f"seed {SEED}, step {number}: {error}\n" +
                                 "\n".join(client.imap.session()[-1500:]
                                           for client in course.clients)
                                 ) from error
    course.end()
    return course


@pytest.mark.parametrize("storage", STEPS)
def test_random_walk(start, storage):
    walk(start(**QUIET).new_user(storage), STEPS[storage], storage)


def test_a_seed_walks_the_same_way_again(start):
    walks = [walk(start(**QUIET).new_user(), STEPS["sdbox"] // 4, name)
             for name in ("again", "again", "another")]
    courses = [one.course for one in walks]
    assert courses[0] == courses[1] != courses[2]
    rows = [[(uid, flags) for uid, flags, _ in one.truth.look()]
            for one in walks]
    assert rows[0] == rows[1] != rows[2]


@pytest.mark.long
@pytest.mark.parametrize("storage", STEPS)
def test_long_random_walk(start, storage):
    walk(start(**QUIET).new_user(storage), LONG * STEPS[storage],
         "long " + storage)
