"""Which instruments and versions somebody reads, the library, and what can be used at a school.

Staff read those of their own schools, the district's, and what other schools share; an author's school sees its drafts.
Students and families read the published version of whatever a class of theirs has a task with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Enrolment, School
from accounts.permissions import Permission, Viewer, can, current, sections_for, students_for
from assessments.choices import InstrumentKind, InstrumentState, Speaker
from assessments.models import Alignment, Assignment, Instrument, InstrumentVersion, Submission
from competencies.models import Competency


# ------------------------------------------------------------------ who reads what
def own_schools(*, viewer: Viewer) -> frozenset[int]:
    """The schools this viewer works at: by role, and by the classes they teach. One query."""
    if not viewer.is_known:
        return frozenset()
    by_role = {school for _role, school in viewer.roles if school is not None}
    return frozenset(by_role | set(sections_for(viewer).values_list("school_id", flat=True)))


def writing_schools(*, viewer: Viewer) -> list[School]:
    """The schools whose instruments this viewer writes, by name. One query."""
    if not viewer.is_known or not viewer.is_staff:
        return []
    found = School.objects.filter(pk__in=sections_for(viewer).values("school_id"), is_active=True).order_by(
        "name", "pk"
    )
    return list(found)


def may_write(viewer: Viewer, instrument: Instrument) -> bool:
    """Whether this viewer is among the authors of an instrument."""
    return can(viewer, Permission.WRITE_INSTRUMENTS, instrument.school).allowed


def _inside(viewer: Viewer) -> Q:
    """Instruments whose drafts this viewer reads too."""
    if can(viewer, Permission.WRITE_INSTRUMENTS).allowed:  # the district's own people look after every library
        return Q()
    by_role = {school for _role, school in viewer.roles if school is not None}
    return Q(school_id__in=by_role) | Q(school_id__in=sections_for(viewer).values("school_id"))


def _given_to_theirs(viewer: Viewer) -> QuerySet[Assignment]:
    """Tasks of the classes of this student, or of this family's children; and tasks they handed work in for."""
    theirs = students_for(viewer, Permission.READ_EVIDENCE).values("pk")
    seats = Enrolment.objects.filter(
        current(viewer.today), student__in=theirs, section=OuterRef("section"), is_active=True
    )
    handed_in = Submission.objects.filter(assignment=OuterRef("pk"), student__in=theirs)
    return Assignment.objects.filter(Exists(seats) | Exists(handed_in))


def readable_versions(*, viewer: Viewer) -> QuerySet[InstrumentVersion]:
    """The versions this viewer reads: all of their own library, what is published for them, what a class was given."""
    if not viewer.is_known:
        return InstrumentVersion.objects.none()
    ground = Q(pk__in=_given_to_theirs(viewer).values("version_id"), state=InstrumentState.PUBLISHED)
    if viewer.is_staff:
        inside = Instrument.objects.filter(_inside(viewer)).values("pk")
        ground |= Q(instrument__in=inside)
        ground |= Q(state=InstrumentState.PUBLISHED) & (
            Q(instrument__school__isnull=True) | Q(instrument__is_shared=True)
        )
    return InstrumentVersion.objects.filter(ground)


def instrument_by_id(*, viewer: Viewer, public_id: UUID) -> Instrument | None:
    """The instrument, when this viewer reads any version of it."""
    return (
        Instrument.objects.select_related("school", "copied_from__instrument__school")
        .filter(Exists(readable_versions(viewer=viewer).filter(instrument=OuterRef("pk"))), public_id=public_id)
        .first()
    )


def speaker_of(*, viewer: Viewer, instrument: Instrument) -> Speaker:
    """As whom this viewer speaks about an instrument they read: staff as teachers, students, else families."""
    if viewer.is_staff and (
        instrument.school_id is None
        or instrument.is_shared
        or Instrument.objects.filter(_inside(viewer), pk=instrument.pk).exists()
    ):
        return Speaker.TEACHER
    if viewer.own_student_id is not None:
        return Speaker.STUDENT
    return Speaker.FAMILY


# ------------------------------------------------------------------ what can be used
def published(*, viewer: Viewer, school: School | None) -> QuerySet[InstrumentVersion]:
    """The newest published version of every instrument that can be used at a school, ordered by title.

    Its own, the district's, and those other schools share; none that is retired. `instrument` comes with each.
    """
    here = Q(school__isnull=True) | Q(is_shared=True)
    if school is not None:
        here |= Q(school=school)
    newest = (
        InstrumentVersion.objects.filter(instrument=OuterRef("pk"), state=InstrumentState.PUBLISHED)
        .order_by("-number")
        .values("pk")[:1]
    )
    usable = Instrument.objects.filter(here, retired_at__isnull=True).annotate(newest=Subquery(newest))
    return (
        readable_versions(viewer=viewer)
        .filter(pk__in=usable.values("newest"))
        .select_related("instrument__school")
        .order_by("title", "pk")
    )


# ------------------------------------------------------------------ the library
@dataclass(frozen=True, slots=True)
class Entry:
    """One instrument of the library, as the reader finds it. `school` is empty for the district's."""

    public_id: UUID
    title: str
    kind: str
    language: str
    purpose: str
    school: str
    is_own: bool
    is_shared: bool
    is_draft: bool
    is_retired: bool
    number: int
    changed_at: datetime
    competencies: tuple[str, ...]


def library(
    *,
    viewer: Viewer,
    kind: str = "",
    competency: UUID | None = None,
    words: str = "",
    school: UUID | None = None,
    with_retired: bool = False,
    limit: int = 300,
) -> list[Entry]:
    """The instruments this viewer finds, by title: of each the newest published version, else its draft. Two queries.

    `words` looks for every word in title, purpose and the names of its competencies.
    """
    if not viewer.is_staff:
        return []
    newest = (
        readable_versions(viewer=viewer)
        .filter(instrument=OuterRef("instrument"))
        .order_by("-state", "-number")  # published ones before the draft
        .values("pk")[:1]
    )
    names = (
        Alignment.objects.filter(version=OuterRef("pk"))
        .order_by("position", "pk")
        .values_list("competency__name", flat=True)
    )
    rows = (
        readable_versions(viewer=viewer)
        .filter(pk=Subquery(newest))
        .select_related("instrument__school")
        .annotate(names=ArraySubquery(names))
    )
    if not with_retired:
        rows = rows.filter(instrument__retired_at__isnull=True)
    if kind in InstrumentKind.values:
        rows = rows.filter(instrument__kind=kind)
    if competency is not None:
        rows = rows.filter(Exists(Alignment.objects.filter(version=OuterRef("pk"), competency__public_id=competency)))
    if school is not None:
        rows = rows.filter(instrument__school__public_id=school)
    for word in words.replace("\x00", " ").split()[:6]:
        about = Alignment.objects.filter(
            Q(competency__name__icontains=word) | Q(competency__code__icontains=word), version=OuterRef("pk")
        )
        rows = rows.filter(Q(title__icontains=word) | Q(purpose__icontains=word) | Exists(about))
    own = own_schools(viewer=viewer)
    return [
        Entry(
            public_id=row.instrument.public_id,
            title=row.title,
            kind=str(row.instrument.get_kind_display()),
            language=row.language,
            purpose=row.purpose,
            school=row.instrument.school.name if row.instrument.school else "",
            is_own=row.instrument.school_id in own,
            is_shared=row.instrument.is_shared,
            is_draft=row.state == InstrumentState.DRAFT,
            is_retired=row.instrument.retired_at is not None,
            number=row.number,
            changed_at=row.changed_at,
            competencies=tuple(row.__dict__["names"]),
        )
        for row in rows.order_by("title", "pk")[:limit]
    ]


def library_competencies(*, viewer: Viewer) -> list[tuple[str, str]]:
    """The competencies that instruments of the library are about, as choices, in framework order. One query."""
    rows = (
        Competency.objects.filter(
            Exists(Alignment.objects.filter(competency=OuterRef("pk"), version__in=readable_versions(viewer=viewer)))
        )
        .order_by("framework_id", "position", "pk")
        .annotate(title=F("name"))
    )
    return [(str(public_id), title) for public_id, title in rows.values_list("public_id", "title")]
