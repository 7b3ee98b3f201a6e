"""One thin thread, everything real: a piece is recorded, a worker answers with a summary and a flag."""

from __future__ import annotations

import pytest

from assessments.models import MasterySummary, RefreshRequest
from supports import recompute
from supports.models import Flag
from tests.cast import World, demonstrate, see
from tests.processes import WorkerProcess, eventually


def test_evidence_becomes_a_summary_and_a_flag(world: World, teacher, django_capture_on_commit_callbacks) -> None:
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)

    assert recompute.refresh_due() == 1

    summary = MasterySummary.objects.get(student=world.student)
    assert summary.is_demonstrated
    assert Flag.objects.get(student=world.student).rule == "READY_NEXT"
    assert not RefreshRequest.objects.exists()
    assert recompute.compare([s.pk for s in world.everyone()]) == []


@pytest.mark.worker
def test_a_real_worker_hears_the_bell(worker: WorkerProcess, world: World, teacher) -> None:
    see(teacher, world.student, world.idea["compare"], 2)

    eventually(lambda: not RefreshRequest.objects.exists())

    assert MasterySummary.objects.get(student=world.student).pieces == 1


@pytest.mark.browser
def test_a_real_browser_reads_a_page(browser_page, world: World) -> None:
    answer = browser_page.goto("/account/login/")

    assert answer.status == 200
