"""Results of every kind of test, counted alike."""

import fnmatch
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

#: pytest's exit status when no test was selected.
NO_TESTS = 5
_CHECK_SUMMARY = re.compile(
    r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)", re.MULTILINE)


@dataclass
class Totals:
    """Counts, and the names of what failed or was skipped."""

    passed: int = 0
    failed: list = field(default_factory=list)
    skipped: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        return f"{self.passed} passed, {len(self.failed)} failed, " \
               f"{len(self.skipped)} skipped"


def one(name, passed):
    return Totals(passed=1) if passed else Totals(failed=[name])


def of_make_check(build, status):
    """Totals of automake's test logs below `build`.

    A program that prints Check's summary counts as its checks, any other as
    one. `status` is make's own: it must agree.
    """
    totals = Totals()
    for result in sorted(build.rglob("*.trs")):
        name = str(result.relative_to(build).with_suffix(""))
        log = result.with_suffix(".log").read_text(errors="replace")
        totals.add(_of_program(name, result.read_text(), log))
    if status != 0 and not totals.failed:
        totals.failed.append("make check")
    return totals


def _of_program(name, result, log):
    outcome = re.search(r"^:test-result: (\w+)", result, re.MULTILINE)
    outcome = outcome.group(1) if outcome else "ERROR"
    if outcome == "SKIP":
        return Totals(skipped=[name])
    totals = Totals()
    for checks, failures, errors in _CHECK_SUMMARY.findall(log):
        bad = int(failures) + int(errors)
        totals.passed += int(checks) - bad
        totals.failed += [name] * bad
    if outcome not in ("PASS", "XFAIL") and not totals.failed:
        totals.failed.append(name)
    elif not totals.failed and not totals.passed:
        totals.passed = 1
    return totals


def of_junit(report, status):
    """Totals of pytest's XML report; `status` is its exit status."""
    totals = Totals()
    if not report.exists():
        return one("integration (no report)", False)
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = "integration/{}.py::{}".format(
            case.get("classname", "").replace(".", "/"), case.get("name"))
        if case.find("failure") is not None or case.find("error") is not None:
            totals.failed.append(name)
        elif case.find("skipped") is not None:
            totals.skipped.append(name)
        else:
            totals.passed += 1
    if status != 0 and not totals.failed:
        totals.failed.append(f"integration (exit status {status})")
    return totals


class Skips:
    """tests/skips: the skips that are known, with their reasons."""

    def __init__(self, path):
        self._known = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            words = line.split(None, 2)
            if len(words) < 3:
                raise ValueError(f"{path}:{number}: wanted: series, pattern, "
                                 "reason")
            self._known.append(words)

    def unknown(self, series, names):
        """Those of the skipped tests that no line names."""
        return [name for name in names if not any(
            which in ("any", series) and fnmatch.fnmatchcase(name, pattern)
            for which, pattern, _ in self._known)]
