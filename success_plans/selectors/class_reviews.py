"""The class by name for its review: who was talked about, what was said, who comes before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Enrolment, Section, Student
from accounts.permissions import Permission, Viewer, current, students_for
from success_plans.choices import Audience, StatementKind
from success_plans.models import ClassReview, PlanStatement, ReviewEntry


@dataclass(frozen=True, slots=True)
class Place:
    """A student of the class, in the order of names."""

    student: Student
    entry: ReviewEntry | None
    is_here: bool

    @property
    def name(self) -> str:
        """The student's name."""
        return self.student.person.display_name

    @property
    def public_id(self) -> UUID:
        """The student's public id."""
        return self.student.public_id


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The class, and the one who is talked about now; `own_words` is what the plan says of strengths and interests."""

    places: list[Place]
    here: Place | None
    before: Place | None
    after: Place | None
    own_words: list[PlanStatement]
    finished_on: date | None
    done: int

    @property
    def missing(self) -> list[Place]:
        """Who was not talked about yet."""
        return [place for place in self.places if place.entry is None]


def review_page(*, viewer: Viewer, section: Section, chosen: UUID | None) -> ReviewPage:
    """The review of a class, at a student: the chosen one, else the first who was not talked about yet.

    The viewer teaches the class. A chosen student who is not in it gives a page without a student (`here` None).
    """
    review = ClassReview.objects.filter(section=section).order_by("-pk").first()
    entries = {} if review is None else {e.student_id: e for e in review.entries.select_related("by").all()}
    seats = Enrolment.objects.filter(current(viewer.today), section=section, is_active=True).values("student_id")
    students = list(
        students_for(viewer, Permission.SEE_STUDENT)
        .filter(pk__in=seats)
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    if chosen is not None:
        here = next((n for n, s in enumerate(students) if s.public_id == chosen), None)
    else:
        here = next((n for n, s in enumerate(students) if s.pk not in entries), 0 if students else None)
    places = [Place(s, entries.get(s.pk), n == here) for n, s in enumerate(students)]
    return ReviewPage(
        places=places,
        here=None if here is None else places[here],
        before=places[here - 1] if here else None,
        after=places[here + 1] if here is not None and here + 1 < len(places) else None,
        own_words=[] if here is None else _own_words(students[here]),
        finished_on=review.finished_on if review else None,
        done=sum(place.entry is not None for place in places),
    )


def _own_words(student: Student) -> list[PlanStatement]:
    rows = PlanStatement.objects.filter(
        plan__student=student,
        kind__in=[StatementKind.STRENGTH, StatementKind.INTEREST],
        audience=Audience.CIRCLE,
        withdrawn_at__isnull=True,
    ).exclude(text="")
    return list(rows.select_related("author").order_by("-said_on", "-pk")[:3])
