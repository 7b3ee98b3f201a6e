"""Caseloads of a school, and what a balance would do."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import STAFF_ROLES, HandoverState, RelationshipKind, Role
from accounts.models import CaseloadHandover, Person, Relationship, RoleAssignment, School, Student, TeachingAssignment
from accounts.names import grade_word
from accounts.permissions import Viewer, current
from success_plans.balancing import Adult, Child, Why, propose
from success_plans.models import CheckIn, CycleStep, PlanVersion
from success_plans.selectors.handovers import LOOKED_BACK, Offer, offer_of, offers


@dataclass(frozen=True, slots=True)
class Line:
    """One navigator: how many students of how many, and what was done. Ordered by name; nothing is judged."""

    public_id: UUID
    name: str
    students: int
    cap: int
    check_ins: int
    agreed: int
    next_due: date | None
    has_left: bool

    @property
    def room(self) -> int:
        """How many more students there is room for; negative when there are more than the cap."""
        return self.cap - self.students


@dataclass(frozen=True, slots=True)
class Named:
    """A student by name, for the lists of who holds whom."""

    public_id: UUID
    name: str
    grade: str
    waiting_for: str = ""


@dataclass(frozen=True, slots=True)
class Caseloads:
    """A school's page. `student_ids` are the students whose names are on it."""

    lines: list[Line]
    free: list[Named]
    adults: list[tuple[str, str]]
    waiting: list[Offer]
    student_ids: list[int]
    students: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line of the balance: who would hold whom, and why."""

    student: UUID
    name: str
    grade: str
    adult: UUID
    adult_name: str
    why: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A proposal, and whom there was no room for."""

    lines: list[Proposed]
    left_over: list[Named]
    student_ids: list[int]


# ------------------------------------------------------------------ the school
def _students(school: School) -> QuerySet[Student]:
    return Student.objects.filter(school=school, is_active=True, alias_of__isnull=True)


def _held(viewer: Viewer, school: School) -> QuerySet[Relationship]:
    """Who holds whom at this school today, also somebody who left."""
    return Relationship.objects.filter(
        current(viewer.today),
        kind=RelationshipKind.CASELOAD,
        student__school=school,
        student__is_active=True,
        student__alias_of__isnull=True,
    )


def adults_of(*, viewer: Viewer, school: School) -> QuerySet[Person]:
    """Adults of this school who may hold a plan, by name: any trusted adult, teacher or office worker alike. One query.

    Whoever has a role here, teaches here, or works with a student of the school; and navigators of the whole district.
    """
    today = viewer.today
    roles = RoleAssignment.objects.filter(
        current(today),
        Q(school=school, role__in=STAFF_ROLES) | Q(school__isnull=True, role=Role.NAVIGATOR),
        person=OuterRef("pk"),
    )
    teaching = TeachingAssignment.objects.filter(
        current(today), section__school=school, is_active=True, person=OuterRef("pk")
    )
    circle = Relationship.objects.filter(
        current(today),
        kind__in=[RelationshipKind.CASELOAD, RelationshipKind.TEAM],
        student__school=school,
        person=OuterRef("pk"),
    )
    return Person.objects.filter(
        Q(Exists(roles)) | Q(Exists(teaching)) | Q(Exists(circle)), is_active=True, student__isnull=True
    ).order_by("sort_name", "pk")


def caseloads(*, viewer: Viewer, school: School) -> Caseloads:
    """Everybody who holds plans here, who could, and who has no navigator. The same queries for 10 and 5,000."""
    held = _held(viewer, school)
    adults = list(adults_of(viewer=viewer, school=school))
    waiting = list(
        offers(viewer=viewer).filter(student__school=school, student__is_active=True, state=HandoverState.WAITING)
    )
    waits = {row.student_id: row.to_person.display_name for row in waiting}
    without = _students(school).exclude(pk__in=held.filter(person__is_active=True).values("student_id"))
    free = list(without.select_related("person").order_by("person__sort_name", "pk"))
    return Caseloads(
        lines=_lines(viewer, school, held),
        free=[_named(s, waits.get(s.pk, "")) for s in free],
        adults=[(str(a.public_id), a.display_name) for a in adults],
        waiting=[offer_of(viewer=viewer, row=row, is_seen=True) for row in waiting],
        student_ids=[*(s.pk for s in free), *(row.student_id for row in waiting)],
        students=_students(school).count(),
    )


def _lines(viewer: Viewer, school: School, held: QuerySet[Relationship]) -> list[Line]:
    since = timezone.now() - LOOKED_BACK
    pairs = list(held.values_list("person_id", "student_id").distinct())
    loads = Counter(person for person, _student in pairs)
    people = Person.objects.filter(pk__in=loads).annotate(works_elsewhere=_works_elsewhere(viewer, school))
    talks: dict[tuple[int, int], int] = {
        (row["by_id"], row["student_id"]): row["n"]
        for row in CheckIn.objects.filter(
            by__in=loads, student__school=school, met_at__gte=since, undone_at__isnull=True
        )
        .values("by_id", "student_id")
        .annotate(n=Count("pk"))
    }
    agreed = set(
        PlanVersion.objects.filter(plan__student__in=held.values("student_id")).values_list(
            "plan__student_id", flat=True
        )
    )
    due: dict[int, date] = dict(
        CycleStep.objects.filter(school=school, done_on__isnull=True, owner__in=loads)
        .values("owner_id")
        .annotate(first=Min("due_on"))
        .values_list("owner_id", "first")
    )
    check_ins: Counter[int] = Counter()
    agreements: Counter[int] = Counter()
    for person, student in pairs:
        check_ins[person] += talks.get((person, student), 0)
        agreements[person] += student in agreed
    return [
        Line(
            public_id=person.public_id,
            name=person.display_name,
            students=loads[person.pk],
            cap=school.caseload_cap,
            check_ins=check_ins[person.pk],
            agreed=agreements[person.pk],
            next_due=due.get(person.pk),
            has_left=not person.is_active or person.works_elsewhere,
        )
        for person in people.order_by("sort_name", "pk")
    ]


def _works_elsewhere(viewer: Viewer, school: School) -> Q:
    """Persons who work for other schools of the district, and for this one no longer."""
    roles = RoleAssignment.objects.filter(current(viewer.today), person=OuterRef("pk"), role__in=STAFF_ROLES)
    teaching = TeachingAssignment.objects.filter(
        current(viewer.today), person=OuterRef("pk"), is_active=True, section__ends_on__gt=viewer.today
    )
    here = Exists(roles.filter(Q(school=school) | Q(school__isnull=True))) | Exists(
        teaching.filter(section__school=school)
    )
    return (Exists(roles) | Exists(teaching)) & ~here


def navigator_of_school(*, viewer: Viewer, school: School, public_id: UUID) -> Person | None:
    """Somebody who holds a plan at this school today, also when they left; None otherwise."""
    return Person.objects.filter(public_id=public_id, pk__in=_held(viewer, school).values("person_id")).first()


def adult_of_school(*, viewer: Viewer, school: School, public_id: UUID) -> Person | None:
    """An adult who may hold a plan here; None otherwise."""
    return adults_of(viewer=viewer, school=school).filter(public_id=public_id).first()


def students_held(*, viewer: Viewer, school: School, navigator: Person) -> tuple[list[Named], list[int]]:
    """Whose plans this adult holds at the school, by name; and their keys, for the note that they were read."""
    rows = list(
        _students(school)
        .filter(pk__in=_held(viewer, school).filter(person=navigator).values("student_id"))
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    waits = dict(
        CaseloadHandover.objects.filter(student__in=rows, state=HandoverState.WAITING).values_list(
            "student_id", "to_person__given_name"
        )
    )
    return [_named(s, waits.get(s.pk, "")) for s in rows], [s.pk for s in rows]


def balance(*, viewer: Viewer, school: School, leaving: Person | None = None) -> Balance:
    """Who could hold the plans nobody holds; with `leaving`, also theirs. Nothing is written."""
    students = list(_students(school).select_related("person").order_by("person__sort_name", "pk"))
    keys = [s.pk for s in students]
    holder: dict[int, int] = {}
    rows = _held(viewer, school).filter(person__is_active=True).order_by("starts_on", "pk")
    for student_id, person_id in rows.values_list("student_id", "person_id"):
        if leaving is None or person_id != leaving.pk:
            holder[student_id] = person_id
    family: dict[int, set[int]] = defaultdict(set)
    links = Relationship.objects.filter(current(viewer.today), kind=RelationshipKind.GUARDIAN, student_id__in=keys)
    for student_id, person_id in links.values_list("student_id", "person_id"):
        family[student_id].add(person_id)
    adults = {a.pk: a for a in _navigators(viewer, school) if leaving is None or a.pk != leaving.pk}
    loads = Counter(holder.values())
    common = frozenset({settings.LANGUAGE_CODE.split("-")[0]})
    pairs = propose(
        [Child(s.pk, frozenset(family[s.pk]), _languages(s.person), holder.get(s.pk)) for s in students],
        [Adult(a.pk, loads[a.pk], _languages(a)) for a in adults.values()],
        cap=school.caseload_cap,
        spoken_by_all=common,
    )
    by_key = {s.pk: s for s in students}
    proposed = {pair.child for pair in pairs}
    alone = [s for s in students if s.pk not in holder]
    return Balance(
        lines=[_proposed(by_key[pair.child], adults[pair.adult], pair.why) for pair in pairs],
        left_over=[_named(s) for s in alone if s.pk not in proposed],
        student_ids=[s.pk for s in alone],
    )


def _navigators(viewer: Viewer, school: School) -> QuerySet[Person]:
    """Whom a balance may propose: who is a navigator by role or holds a plan already, not every adult of the house."""
    today = viewer.today
    roles = RoleAssignment.objects.filter(
        Q(school=school) | Q(school__isnull=True), current(today), role=Role.NAVIGATOR, person=OuterRef("pk")
    )
    holds = _held(viewer, school).filter(person=OuterRef("pk"))
    return adults_of(viewer=viewer, school=school).filter(Q(Exists(roles)) | Q(Exists(holds)))


def _languages(person: Person) -> frozenset[str]:
    return frozenset(code.split("-")[0].lower() for code in person.languages)


def _proposed(student: Student, adult: Person, why: Why) -> Proposed:
    words = {
        Why.SIBLING: _("with a brother or sister"),
        Why.LANGUAGE: _("speaks the family’s language"),
        Why.ROOM: _("has room"),
    }
    return Proposed(
        student=student.public_id,
        name=student.person.display_name,
        grade=grade_word(student.grade),
        adult=adult.public_id,
        adult_name=adult.display_name,
        why=words[why],
    )


def _named(student: Student, waiting_for: str = "") -> Named:
    return Named(student.public_id, student.person.display_name, grade_word(student.grade), waiting_for)


def may_hold(*, viewer: Viewer, student: Student) -> list[Person]:
    """Adults to whom the navigator of this student may offer it: those of the school, but not themselves."""
    if student.school is None:
        return []
    parents = Relationship.objects.filter(
        current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN
    ).values("person_id")
    found = adults_of(viewer=viewer, school=student.school)
    return list(found.exclude(pk=viewer.actor_id).exclude(pk__in=parents))
