"""Trees of the Achievement Standards Network: recognised, counted, tied to what they are the same as, notice shown."""

import json
import os
from pathlib import Path

import pytest

from competencies import services
from competencies.case import Code
from competencies.models import Association, Competency, Framework
from tests.competencies.packages import as_bytes, child, item, package
from tests.competencies.test_views import words_of

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
MATHEMATICS = Path(SAMPLES) / "case" / "ccss_math_asn.json"
needs_samples = pytest.mark.skipif(
    not SAMPLES or not MATHEMATICS.exists(),
    reason="THROUGHLINE_SAMPLES is unset or holds no ASN tree; set it to the folder with the sample data",
)
GUID = "C36505788B144F25AB2E5D3693E257B6"
SAME = "c3650578-8b14-4f25-ab2e-5d3693e257b6"


def node(name, text="Adds", children=(), **fields):
    return {
        "id": f"http://asn.example.org/resources/{name}",
        "asn_statementLabel": {"literal": "Standard"},
        "text": text,
        "children": list(children),
        **fields,
    }


def data(*nodes):
    return as_bytes(list(nodes))


def nodes_of(tree):
    pending, found = list(tree), []
    while pending:
        one = pending.pop()
        found.append(one)
        pending += one.get("children", [])
    return found


@needs_samples
def test_the_mathematics_of_the_common_core_has_the_counts_of_its_tree_and_shows_its_notice(bring_in, client):
    raw = nodes_of(json.loads(MATHEMATICS.read_bytes()))
    same = {
        (one["id"], match["uri"].lower())
        for one in raw
        for match in one.get("skos_exactMatch", [])
        if match["uri"].startswith("urn:guid:")
    }
    leaves = sum(not one.get("children") for one in raw)

    done = bring_in(MATHEMATICS.read_bytes())

    framework = Framework.objects.get()
    kinds = {kind: framework.associations.filter(kind=kind).count() for kind in ("isChildOf", "exactMatchOf")}
    assert framework.competencies.count() == len(raw) == 703
    assert framework.competencies.filter(is_assessable=True).count() == leaves == 474
    assert kinds == {"isChildOf": len(raw), "exactMatchOf": len(same)}
    assert done.rows_refused == 0
    assert Competency.objects.get(code="CCSS.Math.Practice.MP1").parent.name == "Standards for Mathematical Practice"
    assert not bring_in(MATHEMATICS.read_bytes()).published.changed
    page = words_of(client.get(f"/frameworks/{framework.public_id}"))
    assert "Council of Chief State School Officers. All rights reserved." in page
    assert f"{len(same)} connections lead to frameworks that are not here yet" in page
    one = Competency.objects.get(code="CCSS.Math.Practice.MP1")
    assert "All rights reserved." in words_of(client.get(f"/competencies/{one.public_id}"))


def test_a_tree_keeps_its_order_grades_and_notes(bring_in):
    grades = [{"prefLabel": "K"}, {"prefLabel": "3"}]
    bring_in(
        data(
            node(
                "S2", "Second", [node("S9", "Later", dcterms_educationLevel=grades, asn_comment={"literal": "Slowly"})]
            ),
            node("S1", "First &lt;sup&gt;★&lt;/sup&gt;", asn_statementNotation="X.1"),
        )
    )
    rows = list(Competency.objects.order_by("position"))
    assert [one.statement for one in rows] == ["Second", "Later", "First <sup>★</sup>"]
    assert (rows[1].grades, rows[1].notes, rows[1].parent, rows[1].kind) == (
        ["KG", "03"],
        "Slowly",
        rows[0],
        "Standard",
    )


def test_a_row_that_cannot_be_used_is_named_by_its_place_in_the_tree(bring_in):
    done = bring_in(data(node("S1", "One", [{"asn_comment": "x", "text": "No name"}, 7, node("S2", "")])))
    places = {issue.code: issue.pointer for issue in done.issues}
    assert places[Code.ITEM_WITHOUT_IDENTIFIER] == "/0/children/0"
    assert places[Code.NOT_AN_OBJECT] == "/0/children/1"
    assert places[Code.ITEM_WITHOUT_STATEMENT] == "/0/children/2"
    assert [one.statement for one in Competency.objects.all()] == ["One"]


def test_a_tree_with_another_branch_is_still_the_same_framework(bring_in):
    bring_in(data(node("S5", "Five"), node("S6", "Six")))
    done = bring_in(data(node("S1", "One"), node("S6", "Six"), node("S5", "Five again")))
    assert Framework.objects.count() == 1
    assert (done.published.new, done.published.reworded, done.published.retired) == (1, 1, 0)


@pytest.mark.parametrize("first", ["tree", "package"])
def test_what_is_the_same_elsewhere_is_tied_in_either_order(bring_in, client, first):
    tree = data(node("S1", skos_exactMatch=[{"uri": f"urn:guid:{GUID}"}, {"uri": "urn:guid:nonsense"}, 3]))
    other = package([item(SAME, "Adds")], [child(SAME)])
    for content in (tree, other) if first == "tree" else (other, tree):
        bring_in(content)
    edge = Association.objects.get(kind="exactMatchOf")
    assert edge.destination.source_id == SAME
    assert edge.destination.framework.source == "case"
    page = words_of(client.get(f"/frameworks/{edge.framework.public_id}"))
    assert "not here yet" not in page


def test_a_tree_ten_thousand_deep_is_refused_in_words(bring_in):
    text = b'[{"asn_x":1,"id":"a","text":"t","children":' * 30_000
    with pytest.raises(Exception, match="complete JSON|too deeply"):
        services.read_framework(text)


def test_a_page_counts_what_still_waits(bring_in, client):
    bring_in(data(node("S1", skos_exactMatch=[{"uri": f"urn:guid:{GUID}"}])))
    framework = Framework.objects.get()
    page = words_of(client.get(f"/frameworks/{framework.public_id}"))
    assert "1 connection leads to a framework that is not here yet." in page
    assert (
        f"/frameworks/{framework.public_id}/case-v1p1.json"
        in client.get(f"/frameworks/{framework.public_id}").content.decode()
    )
