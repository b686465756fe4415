"""What clients ask for, beside the nearest thing that stock Dovecot has."""

from cases import case
from lab import Result, Side


def _beside(lab, about, limit, ours, theirs, **more):
    """The answers are not the same: other items are asked for."""
    mailbox = lab.mailbox()
    sides = [Side("winnow", "records", ours, **more),
             Side("stock", "plain", theirs, **more)]
    return Result("", f"{about}, {mailbox.mix.count} in {mailbox.storage}",
                  lab.compare(mailbox, sides), limit, same_answer=False)


@case("fetch", "client")
def fetch(lab):
    numbers = f"1:{lab.mailbox().mix.count}"
    return _beside(lab, "fetching every verdict", 1.3,
                   f"FETCH {numbers} (UID X-WINNOW)",
                   f"FETCH {numbers} (UID FLAGS)")


@case("sort", "client")
def sort(lab):
    return _beside(lab, "sorting, sizes cached", 1.2,
                   "SORT (X-WINNOW) UTF-8 ALL", "SORT (SIZE) UTF-8 ALL")


@case("status", "client")
def status(lab):
    result = _beside(lab, "counting what is unseen and no spam", 2,
                     "STATUS INBOX (X-WINNOW-UNSEEN)",
                     "STATUS INBOX (UNSEEN)", selected=None)
    result.allowed = 10
    return result
