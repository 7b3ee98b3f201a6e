"""The pages of an import: for those who may, without JavaScript, safe whatever the file said."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import models
from accounts.choices import JobState
from accounts.rosters.services import run_roster_import
from tests.accounts.oneroster.rosters import zipped
from tests.accounts.rosters.scene import bring, changed, current_roster, person, student, without_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client(district, client_of):
    return client_of(district)


def send(client, files, name="roster.zip"):
    return client.post(reverse("imports"), {"file": SimpleUploadedFile(name, zipped(files).getvalue())})


def send_and_look(client, files):
    """Upload, let the worker read, and fetch the page."""
    answer = send(client, files)
    job = models.Job.objects.latest("pk")
    assert answer.url == reverse("roster_import", args=[job.public_id])
    run_roster_import(job_id=job.pk)
    job.refresh_from_db()
    return job, client.get(answer.url)


def test_an_upload_is_looked_at_confirmed_and_reported_without_javascript(client):
    page = client.get(reverse("imports"))
    assert page.status_code == 200
    answer = send(client, current_roster())
    job = models.Job.objects.latest("pk")
    going = client.get(answer.url)
    assert b"Waiting for a worker" in going.content
    assert b"Look again" in going.content
    run_roster_import(job_id=job.pk)
    page = client.get(answer.url)
    assert b"What would change" in page.content
    assert b"hx-trigger" not in page.content
    assert not models.Student.objects.filter(person__identifiers__source="roster").exists()
    answer = client.post(reverse("roster_import_confirm", args=[job.public_id]))
    assert answer.status_code == 302
    run_roster_import(job_id=job.pk)
    page = client.get(answer.url)
    assert b"What changed" in page.content
    assert student("u1").person.given_name == "Maya"
    again = client.post(reverse("roster_import_confirm", args=[job.public_id]), follow=True)
    assert b"already answered" in again.content


def test_a_running_import_polls_its_fragment_only(client):
    answer = send(client, current_roster())
    fragment = client.get(answer.url, headers={"HX-Request": "true"})
    assert fragment.content.strip().startswith(b"<section")
    assert b"<html" not in fragment.content
    assert b"hx-trigger" in fragment.content
    assert "HX-Request" in fragment["Vary"]


def test_so_many_leaving_asks_once_more_and_names_nobody(client):
    bring(current_roster())
    job, page = send_and_look(client, without_row(current_roster(), "users.csv", "u3"))
    assert b"More than a tenth of a school would leave" in page.content
    assert b"Harbor School" in page.content
    assert b"Silva" not in page.content
    confirm = reverse("roster_import_confirm", args=[job.public_id])
    refused = client.post(confirm)
    assert refused.status_code == 422
    assert b"Say that this is right" in refused.content
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert client.post(confirm, {"leaving_is_right": "on"}).status_code == 302
    run_roster_import(job_id=job.pk)
    assert not person("u3").is_active


def test_no_is_an_answer_and_the_file_goes(client):
    job, _page = send_and_look(client, current_roster())
    page = client.post(reverse("roster_import_cancel", args=[job.public_id]), follow=True)
    assert b"Nothing was changed" in page.content
    job.refresh_from_db()
    assert (job.state, bool(job.upload)) == (JobState.CANCELLED, False)
    assert not models.Student.objects.filter(person__identifiers__source="roster").exists()


def test_rows_set_aside_are_listed_and_downloaded_without_formulas_or_names(client):
    files = changed(current_roster(), "enrollments.csv", "e2,,,k1,s1,u2", "e2,,,\"=cmd|'/c calc'!A1\",s1,u2")
    files = changed(files, "users.csv", "Ana,Silva", "=Ana,Sil\u200bva")
    job, page = send_and_look(client, files)
    assert b"1 row was set aside" in page.content
    rows = client.get(reverse("roster_import_rows", args=[job.public_id]))
    assert b"enrollments.csv" in rows.content
    assert b"Nothing in the roster has this id" in rows.content
    download = client.get(reverse("roster_import_report", args=[job.public_id]))
    assert download["Content-Type"] == "text/csv; charset=utf-8"
    assert download["Content-Disposition"].startswith("attachment")
    text = download.content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert len(table) == 1 + job.issues.count()
    assert [row[4] for row in table if row[1] == "enrollments.csv"] == ["'=cmd|'/c calc'!A1"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)
    assert "Ana" not in text
    assert "Silva" not in text
    assert "Sil" not in page.content.decode() + rows.content.decode()


def test_what_a_file_says_is_text_on_every_page(client):
    script = "<script>alert(1)</script>"
    files = changed(current_roster(), "enrollments.csv", "e2,,,k1,s1,u2", f'e2,,,"{script}",s1,u2')
    files = changed(files, "manifest.csv", "Our own", script)
    files[f"{script[:7]}.csv"] = "x"
    answer = client.post(
        reverse("imports"), {"file": SimpleUploadedFile(f"{script}\u202e.zip", zipped(files).getvalue())}
    )
    job = models.Job.objects.latest("pk")
    run_roster_import(job_id=job.pk)
    for url in (answer.url, reverse("roster_import_rows", args=[job.public_id]), reverse("imports")):
        assert b"<script>alert" not in client.get(url).content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.zip", b"", b"The file is empty"),
        ("roster.csv", b"sourcedId,name\r\n", b"This is not a zip"),
        ("roster.zip", b"<svg/>", b"This is not a zip"),
    ],
)
def test_what_is_plainly_no_zip_is_refused_with_the_form(client, name, content, words):
    before = models.Job.objects.count()
    answer = client.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert words in answer.content
    assert models.Job.objects.count() == before


def test_no_file_and_too_large_a_file_are_refused(client, settings):
    assert client.post(reverse("imports"), {}).status_code == 422
    settings.ROSTER_UPLOAD_MAX_BYTES = 100
    assert send(client, current_roster()).status_code == 422


def test_an_unsafe_archive_is_told_with_what_to_do(client):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../users.csv", "x")
    answer = client.post(reverse("imports"), {"file": SimpleUploadedFile("x.zip", stream.getvalue())})
    job = models.Job.objects.latest("pk")
    run_roster_import(job_id=job.pk)
    page = client.get(answer.url)
    assert b"leads out of the archive" in page.content
    assert b"Nothing was changed" in page.content


def test_a_demonstration_database_warns_before_and_after(client):
    models.District.objects.update_or_create(id=1, defaults={"name": "D", "demonstration_seed": 1})
    assert b"demonstration district" in client.get(reverse("imports")).content
    _job, page = send_and_look(client, current_roster())
    assert b"demonstration district" in page.content


@pytest.mark.parametrize(
    "who",
    ["teacher", "navigator", "student", "guardian", "principal", "plan_lead", "partner", "operator", None],
)
def test_nobody_else_finds_an_import(who, client, client_of, request):
    job, _page = send_and_look(client, current_roster())
    other = client_of(request.getfixturevalue(who) if who else None)
    for name in ("imports", "roster_import", "roster_import_rows", "roster_import_report"):
        answer = other.get(reverse(name, args=[] if name == "imports" else [job.public_id]))
        assert answer.status_code == (404 if who else 302)
    for name in ("roster_import_confirm", "roster_import_cancel"):
        answer = other.post(reverse(name, args=[job.public_id]), {"leaving_is_right": "on"})
        assert answer.status_code == (404 if who else 302)
    assert other.post(reverse("imports"), {"file": SimpleUploadedFile("x.zip", b"PK")}).status_code in {302, 404}
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert models.Job.objects.count() == 1


def test_an_import_that_is_not_there_and_one_of_another_kind_are_404(client, district):
    missing = "00000000-0000-0000-0000-000000000000"
    other = models.Job.objects.create(kind="import_framework", title="x", created_by=district)
    for public_id in (missing, other.public_id):
        for name in ("roster_import", "roster_import_rows", "roster_import_report"):
            assert client.get(reverse(name, args=[public_id])).status_code == 404
        for name in ("roster_import_confirm", "roster_import_cancel"):
            assert client.post(reverse(name, args=[public_id])).status_code == 404
    other.refresh_from_db()
    assert other.cancel_requested_at is None


def test_the_page_asks_the_database_as_often_for_many_findings_as_for_few(client, django_assert_max_num_queries):
    files = current_roster()
    files["enrollments.csv"] += "".join(f"x{n},,,k{n},s1,u1,student,,,\r\n" for n in range(400))
    job, _page = send_and_look(client, files)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("roster_import", args=[job.public_id]))
    assert b"398 more" in page.content
    with django_assert_max_num_queries(12):
        second = client.get(reverse("roster_import_rows", args=[job.public_id]), {"page": "2"})
    assert b"Page 2 of 8" in second.content
    assert client.get(reverse("roster_import_rows", args=[job.public_id]), {"page": "x"}).status_code == 200
