"""As whom PostgreSQL runs, and where it may then keep its files.

PostgreSQL refuses to run as uid 0. As root it therefore runs, in this order of preference: as the owner of
data that somebody else made, in a user namespace, or as `nobody`. A user without a name (a container started
under a bare number) gets a namespace too.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.supervisor.processes import CannotStart

CLONE_NEWUSER = 0x10000000
NOBODY = 65534

_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """As whom PostgreSQL runs: what the child does before it becomes PostgreSQL, and who owns the files."""

    how: str
    prepare: Callable[[], None] | None
    uid: int
    gid: int


def _named_uid() -> int:
    """A user other than root that has a name here (initdb asks for one): `nobody`, else the first there is."""
    known = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0]
    if NOBODY in known or not known:
        return NOBODY
    return known[0]


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _enter_user_namespace(inside: int) -> Callable[[], None]:
    """In the child: a namespace in which we are the user `inside`; seen from outside, files stay ours."""
    uid, gid = os.geteuid(), os.getegid()
    maps = (("setgroups", "deny"), ("gid_map", f"{NOBODY} {gid} 1"), ("uid_map", f"{inside} {uid} 1"))

    def prepare() -> None:
        if _LIBC.unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
        for name, text in maps:
            # Each map must be written in a single call.
            handle = os.open(f"/proc/self/{name}", os.O_WRONLY)
            try:
                os.write(handle, text.encode())
            finally:
                os.close(handle)
        os.umask(0o077)

    return prepare


def _namespace() -> Identity | None:
    """An identity in a user namespace; None where the system does not allow one."""
    enter = _enter_user_namespace(_named_uid())
    if sys.platform != "linux" or not can(enter, "true"):
        return None
    return Identity("a user namespace", enter, os.geteuid(), os.getegid())


def _become(uid: int, gid: int) -> Callable[[], None]:
    """In the child: give up root for good and be this user."""

    def prepare() -> None:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.umask(0o077)

    return prepare


def can(prepare: Callable[[], None], *check: str) -> bool:
    """Whether a child that ran `prepare` succeeds with this command."""
    try:
        done = subprocess.run(check, preexec_fn=prepare, capture_output=True, timeout=30, cwd="/")
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def choose_identity(data: Path, *, allow_namespace: bool = True) -> Identity:
    """As whom to run PostgreSQL on this data directory (which need not exist yet)."""
    if os.geteuid() != 0:
        # A container may be started under a bare number; initdb insists on a name.
        found = None if _has_name(os.geteuid()) or not allow_namespace else _namespace()
        return found or Identity("yourself", None, os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        become = _become(owner.st_uid, owner.st_gid)
        return Identity(f"the data's owner (uid {owner.st_uid})", become, owner.st_uid, owner.st_gid)
    found = _namespace() if allow_namespace else None
    if found is not None:
        return found
    uid = _named_uid()
    if can(_become(uid, NOBODY), "true"):
        return Identity(f"uid {uid}", _become(uid, NOBODY), uid, NOBODY)
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine lets root neither make a user namespace nor "
        "become another user. Run the command as an ordinary user, or set DATABASE_URL to a running server."
    )


def reachable(identity: Identity, folder: Path) -> bool:
    """Whether the identity can enter this existing folder."""
    return identity.prepare is None or can(identity.prepare, "test", "-x", str(folder))


def own_place(near: Path) -> Path:
    """A folder outside every home, always the same for `near`, where another user may keep data for us."""
    mark = hashlib.sha256(os.fsencode(near.resolve())).hexdigest()[:12]
    place = Path("/var/tmp") / f"throughline-{os.geteuid()}-{mark}"
    place.mkdir(mode=0o755, exist_ok=True)
    facts = place.lstat()
    if not place.is_dir() or place.is_symlink() or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise CannotStart(f"{place} belongs to somebody else or is open to others. Remove it and start again.")
    # mkdir obeys the umask; the other user must be able to pass through.
    place.chmod(0o755)
    return place
