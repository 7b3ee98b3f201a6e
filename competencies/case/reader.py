"""Reading a CASE 1.0 or 1.1 package from bytes. Pure: bytes in, values and findings out.

Promise: `read_package` returns a `Package` or raises `PackageUnreadable`, whatever the bytes are.
One bad row costs that row, never the file.
"""

import json
import uuid
from collections import Counter
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from competencies.case import limits
from competencies.case.definitions import read_definitions, read_rubrics
from competencies.case.hierarchy import note_shape
from competencies.case.issues import IssueLog, PackageUnreadable
from competencies.case.records import (
    Association,
    AssociationType,
    Document,
    Item,
    Link,
    Package,
    Seen,
    key_of,
)
from competencies.case.rows import Row, UnusableNumber, kind_of, usable_identifier
from competencies.case.wordings import Code, Unreadable

_INTEGER_DIGITS = 18
_TYPES = {kind.value.lower(): kind for kind in AssociationType} | {"isexactmatchof": AssociationType.EXACT_MATCH_OF}
_NAMELESS = uuid.UUID("5f0d4d53-0e0c-5a0e-9d3b-3f6a1f3a6f10")
"""Namespace for identifiers given to associations that have none of their own."""


def read_package(data: bytes) -> Package:
    """Read a CFPackage.

    Raises PackageUnreadable if the bytes are not JSON, not a package, or do not say which framework they
    are. Everything less is an issue of the returned package. Takes about a second for 10,000 items.
    """
    return package_of(load(data))


def package_of(package: dict[str, object]) -> Package:
    """The same for what `load` gave, or for rows put into the shape of a package. Raises PackageUnreadable."""
    log = IssueLog()
    top = Row(package, "", log)
    document = read_document(package, log)
    for field in ("CFItems", "CFAssociations"):
        value = package.get(field)
        if value is not None and not isinstance(value, list):
            raise PackageUnreadable(Unreadable.LIST_EXPECTED, field=field, found=kind_of(value))
        if value is None:
            log.add(Code.LIST_MISSING, f"/{field}", field=field)

    items, refused_items = _read_items(top, document, log)
    associations, refused_associations = _read_associations(top, document, log)
    definitions, definition_count = read_definitions(package, log)
    rubrics = read_rubrics(top)
    _note_repeated_codes(items, log)
    note_shape(document, items, associations, log)
    return Package(
        document=document,
        items=items,
        associations=associations,
        definitions=definitions,
        rubrics=rubrics,
        seen=Seen(
            items=_length(package.get("CFItems")),
            associations=_length(package.get("CFAssociations")),
            definitions=definition_count,
            rubrics=_length(package.get("CFRubrics")),
        ),
        refused_items=refused_items,
        refused_associations=refused_associations,
        issues=log.listed,
        unlisted=log.unlisted,
    )


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


# ------------------------------------------------------------------ bytes to JSON


def load(data: bytes) -> dict[str, object]:
    """The JSON object in a file. Raises PackageUnreadable."""
    value = load_json(data)
    if isinstance(value, list) and value and isinstance(value[0], dict) and _is_asn(value[0]):
        raise PackageUnreadable(Unreadable.ASN_TREE)
    if not isinstance(value, dict):
        raise PackageUnreadable(Unreadable.NOT_A_PACKAGE, found=kind_of(value))
    return value


def load_json(data: bytes) -> object:
    """Whatever JSON is in a file. Raises PackageUnreadable for what is none, too large or nested too deeply."""
    if len(data) > limits.MAX_BYTES:
        raise PackageUnreadable(
            Unreadable.TOO_LARGE,
            megabytes=len(data) // 1_048_576,
            limit=limits.MAX_BYTES // 1_048_576,
        )
    if not data.strip():
        raise PackageUnreadable(Unreadable.EMPTY)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise PackageUnreadable(Unreadable.COMPRESSED)
    return _parse(_decode(data))


def _decode(data: bytes) -> str:
    try:
        # "utf-8-sig" for a BOM; UTF-16 and UTF-32 are told by their zero bytes, as JSON allows.
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise PackageUnreadable(Unreadable.ENCODING, byte=error.start) from None
    if text.lstrip()[:1] == "<":
        raise PackageUnreadable(Unreadable.MARKUP)
    return text


def _parse(text: str) -> object:
    try:
        value: object = json.loads(
            text, parse_int=_whole, parse_float=_decimal, parse_constant=lambda _name: UnusableNumber()
        )
    except json.JSONDecodeError as error:
        raise PackageUnreadable(Unreadable.NOT_JSON, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise PackageUnreadable(Unreadable.NESTED_TOO_DEEP) from None
    return value


def _whole(digits: str) -> int | UnusableNumber:
    return int(digits) if len(digits) <= _INTEGER_DIGITS else UnusableNumber()


def _decimal(digits: str) -> Decimal | UnusableNumber:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return UnusableNumber()


def _is_asn(node: dict[str, object]) -> bool:
    return "asn_identifier" in node or any(name.startswith("asn_") for name in node)


# ------------------------------------------------------------------ document


def read_document(package: dict[str, object], log: IssueLog) -> Document:
    """The CFDocument of a package. Raises PackageUnreadable where it cannot be told which framework it is."""
    fields = package.get("CFDocument")
    if not isinstance(fields, dict):
        raise PackageUnreadable(Unreadable.NO_DOCUMENT)
    row = Row(fields, "/CFDocument", log)
    if not row.identifier:
        raise PackageUnreadable(Unreadable.DOCUMENT_WITHOUT_IDENTIFIER)
    title = row.text("title", limits.MAX_SHORT)
    for field in ("title", "creator"):
        if fields.get(field) in (None, ""):
            row.note(Code.REQUIRED_MISSING, field)
    return Document(
        identifier=row.identifier,
        title=title or row.identifier,
        uri=row.text("uri", limits.MAX_URI),
        creator=row.text("creator"),
        publisher=row.text("publisher"),
        description=row.text("description", limits.MAX_TEXT),
        language=row.text("language"),
        version=row.text("version"),
        adoption_status=row.text("adoptionStatus"),
        framework_type=row.text("frameworkType"),
        case_version=row.text("caseVersion"),
        official_source_url=row.text("officialSourceURL", limits.MAX_URI),
        notes=row.text("notes", limits.MAX_TEXT),
        subjects=row.texts("subject"),
        subject_links=row.links("subjectURI"),
        license=row.link("licenseURI"),
        status_start=row.day("statusStartDate"),
        status_end=row.day("statusEndDate"),
        changed_at=row.moment("lastChangeDateTime"),
        extensions=row.extensions(),
    )


# ------------------------------------------------------------------ items


def _read_items(top: Row, document: Document, log: IssueLog) -> tuple[tuple[Item, ...], frozenset[str]]:
    kept: dict[str, Item] = {}
    refused: set[str] = set()
    for place, row in top.rows("CFItems"):
        identifier = usable_identifier(row.fields.get("identifier"))
        if identifier is None:
            row.note(Code.IDENTIFIER_UNUSABLE, limit=limits.MAX_IDENTIFIER)
        elif not identifier:
            row.note(Code.ITEM_WITHOUT_IDENTIFIER)
        elif key_of(identifier) == document.key:
            row.note(Code.ITEM_IS_DOCUMENT)
        elif (statement := _statement(row)) is None:
            refused.add(key_of(identifier))
        else:
            item = read_item(row, identifier, statement, place)
            other = kept.get(item.key)
            if other is not None:
                item = _one_of(other, item, row, log)
            kept[item.key] = item
    in_file_order = sorted(kept.values(), key=lambda item: item.position)
    return tuple(in_file_order), frozenset(refused - kept.keys())


def _statement(row: Row) -> str | None:
    """What the item says; None (with an error) if it says nothing or far too much."""
    statement = row.statement("fullStatement")
    if len(statement) > limits.MAX_STATEMENT:
        row.note(Code.STATEMENT_TOO_LONG, length=len(statement), limit=limits.MAX_STATEMENT)
        return None
    if statement:
        return statement
    for field in ("abbreviatedStatement", "humanCodingScheme"):
        if borrowed := row.text(field):
            row.log.add(Code.STATEMENT_BORROWED, f"{row.pointer}/fullStatement", row.identifier, field=field)
            return borrowed
    row.note(Code.ITEM_WITHOUT_STATEMENT)
    return None


def read_item(row: Row, identifier: str, statement: str, place: int) -> Item:
    """One CFItem with its identifier and statement, which were judged before."""
    return Item(
        identifier=identifier,
        full_statement=statement,
        position=place,
        uri=row.text("uri", limits.MAX_URI),
        abbreviated_statement=row.text("abbreviatedStatement"),
        alternative_label=row.text("alternativeLabel"),
        human_coding_scheme=row.text("humanCodingScheme"),
        list_enumeration=row.text("listEnumeration"),
        item_type=row.text("CFItemType"),
        item_type_link=row.link("CFItemTypeURI"),
        education_levels=row.texts("educationLevel", commas=True),
        concept_keywords=row.texts("conceptKeywords", commas=True),
        concept_links=row.links("conceptKeywordsURI"),
        subjects=row.texts("subject"),
        subject_links=row.links("subjectURI"),
        notes=row.text("notes", limits.MAX_TEXT),
        language=row.text("language"),
        license=row.link("licenseURI"),
        status_start=row.day("statusStartDate"),
        status_end=row.day("statusEndDate"),
        changed_at=row.moment("lastChangeDateTime"),
        extensions=row.extensions(),
    )


def _one_of(first: Item, second: Item, row: Row, log: IssueLog) -> Item:
    """Of two rows with one identifier, the one changed last; if that does not decide, the first."""
    later = second.changed_at is not None and first.changed_at is not None and second.changed_at > first.changed_at
    keep, drop = (second, first) if later else (first, second)
    log.add(
        Code.ITEM_REPEATED,
        f"/CFItems/{drop.position}",
        drop.identifier,
        kept=f"/CFItems/{keep.position}",
    )
    return keep


# ------------------------------------------------------------------ associations


def _read_associations(top: Row, document: Document, log: IssueLog) -> tuple[tuple[Association, ...], frozenset[str]]:
    by_key: dict[str, Association] = {}
    by_edge: dict[tuple[str, ...], Association] = {}
    refused: set[str] = set()
    for place, row in top.rows("CFAssociations"):
        association = read_association(row, document, place)
        if association is None:
            refused.add(key_of(row.identifier))
            continue
        edge = _edge(association)
        same = by_edge.get(edge)
        if same is not None:
            row.note(Code.EDGE_REPEATED, kept=f"/CFAssociations/{same.position}")
            if same.sequence is None and association.sequence is not None:
                by_edge[edge] = by_key[same.key] = _with_sequence(same, association.sequence)
            continue
        namesake = by_key.get(association.key)
        if namesake is not None:
            row.note(Code.ASSOCIATION_REPEATED, kept=f"/CFAssociations/{namesake.position}")
            association = _renamed(association, document)
        by_edge[edge] = by_key[association.key] = association
    return tuple(by_key.values()), frozenset(refused - by_key.keys() - {""})


def _edge(association: Association) -> tuple[str, ...]:
    grouping = association.grouping.key if association.grouping else ""
    return association.type, association.origin.key, association.destination.key, grouping


def read_association(row: Row, document: Document, place: int) -> Association | None:
    """One CFAssociation, or None (with an error) where it cannot be used."""
    kind = _association_type(row)
    origin = _end(row, "originNodeURI")
    destination = _end(row, "destinationNodeURI")
    if kind is None or origin is None or destination is None:
        return None
    if origin.key == destination.key:
        row.note(Code.ASSOCIATION_TO_ITSELF, kind=kind.value)
        return None
    if kind is AssociationType.IS_CHILD_OF and origin.key == document.key:
        row.note(Code.DOCUMENT_AS_CHILD)
        return None
    association = Association(
        identifier=row.identifier,
        type=kind,
        origin=origin,
        destination=destination,
        position=place,
        uri=row.text("uri", limits.MAX_URI),
        sequence=row.whole("sequenceNumber"),
        grouping=row.link("CFAssociationGroupingURI"),
        changed_at=row.moment("lastChangeDateTime"),
        notes=row.text("notes", limits.MAX_TEXT),
        extensions=row.extensions(),
    )
    if not row.identifier:
        row.note(Code.ASSOCIATION_WITHOUT_IDENTIFIER)
        return _renamed(association, document)
    return association


def _association_type(row: Row) -> AssociationType | None:
    written = row.text("associationType")
    kind = _TYPES.get("".join(letter for letter in written.lower() if letter not in " _-"))
    if kind is None:
        row.note(
            Code.ASSOCIATION_TYPE_UNKNOWN,
            "associationType",
            value=written[:60],
            allowed=", ".join(AssociationType),
        )
    elif kind.value != written:
        row.note(Code.ASSOCIATION_TYPE_RESPELLED, "associationType", value=written[:60], kind=kind.value)
    return kind


def _end(row: Row, field: str) -> Link | None:
    link = row.link(field)
    if link is None:
        row.note(Code.ASSOCIATION_END_MISSING, field)
    return link


def _renamed(association: Association, document: Document) -> Association:
    """The same association under an identifier made from what it says, the same on every import."""
    identifier = str(uuid.uuid5(_NAMELESS, " ".join((document.key, *_edge(association)))))
    return replace(association, identifier=identifier)


def _with_sequence(association: Association, sequence: int) -> Association:
    return replace(association, sequence=sequence)


# ------------------------------------------------------------------ findings about the whole


def _note_repeated_codes(items: tuple[Item, ...], log: IssueLog) -> None:
    codes = Counter(item.human_coding_scheme for item in items if item.human_coding_scheme)
    shared = sum(count for count in codes.values() if count > 1)
    if shared:
        log.add(Code.CODING_SCHEME_REPEATED, "/CFItems", count=shared)
