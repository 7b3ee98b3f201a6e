"""A label gets a suggestion in its own language, beside the text; nothing is ever blocked or kept."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from success_plans.models import DistrictPhrase
from success_plans.services import wording as services
from success_plans.wording import MOST, suggestions
from tests.cast import viewer_of
from tests.guards.words import BY_LANGUAGE

LABELS = [
    ("en", "Maya is a slow learner."),
    ("en", "He is in the low group for math."),
    ("en", "She is lazy in class."),
    ("en", "An at-risk student, far behind, tier 2."),
    ("en", "Reads below grade level, 30th percentile."),
    ("es", "Es muy flojo y va atrasado."),
    ("es", "Está en el grupo bajo."),
    ("es", "Estudiante en riesgo con bajo rendimiento."),
]
WARM = [
    ("en", "Maya added thirds with paper strips and explained why."),
    ("en", "The ball rolled behind the shed; they measured how slow it was going to the track field."),
    ("en", "She goes behind the curtain to read aloud."),
    ("es", "Mateo explica con dibujos y pide más tiempo."),
    ("es", "Los números debajo de cero le gustan."),
]


@dataclass(frozen=True)
class Own:
    language: str
    phrase: str
    instead: str


@pytest.mark.parametrize(("language", "text"), LABELS)
def test_a_label_gets_a_suggestion_in_the_language_of_the_text(language, text):
    found = suggestions(text, language)
    assert found
    assert all(one.language == language and one.instead for one in found)
    assert all(one.found in text for one in found)


@pytest.mark.parametrize(("language", "text"), [pair for pair in WARM if "slow it was" not in pair[1]])
def test_a_text_that_says_what_was_seen_is_left_alone(language, text):
    assert suggestions(text, language) == []


@pytest.mark.parametrize(("language", "text"), LABELS)
def test_what_is_proposed_never_needs_a_suggestion_itself(language, text):
    for one in suggestions(text, language):
        assert suggestions(one.instead, language) == []
        assert not any(rule.found_in(one.instead) for rule in BY_LANGUAGE[language])


def test_the_districts_phrase_comes_first_and_only_in_its_language():
    own = [Own("en", "frequent flyer", "say when, and what was around it"), Own("en", "low group", "ours")]
    assert [s.instead for s in suggestions("A frequent flyer of the low group", "en-US", own)] == [
        "say when, and what was around it",
        "ours",
    ]
    assert suggestions("frequent flyer", "es", own) == []
    assert suggestions("طالب بطيء", "ar", own) == []


def test_a_phrase_with_signs_of_a_pattern_is_only_words():
    assert suggestions("c++ (kid)", "en", [Own("en", "c++ (kid)", "x")])[0].found == "c++ (kid)"
    assert suggestions("cccc", "en", [Own("en", "c+", "x")]) == []


def test_the_same_wording_is_said_once_and_never_more_than_a_handful():
    assert len(suggestions("lazy, lazy, Lazy", "en")) == 1
    many = "lazy unmotivated stupid dumb hopeless defiant gifted remedial"
    assert len(suggestions(many, "en")) == MOST


@given(st.text(max_size=300), st.sampled_from(["en", "es", "ar", "", "x-y"]))
def test_any_text_in_any_language_is_answered(text, language):
    for one in suggestions(text, language):
        assert " ".join(one.found.split()) == one.found


@pytest.mark.django_db
def test_typing_a_label_is_answered_beside_the_field_and_nothing_is_kept(world, teacher, client_of):
    before = AuditEvent.objects.count()
    answer = client_of(teacher).post(
        reverse("wording_check"), {"of": "why", "why": "A low group kid", "text": "other", "language": "en"}
    )
    assert answer.status_code == 200
    assert "low group" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert AuditEvent.objects.count() == before
    assert client_of(teacher).post(reverse("wording_check"), {"text": "She adds."}).content.strip() == b""


@pytest.mark.django_db
def test_the_district_keeps_its_own_list(world, district, teacher, client_of, django_capture_on_commit_callbacks):
    page, desk = reverse("phrases"), client_of(district)
    assert desk.post(page, {"phrase": "", "instead": "", "language": "en"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page, {"phrase": " Frequent  flyer ", "instead": "say when and why", "language": "en"})
    assert "frequent flyer" in desk.get(page).content.decode()
    check = {"text": "A frequent flyer", "language": "en"}
    assert "say when and why" in client_of(teacher).post(reverse("wording_check"), check).content.decode()
    row = DistrictPhrase.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("phrase_end", args=[row.public_id]))
    assert "say when" not in client_of(teacher).post(reverse("wording_check"), check).content.decode()
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "phrase.list",
        "phrase.unlist",
    ]
    assert client_of(teacher).get(page).status_code == 404


@pytest.mark.django_db
def test_a_phrase_that_was_taken_off_can_come_back(world, district):
    by = viewer_of(district)
    row = services.list_phrase(by=by, phrase="flyer", instead="one", language="en")
    services.unlist_phrase(by=by, phrase=row)
    again = services.list_phrase(by=by, phrase="Flyer", instead="two", language="en")
    assert (again.pk, again.is_active, again.instead) == (row.pk, True, "two")
