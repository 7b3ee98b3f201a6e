"""The sample sets go in end to end, twice, with the right rows."""

import os
from datetime import date
from pathlib import Path

import pytest

from accounts import models
from accounts.http import anonymous
from accounts.rosters.ledger import Entity, Note
from accounts.rosters.services import import_roster
from tests.accounts.rosters.scene import TODAY, student, versions

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
FOLDER = Path(SAMPLES) / "oneroster"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (SAMPLES and FOLDER.is_dir()),
        reason="THROUGHLINE_SAMPLES is unset or holds no rosters; set it to the folder with the sample data",
    ),
]


def twice(name):
    first = import_roster(by=anonymous(), origin=FOLDER / name)
    before = versions()
    again = import_roster(by=anonymous(), origin=FOLDER / name)
    assert again.ledger.writes == 0
    assert versions() == before
    return first


def test_oat_sa_goes_in_whole():
    result = twice("oat-sa-v1p1")
    assert {school.source_id for school in models.School.objects.all()} == {"12345", "54321"}
    assert models.Section.objects.count() == 3
    assert models.Student.objects.count() == 2
    assert {seat.source_id for seat in models.Enrolment.objects.all()} == {"enrol1", "enrol2", "enrol3"}
    assert student("user1").enrolments.count() == 2
    year = models.SchoolYear.objects.get()  # the classes name a term that is not there
    assert year.starts_on <= TODAY <= year.ends_on
    assert models.Relationship.objects.count() == 0  # nobody teaches, nobody is family
    assert result.bundle.errors == 0


def test_catalyst_goes_in_without_its_contradictions():
    result = twice("catalyst_minimal_v1p1.zip")
    assert models.School.objects.get().name == "History Department"
    assert models.Person.objects.count() == 6
    assert models.Student.objects.count() == 3  # two of them without any class they may sit in
    assert models.Enrolment.objects.count() == 2
    assert models.TeachingAssignment.objects.count() == 2
    assert set(models.Section.objects.values_list("starts_on", "ends_on")) == {(date(2022, 9, 1), date(2022, 12, 24))}
    assert models.Term.objects.count() == 4
    assert models.SchoolYear.objects.count() == 1
    assert models.Relationship.objects.count() == 0  # the term ended years ago
    assert result.bundle.errors == 2


def test_school_data_sync_goes_in_with_its_families():
    result = twice("microsoft-sds-v2.1")
    assert models.Student.objects.count() == 4
    assert {school.source_id for school in models.School.objects.all()} == {"110001", "110003"}
    assert models.Enrolment.objects.count() == 4
    assert models.TeachingAssignment.objects.count() == 2
    links = models.Relationship.objects.filter(kind="guardian")
    assert {row.student for row in links} == {student("114001"), student("114004")}
    assert result.ledger.notes[Note.RELATIVE_WITHOUT_ACCESS] == 1
    assert result.ledger[Entity.FAMILY].created == 2
    text = str([list(model.objects.values()) for model in (models.Person, models.User, models.Student)])
    assert "P@ssword" not in text
    assert "Woodenville" not in text
