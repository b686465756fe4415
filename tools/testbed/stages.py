"""What is done to a tree on one series: build, check, integration, distcheck."""

import re
import shlex
import shutil
import time

import box
import builds
import mutants
import npm
import totals
from processes import Stopped
from systems import PrepareError

#: Seconds after which a stage is ended and has failed.
STAGE_TIMEOUT = 30 * 60
#: In which the integration tests of one series run.
PROCESSES = 2
_TAIL_LINES = 60


class Run:
    """The stages of one series. `report(text)` prints a line."""

    def __init__(self, series, system, workspace, children, options, report):
        self.series, self.system, self.workspace = series, system, workspace
        self.children, self.options, self.report = children, options, report
        self.totals = totals.Totals()

    def all(self):
        """Everything that the options ask for; the totals say how it went."""
        try:
            self.workspace.lock(self._tell)
            self._everything()
        except Stopped:
            pass
        except PrepareError as error:
            self._count(totals.one(f"prepare {self.series}", False))
            self._tell(str(error))
        except Exception as error:  # a broken tool must show as a failure
            self._count(totals.one(f"tools/test on {self.series}: {error!r}",
                                   False))
        finally:
            self.system.release()
            self.workspace.unlock()

    def build_only(self):
        """Copy, build and install into stage/; True if that worked."""
        try:
            self.workspace.lock(self._tell)
            self.system.prepare(self.children, self._log("prepare"))
            self._copy()
            return self._build("gcc")
        finally:
            self.system.release()
            self.workspace.unlock()

    def _everything(self):
        began = time.monotonic()
        self.system.prepare(self.children, self._log("prepare"))
        self._said("prepare", True, began)
        self._copy()
        if self.options.mutants:
            if self._build_quickly():
                self._mutants()
            return
        if self.options.filters:
            if self._build_quickly():
                self._integration("filters", "--filters")
            return
        if self.options.webmail:
            if self._build_quickly():
                self._integration("webmail", "-m", "webmail", "--webmail")
            return
        if not (self._build_quickly() if self.options.quick and
                self.options.expression is not None else self._build("gcc")):
            return
        if self.options.expression is None:
            self._make_check()
        if not self.options.unit:
            self._integration("integration", *self._beside(),
                              *["--long"] * self.options.long)
            if self.options.long:
                self._valgrind()
        if not self.options.quick:
            self._build("clang")
            self._sanitized()
            self._distcheck()
            self._tell("filters      not run: tools/test --filters does")

    # ------------------------------------------------------------------ stages

    def _copy(self):
        if not self.options.quick:
            for name in ("tree", "gcc", "clang", "sanitized", "stage",
                         "files"):
                self._discard(name)
        self.workspace.copy_tree()

    def _discard(self, name):
        path = self.workspace.path / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def _build(self, compiler):
        """Configure, make and install into stage/; True if that worked."""
        name, began = f"build-{compiler}", time.monotonic()
        script = builds.FULL.format(compiler=compiler)
        if compiler == "gcc":
            script += builds.INSTALL
        status = self._box(name, script)
        if status != 0 and self._stale(name):
            self._discard("tree")
            self._discard(compiler)
            self.workspace.copy_tree()
            self._log(name).unlink()
            status = self._box(name, script)
        self._count(totals.one(f"{name} {self.series}", status == 0))
        self._said(name, status == 0, began)
        return status == 0

    def _build_quickly(self):
        """The modules alone, see quick.mk; configure runs when it changed."""
        name, began = "build-quick", time.monotonic()
        status = self._box(name, builds.QUICK)
        self._count(totals.one(f"{name} {self.series}", status == 0))
        self._said(name, status == 0, began)
        return status == 0

    def _stale(self, name):
        """Did make stumble over a file that an earlier tree had?"""
        return "No rule to make target" in self._log(name).read_text(
            errors="replace")

    def _make_check(self):
        self._checks("check", "gcc", "make -C gcc -k check")

    def _sanitized(self):
        self._checks("sanitizers", "sanitized", builds.SANITIZED)

    def _checks(self, name, build, script):
        """Run automake's tests in a build directory and count them."""
        began = time.monotonic()
        status = self._box(name, script)
        result = totals.of_make_check(self.workspace.path / build, status)
        self._count(result)
        self._said(name, not result.failed, began, result)
        if result.failed:
            self._show_check_logs(build, result)

    def _show_check_logs(self, build, result):
        for name in dict.fromkeys(result.failed):
            log = self.workspace.path / build / (name + ".log")
            if log.exists():
                self._tell(f"{name}:\n{_tail(log)}")

    def _integration(self, name, *flags, **env):
        began = time.monotonic()
        xml = self.workspace.logs / f"{name}.xml"
        words = self._pytest(f"--junitxml={box.WORK}/logs/{name}.xml", *flags)
        exports = {"WINNOW_STAGE": f"{box.WORK}/stage", **env}
        if self.options.clients:
            npm.install(self.workspace.path / "npm", self.children,
                        self._log("npm"))
            exports["WINNOW_NPM"] = f"{box.WORK}/npm"
        script = "".join(f"export {key}={shlex.quote(value)}\n"
                         for key, value in exports.items())
        script += "cd tree/tests/integration\n" + shlex.join(words)
        status = self._box(name, script)
        result = totals.of_junit(xml, status)
        self._count(result)
        self._said(name, not result.failed, began, result)

    def _pytest(self, *words):
        words = ["python3", "-m", "pytest", *words]
        if self.options.expression is not None:
            words += ["-k", self.options.expression]
        return words + ["--clients"] * self.options.clients

    def _beside(self):
        """All the tests run in several processes: they wait more than they
        work. A file's tests stay together, as they share servers."""
        if self.options.expression is not None:
            return []
        return ["-n", str(PROCESSES), "--dist=loadfile"]

    def _valgrind(self):
        """All tests again, but for those that take long without it."""
        if self.options.expression is None or self._has_short_tests():
            self._integration("valgrind", WINNOW_VALGRIND="1")
        else:
            self._tell("valgrind     not run: nothing matches but tests that "
                       "take long")

    def _has_short_tests(self):
        """Does the expression match any test that is not marked long?"""
        words = self._pytest("--collect-only", "-q")
        return self._box("collect", "cd tree/tests/integration\n" +
                         shlex.join(words)) != totals.NO_TESTS

    def _distcheck(self):
        began = time.monotonic()
        status = self._box("distcheck", "cd gcc && make -j2 distcheck")
        self._count(totals.one(f"distcheck {self.series}", status == 0))
        self._said("distcheck", status == 0, began)

    def _mutants(self):
        """Each planted fault must make a test fail."""
        table = mutants.read(self.workspace.tree / "tests" / "mutants")
        with mutants.Nursery(self.workspace) as nursery:
            for by in sorted({mutant.by for mutant in table}):
                sound = mutants.Mutant("nothing", "", "", "", by)
                self._judge(sound, nursery, f"passes {by}")
            for mutant in table:
                self._judge(mutant, nursery, "noticed")

    def _judge(self, mutant, nursery, wanted):
        began = time.monotonic()
        outcome = self._try_mutant(mutant, nursery)
        self._count(totals.one(f"mutant: {mutant.name}: {outcome}",
                               outcome == wanted))
        self._tell(f"mutant       {'ok' if outcome == wanted else 'FAILED':<7}"
                   f"{time.monotonic() - began:6.1f} s  "
                   f"{mutant.name}: {outcome}")

    def _try_mutant(self, mutant, nursery):
        """Build and test it: "noticed", or what else came of it."""
        try:
            with nursery.planted(mutant):
                for script in (builds.QUICK, mutants.test_script(mutant)):
                    argv = box.command(self.system.root, nursery.path,
                                       ["sh", "-ec", script])
                    status = self.children.run(argv, self._log("mutants"),
                                               timeout=STAGE_TIMEOUT)
                    if script is builds.QUICK and status != 0:
                        return "does not build"
        except mutants.TableError as error:
            return str(error)
        if status == 0:
            return f"passes {mutant.by}"
        return "noticed" if mutants.was_noticed(mutant, status) else \
            f"{mutant.by} ended with status {status}"

    # ----------------------------------------------------------------- helpers

    def _box(self, name, script):
        argv = box.command(self.system.root, self.workspace.path,
                           ["sh", "-ec", script])
        return self.children.run(argv, self._log(name), timeout=STAGE_TIMEOUT)

    def _log(self, name):
        return self.workspace.logs / f"{name}.log"

    def _count(self, result):
        self.totals.add(result)

    def _tell(self, text):
        source = str(self.workspace.source)
        text = text.replace(f"{box.WORK}/tree", source)
        text = re.sub(r"(?<![\w./])\.\./(\.\./)*tree/", source + "/", text)
        self.report(f"[{self.series}] {text}")

    def _said(self, name, passed, began, result=None):
        counts = f"  {result}" if result is not None else ""
        self._tell(f"{name:<12} {'ok' if passed else 'FAILED':<7}"
                   f"{time.monotonic() - began:6.1f} s{counts}")
        if not passed:
            log = self._log(name)
            self._tell(f"{log} ends:\n{_tail(log)}")


def _tail(log):
    if not log.exists():
        return "(nothing)"
    return "\n".join(
        log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
