"""Where cases run: two servers, users with mailboxes, comparisons."""

import contextlib
import itertools
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import mail
from harness import Dovecot, Setup
from mailboxes import Mailbox, copy_indexes
from measure import Meter, Series

#: A key for winnow_trust = signed
SECRET = "0123456789abcdef0123456789abcdef"
#: Dovecot maps its cache of a million messages at once, and does not search it
#: if that is too much.
_LARGE = "default_vsz_limit = 4G\n"
_CLEAN = {"winnow_scanner": mail.SCANNERS, "winnow_search": "clean"}
#: What tells the sides of a comparison apart: stock has no winnow at all.
SETUPS = {
    "stock": Setup(winnow=False),
    "stock-fts": Setup(winnow=False, fts=True),
    "winnow": Setup(settings={"winnow_scanner": mail.SCANNERS}),
    "zone": Setup(settings={
        "winnow_scanner": mail.SCANNERS, "winnow_trust": "zone",
        "winnow_trusted_hosts": "mx.example server.example"}),
    "signed": Setup(settings={
        "winnow_scanner": "rspamd", "winnow_trust": "signed",
        "winnow_trusted_hosts": "mx.example server.example",
        "winnow_sign_keys": f"k1 {SECRET}"}),
    "shared": Setup(settings={"winnow_scanner": mail.SCANNERS}, shared=True),
    "tree": Setup(settings={"winnow_scanner": mail.SCANNERS}, virtual=True),
    "clean": Setup(settings=_CLEAN),
    "clean-fts": Setup(settings=_CLEAN, fts=True),
}


@dataclass(frozen=True)
class Side:
    """One side of a comparison of IMAP commands."""

    server: str
    #: of the mailbox; see mailboxes.py
    state: str
    command: str
    #: commands before, not measured
    before: tuple = ()
    #: each sample meets the mailbox as it was
    fresh: bool = False
    #: the mailbox that the session selects; None: none
    selected: str = "INBOX"


@dataclass
class Result:
    """What a case found. The first series is held against the second one; the
    others stand beside them."""

    case: str
    about: str
    series: list
    #: the most that first/second may be, or first-second
    limit: float
    #: that much more is allowed, in the unit of what is judged
    allowed: float = 0
    #: the samples that are judged; the others are only shown
    judged: str = "cpu_ms"
    by: str = "ratio"
    same_answer: bool = True

    @property
    def differs(self):
        ours, theirs = self.series[:2]
        return self.same_answer and ours.answer != theirs.answer

    @property
    def missed(self):
        """Is the first side's median above what it may be?"""
        ours, theirs = (one.median(self.judged) for one in self.series[:2])
        most = theirs * self.limit if self.by == "ratio" else \
            theirs + self.limit
        return ours > most + self.allowed

    def compared(self, name):
        """The first side's median by the second side's."""
        ours, theirs = (one.median(name) for one in self.series[:2])
        return ours / theirs if self.by == "ratio" else ours - theirs

    def as_json(self):
        return {"case": self.case, "about": self.about, "limit": self.limit,
                "allowed": self.allowed, "judged": self.judged,
                "missed": self.missed,
                self.by: {name: self.compared(name)
                          for name in self.series[0].samples},
                "answers": "differ" if self.differs else "equal"
                if self.same_answer else "none",
                "series": [one.as_json() for one in self.series]}


class Lab:
    """Servers are started when somebody needs them."""

    def __init__(self, options, tell):
        self.options, self.tell = options, tell
        self._servers = {}
        self._numbers = itertools.count(1)
        self._scratch = Path(tempfile.mkdtemp(prefix="bench"))
        self._scratch.chmod(0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self._servers.values():
            server.stop()
        shutil.rmtree(self._scratch)

    def server(self, name):
        if name not in self._servers:
            self._servers[name] = Dovecot(
                replace(SETUPS[name], extra=_LARGE)).start()
        return self._servers[name]

    @contextlib.contextmanager
    def delivery_server(self, name):
        """A new server whose lmtp processes serve one connection each. They get
        faster with what they do, and some are by a twentieth faster than others
        for all their life."""
        server = Dovecot(replace(SETUPS[name], extra={
            "2.3": "service lmtp {\n  service_count = 1\n}\n",
            "2.4": "service lmtp {\n  restart_request_count = 1\n}\n",
        })).start()
        try:
            yield server
        finally:
            server.stop()

    @property
    def cache(self):
        return Path(self.options.cache)

    def new_name(self):
        """Of a user."""
        return f"b{next(self._numbers)}"

    def mailbox(self, storage=None, count=None):
        return Mailbox(self.options.cache, storage or self.options.storage,
                       mail.Mix(count or self.options.messages,
                                self.options.seed))

    def user(self, server, mailbox, index):
        """A user of that server who has the mailbox as their INBOX."""
        one = self.server(server)
        Path(index).mkdir(parents=True, exist_ok=True)
        os.chown(index, 5000, 5000)
        return one.new_user(name=self.new_name(),
                            **mailbox.fields(one.series, index))

    # ------------------------------------------------------------- comparisons

    def compare(self, mailbox, sides):
        """Runs the sides in turn; the Series of each."""
        benches = [_Bench(self, mailbox, side) for side in sides]
        for bench in benches:
            bench.warm_up()
        for _ in range(self._samples(benches)):
            for bench in benches:
                bench.sample()
        for bench in benches:
            bench.close()
        return [bench.series for bench in benches]

    def _samples(self, benches):
        """As many as were asked for, but no more than make sense of the time."""
        if any(bench.side.fresh for bench in benches):
            return self.options.fresh_samples
        return self.options.samples

    def scratch(self):
        return self._scratch / f"i{next(self._numbers)}"


class _Bench:
    """A side at work: its user, its session, its samples."""

    def __init__(self, lab, mailbox, side):
        self.lab, self.mailbox, self.side = lab, mailbox, side
        self.series = Series(side.command)
        self._kept = mailbox.state(side.state, lab)
        self._index = lab.scratch()
        copy_indexes(self._kept, self._index)
        self._user = lab.user(side.server, mailbox, self._index)
        self._meter = None

    def _open(self):
        self._meter = Meter(self._user.imap(self.side.selected))
        for command in self.side.before:
            self._meter.run(command)

    def close(self):
        if self._meter is not None:
            self._meter.imap.logout()
            self._meter = None
        shutil.rmtree(self._index)

    def warm_up(self):
        """One run that does not count: pages, and Dovecot's own growth."""
        self.sample()
        self.series = Series(self.side.command)

    def sample(self):
        if self.side.fresh:
            if self._meter is not None:
                self.close()
            copy_indexes(self._kept, self._index)
        if self._meter is None:
            self._open()
        cpu, wall, answer = self._meter.run(self.side.command)
        self.series.add(answer, cpu_ms=cpu / 1e6, wall_ms=wall / 1e6)
