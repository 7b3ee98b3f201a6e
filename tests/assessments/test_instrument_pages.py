"""The pages of instruments: written in place, bad input answered in words, two editors, families, practice."""

from __future__ import annotations

import io
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from PIL import Image

from accounts.files import FileError
from assessments.choices import InstrumentState
from assessments.errors import InstrumentError
from assessments.models import (
    AnchorLevel,
    AnchorWork,
    Assignment,
    CalibrationTry,
    Contribution,
    Instrument,
    InstrumentVersion,
)
from assessments.selectors import contributions as talk
from assessments.selectors import instrument_pages as pages
from assessments.services import anchors as anchor_services
from tests import factories as make
from tests.cast import relate, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric(world, teacher):
    """A published rubric of Riverside with one criterion."""
    version = make.InstrumentVersionFactory(
        instrument__school=world.school, instrument__created_by=teacher, title="Explain a comparison"
    )
    make.CriterionFactory(version=version, competency=world.idea["compare"], name="The reason")
    return version


@pytest.fixture
def draft(world, teacher):
    """A draft of Riverside with one criterion."""
    version = make.InstrumentVersionFactory(
        instrument__school=world.school, instrument__created_by=teacher, state=InstrumentState.DRAFT, title="Draw it"
    )
    make.CriterionFactory(version=version, competency=world.idea["compare"], name="The drawing")
    return version


@pytest.fixture
def given(rubric, world, teacher):
    """The rubric, given to Math 5."""
    Assignment.objects.create(
        key=uuid.uuid4(), version=rubric, section=world.section, title="Task", language="en",
        opens_on=world.today, created_by=teacher,
    )  # fmt: skip
    return rubric


def at(route, row, query=""):
    return reverse(route, args=[row.public_id]) + query


# ------------------------------------------------------------------ writing
def test_an_instrument_is_begun_with_a_title_and_a_kind_and_written_on_its_page(client_of, teacher, world):
    browser = client_of(teacher)
    form = browser.get(reverse("instrument_add")).content.decode()
    assert 'name="title"' in form
    assert browser.post(reverse("instrument_add"), {"title": "", "kind": "x"}).status_code == 422
    body = {"title": "Halves", "kind": "check", "school": str(world.school.public_id), "language": "en"}
    answer = browser.post(reverse("instrument_add"), body)
    row = Instrument.objects.get()
    assert answer["Location"] == at("instrument", row, "?version=1")
    page = browser.get(answer["Location"]).content.decode()
    assert "Before it can be published" in page
    assert "Add items" in page


def test_a_teacher_writes_in_no_library_but_that_of_their_schools(client_of, teacher, world):
    body = {"title": "x", "kind": "check", "school": str(world.school_elsewhere.public_id), "language": "en"}
    assert client_of(teacher).post(reverse("instrument_add"), body).status_code == 422
    assert client_of(teacher).post(reverse("instrument_add"), body | {"school": "district"}).status_code == 422
    assert not Instrument.objects.exists()


def test_the_texts_open_in_place_and_are_a_page_without_javascript(client_of, teacher, draft):
    browser, where = client_of(teacher), at("instrument_edit", draft.instrument)
    whole = browser.get(where).content.decode()
    part = browser.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert 'id="text-form-' in part
    form = browser.get(where).context["form"]
    body = {name: form[name].value() for name in form.fields} | {"title": "Draw and tell", "is_holistic": ""}
    answer = browser.post(where, body, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Location"]) == (204, at("instrument", draft.instrument, "?version=1#about"))
    draft.refresh_from_db()
    assert draft.title == "Draw and tell"


def test_who_saves_second_sees_both_wordings_and_their_own_is_kept_in_the_form(client_of, world, teacher, draft):
    where = at("instrument_edit", draft.instrument)
    form = client_of(teacher).get(where).context["form"]
    body = {name: form[name].value() for name in form.fields} | {"is_holistic": "", "is_group_task": ""}
    client_of(world.people["co_teacher"]).post(where, body | {"purpose": "Hers"})
    answer = client_of(teacher).post(where, body | {"purpose": "Mine"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(words in page for words in ("Hers", "Mine", world.people["co_teacher"].display_name))
    again = answer.context["form"].data.dict()
    assert client_of(teacher).post(where, again).status_code == 302
    draft.refresh_from_db()
    assert draft.purpose == "Mine"


def test_competencies_are_found_by_words_and_added_with_a_depth(client_of, teacher, world, draft):
    browser, where = client_of(teacher), at("instrument_competencies", draft.instrument)
    for words in ("shap", "%", "\x00", "\u202e"):
        assert browser.get(where, {"q": words}).status_code == 200
    assert "Shapes" in browser.get(where, {"q": "shap"}).content.decode()
    shapes = str(world.idea["shapes"].public_id)
    assert browser.post(where, {"competency": shapes, "depth": "transfer"}).status_code == 302
    assert draft.alignments.get(competency=world.idea["shapes"]).depth == "transfer"
    for wrong in ({"competency": "x"}, {"competency": str(uuid.uuid4()), "depth": "use"}, {"competency": shapes}):
        assert browser.post(where, wrong).status_code == 422
    compare = str(world.idea["compare"].public_id)
    kept = browser.post(where, {"competency": compare, "depth": "use", "action": "remove"})
    assert "Remove that first" in kept.content.decode()
    browser.post(where, {"competency": shapes, "depth": "use", "action": "remove"})
    assert list(draft.alignments.values_list("competency__name", flat=True)) == ["Compare"]


def test_a_criterion_is_added_moved_reworded_and_removed(client_of, teacher, world, draft):
    browser = client_of(teacher)
    body = {
        "name": "The words",
        "competency": str(world.idea["compare"].public_id),
        "edit": draft.edit,
        "level-3": "Says",
    }
    assert browser.post(at("criterion_add", draft.instrument), body).status_code == 302
    added = draft.criteria.get(name="The words")
    assert browser.post(at("criterion_change", added), {"do": "up"}).status_code == 302
    assert [row.name for row in draft.criteria.all()] == ["The words", "The drawing"]
    where = at("criterion_edit", added)
    form = browser.get(where).context["form"]
    assert form["level-3"].value() == "Says"
    values = {name: form[name].value() or "" for name in form.fields} | {"level-3": "Says why"}
    assert browser.post(where, values).status_code == 302
    assert added.levels.get().text == "Says why"
    assert browser.post(where, values | {"name": ""}).status_code == 422
    assert browser.post(where, values | {"competency": "nonsense"}).status_code == 422
    assert browser.post(where, values | {"level-3": "Late"}).status_code == 409
    browser.post(at("criterion_change", added), {"do": "remove"})
    assert [row.name for row in draft.criteria.all()] == ["The drawing"]
    assert browser.post(at("criterion_change", added), {"do": "up"}).status_code == 404


def test_wrong_lines_of_items_are_named_by_their_number(client_of, teacher, world, draft):
    browser, where = client_of(teacher), at("instrument_items", draft.instrument)
    answer = browser.post(where, {"text": "1 | nowhere | 1 | x\n2"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 1: “nowhere”" in page
    assert "Line 2:" in page
    code = world.idea["compare"].code
    assert code in page
    assert browser.post(where, {"text": f"1 | {code} | 1 | <b>More?</b>"}).status_code == 302
    assert "&lt;b&gt;More?" in browser.get(at("instrument", draft.instrument)).content.decode()
    browser.post(where, {"remove": "1"})
    assert not draft.items.exists()


def test_a_form_of_the_task_is_added_with_what_helps_whom(client_of, teacher, draft):
    browser = client_of(teacher)
    body = {
        "edit": draft.edit, "title": "En español", "language": "es", "instructions": "Dibuja.", "everyone": "Tiras",
        "helps_language": "Palabras\nDibujos", "disability": "",
    }  # fmt: skip
    assert browser.post(at("instrument_form_add", draft.instrument), body).status_code == 302
    form = draft.forms.get()
    assert list(form.accommodations.values_list("helps", "text")) == [
        ("everyone", "Tiras"), ("language", "Palabras"), ("language", "Dibujos"),
    ]  # fmt: skip
    where = at("instrument_form_edit", form)
    shown = browser.get(where).context["form"]
    assert shown["helps_language"].value() == "Palabras\nDibujos"
    values = {name: shown[name].value() or "" for name in shown.fields} | {"title": "In Spanish"}
    assert browser.post(where, values).status_code == 302
    assert 'lang="es"' in browser.get(at("instrument", draft.instrument)).content.decode()
    browser.post(at("instrument_form_remove", form))
    assert not draft.forms.exists()


def test_publishing_asks_for_note_and_source_and_says_what_is_missing(client_of, teacher, draft):
    browser, where = client_of(teacher), at("instrument_publish", draft.instrument)
    answer = browser.post(where, {"validity_note": "", "source": ""})
    assert answer.status_code == 422
    assert "Say what its result may be read as" in answer.content.decode()
    assert browser.post(where, {"validity_note": "One look", "source": "Own"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == InstrumentState.PUBLISHED
    for route in ("instrument_edit", "instrument_publish", "criterion_add", "instrument_items"):
        assert browser.get(at(route, draft.instrument)).status_code == 404


def test_what_somebody_wrote_while_a_colleague_published_is_kept_in_the_form(client_of, world, teacher, draft):
    browser, criterion = client_of(teacher), draft.criteria.get()
    texts, words = at("instrument_edit", draft.instrument), at("criterion_edit", criterion)
    bodies = {where: {k: v.value() or "" for k, v in _bound(browser, where)} for where in (texts, words)}
    client_of(world.people["co_teacher"]).post(
        at("instrument_publish", draft.instrument), {"validity_note": "One look", "source": "Own"}
    )
    for where, name in ((texts, "purpose"), (words, "look_for")):
        answer = browser.post(where, bodies[where] | {name: "Two hours of work"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Two hours of work" in page
        assert "published and stays as it is" in page
        assert browser.get(where).status_code == 404


def _bound(browser, where):
    form = browser.get(where).context["form"]
    return [(name, form[name]) for name in form.fields]


def test_the_next_version_says_what_changed(client_of, teacher, rubric):
    browser = client_of(teacher)
    answer = browser.post(at("instrument_draft", rubric.instrument))
    assert answer["Location"].endswith("?version=2")
    draft = InstrumentVersion.objects.get(number=2)
    draft.criteria.update(name="The why")
    page = browser.get(answer["Location"]).content.decode()
    assert "Criterion added: The why" in page
    assert "Criterion taken off: The reason" in page
    assert browser.get(at("instrument", rubric.instrument, "?version=9")).status_code == 404
    assert browser.get(at("instrument", rubric.instrument, "?version=x")).context["page"].version == rubric


def test_another_school_copies_what_is_shared(client_of, teacher, world, rubric):
    other = client_of(world.people["teacher_elsewhere"])
    copy = at("instrument_copy", rubric.instrument)
    assert other.post(copy, {"school": ""}).status_code == 404
    client_of(teacher).post(at("instrument_share", rubric.instrument), {"share": "yes"})
    assert "Shared by Riverside" in other.get(reverse("instruments")).content.decode()
    answer = other.post(copy, {"school": str(world.school_elsewhere.public_id), "version": "1"})
    page = other.get(answer["Location"]).content.decode()
    assert "Began as a copy from" in page
    assert "Hillside" in client_of(teacher).get(at("instrument", rubric.instrument)).content.decode()
    assert other.post(copy, {"school": str(world.school.public_id)}).status_code == 302
    assert Instrument.objects.filter(school=world.school).count() == 1


def test_a_retired_instrument_is_found_only_by_who_looks_for_it(client_of, teacher, rubric):
    browser = client_of(teacher)
    browser.post(at("instrument_retire", rubric.instrument), {"retire": "yes"})
    assert rubric.title not in browser.get(reverse("instruments")).content.decode()
    assert rubric.title in browser.get(reverse("instruments"), {"retired": "on"}).content.decode()
    browser.post(at("instrument_retire", rubric.instrument), {"retire": "no"})
    assert rubric.title in browser.get(reverse("instruments")).content.decode()


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"competency": "x"}, {"q": "\x00"}, {"q": "a" * 500}, {"competency": str(uuid.uuid4())}]
)
def test_the_library_takes_any_question(client_of, teacher, rubric, query):
    assert client_of(teacher).get(reverse("instruments"), query).status_code == 200


# ------------------------------------------------------------------ families and students
def test_a_family_reads_the_criteria_before_the_task_and_proposes_a_change(client_of, world, given, teacher):
    family = client_of(world.people["guardian"])
    page = family.get(at("instrument", given.instrument)).content.decode()
    assert "The reason" in page
    assert "What level 3 looks like." in page
    for hidden in ("Practise judging", "Versions", "Take a copy", "Begin a new draft", teacher.display_name):
        assert hidden not in page
    body = {"key": uuid.uuid4(), "kind": "proposal", "text": "Let them draw it.", "language": "en"}
    for _n in range(2):
        assert family.post(at("instrument_say", given.instrument, "?version=1"), body).status_code == 302
    assert family.post(at("instrument_say", given.instrument), body | {"text": " "}).status_code == 422
    row = Contribution.objects.get()
    assert (row.speaker, row.version) == ("family", given)
    answered = client_of(teacher).post(at("contribution_answer", row), {"state": "accepted", "answer": "Yes."})
    assert answered.status_code == 302
    assert "Yes." in family.get(at("instrument", given.instrument)).content.decode()
    late = client_of(world.people["co_teacher"]).post(
        at("contribution_answer", row), {"state": "declined", "answer": "No"}
    )
    assert late.status_code == 409


def test_nobody_learns_who_a_student_or_family_in_the_thread_is_outside_their_circle(world, given):
    guardian, own = world.people["guardian"], world.people["student"]
    for person, speaker in ((guardian, "family"), (own, "student")):
        Contribution.objects.create(
            key=uuid.uuid4(), version=given, kind="comment", speaker=speaker, text="Good.", language="en", author=person
        )

    def who(name):
        return [one.who for one in talk.thread(viewer=viewer_of(world.people[name]), instrument=given.instrument)]

    assert who("teacher") == [guardian.display_name, own.display_name]
    assert who("teacher_next_door") == who("district") == who("principal") == ["A family", "A student"]
    assert who("other_guardian") == ["A family", "A student"]
    assert who("guardian") == ["You", "A student"]
    assert who("student") == ["A family", "You"]


def test_the_other_home_of_a_child_stays_unnamed(world, given):
    second = make.UserFactory(username="second").person
    relate(second, "guardian", [world.student])
    Contribution.objects.create(
        key=uuid.uuid4(), version=given, kind="comment", speaker="family", text="x", language="en", author=second
    )
    (said,) = talk.thread(viewer=viewer_of(world.people["guardian"]), instrument=given.instrument)
    assert said.who == "A family"


def test_the_questions_of_a_check_are_not_read_before_they_are_asked(client_of, world, teacher):
    version = make.InstrumentVersionFactory(instrument__kind="check", instrument__school=world.school)
    make.ItemFactory(version=version, competency=world.idea["compare"], prompt="Which is more?")
    make.InstrumentFormFactory(version=version, title="Paper", instructions="Answer all of them")
    Assignment.objects.create(
        key=uuid.uuid4(), version=version, section=world.section, title="Check", language="en",
        opens_on=world.today, created_by=teacher,
    )  # fmt: skip
    student = client_of(world.people["student"]).get(at("instrument", version.instrument)).content.decode()
    assert "Which is more?" not in student
    assert "Answer all of them" not in student
    assert "Paper" in student
    assert "Which is more?" in client_of(teacher).get(at("instrument", version.instrument)).content.decode()


# ------------------------------------------------------------------ anchors
def anchor_for(version, by, levels=None, **words):
    criterion = version.criteria.get()
    return anchor_services.add_anchor(
        by=viewer_of(by),
        version=version,
        words=anchor_services.AnchorWords(**({"title": "The bridge", "text": "Mine holds more."} | words)),
        levels={criterion.pk: (Decimal(3), "It compares.")} if levels is None else levels,
    )


def test_an_anchor_says_a_level_and_why_for_every_criterion(teacher, rubric, draft):
    pk = rubric.criteria.get().pk
    for levels in ({}, {pk: (Decimal(3), " ")}, {pk: (Decimal("2.5"), "x")}, {pk: (Decimal(9), "x")}):
        with pytest.raises(InstrumentError):
            anchor_for(rubric, teacher, levels=levels)
    for words in ({"title": " "}, {"text": ""}):
        with pytest.raises(InstrumentError):
            anchor_for(rubric, teacher, **words)
    with pytest.raises(InstrumentError, match="Publish the rubric first"):
        anchor_for(draft, teacher)
    assert not AnchorWork.objects.exists()
    assert anchor_for(rubric, teacher).levels.get().reason == "It compares."


def test_a_picture_is_written_anew_and_given_out_to_staff_only(client_of, world, teacher, given, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture, exif = Image.new("RGB", (40, 40), "teal"), Image.Exif()
    exif[0x010E] = "name of a child"
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=exif)
    criterion = given.criteria.get()
    body = {
        "title": "Photo", "language": "en", f"level-{criterion.pk}": "3", f"reason-{criterion.pk}": "It compares.",
        "description": "Two strips",
    }  # fmt: skip
    browser, where = client_of(teacher), at("anchor_add", given.instrument)

    def upload(data):
        file = io.BytesIO(data)
        file.name = "maya.jpg"
        return browser.post(where, body | {"picture": file})

    for wrong in (b"%PDF-1.4 x", b"nothing of the kind", b""):
        assert upload(wrong).status_code == 422
    assert not list(tmp_path.rglob("*.*"))
    assert upload(content.getvalue()).status_code == 302
    row = AnchorWork.objects.get()
    answer = browser.get(at("anchor_picture", row))
    stored = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"name of a child" not in stored
    assert "maya" not in row.picture.name
    for name in ("student", "guardian", "teacher_elsewhere"):
        assert client_of(world.people[name]).get(at("anchor_picture", row)).status_code == 404
        assert client_of(world.people[name]).get(at("calibrate", row)).status_code == 404


def test_a_file_that_is_no_picture_leaves_nothing_behind(teacher, rubric, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    recording = io.BytesIO(b"RIFF\x00\x00\x00\x00WAVEfmt ")
    recording.size = 16
    with pytest.raises(FileError):
        anchor_for(rubric, teacher, picture=recording, description="A sound")
    assert not AnchorWork.objects.exists()


def test_a_teacher_judges_first_and_sees_the_anchored_level_with_its_reason_after(client_of, world, teacher, rubric):
    row, criterion = anchor_for(rubric, teacher), rubric.criteria.get()
    browser, where = client_of(world.people["co_teacher"]), at("calibrate", row)
    before = browser.get(where).content.decode()
    assert "It compares." not in before
    key = str(uuid.uuid4())
    assert browser.post(where, {"key": key}).status_code == 422
    assert browser.post(where, {"key": key, f"level-{criterion.pk}": "7"}).status_code == 422
    answer = browser.post(where, {"key": key, f"level-{criterion.pk}": "2"})
    assert browser.post(where, {"key": key, f"level-{criterion.pk}": "2"}).status_code == 302
    assert CalibrationTry.objects.count() == 1
    after = browser.get(answer["Location"])
    page = after.content.decode()
    assert "It compares." in page
    assert "one level apart" in page
    assert "Of one criterion, 0 at the same level and 1 at most one level apart." in page
    assert (after.context["outcome"].same, after.context["outcome"].near) == (0, 1)
    # nobody else sees the try, whoever they are
    for name in ("teacher", "principal", "district"):
        assert client_of(world.people[name]).get(answer["Location"]).status_code == 404
        assert client_of(world.people[name]).get(where).context["tries"] == []
    assert browser.get(where, {"try": "x"}).status_code == 404


def test_anchors_of_a_shared_rubric_are_practised_on_at_other_schools_and_changed_at_home_only(
    client_of, world, teacher, rubric
):
    row, other = anchor_for(rubric, teacher), client_of(world.people["teacher_elsewhere"])
    assert other.get(at("calibrate", row)).status_code == 404
    Instrument.objects.update(is_shared=True)
    assert other.get(at("calibrate", row)).status_code == 200
    assert other.post(at("anchor_retire", row)).status_code == 403
    client_of(teacher).post(at("anchor_retire", row))
    assert other.get(at("calibrate", row)).status_code == 404
    assert AnchorLevel.objects.exists()


def test_the_page_asks_the_same_number_of_questions_whatever_stands_on_it(
    world, teacher, rubric, django_assert_max_num_queries
):
    for n in range(4):
        make.CriterionFactory(version=rubric, competency=list(world.idea.values())[n])
        AnchorWork.objects.create(version=rubric, title=f"Anchor {n}", text="x", language="en", created_by=teacher)
    viewer = viewer_of(teacher)
    with django_assert_max_num_queries(13):
        pages.page(viewer=viewer, instrument=rubric.instrument, language="en")
