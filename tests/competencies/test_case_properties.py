"""Whatever the bytes are, the reader answers with a package or with PackageUnreadable."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competencies.case import PackageUnreadable, hierarchy, read_package
from tests.competencies.packages import as_bytes, child, edge, item, package

FIELDS = st.sampled_from(
    [
        "CFDocument",
        "CFItems",
        "CFAssociations",
        "CFDefinitions",
        "CFRubrics",
        "CFItemTypes",
        "CFLicenses",
        "CFRubricCriteria",
        "CFRubricCriterionLevels",
        "CFItemURI",
        "identifier",
        "title",
        "uri",
        "fullStatement",
        "abbreviatedStatement",
        "humanCodingScheme",
        "listEnumeration",
        "educationLevel",
        "conceptKeywords",
        "sequenceNumber",
        "position",
        "score",
        "weight",
        "associationType",
        "originNodeURI",
        "destinationNodeURI",
        "lastChangeDateTime",
        "statusStartDate",
        "licenseURI",
        "subjectURI",
        "extensions",
    ]
)
IDS = st.sampled_from(["a", "b", "c", "A", "doc"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    IDS,
    st.sampled_from(["isChildOf", "precedes", "2025-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(FIELDS, inner, max_size=5)),
    max_leaves=12,
)
ROWS = st.one_of(VALUES, st.dictionaries(FIELDS, VALUES, max_size=8))
DOCUMENTS = st.fixed_dictionaries({"identifier": IDS}, optional={"title": SCALARS, "licenseURI": VALUES})
PACKAGES = st.fixed_dictionaries(
    {"CFDocument": DOCUMENTS},
    optional={
        "CFItems": st.lists(ROWS, max_size=6),
        "CFAssociations": st.lists(ROWS, max_size=6),
        "CFDefinitions": VALUES,
        "CFRubrics": st.lists(ROWS, max_size=3),
    },
)


def read_or_refuse(data):
    refusal = None
    try:
        found = read_package(data)
    except PackageUnreadable as error:
        refusal = error
    if refusal is not None:
        assert refusal.what
        assert refusal.what_to_do
        return
    shape = hierarchy(found)
    keys = {one.key for one in found.items}
    assert len(keys) == len(found.items)
    assert set(shape.depth) == keys, "every item can be reached from the top"
    assert not found.refused_items & keys
    for issue in found.issues:
        assert issue.what
        assert issue.what_to_do
    for one in found.items:
        one.full_statement.encode("utf-8")
        assert one.full_statement
        assert "\x00" not in one.full_statement


@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_raise_anything_else(data):
    read_or_refuse(data)


@given(VALUES)
def test_arbitrary_json_never_raises_anything_else(value):
    read_or_refuse(json.dumps(value).encode())


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(PACKAGES)
def test_arbitrary_packages_never_raise_and_never_lose_an_item_from_the_tree(value):
    read_or_refuse(json.dumps(value).encode())


NODE = st.integers(0, 7)


@given(st.lists(st.tuples(NODE, st.sampled_from(["isChildOf", "precedes", "isPartOf"]), NODE), max_size=40))
def test_no_tangle_of_edges_hangs_or_hides_an_item(edges):
    rows = [item(f"i{n}") for n in range(8)]
    links = [child("i0"), *(edge(f"i{a}", kind, f"i{b}", identifier=f"e{n}") for n, (a, kind, b) in enumerate(edges))]
    found = read_package(as_bytes(package(rows, links)))
    shape = hierarchy(found)
    assert len(shape.depth) == 8
    for key, parents in shape.parents.items():
        assert all(key in shape.children[parent] for parent in parents)


@given(st.permutations(range(6)))
def test_the_order_of_associations_in_the_file_changes_no_order_on_the_page(order):
    rows = [item(f"i{n}", humanCodingScheme=f"A.{n}") for n in range(6)]
    edges = [child(f"i{n}", "doc" if n < 3 else "i0", sequence=n) for n in range(6)]
    found = hierarchy(read_package(as_bytes(package(rows, [edges[n] for n in order]))))
    assert found.roots == ("i0", "i1", "i2")
    assert found.children["i0"] == ("i3", "i4", "i5")
