"""A tree of the Achievement Standards Network (ASN, the JSON of its manifests) as a framework draft. Pure.

The tree is put into the shape of a CASE package and read by the same reader, so that every row gets the same doubt.
The file names no document: the framework's key is made from its roots, and an importer may find the one that holds
them already. Identifiers that ASN says are the same thing elsewhere become `exactMatchOf`.
"""

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from competencies.case import Issue, Package, PackageUnreadable, Unreadable, key_of
from competencies.case.reader import package_of
from competencies.case_draft import draft_of
from competencies.drafts import FrameworkDraft

SOURCE = "asn"
_KEYS = UUID("9d4f0d0c-3b1b-5f57-8f53-3f1f2c5a9e77")
_GUID = "urn:guid:"
_LANGUAGES = {"eng": "en", "spa": "es", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "ara": "ar", "chi": "zh"}
_RIGHTS = ("dcterms_rights", "dcterms_license", "cc_license", "dc_rights")


@dataclass(frozen=True, slots=True)
class Publication:
    """What the notation of a published framework says about it, and the notice its licence asks for on screen."""

    prefix: str
    title: str
    creator: str
    notice: str


_CCSS = (
    "National Governors Association Center for Best Practices, Council of Chief State School Officers",
    "© Copyright 2010. National Governors Association Center for Best Practices and Council of Chief State School"
    " Officers. All rights reserved.",
)
KNOWN = (
    Publication("CCSS.MATH", "Common Core State Standards for Mathematics", *_CCSS),
    Publication("CCSS.ELA", "Common Core State Standards for English Language Arts", *_CCSS),
)


@dataclass(frozen=True, slots=True)
class AsnFound:
    """The framework, what was noticed (places as JSON Pointers into the tree), and keys of the outermost branches."""

    draft: FrameworkDraft
    issues: tuple[Issue, ...]
    unlisted: int
    roots: tuple[str, ...]


def is_asn(value: object) -> bool:
    """True for the JSON of an ASN tree: a list of nodes, or one."""
    node = value[0] if isinstance(value, list) and value else value
    return isinstance(node, dict) and any(isinstance(name, str) and name.startswith("asn_") for name in node)


def draft_of_asn(value: object) -> AsnFound:
    """The framework in a tree. Raises PackageUnreadable where no entry can be used."""
    roots = value if isinstance(value, list) else [value]
    nodes = list(_walk(roots))
    top = [_identifier(node) for _pointer, node, parent in nodes if parent is None and isinstance(node, dict)]
    key = str(uuid5(_KEYS, " ".join(sorted(top)[:1])))
    known = _publication(node for _pointer, node, _parent in nodes)
    items = [_item(node) if isinstance(node, dict) else node for _pointer, node, _parent in nodes]
    associations = [row for at, (_p, node, parent) in enumerate(nodes) for row in _edges(at, node, parent, nodes, key)]
    package = package_of(
        {
            "CFDocument": {
                "identifier": key,
                "title": known.title,
                "creator": known.creator or "ASN",
                "language": "en",
            },
            "CFItems": items,
            "CFAssociations": associations,
        }
    )
    if not package.items:
        raise PackageUnreadable(Unreadable.ASN_TREE)
    draft = draft_of(package)
    return AsnFound(
        draft=replace(draft, source=SOURCE, license_text=known.notice, details=_details(package)),
        issues=tuple(_placed(issue, [pointer for pointer, _node, _parent in nodes]) for issue in package.issues),
        unlisted=package.unlisted,
        roots=tuple(key_of(one) for one in top if one),
    )


def _details(package: Package) -> dict[str, Any]:
    subjects = dict.fromkeys(subject for item in package.items for subject in item.subjects)
    return {"subjects": list(subjects)} if subjects else {}


def _walk(roots: Iterable[object]) -> Iterator[tuple[str, object, int | None]]:
    """Every node in reading order with its place and its parent's number in that order. Iterative."""
    pending: list[tuple[str, object, int | None]] = []
    pending.extend([(f"/{n}", node, None) for n, node in enumerate(roots)][::-1])
    count = 0
    while pending:
        pointer, node, parent = pending.pop()
        yield pointer, node, parent
        children = node.get("children") if isinstance(node, dict) else None
        if isinstance(children, list):
            pending.extend([(f"{pointer}/children/{n}", one, count) for n, one in enumerate(children)][::-1])
        count += 1


def _identifier(node: Mapping[str, Any]) -> str:
    found = node.get("id") or node.get("asn_identifier")
    if isinstance(found, dict):
        found = found.get("uri")
    return found.rstrip("/").rpartition("/")[2] if isinstance(found, str) else ""


def _said(value: object) -> list[str]:
    """The words of a value: a text, an object with `literal` or `prefLabel`, or a list of such."""
    values = value if isinstance(value, list) else [value]
    found = []
    for one in values:
        text = (one.get("literal") or one.get("prefLabel")) if isinstance(one, dict) else one
        if isinstance(text, str) and text.strip():
            found.append(html.unescape(text).strip())
    return found


def _first(value: object) -> str:
    return next(iter(_said(value)), "")


def _addresses(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    found = [one.get("uri") if isinstance(one, dict) else one for one in values]
    return [one for one in found if isinstance(one, str)]


def _item(node: Mapping[str, Any]) -> dict[str, Any]:
    languages = [one.rpartition("/")[2] for one in _addresses(node.get("dcterms_language"))]
    return {
        "identifier": _identifier(node),
        "uri": node.get("id") if isinstance(node.get("id"), str) else "",
        "fullStatement": _first(node.get("text")) or _first(node.get("dcterms_description")),
        "humanCodingScheme": _first(node.get("asn_statementNotation")),
        "alternativeLabel": _first(node.get("asn_altStatementNotation")),
        "listEnumeration": _first(node.get("asn_listID")),
        "CFItemType": _first(node.get("asn_statementLabel")),
        "educationLevel": _said(node.get("dcterms_educationLevel")),
        "subject": _said(node.get("dcterms_subject")),
        "conceptKeywords": _said(node.get("asn_conceptKeyword")),
        "notes": "\n\n".join(_said(node.get("asn_comment"))),
        "language": _LANGUAGES.get(languages[0], "") if languages else "",
    }


def _edges(
    at: int, node: object, parent: int | None, nodes: list[tuple[str, object, int | None]], key: str
) -> Iterator[dict[str, Any]]:
    if not isinstance(node, dict) or not _identifier(node):
        return
    own = {"identifier": _identifier(node), "title": "", "uri": ""}
    above = nodes[parent][1] if parent is not None else None
    over = _identifier(above) if isinstance(above, dict) else key
    if over:
        yield _edge(own, "isChildOf", over, sequence=at)
    for address in _addresses(node.get("skos_exactMatch")):
        if address.lower().startswith(_GUID):
            try:
                yield _edge(own, "exactMatchOf", str(UUID(address[len(_GUID) :])), uri=address)
            except ValueError:
                continue


def _edge(
    origin: dict[str, str], kind: str, target: str, *, uri: str = "", sequence: int | None = None
) -> dict[str, Any]:
    return {
        "identifier": str(uuid5(_KEYS, f"{origin['identifier']} {kind} {target}")),
        "associationType": kind,
        "originNodeURI": origin,
        "destinationNodeURI": {"identifier": target, "title": "", "uri": uri},
        **({} if sequence is None else {"sequenceNumber": sequence}),
    }


def _publication(nodes: Iterable[object]) -> Publication:
    notation = notice = first = ""
    for node in nodes:
        if not isinstance(node, dict):
            continue
        first = first or _first(node.get("text"))
        notation = notation or _first(node.get("asn_statementNotation"))
        notice = notice or next((text for name in _RIGHTS for text in _said(node.get(name))), "")
        if notation and notice:
            break
    known = next((one for one in KNOWN if notation.upper().startswith(one.prefix)), None)
    if known is not None:
        return replace(known, notice=notice or known.notice)
    return Publication("", first or "ASN", "", notice)


def _placed(issue: Issue, pointers: list[str]) -> Issue:
    """A finding about a row of the package, with its place in the tree."""
    parts = issue.pointer.split("/")
    if len(parts) > 2 and parts[1] == "CFItems" and parts[2].isdigit() and int(parts[2]) < len(pointers):
        return replace(issue, pointer="/".join([pointers[int(parts[2])], *parts[3:]]))
    return issue
