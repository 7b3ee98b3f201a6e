"""Who and what a packet names, here: people from elsewhere, the student, competencies, files.

People of a packet are never taken for people of this district, whatever their ids: each becomes a person who is not
active, has no account and no access, and keeps the name the packet gives. A second packet of the same sender finds
them again by its identifier.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.choices import RelationshipKind, Source
from accounts.files import FileError, keep_file
from accounts.models import Person, PersonIdentifier, Relationship, School, StoredFile, Student
from accounts.names import sort_name
from accounts.permissions import Viewer
from competencies.models import Competency, Framework, Level, Scale
from success_plans.transfer.packet import Packet
from success_plans.transfer.shape import How, PacketError, Wrong, understood

RECEIVED = "received"
"""The source of frameworks that came with a packet: unpublished, kept so that what was seen stays readable."""

CONFERENCE_WORDS = frozenset({"proud", "edge", "next", "questions", "language"})
CONFERENCE_LISTS = frozenset({"strengths", "evidence"})
LONGEST_TEXT = 4000


def free_id(model: Any, wanted: UUID, salt: str) -> UUID:
    """The id itself where nobody has it here, else one made from it: the same each time."""
    if not model._default_manager.filter(public_id=wanted).exists():
        return wanted
    return uuid.uuid5(wanted, salt)


def receive_student(*, by: Viewer, packet: Packet, school: School) -> Student:
    """A new student of this school, as the packet names them."""
    facts = packet.student
    person = _new_person(by, facts, _key(facts.get("person"), "student.person"), is_active=True)
    wanted = _key(facts.get("id"), "student.id")
    return Student.objects.create(
        public_id=free_id(Student, wanted, str(school.public_id)),
        person=person,
        school=school,
        grade=_text(facts.get("grade"))[:8],
        entered_on=by.today,
    )


def receive_people(*, by: Viewer, packet: Packet, student: Student) -> dict[UUID, int]:
    """Persons of the packet by its ids: the student themself, and people from elsewhere. (packet id to key here)"""
    source = f"packet:{_text(packet.sender.get('district')) or 'unknown'}"[:120]
    own = _key(packet.student.get("person"), "student.person")
    known = dict(
        PersonIdentifier.objects.filter(source=source, source_id__in=list(packet.people)).values_list(
            "source_id", "person_id"
        )
    )
    found: dict[UUID, int] = {own: student.person_id}
    for key, facts in sorted(packet.people.items()):
        identity = _key(key, "people")
        if identity == own:
            continue
        if key not in known:
            person = _new_person(by, facts, identity, is_active=False)
            PersonIdentifier.objects.create(person=person, source=source, source_id=key)
            known[key] = person.pk
        found[identity] = known[key]
    for link in packet.guardians:
        guardian = found.get(_key(link.get("person"), "guardians"))
        if guardian is not None and guardian != student.person_id:
            # ended the day it began: it opens nothing, and keeps two households apart here as well
            Relationship.objects.get_or_create(
                student=student,
                person_id=guardian,
                kind=RelationshipKind.GUARDIAN,
                section=None,
                starts_on=by.today,
                defaults={"ends_on": by.today, "household": _text(link.get("household"))[:40], "source": Source.HAND},
            )
    return found


def receive_competencies(*, by: Viewer, packet: Packet) -> tuple[dict[UUID, int], int]:
    """Competencies by the packet's ids, and how many were not known here.

    Known: the same source id in a framework of the same source id, with the same levels and target; anything else is
    kept with its wording and scale in an unpublished framework of its own (docs/adr).
    """
    found: dict[UUID, int] = {}
    unknown = 0
    received: dict[str, Framework] = {}
    for key, facts in sorted(packet.competencies.items()):
        identity = _key(key, "competencies")
        name = _text(facts.get("framework"))
        framework = packet.frameworks.get(name)
        if framework is None:
            raise PacketError(Wrong.BAD_VALUE, "competencies.framework")
        scale = _scale(framework)
        match = _known_competency(facts, framework, scale)
        if match is None:
            unknown += 1
            if name not in received:
                received[name] = _received_framework(framework, scale)
            match, _is_new = Competency.objects.get_or_create(
                framework=received[name],
                source_id=(_text(facts.get("source_id")) or key)[:255],
                defaults={
                    "public_id": free_id(Competency, identity, RECEIVED),
                    "source_uri": _text(facts.get("uri"))[:2000],
                    "code": _text(facts.get("code"))[:255],
                    "name": (_text(facts.get("name")) or key)[:500],
                    "statement": _text(facts.get("statement"))[:20_000],
                    "language": _text(facts.get("language"))[:35],
                },
            )
        found[identity] = match.pk
    return found, unknown


def receive_files(*, by: Viewer, packet: Packet, student: Student) -> tuple[dict[UUID, int], list[str]]:
    """Files by the packet's ids, looked at and cleaned like any upload; and those that could not be kept."""
    found: dict[UUID, int] = {}
    refused: list[str] = []
    for key, content in sorted(packet.files.items()):
        identity = _key(key, "files")
        facts = packet.file_facts.get(key, {})
        here = StoredFile.objects.filter(student=student, public_id=identity).first()
        if here is None:
            try:
                here = keep_file(
                    by=by,
                    student=student,
                    upload=SimpleUploadedFile("", content),
                    description=_text(facts.get("description")),
                    language=_text(facts.get("language"))[:35],
                )
            except FileError:
                refused.append(key)
                continue
            public_id = free_id(StoredFile, identity, str(student.public_id))
            StoredFile.objects.filter(pk=here.pk).update(public_id=public_id)
        found[identity] = here.pk
    return found, refused


def receive_conference(given: Mapping[str, Any], ids: Mapping[UUID, UUID]) -> dict[str, Any]:
    """What a student prepared for a conference; the sentences and pieces it names are called as they are here."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in CONFERENCE_WORDS and isinstance(value, str) and len(value) <= LONGEST_TEXT:
            found[name] = value
        elif name in CONFERENCE_LISTS and isinstance(value, list):
            named = [_key(one, "meetings.conference") for one in value]
            found[name] = [str(ids[one]) for one in named if one in ids]
        else:
            raise PacketError(Wrong.BAD_VALUE, "meetings.conference")
    return found


def _new_person(by: Viewer, facts: Mapping[str, Any], identity: UUID, *, is_active: bool) -> Person:
    given, family = _text(facts.get("given_name"))[:200], _text(facts.get("family_name"))[:200]
    languages = facts.get("languages")
    return Person.objects.create(
        public_id=free_id(Person, identity, f"packet:{by.actor_id}:{uuid.uuid4()}"),
        given_name=given or "?",
        family_name=family,
        preferred_name=_text(facts.get("preferred_name"))[:200],
        sort_name=sort_name(family, given or "?"),
        languages=[_text(code)[:35] for code in languages][:20] if isinstance(languages, list) else [],
        is_active=is_active,
        source=Source.HAND,
    )


def _scale(framework: Mapping[str, Any]) -> list[tuple[Decimal, dict[str, str], dict[str, str]]]:
    levels = framework.get("levels")
    if not isinstance(levels, list) or not 0 < len(levels) <= 50:
        raise PacketError(Wrong.BAD_VALUE, "frameworks.levels")
    found = []
    for level in levels:
        value = understood(How.DECIMAL, level.get("value") if isinstance(level, dict) else None, "frameworks.levels")
        if value is None or not 0 <= value < 1000:
            raise PacketError(Wrong.BAD_VALUE, "frameworks.levels")
        found.append((value, _texts(level.get("names")), _texts(level.get("meanings"))))
    return sorted(found, key=lambda level: level[0])


def _known_competency(
    facts: Mapping[str, Any], framework: Mapping[str, Any], scale: list[tuple[Decimal, Any, Any]]
) -> Competency | None:
    rows = Competency.objects.select_related("framework").filter(
        source_id=_text(facts.get("source_id")),
        framework__source_id=_text(framework.get("source_id")),
        framework__source=_text(framework.get("source")),
    )
    for row in rows:
        values = list(Level.objects.filter(scale_id=row.framework.scale_id).values_list("value", flat=True))
        if values == [value for value, _names, _meanings in scale] and row.framework.target == _target(framework):
            return row
    return None


def _received_framework(framework: Mapping[str, Any], scale: list[tuple[Decimal, Any, Any]]) -> Framework:
    origin = json.dumps([framework.get("source"), framework.get("source_id"), framework.get("target"),
                         [str(value) for value, _n, _m in scale]])  # fmt: skip
    key = hashlib.sha256(origin.encode()).hexdigest()
    row = Framework.objects.filter(source=RECEIVED, source_id=key).first()
    if row is not None:
        return row
    title = (_text(framework.get("title")) or "?")[:500]
    stored = Scale.objects.create(name=title[:120])
    Level.objects.bulk_create(
        Level(scale=stored, value=value, names=names, meanings=meanings) for value, names, meanings in scale
    )
    return Framework.objects.create(
        title=title,
        publisher=_text(framework.get("publisher"))[:500],
        language=_text(framework.get("language"))[:35] or "en",
        source=RECEIVED,
        source_id=key,
        source_uri=_text(framework.get("uri"))[:2000],
        scale=stored,
        target=_target(framework),
    )


def _target(framework: Mapping[str, Any]) -> Decimal:
    try:
        target = Decimal(_text(framework.get("target")))
    except InvalidOperation as error:
        raise PacketError(Wrong.BAD_VALUE, "frameworks.target") from error
    if not target.is_finite() or not 0 <= target < 1000:
        raise PacketError(Wrong.BAD_VALUE, "frameworks.target")
    return target


def _texts(value: Any) -> dict[str, str]:
    return {_text(k)[:35]: _text(v)[:2000] for k, v in value.items()} if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise PacketError(Wrong.BAD_VALUE)
    return value.strip()


def _key(value: Any, where: str) -> UUID:
    found = understood(How.KEY, value, where)
    if found is None:
        raise PacketError(Wrong.BAD_VALUE, where)
    identity: UUID = found
    return identity
