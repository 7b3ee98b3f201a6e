"""A CASE package as a framework draft. Pure: decides what goes where, touches nothing."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from competencies.case import Association, AssociationType, Definition, Hierarchy, Item, Link, Package, hierarchy
from competencies.case.records import Rubric
from competencies.case_extensions import (
    DOCUMENT_FIELDS,
    EDGE_FIELDS,
    ITEM_FIELDS,
    ours,
    place,
    restored,
    scale_in,
    stated_parents,
    vendors,
    with_fields,
    wordings_in,
)
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft
from competencies.grades import normalise
from competencies.graphs import without_cycles
from competencies.plain import name_of, shortened

SOURCE = "case"
# Formats whose frameworks may come back as a CASE package and are then the same framework.
SOURCES = frozenset({SOURCE, "own", "asn", "sheet"})
_NAME = 500
_SHORT = 200
_CODE = 255
_LANGUAGE = 35
_STATUS = 60
# Documents marked so are not for everyone's eyes yet.
PRIVATE_STATUSES = frozenset({"private draft"})


def draft_of(package: Package) -> FrameworkDraft:
    """The framework a package describes. An item under several parents is shown in the first of them.

    A package that was written here comes back as what it was written from (`case_extensions`).
    """
    package = restored(package)
    placed, parts, broken = _shape(package)
    head = head_of(package)
    types = item_types_in(package.definitions.item_types)
    subjects = document_subjects(package)
    items = {item.key: item for item in package.items}
    edges = tuple(
        edge_of(association, inside=items.keys() | {package.document.key}, is_broken=association.key in broken)
        for association in package.associations
    )
    competencies = tuple(
        competency_of(
            items[key],
            subjects=subjects,
            types=types,
            position=position,
            parent=parent,
            is_assessable=key not in parts,
        )
        for position, (key, parent) in enumerate(placed.items())
    )
    return FrameworkDraft(
        **{name: getattr(head, name) for name in _HEAD},
        competencies=competencies,
        edges=edges,
        keep_competencies=package.refused_items,
        keep_edges=package.refused_associations,
    )


_HEAD = ("source", "source_id", *DOCUMENT_FIELDS, "scale")


def head_of(package: Package) -> FrameworkDraft:
    """What a package says of the framework itself, without items and associations."""
    document = package.document
    said = ours(document.extensions).get("source")
    head = FrameworkDraft(
        source=said if isinstance(said, str) and said in SOURCES else SOURCE,
        source_id=document.key,
        source_uri=document.uri,
        title=shortened(document.title, _NAME),
        description=document.description,
        creator=document.creator,
        publisher=document.publisher,
        language=(document.language or "en")[:_LANGUAGE],
        adoption_status=document.adoption_status[:_STATUS],
        license_text=_license_text(document.license, package.definitions.licenses),
        source_changed_at=document.changed_at,
        details=_document_details(package),
        scale=scale_in(document.extensions),
    )
    return with_fields(head, document.extensions, DOCUMENT_FIELDS)


def _shape(package: Package) -> tuple[dict[str, str | None], set[str], set[str]]:
    """Every item once with its parent, in reading order; which have parts; which associations closed a loop."""
    given = stated_parents(package)
    if given is not None:
        broken = {one.key for one in package.associations if ours(one.extensions).get("broken") is True}
        parts = {
            one.destination.key
            for one in package.associations
            if one.type is AssociationType.IS_CHILD_OF and one.key not in broken and one.origin.key in given
        }
        return given, parts, broken
    shape = hierarchy(package)
    placed = reading_order(shape)
    return placed, {key for key in placed if shape.children[key]}, _broken(package, shape)


def _broken(package: Package, shape: Hierarchy) -> set[str]:
    precedes = [(a.origin.key, a.destination.key) for a in package.associations if a.type is AssociationType.PRECEDES]
    opened = without_cycles([item.key for item in package.items], precedes).removed
    broken: set[str] = set()
    for association in package.associations:
        origin, destination = association.origin.key, association.destination.key
        if association.type is AssociationType.IS_CHILD_OF:
            # Both ends are here, yet the tree does not hold the edge: it closed a loop.
            closed = (
                origin in shape.parents and destination in shape.children and destination not in shape.parents[origin]
            )
        else:
            closed = association.type is AssociationType.PRECEDES and (origin, destination) in opened
        if closed:
            broken.add(association.key)
    return broken


def reading_order(shape: Hierarchy) -> dict[str, str | None]:
    """Every item once, top to bottom, with the parent it is shown in. Iterative: depth does not matter."""
    placed: dict[str, str | None] = {}
    pending: list[tuple[str, str | None]] = [(key, None) for key in reversed(shape.roots)]
    while pending:
        key, parent = pending.pop()
        if key in placed:
            continue
        placed[key] = parent
        pending.extend((child, key) for child in reversed(shape.children[key]) if child not in placed)
    return placed


def document_subjects(package: Package) -> tuple[str, ...]:
    """The subjects of the whole: those of every item that names none of its own."""
    return package.document.subjects or tuple(link.title for link in package.document.subject_links if link.title)


def item_types_in(definitions: Iterable[Definition]) -> dict[str, str]:
    """Titles of item types by key."""
    return {definition.key: definition.title for definition in definitions}


def competency_of(
    item: Item,
    *,
    subjects: tuple[str, ...],
    types: Mapping[str, str],
    position: int,
    parent: str | None,
    is_assessable: bool,
) -> CompetencyDraft:
    """One item as a competency. `subjects` are the document's, `types` the titles of item types by key."""
    own = item.subjects or tuple(link.title for link in item.subject_links if link.title)
    draft = CompetencyDraft(
        source_id=item.key,
        source_uri=item.uri,
        code=item.human_coding_scheme[:_CODE],
        name=shortened(item.abbreviated_statement, _NAME) or name_of(item.full_statement),
        statement=item.full_statement,
        notes=item.notes,
        kind=(item.item_type or (types.get(item.item_type_link.key, "") if item.item_type_link else ""))[:_CODE],
        grades=normalise(item.education_levels),
        subjects=tuple(subject[:_SHORT] for subject in (own or subjects)),
        concepts=tuple(concept[:_SHORT] for concept in _concepts(item)),
        language=item.language[:_LANGUAGE],
        position=position,
        parent=parent,
        is_assessable=is_assessable,
        source_changed_at=item.changed_at,
        details=_item_details(item),
        wordings=wordings_in(item.extensions),
    )
    return with_fields(draft, item.extensions, ITEM_FIELDS)


def _concepts(item: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*item.concept_keywords, *(link.title for link in item.concept_links if link.title))))


def edge_of(association: Association, *, inside: Collection[str], is_broken: bool) -> EdgeDraft:
    """One association as an edge. `inside` are the keys of the package's items and of its document."""
    edge = EdgeDraft(
        source_id=association.key,
        kind=association.type.value,
        origin=association.origin.key,
        origin_uri=association.origin.uri,
        destination=association.destination.key,
        destination_uri=association.destination.uri,
        sequence=place(association.sequence),
        is_broken_cycle=is_broken,
        details=_edge_details(association, inside),
    )
    return with_fields(edge, association.extensions, EDGE_FIELDS)


# ------------------------------------------------------------------ what no column holds


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def _link(link: Link | None) -> dict[str, str] | None:
    return None if link is None else _without_empty({"id": link.identifier, "title": link.title, "uri": link.uri})


def _links(links: Iterable[Link]) -> list[dict[str, str] | None]:
    return [_link(link) for link in links]


def _license_text(link: Link | None, licenses: Iterable[Definition]) -> str:
    """The text of the licence the document names; if it names none and the package has just one, that one."""
    known = {definition.key: definition for definition in licenses}
    if link is not None:
        named = known.get(link.key)
        return (named.text or named.description or named.title) if named else link.title
    if len(known) == 1:
        only = next(iter(known.values()))
        return only.text or only.description or only.title
    return ""


def _document_details(package: Package) -> dict[str, Any]:
    document = package.document
    definitions = package.definitions
    return _without_empty(
        {
            "identifier": document.identifier,
            "version": document.version,
            "official_source_url": document.official_source_url,
            "notes": document.notes,
            "framework_type": document.framework_type,
            "case_version": document.case_version,
            "subjects": list(document.subjects),
            "subject_links": _links(document.subject_links),
            "license": _link(document.license),
            "status_start": _day(document.status_start),
            "status_end": _day(document.status_end),
            "item_types": [_definition(one) for one in definitions.item_types],
            "subject_definitions": [_definition(one) for one in definitions.subjects],
            "concepts": [_definition(one) for one in definitions.concepts],
            "licenses": [_definition(one) for one in definitions.licenses],
            "groupings": [_definition(one) for one in definitions.groupings],
            "rubrics": [_rubric(one) for one in package.rubrics],
            "extensions": vendors(document.extensions),
        }
    )


def _item_details(item: Item) -> dict[str, Any]:
    return _without_empty(
        {
            "identifier": item.identifier,
            "abbreviated_statement": item.abbreviated_statement,
            "alternative_label": item.alternative_label,
            "list_enumeration": item.list_enumeration,
            "item_type": _link(item.item_type_link),
            "education_levels": list(item.education_levels),
            "concept_links": _links(item.concept_links),
            "subject_links": _links(item.subject_links),
            "license": _link(item.license),
            "status_start": _day(item.status_start),
            "status_end": _day(item.status_end),
            "extensions": vendors(item.extensions),
        }
    )


def _edge_details(association: Association, inside: Collection[str]) -> dict[str, Any]:
    """Titles are kept only for ends that are elsewhere: what is here has its own name."""
    return _without_empty(
        {
            "identifier": association.identifier,
            "uri": association.uri,
            "sequence": association.sequence,
            "grouping": _link(association.grouping),
            "notes": association.notes,
            "extensions": vendors(association.extensions),
            "origin_title": "" if association.origin.key in inside else association.origin.title,
            "destination_title": "" if association.destination.key in inside else association.destination.title,
        }
    )


def _definition(definition: Definition) -> dict[str, Any]:
    return _without_empty(
        {
            "id": definition.identifier,
            "title": definition.title,
            "uri": definition.uri,
            "description": definition.description,
            "hierarchy_code": definition.hierarchy_code,
            "code": definition.code,
            "keywords": definition.keywords,
            "text": definition.text,
        }
    )


def _rubric(rubric: Rubric) -> dict[str, Any]:
    return {
        "id": rubric.identifier,
        "title": rubric.title,
        "description": rubric.description,
        "criteria": [
            {
                "id": criterion.identifier,
                "category": criterion.category,
                "description": criterion.description,
                "item": _link(criterion.item),
                "weight": None if criterion.weight is None else str(criterion.weight),
                "position": criterion.position,
                "levels": [
                    {
                        "id": level.identifier,
                        "description": level.description,
                        "quality": level.quality,
                        "score": None if level.score is None else str(level.score),
                        "feedback": level.feedback,
                        "position": level.position,
                    }
                    for level in criterion.levels
                ],
            }
            for criterion in rubric.criteria
        ],
    }


def _day(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())
