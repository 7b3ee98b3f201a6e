"""Who signs for a student: the family, and from 18 on the student alone.

The rights pass with the first minute of the 18th birthday at the school (34 CFR 99.5), which is `today` of the viewer.
What a family answered before that day holds until the student says something else; from then on only the student
answers, and what the student says decides alone.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts.models import ComingOfAge, Student


def of_age(on: date) -> Q:
    """Rows of `ComingOfAge` that hold on this day."""
    return Q(on__lte=on, taken_back_at__isnull=True)


def signs_alone(student: Student, *, on: date) -> bool:
    """Whether this student signs alone on this day. One query."""
    return ComingOfAge.objects.filter(of_age(on), student=student).exists()


def is_own_answer(on: date) -> Exists:
    """For rows with a `student` and a `given_by`: it is the student's own, and the student signs alone on this day."""
    mine = Student.objects.filter(person=OuterRef(OuterRef("given_by")))
    kept = Q(student=OuterRef("student")) | Q(student=OuterRef("student__alias_of"))
    return Exists(ComingOfAge.objects.filter(of_age(on), kept, student__in=mine))
