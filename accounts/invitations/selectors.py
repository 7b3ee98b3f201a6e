"""Whom of the family of some students a school may invite, and how their invitations stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import STAFF_KINDS, GuardianBlock, RelationshipKind
from accounts.models import (
    AccountClosure,
    FamilyInvitation,
    GuardianLimit,
    Person,
    Relationship,
    RoleAssignment,
    School,
    Section,
    Student,
    TeachingAssignment,
    User,
)
from accounts.names import grade_word
from accounts.permissions import Permission, Viewer, can, current

TRIES = 5
"""Wrong names of a child until a code is over."""


class Standing(StrEnum):
    """How far a guardian is."""

    IN = "in"  # has an account
    CLOSED = "closed"  # somebody closed it by hand: the district opens it again
    AT_WORK = "at_work"  # works here: the district opens their account
    WAITING = "waiting"  # was invited
    SENDING = "sending"  # the message is on its way
    OVER = "over"  # the code was not used in time, or too many wrong names were said
    UNREACHED = "unreached"  # no message goes to the address of the records
    NOT_YET = "not_yet"


_ENDED = frozenset({Standing.OVER, Standing.UNREACHED})


@dataclass(frozen=True, slots=True)
class Invitee:
    """A guardian in the list; `until` and `invitation` belong to the open invitation."""

    public_id: UUID
    name: str
    children: str
    address: str
    standing: Standing
    until: datetime | None
    invitation: UUID | None
    student_ids: tuple[int, ...]

    @property
    def may_be_invited(self) -> bool:
        """Whether an invitation can be made for them."""
        return self.standing not in {Standing.IN, Standing.CLOSED, Standing.AT_WORK}

    @property
    def is_left(self) -> bool:
        """Whether nobody invited them yet, or in vain."""
        return self.standing in {Standing.NOT_YET, *_ENDED}


def only(student: Student) -> QuerySet[Student]:
    """This student alone."""
    return Student.objects.filter(pk=student.pk)


def students_of(*, school: School, section: Section | None = None) -> QuerySet[Student]:
    """Who is at this school, or sits in one of its classes."""
    here = Student.objects.filter(school=school, is_active=True, alias_of__isnull=True)
    if section is None:
        return here
    return here.filter(enrolments__section=section, enrolments__is_active=True).distinct()


def links_of(students: QuerySet[Student], today: date) -> QuerySet[Relationship]:
    """Family links to these students that a document does not close altogether."""
    closed = GuardianLimit.objects.filter(
        current(today), student=OuterRef("student"), guardian=OuterRef("person"), block=GuardianBlock.EVERYTHING
    )
    return Relationship.objects.filter(
        current(today),
        ~Exists(closed),
        kind=RelationshipKind.GUARDIAN,
        student__in=students.values("pk"),
        student__is_active=True,
        person__is_active=True,
    )


def family_of(students: QuerySet[Student], today: date) -> QuerySet[Person]:
    """The guardians of these students."""
    return Person.objects.filter(pk__in=links_of(students, today).values("person_id"))


def family_alone(people: QuerySet[Person], today: date) -> QuerySet[Person]:
    """Those of them who neither work nor learn here. Who works here as well is let in by the district: a letter that
    any colleague can print must not open what somebody reads for their work."""
    person = OuterRef("pk")
    works_here = (
        Exists(RoleAssignment.objects.filter(current(today), person=person))
        | Exists(TeachingAssignment.objects.filter(current(today), person=person, is_active=True))
        | Exists(Relationship.objects.filter(current(today), person=person, kind__in=STAFF_KINDS))
    )
    is_student = Exists(Student.objects.filter(person=person, is_active=True))
    return people.filter(~works_here, ~is_student)


def may_be_invited(people: QuerySet[Person], today: date) -> QuerySet[Person]:
    """Those of them who are family alone and have no open account, nor one that was closed by hand."""
    person = OuterRef("pk")
    has_account = Exists(User.objects.filter(person=person, is_active=True))
    closed_by_hand = Exists(AccountClosure.objects.filter(user__person=person))
    return family_alone(people, today).filter(~has_account, ~closed_by_hand)


def comes_by_invitation(person: Person, today: date) -> bool:
    """Whether an invitation is the way in for this person: family of somebody who is here, and nothing else."""
    students = Student.objects.filter(is_active=True, alias_of__isnull=True)
    return family_alone(family_of(students, today), today).filter(pk=person.pk).exists()


def children_of(guardians: Collection[int], students: QuerySet[Student], today: date) -> dict[int, list[Student]]:
    """By guardian, their children among these students, by name."""
    found: dict[int, list[Student]] = defaultdict(list)
    rows = links_of(students, today).filter(person__in=list(guardians)).select_related("student__person")
    for row in rows.order_by("student__person__sort_name", "pk"):
        if row.student not in found[row.person_id]:
            found[row.person_id].append(row.student)
    return found


def language_of(guardian: Person, children: Collection[Student]) -> str:
    """The language a letter is written in: theirs, else their child's, else the house's; only those we speak."""
    spoken = [code for code, _name in settings.LANGUAGES]
    for tag in [*guardian.languages, *(tag for child in children for tag in child.person.languages)]:
        code = tag.split("-")[0].lower()
        if code in spoken:
            return code
    return settings.LANGUAGE_CODE.split("-")[0]


def invitees(*, viewer: Viewer, students: QuerySet[Student], about: Student | School) -> list[Invitee]:
    """The guardians of these students by name; none for whoever may not invite them. Five queries."""
    if not can(viewer, Permission.INVITE_FAMILY, about).allowed:
        return []
    people = list(family_of(students, viewer.today).order_by("sort_name", "pk"))
    keys = [person.pk for person in people]
    children = children_of(keys, students, viewer.today)
    free = set(may_be_invited(Person.objects.filter(pk__in=keys), viewer.today).values_list("pk", flat=True))
    accounts = {
        pk: "closed" if closed else "open" if is_open else None
        for pk, is_open, closed in User.objects.filter(person__in=keys).values_list("person_id", "is_active", "closure")
    }
    invitations: dict[int, FamilyInvitation] = {}
    rows = FamilyInvitation.objects.filter(guardian__in=keys, taken_back_at__isnull=True, used_at__isnull=True)
    for row in rows:
        invitations[row.guardian_id] = row
    now = timezone.now()
    return [
        _invitee(person, children[person.pk], person.pk in free, accounts, invitations.get(person.pk), now)
        for person in people
    ]


_STANDING = {"open": Standing.IN, "closed": Standing.CLOSED, None: Standing.AT_WORK}


def _invitee(
    person: Person,
    children: list[Student],
    is_free: bool,
    accounts: dict[int, str | None],
    row: FamilyInvitation | None,
    now: datetime,
) -> Invitee:
    if not is_free:
        standing = _STANDING[accounts.get(person.pk)]
    elif row is None:
        standing = Standing.NOT_YET
    elif row.expires_at <= now or row.tries >= TRIES:
        is_unreached = row.sent_at is None and row.address == person.email.lower()
        standing = Standing.UNREACHED if is_unreached else Standing.OVER
    else:
        standing = Standing.WAITING if row.sent_at else Standing.SENDING
    is_open = is_free and row is not None and standing not in _ENDED
    return Invitee(
        public_id=person.public_id,
        name=person.display_name,
        children=", ".join(_called(child) for child in children),
        address=person.email,
        standing=standing,
        until=row.expires_at if row is not None and is_open else None,
        invitation=row.public_id if row is not None and is_open else None,
        student_ids=tuple(child.pk for child in children),
    )


def _called(child: Student) -> str:
    grade = grade_word(child.grade)
    said = _("grade %(grade)s") % {"grade": grade}
    return f"{child.person.display_name} ({said})" if grade else child.person.display_name


def sections_of(*, viewer: Viewer, school: School) -> list[Section]:
    """The classes of this school that have not ended, by title."""
    return list(Section.objects.filter(school=school, is_active=True, ends_on__gt=viewer.today).order_by("title", "pk"))


def invitation_by_id(*, viewer: Viewer, public_id: UUID) -> tuple[FamilyInvitation, Student] | None:
    """An invitation with a student of that guardian for whose family this viewer may invite; None otherwise."""
    row = FamilyInvitation.objects.select_related("guardian").filter(public_id=public_id).first()
    if row is None:
        return None
    children = children_of([row.guardian_id], Student.objects.filter(alias_of__isnull=True), viewer.today)
    for child in children[row.guardian_id]:
        about = child.school if child.school_id in viewer.school_ids() and child.school is not None else child
        if can(viewer, Permission.INVITE_FAMILY, about).allowed:
            return row, child
    return None
