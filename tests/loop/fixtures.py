"""Servers of a test's own to break, and several people at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection
from kombu import pools

from accounts import jobs
from config.cache import ForgivingRedisCache
from config.supervisor.valkey import broker_url, find_binary
from tests.processes import eventually


class OwnValkey:
    """A Valkey nobody else uses: it may be flushed, stopped, killed and started again, empty each time."""

    def __init__(self, directory: Path) -> None:
        self.socket = directory / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For redis-py and the cache."""
        return f"unix://{self.socket}?db=0"

    @property
    def environment(self) -> dict[str, str]:
        """What a worker is told about it."""
        return {"REDIS_URL": self.url, "BROKER_URL": broker_url(self.url)}

    def start(self) -> None:
        """Start empty and wait for the first answer."""
        argv = [str(find_binary()), "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, cwd=self.socket.parent)
        eventually(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def client(self) -> redis.Redis:
        """A new client of it."""
        return redis.Redis.from_url(self.url)

    def signal(self, number: int) -> None:
        """SIGSTOP and SIGCONT make it silent and talkative again."""
        assert self.process is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """kill -9: everything it knew is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None
            self.socket.unlink(missing_ok=True)


@pytest.fixture
def own_valkey() -> Iterator[OwnValkey]:
    """A running Valkey of this test's own."""
    directory = Path(tempfile.mkdtemp(prefix="tl-"))
    server = OwnValkey(directory)
    server.start()
    yield server
    if server.process is not None:
        server.signal(signal.SIGCONT)
    server.kill()
    shutil.rmtree(directory)


def _forget_broker() -> None:
    pools.reset()
    jobs._silent_until = 0.0
    ForgivingRedisCache.away_until = 0.0


@pytest.fixture
def ring_at(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Callable[[str], None]]:
    """`ring_at(redis_url)` points the application of this process, broker and cache, at another server."""

    def point(url: str) -> None:
        monkeypatch.setenv("CELERY_BROKER_URL", broker_url(url))
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": url}}
        _forget_broker()

    yield point
    monkeypatch.undo()
    _forget_broker()


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same time, each with a database connection of its own; answers in order.

    The first exception of any is raised after all have ended.
    """
    answers: list[Any] = [None] * len(acts)
    problems: list[BaseException] = []
    barrier = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            answers[number] = act()
        except BaseException as error:  # noqa: BLE001 - it is raised again below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if problems:
        raise problems[0]
    return answers


def chunks(things: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The sequence in pieces of this size."""
    return [things[start : start + size] for start in range(0, len(things), size)]
