"""tools/demo: a private Dovecot with winnow, to look at and to try."""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import box
import series
import stages
from processes import Children, Stopped
from systems import Chroot, PrepareError, cache_directory, prepare_host
from test import SOURCE, Host, Parser, Printer
from workspace import Workspace

STATE = cache_directory() / "demo"
#: What the demo's server needs of the source tree.
_PARTS = ("conf.d", "tests/integration/harness", "tools/testbed")


def parse(argv):
    parser = Parser(
        prog="tools/demo", allow_abbrev=False, description="Build winnow, start "
        "a private Dovecot with it on a mailbox of sample messages, and show an "
        "IMAP session. The server goes on running until tools/demo stop.")
    parser.add_argument("--series", choices=[one.name for one in series.ALL],
                        help="Dovecot of that series, not the host's own")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("start", help="(re)start the demo; the default")
    commands.add_parser("stop", help="end the demo's Dovecot")
    commands.add_parser("status", help="say whether it runs, and where")
    doveadm = commands.add_parser(
        "doveadm", help="run doveadm in the demo, as in: "
        "tools/demo doveadm winnow status -u demo")
    doveadm.add_argument("words", nargs=argparse.REMAINDER)
    return parser.parse_args(argv)


# -------------------------------------------------------- the running server

def start_time(pid):
    """When a process started, in clock ticks; None if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def running():
    """The process id of the demo's Dovecot, None when it does not run."""
    try:
        pid, started = (STATE / "pid").read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if start_time(pid) == started else None


def members(session):
    """The live processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdigit() and int(stat[3]) == session and \
           stat[0] not in "ZX":
            found.append(int(entry.name))
    return found


def end(pid):
    """End the demo's Dovecot and everything it started."""
    os.kill(pid, signal.SIGTERM)
    for last in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + 5
        while members(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        for left in members(pid):
            os.kill(left, last)
    (STATE / "pid").unlink(missing_ok=True)


def stop(_options):
    pid = running()
    if pid is None:
        print("the demo does not run")
        return 0
    end(pid)
    shutil.rmtree(STATE / "server", ignore_errors=True)
    print("the demo has ended")
    return 0


def status(_options):
    if running() is None:
        print("the demo does not run; tools/demo starts it")
        return 1
    print((STATE / "told").read_text(), end="")
    return 0


def doveadm(options):
    pid = running()
    if pid is None:
        print("the demo does not run; tools/demo starts it", file=sys.stderr)
        return 1
    return subprocess.run(
        ["nsenter", "--mount", "--root", "--wd", f"--target={pid}", "doveadm",
         "-c", f"{box.WORK}/server/dovecot.conf", *options.words]).returncode


# ------------------------------------------------------------------- starting

def build(options, children, report):
    """Build for the chosen series; returns (root of its system, workspace)."""
    own = series.of_host()
    log = cache_directory() / "host.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    report("installing what is missing, and building")
    prepare_host(own, children, log)
    chosen = next(one for one in series.ALL
                  if one.name == (options.series or own.name))
    system = Host() if chosen is own else Chroot(chosen)
    run = stages.Run(chosen, system, Workspace(SOURCE, chosen), children,
                     argparse.Namespace(quick=True), report)
    if not run.build_only():
        raise PrepareError("winnow was not built, so there is nothing to show")
    return system.root, run.workspace


def assemble(workspace):
    """Put all that the server needs into the demo's directory."""
    for name in ("stage", "tree", "server"):
        shutil.rmtree(STATE / name, ignore_errors=True)
    shutil.copytree(workspace.path / "stage", STATE / "stage", symlinks=True)
    for part in _PARTS:
        shutil.copytree(workspace.tree / part, STATE / "tree" / part)


def start(options, children, report):
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o755)
    lock = open(STATE / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    root, workspace = build(options, children, report)
    pid = running()
    if pid is not None:
        report("the demo runs already: ending that one, starting afresh")
        end(pid)
    assemble(workspace)
    session = Path(box.WORK) / "tree/tools/testbed/demo_session.py"
    done = subprocess.run(
        box.open_command(root, STATE, ["/usr/bin/python3", "-B", session]),
        stdin=subprocess.DEVNULL)
    pid_file = STATE / "server" / "pid"
    if pid_file.exists():
        master = pid_file.read_text()
        (STATE / "pid").write_text(f"{master} {start_time(master)}\n")
    if done.returncode != 0:
        if running() is not None:
            end(running())
        raise PrepareError("the demo's server did not do as it should; see " +
                           str(STATE / "server" / "log"))
    print(f"""
tools/demo doveadm winnow status -u demo    shows what winnow knows
tools/demo status                           says this again
tools/demo stop                             ends it""")
    return 0


def main(argv):
    options = parse(argv)
    commands = {"stop": stop, "status": status, "doveadm": doveadm}
    if options.command in commands:
        return commands[options.command](options)
    children = Children()

    def interrupt(number, _frame):
        children.stop()
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        return start(options, children, Printer())
    except Stopped:
        return 130
    except (PrepareError, series.Unsupported) as error:
        print(f"tools/demo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
