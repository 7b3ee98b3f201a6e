"""A database of the run's own, and real processes on it: gunicorn and Celery workers, loopback only."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[1]
ROLES = ("throughline_app", "throughline_worker")


def with_database(url: str, name: str, role: str = "") -> str:
    """The same server, another database; with `role`, every session becomes that role before its first statement."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, f"options={quote(f'-c role={role}')}" if role else ""]))
    return urlunsplit(parts._replace(path=f"/{name}", query=query))


def free_port() -> int:
    """A port of the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Cluster:
    """The servers of this run and the processes started on them."""

    admin_url: str
    name: str
    port: int = 0
    logs: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="throughline-bench-")))
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The database as its owner."""
        return with_database(self.admin_url, self.name)

    def role_url(self, role: str) -> str:
        """The database as `throughline_app` or `throughline_worker`, with their grants only."""
        return with_database(self.admin_url, self.name, role)

    def environment(self, role: str) -> dict[str, str]:
        """What a process of the product is told."""
        return dict(os.environ) | {"DATABASE_URL": self.role_url(role), "PYTHONUNBUFFERED": "1"}

    def log(self, name: str) -> str:
        """What the process of this name has said."""
        return (self.logs / f"{name}.log").read_text(errors="replace")

    def start(self, name: str, argv: Sequence[str], role: str) -> int:
        """Start a process; returns its id."""
        with (self.logs / f"{name}.log").open("wb") as out:
            process = subprocess.Popen(
                argv, cwd=CHECKOUT, env=self.environment(role), stdout=out, stderr=out, start_new_session=True
            )
        self.running[name] = process
        return process.pid

    def start_web(self) -> int:
        """Gunicorn as the demonstration runs it; returns when it answers."""
        self.port = free_port()
        argv = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{self.port}"]
        argv += ["--workers=2", "--threads=4", "--worker-class=gthread", "--preload", "--no-control-socket"]
        argv += ["--keep-alive=30"]
        pid = self.start("web", argv, "throughline_app")
        self._until("web", self._healthy)
        return pid

    def start_worker(self, queue: str = "now") -> int:
        """A Celery worker with one process for this queue, and the empty task of the yardstick; returns when ready."""
        name = f"worker-{queue}"
        argv = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", queue, "-n", f"{self.name}-{queue}@%h"]
        argv += ["--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle", "-I", "bench.echo"]
        pid = self.start(name, argv, "throughline_worker")
        self._until(name, lambda: " ready." in self.log(name))
        return pid

    def _healthy(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def _until(self, name: str, ready: object, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not ready():  # type: ignore[operator]
            if self.running[name].poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not start:\n{self.log(name)[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End every process that was started here."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()


@contextmanager
def cluster(admin_url: str) -> Iterator[Cluster]:
    """A new database with both roles; dropped at the end, and every process with it.

    `admin_url` is a superuser of a server whose contents do not matter.
    """
    made = Cluster(admin_url, f"bench_{os.getpid()}")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(made.name))
        )
        for role in ROLES:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                admin.execute(sql.SQL("CREATE ROLE {} NOSUPERUSER NOLOGIN").format(sql.Identifier(role)))
    try:
        yield made
    finally:
        made.stop()
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(made.name)))
