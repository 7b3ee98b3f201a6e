"""The frame offers each person their own places, and a chosen look comes back to the page it was chosen on."""

from __future__ import annotations

import uuid

import pytest
from django.test import RequestFactory
from django.urls import reverse

from config.context_processors import frame
from config.menu import BELONGS
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


@pytest.mark.parametrize(
    ("name", "path", "there"),
    [
        ("district", "/accounts", "People"),
        ("district", "/accounts/locked", "People"),
        ("district", "/catalogue/add", "Set-up"),
        ("district", "/frameworks/import", "Set-up"),
        ("district", "/competencies/1234", "Set-up"),
        ("teacher", "/goals/1234", "Students"),
        ("teacher", "/flags/1234/support", "Today"),
        ("teacher", "/anchors/1234", "Instruments"),
        ("guardian", "/students/1234/plan", "My child"),
        ("guardian", "/meetings/1234", "My child"),
        ("student", "/goals/1234", "My plan"),
        ("principal", "/students/1234/plan", "School"),
        ("principal", "/packets/1234", "School"),
        ("navigator", "/packets/1234", "Today"),
    ],
)
def test_a_page_that_lies_under_no_entry_belongs_to_one_all_the_same(world, name, path, there):
    items = [item for item in places(world.people[name], path).nav if item.current]
    assert [(item.label, item.current) for item in items] == [(there, "true")]


def test_only_the_page_itself_is_called_this_page(teacher):
    [here] = [item for item in places(teacher, "/students").nav if item.current]
    assert (here.label, here.current) == ("Students", "page")


def test_what_the_main_menu_has_no_room_for_is_marked_in_the_other_one(teacher):
    seen = places(teacher, "/pathways/1234")
    assert [item.label for item in (*seen.nav, *seen.further) if item.current] == ["Pathways"]
    assert [item.label for item in places(teacher, "/account/password/change/").further if item.current] == [
        "Sign-in and security"
    ]


def test_every_place_that_pages_belong_to_is_one_of_a_menu():
    names = {place for belongs in BELONGS.values() for place in belongs}
    for name in names:
        assert reverse(name, args=[uuid.uuid4()] if name == "student_plan" else [])


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
