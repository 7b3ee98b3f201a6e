"""One instrument as people read it: a version with all its parts, what changed, who took a copy, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from assessments.choices import AccommodationFor, Depth, InstrumentKind, InstrumentState
from assessments.instrument_changes import Change, Content, Did, Part, changes
from assessments.instrument_words import criterion_words, form_words
from assessments.models import AnchorWork, Criterion, Instrument, InstrumentForm, InstrumentVersion
from assessments.selectors.instruments import may_write, readable_versions
from assessments.selectors.rubrics import Rubric, rubric_of, with_rubric
from competencies.models import Competency

ASKS = frozenset({InstrumentKind.CHECK, InstrumentKind.DIAGNOSTIC})
"""Kinds whose questions nobody reads before they are asked."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A competency with its statement and how deep the instrument asks."""

    rubric: Rubric
    depth: str
    depth_word: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one level of a criterion looks like, its word beside it."""

    value: Decimal
    word: str
    mark: str
    text: str

    @property
    def choice(self) -> str:
        """The value as a form sends it."""
        return f"{self.value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion with its levels, lowest first."""

    public_id: UUID
    name: str
    look_for: str
    competency: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The criteria on one scale; `heads` are its levels' words and marks."""

    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TaskForm:
    """One form of the task; `helps` by whom they help first."""

    public_id: UUID
    title: str
    instructions: str
    language: str
    helps: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One item of a check."""

    key: str
    competency: str
    points: str
    prompt: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list: its number, its state, what is different from the one before."""

    number: int
    is_draft: bool
    title: str
    at: datetime
    by: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """An anchor to practise on."""

    public_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything of one version. `draft` and `newest` (published) are numbers of other versions, 0 for none."""

    instrument: Instrument
    version: InstrumentVersion
    aligned: tuple[Aligned, ...]
    tables: tuple[Table, ...]
    forms: tuple[TaskForm, ...]
    questions: tuple[Question, ...]
    versions: tuple[VersionLine, ...]
    anchors: tuple[AnchorLine, ...]
    copies: tuple[str, ...]
    draft: int
    newest: int
    asks: bool
    may_write: bool
    is_staff: bool
    hides_questions: bool

    @property
    def is_draft(self) -> bool:
        """Whether this version is still worked on."""
        return self.version.state == InstrumentState.DRAFT

    @property
    def may_edit(self) -> bool:
        """Whether the reader changes it on this page."""
        return self.may_write and self.is_draft and self.instrument.retired_at is None


def page(*, viewer: Viewer, instrument: Instrument, language: str, number: int | None = None) -> Page | None:
    """A version of an instrument (the newest published one, else the draft) as this viewer reads it; None without."""
    rows = list(
        readable_versions(viewer=viewer)
        .filter(instrument=instrument)
        .select_related("instrument__school", "created_by", "published_by")
        .prefetch_related("alignments", "criteria__levels", "forms__accommodations", "items")
        .order_by("number")
    )
    out = [row for row in rows if row.state == InstrumentState.PUBLISHED]
    chosen = (out or rows)[-1:] if number is None else [row for row in rows if row.number == number]
    if not chosen:
        return None
    version = chosen[0]
    rubrics = _rubrics(viewer, rows, language)
    hides = not viewer.is_staff and version.instrument.kind in ASKS
    drafts = [row.number for row in rows if row.state == InstrumentState.DRAFT]
    return Page(
        instrument=instrument,
        version=version,
        aligned=tuple(
            Aligned(rubrics[one.competency_id], one.depth, str(Depth(one.depth).label))
            for one in version.alignments.all()
        ),
        tables=tables(viewer=viewer, criteria=list(version.criteria.all()), rubrics=rubrics),
        forms=tuple(_form(row, hides) for row in version.forms.all()),
        questions=tuple(
            Question(one.key, rubrics[one.competency_id].name, f"{one.points.normalize():f}", one.prompt)
            for one in version.items.all()
        )
        if viewer.is_staff
        else (),
        versions=_versions(viewer, rows, rubrics),
        anchors=_anchors(viewer, version),
        copies=_copies(viewer, instrument),
        draft=drafts[-1] if drafts and version.state != InstrumentState.DRAFT else 0,
        newest=out[-1].number if out and out[-1].pk != version.pk else 0,
        asks=bool(version.items.all()) or instrument.kind in ASKS,
        may_write=may_write(viewer, instrument),
        is_staff=viewer.is_staff,
        hides_questions=hides,
    )


def rubrics_of(*, viewer: Viewer, version: InstrumentVersion, language: str) -> dict[int, Rubric]:
    """The competencies of a version with their levels, by id, in its own order. Two queries."""
    ids = list(version.alignments.values_list("competency_id", flat=True))
    found = {
        row.pk: rubric_of(row, language=language)
        for row in with_rubric(viewer=viewer, competencies=Competency.objects.filter(pk__in=ids), language=language)
    }
    return {pk: found[pk] for pk in ids}


def _rubrics(viewer: Viewer, rows: Sequence[InstrumentVersion], language: str) -> dict[int, Rubric]:
    ids = {one.competency_id for row in rows for one in row.alignments.all()}
    ids |= {one.competency_id for row in rows for one in row.criteria.all()}
    found = with_rubric(viewer=viewer, competencies=Competency.objects.filter(pk__in=ids), language=language)
    return {row.pk: rubric_of(row, language=language) for row in found}


def whole_levels(rubric: Rubric) -> list[tuple[Decimal, str, str]]:
    """The whole levels of a competency's scale: value, word, mark; lowest first."""
    return [
        (level.value, level.word, level.mark)
        for level in rubric.levels
        if level.value == level.value.to_integral_value()
    ]


def tables(*, viewer: Viewer, criteria: Sequence[Criterion], rubrics: dict[int, Rubric]) -> tuple[Table, ...]:
    """The criteria as rubric tables, one for each scale among them, in their own order."""
    grouped: dict[tuple[tuple[str, str], ...], list[Line]] = {}
    for row in criteria:
        rubric = rubrics[row.competency_id]
        levels = whole_levels(rubric)
        texts = {level.value: level.text for level in row.levels.all()}
        line = Line(
            public_id=row.public_id,
            name=row.name,
            look_for=row.look_for,
            competency=rubric.name,
            cells=tuple(Cell(value, word, mark, texts.get(value, "")) for value, word, mark in levels),
        )
        grouped.setdefault(tuple((word, mark) for _value, word, mark in levels), []).append(line)
    return tuple(Table(heads, tuple(lines)) for heads, lines in grouped.items())


def _form(row: InstrumentForm, hides: bool) -> TaskForm:
    kept: dict[str, list[str]] = {}
    for one in row.accommodations.all():
        kept.setdefault(one.helps, []).append(one.text)
    helps = tuple((str(who.label), tuple(kept[who])) for who in AccommodationFor if who in kept)
    return TaskForm(row.public_id, row.title, "" if hides else row.instructions, row.language, helps)


# ------------------------------------------------------------------ versions
def _versions(viewer: Viewer, rows: Sequence[InstrumentVersion], rubrics: dict[int, Rubric]) -> tuple[VersionLine, ...]:
    """Newest first. Only staff are told who."""
    lines: list[VersionLine] = []
    before: Content | None = None
    for row in rows:
        now = _content(row, rubrics, with_items=viewer.is_staff)
        who = row.published_by or row.created_by
        lines.append(
            VersionLine(
                number=row.number,
                is_draft=row.state == InstrumentState.DRAFT,
                title=row.title,
                at=row.published_at or row.changed_at,
                by=who.display_name if viewer.is_staff else "",
                changes=tuple(change_sentence(one) for one in changes(before, now)) if before else (),
            )
        )
        before = now
    return tuple(reversed(lines))


def _content(row: InstrumentVersion, rubrics: dict[int, Rubric], *, with_items: bool) -> Content:
    return Content(
        texts={
            Part.TITLE: row.title,
            Part.PURPOSE: row.purpose,
            Part.VALIDITY: row.validity_note,
            Part.SOURCE: row.source,
        },
        named={
            Part.COMPETENCY: {rubrics[one.competency_id].name: one.depth for one in row.alignments.all()},
            Part.CRITERION: {one.name: criterion_words(one) for one in row.criteria.all()},
            Part.FORM: {one.title: form_words(one) for one in row.forms.all()},
            Part.ITEM: {one.key: f"{one.points} {one.prompt}" for one in row.items.all()} if with_items else {},
        },
    )


def change_sentence(change: Change) -> str:
    """What changed from one version to the next, in a few words."""
    if not change.name:
        return {
            Part.TITLE: _("Another title"),
            Part.PURPOSE: _("The purpose is worded anew"),
            Part.VALIDITY: _("The note on what it may be read as is worded anew"),
            Part.SOURCE: _("Another source"),
        }[change.part]
    said = {
        (Part.COMPETENCY, Did.ADDED): _("Competency added: %(name)s"),
        (Part.COMPETENCY, Did.REMOVED): _("Competency taken off: %(name)s"),
        (Part.COMPETENCY, Did.REWORDED): _("Asks at another depth: %(name)s"),
        (Part.CRITERION, Did.ADDED): _("Criterion added: %(name)s"),
        (Part.CRITERION, Did.REMOVED): _("Criterion taken off: %(name)s"),
        (Part.CRITERION, Did.REWORDED): _("Criterion worded anew: %(name)s"),
        (Part.FORM, Did.ADDED): _("Form added: %(name)s"),
        (Part.FORM, Did.REMOVED): _("Form taken off: %(name)s"),
        (Part.FORM, Did.REWORDED): _("Form worded anew: %(name)s"),
        (Part.ITEM, Did.ADDED): _("Item added: %(name)s"),
        (Part.ITEM, Did.REMOVED): _("Item taken off: %(name)s"),
        (Part.ITEM, Did.REWORDED): _("Item worded anew: %(name)s"),
    }[change.part, change.did]
    return said % {"name": change.name}


def _anchors(viewer: Viewer, version: InstrumentVersion) -> tuple[AnchorLine, ...]:
    if not viewer.is_staff:
        return ()
    rows = AnchorWork.objects.filter(version=version, retired_at__isnull=True).order_by("title", "pk")
    return tuple(AnchorLine(public_id, title) for public_id, title in rows.values_list("public_id", "title"))


def _copies(viewer: Viewer, instrument: Instrument) -> tuple[str, ...]:
    """The schools that took a copy, by name; for staff."""
    if not viewer.is_staff:
        return ()
    rows = Instrument.objects.filter(copied_from__instrument=instrument, retired_at__isnull=True)
    names = rows.values_list("school__name", flat=True)
    return tuple(sorted({name or str(_("the district")) for name in names}))
