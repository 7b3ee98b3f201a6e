"""Writing down one piece, and a quick observation: what is asked, what is stored, who may."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ReadEvent
from assessments.choices import Context, EvidenceKind
from assessments.models import Evidence
from competencies.choices import WordingKind
from tests import factories as make
from tests.cast import World, see

HTMX = {"HTTP_HX_REQUEST": "true"}


def record_url(world: World) -> str:
    return f"/students/{world.student.public_id}/record"


def observe_url(world: World) -> str:
    return f"/students/{world.student.public_id}/observe"


def piece(world: World, **more: Any) -> dict[str, Any]:
    return {
        "competency": str(world.idea["compare"].public_id),
        "level": "3",
        "context": "project",
        "task": "  Bridge  lengths ",
        "on": world.day(2).isoformat(),
        "note": "Cut thirds into twelfths.\n",
        "key": str(uuid.uuid4()),
    } | more


def test_a_piece_is_stored_as_it_was_said(world: World, teacher: Any, client_of: Any) -> None:
    data = piece(world, half="on", level="2")

    answer = client_of(teacher).post(record_url(world), data)

    stored = Evidence.objects.get()
    where = f"/students/{world.student.public_id}/competencies/{world.idea['compare'].public_id}"
    assert answer["Location"] == f"{where}/next?saved={data['key']}"
    assert (stored.value, stored.context, stored.task_title) == (Decimal("2.5"), "project", "Bridge lengths")
    assert (stored.observed_on, stored.note) == (world.day(2), "Cut thirds into twelfths.")
    assert (stored.recorded_by, stored.section, stored.kind) == (teacher, world.section, EvidenceKind.TEACHER)


def test_two_fields_are_enough(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    page = client.get(record_url(world)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None

    client.post(
        record_url(world),
        {"competency": str(world.idea["add"].public_id), "level": "seen", "key": key.group(1)},
    )

    stored = Evidence.objects.get()
    assert stored.value is None
    assert stored.observed_on == world.today
    assert stored.context == Context.UNKNOWN


def test_a_navigator_writes_down_without_a_class(world: World, navigator: Any, client_of: Any) -> None:
    client_of(navigator).post(record_url(world), piece(world))

    assert Evidence.objects.get().section is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"competency": ""}, "Choose what it was about"),
        ({"competency": "x"}, "not in use"),
        ({"competency": str(uuid.uuid4())}, "not in use"),
        ({"level": ""}, "Choose a level"),
        ({"level": "9"}, "levels of the list"),
        ({"level": "4", "half": "on"}, "top of the scale"),
        ({"on": "2999-01-01"}, "future"),
        ({"on": "1990-01-01"}, "three years"),
        ({"on": "yesterday"}, "year, month and day"),
        ({"note": "x" * 10_001}, "10000"),
        ({"note": "a\x00b"}, "Null characters"),
        ({"context": "moon"}, "moon"),
    ],
)
def test_what_does_not_fit_keeps_what_was_typed_and_saves_nothing(
    world: World, teacher: Any, client_of: Any, change: dict[str, str], words: str
) -> None:
    answer = client_of(teacher).post(record_url(world), piece(world, **{"note": "My sentence stays.", **change}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "error-summary" in page
    assert not Evidence.objects.exists()
    if "note" not in change:
        assert "My sentence stays." in page


def test_sending_the_form_twice_is_one_piece_whatever_was_typed_since(
    world: World, teacher: Any, client_of: Any
) -> None:
    client, data = client_of(teacher), piece(world)
    client.post(record_url(world), data)

    answer = client.post(record_url(world), data | {"level": "1"})

    assert answer.status_code == 302
    assert Evidence.objects.get().value == Decimal(3)


def test_what_is_in_focus_comes_first(world: World, teacher: Any, client_of: Any) -> None:
    make.FocusFactory(student=world.student, section=None, competency=world.idea["ratios"], chosen_by=teacher)

    page = client_of(teacher).get(record_url(world)).content.decode()

    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.S)
    assert groups[0][0] == "In focus now"
    assert [n for n in ("Compare", "Ratios", "Add") if n in groups[0][1]] == ["Compare", "Ratios"]


def test_a_word_finds_a_competency_and_what_is_in_focus_stays(world: World, teacher: Any, client_of: Any) -> None:
    html = client_of(teacher).get(record_url(world), {"q": "shap"}, **HTMX).content.decode()

    assert "Shapes" in html
    assert "Compare" in html
    assert "Ratios" not in html


def test_each_level_says_what_it_looks_like_for_this_competency(world: World, teacher: Any, client_of: Any) -> None:
    make.WordingFactory(
        competency=world.idea["add"], kind=WordingKind.FAMILY, level=Decimal(2), text="Adds with a drawing."
    )

    html = (
        client_of(teacher).get(record_url(world), {"competency": world.idea["add"].public_id}, **HTMX).content.decode()
    )

    assert "Adds with a drawing." in html
    assert 'id="record-levels"' in html
    assert "<html" not in html


def test_beside_the_form_stands_what_was_seen_and_the_students_own_view(
    world: World, teacher: Any, client_of: Any
) -> None:
    see(teacher, world.student, world.idea["compare"], 2, task="t1")
    make.EvidenceFactory(
        student=world.student, competency=world.idea["compare"], kind=EvidenceKind.SELF, value=Decimal(3),
        note="I get it when I draw it.", recorded_by=world.people["student"],
    )  # fmt: skip

    page = client_of(teacher).get(record_url(world)).content.decode()

    assert "I get it when I draw it." in page
    assert "never averaged in" in page
    assert page.count("<time datetime=") == 1
    assert ReadEvent.objects.filter(viewer_id=teacher.pk, block="evidence").count() == 1


@pytest.mark.parametrize("who", ["guardian", "student", "specialist"])
def test_those_who_only_read_may_not_write(world: World, client_of: Any, who: str) -> None:
    for url in (record_url(world), observe_url(world)):
        assert client_of(world.people[who]).get(url).status_code == 403
        assert client_of(world.people[who]).post(url, piece(world)).status_code == 403
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "who", ["teacher_next_door", "teacher_elsewhere", "other_guardian", "former_guardian", "former_teacher", "district"]
)
def test_for_everybody_else_the_page_is_not_there(world: World, client_of: Any, who: str) -> None:
    for url in (record_url(world), observe_url(world)):
        answer = client_of(world.people[who]).get(url)
        assert answer.status_code == 404
        assert "Maya" not in answer.content.decode()
        assert client_of(world.people[who]).post(url, piece(world)).status_code == 404
    assert not Evidence.objects.exists()


# ------------------------------------------------------------------ a quick note
def test_a_quick_note_is_an_observation_of_today_without_a_level(world: World, teacher: Any, client_of: Any) -> None:
    data = {"competency": str(world.idea["compare"].public_id), "note": "Helped Ben.", "key": str(uuid.uuid4())}

    client_of(teacher).post(observe_url(world), data)

    stored = Evidence.objects.get()
    assert (stored.value, stored.context, stored.note) == (None, Context.OBSERVATION, "Helped Ben.")
    assert stored.observed_on == world.today


def test_a_quick_note_needs_words(world: World, teacher: Any, client_of: Any) -> None:
    data = {"competency": str(world.idea["compare"].public_id), "note": "  ", "key": str(uuid.uuid4())}

    answer = client_of(teacher).post(observe_url(world), data)

    assert answer.status_code == 422
    assert "Write a few words" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_the_page_costs_the_same_with_a_long_history(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.get(record_url(world))
    counts = []
    for more in (1, 30):
        for n in range(more):
            make.EvidenceFactory(
                student=world.student, competency=world.idea["compare"], recorded_by=teacher,
                observed_on=world.today - timedelta(days=n),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            client.get(record_url(world))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
