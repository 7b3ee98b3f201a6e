"""Who may do what at the addresses of pathways, partners and the public face."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import PublicFace
from competencies.choices import DesignerVoice, PathwayState
from competencies.models import PathwayDesigner, PathwayInvitation
from competencies.services.pathways.invitations import digest_of
from tests import factories as make
from tests.cast import World
from tests.permissions.matrix import ALL, DISTRICT, STAFF, Row, opens

# Harrow Bridgeworks proposed it; the teacher and Maya design it with them. People of the schools read along.
DESIGNERS = frozenset({"partner", "teacher", "student"})
READ_ALONG = STAFF | DESIGNERS
REVIEWERS = DISTRICT | {"principal", "principal_who_said_why", "principal_elsewhere"}
PROPOSERS = STAFF | {"partner"}
DESIGN = opens(DESIGNERS)
INVITE = opens({"partner", "teacher"} | REVIEWERS)
TALK = opens(DESIGNERS | REVIEWERS)

ROWS: list[Row] = [
    # ---- open to everyone
    Row("pathways", GET=ALL),
    Row("pathway_detail", "open_pathway", GET=ALL),
    Row("pathway_versions", "open_pathway", GET=ALL),
    Row("pathway_version", "open_pathway_version", GET=ALL),
    # what it is about is read by whoever signed in, and nobody comes in but by saying yes (test_pathway_invitations)
    Row("pathway_invited", "handed_over", GET=ALL, POST=ALL),
    Row("brand_css", GET=ALL),
    Row("brand_logo", GET=ALL),
    # ---- where pathways are designed
    Row("pathway_propose", GET=opens(PROPOSERS), POST=opens(PROPOSERS)),
    Row("pathway_designs", GET=opens(READ_ALONG)),
    Row("pathway_design", "drafted", GET=opens(READ_ALONG)),
    Row("pathway_part", "drafted_part", GET=DESIGN, POST=DESIGN),
    Row("pathway_translation", "drafted_language", GET=DESIGN, POST=DESIGN),
    Row("pathway_experience_add", "drafted", GET=DESIGN, POST=DESIGN),
    Row("pathway_experience", "drafted_experience", GET=DESIGN, POST=DESIGN),
    Row("pathway_way_add", "drafted_kind", GET=DESIGN, POST=DESIGN),
    Row("pathway_way", "drafted_way", GET=DESIGN, POST=DESIGN),
    Row("pathway_competencies", "drafted_competency", GET=DESIGN, POST=DESIGN),
    Row("pathway_designers", "drafted", GET=INVITE, POST=INVITE),
    Row("pathway_comment", "drafted", POST=TALK),
    Row("pathway_comment_answer", "drafted_comment", GET=TALK, POST=TALK),
    Row("pathway_review", "drafted", GET=opens(REVIEWERS), POST=opens(REVIEWERS)),
    Row("pathway_stage", "drafted_closing", POST=opens(REVIEWERS)),
    # ---- partners, and how the district shows itself
    Row("partners", GET=opens(DISTRICT)),
    Row("partner_add", GET=opens(DISTRICT), POST=opens(DISTRICT)),
    Row("partner_detail", "organisation", GET=opens(DISTRICT), POST=opens(DISTRICT)),
    Row("partner_edit", "organisation", GET=opens(DISTRICT), POST=opens(DISTRICT)),
    Row("partner_end", "organisation", POST=opens(DISTRICT)),
    Row("partner_member_add", "organisation", POST=opens(DISTRICT)),
    Row("partner_member_end", "organisation_member", POST=opens(DISTRICT)),
    Row("district_site", GET=opens(DISTRICT), POST=opens(DISTRICT)),
]
BODIES: dict[str, dict[str, Any]] = {
    "drafted_competency": {"competency": ""},
    "drafted_closing": {"act": "close"},
}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    partner, teacher, maya = (world.people[name] for name in ("partner", "teacher", "student"))
    draft = make.PathwayFactory(
        bare=True, state=PathwayState.REVIEW, partner=world.partner, proposed_by=partner, published_at=None
    )
    make.PathwayDesignerFactory(pathway=draft, person=teacher)
    make.PathwayDesignerFactory(pathway=draft, person=maya, voice=DesignerVoice.STUDENT)
    experience = make.PathwayExperienceFactory(pathway=draft)
    way = make.PathwayWayFactory(pathway=draft)
    BODIES["drafted_competency"]["competency"] = world.idea["ratios"].public_id
    PublicFace.objects.create(district_id=1, logo=_logo(), logo_type="image/png", logo_says="A bridge")
    opened = make.PathwayFactory(competencies=[world.idea["ratios"]], proposed_by=teacher)
    member = world.partner.members.get()
    here = {"public_id": draft.public_id}
    assert PathwayDesigner.objects.filter(pathway=draft).count() == 2
    return {
        "open_pathway": opened,
        "open_pathway_version": {"public_id": opened.public_id, "number": 1},
        "drafted": draft,
        "handed_over": {"code": _code(draft)},
        "drafted_part": {**here, "part": "texts"},
        "drafted_language": {**here, "language": "es"},
        "drafted_experience": experience,
        "drafted_kind": {**here, "kind": "in"},
        "drafted_way": way,
        "drafted_competency": here,
        "drafted_comment": make.PathwayCommentFactory(pathway=draft, author=teacher),
        "drafted_closing": here,
        "organisation": world.partner,
        "organisation_member": {"public_id": world.partner.public_id, "member": member.pk},
    }


def _code(draft: Any) -> str:
    """A link of the proposer's, to the draft."""
    code = "a-code-that-was-handed-over"
    PathwayInvitation.objects.create(
        pathway=draft,
        digest=digest_of(code),
        for_whom="the boat builders",
        most=30,
        made_by=draft.proposed_by,
        ends_at=timezone.now() + timedelta(days=7),
    )
    return code


def _logo() -> Any:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(picture, format="PNG")
    return ContentFile(picture.getvalue(), name="logo.png")
