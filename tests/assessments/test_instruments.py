"""The life of an instrument: begun, made, published for ever, drafted anew, copied, shared; who reads what."""

from __future__ import annotations

import threading
import uuid
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEvent
from assessments.choices import (
    AccommodationFor,
    ContributionKind,
    ContributionState,
    Depth,
    InstrumentKind,
    InstrumentState,
    Speaker,
)
from assessments.errors import DraftChangedError, InstrumentError
from assessments.models import Assignment, Contribution, Instrument, InstrumentVersion
from assessments.selectors import instruments as selectors
from assessments.services import contributions as talk
from assessments.services import instrument_items as items
from assessments.services import instrument_parts as parts
from assessments.services import instruments as services
from tests import factories as make
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db

LEVELS = {Decimal(n): f"Looks like {n}." for n in range(1, 5)}


@pytest.fixture
def by(teacher):
    return viewer_of(teacher)


@pytest.fixture
def draft(world, by):
    """A rubric with one competency and one whole criterion."""
    row = services.create_instrument(
        by=by, kind=InstrumentKind.RUBRIC, title="Explain a comparison", school=world.school
    )
    parts.align(by=by, version=row, competency=world.idea["compare"])
    parts.add_criterion(
        by=by, version=row, competency=world.idea["compare"], words=parts.CriterionWords("Explains", "", LEVELS)
    )
    row.refresh_from_db()
    return row


@pytest.fixture
def version(by, draft):
    return services.publish(by=by, version=draft, validity_note="One look at one idea.", source="Made at Riverside")


def give(version, section, by):
    return Assignment.objects.create(
        key=uuid.uuid4(), version=version, section=section, title="Task", language="en",
        opens_on="2026-01-01", created_by=by,
    )  # fmt: skip


# ------------------------------------------------------------------ making one
def test_a_title_is_all_that_is_asked_to_begin(world, by):
    row = services.create_instrument(by=by, kind="check", title="  Halves\x00 ", school=world.school)
    assert (row.title, row.number, row.state, row.context) == ("Halves", 1, "draft", "quiz")
    with pytest.raises(InstrumentError):
        services.create_instrument(by=by, kind="check", title=" ", school=world.school)
    with pytest.raises(InstrumentError):
        services.create_instrument(by=by, kind="exam", title="x", school=world.school)


def test_what_is_missing_is_said_in_sentences_all_at_once(world, by):
    row = services.create_instrument(by=by, kind="rubric", title="Halves", school=world.school)
    with pytest.raises(InstrumentError) as wrong:
        services.publish(by=by, version=row)
    assert wrong.value.problems == (
        "Say what its result may be read as, and what not.",
        "Say where it comes from, or that you made it.",
        "Choose at least one competency it gives evidence on.",
        "A rubric needs at least one criterion.",
    )
    row.refresh_from_db()
    assert row.state == InstrumentState.DRAFT


def test_every_whole_level_is_described_before_it_is_published(world, by, draft):
    criterion = draft.criteria.get()
    parts.edit_criterion(
        by=by, criterion=criterion, competency=criterion.competency, edit=draft.edit,
        words=parts.CriterionWords("Explains", "", {Decimal(1): "Names", Decimal(3): "Compares"}),
    )  # fmt: skip
    with pytest.raises(InstrumentError, match="Describe every level of “Explains”"):
        services.publish(by=by, version=draft, validity_note="x", source="y")


def test_a_half_level_or_one_of_another_scale_is_not_stored(by, draft):
    criterion = draft.criteria.get()
    for value in (Decimal("2.5"), Decimal(9), Decimal("NaN")):
        with pytest.raises(InstrumentError):
            parts.add_criterion(
                by=by, version=draft, competency=criterion.competency,
                words=parts.CriterionWords("More", "", {value: "x"}),
            )  # fmt: skip


def test_a_criterion_is_about_a_competency_of_the_instrument(world, by, draft):
    with pytest.raises(InstrumentError):
        parts.add_criterion(by=by, version=draft, competency=world.idea["shapes"], words=parts.CriterionWords("Draws"))
    parts.align(by=by, version=draft, competency=world.idea["shapes"], depth=Depth.TRANSFER)
    with pytest.raises(InstrumentError, match="Nothing in it looks at “Shapes”"):
        services.publish(by=by, version=draft, validity_note="x", source="y")
    parts.unalign(by=by, version=draft, competency=world.idea["shapes"])
    with pytest.raises(InstrumentError, match="Remove that first"):
        parts.unalign(by=by, version=draft, competency=world.idea["compare"])


def test_a_holistic_rubric_has_one_description_for_each_competency(world, by, draft):
    services.edit_texts(by=by, version=draft, edit=draft.edit, is_holistic=True)
    parts.add_criterion(
        by=by, version=draft, competency=world.idea["compare"], words=parts.CriterionWords("Again", "", LEVELS)
    )
    with pytest.raises(InstrumentError, match="one description for each competency"):
        services.publish(by=by, version=draft, validity_note="x", source="y")


def test_criteria_move_and_the_ends_stay_where_they_are(world, by, draft):
    for name in ("Second", "Third"):
        parts.add_criterion(by=by, version=draft, competency=world.idea["compare"], words=parts.CriterionWords(name))
    first, _second, third = draft.criteria.all()
    parts.move_criterion(by=by, criterion=third, step=-1)
    parts.move_criterion(by=by, criterion=first, step=-1)
    assert [row.name for row in draft.criteria.all()] == ["Explains", "Third", "Second"]
    parts.remove_criterion(by=by, criterion=third)
    parts.remove_criterion(by=by, criterion=third)
    assert [row.name for row in draft.criteria.all()] == ["Explains", "Second"]


def test_items_come_line_by_line_and_a_wrong_line_stores_nothing(world, by):
    row = services.create_instrument(by=by, kind="check", title="Halves", school=world.school)
    with pytest.raises(InstrumentError, match="Choose its competencies first"):
        items.paste_items(by=by, version=row, text="1 | x | 1 | y")
    code = world.idea["compare"].code
    parts.align(by=by, version=row, competency=world.idea["compare"])
    with pytest.raises(InstrumentError) as wrong:
        items.paste_items(
            by=by, version=row, text=f"1a | {code} | 1 | Which is more?\n1b | Z | 1\n1c\n1d | {code} | -1"
        )
    assert [problem[:7] for problem in wrong.value.problems] == ["Line 2:", "Line 3:", "Line 4:"]
    assert not row.items.exists()
    assert items.paste_items(by=by, version=row, text=f"1a | {code} | 2 | A | B\n\n1b | | ,5 | C") == 2
    assert list(row.items.values_list("key", "points", "prompt")) == [
        ("1a", Decimal(2), "A | B"),
        ("1b", Decimal("0.5"), "C"),
    ]
    items.paste_items(by=by, version=row, text=f"1a | {code} | 3 | D")
    assert list(row.items.values_list("key", "points")) == [("1a", Decimal(3)), ("1b", Decimal("0.5"))]
    assert items.remove_items(by=by, version=row, keys=["1b", "nothing"]) == 1
    row = services.publish(by=by, version=row, validity_note="x", source="y")
    with pytest.raises(InstrumentError, match="published"):
        items.paste_items(by=by, version=row, text=f"2 | {code} | 1 | E")


def test_a_form_keeps_its_accommodations_by_whom_they_help(by, draft):
    words = parts.FormWords("In Spanish", "Haz un puente.", "es", {"language": ["A word list", " "], "nobody": ["x"]})
    form = parts.save_form(by=by, version=draft, words=words)
    assert [(one.helps, one.text) for one in form.accommodations.all()] == [(AccommodationFor.LANGUAGE, "A word list")]
    parts.remove_form(by=by, form=form)
    with pytest.raises(InstrumentError, match="removed this form"):
        parts.save_form(by=by, version=draft, words=words, form=form)


# ------------------------------------------------------------------ two at once
def test_who_saves_second_gets_both_wordings_and_may_save_over(by, draft):
    seen, edit = services.texts_seen(draft), draft.edit
    services.edit_texts(by=by, version=draft, edit=edit, seen=seen, purpose="First")
    with pytest.raises(DraftChangedError) as changed:
        services.edit_texts(by=by, version=draft, edit=edit, seen=seen, purpose="Second")
    assert "First" in changed.value.theirs
    assert "Second" in changed.value.mine
    saved = services.edit_texts(by=by, version=draft, edit=changed.value.edit, seen=changed.value.seen, purpose="Both")
    assert saved.purpose == "Both"


def test_a_change_elsewhere_in_the_draft_disturbs_nobody(world, by, draft):
    seen, edit = services.texts_seen(draft), draft.edit
    parts.align(by=by, version=draft, competency=world.idea["shapes"])
    assert services.edit_texts(by=by, version=draft, edit=edit, seen=seen, purpose="Mine").purpose == "Mine"


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_draft_at_once_share_one(version, by):
    found, start = [], threading.Barrier(2)

    def begin():
        start.wait()
        found.append(services.new_draft(by=by, instrument=version.instrument).pk)
        connection.close()

    threads = [threading.Thread(target=begin) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert InstrumentVersion.objects.filter(instrument=version.instrument).count() == 2


# ------------------------------------------------------------------ for ever
def test_a_published_version_never_changes_and_a_new_draft_begins_as_its_copy(world, by, draft):
    parts.save_form(by=by, version=draft, words=parts.FormWords("Paper", "", "en", {"everyone": ["Large print"]}))
    version = services.publish(by=by, version=draft, validity_note="x", source="y")
    for change in (
        lambda: services.edit_texts(by=by, version=version, edit=version.edit, title="Other"),
        lambda: services.publish(by=by, version=version),
        lambda: parts.align(by=by, version=version, competency=world.idea["shapes"]),
        lambda: parts.remove_criterion(by=by, criterion=version.criteria.get()),
        lambda: parts.move_criterion(by=by, criterion=version.criteria.get(), step=1),
        lambda: parts.remove_form(by=by, form=version.forms.get()),
    ):
        with pytest.raises(InstrumentError, match="published"):
            change()
    fresh = services.new_draft(by=by, instrument=version.instrument)
    assert (fresh.number, fresh.state, fresh.title) == (2, "draft", version.title)
    assert {level.value: level.text for level in fresh.criteria.get().levels.all()} == LEVELS
    assert fresh.forms.get().accommodations.get().text == "Large print"
    assert services.new_draft(by=by, instrument=version.instrument).pk == fresh.pk


def test_a_retired_instrument_is_in_no_library_and_comes_back(by, version):
    services.retire_instrument(by=by, instrument=version.instrument)
    assert not selectors.library(viewer=by)
    assert not selectors.published(viewer=by, school=version.instrument.school)
    with pytest.raises(InstrumentError, match="retired"):
        services.new_draft(by=by, instrument=version.instrument)
    services.retire_instrument(by=by, instrument=version.instrument, is_retired=False)
    assert [row.title for row in selectors.library(viewer=by)] == ["Explain a comparison"]


def test_every_act_leaves_its_line(by, version):
    acts = AuditEvent.objects.filter(subject_id=str(version.public_id)).order_by("pk").values_list("action", flat=True)
    assert list(acts) == [
        "instrument.create", "instrument.align", "instrument.criterion.add", "instrument.publish",
    ]  # fmt: skip


# ------------------------------------------------------------------ who reads what
def test_another_school_finds_only_what_is_shared_and_takes_a_copy_that_names_its_origin(world, by, version):
    elsewhere = viewer_of(world.people["teacher_elsewhere"])
    assert selectors.library(viewer=elsewhere) == []
    assert not selectors.published(viewer=elsewhere, school=world.school_elsewhere)
    services.share_instrument(by=by, instrument=version.instrument, is_shared=True)
    (entry,) = selectors.library(viewer=elsewhere)
    assert (entry.is_own, entry.is_shared, entry.school) == (False, True, "Riverside")
    assert [row.pk for row in selectors.published(viewer=elsewhere, school=world.school_elsewhere)] == [version.pk]
    copy = services.copy_instrument(by=elsewhere, version=version, school=world.school_elsewhere)
    again = services.copy_instrument(by=elsewhere, version=version, school=world.school_elsewhere)
    assert copy.pk == again.pk
    assert (copy.instrument.copied_from, copy.instrument.school) == (version, world.school_elsewhere)
    services.share_instrument(by=by, instrument=version.instrument, is_shared=False)
    assert [row.is_own for row in selectors.library(viewer=elsewhere)] == [True]


def test_a_draft_of_another_school_is_read_by_nobody_else(world, by, version):
    services.share_instrument(by=by, instrument=version.instrument, is_shared=True)
    fresh = services.new_draft(by=by, instrument=version.instrument)
    for name, reads in (("teacher_elsewhere", False), ("operator", False), ("navigator", True), ("district", True)):
        found = selectors.readable_versions(viewer=viewer_of(world.people[name]))
        assert found.filter(pk=fresh.pk).exists() is reads, name
        assert found.filter(pk=version.pk).exists()


def test_what_was_never_published_cannot_be_shared_or_copied(world, by, draft):
    with pytest.raises(InstrumentError):
        services.share_instrument(by=by, instrument=draft.instrument, is_shared=True)
    with pytest.raises(InstrumentError):
        services.copy_instrument(by=by, version=draft, school=world.school)


def test_students_and_families_read_what_their_class_was_given_and_nothing_else(world, by, version):
    names = ("student", "guardian", "other_guardian", "former_guardian", "student_elsewhere", "partner", "leaver")

    def readers():
        return {
            name
            for name in names
            if selectors.readable_versions(viewer=viewer_of(world.people[name])).filter(pk=version.pk).exists()
        }

    assert readers() == set()
    give(version, world.section, world.people["teacher"])
    assert readers() == {"student", "guardian", "other_guardian"}
    assert selectors.library(viewer=viewer_of(world.people["guardian"])) == []


def test_the_library_is_ordered_by_title_and_filtered_by_kind_competency_and_words(world, by, version):
    check = services.create_instrument(by=by, kind="check", title="A first check", school=world.school)
    parts.align(by=by, version=check, competency=world.idea["shapes"])
    services.create_instrument(
        by=by, kind="conversation", title="Zoo talk", school=world.school, purpose="Sort animals"
    )

    def titles(**which):
        return [row.title for row in selectors.library(viewer=by, **which)]

    assert titles() == ["A first check", "Explain a comparison", "Zoo talk"]
    assert titles(kind="check") == titles(competency=world.idea["shapes"].public_id) == ["A first check"]
    assert titles(words="animals zoo") == ["Zoo talk"]
    assert titles(words="compare") == ["Explain a comparison"]
    assert titles(words="\x00%") == []
    assert titles(kind="nonsense") == titles()


def test_the_library_asks_two_questions_whatever_its_size(by, world, version, django_assert_num_queries):
    for n in range(5):
        services.create_instrument(by=by, kind="check", title=f"Check {n}", school=world.school)
    with django_assert_num_queries(2):
        selectors.library(viewer=by)


# ------------------------------------------------------------------ making it together
def test_a_proposal_is_stored_once_and_answered_once(world, by, version):
    family, key = viewer_of(world.people["guardian"]), uuid.uuid4()
    for _n in range(2):
        row = talk.contribute(
            by=family, key=key, version=version, speaker=Speaker.FAMILY, kind=ContributionKind.PROPOSAL,
            text="Let them draw it.", language="en", criterion=version.criteria.get(),
        )  # fmt: skip
    assert Contribution.objects.count() == 1
    with pytest.raises(InstrumentError):
        talk.answer_contribution(by=by, contribution=row, state=ContributionState.ACCEPTED, answer=" ")
    for _n in range(2):
        talk.answer_contribution(by=by, contribution=row, state=ContributionState.ACCEPTED, answer="Yes, good.")
    with pytest.raises(DraftChangedError):
        talk.answer_contribution(by=by, contribution=row, state=ContributionState.DECLINED, answer="No.")
    with pytest.raises(InstrumentError):
        talk.contribute(
            by=by, key=key, version=version, speaker=Speaker.TEACHER, kind=ContributionKind.COMMENT, text="x",
            language="en",
        )  # fmt: skip


def test_a_contribution_says_something_about_this_version(world, by, version):
    other = make.CriterionFactory(competency=world.idea["shapes"])
    with pytest.raises(InstrumentError):
        talk.contribute(
            by=by, key=uuid.uuid4(), version=version, speaker=Speaker.TEACHER, kind=ContributionKind.COMMENT, text="x",
            language="en", criterion=other,
        )  # fmt: skip
    with pytest.raises(InstrumentError):
        talk.contribute(
            by=by, key=uuid.uuid4(), version=version, speaker=Speaker.TEACHER, kind="verdict", text="x", language="en"
        )
    assert not Contribution.objects.exists()
    assert Instrument.objects.count() == 2


def test_the_database_keeps_a_published_instrument_as_it_is_whoever_writes(draft, by, world):
    form = parts.save_form(by=by, version=draft, words=parts.FormWords("Paper"))
    parts_of = [draft.criteria.get(), draft.alignments.get(), draft.criteria.get().levels.first(), form]
    for row in parts_of:  # a draft is worked on
        type(row).objects.filter(pk=row.pk).update(**({"position": 3} if hasattr(row, "position") else {"text": "Now"}))
    version = services.publish(by=by, version=draft, validity_note="One look at one idea.", source="Made at Riverside")

    refused = "Cannot (change|update|delete)"
    for act in (
        lambda: InstrumentVersion.objects.filter(pk=version.pk).update(title="Another"),
        lambda: InstrumentVersion.objects.filter(pk=version.pk).update(state=InstrumentState.DRAFT),
        lambda: version.alignments.create(competency=world.idea["shapes"]),
        lambda: version.forms.create(title="Later", language="en"),
        lambda: form.accommodations.create(helps="language", text="Later"),
        *(
            lambda row=row: (
                type(row)
                .objects.filter(pk=row.pk)
                .update(**({"position": 4} if hasattr(row, "position") else {"text": "Later"}))
            )
            for row in parts_of
        ),
        *(lambda row=row: type(row).objects.filter(pk=row.pk)._raw_delete("default") for row in parts_of),
    ):
        with pytest.raises(ProgrammingError, match=refused), transaction.atomic():
            act()
    again = services.new_draft(by=by, instrument=version.instrument)
    assert again.criteria.get().name == "Explains"
