"""A rubric, a work of the class and its two judges, for the tests of judging."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.utils import timezone

from assessments.models import CriterionScore, Scoring, Submission
from assessments.services.invitations import invite
from assessments.services.scoring import Judgement, finish
from assessments.services.submissions import HandedIn, hand_in
from tests import factories as make
from tests.cast import viewer_of


def rubric(world, **more):
    """A published rubric of the school: two criteria on *compare*, one on *shapes*. Returns version and criteria."""
    version = make.InstrumentVersionFactory(
        instrument__school=world.school,
        instrument__created_by=world.people["teacher"],
        context="performance_task",
        **more,
    )
    criteria = [
        make.CriterionFactory(version=version, competency=world.idea[idea], name=name, position=n)
        for n, (idea, name) in enumerate((("compare", "Explains"), ("compare", "Draws"), ("shapes", "Names shapes")))
    ]
    return version, criteria


def work_of(world, *, is_blind=False, version=None, **more):
    """A work given to Math 5."""
    return make.AssignmentFactory(
        version=version or rubric(world)[0],
        section=world.section,
        created_by=world.people["teacher"],
        is_blind=is_blind,
        **more,
    )


def handed(world, work, student=None, *, by=None, text="I built it from paper.", version=0, **more):
    """What a student handed in through the service."""
    student = student or world.student
    return hand_in(
        by=viewer_of(by or world.people["student"]),
        student=student,
        assignment=work,
        work=HandedIn(text=text, language="en", version=version, **more),
    )


def levels(work, *values):
    """Levels by criterion in the order of the rubric; None is left out."""
    keys = list(work.version.criteria.order_by("position").values_list("pk", flat=True))
    return {key: Decimal(str(value)) for key, value in zip(keys, values, strict=False) if value is not None}


def judge(world, person, work, *values, student=None, note="", version=0, act=finish):
    """One person's judgement, finished."""
    student = student or world.student
    row = Submission.objects.filter(assignment=work, student=student).first()
    return act(
        by=viewer_of(person),
        student=student,
        assignment=work,
        judgement=Judgement(
            levels=levels(work, *values), note=note, language="en", version=version, seen=row.version if row else 0
        ),
    )


def ask(world, work, colleague, students=None):
    """The teacher asks a colleague to judge works."""
    return invite(
        by=viewer_of(world.people["teacher"]),
        assignment=work,
        colleague=colleague.public_id,
        students=students or [world.student],
    )


def key():
    """A new idempotency key."""
    return uuid.uuid4()


def judged_by_two(world, work, student, one, other):
    """A work two people judged blind, written as it stands afterwards: levels of each, in the order of the rubric."""
    row = Submission.objects.create(assignment=work, student=student, text="Paper.", language="en")
    piece = make.EvidenceFactory(student=student, competency=world.idea["compare"], recorded_by=world.people["teacher"])
    people = (world.people["teacher"], world.people["co_teacher"])
    scorings = Scoring.objects.bulk_create(
        Scoring(submission=row, rater=person, finished_at=timezone.now()) for person in people
    )
    CriterionScore.objects.bulk_create(
        CriterionScore(scoring=scoring, criterion_id=pk, value=value, evidence=piece)
        for scoring, values in zip(scorings, (one, other), strict=True)
        for pk, value in levels(work, *values).items()
    )
