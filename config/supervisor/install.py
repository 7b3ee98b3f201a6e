"""`python -m config.supervisor.install requirements/demo.txt`: install a lock into this environment, once.

The checksum of what was installed is kept inside the environment, so that a second start asks no index. Only
packages whose hashes are in the lock are accepted.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

# A lock that contains everything of another: having the larger one is having the smaller one.
_CONTAINS = {"demo": ("test",), "base": ("demo", "test")}


def checksum(lock: Path) -> str:
    """The fingerprint of a lock file, for this version of Python."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def stamp(lock: Path) -> Path:
    """Where the fingerprint of the last installation of this lock is kept."""
    return Path(sys.prefix) / f".installed-{lock.stem}"


def is_installed(lock: Path) -> bool:
    """Whether this very lock, or a larger one that contains it, was installed here completely."""
    for name in (lock.stem, *_CONTAINS.get(lock.stem, ())):
        candidate = lock.with_stem(name)
        kept = stamp(candidate)
        if candidate.exists() and kept.exists() and kept.read_text() == checksum(candidate):
            return True
    return False


def install(lock: Path) -> int:
    """Install the lock if it is not installed yet; returns pip's exit code."""
    if is_installed(lock):
        return 0
    print(f"Installing {lock} (with hashes; a few minutes the first time) ...", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    code = subprocess.run([*command, "--require-hashes", "-r", str(lock)]).returncode
    if code == 0:
        stamp(lock).write_text(checksum(lock))
        print(f"Installed in {time.monotonic() - started:.0f} s", flush=True)
    else:
        print(f"pip could not install {lock} (exit code {code}); its message is above.", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
