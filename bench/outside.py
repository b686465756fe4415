"""Builds winnow, runs the cases on every series, and judges the figures."""

import argparse
import contextlib
import fcntl
import json
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tools" / "testbed"))

import box  # noqa: E402
import cases  # noqa: E402
import inside  # noqa: E402
import plots  # noqa: E402
import series  # noqa: E402
import stages  # noqa: E402
import table  # noqa: E402
import test  # noqa: E402
from processes import Children  # noqa: E402
from systems import Chroot, cache_directory  # noqa: E402
from workspace import Workspace  # noqa: E402

RESULTS = SOURCE / "bench" / "results.json"
PLOT = RESULTS.with_suffix(".svg")


class BenchRun(stages.Run):
    """What `tools/test` does before its tests."""

    built = False

    def _everything(self):
        self.system.prepare(self.children, self._log("prepare"))
        self._copy()
        self.built = self._build("gcc")


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="bench/bench", description="Measure winnow beside stock Dovecot "
        "2.3 and 2.4, at the socket and in the server's processes. Writes "
        "bench/results.json, where cases that do not run stay as they were, "
        "and draws bench/results.svg. Ends with status 1 if two sides of a "
        "comparison answer differently or a figure is missed.")
    inside.add_options(parser)
    parser.add_argument("--series", choices=[one.name for one in series.ALL],
                        help="only this one")
    parser.set_defaults(quick=True, expression=None, long=False, unit=False,
                        clients=False)
    return parser.parse_args(argv)


@contextlib.contextmanager
def laboratory(one):
    """The directory with a series' mailboxes, held for one run at a time."""
    path = cache_directory() / "bench" / one.name
    path.mkdir(parents=True, exist_ok=True)
    with open(path.parent / f"{one.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def build(one, own, options, children):
    """A Run whose system is ready and whose workspace has winnow built."""
    system = test.Host() if one is own else Chroot(one)
    run = BenchRun(one, system, Workspace(SOURCE, one), children, options,
                   print)
    run.all()
    if not run.built:
        raise SystemExit(1)
    return run


def measure(run, words, path):
    """Run the cases in a box; what it wrote."""
    for name in ("tree", "stage"):
        shutil.rmtree(path / name, ignore_errors=True)
        shutil.copytree(run.workspace.path / name, path / name, symlinks=True)
    work = box.WORK
    script = f"export WINNOW_STAGE={work}/stage; exec python3 " \
             f"{work}/tree/bench/inside.py --cache {work}/mailboxes " \
             f"--results {work}/results.json \"$@\""
    (path / "mailboxes").mkdir(exist_ok=True)
    (path / "results.json").unlink(missing_ok=True)
    run.system.prepare(run.children, path / "prepare.log")
    try:
        subprocess.run([str(word) for word in box.command(
            run.system.root, path, ["sh", "-ec", script, "sh", *words])],
            check=True)
    finally:
        run.system.release()
    return json.loads((path / "results.json").read_text())


def kept(found):
    """What the file has of cases that did not run, and what is found now."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    order = cases.chosen([])

    def place(result):
        return order.index(result["case"]) if result["case"] in order \
            else len(order)

    for name, one in found.items():
        ran = {result["case"] for result in one["results"]}
        old = [result for result in before.get(name, {"results": []})["results"]
               if result["case"] not in ran]
        before[name] = {**one, "results": sorted(old + one["results"],
                                                 key=place)}
    return before


def main(argv):
    options = parse(argv)
    words = [f"--{name}={getattr(options, name.replace('-', '_'))}"
             for name in ("messages", "storage", "samples", "fresh-samples",
                          "seed")] + options.cases
    children, found = Children(), {}
    own = test.prepare(children, print)
    for one in series.ALL:
        if options.series in (None, one.name):
            run = build(one, own, options, children)
            with laboratory(one) as path:
                found[one.name] = measure(run, words, path)
    everything = kept(found)
    RESULTS.write_text(json.dumps(everything, indent=1) + "\n")
    PLOT.write_text(plots.draw(everything))
    print(table.render(found))
    return 0 if table.passed(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
