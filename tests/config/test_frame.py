"""The frame offers each person their own places, and a chosen look comes back to the page it was chosen on."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from config.context_processors import frame
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def places(person, path="/"):
    request = RequestFactory().get(path)
    if person is not None:
        request.viewer = viewer_of(person)
    return frame(request)["frame"]


@pytest.mark.parametrize(
    ("name", "first", "never"),
    [
        ("teacher", "Today", {"School", "My child", "Imports", "Operations"}),
        ("navigator", "Today", {"Classes", "School", "My child"}),
        ("guardian", "My child", {"Today", "Students", "School"}),
        ("student", "My plan", {"Today", "Students", "School", "My child"}),
        ("principal", "School", {"Today", "Students", "My child"}),
        ("operator", "Operations", {"Today", "Students", "School"}),
        ("leaver", "Frameworks", {"Today", "Students", "School", "Imports"}),
    ],
)
def test_each_person_is_offered_their_own_places(world, name, first, never):
    labels = [item.label for item in places(world.people[name]).nav]
    assert labels[0] == first
    assert not set(labels) & never


def test_a_visitor_is_offered_the_frameworks_and_has_no_name(db):
    seen = places(None)
    assert [item.label for item in seen.nav] == ["Frameworks", "Pathways"]
    assert (seen.name, seen.signed_in) == ("", False)


def test_the_frame_asks_the_database_nothing(teacher, django_assert_num_queries):
    viewer = viewer_of(teacher)
    request = RequestFactory().get("/today")
    request.viewer = viewer
    with django_assert_num_queries(0):
        frame(request)


def test_one_is_where_the_longest_address_says(teacher):
    current = [item.label for item in places(teacher, "/students/1234/plan").nav if item.current]
    assert current == ["Students"]
    assert [item for item in places(teacher, "/studentsomething").nav if item.current] == []


def test_the_frame_holds_without_a_viewer_and_with_a_senseless_cookie():
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = '"><script>'
    assert frame(request)["frame"].theme == ""


@pytest.mark.parametrize(("field", "value"), [("theme", "dark"), ("contrast", "more")])
def test_a_look_is_kept_in_a_cookie_and_leads_back(client, field, value):
    answer = client.post("/look", {field: value, "next": "/account/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert answer.cookies[field].value == value
    assert f'data-{field}="{value}"' in client.get("/account/login/").content.decode()
    answer = client.post("/look", {field: "device", "next": "/account/login/"})
    assert answer.cookies[field].value == ""


def test_a_senseless_look_changes_nothing_and_leads_nowhere_else(client):
    answer = client.post("/look", {"theme": "pink", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert "theme" not in answer.cookies
    assert client.get("/look").status_code == 405


@pytest.mark.parametrize("path", ["/no-such-page", "/students/00000000-0000-0000-0000-000000000000/plan"])
def test_an_error_page_names_nobody(client_of, teacher, path):
    answer = client_of(teacher).get(path)
    assert answer.status_code == 404
    assert teacher.given_name not in answer.content.decode()
