"""The quick reading of pieces says what the serializer says, or nothing."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

import pytest
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from accounts.adapters import QuickJSONRenderer
from assessments.serializers import EvidenceSerializer, PiecesSerializer, plain_evidence, plain_pieces

KEYS = ("key", "student", "competency", "value", "observed_on", "context", "kind", "task_key", "task_title", "note")
odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.just([]), st.just({})
)
ids = st.one_of(st.uuids().map(str), st.uuids().map(lambda u: u.hex), st.uuids().map(lambda u: str(u).upper()), odd)
usual = st.fixed_dictionaries(
    {
        "key": st.uuids().map(str),
        "student": st.uuids().map(str),
        "competency": st.uuids().map(str),
        "observed_on": st.dates().map(str),
    },
    optional={
        "value": st.sampled_from(["2", "2.5", "2.50", "999.99", "007", None]),
        "context": st.sampled_from(["classwork", "quiz", ""]),
        "kind": st.sampled_from(["teacher", "result"]),
        "task_key": st.text(max_size=10),
        "task_title": st.sampled_from(["Fractions", "  two  ", "x" * 200, "\x1c", ""]),
        "note": st.text(max_size=10),
    },
)
unusual = st.fixed_dictionaries(
    {
        "key": st.one_of(st.uuids().map(str), ids),
        "student": st.one_of(st.uuids().map(str), ids),
        "competency": st.one_of(st.uuids().map(str), ids),
        "observed_on": st.one_of(
            st.dates().map(str),
            st.sampled_from(["2026-02-30", "2026-2-3", "٢٠٢٦-٠١-٠١", "20260101", "2026-W01-1"]),
            odd,
        ),
    },
    optional={
        "value": st.one_of(
            st.sampled_from(["2", "2.5", "2.50", "2.505", "1000", "-1", " 3 ", "NaN", "1e2", "٣", "007", "3.", ""]), odd
        ),
        "context": st.one_of(st.sampled_from(["classwork", "quiz", "", "elsewhere"]), odd),
        "kind": st.one_of(st.sampled_from(["teacher", "result", "self", ""]), odd),
        "task_key": st.one_of(st.text(max_size=130), odd),
        "task_title": st.one_of(st.sampled_from(["Fractions", "  two  ", "x" * 201, "a\x00b", "\x1c"]), odd),
        "note": st.one_of(st.text(max_size=20), odd),
        "grade": odd,
    },
)


@given(st.one_of(st.fixed_dictionaries({"pieces": st.lists(st.one_of(usual, unusual), max_size=3)}), odd))
def test_what_is_taken_at_first_sight_is_what_the_serializer_makes_of_it(data):
    quick = plain_pieces(data)
    if quick is None:
        return

    form = PiecesSerializer(data=data)

    assert form.is_valid(), form.errors
    assert quick == form.validated_data["pieces"]
    assert [[str(piece[key]) for key in KEYS] for piece in quick] == [
        [str(piece[key]) for key in KEYS] for piece in form.validated_data["pieces"]
    ]


def test_what_almost_every_client_sends_is_taken_at_first_sight():
    piece = {
        "key": str(uuid.uuid4()),
        "student": str(uuid.uuid4()),
        "competency": str(uuid.uuid4()),
        "value": "2.5",
        "observed_on": "2026-03-03",
        "context": "classwork",
    }

    assert plain_pieces({"pieces": [piece, piece | {"value": None, "note": "Counted on."}]}) is not None
    assert plain_pieces({"pieces": [piece, piece | {"value": "2,5"}]}) is None
    assert plain_pieces({"pieces": []}) is None
    assert plain_pieces({"pieces": [piece] * 501}) is None


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Kolkata"])
@pytest.mark.parametrize("value", [None, Decimal("3"), Decimal("2.50")])
@pytest.mark.parametrize("micro", [0, 120])
def test_what_a_feed_says_plainly_is_what_the_serializer_says(zone, value, micro):
    row = {
        "public_id": uuid.UUID(int=1),
        "student": uuid.UUID(int=2),
        "competency": uuid.UUID(int=3),
        "value": value,
        "observed_on": datetime(2026, 3, 8, tzinfo=UTC).date(),
        "recorded_at": datetime(2026, 3, 8, 8, 30, 5, micro, tzinfo=UTC),
        "context": "",
        "task_key": "a",
        "task_title": "Ω",
        "kind": "teacher",
        "is_withdrawn": False,
        "is_superseded": True,
        "pk": 7,
    }
    with timezone.override(zone):
        slow = json.loads(JSONRenderer().render(EvidenceSerializer([row], many=True).data))
        found = row | {"student_key": row["student"], "competency_key": row["competency"]}

        assert json.loads(QuickJSONRenderer().render(plain_evidence([found]))) == slow


@pytest.mark.parametrize("media", ["application/json", "application/json; indent=2"])
def test_the_quick_renderer_says_what_the_frameworks_says(media):
    class Half(StrEnum):
        ONE = "one"

    said = {
        "id": uuid.UUID(int=5),
        "value": Decimal("2.50"),
        "at": datetime(2026, 3, 8, 8, 30, 5, 120_000, tzinfo=UTC),
        "on": datetime(2026, 3, 8, tzinfo=UTC).date(),
        "words": [gettext_lazy("None"), "Ω<&\u2028\u2029"],
        "enum": Half.ONE,
        "nested": ({"a": None, 3: True},),
        "long": timedelta(minutes=3),
        "safe": mark_safe("<b>"),  # noqa: S308 - what a renderer is given, not a page
    }
    assert QuickJSONRenderer().render(said, media) == JSONRenderer().render(said, media)
    assert QuickJSONRenderer().render(None) == JSONRenderer().render(None)
