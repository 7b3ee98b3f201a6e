"""Keeping the catalogue: entries by page and by table, a school's own, offered no more."""

import io

import pytest
from django.urls import reverse

from accounts.http import anonymous
from supports.choices import Setting, SupportType
from supports.errors import EntryChangedError, EntryError
from supports.models import CatalogueEntry
from supports.selectors import catalogue as selectors
from supports.services import catalogue as services
from supports.starter import entries_to_begin_with
from tests import factories as make
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def text(title="Number talks", **changes):
    facts = {"type": SupportType.CORE, "setting": Setting.SCHOOL, "wordings": {"en": {"title": title, "family": "We."}}}
    return services.EntryText(**{**facts, **changes})


def read(table):
    return services.read_table(by=anonymous(), stream=io.BytesIO(table.encode()), file="table.csv")


def test_the_entries_to_begin_with_are_whole_in_both_languages_and_come_once(district):
    entries = entries_to_begin_with()
    assert 12 <= len(entries) <= 20
    for entry in entries:
        for language in ("en", "es"):
            assert all(entry["wordings"][language][word].strip() for word in services.WORDS), entry["code"]
    kinds = {entry["type"] for entry in entries}
    assert kinds >= {"core", "enrichment", "acceleration", "tutoring", "family"}
    by = viewer_of(district)
    assert services.add_starter(by=by) == len(entries)
    retired = CatalogueEntry.objects.get(code=entries[0]["code"])
    services.offer_entry(by=by, entry=retired, is_active=False)
    assert services.add_starter(by=by) == 0
    retired.refresh_from_db()
    assert not retired.is_active


def test_a_school_offers_something_of_its_own_and_no_other_school_sees_it(world, district, teacher):
    entry = services.save_entry(by=viewer_of(district), text=text(school=world.school.pk))
    viewer = viewer_of(teacher)
    assert [one.public_id for one in selectors.offers(viewer=viewer, schools=[world.school.pk])] == [entry.public_id]
    assert selectors.offers(viewer=viewer, schools=[world.school_elsewhere.pk]) == []
    elsewhere = [world.school_elsewhere.pk]
    assert selectors.entry_by_id(viewer=viewer, schools=elsewhere, public_id=entry.public_id) is None


def test_what_is_offered_no_more_is_kept_with_its_supports(world, district, teacher):
    entry = make.CatalogueEntryFactory()
    support = make.SupportFactory(student=world.student, entry=entry)
    services.offer_entry(by=viewer_of(district), entry=entry, is_active=False)
    assert selectors.offers(viewer=viewer_of(teacher), schools=[world.school.pk]) == []
    support.refresh_from_db()
    assert support.entry == entry


def test_who_saves_second_sees_what_the_other_one_saved(district, client_of):
    by = viewer_of(district)
    entry = services.save_entry(by=by, text=text())
    services.save_entry(by=by, text=text("Other words"), entry=entry, version=entry.version)
    with pytest.raises(EntryChangedError):
        services.save_entry(by=by, text=text("Mine"), entry=entry, version=entry.version)
    sent = {"type": "core", "setting": "school", "minutes": 20, "sessions_per_week": 2, "weeks": 6, "title_en": "Mine"}
    page = client_of(district).post(
        reverse("catalogue_entry", args=[entry.public_id]), {**sent, "version": entry.version}
    )
    assert page.status_code == 409
    assert b"Other words" in page.content
    assert CatalogueEntry.objects.get().wordings["en"]["title"] == "Other words"


def test_an_entry_needs_a_title_and_codes_that_a_framework_knows(district, client_of):
    with pytest.raises(EntryError):
        services.save_entry(by=viewer_of(district), text=text(""))
    page = client_of(district).post(reverse("catalogue_add"), {"type": "core", "codes": "NO.SUCH"})
    assert page.status_code == 422
    assert b"NO.SUCH" in page.content
    assert not CatalogueEntry.objects.exists()


def test_a_table_with_one_bad_row_stores_nothing_and_says_which(world, district, client_of):
    table = (
        "code,type,setting,school,weeks,title_en,family_en\n"
        "a,core,school,,6,One,We.\n"
        "b,magic,school,Nowhere,99,Two,We.\n"
        "a,core,school,,6,Again,We.\n"
    )
    faults = {(fault.line, fault.column) for fault in read(table).faults}
    assert faults == {(3, "type"), (3, "school"), (3, "weeks"), (4, "code")}
    upload = io.BytesIO(table.encode())
    upload.name = "table.csv"
    page = client_of(district).post(reverse("catalogue_import"), {"file": upload})
    assert page.status_code == 422
    assert b"Nowhere" in page.content
    assert not CatalogueEntry.objects.exists()


def test_the_table_taken_along_comes_back_as_it_was(world, district, client_of):
    by = viewer_of(district)
    services.add_starter(by=by)
    services.save_entry(by=by, text=text("A school's own, with a comma", school=world.school.pk, capacity=12))
    taken = client_of(district).get(reverse("catalogue_table")).content.decode("utf-8-sig")
    done = services.import_entries(by=by, rows=read(taken).rows)
    assert (done.added, done.changed) == (0, 0)
    assert done.same == CatalogueEntry.objects.count()


def test_nobody_else_keeps_the_catalogue(teacher):
    with pytest.raises(PermissionError):
        services.add_starter(by=viewer_of(teacher))
    assert selectors.kept_entries(viewer=viewer_of(teacher), languages=["en"]) == []
