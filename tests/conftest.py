"""Real servers, a clean cache, a fixed day, no way out of this machine: what every test stands on."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts import jobs
from config.cache import ForgivingRedisCache

pytest_plugins = [
    "tests.cast",
    "tests.processes",
    "tests.browsers",
    "tests.permissions.fixtures",
    "tests.loop.fixtures",
]

# The suite draws the same examples on every machine, so that a green run means the same everywhere; how quickly a
# loaded machine draws them says nothing. `HYPOTHESIS_PROFILE=explore` looks for new ones.
hypothesis_settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

MISSING = (
    "This test needs real servers and {name} is not set. Run `make test`, which starts them, or set\n"
    "  DATABASE_URL=postgresql://<a role that may create databases>@127.0.0.1:5432/postgres\n"
    "  REDIS_URL=redis://127.0.0.1:6379/15   (its contents are thrown away)"
)


@pytest.fixture(autouse=True, scope="session")
def files_go_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests upload lands in a folder of this run, in this process and in those it starts."""
    folder = str(tmp_path_factory.mktemp("media"))
    before = os.environ.get("THROUGHLINE_MEDIA")
    os.environ["THROUGHLINE_MEDIA"] = folder
    with override_settings(MEDIA_ROOT=folder):
        yield
    if before is None:
        del os.environ["THROUGHLINE_MEDIA"]
    else:
        os.environ["THROUGHLINE_MEDIA"] = before


# ------------------------------------------------------------------ nobody phones out
class LeavesThisMachineError(RuntimeError):
    """A test tried to reach another machine."""


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost", socket.gethostname()):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: sockets of this process reach loopback and unix sockets, nothing else."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
        if not _is_here(host) and host not in ("0.0.0.0", "::"):  # noqa: S104
            raise LeavesThisMachineError(f"A test asked for the address of {host!r}.")
    elif event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise LeavesThisMachineError(f"A test tried to connect to {address!r}.")


sys.addaudithook(_stay_here)


def pytest_configure(config: pytest.Config) -> None:
    """The folder whitenoise looks into; it is filled by collectstatic only for production."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


# ------------------------------------------------------------------ real servers
@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A database of this run's own (THROUGHLINE_TEST_DB names it), so that runs go on side by side."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not os.environ.get(name):
            pytest.fail(MISSING.format(name=name), pytrace=False)
    if not settings.DATABASES["default"]["TEST"]["NAME"]:
        settings.DATABASES["default"]["TEST"]["NAME"] = f"test_throughline_{os.getpid()}"


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    """Each test that touches the database begins with an empty cache and an open ear for the broker."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames or _marked(request):
        cache.clear()
    jobs._silent_until = 0.0
    ForgivingRedisCache.away_until = 0.0


def _marked(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("django_db") is not None


# ------------------------------------------------------------------ one day
@pytest.fixture
def today() -> date:
    """The day the world of the tests is built around, and the one `viewer.today` says.

    It is the real date: worker, database and browser have clocks of their own. The cast's school never closes
    (`tests.cast.build_world`), so no test depends on the day of the week. A test that needs another day passes it in.
    """
    return timezone.localdate()
