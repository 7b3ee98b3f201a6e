"""Every CASE package of the sample data reads with the counts that its raw JSON gives.

The expected figures are computed here from the raw JSON in the plainest way, not by our reader.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from competencies.case import Code, PackageUnreadable, Unreadable, hierarchy, read_package

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
FOLDER = Path(SAMPLES) / "case"
FILES = sorted(FOLDER.glob("*.json")) if SAMPLES else []


def is_package(path):
    value = json.loads(path.read_bytes())
    return isinstance(value, dict) and isinstance(value.get("CFDocument"), dict)


PACKAGES = [path for path in FILES if is_package(path)]
OTHERS = [path for path in FILES if path not in PACKAGES]


def names(paths):
    return [path.name for path in paths]


needs_samples = pytest.mark.skipif(
    not PACKAGES,
    reason="THROUGHLINE_SAMPLES is unset or holds no CASE packages; set it to the folder with the sample data",
)


@needs_samples
@pytest.mark.parametrize("path", PACKAGES, ids=names(PACKAGES))
def test_a_sample_package_reads_with_the_counts_of_its_json(path):
    raw = json.loads(path.read_bytes())
    items = [row for row in raw["CFItems"] if row.get("identifier")]
    ids = {row["identifier"].lower() for row in items}
    edges = {
        (
            row["associationType"],
            row["originNodeURI"]["identifier"].lower(),
            row["destinationNodeURI"]["identifier"].lower(),
            (row.get("CFAssociationGroupingURI") or {}).get("identifier", "").lower(),
        )
        for row in raw["CFAssociations"]
    }
    definitions = {name: len(rows) for name, rows in raw["CFDefinitions"].items()}

    found = read_package(path.read_bytes())

    assert found.document.title == raw["CFDocument"]["title"]
    assert found.seen.items == len(raw["CFItems"])
    assert {one.key for one in found.items} == ids
    assert len(found.items) == len(ids)
    assert Counter(a.type.value for a in found.associations) == Counter(kind for kind, *_ends in edges)
    assert len(found.definitions.item_types) == definitions["CFItemTypes"]
    assert len(found.definitions.subjects) == definitions["CFSubjects"]
    assert len(found.definitions.licenses) == definitions["CFLicenses"]
    assert found.unlisted == 0


@needs_samples
@pytest.mark.parametrize("path", PACKAGES, ids=names(PACKAGES))
def test_a_sample_package_reports_what_its_json_shows_and_nothing_worse(path):
    raw = json.loads(path.read_bytes())
    ids = [row["identifier"].lower() for row in raw["CFItems"] if row.get("identifier")]
    inside = {*ids, raw["CFDocument"]["identifier"].lower()}
    outside = sum(
        1
        for row in raw["CFAssociations"]
        if row["originNodeURI"]["identifier"].lower() not in inside
        or row["destinationNodeURI"]["identifier"].lower() not in inside
    )

    found = read_package(path.read_bytes())

    by_code = Counter(issue.code for issue in found.issues)
    assert by_code[Code.ITEM_REPEATED] == len(ids) - len(set(ids))
    assert sum(int(i.values["count"]) for i in found.issues if i.code is Code.TARGETS_OUTSIDE) == outside
    assert by_code.keys() <= {
        Code.ITEM_REPEATED,
        Code.TARGETS_OUTSIDE,
        Code.CODING_SCHEME_REPEATED,
        Code.LATEX_MENDED,
    }


@needs_samples
@pytest.mark.parametrize("path", PACKAGES, ids=names(PACKAGES))
def test_a_sample_package_hangs_together_as_its_edges_say(path):
    raw = json.loads(path.read_bytes())
    document = raw["CFDocument"]["identifier"].lower()
    child_edges = {
        (row["originNodeURI"]["identifier"].lower(), row["destinationNodeURI"]["identifier"].lower())
        for row in raw["CFAssociations"]
        if row["associationType"] == "isChildOf"
    }
    shape = hierarchy(read_package(path.read_bytes()))
    assert {(key, document) for key in shape.roots} == {e for e in child_edges if e[1] == document}
    assert {(key, parent) for key, parents in shape.parents.items() for parent in parents} == {
        e for e in child_edges if e[1] != document
    }
    assert shape.adrift == ()
    assert shape.cycle_count == 0


@needs_samples
def test_a_sample_with_sequence_numbers_is_read_in_their_order():
    path = FOLDER / "SequenceNumberFramework.json"
    found = read_package(path.read_bytes())
    by_key = {one.key: one.full_statement for one in found.items}
    assert [by_key[key] for key in hierarchy(found).roots] == [
        "Second added item, but should be first",
        "First Added Item",
    ]


@needs_samples
@pytest.mark.parametrize("path", OTHERS, ids=names(OTHERS))
def test_a_sample_that_is_no_package_is_refused_with_words(path):
    with pytest.raises(PackageUnreadable) as raised:
        read_package(path.read_bytes())
    assert raised.value.code in {Unreadable.NO_DOCUMENT, Unreadable.ASN_TREE}


@needs_samples
def test_broken_formulas_of_a_real_package_come_out_whole():
    found = read_package((FOLDER / "sbac_mockPack_3.json").read_bytes())
    text = " ".join(one.full_statement for one in found.items)
    assert "\x0c" not in text
    assert r"\frac{1}{2}" in text
