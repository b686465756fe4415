"""tools/test: build and test this tree on Dovecot 2.3 and 2.4."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import series
import stages
import totals
from processes import Children, Stopped
from systems import Chroot, PrepareError, cache_directory, prepare_host
from workspace import Workspace

SOURCE = Path(__file__).resolve().parents[2]


class Host:
    """The host as a system to test in; it is prepared before all others."""

    root = "/"

    def prepare(self, _children, _log):
        return self

    def release(self):
        pass


class Parser(argparse.ArgumentParser):
    def error(self, message):
        allowed = [option for action in self._actions
                   for option in action.option_strings]
        self.exit(2, f"tools/test: {message}; allowed are: "
                     f"{' '.join(allowed)}\n")


def parse(argv):
    parser = Parser(
        prog="tools/test", allow_abbrev=False, description="Build winnow with "
        "warnings as errors and run all its tests on Dovecot 2.3 and 2.4. Runs "
        "as root on Debian 12 or 13, installs what is missing, and builds "
        "outside the source tree. The last line has the totals.")
    parser.add_argument(
        "--series", choices=[*(one.name for one in series.ALL), "host"],
        help="only this series; host: the one of the machine's own Debian")
    parser.add_argument(
        "--quick", action="store_true",
        help="build on what the last run built; no clang, no sanitizers, no "
        "distcheck")
    parser.add_argument(
        "--long", action="store_true",
        help="also the tests that take long, and all of them under valgrind")
    parser.add_argument(
        "--clients", action="store_true",
        help="also the tests with real mail clients, which are installed")
    parser.add_argument(
        "-k", dest="expression", metavar="EXPR",
        help="of the tests only integration tests that match (as in pytest)")
    parser.add_argument(
        "--unit", action="store_true",
        help="of the tests only those of make check: units and lints")
    parser.add_argument(
        "--mutants", action="store_true",
        help="instead of the tests: plant each fault of tests/mutants in a copy "
        "and see that a test fails")
    parser.add_argument(
        "--filters", action="store_true",
        help="instead of the tests: let real spam filters judge mail (they are "
        "installed) and hold winnow's verdicts against what they said")
    parser.add_argument(
        "--webmail", action="store_true",
        help="instead of the tests: search in Roundcube, driven in Chromium; "
        "screenshots are kept beside the logs")
    return parser.parse_args(argv)


class Printer:
    """Lines of several threads, one at a time."""

    def __init__(self):
        self._lock = threading.Lock()

    def __call__(self, text):
        with self._lock:
            print(text, flush=True)


def prepare(children, report, extra=()):
    """Make the host ready, with extra packages; returns its series."""
    own = series.of_host()
    log = cache_directory() / "host.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    report("preparing the host")
    prepare_host(own, children, log, extra)
    return own


def offer_corpus():
    """Let the tests see a corpus of real mail, if there is one."""
    beside = SOURCE.parent / "shared" / "corpus"
    if "WINNOW_CORPUS" not in os.environ and beside.is_dir():
        os.environ["WINNOW_CORPUS"] = str(beside)


def extra_packages(options):
    return (series.CLIENTS if options.clients else ()) + \
        (series.FILTERS if options.filters else ()) + \
        (series.WEBMAIL if options.webmail else ())


def run_all(options, own, children, report):
    """Run the series side by side; the runs."""
    runs, threads = [], []
    extra = extra_packages(options)
    for one in series.ALL:
        if options.series not in (None, one.name) and \
           (options.series, one) != ("host", own):
            continue
        system = Host() if one is own else Chroot(one, extra=extra)
        runs.append(stages.Run(one, system, Workspace(SOURCE, one), children,
                               options, report))
        threads.append(threading.Thread(target=runs[-1].all))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return runs


def conclude(runs, report):
    """Print what failed and the totals; the exit status."""
    skips = totals.Skips(SOURCE / "tests" / "skips")
    everything = totals.Totals()
    for run in runs:
        everything.add(run.totals)
        for name in run.totals.failed:
            report(f"[{run.series}] failed: {name}")
        for name in skips.unknown(run.series.name, run.totals.skipped):
            report(f"[{run.series}] skipped, but not in tests/skips: {name}")
            everything.skipped.remove(name)
            everything.failed.append(name)
    report(str(everything))
    return 1 if everything.failed else 0


def main(argv):
    options, report, children = parse(argv), Printer(), Children()
    stopped_by = []

    def stop(number, _frame):
        stopped_by.append(number)
        children.stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    offer_corpus()
    try:
        extra = extra_packages(options)
        if options.clients:
            extra += series.CLIENTS_HOST
        runs = run_all(options, prepare(children, report, extra), children,
                       report)
    except (PrepareError, series.Unsupported) as error:
        report(f"tools/test: {error}")
        report(str(totals.one("prepare", False)))
        return 1
    except Stopped:
        runs = []
    if stopped_by:
        print("tools/test: ended early", file=sys.stderr)
        return 128 + stopped_by[0]
    return conclude(runs, report)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
