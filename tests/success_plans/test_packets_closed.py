"""What is closed stays here when a plan leaves, until a second person who reads it lets it go; the family sees it."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta
from importlib import import_module
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import GuardianBlock, ReadPurpose, RelationshipKind
from accounts.fresh import FRESH, SIGNED_IN_AT
from accounts.models import AuditEvent, GuardianLimit, Person, Relationship
from success_plans.choices import Audience, ContactMode, ContactOutcome, MeasureKind, NeedDomain
from success_plans.errors import PlanError
from success_plans.models import Amendment, ContactAttempt, EntryFinding, Plan, PlanVersion, TransferPacket
from success_plans.selectors.moments import snapshot
from success_plans.selectors.packets import gather
from success_plans.selectors.sent_packets import may_follow
from success_plans.services.packets.sending import Sent, open_packet, send_packet
from success_plans.transfer.packet import unpack
from success_plans.versions.snapshot import digest, to_json
from supports.choices import SupportType
from supports.models import Support
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
    assert packet.student["closed"] == sent.closed == 8  # six entries, a note and the version of them
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
    assert [word for word in CLOSED if word in text] == ["basicneed", "talkwords"], "what was kept close stays"
    assert (second.row.opened, second.row.opened_by, second.row.closed) == (
        ["family"],
        navigator,
        ["health", "wellbeing"],
    )
    assert AuditEvent.objects.get(action="packet.open").actor_id == navigator.pk


def test_one_yes_makes_one_packet_soon_after_it_was_said(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    first = send(plan_lead, world)
    open_packet(by=viewer_of(navigator), packet=first.row)
    lead = lead_in(plan_lead, world)
    export = reverse("packet_export", args=[world.student.public_id])
    late = timezone.now() - timedelta(days=31)
    TransferPacket.objects.update(opened_at=late)
    assert "Make it once more" not in lead.get(export).content.decode()
    with pytest.raises(PlanError, match="30 days"):
        send(plan_lead, world, first.row)
    TransferPacket.objects.update(opened_at=timezone.now())

    second = send(plan_lead, world, first.row)

    assert second.row.after == first.row
    assert "Make it once more" not in lead.get(export).content.decode()
    for row in (first.row, second.row):
        with pytest.raises(PlanError, match="one packet"):
            send(plan_lead, world, row)
    answer = lead.post(export, {"after": str(first.row.public_id)})
    assert (answer.status_code, TransferPacket.objects.count()) == (422, 2)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_packet_and_the_second_is_told_so(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    first = send(plan_lead, world)
    open_packet(by=viewer_of(navigator), packet=first.row)
    lead = lead_in(plan_lead, world)
    answers = []

    def press() -> None:
        try:
            export = reverse("packet_export", args=[world.student.public_id])
            answers.append(lead.post(export, {"after": str(first.row.public_id)}))
        finally:
            connection.close()

    second = threading.Thread(target=press)
    with transaction.atomic():
        made = send(plan_lead, world, first.row)
        second.start()
        assert waits_for_us(), "the second press came while the first was being made"
    second.join()

    (answer,) = answers
    assert answer.status_code == 422
    assert "One yes makes one packet, and it was made." in answer.text
    assert list(TransferPacket.objects.filter(after=first.row)) == [made.row]
    assert AuditEvent.objects.filter(action="packet.send").count() == 2


def waits_for_us() -> bool:
    """Whether somebody waits, within half a minute, for a lock this connection holds."""
    ends = monotonic() + 30
    while monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone() == (True,):
                return True
        sleep(0.02)
    return False


def test_packets_made_before_the_rule_are_linked_to_the_yes_they_came_of(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    first = send(plan_lead, world).row
    open_packet(by=viewer_of(navigator), packet=first)
    yes = TransferPacket.objects.get().opened_at
    later = [send(plan_lead, world).row.pk for _n in range(2)]
    TransferPacket.objects.filter(pk__in=later).update(opened=["family"], opened_by=navigator, opened_at=yes)
    alone = send(plan_lead, world).row
    migration = import_module("success_plans.migrations.0008_one_yes_makes_one_packet")

    with connection.cursor() as cursor:
        cursor.execute(migration.FIRST_FOLLOWS)

    linked = dict(TransferPacket.objects.values_list("pk", "after"))
    assert linked == {first.pk: None, later[0]: first.pk, later[1]: None, alone.pk: None}
    assert [row.pk for row in TransferPacket.objects.all() if may_follow(row)] == []


def test_what_was_written_or_changed_after_the_yes_stays_here(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    changed = make.NeedFactory(plan=closed_plan, author=navigator, text="changedneed", domain=NeedDomain.BASIC)
    first = send(plan_lead, world)
    open_packet(by=viewer_of(navigator), packet=first.row)
    later = timezone.now() + timedelta(seconds=1)
    new = make.NeedFactory(plan=closed_plan, author=navigator, text="newneed", domain=NeedDomain.BASIC)
    type(new).objects.filter(pk=new.pk).update(created_at=later)
    type(new).objects.filter(pk=changed.pk).update(changed_at=later)
    talk = ContactAttempt.objects.get()
    talk.pk, talk.public_id, talk.key, talk.note = None, uuid4(), uuid4(), "latertalk"
    talk.save()
    ContactAttempt.objects.filter(pk=talk.pk).update(created_at=later)
    Amendment.objects.create(
        plan=closed_plan,
        about="need",
        about_id=closed_plan.needs.get(text="basicneed").public_id,
        voice="family",
        text="laterwords",
        language="en",
        author=navigator,
    )
    Amendment.objects.update(created_at=later)

    second = send(plan_lead, world, first.row)

    text = inside(second)
    assert [word for word in ("newneed", "changedneed", "latertalk", "laterwords") if word in text] == []
    assert "basicneed" in text
    assert "talkwords" in text
    assert "family" in second.row.closed


def test_a_support_that_moved_on_after_the_yes_stays_here(world: World, closed_plan: Plan, plan_lead: Any) -> None:
    before = timezone.now() - timedelta(hours=1)
    owner = closed_plan.created_by
    same = {"student": world.student, "owner": owner, "type": SupportType.COUNSELLING, "competency": None}
    for title in ("steadywords", "movingwords"):
        make.SupportFactory(title=title, created_at=before, **same)
    moving = Support.objects.get(title="movingwords")
    Support.objects.filter(pk=moving.pk).update(provider="Somebody else")

    packet, kept = gather(
        viewer=viewer_of(plan_lead),
        student=world.student,
        domains=frozenset({"wellbeing"}),
        until=before + timedelta(minutes=30),
    )

    assert [row["title"] for row in packet.rows["supports"]] == ["steadywords"]
    assert "wellbeing" in kept.domains


def test_what_was_kept_close_is_never_offered_to_be_opened(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    closed_plan.needs.all().delete()
    ContactAttempt.objects.all().delete()
    make.NeedFactory(
        plan=closed_plan, author=navigator, text="nearneed", domain=NeedDomain.BASIC, audience=Audience.CLOSE
    )

    sent = send(plan_lead, world)

    assert "nearneed" not in inside(sent)
    assert "family" not in sent.row.closed
    assert (
        "never goes along"
        in lead_in(plan_lead, world).get(reverse("packet_export", args=[world.student.public_id])).content.decode()
    )


@pytest.mark.parametrize("how", ["link", "person"])
def test_a_yes_ends_with_what_made_it_one(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any, how: str
) -> None:
    first = send(plan_lead, world)
    open_packet(by=viewer_of(navigator), packet=first.row)
    if how == "link":
        Relationship.objects.filter(person=navigator, student=world.student).delete()
    else:
        Person.objects.filter(pk=navigator.pk).update(is_active=False)

    with pytest.raises(PlanError, match="any more"):
        send(plan_lead, world, first.row)


def test_a_note_of_a_talk_alone_is_told_and_can_be_opened(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any
) -> None:
    closed_plan.needs.all().delete()
    sent = send(plan_lead, world)

    assert "family" in sent.row.closed
    assert open_packet(by=viewer_of(navigator), packet=sent.row) == {"family"}
    assert "talkwords" in inside(send(plan_lead, world, sent.row))


def test_opening_twice_or_too_late_is_told_and_never_refused_as_a_stranger_is(
    world: World, closed_plan: Plan, plan_lead: Any, navigator: Any, teacher: Any, client_of: Any
) -> None:
    sent = send(plan_lead, world)
    address = reverse("packet_open", args=[sent.row.public_id])
    tab = client_of(navigator)
    for _time in range(2):
        assert "It may go along now" in tab.post(address, follow=True).content.decode()
    assert tab.get(address).status_code == 403
    TransferPacket.objects.update(opened=[], opened_by=None, created_at=timezone.now() - timedelta(days=31))
    page = tab.post(address, follow=True)
    assert page.status_code == 200
    assert "within 30 days" in page.content.decode()
    assert client_of(teacher).post(address).status_code == 403


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
    assert "<b>Family and basic needs</b>" in tab.get(address).content.decode()
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
