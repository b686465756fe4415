"""What a process keeps for itself."""

from pathlib import Path

from cases import case
from lab import Result
from measure import Meter, Series, wait_idle

PROCESSES = 40


def private_kib(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines()
               if line.startswith(("Private_Clean", "Private_Dirty")))


@case("memory", "memory")
def idle_imap(lab):
    """Processes of both servers that sit in IDLE on an INBOX with mail."""
    sides = []
    for name in ("winnow", "stock"):
        server = lab.server(name)
        user = server.new_user()
        for number in range(1, 11):
            user.lmtp(lab.mailbox().writer.message(number)[0].encode())
        meters = [Meter(user.imap("INBOX")) for _ in range(PROCESSES)]
        sides.append((Series(f"an imap process in IDLE, {name}"), meters))
    for series, meters in sides:
        for meter in meters:
            meter.imap.idle()
            wait_idle(meter.pid)
    for series, meters in sides:
        for meter in meters:
            series.add(private_kib=private_kib(meter.pid))
    for _, meters in sides:
        for meter in meters:
            meter.imap.close()
    return Result("", "private memory of an idle imap process",
                  [series for series, _ in sides], 64, judged="private_kib",
                  same_answer=False, by="difference")
