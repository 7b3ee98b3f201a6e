"""Why a level stands where it does: every piece that counted and every one that did not, method and formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.households import no_other_household
from accounts.models import Student
from accounts.permissions import Viewer
from accounts.svg import Chart, Point, growth
from assessments.choices import EvidenceKind, MethodName, Shape
from assessments.mastery.rollup import Standing
from assessments.models import Evidence, MasterySummary
from assessments.selectors.as_of import end_of, summaries_on
from assessments.selectors.elsewhere import Origin, origins_of
from assessments.selectors.growth import place
from assessments.selectors.judgements import JudgementView, judgements_of
from assessments.selectors.keepsakes import Keepsake, files_of
from assessments.selectors.rollups import rolled_up_from
from assessments.wording import (
    family_sentence,
    judged_family_sentence,
    method_family_sentence,
    method_sentence,
    missing_sentence,
    rollup_sentence,
    sureness_sentence,
    teacher_sentence,
)
from competencies import wording as words
from competencies.choices import WordingKind
from competencies.models import Competency
from competencies.selectors.crosswalks import tied_elsewhere


@dataclass(frozen=True, slots=True)
class PieceView:
    """One piece as people see it; `why_not` says why it does not count, empty when it does.

    `origin` says where it was recorded if that was on another framework's competency (`from_competency`), and
    `counts_as` the level it counts as here where its own scale is another one.
    """

    public_id: UUID
    on: date
    what: str
    context: str
    mark: str
    word: str
    note: str
    by: str
    kind: str
    counts: bool
    why_not: str
    files: Sequence[Keepsake] = ()
    is_own_view: bool = False
    origin: str = ""
    from_competency: UUID | None = None
    counts_as: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The whole explanation of one level of one student. `beside`: what was recorded on related competencies."""

    student: UUID
    student_name: str
    short_name: str
    competency: UUID
    name: str
    statement: str
    shape: str
    word: str
    held_can_do: str
    family: str
    full: str
    missing: list[str]
    counted: list[PieceView]
    others: list[PieceView]
    method: str
    method_words: str
    method_version: int
    framework_version: int
    through: datetime | None
    chart: Chart | None
    on: date | None
    judged: JudgementView | None
    earlier: list[JudgementView]
    computed_shape: str
    computed_word: str
    computed_full: str
    method_family: str
    sureness: str
    progress: str
    parts: Standing | None
    parts_words: str
    own_view: PieceView | None
    beside: list[PieceView]


def why(*, viewer: Viewer, student: Student, competency: UUID, on: date | None = None) -> Why | None:
    """The explanation; None for a competency that does not exist. Constant queries, however many pieces.

    With `on`, everything as it was known at the end of that day.
    """
    row = Competency.objects.filter(public_id=competency).first()
    if row is None:
        return None
    language = get_language() or "en"
    family_side = viewer.own_student_id == student.pk or not viewer.is_staff
    name = words.names([row.pk], language=language)[row.pk]
    scale = words.level_words([row.pk], language=language)[row.pk]
    can_do = words.sentences([row.pk], WordingKind.FAMILY if family_side else WordingKind.STUDENT, language=language)
    summaries = summaries_on(viewer=viewer, student=student, on=on, competency_id=row.pk)
    summary = summaries.get(row.pk)
    before = end_of(on) if on else None
    judgements = judgements_of(viewer=viewer, student=student, competency_id=row.pk, before=before)
    judged = next((one for one in judgements if one.ended_on is None), None)
    if (summary.judgement_id if summary else None) != (judged.pk if judged else None):
        # said or ended a moment ago, and no worker was there yet: what they will find
        summaries = summaries_on(viewer=viewer, student=student, on=on or viewer.today)
        summary = summaries.get(row.pk)
    parts = rolled_up_from(viewer=viewer, summaries=summaries.values(), parents=[row.pk]).get(row.pk)
    explanation: dict[str, Any] = summary.explanation if summary else {}
    counts_as = {pk: Decimal(value) for pk, value in explanation.get("carried", ())}
    tied = tied_elsewhere([row.pk], before=before)[row.pk]
    found = list(
        Evidence.objects.filter(
            Q(student=student) | Q(student__alias_of=student),
            no_other_household(viewer, student="student", person="recorded_by"),
            Q(recorded_at__lt=before) if before else Q(),
            Q(competency__in=[row.pk, *tied]) | Q(pk__in=list(counts_as)),
        )
        .select_related("recorded_by", "answer")
        .order_by("-observed_on", "-recorded_at", "pk")
    )
    pieces = [e for e in found if e.competency_id == row.pk or e.pk in counts_as]
    related = [e for e in found if e.competency_id != row.pk and e.pk not in counts_as and _stands(e, before)]
    origins = origins_of(viewer=viewer, competencies={e.competency_id for e in found} - {row.pk})
    counted_ids = set(summary.evidence_ids) if summary else set()
    files = files_of(viewer=viewer, student=student, pieces=[*pieces, *related])
    views = [
        _from(_piece(e, scale, counted_ids, files.get(e.public_id, ())), e, origins, scale, counts_as) for e in pieces
    ]
    computed: dict[str, Any] = explanation.get("computed", {})
    statement = words.sentences([row.pk], WordingKind.STATEMENT, language=language)
    return Why(
        student=student.public_id,
        student_name=student.person.display_name,
        short_name=student.person.short_name,
        competency=row.public_id,
        name=name,
        statement=statement.get((row.pk, None), row.statement),
        shape=summary.shape if summary else Shape.OPEN,
        word=scale.word(summary.held) if summary and summary.held is not None else "",
        held_can_do=can_do.get((row.pk, summary.held), "") if summary and summary.held is not None else "",
        family=_family(summary, name=student.person.short_name),
        full=teacher_sentence(explanation["code"], explanation["params"], word=scale.word) if summary else "",
        missing=[
            missing_sentence(code, params, word=scale.word) for code, params in explanation.get("why_not_yet", [])
        ],
        counted=[v for v in views if v.counts],
        others=[v for v in views if not v.counts],
        method=str(MethodName(summary.method).label) if summary else "",
        method_words=method_sentence(summary.method, summary.parameters) if summary else "",
        method_version=summary.method_version if summary else 0,
        framework_version=summary.framework_version if summary else 0,
        through=summary.evidence_through if summary else None,
        chart=_chart(name, pieces, counted_ids, scale, counts_as),
        on=on,
        judged=judged,
        earlier=[one for one in judgements if one is not judged],
        computed_shape=computed.get("shape", ""),
        computed_word=scale.word(Decimal(computed["held"])) if computed.get("held") else "",
        computed_full=teacher_sentence(computed["code"], computed["params"], word=scale.word) if computed else "",
        method_family=method_family_sentence(summary.method, summary.parameters) if summary else "",
        sureness=sureness_sentence(explanation["sureness"], pieces=summary.pieces)
        if summary and "sureness" in explanation and not judged
        else "",
        progress=_progress(explanation),
        parts=parts,
        parts_words=rollup_sentence(parts.code, dict(parts.params)) if parts else "",
        own_view=next((v for v in views if v.is_own_view), None),
        beside=[_from(_piece(e, scale, set(), files.get(e.public_id, ())), e, origins, scale, {}) for e in related],
    )


def _stands(e: Evidence, before: datetime | None) -> bool:
    """Whether a piece of another competency may stand beside: seen with a level, as it was not taken back since."""

    def is_past(moment: datetime | None) -> bool:
        return moment is not None and (before is None or moment < before)

    gone = is_past(e.withdrawn_at) or is_past(e.superseded_at)
    return not gone and e.value is not None and e.is_accepted and e.kind != EvidenceKind.SELF


def _from(
    view: PieceView, e: Evidence, origins: Mapping[int, Origin], scale: words.LevelWords, counts_as: dict[int, Decimal]
) -> PieceView:
    """The same piece, with the words of the scale it was recorded on and where that was; its own pieces as they are."""
    origin = origins.get(e.competency_id)
    if origin is None:
        return view
    here = counts_as.get(e.pk)
    other_word = here is not None and (here != e.value or scale.words != origin.levels.words)
    return replace(
        view,
        mark=origin.levels.mark(e.value) if here is None else scale.mark(here),
        word=origin.levels.word(e.value),
        origin=origin.said,
        from_competency=origin.competency,
        counts_as=scale.word(here) if other_word else "",
        why_not="",
    )


def _family(summary: MasterySummary | None, *, name: str) -> str:
    if summary is None:
        return family_sentence(Shape.OPEN, name=name, pieces=0)
    if summary.judgement_id is not None:
        return judged_family_sentence(summary.shape, name=name)
    return family_sentence(summary.shape, name=name, pieces=summary.pieces)


def _progress(explanation: dict[str, Any]) -> str:
    """Under best n: how many of the pieces asked for are there."""
    found = explanation.get("progress")
    return _("%(shown)s of %(required)s pieces asked for are there.") % found if found else ""


def _piece(e: Evidence, scale: words.LevelWords, counted: set[int], files: Sequence[Keepsake] = ()) -> PieceView:
    return PieceView(
        public_id=e.public_id,
        on=e.observed_on,
        what=e.task_title or str(e.get_context_display()),
        context=str(e.get_context_display()),
        mark=scale.mark(e.value),
        word=scale.word(e.value),
        note=e.note,
        by=e.recorded_by.display_name,
        kind=str(e.get_kind_display()),
        counts=e.pk in counted,
        why_not="" if e.pk in counted else _why_not(e),
        files=files,
        is_own_view=e.kind == EvidenceKind.SELF and e.withdrawn_at is None and e.superseded_at is None,
    )


def _why_not(e: Evidence) -> str:
    answered = hasattr(e, "answer")
    if e.withdrawn_at is not None:
        return _("withdrawn")
    if e.superseded_at is not None:
        return _("corrected by a newer entry")
    if e.kind == EvidenceKind.SELF:
        return _("the student’s own view stands beside, it is never averaged in")
    if e.is_accepted and e.value is None:
        return _("seen, without a level")
    if not e.is_accepted:
        return _("stands beside what we see at school") if answered else _("waits until a teacher accepts it")
    return _("another rating of the same work is newer, or it is being counted right now")


def _chart(
    name: str, pieces: list[Evidence], counted: set[int], scale: words.LevelWords, counts_as: dict[int, Decimal]
) -> Chart | None:
    shown = [(e, counts_as.get(e.pk, e.value)) for e in pieces if e.pk in counted and e.value is not None]
    levels = list(scale.words)
    if len(shown) < 2 or len(levels) < 2:
        return None
    return growth(
        "why",
        title=_("%(competency)s over time") % {"competency": name},
        desc=_("Each dot is one piece that counts."),
        points=[
            Point(e.observed_on, place(value, levels), e.task_title, scale.word(value))
            for e, value in shown
            if value is not None
        ],
        levels=list(scale.words.values()),
        day=lambda d: date_format(d, "MONTH_DAY_FORMAT"),
        heads=(_("Day"), _("Piece"), _("Level")),
    )


@dataclass(frozen=True, slots=True)
class EvidenceDetail:
    """One piece with its history, and whether this viewer may change it."""

    evidence: Evidence
    student: Student
    competency: UUID
    competency_name: str
    mark: str
    word: str
    levels: list[tuple[Decimal, str]]
    history: list[PieceView]
    may_change: bool
    is_current: bool
    files: Sequence[Keepsake]


def evidence_student(*, viewer: Viewer, public_id: UUID) -> UUID | None:
    """The public id of the student a piece is about, for the loader to decide; None when there is no such piece."""
    row = (
        Evidence.objects.select_related("student__alias_of")
        .filter(no_other_household(viewer, student="student", person="recorded_by"), public_id=public_id)
        .first()
    )
    if row is None:
        return None
    return (row.student.alias_of or row.student).public_id


def evidence_detail(*, viewer: Viewer, student: Student, public_id: UUID) -> EvidenceDetail | None:
    """The piece as it stands, with every earlier and later entry of the same piece."""
    row = (
        Evidence.objects.select_related("competency", "recorded_by", "withdrawn_by", "section")
        .filter(Q(student=student) | Q(student__alias_of=student), public_id=public_id)
        .first()
    )
    if row is None:
        return None
    language = get_language() or "en"
    scale = words.level_words([row.competency_id], language=language)[row.competency_id]
    chain = list(
        Evidence.objects.filter(order_key=row.order_key, student_id=row.student_id)
        .select_related("recorded_by", "answer")
        .order_by("-recorded_at", "-pk")
    )
    current = row.superseded_at is None and row.withdrawn_at is None
    return EvidenceDetail(
        evidence=row,
        student=student,
        competency=row.competency.public_id,
        competency_name=words.names([row.competency_id], language=language)[row.competency_id],
        mark=scale.mark(row.value),
        word=scale.word(row.value),
        levels=list(scale.words.items()),
        history=[_piece(e, scale, {chain[0].pk} if chain[0].withdrawn_at is None else set()) for e in chain],
        may_change=current and row.recorded_by_id == viewer.person_id,
        is_current=current,
        files=files_of(viewer=viewer, student=student, pieces=[row]).get(row.public_id, ()),
    )
