"""The pages of an import of results: for those who may, without JavaScript, safe whatever the file says."""

import csv
import io
import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import District, Job
from assessments.imports.mapping import mapping_from
from assessments.models import ColumnMapper, Evidence
from assessments.services.imports import run_evidence_import
from tests.assessments.imports.scene import give_ids, level, standing, table, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client(district, world, client_of):
    give_ids(world)
    return client_of(district)


def send(client, data, name="scores.csv"):
    return client.post(reverse("evidence_imports"), {"file": SimpleUploadedFile(name, data)})


def said(world, **more):
    """What a person says of the columns student_id, score and lunch."""
    return {
        "student_by": "id",
        "student_source": "sis",
        "competency_by": "file",
        "competency": str(world.idea["compare"].public_id),
        "observed_on": world.day(1).isoformat(),
        "scoring": "levels",
        "source": "file",
        "role-0": "student",
        "role-1": "score",
        "title-1": "Unit check",
        **more,
    }


def page_of(client, job):
    return client.get(reverse("evidence_import", args=[job.public_id]))


def test_a_table_goes_from_upload_to_evidence_without_javascript(client, world):
    assert client.get(reverse("evidence_imports")).status_code == 200
    answer = send(client, table("s1,3,free", "s2,0,paid", "nobody,3,free", header="student_id,score,lunch"))
    job = Job.objects.latest("pk")
    assert answer.url == reverse("evidence_import_columns", args=[job.public_id])
    columns = client.get(answer.url)
    assert columns.status_code == 200
    html = columns.content.decode()
    assert '<option value="student" selected>' in html
    assert '<option value="score" selected>' in html
    assert b"Say what the columns are" in page_of(client, job).content
    levels_from_one = client.post(answer.url, said(world, scoring="points", out_of="4", save_as="Unit checks"))
    assert levels_from_one.url == reverse("evidence_import", args=[job.public_id])
    assert b"Waiting for a worker" in page_of(client, job).content
    run_evidence_import(job_id=job.pk)
    page = page_of(client, job)
    assert b"What would be stored" in page.content
    assert b"There is 1 zero in the file." in page.content
    assert b"Nobody here has this id." in page.content
    assert Evidence.objects.count() == 0
    unsaid = client.post(reverse("evidence_import_confirm", args=[job.public_id]))
    assert unsaid.status_code == 422
    assert b"Say what a 0 means" in unsaid.content
    client.post(reverse("evidence_import_confirm", args=[job.public_id]), {"zero_is": "missing"})
    run_evidence_import(job_id=job.pk)
    page = page_of(client, job)
    assert b"What was stored" in page.content
    assert standing() == [(world.students[0].pk, level("3.5"))]  # 3 of 4 points, 3.25 on a scale of 1 to 4
    again = client.post(reverse("evidence_import_confirm", args=[job.public_id]), {"zero_is": "score"}, follow=True)
    assert b"already answered" in again.content


def test_what_the_columns_are_can_be_changed_after_the_dry_run(client, world):
    send(client, table("s1,3,free", "s2,2,paid", header="student_id,score,lunch"))
    job = Job.objects.latest("pk")
    columns = reverse("evidence_import_columns", args=[job.public_id])
    client.post(columns, said(world, scoring="points", out_of="4", **{"title-1": "Week 3"}))
    run_evidence_import(job_id=job.pk)
    assert b'name="again"' in page_of(client, job).content
    again = client.post(reverse("evidence_import_cancel", args=[job.public_id]), {"again": "1"})
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert b"Choose the file once more" in client.get(again.url).content
    file = SimpleUploadedFile("scores.csv", table("s1,3,free", "s2,2,paid", header="student_id,score,lunch"))
    columns = client.post(again.url, {"file": file}).url
    form = client.get(columns).content.decode()
    assert re.search(r'value="points"[^>]* checked', form)
    assert 'value="Week 3"' in form
    assert world.day(1).isoformat() in form
    client.post(columns, said(world, scoring="levels", **{"title-1": "Week 3"}))
    job = Job.objects.latest("pk")
    run_evidence_import(job_id=job.pk)
    assert Evidence.objects.count() == 0
    client.post(reverse("evidence_import_confirm", args=[job.public_id]))
    run_evidence_import(job_id=job.pk)
    assert standing() == [(world.students[0].pk, level("3")), (world.students[1].pk, level("2"))]
    strange = client.get(f"{reverse('evidence_import_columns', args=[job.public_id])}?as=nothing")
    assert strange.status_code in {200, 302}


def test_choices_are_kept_under_a_name_and_used_for_the_next_file(client, world):
    send(client, table("s1,3"))
    job = Job.objects.latest("pk")
    client.post(reverse("evidence_import_columns", args=[job.public_id]), said(world, save_as="Unit checks"))
    mapper = ColumnMapper.objects.get(name="Unit checks")
    kept = mapping_from(mapper.mapping)
    assert kept is not None
    assert (kept.student_column, kept.observed_on) == ("student_id", None)
    send(client, table("s2,4"))
    job = Job.objects.latest("pk")
    page = client.get(reverse("evidence_import_columns", args=[job.public_id]), {"mapper": str(mapper.public_id)})
    assert b'value="Unit check"' in page.content
    client.post(reverse("evidence_mapper_forget", args=[mapper.public_id]))
    assert not ColumnMapper.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"role-1": ""}, "Choose at least one column of scores."),
        ({"role-0": ""}, "Choose the column with the student’s id."),
        ({"student_source": ""}, "Say which system the student ids come from."),
        ({"competency": ""}, "Say what the scores are about"),
        ({"observed_on": ""}, "Give a date, or choose the column with the date."),
        ({"observed_on": "2999-01-01"}, "This date is in the future."),
        ({"scoring": "points"}, "Say how many points there were"),
        ({"student_by": "row"}, "row"),
        ({"role-1": "nonsense"}, ""),
    ],
)
def test_what_does_not_fit_is_said_on_the_form(client, world, more, sentence):
    send(client, table("s1,3"))
    job = Job.objects.latest("pk")
    answer = client.post(reverse("evidence_import_columns", args=[job.public_id]), said(world, **more))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    job.refresh_from_db()
    assert "mapping" not in job.parameters


def test_scripts_in_a_file_are_text(client, world):
    send(client, table("<script>alert(1)</script>,3", header='student_id,"<img src=x onerror=y>"'), name="<b>.csv")
    job = Job.objects.latest("pk")
    page = client.get(reverse("evidence_import_columns", args=[job.public_id]))
    assert b"<script>alert" not in page.content
    assert b"<img src=x" not in page.content


def test_a_running_import_polls_its_fragment_only(client, world):
    send(client, table("s1,3"))
    job = Job.objects.latest("pk")
    client.post(reverse("evidence_import_columns", args=[job.public_id]), said(world))
    fragment = client.get(reverse("evidence_import", args=[job.public_id]), headers={"HX-Request": "true"})
    assert fragment.content.strip().startswith(b"<section")
    assert b"hx-trigger" in fragment.content


def test_the_report_downloads_and_runs_nothing(client, world):
    send(client, table("=cmd(),3"))
    job = Job.objects.latest("pk")
    client.post(reverse("evidence_import_columns", args=[job.public_id]), said(world))
    run_evidence_import(job_id=job.pk)
    rows = list(
        csv.reader(
            io.StringIO(client.get(reverse("evidence_import_report", args=[job.public_id])).content.decode("utf-8-sig"))
        )
    )
    assert rows[1][4] == "'=cmd()"
    assert b"Nobody here has this id." in client.get(reverse("evidence_import_rows", args=[job.public_id])).content


def test_a_file_that_waits_can_be_dropped_and_is_gone(client, world, django_capture_on_commit_callbacks):
    send(client, table("s1,3"))
    job = Job.objects.latest("pk")
    path = job.upload.path
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("evidence_import_cancel", args=[job.public_id]))
    job.refresh_from_db()
    assert (job.state, bool(job.upload)) == ("cancelled", False)
    assert not os.path.exists(path)
    assert b"Nothing was written." in page_of(client, job).content


def test_too_large_a_file_is_refused_before_it_is_stored(client, settings, monkeypatch):
    monkeypatch.setattr("assessments.forms.imports.settings.ROSTER_UPLOAD_MAX_BYTES", 100, raising=False)
    answer = send(client, b"x" * 101)
    assert answer.status_code == 422
    assert Job.objects.count() == 0


def test_a_zip_that_is_no_results_says_so(client, world):
    send(client, zipped({"readme.txt": "x"}), name="x.zip")
    job = Job.objects.latest("pk")
    page = client.get(reverse("evidence_import_columns", args=[job.public_id]))
    assert b"This file is no table." in page.content


def test_a_demonstration_joins_by_row_number_and_nothing_else_does(client, world):
    send(client, table("M;5", "F;6", header="sex;G1"))
    job = Job.objects.latest("pk")
    by_row = said(world, student_by="row", **{"role-0": "", "scoring": "points", "out_of": "20"})
    assert client.post(reverse("evidence_import_columns", args=[job.public_id]), by_row).status_code == 422
    District.objects.update(demonstration_seed=7)
    assert client.post(reverse("evidence_import_columns", args=[job.public_id]), by_row).status_code == 302
    run_evidence_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.report["new"] == 2


def test_of_a_workbook_the_sheet_is_chosen_kept_and_filled_in_again(client, world):
    made = Workbook()
    made.active.append(["About this file"])
    for name, rows in (("Autumn", [("s1", 3), ("s2", 2)]), ("Spring", [("s1", 4), ("s2", "=1+1")])):
        sheet = made.create_sheet(name)
        sheet.append(["student_id", "score"])
        for row in rows:
            sheet.append(row)
    made.create_sheet("Drafts").sheet_state = "hidden"
    stream = io.BytesIO()
    made.save(stream)
    where = send(client, stream.getvalue(), "scores.xlsx").url
    page = client.get(where).content.decode()
    assert re.search(r'value="Autumn" checked', page)
    assert "3 rows" in page
    assert "Drafts" in page
    assert re.search(r'value="Spring" checked', client.get(where, {"sheet": "Spring"}).content.decode())
    client.post(f"{where}?sheet=Spring", said(world))
    job = Job.objects.latest("pk")
    assert job.parameters["mapping"]["sheet"] == "Spring"
    run_evidence_import(job_id=job.pk)
    detail = page_of(client, job).content.decode()
    assert "<bdi>Spring</bdi>" in detail
    assert "formula without a result" in detail
    assert "=1+1" in detail
    again = client.post(reverse("evidence_import_cancel", args=[job.public_id]), {"again": "1"})
    file = SimpleUploadedFile("scores.xlsx", stream.getvalue())
    columns = client.post(again.url, {"file": file}).url
    assert re.search(r'value="Spring" checked', client.get(columns).content.decode())
    client.post(f"{columns}&sheet=Autumn", said(world))
    run_evidence_import(job_id=Job.objects.latest("pk").pk)
    assert Job.objects.latest("pk").report["given"] == 2
