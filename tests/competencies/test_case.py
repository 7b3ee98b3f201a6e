"""Reading CASE packages: every rule that real packages break, one sentence each."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from competencies.case import (
    AssociationType,
    Code,
    PackageUnreadable,
    Severity,
    Unreadable,
    hierarchy,
    limits,
    natural_key,
    read_package,
)
from tests.competencies.packages import as_bytes, child, edge, item, link, package


def read(*args, **fields):
    return read_package(as_bytes(package(*args, **fields)))


def codes(read_result):
    return [issue.code for issue in read_result.issues]


def only_issue(read_result):
    (issue,) = read_result.issues
    return issue


# ------------------------------------------------------------------ what is in the file


def test_a_document_keeps_every_field():
    found = read(
        document={
            "description": "What we hope everyone learns",
            "publisher": "Willow Creek",
            "language": "en",
            "version": "3",
            "adoptionStatus": "Adopted",
            "frameworkType": "K12",
            "caseVersion": "1.1",
            "officialSourceURL": "https://example.org/f",
            "notes": "n",
            "subject": ["Mathematics"],
            "subjectURI": [link("s1")],
            "licenseURI": link("l1"),
            "statusStartDate": "2025-08-01",
            "statusEndDate": None,
        }
    ).document
    assert (found.identifier, found.title, found.creator) == ("doc", "Numbers", "Willow Creek")
    assert (found.framework_type, found.case_version, found.version) == ("K12", "1.1", "3")
    assert found.subjects == ("Mathematics",)
    assert found.license is not None
    assert found.license.identifier == "l1"
    assert found.status_start == date(2025, 8, 1)
    assert found.changed_at == datetime(2025, 8, 1, tzinfo=UTC)


def test_an_item_keeps_every_field():
    found = read(
        [
            item(
                "i1",
                "Adds within ten",
                abbreviatedStatement="Add",
                alternativeLabel="Sums",
                humanCodingScheme="1.OA.6",
                listEnumeration="a",
                CFItemType="Standard",
                CFItemTypeURI=link("t1"),
                educationLevel=["01", "02"],
                conceptKeywords=["sum"],
                conceptKeywordsURI=link("c1"),
                subject=["Mathematics"],
                notes="Use counters",
                language="en",
                licenseURI=link("l1"),
                statusStartDate="2025-08-01T10:00:00Z",
            )
        ],
        [child("i1")],
    ).items[0]
    assert found.full_statement == "Adds within ten"
    assert found.abbreviated_statement == "Add"
    assert found.human_coding_scheme == "1.OA.6"
    assert found.education_levels == ("01", "02")
    assert found.concept_links[0].identifier == "c1"
    assert found.item_type_link is not None
    assert found.item_type_link.key == "t1"
    assert found.status_start == date(2025, 8, 1)


def test_definitions_and_rubrics_come_along():
    found = read(
        [item("i1")],
        [child("i1")],
        CFDefinitions={
            "CFItemTypes": [{"identifier": "t1", "title": "Standard", "typeCode": "S", "hierarchyCode": "1"}],
            "CFSubjects": [{"identifier": "s1", "title": "Mathematics"}],
            "CFConcepts": [{"identifier": "c1", "title": "Sum", "keywords": "add|plus"}],
            "CFLicenses": [{"identifier": "l1", "title": "Open", "licenseText": "Free to use"}],
            "CFAssociationGroupings": [{"identifier": "g1", "title": "Crosswalk"}],
        },
        CFRubrics=[
            {
                "identifier": "r1",
                "title": "Explaining",
                "CFRubricCriteria": [
                    {
                        "identifier": "k1",
                        "CFItemURI": link("i1"),
                        "weight": 0.65,
                        "CFRubricCriterionLevels": [
                            {"identifier": "v2", "quality": "Shown", "score": 3, "position": 2},
                            {"identifier": "v1", "quality": "Building", "score": 2.5, "position": 1},
                        ],
                    }
                ],
            }
        ],
    )
    assert found.definitions.licenses[0].text == "Free to use"
    assert found.definitions.item_types[0].code == "S"
    assert found.seen.definitions == 5
    criterion = found.rubrics[0].criteria[0]
    assert criterion.weight == Decimal("0.65")
    assert [level.quality for level in criterion.levels] == ["Building", "Shown"]
    assert criterion.levels[0].score == Decimal("2.5")
    assert found.issues == ()


@pytest.mark.parametrize("definitions", [[], None, {}])
def test_definitions_may_be_missing_or_an_empty_list(definitions):
    assert read(CFDefinitions=definitions).issues == ()


def test_extensions_of_case_1_1_are_kept_as_they_are():
    vendor = {"vendor": {"deep": [1, 2.5, None, True, "a\u0000b"], "huge": 10**17}}
    found = read(
        [item("i1", extensions=vendor)],
        [child("i1", notes="why", extensions={"b": {}})],
        document={"extensions": {"a": 1}, "frameworkType": "Continuum", "caseVersion": "1.1"},
    )
    assert found.issues == ()
    assert found.items[0].extensions == {"vendor": {"deep": [1, 2.5, None, True, "ab"], "huge": 10**17}}
    assert found.associations[0].extensions == {"b": {}}
    assert found.associations[0].notes == "why"
    assert found.document.extensions == {"a": 1}
    assert (found.document.framework_type, found.document.case_version) == ("Continuum", "1.1")


@pytest.mark.parametrize("value", [json.loads("[" * 40 + "]" * 40), "x" * 30_000], ids=["deep", "large"])
def test_an_extension_that_is_too_deep_or_too_large_is_left_out_and_said(value):
    found = read([item("i1", extensions={"vendor": value})], [child("i1")])
    assert found.items[0].extensions == {}
    assert only_issue(found).code is Code.EXTENSIONS_LEFT_OUT


@pytest.mark.parametrize("value", ["text", 3, [1], True])
def test_extensions_that_are_no_object_cost_themselves_only(value):
    found = read([item("i1", extensions=value)], [child("i1")])
    assert found.items[0].extensions == {}
    assert only_issue(found).code is Code.WRONG_TYPE


# ------------------------------------------------------------------ direction and shape


def test_the_child_is_the_origin_and_the_parent_the_destination():
    shape = hierarchy(read([item("a"), item("b")], [child("a", "doc"), child("b", "a")]))
    assert shape.roots == ("a",)
    assert shape.children["a"] == ("b",)
    assert shape.parents["b"] == ("a",)
    assert shape.depth == {"a": 1, "b": 2}


def test_a_root_hangs_under_the_document_not_under_nothing():
    found = read([item("a")], [child("a", "doc")])
    assert found.issues == ()
    assert hierarchy(found).roots == ("a",)


def test_an_item_may_have_several_parents():
    shape = hierarchy(
        read([item("a"), item("b"), item("c")], [child("a"), child("b"), child("c", "a"), child("c", "b")])
    )
    assert shape.parents["c"] == ("a", "b")
    assert shape.children["a"] == shape.children["b"] == ("c",)


def test_an_item_without_any_parent_is_shown_at_the_top_and_reported():
    found = read([item("a"), item("lost")], [child("a")])
    shape = hierarchy(found)
    assert shape.roots == ("a", "lost")
    assert shape.adrift == ("lost",)
    assert only_issue(found).code is Code.ITEMS_ADRIFT


def test_an_item_whose_only_parent_is_elsewhere_is_shown_at_the_top_without_complaint():
    found = read([item("a")], [child("a", "some-other-framework")])
    assert hierarchy(found).roots == ("a",)
    assert codes(found) == [Code.TARGETS_OUTSIDE]


def test_targets_outside_the_package_are_kept_as_they_are():
    found = read([item("a")], [child("a"), edge("a", "isRelatedTo", "elsewhere")])
    assert found.associations[1].destination.identifier == "elsewhere"
    assert only_issue(found).severity is Severity.NOTE


def test_a_document_written_as_a_child_is_a_row_error():
    found = read([item("a")], [edge("doc", "isChildOf", "a"), child("a")])
    assert codes(found) == [Code.DOCUMENT_AS_CHILD]
    assert hierarchy(found).roots == ("a",)


def test_identifiers_in_different_case_are_the_same():
    upper, lower = "C496E222-B8DF-11E7-BA24-039FFDAE3771", "c496e222-b8df-11e7-ba24-039ffdae3771"
    found = read([item(upper), item("b")], [child(upper, "DOC"), child("b", lower)])
    assert found.items[0].identifier == upper
    assert hierarchy(found).children[lower] == ("b",)


@pytest.mark.parametrize("identifier", ["7", "00000000-0000-0000-0000-000000000001", "urn:x:1", "año-1"])
def test_identifiers_need_not_be_rfc_4122(identifier):
    assert read([item(identifier)], [child(identifier)]).items[0].identifier == identifier


# ------------------------------------------------------------------ order


def test_siblings_go_by_sequence_then_enumeration_then_code_then_file():
    rows = [
        item("file-2"),
        item("file-1"),
        item("code-10", humanCodingScheme="3.NF.10"),
        item("code-2", humanCodingScheme="3.NF.2"),
        item("list-b", listEnumeration="b"),
        item("list-a", listEnumeration="a"),
        item("seq-2"),
        item("seq-1"),
    ]
    edges = [child(row["identifier"]) for row in rows]
    edges[6]["sequenceNumber"] = 2
    edges[7]["sequenceNumber"] = 1
    assert hierarchy(read(rows, edges)).roots == (
        "seq-1",
        "seq-2",
        "list-a",
        "list-b",
        "code-2",
        "code-10",
        "file-2",
        "file-1",
    )


def test_a_sequence_belongs_to_the_edge_so_two_parents_may_order_differently():
    shape = hierarchy(
        read(
            [item("p"), item("q"), item("x"), item("y")],
            [
                child("p"),
                child("q"),
                child("x", "p", 1),
                child("y", "p", 2),
                child("x", "q", 2),
                child("y", "q", 1),
            ],
        )
    )
    assert shape.children["p"] == ("x", "y")
    assert shape.children["q"] == ("y", "x")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("2", "10"), ("3.NF.A.2", "3.NF.A.10"), ("a", "B"), ("", "a"), ("1", "a"), ("9" * 4999, "9" * 5000)],
)
def test_natural_order_reads_numbers_as_numbers(earlier, later):
    assert natural_key(earlier) < natural_key(later)


@pytest.mark.parametrize("sequence", [10**30, 1e300, "first", True, -(2**40), [1], 1.5])
def test_an_impossible_sequence_number_costs_the_number_not_the_edge(sequence):
    found = read([item("a")], [child("a", sequence=sequence)])
    assert found.associations[0].sequence is None
    assert only_issue(found).code in {Code.NUMBER_UNREADABLE, Code.WRONG_TYPE}


@pytest.mark.parametrize(("written", "number"), [(7, 7), ("7", 7), (7.0, 7), (0, 0), (-3, -3)])
def test_a_sequence_number_may_be_written_as_text_or_with_a_point(written, number):
    assert read([item("a")], [child("a", sequence=written)]).associations[0].sequence == number


# ------------------------------------------------------------------ loops


def test_a_loop_of_parents_is_reported_and_opened():
    found = read([item("a"), item("b"), item("c")], [child("a"), child("b", "a"), child("c", "b"), child("a", "c")])
    shape = hierarchy(found)
    assert shape.roots == ("a",)
    assert shape.children["c"] == ()
    issue = only_issue(found)
    assert issue.code is Code.CYCLE_OPENED
    assert issue.values["count"] == "3"


def test_a_loop_without_a_way_in_is_shown_from_its_first_item():
    shape = hierarchy(read([item("a"), item("b")], [child("a", "b"), child("b", "a")]))
    assert shape.roots == ("a",)
    assert shape.children["a"] == ("b",)
    assert shape.children["b"] == ()


def test_a_loop_of_precedes_is_reported():
    found = read(
        [item("a"), item("b")],
        [child("a"), child("b"), edge("a", "precedes", "b"), edge("b", "precedes", "a")],
    )
    assert only_issue(found).values["kind"] == "precedes"
    assert len(found.associations) == 4


def test_an_association_to_itself_is_a_row_error():
    found = read([item("a")], [child("a"), edge("a", "precedes", "a"), child("a", "a")])
    assert codes(found) == [Code.ASSOCIATION_TO_ITSELF] * 2
    assert len(found.associations) == 1


def test_ten_thousand_items_one_under_the_other_do_not_exhaust_the_stack():
    size = 10_000
    found = read(
        [item(f"i{n}") for n in range(size)],
        [child(f"i{n}", f"i{n - 1}" if n else "doc") for n in range(size)],
    )
    assert hierarchy(found).depth[f"i{size - 1}"] == size


# ------------------------------------------------------------------ rows that cannot be used


@pytest.mark.parametrize("identifier", [None, "", "  ", 12, {"a": 1}, ["x"]])
def test_an_item_without_identifier_is_a_row_error_and_the_rest_imports(identifier):
    broken = item("x")
    broken["identifier"] = identifier
    found = read([item("a"), broken, item("b")], [child("a"), child("b")])
    assert [one.identifier for one in found.items] == ["a", "b"]
    issue = only_issue(found)
    assert (issue.code, issue.severity, issue.pointer) == (
        Code.ITEM_WITHOUT_IDENTIFIER,
        Severity.ERROR,
        "/CFItems/1",
    )
    assert found.seen.items == 3


def test_an_absurdly_long_identifier_is_a_row_error():
    found = read([item("x" * 300), item("a")], [child("a")])
    assert codes(found) == [Code.IDENTIFIER_UNUSABLE]


def test_an_item_that_is_the_document_is_a_row_error():
    assert codes(read([item("DOC")])) == [Code.ITEM_IS_DOCUMENT]


def test_an_item_without_statement_borrows_its_short_one():
    found = read([item("a", "", abbreviatedStatement="Add")], [child("a")])
    assert found.items[0].full_statement == "Add"
    assert only_issue(found).code is Code.STATEMENT_BORROWED


def test_an_item_that_says_nothing_is_refused_but_not_taken_for_gone():
    found = read([item("A", "  "), item("b")], [child("b")])
    assert [one.identifier for one in found.items] == ["b"]
    assert found.refused_items == {"a"}
    assert only_issue(found).code is Code.ITEM_WITHOUT_STATEMENT


def test_a_statement_of_ten_megabytes_costs_its_row_only():
    found = read([item("a", "long " * 2_000_000), item("b")], [child("b")])
    assert [one.identifier for one in found.items] == ["b"]
    assert found.refused_items == {"a"}
    assert only_issue(found).values["limit"] == str(limits.MAX_STATEMENT)


def test_a_statement_of_thousands_of_characters_is_kept_to_the_letter():
    statement = "| a | b |\n| - | - |\n" + "𝛑 ≈ $\\frac{22}{7}$ <b>bold</b> <script>x</script> 数 " * 80
    found = read([item("a", statement)], [child("a")])
    assert found.items[0].full_statement == statement.strip()
    assert found.issues == ()


def test_of_two_rows_with_one_identifier_the_later_change_is_kept():
    older = item("a", "old", lastChangeDateTime="2024-01-01T00:00:00Z")
    newer = item("A", "new", lastChangeDateTime="2025-01-01T00:00:00Z")
    for rows, dropped in (([older, newer], "/CFItems/0"), ([newer, older], "/CFItems/1")):
        found = read(rows, [child("a")])
        assert [one.full_statement for one in found.items] == ["new"]
        assert only_issue(found).pointer == dropped


def test_of_two_rows_changed_at_the_same_time_the_first_is_kept():
    found = read([item("a", "first"), item("a", "second")], [child("a")])
    assert [one.full_statement for one in found.items] == ["first"]
    assert only_issue(found).code is Code.ITEM_REPEATED


def test_a_repeated_coding_scheme_is_only_worth_a_note():
    found = read(
        [item("a", humanCodingScheme="3.NF.1"), item("b", humanCodingScheme="3.NF.1"), item("c")],
        [child("a"), child("b"), child("c")],
    )
    assert len(found.items) == 3
    assert only_issue(found).severity is Severity.NOTE
    assert only_issue(found).values == {"count": "2"}


@pytest.mark.parametrize("row", [None, 7, "text", ["list"], True])
def test_a_row_that_is_no_object_is_an_error_and_the_rest_imports(row):
    found = read([item("a"), row], [child("a"), row])
    assert len(found.items) == len(found.associations) == 1
    assert codes(found) == [Code.NOT_AN_OBJECT] * 2
    assert found.issues[0].pointer == "/CFItems/1"


def test_wrong_types_cost_the_field_not_the_row():
    found = read(
        [
            item(
                "a",
                humanCodingScheme=["x"],
                educationLevel={"a": 1},
                notes=False,
                CFItemTypeURI=7,
                lastChangeDateTime=12,
                statusStartDate="sometime",
            )
        ],
        [child("a")],
    )
    assert len(found.items) == 1
    assert {issue.severity for issue in found.issues} == {Severity.WARNING}
    assert {issue.pointer.rpartition("/")[2] for issue in found.issues} == {
        "humanCodingScheme",
        "educationLevel",
        "notes",
        "CFItemTypeURI",
        "lastChangeDateTime",
        "statusStartDate",
    }


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        (["03", "04"], ("03", "04")),
        ("03,04", ("03", "04")),
        ("KG", ("KG",)),
        ([3], ("3",)),
        (["03", "03", ""], ("03",)),
    ],
)
def test_education_levels_come_as_a_list_or_as_one_text(written, levels):
    assert read([item("a", educationLevel=written)], [child("a")]).items[0].education_levels == levels


def test_characters_that_no_text_can_hold_are_removed_with_a_warning():
    raw = as_bytes(package([item("a", "MARK")], [child("a")])).replace(b"MARK", rb"one\u0000two\ud800three")
    found = read_package(raw)
    assert found.items[0].full_statement == "onetwothree"
    assert only_issue(found).code is Code.TEXT_CLEANED


def test_a_formula_with_one_backslash_too_few_is_mended():
    """Seen in published item specifications: "\\frac" written where JSON needs "\\\\frac"."""
    raw = as_bytes(package([item("a", "MARK")], [child("a")])).replace(b"MARK", rb"2$\frac{1}{2}\times\beta\right)$")
    found = read_package(raw)
    assert found.items[0].full_statement == r"2$\frac{1}{2}\times\beta\right)$"
    assert only_issue(found).code is Code.LATEX_MENDED


def test_tabs_and_line_ends_of_ordinary_text_stay():
    statement = "one\ttwo\r\nthree\ttimes\r\nright\textra"
    assert read([item("a", statement)], [child("a")]).items[0].full_statement == statement


def test_a_real_surrogate_pair_is_one_astral_character():
    raw = as_bytes(package([item("a", "MARK")], [child("a")])).replace(b"MARK", rb"\ud835\udfd9")
    assert read_package(raw).items[0].full_statement == "\U0001d7d9"


# ------------------------------------------------------------------ associations


def test_an_association_without_identifier_gets_the_same_one_every_time():
    row = child("a")
    del row["identifier"]
    first, second = read([item("a")], [row]), read([item("a")], [row])
    assert only_issue(first).code is Code.ASSOCIATION_WITHOUT_IDENTIFIER
    assert first.associations[0].identifier == second.associations[0].identifier != ""


def test_the_same_edge_twice_counts_once_and_keeps_its_number():
    found = read([item("a")], [child("a", identifier="e1"), child("a", sequence=4, identifier="e2")])
    assert len(found.associations) == 1
    assert found.associations[0].sequence == 4
    assert only_issue(found).code is Code.EDGE_REPEATED


def test_two_different_edges_with_one_identifier_are_both_kept():
    found = read(
        [item("a"), item("b")],
        [child("a", identifier="e"), child("b", identifier="E")],
    )
    assert len({one.key for one in found.associations}) == 2
    assert only_issue(found).code is Code.ASSOCIATION_REPEATED


@pytest.mark.parametrize("written", ["ISCHILDOF", "is child of", "is_child_of", "isChildof"])
def test_a_type_in_another_spelling_is_understood_with_a_warning(written):
    found = read([item("a")], [edge("a", written, "doc")])
    assert found.associations[0].type is AssociationType.IS_CHILD_OF
    assert only_issue(found).code is Code.ASSOCIATION_TYPE_RESPELLED


@pytest.mark.parametrize("written", ["ext:requires", "parent", "", None, 7])
def test_an_unknown_type_is_a_row_error(written):
    found = read([item("a")], [child("a"), edge("a", written, "b", identifier="e9")])
    assert len(found.associations) == 1
    assert Code.ASSOCIATION_TYPE_UNKNOWN in codes(found)
    assert found.refused_associations == {"e9"}


@pytest.mark.parametrize("end", [None, {}, 7, [], {"title": "x"}, ""])
def test_an_association_that_leads_nowhere_is_a_row_error(end):
    row = child("a")
    row["destinationNodeURI"] = end
    found = read([item("a")], [row])
    assert found.associations == ()
    assert Code.ASSOCIATION_END_MISSING in codes(found)


@pytest.mark.parametrize("end", ["https://example.org/CFDocuments/doc", {"uri": "https://example.org/x/doc/"}])
def test_an_end_given_only_by_address_is_known_by_its_last_part(end):
    row = child("a")
    row["destinationNodeURI"] = end
    assert hierarchy(read([item("a")], [row])).adrift == ()


@pytest.mark.parametrize("kind", list(AssociationType))
def test_every_type_of_case_is_read(kind):
    found = read([item("a"), item("b")], [edge("a", kind.value, "b")])
    assert found.associations[0].type is kind


# ------------------------------------------------------------------ files that cannot be read at all


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Unreadable.EMPTY),
        (b"  \n ", Unreadable.EMPTY),
        (b"PK\x03\x04rest", Unreadable.COMPRESSED),
        (b"\x1f\x8brest", Unreadable.COMPRESSED),
        (b"<!doctype html><p>Sign in</p>", Unreadable.MARKUP),
        (b'{"CFDocument": {"identifier": "d"', Unreadable.NOT_JSON),
        (b"{'CFDocument': 1}", Unreadable.NOT_JSON),
        (b'{"CFDocument": "caf\xe9"}', Unreadable.ENCODING),
        (b"[" * 100_000, Unreadable.NESTED_TOO_DEEP),
        (b'{"a":' * 100_000, Unreadable.NESTED_TOO_DEEP),
        (b"[]", Unreadable.NOT_A_PACKAGE),
        (b"7", Unreadable.NOT_A_PACKAGE),
        (b'"CFDocument"', Unreadable.NOT_A_PACKAGE),
        (b'[{"id": "x", "asn_identifier": {}}]', Unreadable.ASN_TREE),
        (b"{}", Unreadable.NO_DOCUMENT),
        (b'{"CFDocument": []}', Unreadable.NO_DOCUMENT),
        (b'{"CFDocument": {"title": "x"}}', Unreadable.DOCUMENT_WITHOUT_IDENTIFIER),
        (b'{"CFDocument": {"identifier": 7}}', Unreadable.DOCUMENT_WITHOUT_IDENTIFIER),
        (b'{"CFDocument": {"identifier": "d"}, "CFItems": {}}', Unreadable.LIST_EXPECTED),
        (b'{"CFDocument": {"identifier": "d"}, "CFAssociations": "none"}', Unreadable.LIST_EXPECTED),
    ],
)
def test_a_file_that_is_no_package_says_why_and_what_to_do(data, why):
    with pytest.raises(PackageUnreadable) as raised:
        read_package(data)
    assert raised.value.code is why
    assert raised.value.what
    assert raised.value.what_to_do
    assert "%" not in raised.value.what + raised.value.what_to_do


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 10)
    with pytest.raises(PackageUnreadable) as raised:
        read_package(as_bytes(package()))
    assert raised.value.code is Unreadable.TOO_LARGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_encoding_that_json_knows_is_read(encoding):
    text = json.dumps(package([item("a", "año 数")], [child("a")]), ensure_ascii=False)
    assert read_package(text.encode(encoding)).items[0].full_statement == "año 数"


@pytest.mark.parametrize("number", [b"1" * 5000, b"1e999999999999999999999", b"NaN", b"-Infinity", b"1e400"])
def test_absurd_numbers_cost_only_themselves(number):
    raw = as_bytes(package([item("a")], [child("a", sequence=123454321)])).replace(b"123454321", number)
    found = read_package(raw)
    assert found.associations[0].sequence is None
    assert only_issue(found).code is Code.NUMBER_UNREADABLE


def test_missing_lists_are_read_as_empty_with_a_warning():
    found = read_package(as_bytes({"CFDocument": {"identifier": "d", "title": "t", "creator": "c"}}))
    assert found.items == found.associations == ()
    assert codes(found) == [Code.LIST_MISSING] * 2


def test_a_hundred_thousand_broken_rows_are_counted_but_not_all_listed():
    found = read([7] * 100_000)
    assert len(found.issues) == limits.MAX_ISSUES
    assert found.unlisted == 100_000 - limits.MAX_ISSUES


def test_every_finding_has_words_for_what_it_is_and_what_to_do():
    from competencies.case.wordings import UNREADABLE, WORDINGS

    assert set(WORDINGS) == set(Code)
    assert set(UNREADABLE) == set(Unreadable)
    for wording in WORDINGS.values():
        assert wording.what.endswith(".")
        assert wording.what_to_do.endswith(".")
