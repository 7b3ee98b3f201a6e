"""A mark in everything one guardian says or is reached by: no byte the other household can get holds it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship
from success_plans.choices import (
    AgreementAnswer,
    AttendeeRole,
    ConsentKind,
    ContactMode,
    ContactOutcome,
    Subject,
    Voice,
)
from success_plans.models import (
    Agreement,
    Amendment,
    Consent,
    ContactAttempt,
    Decision,
    FamilyWays,
    Meeting,
    MeetingAttendee,
    Plan,
    PlanVersion,
    Proposal,
)
from success_plans.selectors.moments import snapshot
from success_plans.versions.snapshot import digest, to_json
from tests import factories as make
from tests.cast import add_person, client_for, relate, viewer_of
from tests.permissions.stage import Stage
from tests.permissions.test_canaries import bytes_of, every_path

pytestmark = pytest.mark.django_db

MARK = "northstreetonly"


def speak(guardian: Person, plan: Plan, navigator: Person) -> None:
    """Everything a guardian can say, each with the mark."""
    maya, now = plan.student, timezone.now()
    words = {"text": f"{MARK} words", "language": "en", "author": guardian}
    make.PlanStatementFactory(plan=plan, voice=Voice.FAMILY, **words)
    make.GoalFactory(plan=plan, voice=Voice.FAMILY, **words)
    make.NeedFactory(plan=plan, **words)
    Proposal.objects.create(
        plan=plan, voice=Voice.FAMILY, to_voice=Voice.STAFF, answer_by=timezone.localdate(), **words
    )
    FamilyWays.objects.create(
        plan=plan, guardian=guardian, best_way=ContactMode.PHONE, best_time=f"{MARK} mornings", author=guardian
    )
    Consent.objects.create(
        student=maya,
        kind=ConsentKind.MEDIA,
        about=f"{MARK} pictures",
        given_by=guardian,
        is_yes=True,
        given_on=timezone.localdate(),
    )
    ContactAttempt.objects.create(
        student=maya,
        guardian=guardian,
        by=navigator,
        tried_at=now,
        mode=ContactMode.PHONE,
        outcome=ContactOutcome.HELD,
        note=f"{MARK} talk",
        language="en",
        household="north",
        key=uuid.uuid4(),
    )
    Amendment.objects.create(plan=plan, about=Subject.PLAN, about_id=plan.public_id, voice=Voice.FAMILY, **words)
    whole = snapshot(viewer=viewer_of(navigator), student=maya, at=now)
    version = PlanVersion.objects.create(
        plan=plan,
        number=900,
        content=to_json(whole),
        digest=digest(whole),
        reason="agreed",
        author=navigator,
        as_of=now,
    )
    Agreement.objects.create(
        of_version=version,
        person=guardian,
        voice=Voice.FAMILY,
        answer=AgreementAnswer.PARTLY,
        statement=f"{MARK} statement",
        language="en",
    )
    meeting = Meeting.objects.create(plan=plan, starts_at=now, language="en", called_by=navigator)
    MeetingAttendee.objects.create(meeting=meeting, person=guardian, role=AttendeeRole.FAMILY)
    Decision.objects.create(
        meeting=meeting, text="More reading", language="en", owner=guardian, author=navigator, key=uuid.uuid4()
    )


@pytest.fixture
def homes(stage: Stage) -> tuple[Any, Any]:
    """Clients of the two guardians of Maya; the first one's words carry the mark, and so does their name."""
    guardian, navigator = stage.world.people["guardian"], stage.world.people["navigator"]
    other = add_person("south_guardian")
    relate(other, RelationshipKind.GUARDIAN, [stage.world.student])
    for person, mark in ((guardian, "north"), (other, "south")):
        Relationship.objects.filter(person=person, student=stage.world.student).update(household=mark)
    Person.objects.filter(pk=guardian.pk).update(
        given_name=MARK, family_name=MARK, preferred_name=MARK, email=f"{MARK}@example.org", phone=MARK
    )
    speak(guardian, Plan.objects.get(student=stage.world.student), navigator)
    return client_for(Person.objects.get(pk=guardian.pk)), client_for(other)


def test_nothing_of_one_household_is_in_any_byte_of_the_other(stage: Stage, homes: tuple[Any, Any]) -> None:
    mine, theirs = homes
    leaks, own = [], 0
    for path in every_path(stage):
        own += MARK in bytes_of(mine.get(path)) if "/family/" in path or "/plan" in path else 0
        answer = theirs.get(path)
        text = bytes_of(answer)
        if MARK in text:
            at = text.index(MARK)
            leaks.append(f"{path}: {text[max(0, at - 80) : at + 40]!r}")
    assert leaks == [], "\n".join(leaks[:12])
    assert own, "this test sees nothing at all: it proves nothing"
