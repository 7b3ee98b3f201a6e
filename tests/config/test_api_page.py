"""The page of the API says what the contract says."""

from __future__ import annotations

from typing import Any

import pytest

from config.api_page import endpoints
from tests.cast import World


def test_every_endpoint_is_listed_with_what_is_sent_and_what_comes_back() -> None:
    listed = {(one.method, one.path): one for one in endpoints()}

    post = listed["POST", "/api/v1/evidence"]
    assert {"pieces[].key", "pieces[].student", "pieces[].competency", "pieces[].value"} <= {f.name for f in post.body}
    assert next(f for f in post.body if f.name == "pieces[].key").is_required
    assert {code for code, _words in post.answers} >= {"200", "201"}
    get = listed["GET", "/api/v1/evidence"]
    assert {"student", "cursor", "limit"} <= {f.name for f in get.parameters}
    assert ("GET", "/api/v1/students/{public_id}/summaries") in listed


def test_the_page_is_for_people_who_are_signed_in(world: World, teacher: Any, client_of: Any) -> None:
    page = client_of(teacher).get("/api/v1/")

    assert page.status_code == 200
    assert "POST /api/v1/evidence" in page.content.decode()
    assert client_of(None).get("/api/v1/").status_code in {302, 401, 403}


@pytest.mark.django_db
def test_the_page_asks_no_other_host(client_of: Any, world: World, teacher: Any) -> None:
    page = client_of(teacher).get("/api/v1/").content.decode()

    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
