"""What the evidence API costs: a class set is one request and a fixed number of statements."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Evidence
from tests.cast import World


@pytest.mark.parametrize("count", [1, 150])
def test_a_class_set_of_150_costs_as_much_as_one_piece(world: World, teacher: Any, client_of: Any, count: int) -> None:
    client = client_of(teacher)
    pieces = [
        {
            "key": str(uuid.uuid4()),
            "student": str(world.students[n % len(world.students)].public_id),
            "competency": str(world.idea["compare"].public_id),
            "value": "3",
            "observed_on": world.today.isoformat(),
        }
        for n in range(count)
    ]

    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/api/v1/evidence", json.dumps({"pieces": pieces}), content_type="application/json")

    assert answer.status_code == 201
    assert Evidence.objects.count() == count
    # two of them are the savepoint that only a test puts around the request
    assert len(queries) - 2 <= 8, [q["sql"][:120] for q in queries]
