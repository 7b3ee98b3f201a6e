"""What nobody types by accident is answered in words or ignored, never with an error of ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["set_language", "set_look"])
@pytest.mark.parametrize("target", ["somewhere", "//other.example/x", "javascript:alert(1)", "\x00", "a\r\nX: y"])
def test_where_to_go_next_is_an_address_here_whatever_was_sent(client, name, target):
    answer = client.post(reverse(name), {"next": target, "language": "es", "theme": "dark"})
    assert answer.status_code == 302
    assert "other.example" not in answer["Location"]
    assert "X" not in answer.headers
    assert not answer["Location"].startswith("javascript")


def test_a_purpose_comes_back_to_a_bare_word_without_an_error(world, client_of, principal):
    answer = client_of(principal).post(
        reverse("student_purpose", args=[world.student.public_id]), {"purpose": "care", "next": "somewhere"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "somewhere")


@pytest.mark.parametrize("words", ["\x00", "a\x00b", "%", "\u202e"])
def test_looking_for_a_competency_takes_any_character(world, client_of, teacher, words):
    browser = client_of(teacher)
    for address in (
        reverse("class_focus", args=[world.section.public_id]),
        reverse("student_record", args=[world.student.public_id]),
    ):
        assert browser.get(address, {"q": words}).status_code == 200


def test_a_grade_nobody_counts_in_opens_every_page(world, client_of, navigator, student):
    type(world.student).objects.filter(pk=world.student.pk).update(grade="²")  # a packet from elsewhere may say so
    maya = [world.student.public_id]
    for name in ("student_plan", "meeting_plan", "meetings", "voice", "intake"):
        assert client_of(navigator).get(reverse(name, args=maya)).status_code == 200, name
    assert client_of(student).get(reverse("my_goal", args=maya)).status_code == 200


@pytest.mark.parametrize("whose", ["²", "9" * 5000, "\x00"])
def test_whose_words_a_step_writes_down_is_somebody_it_offered(world, client_of, navigator, whose):
    address = f"{reverse('intake', args=[world.student.public_id])}?step=family"
    assert client_of(navigator).get(f"{address}&guardian={quote(whose)}").status_code == 200
    answer = client_of(navigator).post(address, {"do": "ways", "guardian": whose, "best_way": "phone"})
    assert answer.status_code == 422
