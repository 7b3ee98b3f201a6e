"""The world with one of everything in it, and everybody at their screen: what the matrix and the canaries walk on."""

from __future__ import annotations

import copy
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.adapters import token_digest
from accounts.choices import JobKind, JobState, ReadPurpose, RelationshipKind, Role
from accounts.fresh import SIGNED_IN_AT
from accounts.models import ApiToken, Job, Person, PersonMerge, User
from assessments.models import Evidence
from success_plans.choices import NeedDomain
from success_plans.models import TranslationRequest
from supports import recompute
from supports.models import Flag
from tests import factories as make
from tests.cast import World, add_person, build_world, client_for, demonstrate, relate
from tests.permissions.rows import BODIES, PARTS

TOKENS = {
    "token_to_write": ("teacher", ["evidence:write"], 1),
    "token_to_read": ("teacher", ["evidence:read"], 1),
    "token_of_the_dismissed": ("dismissed", ["evidence:read", "evidence:write"], 1),
    "token_of_the_gone": ("gone", ["evidence:read", "evidence:write"], 1),
    "token_that_ran_out": ("teacher", ["evidence:read", "evidence:write"], -1),
}
"""Whose, for what, and for how many days more."""


@dataclass
class Stage:
    """The world, what there is in it to open, and who tries."""

    world: World
    flag: Flag
    piece: Evidence
    rows: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def subjects(self) -> dict[str, dict[str, Any]]:
        """What a line of the matrix is `about`, as arguments of its address."""
        maya = self.world.student.public_id
        section = self.world.section.public_id
        return {
            "": {},
            "maya": {"public_id": maya},
            "maya_competency": {"public_id": maya, "competency": self.piece.competency.public_id},
            "piece": {"public_id": self.piece.public_id},
            "pieces": {},
            "pair": {},
            "person": {"public_id": self.world.people["teacher"].public_id},
            "flag": {"public_id": self.flag.public_id},
            "section": {"public_id": section},
            "cell": {"public_id": section, "student_id": maya},
            "focus": {"public_id": section, "focus_id": self.world.focus.public_id},
            "school": {"public_id": self.world.school.public_id},
            "framework": {"public_id": self.world.framework.public_id},
            "competency": {"public_id": self.world.idea["compare"].public_id},
            "wished": {"noun": "statement", "public_id": self.rows["statement"].public_id},
            "key_of_nothing": {"key": "nothing"},
            "key_of_nobody": {"pk": 1},
            **{name: {"public_id": row.public_id} for name, row in self.rows.items() if hasattr(row, "public_id")},
            **{name: row for name, row in self.rows.items() if isinstance(row, dict)},  # addresses of two parts
        }

    def query(self, about: str) -> str:
        """The part after the question mark, where an address says nothing without it."""
        pair = self.rows["pair"]
        return f"?one={pair[0].public_id}&other={pair[1].public_id}" if about == "pair" else ""

    def body(self, about: str, method: str) -> dict[str, Any]:
        """What is sent along so that a door that is open says more than 404 about its body."""
        if method == "GET":
            return {}
        pair = self.rows["pair"]
        return {
            "pair": {"one": pair[0].public_id, "other": pair[1].public_id},
            "cell": {
                "competency": self.world.idea["compare"].public_id,
                "on": self.world.today.isoformat(),
                "key": uuid.uuid4(),
                "value": "3",
            },
            "section": {f"level-{self.world.student.public_id}": "3"},
            **BODIES,
        }.get(about, {})

    def path(self, route: str, about: str) -> str:
        """The address of a route about its subject."""
        arguments = dict(self.subjects()[about])
        if route == "account_reset_password_from_key":
            arguments = {"uidb36": "zz", "key": "set-password"}
        return reverse(route, kwargs=arguments) + self.query(about)

    @staticmethod
    def reverse(route: str, arguments: dict[str, Any]) -> str:
        """The address of a route about something else than its subject here."""
        return reverse(route, kwargs=arguments)

    def ask(self, who: str, method: str, path: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """One request of somebody, whose cookies stay as they were; JSON to the API, a form otherwise."""
        client = copy.copy(self.clients[who])
        client.cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
        options: dict[str, Any] = {"follow": False}
        if path.startswith("/api/") and method != "GET":
            options["content_type"] = "application/json"
        return getattr(client, method.lower())(path, body or {}, **options)


def build_stage(today: date) -> Stage:
    """One of everything around Maya, and a signed-in client for everybody."""
    world = build_world(today)
    teacher, student, navigator = (world.people[name] for name in ("teacher", "student", "navigator"))
    world.people["classmate"] = world.students[1].person
    make.UserFactory(person=world.people["classmate"], username="classmate")
    for name in ("dismissed", "gone"):
        world.people[name] = add_person(name, Role.TEACHER, world.school)
        relate(world.people[name], RelationshipKind.SECTION, world.students, section=world.section)
    demonstrate(teacher, world.student, world.idea["compare"], until=today)
    recompute.refresh_due()
    stage = Stage(
        world=world,
        flag=Flag.objects.get(student=world.student, rule="READY_NEXT"),
        piece=Evidence.objects.filter(student=world.student).order_by("pk")[0],
    )
    plan = make.PlanFactory(student=world.student, created_by=student)
    statement = make.PlanStatementFactory(plan=plan, author=student)
    stage.rows = {
        "plan": plan,
        "statement": statement,
        "need": make.NeedFactory(plan=plan, author=teacher),
        "closed_need": make.NeedFactory(plan=plan, author=navigator, domain=NeedDomain.HEALTH),
        "goal": make.GoalFactory(plan=plan, author=student, competency=world.idea["equivalent"]),
        "wish": TranslationRequest.objects.create(
            statement=statement, language="es", asked_by=world.people["guardian"], of_version=1
        ),
        "roster_job": _job(JobKind.IMPORT_ROSTER, world.people["district"]),
        "framework_job": _job(JobKind.IMPORT_FRAMEWORK, world.people["district"]),
        "sleeper": _sleeper(world),
        "pair": (world.students[4].person, world.students[5].person),
        "join": _join(world),
        "support": make.SupportFactory(
            student=world.student,
            competency=world.idea["compare"],
            owner=teacher,
            shared_at=timezone.now(),
            family_wordings={"en": {"title": "Partner work", "family": "Works with a partner.", "home": "Ask."}},
        ),
        "entry": make.CatalogueEntryFactory(),
    }
    for part in PARTS:
        things = part.things(world, stage.rows)
        assert not things.keys() & stage.rows.keys(), "two parts call two things by one name"
        stage.rows |= things
    make.FocusFactory(student=world.student, competency=world.idea["shapes"], chosen_by=teacher)
    stage.clients = _everybody(world)
    return stage


def _job(kind: JobKind, by: Person) -> Job:
    return Job.objects.create(kind=kind, state=JobState.QUEUED, title="september.zip", created_by=by)


def _sleeper(world: World) -> User:
    """The locked account of somebody who teaches at Maya's school."""
    person = add_person("sleeper", Role.TEACHER, world.school)
    User.objects.filter(person=person).update(locked_at=timezone.now())
    return User.objects.get(person=person)


def _join(world: World) -> PersonMerge:
    one, other = (add_person(f"{name} Twin", None) for name in ("first", "second"))
    for person in (one, other):
        make.RelationshipFactory(person=person, student=world.students[3])
    Person.objects.filter(pk=other.pk).update(is_active=False)
    return PersonMerge.objects.create(kept=one, absorbed=other, reason="same", merged_by=world.people["district"])


def _everybody(world: World) -> dict[str, Client]:
    found = {name: client_for(person) for name, person in world.people.items()}
    found["anonymous"] = client_for(None)
    found["principal_who_said_why"] = said_why(world)
    for client in found.values():
        stay_fresh(client)
    for name, (person, scopes, days) in TOKENS.items():
        secret = secrets.token_hex(8)
        user = world.people[person].user
        ApiToken.objects.create(
            user=user,
            label=name,
            digest=token_digest(secret),
            scopes=scopes,
            expires_at=timezone.now() + timedelta(days=days),
            last_used_on=world.today,  # noted once a day, whatever the answer: not what a refusal writes
        )
        found[name] = Client(headers={"authorization": f"Bearer {secret}"})
    # Signed in, teaching Maya, and then: the account was closed; the roster says they are gone.
    User.objects.filter(person=world.people["dismissed"]).update(is_active=False)
    Person.objects.filter(pk=world.people["gone"].pk).update(is_active=False)
    return found


def stay_fresh(client: Client) -> None:
    """The walk through all pages takes longer than a sign-in is fresh."""
    if settings.SESSION_COOKIE_NAME in client.cookies:
        session = client.session
        session[SIGNED_IN_AT] += 24 * 60 * 60
        session.save()


def said_why(world: World) -> Client:
    """The principal after naming a purpose for Maya's page."""
    client = client_for(world.people["principal"])
    path = reverse("student_purpose", kwargs={"public_id": world.student.public_id})
    answer = client.post(path, {"purpose": ReadPurpose.FAMILY_ASKED})
    assert answer.status_code == 302
    return client
