"""`python -m config.supervisor demo`: the whole product on this machine, from nothing to a sign-in page.

Everything it makes lives in `var/` of the checkout: data in `var/demo/`, logs in `var/log/`. With
`DATABASE_URL` or `REDIS_URL` set, those servers are used and none is started.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.supervisor.home import (
    fingerprint,
    is_prepared,
    only_one,
    remember_prepared,
    secret_key,
    throw_away,
    write_environment_file,
)
from config.supervisor.postgres import DatabaseURLs, Postgres
from config.supervisor.processes import (
    CannotStart,
    Program,
    StopRequested,
    Supervisor,
    check_port,
    private_directory,
)
from config.supervisor.valkey import Valkey, broker_url

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000
SIGN_IN_PATH = "/demo"
# These would change how a child behaves behind our back.
_DROPPED = (
    "GUNICORN_CMD_ARGS",
    "DJANGO_SETTINGS_MODULE",
    "WEB_CONCURRENCY",
    "THROUGHLINE_TEST_DB",
    "THROUGHLINE_BUILD",
)


class Echo:
    """Says the lines that are added to a log file from now on."""

    def __init__(self, log: Path, say: Callable[[str], None]) -> None:
        self._log, self._say = log, say
        self._read = log.stat().st_size if log.exists() else 0

    def __call__(self) -> None:
        """Say what is new and complete."""
        try:
            with self._log.open("rb") as source:
                source.seek(self._read)
                new = source.read()
        except OSError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            # The supervisor's own heading in the log is nothing new to the person.
            if line.strip() and not line.startswith("---"):
                self._say(f"  ... {line}")


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
        self.plain(f"[{time.monotonic() - self._started:5.1f} s] {line}")

    def plain(self, text: str) -> None:
        """Print as it is. A terminal that was closed meanwhile must not keep us from stopping in order."""
        with suppress(OSError):
            print(text, flush=True)


def child_environment(
    servers: Servers, database_url: str, home: Path, base: Mapping[str, str], address: str
) -> dict[str, str]:
    """What a child is told. Web, workers and one-off commands differ only in `database_url`.

    `address`: where this demonstration is reached; links in messages and letters begin with it.
    """
    kept = {name: value for name, value in base.items() if name not in _DROPPED}
    return kept | {
        "THROUGHLINE_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_SECRET_KEY": secret_key(home),
        "THROUGHLINE_MEDIA": str(home / "media"),
        "DATABASE_URL": database_url,
        "WORKER_DATABASE_URL": servers.database.worker,
        "OWNER_DATABASE_URL": servers.database.owner,
        "REDIS_URL": servers.redis,
        "BROKER_URL": base.get("BROKER_URL") or broker_url(servers.redis),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "THROUGHLINE_URL": address,
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


class Demo:
    """One run of the demonstration: servers, one-off steps, web, workers, beat."""

    def __init__(
        self, home: Path, port: int, size: str, supervisor: Supervisor, say: Progress, environ: Mapping[str, str]
    ) -> None:
        self.home = home
        self.port = port
        self.address = f"http://localhost:{port}"
        self.supervisor = supervisor
        self.say = say
        self.environ = environ
        self.size = size
        # Whether PostgreSQL is our own: only then can we know what was done to the data since.
        self.data_is_ours = False

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
                (self.home / "prepared").unlink(missing_ok=True)
                postgres.create()
            self.data_is_ours = True
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

    def step(self, after: str, environment: Mapping[str, str], *command: str, aloud: bool = False) -> None:
        """Run one manage.py command to its end; its output goes to var/log/<command>.log.

        `aloud` also says each line of it as it comes: for a step that takes longer than a breath.
        """
        name = command[0].replace("_", "-")
        argv = [sys.executable, "manage.py", *command]
        program = Program(name, argv, environment, CHECKOUT, stage=3, restart=False)
        echo = Echo(self.supervisor.log_path(name), self.say) if aloud else lambda: None
        code = self.supervisor.run(program, meanwhile=echo)
        if code != 0:
            self.supervisor.fail(name, f"(manage.py {' '.join(command)}) ended with code {code}")
        self.say(after)

    def prepare(self, owner: Mapping[str, str]) -> None:
        """Migrate, grant, seed; left out when this very checkout has already done so with this very data."""
        mark = fingerprint(CHECKOUT)
        if self.data_is_ours and is_prepared(self.home, mark):
            self.say("Database is as the last run left it: nothing to migrate or to load")
            return
        self.step("Database schema is current", owner, "migrate", "--noinput")
        self.step("Database roles have their rights", owner, "grant_roles")
        seed = ("seed_demo", "--if-empty", "--size", self.size)
        self.step("Demonstration district is there", owner, *seed, aloud=True)
        if self.data_is_ours:
            remember_prepared(self.home, mark)

    def programs(self, web: Mapping[str, str], worker: Mapping[str, str]) -> list[Program]:
        """The processes that stay up, in the order they start. Stages stop from the highest down."""
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "config"]
        schedule = self.home / "beat"
        schedule.mkdir(exist_ok=True)
        # Filled by collectstatic in production only; whitenoise wants it to exist.
        (CHECKOUT / "var" / "staticfiles").mkdir(exist_ok=True)
        options = ["--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--loglevel=INFO", f"--schedule={schedule / 'schedule'}", "--pidfile="]
        gunicorn = [*python, "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{self.port}"]
        gunicorn += ["--workers=2", "--threads=4", "--worker-class=gthread", "--preload"]
        gunicorn += ["--timeout=60", "--graceful-timeout=8", "--no-control-socket"]
        return [
            Program("web", gunicorn, web, CHECKOUT, stage=5),
            *(
                Program(
                    f"worker-{queue}",
                    [*celery, "worker", "-Q", queue, "-n", f"{queue}@%h", *options],
                    worker,
                    CHECKOUT,
                    stage=4,
                )
                for queue in ("now", "bulk")
            ),
            Program("beat", beat, worker, CHECKOUT, stage=3),
        ]

    def run(self) -> None:
        """Everything from the first server to the address on the screen; ends when somebody asks to stop."""
        servers = self.start_servers()
        web, worker, owner = (
            child_environment(servers, url, self.home, self.environ, self.address)
            for url in (servers.database.app, servers.database.worker, servers.database.owner)
        )
        self.prepare(owner)
        # The web server first and alone: on a small machine all at once would make the person wait for all.
        site, *others = self.programs(web, worker)
        self.supervisor.wait_until(self.supervisor.spawn(site), lambda: healthy(self.port), 60)
        self.say("Web answers")
        for program in others:
            self.supervisor.spawn(program)
        self.say("Two workers (now, bulk) and beat are starting")
        write_environment_file(self.home / "running.env", web)
        self.say.plain(
            f"\n  Throughline      {self.address}/\n"
            f"  Sign in as ...   {self.address}{SIGN_IN_PATH}\n"
            f"  Logs             {self.supervisor.log_dir}\n\n"
            "  Stop with Ctrl-C. The data is kept for the next start; `make demo-reset` begins afresh.\n"
        )
        try:
            self.supervisor.watch()
        finally:
            (self.home / "running.env").unlink(missing_ok=True)


def demo(
    port: int,
    *,
    reset: bool = False,
    size: str = "full",
    var: Path = CHECKOUT / "var",
    environ: Mapping[str, str] | None = None,
) -> int:
    """Run the demonstration until it is asked to stop. `reset` throws its data away first; `size` is full or small.

    Returns the exit code: 0 after a clean stop, 1 if it could not start or stay up.
    """
    environ = os.environ if environ is None else environ
    say = Progress()
    home = var / "demo"
    try:
        if reset and given_database(environ) is not None:
            raise CannotStart("--reset only throws embedded data away; DATABASE_URL names a server of your own.")
        with only_one(home) as lock:
            check_port(port)
            if reset:
                throw_away(home)
                say("The data of earlier runs is gone")
            with Supervisor(var / "log", say, lock_fd=lock, ends_the_program=True) as supervisor:
                with suppress(StopRequested):
                    Demo(home, port, size, supervisor, say, environ).run()
                say("Stopping in order; a second Ctrl-C does no harm")
            say("Stopped; nothing is left running")
    except CannotStart as error:
        print(f"\nThe demonstration cannot run.\n{error}", file=sys.stderr, flush=True)
        return 1
    return 0
