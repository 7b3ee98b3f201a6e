"""Taking a packet in: a dry look first, then everything at once or nothing; twice is once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Max, Model, Q, TextField
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import JobKind, JobState
from accounts.models import Job, School, Student
from accounts.permissions import Viewer
from assessments.choices import Priority
from assessments.models import Evidence
from assessments.services.requests import request_refresh
from success_plans.choices import PacketDirection, PlanState, TemplateKind
from success_plans.models import (
    Goal,
    MeetingAttendee,
    Need,
    Plan,
    PlanStatement,
    PlanVersion,
    TransferPacket,
    TranslationRequest,
)
from success_plans.selectors.packets import MODELS
from success_plans.selectors.sent_packets import received_before
from success_plans.services.packets.people import (
    free_id,
    receive_competencies,
    receive_conference,
    receive_files,
    receive_people,
    receive_student,
)
from success_plans.transfer.packet import Packet, typed_rows, unpack
from success_plans.transfer.shape import TABLES, How, PacketError, Table, Wrong, understood
from success_plans.versions.snapshot import WORDS, NewerSnapshotError, SnapshotError, digest, from_json

_BY_STUDENT = frozenset({"supports", "check_ins", "contacts", "consents", "evidence"})
_PLAN_OF = {
    "sessions": "support__student",
    "referral_steps": "support__student",
    "attendees": "meeting__plan__student",
    "decisions": "meeting__plan__student",
    "agreements": "of_version__plan__student",
}
"""Tables whose rows hang on a row of another one, and how they reach their student."""
_TRANSLATED: dict[str, type[Model]] = {"statement": PlanStatement, "goal": Goal, "need": Need}
"""What a translation of a packet can be of."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a packet in would do. Nothing is written for it."""

    packet: Packet
    digest: str
    name: str
    counts: dict[str, int]
    already_here: dict[str, int]
    held_back: int
    before: TransferPacket | None


@dataclass
class Received:
    """What was taken in. `is_repeat`: it was here already, and nothing was written."""

    row: TransferPacket
    written: dict[str, int] = field(default_factory=dict)
    is_repeat: bool = False


def preview(*, by: Viewer, school: School, content: bytes) -> Preview:
    """Read a packet and count what it brings. Raises PacketError for anything that is not one."""
    packet, sum_of = unpack(content)
    already = {}
    for table in TABLES:
        rows = typed_rows(packet, table.name)
        ids = [row["id"] for row in rows]
        here = MODELS[table.name]._default_manager.filter(public_id__in=ids).count()
        if here:
            already[table.name] = here
    _check_versions(packet)
    stayed = [packet.student.get(name) for name in ("held_back", "closed")]
    given, family = (str(packet.student.get(name) or "") for name in ("given_name", "family_name"))
    return Preview(
        packet=packet,
        digest=sum_of,
        name=f"{given} {family}".strip(),
        counts=packet.counts(),
        already_here=already,
        held_back=sum(n for n in stayed if isinstance(n, int) and not isinstance(n, bool) and 0 < n < 100_000),
        before=received_before(viewer=by, school_id=school.pk, digest=sum_of),
    )


def keep_upload(*, by: Viewer, school: School, content: bytes) -> Job:
    """Keep an uploaded packet until the lead has looked and said yes or no."""
    with transaction.atomic():
        job = Job(
            kind=JobKind.IMPORT_PACKET,
            state=JobState.WAITING,
            title=_("transfer packet"),
            parameters={"school": str(school.public_id)},
            created_by_id=by.actor_id,
        )
        job.upload.save(f"{job.public_id}", ContentFile(content), save=False)
        job.save()
    return job


def waiting_upload(*, by: Viewer, public_id: UUID) -> Job | None:
    """One's own upload that still waits for an answer."""
    return Job.objects.filter(
        public_id=public_id,
        kind=JobKind.IMPORT_PACKET,
        state=JobState.WAITING,
        created_by=by.actor_id,
    ).first()


def close_upload(*, by: Viewer, job: Job, state: JobState) -> None:
    """Answered: the file goes, the line stays."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, created_by=by.actor_id).update(state=state, finished_at=timezone.now(), upload="")
        job.upload.delete(save=False)


def receive_packet(*, by: Viewer, school: School, content: bytes, student: Student | None) -> Received:
    """Take a packet in, for a student of this school's roster or (None) for a new one; all of it or nothing.

    The same content again changes nothing. Entries that are here already stay as they are; what has no place is
    kept with the packet. Raises PacketError with nothing written.
    """
    packet, sum_of = unpack(content)
    _check_versions(packet)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('transfer_packet'))")
            before = received_before(viewer=by, school_id=school.pk, digest=sum_of)
            if before is not None:
                return Received(before, is_repeat=True)
            return _write(by, school, packet, sum_of, student)
    except (ValidationError, DataError, IntegrityError, KeyError) as error:
        raise PacketError(Wrong.BAD_VALUE, _where(error)) from error


def _write(by: Viewer, school: School, packet: Packet, sum_of: str, student: Student | None) -> Received:
    target = student or receive_student(by=by, packet=packet, school=school)
    work = _Work(by, target, packet, receive_people(by=by, packet=packet, student=target))
    work.competencies, unknown = receive_competencies(by=by, packet=packet)
    work.files, refused = receive_files(by=by, packet=packet, student=target)
    work.plan = _plan(by, packet, target)
    written = {table.name: work.write(table) for table in TABLES}
    if written["evidence"]:
        request_refresh([target.pk], priority=Priority.IMPORT)
    left_over: dict[str, Any] = {**packet.left_over}
    if refused:
        left_over["files"] = refused
    if work.left_over:
        left_over["rows"] = work.left_over
    row = TransferPacket.objects.create(
        student=target,
        school=school,
        direction=PacketDirection.RECEIVED,
        other_party=_sender_name(packet),
        reason=_("enrolment here"),
        digest=sum_of,
        counts={name: n for name, n in written.items() if n} | {"unknown_competencies": unknown},
        left_over=left_over,
        created_by_id=by.actor_id,
    )
    audit.record(
        by=by.person_id,
        action="packet.receive",
        subject_type="transferpacket",
        subject_id=row.public_id,
        students=[target.pk],
        details={"digest": sum_of, "other_party": row.other_party},
    )
    return Received(row, written)


class _Work:
    """One packet being written: what its ids are called here."""

    def __init__(self, by: Viewer, student: Student, packet: Packet, people: dict[UUID, int]) -> None:
        self.by, self.student, self.packet, self.people = by, student, packet, people
        self.plan: Plan | None = None
        self.competencies: dict[UUID, int] = {}
        self.files: dict[UUID, int] = {}
        self.ids: dict[UUID, UUID] = {}
        self.rows: dict[UUID, Model] = {}
        self.left_over: list[dict[str, str]] = []
        self.versions = 0

    def write(self, table: Table) -> int:
        """Write the rows of a table that are not here yet; how many that were."""
        model = MODELS[table.name]
        fresh = []
        for values in typed_rows(self.packet, table.name):
            identity: UUID = values.pop("id")
            here = self._here(table, model, identity)
            if here is None:
                wanted = free_id(model, identity, str(self.student.public_id))
                here = self._here(table, model, wanted)
                if here is None:
                    row = self._row(table, model, wanted, values)
                    if row is None:
                        self.left_over.append({"table": table.name, "id": str(identity)})
                        continue
                    fresh.append(row)
                    here = row
            self.rows[identity] = here
            self.ids[identity] = here.public_id  # type: ignore[attr-defined]
        model._default_manager.bulk_create(fresh, batch_size=500)
        return len(fresh)

    def _here(self, table: Table, model: type[Model], identity: UUID) -> Model | None:
        """This very row of this very student, when an earlier packet brought it or it never left."""
        rows = model._default_manager.filter(public_id=identity)
        if table.name == "translations":
            rows = rows.filter(_of_plan(self.plan))
        elif table.name in _PLAN_OF:
            rows = rows.filter(**{_PLAN_OF[table.name]: self.student})
        else:
            rows = rows.filter(student=self.student) if table.name in _BY_STUDENT else rows.filter(plan=self.plan)
        found: Model | None = rows.first()
        return found

    def _row(self, table: Table, model: type[Model], identity: UUID, values: dict[str, Any]) -> Model | None:
        ready: dict[str, Any] = {"public_id": identity}
        for name, how in table.fields.items():
            value = values[name]
            if how is How.PERSON:
                ready[f"{name}_id"] = self._look_up(self.people, value, table, name)
            elif how is How.COMPETENCY:
                ready[f"{name}_id"] = self._look_up(self.competencies, value, table, name)
            elif how is How.FILE:
                ready[f"{name}_id"] = self.files.get(value) if value else None
            elif how is How.ROW:
                parent = self.rows.get(value)
                if parent is None and (value is not None or not model._meta.get_field(name).null):
                    return None
                ready[name] = parent
            elif table.name == "translations" and name in {"about", "about_id"}:
                continue
            elif name == "support_id":
                ready["support"] = self.rows.get(value) if value else None
            elif name == "about_id":
                ready[name] = self.ids.get(value, value)
            elif value is None and how is How.TEXT:
                ready[name] = ""
            else:
                ready[name] = value
        if table.name in _BY_STUDENT:
            ready["student"] = self.student
        elif table.name == "translations":
            text = self.rows.get(values["about_id"])
            if text is None or not isinstance(text, _TRANSLATED.get(values["about"], ())):
                return None
            ready[values["about"]] = text
        elif table.name not in _PLAN_OF:
            ready["plan"] = self.plan
        return self._finish(table, model(**ready))

    def _finish(self, table: Table, row: Any) -> Model | None:
        """What a table asks for beside its fields; None for a row that has no place here."""
        if table.name == "statements" and not row.text and row.file_id is None:
            return None
        if table.name == "pointers" and row.ended_on is None:
            taken = MODELS["pointers"]._default_manager.filter(plan=row.plan, kind=row.kind, ended_on__isnull=True)
            if taken.exists():
                return None
        if table.name == "translations" and self._is_said_here(row):
            return None
        if table.name == "meetings":
            row.conference = receive_conference(row.conference or {}, self.ids)
        if table.name == "attendees" and self._is_invited_here(row):
            return None
        if table.name == "consents":  # never in force here, whatever the packet says of it
            row.elsewhere = row.elsewhere or _sender_name(self.packet)
        if table.name == "supports" and not _are_wordings(row.family_wordings):
            raise PacketError(Wrong.BAD_VALUE, "supports.family_wordings")
        if table.name == "versions":
            number = row.template.get("number")
            if not isinstance(number, int) or row.template.get("kind") not in TemplateKind.values:
                row.template = {}
            top = PlanVersion.objects.filter(plan=row.plan).aggregate(top=Max("number"))["top"] or 0
            if top:  # this plan went on here: what comes from elsewhere is counted after it
                self.versions += 1
                row.number = top + self.versions
        if isinstance(row, Evidence):
            row.key = row.order_key = row.public_id
            row.source, row.source_id = "packet", str(row.public_id)
        keys = [f.name for f in row._meta.concrete_fields if f.is_relation]
        plain = [name for name, how in table.fields.items() if how is How.PLAIN]
        row.clean_fields(exclude=[*keys, *plain, "id"])
        for f in row._meta.concrete_fields:  # a text field's length is a form's matter, and this came through none
            if isinstance(f, TextField) and f.max_length and len(getattr(row, f.attname) or "") > f.max_length:
                raise PacketError(Wrong.BAD_VALUE, f"{table.name}.{f.name}")
        done: Model = row
        return done

    def _is_invited_here(self, row: Any) -> bool:
        """Whether this person is at a meeting that is here already."""
        if row.person_id is None or row.meeting.pk is None:
            return False
        return MeetingAttendee.objects.filter(meeting=row.meeting, person_id=row.person_id).exists()

    def _is_said_here(self, row: Any) -> bool:
        """Whether this text has words in this language here already; a text that only now arrives has none."""
        of = {name: getattr(row, name) for name in _TRANSLATED if getattr(row, name) is not None}
        if any(text.pk is None for text in of.values()):
            return False
        return TranslationRequest.objects.filter(language=row.language, **of).exists()

    def _look_up(self, known: dict[UUID, int], value: UUID | None, table: Table, name: str) -> int | None:
        if value is None:
            return None
        if value not in known:
            raise PacketError(Wrong.BAD_VALUE, f"{table.name}.{name}")
        return known[value]


def _plan(by: Viewer, packet: Packet, student: Student) -> Plan:
    facts = packet.plan
    template, state = facts.get("template"), facts.get("state")
    defaults: dict[str, Any] = {"created_by_id": by.actor_id}
    if template in TemplateKind.values and state in PlanState.values:
        defaults |= {"template": template, "state": state}
    begun = understood(How.MOMENT, facts.get("created_at"), "plan.created_at")
    if begun is not None:
        defaults["created_at"] = begun
    plan, _is_new = Plan.objects.get_or_create(student=student, defaults=defaults)
    return plan


def _check_versions(packet: Packet) -> None:
    """Every agreed version says what was agreed, to the letter."""
    for row in packet.rows["versions"]:
        try:
            whole = from_json(row.get("content"))
        except NewerSnapshotError as error:
            raise PacketError(Wrong.NEWER, "versions.content") from error
        except SnapshotError as error:
            raise PacketError(Wrong.BAD_VALUE, "versions.content") from error
        if digest(whole) != row.get("digest"):
            raise PacketError(Wrong.CHANGED, "versions.content")
        for entry in whole.entries:
            understood(How.KEY, entry.id, "versions.content")
            for name, value in entry.fields.items():
                _check_told(name, value)


def _check_told(name: str, value: Any) -> None:
    """A field of an agreed version is of a kind a page can tell: a packet is not the only thing that could be wrong."""
    if name.endswith("_on") or name == "meeting":
        understood(How.DATE if name.endswith("_on") else How.KEY, value or None, f"versions.content.{name}")
    elif isinstance(value, dict) != (name == "wordings") or (name in WORDS and not isinstance(value, str | None)):
        raise PacketError(Wrong.BAD_VALUE, f"versions.content.{name}")


def _sender_name(packet: Packet) -> str:
    return str(packet.sender.get("school_name") or packet.sender.get("district_name") or "?")[:300]


def _of_plan(plan: Plan | None) -> Q:
    return Q(statement__plan=plan) | Q(goal__plan=plan) | Q(need__plan=plan)


def _are_wordings(value: Any) -> bool:
    """Text by name, by language."""
    return isinstance(value, dict) and all(
        isinstance(words, dict) and all(isinstance(text, str) for text in words.values()) for words in value.values()
    )


def _where(error: Exception) -> str:
    if isinstance(error, ValidationError) and hasattr(error, "message_dict"):
        return ", ".join(sorted(error.message_dict))[:200]
    return type(error).__name__
