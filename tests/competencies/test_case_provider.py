"""The CASE addresses: what is published, to anybody, in the words of the standard; and the file to download."""

import json
from contextlib import contextmanager

import jsonschema
import pytest
from django.db import transaction

from accounts.http import anonymous
from competencies import services
from competencies.case import read_package
from competencies.case_draft import draft_of
from competencies.case_extensions import identifier_of
from competencies.models import Framework
from competencies.selectors import stored
from tests.competencies.packages import child, edge, item, link, package
from tests.competencies.test_case_export import OWN, PACKAGES, SCHEMA, needs_samples, same

DOC = "aaaaaaaa-0000-4000-8000-000000000001"
ONE, TWO, THREE = (f"bbbbbbbb-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
BASE = "/ims/case/v1p0"


def a_package():
    return package(
        [
            item(ONE, "Adds within ten", humanCodingScheme="A.1", CFItemTypeURI=link(ONE)),
            item(TWO, "Adds within a hundred"),
            item(THREE.upper(), "Adds"),
        ],
        [
            child(ONE, DOC, identifier="cccccccc-0000-4000-8000-000000000001"),
            child(TWO, ONE, 3, identifier="cccccccc-0000-4000-8000-000000000002"),
            edge(ONE, "precedes", TWO, identifier="odd id"),
            edge(TWO, "exactMatchOf", "elsewhere"),
        ],
        document={"identifier": DOC, "adoptionStatus": "Adopted", "subject": ["Mathematics"]},
        CFDefinitions={
            "CFSubjects": [
                {"identifier": "dddddddd-0000-4000-8000-000000000001", "title": "Maths", "hierarchyCode": "1"},
                {"identifier": "dddddddd-0000-4000-8000-000000000002", "title": "Numbers", "hierarchyCode": "1.1"},
                {"identifier": "dddddddd-0000-4000-8000-000000000003", "title": "Music", "hierarchyCode": "10"},
            ],
            "CFLicenses": [
                {"identifier": "eeeeeeee-0000-4000-8000-000000000001", "title": "Free", "licenseText": "Be kind."}
            ],
        },
        CFRubrics=[{"identifier": "ffffffff-0000-4000-8000-000000000001", "title": "How to judge"}],
    )


@pytest.fixture
def here(bring_in):
    bring_in(a_package())
    bring_in(package([item("x")], document={"identifier": "second", "title": "Arts", "creator": "Lakeside"}))
    bring_in(package([item("y")], document={"identifier": "hidden", "title": "Hidden"}), publish=False)


@contextmanager
def an_instance():
    """Everything in here is undone at its end: what follows happens in an instance where none of it is."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    assert not Framework.objects.exists()


def as_stored():
    (offered,) = stored.published_frameworks(viewer=anonymous())
    return stored.whole_draft(viewer=anonymous(), offered=offered)


# ------------------------------------------------------------------ documents


def test_documents_are_those_that_are_published(client, here):
    answer = client.get(f"{BASE}/CFDocuments")
    assert answer.status_code == 200
    assert [row["title"] for row in answer.json()["CFDocuments"]] == ["Arts", "Numbers"]
    assert answer["X-Total-Count"] == "2"
    assert answer.json()["CFDocuments"][1]["CFPackageURI"]["uri"].endswith(f"{BASE}/CFPackages/{DOC}")


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("sort=title&orderBy=desc", ["Numbers", "Arts"]),
        ("sort=adoptionStatus", ["Numbers", "Arts"]),
        ("limit=1", ["Arts"]),
        ("limit=1&offset=1", ["Numbers"]),
        ("offset=9", []),
        ("filter=creator='Lakeside'", ["Arts"]),
        ("filter=creator!='Lakeside'", ["Numbers"]),
        ("filter=title~'NUM' AND creator='Willow Creek'", ["Numbers"]),
        ("filter=title='Arts' OR title='Numbers'", ["Arts", "Numbers"]),
        ("filter=subject='Mathematics'", ["Numbers"]),
        ("filter=lastChangeDateTime>'2030-01-01'", []),
        ("filter=lastChangeDateTime<'2030-01-01' and title>='B'", ["Numbers"]),
    ],
)
def test_documents_are_paged_sorted_and_filtered(client, here, asked, titles):
    answer = client.get(f"{BASE}/CFDocuments?{asked}")
    assert [row["title"] for row in answer.json()["CFDocuments"]] == titles


def test_only_the_fields_asked_for_come(client, here):
    rows = client.get(f"{BASE}/CFDocuments?fields=title,identifier").json()["CFDocuments"]
    assert [set(row) for row in rows] == [{"title", "identifier"}] * 2


def test_links_lead_to_the_other_pages_with_the_same_question(client, here):
    said = client.get(f"{BASE}/CFDocuments?limit=1&sort=title")["Link"]
    parts = dict(reversed(part.strip().split("; rel=")) for part in said.split(","))
    assert parts['"next"'] == f"<http://testserver{BASE}/CFDocuments?sort=title&limit=1&offset=1>"
    assert parts['"last"'].endswith("offset=1>")
    assert '"prev"' not in parts
    assert '"prev"' in client.get(f"{BASE}/CFDocuments?limit=1&offset=1")["Link"].split("rel=")[-1]


@pytest.mark.parametrize(
    ("asked", "minor"),
    [
        ("sort=colour", "invalid_sort_field"),
        ("sort=title&orderBy=up", "invalid_sort_field"),
        ("fields=title,colour", "invalid_selection_field"),
        ("limit=0", "invalid_selection_field"),
        ("limit=-1", "invalid_selection_field"),
        ("offset=x", "invalid_selection_field"),
        ("limit=" + "9" * 40, "invalid_selection_field"),
        ("filter=title", "invalid_selection_field"),
        ("filter=title='a", "invalid_selection_field"),
        ("filter=colour='a'", "invalid_selection_field"),
        ("filter=title='a' title='b'", "invalid_selection_field"),
        ("filter=title='a' AND", "invalid_selection_field"),
        ("filter=title='a' AND title='b' OR title='c'", "invalid_selection_field"),
        ("filter=" + " AND ".join(["title='a'"] * 50), "invalid_selection_field"),
    ],
)
def test_a_question_that_makes_no_sense_is_400_in_the_words_of_the_standard(client, here, asked, minor):
    answer = client.get(f"{BASE}/CFDocuments?{asked}")
    assert answer.status_code == 400
    body = answer.json()
    assert (body["imsx_codeMajor"], body["imsx_severity"]) == ("failure", "error")
    assert body["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == minor


# ------------------------------------------------------------------ one thing by its identifier


@pytest.mark.parametrize("spelled", [str.lower, str.upper])
def test_identifiers_are_found_in_any_case(client, here, spelled):
    for kind, identifier in [("CFDocuments", DOC), ("CFPackages", DOC), ("CFItems", ONE), ("CFItems", THREE)]:
        assert client.get(f"{BASE}/{kind}/{spelled(identifier)}").status_code == 200


def test_an_item_names_its_document_and_keeps_its_spelling(client, here):
    row = client.get(f"{BASE}/CFItems/{ONE}").json()
    assert (row["identifier"], row["fullStatement"], row["humanCodingScheme"]) == (ONE, "Adds within ten", "A.1")
    assert row["CFDocumentURI"]["identifier"] == DOC
    assert client.get(f"{BASE}/CFItems/{THREE}").json()["identifier"] == THREE.upper()


def test_an_item_comes_with_everything_it_is_tied_to(client, here):
    answer = client.get(f"{BASE}/CFItemAssociations/{ONE}").json()
    assert answer["CFItem"]["identifier"] == ONE
    kinds = [(row["associationType"], row["destinationNodeURI"]["title"]) for row in answer["CFAssociations"]]
    assert sorted(kinds) == [
        ("isChildOf", "A.1 Adds within ten"),
        ("isChildOf", "Numbers"),
        ("precedes", "Adds within a hundred"),
    ]


def test_an_association_is_found_by_its_own_identifier_and_by_the_one_it_was_given(client, here):
    row = client.get(f"{BASE}/CFAssociations/cccccccc-0000-4000-8000-000000000002").json()
    assert (row["associationType"], row["sequenceNumber"], row["CFDocumentURI"]["identifier"]) == ("isChildOf", 3, DOC)
    given = next(
        row["identifier"]
        for row in client.get(f"{BASE}/CFItemAssociations/{ONE}").json()["CFAssociations"]
        if row["associationType"] == "precedes"
    )
    assert client.get(f"{BASE}/CFAssociations/{given}").json()["associationType"] == "precedes"


def test_vocabulary_comes_with_what_is_below_it(client, here):
    subjects = client.get(f"{BASE}/CFSubjects/dddddddd-0000-4000-8000-000000000001").json()["CFSubjects"]
    assert [row["title"] for row in subjects] == ["Maths", "Numbers"]
    licence = client.get(f"{BASE}/CFLicenses/EEEEEEEE-0000-4000-8000-000000000001").json()
    assert licence["licenseText"] == "Be kind."
    rubric = client.get(f"{BASE}/CFRubrics/ffffffff-0000-4000-8000-000000000001").json()
    assert rubric["title"] == "How to judge"


NOWHERE = "99999999-0000-4000-8000-000000000009"
KINDS = ["CFDocuments", "CFPackages", "CFItems", "CFItemAssociations", "CFAssociations", "CFRubrics", "CFSubjects"]


@pytest.mark.parametrize("kind", [*KINDS, "CFItemTypes", "CFConcepts", "CFLicenses", "CFAssociationGroupings"])
def test_what_is_not_here_is_404_and_what_is_no_uuid_400(client, here, kind):
    missing, wrong = client.get(f"{BASE}/{kind}/{NOWHERE}"), client.get(f"{BASE}/{kind}/numbers")
    assert missing.status_code == 404
    assert missing.json()["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "unknownobject"
    assert wrong.status_code == 400
    assert wrong.json()["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "invaliduuid"


@pytest.mark.parametrize("address", [f"/ims/case/v9p9/CFItems/{ONE}", f"{BASE}/CFPeople/{ONE}"])
def test_another_edition_or_kind_is_404(client, here, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.json()["imsx_severity"] == "error"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, here, method):
    answer = getattr(client, method)(f"{BASE}/CFItems/{ONE}")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer.json()["imsx_codeMajor"] == "failure"


def test_what_is_not_published_is_not_there_even_for_those_who_may_read_it(client_of, here, district):
    browser = client_of(district)
    titles = [row["title"] for row in browser.get(f"{BASE}/CFDocuments?limit=99").json()["CFDocuments"]]
    assert "Hidden" not in titles
    assert browser.get(f"{BASE}/CFPackages/{identifier_of('hidden')}").status_code == 404
    assert browser.get(f"{BASE}/CFItems/{identifier_of('y')}").status_code == 404
    assert browser.get(f"{BASE}/CFItems/{identifier_of('x')}").status_code == 200


def test_an_end_in_a_framework_that_is_not_published_is_not_named(client, bring_in):
    bring_in(package([item("y", "Secret words")], document={"identifier": "hidden", "title": "Hidden"}), publish=False)
    bring_in(package([item(ONE)], [child(ONE, DOC), edge(ONE, "isRelatedTo", "y")], document={"identifier": DOC}))
    for address in (f"{BASE}/CFItemAssociations/{ONE}", f"{BASE}/CFPackages/{DOC}"):
        answer = client.get(address)
        assert "Secret" not in b"".join(answer).decode()


# ------------------------------------------------------------------ kept by whoever asked


@pytest.mark.parametrize("address", [f"CFPackages/{DOC}", f"CFItems/{ONE}", f"CFDocuments/{DOC}"])
def test_what_somebody_has_already_is_not_sent_again(client, here, bring_in, address):
    first = client.get(f"{BASE}/{address}")
    for header, value in (("if-none-match", first["ETag"]), ("if-modified-since", first["Last-Modified"])):
        kept = client.get(f"{BASE}/{address}", headers={header: value})
        assert (kept.status_code, b"".join(kept)) == (304, b"")
    changed = a_package()
    changed["CFItems"][0]["fullStatement"] = "Adds within eleven"
    bring_in(changed)
    assert client.get(f"{BASE}/{address}", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get(f"/ims/case/v1p1/{address}")["ETag"] != first["ETag"]


def test_the_list_of_documents_is_not_sent_again_until_one_changes(client, here):
    first = client.get(f"{BASE}/CFDocuments")
    again = {"if-none-match": first["ETag"]}
    assert client.get(f"{BASE}/CFDocuments", headers=again).status_code == 304
    Framework.objects.filter(title="Arts").update(is_published=False)
    assert client.get(f"{BASE}/CFDocuments", headers=again).status_code == 200


def test_any_cache_may_keep_an_answer_and_asks_before_it_is_used(client, here):
    assert client.get(f"{BASE}/CFDocuments")["Cache-Control"] == "public, no-cache"


def test_a_head_request_has_the_headers_and_no_body(client, here):
    answer = client.head(f"{BASE}/CFPackages/{DOC}")
    assert (answer.status_code, b"".join(answer)) == (200, b"")
    assert answer["ETag"] == client.get(f"{BASE}/CFPackages/{DOC}")["ETag"]


# ------------------------------------------------------------------ there and back through the database


def taken(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer)


@pytest.mark.parametrize("version", ["v1p0", "v1p1"])
def test_our_own_framework_comes_back_into_an_empty_instance_as_the_same(client, bring_in, version):
    with an_instance():
        bring_in(OWN.read_bytes())
        before = as_stored()
        sent = taken(client, f"/ims/case/{version}/CFPackages/{before.source_id}")
        assert not bring_in(sent).published.changed
    bring_in(sent)
    same(as_stored(), before)
    assert not bring_in(OWN.read_bytes()).published.changed


@needs_samples
@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.name)
def test_a_sample_package_comes_back_into_an_empty_instance_as_the_same(client, bring_in, path):
    with an_instance():
        bring_in(path.read_bytes())
        before = as_stored()
        sent = taken(client, f"/ims/case/v1p0/CFPackages/{identifier_of(before.source_id)}")
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_bytes())).validate(json.loads(sent))
    same(draft_of(read_package(sent)), before)
    bring_in(sent)
    same(as_stored(), before)


def test_a_published_framework_is_a_file_for_anybody(client, here):
    framework = Framework.objects.get(title="Numbers")
    answer = client.get(f"/frameworks/{framework.public_id}/case-v1p1.json")
    assert answer["Content-Disposition"] == 'attachment; filename="numbers-v1p1.json"'
    content = json.loads(b"".join(answer))
    assert [row["fullStatement"] for row in content["CFItems"]] == ["Adds within ten", "Adds within a hundred", "Adds"]
    assert client.get(f"/frameworks/{framework.public_id}/case-v3.json").status_code == 404


def test_what_is_not_published_is_a_file_for_those_who_write_frameworks(client_of, client, here, district, principal):
    address = f"/frameworks/{Framework.objects.get(title='Hidden').public_id}/case-v1p0.json"
    assert client.get(address).status_code == 404
    assert client_of(principal).get(address).status_code == 404
    assert client_of(district).get(address).status_code == 200


def test_an_empty_framework_leaves_and_comes_back(client, bring_in):
    bring_in(package())
    sent = taken(client, f"/frameworks/{Framework.objects.get().public_id}/case-v1p0.json")
    assert json.loads(sent)["CFItems"] == []
    assert not services.import_framework(by=anonymous(), data=sent).published.changed


def test_what_is_retired_does_not_leave(client, bring_in):
    bring_in(a_package())
    smaller = a_package()
    smaller["CFItems"] = smaller["CFItems"][:1]
    smaller["CFAssociations"] = smaller["CFAssociations"][:1]
    bring_in(smaller)
    content = json.loads(taken(client, f"{BASE}/CFPackages/{DOC}"))
    assert [len(content[name]) for name in ("CFItems", "CFAssociations")] == [1, 1]
    assert client.get(f"{BASE}/CFItems/{TWO}").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_package(client, bring_in, django_assert_max_num_queries):
    many = [f"bbbbbbbb-0000-4000-8000-{n:012d}" for n in range(300)]
    bring_in(package([item(key) for key in many], [child(key, DOC) for key in many], document={"identifier": DOC}))
    for address, most in ((f"CFPackages/{DOC}", 8), (f"CFItems/{many[7]}", 12), ("CFDocuments", 4)):
        with django_assert_max_num_queries(most):
            taken(client, f"{BASE}/{address}")
    with django_assert_max_num_queries(16):
        taken(client, f"{BASE}/CFItemAssociations/{many[7]}")
