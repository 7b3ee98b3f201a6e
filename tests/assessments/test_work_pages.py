"""Pages of students' work: without JavaScript, blind where they should be, in words where something is wrong."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ReadEvent
from assessments.models import Assignment, Evidence, Moderation, Scoring, Submission
from assessments.selectors.agreement import LEAST
from tests import factories as make
from tests.assessments.works import ask, handed, judge, judged_by_two, key, levels, rubric, work_of
from tests.cast import add_student, relate


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def address(route, world, work, student=None):
    return reverse(route, args=[work.public_id, (student or world.student).public_id])


def form_of(work, *values, version=0, seen=0, do="finish", **more):
    criteria = work.version.criteria.order_by("position")
    chosen = {f"level-{c.public_id}": v for c, v in zip(criteria, values, strict=False) if v}
    return {"version": version, "seen": seen, "do": do, **chosen, **more}


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_teacher_gives_work_places_everyone_and_closes_it(world, client_of, teacher):
    version, _criteria = rubric(world, title="Bridge rubric")
    second = [make.InstrumentFormFactory(version=version, title=title) for title in ("Text", "Pictures")][1]
    make.AccommodationFactory(form=second, helps="language", text="A word list in two languages")
    client = client_of(teacher)
    empty = client.get(reverse("section_assignments", args=[world.section.public_id]))
    assert "No work was given yet" in words(empty)

    where = reverse("assignment_add", args=[world.section.public_id])
    bad = client.post(where, {"key": key(), "version": "x", "title": "", "opens_on": "soon"})
    assert bad.status_code == 422
    sent = {"key": key(), "version": version.public_id, "title": "Bridges", "opens_on": world.today.isoformat()}
    added = client.post(where, {**sent, "is_blind": "on"}, follow=True)

    assert "A word list in two languages" in words(added)
    assert [row.person.display_name for row in world.students] != []
    work = Assignment.objects.get()
    page = reverse("assignment", args=[work.public_id])
    maya = world.student.public_id
    client.post(page, {f"form-{maya}": second.pk, f"group-{maya}": "Bridge"})
    assert Submission.objects.get().form == second
    assert client.post(page, {f"form-{maya}": "x"}).status_code == 422
    assert client.post(page, {f"form-{maya}": 999_999}).status_code == 422
    closed = client.post(reverse("assignment_close", args=[work.public_id]), follow=True)
    assert "Closed on" in words(closed)
    assert ReadEvent.objects.filter(block="work").exists()


def test_the_class_stands_by_name_with_where_each_work_is(world, client_of, teacher):
    work = work_of(world)
    handed(world, work)
    judge(world, teacher, work, 4, 4, 4)
    make.SubmissionFactory(assignment=work, student=world.students[1])

    text = words(client_of(teacher).get(reverse("assignment", args=[work.public_id])))

    names = [s.person.display_name for s in sorted(world.students, key=lambda s: s.person.sort_name)]
    assert sorted(names, key=text.index) == names
    assert "2 of 6 handed in, 1 judged." in text
    assert "Not handed in" in text


def test_a_student_hands_in_reads_it_beside_the_teachers_view_and_family_only_reads(
    world, client_of, student, teacher, guardian
):
    work = work_of(world)
    where = address("submission_edit", world, work)
    client = client_of(student)

    assert client.post(where, form_of(work, text=" ")).status_code == 422
    assert client.post(where, form_of(work, "9", text="x")).status_code == 422
    done = client.post(where, form_of(work, "4", text="My bridge.", view_note="Proud"), follow=True)
    assert "Handed in" in words(done)
    stale = client.post(where, form_of(work, text="Other window"))
    assert stale.status_code == 409
    assert "Other window" in words(stale)
    judge(world, teacher, work, 3, 3, note="Show how it bends.")

    for person in (student, guardian):
        text = words(client_of(person).get(where))
        assert "Show how it bends." in text
        assert "Proud" in text
        assert "Hand it in" not in text
    assert client_of(guardian).post(where, form_of(work, text="Mine")).status_code == 403
    listed = words(client_of(guardian).get(reverse("student_work", args=[world.student.public_id])))
    assert "Judged" in listed


def test_a_work_of_another_class_is_not_found_under_a_student(world, client_of, teacher):
    elsewhere = make.AssignmentFactory(version=rubric(world)[0], section=world.next_door)

    assert client_of(teacher).get(address("submission_edit", world, elsewhere)).status_code == 404
    assert client_of(teacher).get(address("score", world, elsewhere)).status_code == 404
    assert client_of(teacher).get(reverse("assignment", args=[elsewhere.public_id])).status_code == 404


def test_a_judgement_is_kept_as_a_draft_finished_and_taken_back(world, client_of, teacher):
    work = work_of(world)
    row = handed(world, work, views=levels(work, 2))
    client, where = client_of(teacher), address("score", world, work)
    assert "The student’s own view" in words(client.get(where))

    client.post(where, form_of(work, "3", seen=row.version, do="draft"))
    assert not Evidence.objects.filter(kind="teacher").exists()
    assert client.post(where, form_of(work, "4", seen=row.version, do="draft")).status_code == 409
    assert client.post(where, form_of(work, seen=row.version, version=1)).status_code == 422
    assert client.post(where, form_of(work, "12", seen=row.version, version=1)).status_code == 422
    done = client.post(where, form_of(work, "3", "4", seen=row.version, version=1), follow=True)

    text = words(done)
    assert "What could come next" in text
    assert "Equivalent" in text
    assert "Start a support" in text
    assert "Offer enrichment" in text
    scoring = Scoring.objects.get(rater=teacher)
    undone = client.post(reverse("scoring_undo", args=[scoring.public_id]), follow=True)
    assert "Your levels are a draft again" in words(undone)


def test_half_a_step_stands_between_two_levels_and_is_shown_again(world, client_of, teacher):
    work = work_of(world)
    client, score = client_of(teacher), address("score", world, work)
    first, second, third = (c.public_id for c in work.version.criteria.order_by("position"))
    top = client.post(score, form_of(work, "4", "2", **{f"half-{first}": "on"}))
    assert top.status_code == 422
    assert "no half step above it" in words(top)
    bare = client.post(score, form_of(work, "4", "2", **{f"half-{third}": "on"}))
    assert "Choose the level that the half step goes on from" in words(bare)
    client.post(score, form_of(work, "2", "3", do="draft", **{f"half-{first}": "on"}))
    drafted = re.findall(r'name="half-([0-9a-f-]+)"[^>]* checked', client.get(score).content.decode())
    assert drafted == [str(first)]
    client.post(score, form_of(work, "2", "3", version=1, **{f"half-{first}": "on", f"half-{second}": "on"}))
    assert list(Evidence.objects.values_list("value", flat=True)) == [Decimal("2.5")], "the lower of two on one idea"
    assert "between" in words(client.get(score))


def test_who_was_asked_sees_the_work_and_nothing_of_the_student(world, client_of, teacher, teacher_next_door):
    work = work_of(world, is_blind=True)
    row = handed(world, work, text="Maya built this, says Okafor.", views=levels(work, 4), view_note="Proud of it")
    ask(world, work, teacher_next_door)
    scoring = Scoring.objects.get(rater=teacher_next_door)
    client, where = client_of(teacher_next_door), reverse("scoring", args=[scoring.public_id])

    page = client.get(where).content.decode()
    listed = client.get(reverse("my_scorings")).content.decode()

    for body in (page, listed):
        for secret in ("Maya", "Okafor", "Proud of it", str(world.student.public_id), "own view"):
            assert secret not in body, secret
    assert "built this, says" in page
    assert scoring.public_id.hex in listed.replace("-", "")
    for route in ("score", "submission_edit"):
        assert client.get(address(route, world, work)).status_code == 404
    done = client.post(where, form_of(work, "2", "2", seen=row.version), follow=True)
    assert "second person" in words(done)
    assert "Maya" not in done.content.decode()


def test_nothing_of_the_others_levels_is_in_any_byte_before_both_are_done(
    world, client_of, teacher, co_teacher, student, guardian
):
    work = work_of(world, is_blind=True)
    row = handed(world, work)
    judge(world, teacher, work, 4, 4, 4, note="seen by the first")
    pages = [
        address("score", world, work),
        address("submission_edit", world, work),
        reverse("assignment", args=[work.public_id]),
        reverse("class_grid", args=[world.section.public_id]),
        reverse("student_competency", args=[world.student.public_id, world.idea["compare"].public_id]),
        reverse("student_map", args=[world.student.public_id]),
        reverse("moderations"),
        reverse("api_evidence"),
    ]
    before = {
        (person.pk, page): client_of(person).get(page).content.decode()
        for person in (co_teacher, student, guardian)
        for page in pages
    }
    assert not any("seen by the first" in body for body in before.values())
    assert Evidence.objects.count() == 0
    # the page is the same whatever the first one gave
    Scoring.objects.filter(rater=teacher).get().scores.update(value=1)
    for person in (co_teacher, student):
        now = client_of(person).get(pages[1]).content.decode()
        assert _settled(now) == _settled(before[person.pk, pages[1]])
    now = client_of(co_teacher).get(pages[0]).content.decode()
    assert _settled(now) == _settled(before[co_teacher.pk, pages[0]])

    client_of(co_teacher).post(pages[0], form_of(work, "3", "3", seen=row.version))
    assert "seen by the first" in client_of(co_teacher).get(pages[0]).content.decode()


def _settled(body):
    """A page without what differs each time."""
    return re.sub(r"csrf\w*[\"'][^>]*|X-CSRFToken[^}]*|nonce=\S+", "", body)


def test_two_who_differ_talk_and_decide_and_a_second_decision_is_told(world, client_of, teacher, co_teacher):
    work = work_of(world, is_blind=True)
    judge(world, teacher, work, 1, 1, note="It falls over.")
    judge(world, co_teacher, work, 4, 4)
    row = Moderation.objects.get()
    where = reverse("moderation", args=[row.public_id])
    client = client_of(teacher)
    assert "Maya" in words(client.get(reverse("moderations")))
    assert "It falls over." in words(client.get(where))

    assert client.post(where, {"level": "5", "reason": "x"}).status_code == 422
    assert client.post(where, {"level": "2"}).status_code == 422
    done = client.post(where, {"level": "2", "reason": "It stands, barely."}, follow=True)
    late = client_of(co_teacher).post(where, {"level": "3", "reason": "I would say more."})

    assert "It stands, barely." in words(done)
    assert late.status_code == 409
    assert "It stands, barely." in words(late)
    assert "I would say more." in words(late)
    text = words(client.get(address("submission_edit", world, work)))
    assert "decided together" in text


def test_answers_are_entered_in_one_grid_and_what_is_missing_stays_missing(world, client_of, teacher):
    version = make.InstrumentVersionFactory(instrument__school=world.school)
    item = make.ItemFactory(version=version, competency=world.idea["compare"], points=2, key="1a")
    work = work_of(world, version=version)
    where = reverse("assignment_answers", args=[work.public_id])
    client = client_of(teacher)
    sent = {f"version-{s.public_id}": 0 for s in world.students}
    cell = f"points-{world.student.public_id}-{item.pk}"

    assert client.post(where, {**sent, cell: "many"}).status_code == 422
    assert client.post(where, {**sent, cell: "3"}).status_code == 422
    assert client.post(where, {**sent, cell: "1,5"}).status_code == 302
    assert client.post(where, {**sent, cell: "0"}).status_code == 409

    assert [str(e.note) for e in Evidence.objects.all()] == ["1.5 of 2 points"]
    assert 'value="1.5"' in client.get(where).content.decode()


def test_agreement_is_said_in_words_from_ten_works_on_and_names_nobody(world, client_of, teacher, co_teacher):
    version, _criteria = rubric(world)
    work = work_of(world, is_blind=True, version=version)
    where = reverse("instrument_agreement", args=[version.instrument.public_id])
    students = [*world.students, *(add_student(world.section, f"Child{n}", "Many") for n in range(LEAST - 6))]
    for person in (teacher, co_teacher):
        relate(person, "section", students[6:], section=world.section)
    for n, student in enumerate(students[:-1]):
        judged_by_two(world, work, student, (1 + n % 4, 2), (1 + n % 4, 2))
    few = words(client_of(teacher).get(where))
    assert "1 more work judged by two people is needed" in few
    judge(world, teacher, work, 1, 2, student=students[-1])
    judge(world, co_teacher, work, 3, 2, student=students[-1])

    text = words(client_of(co_teacher).get(where))

    assert "Explains" in text
    assert "9 of 10 judgements" in text
    assert "90 %" in text
    assert "cannot be told" in text, "everyone gave the same level on the second criterion"
    for person in (teacher, co_teacher):
        main = text.split("Do we mean the same?", 1)[1]
        assert person.family_name not in main or person is co_teacher


def test_the_page_of_a_work_asks_as_often_for_a_class_as_for_one(world, client_of, teacher, co_teacher):
    work = work_of(world, is_blind=True)
    where, client = reverse("assignment", args=[work.public_id]), client_of(teacher)
    handed(world, work)
    client.get(where)
    with CaptureQueriesContext(connection) as one:
        client.get(where)
    for student in world.students[1:]:
        make.SubmissionFactory(assignment=work, student=student)
        judge(world, co_teacher, work, 3, student=student)

    with CaptureQueriesContext(connection) as all_of_them:
        client.get(where)

    assert len(all_of_them) == len(one)
