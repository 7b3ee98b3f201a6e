"""A lead changes a circle for a purpose; what is entered holds for the next request of everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import households
from accounts.calendar import comes_of_age
from accounts.choices import AgeBasis, GuardianBlock, ReadPurpose, RelationshipKind, SensitiveDomain
from accounts.circles import services
from accounts.circles.of_age import record_of_age, take_back_of_age
from accounts.circles.services import CircleError
from accounts.models import AuditEvent, ComingOfAge, GuardianLimit, Person, Relationship, Student
from accounts.permissions import Reach, Viewer, domains_for, permissions_on, reaches
from success_plans.choices import NeedDomain
from tests import factories as make
from tests.cast import World, add_person, client_for, relate, viewer_of


def lead_with_purpose(world: World) -> Client:
    client = client_for(world.people["plan_lead"])
    client.post(reverse("student_purpose", args=[world.student.public_id]), {"purpose": ReadPurpose.CARE})
    return client


def address(name: str, world: World) -> str:
    return reverse(name, args=[world.student.public_id])


def enter(world: World, guardian: Person, **more: object) -> GuardianLimit:
    given = {
        "block": GuardianBlock.MEETINGS,
        "document": "Order of 3 May",
        "starts_on": world.today,
        "ends_on": None,
    } | more
    return services.enter_limit(
        by=viewer_of(world.people["plan_lead"]), student=world.student, guardian=guardian, **given
    )


# ------------------------------------------------------------------ several at once
def test_what_several_reach_is_what_each_is_told_alone_in_one_query(
    world: World, guardian: Person, specialist: Person, django_assert_num_queries: Callable[[int], Any]
) -> None:
    enter(world, guardian)
    Relationship.objects.filter(person=specialist).update(domains=[SensitiveDomain.HEALTH])
    people = Person.objects.filter(user__isnull=False).select_related("user").order_by("pk")
    viewers = [viewer_of(person) for person in people]
    lead = viewer_of(world.people["plan_lead"])
    viewers[viewers.index(lead)] = replace(lead, purposes={str(world.student.public_id): ReadPurpose.CARE})
    pairs = [(viewer, student) for viewer in viewers for student in Student.objects.order_by("pk")]
    assert len(pairs) > 30

    with django_assert_num_queries(1):
        found = reaches(pairs, on=world.today)

    assert found == {
        (viewer.person_id, student.pk): Reach(permissions_on(viewer, student), domains_for(viewer, student))
        for viewer, student in pairs
    }
    assert len({*found.values()}) > 5, "nobody, family, student, teacher, navigator, lead"
    nobody = Viewer(None, None, None, name="", short_name="", today=world.today)
    with django_assert_num_queries(0):
        assert reaches([(nobody, world.student)], on=world.today) == {}


# ------------------------------------------------------------------ services
def test_a_limit_needs_a_document_a_guardian_and_an_order_of_days(
    world: World, guardian: Person, other_guardian: Person
) -> None:
    with pytest.raises(CircleError):
        enter(world, guardian, document="  \x00 ")
    with pytest.raises(CircleError):
        enter(world, other_guardian)
    with pytest.raises(CircleError):
        enter(world, guardian, ends_on=world.today)
    assert not GuardianLimit.objects.exists()


@pytest.mark.parametrize("name", ["teacher", "navigator", "guardian", "principal_elsewhere", "district"])
def test_only_who_names_navigators_at_the_school_changes_a_circle(world: World, guardian: Person, name: str) -> None:
    by = viewer_of(world.people[name])
    row = enter(world, guardian)
    for act in (
        lambda: services.end_limit(by=by, limit=row),
        lambda: services.set_households(by=by, student=world.student, marks={guardian.public_id: "a"}),
        lambda: services.open_domains(by=by, student=world.student, to=world.people["specialist"], domains=[]),
    ):
        with pytest.raises(PermissionError):
            act()


def test_a_limit_ends_at_once_and_one_of_today_goes_with_its_history_kept(world: World, guardian: Person) -> None:
    by = viewer_of(world.people["plan_lead"])
    old, new = enter(world, guardian, starts_on=world.day(5)), enter(world, guardian, block=GuardianBlock.PLAN)
    services.end_limit(by=by, limit=old)
    services.end_limit(by=by, limit=new)
    services.end_limit(by=by, limit=new)
    assert households.limited_blocks(viewer_of(guardian), world.student) == frozenset()
    assert [row.ends_on for row in GuardianLimit.objects.all()] == [world.today]
    assert AuditEvent.objects.filter(action="limit.end").count() == 2


def test_a_domain_is_opened_to_the_team_and_closed_again(
    world: World, specialist: Person, teacher: Person, plan_lead: Person
) -> None:
    by = viewer_of(plan_lead)
    assert domains_for(viewer_of(specialist), world.student) == frozenset()
    services.open_domains(by=by, student=world.student, to=specialist, domains=["health", "wellbeing"])
    assert domains_for(viewer_of(specialist), world.student) == {SensitiveDomain.HEALTH, SensitiveDomain.WELLBEING}
    services.open_domains(by=by, student=world.student, to=specialist, domains=["health"])
    assert domains_for(viewer_of(specialist), world.student) == {SensitiveDomain.HEALTH}
    for person, domains in ((teacher, ["health"]), (specialist, ["grades"])):
        with pytest.raises(CircleError):
            services.open_domains(by=by, student=world.student, to=person, domains=domains)
    assert AuditEvent.objects.filter(action="domains.open").count() == 2


def test_the_team_reads_a_closed_need_only_in_the_domain_it_was_granted(
    world: World, specialist: Person, plan_lead: Person, client_of: Callable[..., Client]
) -> None:
    plan = make.PlanFactory(student=world.student)
    author = world.people["navigator"]
    make.NeedFactory(plan=plan, author=author, domain=NeedDomain.HEALTH, text="Insulin at noon")
    make.NeedFactory(plan=plan, author=author, domain=NeedDomain.BASIC, text="A bus pass")
    client = client_of(specialist)
    page = reverse("student_plan", args=[world.student.public_id])
    assert "Insulin at noon" not in client.get(page).content.decode()
    by = viewer_of(plan_lead)
    services.open_domains(by=by, student=world.student, to=specialist, domains=["health"])
    text = client.get(page).content.decode()
    assert "Insulin at noon" in text
    assert "A bus pass" not in text
    services.open_domains(by=by, student=world.student, to=specialist, domains=[])
    assert "Insulin at noon" not in client.get(page).content.decode()


def test_a_household_is_set_for_every_link_of_a_person(world: World, former_guardian: Person) -> None:
    relate(former_guardian, RelationshipKind.GUARDIAN, [world.student], starts_on=world.today)
    marks = {former_guardian.public_id: " North Street "}
    changed = services.set_households(by=viewer_of(world.people["plan_lead"]), student=world.student, marks=marks)
    links = Relationship.objects.filter(person=former_guardian)
    assert changed == 2
    assert {link.household for link in links} == {"North Street"}


# ------------------------------------------------------------------ pages
def test_a_lead_says_why_before_the_circle_opens(world: World, plan_lead: Person) -> None:
    relate(plan_lead, RelationshipKind.TEAM, [world.student])  # a ground of their own asks for the purpose as well
    client = client_for(plan_lead)
    answer = client.get(address("circle_edit", world))
    assert answer.status_code == 302
    assert "purpose" in answer["Location"]
    assert lead_with_purpose(world).get(address("circle_edit", world)).status_code == 200


def test_a_document_is_entered_and_ended_on_the_page(world: World, guardian: Person) -> None:
    client, family = lead_with_purpose(world), client_for(guardian)
    body = {
        "guardian": str(guardian.public_id),
        "block": GuardianBlock.EVERYTHING,
        "document": "Order of 3 May",
        "starts_on": world.today.isoformat(),
        "ends_on": (world.today + timedelta(days=30)).isoformat(),
    }
    child = reverse("family_child", args=[world.student.public_id])
    assert family.get(child).status_code == 200
    assert client.post(address("limit_enter", world), body).status_code == 302
    assert family.get(child).status_code == 404
    assert "Order of 3 May" in client.get(address("circle_edit", world)).content.decode()
    row = GuardianLimit.objects.get()
    assert client.post(reverse("limit_end", args=[row.public_id])).status_code == 302
    assert family.get(child).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"document": ""},
        {"starts_on": ""},
        {"starts_on": "soon"},
        {"block": "grades"},
        {"guardian": "nobody"},
        {"ends_on": "2000-01-01"},
    ],
)
def test_a_document_that_says_too_little_is_answered_with_the_form(
    world: World, guardian: Person, wrong: dict[str, str]
) -> None:
    body = {
        "guardian": str(guardian.public_id),
        "block": GuardianBlock.PLAN,
        "document": "Order",
        "starts_on": world.today.isoformat(),
    } | wrong
    assert lead_with_purpose(world).post(address("limit_enter", world), body).status_code == 422
    assert not GuardianLimit.objects.exists()


@pytest.mark.parametrize(
    ("block", "gone", "stays"),
    [
        (GuardianBlock.PLAN, "I explain things well.", "What comes next"),
        (GuardianBlock.EVIDENCE, "See the map", "I explain things well."),
    ],
)
def test_a_closed_block_is_not_in_any_byte_of_the_family_page(
    world: World, guardian: Person, client_of: Callable[..., Client], block: str, gone: str, stays: str
) -> None:
    make.PlanStatementFactory(plan=make.PlanFactory(student=world.student), author=world.student.person)
    page = reverse("family_child", args=[world.student.public_id])
    client = client_of(guardian)
    before = client.get(page).content.decode()
    assert gone in before
    enter(world, guardian, block=block)
    after = client.get(page).content.decode()
    assert gone not in after
    assert stays in after
    assert "A legal document on file closes this part" in after


def test_domains_and_households_are_set_on_the_page(world: World, specialist: Person, guardian: Person) -> None:
    client = lead_with_purpose(world)
    member = {"member": str(specialist.public_id)}
    assert client.post(address("circle_domains", world), member | {"domains": ["health"]}).status_code == 302
    assert domains_for(viewer_of(specialist), world.student) == {SensitiveDomain.HEALTH}
    assert client.post(address("circle_domains", world), member | {"domains": ["grades"]}).status_code == 422
    assert client.post(address("circle_domains", world), {"member": "nobody"}).status_code == 404
    other = add_person("stranger")
    marks = {
        f"household-{guardian.public_id}": "North",
        f"household-{other.public_id}": "x",
        "household-": "x",
        "household-\x00": "x",
    }
    assert client.post(address("circle_households", world), marks).status_code == 302
    assert households.household_of(viewer_of(guardian), world.student) == "North"


def test_what_is_open_to_a_navigator_by_itself_shows_as_open_and_cannot_be_closed(
    world: World, navigator: Person, specialist: Person
) -> None:
    client = lead_with_purpose(world)
    member = {"member": str(navigator.public_id)}

    def boxes(person: Person) -> dict[str, str]:
        page = client.get(address("circle_edit", world)).content.decode()
        form = page.split(f'value="{person.public_id}"')[-1].split("</form>")[0]
        return dict(re.findall(r'name="domains" value="(\w+)"([^>]*)>', form))

    assert SensitiveDomain.FAMILY in domains_for(viewer_of(navigator), world.student)
    assert boxes(navigator)["family"].strip() == "checked disabled"
    assert boxes(navigator)["health"].strip() == ""
    assert boxes(specialist)["family"].strip() == ""

    assert client.post(address("circle_domains", world), member | {"domains": ["health"]}).status_code == 302

    assert boxes(navigator)["health"].strip() == "checked"
    assert boxes(navigator)["family"].strip() == "checked disabled"
    assert domains_for(viewer_of(navigator), world.student) == {SensitiveDomain.FAMILY, SensitiveDomain.HEALTH}


# ------------------------------------------------------------------ who signs
@pytest.mark.parametrize(
    ("born", "day"),
    [
        ("2008-11-22", "2026-11-22"),
        ("2008-02-29", "2026-03-01"),
        ("2008-02-28", "2026-02-28"),
        ("2007-12-31", "2025-12-31"),
    ],
)
def test_the_rights_pass_on_the_18th_birthday_and_for_the_29th_of_february_on_the_1st_of_march(born, day):
    assert comes_of_age(date.fromisoformat(born)).isoformat() == day


def test_a_lead_writes_down_from_when_on_a_student_signs_alone_and_takes_it_back(world: World) -> None:
    client, page = lead_with_purpose(world), address("circle_edit", world)
    born = world.today.replace(year=world.today.year - 18, day=1)

    assert client.post(address("circle_of_age", world), {"basis": "record"}).status_code == 422
    assert client.post(address("circle_of_age", world), {"basis": "x", "day": born}).status_code == 422
    assert client.post(address("circle_of_age", world), {"basis": "record", "day": "2019-01-01"}).status_code == 422
    for _twice in range(2):
        assert client.post(address("circle_of_age", world), {"basis": "identity", "day": born}).status_code == 302
    row = ComingOfAge.objects.get()
    assert (row.on, row.basis, row.recorded_by) == (world.today.replace(day=1), "identity", world.people["plan_lead"])
    assert "signs alone" in client.get(page).content.decode()
    assert client.post(address("circle_of_age", world), {"basis": "record", "day": born}).status_code == 422
    for _twice in range(2):
        assert client.post(address("circle_of_age", world), {"act": "take_back"}).status_code == 302

    assert "The family signs" in client.get(page).content.decode()
    assert not ComingOfAge.objects.filter(taken_back_at__isnull=True).exists()
    written = AuditEvent.objects.filter(action__startswith="of_age.").order_by("pk")
    assert [event.action for event in written] == ["of_age.record", "of_age.take_back"]
    assert born.isoformat() not in str([event.details for event in written])


@pytest.mark.parametrize("day", ["9999-12-31", "9982-01-01", "0001-01-01", "tomorrow"])
def test_a_day_on_which_nobody_was_born_is_answered_with_the_form(world: World, day: str) -> None:
    client = lead_with_purpose(world)
    day = (world.today + timedelta(days=1)).isoformat() if day == "tomorrow" else day
    for basis in ("record", "identity"):
        answer = client.post(address("circle_of_age", world), {"basis": basis, "day": day})
        assert answer.status_code == 422
        assert "Look at the year" in answer.content.decode()
    assert not ComingOfAge.objects.exists()


def test_a_court_may_name_a_day_to_come(world: World) -> None:
    body = {"basis": "court", "day": (world.today + timedelta(days=9)).isoformat()}
    assert lead_with_purpose(world).post(address("circle_of_age", world), body).status_code == 302
    assert ComingOfAge.objects.get().on == world.today + timedelta(days=9)


@pytest.mark.parametrize("name", ["teacher", "navigator", "guardian", "student", "principal_elsewhere", "district"])
def test_only_who_names_navigators_at_the_school_says_who_signs(world: World, name: str) -> None:
    by = viewer_of(world.people[name])
    with pytest.raises(PermissionError):
        record_of_age(by=by, student=world.student, day=world.today, basis=AgeBasis.COURT)
    with pytest.raises(PermissionError):
        take_back_of_age(by=by, student=world.student)
