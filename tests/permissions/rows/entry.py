"""Who may do what at the addresses of `success_plans.urls.entry`."""

from __future__ import annotations

from typing import Any

from accounts.models import StoredFile
from success_plans.choices import ConsentKind, FindingArea, Voice
from success_plans.models import Consent, EntryFinding, PlanStatement, Proposal
from tests.cast import World
from tests.permissions.matrix import (
    ADULTS,
    CIRCLE,
    CLASS,
    EDIT,
    FAMILY,
    LEADS,
    SAID_WHY,
    SELF,
    SPEAK,
    TEAM,
    Row,
    opens,
)

ONLY_SELF = opens(SELF, denies=CIRCLE | LEADS | SAID_WHY)
FAMILY_OR_ADULTS = opens(FAMILY | ADULTS, ask=LEADS, denies=SELF | TEAM | SAID_WHY)

ROWS: list[Row] = [
    Row("file", "kept_file", GET=opens(CIRCLE)),
    Row("voice", "maya", GET=SPEAK, POST=SPEAK),
    Row("my_goal", "maya", GET=ONLY_SELF, POST=ONLY_SELF),
    Row("intake", "maya", GET=EDIT, POST=EDIT),
    Row("finding_edit", "finding", GET=opens(ADULTS, denies=CIRCLE), POST=opens(ADULTS, denies=CIRCLE)),
    Row("intake_class", "class_lines", GET=CLASS, POST=CLASS),
    Row("consents", "maya", GET=SPEAK, POST=FAMILY_OR_ADULTS),
    Row("consent_withdraw", "consent", POST=opens(FAMILY | ADULTS, denies=CIRCLE)),
    Row("family_ways", "maya", GET=FAMILY_OR_ADULTS, POST=FAMILY_OR_ADULTS),
    Row("proposals", "maya", GET=SPEAK, POST=SPEAK),
    Row("proposal_answer", "proposal", GET=opens(ADULTS, denies=CIRCLE), POST=opens(ADULTS, denies=CIRCLE)),
    Row("proposal_withdraw", "proposal", POST=opens(FAMILY, denies=CIRCLE)),
]

BODIES: dict[str, dict[str, Any]] = {
    "class_lines": {"kind": "strength", "whose": "adult", "found_on": "2020-01-01", "language": "en"},
}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """A picture Maya added, a part of the first look, a consent and a proposal of her family."""
    maya, guardian = world.student, world.people["guardian"]
    consent = Consent.objects.create(
        student=maya, kind=ConsentKind.MEDIA, given_by=guardian, is_yes=True, given_on=world.today
    )
    stored = StoredFile.objects.create(
        student=maya,
        kind="picture",
        file="files/gone-from-disk",
        content_type="image/png",
        size=1,
        digest="0" * 64,
        added_by=maya.person,
    )
    PlanStatement.objects.create(
        plan=rows["plan"], kind="interest", voice=Voice.STUDENT, file=stored, means="picture", language="en",
        author=maya.person, said_on=world.today,
    )  # fmt: skip
    return {
        "kept_file": stored,
        "consent": consent,
        "class_lines": world.section,
        "finding": EntryFinding.objects.create(
            plan=rows["plan"],
            area=FindingArea.ACADEMIC,
            found_on=world.today,
            can_do="Counts in fives.",
            language="en",
            author=world.people["navigator"],
        ),
        "proposal": Proposal.objects.create(
            plan=rows["plan"],
            voice=Voice.FAMILY,
            to_voice=Voice.STAFF,
            text="More drawing, please.",
            language="en",
            author=guardian,
            answer_by=world.today,
        ),
    }
