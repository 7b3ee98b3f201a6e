"""Work of a class: given, handed in, kept, and read by nobody else."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from PIL import Image

from accounts.models import StoredFile
from assessments.choices import EvidenceKind, ScoringKind
from assessments.errors import WorkChangedError, WorkError
from assessments.models import Assignment, Evidence, MasterySummary, Scoring, Submission
from assessments.selectors.assignments import library
from assessments.services.assignments import NewAssignment, Place, add_assignment, close_assignment, place_students
from success_plans.choices import ConsentKind
from success_plans.services.consents import answer_consent
from supports import recompute
from tests import factories as make
from tests.assessments.works import handed, judge, key, levels, rubric, work_of
from tests.cast import viewer_of


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def drawing():
    out = io.BytesIO()
    image = Image.new("RGB", (30, 20), "gold")
    exif = image.getexif()
    exif[0x010E] = "taken at home"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("maya-okafor.jpg", out.getvalue())


def given(world, version, **more):
    return NewAssignment(
        key=key(), version=version.public_id, title="Bridges", language="en", opens_on=world.today, **more
    )


def test_a_class_is_given_a_published_instrument_of_its_school_once(world, teacher):
    version, _criteria = rubric(world)
    work = given(world, version, is_blind=True)

    row = add_assignment(by=viewer_of(teacher), section=world.section, work=work)

    assert add_assignment(by=viewer_of(teacher), section=world.section, work=work) == row
    assert (Assignment.objects.count(), row.is_blind, row.created_by) == (1, True, teacher)


def test_an_instrument_of_another_school_a_draft_and_a_retired_one_cannot_be_given(world, teacher):
    elsewhere = make.InstrumentVersionFactory(instrument__school=world.school_elsewhere)
    make.CriterionFactory(version=elsewhere, competency=world.idea["compare"])
    draft, _criteria = rubric(world, state="draft")

    assert library(viewer=viewer_of(teacher), school_id=world.school.pk) == []
    for version in (elsewhere, draft):
        with pytest.raises(WorkError, match="library"):
            add_assignment(by=viewer_of(teacher), section=world.section, work=given(world, version))


def test_work_that_is_due_before_it_begins_is_not_given(world, teacher):
    version, _criteria = rubric(world)
    late = given(world, version, due_on=world.today - timedelta(days=1))
    with pytest.raises(WorkError, match="before it begins"):
        add_assignment(by=viewer_of(teacher), section=world.section, work=late)


def test_each_student_has_a_form_and_a_group_and_who_was_judged_keeps_the_form(world, teacher):
    work = work_of(world)
    first, second = (make.InstrumentFormFactory(version=work.version, title=title) for title in "ab")
    maya, ben = world.students[:2]
    by = viewer_of(teacher)
    places = {maya.pk: Place(second.pk, " The  bridge "), ben.pk: Place(None, "")}

    assert place_students(by=by, assignment=work, places=places) == 1
    assert Submission.objects.get().group_name == "The bridge"
    judge(world, teacher, work, 3, 3)
    place_students(by=by, assignment=work, places={maya.pk: Place(first.pk, "Tower")})

    row = Submission.objects.get(student=maya)
    assert (row.form_id, row.group_name) == (second.pk, "Tower")
    assert Evidence.objects.get(competency=world.idea["compare"]).form_id == second.pk
    with pytest.raises(WorkError, match="another task"):
        place_students(by=by, assignment=work, places={ben.pk: Place(2**40)})


def test_a_student_hands_in_with_a_view_of_their_own_that_is_never_counted(world):
    work = work_of(world)

    handed(world, work, views=levels(work, 4, 3, 2), view_note="I am proud of it.")
    recompute.refresh_due()

    own = Scoring.objects.get(kind=ScoringKind.SELF)
    pieces = {e.competency_id: e for e in Evidence.objects.all()}
    assert own.rater == world.student.person
    assert {e.kind for e in pieces.values()} == {EvidenceKind.SELF}
    assert pieces[world.idea["compare"].pk].value == 3, "the lower of the two"
    assert pieces[world.idea["shapes"].pk].task_key == f"work:{work.public_id}"
    assert not MasterySummary.objects.exists()


def test_handing_in_anew_keeps_the_earlier_text_and_replaces_the_own_view(world):
    work = work_of(world)
    first = handed(world, work, views=levels(work, 2))

    handed(world, work, text="Now with a drawing.", version=first.version, views=levels(work, 3))

    row = Submission.objects.get()
    standing = Evidence.objects.filter(withdrawn_at__isnull=True)
    assert row.text == "Now with a drawing."
    assert "I built it from paper." in list(row.events.values_list("text", flat=True))
    assert [e.value for e in standing] == [Decimal(3)]
    assert Evidence.objects.count() == 2


def test_two_windows_never_overwrite_one_another(world):
    work = work_of(world)
    handed(world, work)

    with pytest.raises(WorkChangedError) as changed:
        handed(world, work, text="From the other window.")
    assert changed.value.version == Submission.objects.get().version
    assert Submission.objects.get().text == "I built it from paper."


def test_once_somebody_began_to_judge_the_work_stays(world, teacher):
    work = work_of(world)
    first = handed(world, work)
    judge(world, teacher, work, 3)

    with pytest.raises(WorkError, match="began to judge"):
        handed(world, work, text="Better.", version=first.version)


def test_a_closed_work_and_one_that_has_not_begun_take_nothing(world, teacher):
    work = work_of(world)
    close_assignment(by=viewer_of(teacher), assignment=work)
    later = work_of(world, version=work.version, opens_on=world.today + timedelta(days=1))

    for one, words in ((work, "closed"), (later, "not begun")):
        with pytest.raises(WorkError, match=words):
            handed(world, one)
    with pytest.raises(WorkError, match="few words"):
        handed(world, work_of(world, version=work.version), text="  ")


def test_an_adult_writes_it_down_and_is_named_as_who_wrote(world, teacher):
    work = work_of(world)

    row = handed(world, work, by=teacher, views=levels(work, 2))

    piece = Evidence.objects.get()
    assert (row.submitted_by, piece.recorded_by, piece.rater) == (teacher, teacher, world.student.person)


def test_a_picture_waits_for_the_familys_yes_and_loses_what_the_camera_noted(world, guardian):
    work = work_of(world)
    with pytest.raises(WorkError, match="family has not said yes"):
        handed(world, work, uploads=[drawing()])
    assert not StoredFile.objects.exists()

    answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.MEDIA, is_yes=True)
    handed(world, work, uploads=[drawing()], shows="A bridge")

    stored = StoredFile.objects.get()
    with stored.file.open() as opened:
        content = opened.read()
    assert stored.kind == "picture"
    assert b"taken at home" not in content


def test_what_is_no_picture_recording_or_document_is_refused_in_words(world, guardian):
    answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.MEDIA, is_yes=True)
    with pytest.raises(WorkError, match="We keep pictures"):
        handed(world, work_of(world), uploads=[SimpleUploadedFile("virus.exe", b"MZ" + b"\0" * 400)])
    assert not Submission.objects.filter(submitted_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_while_one_hands_in_the_rest_of_the_class_does_not_wait(world):
    work = work_of(world)
    other = world.students[1]
    with transaction.atomic():
        handed(world, work)  # its request is not over yet
        with ThreadPoolExecutor(1) as pool:
            row = pool.submit(impatient, handed, world, work, other, by=world.people["teacher"]).result(timeout=60)

    assert row.student_id == other.pk
    assert Submission.objects.filter(submitted_at__isnull=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_hand_ins_of_one_student_wait_for_each_other(world):
    work = work_of(world)
    with transaction.atomic():
        handed(world, work)
        with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError, match="lock timeout"):
            pool.submit(impatient, handed, world, work).result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_a_file_is_looked_at_before_anything_is_locked(world):
    work = work_of(world)
    with transaction.atomic():
        Assignment.objects.select_for_update().get(pk=work.pk)  # somebody closes it
        broken = SimpleUploadedFile("virus.exe", b"MZ" + b"\0" * 400)
        with ThreadPoolExecutor(1) as pool, pytest.raises(WorkError, match="We keep pictures"):
            pool.submit(impatient, handed, world, work, uploads=[broken]).result(timeout=60)


def impatient(act, *args, **kwargs):
    """Do it on this thread's own connection, without waiting for locks."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        return act(*args, **kwargs)
    finally:
        connection.close()
