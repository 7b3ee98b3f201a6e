"""What a partner sees, what a family agrees to and takes back, and what nobody outside ever sees."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.choices import AgeBasis, RelationshipKind, Role
from accounts.circles.of_age import record_of_age, take_back_of_age
from accounts.models import AuditEvent, ComingOfAge, Partner, ReadEvent, Relationship
from accounts.permissions import Permission, can, current
from assessments.choices import EvidenceKind
from assessments.models import Evidence
from competencies.models import Pathway
from competencies.services.pathways import parts
from success_plans.choices import ConsentKind
from success_plans.coarse import count_words
from success_plans.errors import PlanError
from success_plans.models import Consent, PathwayMembership
from success_plans.recompute import renew_partner_circles
from success_plans.selectors import consents as consent_selectors
from success_plans.selectors import partners as selectors
from success_plans.selectors.packets import gather
from success_plans.services import consents
from success_plans.services import pathways as services
from success_plans.services.pathways import Ask
from tests import factories as make
from tests.cast import World, add_person, demonstrate, relate, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def harrow(partner: Any) -> Partner:
    return Partner.objects.get(members__person=partner)


@pytest.fixture
def bridges(world: World, harrow: Partner) -> Any:
    return make.PathwayFactory(title="Bridges", partner=harrow, competencies=[world.idea["compare"]])


@pytest.fixture
def maya_in(world: World, student: Any, bridges: Any) -> PathwayMembership:
    ask = Ask(uuid.uuid4(), "I like rivers", "en", bridges.ways.filter(kind="in").first().public_id)
    return services.join(by=viewer_of(student), student=world.student, pathway=bridges, ask=ask)


def says(world: World, who: Any, harrow: Partner, *, is_yes: bool = True) -> Consent:
    return consents.answer_consent(
        by=viewer_of(who), student=world.student, kind=ConsentKind.PARTNER, is_yes=is_yes, partner=harrow
    )


def links(world: World) -> int:
    kind = RelationshipKind.PARTNER
    return Relationship.objects.filter(current(world.today), student=world.student, kind=kind).count()


# ------------------------------------------------------------------ consent and what follows
def test_a_yes_opens_the_name_and_taking_it_back_closes_it_in_the_same_moment(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, client_of: Any
) -> None:
    page, tab = reverse("partner_student", args=[world.student.public_id]), client_of(partner)
    assert tab.get(page).status_code == 404

    yes = says(world, guardian, harrow)
    text = tab.get(page).content.decode()
    assert "Maya" in text
    assert "Bridges" in text
    assert "From an interest in building" in text
    assert "A small bridge" in text

    client_of(guardian).post(reverse("consent_withdraw", args=[yes.public_id]))
    assert tab.get(page).status_code == 404
    assert "Maya" not in tab.get("/partner").content.decode()
    assert tab.post(page, {"note": "x"}).status_code == 404
    assert links(world) == 0

    says(world, guardian, harrow)  # the same day again
    assert tab.get(page).status_code == 200
    acts = AuditEvent.objects.filter(action__startswith="partner.").values_list("action", flat=True)
    assert sorted(acts) == ["partner.link", "partner.link", "partner.unlink"]


@pytest.mark.parametrize("what", ["leaves", "member ends", "partner ends", "a no", "no longer there"])
def test_everything_that_ends_it_ends_it_today(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, student: Any, what: str
) -> None:
    says(world, guardian, harrow)
    assert can(viewer_of(partner), Permission.SEE_AS_PARTNER, world.student).allowed

    if what == "leaves":
        services.leave(by=viewer_of(student), membership=maya_in)
    elif what == "a no":
        other = add_person("second_parent")
        relate(other, RelationshipKind.GUARDIAN, [world.student])
        says(world, other, harrow, is_yes=False)
    else:
        if what == "member ends":
            harrow.members.update(ends_on=world.today)
        elif what == "partner ends":
            Partner.objects.update(ended_on=world.today)
        else:
            type(partner).objects.filter(pk=partner.pk).update(is_active=False)
        assert renew_partner_circles(today=world.today).ended == 1
        assert renew_partner_circles(today=world.today).ended == 0  # again changes nothing

    assert links(world) == 0
    assert not Relationship.objects.filter(
        current(world.today), student=world.student, person=partner, kind=RelationshipKind.PARTNER
    ).exists()


def test_an_experience_with_a_partner_is_enough_and_another_partner_is_another_question(
    world: World, harrow: Partner, partner: Any, guardian: Any, student: Any
) -> None:
    elsewhere = make.PartnerFactory()
    make.PartnerMemberFactory(partner=elsewhere)
    pathway = make.PathwayFactory(partner=elsewhere)
    make.PathwayExperienceFactory(pathway=pathway, partner=harrow, position=9)
    make.publish_pathway(pathway)
    services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=Ask(uuid.uuid4(), "", "en"))

    says(world, guardian, harrow)

    assert links(world) == 1
    assert can(viewer_of(partner), Permission.SEE_AS_PARTNER, world.student).allowed


def test_a_draft_opens_nothing_to_a_partner_and_closes_nothing_before_it_is_published(
    world: World, harrow: Partner, partner: Any, guardian: Any, student: Any, client_of: Any
) -> None:
    pathway = make.PathwayFactory()
    make.PathwayDesignerFactory(pathway=pathway, person=pathway.proposed_by)
    services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=Ask(uuid.uuid4(), "", "en"))
    there = make.PathwayExperienceFactory(pathway=pathway, partner=harrow, position=9)
    family = reverse("student_partners", args=[world.student.public_id])
    assert "Harrow" not in client_of(student).get(family).content.decode()
    says(world, guardian, harrow)
    assert links(world) == 0

    make.publish_pathway(pathway)
    renew_partner_circles(today=world.today)
    assert (links(world), "Harrow" in client_of(student).get(family).content.decode()) == (1, True)
    assert client_of(partner).get(reverse("partner_student", args=[world.student.public_id])).status_code == 200

    make.UserFactory(person=pathway.proposed_by)
    make.RoleAssignmentFactory(person=pathway.proposed_by, role=Role.TEACHER)
    parts.remove_experience(by=viewer_of(pathway.proposed_by), experience=there)
    renew_partner_circles(today=world.today)
    assert links(world) == 1

    make.publish_pathway(Pathway.objects.get(pk=pathway.pk))
    renew_partner_circles(today=world.today)
    assert links(world) == 0


def comes_of_age(world: World, on: date) -> None:
    record_of_age(by=viewer_of(world.people["plan_lead"]), student=world.student, day=on, basis=AgeBasis.COURT)


def test_before_the_day_the_family_signs_and_from_that_day_on_the_student_alone(
    world: World, maya_in: Any, harrow: Partner, guardian: Any, student: Any, client_of: Any
) -> None:
    page = reverse("student_partners", args=[world.student.public_id])
    says(world, guardian, harrow)
    comes_of_age(world, world.today + timedelta(days=1))
    assert client_of(student).post(page, {"partner": harrow.public_id, "answer": "no"}).status_code == 403
    with pytest.raises(PlanError):
        says(world, student, harrow)

    ComingOfAge.objects.update(on=world.today)  # the day has come
    assert links(world) == 1  # what the family said holds
    assert client_of(guardian).post(page, {"partner": harrow.public_id, "answer": "no"}).status_code == 403
    with pytest.raises(PlanError):
        says(world, guardian, harrow, is_yes=False)
    assert "signs alone" in client_of(guardian).get(page).content.decode()
    assert client_of(student).post(page, {"partner": harrow.public_id, "answer": "no"}).status_code == 302
    assert links(world) == 0

    assert client_of(student).post(page, {"partner": harrow.public_id, "answer": "yes"}).status_code == 302
    assert links(world) == 1
    assert (Consent.objects.latest("pk").given_by, Consent.objects.latest("pk").scribe) == (student, None)


def test_the_students_own_yes_holds_against_an_earlier_no_and_ends_when_the_day_was_wrong(
    world: World, maya_in: Any, harrow: Partner, guardian: Any, student: Any, teacher: Any, client_of: Any
) -> None:
    says(world, guardian, harrow, is_yes=False)
    comes_of_age(world, world.today)
    signed = {"partner": harrow.public_id, "answer": "yes", "given_by": student.pk, "given_on": world.today.isoformat()}
    page = reverse("student_partners", args=[world.student.public_id])

    assert client_of(teacher).post(page, signed | {"given_by": guardian.pk}).status_code == 422
    assert client_of(teacher).post(page, signed).status_code == 302  # an adult writes down what the student signed
    assert links(world) == 1
    assert "A yes holds." in client_of(student).get(page).content.decode()

    take_back_of_age(by=viewer_of(world.people["plan_lead"]), student=world.student)
    assert links(world) == 0


def test_a_student_of_age_answers_every_consent_alone(
    world: World, guardian: Any, student: Any, client_of: Any
) -> None:
    consents.answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.MEDIA, is_yes=True)
    comes_of_age(world, world.today)
    page = reverse("consents", args=[world.student.public_id])
    assert consent_selectors.may(world.student, ConsentKind.MEDIA)  # as the family said before

    assert client_of(guardian).post(page, {"kind": "media", "answer": "no"}).status_code == 403
    assert client_of(student).post(page, {"kind": "media", "answer": "no"}).status_code == 302
    assert not consent_selectors.may(world.student, ConsentKind.MEDIA)


def test_who_waits_for_a_place_is_not_shown_to_the_partner(
    world: World, harrow: Partner, guardian: Any, student: Any, classmate_in: Any
) -> None:
    row = services.join(
        by=viewer_of(student), student=world.student, pathway=classmate_in.pathway, ask=Ask(uuid.uuid4(), "", "en")
    )
    says(world, guardian, harrow)

    assert row.state == "waiting"
    assert links(world) == 0


@pytest.fixture
def classmate_in(world: World, harrow: Partner, teacher: Any) -> PathwayMembership:
    pathway = make.PathwayFactory(partner=harrow, capacity=1)
    return services.join(
        by=viewer_of(teacher), student=world.students[1], pathway=pathway, ask=Ask(uuid.uuid4(), "", "en")
    )


def test_the_family_answers_on_a_page_of_its_own_and_an_adult_writes_down_what_was_signed(
    world: World, maya_in: Any, harrow: Partner, guardian: Any, teacher: Any, student: Any, client_of: Any
) -> None:
    page = reverse("student_partners", args=[world.student.public_id])
    signed = world.today - timedelta(days=3)

    text = client_of(student).get(page).content.decode()
    assert "Harrow Bridgeworks" in text
    assert 'name="answer"' not in text
    answer = client_of(teacher).post(
        page, {"partner": harrow.public_id, "answer": "yes", "given_by": guardian.pk, "given_on": signed.isoformat()}
    )
    assert answer.status_code == 302
    row = Consent.objects.get()
    assert (row.partner, row.given_by, row.scribe, row.given_on) == (harrow, guardian, teacher, signed)
    assert links(world) == 1
    for bad in (
        {"partner": uuid.uuid4(), "answer": "yes", "given_by": guardian.pk, "given_on": signed.isoformat()},
        {"partner": harrow.public_id, "answer": "maybe", "given_by": guardian.pk, "given_on": signed.isoformat()},
        {"partner": harrow.public_id, "answer": "yes", "given_by": guardian.pk, "given_on": "2999-01-01"},
        {"partner": harrow.public_id, "answer": "yes", "given_by": teacher.pk, "given_on": signed.isoformat()},
    ):
        assert client_of(teacher).post(page, bad).status_code == 422
    assert client_of(guardian).post(page, {"partner": harrow.public_id, "answer": "no"}).status_code == 302
    assert links(world) == 0


def test_the_family_and_the_student_read_who_sees_this_and_who_looked(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, student: Any, client_of: Any
) -> None:
    says(world, guardian, harrow)
    client_of(partner).get("/partner")
    client_of(partner).get(reverse("partner_student", args=[world.student.public_id]))

    assert ReadEvent.objects.filter(viewer_id=partner.pk, block="partner").count() == 2
    for who in (guardian, student):
        text = client_of(who).get(reverse("who_sees", args=[world.student.public_id])).content.decode()
        assert "Harrow Bridgeworks" in text
        assert partner.display_name in text
    looked = client_of(guardian).get(f"/family/{world.student.public_id}").content.decode()
    assert f"{partner.display_name}, partner of a pathway" in looked


def test_a_packet_tells_the_pathway_and_the_consent_as_history_and_nothing_of_a_draw(
    world: World, maya_in: Any, harrow: Partner, guardian: Any
) -> None:
    says(world, guardian, harrow)

    packet, _held = gather(viewer=viewer_of(guardian), student=world.student)

    [line], [told] = packet.rows["pathways"], packet.rows["consents"]
    assert (line["pathway"], line["next_experience"]) == ("Bridges", "A small bridge")
    assert (told["about"], told["kind"], told["elsewhere"]) == ("Harrow Bridgeworks", "partner", "Riverside")
    assert "memberships" not in packet.rows


# ------------------------------------------------------------------ what a partner sees
def test_a_partner_sees_no_level_no_evidence_no_plan_and_nobody_else(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, teacher: Any, client_of: Any
) -> None:
    says(world, guardian, harrow)
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    make.EvidenceFactory(
        student=world.student, competency=world.idea["compare"], recorded_by=teacher, note="canary of the teacher"
    )
    make.GoalFactory(plan=world.student.plan, text="canary of the plan")
    client = client_of(partner)

    pages = ["/partner", reverse("partner_student", args=[world.student.public_id])]
    text = "".join(client.get(page).content.decode() for page in pages)

    assert "canary" not in text
    assert "I like rivers" not in text  # the student's own reason stays in the circle
    for child in world.students[1:]:
        assert child.person.family_name not in text
    for word in ("Shown", "Building", "Deeper", 'class="level'):
        assert word not in text
    for route in ("student_plan", "student_map", "student_pathways", "student_timeline"):
        assert client.get(reverse(route, args=[world.student.public_id])).status_code == 404
    assert client.get(reverse("membership", args=[maya_in.public_id])).status_code == 404


def test_nobody_outside_the_circle_finds_a_partners_people_or_the_student(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, client_of: Any
) -> None:
    says(world, guardian, harrow)
    type(partner).objects.filter(pk=partner.pk).update(family_name="Canarypartner")
    for name in ("other_guardian", "teacher_next_door", "principal_elsewhere", "district", "operator"):
        client = client_of(world.people[name])
        for page in ("/partner", reverse("partner_student", args=[world.student.public_id]), "/today", "/pathways"):
            text = client.get(page).content.decode()
            assert "Canarypartner" not in text
            assert "Maya" not in text


def test_counts_are_coarse_and_the_same_all_quarter(
    world: World, harrow: Partner, partner: Any, bridges: Any, today: date
) -> None:
    as_of = selectors.quarter_start(today)
    assert as_of <= today
    assert (as_of.day, as_of.month % 3) == (1, 1)
    assert [count_words(n) for n in (0, 1, 9, 10, 14, 15, 23)] == [
        "fewer than 10", "fewer than 10", "fewer than 10", "10 or more", "10 or more", "15 or more", "20 or more",
    ]  # fmt: skip
    students = make.StudentFactory.create_batch(12, school=world.school)

    def put(pupils: list[Any], starts_on: date) -> None:
        PathwayMembership.objects.bulk_create(
            PathwayMembership(
                key=uuid.uuid4(), student=one, pathway=bridges, language="en", state="in", author=one.person,
                starts_on=starts_on,
            )
            for one in pupils
        )  # fmt: skip

    def told() -> str:
        home = selectors.partner_home(viewer=viewer_of(partner))
        assert home is not None
        return home.pathways[0].count

    put(students[:11], as_of)
    assert told() == "10 or more"
    PathwayMembership.objects.filter(student__in=students[:2]).update(state="left", ended_on=as_of + timedelta(days=1))
    put(students[11:], as_of + timedelta(days=1))
    assert told() == "10 or more"  # who came and went since then changes nothing before the next quarter


# ------------------------------------------------------------------ observations
def test_a_partner_writes_what_it_saw_and_a_teacher_decides(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, teacher: Any, client_of: Any
) -> None:
    says(world, guardian, harrow)
    page = reverse("partner_student", args=[world.student.public_id])
    idea = world.idea["compare"]
    sent = {
        "competency": idea.public_id, "note": "Measured the span twice.", "on": world.today.isoformat(),
        "key": uuid.uuid4(),
    }  # fmt: skip
    client = client_of(partner)
    for _n in range(2):
        assert client.post(page, sent).status_code == 302

    row = Evidence.objects.get()
    assert (row.kind, row.is_accepted, row.value, row.recorded_by) == (EvidenceKind.PARTNER, False, None, partner)
    for bad in ({"competency": world.idea["shapes"].public_id}, {"note": " "}, {"on": "2999-01-01"}):
        assert client.post(page, sent | {"key": uuid.uuid4()} | bad).status_code == 422
    waiting = client_of(teacher).get("/observations/waiting").content.decode()
    assert "Measured the span twice." in waiting
    answer = {"decision": "accept", "level": "3", "text": "Thank you, that counts."}
    address = reverse("observation_answer", args=[row.public_id])
    assert client_of(teacher).post(address, answer).status_code == 302
    text = client.get(page).content.decode()
    assert "It counts now." in text
    assert "Thank you, that counts." in text
    assert teacher.family_name not in text
    assert client.get(reverse("evidence", args=[row.public_id])).status_code == 404


def test_a_partner_may_not_write_after_the_yes_was_taken_back(
    world: World, maya_in: Any, harrow: Partner, partner: Any, guardian: Any, client_of: Any
) -> None:
    yes = says(world, guardian, harrow)
    consents.withdraw_consent(by=viewer_of(guardian), consent=yes)

    answer = client_of(partner).post(
        reverse("partner_student", args=[world.student.public_id]),
        {"competency": world.idea["compare"].public_id, "note": "x", "on": world.today, "key": uuid.uuid4()},
    )

    assert answer.status_code == 404
    assert not Evidence.objects.exists()
