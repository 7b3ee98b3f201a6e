"""Specialists around a child and substitutes before a class: who puts them there, and for how long it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import ReadPurpose, RelationshipKind, Role, SensitiveDomain
from accounts.circles import staff, substitutes, team
from accounts.circles.services import CircleError, open_domains
from accounts.models import AuditEvent, Person, Relationship, TeachingAssignment
from accounts.permissions import Permission, can, domains_for, sections_for, students_for
from tests.cast import World, add_person, client_for, relate, viewer_of


@pytest.fixture
def nurse(world: World) -> Person:
    """Somebody of the district's pool, who sees nobody yet."""
    return add_person("Ines Nurse", Role.SPECIALIST)


def lead_with_purpose(world: World) -> Client:
    client = client_for(world.people["plan_lead"])
    client.post(reverse("student_purpose", args=[world.student.public_id]), {"purpose": ReadPurpose.CARE})
    return client


# ------------------------------------------------------------------ the support team
def test_who_joins_the_team_sees_the_plan_and_the_parts_they_were_granted(world: World, nurse: Person) -> None:
    by = viewer_of(world.people["plan_lead"])
    assert not can(viewer_of(nurse), Permission.READ_PLAN, world.student).visible
    team.join_team(by=by, student=world.student, person=nurse, until=None, domains=["health"])
    assert can(viewer_of(nurse), Permission.READ_PLAN, world.student).allowed
    assert domains_for(viewer_of(nurse), world.student) == {SensitiveDomain.HEALTH}
    until = world.today + timedelta(days=9)
    team.join_team(by=by, student=world.student, person=nurse, until=until, domains=[])
    rows = Relationship.objects.filter(person=nurse)
    assert [(row.ends_on, row.domains) for row in rows] == [(until, [])], "taken once"
    team.leave_team(by=by, student=world.student, person=nurse)
    assert not can(viewer_of(nurse), Permission.READ_PLAN, world.student).visible
    team.join_team(by=by, student=world.student, person=nurse, until=None)
    assert can(viewer_of(nurse), Permission.READ_PLAN, world.student).allowed, "back on the same day"
    assert AuditEvent.objects.filter(action="team.join", student_ids=[world.student.pk]).count() == 3


def test_nobody_joins_a_team_who_does_not_work_here_or_is_family(world: World, nurse: Person) -> None:
    by = viewer_of(world.people["plan_lead"])
    relate(nurse, RelationshipKind.GUARDIAN, [world.student])
    for person in (world.people["other_guardian"], world.people["partner"], world.students[1].person, nurse):
        with pytest.raises(CircleError):
            team.join_team(by=by, student=world.student, person=person, until=None)
    specialist = world.people["specialist"]
    for wrong in ({"until": world.today}, {"until": None, "domains": ["grades"]}):
        with pytest.raises(CircleError):
            team.join_team(by=by, student=world.student, person=specialist, **wrong)


@pytest.mark.parametrize("name", ["teacher", "navigator", "specialist", "principal_elsewhere", "district"])
def test_only_who_names_navigators_there_changes_a_team_or_enters_a_substitute(
    world: World, nurse: Person, name: str
) -> None:
    by = viewer_of(world.people[name])
    with pytest.raises(PermissionError):
        team.join_team(by=by, student=world.student, person=nurse, until=None)
    with pytest.raises(PermissionError):
        team.leave_team(by=by, student=world.student, person=world.people["specialist"])
    with pytest.raises(PermissionError):
        substitutes.begin_substitute(
            by=by, section=world.section, person=nurse, starts_on=world.today, ends_on=world.today + timedelta(days=1)
        )


def test_colleagues_are_found_by_either_name_and_nobody_else_is(world: World, nurse: Person) -> None:
    by = viewer_of(world.people["plan_lead"])
    for words in ("ines", "Nurse", "Ines Nurse"):
        assert [one.name for one in staff.staff_named(viewer=by, words=words)] == ["Ines Nurse"], words
    assert staff.staff_named(viewer=by, words="i") == []
    assert staff.staff_named(viewer=by, words=world.student.person.family_name) == []
    assert staff.staff_named(viewer=viewer_of(world.people["teacher"]), words="ines") == []


def test_a_lead_finds_and_adds_somebody_on_the_page(world: World, nurse: Person) -> None:
    client, path = lead_with_purpose(world), reverse("circle_team", args=[world.student.public_id])
    assert client.get(path).status_code == 200
    assert client.post(path, {"who": "zzz"}).status_code == 422
    found = client.post(path, {"who": "ines"})
    assert found.status_code == 200, "to be found is no mistake"
    assert str(nurse.public_id) in found.content.decode()
    assert "Choose who it is." not in found.content.decode()
    again = client.post(path, {"who": "ines", "found": "yes"})
    assert again.status_code == 422
    assert "Choose who it is." in again.content.decode()
    last = world.today + timedelta(days=3)
    body = {"who": "ines", "person": str(nurse.public_id), "last_day": last.isoformat(), "domains": ["health"]}
    assert client.post(path, body).status_code == 302
    row = Relationship.objects.get(person=nurse)
    assert (row.ends_on, row.domains) == (last + timedelta(days=1), ["health"])
    page = client.get(path).content.decode()
    assert "Ines Nurse" in page
    leave = reverse("circle_team_leave", args=[world.student.public_id])
    assert client.post(leave, {"member": str(nurse.public_id)}).status_code == 302
    assert client.post(leave, {"member": str(nurse.public_id)}).status_code == 404


def test_without_a_purpose_no_team_is_shown(world: World) -> None:
    path = reverse("circle_team", args=[world.student.public_id])
    assert "/purpose" in client_for(world.people["plan_lead"]).get(path).headers["Location"]


# ------------------------------------------------------------------ substitutes
def stands_in(world: World, person: Person, first: int, days: int) -> TeachingAssignment:
    starts_on = world.today + timedelta(days=first)
    return substitutes.begin_substitute(
        by=viewer_of(world.people["plan_lead"]),
        section=world.section,
        person=person,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days),
    )


def test_a_substitute_sees_the_class_until_the_last_day_and_not_a_day_longer(world: World, nurse: Person) -> None:
    row = stands_in(world, nurse, 0, 3)
    now = viewer_of(nurse)
    assert list(sections_for(now)) == [world.section]
    assert set(students_for(now)) == set(world.students)
    ends = {link.ends_on for link in Relationship.objects.filter(person=nurse, kind=RelationshipKind.SUBSTITUTE)}
    assert ends == {row.ends_on}
    assert Relationship.objects.filter(person=world.people["teacher"], ends_on=world.today).count() == 0


def test_a_substitution_that_ends_early_or_is_called_off_opens_nothing(world: World, nurse: Person) -> None:
    by = viewer_of(world.people["plan_lead"])
    now, later = stands_in(world, nurse, 0, 3), stands_in(world, add_person("Otto Later", Role.TEACHER), 5, 2)
    assert len(substitutes.substitutes(viewer=by, school=world.school)) == 2
    for row in (now, later, now):
        substitutes.end_substitute(by=by, substitute=row)
    assert substitutes.substitutes(viewer=by, school=world.school) == []
    assert not students_for(viewer_of(nurse)).exists()
    assert not sections_for(viewer_of(nurse)).exists()
    again = stands_in(world, nurse, 0, 1)
    assert students_for(viewer_of(nurse)).count() == len(world.students)
    assert again.pk != now.pk
    assert AuditEvent.objects.filter(action="substitute.end").count() == 2


def test_a_substitute_has_an_order_of_days_and_does_not_teach_the_class_already(world: World, nurse: Person) -> None:
    for person, first, days in ((nurse, 0, 0), (nurse, -9, 2), (nurse, 4000, 2), (world.people["teacher"], 0, 3)):
        with pytest.raises(CircleError):
            stands_in(world, person, first, days)
    assert not TeachingAssignment.objects.filter(is_substitute=True).exists()


def test_a_lead_enters_a_substitute_on_the_page_and_ends_it(world: World, nurse: Person) -> None:
    client = client_for(world.people["principal"])
    path = reverse("school_substitutes", args=[world.school.public_id])
    assert client.get(path).status_code == 200
    body = {"who": "ines", "section": str(world.section.public_id), "starts_on": world.today.isoformat()}
    assert client.post(path, body).status_code == 422, "no last day"
    body["last_day"] = world.today.isoformat()
    assert client.post(path, body).status_code == 200, "found, and nobody chosen yet"
    assert client.post(path, body | {"found": "yes"}).status_code == 422, "nobody chosen"
    assert client.post(path, body | {"person": str(nurse.public_id)}).status_code == 302
    row = TeachingAssignment.objects.get(is_substitute=True)
    assert row.ends_on == world.today + timedelta(days=1)
    assert "Ines Nurse" in client.get(path).content.decode()
    end = reverse("substitute_end", args=[world.school.public_id, row.pk])
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 404
    wrong = body | {"person": str(nurse.public_id), "section": str(world.section_elsewhere.public_id)}
    assert client.post(path, wrong).status_code == 422


# ------------------------------------------------------------------ nobody widens their own circle
def test_nobody_opens_closed_parts_to_themself_and_another_lead_may(world: World) -> None:
    lead, principal = world.people["plan_lead"], world.people["principal"]
    join = {"student": world.student, "person": lead, "until": None}
    with pytest.raises(CircleError):
        team.join_team(by=viewer_of(lead), domains=["health"], **join)
    assert not Relationship.objects.filter(person=lead).exists()
    team.join_team(by=viewer_of(lead), **join)
    with pytest.raises(CircleError):
        open_domains(by=viewer_of(lead), student=world.student, to=lead, domains=["wellbeing"])
    assert domains_for(viewer_of(lead), world.student) == frozenset()
    open_domains(by=viewer_of(principal), student=world.student, to=lead, domains=["health", "wellbeing"])
    assert domains_for(viewer_of(lead), world.student) == {SensitiveDomain.HEALTH, SensitiveDomain.WELLBEING}
    open_domains(by=viewer_of(lead), student=world.student, to=lead, domains=["health"])
    assert domains_for(viewer_of(lead), world.student) == {SensitiveDomain.HEALTH}, "closing one's own is free"


def test_the_pages_say_that_nobody_opens_closed_parts_or_a_class_to_themself(world: World) -> None:
    client, lead = lead_with_purpose(world), world.people["plan_lead"]
    me = {"who": lead.given_name, "person": str(lead.public_id)}
    answer = client.post(reverse("circle_team", args=[world.student.public_id]), me | {"domains": ["health"]})
    assert answer.status_code == 422
    assert "Nobody opens closed parts to themself" in answer.content.decode()
    body = me | {"section": str(world.section.public_id), "starts_on": world.today, "last_day": world.today}
    answer = client.post(reverse("school_substitutes", args=[world.school.public_id]), body)
    assert answer.status_code == 422
    assert "Nobody sends themself into a class" in answer.content.decode()
    assert not TeachingAssignment.objects.filter(person=lead).exists()
    assert client.post(reverse("circle_team", args=[world.student.public_id]), me).status_code == 302
    to_me = {"member": str(lead.public_id), "domains": ["health"]}
    answer = client.post(reverse("circle_domains", args=[world.student.public_id]), to_me)
    assert answer.status_code == 422
    assert "Nobody opens closed parts to themself" in answer.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "2101-01-01", "0001-01-01"])
def test_a_day_that_no_calendar_reaches_is_answered_with_the_form(world: World, nurse: Person, day: str) -> None:
    client, who = lead_with_purpose(world), {"who": "ines", "person": str(nurse.public_id)}
    team_page = reverse("circle_team", args=[world.student.public_id])
    answer = client.post(team_page, who | {"last_day": day})
    assert answer.status_code == 422
    assert "Look at the year of this date." in answer.content.decode()
    path = reverse("school_substitutes", args=[world.school.public_id])
    body = who | {"section": str(world.section.public_id), "starts_on": world.today.isoformat()}
    assert client.post(path, body | {"last_day": day}).status_code == 422
    assert client.post(path, body | {"starts_on": day, "last_day": world.today.isoformat()}).status_code == 422
    assert not Relationship.objects.filter(person=nurse).exists()
