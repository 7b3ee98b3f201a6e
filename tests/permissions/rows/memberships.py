"""Who may do what at the addresses of students on pathways, of draws, and of partners."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.choices import RelationshipKind
from accounts.models import Partner
from success_plans.choices import ConsentKind, MembershipState
from success_plans.draw import digest_of, order
from success_plans.models import Consent, PathwayDraw, PathwayDrawCall, PathwayMembership
from success_plans.recompute import renew_partner_circles
from tests import factories as make
from tests.cast import World, relate
from tests.permissions.matrix import ADULTS, CIRCLE, FAMILY, LEADS, SAID_WHY, SELF, TEACHERS, TEAM, Row, opens

READ = opens(CIRCLE | SAID_WHY, ask=LEADS)
CHOOSE = opens(SELF | ADULTS, ask=LEADS, denies=CIRCLE | SAID_WHY)
SUGGEST = opens(FAMILY, denies=CIRCLE | LEADS | SAID_WHY)
TALK = opens(CIRCLE - TEAM, ask=LEADS, denies=TEAM | SAID_WHY)
AGREE = opens(FAMILY | ADULTS, ask=LEADS, denies=CIRCLE | SAID_WHY)
# the contact of that pathway, and who reviews the pathways of its school
DRAWING = {"teacher", "principal", "principal_who_said_why", "district"}
DRAW = opens(DRAWING)
CHECK = opens(DRAWING | CIRCLE)
PARTNERS = opens({"partner"})
OWN_STUDENT = opens({"partner"}, denies=TEACHERS | LEADS | SAID_WHY)  # who sees that student in another way

ROWS: list[Row] = [
    Row("student_pathways", "maya", GET=READ),
    Row("pathway_join", "maya_pathway", GET=READ, POST=CHOOSE),
    Row("pathway_suggest", "maya_pathway", POST=SUGGEST),
    Row("membership", "maya_membership", GET=READ, POST=CHOOSE),
    Row("pathway_move", "maya_move", GET=CHOOSE, POST=CHOOSE),
    Row("pathway_leave", "maya_membership", POST=CHOOSE),
    Row("place_answer", "maya_membership", POST=CHOOSE),
    Row("pathway_places", "drawn_pathway", GET=DRAW, POST=DRAW),
    Row("draw_hold", "draw_call", POST=DRAW),
    Row("draw", "held_draw", GET=CHECK),
    Row("draw_csv", "held_draw", GET=CHECK),
    Row("partner", GET=PARTNERS),
    Row("partner_student", "partnered", GET=OWN_STUDENT, POST=OWN_STUDENT),
    Row("student_partners", "maya", GET=TALK, POST=AGREE),
    Row("who_sees", "maya", GET=TALK),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """Maya on one pathway and drawn for another; Eli on a partner's, whose family agreed."""
    maya, eli, teacher = world.student, world.students[4], world.people["teacher"]
    partner = Partner.objects.get(members__person=world.people["partner"])
    free, other = make.PathwayFactory(title="Gardens"), make.PathwayFactory(title="Radio")
    theirs = make.PathwayFactory(title="Bridges", partner=partner)
    full = make.PathwayFactory(title="Boats", capacity=1, contact=teacher)
    full.schools.add(world.school)

    def on(student: Any, pathway: Any, state: str = MembershipState.IN) -> PathwayMembership:
        return PathwayMembership.objects.create(
            key=uuid.uuid4(), student=student, pathway=pathway, language="en", state=state, author=student.person,
            starts_on=world.today if state == MembershipState.IN else None, words="I like it",
        )  # fmt: skip

    mine, waits = on(maya, free), on(maya, full, MembershipState.WAITING)
    on(eli, theirs)
    mother = make.PersonFactory()
    relate(mother, RelationshipKind.GUARDIAN, [eli])
    Consent.objects.create(
        student=eli, kind=ConsentKind.PARTNER, partner=partner, is_yes=True, given_on=world.today,
        given_by=mother,
    )  # fmt: skip
    renew_partner_circles([eli.pk], today=world.today)
    calls = [
        PathwayDrawCall.objects.create(
            pathway=full, draw_on=world.today, seed=seed, digest=digest_of(seed), called_by=teacher
        )
        for seed in ("held", "announced")
    ]
    return {
        "maya_pathway": {"public_id": maya.public_id, "pathway": other.public_id},
        "maya_membership": mine,
        "maya_move": {"public_id": mine.public_id, "pathway": other.public_id},
        "drawn_pathway": full,
        "draw_call": calls[1],
        "held_draw": PathwayDraw.objects.create(
            pathway=full, call=calls[0], places=0, seed="held", digest=digest_of("held"),
            drawn_from=order("held", [waits.public_id]), offered_to=[], held_by=teacher,
        ),
        "partnered": {"public_id": eli.public_id},
    }  # fmt: skip
