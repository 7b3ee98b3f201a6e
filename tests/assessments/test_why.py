"""From any level to its pieces, its method and its formula; corrections and withdrawals keep every row."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.utils import translation

from assessments.mastery import Code
from assessments.models import Evidence
from assessments.wording import family_sentence, method_sentence, missing_sentence, teacher_sentence
from supports import recompute
from tests.cast import demonstrate, see

EVERY_PARAMETER = {
    "pieces": 3, "level": "3", "shown": 2, "recent": 3, "needed": 2, "window": 3, "contexts": 2, "n": 3, "value": "2.5",
    "w": 65, "cut": "3", "reached": 3, "k": 3, "count": 2, "seen": "quiz,", "at_least": "2", "target": "3",
    "observed_on": "2026-11-01",
}  # fmt: skip


def word(value: Decimal | None) -> str:
    return f"level {value}"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence_with_all_its_parameters_filled(code, language):
    with translation.override(language):
        sentence = teacher_sentence(code, EVERY_PARAMETER, word=word)
    assert sentence
    assert "%(" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("code", [c for c in Code if c.value.startswith("needs")])
def test_every_wish_says_what_is_missing(code):
    assert missing_sentence(code, EVERY_PARAMETER, word=word)


def test_a_judgement_is_no_wish():
    with pytest.raises(ValueError, match="does not say what is missing"):
        missing_sentence(Code.LATEST, EVERY_PARAMETER, word=word)


@pytest.mark.parametrize("shape", ["open", "building", "shown", "deeper"])
def test_families_read_words_and_no_level_number(shape):
    assert "Maya" in family_sentence(shape, name="Maya", pieces=3)


@pytest.mark.parametrize("method", ["criterion", "best_n", "weighted", "decaying", "n_mastery", "median_recent"])
def test_every_method_explains_itself(method):
    assert "%(" not in method_sentence(method, EVERY_PARAMETER)


# ------------------------------------------------------------------ pages
pytestmark = pytest.mark.django_db


@pytest.fixture
def why_url(world) -> str:
    return f"/students/{world.student.public_id}/competencies/{world.idea['compare'].public_id}"


def test_the_why_shows_each_piece_the_method_and_what_did_not_count(world, teacher, client_of, why_url):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    see(teacher, world.student, world.idea["compare"], None, note="Was there, no level")
    recompute.refresh_due(today=world.today)
    text = client_of(teacher).get(why_url).content.decode()
    assert text.count('<time datetime="') >= 4
    assert "A level is held when 2 of the last 3 independent pieces reach it" in text
    assert "not counted: seen, without a level" in text


def test_family_and_student_read_the_same_pieces_in_plain_words(world, teacher, guardian, student, client_of, why_url):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    for person in (guardian, student):
        text = client_of(person).get(why_url).content.decode()
        assert "has shown this more than once" in text
        assert "Add evidence" not in text


def test_nobody_else_reads_it(world, teacher_elsewhere, other_guardian, student_elsewhere, client_of, why_url):
    for person in (teacher_elsewhere, other_guardian, student_elsewhere):
        assert client_of(person).get(why_url).status_code == 404
    assert client_of(None).get(why_url).status_code == 302


def test_a_correction_leaves_the_old_entry_and_moves_the_level(world, teacher, client_of):
    see(teacher, world.student, world.idea["compare"], 2, note="first")
    old = Evidence.objects.get()
    client = client_of(teacher)
    page = f"/evidence/{old.public_id}"
    assert "Correct it" in client.get(page).content.decode()
    data = {
        "key": str(uuid.uuid4()),
        "value": "3",
        "context": "quiz",
        "observed_on": world.today.isoformat(),
        "note": "second look",
    }
    answer = client.post(page, data)
    assert answer.status_code == 302, answer.content
    new = Evidence.objects.get(supersedes=old)
    assert (new.value, new.order_key, new.recorded_by) == (3, old.order_key, teacher)
    assert Evidence.objects.get(pk=old.pk).superseded_at is not None
    assert client.post(page, {**data, "key": str(uuid.uuid4())}).status_code == 409
    assert Evidence.objects.count() == 2


def test_a_withdrawn_piece_stays_and_counts_no_longer(world, teacher, client_of):
    see(teacher, world.student, world.idea["compare"], 2)
    row = Evidence.objects.get()
    client = client_of(teacher)
    url = f"/evidence/{row.public_id}/withdraw"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Wrong student"}).status_code == 302
    row.refresh_from_db()
    assert (row.withdrawal_reason, row.withdrawn_by) == ("Wrong student", teacher)
    assert "Wrong student" in client.get(f"/evidence/{row.public_id}").content.decode()
    recompute.refresh_due(today=world.today)
    assert recompute.compare([world.student.pk], today=world.today) == []


def test_only_who_recorded_a_piece_changes_it(world, teacher, co_teacher, guardian, client_of):
    see(teacher, world.student, world.idea["compare"], 2)
    row = Evidence.objects.get()
    page = f"/evidence/{row.public_id}"
    data = {"key": str(uuid.uuid4()), "value": "3", "observed_on": world.today.isoformat()}
    for person in (co_teacher, guardian):
        text = client_of(person).get(page).content.decode()
        assert "Only Teacher Cast, who recorded it" in text
        assert client_of(person).post(page, data).status_code == 403
        assert client_of(person).post(f"{page}/withdraw", {"reason": "no"}).status_code == 403
    row.refresh_from_db()
    assert (Evidence.objects.count(), row.withdrawn_at) == (1, None)


def test_a_piece_of_somebody_elses_student_is_not_found(world, teacher, teacher_elsewhere, client_of):
    see(teacher, world.student, world.idea["compare"], 2)
    page = f"/evidence/{Evidence.objects.get().public_id}"
    assert client_of(teacher_elsewhere).get(page).status_code == 404
    assert client_of(teacher_elsewhere).post(f"{page}/withdraw", {"reason": "no"}).status_code == 404
    assert Evidence.objects.get().withdrawn_at is None
