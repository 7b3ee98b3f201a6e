"""Public pages: kept by a visitor's browser until something changes, never by anything in between; found by words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Partner, PartnerMember
from competencies.choices import Counting, DesignerVoice
from competencies.models import Association, Crosswalk, Framework, Level, Pathway, PathwayComment
from competencies.views.kept import edition_of
from tests import factories as make
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(world: World) -> dict[str, str]:
    pathway = make.PathwayFactory(title="Bridges", competencies=[world.idea["compare"]])
    make.PathwayCommentFactory(pathway=pathway, voice=DesignerVoice.EDUCATOR, is_public=True)
    return {
        "list": "/pathways",
        "pathway": f"/pathways/{pathway.public_id}",
        "version": f"/pathways/{pathway.public_id}/versions/1",
        "versions": f"/pathways/{pathway.public_id}/versions",
        "frameworks": "/frameworks",
        "framework": f"/frameworks/{world.framework.public_id}",
        "competency": f"/competencies/{world.idea['compare'].public_id}",
    }


PAGES = ("list", "pathway", "version", "versions", "frameworks", "framework", "competency")


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_who_comes_back_is_told_that_nothing_changed_in_two_queries(client, pages, name):
    client.get(pages[name])  # brings the protection of forms
    first = client.get(pages[name])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = client.get(pages[name], headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 2
    for answer in (first, again):
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Accept-Language", "HX-Request"} <= set(answer["Vary"].replace(" ", "").split(","))


CHANGES = {
    "a version": lambda: make.publish_pathway(Pathway.objects.get()),
    "closed": lambda: Pathway.objects.update(closed_at=timezone.now() - timedelta(days=1)),
    "a word taken back": lambda: PathwayComment.objects.update(withdrawn_at=timezone.now()),
    "in use": lambda: Framework.objects.update(is_in_use=False),
    "a target": lambda: Framework.objects.update(target="2"),
    "the name of a level": lambda: Level.objects.filter(value=3).update(names={"en": "Told anew"}),
    "one tie less": lambda: Association.objects.filter(pk=Association.objects.first().pk).update(
        retired_at=timezone.now()
    ),
    "a crosswalk": lambda: Crosswalk.objects.create(
        from_framework=Framework.objects.first(), to_framework=Framework.objects.last(), counting=Counting.BESIDE
    ),
    "the name of a partner": lambda: Partner.objects.update(name="Harrow and Daughters"),
    "who speaks for a partner": lambda: PartnerMember.objects.update(ends_on=timezone.localdate()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_a_page_says_ends_what_was_kept(client, pages, change):
    make.FrameworkFactory(title="Elsewhere")
    client.get(pages["pathway"])
    mark = client.get(pages["pathway"])["ETag"]
    CHANGES[change]()

    assert client.get(pages["pathway"], headers={"if-none-match": mark}).status_code == 200


def test_another_language_is_another_page(client, pages):
    client.get(pages["pathway"])
    headers = {"if-none-match": client.get(pages["pathway"])["ETag"], "accept-language": "es"}

    assert client.get(pages["pathway"], headers=headers).status_code == 200


@pytest.mark.parametrize("file", ["static/css/base.css", "accounts/svg/parts.py", "templates/base.html"])
def test_a_release_ends_what_was_kept_whatever_it_changes(tmp_path, file):
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("one")
    before = edition_of(tmp_path)
    assert edition_of(tmp_path) == before
    (tmp_path / file).write_text("two")

    assert edition_of(tmp_path) != before


@pytest.mark.parametrize("name", PAGES)
def test_whoever_signed_in_gets_an_answer_nothing_keeps(client_of, teacher, pages, name):
    there = client_of(teacher)
    answer = there.get(pages[name], headers={"if-none-match": "*"})

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store, private")
    assert not answer.has_header("ETag")


def test_an_address_keeps_its_answer_after_a_new_version(client, pages):
    pathway = Pathway.objects.get()
    pathway.title = "Bridges and boats"
    make.publish_pathway(pathway)

    assert "Bridges and boats" in client.get(pages["pathway"]).content.decode()
    old = client.get(pages["version"])
    assert (old.status_code, "Bridges and boats" in old.content.decode()) == (200, False)


@pytest.mark.parametrize("words", ["jardín", "JARDIN", "jard"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_pathways_are_found_in_both_languages_with_and_without_accents(client, world, language, words):
    pathway = make.PathwayFactory(title="School garden", translations={"es": {"title": "El jardín de la escuela"}})
    page = client.get("/pathways", {"q": words}, headers={"accept-language": language}).content.decode()

    assert f"/pathways/{pathway.public_id}" in page


def test_one_search_leads_to_pathways_and_to_what_is_expected(client, world):
    make.PathwayFactory(title="Comets at the market")
    make.CompetencyFactory(framework=world.framework, name="Say where comets come from")

    assert 'href="/frameworks?q=comet"' in client.get("/pathways", {"q": "comet"}).content.decode()
    assert 'href="/pathways?q=comet"' in client.get("/frameworks", {"q": "comet"}).content.decode()
    assert 'href="/pathways?q=boats"' not in client.get("/frameworks", {"q": "boats"}).content.decode()
