"""Students on pathways: in, on, out and back; places by draw; what a level has to do with it (nothing)."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from accounts.models import AuditEvent
from assessments.models import Evidence, MasterySummary
from competencies.choices import PathwayState, WayKind
from competencies.models import Pathway, PathwayExperience
from competencies.pathway_content import content_of, parts_of, token_of
from competencies.services import pathways as design
from competencies.services.pathways import PathwayError
from competencies.services.pathways.parts import plain_values
from competencies.services.pathways.writing import values_of
from success_plans import draw, recompute
from success_plans.choices import MembershipState as State
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import PathwayChoice, PathwayDraw, PathwayDrawCall, PathwayMembership
from success_plans.services import draws
from success_plans.services import pathways as services
from success_plans.services.pathways import Ask
from supports import recompute as loop
from tests import factories as make
from tests.cast import World, demonstrate, viewer_of

pytestmark = pytest.mark.django_db


def ask(**more: Any) -> Ask:
    return Ask(**{"key": uuid.uuid4(), "words": "I like to build", "language": "en"} | more)


def join(world: World, pathway: Any, number: int = 0, **more: Any) -> PathwayMembership:
    by = viewer_of(world.people["teacher"])
    return services.join(by=by, student=world.students[number], pathway=pathway, ask=ask(), **more)


def state(row: PathwayMembership) -> str:
    row.refresh_from_db()
    return row.state


# ------------------------------------------------------------------ in and out
def test_joining_writes_the_line_of_the_plan_and_sending_it_twice_is_once(world: World, student: Any) -> None:
    pathway = make.PathwayFactory()
    way = pathway.ways.filter(kind=WayKind.IN, at__isnull=False).get()
    wish = ask(way=way.public_id)

    rows = [
        services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=wish),
        services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=wish),
        services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=ask()),
    ]

    row, choice = PathwayMembership.objects.get(), PathwayChoice.objects.get()
    assert {one.pk for one in rows} == {row.pk}
    assert (row.state, row.starts_on, row.words, row.way, row.next_experience) == (
        State.IN, world.today, "I like to build", way, way.at,
    )  # fmt: skip
    assert row.choice == choice
    assert (choice.pathway, choice.entry_point, choice.next_experience) == (
        pathway.title, way.title, "At the bridge works",
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="membership.join").count() == 1


def test_several_at_once_are_fine_and_a_key_is_never_used_for_two(world: World, student: Any) -> None:
    one, other = make.PathwayFactory(), make.PathwayFactory()
    wish = ask()

    services.join(by=viewer_of(student), student=world.student, pathway=one, ask=wish)
    with pytest.raises(PlanError):
        services.join(by=viewer_of(student), student=world.student, pathway=other, ask=wish)
    services.join(by=viewer_of(student), student=world.student, pathway=other, ask=ask())

    assert PathwayMembership.objects.filter(state=State.IN).count() == 2


@pytest.mark.parametrize("what", ["draft", "elsewhere", "way of another", "too long"])
def test_what_is_not_open_is_refused_in_words_and_leaves_nothing(world: World, student: Any, what: str) -> None:
    pathway = make.PathwayFactory(state=PathwayState.CLOSED if what == "draft" else PathwayState.PUBLISHED)
    if what == "elsewhere":
        pathway.schools.add(world.school_elsewhere)
        make.publish_pathway(pathway)
    way = make.PathwayFactory().ways.filter(kind=WayKind.IN).first() if what == "way of another" else None
    wish = ask(way=way and way.public_id, words="x" * 1001 if what == "too long" else "")

    with pytest.raises(PlanError):
        services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=wish)

    assert not PathwayMembership.objects.exists()
    assert not PathwayChoice.objects.exists()


def test_moving_keeps_every_byte_that_was_shown_and_writes_down_only_dates(world: World, student: Any) -> None:
    demonstrate(world.people["teacher"], world.student, world.idea["compare"], until=world.today)
    loop.refresh_due(today=world.today)
    one, other = make.PathwayFactory(), make.PathwayFactory(competencies=[world.idea["compare"]])
    first = join(world, one)

    def kept() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(e)::text FROM assessments_evidence e ORDER BY id")
            rows = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT to_jsonb(m)::text FROM assessments_masterysummary m ORDER BY id")
            return [*rows, *(row[0] for row in cursor.fetchall())]

    before = kept()
    second = services.join(by=viewer_of(student), student=world.student, pathway=other, ask=ask(), moving_from=first)
    services.leave(by=viewer_of(student), membership=second)
    loop.refresh_due(today=world.today)

    first.refresh_from_db()
    second.refresh_from_db()
    assert kept() == before
    assert Evidence.objects.count() == 3
    assert MasterySummary.objects.filter(is_demonstrated=True).exists()
    assert (first.state, first.ended_on, second.came_from) == (State.LEFT, world.today, one)
    assert (second.state, second.ended_on) == (State.LEFT, world.today)
    assert set(PathwayChoice.objects.values_list("ended_on", flat=True)) == {world.today}
    leaving = AuditEvent.objects.filter(action="membership.leave")
    assert {(event.reason, str(event.details)) for event in leaving} == {("", "{}")}
    again = services.join(by=viewer_of(student), student=world.student, pathway=one, ask=ask())
    assert again.state == State.IN


def test_the_next_experience_is_chosen_and_two_at_once_see_each_other(world: World, student: Any) -> None:
    pathway = make.PathwayFactory()
    row = join(world, pathway)
    second = pathway.experiences.last()

    services.choose_next(by=viewer_of(student), membership=row, experience=second, version=1)
    services.choose_next(by=viewer_of(student), membership=row, experience=second, version=1)  # twice is once
    with pytest.raises(TextChangedError):
        services.choose_next(by=viewer_of(student), membership=row, experience=None, version=1)
    with pytest.raises(PlanError):
        services.choose_next(
            by=viewer_of(student), membership=row, experience=make.PathwayExperienceFactory(), version=2
        )

    row.refresh_from_db()
    assert (row.next_experience, row.version) == (second, 2)
    assert PathwayChoice.objects.get().next_experience == "At the bridge works"


# ------------------------------------------------------------------ a next version
def designer_of(pathway: Any, person: Any) -> Any:
    make.PathwayDesignerFactory(pathway=pathway, person=person)
    return viewer_of(person)


def seen(world: World, client_of: Any, student: Any, row: PathwayMembership) -> list[str]:
    """Every page on which the student reads of a pathway they are on, without what differs from answer to answer."""
    names = [
        ("student_pathways", [world.student.public_id]),
        ("pathway_join", [world.student.public_id, row.pathway.public_id]),
        ("membership", [row.public_id]),
        ("student_plan", [world.student.public_id]),
    ]
    pages = [client_of(student).get(reverse(name, args=args)) for name, args in names]
    assert [page.status_code for page in pages] == [200] * 4
    changing = r'name="(csrfmiddlewaretoken|key)" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    return [re.sub(changing, "", page.content.decode()) for page in pages]


def test_while_a_next_version_is_written_a_student_reads_every_page_as_before(
    world: World, student: Any, client_of: Any
) -> None:
    pathway = make.PathwayFactory(capacity=5)
    by = designer_of(pathway, world.people["teacher"])
    way = pathway.ways.filter(kind=WayKind.IN, at__isnull=False).get()
    row = services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=ask(way=way.public_id))
    before = seen(world, client_of, student, row)

    first, second = pathway.experiences.all()
    assert row.next_experience == second
    design.remove_experience(by=by, experience=second)
    design.edit_experience(
        by=by,
        experience=first,
        token=token_of(plain_values(first)),
        values={"kind": first.kind, "title": "Something else", "about": "", "place": "", "hours": 3, "credit": ""},
    )
    design.add_experience(by=by, pathway=pathway, values={"kind": "service", "title": "One more"})
    design.remove_way(by=by, way=way)
    texts = {"title": "A new name", "promise": "A new promise", "capacity": 1, "interests": ["music"], "schools": []}
    was = Pathway.objects.get(pk=pathway.pk)
    design.edit_pathway(by=by, pathway=was, token=token_of(values_of(was, list(texts))), values=texts)
    for one in pathway.expects.all():
        design.remove_competency(by=by, pathway=pathway, competency=one.competency)

    for now, then in zip(seen(world, client_of, student, row), before, strict=True):
        assert now.splitlines() == then.splitlines()
    row.refresh_from_db()
    assert (row.next_experience, row.way, row.version) == (second, way, 1)
    assert join(world, pathway, 1).state == State.IN  # the draft takes no places either


def test_once_it_is_published_the_student_is_told_and_chooses_what_comes_next(
    world: World, student: Any, client_of: Any
) -> None:
    pathway = make.PathwayFactory()
    by = designer_of(pathway, world.people["teacher"])
    way = pathway.ways.filter(kind=WayKind.IN, at__isnull=False).get()
    row = services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=ask(way=way.public_id))
    design.remove_experience(by=by, experience=row.next_experience)
    make.publish_pathway(Pathway.objects.get(pk=pathway.pk))

    listed, _join, page, plan = seen(world, client_of, student, row)
    for text in (listed, page, plan):
        assert "“At the bridge works” is not part of" in text
    assert "Everything that was done and shown there stays" in page
    assert way.title in page  # the way in that was used is the student's past
    row.refresh_from_db()
    choice = PathwayChoice.objects.get()
    assert (row.state, choice.next_experience, choice.ended_on) == (State.IN, "At the bridge works", None)

    gone = PathwayExperience.everything.get(title="At the bridge works")
    with pytest.raises(PlanError):  # what is gone cannot be chosen
        services.choose_next(by=viewer_of(student), membership=leave_empty(row), experience=gone, version=row.version)
    first = pathway.experiences.get()
    row.refresh_from_db()
    services.choose_next(by=viewer_of(student), membership=row, experience=first, version=row.version)
    assert "is not part of" not in "".join(seen(world, client_of, student, row))


def leave_empty(row: PathwayMembership) -> PathwayMembership:
    PathwayMembership.objects.filter(pk=row.pk).update(next_experience=None)
    row.refresh_from_db()
    return row


def test_what_was_taken_out_is_put_back_and_what_nobody_ever_read_goes_for_good(world: World, student: Any) -> None:
    pathway, draft = make.PathwayFactory(), make.PathwayFactory(bare=True, state=PathwayState.DESIGN)
    by = designer_of(pathway, world.people["teacher"])
    designer_of(draft, world.people["teacher"])
    second = pathway.experiences.last()
    never = make.PathwayExperienceFactory(pathway=draft)

    make.PathwayWayFactory(pathway=pathway, title="By the river", at=second)
    held = pathway.expects.first()
    pathway.expects.filter(pk=held.pk).update(experience=second)

    design.remove_experience(by=by, experience=second)
    told = content_of(parts_of(pathway))
    assert str(second.public_id) not in str(told)
    with pytest.raises(PathwayError):
        design.edit_experience(by=by, experience=second, token="", values={"kind": "course", "title": "x"})
    design.put_back(by=by, part=second)
    design.put_back(by=by, part=second)
    design.remove_experience(by=by, experience=never)

    assert pathway.experiences.last() == second
    told = content_of(parts_of(pathway))
    assert [one["at"] for one in told["ways"] if one["title"] == "By the river"] == [str(second.public_id)]
    assert str(second.public_id) in [one["experience"] for one in told["competencies"]]
    assert not PathwayExperience.everything.filter(pk=never.pk).exists()


def test_the_database_keeps_what_a_student_chose(world: World) -> None:
    row = join(world, make.PathwayFactory())

    with pytest.raises(ProtectedError):
        PathwayExperience.everything.filter(pk=row.next_experience_id).delete()


# ------------------------------------------------------------------ places
def test_who_finds_no_place_waits_for_the_draw_and_a_place_that_becomes_free_waits_too(world: World) -> None:
    pathway = make.PathwayFactory(capacity=1)
    first, second = join(world, pathway), join(world, pathway, 1)
    assert (state(first), state(second)) == (State.IN, State.WAITING)

    services.leave(by=viewer_of(world.people["teacher"]), membership=first)
    third = join(world, pathway, 2)

    assert (state(second), state(third)) == (State.WAITING, State.WAITING)  # nobody passes those who wait


def test_a_draw_is_announced_then_held_then_passes_places_on_in_its_order(world: World) -> None:
    pathway, by = make.PathwayFactory(capacity=1), viewer_of(world.people["teacher"])
    first = join(world, pathway)
    waiting = [join(world, pathway, number) for number in (1, 2, 3)]
    call = draws.call_draw(by=by, pathway=pathway, draw_on=world.today)
    assert draws.call_draw(by=by, pathway=pathway, draw_on=world.today) == call
    with pytest.raises(PlanError):
        draws.call_draw(by=by, pathway=pathway, draw_on=world.today + timedelta(days=1))

    held = draws.hold_draw(by=by, call=call)
    assert draws.hold_draw(by=by, call=call) == held
    assert draw.is_seed_of(call.digest, held.seed)
    assert held.drawn_from == draw.order(held.seed, [row.public_id for row in waiting])
    assert (held.places, held.offered_to) == (0, [])
    line = [PathwayMembership.objects.get(public_id=one) for one in held.drawn_from]

    services.leave(by=by, membership=first)
    assert [state(row) for row in line] == [State.OFFERED, State.WAITING, State.WAITING]
    services.leave(by=by, membership=line[0])  # "no, thank you"
    assert [state(row) for row in line] == [State.LEFT, State.OFFERED, State.WAITING]
    assert line[1].offered_until == world.today + timedelta(days=10)  # school days: this school never closes
    recompute.pass_on_places(today=world.today + timedelta(days=10))
    assert state(line[1]) == State.OFFERED
    recompute.pass_on_places(today=world.today + timedelta(days=11))
    assert [state(row) for row in line] == [State.LEFT, State.LEFT, State.OFFERED]
    assert services.take_place(by=by, membership=line[2]).state == State.IN
    assert services.take_place(by=by, membership=line[2]).choice is not None
    with pytest.raises(PlanError):
        services.take_place(by=by, membership=line[1])


def test_who_asks_before_the_draw_is_in_it_and_who_was_drawn_is_not_drawn_again(world: World) -> None:
    pathway, by = make.PathwayFactory(capacity=1), viewer_of(world.people["teacher"])
    join(world, pathway)
    early = join(world, pathway, 1)
    call = draws.call_draw(by=by, pathway=pathway, draw_on=world.today)
    late = join(world, pathway, 2)
    one = draws.hold_draw(by=by, call=call)
    after = join(world, pathway, 3)
    two = draws.hold_draw(by=by, call=draws.call_draw(by=by, pathway=pathway, draw_on=world.today))

    assert set(one.drawn_from) == {early.public_id, late.public_id}
    assert two.drawn_from == [after.public_id]
    assert one.seed != two.seed


def test_a_draw_waits_for_its_day_and_for_somebody_who_waits(world: World) -> None:
    pathway, by = make.PathwayFactory(capacity=1), viewer_of(world.people["teacher"])
    tomorrow = draws.call_draw(by=by, pathway=pathway, draw_on=world.today + timedelta(days=1))
    with pytest.raises(PlanError, match="on its day"):
        draws.hold_draw(by=by, call=tomorrow)
    other = make.PathwayFactory(capacity=1)
    with pytest.raises(PlanError, match="Nobody waits"):
        draws.hold_draw(by=by, call=draws.call_draw(by=by, pathway=other, draw_on=world.today))
    with pytest.raises(PlanError, match="over"):
        draws.call_draw(by=by, pathway=make.PathwayFactory(capacity=1), draw_on=world.today - timedelta(days=1))
    with pytest.raises(PlanError, match="room for everyone"):
        draws.call_draw(by=by, pathway=make.PathwayFactory(), draw_on=world.today)


def test_a_limit_that_is_lifted_gives_everybody_who_waits_a_place(world: World) -> None:
    pathway = make.PathwayFactory(capacity=1)
    join(world, pathway)
    waiting = join(world, pathway, 1)
    pathway.capacity = None
    make.publish_pathway(pathway)

    assert recompute.pass_on_places(today=world.today) == 1
    assert recompute.pass_on_places(today=world.today) == 0
    assert state(waiting) == State.OFFERED


@pytest.mark.parametrize("model", [PathwayDrawCall, PathwayDraw])
def test_draws_are_never_changed_and_never_deleted(world: World, model: Any) -> None:
    pathway, by = make.PathwayFactory(capacity=1), viewer_of(world.people["teacher"])
    join(world, pathway)
    join(world, pathway, 1)
    draws.hold_draw(by=by, call=draws.call_draw(by=by, pathway=pathway, draw_on=world.today))

    for act in (lambda: model.objects.update(seed="x"), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


# ------------------------------------------------------------------ two at once
def at_once(*acts: Any) -> list[Any]:
    def run(act: Any) -> Any:
        try:
            return act()
        except PlanError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_join_at_once_as_many_get_in_as_there_are_places(today: date) -> None:
    school = make.SchoolFactory()
    make.SchoolYearFactory(starts_on=today - timedelta(days=99), ends_on=today + timedelta(days=99))
    students = make.StudentFactory.create_batch(8, school=school)
    for one in students:
        make.UserFactory(person=one.person)
    pathway = make.PathwayFactory(capacity=3)
    viewers = [viewer_of(one.person) for one in students]

    at_once(
        *(lambda n=n: services.join(by=viewers[n], student=students[n], pathway=pathway, ask=ask()) for n in range(8))
    )

    rows = list(PathwayMembership.objects.values_list("state", flat=True))
    assert (rows.count(State.IN), rows.count(State.WAITING)) == (3, 5)


@pytest.mark.django_db(transaction=True)
def test_a_draw_while_somebody_joins_and_somebody_leaves_gives_no_place_twice(today: date) -> None:
    school = make.SchoolFactory()
    make.SchoolYearFactory(starts_on=today - timedelta(days=99), ends_on=today + timedelta(days=99))
    students = make.StudentFactory.create_batch(7, school=school)
    for one in students:
        make.UserFactory(person=one.person)
    viewers = [viewer_of(one.person) for one in students]
    pathway = make.PathwayFactory(capacity=2)
    rows = [services.join(by=viewers[n], student=students[n], pathway=pathway, ask=ask()) for n in range(5)]
    call = draws.call_draw(by=viewers[0], pathway=pathway, draw_on=today)

    at_once(
        lambda: draws.hold_draw(by=viewers[0], call=call),
        lambda: draws.hold_draw(by=viewers[1], call=call),
        lambda: services.leave(by=viewers[0], membership=rows[0]),
        lambda: services.join(by=viewers[5], student=students[5], pathway=pathway, ask=ask()),
        lambda: services.join(by=viewers[6], student=students[6], pathway=pathway, ask=ask()),
    )

    taken = PathwayMembership.objects.filter(pathway=pathway, state__in=[State.IN, State.OFFERED])
    assert PathwayDraw.objects.count() == 1
    assert taken.count() == 2
    offered = taken.filter(state=State.OFFERED)
    assert offered.count() == 1
    assert offered.get().public_id == PathwayDraw.objects.get().drawn_from[0]

    row = offered.get()  # two answers to the one place that is kept
    by = viewer_of(row.student.person)
    at_once(
        lambda: services.take_place(by=by, membership=row),
        lambda: services.take_place(by=by, membership=row),
        lambda: recompute.pass_on_places(today=today + timedelta(days=60)),
    )
    assert PathwayMembership.objects.filter(pathway=pathway, state__in=[State.IN, State.OFFERED]).count() == 2
