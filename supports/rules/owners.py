"""Who owns a flag: always one adult who answers for the student today."""

from __future__ import annotations

from supports.rules.terms import Adults, Subject


def choose_owner(author: int, subject: Subject, adults: Adults) -> int:
    """The owner of a flag: never nobody.

    The author of the latest counting evidence if still related (0: nobody is named); else a teacher of a
    section whose Focus holds the competency (of a pair the later one, then the earlier; of several teachers the
    one with the smallest id, so that everybody computes the same); else the navigator; else the plan lead.
    """
    if author and author in adults.related:
        return author
    for competency in (subject.competency, subject.earlier):
        teachers = adults.focus_teachers.get(competency, ()) if competency is not None else ()
        if teachers:
            return min(teachers)
    return adults.plan_lead if adults.navigator is None else adults.navigator


def answers_for(owner: int, adults: Adults) -> bool:
    """Whether this adult may keep a flag: related today, a teacher whose Focus it is in, or the navigator.

    The plan lead stands in only while there is nobody nearer.
    """
    return (
        owner in adults.related
        or owner == adults.navigator
        or any(owner in teachers for teachers in adults.focus_teachers.values())
    )
