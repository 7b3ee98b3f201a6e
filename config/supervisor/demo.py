"""`python -m config.supervisor demo`: the whole product on this machine, from nothing to a sign-in page.

Everything it makes lives in `var/` of the checkout: data in `var/demo/`, logs in `var/log/`. With
`DATABASE_URL` or `REDIS_URL` set, those servers are used and none is started.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.supervisor.identity import choose_identity, own_place, reachable
from config.supervisor.postgres import DatabaseURLs, Postgres
from config.supervisor.processes import (
    CannotStart,
    Child,
    Program,
    StopRequested,
    Supervisor,
    port_is_free,
    private_directory,
)
from config.supervisor.valkey import Valkey, broker_url

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000
# How long to wait for an earlier run that is still putting its servers to bed.
LOCK_SECONDS = 20.0
SIGN_IN_PATH = "/demo"
# These would change how a child behaves behind our back.
_DROPPED = ("GUNICORN_CMD_ARGS", "DJANGO_SETTINGS_MODULE", "WEB_CONCURRENCY", "THROUGHLINE_TEST_DB")


@dataclass(frozen=True)
class Servers:
    """Addresses of the servers in use, by database role."""

    database: DatabaseURLs
    redis: str


class Progress:
    """One line per step with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, line: str) -> None:
        print(f"[{time.monotonic() - self._started:5.1f} s] {line}", flush=True)


@contextmanager
def only_one(home: Path) -> Iterator[int]:
    """Hold the lock of this data directory, as a file descriptor. CannotStart if another demo has it."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise CannotStart(
            f"{path} belongs to another user. Run the demonstration as that user, or remove {home}."
        ) from error
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
                if _is_alive(holder) or time.monotonic() > deadline:
                    raise CannotStart(
                        f"A demonstration is already running on {home}"
                        + (f" (process {holder})" if holder else "")
                        + ". Stop it with Ctrl-C in its terminal first."
                    ) from None
                time.sleep(0.1)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield handle
    finally:
        os.close(handle)


def _is_alive(pid: str) -> bool:
    """Whether this process runs; one that ended and still waits for its parent to notice does not."""
    try:
        os.kill(int(pid), 0)
        state = Path(f"/proc/{int(pid)}/stat").read_text().rpartition(")")[2].split()[0]
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        # Another user's process, or a system without /proc.
        return True
    return state != "Z"


def secret_key(home: Path) -> str:
    """The secret of this demonstration: made once, kept in a file only its owner can read."""
    path = home / "secret-key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def child_environment(servers: Servers, database_url: str, secret: str, base: Mapping[str, str]) -> dict[str, str]:
    """What a child is told. Web, workers and one-off commands differ only in `database_url`."""
    kept = {name: value for name, value in base.items() if name not in _DROPPED}
    return kept | {
        "THROUGHLINE_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_SECRET_KEY": secret,
        "DATABASE_URL": database_url,
        "WORKER_DATABASE_URL": servers.database.worker,
        "OWNER_DATABASE_URL": servers.database.owner,
        "REDIS_URL": servers.redis,
        "BROKER_URL": base.get("BROKER_URL") or broker_url(servers.redis),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }


def given_database(environ: Mapping[str, str]) -> DatabaseURLs | None:
    """The addresses of a real server from the environment; None if PostgreSQL is ours to start."""
    app = environ.get("DATABASE_URL")
    if not app:
        return None
    owner = environ.get("OWNER_DATABASE_URL") or app
    return DatabaseURLs(owner=owner, app=app, worker=environ.get("WORKER_DATABASE_URL") or app, superuser=owner)


def healthy(port: int) -> bool:
    """Whether /healthz on this port answers 200."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def write_environment_file(path: Path, environment: Mapping[str, str]) -> None:
    """Leave the settings of this run for other terminals: `set -a; . var/demo/running.env`."""
    names = ["THROUGHLINE_DEMO", "DJANGO_SETTINGS_MODULE", "DJANGO_SECRET_KEY", "ALLOWED_HOSTS"]
    names += ["DATABASE_URL", "WORKER_DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "BROKER_URL"]
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as target:
        target.writelines(f"{name}='{environment[name]}'\n" for name in names)


def throw_away(home: Path) -> None:
    """Remove everything of the demonstration but its lock, also what had to live outside the checkout."""
    identity = choose_identity(home / "pg")
    if not reachable(identity, home):
        shutil.rmtree(own_place(home))
    for entry in home.iterdir():
        if entry.name == "lock":
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


class Demo:
    """One run of the demonstration: servers, one-off steps, web, workers, beat."""

    def __init__(
        self, home: Path, port: int, supervisor: Supervisor, say: Progress, environ: Mapping[str, str]
    ) -> None:
        self.home = home
        self.port = port
        self.supervisor = supervisor
        self.say = say
        self.environ = environ

    def start_servers(self) -> Servers:
        """Start PostgreSQL and Valkey, or take the ones the environment names."""
        redis = self.environ.get("REDIS_URL")
        database = given_database(self.environ)
        sockets = self.home
        if not redis or database is None:
            sockets = self.supervisor.remove_at_end(private_directory())
        if database is not None:
            self.say("PostgreSQL: the server of DATABASE_URL")
        else:
            postgres = Postgres(self.home, sockets, self.supervisor)
            if postgres.moved:
                self.say(f"PostgreSQL's user cannot enter {self.home}; its data is in {postgres.home}")
            if postgres.is_new:
                postgres.create()
            postgres.start()
            made = "new data" if postgres.is_new else "data of the last run"
            self.say(f"PostgreSQL {postgres.binaries.version} is up ({made}; {postgres.binaries.origin})")
            database = postgres.urls
        if redis:
            self.say("Redis: the server of REDIS_URL")
        else:
            valkey = Valkey(self.home, sockets, self.supervisor)
            valkey.start()
            self.say("Valkey is up")
            redis = valkey.url
        return Servers(database, redis)

    def step(self, what: str, environment: Mapping[str, str], *command: str) -> None:
        """Run one manage.py command to its end; its output goes to var/log/<command>.log."""
        name = command[0].replace("_", "-")
        program = Program(name, [sys.executable, "manage.py", *command], environment, CHECKOUT, stage=3, restart=False)
        code = self.supervisor.run(program)
        if code != 0:
            self.supervisor.fail(name, f"(manage.py {' '.join(command)}) ended with code {code}")
        self.say(what)

    def programs(self, web: Mapping[str, str], worker: Mapping[str, str]) -> list[Program]:
        """The processes that stay up, in the order they start. Stages stop from the highest down."""
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "config"]
        schedule = self.home / "beat"
        schedule.mkdir(exist_ok=True)
        workers = [
            Program(
                f"worker-{queue}",
                [*celery, "worker", "-Q", queue, "-n", f"{queue}@%h", "--concurrency=1", "--loglevel=INFO"],
                worker,
                CHECKOUT,
                stage=4,
            )
            for queue in ("now", "bulk")
        ]
        beat = [*celery, "beat", "--loglevel=INFO", f"--schedule={schedule / 'schedule'}", "--pidfile="]
        gunicorn = [*python, "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{self.port}"]
        gunicorn += [
            "--workers=2",
            "--threads=4",
            "--worker-class=gthread",
            "--timeout=60",
            "--graceful-timeout=8",
        ]
        gunicorn += ["--no-control-socket"]
        return [
            Program("web", gunicorn, web, CHECKOUT, stage=5),
            *workers,
            Program("beat", beat, worker, CHECKOUT, stage=3),
        ]

    def run(self) -> None:
        """Everything from the first server to the address on the screen; ends when somebody asks to stop."""
        servers = self.start_servers()
        secret = secret_key(self.home)
        web, worker, owner = (
            child_environment(servers, url, secret, self.environ)
            for url in (servers.database.app, servers.database.worker, servers.database.owner)
        )
        self.step("Database schema is current", owner, "migrate", "--noinput")
        self.step("Database roles have their rights", owner, "grant_roles")
        self.step("Demonstration district is there", owner, "seed_demo", "--if-empty")
        started: dict[str, Child] = {
            program.name: self.supervisor.spawn(program) for program in self.programs(web, worker)
        }
        self.say("Web, two workers (now, bulk) and beat are starting")
        self.supervisor.wait_until(started["web"], lambda: healthy(self.port), 60)
        write_environment_file(self.home / "running.env", web)
        address = f"http://localhost:{self.port}"
        self.say("Ready")
        print(
            f"\n  Throughline      {address}/\n"
            f"  Sign in as ...   {address}{SIGN_IN_PATH}\n"
            f"  Logs             {self.supervisor.log_dir}\n\n"
            "  Stop with Ctrl-C. The data is kept for the next start; `make demo-reset` begins afresh.\n",
            flush=True,
        )
        try:
            self.supervisor.watch()
        finally:
            (self.home / "running.env").unlink(missing_ok=True)


def demo(port: int, *, reset: bool, var: Path = CHECKOUT / "var", environ: Mapping[str, str] | None = None) -> int:
    """Run the demonstration until it is asked to stop. `reset` throws its data away first.

    Returns the exit code: 0 after a clean stop, 1 if it could not start or stay up.
    """
    environ = os.environ if environ is None else environ
    say = Progress()
    home = var / "demo"
    try:
        if reset and given_database(environ) is not None:
            raise CannotStart("--reset only throws embedded data away; DATABASE_URL names a server of your own.")
        if not port_is_free(port):
            raise CannotStart(f"Port {port} is taken by another program. Choose another: make demo PORT={port + 1}")
        with only_one(home) as lock:
            if reset:
                throw_away(home)
                say("The data of earlier runs is gone")
            with Supervisor(var / "log", say, lock_fd=lock) as supervisor:
                with suppress(StopRequested):
                    Demo(home, port, supervisor, say, environ).run()
                say("Stopping: web, workers, beat, Valkey, PostgreSQL")
            say("Stopped; nothing is left running")
    except CannotStart as error:
        print(f"\nThe demonstration cannot run.\n{error}", file=sys.stderr, flush=True)
        return 1
    return 0
