"""Children that never outlive us: start, watch, restart, and stop in order.

Every child is a direct child, leads its own session and process group (Ctrl-C in the terminal reaches the
supervisor alone), writes to its own log file, and dies with the supervisor. On Linux the kernel sees to that
(PR_SET_PDEATHSIG); everywhere a small guard process does (guard.py), also for grandchildren.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, NoReturn

PR_SET_PDEATHSIG = 1
LOG_KEEP_BYTES = 5 * 1024 * 1024
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The longest path a unix socket can be bound to, in bytes without the closing NUL.
SOCKET_PATH_LIMIT = 107 if sys.platform == "linux" else 103

_LIBC = ctypes.CDLL(None, use_errno=True)


class CannotStart(Exception):
    """Something a person must see to before we can start; the message says what, in plain words."""


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM while we were still starting."""


@dataclass(frozen=True)
class Program:
    """What to run and how to end it.

    `stage` orders the stop: the highest stage stops first, equal stages stop together.
    `prepare` runs in the child just before the program does (to drop privileges).
    `out` is where its output goes; None means the log file `<log_dir>/<name>.log`.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    stage: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    restart: bool = True
    prepare: Callable[[], None] | None = None
    out: int | None = None


@dataclass
class Child:
    """A running program."""

    program: Program
    process: subprocess.Popen[bytes]
    started: float
    restarts: list[float] = field(default_factory=list)
    start_again: Callable[[], Child] | None = None

    @property
    def ended(self) -> bool:
        """Whether the process itself is gone (its group may still have members)."""
        return self.process.poll() is not None


def open_log(path: Path) -> IO[bytes]:
    """Open a log file for appending; a long one from earlier becomes `<name>.1` first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_KEEP_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log file, indented, for an error message."""
    try:
        with path.open("rb") as source:
            source.seek(max(0, path.stat().st_size - 16_384))
            text = source.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join("    " + line for line in text.splitlines()[-lines:])


def check_socket_path(path: Path) -> Path:
    """The path itself, or CannotStart where the operating system could not bind a socket there."""
    length = len(os.fsencode(path))
    if length > SOCKET_PATH_LIMIT:
        raise CannotStart(
            f"A socket path may have at most {SOCKET_PATH_LIMIT} bytes; this one has {length}:\n  {path}\n"
            "Set TMPDIR to a short folder, for example TMPDIR=/tmp."
        )
    return path


def private_directory(owner: tuple[int, int] | None = None) -> Path:
    """Make a new directory for sockets, with a short path, that only we (or `owner`: uid, gid) can enter."""
    base = tempfile.gettempdir()
    # Room for "/throughline-xxxxxxxx/.s.PGSQL.5432".
    if len(os.fsencode(base)) > SOCKET_PATH_LIMIT - 40:
        base = "/tmp"
    made = Path(tempfile.mkdtemp(prefix="throughline-", dir=base))
    if owner is not None:
        os.chown(made, *owner)
    return made


def check_port(port: int) -> None:
    """CannotStart in plain words if 127.0.0.1:port cannot be bound right now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} is for administrators only. Choose a higher one: make demo PORT=8001"
            ) from None
        except OSError:
            raise CannotStart(
                f"Port {port} is taken by another program. Choose another: make demo PORT={port + 1}"
            ) from None


class Supervisor:
    """Owns the children. Use as a context manager from the main thread: leaving it stops everything.

    `say` prints one line to the person. `lock_fd`, where given, is kept open by the guard until every child
    is gone. `ends_the_program`: only a goodbye follows, so a request to stop is not heard again. Only the main
    thread may start children: the kernel ties PR_SET_PDEATHSIG to the starting thread.
    """

    max_quick_restarts = 5
    quick_seconds = 60.0

    def __init__(
        self, log_dir: Path, say: Callable[[str], None], lock_fd: int | None = None, *, ends_the_program: bool = False
    ) -> None:
        self.log_dir = log_dir
        self.say = say
        self.ends_the_program = ends_the_program
        self.children: list[Child] = []
        self.stop_requested = False
        self._stopping = False
        self._lock_fd = lock_fd
        self._guard: subprocess.Popen[bytes] | None = None
        self._wake_read, self._wake_write = -1, -1
        self._old_handlers: dict[int, object] = {}
        self._directories: list[Path] = []
        self._began_at_a_terminal = False

    def __enter__(self) -> Supervisor:
        self._began_at_a_terminal = os.isatty(0)
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            self._old_handlers[number] = signal.signal(number, self._on_signal)
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            pass_fds=() if self._lock_fd is None else (self._lock_fd,),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            if self._guard is not None and self._guard.stdin is not None:
                self._tell_guard("bye")
                with suppress(BrokenPipeError):
                    self._guard.stdin.close()
                self._guard.wait()
            for directory in self._directories:
                shutil.rmtree(directory, ignore_errors=True)
            signal.set_wakeup_fd(-1)
            heard = self.ends_the_program and self.stop_requested
            for number, handler in self._old_handlers.items():
                # Who asked has been heard: one more Ctrl-C on the way out must not make a good end look like a fault.
                signal.signal(number, signal.SIG_IGN if heard else handler)  # type: ignore[arg-type]
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Only remember: the stop itself happens in order, once, however often somebody asks."""
        self.stop_requested = True

    def _tell_guard(self, line: str) -> None:
        if self._guard is None or self._guard.stdin is None:
            return
        # A broken pipe: the guard was killed. The kernel's parent-death signal still holds.
        with suppress(BrokenPipeError, ValueError):
            self._guard.stdin.write(line.encode() + b"\n")
            self._guard.stdin.flush()

    def remove_at_end(self, directory: Path) -> Path:
        """Remember a temporary directory: it goes away with us, even after kill -9."""
        self._directories.append(directory)
        self._tell_guard(f"d {directory}")
        return directory

    def pause(self, seconds: float) -> None:
        """Sleep, waking at once for a signal. Raises StopRequested if somebody asked us to stop."""
        if self._began_at_a_terminal and not os.isatty(0):
            # The window was closed. make keeps the hang-up signal to itself, so we look.
            self.stop_requested = True
        if not (self.stop_requested and not self._stopping):
            readable, _, _ = select.select([self._wake_read], [], [], seconds)
            if readable:
                os.read(self._wake_read, 4096)
        if self.stop_requested and not self._stopping:
            raise StopRequested

    def log_path(self, name: str) -> Path:
        """Where the output of the program of this name goes."""
        return self.log_dir / f"{name}.log"

    def spawn(self, program: Program) -> Child:
        """Start a program and register it with the guard. Raises CannotStart if it cannot be executed."""
        parent = os.getpid()

        def in_child() -> None:
            if program.prepare is not None:
                program.prepare()
            if sys.platform == "linux":
                # After any change of identity: that would clear the setting.
                _LIBC.prctl(PR_SET_PDEATHSIG, int(program.stop_signal), 0, 0, 0)
                if os.getppid() != parent:
                    os._exit(1)
            for number in (*STOP_SIGNALS, signal.SIGPIPE):
                signal.signal(number, signal.SIG_DFL)

        log: IO[bytes] | None = None
        if program.out is None:
            log = open_log(self.log_path(program.name))
            log.write(f"--- {program.name} started {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode())
            log.flush()
        try:
            process = subprocess.Popen(
                list(program.argv),
                stdin=subprocess.DEVNULL,
                stdout=log or program.out,
                stderr=subprocess.STDOUT,
                env=dict(program.env),
                cwd=program.cwd,
                start_new_session=True,
                preexec_fn=in_child,  # noqa: PLW1509 - the supervisor has one thread
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotStart(f"{program.name} could not be started: {error}") from error
        finally:
            if log is not None:
                log.close()
        child = Child(program, process, time.monotonic())
        self.children.append(child)
        self._tell_guard(f"+ {process.pid} {int(program.stop_signal)}")
        return child

    def forget(self, child: Child) -> None:
        """Drop a child that has ended, together with whatever is left of its group."""
        self._kill_group(child)
        child.process.wait()
        if child in self.children:
            self.children.remove(child)
        self._tell_guard(f"- {child.process.pid}")

    def wait_until(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready()`; CannotStart with the end of the log if the child dies or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if child.ended:
                code = child.process.returncode
                self.forget(child)
                self.fail(child.program.name, f"ended with code {code} while starting")
            if time.monotonic() > deadline:
                self.fail(child.program.name, f"did not become ready within {seconds:.0f} s")
            self.pause(0.05)

    def fail(self, name: str, what: str) -> NoReturn:
        """Raise CannotStart naming the log file and showing its end."""
        path = self.log_path(name)
        raise CannotStart(f"{name} {what}. The end of {path}:\n{tail(path)}")

    def run(self, program: Program, seconds: float = 3600.0, meanwhile: Callable[[], None] = lambda: None) -> int:
        """Run a program to its end and return its exit code; asked to stop, end it, raise StopRequested.

        `meanwhile` is called again and again until the program has ended, and once more after.
        """
        child = self.spawn(program)
        deadline = time.monotonic() + seconds
        try:
            while not child.ended:
                if time.monotonic() > deadline:
                    self._stop_together([child])
                    self.fail(program.name, f"was still running after {seconds:.0f} s and was ended")
                meanwhile()
                self.pause(0.05)
        except StopRequested:
            self._stop_together([child])
            raise
        meanwhile()
        self.forget(child)
        return child.process.returncode

    def watch(self) -> None:
        """Keep the children running until somebody asks us to stop.

        A child that ends is started again, after 0.5, 1, 2, 4 ... seconds when it keeps happening; one that
        ended five times within a minute stops everything: CannotStart with the end of its log.
        """
        while not self.stop_requested:
            for child in list(self.children):
                if child.ended:
                    self._start_again(child)
            try:
                self.pause(0.3)
            except StopRequested:
                return

    def _start_again(self, child: Child) -> None:
        name, code = child.program.name, child.process.returncode
        self.forget(child)
        now = time.monotonic()
        recent = [moment for moment in child.restarts if now - moment < self.quick_seconds]
        if not child.program.restart or len(recent) >= self.max_quick_restarts:
            self.fail(name, f"ended with code {code} and will not stay up")
        wait = 0.5 * 2 ** len(recent)
        self.say(f"{name} ended unexpectedly (code {code}); starting it again in {wait:g} s")
        until = now + wait
        while time.monotonic() < until:
            self.pause(until - time.monotonic())
        again = child.start_again() if child.start_again is not None else self.spawn(child.program)
        again.start_again = child.start_again
        again.restarts = [*recent, now]

    def _kill_group(self, child: Child) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)

    def _stop_together(self, children: list[Child]) -> None:
        """Ask these children to stop, wait for each as long as its program allows, then end what is left."""
        started = time.monotonic()
        for child in children:
            if not child.ended:
                try:
                    child.process.send_signal(child.program.stop_signal)
                except ProcessLookupError:
                    continue
        before, self._stopping = self._stopping, True
        try:
            for child in children:
                while not child.ended and time.monotonic() - started < child.program.stop_seconds:
                    self.pause(0.05)
                if not child.ended:
                    self.say(f"{child.program.name} did not stop in {child.program.stop_seconds:g} s; ending it")
                self.forget(child)
        finally:
            self._stopping = before

    def stop(self) -> None:
        """Stop every child in order. Safe to call twice, and deaf to further signals until done."""
        self._stopping = True
        ordered = sorted(self.children, key=lambda child: -child.program.stage)
        for _, together in groupby(ordered, key=lambda child: child.program.stage):
            stopping = list(together)
            self._stop_together(stopping)
            self.say("  stopped: " + ", ".join(child.program.name for child in stopping))
