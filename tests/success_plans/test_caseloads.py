"""Handovers: the old navigator is out at once, what was open goes along, and two people at once make one of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import HandoverState, RelationshipKind, Role
from accounts.models import AuditEvent, CaseloadHandover, Person, ReadEvent, Relationship, Student
from accounts.permissions import Permission, can
from success_plans.choices import StepName
from success_plans.models import CycleStep
from success_plans.selectors import caseloads as selectors
from success_plans.services import caseloads
from success_plans.services.caseloads import CaseloadError
from supports.choices import FlagState, SupportState
from tests import factories as make
from tests.cast import World, add_person, build_world, client_for, relate, viewer_of


@pytest.fixture
def cook(world: World) -> Person:
    """Works in the cafeteria and may hold plans like any trusted adult."""
    return add_person("cook", Role.NAVIGATOR, world.school)


def holders(student: Student, world: World) -> list[str]:
    rows = Relationship.objects.filter(student=student, kind=RelationshipKind.CASELOAD)
    rows = rows.exclude(ends_on__lte=world.today).order_by("pk")
    return [row.person.user.username for row in rows]


def offer(world: World, cook: Person, **more: str) -> CaseloadHandover:
    return caseloads.offer_handover(by=viewer_of(world.people["navigator"]), student=world.student, to=cook, **more)


# ------------------------------------------------------------------ offers
def test_an_offer_changes_nothing_until_it_is_accepted(world: World, navigator: Person, cook: Person) -> None:
    row = offer(world, cook, note="Likes to talk while walking.")
    assert (row.state, row.from_person, row.to_person) == (HandoverState.WAITING, navigator, cook)
    assert holders(world.student, world) == ["navigator"]
    assert not can(viewer_of(cook), Permission.SEE_STUDENT, world.student).visible


def test_an_offer_is_not_accepted_by_who_works_there_no_longer_or_is_family_by_now(
    world: World, navigator: Person, cook: Person
) -> None:
    row = offer(world, cook)
    role = cook.roles.get()
    role.school = world.school_elsewhere
    role.save()
    with pytest.raises(caseloads.CaseloadError):
        caseloads.accept_handover(by=viewer_of(cook), handover=row)
    role.school = world.school
    role.save()
    relate(cook, RelationshipKind.GUARDIAN, [world.student])
    with pytest.raises(caseloads.CaseloadError):
        caseloads.accept_handover(by=viewer_of(cook), handover=row)
    assert holders(world.student, world) == ["navigator"]


def test_a_navigator_who_works_for_another_school_only_is_told_on_the_schools_page(
    world: World, navigator: Person
) -> None:
    def line() -> bool:
        page = selectors.caseloads(viewer=viewer_of(world.people["plan_lead"]), school=world.school)
        return next(one.has_left for one in page.lines if one.name == navigator.display_name)

    assert not line()
    navigator.roles.update(school=world.school_elsewhere)
    if not navigator.roles.exists():
        make.RoleAssignmentFactory(person=navigator, role=Role.NAVIGATOR, school=world.school_elsewhere)
    assert line()


def test_the_old_navigator_is_out_the_moment_the_new_one_says_yes(
    world: World, navigator: Person, cook: Person
) -> None:
    page = reverse("student_plan", args=[world.student.public_id])
    old, new = client_for(navigator), client_for(cook)
    row = offer(world, cook)
    assert (old.get(page).status_code, new.get(page).status_code) == (200, 404)
    caseloads.accept_handover(by=viewer_of(cook), handover=row)
    assert (old.get(page).status_code, new.get(page).status_code) == (404, 200)
    link = Relationship.objects.get(person=navigator, kind=RelationshipKind.CASELOAD)
    assert link.ends_on == world.today
    assert holders(world.student, world) == ["cook"]


def test_what_the_old_navigator_had_open_goes_along_and_nothing_else_does(
    world: World, navigator: Person, teacher: Person, cook: Person
) -> None:
    maya, ben = world.students[:2]
    mine = make.FlagFactory(student=maya, owner=navigator, competency=world.idea["compare"])
    ended = make.FlagFactory(
        student=maya,
        owner=navigator,
        competency=world.idea["add"],
        state=FlagState.RESOLVED,
        ended_at="2026-01-01T00:00Z",
    )
    taught = make.FlagFactory(student=maya, owner=teacher, competency=world.idea["shapes"])
    of_ben = make.FlagFactory(student=ben, owner=navigator, competency=world.idea["compare"])
    step = make_step(world, navigator)
    running = make.SupportFactory(student=maya, owner=navigator)
    over = make.SupportFactory(student=maya, owner=navigator, state=SupportState.FINISHED)
    caseloads.accept_handover(by=viewer_of(cook), handover=offer(world, cook))
    for row, owner in (
        (mine, cook),
        (ended, navigator),
        (taught, teacher),
        (of_ben, navigator),
        (step, cook),
        (running, cook),
        (over, navigator),
    ):
        row.refresh_from_db()
        assert row.owner == owner, row
    assert (mine.version, running.version) == (2, 2)


def make_step(world: World, owner: Person, **more: object) -> CycleStep:
    return CycleStep.objects.create(
        student=world.student,
        school=world.school,
        school_year=world.year,
        step=StepName.CONVERSATION,
        owner=owner,
        opened_on=world.day(10),
        due_on=world.today + timedelta(days=3),
        **more,
    )


def test_a_flag_of_a_class_stays_with_the_navigator_who_teaches_it(world: World, teacher: Person, cook: Person) -> None:
    ben = world.students[1]
    relate(teacher, RelationshipKind.CASELOAD, [ben])
    of_class = make.FlagFactory(student=ben, owner=teacher, competency=world.idea["add"], section=world.section)
    of_plan = make.FlagFactory(student=ben, owner=teacher, competency=world.idea["compare"])
    row = caseloads.offer_handover(by=viewer_of(teacher), student=ben, to=cook)
    caseloads.accept_handover(by=viewer_of(cook), handover=row)
    of_class.refresh_from_db()
    of_plan.refresh_from_db()
    assert (of_class.owner, of_plan.owner) == (teacher, cook)
    assert can(viewer_of(teacher), Permission.SEE_STUDENT, ben).allowed


def test_a_declined_offer_leaves_everything_and_says_why(world: World, cook: Person) -> None:
    row = caseloads.decline_handover(by=viewer_of(cook), handover=offer(world, cook), answer="I am full.")
    assert (row.state, row.answer) == (HandoverState.DECLINED, "I am full.")
    assert holders(world.student, world) == ["navigator"]
    with pytest.raises(CaseloadError):
        caseloads.accept_handover(by=viewer_of(cook), handover=row)


def test_only_the_one_who_was_asked_answers(world: World, navigator: Person, teacher: Person, cook: Person) -> None:
    row = offer(world, cook)
    for person in (navigator, teacher, world.people["plan_lead"]):
        with pytest.raises(PermissionError):
            caseloads.accept_handover(by=viewer_of(person), handover=row)
    with pytest.raises(PermissionError):
        caseloads.withdraw_handover(by=viewer_of(teacher), handover=row)
    caseloads.withdraw_handover(by=viewer_of(world.people["plan_lead"]), handover=row)
    with pytest.raises(CaseloadError):
        caseloads.accept_handover(by=viewer_of(cook), handover=row)


def test_accepting_twice_is_once(world: World, cook: Person) -> None:
    row = offer(world, cook)
    for _again in range(2):
        caseloads.accept_handover(by=viewer_of(cook), handover=row)
    assert Relationship.objects.filter(person=cook, kind=RelationshipKind.CASELOAD).count() == 1
    assert AuditEvent.objects.filter(action="handover.accept").count() == 1


def test_one_offer_waits_at_a_time_and_the_same_one_again_is_the_same(
    world: World, cook: Person, specialist: Person
) -> None:
    row = offer(world, cook)
    assert offer(world, cook) == row
    with pytest.raises(CaseloadError, match="offered to Cook"):
        offer(world, specialist)
    with pytest.raises(IntegrityError):
        CaseloadHandover.objects.create(student=world.student, to_person=specialist, asked_by=specialist)


def test_who_teaches_a_student_cannot_give_the_plan_away(world: World, teacher: Person, cook: Person) -> None:
    with pytest.raises(PermissionError):
        caseloads.offer_handover(by=viewer_of(teacher), student=world.student, to=cook)


# ------------------------------------------------------------------ at once and in bulk
def test_a_lead_names_navigators_at_once_and_takes_waiting_offers_back(
    world: World, plan_lead: Person, navigator: Person, cook: Person, specialist: Person
) -> None:
    waiting = offer(world, specialist)
    moves = {student.public_id: cook for student in world.students[:3]}
    done = caseloads.take_over_now(by=viewer_of(plan_lead), school=world.school, moves=moves)
    assert (done.moved, done.unchanged) == (3, 0)
    again = caseloads.take_over_now(by=viewer_of(plan_lead), school=world.school, moves=moves)
    assert (again.moved, again.unchanged) == (0, 3)
    waiting.refresh_from_db()
    assert waiting.state == HandoverState.WITHDRAWN
    assert [holders(student, world) for student in world.students[:3]] == [["cook"]] * 3
    assert not can(viewer_of(navigator), Permission.SEE_STUDENT, world.student).visible
    assert AuditEvent.objects.filter(action="handover.now").count() == 3


def test_there_and_back_on_one_day_ends_where_it_began(
    world: World, plan_lead: Person, navigator: Person, cook: Person
) -> None:
    by = viewer_of(plan_lead)
    for person in (cook, navigator, cook, navigator):
        caseloads.take_over_now(by=by, school=world.school, moves={world.student.public_id: person})
        assert holders(world.student, world) == [person.user.username]
    assert can(viewer_of(navigator), Permission.HOLD_PLAN, world.student).allowed
    assert not can(viewer_of(cook), Permission.SEE_STUDENT, world.student).visible


def test_a_lead_moves_nobody_at_another_school(world: World, plan_lead: Person, cook: Person) -> None:
    by = viewer_of(plan_lead)
    moves = {world.student_elsewhere.public_id: cook}
    done = caseloads.take_over_now(by=by, school=world.school, moves=moves)
    assert (done.moved, done.unchanged) == (0, 0)
    with pytest.raises(PermissionError):
        caseloads.take_over_now(by=by, school=world.school_elsewhere, moves=moves)


def test_moving_ninety_students_costs_no_more_statements_than_three(
    world: World, plan_lead: Person, cook: Person, specialist: Person, count_queries: Callable
) -> None:
    by = viewer_of(plan_lead)

    def move(count: int, to: Person) -> int:
        chosen = list(Student.objects.filter(school=world.school).order_by("pk")[:count])
        with count_queries() as counted:
            caseloads.take_over_now(by=by, school=world.school, moves={s.public_id: to for s in chosen})
        return len(counted)

    move(3, cook)
    few = move(3, specialist)
    more = [make.StudentFactory(school=world.school) for _n in range(90)]
    caseloads.take_over_now(by=by, school=world.school, moves={s.public_id: cook for s in more})
    assert move(90, specialist) <= few + 3


@pytest.fixture
def count_queries() -> Callable:
    return lambda: CaptureQueriesContext(connection)


# ------------------------------------------------------------------ two at once
def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run these side by side; each result, or the error it raised."""
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(n: int, job: Callable[[], object]) -> None:
        try:
            barrier.wait()
            results[n] = job()
        except Exception as error:
            results[n] = error
        finally:
            close_old_connections()
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_offers_made_at_once_to_several_adults_make_one(transactional_db: None, today) -> None:
    world = build_world(today)
    adults = [add_person(f"adult{n}", Role.NAVIGATOR, world.school) for n in range(5)]
    by = viewer_of(world.people["navigator"])
    found = at_once(*(lambda a=a: caseloads.offer_handover(by=by, student=world.student, to=a) for a in adults))
    assert sum(isinstance(one, CaseloadHandover) for one in found) == 1
    assert sum(isinstance(one, CaseloadError) for one in found) == 4
    assert CaseloadHandover.objects.filter(state=HandoverState.WAITING).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_yes_a_no_and_a_lead_at_once_leave_one_navigator(transactional_db: None, today) -> None:
    world = build_world(today)
    cook = add_person("cook", Role.NAVIGATOR, world.school)
    other = add_person("other", Role.NAVIGATOR, world.school)
    row = caseloads.offer_handover(by=viewer_of(world.people["navigator"]), student=world.student, to=cook)
    lead = viewer_of(world.people["plan_lead"])
    found = at_once(
        lambda: caseloads.accept_handover(by=viewer_of(cook), handover=row),
        lambda: caseloads.decline_handover(by=viewer_of(cook), handover=row),
        lambda: caseloads.withdraw_handover(by=viewer_of(world.people["navigator"]), handover=row),
        lambda: caseloads.take_over_now(by=lead, school=world.school, moves={world.student.public_id: other}),
    )
    assert all(not isinstance(one, Exception) or isinstance(one, CaseloadError | PermissionError) for one in found)
    assert holders(world.student, world) in (["cook"], ["other"])
    assert not CaseloadHandover.objects.filter(state=HandoverState.WAITING).exists()
    assert not can(viewer_of(world.people["navigator"]), Permission.SEE_STUDENT, world.student).visible


# ------------------------------------------------------------------ pages
def test_the_load_view_counts_by_name_and_costs_the_same_for_many(
    world: World, plan_lead: Person, cook: Person, django_assert_max_num_queries
) -> None:
    viewer = viewer_of(plan_lead)
    make_step(world, world.people["navigator"])
    relate(cook, RelationshipKind.CASELOAD, world.students[1:4])
    with django_assert_max_num_queries(9):
        page = selectors.caseloads(viewer=viewer, school=world.school)
    assert [(line.name, line.students, line.cap) for line in page.lines] == [
        ("Cook Cast", 3, 15),
        ("Navigator Cast", 1, 15),
    ]
    assert page.lines[1].next_due == world.today + timedelta(days=3)
    assert {named.name for named in page.free} == {"Eli Fox", "Fay Gray", "Gus Hale"}
    assert "Iris Jones" not in str(page)


def test_students_of_somebody_who_left_ask_for_a_new_navigator(
    world: World, plan_lead: Person, navigator: Person
) -> None:
    Person.objects.filter(pk=navigator.pk).update(is_active=False)
    page = selectors.caseloads(viewer=viewer_of(plan_lead), school=world.school)
    assert [(line.name, line.has_left) for line in page.lines] == [("Navigator Cast", True)]
    assert world.student.person.display_name in {named.name for named in page.free}


def lead_page(world: World) -> str:
    return reverse("caseload", args=[world.school.public_id])


def test_a_lead_names_a_navigator_on_the_page_and_families_can_see_the_look(
    world: World, plan_lead: Person, cook: Person, client_of: Callable[..., Client]
) -> None:
    client = client_of(plan_lead)
    ben = world.students[1]
    answer = client.get(lead_page(world))
    assert ben.person.display_name in answer.content.decode()
    chosen = {"students": [ben.public_id], "to": cook.public_id, "way": "now"}
    assert client.post(lead_page(world), chosen).status_code == 302
    assert holders(ben, world) == ["cook"]
    assert ReadEvent.objects.filter(viewer_id=plan_lead.pk, student_ids__contains=[ben.pk], block="caseload").exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"students": ["nonsense"], "to": "nobody"},
        {"to": ""},
        {"students": ["00000000-0000-0000-0000-000000000000"]},
    ],
)
def test_a_form_that_says_too_little_is_answered_with_itself(
    world: World, plan_lead: Person, client_of: Callable[..., Client], body: dict[str, object]
) -> None:
    assert client_of(plan_lead).post(lead_page(world), body).status_code == 422


@pytest.mark.parametrize("cap", ["", "0", "501", "many"])
def test_a_cap_outside_its_bounds_is_refused(
    world: World, plan_lead: Person, client_of: Callable[..., Client], cap: str
) -> None:
    address = reverse("caseload_cap", args=[world.school.public_id])
    assert client_of(plan_lead).post(address, {"cap": cap}).status_code == 422
    assert client_of(plan_lead).post(address, {"cap": "12"}).status_code == 302
    world.school.refresh_from_db()
    assert world.school.caseload_cap == 12


def test_a_balance_is_taken_in_part(
    world: World, plan_lead: Person, navigator: Person, client_of: Callable[..., Client]
) -> None:
    address = reverse("caseload_balance", args=[world.school.public_id])
    client = client_of(plan_lead)
    proposal = selectors.balance(viewer=viewer_of(plan_lead), school=world.school)
    assert [line.adult_name for line in proposal.lines] == ["Navigator Cast"] * 6
    first = proposal.lines[0]
    assert client.get(address).status_code == 200
    client.post(address, {"pairs": [f"{first.student}/{first.adult}", "nonsense", f"{first.student}/"]})
    assert len(selectors.balance(viewer=viewer_of(plan_lead), school=world.school).lines) == 5
    assert client.post(address, {}).status_code == 302


def test_everything_of_a_leaver_is_proposed_to_others(
    world: World, plan_lead: Person, navigator: Person, cook: Person, client_of: Callable[..., Client]
) -> None:
    relate(navigator, RelationshipKind.CASELOAD, world.students[1:3])
    proposal = selectors.balance(viewer=viewer_of(plan_lead), school=world.school, leaving=navigator)
    assert {line.adult_name for line in proposal.lines} == {"Cook Cast"}
    assert len(proposal.lines) == 7
    address = reverse("caseload_balance", args=[world.school.public_id])
    pairs = [f"{line.student}/{line.adult}" for line in proposal.lines]
    client_of(plan_lead).post(address, {"pairs": pairs, "leaving": navigator.public_id})
    assert not can(viewer_of(navigator), Permission.SEE_STUDENT, world.student).visible


def test_who_is_asked_reads_no_name_before_the_yes(
    world: World, cook: Person, navigator: Person, client_of: Callable[..., Client]
) -> None:
    row = offer(world, cook, note="Walks and talks.")
    page = client_of(cook).get(reverse("handovers")).content.decode()
    assert "Walks and talks." in page
    assert "Maya" not in page
    assert "Okafor" not in page
    client_of(cook).post(reverse("handover_answer", args=[row.public_id]), {"answer": "yes"})
    assert "Maya Okafor" in client_of(cook).get(reverse("handovers")).content.decode()
    assert "Okafor" not in client_of(navigator).get(reverse("handovers")).content.decode()


def test_an_answer_that_is_neither_yes_nor_no_changes_nothing(
    world: World, cook: Person, client_of: Callable[..., Client]
) -> None:
    row = offer(world, cook)
    client_of(cook).post(reverse("handover_answer", args=[row.public_id]), {"answer": "perhaps"})
    row.refresh_from_db()
    assert row.state == HandoverState.WAITING


def test_the_navigator_offers_on_the_page(
    world: World, navigator: Person, cook: Person, guardian: Person, client_of: Callable[..., Client]
) -> None:
    address = reverse("handover_offer", args=[world.student.public_id])
    client = client_of(navigator)
    assert client.get(address).status_code == 200
    assert client.post(address, {"to": str(guardian.public_id)}).status_code == 422
    assert client.post(address, {"to": str(cook.public_id)}).status_code == 302
    assert client.post(address, {"to": str(world.people["teacher"].public_id)}).status_code == 422
