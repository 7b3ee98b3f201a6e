"""Input and output shapes of the evidence API. Fields that nobody asked for are refused, never dropped."""

from __future__ import annotations

from typing import Any

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


class EvidencePageSerializer(serializers.Serializer[Any]):
    """A page of evidence; `next` is the cursor of the following page, null on the last."""

    results = EvidenceSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class SummarySerializer(serializers.Serializer[Any]):
    """What the evidence on one competency adds up to, and what produced it."""

    competency = serializers.UUIDField()
    shape = serializers.ChoiceField(choices=Shape.choices)
    held = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    is_demonstrated = serializers.BooleanField()
    pieces = serializers.IntegerField()
    days = serializers.IntegerField()
    last_observed_on = serializers.DateField(allow_null=True)
    method = serializers.ChoiceField(choices=MethodName.choices)
    parameters = serializers.JSONField()
    framework_version = serializers.IntegerField()


class SummaryListSerializer(serializers.Serializer[Any]):
    """All summaries of a student, in the framework's order."""

    results = SummarySerializer(many=True)
