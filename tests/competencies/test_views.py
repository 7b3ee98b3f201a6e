"""Pages of the learning side, as visitors, families and district administrators meet them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Job
from competencies import services
from competencies.choices import WordingKind
from competencies.models import Association, Competency, Framework
from tests import factories as make
from tests.competencies.packages import as_bytes, child, edge, item, package

OWN_FILE = Path(__file__).parents[2] / "config" / "demo" / "data" / "framework.json"


@pytest.fixture
def own(bring_in):
    bring_in(OWN_FILE.read_bytes(), in_use=True)
    return Framework.objects.get()


def of_size(count, name="big"):
    """A framework of one branch per hundred ideas, each before the next."""
    branches = [f"{name}-b{n}" for n in range((count + 99) // 100)]
    ideas = [f"{name}-{n}" for n in range(count)]
    rows = [item(key, f"Part {key}") for key in branches]
    rows += [item(key, f"Idea {key}", humanCodingScheme=key, educationLevel=["03"]) for key in ideas]
    edges = [child(key, name) for key in branches]
    edges += [child(key, branches[n // 100]) for n, key in enumerate(ideas)]
    edges += [edge(earlier, "precedes", later) for earlier, later in zip(ideas, ideas[1:], strict=False)]
    return package(rows, edges, document={"identifier": name, "title": f"Framework {name}"})


def words_of(answer):
    """What a person reads of an answer."""
    body = re.sub(r"<(script|svg|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# ------------------------------------------------------------------ open to everyone


def test_a_visitor_reads_what_is_expected_without_signing_in(client, own):
    answer = client.get("/frameworks")
    assert answer.status_code == 200
    assert own.title in words_of(answer)


def test_before_anything_is_published_the_page_says_whom_to_ask(client, db):
    assert "Ask the school office" in words_of(client.get("/frameworks"))


def test_before_anything_is_published_the_district_is_told_what_to_do(client_of, district):
    Framework.objects.all().update(is_published=False, retired_at=timezone.now())
    answer = client_of(district).get("/frameworks")
    assert "Bring in the framework your schools teach from" in words_of(answer)
    assert "/frameworks/import" in answer.content.decode()


def test_a_small_framework_is_shown_whole_with_what_a_learner_says_at_the_target(client, own):
    read = words_of(client.get(f"/frameworks/{own.public_id}"))
    for row in json.loads(OWN_FILE.read_bytes())["competencies"]:
        assert row["name"]["en"] in read
        at_target = next(level for level in row["levels"] if level["value"] == 3)
        assert at_target["student"]["en"] in read


def test_a_framework_speaks_spanish_where_it_has_the_words(client, own):
    raw = json.loads(OWN_FILE.read_bytes())
    answer = client.get(f"/frameworks/{own.public_id}", headers={"accept-language": "es"})
    read = words_of(answer)
    assert raw["framework"]["title"]["es"] in read
    assert raw["strands"][0]["name"]["es"] in read
    assert raw["competencies"][0]["name"]["es"] in read
    assert raw["competencies"][0]["name"]["en"] not in read


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_competency_says_what_every_level_means_to_learner_and_family(client, own, language):
    raw = json.loads(OWN_FILE.read_bytes())["competencies"][4]
    read = words_of(client.get(f"/competencies/{raw['id']}", headers={"accept-language": language}))
    for level in raw["levels"]:
        assert level["student"][language] in read
        assert level["family"][language] in read
    assert raw["family"]["means"][language] in read
    assert raw["family"]["home"][language] in read
    assert raw["statement"][language] in read


def test_a_competency_says_what_comes_before_and_after(client, own):
    raw = json.loads(OWN_FILE.read_bytes())
    codes = {row["code"]: row for row in raw["competencies"]}
    body = client.get(f"/competencies/{codes['FR.5']['id']}").content.decode()
    for pair in raw["precedes"]:
        if pair["to"] == "FR.5":
            assert f"/competencies/{codes[pair['from']]['id']}" in body
        if pair["from"] == "FR.5":
            assert f"/competencies/{codes[pair['to']]['id']}" in body


def test_a_branch_lists_its_parts_and_leads_back_up(client, own):
    raw = json.loads(OWN_FILE.read_bytes())
    branch = raw["strands"][0]
    body = client.get(f"/competencies/{branch['id']}").content.decode()
    assert all(row["id"] in body for row in raw["competencies"] if row["strand"] == branch["code"])
    inner = next(row for row in raw["competencies"] if row["strand"] == branch["code"])
    assert branch["id"] in client.get(f"/competencies/{inner['id']}").content.decode()


def test_a_text_in_another_language_than_the_page_is_marked(client, bring_in):
    bring_in(package([item("a", "Adds within ten")], [child("a")]))
    body = client.get(
        f"/competencies/{Competency.objects.get().public_id}", headers={"accept-language": "es"}
    ).content.decode()
    assert '<bdi lang="en">Adds within ten</bdi>' in body


def test_source_and_licence_are_shown_with_the_framework_and_each_competency(client, bring_in):
    notice = "© Copyright 2010. National Governors Association. All rights reserved."
    bring_in(
        package(
            [item("a")],
            [child("a")],
            document={"licenseURI": {"identifier": "l", "title": "Public License", "uri": "https://example.org"}},
            CFDefinitions={"CFLicenses": [{"identifier": "l", "title": "Public License", "licenseText": notice}]},
        )
    )
    for address in (
        f"/frameworks/{Framework.objects.get().public_id}",
        f"/competencies/{Competency.objects.get().public_id}",
    ):
        read = words_of(client.get(address))
        assert notice in read
        assert "Public License" in read
        assert "Willow Creek" in read


def test_each_wording_it_had_can_be_read(client, bring_in):
    bring_in(package([item("a", "Adds within ten")], [child("a")]))
    bring_in(package([item("a", "Adds and explains within ten")], [child("a")]))
    read = words_of(client.get(f"/competencies/{Competency.objects.get().public_id}"))
    assert "Changed: name, statement" in read
    assert "Read how it was" in read
    assert "Adds within ten" in read


def test_a_competency_that_was_never_published_through_an_import_is_readable(client, world):
    for one in world.idea.values():
        assert one.name in words_of(client.get(f"/competencies/{one.public_id}"))
    assert client.get(f"/frameworks/{world.framework.public_id}").status_code == 200


def test_a_retired_competency_says_so_and_stays_readable(client, bring_in):
    bring_in(package([item("a"), item("b", "Counts")], [child("a"), child("b")]))
    gone = Competency.objects.get(source_id="b")
    bring_in(package([item("a")], [child("a")]))
    read = words_of(client.get(f"/competencies/{gone.public_id}"))
    assert "No longer part of its framework" in read
    assert "Counts" not in words_of(client.get(f"/frameworks/{gone.framework.public_id}"))


def test_an_edge_to_a_framework_that_is_not_here_says_so(client, bring_in):
    bring_in(package([item("a")], [child("a"), edge("a", "isRelatedTo", "far-away")]))
    read = words_of(client.get(f"/competencies/{Competency.objects.get().public_id}"))
    assert "far-away in a framework that is not here yet" in read


def test_an_item_under_two_branches_is_listed_in_both(client, bring_in):
    bring_in(
        package(
            [item("p", "First part"), item("q", "Second part"), item("x", "Shared idea")],
            [child("p"), child("q"), child("x", "p"), child("x", "q")],
        )
    )
    second = Competency.objects.get(source_id="q")
    read = words_of(client.get(f"/competencies/{second.public_id}"))
    assert "Shared idea" in read
    assert "also in another part" in read


def test_scripts_in_a_framework_never_reach_the_page_as_such(client, bring_in):
    nasty = "<script>alert('x')</script><img src=x onerror=alert(1)>"
    bring_in(
        package(
            [item("a", f"Adds {nasty}", abbreviatedStatement=nasty, humanCodingScheme=nasty, notes=nasty)],
            [child("a"), edge("a", "isRelatedTo", "far", destinationNodeURI={"identifier": "f", "title": nasty})],
            document={"title": nasty, "description": nasty, "creator": nasty, "officialSourceURL": "javascript:x"},
        )
    )
    framework = Framework.objects.get()
    for address in (
        "/frameworks",
        f"/frameworks/{framework.public_id}",
        f"/competencies/{Competency.objects.get().public_id}",
        "/frameworks?q=adds",
    ):
        body = client.get(address).content.decode()
        assert "<script>alert" not in body
        assert "<img" not in body
        assert "javascript:x" not in body


# ------------------------------------------------------------------ what is not public


def test_an_unpublished_framework_is_not_there_for_visitors(client, client_of, bring_in, district):
    bring_in(package([item("a", "Secret idea")], [child("a")]), publish=False)
    framework, one = Framework.objects.get(source="case"), Competency.objects.get(source_id="a")
    for address in (
        f"/frameworks/{framework.public_id}",
        f"/competencies/{one.public_id}",
        f"/competencies/{one.public_id}/parts",
    ):
        assert client.get(address).status_code == 404
        assert client_of(district).get(address, follow=True).status_code == 200
    assert "Secret idea" not in words_of(client.get("/frameworks?q=secret"))
    assert "Framework" not in words_of(client.get("/frameworks")) or framework.title not in words_of(
        client.get("/frameworks")
    )


def test_an_unpublished_neighbour_is_not_named(client, bring_in):
    bring_in(package([item("a")], [child("a"), edge("a", "precedes", "b")]))
    bring_in(
        package([item("b", "Secret idea")], [child("b", "hidden")], document={"identifier": "hidden"}), publish=False
    )
    assert Association.objects.get(kind="precedes").destination is not None
    read = words_of(client.get(f"/competencies/{Competency.objects.get(source_id='a').public_id}"))
    assert "Secret idea" not in read


@pytest.mark.parametrize("address", ["/frameworks/{}", "/competencies/{}", "/competencies/{}/parts"])
def test_what_does_not_exist_is_not_found(client, db, address):
    assert client.get(address.format("5f0d4d53-0e0c-5a0e-9d3b-3f6a1f3a6f10")).status_code == 404


# ------------------------------------------------------------------ finding


def test_finding_ignores_accents_capitals_and_language(client, own):
    for words in ("fraccion", "FRACCIÓN", "fraction"):
        assert "FR.2" in words_of(client.get("/frameworks", {"q": words}))


def test_every_word_must_be_there(client, own):
    assert "FR.5" in words_of(client.get("/frameworks", {"q": "bottom same"}))
    read = words_of(client.get("/frameworks", {"q": "bottom elephants"}))
    assert "Nothing holds all of these words" in read


def test_an_exact_code_comes_first(client, own):
    body = client.get("/frameworks", {"q": "fr.5"}).content.decode()
    assert re.search(r'idea-code"><bdi>([^<]+)', body)[1] == "FR.5"


def test_a_grade_narrows_what_is_shown(client, own):
    raw = json.loads(OWN_FILE.read_bytes())["competencies"]
    read = words_of(client.get(f"/frameworks/{own.public_id}", {"grade": "08"}))
    inside = [row for row in raw if 8 in row["grades"]]
    outside = [row for row in raw if row not in inside]
    assert all(row["name"]["en"] in read for row in inside[:25])
    assert [row["name"]["en"] for row in outside if f" {row['name']['en']} Grade" in read] == []


@pytest.mark.parametrize(
    "query",
    [
        {"q": "%"},
        {"q": "_" * 300},
        {"q": "\x00"},
        {"q": "' OR 1=1 --"},
        {"q": "a " * 500},
        {"q": "x", "page": "0"},
        {"q": "x", "page": "99999999999999999999"},
        {"q": "x", "page": "-1"},
        {"grade": "99"},
        {"grade": "<b>"},
        {"start": "99999999999"},
        {"start": "-5"},
        {"start": "²"},
        {"q": "𝛑 \u202e"},
    ],
)
def test_senseless_questions_get_a_page_not_an_error(client, own, query):
    assert client.get("/frameworks", query).status_code == 200
    assert client.get(f"/frameworks/{own.public_id}", query).status_code == 200
    assert client.get(f"/competencies/{Competency.objects.first().public_id}", query).status_code == 200


def test_htmx_gets_only_what_changed(client, own):
    answer = client.get("/frameworks", {"q": "fraction"}, headers={"hx-request": "true"})
    assert answer.content.strip().startswith(b'<section id="found"')
    assert "HX-Request" in answer["Vary"]


# ------------------------------------------------------------------ large frameworks


@pytest.fixture
def large(bring_in):
    bring_in(of_size(1_000))
    return Framework.objects.get(source_id="big")


def test_a_large_framework_opens_with_its_branches_and_the_rest_on_demand(client, large):
    answer = client.get(f"/frameworks/{large.public_id}")
    assert "Part big-b0" in words_of(answer)
    assert "Idea big-5 " not in words_of(answer)
    assert len(answer.content) < 60_000
    branch = Competency.objects.get(source_id="big-b0")
    parts = client.get(f"/competencies/{branch.public_id}/parts", headers={"hx-request": "true"})
    assert "Idea big-5 " in words_of(parts)
    assert "<html" not in parts.content.decode()


def test_a_branch_opens_without_javascript_on_its_own_page(client, large):
    branch = Competency.objects.get(source_id="big-b0")
    answer = client.get(f"/competencies/{branch.public_id}/parts")
    assert answer.status_code == 302
    assert "Idea big-5 " in words_of(client.get(answer["Location"]))


def test_a_branch_with_hundreds_of_parts_is_leafed_through(client, bring_in):
    rows = [item(f"i{n}", f"Idea number {n:03}") for n in range(250)]
    bring_in(package([item("b", "Branch"), *rows], [child("b"), *(child(f"i{n}", "b") for n in range(250))]))
    branch = Competency.objects.get(source_id="b")
    seen, address = set(), f"/competencies/{branch.public_id}"
    for _page in range(3):
        body = client.get(address).content.decode()
        seen |= set(re.findall(r"Idea number (\d{3})", body))
        more = re.search(r'href="(\?start=\d+)"', body)
        address = f"/competencies/{branch.public_id}{more[1]}" if more else ""
    assert len(seen) == 250
    assert address == ""


def test_a_flat_framework_of_thousands_is_leafed_through(client, bring_in):
    rows = [item(f"i{n}", f"Idea number {n:04}") for n in range(1_200)]
    bring_in(package(rows, [child(f"i{n}") for n in range(1_200)]))
    body = client.get(f"/frameworks/{Framework.objects.get().public_id}").content.decode()
    assert "Idea number 0099" in body
    assert "Idea number 0100" not in body
    assert "?start=100" in body


def test_a_framework_one_idea_deep_under_the_other_is_readable(client, bring_in):
    size = 120
    bring_in(
        package(
            [item(f"i{n}", f"Idea number {n}") for n in range(size)],
            [child(f"i{n}", f"i{n - 1}" if n else "doc") for n in range(size)],
        )
    )
    assert client.get(f"/frameworks/{Framework.objects.get().public_id}").status_code == 200
    deepest = Competency.objects.get(source_id=f"i{size - 1}")
    assert "Idea number 118" in words_of(client.get(f"/competencies/{deepest.public_id}"))


@pytest.mark.parametrize(
    "address",
    [
        "/frameworks",
        "/frameworks?q=idea",
        "/frameworks/{framework}",
        "/frameworks/{framework}?q=idea",
        "/frameworks/{framework}?grade=03",
        "/competencies/{branch}",
        "/competencies/{idea}",
    ],
)
def test_the_number_of_queries_does_not_grow(client, bring_in, address):
    def queries(name):
        where = address.format(
            framework=Framework.objects.get(source_id=name).public_id,
            branch=Competency.objects.get(source_id=f"{name}-b0").public_id,
            idea=Competency.objects.get(source_id=f"{name}-5").public_id,
        )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(where).status_code == 200
        return len(captured)

    bring_in(of_size(10, "small"))
    client.get("/frameworks")  # the district's name and colours are read once for all pages
    first = queries("small")
    bring_in(of_size(1_000, "large"))
    assert queries("large") == first
    assert first <= 11


def test_a_competency_tied_to_hundreds_of_others_takes_no_more_queries(client, bring_in):
    rows = [item(f"i{n}") for n in range(200)]
    edges = [child(f"i{n}") for n in range(200)]
    bring_in(package(rows, [*edges, edge("i0", "isRelatedTo", "i1")]))
    one = Competency.objects.get(source_id="i0")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/competencies/{one.public_id}")
        return len(captured)

    client.get("/frameworks")  # the district's name and colours are read once for all pages
    before = queries()
    more = [edge("i0", kind, f"i{n}") for n in range(1, 200) for kind in ("isRelatedTo", "precedes")]
    bring_in(package(rows, [*edges, *more]))
    make.WordingFactory(competency=one, kind=WordingKind.FAMILY)
    assert queries() == before


# ------------------------------------------------------------------ bringing one in, by page


@pytest.fixture
def admin(client_of, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return client_of(district)


def upload(data, name="numbers.json"):
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else as_bytes(data))


def small():
    return package([item("a", "Adds within ten"), {"fullStatement": "=cmd()"}], [child("a")])


def test_an_import_goes_from_upload_through_preview_to_the_page_of_the_framework(admin, client):
    answer = admin.post("/frameworks/import", {"file": upload(small()), "publish": "on"})
    assert answer.status_code == 302
    job = Job.objects.get()
    waiting = admin.get(answer["Location"])
    assert "Waiting for a worker" in words_of(waiting)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()

    services.run_framework_import(job_id=job.pk)
    preview = words_of(admin.get(answer["Location"]))
    assert "What would change in “Numbers”" in preview
    assert "This item has no identifier" in preview
    assert not Framework.objects.filter(source="case").exists()

    admin.post(f"{answer['Location']}/confirm")
    services.run_framework_import(job_id=job.pk)
    assert "“Numbers” is up to date" in words_of(admin.get(answer["Location"]))
    framework = Framework.objects.get(source="case")
    assert "Adds within ten" in words_of(client.get(f"/frameworks/{framework.public_id}"))


def test_a_preview_can_be_refused_and_nothing_is_written(admin):
    where = admin.post("/frameworks/import", {"file": upload(small())})["Location"]
    services.run_framework_import(job_id=Job.objects.get().pk)
    admin.post(f"{where}/cancel")
    assert "This import was stopped. Nothing was changed." in words_of(admin.get(where))
    admin.post(f"{where}/confirm")
    services.run_framework_import(job_id=Job.objects.get().pk)
    assert not Framework.objects.filter(source="case").exists()


def test_the_fragment_that_looks_again_stops_looking_when_it_is_done(admin):
    where = admin.post("/frameworks/import", {"file": upload(small())})["Location"]
    services.run_framework_import(job_id=Job.objects.get().pk)
    fragment = admin.get(where, headers={"hx-request": "true"}).content.decode()
    assert fragment.strip().startswith('<section id="import-state"')
    assert "hx-trigger" not in fragment


def test_the_report_can_be_downloaded_and_does_no_harm_in_a_spreadsheet(admin):
    content = small()
    content["CFItems"].append(item("=HYPERLINK(1)", ""))
    where = admin.post("/frameworks/import", {"file": upload(content)})["Location"]
    services.run_framework_import(job_id=Job.objects.get().pk)
    answer = admin.get(f"{where}/report.csv")
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert "/CFItems/1" in text
    assert not re.search(r"(?:^|,)\"?[=+@]", text, re.M)


@pytest.mark.parametrize("data", [b"", None])
def test_an_upload_without_a_file_comes_back_with_what_to_do(admin, data):
    answer = admin.post("/frameworks/import", {} if data is None else {"file": upload(data)})
    assert answer.status_code == 422
    assert "Something needs another look" in words_of(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "not complete JSON"),
        (b"[]", "where a CASE package was expected"),
        (b"<html>", "web page or XML"),
        (b"PK\x03\x04", "compressed"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 50_000, "too deeply"),
        (b'[{"asn_identifier": 1}]', "Achievement Standards Network"),
        (b'{"framework": 1, "scale": 2, "competencies": 3}', "does not hold together"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(admin, data, says):
    where = admin.post("/frameworks/import", {"file": upload(data)})["Location"]
    services.run_framework_import(job_id=Job.objects.get().pk)
    assert says in words_of(admin.get(where))


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>x</script>.json", "a" * 400 + ".json", "ñ\u202e.json"])
def test_a_strange_file_name_does_no_harm(admin, name):
    where = admin.post("/frameworks/import", {"file": upload(small(), name)})["Location"]
    body = admin.get(where).content.decode()
    assert "<script>x" not in body
    assert ".." not in Job.objects.get().upload.name


@pytest.mark.parametrize("who", ["teacher", "guardian", "principal", "student", "operator", "partner", "leaver"])
def test_nobody_else_imports_or_sees_an_import(admin, world, client_of, who):
    where = admin.post("/frameworks/import", {"file": upload(small())})["Location"]
    other = client_of(world.people[who])
    for address in ("/frameworks/import", where, f"{where}/report.csv"):
        assert other.get(address).status_code == 404
    for address in (f"{where}/confirm", f"{where}/cancel"):
        assert other.post(address).status_code == 404
    assert other.post("/frameworks/import", {"file": upload(small())}).status_code == 404
    assert Job.objects.count() == 1
    assert Job.objects.get().cancel_requested_at is None


def test_a_visitor_is_asked_to_sign_in_before_importing(client, db):
    answer = client.get("/frameworks/import")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("state", ["queued", "running", "waiting", "done", "failed", "cancelled"])
def test_an_import_without_a_report_yet_has_a_page_in_every_state(admin, district, state):
    job = Job.objects.create(kind="import_framework", title="numbers.json", state=state, created_by=district)
    assert admin.get(f"/frameworks/imports/{job.public_id}").status_code == 200


def test_an_import_page_does_not_show_a_job_of_another_kind(admin, district):
    job = Job.objects.create(kind="import_roster", title="roster", created_by=district)
    assert admin.get(f"/frameworks/imports/{job.public_id}").status_code == 404
