"""The demonstration's own folder: who may use it, what is kept in it between runs, how it is thrown away."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.supervisor.identity import choose_identity, own_place, reachable
from config.supervisor.processes import CannotStart

# How long to wait for an earlier run that is still putting its servers to bed.
LOCK_SECONDS = 20.0
# What decides whether the database must be prepared again: migrations, commands, the packages that bring their own.
_PREPARED_BY = ("*/migrations/**/*.py", "*/management/commands/*.py", "requirements/demo.txt")


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


def write_environment_file(path: Path, environment: Mapping[str, str]) -> None:
    """Leave the settings of this run for other terminals: `set -a; . var/demo/running.env`."""
    names = ["THROUGHLINE_DEMO", "DJANGO_SETTINGS_MODULE", "DJANGO_SECRET_KEY", "ALLOWED_HOSTS"]
    names += ["DATABASE_URL", "WORKER_DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "BROKER_URL"]
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as target:
        target.writelines(f"{name}='{environment[name]}'\n" for name in names)


def fingerprint(checkout: Path) -> str:
    """One word for everything that prepares a database: it changes when a migration or a command does."""
    mark = hashlib.sha256()
    for pattern in _PREPARED_BY:
        for path in sorted(checkout.glob(pattern)):
            mark.update(str(path.relative_to(checkout)).encode() + b"\0" + path.read_bytes() + b"\0")
    return mark.hexdigest()


def is_prepared(home: Path, mark: str) -> bool:
    """Whether the data here was prepared completely by exactly this state of the checkout."""
    kept = home / "prepared"
    return kept.is_file() and kept.read_text() == mark


def remember_prepared(home: Path, mark: str) -> None:
    """Note that every step of the preparation has succeeded."""
    (home / "prepared").write_text(mark)


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
