"""tools/test counts right, and fails where it must."""

import subprocess
import sys

import pytest

from harness import SOURCE

sys.path.insert(0, str(SOURCE / "tools" / "testbed"))

import mutants  # noqa: E402
import totals  # noqa: E402
import workspace  # noqa: E402


def make_check(directory, outcome, log):
    (directory / "test-x.trs").write_text(f":test-result: {outcome}\n")
    (directory / "test-x.log").write_text(log)
    status = 0 if outcome in ("PASS", "SKIP") else 2
    return str(totals.of_make_check(directory, status))


@pytest.mark.parametrize("outcome, log, counted", [
    ("PASS", "100%: Checks: 7, Failures: 0, Errors: 0\n",
     "7 passed, 0 failed, 0 skipped"),
    ("FAIL", "71%: Checks: 7, Failures: 1, Errors: 1\n",
     "5 passed, 2 failed, 0 skipped"),
    ("FAIL", "100%: Checks: 7, Failures: 0, Errors: 0\ncrash at exit\n",
     "7 passed, 1 failed, 0 skipped"),
    ("PASS", "no summary\n", "1 passed, 0 failed, 0 skipped"),
    ("FAIL", "no summary\n", "0 passed, 1 failed, 0 skipped"),
    ("ERROR", "", "0 passed, 1 failed, 0 skipped"),
    ("SKIP", "", "0 passed, 0 failed, 1 skipped")])
def test_make_check_is_counted_by_its_checks(tmp_path, outcome, log, counted):
    assert make_check(tmp_path, outcome, log) == counted


def test_make_that_failed_without_a_failing_test_is_a_failure(tmp_path):
    assert totals.of_make_check(tmp_path, 2).failed == ["make check"]


def test_a_missing_report_of_pytest_is_a_failure(tmp_path):
    assert totals.of_junit(tmp_path / "none.xml", 0).failed


def test_pytest_that_ran_no_test_is_a_failure(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text("<testsuites><testsuite/></testsuites>")
    assert totals.of_junit(report, 5).failed


def test_pytest_is_counted_by_its_cases(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite>'
        '<testcase classname="test_a" name="test_1[sdbox]"/>'
        '<testcase classname="test_a" name="test_2"><failure/></testcase>'
        '<testcase classname="test_a" name="test_3"><error/></testcase>'
        '<testcase classname="test_a" name="test_4"><skipped/></testcase>'
        '</testsuite></testsuites>')
    result = totals.of_junit(report, 1)
    assert result.failed == ["integration/test_a.py::test_2",
                             "integration/test_a.py::test_3"]
    assert result.skipped == ["integration/test_a.py::test_4"]
    assert result.passed == 1


def test_only_skips_with_a_reason_are_known(tmp_path):
    table = tmp_path / "skips"
    table.write_text("# series pattern reason\n"
                     "2.4 integration/test_a.py::* not yet\n"
                     "any unit/corpus-check no corpus here\n")
    skips = totals.Skips(table)
    names = ["integration/test_a.py::test_1[x]", "unit/corpus-check", "lint/a"]
    assert skips.unknown("2.4", names) == names[2:]
    assert skips.unknown("2.3", names) == [names[0], names[2]]
    table.write_text("any lint/a\n")
    with pytest.raises(ValueError, match="reason"):
        totals.Skips(table)


def test_an_unknown_option_is_refused_with_what_is_allowed():
    done = subprocess.run([SOURCE / "tools" / "test", "--fast"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert b"--fast" in done.stderr and b"--quick" in done.stderr
    assert done.stdout == b""


def test_the_copy_of_the_tree_follows_it(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_BUILD", str(tmp_path / "build"))
    source = tmp_path / "source"
    source.mkdir()
    for name in ("kept", "changed", "gone"):
        (source / name).write_text(name)
    series = type("Series", (), {"name": "2.3"})
    copy = workspace.Workspace(source, series)
    copy.lock(print)
    copy.copy_tree()
    (copy.tree / "product").write_text("made by the build")
    before = (copy.tree / "kept").stat().st_mtime_ns
    (source / "changed").write_text("anew")
    (source / "gone").unlink()
    (source / "new").write_text("new")
    copy.copy_tree()
    copy.unlock()
    assert (copy.tree / "kept").stat().st_mtime_ns == before
    assert (copy.tree / "changed").read_text() == "anew"
    assert sorted(path.name for path in copy.tree.iterdir()) == \
        ["changed", "kept", "new", "product"]


def test_every_mutant_is_told_of_completely(tmp_path):
    assert mutants.read(SOURCE / "tests" / "mutants")
    table = tmp_path / "mutants"
    table.write_text("mutant: half\nfile: x.c\n")
    with pytest.raises(mutants.TableError, match="half"):
        mutants.read(table)
