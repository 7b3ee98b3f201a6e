"""A yes and a no count while whoever said it is family and no document silences them; one rule for every reader."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.circles.services import end_limit, enter_limit
from accounts.joining.services import join_people, undo_join
from accounts.models import GuardianLimit, Partner, Person, Relationship
from accounts.permissions import current
from success_plans.choices import ConsentKind, FindingArea, FindingState
from success_plans.errors import PlanError
from success_plans.models import Consent
from success_plans.recompute import renew_partner_circles
from success_plans.recompute.reading import _Reader, ground_of
from success_plans.selectors.consents import consents, may
from success_plans.selectors.partners import partners_of
from success_plans.services import pathways as services
from success_plans.services.consents import answer_consent, withdraw_consent
from success_plans.services.entry import Finding, note_findings
from success_plans.services.pathways import Ask
from tests import factories as make
from tests.cast import World, add_person, relate, viewer_of

pytestmark = pytest.mark.django_db

MEDIA, WELLBEING = ConsentKind.MEDIA, ConsentKind.WELLBEING


@pytest.fixture
def father(world: World) -> Person:
    person = add_person("father")
    relate(person, RelationshipKind.GUARDIAN, [world.student])
    return person


def say(world: World, who: Person, kind: ConsentKind, *, is_yes: bool, partner: Partner | None = None) -> Consent:
    return answer_consent(by=viewer_of(who), student=world.student, kind=kind, is_yes=is_yes, partner=partner)


def leaves(world: World, who: Person) -> None:
    Relationship.objects.filter(person=who, student=world.student).update(ends_on=world.today)


def silenced(world: World, who: Person, block: GuardianBlock) -> GuardianLimit:
    return enter_limit(
        by=viewer_of(world.people["plan_lead"]),
        student=world.student,
        guardian=who,
        block=block,
        document="Court order 12",
        starts_on=world.today,
        ends_on=None,
    )


# ------------------------------------------------------------------ who counts
@pytest.mark.parametrize("is_yes", [True, False], ids=["yes", "no"])
def test_what_somebody_said_who_is_family_no_longer_decides_nothing(
    world: World, guardian: Person, father: Person, is_yes: bool
) -> None:
    say(world, father, MEDIA, is_yes=is_yes)
    if not is_yes:
        say(world, guardian, MEDIA, is_yes=True)
    assert may(world.student, MEDIA) is is_yes

    leaves(world, father)

    assert may(world.student, MEDIA) is not is_yes
    media = next(one for one in consents(viewer=viewer_of(guardian), student=world.student) if one.kind == MEDIA)
    assert media.is_open is not is_yes
    his = next(one for one in media.answers if one.by == father.display_name)
    assert (his.is_standing, his.is_yes) == (False, is_yes), "it stays in the record"


@pytest.mark.parametrize(
    ("block", "counts"),
    [(GuardianBlock.EVERYTHING, False), (GuardianBlock.PLAN, False), (GuardianBlock.MEETINGS, True)],
    ids=["everything", "plan", "meetings"],
)
def test_a_document_that_takes_the_plan_takes_the_voice_and_no_other_does(
    world: World, father: Person, block: GuardianBlock, counts: bool
) -> None:
    say(world, father, MEDIA, is_yes=True)
    limit = silenced(world, father, block)
    assert may(world.student, MEDIA) is counts
    end_limit(by=viewer_of(world.people["plan_lead"]), limit=limit)
    assert may(world.student, MEDIA)


# ------------------------------------------------------------------ written down late
def write_down(world: World, kind: ConsentKind, *, days_ago: int, partner: Partner | None = None) -> Consent:
    """A yes the mother signed on paper days ago, typed in today by the navigator."""
    return answer_consent(
        by=viewer_of(world.people["navigator"]),
        student=world.student,
        kind=kind,
        is_yes=True,
        given_by_id=world.people["guardian"].pk,
        given_on=world.today - timedelta(days=days_ago),
        partner=partner,
    )


def standing(world: World, who: Person, kind: ConsentKind) -> bool | None:
    asked = next(one for one in consents(viewer=viewer_of(who), student=world.student) if one.kind == kind)
    assert asked.is_open == may(world.student, kind)
    assert sum(answer.is_standing for answer in asked.answers) <= 1
    return None if asked.mine is None else asked.mine.is_yes


def test_a_yes_signed_before_a_no_does_not_speak_over_it_however_late_it_is_typed_in(
    world: World, guardian: Person, navigator: Person
) -> None:
    no = say(world, guardian, MEDIA, is_yes=False)
    Consent.objects.filter(pk=no.pk).update(given_on=world.today - timedelta(days=2))
    late = write_down(world, MEDIA, days_ago=4)
    assert write_down(world, MEDIA, days_ago=4) == late, "twice is once"
    assert standing(world, guardian, MEDIA) is False

    write_down(world, MEDIA, days_ago=1)
    assert standing(world, guardian, MEDIA) is True


def test_a_yes_taken_back_is_a_no_of_the_day_it_was_taken_back(
    world: World, guardian: Person, navigator: Person
) -> None:
    withdraw_consent(by=viewer_of(guardian), consent=write_down(world, MEDIA, days_ago=4))
    write_down(world, MEDIA, days_ago=2)
    assert (standing(world, guardian, MEDIA), may(world.student, MEDIA)) == (None, False)
    say(world, guardian, MEDIA, is_yes=True)
    assert standing(world, guardian, MEDIA) is True


# ------------------------------------------------------------------ partners
@pytest.fixture
def harrow(world: World, partner: Any, student: Any) -> Partner:
    found = Partner.objects.get(members__person=partner)
    pathway = make.PathwayFactory(title="Bridges", partner=found)
    services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=Ask(uuid.uuid4(), "", "en"))
    return found


def is_seen(world: World, harrow: Partner, client: Any) -> bool:
    """Whether the partner sees the student: its relationship, its page and the family's page say the same."""
    link = Relationship.objects.filter(current(world.today), student=world.student, kind=RelationshipKind.PARTNER)
    page = client.get(reverse("partner_student", args=[world.student.public_id])).status_code == 200
    told = partners_of(viewer=viewer_of(world.people["student"]), student=world.student)[0].is_open
    assert link.exists() == page == told
    return page


def test_a_partner_loses_the_name_with_the_limit_or_the_link_of_whoever_said_yes(
    world: World, harrow: Partner, father: Person, partner: Any, client_of: Any
) -> None:
    tab = client_of(partner)
    say(world, father, ConsentKind.PARTNER, is_yes=True, partner=harrow)
    assert is_seen(world, harrow, tab)
    limit = silenced(world, father, GuardianBlock.EVERYTHING)
    assert not is_seen(world, harrow, tab)
    end_limit(by=viewer_of(world.people["plan_lead"]), limit=limit)
    assert is_seen(world, harrow, tab)

    Relationship.objects.filter(person=father).update(ends_on=world.today + timedelta(days=1))
    assert is_seen(world, harrow, tab)
    leaves(world, father)
    renew_partner_circles(today=world.today)  # as the daily run does, and every import that ends a link
    assert not is_seen(world, harrow, tab)


@pytest.mark.parametrize("is_taken_back", [False, True], ids=["said_no", "took_it_back"])
def test_a_partner_does_not_get_the_name_by_a_paper_older_than_the_familys_last_word(
    world: World,
    harrow: Partner,
    guardian: Person,
    navigator: Person,
    partner: Any,
    client_of: Any,
    is_taken_back: bool,
) -> None:
    tab = client_of(partner)
    if is_taken_back:
        yes = write_down(world, ConsentKind.PARTNER, days_ago=4, partner=harrow)
        withdraw_consent(by=viewer_of(guardian), consent=yes)
    else:
        say(world, guardian, ConsentKind.PARTNER, is_yes=False, partner=harrow)

    write_down(world, ConsentKind.PARTNER, days_ago=2, partner=harrow)

    assert not is_seen(world, harrow, tab)
    told = partners_of(viewer=viewer_of(guardian), student=world.student)[0]
    assert told.mine is None if is_taken_back else told.mine is not None and not told.mine.is_yes
    say(world, guardian, ConsentKind.PARTNER, is_yes=True, partner=harrow)
    assert is_seen(world, harrow, tab)


def test_a_join_carries_the_yes_and_its_undoing_gives_it_back(
    world: World, harrow: Partner, father: Person, partner: Any, client_of: Any, district: Person
) -> None:
    tab, doubled = client_of(partner), add_person("father_twice")
    say(world, father, ConsentKind.PARTNER, is_yes=True, partner=harrow)
    merge = join_people(by=viewer_of(district), kept=doubled, absorbed=father, reason="One father.")
    assert is_seen(world, harrow, tab)
    undo_join(by=viewer_of(district), merge=merge)
    assert is_seen(world, harrow, tab)


# ------------------------------------------------------------------ one rule
def test_the_work_list_asks_only_for_what_can_be_written_down(
    world: World, guardian: Person, father: Person, navigator: Person
) -> None:
    def is_asked() -> bool:
        assert world.student.school is not None
        ground = ground_of(world.student.school, today=world.today)
        assert ground is not None
        return "consent" in _Reader([world.student], [], ground).entry[world.student.pk]

    def is_written() -> bool:
        finding = Finding(FindingArea.WELLBEING, world.today, can_do="Sings.", state=FindingState.FOUND)
        try:
            note_findings(by=viewer_of(navigator), student=world.student, findings=[finding], language="en")
        except PlanError:
            return False
        return True

    say(world, father, WELLBEING, is_yes=False)
    say(world, guardian, WELLBEING, is_yes=True)
    assert (is_asked(), is_written()) == (False, False)
    leaves(world, father)
    assert (is_asked(), is_written()) == (True, True)
