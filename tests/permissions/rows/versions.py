"""Who may do what at the addresses of `success_plans.urls.versions`."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.choices import JobKind, JobState
from accounts.models import Job
from success_plans.models import Agreement, PlanVersion, TransferPacket
from success_plans.selectors.moments import snapshot
from success_plans.transfer.packet import Packet, pack
from success_plans.versions.snapshot import digest, to_json
from tests.cast import World, viewer_of
from tests.permissions.matrix import (
    ADULTS,
    CIRCLE,
    FAMILY,
    LEADS,
    NAVIGATOR,
    ROSTERS,
    SAID_WHY,
    SELF,
    SIGNED_IN,
    TEAM,
    Row,
    opens,
)

READ = opens(CIRCLE | SAID_WHY, ask=LEADS)
HOLD = opens(NAVIGATOR, denies=CIRCLE | LEADS | SAID_WHY)
ANSWER = opens(SELF | FAMILY | ADULTS, ask=LEADS, denies=TEAM | SAID_WHY)
SEND = opens(frozenset(), ask=LEADS, denies=CIRCLE | SAID_WHY)
OPENS = opens(NAVIGATOR, ask=LEADS, denies=CIRCLE | SAID_WHY)
LEAD = opens({"plan_lead"})

ROWS: list[Row] = [
    # everybody signed in finds those whose plan they hold, and nobody else
    Row("conference_day", GET=SIGNED_IN, POST=SIGNED_IN),
    Row("plan_versions", "maya", GET=READ),
    Row("plan_move", "maya", POST=HOLD),
    Row("version_agree", "maya", POST=HOLD),
    Row("plan_template", "maya", POST=HOLD),
    Row("plan_compare", "maya", GET=READ),
    Row("plan_as_of", "maya", GET=READ),
    Row("plan_version", "version", GET=READ),
    Row("plan_agree", "version", GET=ANSWER, POST=ANSWER),
    Row("packet_export", "maya", GET=SEND, POST=SEND),
    Row("packet_open", "packet_sent", GET=OPENS, POST=OPENS),
    Row("packet_import", "school", GET=LEAD, POST=LEAD),
    Row("packet_confirm", "packet_upload", GET=LEAD, POST=LEAD),
    Row("templates", GET=ROSTERS),
    Row("template_edit", GET=ROSTERS, POST=ROSTERS),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """A version of Maya's plan with an answer of her family, and a packet that waits for the plan lead."""
    navigator, guardian, lead = (world.people[name] for name in ("navigator", "guardian", "plan_lead"))
    now = timezone.now()
    whole = snapshot(viewer=viewer_of(navigator), student=world.student, at=now)
    version = PlanVersion.objects.create(
        plan=rows["plan"],
        number=1,
        content=to_json(whole),
        digest=digest(whole),
        reason="Autumn",
        author=navigator,
        as_of=now,
    )
    Agreement.objects.create(
        of_version=version, person=guardian, voice="family", answer="partly", statement="More music", language="en"
    )
    content, _digest = pack(
        Packet(sender={}, student={"given_name": "Nia", "family_name": "Newcomer"}), made_at=now.isoformat(), copy=""
    )
    upload = Job(
        kind=JobKind.IMPORT_PACKET,
        state=JobState.WAITING,
        title="packet",
        parameters={"school": str(world.school.public_id)},
        created_by=lead,
    )
    upload.upload.save(str(upload.public_id), ContentFile(content), save=False)
    upload.save()
    sent = TransferPacket.objects.create(
        student=world.student,
        school=world.school,
        direction="sent",
        other_party="Ash Valley",
        reason="Enrolled there.",
        digest="0" * 64,
        closed=["family"],
        created_by=world.people["plan_lead"],
    )
    return {"version": version, "packet_upload": upload, "packet_sent": sent}
