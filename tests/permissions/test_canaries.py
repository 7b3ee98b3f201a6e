"""A mark no one else has in every personal field of every student: no mark may turn up before a stranger's eyes.

Which fields are personal is what privacy says (config/privacy.py), so a new field is marked the day it is classified.
Everybody then opens every page about everything, their own and others', and every byte of the answer is looked at:
body, headers, cookies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from accounts.models import Person, Relationship, Student
from accounts.privacy import Category
from config.privacy import treatments_of
from success_plans.models import Plan
from supports import recompute
from tests import factories as make
from tests.cast import see
from tests.permissions.matrix import EVERYONE, TOKENS
from tests.permissions.rows import ROWS
from tests.permissions.stage import TOKENS as TOKEN_OWNERS
from tests.permissions.stage import Stage

pytestmark = pytest.mark.django_db

MARK = re.compile(r"canary([a-z]{5})")
WORDS = (models.CharField, models.TextField)
# How a marked row leads to its student: the fields of its model in the order they are tried.
LEADS_TO_STUDENT = ("student", "plan", "statement", "goal", "need")
FREE = {Category.IDENTITY, Category.LEARNING, Category.PLAN, Category.SENSITIVE}
# Marks may not stand in a closed list, an address or a name of a file.
NOT_WORDS = {"source", "source_id", "language", "sort_name", "phone", "task_key", "end_code", "method", "shape", "rule"}


def mark_of(student: Student) -> str:
    """The letters of this student's mark: five, and no digits, so that it can stand in a name."""
    number, letters = student.pk, ""
    for _n in range(5):
        number, rest = divmod(number, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def marked_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that hold personal words."""
    treatments = treatments_of(model)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, WORDS)
        and not field.choices
        and not field.unique
        and field.name not in NOT_WORDS
        and treatments[field.name].category in FREE
    ]


def student_of(row: models.Model) -> Student | None:
    """Whom a row is about."""
    if isinstance(row, Person):
        return getattr(row, "student", None)
    if isinstance(row, Student):
        return row
    for name in LEADS_TO_STUDENT:
        found = getattr(row, name, None)
        if found is not None:
            return student_of(found)
    return None


def marked_models() -> list[type[models.Model]]:
    """Models with personal words about a student, evidence left out: its rows never change, so they are born marked."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in {"accounts", "assessments", "supports", "success_plans"}
        and not hasattr(model, "pgh_tracked_model")
        and model._meta.object_name not in {"Evidence", "PersonMerge", "PersonIdentifier", "User", "ApiToken"}
        and marked_fields(model)
    ]


def mark_everything(stage: Stage) -> set[str]:
    """Put a student's mark into every personal word about them; returns the fields that carry one."""
    world = stage.world
    teachers = {world.section: "teacher", world.next_door: "teacher_next_door"}
    for student in world.everyone():
        mark = f"canary{mark_of(student)}"
        section = student.enrolments.get().section
        by = world.people[teachers.get(section, "teacher_elsewhere")]
        for idea in ("compare", "shapes"):
            see(by, student, world.idea[idea], 3, note=f"{mark} note", task=f"{mark} task", section=section)
        plan = Plan.objects.filter(student=student).first() or make.PlanFactory(student=student, created_by=by)
        make.PlanStatementFactory(plan=plan, author=student.person, text=f"{mark} statement")
        make.NeedFactory(plan=plan, author=by)
        make.GoalFactory(plan=plan, author=by)
        make.SupportFactory(student=student, competency=world.idea["compare"], owner=by)
        make.FlagFactory(student=student, competency=world.idea["shapes"], owner=by, dismiss_note=f"{mark} dismissed")
    recompute.refresh_due()
    carried = {"Evidence.note", "Evidence.task_key"}
    for model in marked_models():
        for row in model._default_manager.all():
            student = student_of(row)
            if student is None:
                continue
            for field in marked_fields(model):
                text = f"canary{mark_of(student)}"
                if isinstance(field, models.EmailField):
                    text += "@example.org"
                model._default_manager.filter(pk=row.pk).update(**{field.name: text})
                carried.add(f"{model._meta.object_name}.{field.name}")
    return carried


def circle_of(stage: Stage, who: str) -> set[str]:
    """The marks this person may see: of the students of their circle, of their school for a lead."""
    world = stage.world
    person = world.people.get({"principal_who_said_why": "principal"}.get(who, who))
    if who in TOKENS:
        owner = TOKEN_OWNERS[who][0]
        alive = who in {"token_to_write", "token_to_read"}
        person = world.people[owner] if alive else None
    if person is None or who in {"dismissed", "gone"}:
        return set()
    if who == "district":  # finds records to join by name; each look is logged, and the family sees it
        return {mark_of(student) for student in world.everyone()}
    if who == "plan_lead":
        return {mark_of(s) for s in world.everyone() if s.school == world.school}
    if who == "principal_who_said_why":
        return {mark_of(world.student)}
    related = Relationship.objects.filter(person=person).exclude(ends_on__lte=world.today).exclude(kind="referral")
    ids = set(related.values_list("student_id", flat=True)) | set(
        Student.objects.filter(person=person).values_list("pk", flat=True)
    )
    return {mark_of(student) for student in world.everyone() if student.pk in ids}


def named_to_leads(stage: Stage, who: str, path: str) -> set[str]:
    """Who names navigators reads the names of that school's students on its caseload pages; each look is logged."""
    school = f"/schools/{stage.world.school.public_id}/caseloads"
    if not path.startswith(school) or who not in {"principal", "principal_who_said_why", "plan_lead"}:
        return set()
    return {mark_of(student) for student in stage.world.everyone() if student.school == stage.world.school}


def every_path(stage: Stage) -> Iterator[str]:
    """The address of every page, about Maya and about everybody else."""
    for row in ROWS:
        if "GET" not in row.methods or row.route == "account_logout":
            continue
        yield stage.path(row.route, row.about)
        if row.about in {"maya", "maya_competency"}:
            for student in stage.world.everyone()[1:]:
                arguments = stage.subjects()[row.about] | {"public_id": student.public_id}
                yield stage.reverse(row.route, arguments)
        if row.about == "section":
            for section in (stage.world.next_door, stage.world.section_elsewhere):
                yield stage.reverse(row.route, {"public_id": section.public_id})


def bytes_of(response) -> str:
    """Everything an answer says: body, headers, cookies."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.headers}{response.cookies}{body.decode('utf-8', 'replace')}"


@pytest.fixture(scope="module")
def marked(stage: Stage, django_db_blocker: Any) -> Stage:
    """The stage with every personal word marked."""
    with django_db_blocker.unblock():
        carried = mark_everything(stage)
    assert {
        "Person.given_name",
        "Person.family_name",
        "Person.email",
        "Evidence.note",
        "PlanStatement.text",
        "Need.text",
        "Goal.text",
        "Support.title",
        "Flag.dismiss_note",
    } <= carried, sorted(carried)
    return stage


@pytest.mark.parametrize("who", sorted(EVERYONE))
def test_nobody_ever_sees_a_mark_of_a_stranger(marked: Stage, who: str) -> None:
    allowed = circle_of(marked, who)
    seen: set[str] = set()
    leaks = []
    for path in every_path(marked):
        here = allowed | named_to_leads(marked, who, path)
        text = bytes_of(marked.ask(who, "GET", path))
        found = set(MARK.findall(text))
        seen |= found
        leaks += [f"{path}: {text[max(0, m.start() - 60) : m.end() + 20]!r}"
                  for m in MARK.finditer(text) if m.group(1) not in here]  # fmt: skip
    assert leaks == [], "\n".join(leaks[:10])
    if who in {"teacher", "guardian", "student", "navigator", "teacher_elsewhere", "principal_who_said_why"}:
        assert seen, "this test sees nothing at all: it proves nothing"


def test_a_teacher_sees_the_whole_class_and_the_test_notices(marked: Stage) -> None:
    path = marked.path("class_grid", "section")

    found = set(MARK.findall(bytes_of(marked.ask("teacher", "GET", path))))

    assert found == {mark_of(student) for student in marked.world.students}
    assert found - circle_of(marked, "guardian"), "for a guardian these would be leaks"


@pytest.mark.parametrize("who", ["teacher", "guardian", "district", "plan_lead", "operator", "anonymous"])
def test_looking_for_a_name_finds_no_stranger(marked: Stage, who: str) -> None:
    stranger = f"canary{mark_of(marked.world.student_elsewhere)}"
    for path in ("/students", "/people", "/frameworks", "/today", "/schools"):
        text = bytes_of(marked.ask(who, "GET", f"{path}?q={stranger}"))
        said = text.replace(f'value="{stranger}"', "").replace(f"q={stranger}", "")
        if who != "district":
            assert f"{stranger} {stranger}" not in said, path
    if who in {"plan_lead", "teacher", "guardian"}:
        found = bytes_of(marked.ask(who, "POST", "/people", {"q": stranger}))
        assert f"{stranger} {stranger}" not in found


def test_an_error_page_repeats_nothing(marked: Stage) -> None:
    stranger = marked.world.student_elsewhere
    for who in ("teacher", "guardian", "anonymous"):
        for path in (f"/students/{stranger.public_id}/plan", f"/students/{stranger.public_id}/nothing", "/nothing"):
            assert not MARK.findall(bytes_of(marked.ask(who, "GET", path)))
