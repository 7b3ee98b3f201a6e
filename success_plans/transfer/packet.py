"""The packet as a file: a zip with a manifest, the SHA-256 of every part, JSON to read by machine, HTML by people.

Reading trusts nothing: sizes are bounded before anything is unpacked, names are those of the format, every part must
match its sum, and every value must be what its field is.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from success_plans.transfer.shape import (
    BY_NAME,
    LATER,
    LATER_CONTENT,
    OLDEST_WRITTEN,
    PARTS,
    SCHEMA,
    TABLES,
    PacketError,
    Wrong,
    understood,
)

FORMAT = "throughline-transfer"
COPY = "plan.html"
LARGEST_FILE = 60 * 1024 * 1024
LARGEST_WHOLE = 200 * 1024 * 1024
LARGEST_PART = 25 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS = 50_000
_PART_NAME = re.compile(r"(?:student|plan|record|versions|evidence)\.json|plan\.html|files/[0-9a-f-]{36}")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass
class Packet:
    """A packet in memory. `rows` by table, as `shape.written` writes them; `files` by public id.

    `student` holds names, grade, languages; `people` names by id; `guardians` id and household mark; `frameworks` and
    `competencies` what evidence points at, with wording and scale; `held_back` how many entries a hold kept here.
    """

    sender: dict[str, Any]
    student: dict[str, Any]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    guardians: list[dict[str, Any]] = field(default_factory=list)
    frameworks: dict[str, dict[str, Any]] = field(default_factory=dict)
    competencies: dict[str, dict[str, Any]] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    file_facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    left_over: dict[str, Any] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """How many rows of each table, and how many files."""
        found = {name: len(rows) for name, rows in self.rows.items() if rows}
        return found | ({"files": len(self.files)} if self.files else {})


def data_parts(packet: Packet) -> dict[str, bytes]:
    """The parts read by machine, in their one byte form: the same packet gives the same bytes."""
    content: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    for table in TABLES:
        rows = sorted(packet.rows.get(table.name, []), key=lambda row: str(row["id"]))
        later = LATER.get(table.name, {})
        content[table.part][table.name] = [
            {name: value for name, value in row.items() if name not in later or _says(value)} for row in rows
        ]
    content["student"] = {
        "student": packet.student,
        "people": packet.people,
        "guardians": packet.guardians,
        "files": packet.file_facts,
    }
    content["plan"]["plan"] = packet.plan
    content["evidence"] |= {"frameworks": packet.frameworks, "competencies": packet.competencies}
    parts = {f"{name}.json": _canonical(value) for name, value in content.items()}
    return parts | {f"files/{key}": data for key, data in packet.files.items()}


def schema_of(packet: Packet) -> int:
    """The oldest format that holds what this packet says: a program that knows no other reads it, and one that is too
    old for it says so."""
    said = {
        schema
        for table, later in LATER.items()
        for name, schema in later.items()
        for row in packet.rows.get(table, [])
        if _says(row.get(name))
    }
    shapes = {row["content"].get("shape", 1) for row in packet.rows.get("versions", [])}
    return max({OLDEST_WRITTEN, *said, *(LATER_CONTENT.get(shape, OLDEST_WRITTEN) for shape in shapes)})


def digest_of(parts: Mapping[str, bytes]) -> str:
    """One sum for the data of a packet, whoever made the file and when."""
    sums = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in parts.items() if name != COPY)
    return hashlib.sha256(_canonical(sums)).hexdigest()


def pack(packet: Packet, *, made_at: str, copy: str) -> tuple[bytes, str]:
    """The packet as a zip, and its digest. `made_at` is a moment as text; `copy` the HTML people read."""
    parts = data_parts(packet)
    digest = digest_of(parts)
    parts[COPY] = copy.encode()
    manifest = {
        "format": FORMAT,
        "schema": schema_of(packet),
        "made_at": made_at,
        "sender": packet.sender,
        "digest": digest,
        "parts": [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in sorted(parts.items())
        ],
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [("manifest.json", _canonical(manifest)), *sorted(parts.items())]:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), data, zipfile.ZIP_DEFLATED)
    return held.getvalue(), digest


def unpack(data: bytes) -> tuple[Packet, str]:
    """The packet of a zip, and its digest. Raises PacketError, and nothing else, for everything that is not one."""
    if len(data) > LARGEST_FILE:
        raise PacketError(Wrong.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _parts(archive)
    except PacketError:
        raise
    except Exception as error:  # zipfile and zlib raise many kinds for a file that is broken or hostile
        raise PacketError(Wrong.NOT_A_ZIP) from error
    manifest = _mapping(_loaded(parts.pop("manifest.json"), "manifest.json"), "manifest.json")
    if manifest.get("format") != FORMAT:
        raise PacketError(Wrong.NOT_A_PACKET, "manifest.json")
    schema = manifest.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise PacketError(Wrong.NOT_A_PACKET, "manifest.json")
    if schema > SCHEMA:
        raise PacketError(Wrong.NEWER)
    _check_sums(manifest, parts)
    digest = digest_of(parts)
    if manifest.get("digest") != digest:
        raise PacketError(Wrong.CHANGED, "manifest.json")
    content = {}
    for name in PARTS:
        if f"{name}.json" not in parts:
            raise PacketError(Wrong.MISSING, f"{name}.json")
        content[name] = _mapping(_loaded(parts[f"{name}.json"], name), name)
    return _packet(manifest, content, parts, schema), digest


def typed_rows(packet: Packet, table: str) -> list[dict[str, Any]]:
    """The rows of a table with values as this program holds them (`shape.understood`); ids under "id"."""
    fields = BY_NAME[table].fields
    found = []
    for row in packet.rows.get(table, []):
        values = {name: understood(how, row.get(name), f"{table}.{name}") for name, how in fields.items()}
        values["id"] = understood(BY_NAME["amendments"].fields["about_id"], row.get("id"), f"{table}.id")
        if values["id"] is None:
            raise PacketError(Wrong.BAD_VALUE, f"{table}.id")
        found.append(values)
    return found


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > LARGEST_WHOLE:
        raise PacketError(Wrong.TOO_LARGE)
    if "manifest.json" not in names or len(set(names)) != len(names):
        raise PacketError(Wrong.NOT_A_PACKET)
    parts: dict[str, bytes] = {}
    for info in infos:
        if info.filename != "manifest.json" and not _PART_NAME.fullmatch(info.filename):
            raise PacketError(Wrong.NOT_A_PACKET, info.filename[:80])
        with archive.open(info) as stream:
            data = stream.read(LARGEST_PART + 1)  # what the directory says of sizes may be untrue
        if len(data) > LARGEST_PART:
            raise PacketError(Wrong.TOO_LARGE, info.filename)
        parts[info.filename] = data
        if sum(map(len, parts.values())) > LARGEST_WHOLE:
            raise PacketError(Wrong.TOO_LARGE)
    return parts


def _check_sums(manifest: Mapping[str, Any], parts: Mapping[str, bytes]) -> None:
    listed = manifest.get("parts")
    if not isinstance(listed, list):
        raise PacketError(Wrong.NOT_A_PACKET, "manifest.json")
    sums = {str(_mapping(one, "manifest.json").get("name")): one.get("sha256") for one in listed}
    if set(sums) != set(parts):
        raise PacketError(Wrong.MISSING, ", ".join(sorted(set(sums) ^ set(parts)))[:200])
    for name, data in parts.items():
        if hashlib.sha256(data).hexdigest() != sums[name]:
            raise PacketError(Wrong.CHANGED, name)


def _packet(manifest: Mapping[str, Any], content: Mapping[str, Any], parts: Mapping[str, bytes], schema: int) -> Packet:
    student = content["student"]
    packet = Packet(
        sender=dict(_mapping(manifest.get("sender"), "sender")),
        student=dict(_mapping(student.get("student"), "student")),
        people={k: dict(_mapping(v, "people")) for k, v in _mapping(student.get("people"), "people").items()},
        guardians=[dict(_mapping(one, "guardians")) for one in _list(student.get("guardians"), "guardians")],
        frameworks={
            k: dict(_mapping(v, "frameworks"))
            for k, v in _mapping(content["evidence"].get("frameworks"), "frameworks").items()
        },
        competencies={
            k: dict(_mapping(v, "competencies"))
            for k, v in _mapping(content["evidence"].get("competencies"), "competencies").items()
        },
        plan=dict(_mapping(content["plan"].get("plan"), "plan")),
        file_facts={k: dict(_mapping(v, "files")) for k, v in _mapping(student.get("files"), "files").items()},
        files={name.removeprefix("files/"): data for name, data in parts.items() if name.startswith("files/")},
    )
    known = {"student": {"student", "people", "guardians", "files"}, "plan": {"plan"}, "record": set(),
             "versions": set(), "evidence": {"frameworks", "competencies"}}  # fmt: skip
    for table in TABLES:
        if table.since > schema:  # unknown to whoever made it: what stands there under this name is left over
            packet.rows[table.name] = []
            continue
        rows = _list(content[table.part].get(table.name, []), table.name)
        packet.rows[table.name] = [dict(_mapping(row, table.name)) for row in rows]
        known[table.part].add(table.name)
        odd = [{k: v for k, v in row.items() if k not in {*table.fields, "id"}} for row in packet.rows[table.name]]
        if any(odd):
            packet.left_over[table.name] = [o | {"id": r.get("id")} for o, r in zip(odd, rows, strict=True) if o]
    for part, names in known.items():
        extra = {name: value for name, value in content[part].items() if name not in names}
        if extra:
            packet.left_over[part] = extra
    if sum(len(rows) for rows in packet.rows.values()) > MOST_ROWS:
        raise PacketError(Wrong.TOO_LARGE)
    return packet


def _says(value: Any) -> bool:
    return value is not None and value != ""


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _loaded(data: bytes, where: str) -> Any:
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PacketError(Wrong.NOT_A_PACKET, where) from error
    if not _can_be_kept(loaded):
        raise PacketError(Wrong.BAD_VALUE, where)
    return loaded


def _can_be_kept(loaded: Any) -> bool:
    """JSON allows what no database keeps: a NUL or half a character in a text, a number without an end."""
    waiting = [loaded]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            if _NOT_TEXT.search(value):
                return False
        elif isinstance(value, float) and not math.isfinite(value):
            return False
    return True


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PacketError(Wrong.BAD_VALUE, where)
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise PacketError(Wrong.BAD_VALUE, where)
    return value
