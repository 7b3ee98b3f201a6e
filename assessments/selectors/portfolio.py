"""The portfolio: every piece of a student as it stands, newest first, with the pictures and recordings that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.households import no_other_household
from accounts.models import Student
from accounts.permissions import Viewer
from assessments.choices import Context, EvidenceKind
from assessments.models import Evidence
from assessments.selectors.elsewhere import Origin, origins_of
from assessments.selectors.keepsakes import Keepsake, files_of
from competencies import wording as words
from competencies.selectors.crosswalks import tied_elsewhere

PAGE = 30


@dataclass(frozen=True, slots=True)
class PortfolioPiece:
    """One piece: what it was, what it shows and who says so. `beside`: why it does not count, where it does not.

    `origin`: where it was recorded, when the page is about another competency it is tied to.
    """

    public_id: UUID
    on: date
    what: str
    competency: UUID
    competency_name: str
    mark: str
    word: str
    note: str
    by: str
    kind: str
    context: str
    beside: str
    files: list[Keepsake]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """A page of pieces, the choices of the filters, and the mark of the next page ("" on the last)."""

    pieces: list[PortfolioPiece]
    competencies: list[tuple[UUID, str]]
    kinds: list[tuple[str, str]]
    contexts: list[tuple[str, str]]
    earlier: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see; "" is everything. Values of no list find nothing new: they are left out."""

    competency: str = ""
    kind: str = ""
    context: str = ""
    before: str = ""


def portfolio(*, viewer: Viewer, student: Student, wanted: Wanted) -> PortfolioPage:
    """What is not withdrawn and not corrected since, thirty at a time. Eight queries at most.

    Of one competency, what was recorded on competencies of other frameworks that stands beside it as well: three more.
    """
    language = get_language() or "en"
    everything = Evidence.objects.filter(
        Q(student=student) | Q(student__alias_of=student),
        no_other_household(viewer, student="student", person="recorded_by"),
        withdrawn_at__isnull=True,
        superseded_at__isnull=True,
    )
    seen = set(everything.values_list("competency_id", flat=True).distinct())
    known = words.known(seen, language=language)
    chosen = [pk for pk, row in known.items() if str(row.public_id) == wanted.competency]
    tied = {pk for there in tied_elsewhere(chosen).values() for pk in there} - set(chosen) if chosen else set()
    origins = origins_of(viewer=viewer, competencies=tied & known.keys())
    rows = list(
        _narrowed(everything, wanted, [*chosen, *origins])
        .select_related("recorded_by")
        .order_by("-observed_on", "-recorded_at", "-pk")[: PAGE + 1]
    )
    shown = rows[:PAGE]
    files = files_of(viewer=viewer, student=student, pieces=shown)
    return PortfolioPage(
        pieces=[
            _piece(row, known[row.competency_id], files.get(row.public_id, []), origins.get(row.competency_id))
            for row in shown
        ],
        competencies=[(row.public_id, row.name) for row in known.values()],
        kinds=[(value, str(label)) for value, label in EvidenceKind.choices],
        contexts=[(value, str(label)) for value, label in Context.choices if value],
        earlier=_mark(shown[-1]) if len(rows) > PAGE else "",
    )


def _narrowed(rows: QuerySet[Evidence], wanted: Wanted, chosen: list[int]) -> QuerySet[Evidence]:
    if chosen:
        rows = rows.filter(competency__in=chosen)
    if wanted.kind in EvidenceKind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.context in Context.values and wanted.context:
        rows = rows.filter(context=wanted.context)
    mark = _read(wanted.before)
    if mark is not None:
        day, moment, pk = mark
        rows = rows.filter(
            Q(observed_on__lt=day)
            | Q(observed_on=day, recorded_at__lt=moment)
            | Q(observed_on=day, recorded_at=moment, pk__lt=pk)
        )
    return rows


def _mark(row: Evidence) -> str:
    return f"{row.observed_on.isoformat()}_{row.recorded_at.isoformat()}_{row.pk}"


def _read(text: str) -> tuple[date, datetime, int] | None:
    """The place in the list that a mark names; None for anything else."""
    parts = text.split("_")
    if len(parts) != 3 or not parts[2].isdecimal() or len(parts[2]) > 18:
        return None
    try:
        moment = datetime.fromisoformat(parts[1])
        day = date.fromisoformat(parts[0])
    except ValueError:
        return None
    return None if moment.tzinfo is None else (day, moment, int(parts[2]))


def _piece(row: Evidence, known: words.Known, files: list[Keepsake], origin: Origin | None) -> PortfolioPiece:
    return PortfolioPiece(
        public_id=row.public_id,
        on=row.observed_on,
        what=row.task_title or str(row.get_context_display()),
        competency=known.public_id,
        competency_name=known.name,
        mark=known.levels.mark(row.value),
        word=known.levels.word(row.value),
        note=row.note,
        by=row.recorded_by.display_name,
        kind=str(row.get_kind_display()),
        context=str(row.get_context_display()),
        beside=_beside(row),
        files=files,
        origin=origin.said if origin else "",
    )


def _beside(row: Evidence) -> str:
    """Why a piece stands beside what counts; empty when it counts."""
    if row.kind == EvidenceKind.SELF:
        return _("the student’s own view stands beside, it is never averaged in")
    if not row.is_accepted:
        return _("waits until a teacher accepts it")
    if row.value is None:
        return _("seen, without a level")
    return ""
