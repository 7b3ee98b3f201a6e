"""Gathering a student's plan into a transfer packet. What must not travel is not asked for in the first place.

Consents travel as history only: each names where it was given, and opens nothing where it arrives. Who came to a
meeting travels by role; adults at school and people from outside as their name, family and the student as themselves.

Not in a packet: flags and what they said, sentences and proposals taken back, wording the family has not been shown,
working notes, help requests, who looked, addresses and accounts of people. Entries under a safety hold stay here, and
so do agreed versions that contain one; the packet says how many were kept back. The same holds for what is about
health, wellbeing and family: it goes along only where a second person, who reads it here, let it (`sent_packets`), as
it stood then. What was kept close stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.choices import RelationshipKind
from accounts.files import open_file
from accounts.households import marks_of
from accounts.models import District, Person, Relationship, StoredFile, Student
from accounts.permissions import Viewer
from assessments.models import Evidence
from competencies.models import Competency, Framework, Level
from success_plans.choices import (
    ProposalState,
)
from success_plans.models import (
    Agreement,
    Amendment,
    CheckIn,
    Consent,
    ContactAttempt,
    Decision,
    EntryFinding,
    FamilyWays,
    Goal,
    Meeting,
    MeetingAttendee,
    Need,
    PathwayChoice,
    Plan,
    PlanPointer,
    PlanStatement,
    PlanVersion,
    Proposal,
    TranslationRequest,
)
from success_plans.selectors.holds import held
from success_plans.selectors.packet_closed import FAMILY, KeptHere, Yes, closed, hold_back, moved
from success_plans.transfer.packet import Packet
from success_plans.transfer.shape import TABLES, How, Table, written
from supports.models import ReferralEvent, Support, SupportSession

MODELS: Mapping[str, type[Model]] = {
    "statements": PlanStatement,
    "findings": EntryFinding,
    "pointers": PlanPointer,
    "needs": Need,
    "goals": Goal,
    "pathways": PathwayChoice,
    "ways": FamilyWays,
    "amendments": Amendment,
    "proposals": Proposal,
    "translations": TranslationRequest,
    "consents": Consent,
    "supports": Support,
    "sessions": SupportSession,
    "referral_steps": ReferralEvent,
    "meetings": Meeting,
    "attendees": MeetingAttendee,
    "decisions": Decision,
    "check_ins": CheckIn,
    "contacts": ContactAttempt,
    "versions": PlanVersion,
    "agreements": Agreement,
    "evidence": Evidence,
}
"""The model behind each table of the packet."""

TRANSLATED = ("statement", "goal", "need")
"""What a translation can be of: its fields, and the `about` of its row in a packet."""


def gather(
    *, viewer: Viewer, student: Student, domains: frozenset[str] = frozenset(), until: datetime | None = None
) -> tuple[Packet, KeptHere]:
    """The packet of a student, and what stays here. The service asks who may send it.

    Of what is about health, wellbeing and family nothing goes along but the `domains` that a second person opened, as
    they stood when that person opened them (`until`): what was written or changed since stays. What was kept close
    stays always.

    A constant number of queries and one read for each file.
    """
    district = District.objects.first()
    packet = Packet(
        sender={
            "district": str(district.public_id) if district else "",
            "district_name": district.name if district else "",
            "school_name": student.school.name if student.school else "",
        },
        student={
            "id": str(student.public_id),
            "person": str(student.person.public_id),
            "given_name": student.person.given_name,
            "family_name": student.person.family_name,
            "preferred_name": student.person.preferred_name,
            "languages": student.person.languages,
            "grade": student.grade,
        },
    )
    plan = Plan.objects.filter(student=student).first()
    if plan is not None:
        packet.plan = {"template": plan.template, "state": plan.state, "created_at": plan.created_at.isoformat()}
    holds = held(student)
    found = {table.name: list(_scope(table.name, student)) for table in TABLES}
    for row in found["translations"]:
        row.about, row.about_id = _translated(row)
    _name_attendees(found["attendees"], student)
    for row in found["consents"]:
        if row.partner is not None:  # a partner of here is told by its name; it is nobody there
            row.about = row.partner.name[:200]
        row.elsewhere = row.elsewhere or packet.sender["school_name"] or packet.sender["district_name"] or "?"
    yes = Yes(domains, until, moved(viewer=viewer, found=found, until=until))
    shut = closed(found, yes)
    blanked = {talk.public_id for talk in found["contacts"] if talk.note and yes.keeps_here(talk, FAMILY)}
    for talk in found["contacts"]:
        if talk.public_id in blanked:
            talk.note = ""  # read by whoever holds the plan
    kept_back = hold_back(found, holds, shut, blanked)
    persons = _public_ids(Person, found, How.PERSON)
    competencies = _public_ids(Competency, found, How.COMPETENCY)
    files = _public_ids(StoredFile, found, How.FILE)
    names = {How.PERSON: persons, How.COMPETENCY: competencies, How.FILE: files}
    for table in TABLES:
        packet.rows[table.name] = [_row(table, row, names) for row in found[table.name]]
    for support in packet.rows["supports"]:
        if support["shared_at"] is None:  # the family has not seen these words, so they are nobody's yet
            support["family_wordings"] = {}
    _keep_what_travels(packet)
    _add_people(packet, student, persons)
    _add_competencies(packet, competencies)
    _add_files(packet, files)
    packet.student |= {"held_back": kept_back.held, "closed": kept_back.closed}
    return packet, kept_back


def _scope(table: str, student: Student) -> QuerySet[Any]:
    rows: QuerySet[Any] = MODELS[table]._default_manager.order_by("pk")
    if table in {"statements", "findings"}:
        return rows.filter(plan__student=student, withdrawn_at__isnull=True)
    if table == "consents":
        return rows.filter(student=student).select_related("partner")
    if table in {"supports", "contacts"}:
        return rows.filter(student=student)
    if table == "proposals":
        return rows.filter(plan__student=student).exclude(state=ProposalState.WITHDRAWN).select_related("goal")
    if table == "translations":
        return rows.filter(
            Q(statement__plan__student=student, statement__withdrawn_at__isnull=True)
            | Q(goal__plan__student=student)
            | Q(need__plan__student=student)
        ).select_related(*TRANSLATED)
    if table == "attendees":
        return rows.filter(meeting__plan__student=student).select_related("meeting", "person")
    if table == "sessions":
        return rows.filter(support__student=student, undone_at__isnull=True).select_related("support")
    if table == "referral_steps":
        return rows.filter(support__student=student).select_related("support")
    if table == "decisions":
        return rows.filter(meeting__plan__student=student, withdrawn_at__isnull=True).select_related(
            "meeting", "support"
        )
    if table == "check_ins":
        return rows.filter(student=student, undone_at__isnull=True)
    if table == "agreements":
        return rows.filter(of_version__plan__student=student).select_related("of_version")
    if table == "evidence":
        return rows.filter(
            Q(student=student) | Q(student__alias_of=student), withdrawn_at__isnull=True, superseded_at__isnull=True
        )
    return rows.filter(plan__student=student)


def _translated(row: TranslationRequest) -> tuple[str, UUID]:
    """Which text a translation is of: its kind and its id."""
    of = {name: getattr(row, name) for name in TRANSLATED}
    name = next(name for name, text in of.items() if text is not None)
    return name, of[name].public_id


def _keep_what_travels(packet: Packet) -> None:
    """What a student prepared for a conference names sentences and pieces of the packet only."""
    travelling = {row["id"] for table in ("statements", "evidence") for row in packet.rows[table]}
    for meeting in packet.rows["meetings"]:
        lists = {name: value for name, value in meeting["conference"].items() if isinstance(value, list)}
        meeting["conference"] |= {name: [pk for pk in ids if pk in travelling] for name, ids in lists.items()}


def _name_attendees(rows: Iterable[MeetingAttendee], student: Student) -> None:
    """Whoever is neither family nor the student travels by name: a meeting elsewhere makes nobody a person here."""
    own = {student.person_id} | set(
        Relationship.objects.filter(student=student, kind=RelationshipKind.GUARDIAN).values_list("person_id", flat=True)
    )
    for row in rows:
        if row.person is not None and row.person_id not in own:
            row.name, row.person = row.person.display_name[:200], None


def _public_ids(model: type[Model], found: Mapping[str, list[Any]], how: How) -> dict[int, str]:
    wanted = {
        getattr(row, f"{name}_id")
        for table in TABLES
        for name, one in table.fields.items()
        if one is how
        for row in found[table.name]
    }
    rows = model._default_manager.filter(pk__in=wanted - {None}).values_list("pk", "public_id")
    return {pk: str(public_id) for pk, public_id in rows}


def _row(table: Table, row: Any, names: Mapping[How, Mapping[int, str]]) -> dict[str, Any]:
    values: dict[str, Any] = {"id": str(row.public_id)}
    for name, how in table.fields.items():
        if how in names:
            values[name] = names[how].get(getattr(row, f"{name}_id"))
        elif how is How.ROW:
            parent = getattr(row, name)
            values[name] = str(parent.public_id) if parent is not None else None
        elif name == "support_id":
            values[name] = str(row.support.public_id) if row.support is not None else None
        else:
            values[name] = written(how, getattr(row, name))
    return values


def _add_people(packet: Packet, student: Student, persons: Mapping[int, str]) -> None:
    links = Relationship.objects.filter(student=student, kind=RelationshipKind.GUARDIAN).order_by("starts_on", "pk")
    households = marks_of((link.person_id, link.household) for link in links)
    everyone = Person.objects.filter(pk__in={*persons, *households, student.person_id}).order_by("pk")
    for person in everyone:
        packet.people[str(person.public_id)] = {
            "given_name": person.given_name,
            "family_name": person.family_name,
            "preferred_name": person.preferred_name,
            "languages": person.languages,
            "is_family": person.pk in households,
        }
        if person.pk in households:
            packet.guardians.append({"person": str(person.public_id), "household": households[person.pk]})


def _add_competencies(packet: Packet, competencies: Mapping[int, str]) -> None:
    rows = Competency.objects.filter(pk__in=competencies).select_related("framework").order_by("pk")
    frameworks: dict[int, Framework] = {}
    for row in rows:
        frameworks[row.framework_id] = row.framework
        packet.competencies[str(row.public_id)] = {
            "framework": str(row.framework.public_id),
            "source_id": row.source_id,
            "uri": row.source_uri,
            "code": row.code,
            "name": row.name,
            "statement": row.statement,
            "language": row.language,
            "grades": row.grades,
            "subjects": row.subjects,
        }
    levels = _levels(frameworks.values())
    for framework in frameworks.values():
        packet.frameworks[str(framework.public_id)] = {
            "title": framework.title,
            "publisher": framework.publisher,
            "language": framework.language,
            "source": framework.source,
            "source_id": framework.source_id,
            "uri": framework.source_uri,
            "target": str(framework.target),
            "levels": levels[framework.scale_id],
        }


def _levels(frameworks: Iterable[Framework]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {framework.scale_id: [] for framework in frameworks}
    for level in Level.objects.filter(scale_id__in=found).order_by("scale_id", "value"):
        found[level.scale_id].append({"value": str(level.value), "names": level.names, "meanings": level.meanings})
    return found


def _add_files(packet: Packet, files: Mapping[int, str]) -> None:
    for row in StoredFile.objects.filter(pk__in=files, withdrawn_at__isnull=True).order_by("pk"):
        try:
            with open_file(row) as stream:
                packet.files[str(row.public_id)] = stream.read()
        except FileNotFoundError:
            continue
        packet.file_facts[str(row.public_id)] = {
            "content_type": row.content_type,
            "description": row.description,
            "language": row.language,
        }
