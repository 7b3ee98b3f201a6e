"""What is closed stays here when a plan leaves, until a second person who reads it lets it go; the family sees it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.choices import GuardianBlock, ReadPurpose, RelationshipKind
from accounts.fresh import FRESH, SIGNED_IN_AT
from accounts.models import AuditEvent, GuardianLimit
from success_plans.choices import Audience, ContactMode, ContactOutcome, MeasureKind, NeedDomain
from success_plans.errors import PlanError
from success_plans.models import ContactAttempt, EntryFinding, Plan, PlanVersion, TransferPacket
from success_plans.selectors.moments import snapshot
from success_plans.services.packets.sending import Sent, open_packet, send_packet
from success_plans.transfer.packet import unpack
from success_plans.versions.snapshot import digest, to_json
from supports.choices import SupportType
from tests import factories as make
from tests.cast import World, client_for, relate, viewer_of

pytestmark = pytest.mark.django_db

CLOSED = ("needhealth", "feelsaim", "basicneed", "counselwords", "nearwords", "talkwords", "lookwords")


@pytest.fixture
def closed_plan(world: World, navigator: Any, specialist: Any) -> Plan:
    """Maya's plan with something of every closed domain, and a version that holds it all."""
    plan = make.PlanFactory(student=world.student, created_by=navigator)
    make.NeedFactory(plan=plan, author=specialist, text="needhealth", domain=NeedDomain.HEALTH)
    make.NeedFactory(plan=plan, author=navigator, text="basicneed", domain=NeedDomain.BASIC)
    make.NeedFactory(plan=plan, author=navigator, text="openneed", domain=NeedDomain.ACADEMIC)
    make.GoalFactory(plan=plan, author=specialist, text="feelsaim", measure_kind=MeasureKind.WELLBEING)
    make.SupportFactory(
        student=world.student, owner=specialist, title="counselwords", type=SupportType.COUNSELLING, competency=None
    )
    make.PlanStatementFactory(plan=plan, author=navigator, text="nearwords", audience=Audience.CLOSE)
    EntryFinding.objects.create(
        plan=plan, area="wellbeing", found_on=world.today, can_do="lookwords", language="en", author=specialist
    )
    ContactAttempt.objects.create(
        student=world.student,
        by=navigator,
        tried_at=timezone.now(),
        mode=ContactMode.PHONE,
        outcome=ContactOutcome.HELD,
        note="talkwords",
        language="en",
        key="00000000-0000-4000-8000-000000000001",
    )
    whole = snapshot(viewer=viewer_of(navigator), student=world.student)
    PlanVersion.objects.create(
        plan=plan,
        number=1,
        content=to_json(whole),
        digest=digest(whole),
        reason="agreed",
        author=navigator,
        as_of=timezone.now(),
    )
    return plan


def send(lead: Any, world: World, after: TransferPacket | None = None) -> Sent:
    words = {"other_party": "Ash Valley", "reason": "Enrolled there."}
    return send_packet(by=viewer_of(lead), student=world.student, after=after, **words)


def inside(sent: Sent) -> str:
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def lead_in(lead: Any, world: World) -> Any:
    client = client_for(lead)
    client.post(reverse("student_purpose", args=[world.student.public_id]), {"purpose": ReadPurpose.CARE})
    return client


def test_nothing_closed_is_in_any_byte_of_the_packet_a_plan_lead_makes_alone(
    world: World, closed_plan: Plan, plan_lead: Any
) -> None:
    sent = send(plan_lead, world)

    text = inside(sent)
    assert [word for word in CLOSED if word in text] == []
    assert "openneed" in text
    assert sent.row.closed == ["family", "health", "wellbeing"]
    packet, _sum = unpack(sent.content)
    assert packet.student["closed"] == sent.closed == 7  # six entries and the version that holds them
    assert packet.rows["versions"] == []


def test_what_a_second_person_reads_and_lets_go_along_does_and_nothing_else(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    first = send(plan_lead, world)
    with pytest.raises(PlanError):
        send(plan_lead, world, first.row)
    assert open_packet(by=viewer_of(navigator), packet=first.row) == {"family"}
    assert open_packet(by=viewer_of(navigator), packet=first.row) == {"family"}, "twice is once"
    first.row.refresh_from_db()

    second = send(plan_lead, world, first.row)

    text = inside(second)
    assert [word for word in CLOSED if word in text] == ["basicneed", "nearwords", "talkwords"]
    assert (second.row.opened, second.row.opened_by, second.row.closed) == (
        ["family"],
        navigator,
        ["health", "wellbeing"],
    )
    assert AuditEvent.objects.get(action="packet.open").actor_id == navigator.pk


def test_whoever_made_it_or_reads_none_of_it_or_comes_late_opens_nothing(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any, teacher: Any, guardian: Any
) -> None:
    sent = send(plan_lead, world)
    relate(plan_lead, RelationshipKind.CASELOAD, [world.student])
    for person in (plan_lead, teacher, guardian):
        with pytest.raises(PlanError):
            open_packet(by=viewer_of(person), packet=sent.row)
    TransferPacket.objects.update(created_at=timezone.now() - timedelta(days=31))
    with pytest.raises(PlanError):
        open_packet(by=viewer_of(navigator), packet=sent.row)


def test_the_family_reads_that_it_was_sent_and_what_went_along(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any, guardian: Any, client_of: Any
) -> None:
    page = reverse("plan_versions", args=[world.student.public_id])
    sent = send(plan_lead, world)
    text = client_of(guardian).get(page).content.decode()
    assert "Ash Valley" in text
    assert "Stayed here: what is about family and basic needs, health, wellbeing." in text
    assert "Let it go along?" not in text

    tab = client_of(navigator)
    assert "Let it go along?" in tab.get(page).content.decode()
    address = reverse("packet_open", args=[sent.row.public_id])
    assert "family and basic needs" in tab.get(address).content.decode()
    assert tab.post(address).status_code == 302
    lead = lead_in(plan_lead, world)
    export = reverse("packet_export", args=[world.student.public_id])
    assert "Make it once more" in lead.get(export).content.decode()
    answer = lead.post(export, {"after": str(sent.row.public_id)})
    assert answer["Content-Type"] == "application/zip"
    assert "may go along: a second person" in client_of(guardian).get(page).content.decode()

    GuardianLimit.objects.create(
        student=world.student,
        guardian=guardian,
        block=GuardianBlock.CONTACT,
        document="Court order 12",
        starts_on=world.today,
        entered_by=navigator,
    )
    assert "Ash Valley" not in client_of(guardian).get(page).content.decode()


def test_a_packet_is_made_only_shortly_after_a_sign_in(world: World, closed_plan: Plan, plan_lead: Any) -> None:
    client = lead_in(plan_lead, world)
    session = client.session
    session[SIGNED_IN_AT] -= FRESH + 1
    session.save()
    words = {"other_party": "Ash Valley", "reason": "Enrolled there."}

    answer = client.post(reverse("packet_export", args=[world.student.public_id]), words)

    assert answer["Location"].startswith(reverse("sign_in_again"))
    assert not TransferPacket.objects.exists()


def test_a_receiver_is_told_that_no_file_proves_who_made_it_and_gets_letters_to_compare(
    world: World, closed_plan: Plan, plan_lead: Any
) -> None:
    sent = send(plan_lead, world)
    letters = "-".join(sent.row.digest[n : n + 4] for n in range(0, 16, 4))
    page = lead_in(plan_lead, world).get(reverse("packet_export", args=[world.student.public_id])).content.decode()
    assert letters in page

    TransferPacket.objects.all().delete()
    client = lead_in(plan_lead, world)
    upload = SimpleUploadedFile("plan.zip", sent.content, content_type="application/zip")
    seen = client.post(reverse("packet_import", args=[world.school.public_id]), {"file": upload}, follow=True)
    assert letters in seen.content.decode()
    assert "no file can prove" in seen.content.decode()
