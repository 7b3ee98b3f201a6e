"""Which meetings of a student a reader may know of: one rule for the list, the page, the record and the versions."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.households import limited_blocks, marks_of, other_household
from accounts.models import Relationship, Student
from accounts.permissions import Viewer, current
from success_plans.models import Meeting, MeetingAttendee


def meetings_open_to(*, viewer: Viewer, student: Student) -> QuerySet[Meeting]:
    """The meetings of a student but those kept from this reader; what is on hold is a matter of who asks.

    A guardian sees no meeting to which another household was asked and theirs was not, and none at all while a legal
    document closes them.
    """
    found = Meeting.objects.filter(plan__student=student)
    if GuardianBlock.MEETINGS in limited_blocks(viewer, student):
        return found.none()
    strangers = other_household(viewer).get(student.pk, frozenset())
    return found.filter(of_own_home(viewer=viewer, student=student, strangers=strangers))


def of_own_home(*, viewer: Viewer, student: Student, strangers: frozenset[int]) -> Q:
    """Meetings to which nobody of these people was asked, or somebody of the family who is none of them."""
    if not strangers or viewer.person_id is None:
        return Q()
    asked = MeetingAttendee.objects.filter(person__in=strangers).values("meeting_id")
    family = Relationship.objects.filter(student=student, kind=RelationshipKind.GUARDIAN)
    own = MeetingAttendee.objects.filter(person__in=family.exclude(person__in=strangers).values("person_id"))
    return ~Q(pk__in=asked) | Q(pk__in=own.values("meeting_id"))


def family_hears(*, viewer: Viewer, meeting: Meeting) -> bool:
    """Whether what is decided here is said before the family: somebody of every home of the student was asked and is
    not marked as away. Else it is the school's wording, which the family reads after somebody looked at it for them.
    """
    links = Relationship.objects.filter(
        current(viewer.today),
        student=meeting.plan.student_id,
        kind=RelationshipKind.GUARDIAN,
        person__is_active=True,
    ).order_by("starts_on", "pk")
    marks = marks_of(links.values_list("person_id", "household"))
    asked = MeetingAttendee.objects.filter(meeting=meeting, person__in=list(marks)).exclude(was_there=False)
    here = set(asked.values_list("person_id", flat=True))
    return bool(here) and {marks[pk] for pk in here} == set(marks.values())
