"""Who may do what where family is invited, at the door for who brings a code, and where a lead puts a colleague
around a child or before a class."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import FamilyInvitation, JoinRequest
from tests import factories as make
from tests.cast import World, relate
from tests.permissions.matrix import ALL, CIRCLE, DISTRICT, JOINS, LEADS, NAVIGATOR, SAID_WHY, Row, opens

INVITES = opens(NAVIGATOR | SAID_WHY, ask=LEADS, denies=CIRCLE)
SCHOOL = opens(LEADS | SAID_WHY)
FOR_A_PURPOSE = opens(SAID_WHY, ask=LEADS, denies=CIRCLE)

ROWS: list[Row] = [
    Row("family_accounts", "maya", GET=INVITES, POST=INVITES),
    Row("school_invitations", "school", GET=SCHOOL, POST=SCHOOL),
    Row("invitation_take_back", "invited", POST=opens(NAVIGATOR | LEADS | SAID_WHY)),
    Row("join_request", "asked_join", GET=JOINS, POST=JOINS),
    Row("accounts", GET=opens(DISTRICT), POST=opens(DISTRICT)),
    Row("account", "person", GET=opens(DISTRICT), POST=opens(DISTRICT)),
    Row("invitation", GET=ALL, POST=ALL),
    Row("circle_team", "maya", GET=FOR_A_PURPOSE, POST=FOR_A_PURPOSE),
    Row("circle_team_leave", "in_team", POST=FOR_A_PURPOSE),
    Row("school_substitutes", "school", GET=SCHOOL, POST=SCHOOL),
    Row("substitute_end", "substituted", POST=SCHOOL),
    Row("invitation_you", GET=ALL, POST=ALL),
    Row("invitation_address", GET=ALL, POST=ALL),
]
BODIES: dict[str, dict[str, Any]] = {"in_team": {}}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    aunt = make.PersonFactory(given_name="Nneka", family_name="Okafor")
    relate(aunt, RelationshipKind.GUARDIAN, [world.student])
    BODIES["in_team"]["member"] = str(world.people["specialist"].public_id)
    substitute = make.TeachingAssignmentFactory(
        section=world.section,
        person=make.PersonFactory(),
        is_substitute=True,
        starts_on=world.day(1),
        ends_on=world.today + timedelta(days=9),
    )
    return {
        "asked_join": JoinRequest.objects.create(
            kept=world.students[4].person.public_id,
            absorbed=world.students[5].person.public_id,
            reason="same",
            asked_by=world.people["operator"],
        ),
        "in_team": world.student,
        "substituted": {"public_id": world.school.public_id, "pk": substitute.pk},
        "invited": FamilyInvitation.objects.create(
            guardian=aunt,
            digest="0" * 64,
            language="en",
            invited_by=world.people["navigator"],
            expires_at=timezone.now() + timedelta(days=9),
            sent_at=timezone.now(),
        ),
    }
