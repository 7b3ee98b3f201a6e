"""`python -m config.supervisor test`: every check of the project on real servers, and an honest summary.

What cannot run on this machine is said loudly before the run and again at its end, never quietly left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.supervisor.demo import CHECKOUT, Progress
from config.supervisor.processes import CannotStart, Program, StopRequested, Supervisor
from config.supervisor.testing import start_throw_away_servers

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_SECONDS = 600
_CLOSING_LINE = re.compile(
    r"^=* ?\d+ (passed|failed|error|skipped|deselected).* in [\d.]+s.*$|^=+ no tests ran.*$"
)


@dataclass
class Summary:
    """What ran, what failed, what could not run."""

    ran: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    could_not: list[str] = field(default_factory=list)
    closing_line: str = ""

    def show(self) -> None:
        """Print the block that nobody can miss."""
        lines = ["", "#" * 78]
        for title, entries in (("ran", self.ran), ("FAILED", self.failed), ("COULD NOT RUN", self.could_not)):
            for entry in entries:
                first, *more = entry.splitlines() or [""]
                lines += [f"# {title + ':':<15}{first}", *(f"# {'':<15}{line}" for line in more)]
        lines += ["#" * 78, self.closing_line]
        print("\n".join(lines), flush=True)


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


def _playwright_chromium() -> str | None:
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
    """One run of all checks."""

    supervisor: Supervisor
    say: Progress
    summary: Summary
    environment: dict[str, str]

    def command(self, name: str, argv: list[str], *, seconds: float = 1800, show: bool = True) -> int:
        """Run one command to its end, its output on ours (or in the log), and return its exit code."""
        program = Program(
            name,
            argv,
            self.environment,
            CHECKOUT,
            stage=5,
            restart=False,
            out=sys.stdout.fileno() if show else None,
        )
        return self.supervisor.run(program, seconds)

    def chromium(self) -> None:
        """Find a browser, or install one with what this machine has."""
        found = find_chromium() or _playwright_chromium()
        if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
            self.say("No Chromium here; installing it with apt-get (this may take a few minutes)")
            try:
                self.command("apt-update", ["apt-get", "update", "-q"], seconds=INSTALL_SECONDS, show=False)
                install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
                self.command("apt-install", install, seconds=INSTALL_SECONDS, show=False)
            except CannotStart as error:
                self.say(f"apt-get did not manage: {error}")
            found = find_chromium()
        if found is None:
            self.say("No Chromium here; asking Playwright to fetch one")
            try:
                install = [sys.executable, "-m", "playwright", "install", "chromium"]
                self.command("playwright-install", install, seconds=INSTALL_SECONDS, show=False)
            except CannotStart as error:
                self.say(f"Playwright did not manage: {error}")
            found = _playwright_chromium()
        if found is None:
            self.summary.could_not.append(
                "browser tests: there is no Chromium and none could be installed.\n"
                "Install it (Debian: apt-get install chromium) or name one in THROUGHLINE_CHROMIUM."
            )
        else:
            self.environment["THROUGHLINE_CHROMIUM"] = found
            self.summary.ran.append(f"browser: {found}")

    def lint(self) -> None:
        """The checks that need no test: style, types, import contracts, templates."""
        tools = Path(sys.executable).parent
        checks: dict[str, list[str]] = {
            "ruff check": ["ruff", "check", "."],
            "ruff format": ["ruff", "format", "--check", "."],
            "mypy": ["mypy", "."],
            "lint-imports": ["lint-imports"],
        }
        if (CHECKOUT / "templates").is_dir() and any((CHECKOUT / "templates").rglob("*.html")):
            checks["djlint"] = ["djlint", "templates", "--check", "--lint", "--quiet"]
        for name, (tool, *rest) in checks.items():
            if not (tools / tool).exists():
                self.summary.could_not.append(
                    f"{name}: {tool} is not installed (requirements/test.txt has it)"
                )
                continue
            started = time.monotonic()
            code = self.command(name.replace(" ", "-"), [str(tools / tool), *rest])
            self.say(f"{name}: {'clean' if code == 0 else f'exit code {code}'}")
            entry = f"{name} ({time.monotonic() - started:.0f} s)"
            (self.summary.ran if code == 0 else self.summary.failed).append(entry)

    def pytest(self, arguments: list[str]) -> int:
        """The tests themselves; returns pytest's exit code and keeps its closing line."""
        argv = [sys.executable, "-m", "pytest", *arguments]
        if sys.stdout.isatty():
            argv.append("--color=yes")
        read_end, write_end = os.pipe()
        kept: list[str] = []

        def forward() -> None:
            with os.fdopen(read_end, "rb") as source:
                for raw in iter(lambda: source.readline(), b""):
                    sys.stdout.buffer.write(raw)
                    sys.stdout.buffer.flush()
                    line = re.sub(r"\x1b\[[0-9;]*m", "", raw.decode(errors="replace")).rstrip()
                    if _CLOSING_LINE.match(line):
                        kept[:] = [line]

        reader = threading.Thread(target=forward)
        try:
            program = Program(
                "pytest", argv, self.environment, CHECKOUT, stage=5, restart=False, out=write_end
            )
            child_started = False
            reader.start()
            child_started = True
            code = self.supervisor.run(program, seconds=4 * 3600)
        finally:
            os.close(write_end)
            if child_started:
                reader.join(timeout=10)
        self.summary.closing_line = kept[0] if kept else ""
        return code


def suite(arguments: list[str], *, lint: bool = True) -> int:
    """Run everything; returns 0 only if every check that could run was clean, else pytest's code or 1."""
    say = Progress()
    summary = Summary()
    code = 1
    directory = Path(tempfile.mkdtemp(prefix="throughline-test-"))
    try:
        with Supervisor(CHECKOUT / "var" / "log", say) as supervisor:
            supervisor.remove_at_end(directory)
            environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1"}
            run = Suite(supervisor, say, summary, environment)
            run.chromium()
            servers = start_throw_away_servers(directory, supervisor, os.environ)
            environment.update(servers.environment)
            summary.ran.append(f"servers: {servers.described}")
            say(f"Servers are up: {servers.described}")
            for entry in summary.could_not:
                print(f"\n{'!' * 78}\nCOULD NOT RUN: {entry}\n{'!' * 78}\n", flush=True)
            if lint:
                run.lint()
            code = run.pytest(arguments)
            (summary.ran if code == 0 else summary.failed).append(f"pytest (exit code {code})")
    except StopRequested:
        summary.failed.append("stopped before the end")
        code = 130
    except CannotStart as error:
        summary.failed.append(str(error))
        code = 1
    summary.show()
    return code or int(bool(summary.failed))
