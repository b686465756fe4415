"""What idling sessions cost when mail arrives, and how soon they hear of it."""

import functools

import mail
from case_memory import private_kib
from cases import case
from idlers import Idlers, inotify_instances
from lab import Result
from measure import Series

COUNTS = (1, 100, 1000)
#: Deliveries of each kind: the fewer the sessions, the more.
DELIVERIES = {1: 12, 100: 6, 1000: 3}


class _Messages:
    """Spam or ham on demand, each with a filter's header."""

    def __init__(self):
        self._writer = mail.Writer(mail.Mix(0, unjudged=0))
        self._number = 0

    def next(self, spam):
        self._number += 1
        while self._writer.is_spam(self._number) != spam:
            self._number += 1
        text, _ = self._writer.message(self._number)
        return text.replace("\n", "\r\n").encode()


def _cpu(idlers, spam, count):
    """CPU milliseconds a session and delivery, and who heard how soon. What a
    delivery costs without any session is not the sessions'."""
    spent, heard, ended = [], [], None
    silent = spam and idlers.name == "quiet"
    for number in range(count + 1):
        idlers.flush()
        before = idlers.cpu()
        since = idlers.deliver(spam)
        if not silent:
            times = idlers.heard(since)
        idlers.settle()
        if number == 0:
            ended = idlers.cpu_of_ended()
        else:
            spent.append(idlers.cpu() - before - idlers.baseline)
            heard += [] if silent else times
        told = idlers.flush()
        if silent and told:
            raise RuntimeError(f"{told} sessions were told of spam alone")
    ended = (idlers.cpu_of_ended() - ended) / count
    return [(one + ended) * 1000 / idlers.count for one in spent], heard


@functools.lru_cache(maxsize=None)
def measured(name, count):
    """{"spam_ms", "ham_ms", "latency_ms", "private_kib": samples} of a side."""
    found = {}
    with inotify_instances(2 * count + 1000), \
            Idlers(name, count, _Messages()) as idlers:
        found["spam_ms"], _ = _cpu(idlers, True, DELIVERIES[count])
        if name != "hibernating":
            found["private_kib"] = [private_kib(pid)
                                    for pid in idlers.processes("imap")]
        if name in ("quiet", "stock"):
            found["ham_ms"], heard = _cpu(idlers, False, DELIVERIES[count])
            found["latency_ms"] = [1000 * one for one in heard]
    return found


def _compare(lab, about, count, judged, limit, other="stock", by="ratio"):
    sides = []
    for name in ("quiet", other):
        sides.append(Series(f"{count} sessions in IDLE, {name}"))
        for value in measured(name, count)[judged]:
            sides[-1].add(**{judged: value})
        lab.tell(f"{count} sessions, {name}: {judged} "
                 f"{sides[-1].median(judged):.3f}")
    return Result("", about, sides, limit, judged=judged, by=by,
                  same_answer=False)


def _enlist(count):
    @case(f"idle-spam-{count}", "idle")
    def spam(lab):
        return _compare(lab, "spam delivery, CPU a session", count, "spam_ms",
                        0.6)

    @case(f"idle-hibernated-{count}", "idle")
    def hibernated(lab):
        return _compare(lab, "spam delivery, CPU a session", count, "spam_ms",
                        0.06, "hibernating")

    @case(f"idle-ham-{count}", "idle")
    def ham(lab):
        return _compare(lab, "ham delivery, CPU a session", count, "ham_ms",
                        1.05)

    @case(f"idle-latency-{count}", "idle")
    def latency(lab):
        return _compare(lab, "ham delivery, time to EXISTS", count,
                        "latency_ms", 1.05)

    @case(f"idle-memory-{count}", "idle")
    def memory(lab):
        return _compare(lab, "private memory with spam held back", count,
                        "private_kib", 16, "all", "difference")


for _count in COUNTS:
    _enlist(_count)
