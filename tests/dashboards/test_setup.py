"""A district begins with an empty database: everything it needs is found from the set-up page, and works."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import JobState
from accounts.models import AuditEvent, CalendarException, District, Job, Person, School, SchoolYear, Student, User
from accounts.recompute import calendars
from accounts.rosters.services import run_roster_import
from competencies.models import Competency, Framework
from competencies.services import run_framework_import
from config.demo.content.reading import DATA
from supports import recompute
from supports.models import CatalogueEntry, Flag, Support
from tests.accounts.oneroster.rosters import zipped
from tests.accounts.rosters.scene import current_roster
from tests.cast import client_for

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def administrator(capsys) -> Client:
    """The first administrator, made as docs/deploying.md says."""
    call_command("add_account", "ada", given="Ada", family="Byron", email="ada@example.org", role="district_admin")
    return client_for(Person.objects.get(user__username="ada"))


def ready(client: Client) -> dict[str, bool]:
    page = client.get(reverse("district_setup"))
    assert page.status_code == 200
    return {step.key: step.is_done for step in page.context["steps"]}


def test_a_district_sets_itself_up_by_pages_alone_and_a_flag_becomes_a_support(administrator):
    client = administrator
    assert client.get(reverse("home"))["Location"] == reverse("district_setup")
    home = client.get(reverse("district_setup")).content.decode()
    assert f'href="{reverse("imports")}"' in home
    assert f'href="{reverse("accounts")}"' in home
    assert f'href="{reverse("school_calendar")}"' in home
    assert f'href="{reverse("catalogue")}"' in home
    assert not any(done for key, done in ready(client).items() if key != "rules")

    # its name
    assert client.post(reverse("district_setup"), {"name": "Willow Creek"}).status_code == 302
    assert client.get(reverse("district_site")).status_code == 200

    # the school year, and a holiday in it
    year = {
        "name": "This year",
        "starts_on": TODAY - timedelta(days=90),
        "ends_on": TODAY + timedelta(days=200),
    }
    shown = client.post(reverse("school_year_add"), year)
    assert "What this moves" in shown.content.decode()
    assert client.post(reverse("school_year_add"), {**year, "sure": "yes"}).status_code == 302
    coming = TODAY + timedelta(days=(7 - TODAY.weekday()) % 7 + 7)
    preview = client.post(
        reverse("school_calendar_days"), {"way": "many", "lines": f"{coming}, {coming + timedelta(days=4)}, Break"}
    )
    assert not CalendarException.objects.exists()
    change = preview.context["change"]
    assert change.closed == 5
    saved = {"way": "many", "lines": preview.context["lines"], "mark": change.mark, "sure": "yes"}
    assert client.post(reverse("school_calendar_days"), saved).status_code == 302
    assert not calendars([None], today=TODAY)[None].is_school_day(coming)

    # the catalogue
    assert client.post(reverse("catalogue_start")).status_code == 302
    assert CatalogueEntry.objects.filter(is_active=True).count() >= 12

    # the roster
    sent = SimpleUploadedFile("roster.zip", zipped(current_roster()).getvalue())
    client.post(reverse("imports"), {"file": sent})
    job = Job.objects.latest("pk")
    run_roster_import(job_id=job.pk)
    client.post(reverse("roster_import_confirm", args=[job.public_id]))
    run_roster_import(job_id=job.pk)
    assert District.objects.get().name == "Willow Creek"
    kept = SchoolYear.objects.get()
    assert (kept.starts_on, kept.source) == (TODAY - timedelta(days=90), "roster")

    # what is expected
    package = SimpleUploadedFile("framework.json", (DATA / "framework.json").read_bytes())
    client.post(reverse("framework_import"), {"file": package, "publish": "on"})
    job = Job.objects.latest("pk")
    run_framework_import(job_id=job.pk)
    client.post(reverse("framework_import_confirm", args=[job.public_id]))
    run_framework_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    framework = Framework.objects.get()
    assert not ready(client)["framework"]
    assert client.post(reverse("framework_use", args=[framework.public_id])).status_code == 302
    framework.refresh_from_db()
    assert framework.is_in_use
    done = ready(client)
    assert {key for key, is_done in done.items() if is_done} >= {"name", "calendar", "roster", "framework", "catalogue"}

    # a teacher sees something, and what is asked of them becomes a support from the catalogue
    child = Student.objects.filter(enrolments__section__teaching__isnull=False, is_active=True).first()
    section = child.enrolments.filter(section__teaching__isnull=False).first().section
    teacher = section.teaching.first().person
    mine = client_for(teacher)
    idea = Competency.objects.filter(framework__is_in_use=True, is_assessable=True).order_by("position", "pk").first()
    assert User.objects.filter(person=teacher, is_active=True).exists()
    for ago, context in ((6, "classwork"), (5, "quiz"), (3, "project")):
        answer = mine.post(
            reverse("student_record", args=[child.public_id]),
            {
                "competency": str(idea.public_id),
                "level": "3",
                "on": str(TODAY - timedelta(days=ago)),
                "context": context,
                "key": str(uuid.UUID(int=ago)),
            },
        )
        assert answer.status_code == 302, answer.content.decode()
    recompute.refresh_due(today=TODAY)
    flag = Flag.objects.filter(student=child).first()
    assert flag is not None
    page = mine.get(reverse("flag_support", args=[flag.public_id]))
    offer = page.context["offer"]
    answer = mine.post(
        reverse("flag_support", args=[flag.public_id]),
        {
            "entry": str(offer.public_id),
            "version": str(flag.version),
            "starts_on": str(TODAY),
            "ends_on": str(TODAY + timedelta(weeks=4)),
            "family_en": "We begin.",
            "share": "on",
        },
    )
    assert answer.status_code == 302
    assert Support.objects.get().entry.public_id == offer.public_id
    assert {"calendar.year", "calendar.days", "catalogue.add", "district.name", "roster.import"} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )


def test_the_first_roster_makes_the_district(administrator):
    sent = SimpleUploadedFile("roster.zip", zipped(current_roster()).getvalue())
    administrator.post(reverse("imports"), {"file": sent})
    job = Job.objects.latest("pk")
    run_roster_import(job_id=job.pk)
    assert not District.objects.exists()
    administrator.post(reverse("roster_import_confirm", args=[job.public_id]))
    run_roster_import(job_id=job.pk)
    assert District.objects.get().name
    assert administrator.get(reverse("district_site")).status_code == 200


def test_the_commands_do_what_the_pages_do(db, tmp_path, capsys):
    call_command("name_district", "Willow Creek")
    assert District.objects.get().name == "Willow Creek"
    days = tmp_path / "days.csv"
    days.write_text("date,last,name\n2026-11-26,2026-11-27,Thanksgiving\n", encoding="utf-8")
    call_command("import_calendar", str(days), dry_run=True)
    assert not CalendarException.objects.exists()
    call_command("import_calendar", str(days))
    assert CalendarException.objects.count() == 2
    call_command("import_catalogue", starter=True)
    call_command("import_catalogue", starter=True)
    assert "0 entries added" in capsys.readouterr().out
    assert not School.objects.exists()
