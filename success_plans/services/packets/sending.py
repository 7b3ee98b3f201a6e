"""Sending a plan to another school: the packet, the disclosure, the copy people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Permission, Viewer, can
from success_plans.choices import AttendeeRole, ConsentKind, MeetingKind, PacketDirection, ProposalState
from success_plans.errors import PlanError
from success_plans.models import TransferPacket
from success_plans.selectors.holds import held
from success_plans.selectors.moments import snapshot
from success_plans.selectors.packets import gather
from success_plans.selectors.sent_packets import may_follow, opened_still, opens
from success_plans.selectors.telling import parts
from success_plans.transfer.packet import Packet, pack

PREPARED = ("proud", "edge", "next", "questions")
"""What a student wrote down for a conference, in this order."""
_WORDS = {"proposal": ProposalState, "meeting": MeetingKind, "role": AttendeeRole, "consent": ConsentKind}


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet that was made: the file, and the row that records the disclosure. `held_back`: entries on hold;
    `closed`: entries about health, wellbeing and family that stayed here."""

    content: bytes
    row: TransferPacket
    held_back: int
    closed: int


def open_packet(*, by: Viewer, packet: TransferPacket) -> frozenset[str]:
    """A second person lets what they read themself go along with a packet that left without it. Which domains.

    PlanError for whoever made the packet, reads none of what stayed, or comes too late. Opened twice is opened once.
    """
    with transaction.atomic():
        row = TransferPacket.objects.select_for_update(of=("self",)).select_related("student").get(pk=packet.pk)
        assert row.student is not None
        domains = opens(viewer=by, student=row.student, packet=row)
        if not domains:
            if row.opened_by_id is not None and row.opened_by_id == by.person_id:
                return frozenset(row.opened)
            raise PlanError(_("What stayed here is opened by somebody else, who reads it, within 30 days."))
        row.opened, row.opened_by_id, row.opened_at = sorted(domains), by.actor_id, timezone.now()
        row.save(update_fields=["opened", "opened_by", "opened_at"])
        audit.record(
            by=by.person_id,
            action="packet.open",
            subject_type="transferpacket",
            subject_id=row.public_id,
            students=[row.student.pk],
            details={"domains": row.opened, "other_party": row.other_party},
        )
    return domains


def send_packet(
    *, by: Viewer, student: Student, other_party: str, reason: str, after: TransferPacket | None = None
) -> Sent:
    """Make the packet of a student of one's school and record to whom it goes and why.

    `after`: a packet that left before, of which a second person opened closed parts; they go along now, to the same
    receiver for the same reason, as they stood when they were opened. One yes makes one packet, within 30 days. Without
    one nothing closed goes along, whoever makes it.

    PlanError without a receiver or a reason, for a plan under a hold, and for whoever does not lead the school.
    """
    party, words = other_party.replace("\x00", "").strip()[:300], reason.replace("\x00", "").strip()[:500]
    if not party:
        raise PlanError(_("Say who receives the plan."))
    if not words:
        raise PlanError(_("Say why the plan is sent."))
    if student.school is None or not can(by, Permission.TRANSFER_PLANS, student.school).allowed:
        raise PlanError(_("A plan is sent by a plan lead of the student’s school."))
    if held(student).whole_plan:
        raise PlanError(_("This plan is on hold for safety. Please ask the privacy officer before it is sent."))
    with transaction.atomic():
        source = _yes(by, student, after) if after is not None else None
        if source is not None:
            party, words = source.other_party, source.reason
        domains = _domains(by, student, source) if source is not None else frozenset()
        until = source.opened_at if source is not None else None
        packet, kept = gather(viewer=by, student=student, domains=domains, until=until)
        content, digest = pack(packet, made_at=timezone.now().isoformat(), copy=_copy(by, student, packet, party))
        row = TransferPacket.objects.create(
            student=student,
            school=student.school,
            direction=PacketDirection.SENT,
            other_party=party,
            reason=words,
            digest=digest,
            counts=packet.counts(),
            closed=sorted(kept.domains),
            opened=sorted(domains),
            opened_by_id=source.opened_by_id if source is not None else None,
            opened_at=until,
            after=source,
            created_by_id=by.actor_id,
        )
        audit.record(
            by=by.person_id,
            action="packet.send",
            subject_type="transferpacket",
            subject_id=row.public_id,
            students=[student.pk],
            reason=words,
            details={
                "other_party": party,
                "digest": digest,
                "held_back": kept.held,
                "closed": kept.closed,
                "opened": sorted(domains),
            },
        )
    return Sent(content, row, kept.held, kept.closed)


def _yes(by: Viewer, student: Student, after: TransferPacket) -> TransferPacket:
    """The packet whose closed parts may go along now, locked: one packet is made of it, whoever else tries."""
    # what follows it is asked for once the lock is held: a join would be read while another press still waits to write
    row = TransferPacket.objects.select_for_update().get(pk=after.pk)
    if row.student_id != student.pk or not row.opened:
        raise PlanError(_("Nobody has opened the closed parts of this packet yet."))
    if row.opened_by_id == by.person_id:
        raise PlanError(_("Somebody else than the person who opened the closed parts makes this packet."))
    if TransferPacket.objects.filter(after=row).exists():
        raise PlanError(
            _("One yes makes one packet, and it was made. If the file did not reach you, send the plan anew.")
        )
    if not may_follow(row):
        raise PlanError(_("Letting parts go along holds for one packet and for 30 days. Send the plan anew."))
    return row


def _domains(by: Viewer, student: Student, source: TransferPacket) -> frozenset[str]:
    """What was opened of a packet, as far as whoever opened it still reads it."""
    domains = opened_still(viewer=by, student=student, packet=source)
    if not domains:
        raise PlanError(_("Whoever opened the closed parts does not read them here any more. Send the plan anew."))
    return domains


def _copy(by: Viewer, student: Student, packet: Packet, party: str) -> str:
    """The packet as people read it: the plan as it stands, less what is not in the packet, and its agreed versions."""
    travelling = {str(row["id"]) for rows in packet.rows.values() for row in rows}
    whole = snapshot(viewer=by, student=student)
    plan = whole.without({entry.id for entry in whole.entries} - travelling)
    context = {
        "student": packet.student,
        "sender": packet.sender,
        "party": party,
        "on": timezone.localdate(),
        "parts": parts(plan),
        "packet": packet,
        "versions": [
            row | {"agreements": [a for a in packet.rows["agreements"] if a["of_version"] == row["id"]]}
            for row in packet.rows["versions"]
        ],
        "evidence": [
            row | {"what": packet.competencies[row["competency"]], "level": _level(packet, row)}
            for row in packet.rows["evidence"]
        ],
        **_around(packet),
    }
    return render_to_string("success_plans/packet_copy.html", context)


def _around(packet: Packet) -> dict[str, list[dict[str, Any]]]:
    """Proposals, meetings, consents and translations with names and words in place of ids and codes."""
    kinds = {name: dict(kind.choices) for name, kind in _WORDS.items()}
    rows = packet.rows
    return {
        "proposals": [
            row
            | {
                "by": _name(packet, row["author"]),
                "answered": _name(packet, row["answered_by"]),
                "state": kinds["proposal"].get(row["state"], row["state"]),
            }
            for row in rows["proposals"]
        ],
        "meetings": [
            meeting
            | {
                "kind": kinds["meeting"].get(meeting["kind"], meeting["kind"]),
                "people": [
                    row | {"name": row["name"] or _name(packet, row["person"]), "role": kinds["role"].get(row["role"])}
                    for row in rows["attendees"]
                    if row["meeting"] == meeting["id"]
                ],
                "prepared": [meeting["conference"][name] for name in PREPARED if meeting["conference"].get(name)],
            }
            for meeting in rows["meetings"]
        ],
        "consents": [
            row | {"by": _name(packet, row["given_by"]), "kind": kinds["consent"].get(row["kind"], row["kind"])}
            for row in rows["consents"]
        ],
        "translations": [row for row in rows["translations"] if row["text"]],
    }


def _name(packet: Packet, key: object) -> str:
    facts = packet.people.get(str(key), {})
    return f"{facts.get('preferred_name') or facts.get('given_name', '')} {facts.get('family_name', '')}".strip()


def _level(packet: Packet, row: dict[str, object]) -> str:
    framework = packet.frameworks[packet.competencies[str(row["competency"])]["framework"]]
    for level in framework["levels"]:
        if level["value"] == row["value"]:
            return str(level["names"].get("en") or next(iter(level["names"].values()), ""))
    return str(row["value"] or "")
