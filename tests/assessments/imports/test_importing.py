"""From a file to evidence: looked at, confirmed, written exactly once."""

import pytest

from accounts.choices import JobState
from accounts.models import AuditEvent
from assessments.models import Evidence, ImportRow, RefreshRequest
from tests.assessments.imports.scene import (
    bring,
    codes,
    give_ids,
    level,
    look,
    mapping_for,
    standing,
    table,
    yes,
)
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(world):
    give_ids(world)
    return viewer_of(world.people["district"])


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_table_is_looked_at_first_and_written_after_a_yes(by, world):
    job = look(by, table("s1,3", "s2,2.5"), mapping_for(world))
    assert job.state == JobState.WAITING, job.report
    assert (job.report["new"], job.report["students"], job.report["errors"]) == (2, 2, 0)
    assert Evidence.objects.count() == 0
    assert not job.upload
    job = yes(by, job)
    assert job.state == JobState.DONE
    assert job.report["written"] == {"new": 2, "changed": 0, "withdrawn": 0, "same": 0}
    maya = Evidence.objects.get(student=world.students[0])
    assert (maya.value, maya.kind, maya.task_title) == (level("3"), "result", "Unit check")
    assert maya.observed_on == world.day(1)
    assert maya.recorded_by_id == by.person_id
    assert RefreshRequest.objects.count() == 2
    assert ImportRow.objects.count() == 0
    [event] = AuditEvent.objects.filter(action="evidence.import")
    assert sorted(event.student_ids) == sorted(s.pk for s in world.students[:2])


def test_the_same_file_again_changes_nothing_and_asks_nothing(by, world):
    bring(by, table("s1,3", "s2,2"), mapping_for(world))
    job = bring(by, table("s1,3", "s2,2"), mapping_for(world))
    assert (job.state, job.report["same"], job.report["new"]) == (JobState.DONE, 2, 0)
    assert Evidence.objects.count() == 2


def test_a_changed_score_corrects_and_the_old_row_stays(by, world):
    bring(by, table("s1,3", "s2,2"), mapping_for(world))
    job = bring(by, table("s1,4", "s2,2"), mapping_for(world))
    assert job.report["written"] == {"new": 0, "changed": 1, "withdrawn": 0, "same": 0}
    job = bring(by, table("s1,2", "s2,2"), mapping_for(world))
    assert job.report["written"]["changed"] == 1
    rows = Evidence.objects.filter(student=world.students[0]).order_by("pk")
    assert [row.value for row in rows] == [3, 4, 2]
    assert len({row.order_key for row in rows}) == 1
    assert standing(student=world.students[0]) == [(world.students[0].pk, level("2"))]


def test_what_cannot_be_used_costs_its_row_and_never_the_file(by, world):
    job = look(
        by,
        table("s1,3", "nobody,3", "s2,9", "s3,2.25", "s4,good", ",3", "s5,", "s6,1,extra", "s6,2", "s6,2", "s6,3"),
        mapping_for(world),
    )
    assert job.report["new"] == 2
    assert codes(job) == {
        "student-unknown": 1,
        "score-out-of-range": 1,
        "score-not-a-level": 1,
        "score-not-a-number": 1,
        "student-blank": 1,
        "row-width": 1,
        "twice-in-file": 1,
        "other-in-file": 1,
    }
    assert {issue.line for issue in job.issues.filter(code="score-out-of-range")} == {4}
    assert {issue.value for issue in job.issues.filter(code="student-unknown")} == {"nobody"}
