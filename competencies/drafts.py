"""A framework as it should be, whatever file it came from. Pure.

CASE packages, the framework files of a district and (later) spreadsheets all become a `FrameworkDraft`; one
service compares it with what is stored and writes the difference. Keys of competencies are source ids in lower case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

# A JSON object of plain values; compared with what is stored, so only str, int, bool, None, list and dict.
Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """A level of the scale: its value, and a word and a sentence per language."""

    value: Decimal
    names: Mapping[str, str]
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScaleDraft:
    """The ordered scale a framework brings along, and its target level."""

    public_id: UUID
    name: str
    target: Decimal
    levels: tuple[LevelDraft, ...]


@dataclass(frozen=True, slots=True)
class WordingDraft:
    """A sentence for one audience in one language; `level` None: about the whole competency."""

    kind: str
    language: str
    text: str
    level: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CompetencyDraft:
    """What can be learned, or a branch that holds such things.

    `parent` is the key of the branch it is shown in. `wordings` None leaves what people have written here alone.
    `public_id` None lets the database choose.
    """

    source_id: str
    name: str
    statement: str
    position: int
    source_uri: str = ""
    code: str = ""
    notes: str = ""
    kind: str = ""
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    language: str = ""
    parent: str | None = None
    is_assessable: bool = True
    source_changed_at: datetime | None = None
    details: Details = field(default_factory=dict)
    wordings: tuple[WordingDraft, ...] | None = None
    public_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EdgeDraft:
    """An association by the keys of its two ends; either may be elsewhere, or the framework itself."""

    source_id: str
    kind: str
    origin: str
    destination: str
    origin_uri: str = ""
    destination_uri: str = ""
    sequence: int | None = None
    is_broken_cycle: bool = False
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FrameworkDraft:
    """A whole framework.

    `keep_competencies` and `keep_edges` are keys that the file holds but that could not be read: they are not gone,
    so nothing of them is retired. `scale` None: the district's own scale.
    """

    source: str
    source_id: str
    title: str
    source_uri: str = ""
    description: str = ""
    creator: str = ""
    publisher: str = ""
    language: str = "en"
    adoption_status: str = ""
    license_text: str = ""
    source_changed_at: datetime | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    details: Details = field(default_factory=dict)
    competencies: tuple[CompetencyDraft, ...] = ()
    edges: tuple[EdgeDraft, ...] = ()
    keep_competencies: frozenset[str] = frozenset()
    keep_edges: frozenset[str] = frozenset()
    scale: ScaleDraft | None = None
    public_id: UUID | None = None
