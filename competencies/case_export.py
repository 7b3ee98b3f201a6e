"""A framework as a CASE package, 1.0 or 1.1. Pure: drafts in, JSON objects out, one row at a time.

Every row is read again as an import would read it; what would come back otherwise goes along as an extension
(`case_extensions`). So an export comes back as what it was, whatever the framework came from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from competencies.case import Definitions, Document, Link, Package, Rubric
from competencies.case.definitions import read_definitions, read_rubrics
from competencies.case.issues import IssueLog
from competencies.case.reader import read_association, read_document, read_item
from competencies.case.rows import Row
from competencies.case_draft import competency_of, document_subjects, edge_of, head_of, item_types_in
from competencies.case_extensions import (
    DOCUMENT_FIELDS,
    EDGE_FIELDS,
    ITEM_FIELDS,
    OURS,
    SCHEMA,
    fields_of,
    identifier_of,
    is_uuid,
    scale_as_json,
    shape_digest,
    wordings_as_json,
)
from competencies.case_vocabulary import CaseVersion, Vocabulary, said, without_empty
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft

EDITION = 1
"""Counts changes of this module that give other bytes for the same framework: part of every entity tag."""
# Only CASE 1.1 knows it; a 1.0 package says the nearest and tells the rest in its extension.
_NOT_IN_1_0 = {"isTranslationOf": "isRelatedTo"}


@dataclass(frozen=True, slots=True)
class End:
    """What an association can lead to: how it is named in a package, its title and where it is found."""

    identifier: str
    title: str
    uri: str


class CaseWriter(Vocabulary):
    """Rows of one framework as CASE JSON.

    `head` is the framework, with or without its competencies; `base` the address of this installation without a
    slash at its end; `changed_at` when it was last published, for rows that know no date of their own.
    """

    def __init__(self, head: FrameworkDraft, *, version: CaseVersion, base: str, changed_at: datetime) -> None:
        super().__init__(head, version=version, base=base, changed_at=changed_at)
        self._log = IssueLog()
        known, _count = read_definitions({"CFDefinitions": self._definitions}, self._log)
        self._types = item_types_in(known.item_types)
        self._document = self._documented(known)
        self._subjects = document_subjects(Package(document=self._read_document()))

    @property
    def end(self) -> End:
        """The framework itself as the end of an association."""
        return End(self.identifier, self._head.title, str(self._document["uri"]))

    def end_of(self, draft: CompetencyDraft) -> End:
        """A competency of this framework as the end of an association."""
        identifier = identifier_of(draft.source_id, str(draft.details.get("identifier", "")))
        return End(
            identifier, f"{draft.code} {draft.name}".strip(), draft.source_uri or self.address("CFItems", identifier)
        )

    # -------------------------------------------------------------- document

    def document(self, *, alone: bool = False, shape: str = "") -> dict[str, Any]:
        """The CFDocument. `alone`: outside its package, with the address of the package; `shape`: the tree's digest."""
        row = dict(self._document)
        if shape:
            mine = row["extensions"][OURS]
            row["extensions"] = {**row["extensions"], OURS: {**mine, "shape": shape}}
        if alone:
            row["CFPackageURI"] = {
                "title": self._head.title,
                "identifier": self.identifier,
                "uri": self.address("CFPackages", self.identifier),
            }
        return row

    def _documented(self, known: Definitions) -> dict[str, Any]:
        head, details = self._head, self._details
        is_1_1 = self._version is CaseVersion.V1_1
        mine: dict[str, Any] = {"schema": SCHEMA, "source": head.source}
        if self.identifier.lower() != head.source_id:
            mine["key"] = head.source_id
        if head.scale is not None:
            mine["scale"] = scale_as_json(head.scale)
        row = without_empty(
            {
                "identifier": self.identifier,
                "uri": head.source_uri or self.address("CFDocuments", self.identifier),
                "creator": head.creator or head.publisher or "unknown",
                "title": head.title,
                "lastChangeDateTime": said(head.source_changed_at) if head.source_changed_at else self._changed,
                "officialSourceURL": details.get("official_source_url"),
                "publisher": head.publisher,
                "description": head.description,
                "subject": list(details.get("subjects", ())),
                "subjectURI": self._links("subject_links", "CFSubjects", details),
                "language": head.language,
                "version": details.get("version"),
                "adoptionStatus": head.adoption_status,
                "statusStartDate": details.get("status_start"),
                "statusEndDate": details.get("status_end"),
                "licenseURI": self._license,
                "notes": details.get("notes"),
                "frameworkType": details.get("framework_type") if is_1_1 else None,
                "caseVersion": "1.1" if is_1_1 else None,
            }
        )
        row["extensions"] = {**details.get("extensions", {}), OURS: mine}
        self._document = row
        again = head_of(
            Package(document=self._read_document(), definitions=known, rubrics=self._read_rubrics()),
        )
        fields = fields_of(head, again, DOCUMENT_FIELDS)
        if fields:
            mine["fields"] = fields
        return row

    def _read_document(self) -> Document:
        return replace(read_document({"CFDocument": self._document}, self._log), identifier=self._head.source_id)

    def _read_rubrics(self) -> tuple[Rubric, ...]:
        return read_rubrics(Row({"CFRubrics": self._rubrics}, "", self._log))

    # -------------------------------------------------------------- items

    def item(self, draft: CompetencyDraft, *, has_parts: bool, alone: bool = False) -> dict[str, Any]:
        """One CFItem. `has_parts`: something hangs under it; `alone`: outside its package, with its document."""
        details, is_1_1 = draft.details, self._version is CaseVersion.V1_1
        mine: dict[str, Any] = {}
        identifier = identifier_of(draft.source_id, str(details.get("identifier", "")))
        if identifier.lower() != draft.source_id:
            mine["key"] = draft.source_id
        if draft.parent is not None:
            mine["under"] = draft.parent
        if draft.wordings is not None:
            mine["wordings"] = wordings_as_json(draft.wordings)
        concept_links = self._links("concept_links", "CFConcepts", details)
        linked = {link["title"] for link in concept_links}
        subjects_here = draft.subjects if draft.subjects != self._subjects else ()
        row = without_empty(
            {
                "identifier": identifier,
                "uri": draft.source_uri or self.address("CFItems", identifier),
                "fullStatement": draft.statement,
                "alternativeLabel": details.get("alternative_label"),
                "CFItemType": draft.kind,
                "CFItemTypeURI": self._link(details.get("item_type"), "CFItemTypes"),
                "humanCodingScheme": draft.code,
                "listEnumeration": details.get("list_enumeration"),
                "abbreviatedStatement": draft.name,
                "conceptKeywords": [one for one in draft.concepts if one not in linked],
                "conceptKeywordsURI": concept_links[0] if len(concept_links) == 1 else None,
                "subject": list(subjects_here) if is_1_1 else None,
                "subjectURI": self._links("subject_links", "CFSubjects", details) if is_1_1 else None,
                "notes": draft.notes,
                "language": draft.language,
                "educationLevel": list(details.get("education_levels") or draft.grades),
                "licenseURI": self._link(details.get("license"), "CFLicenses"),
                "statusStartDate": details.get("status_start"),
                "statusEndDate": details.get("status_end"),
                "lastChangeDateTime": said(draft.source_changed_at) if draft.source_changed_at else self._changed,
            }
        )
        if "abbreviated_statement" not in details and "identifier" in details:
            row.pop("abbreviatedStatement")  # its source had none: the name was made from the statement
        row["extensions"] = {**details.get("extensions", {}), OURS: mine}
        read = read_item(Row(row, "", self._log), draft.source_id, draft.statement, draft.position)
        again = competency_of(
            read,
            subjects=self._subjects,
            types=self._types,
            position=draft.position,
            parent=draft.parent,
            is_assessable=not has_parts,
        )
        fields = fields_of(draft, again, ITEM_FIELDS)
        if fields:
            mine["fields"] = fields
        row["extensions"] = without_empty(row["extensions"])
        if not row["extensions"]:
            del row["extensions"]
        if alone:
            row["CFDocumentURI"] = _as_link(self.end)
        return row

    # -------------------------------------------------------------- associations

    def association(
        self, edge: EdgeDraft, *, ends: Mapping[str, End], inside: Mapping[str, Any], alone: bool = False
    ) -> dict[str, Any]:
        """One CFAssociation. `ends` are what its keys may lead to; `inside` those of them that are in this package."""
        details = edge.details
        mine: dict[str, Any] = {}
        identifier = identifier_of(edge.source_id, str(details.get("identifier", "")))
        if identifier.lower() != edge.source_id:
            mine["key"] = edge.source_id
        if edge.is_broken_cycle:
            mine["broken"] = True
        kind = _NOT_IN_1_0.get(edge.kind, edge.kind) if self._version is CaseVersion.V1_0 else edge.kind
        origin = self._side(edge.origin, edge.origin_uri, details.get("origin_title"), ends, mine, "origin")
        destination = self._side(
            edge.destination, edge.destination_uri, details.get("destination_title"), ends, mine, "destination"
        )
        row = without_empty(
            {
                "identifier": identifier,
                "associationType": kind,
                "uri": details.get("uri") or self.address("CFAssociations", identifier),
                "originNodeURI": origin,
                "destinationNodeURI": destination,
                "sequenceNumber": details.get("sequence", edge.sequence),
                "CFAssociationGroupingURI": self._link(details.get("grouping"), "CFAssociationGroupings"),
                "notes": details.get("notes") if self._version is CaseVersion.V1_1 else None,
                "lastChangeDateTime": self._changed,
            }
        )
        row["extensions"] = {**details.get("extensions", {}), OURS: mine}
        read = read_association(Row(row, "", self._log), _NO_DOCUMENT, 0)
        if read is not None:
            read = replace(
                read,
                identifier=read.identifier if "key" not in mine else edge.source_id,
                origin=_renamed(read.origin, edge.origin),
                destination=_renamed(read.destination, edge.destination),
            )
            fields = fields_of(edge, edge_of(read, inside=inside, is_broken=edge.is_broken_cycle), EDGE_FIELDS)
            if fields:
                mine["fields"] = fields
        row["extensions"] = without_empty(row["extensions"])
        if not row["extensions"]:
            del row["extensions"]
        if alone:
            row["CFDocumentURI"] = _as_link(self.end)
        return row

    def _side(
        self, key: str, uri: str, title: str | None, ends: Mapping[str, End], mine: dict[str, Any], name: str
    ) -> dict[str, str]:
        known = ends.get(key)
        identifier = known.identifier if known else identifier_of(key)
        if known is None and not is_uuid(key):
            mine[name] = key
        return {
            "title": title or (known.title if known else ""),
            "identifier": identifier,
            "uri": uri or (known.uri if known else self.address("CFItems", identifier)),
        }

    # -------------------------------------------------------------- the whole

    def package(self) -> Iterator[tuple[str, Any]]:
        """The parts of the package in order: single values, and iterators of rows. Needs the whole draft."""
        draft = self._head
        ends = {draft.source_id: self.end, **{one.source_id: self.end_of(one) for one in draft.competencies}}
        parts = parts_of(draft)
        keys = (one.source_id for one in draft.competencies)
        shape = shape_digest(keys, ((one.kind, one.origin, one.destination, one.sequence) for one in draft.edges))
        yield "CFDocument", self.document(shape=shape)
        yield "CFItems", (self.item(one, has_parts=one.source_id in parts) for one in draft.competencies)
        yield "CFAssociations", (self.association(one, ends=ends, inside=ends) for one in draft.edges)
        yield "CFDefinitions", self.definitions()
        yield "CFRubrics", iter(self.rubrics())


_NO_DOCUMENT = Document(identifier="-", title="")


def parts_of(draft: FrameworkDraft) -> set[str]:
    """Keys under which something hangs."""
    here = {one.source_id for one in draft.competencies}
    return {
        edge.destination
        for edge in draft.edges
        if edge.kind == "isChildOf" and not edge.is_broken_cycle and edge.origin in here
    }


def package_of_draft(draft: FrameworkDraft, *, version: CaseVersion, base: str, changed_at: datetime) -> dict[str, Any]:
    """A whole package as one JSON object, for frameworks of ordinary size."""
    writer = CaseWriter(draft, version=version, base=base, changed_at=changed_at)
    return {name: list(part) if isinstance(part, Iterator) else part for name, part in writer.package()}


def _renamed(link: Link, key: str) -> Link:
    return link if link.key == key else replace(link, identifier=key)


def _as_link(end: End) -> dict[str, str]:
    return {"title": end.title, "identifier": end.identifier, "uri": end.uri}
