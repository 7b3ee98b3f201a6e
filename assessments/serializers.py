"""Input and output shapes of the evidence API. Fields that nobody asked for are refused, never dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assessments.choices import Context, EvidenceKind, MethodName, Shape

MOST_PIECES = 500


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses unknown fields by name."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; an unknown field is an error of its own."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown[:20]})
        return super().to_internal_value(data)


class PieceSerializer(StrictSerializer):
    """One observation. `key` is made by the sender: sending a piece twice is one piece."""

    key = serializers.UUIDField()
    student = serializers.UUIDField()
    competency = serializers.UUIDField()
    value = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True, required=False, default=None)
    observed_on = serializers.DateField()
    context: Any = serializers.ChoiceField(choices=Context.choices, required=False, default="")
    task_key = serializers.CharField(max_length=120, allow_blank=True, required=False, default="")
    task_title = serializers.CharField(max_length=200, allow_blank=True, required=False, default="")
    note = serializers.CharField(max_length=10_000, allow_blank=True, required=False, default="")
    kind = serializers.ChoiceField(
        choices=[EvidenceKind.TEACHER, EvidenceKind.RESULT], required=False, default=EvidenceKind.TEACHER
    )


class PiecesSerializer(StrictSerializer):
    """Up to 500 pieces, stored together or not at all."""

    pieces = serializers.ListField(child=PieceSerializer(), min_length=1, max_length=MOST_PIECES)


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_VALUE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
_HUNDREDTH = Decimal("0.01")
_CONTEXTS = frozenset(Context.values)
_KINDS = frozenset({str(EvidenceKind.TEACHER), str(EvidenceKind.RESULT)})
_TEXTS = {"task_key": 120, "task_title": 200, "note": 10_000}
_FIELDS = frozenset({"key", "student", "competency", "value", "observed_on", "context", "kind", *_TEXTS})


def plain_pieces(data: Any) -> list[dict[str, Any]] | None:
    """What `PiecesSerializer` would make of a body in which everything is as almost every client sends it; else None.

    Reading 150 pieces field by field took a third of their request. This never says what is wrong with a body: it
    leaves to the serializer whatever it does not take at first sight.
    """
    if not isinstance(data, dict) or set(data) != {"pieces"} or not isinstance(data["pieces"], list):
        return None
    if not 1 <= len(data["pieces"]) <= MOST_PIECES:
        return None
    # The same students, competencies and days come again and again in a class set.
    uuid_of, day_of = lru_cache(UUID), lru_cache(date.fromisoformat)
    found = []
    try:
        for piece in data["pieces"]:
            plain = _plain_piece(piece, uuid_of, day_of)
            if plain is None:
                return None
            found.append(plain)
    except (TypeError, ValueError):  # no text where one belongs; no such day
        return None
    return found


def _plain_piece(data: Any, uuid_of: Callable[[str], UUID], day_of: Callable[[str], date]) -> dict[str, Any] | None:
    if not isinstance(data, dict) or not data.keys() <= _FIELDS:
        return None
    told: Callable[..., Any] = data.get
    key, student, competency, day = told("key"), told("student"), told("competency"), told("observed_on")
    if not (_UUID.fullmatch(key) and _UUID.fullmatch(student) and _UUID.fullmatch(competency) and _DATE.fullmatch(day)):
        return None
    value, context, kind = told("value"), told("context", ""), told("kind", "teacher")
    if context not in _CONTEXTS or kind not in _KINDS or not (value is None or _VALUE.fullmatch(value)):
        return None
    piece = {
        "key": UUID(key),
        "student": uuid_of(student),
        "competency": uuid_of(competency),
        "value": None if value is None else _decimal(value),
        "observed_on": day_of(day),
        "context": context,
        "kind": kind,
    }
    for name, most in _TEXTS.items():
        text = told(name, "")
        if text != "":
            if not isinstance(text, str):
                return None
            text = text.strip()
            if "\x00" in text or len(text) > most:
                return None
        piece[name] = text
    return piece


@lru_cache(maxsize=2048)
def _decimal(text: str) -> Decimal:
    return Decimal(text).quantize(_HUNDREDTH)


class RecordedSerializer(serializers.Serializer[Any]):
    """What became of a piece: its public id, and whether it had been there already."""

    key = serializers.UUIDField()
    public_id = serializers.UUIDField()
    is_repeat = serializers.BooleanField()


class RecordedListSerializer(serializers.Serializer[Any]):
    """The answer to a POST."""

    recorded = RecordedSerializer(many=True)


class EvidenceSerializer(serializers.Serializer[Any]):
    """A piece of evidence as stored."""

    public_id = serializers.UUIDField()
    student = serializers.UUIDField()
    competency = serializers.UUIDField()
    value = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    observed_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    context: Any = serializers.CharField()
    task_key = serializers.CharField()
    task_title = serializers.CharField()
    kind = serializers.CharField()
    is_withdrawn = serializers.BooleanField()
    is_superseded = serializers.BooleanField()


def plain_evidence(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `EvidenceSerializer` says of rows of the feed, in a tenth of its time; ids are left to the renderer."""
    zone = timezone.get_current_timezone()
    return [
        {
            "public_id": row["public_id"],
            "student": row["student_key"],
            "competency": row["competency_key"],
            "value": None if row["value"] is None else f"{row['value']:.2f}",
            "observed_on": row["observed_on"].isoformat(),
            "recorded_at": _moment(row["recorded_at"].astimezone(zone).isoformat()),
            "context": row["context"],
            "task_key": row["task_key"],
            "task_title": row["task_title"],
            "kind": row["kind"],
            "is_withdrawn": row["is_withdrawn"],
            "is_superseded": row["is_superseded"],
        }
        for row in rows
    ]


def _moment(text: str) -> str:
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


class EvidencePageSerializer(serializers.Serializer[Any]):
    """A page of evidence; `next` is the cursor of the following page, null on the last.

    `cursor` is where this page ends: ask with it later for what was stored since.
    """

    results = EvidenceSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    cursor = serializers.CharField()


class SummarySerializer(serializers.Serializer[Any]):
    """What the evidence on one competency adds up to, and what produced it.

    `is_judged`: a teacher's judgement leads; shape, held and is_demonstrated are the person's, not the method's.
    """

    competency = serializers.UUIDField()
    shape = serializers.ChoiceField(choices=Shape.choices)
    held = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    is_demonstrated = serializers.BooleanField()
    is_judged = serializers.BooleanField()
    pieces = serializers.IntegerField()
    days = serializers.IntegerField()
    last_observed_on = serializers.DateField(allow_null=True)
    method = serializers.ChoiceField(choices=MethodName.choices)
    parameters = serializers.JSONField()
    framework_version = serializers.IntegerField()


class SummaryListSerializer(serializers.Serializer[Any]):
    """All summaries of a student, in the framework's order."""

    results = SummarySerializer(many=True)
