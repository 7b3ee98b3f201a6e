"""OpenSALT's spreadsheets, known by their headings: the workbook becomes a CASE package, the table a mapping. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.sheets import Book, Sheet
from competencies.case import key_of
from competencies.spreadsheets.mapping import Column, ParentBy, Role, SheetMapping

DOCUMENT, ITEMS, ASSOCIATIONS = "CF Doc", "CF Item", "CF Association"
SHEETS = {"CFDocument": DOCUMENT, "CFItems": ITEMS, "CFAssociations": ASSOCIATIONS}
MOST_ROWS = 60_000
_LISTS = frozenset({"conceptKeywords", "educationLevel", "subject"})
_DAYS = {"lastChangeDate": "lastChangeDateTime"}
_TABLE = {
    "Identifier": Role.ID,
    "fullStatement": Role.STATEMENT,
    "HumanCodingScheme": Role.CODE,
    "sequenceNumber": Role.SEQUENCE,
    "Abbreviated Statement": Role.NAME,
    "ConceptKeywords": Role.CONCEPTS,
    "Notes": Role.NOTES,
    "Language": Role.LANGUAGE,
    "Education Level": Role.GRADES,
    "CFItemType": Role.KIND,
    "Is Child Of": Role.PARENT,
    "IsPartOf": Role.PART_OF,
    "replacedBy": Role.REPLACED_BY,
    "Exemplar": Role.EXEMPLAR,
    "hasSkillLevel": Role.SKILL_LEVEL,
    "isExactMatchOf": Role.MATCHES,
    "Precedes": Role.PRECEDES,
    "Is Peer Of": Role.PEER_OF,
    "Is Related To": Role.RELATED,
}
_TELLING = {"fullStatement", "HumanCodingScheme", "CFItemType", "Is Child Of"}


def is_workbook(names: Iterable[str]) -> bool:
    """Whether a workbook's sheets are those of OpenSALT."""
    return {DOCUMENT, ITEMS} <= set(names)


def table_mapping(header: Iterable[str], *, title: str) -> SheetMapping | None:
    """The mapping of OpenSALT's table of children; None for another table."""
    names = list(header)
    if not set(names) >= _TELLING:
        return None
    columns = tuple(Column(name, _TABLE[name].value) for name in names if name in _TABLE)
    return SheetMapping(columns=columns, parent_by=ParentBy.CODE, title=title)


def package_of_workbook(book: Book) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """The workbook as the JSON object of a CASE package, and the row each entry of a list came from.

    `smartLevel` says parent and order of an item that no association names a parent for.
    """
    lines: dict[str, list[int]] = {}
    documents = [_plain(row) for _line, row in _rows(book.sheet(DOCUMENT))]
    items, levels = [], []
    lines["CFItems"] = []
    for line, row in _rows(book.sheet(ITEMS)):
        levels.append(row.pop("smartLevel", ""))
        items.append(_plain(row))
        lines["CFItems"].append(line)
    associations: list[dict[str, Any]] = []
    lines["CFAssociations"] = []
    if ASSOCIATIONS in book.names:
        for line, row in _rows(book.sheet(ASSOCIATIONS)):
            associations.append(_association(row))
            lines["CFAssociations"].append(line)
    top = documents[0] if documents else {}
    for at, number in enumerate(levels):
        _by_smart_level(at, number, levels, items, associations, str(top.get("identifier", "")))
    lines["CFAssociations"] += [0] * (len(associations) - len(lines["CFAssociations"]))
    package: dict[str, Any] = {"CFItems": items, "CFAssociations": associations, "CFDefinitions": {}}
    if documents:
        package["CFDocument"] = top
    title, text = top.pop("licenseTitle", ""), top.pop("licenseText", "")
    if title or text:
        name = f"{top.get('identifier', '')}-licence"
        package["CFDefinitions"] = {
            "CFLicenses": [{"identifier": name, "title": title or text[:120], "licenseText": text or title}]
        }
    return package, lines


def _rows(sheet: Sheet) -> Iterable[tuple[int, dict[str, str]]]:
    for count, (line, cells, trusted) in enumerate(sheet.rows):
        if count >= MOST_ROWS:
            return
        if trusted:
            named = zip(sheet.header, (cell.strip() for cell in cells), strict=False)
            yield line, {name: cell for name, cell in named if name and cell}


def _plain(row: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in row.items():
        plain = _DAYS.get(name, name)
        if name in _LISTS:
            found[plain] = [part.strip() for part in cell.split(",") if part.strip()]
        elif name != "license":
            found[plain] = cell
    if not found.get("fullStatement") and found.get("statement"):
        found["fullStatement"] = found["statement"]
    return found


def _association(row: Mapping[str, str]) -> dict[str, Any]:
    def end(side: str) -> dict[str, str]:
        return {
            "identifier": row.get(f"{side}NodeIdentifier", ""),
            "title": row.get(f"{side}NodeHumanCodingScheme", ""),
            "uri": "",
        }

    words = row.get("associationType", "").split()
    kind = "".join([*(word.lower() for word in words[:1]), *(word.capitalize() for word in words[1:])])
    found: dict[str, Any] = {
        "identifier": row.get("identifier", ""),
        "associationType": kind if len(words) > 1 or kind == "precedes" else row.get("associationType", ""),
        "originNodeURI": end("origin"),
        "destinationNodeURI": end("destination"),
    }
    if row.get("associationGroupIdentifier"):
        name = row.get("associationGroupName", "")
        found["CFAssociationGroupingURI"] = {"identifier": row["associationGroupIdentifier"], "title": name}
    return found


def _by_smart_level(
    at: int,
    number: str,
    levels: list[str],
    items: list[dict[str, Any]],
    associations: list[dict[str, Any]],
    document: str,
) -> None:
    own = key_of(str(items[at].get("identifier", "")))
    if not own or not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})*", number):
        return
    sequence = int(number.rpartition(".")[2])
    for association in associations:
        if (
            association["associationType"].lower() == "ischildof"
            and key_of(association["originNodeURI"]["identifier"]) == own
        ):
            association.setdefault("sequenceNumber", sequence)
            return
    above = number.rpartition(".")[0]
    parent = document if not above else str(items[levels.index(above)].get("identifier", "")) if above in levels else ""
    if parent:
        associations.append(
            {
                "associationType": "isChildOf",
                "originNodeURI": {"identifier": items[at]["identifier"], "title": "", "uri": ""},
                "destinationNodeURI": {"identifier": parent, "title": "", "uri": ""},
                "sequenceNumber": sequence,
            }
        )
