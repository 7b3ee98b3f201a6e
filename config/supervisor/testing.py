"""Real servers for tests: throw-away PostgreSQL and Valkey, or the ones `DATABASE_URL` and `REDIS_URL` name.

The contract of the test suite: `DATABASE_URL` is a role that may create databases, `REDIS_URL` a server whose
contents do not matter. `make test` sets both; somebody who runs pytest directly may set them by hand or write

    with throw_away_servers(directory) as servers: ...
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.supervisor.postgres import Postgres
from config.supervisor.processes import Supervisor, private_directory
from config.supervisor.valkey import Valkey, broker_url


@dataclass(frozen=True)
class ThrowAwayServers:
    """Where the tests find their servers."""

    database_url: str
    redis_url: str
    described: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the settings read."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "BROKER_URL": broker_url(self.redis_url),
        }


def start_throw_away_servers(
    directory: Path, supervisor: Supervisor, environ: Mapping[str, str], *, durable: bool = False
) -> ThrowAwayServers:
    """Start what the environment does not name, with data under `directory`.

    Without `durable` nothing is forced to disk: right for tests, wrong for measurements.
    """
    database_url, redis_url = environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", "")
    words = []
    sockets = supervisor.remove_at_end(private_directory())
    if database_url:
        words.append("PostgreSQL of DATABASE_URL")
    else:
        postgres = Postgres(directory, sockets, supervisor, durable=durable)
        postgres.create()
        postgres.start()
        if postgres.moved:
            supervisor.remove_at_end(postgres.home)
        database_url = postgres.urls.superuser
        words.append(f"PostgreSQL {postgres.binaries.version} ({postgres.binaries.origin})")
    if redis_url:
        words.append("Redis of REDIS_URL")
    else:
        valkey = Valkey(directory, sockets, supervisor, durable=durable)
        valkey.start()
        redis_url = valkey.url
        words.append(f"Valkey ({valkey.binary.name})")
    return ThrowAwayServers(database_url, redis_url, ", ".join(words))


@contextmanager
def throw_away_servers(
    directory: Path, say: Callable[[str], None] = lambda line: None, environ: Mapping[str, str] | None = None
) -> Iterator[ThrowAwayServers]:
    """Servers for the time of a `with` block in the main thread; all is stopped and removed afterwards."""
    with Supervisor(directory / "log", say) as supervisor:
        yield start_throw_away_servers(directory, supervisor, os.environ if environ is None else environ)
