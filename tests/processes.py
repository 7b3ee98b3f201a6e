"""Real processes for tests: a Celery worker on the test database, started and stopped by its process id."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

CHECKOUT = Path(__file__).resolve().parents[1]


def eventually(what: Callable[[], Any], *, seconds: float = 45.0, every: float = 0.05) -> Any:
    """The first true answer of `what`; AssertionError when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {seconds} s: {getattr(what, '__name__', what)}; last answer {answer!r}")
        time.sleep(every)


def test_database_url() -> str:
    """DATABASE_URL with the name of the test database in use."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


test_database_url.__test__ = False  # type: ignore[attr-defined] # a helper, whatever its name says


def child_environment(**more: str) -> dict[str, str]:
    """The environment of a process that works on the test database as production would."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO_ALLOW", "THROUGHLINE_TEST"))}
    return (
        kept
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DATABASE_URL": test_database_url(),
            "PYTHONUNBUFFERED": "1",
        }
        | more
    )


def run_command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`manage.py <arguments>` to its end in a process of its own; never raises for its exit code."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env=child_environment(**more),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def _die_with_parent() -> None:
    """In the child, before it starts: end when the test run ends, however it does (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@dataclass
class WorkerProcess:
    """A running Celery worker: its main process, its log, and ways to end it."""

    process: subprocess.Popen[bytes]
    log: Path
    name: str
    stopped: bool = field(default=False)

    @property
    def pid(self) -> int:
        """The main process."""
        return self.process.pid

    def children(self) -> list[int]:
        """Process ids of the pool, which do the work."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except (OSError, IndexError, ValueError):
                    continue
                if parent == self.pid:
                    found.append(int(entry.name))
        return found

    def text(self) -> str:
        """What the worker has logged so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9 of the worker and its pool: nothing is put away."""
        victims = [self.pid, *self.children()]
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=10)
        self.stopped = True

    def stop(self) -> None:
        """SIGTERM, as at a deploy; kill -9 for one that does not end."""
        if self.stopped:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
            self.stopped = True
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture
def broker(transactional_db: None) -> Iterator[redis.Redis]:
    """A connection to this run's broker and cache, empty at the start."""
    client: redis.Redis = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def start_worker(broker: redis.Redis, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers: `start_worker(queues="now,bulk", beat=False, **environment)`; all are ended afterwards."""
    started: list[WorkerProcess] = []

    def start(*, queues: str = "now,bulk", beat: bool = False, wait: bool = True, **more: str) -> WorkerProcess:
        name = f"test-{uuid.uuid4().hex[:8]}"
        log = tmp_path / f"{name}.log"
        argv = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", queues, "-n", f"{name}@%h"]
        argv += ["--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        if beat:
            argv += ["-B", f"--schedule={tmp_path / f'{name}.schedule'}"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                argv,
                cwd=CHECKOUT,
                env=child_environment(**more),
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        worker = WorkerProcess(process, log, name)
        started.append(worker)
        if wait:
            wait_until_ready(worker)
        return worker

    yield start
    for worker in started:
        if not worker.stopped:
            worker.kill()  # nothing of it is needed any more, and SIGTERM takes seconds


def wait_until_ready(worker: WorkerProcess, *, seconds: float = 90.0) -> None:
    """Returns once the worker listens; AssertionError with its log when it ended or took too long."""

    def ready() -> bool:
        if worker.process.poll() is not None:
            raise AssertionError(f"The worker ended with {worker.process.returncode}:\n{worker.text()[-4000:]}")
        return " ready." in worker.text()

    eventually(ready, seconds=seconds)


@pytest.fixture
def worker(start_worker: StartWorker) -> WorkerProcess:
    """A real Celery worker for both queues on the test database."""
    return start_worker()
