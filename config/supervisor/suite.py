"""`python -m config.supervisor test`: every check of the project on real servers, and an honest summary.

What cannot run on this machine is said loudly before the run and again at its end, never quietly left out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.supervisor.demo import CHECKOUT, Progress
from config.supervisor.processes import CannotStart, Program, StopRequested, Supervisor
from config.supervisor.testing import start_throw_away_servers

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_SECONDS = 600
MOST_SETS = 4
"""Sets of servers for tests side by side."""
PYTEST_SECONDS = 4 * 3600
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CLOSING_LINE = re.compile(r"^=* ?(\d+ (passed|failed|errors?|skipped|deselected)|no tests ran).* in [\d.]+s")


@dataclass
class Summary:
    """What ran, what failed, what could not run."""

    ran: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    could_not: list[str] = field(default_factory=list)
    closing_line: str = ""

    def show(self) -> None:
        """Print the block that nobody can miss, and pytest's own closing line below it."""
        lines = ["", "#" * 78]
        for title, entries in (("ran", self.ran), ("FAILED", self.failed), ("COULD NOT RUN", self.could_not)):
            for entry in entries:
                first, *more = entry.splitlines() or [""]
                lines += [f"# {title + ':':<15}{first}", *(f"# {'':<15}{line}" for line in more)]
        print("\n".join([*lines, "#" * 78, self.closing_line]), flush=True)


def find_chromium() -> str | None:
    """The browser for the browser tests: `THROUGHLINE_CHROMIUM`, or one on the path."""
    named = os.environ.get("THROUGHLINE_CHROMIUM")
    if named:
        return shutil.which(named)
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    return None


def playwright_chromium() -> str | None:
    """The browser that Playwright downloaded for itself, if it did."""
    code = "from playwright.sync_api import sync_playwright as start\n"
    code += "with start() as driver: print(driver.chromium.executable_path)"
    try:
        answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    path = answer.stdout.strip()
    return path if path and Path(path).is_file() else None


@dataclass
class Suite:
    """One run of checks: commands under a supervisor, and what became of them."""

    supervisor: Supervisor
    say: Progress
    summary: Summary
    environment: dict[str, str]

    def command(
        self,
        name: str,
        argv: list[str],
        *,
        seconds: float = 1800,
        show: bool = True,
        more: dict[str, str] | None = None,
    ) -> int:
        """Run one command to its end, its output on ours (or in the log), and return its exit code."""
        out = sys.stdout.fileno() if show else None
        environment = self.environment | (more or {})
        program = Program(name, argv, environment, CHECKOUT, stage=5, restart=False, out=out)
        return self.supervisor.run(program, seconds)

    def start_servers(self, directory: Path, *, durable: bool = False, sets: int = 1) -> None:
        """Start throw-away servers (or take the environment's) and tell every later command about them.

        `sets` more than 1: as many sets of servers, so that tests run side by side without seeing each other's
        transactions. `THROUGHLINE_SERVERS` carries them all (`tests.parallel`). Named servers are one set.
        """
        if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
            sets = 1
        every = []
        for number in range(sets):
            place = directory / f"set-{number}"
            place.mkdir(mode=0o711)
            every.append(start_throw_away_servers(place, self.supervisor, os.environ, durable=durable))
        self.environment.update(every[0].environment)
        if sets > 1:
            self.environment["THROUGHLINE_SERVERS"] = json.dumps([servers.environment for servers in every])
        times = f"{sets} x " if sets > 1 else ""
        self.summary.ran.append(f"servers: {times}{every[0].described}")
        self.say(f"Servers are up: {times}{every[0].described}")

    def _install(self, *commands: list[str]) -> None:
        """Try to install something; every failure is only reported."""
        for argv in commands:
            name = "-".join(["install", Path(argv[0]).name, argv[-1]])
            try:
                code = self.command(name, argv, seconds=INSTALL_SECONDS, show=False)
            except CannotStart as error:
                self.say(f"That did not work: {error}")
                return
            if code != 0:
                self.say(f"That did not work (exit code {code}); see {self.supervisor.log_path(name)}")
                return

    def chromium(self) -> None:
        """Find a browser, or install one with what this machine has; if there is none, say so loudly."""
        found = find_chromium() or playwright_chromium()
        if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
            self.say("No Chromium here; installing it with apt-get (this may take a few minutes)")
            self._install(
                ["apt-get", "-q", "update"],
                ["apt-get", "-q", "-y", "--no-install-recommends", "install", "chromium"],
            )
            found = find_chromium()
        if found is None:
            self.say("No Chromium here; asking Playwright to fetch one")
            self._install([sys.executable, "-m", "playwright", "install", "chromium"])
            found = playwright_chromium()
        if found is not None:
            self.environment["THROUGHLINE_CHROMIUM"] = found
            self.summary.ran.append(f"browser: {found}")
            return
        missing = (
            "browser tests: there is no Chromium and none could be installed.\n"
            "Install it (Debian: apt-get install chromium) or name one in THROUGHLINE_CHROMIUM."
        )
        self.summary.could_not.append(missing)
        print(f"\n{'!' * 78}\nCOULD NOT RUN: {missing}\n{'!' * 78}\n", flush=True)

    def lint(self) -> None:
        """The checks that need no test: style, types, import contracts, templates."""
        tools = Path(sys.executable).parent
        checks: dict[str, list[str]] = {
            "ruff check": ["ruff", "check", "."],
            "ruff format": ["ruff", "format", "--check", "."],
            "mypy": ["mypy", "."],
            "lint-imports": ["lint-imports"],
        }
        templates = CHECKOUT / "templates"
        if templates.is_dir() and any(templates.rglob("*.html")):
            checks["djlint"] = ["djlint", "templates", "--lint", "--quiet"]
        for name, (tool, *rest) in checks.items():
            if not (tools / tool).exists():
                self.summary.could_not.append(f"{name}: {tool} is not installed (requirements/test.txt has it)")
                continue
            started = time.monotonic()
            # The type checker loads the settings; THROUGHLINE_BUILD lets it do so without servers.
            argv, build = [str(tools / tool), *rest], {"THROUGHLINE_BUILD": "1"}
            code = self.command(name.replace(" ", "-"), argv, more=build)
            self.say(f"{name}: {'clean' if code == 0 else f'exit code {code}'}")
            entry = f"{name} ({time.monotonic() - started:.0f} s)"
            (self.summary.ran if code == 0 else self.summary.failed).append(entry)

    def pytest(self, arguments: list[str]) -> int:
        """The tests themselves; returns pytest's exit code and keeps its closing line."""
        argv = [sys.executable, "-m", "pytest", *arguments]
        if "THROUGHLINE_SERVERS" in self.environment:
            count = len(json.loads(self.environment["THROUGHLINE_SERVERS"]))
            argv += ["-n", str(count), "--dist", "worksteal"]
        if sys.stdout.isatty():
            argv.append("--color=yes")
        read_end, write_end = os.pipe()
        reader = threading.Thread(target=self._forward, args=(read_end,))
        reader.start()
        program = Program("pytest", argv, self.environment, CHECKOUT, stage=5, restart=False, out=write_end)
        try:
            code = self.supervisor.run(program, PYTEST_SECONDS)
        finally:
            os.close(write_end)
            reader.join(timeout=10)
        (self.summary.ran if code == 0 else self.summary.failed).append(f"pytest (exit code {code})")
        return code

    def _forward(self, read_end: int) -> None:
        """Pass pytest's output on as it comes and remember its closing line."""
        with os.fdopen(read_end, "rb") as source:
            for raw in iter(source.readline, b""):
                sys.stdout.buffer.write(raw)
                sys.stdout.buffer.flush()
                line = _COLOUR.sub("", raw.decode(errors="replace")).rstrip()
                if _CLOSING_LINE.match(line):
                    self.summary.closing_line = line


@contextmanager
def _run(summary: Summary) -> Iterator[tuple[Suite, Path]]:
    """A supervisor and a temporary directory for one run; trouble is noted in the summary."""
    say = Progress()
    environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1"}
    environment.setdefault("DJANGO_SECRET_KEY", "for-tests-on-this-machine-only")
    try:
        with Supervisor(CHECKOUT / "var" / "log", say, ends_the_program=True) as supervisor:
            directory = supervisor.remove_at_end(Path(tempfile.mkdtemp(prefix="throughline-data-")))
            directory.chmod(0o711)  # PostgreSQL may have to run as another user; its own folder stays closed
            yield Suite(supervisor, say, summary, environment), directory
    except StopRequested:
        summary.failed.append("stopped before the end")
    except CannotStart as error:
        summary.failed.append(str(error))


def suite(arguments: list[str], *, lint: bool = True) -> int:
    """Run everything; returns 0 only if every check that could run was clean, else pytest's code or 1."""
    summary = Summary()
    code = 0
    with _run(summary) as (run, directory):
        run.chromium()
        # everything: as many at once as there are processors; a few picked tests begin sooner alone
        run.start_servers(directory, sets=1 if arguments else min(os.cpu_count() or 1, MOST_SETS))
        if lint:
            run.lint()
        code = run.pytest(arguments)
    summary.show()
    return code or int(bool(summary.failed))


def lint_only() -> int:
    """Run the checks that need no servers; returns 0 if all that could run were clean."""
    summary = Summary()
    with _run(summary) as (run, _):
        run.lint()
    summary.show()
    return int(bool(summary.failed))


def with_servers(argv: list[str]) -> int:
    """Run a command with durable throw-away servers and return its exit code.

    The command finds `DATABASE_URL` (may create databases), `REDIS_URL` and `BROKER_URL` in its environment.
    """
    summary = Summary()
    code = 1
    with _run(summary) as (run, directory):
        run.start_servers(directory, durable=True)
        code = run.command("command", argv, seconds=PYTEST_SECONDS)
    for trouble in summary.failed:
        print(trouble, file=sys.stderr)
    return code
