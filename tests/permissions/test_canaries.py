"""A mark no one else has in every personal field of every student: no mark may turn up before a stranger's eyes.

Which fields are personal is what privacy says (config/privacy.py), so a new field is marked the day it is classified.
Everybody then opens every page about everything, their own and others', and every byte of the answer is looked at:
body, headers, cookies, and what is packed into a zip or a PDF. Within Maya's own circle some words have a mark of their
own: those of each of her two homes, of a closed need, of what is for family and navigator only, of what is on hold, and
of an adult's working note.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship, Student
from accounts.privacy import Category
from assessments.models import Scoring
from config.privacy import treatments_of
from success_plans.choices import (
    AttendeeRole,
    Audience,
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
    CheckIn,
    ContactAttempt,
    Decision,
    FamilyWays,
    Meeting,
    MeetingAttendee,
    Plan,
    PlanVersion,
    Proposal,
    SafetyHold,
    WorkingNote,
)
from success_plans.selectors.moments import snapshot
from success_plans.versions.snapshot import digest, to_json
from supports import recompute
from tests import factories as make
from tests.cast import World, add_person, client_for, relate, see, viewer_of
from tests.permissions.matrix import EVERYONE, TOKENS
from tests.permissions.rows import ROWS
from tests.permissions.stage import TOKENS as TOKEN_OWNERS
from tests.permissions.stage import Stage

pytestmark = pytest.mark.django_db

MARK = re.compile(r"canary([a-z]{5})")
WORDS = (models.CharField, models.TextField)
# How a marked row leads to its student: the fields of its model in the order they are tried.
LEADS_TO_STUDENT = (
    "student", "plan", "statement", "goal", "need", "meeting", "support", "of_version", "submission", "evidence",
    "pgh_obj",
)  # fmt: skip
# Whose words a row of a family is.
SPOKEN_BY = ("author", "guardian", "given_by", "added_by", "person")
# Marks within Maya's circle, and who may see them; "second_home" is her family in her other home.
ADULTS_OF_MAYA = {"teacher", "co_teacher", "navigator", "specialist", "principal_who_said_why", "plan_lead"}
WITHIN = {
    "homea": ADULTS_OF_MAYA | {"guardian", "student"},
    "homeb": ADULTS_OF_MAYA | {"second_home", "student"},
    "closd": {"navigator", "guardian", "second_home", "student"},  # written by the navigator
    "nears": {"navigator", "guardian", "second_home", "student"},
    "onhol": ADULTS_OF_MAYA,
    "wnote": {"teacher"},
    # a work that somebody who does not know the student was asked to judge, and what they wrote about it
    "works": ADULTS_OF_MAYA | {"guardian", "second_home", "student", "teacher_next_door"},
}
FREE = {Category.IDENTITY, Category.LEARNING, Category.PLAN, Category.SENSITIVE}
# Marks may not stand in a closed list, an address or a name of a file.
NOT_WORDS = {
    "source",
    "source_id",
    "language",
    "sort_name",
    "phone",
    "task_key",
    "end_code",
    "method",
    "shape",
    "rule",
    "household",
}


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
        if isinstance(found, models.Model):
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


def set_the_scene(world: World, plan: Plan) -> dict[tuple[str, int], str]:
    """A second home for Maya, words of both, and what not everybody of her circle reads; the marks of those rows."""
    maya, teacher, navigator = world.student, world.people["teacher"], world.people["navigator"]
    second = world.people["second_home"] = add_person("second_home", languages=["fr"])
    relate(second, RelationshipKind.GUARDIAN, [maya])
    homes = {"homea": world.people["guardian"], "homeb": second}
    now, found = timezone.now(), {}
    for mark, person in homes.items():
        Relationship.objects.filter(student=maya, person=person).update(household=mark)
        Person.objects.filter(pk=person.pk).update(
            given_name=f"canary{mark}", family_name=f"canary{mark}", sort_name=f"canary{mark}"
        )
        said = {"plan": plan, "author": person, "language": "en", "text": "words"}
        rows = [
            make.PlanStatementFactory(plan=plan, author=person, voice=Voice.FAMILY),
            make.GoalFactory(plan=plan, author=person, voice=Voice.FAMILY),
            Proposal.objects.create(voice=Voice.FAMILY, to_voice=Voice.STAFF, answer_by=world.today, **said),
            Amendment.objects.create(about=Subject.PLAN, about_id=plan.public_id, voice=Voice.FAMILY, **said),
            FamilyWays.objects.create(plan=plan, guardian=person, best_way="phone", best_time="late", author=person),
            ContactAttempt.objects.create(
                student=maya, guardian=person, by=navigator, tried_at=now, mode=ContactMode.PHONE, language="en",
                outcome=ContactOutcome.HELD, note="words", household=mark, key=uuid.uuid4(),
            ),
        ]  # fmt: skip
        met = Meeting.objects.create(plan=plan, starts_at=now, language="en", called_by=navigator, student_words="x")
        MeetingAttendee.objects.create(meeting=met, person=person, role=AttendeeRole.FAMILY)
        rows += [
            met,
            Decision.objects.create(meeting=met, text="x", language="en", author=navigator, key=uuid.uuid4()),
        ]
        found |= {(type(row).__name__, row.pk): mark for row in rows}
    near = [
        make.PlanStatementFactory(plan=plan, author=navigator, voice=Voice.STAFF, audience=Audience.CLOSE),
        make.NeedFactory(plan=plan, author=navigator, audience=Audience.CLOSE),
    ]
    feels = make.GoalFactory(plan=plan, author=navigator, measure_kind=MeasureKind.WELLBEING)
    held = make.GoalFactory(plan=plan, author=teacher)
    told = CheckIn.objects.create(
        student=maya, by=teacher, met_at=now, how="well", note="words", language="en", key=uuid.uuid4()
    )
    for subject, row in ((Subject.GOAL, held), (Subject.CHECK_IN, told)):
        SafetyHold.objects.create(
            student=maya, about=subject, about_id=row.public_id, reason="safety", placed_by=navigator
        )
    found |= {(type(row).__name__, row.pk): "nears" for row in near}
    found |= {("Goal", feels.pk): "closd", ("Goal", held.pk): "onhol", ("CheckIn", told.pk): "onhol"}
    found |= {("SafetyHold", row.pk): "onhol" for row in SafetyHold.objects.all()}
    found |= {("WorkingNote", row.pk): "wnote" for row in WorkingNote.objects.filter(author=teacher)}
    asked = Scoring.objects.filter(rater=world.people["teacher_next_door"])
    found |= {("Scoring", row.pk): "works" for row in asked} | {
        ("Submission", row.submission_id): "works" for row in asked
    }
    closed = plan.needs.filter(domain__in=[NeedDomain.HEALTH])
    return found | {("Need", row.pk): "closd" for row in closed}


def agree(world: World, plan: Plan) -> None:
    """A version of Maya's plan with every mark in it, answered by both homes."""
    whole = snapshot(viewer=viewer_of(world.people["navigator"]), student=world.student)
    version = PlanVersion.objects.create(
        plan=plan,
        number=2,
        content=to_json(whole),
        digest=digest(whole),
        reason="Winter",
        author=world.people["navigator"],
        as_of=timezone.now(),
    )
    for mark, name in (("homea", "guardian"), ("homeb", "second_home")):
        Agreement.objects.create(
            of_version=version, person=world.people[name], voice=Voice.FAMILY, answer="partly",
            statement=f"canary{mark}", language="en",
        )  # fmt: skip


def mark_everything(stage: Stage) -> set[str]:
    """Put a student's mark into every personal word about them; returns the fields that carry one."""
    world = stage.world
    own = set_the_scene(world, stage.rows["plan"])
    homes = {world.people["guardian"].pk: "homea", world.people["second_home"].pk: "homeb"}
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
    with pgtrigger.ignore():  # what never changes by a program is marked here all the same
        for model in marked_models():
            for row in model._default_manager.all():
                student = student_of(row)
                if student is None:
                    continue
                speakers = {getattr(row, f"{name}_id", None) for name in SPOKEN_BY}
                said = next((mark for pk, mark in homes.items() if pk in speakers), mark_of(student))
                text = f"canary{own.get((type(row).__name__, row.pk), said)}"
                for field in marked_fields(model):
                    mail = "@example.org" if isinstance(field, models.EmailField) else ""
                    model._default_manager.filter(pk=row.pk).update(**{field.name: text + mail})
                    carried.add(f"{model._meta.object_name}.{field.name}")
    agree(world, stage.rows["plan"])
    stage.clients["second_home"] = client_for(world.people["second_home"])
    return carried


def allowed_to(stage: Stage, who: str) -> set[str]:
    """Every mark this person may see."""
    return circle_of(stage, who) | {mark for mark, people in WITHIN.items() if who in people}


def circle_of(stage: Stage, who: str) -> set[str]:
    """The marks of students this person may see: of their circle, of their school for a lead."""
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
    related = (
        Relationship.objects.filter(person=person)
        .exclude(ends_on__lte=world.today)
        .exclude(kind__in=["referral", "rater"])
    )
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
    """The address of every page: about Maya, two classmates of hers, and a student of each other class.

    The first classmate has a family and an account of their own here; the rest of the class is to everybody what the
    second one is. Their marks are looked for on every page all the same.
    """
    world = stage.world
    others = [*world.students[1:3], world.student_next_door, world.student_elsewhere]
    for row in ROWS:
        if "GET" not in row.methods or row.route == "account_logout":
            continue
        yield stage.path(row.route, row.about)
        if row.about in {"maya", "maya_competency"}:
            for student in others:
                arguments = stage.subjects()[row.about] | {"public_id": student.public_id}
                yield stage.reverse(row.route, arguments)
        if row.about == "section":
            for section in (world.next_door, world.section_elsewhere):
                yield stage.reverse(row.route, {"public_id": section.public_id})


def bytes_of(response) -> str:
    """Everything an answer says: headers, cookies, body; a zip and a PDF unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join([name.encode() + archive.read(name) for name in archive.namelist()])
    if body.startswith(b"%PDF"):
        streams = re.findall(rb"stream\r?\n(.*?)endstream", body, re.S)
        body += b"\n".join(zlib.decompressobj().decompress(one) for one in streams if one.startswith(b"\x78"))
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
        "Agreement.statement",
        "Amendment.text",
        "CheckIn.note",
        "ContactAttempt.note",
        "Decision.text",
        "EntryFinding.can_do",
        "Meeting.student_words",
        "PlanVersion.reason",
        "Proposal.text",
        "StoredFile.description",
        "SupportSession.note",
        "WorkingNote.text",
        "Submission.text",
        "Scoring.note",
        "Moderation.reason",
    } <= carried, sorted(carried)
    return stage


@pytest.mark.parametrize("who", sorted(EVERYONE | {"second_home"}))
def test_nobody_ever_sees_a_mark_of_a_stranger(marked: Stage, who: str) -> None:
    allowed = allowed_to(marked, who)
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

    assert found - set(WITHIN) == {mark_of(student) for student in marked.world.students}
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
