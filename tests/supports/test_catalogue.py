"""Keeping the catalogue: entries by page and by table, a school's own, offered no more."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
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


def test_who_saves_second_overwrites_nothing_they_never_touched(world, district, client_of):
    by, tab = viewer_of(district), client_of(district)
    entry = services.save_entry(by=by, text=text())
    address = reverse("catalogue_entry", args=[entry.public_id])
    opened = {bound.html_name: bound.value() for bound in tab.get(address).context["form"] if bound.value()}
    theirs = text(minutes=45, provider="The library", school=world.school.pk, setting=Setting.HOME)
    services.save_entry(by=by, text=theirs, entry=entry, version=1)

    answer = tab.post(address, opened | {"title_en": "Talks", "minutes": "30"})

    assert answer.status_code == 409
    conflict = answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert "Minutes each time: 30" in conflict
    assert "Minutes each time: 45" in conflict
    assert "You had not touched these" in conflict
    again = {bound.html_name: bound.value() for bound in answer.context["form"] if bound.value()}
    assert tab.post(address, again).status_code == 302
    stands = CatalogueEntry.objects.get()
    assert (stands.provider, stands.school, stands.setting) == ("The library", world.school, Setting.HOME)
    assert (stands.minutes, stands.wordings["en"]["title"]) == (30, "Talks")


def test_an_entry_retired_meanwhile_says_so(district, client_of):
    by, tab = viewer_of(district), client_of(district)
    entry = services.save_entry(by=by, text=text())
    address = reverse("catalogue_entry", args=[entry.public_id])
    opened = {bound.html_name: bound.value() for bound in tab.get(address).context["form"] if bound.value()}
    services.offer_entry(by=by, entry=entry, is_active=False)
    answer = tab.post(address, opened | {"minutes": "30"})
    assert answer.status_code == 409
    assert "Only whether it is offered has changed." in answer.text


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


def test_a_row_without_a_code_leaves_the_codes_of_the_table_to_their_rows(district):
    table = "code,type,title_en,family_en\n,core,Number talks,We.\nnumber-talks,core,Other talks,We.\n"
    done = services.import_entries(by=viewer_of(district), rows=read(table).rows)
    assert (done.added, done.changed) == (2, 0)
    titles = {row.code: row.wordings["en"]["title"] for row in CatalogueEntry.objects.all()}
    assert titles == {"number-talks": "Other talks", "number-talks-2": "Number talks"}


def test_codes_that_are_the_same_as_far_as_they_are_kept_are_told():
    table = f"code,type,title_en,family_en\n{'a' * 60}b,core,One,We.\n{'a' * 60}c,core,Two,We.\n"
    assert [(fault.line, fault.column) for fault in read(table).faults] == [(3, "code")]


@pytest.mark.django_db(transaction=True)
def test_keepers_who_add_the_same_title_at_once_get_an_entry_each(district):
    begun = Barrier(4)

    def add(_n):
        try:
            begun.wait(timeout=20)
            return services.save_entry(by=viewer_of(district), text=text()).code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(add, range(4)))
    assert codes == {"number-talks", "number-talks-2", "number-talks-3", "number-talks-4"}


@pytest.mark.parametrize("what", ["closed", "doubled"])
def test_an_entry_comes_back_with_its_school_whatever_became_of_the_school(world, district, client_of, what):
    by = viewer_of(district)
    entry = services.save_entry(by=by, text=text(school=world.school.pk))
    if what == "closed":
        type(world.school).objects.filter(pk=world.school.pk).update(is_active=False)
    else:
        make.SchoolFactory(name=world.school.name)
    taken = client_of(district).get(reverse("catalogue_table")).content.decode("utf-8-sig")

    found = read(taken)
    assert found.faults == []
    assert services.import_entries(by=by, rows=found.rows).same == 1
    assert read(taken.replace(entry.code, "another")).faults != [], "a new entry needs a school that is open and one"


def test_an_entry_keeps_a_competency_of_a_framework_that_is_not_in_use_any_more(world, district, client_of):
    by, tab = viewer_of(district), client_of(district)
    world.idea["compare"].code = "FR.1"
    world.idea["compare"].save()
    entry = services.save_entry(by=by, text=text(codes=("FR.1",)))
    type(world.framework).objects.update(is_in_use=False)
    taken = tab.get(reverse("catalogue_table")).content.decode("utf-8-sig")

    assert services.import_entries(by=by, rows=read(taken).rows).same == 1
    assert services.import_entries(by=by, rows=read(taken.replace("Number talks", "Talks")).rows).changed == 1
    assert [fault.column for fault in read(taken.replace(entry.code, "another")).faults] == ["competencies"]
    address = reverse("catalogue_entry", args=[entry.public_id])
    opened = {bound.html_name: bound.value() for bound in tab.get(address).context["form"] if bound.value()}
    assert tab.post(address, opened | {"minutes": "30"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.minutes, entry.wordings["en"]["title"]) == (30, "Talks")
    assert list(entry.competencies.all()) == [world.idea["compare"]]


def test_nobody_else_keeps_the_catalogue(teacher):
    with pytest.raises(PermissionError):
        services.add_starter(by=viewer_of(teacher))
    assert selectors.kept_entries(viewer=viewer_of(teacher), languages=["en"]) == []
