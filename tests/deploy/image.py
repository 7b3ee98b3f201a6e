"""What `docker compose up` would run, as plain processes: the image's files, its environment, each service's command.

Only three things are rewritten: the addresses of PostgreSQL and Redis, the port gunicorn binds, and paths under /tmp.
The processes see the packages of requirements/base.txt and no other, as in the image.
"""

from __future__ import annotations

import fnmatch
import importlib.metadata
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import yaml
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = CHECKOUT / "docker-compose.yml"
DOCKERFILE = CHECKOUT / "Dockerfile"
HOST = "plans.example.org"
DOT_ENV = {
    "DJANGO_SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "THROUGHLINE_FIELD_KEY": "f" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": HOST,
    "OWNER_PASSWORD": "owner-password",
    "APP_PASSWORD": "app-password",
    "WORKER_PASSWORD": "worker-password",
}
"""What docs/deploying.md asks to put into .env, and nothing else."""

_VARIABLE = re.compile(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}")


def filled_in(text: str, given: dict[str, str]) -> str:
    """Compose's `${NAME}`, `${NAME:-default}` and `${NAME:?message}`; LookupError for a name that must be set."""

    def value(found: re.Match[str]) -> str:
        name, sign, rest = found.groups()
        if given.get(name):
            return given[name]
        if sign == ":?":
            raise LookupError(rest)
        return rest if sign == ":-" else ""

    return _VARIABLE.sub(value, text)


def services() -> dict[str, dict[str, Any]]:
    """The services of docker-compose.yml, anchors and merges resolved."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, rest) of the last stage, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE.read_text())
    lines = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [(words[0].upper(), words[1] if len(words) > 1 else "") for words in lines]
    last_stage = max(n for n, (word, _rest) in enumerate(pairs) if word == "FROM")
    return pairs[last_stage + 1 :]


def instruction(word: str, containing: str = "") -> str:
    """The rest of the last instruction of this kind that contains a text."""
    return [rest for name, rest in dockerfile() if name == word and containing in rest][-1]


def free_port() -> int:
    """A port of the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_of_context(target: Path) -> None:
    """`COPY . .` with the checkout's .dockerignore."""
    patterns = (CHECKOUT / ".dockerignore").read_text().split()
    anywhere = [p.removeprefix("**/") for p in patterns if p.startswith("**/")]
    at_top = [p for p in patterns if not p.startswith("**/")]

    def left_out(folder: str, names: list[str]) -> set[str]:
        rules = anywhere + (at_top if Path(folder) == CHECKOUT else [])
        return {name for name in names if any(fnmatch.fnmatch(name, rule) for rule in rules)}

    shutil.copytree(CHECKOUT, target, ignore=left_out)


def only_base_packages(folder: Path) -> None:
    """A sitecustomize that hides every installed package the image would not have."""
    lock = (CHECKOUT / "requirements" / "base.txt").read_text()
    wanted = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.M)}
    hidden = sorted(
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if not {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} & (wanted | {"pip", "setuptools"})
    )
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        f"HIDDEN = frozenset({json.dumps(hidden)})\n"
        "class OnlyBase:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if path is None and name in HIDDEN:\n"
        "            raise ModuleNotFoundError(f'{name} is not in requirements/base.txt', name=name)\n"
        "sys.meta_path.insert(0, OnlyBase())\n"
    )


@dataclass
class Deployment:
    """One deployment: the image's files, a database of its own, and what runs on it."""

    admin_url: str
    redis_url: str
    database: str
    folder: Path
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def app(self) -> Path:
        """The working directory of the image."""
        return self.folder / "app"

    def build(self) -> None:
        """The image: its files, and the collected static files."""
        copy_of_context(self.app)
        only_base_packages(self.folder / "packages")
        assignments, _sep, command = instruction("RUN", "collectstatic").partition("python")
        given = dict(word.split("=", 1) for word in assignments.split())
        done = subprocess.run(
            ["sh", "-c", f"python{command}"],
            cwd=self.app,
            env=self.image_environment() | given,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def image_environment(self) -> dict[str, str]:
        """ENV of the Dockerfile, with this machine's virtual environment in the place of /venv."""
        own = str(Path(sys.executable).parent)
        path = f"{own}{os.pathsep}{os.environ.get('PATH', '')}"
        found = {"PATH": path, "PYTHONPATH": str(self.folder / "packages"), "TMPDIR": str(self.folder)}
        for rest in (rest for name, rest in dockerfile() if name == "ENV"):
            for word in rest.split():
                name, _sep, value = word.partition("=")
                if name != "PATH":
                    found[name] = value
        found["THROUGHLINE_MEDIA"] = str(self.folder / "media")
        return found

    def environment(self, service: str) -> dict[str, str]:
        """The image's environment and the service's own, the two servers' addresses rewritten."""
        given: dict[str, Any] = services()[service].get("environment", {})
        own = {name: filled_in(str(value), DOT_ENV) for name, value in given.items()}
        assert own["REDIS_URL"] == "redis://redis:6379/0"
        own["REDIS_URL"] = self.redis_url
        own["DATABASE_URL"] = self.rewritten(own["DATABASE_URL"])
        return self.image_environment() | own

    def rewritten(self, url: str) -> str:
        """The same role and password on the test server. The owner is a superuser there, as in the postgres image."""
        asked, admin = urlsplit(url), urlsplit(self.admin_url)
        assert (asked.hostname, asked.port, asked.path) == ("postgres", 5432, "/throughline")
        where = admin.netloc.rpartition("@")[2]
        who = admin.netloc.rpartition("@")[0]
        if asked.username != services()["postgres"]["environment"]["POSTGRES_USER"]:
            who = f"{asked.username}:{asked.password}"
        return urlunsplit(admin._replace(netloc=f"{who}@{where}", path=f"/{self.database}"))

    def role_url(self, service: str) -> str:
        """The database as this service sees it."""
        return self.environment(service)["DATABASE_URL"]

    def owner_url(self) -> str:
        """The database as its owner."""
        return self.role_url("prepare")

    def command(self, service: str) -> list[str]:
        """The service's command, or the image's, with port and paths of this machine."""
        words: list[str] = services()[service].get("command") or json.loads(instruction("CMD"))
        place = {"0.0.0.0:8000": f"127.0.0.1:{self.port}", "/tmp/beat": str(self.folder / "beat")}  # noqa: S104
        return [place.get(word, word) for word in words]

    def run(self, service: str, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A one-off command in this service's environment (its own command when none is given)."""
        return subprocess.run(
            list(command) or self.command(service),
            cwd=self.app,
            env=self.environment(service) | more,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def start(self, service: str) -> subprocess.Popen[bytes]:
        """Start a service that stays up; its output is in `log(service)`."""
        with (self.folder / f"{service}.log").open("wb") as out:
            process = subprocess.Popen(
                self.command(service),
                cwd=self.app,
                env=self.environment(service),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.running[service] = process
        return process

    def log(self, service: str) -> str:
        """What a service has said so far."""
        return (self.folder / f"{service}.log").read_text(errors="replace")

    def stop(self) -> None:
        """End everything that was started."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


ROLES = ("throughline_app", "throughline_worker")


def passwords(admin_url: str) -> dict[str, str | None]:
    """The stored password of each role that exists in this server; roles belong to all its databases."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        rows = admin.execute("SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY(%s)", [list(ROLES)])
        return dict(rows.fetchall())


def put_back(admin_url: str, database: str, before: dict[str, str | None]) -> None:
    """Drop the database; give roles that were there their passwords back and drop those that were not."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        for role in ROLES:
            name = sql.Identifier(role)
            if role in before:
                admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(before[role])))
                continue
            try:
                admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
            except psycopg.errors.DependentObjectsStillExist:
                continue  # another database of this server has begun to use it meanwhile
