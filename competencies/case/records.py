"""A CASE package as typed values: what was in the file, no more, nothing resolved. Pure.

Missing texts are empty strings, missing lists empty tuples, missing numbers and dates None.
`extensions` are what a vendor adds (CASE 1.1), as plain JSON values; nothing here depends on them.
Identifiers are kept as written; `key` is what they are compared by (CASE packages spell one identifier
in different case in different places).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from competencies.case.issues import Issue


def key_of(identifier: str) -> str:
    """What an identifier is compared by: without surrounding space, without regard to case."""
    return identifier.strip().lower()


class AssociationType(StrEnum):
    """The associations of CASE 1.0 and 1.1. Read them as "origin TYPE destination"."""

    IS_CHILD_OF = "isChildOf"
    IS_PEER_OF = "isPeerOf"
    IS_PART_OF = "isPartOf"
    EXACT_MATCH_OF = "exactMatchOf"
    PRECEDES = "precedes"
    IS_RELATED_TO = "isRelatedTo"
    REPLACED_BY = "replacedBy"
    EXEMPLAR = "exemplar"
    HAS_SKILL_LEVEL = "hasSkillLevel"
    IS_TRANSLATION_OF = "isTranslationOf"


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to something by identifier, with the title and address it had where it was written."""

    identifier: str
    title: str = ""
    uri: str = ""

    @property
    def key(self) -> str:
        """What the identifier is compared by."""
        return key_of(self.identifier)


@dataclass(frozen=True, slots=True)
class Document:
    """CFDocument: the framework itself."""

    identifier: str
    title: str
    uri: str = ""
    creator: str = ""
    publisher: str = ""
    description: str = ""
    language: str = ""
    version: str = ""
    adoption_status: str = ""
    framework_type: str = ""
    case_version: str = ""
    official_source_url: str = ""
    notes: str = ""
    subjects: tuple[str, ...] = ()
    subject_links: tuple[Link, ...] = ()
    license: Link | None = None
    status_start: date | None = None
    status_end: date | None = None
    changed_at: datetime | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What the identifier is compared by."""
        return key_of(self.identifier)


@dataclass(frozen=True, slots=True)
class Item:
    """CFItem: one statement of what can be learned, or a heading above such statements.

    `position` is the place in the file, from 0. `education_levels` are as written.
    """

    identifier: str
    full_statement: str
    position: int
    uri: str = ""
    abbreviated_statement: str = ""
    alternative_label: str = ""
    human_coding_scheme: str = ""
    list_enumeration: str = ""
    item_type: str = ""
    item_type_link: Link | None = None
    education_levels: tuple[str, ...] = ()
    concept_keywords: tuple[str, ...] = ()
    concept_links: tuple[Link, ...] = ()
    subjects: tuple[str, ...] = ()
    subject_links: tuple[Link, ...] = ()
    notes: str = ""
    language: str = ""
    license: Link | None = None
    status_start: date | None = None
    status_end: date | None = None
    changed_at: datetime | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What the identifier is compared by."""
        return key_of(self.identifier)


@dataclass(frozen=True, slots=True)
class Association:
    """CFAssociation: "origin TYPE destination". For isChildOf the origin is the child.

    Either end may be the document, an item of the package, or something elsewhere.
    """

    identifier: str
    type: AssociationType
    origin: Link
    destination: Link
    position: int
    uri: str = ""
    sequence: int | None = None
    grouping: Link | None = None
    changed_at: datetime | None = None
    notes: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What the identifier is compared by."""
        return key_of(self.identifier)


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of CFDefinitions: an item type, subject, concept, licence or association grouping.

    `code` is the typeCode of an item type; `keywords` belong to concepts; `text` to licences.
    """

    identifier: str
    title: str
    uri: str = ""
    description: str = ""
    hierarchy_code: str = ""
    code: str = ""
    keywords: str = ""
    text: str = ""
    changed_at: datetime | None = None

    @property
    def key(self) -> str:
        """What the identifier is compared by."""
        return key_of(self.identifier)


@dataclass(frozen=True, slots=True)
class Definitions:
    """CFDefinitions: the vocabulary that items refer to."""

    item_types: tuple[Definition, ...] = ()
    subjects: tuple[Definition, ...] = ()
    concepts: tuple[Definition, ...] = ()
    licenses: tuple[Definition, ...] = ()
    groupings: tuple[Definition, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionLevel:
    """One level of a rubric criterion; `score` as written, never rounded."""

    identifier: str
    description: str = ""
    quality: str = ""
    score: Decimal | None = None
    feedback: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a rubric, perhaps about one item."""

    identifier: str
    category: str = ""
    description: str = ""
    item: Link | None = None
    weight: Decimal | None = None
    position: int | None = None
    levels: tuple[CriterionLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class Rubric:
    """CFRubric with its criteria and levels."""

    identifier: str
    title: str = ""
    description: str = ""
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """How many rows the file holds, however they were judged."""

    items: int = 0
    associations: int = 0
    definitions: int = 0
    rubrics: int = 0


@dataclass(frozen=True, slots=True)
class Package:
    """A CFPackage as read.

    `items` are unique by key, `associations` by key and by what they say, both in file order.
    `refused_items` and `refused_associations` are the keys of rows that are in the file but could not be
    read: an importer must not take their absence for a disappearance. `unlisted` counts issues beyond
    those listed.
    """

    document: Document
    items: tuple[Item, ...] = ()
    associations: tuple[Association, ...] = ()
    definitions: Definitions = Definitions()
    rubrics: tuple[Rubric, ...] = ()
    seen: Seen = Seen()
    refused_items: frozenset[str] = frozenset()
    refused_associations: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()
    unlisted: int = 0
