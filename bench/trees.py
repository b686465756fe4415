"""Users with many mailboxes, kept between runs, and searches through all of
them."""

import os
import re
import shutil
import time
from email.utils import formatdate

import mail
from harness import config
from measure import Answer, cpu_clock, process_at, wait_idle


FORMAT = 1
USER = config.MAIL_UID
#: With this Dovecot begins a new log, and so writes the index, at each change.
_ROTATE_ALWAYS = {"mail_index_log_rotate_max_size": 1}

#: No log without records is larger: its header.
_EMPTY_LOG = 100


class Tree:
    """So many mailboxes of so many messages each, half of them seen."""

    def __init__(self, lab, mailboxes, messages):
        self.lab, self.count, self.messages = lab, mailboxes, messages
        self.path = lab.cache / f"{FORMAT}-tree-{mailboxes}x{messages}-" \
                                f"{lab.options.seed}"

    def names(self):
        """In groups of twenty below a parent that is none."""
        return [f"Group{number // 20}/box{number}"
                for number in range(self.count)]

    def user(self, server):
        """A user who has these mailboxes, all with records and indexes that
        Dovecot has written anew: it reads what its log has beyond the index
        whenever it opens a mailbox, so that what an earlier case left there
        would change what opening costs, by up to a half."""
        kept = self.path / "mail"
        if not kept.exists():
            self.lab.tell(f"making {self.count} mailboxes of {self.messages}")
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir(parents=True)
            os.chown(self.path, USER, USER)
            self._fill(self._user(server, self.path / "part"))
            (self.path / "part").rename(kept)
        self._settle(self._user(server, kept, **_ROTATE_ALWAYS))
        return self._user(server, kept)

    def _user(self, server, path, **fields):
        one = self.lab.server(server)
        fields |= {"mail": f"sdbox:{path}"} if one.series == "2.3" else \
            {"mail_driver": "sdbox", "mail_path": path}
        return one.new_user(name=self.lab.new_name(), **fields)

    def _settle(self, user):
        """A change in each mailbox, and back, has Dovecot write its index."""
        with user.imap() as imap:
            for name in self.names():
                imap.ok(f"SELECT {name}")
                for sign in "+-":
                    imap.ok(f"STORE 1 {sign}FLAGS.SILENT (\\Draft)")
            imap.logout()
        for name in self.names():
            log = self.path / "mail" / "mailboxes" / name / "dbox-Mails" / \
                "dovecot.index.log"
            if log.stat().st_size > _EMPTY_LOG:
                raise RuntimeError(f"{log} is not folded into its index")

    def _fill(self, user):
        with user.imap() as imap:
            self.fill(imap, lambda writer, number:
                      "\\Seen" if number % 2 else "")
            imap.logout()

    def fill(self, imap, flags):
        """Makes the mailboxes; `flags` says those of a writer's message."""
        for number, name in enumerate(self.names()):
            imap.ok(f"CREATE {name}")
            writer = mail.Writer(mail.Mix(
                self.messages, self.lab.options.seed + number))
            imap.send(b"f APPEND %s" % name.encode())
            for one in range(1, self.messages + 1):
                text, when = writer.message(one)
                data = text.replace("\n", "\r\n").encode()
                date = formatdate(when)
                imap.send(b' (%s) "%s-%s-%s %s +0000" {%d+}\r\n%s' % (
                    flags(writer, one).encode(),
                    *(part.encode() for part in (
                        date[5:7], date[8:11], date[12:16],
                        date[17:25])), len(data), data))
            imap.send(b"\r\n")
            while not imap.read_response(600).startswith(b"f OK"):
                pass
            imap.transcript.clear()


class Searcher:
    """One session that is measured; each way to search gives CPU and wall
    nanoseconds, and {mailbox: set of UIDs as text}."""

    def __init__(self, user, process="imap"):
        self.imap = user.imap()
        self.imap.ok("NOOP")        # answered by the process to be measured
        self.imap.socket.settimeout(600)        # a virtual mailbox is made anew
        peer = self.imap.socket.getsockname()[1]
        self.pid = process_at(self.imap.socket.getpeername()[1], peer, process)

    def _measured(self, search):
        wait_idle(self.pid)
        cpu, wall = cpu_clock(self.pid), time.perf_counter_ns()
        answers = search()
        wall = time.perf_counter_ns() - wall
        wait_idle(self.pid)
        return cpu_clock(self.pid) - cpu, wall, answers

    def esearch(self, program):
        """With one command."""
        cpu, wall, data = self._measured(lambda: self._run(
            b"ESEARCH IN (personal) " + program.encode()))
        return cpu, wall, {name.decode().strip('"'): uids.decode()
                           for name, uids in
                           re.findall(rb'MAILBOX (\S+) UIDVALIDITY \d+\) UID '
                                      rb'ALL (\S+)', data)}

    def each(self, names, program):
        """As clients do: SELECT and UID SEARCH, mailbox by mailbox."""
        line = b"UID SEARCH RETURN (ALL) " + program.encode()

        def search():
            found = []
            for name in names:
                self._run(b"SELECT " + name)
                found.append(self._run(line))
            return found
        names = [name.encode() for name in names]
        cpu, wall, found = self._measured(search)
        hits = {}
        for name, data in zip(names, found):
            match = re.search(rb" ALL (\S+)", data)
            if match:
                hits[name.decode()] = match.group(1).decode()
        self._run(b"UNSELECT")
        return cpu, wall, hits

    def virtual(self, mailbox, program):
        """In a virtual mailbox over all of them; the answer is a number."""
        def search():
            self._run(b"SELECT " + mailbox)
            return self._run(b"SEARCH RETURN (ALL COUNT) " + program.encode())
        cpu, wall, data = self._measured(search)
        self._run(b"UNSELECT")
        return cpu, wall, int(re.search(rb"COUNT (\d+)", data).group(1))

    def _run(self, line):
        """What comes before the tagged OK."""
        self.imap.socket.sendall(b"s " + line + b"\r\n")
        data = b""
        while True:
            data += self.imap.socket.recv(1 << 20)
            start = data.rfind(b"\r\n", 0, -2) + 2 if b"\r\n" in data[:-2] \
                else 0
            if data.endswith(b"\r\n") and data[start:].startswith(b"s "):
                if not data[start:].startswith(b"s OK"):
                    raise RuntimeError(f"{line}: {data[start:]}")
                return data[:start]


def hits(answers):
    """How many messages an answer has."""
    total = 0
    for text in answers.values():
        for part in text.split(","):
            one, _, two = part.partition(":")
            total += int(two or one) - int(one) + 1
    return total


def answer(answers):
    """The same for all ways to search that find the same messages."""
    return Answer.of(repr(sorted(answers.items())).encode())
