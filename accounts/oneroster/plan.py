"""What is in front of us: which dialect, which files, and whether each holds everything or only changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from accounts.oneroster.columns import FILES, NOT_USED, Dialect, FileSpec, Kind
from accounts.oneroster.issues import Code, IssueLog, RosterUnreadable
from accounts.oneroster.reading import open_table, read_header
from accounts.oneroster.source import RosterSource


class FileMode(StrEnum):
    """How a file speaks: of everything (missing means gone), of changes only, or not at all."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be read. `system` is the sending system's own name, for people to recognise."""

    dialect: Dialect
    modes: Mapping[FileSpec, FileMode]
    system: str


_MANIFEST = FileSpec("manifest", Kind.ORG, required=("propertyName", "value"))


def make_plan(source: RosterSource, log: IssueLog) -> Plan:
    """Looks at the names and headers, and at the manifest where there is one.

    Raises RosterUnreadable(NO_ROSTER_FILES) where no file of any dialect is there.
    """
    manifest = _read_manifest(source, log)
    dialect = _dialect(source, manifest, log)
    specs = FILES[dialect]
    if not any(source.has(spec.file_name) for spec in specs):
        raise RosterUnreadable(Code.NO_ROSTER_FILES)
    standard = dialect in {Dialect.ONEROSTER_11, Dialect.ONEROSTER_12}
    if standard and manifest is None:
        log.warning(Code.MANIFEST_MISSING)
    modes = {spec: _mode(spec, source, manifest if standard else None, log) for spec in specs}
    _tell_unused(source, specs, log)
    system = (manifest or {}).get("source.systemname", "")
    return Plan(dialect, modes, "" if system.lower() == "absent" else system)


def _read_manifest(source: RosterSource, log: IssueLog) -> dict[str, str] | None:
    """Property names in lower case; None where there is no manifest that can be read."""
    if not source.has(_MANIFEST.file_name):
        return None
    with source.open(_MANIFEST.file_name) as stream:
        table = open_table(stream, spec=_MANIFEST, log=log)
        if table is None:
            return None
        return {row["propertyName"].strip().lower(): row["value"].strip()[:200] for _line, row in table.rows()}


def _dialect(source: RosterSource, manifest: dict[str, str] | None, log: IssueLog) -> Dialect:
    if source.has("students.csv") and source.has("schools.csv"):
        return Dialect.CLEVER
    users = _header(source, "users.csv")
    roles = _header(source, "roles.csv")
    if roles and "usersourcedid" in roles and not roles & {"sourcedid", "roletype"}:
        return Dialect.SDS_21
    looks = Dialect.ONEROSTER_12 if source.has("roles.csv") and "role" not in users else Dialect.ONEROSTER_11
    stated = (manifest or {}).get("oneroster.version", "").lower().lstrip("v").replace("p", ".")
    said = next(
        (
            dialect
            for start, dialect in (("1.1", Dialect.ONEROSTER_11), ("1.2", Dialect.ONEROSTER_12))
            if stated.startswith(start)
        ),
        None,
    )
    if said is None:
        log.warning(Code.VERSION_GUESSED, file="manifest.csv" if manifest else "", value=stated, read_as=looks)
    elif said is not looks:
        log.warning(Code.VERSION_MISMATCH, file="manifest.csv", value=stated, read_as=looks)
    return looks


def _header(source: RosterSource, name: str) -> set[str]:
    if not source.has(name):
        return set()
    with source.open(name) as stream:
        return {column.lower() for column in read_header(stream)}


def _mode(spec: FileSpec, source: RosterSource, manifest: dict[str, str] | None, log: IssueLog) -> FileMode:
    present = source.has(spec.file_name)
    stated = (manifest or {}).get(f"file.{spec.name}".lower(), "")
    if manifest is not None and stated.lower() not in set(FileMode):
        # An entry that is left out or unreadable: the file itself decides.
        if stated or present:
            log.warning(Code.MANIFEST_VALUE, file="manifest.csv", column=f"file.{spec.name}", value=stated)
        stated = ""
    mode = FileMode(stated.lower()) if stated else None
    if not present:
        if mode in {FileMode.BULK, FileMode.DELTA}:
            log.error(Code.FILE_PROMISED, file=spec.file_name)
        elif spec.required_in_set and mode is None:
            log.error(Code.FILE_MISSING, file=spec.file_name)
        return FileMode.ABSENT
    if mode is FileMode.ABSENT:
        log.warning(Code.FILE_MARKED_ABSENT, file=spec.file_name)
        return FileMode.ABSENT
    return mode or FileMode.BULK


def _tell_unused(source: RosterSource, specs: tuple[FileSpec, ...], log: IssueLog) -> None:
    expected = {spec.file_name.lower() for spec in specs} | {_MANIFEST.file_name}
    for name in source.names():
        lower = name.lower()
        if lower in expected:
            continue
        code = Code.FILE_NOT_USED if lower.removesuffix(".csv") in NOT_USED else Code.FILE_IGNORED
        log.warning(code, file=name if code is Code.FILE_NOT_USED else "", value=name)
