"""Growth, portfolio and the class on one branch: what is seen, by whom, in which order, and what is not there."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, StoredFile
from assessments.mastery import Method, Piece, Scale
from assessments.models import Evidence, EvidenceFile
from assessments.recompute import Ground
from assessments.selectors.growth import held_over_time, place
from competencies.models import Competency
from supports import recompute
from tests import factories as make
from tests.cast import demonstrate, see

pytestmark = pytest.mark.django_db
LEVELS = [Decimal(n) for n in (1, 2, 3, 4)]


def ground(method: str = "latest") -> Ground:
    return Ground(1, 1, Scale(tuple(LEVELS), Decimal(3)), Method(method), 1)


def pieces(*values: float, start) -> list[Piece]:
    return [
        Piece(f"{n:02}", start + timedelta(days=n), Decimal(str(value)), "quiz", str(n), 1, None)
        for n, value in enumerate(values)
    ]


def test_the_line_of_what_is_held_steps_only_where_it_changes(today):
    steps = held_over_time(pieces(2, 2, 3, 2.5, start=today), ground(), LEVELS)
    assert steps == [(today, 1.0), (today + timedelta(days=2), 2.0), (today + timedelta(days=3), 1.0)]


def test_a_day_on_which_nothing_is_held_draws_nothing(today):
    assert held_over_time(pieces(3, start=today), ground("n_mastery"), LEVELS) == []


def test_a_half_step_stands_between_two_levels():
    assert [place(Decimal(text), LEVELS) for text in ("1", "2.5", "4")] == [0.0, 1.5, 3.0]


def test_growth_shows_each_piece_and_says_what_nobody_has_looked_at(world, teacher, student, guardian, client_of):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    for person in (teacher, student, guardian):
        text = client_of(person).get(f"/students/{world.student.public_id}/growth").content.decode()
        picture = text[text.index("chart-wide") : text.index("chart-narrow")]
        assert picture.count('class="dot"') == 3
        assert picture.count('class="line"') == 1
        unseen = text[text.index('class="unseen-list"') :]
        assert world.idea["ratios"].name in unseen
        assert world.idea["compare"].name not in unseen
        assert ("Add evidence" in unseen) == (person == teacher)


def test_a_branch_that_does_not_exist_shows_the_one_seen_last(world, teacher, client_of):
    see(teacher, world.student, world.idea["compare"], 2)
    recompute.refresh_due(today=world.today)
    answer = client_of(teacher).get(f"/students/{world.student.public_id}/growth?branch=nothing")
    assert answer.status_code == 200
    assert "A picture begins with the second piece." in answer.content.decode()


def test_the_portfolio_holds_what_stands_and_not_what_was_withdrawn(world, teacher, client_of):
    for note in ("stays here", "went away"):
        see(teacher, world.student, world.idea["compare"], 2, note=note)
    client = client_of(teacher)
    gone = Evidence.objects.get(note="went away")
    client.post(f"/evidence/{gone.public_id}/withdraw", {"reason": "Wrong student"})
    text = client.get(f"/students/{world.student.public_id}/portfolio").content.decode()
    assert "stays here" in text
    assert "went away" not in text


@pytest.mark.parametrize("query", ["kind=self", "context=project", "before=9999-99-99_x_1", "before=1_2_3_4"])
def test_a_filter_narrows_and_a_broken_mark_is_the_first_page(world, teacher, client_of, query):
    see(teacher, world.student, world.idea["compare"], 2, note="a quiz piece", context="quiz")
    text = client_of(teacher).get(f"/students/{world.student.public_id}/portfolio?{query}").content.decode()
    assert ("a quiz piece" in text) == query.startswith("before")


def test_pages_of_a_portfolio_hold_every_piece_once(world, teacher, client_of):
    make.EvidenceFactory.create_batch(70, student=world.student, competency=world.idea["compare"], recorded_by=teacher)
    client, seen, query = client_of(teacher), [], ""
    while query is not None:
        text = client.get(f"/students/{world.student.public_id}/portfolio{query}").content.decode()
        seen += re.findall(r'href="/evidence/([0-9a-f-]{36})"><b>', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        query = found.group(1).replace("&amp;", "&") if found else None
    assert len(seen) == 70
    assert len(set(seen)) == 70


def test_what_one_household_noticed_is_not_in_the_other_households_portfolio(world, guardian, teacher, client_of):
    other = make.PersonFactory(given_name="Second", family_name="House")
    make.UserFactory(person=other)
    for person, mark in ((guardian, "one"), (other, "two")):
        world.student.relationships.update_or_create(
            person=person, kind="guardian", defaults={"household": mark, "starts_on": world.day(30)}
        )
    make.EvidenceFactory(
        student=world.student, competency=world.idea["compare"], kind="family", recorded_by=other, note="at our table"
    )
    page = f"/students/{world.student.public_id}/portfolio"
    why = f"/students/{world.student.public_id}/competencies/{world.idea['compare'].public_id}"
    for address in (page, why):
        assert "at our table" in client_of(other).get(address).content.decode()
        assert "at our table" in client_of(teacher).get(address).content.decode()
        assert "at our table" not in client_of(guardian).get(address).content.decode()


def _picture(world, by: Person, idea: Competency) -> StoredFile:
    piece = make.EvidenceFactory(student=world.student, competency=idea, recorded_by=by)
    row = StoredFile(
        student=world.student,
        kind="picture",
        content_type="image/png",
        size=3,
        digest="0" * 64,
        added_by=by,
        description="A number line with five parts",
    )
    row.file.save("a" * 40, ContentFile(b"png"), save=False)
    row.save()
    EvidenceFile.objects.create(evidence=piece, file=row)
    return row


def test_the_picture_of_a_piece_opens_for_the_circle_and_for_nobody_else(
    world, teacher, guardian, other_guardian, client_of, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    row = _picture(world, teacher, world.idea["compare"])
    text = client_of(guardian).get(f"/students/{world.student.public_id}/portfolio").content.decode()
    assert 'alt="A number line with five parts"' in text
    answer = client_of(guardian).get(f"/evidence/files/{row.public_id}")
    assert b"".join(answer.streaming_content) == b"png"
    assert answer["Cache-Control"] == "private, no-store"
    assert client_of(other_guardian).get(f"/evidence/files/{row.public_id}").status_code == 404
    Evidence.objects.filter(files__file=row).update(withdrawn_at=row.created_at)
    assert client_of(guardian).get(f"/evidence/files/{row.public_id}").status_code == 404


def names_of(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/students/[0-9a-f-]+/growth">([^<]+)</a>', text)


def test_a_class_map_stands_by_name_whatever_the_levels_are(world, teacher, client_of):
    for number, student in enumerate(world.students):
        demonstrate(teacher, student, world.idea["compare"], until=world.today, value=1 + number % 4)
    recompute.refresh_due(today=world.today)
    text = client_of(teacher).get(f"/classes/{world.section.public_id}/map").content.decode()
    ordered = sorted(world.students, key=lambda s: s.person.sort_name)
    assert names_of(text) == [student.person.display_name for student in ordered]
    assert "the whole class" in text[text.index('class="unseen-class"') :]


@pytest.mark.parametrize("question", ["?branch=x", "?sort=level", "?order=-held"])
def test_no_question_changes_the_order_of_the_class(world, teacher, client_of, question):
    see(teacher, world.students[2], world.idea["compare"], 4)
    recompute.refresh_due(today=world.today)
    client, url = client_of(teacher), f"/classes/{world.section.public_id}/map"
    plain = names_of(client.get(url).content.decode())
    assert len(plain) == len(world.students)
    assert names_of(client.get(url + question).content.decode()) == plain


def test_a_class_map_asks_the_same_number_of_questions_however_full_it_is(world, teacher, client_of):
    client, url = client_of(teacher), f"/classes/{world.section.public_id}/map"
    see(teacher, world.student, world.idea["compare"], 2)
    recompute.refresh_due(today=world.today)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for student in world.students:
        for idea in world.idea.values():
            see(teacher, student, idea, 3)
    recompute.refresh_due(today=world.today)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
