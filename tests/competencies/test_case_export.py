"""A framework that leaves as a CASE package comes back as what it was, and the package is valid."""

import json
import os
import string
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.case import read_package
from competencies.case_draft import draft_of
from competencies.case_export import package_of_draft
from competencies.case_vocabulary import CaseVersion
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, LevelDraft, ScaleDraft, WordingDraft
from competencies.own_draft import draft_of_own
from competencies.plain import name_of
from tests.competencies.packages import as_bytes, child, edge, item, link, package

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
FOLDER = Path(SAMPLES) / "case"
PACKAGES = [
    path
    for path in (sorted(FOLDER.glob("*.json")) if SAMPLES else [])
    if isinstance(value := json.loads(path.read_bytes()), dict) and isinstance(value.get("CFDocument"), dict)
]
SCHEMA = FOLDER / "case-v1p0-cfpackage-schema.json"
needs_samples = pytest.mark.skipif(
    not PACKAGES,
    reason="THROUGHLINE_SAMPLES is unset or holds no CASE packages; set it to the folder with the sample data",
)
OWN = Path(__file__).parents[2] / "config" / "demo" / "data" / "framework.json"
WHEN = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
VERSIONS = pytest.mark.parametrize("version", list(CaseVersion), ids=lambda version: version.value)


def exported(draft, version=CaseVersion.V1_0):
    return package_of_draft(draft, version=version, base="https://plans.example.org", changed_at=WHEN)


def again(draft, version=CaseVersion.V1_0):
    return draft_of(read_package(json.dumps(exported(draft, version)).encode()))


def plain(value):
    """Lists for tuples, so that drafts which say the same are equal."""
    return json.loads(json.dumps(value, default=str))


def same(one, other):
    """Everything but where it was made and the public ids, which each installation gives out."""
    for name in FrameworkDraft.__dataclass_fields__:
        if name in {"competencies", "edges", "public_id", "keep_competencies", "keep_edges", "scale"}:
            continue
        assert plain(getattr(one, name)) == plain(getattr(other, name)), name
    assert as_scale(one.scale) == as_scale(other.scale)
    assert [row(c) for c in one.competencies] == [row(c) for c in other.competencies]
    assert sorted(edge_row(e) for e in one.edges) == sorted(edge_row(e) for e in other.edges)


def as_scale(scale):
    if scale is None:
        return None
    levels = [(level.value.normalize(), dict(level.names), dict(level.meanings)) for level in scale.levels]
    return scale.public_id, scale.name, scale.target.normalize(), levels


def row(draft):
    values = {
        name: plain(getattr(draft, name))
        for name in CompetencyDraft.__dataclass_fields__
        if name not in {"public_id", "wordings"}
    }
    words = (
        None
        if draft.wordings is None
        else {(w.kind, w.language, None if w.level is None else w.level.normalize()): w.text for w in draft.wordings}
    )
    return values, words


def edge_row(draft):
    return json.dumps({name: plain(getattr(draft, name)) for name in EdgeDraft.__dataclass_fields__}, sort_keys=True)


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_bytes()))


# ------------------------------------------------------------------ there and back


@needs_samples
@VERSIONS
@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.name)
def test_a_sample_package_leaves_and_comes_back_as_it_was(path, version):
    draft = draft_of(read_package(path.read_bytes()))
    same(again(draft, version), draft)


@VERSIONS
def test_our_own_framework_comes_back_with_scale_words_and_order(version):
    draft = draft_of_own(json.loads(OWN.read_bytes()))
    same(again(draft, version), draft)


@VERSIONS
def test_loops_several_parents_and_ends_elsewhere_come_back(version):
    far = "11111111-2222-4333-8444-555555555555"
    content = package(
        [item("A"), item("b", humanCodingScheme="2"), item("c", humanCodingScheme="1"), item("d")],
        [
            child("A"),
            child("b", "A"),
            child("c", "A"),
            child("d", "c"),
            child("d", "b"),
            child("A", "d"),
            edge("b", "precedes", "c"),
            edge("c", "precedes", "b"),
            edge("b", "exactMatchOf", far),
            edge("b", "isRelatedTo", "elsewhere"),
            edge("c", "isTranslationOf", "b", notes="by hand", extensions={"vendor": {"x": 1}}),
        ],
        document={"frameworkType": "Continuum", "caseVersion": "1.1", "extensions": {"vendor": {"y": [1, 2]}}},
        CFRubrics=[
            {
                "identifier": "r1",
                "title": "Rubric",
                "CFRubricCriteria": [
                    {
                        "identifier": "k1",
                        "CFItemURI": link("b"),
                        "weight": 2.5,
                        "CFRubricCriterionLevels": [{"identifier": "l1", "score": 1, "quality": "Shows it"}],
                    }
                ],
            }
        ],
    )
    draft = draft_of(read_package(as_bytes(content)))
    same(again(draft, version), draft)


def test_a_package_that_was_changed_after_it_left_is_read_by_its_edges():
    draft = draft_of(read_package(as_bytes(package([item("a"), item("b")], [child("a"), child("b", "a")]))))
    content = exported(draft)
    top = content["CFDocument"]["identifier"]
    for row_ in content["CFAssociations"]:
        row_["destinationNodeURI"] = {**row_["destinationNodeURI"], "identifier": top}
    back = draft_of(read_package(json.dumps(content).encode()))
    assert {one.source_id: one.parent for one in back.competencies} == {"a": None, "b": None}


NONSENSE = [
    None,
    7,
    "text",
    [],
    {"key": 3, "source": "evil", "scale": [], "shape": {}, "fields": "x"},
    {"fields": {"title": "", "statement": None, "details": [], "grades": [[]], "kind": "hasParent"}},
    {"scale": {"id": "x", "name": "n", "target": "NaN", "levels": [{"value": "1e99", "names": {}}]}},
    {"wordings": [{"kind": "student"}, 3, {"kind": "x", "language": "en", "text": "t"}], "under": "nobody"},
    {"key": "someone-else", "under": ["b"], "broken": "yes", "origin": 4},
]


@pytest.mark.parametrize("mine", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_in_our_extension_costs_itself_only(mine):
    extensions = {"throughline": mine}
    content = package(
        [item("a", extensions=extensions), item("b", extensions=extensions)],
        [child("a", extensions=extensions), child("b", "a", extensions=extensions)],
        document={"extensions": extensions},
    )
    draft = draft_of(read_package(as_bytes(content)))
    assert [(one.source_id, one.parent, one.statement) for one in draft.competencies] == [
        ("a", None, "Adds within ten"),
        ("b", "a", "Adds within ten"),
    ]
    assert draft.title == "Numbers"


# ------------------------------------------------------------------ random frameworks

TEXT = st.text(string.ascii_letters + "áñ é½√😀<>&*_\\$#", min_size=1, max_size=40).map(str.strip).filter(bool)
KEYS = st.one_of(st.uuids().map(str), st.text(string.ascii_lowercase + string.digits + ".-", min_size=1, max_size=12))
LANGUAGES = st.sampled_from(["en", "es", "ar"])
WORDINGS = st.one_of(
    st.none(),
    st.dictionaries(
        st.tuples(
            st.sampled_from(["name", "statement", "student", "family", "home"]),
            LANGUAGES,
            st.sampled_from([None, Decimal("1.00"), Decimal("2.50"), Decimal("3.00")]),
        ),
        TEXT,
        max_size=4,
    ).map(lambda found: tuple(WordingDraft(kind, lang, text, level) for (kind, lang, level), text in found.items())),
)
DETAILS = st.fixed_dictionaries({}, optional={"code": TEXT, "list_enumeration": TEXT, "odd": st.integers(0, 9)})


@st.composite
def drafts(draw):
    top = draw(KEYS)
    keys = draw(st.lists(KEYS.filter(lambda key: key != top), unique=True, max_size=7))
    competencies, edges = [], {}
    for place, key in enumerate(keys):
        parents = draw(st.lists(st.sampled_from([top, *keys[:place]]), unique=True, min_size=1, max_size=2))
        statement = draw(TEXT)
        competencies.append(
            CompetencyDraft(
                source_id=key,
                name=draw(st.one_of(TEXT, st.just(name_of(statement)))) or "x",
                statement=statement,
                position=place,
                code=draw(st.one_of(st.just(""), TEXT)),
                notes=draw(st.one_of(st.just(""), TEXT)),
                kind=draw(st.sampled_from(["", "Standard"])),
                grades=tuple(draw(st.lists(st.sampled_from(["KG", "03", "Algebra"]), unique=True, max_size=2))),
                subjects=tuple(draw(st.lists(TEXT, unique=True, max_size=2))),
                concepts=tuple(draw(st.lists(TEXT, unique=True, max_size=2))),
                language=draw(st.sampled_from(["", "en"])),
                parent=None if parents[0] == top else parents[0],
                is_assessable=draw(st.booleans()),
                source_changed_at=draw(st.sampled_from([None, WHEN])),
                source_uri=draw(st.sampled_from(["", "https://example.org/a"])),
                details=draw(DETAILS),
                wordings=draw(WORDINGS),
            )
        )
        for parent in parents:
            edges[key, "isChildOf", parent] = draw(st.one_of(st.none(), st.integers(0, 99)))
    ends = [*keys, top, "elsewhere", "99999999-8888-4777-8666-555555555555"]
    kinds = ["precedes", "isRelatedTo", "exactMatchOf", "isTranslationOf", "replacedBy"]
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=5)):
        origin, destination = draw(st.sampled_from(ends)), draw(st.sampled_from(ends))
        if origin != destination:
            edges[origin, kind, destination] = None
    names = draw(st.lists(KEYS, unique=True, min_size=len(edges), max_size=len(edges)))
    scale = ScaleDraft(
        public_id=UUID(int=7),
        name="Growing",
        target=Decimal(2),
        levels=(LevelDraft(Decimal(1), {"en": "One"}), LevelDraft(Decimal(2), {"en": "Two"}, {"en": "Both"})),
    )
    return FrameworkDraft(
        source=draw(st.sampled_from(["case", "own", "sheet", "asn"])),
        source_id=top,
        title=draw(TEXT),
        description=draw(st.sampled_from(["", "About"])),
        creator=draw(st.sampled_from(["", "Us"])),
        publisher=draw(st.sampled_from(["", "Them"])),
        language=draw(LANGUAGES),
        license_text=draw(st.sampled_from(["", "All rights reserved.\nSecond line"])),
        translations=draw(st.sampled_from([{}, {"es": {"title": "T", "description": ""}}])),
        details=draw(DETAILS),
        competencies=tuple(competencies),
        edges=tuple(
            EdgeDraft(
                source_id=name,
                kind=kind,
                origin=origin,
                destination=destination,
                sequence=sequence,
                is_broken_cycle=kind == "precedes" and draw(st.booleans()),
            )
            for name, ((origin, kind, destination), sequence) in zip(names, edges.items(), strict=True)
        ),
        scale=draw(st.sampled_from([None, scale])),
    )


@VERSIONS
@given(draft=drafts())
def test_any_framework_comes_back_equal(draft, version):
    same(again(draft, version), draft)


# ------------------------------------------------------------------ validity


@needs_samples
@given(draft=drafts())
def test_any_framework_leaves_as_a_valid_package(schema, draft):
    schema.validate(exported(draft))


@needs_samples
@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.name)
def test_a_sample_package_leaves_valid(path, schema):
    schema.validate(exported(draft_of(read_package(path.read_bytes()))))


@needs_samples
def test_our_own_framework_leaves_valid(schema):
    schema.validate(exported(draft_of_own(json.loads(OWN.read_bytes()))))


@needs_samples
def test_a_1_1_package_is_valid_but_for_what_1_1_adds(schema):
    draft = draft_of_own(json.loads(OWN.read_bytes()))
    content = exported(draft, CaseVersion.V1_1)
    schema.validate(content)
    assert content["CFDocument"]["caseVersion"] == "1.1"
    assert "caseVersion" not in exported(draft)["CFDocument"]


def test_a_translation_is_a_relation_in_1_0_and_itself_in_1_1():
    draft = draft_of(
        read_package(as_bytes(package([item("a"), item("b")], [child("a"), edge("a", "isTranslationOf", "b")])))
    )
    kinds = {version: exported(draft, version)["CFAssociations"][1]["associationType"] for version in CaseVersion}
    assert kinds == {CaseVersion.V1_0: "isRelatedTo", CaseVersion.V1_1: "isTranslationOf"}
