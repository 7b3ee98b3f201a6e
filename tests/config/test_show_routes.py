"""The list of addresses an outside harness walks on."""

from __future__ import annotations

import json
from io import StringIO

from django.core.management import call_command

from tests.permissions.test_matrix import routes


def test_every_address_is_in_the_list() -> None:
    out = StringIO()
    call_command("show_routes", json=True, stdout=out)

    listed = json.loads(out.getvalue())

    assert {route["name"] for route in listed} == routes()
    plan = next(route for route in listed if route["name"] == "student_plan")
    assert plan["path"] == "/students/<uuid:public_id>/plan"
    assert plan["arguments"] == ["public_id"]
