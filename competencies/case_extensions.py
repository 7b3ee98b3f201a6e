"""What a package written here says beyond CASE, in `extensions.throughline`; read field by field, each with its limits.

CASE has no place for a scale with its words, for sentences to families, for a competency's own short name or for a
key that is no UUID. Rows carry them as an extension, so that an export comes back as what it was:

    CFDocument      schema, source, key, scale, shape, fields
    CFItem          key, under, wordings, fields
    CFAssociation   key, origin, destination, broken, fields

`fields` holds only what CASE alone would bring back otherwise. `shape` is a digest of items and edges: where it still
fits, `under` and `broken` say the tree as it stood here; where somebody changed the package since, the edges decide.
Whatever does not have its right type is passed over. Pure.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

from competencies.case import Link, Package, key_of
from competencies.case import limits as case_limits
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, LevelDraft, ScaleDraft, WordingDraft

OURS = "throughline"
SCHEMA = 1
TREE_KINDS = frozenset({"isChildOf", "precedes"})
AUDIENCES = frozenset({"name", "statement", "student", "family", "home"})
MOST_WORDINGS = 500
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f]")

Draft = TypeVar("Draft", FrameworkDraft, CompetencyDraft, EdgeDraft)
Taken = Callable[[Any], Any]


class _WrongError(ValueError):
    """A value of another type than the field has."""


def is_uuid(text: str) -> bool:
    """Whether a text looks like a UUID, of any version, in any case."""
    return _UUID.fullmatch(text) is not None


def identifier_of(key: str, written: str = "") -> str:
    """The UUID a key goes by in a package: as its source wrote it, the key itself, or one made from the key.

    The made one is the MD5 of the key, so that a database finds it too; it proves nothing and keeps nothing secret.
    """
    if written and key_of(written) == key and is_uuid(written):
        return written
    if is_uuid(key):
        return key
    return str(UUID(hex=hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()))


def ours(extensions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our part of a row's extensions; empty where there is none."""
    found = extensions.get(OURS)
    return found if isinstance(found, Mapping) else {}


def vendors(extensions: Mapping[str, Any]) -> dict[str, Any]:
    """Everybody else's part."""
    return {name: value for name, value in extensions.items() if name != OURS}


# ------------------------------------------------------------------ keys


def _key(stated: Any, identifier: str) -> str:
    """The key a row says it has here, if its identifier is the one made from that key; else the identifier's own."""
    plain = key_of(identifier)
    if (
        isinstance(stated, str)
        and 0 < len(stated) <= case_limits.MAX_IDENTIFIER
        and key_of(stated) == stated
        and not _CONTROL.search(stated)
        and key_of(identifier_of(stated)) == plain
    ):
        return stated
    return plain


def restored(package: Package) -> Package:
    """The package under the keys its rows had where it was written. The same object where it was not written here."""
    if not ours(package.document.extensions):
        return package
    known = {package.document.key: _key(ours(package.document.extensions).get("key"), package.document.identifier)}
    for item in package.items:
        known[item.key] = _key(ours(item.extensions).get("key"), item.identifier)

    def named(identifier: str) -> str:
        mine = known.get(key_of(identifier))
        return identifier if mine is None or mine == key_of(identifier) else mine

    def end(link: Link, stated: Any) -> Link:
        mine = known.get(link.key)
        key = mine if mine is not None else _key(stated, link.identifier)
        return link if key == link.key else replace(link, identifier=key)

    items = tuple(replace(item, identifier=named(item.identifier)) for item in package.items)
    associations = []
    for one in package.associations:
        said = ours(one.extensions)
        key = _key(said.get("key"), one.identifier)
        associations.append(
            replace(
                one,
                identifier=one.identifier if key == one.key else key,
                origin=end(one.origin, said.get("origin")),
                destination=end(one.destination, said.get("destination")),
            )
        )
    document = replace(package.document, identifier=named(package.document.identifier))
    if len({item.key for item in items}) < len(items) or len({one.key for one in associations}) < len(associations):
        return package  # two rows claim one key: take each by its identifier
    return replace(package, document=document, items=items, associations=tuple(associations))


# ------------------------------------------------------------------ the tree as it stood


def shape_digest(keys: Iterable[str], edges: Iterable[tuple[str, str, str, int | None]]) -> str:
    """A digest of item keys in order and of (kind, origin, destination, sequence) of the edges that make the tree."""
    digest = hashlib.sha256()
    for key in keys:
        digest.update(f"{key}\n".encode())
    for kind, origin, destination, sequence in sorted(
        (edge for edge in edges if edge[0] in TREE_KINDS), key=lambda edge: (*edge[:3], edge[3] or 0)
    ):
        digest.update(f"{kind}|{origin}|{destination}|{'' if sequence is None else sequence}\n".encode())
    return digest.hexdigest()


def stated_parents(package: Package) -> dict[str, str | None] | None:
    """Every item in order with the parent it had where the package was written; None where the edges have to decide."""
    said = ours(package.document.extensions).get("shape")
    if not isinstance(said, str):
        return None
    edges = ((one.type.value, one.origin.key, one.destination.key, place(one.sequence)) for one in package.associations)
    if said != shape_digest((item.key for item in package.items), edges):
        return None
    found: dict[str, str | None] = {}
    for item in package.items:
        parent = ours(item.extensions).get("under")
        if parent is not None and parent not in found:
            return None
        found[item.key] = parent
    return found


def place(sequence: int | None) -> int | None:
    """A sequence number as it is stored: negative ones are none."""
    return None if sequence is None or sequence < 0 else sequence


# ------------------------------------------------------------------ fields


def _text(limit: int, *, needed: bool = False) -> Taken:
    def take(value: Any) -> str:
        if not isinstance(value, str) or len(value) > limit or (needed and not value.strip()):
            raise _WrongError
        return value

    return take


def _texts(limit: int) -> Taken:
    one = _text(limit, needed=True)

    def take(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > case_limits.MAX_LIST:
            raise _WrongError
        return tuple(one(text) for text in value)

    return take


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _WrongError
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _WrongError from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongError
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _WrongError
    return value


def _translations(value: Any) -> dict[str, dict[str, str]]:
    names = {"title", "description"}
    found: dict[str, dict[str, str]] = {}
    for language, texts in _object(value).items():
        if not 0 < len(language) <= 35 or not names >= _object(texts).keys():
            raise _WrongError
        found[language] = {name: _text(case_limits.MAX_TEXT)(text) for name, text in texts.items()}
    return found


_KINDS = {"isChildOf", "isTranslationOf"} | {"isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo"}


def _kind(value: Any) -> str:
    if not isinstance(value, str) or value not in _KINDS | {"replacedBy", "exemplar", "hasSkillLevel"}:
        raise _WrongError
    return value


DOCUMENT_FIELDS: Mapping[str, Taken] = {
    "title": _text(500, needed=True),
    "description": _text(case_limits.MAX_TEXT),
    "creator": _text(500),
    "publisher": _text(500),
    "language": _text(35, needed=True),
    "adoption_status": _text(60),
    "license_text": _text(case_limits.MAX_TEXT),
    "source_uri": _text(case_limits.MAX_URI),
    "source_changed_at": _moment,
    "translations": _translations,
    "details": _object,
}
ITEM_FIELDS: Mapping[str, Taken] = {
    "source_uri": _text(case_limits.MAX_URI),
    "code": _text(255),
    "name": _text(500, needed=True),
    "statement": _text(case_limits.MAX_STATEMENT, needed=True),
    "notes": _text(case_limits.MAX_TEXT),
    "kind": _text(255),
    "grades": _texts(20),
    "subjects": _texts(200),
    "concepts": _texts(200),
    "language": _text(35),
    "is_assessable": _flag,
    "source_changed_at": _moment,
    "details": _object,
}
EDGE_FIELDS: Mapping[str, Taken] = {
    "kind": _kind,
    "origin_uri": _text(case_limits.MAX_URI),
    "destination_uri": _text(case_limits.MAX_URI),
    "details": _object,
}


def with_fields(draft: Draft, extensions: Mapping[str, Any], known: Mapping[str, Taken]) -> Draft:
    """The draft with what its row says in `fields`, as far as each has its type."""
    said = ours(extensions).get("fields")
    if not isinstance(said, Mapping):
        return draft
    values: dict[str, Any] = {}
    for name, take in known.items():
        if name in said:
            try:
                values[name] = take(said[name])
            except _WrongError:
                continue
    return replace(draft, **values) if values else draft


def fields_of(draft: object, again: object, known: Iterable[str]) -> dict[str, Any]:
    """What the row alone would bring back otherwise, as JSON values: `again` is what it brings back."""
    found: dict[str, Any] = {}
    for name in known:
        value = getattr(draft, name)
        if value != getattr(again, name):
            found[name] = value.isoformat() if isinstance(value, datetime) else value
    return found


# ------------------------------------------------------------------ words and scale


def wordings_in(extensions: Mapping[str, Any]) -> tuple[WordingDraft, ...] | None:
    """The sentences a row brings along; None where it speaks of none."""
    rows = ours(extensions).get("wordings")
    if not isinstance(rows, list):
        return None
    found: dict[tuple[str, Decimal | None, str], WordingDraft] = {}
    for row in rows[:MOST_WORDINGS]:
        try:
            kind, language = row["kind"], _text(35, needed=True)(row["language"])
            text = _text(case_limits.MAX_TEXT, needed=True)(row["text"])
            level = None if row.get("level") is None else _level(row["level"])
        except (_WrongError, KeyError, TypeError, AttributeError):
            continue
        if kind in AUDIENCES:
            found.setdefault((kind, level, language), WordingDraft(kind, language, text, level))
    return tuple(found.values())


def wordings_as_json(wordings: Iterable[WordingDraft]) -> list[dict[str, Any]]:
    """The same, for a row."""
    return [
        {
            "kind": one.kind,
            "language": one.language,
            **({} if one.level is None else {"level": f"{one.level:f}"}),
            "text": one.text,
        }
        for one in wordings
    ]


def _level(value: Any) -> Decimal:
    try:
        level = Decimal(str(value))
    except InvalidOperation:
        raise _WrongError from None
    if not level.is_finite() or not -999 < level < 999 or level != level.quantize(Decimal("0.01")):
        raise _WrongError
    return level.quantize(Decimal("0.01"))


def scale_in(extensions: Mapping[str, Any]) -> ScaleDraft | None:
    """The scale a document brings along; None where it brings none that can be used."""
    said = ours(extensions).get("scale")
    try:
        texts = _said_by_language
        levels = {
            _level(row["value"]): LevelDraft(_level(row["value"]), texts(row["names"]), texts(row.get("meanings", {})))
            for row in _object(said)["levels"][:20]
        }
        target = _level(_object(said)["target"])
        if not levels or target not in levels:
            return None
        name = _text(120, needed=True)(_object(said)["name"])
        return ScaleDraft(UUID(_object(said)["id"]), name, target, tuple(levels[value] for value in sorted(levels)))
    except (_WrongError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _said_by_language(value: Any) -> dict[str, str]:
    return {language[:35]: _text(1_000)(text) for language, text in _object(value).items() if language}


def scale_as_json(scale: ScaleDraft) -> dict[str, Any]:
    """The same, for a document."""
    return {
        "id": str(scale.public_id),
        "name": scale.name,
        "target": f"{scale.target:f}",
        "levels": [
            {"value": f"{level.value:f}", "names": dict(level.names), "meanings": dict(level.meanings)}
            for level in scale.levels
        ],
    }
