"""A mark in everything one guardian says or is reached by: no byte the other household can get holds it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.models import GuardianLimit, Person, Relationship
from success_plans.choices import (
    AgreementAnswer,
    AttendeeRole,
    ConsentKind,
    ContactMode,
    ContactOutcome,
    MeasureKind,
    NeedDomain,
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


def meet(guardian: Person, plan: Plan, navigator: Person) -> None:
    """A meeting to which one household was asked; its words and what was decided carry the mark."""
    now = timezone.now()
    meeting = Meeting.objects.create(
        plan=plan, starts_at=now, language="en", called_by=navigator, student_words=f"{MARK} what I say there"
    )
    MeetingAttendee.objects.create(meeting=meeting, person=guardian, role=AttendeeRole.FAMILY)
    Decision.objects.create(
        meeting=meeting,
        text=f"{MARK} is told nothing",
        language="en",
        owner=guardian,
        author=navigator,
        key=uuid.uuid4(),
    )


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
    meet(guardian, plan, navigator)
    whole = snapshot(viewer=viewer_of(navigator), student=maya)
    version = PlanVersion.objects.create(
        plan=plan,
        number=900,
        content=to_json(whole),
        digest=digest(whole),
        reason="agreed",
        author=navigator,
        as_of=timezone.now(),
    )
    Agreement.objects.create(
        of_version=version,
        person=guardian,
        voice=Voice.FAMILY,
        answer=AgreementAnswer.PARTLY,
        statement=f"{MARK} statement",
        language="en",
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


def test_what_a_document_closes_is_in_no_byte_of_any_page(stage: Stage) -> None:
    maya, navigator = stage.world.student, stage.world.people["navigator"]
    plan, now = Plan.objects.get(student=maya), timezone.now()
    closed = {"no_meetings": [GuardianBlock.MEETINGS], "no_needs": [GuardianBlock.NEEDS, GuardianBlock.HEALTH]}
    hidden = {"no_meetings": ["meetingonly"], "no_needs": ["needonly", "feelingonly", "keeperonly"]}
    for name, blocks in closed.items():
        relate(add_person(name), RelationshipKind.GUARDIAN, [maya])
        for block in blocks:
            GuardianLimit.objects.create(
                student=maya,
                guardian=Person.objects.get(user__username=name),
                block=block,
                document="Court order 12",
                starts_on=stage.world.today,
                entered_by=navigator,
            )
    keeper = add_person("keeper")
    relate(keeper, RelationshipKind.TEAM, [maya])
    Person.objects.filter(pk=keeper.pk).update(given_name="keeperonly", preferred_name="keeperonly")
    make.NeedFactory(plan=plan, author=navigator, text="needonly words", domain=NeedDomain.ACADEMIC)
    make.NeedFactory(plan=plan, author=keeper, text="feelingonly words", domain=NeedDomain.SOCIAL)
    make.GoalFactory(plan=plan, author=navigator, text="feelingonly aim", measure_kind=MeasureKind.WELLBEING)
    Meeting.objects.create(
        plan=plan, starts_at=now, language="en", called_by=navigator, agenda_extra="meetingonly", place="meetingonly"
    )
    whole = snapshot(viewer=viewer_of(navigator), student=maya)
    PlanVersion.objects.create(
        plan=plan, number=901, content=to_json(whole), digest=digest(whole), reason="x", author=navigator, as_of=now
    )
    Relationship.objects.filter(person=keeper).update(ends_on=stage.world.today)  # names of the team are on the page

    leaks, own = [], dict.fromkeys(closed, 0)
    people = {name: Person.objects.get(user__username=name) for name in closed}
    for name, person in people.items():
        client = client_for(person)
        for path in every_path(stage):
            text = bytes_of(client.get(path))
            own[name] += "meetingonly" in text
            leaks += [f"{path}: {mark}" for mark in hidden[name] if mark in text]
    assert leaks == [], "\n".join(leaks[:12])
    assert own["no_needs"], "the meeting is not shown to anybody: this test proves nothing"
