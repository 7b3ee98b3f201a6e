"""The words of the demonstration district are complete, kind, in two languages, and easy to read."""

from __future__ import annotations

import copy
import json
import re

import pytest

from config.demo.content import DATA, FILES, Content, ContentError, build_content, load_content, read_files
from config.demo.content.checks import find_cycle, untidy
from config.demo.loading.valley import draft_of, first_of
from tests.demo.reading_level import english_grade, spanish_ease, spanish_syllables

RANK_WORD = re.compile(r"\d|\b(low|middle|high|top|bajo|medio|alto|best|worst|basic|advanced)\b", re.IGNORECASE)
UNKIND = re.compile(r"\b(can't|cannot|couldn't|failed|lazy|poor|weak|careless|wrong|bad|never tries)\b", re.IGNORECASE)
USTED = re.compile(r"\b(pregunt[ae]s|tu hij[oa]|tú|contigo|puedes|haz|dile|muéstrale)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content()


@pytest.fixture
def raw() -> dict:
    return copy.deepcopy(read_files())


def outside_quotes(text: str) -> str:
    """Spanish text without what someone is quoted as saying or asking the child."""
    text = re.sub(r"«[^»]*»", "", text)
    return re.sub(r"(¿[^?]*\?|: [^.]*)", "", text)


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_pretty_and_in_a_stable_shape(name: str) -> None:
    text = (DATA / f"{name}.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


def test_the_framework_has_about_forty_competencies_over_all_grades(content: Content) -> None:
    framework = content.framework
    assert 38 <= len(framework.competencies) <= 48
    for grade in range(3, 9):
        taught = [c for c in framework.competencies if c.taught_in(grade)]
        assert len(taught) >= 12, grade
        assert {c.strand for c in taught} >= {"SD"}


def test_several_ideas_open_two_ways_and_the_continuum_ends_somewhere(content: Content) -> None:
    framework = content.framework
    two_ways = [c.code for c in framework.competencies if len(framework.after(c.code)) >= 2]
    assert len(two_ways) >= 8
    assert any(code.startswith("SD") for code in two_ways)
    assert any(not framework.after(c.code) for c in framework.competencies)


def test_no_idea_comes_before_one_that_is_only_taught_earlier(content: Content) -> None:
    by_code = content.framework.by_code()
    late = [(a, b) for a, b in content.framework.precedes if by_code[a].grades[0] > by_code[b].grades[-1]]
    assert late == []


def test_level_names_are_words_and_never_a_place_in_a_line(content: Content) -> None:
    for level in content.framework.levels:
        for text in (level.name.en, level.name.es):
            assert not RANK_WORD.search(text)


def test_students_say_i_can_and_families_read_what_is_there(content: Content) -> None:
    for competency in content.framework.competencies:
        for level in competency.levels:
            assert level.student.en.startswith(("I can ", "I know ")), level.student.en
            assert level.student.es.startswith(("Puedo ", "Sé ")), level.student.es
            assert not re.match(r"(I|He|She|They|Your child|Él|Ella|Su hijo)\b", level.family.en)
            assert not re.search(r"\b(not|cannot|can't|only|fails|unable)\b", level.family.en.split(". ")[0]), (
                level.family.en
            )


def test_every_level_says_something_of_its_own(content: Content) -> None:
    for competency in content.framework.competencies:
        for language in ("en", "es"):
            for said in ("student", "family"):
                words = [getattr(level, said).get(language) for level in competency.levels]
                assert len(set(words)) == 4, competency.code


def test_families_are_spoken_to_as_usted(content: Content) -> None:
    sentences = [c.home.es for c in content.framework.competencies]
    sentences += [text.es for e in content.catalogue for text in (e.what, e.how_long, e.with_whom, e.home)]
    said_to_a_friend = [s for s in sentences if USTED.search(outside_quotes(s))]
    assert said_to_a_friend == []


def test_family_wording_reads_at_grade_eight_or_below_in_english(content: Content) -> None:
    for competency in content.framework.competencies:
        texts = [competency.means.en, competency.home.en, *(level.family.en for level in competency.levels)]
        assert english_grade(texts) <= 8, (competency.code, english_grade(texts))
    for entry in content.catalogue:
        texts = [entry.what.en, entry.how_long.en, entry.with_whom.en, entry.home.en]
        assert english_grade(texts) <= 8, (entry.code, english_grade(texts))


def test_family_wording_reads_with_ease_in_spanish(content: Content) -> None:
    for competency in content.framework.competencies:
        texts = [competency.means.es, competency.home.es, *(level.family.es for level in competency.levels)]
        assert spanish_ease(texts) >= 60, (competency.code, spanish_ease(texts))
    for entry in content.catalogue:
        texts = [entry.what.es, entry.how_long.es, entry.with_whom.es, entry.home.es]
        assert spanish_ease(texts) >= 60, (entry.code, spanish_ease(texts))


@pytest.mark.parametrize(
    ("word", "count"),
    [("casa", 2), ("fracción", 2), ("guía", 2), ("día", 2), ("quien", 1), ("leer", 2), ("autobús", 3)],
)
def test_spanish_syllables_are_counted_as_they_are_said(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_the_catalogue_offers_every_kind_and_tells_its_dose_in_words(content: Content) -> None:
    entries = content.catalogue
    assert len(entries) >= 24
    assert {e.type for e in entries} == {
        "core", "extra_time", "tutoring", "peer", "enrichment", "acceleration", "counselling", "family", "service",
        "community",
    }  # fmt: skip
    for entry in entries:
        for language in ("en", "es"):
            numbers = set(re.findall(r"\d+", entry.how_long.get(language)))
            assert {str(entry.minutes), str(entry.weeks)} <= numbers, (entry.code, language)


def test_every_competency_is_fitted_by_something_at_school_and_something_for_more(content: Content) -> None:
    for competency in content.framework.competencies:
        fitting = [e for e in content.catalogue if competency.code in e.fits]
        assert any(e.setting == "school" for e in fitting), competency.code
        if competency.strand != "SD":
            assert {"enrichment", "acceleration"} & {e.type for e in fitting}, competency.code


def test_nobody_has_to_qualify_for_anything(raw: dict) -> None:
    assert all(entry["open_to_all"] is True for entry in raw["catalogue"]["entries"])


def test_there_are_enough_names_that_nobody_must_share_one(content: Content) -> None:
    for group in content.people.groups:
        assert len(group.given) * len(group.family) >= 20 * group.share, group.code
    assert len(content.people.staff_family) >= 50
    assert len(set(content.people.staff_given)) == len(content.people.staff_given)


def test_words_in_other_languages_carry_translations_into_both_of_ours(content: Content) -> None:
    for snippets in content.voices.family.values():
        for snippet in snippets:
            have = {language for language, _ in snippet.translations}
            if snippet.language == "es":
                assert have >= {"en"}, snippet.text
            elif snippet.language != "en":
                assert have >= {"en", "es"}, snippet.text
    assert {s.language for v in content.voices.family.values() for s in v} >= {"en", "es", "ar", "vi", "ht", "so"}


def test_every_grade_finds_words_of_every_kind_in_both_languages(content: Content) -> None:
    for kind, snippets in content.voices.student.items():
        for grade in range(3, 9):
            for language, least in (("en", 9), ("es", 4)):
                have = [s for s in snippets if s.language == language and s.fits(grade)]
                assert len(have) >= least, (kind, grade, language)


def test_notes_start_from_what_was_there(content: Content) -> None:
    notes = [n for bands in content.work.notes.values() for texts in bands.values() for n in texts]
    assert len(notes) >= 100
    assert [n for n in notes if UNKIND.search(n)] == []
    for competency in content.framework.competencies:
        assert len(content.work.notes_for(competency.code, "building")) >= 10


def test_a_circle_in_the_continuum_is_named(raw: dict) -> None:
    raw["framework"]["precedes"].append({"from": "FR.8", "to": "FR.1"})
    with pytest.raises(ContentError, match="runs in a circle through .*FR.1"):
        build_content(raw)


def test_only_the_circle_and_what_waits_on_it_is_named() -> None:
    assert find_cycle([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]) == ["b", "c", "d"]
    assert find_cycle([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r["framework"]["competencies"][0].update(grades=[2, 4]), "no span within 3 to 8"),
        (lambda r: r["framework"]["competencies"][1].update(code="FR.1"), "code FR.1 is used twice"),
        (lambda r: r["framework"]["competencies"][0]["levels"].pop(), "what every level of the scale means"),
        (lambda r: r["framework"]["competencies"][0]["name"].update(es=" "), "empty or has white space"),
        (lambda r: r["framework"]["precedes"].append({"from": "FR.1", "to": "XX.9"}), "unknown competency XX.9"),
        (lambda r: r["framework"]["precedes"].append(r["framework"]["precedes"][0]), "is given twice"),
        (lambda r: r["catalogue"]["entries"][0].update(weeks=13), "a support lasts 1 to 12"),
        (lambda r: r["catalogue"]["entries"][0].update(fits=["ZZ"]), "fits ZZ, which is unknown"),
        (lambda r: r["people"]["name_groups"][0].update(share=99), "do not add up to 100"),
        (lambda r: r["work"]["tasks"].pop("FR.1"), "Not every competency has tasks"),
        (lambda r: r["voices"]["student"].pop("hope"), "voices under student"),
        (lambda r: r["framework"]["scale"].pop("target"), "missing or malformed"),
    ],
)
def test_what_does_not_hold_is_refused_with_a_sentence(raw: dict, change, message: str) -> None:
    change(raw)
    with pytest.raises(ContentError, match=message):
        build_content(raw)


def test_all_problems_are_told_at_once(raw: dict) -> None:
    raw["catalogue"]["entries"][0]["weeks"] = 40
    raw["catalogue"]["entries"][1]["type"] = "miracle"
    with pytest.raises(ContentError) as caught:
        build_content(raw)
    assert len(caught.value.problems) == 2


# ------------------------------------------------------------------ the second framework
@pytest.fixture(scope="module")
def valley() -> dict:
    return json.loads((DATA / "valley.json").read_text(encoding="utf-8"))


def test_the_second_framework_is_kind_complete_and_easy_to_read_in_both_languages(valley: dict) -> None:
    assert (DATA / "valley.json").read_text(encoding="utf-8") == json.dumps(valley, ensure_ascii=False, indent=2) + "\n"
    assert untidy(valley["competencies"], "valley") == []
    for row in (*valley["competencies"], *valley["before"]["retired"]):
        texts = {
            language: [
                row["family"]["means"][language],
                row["family"]["home"][language],
                *(level["family"][language] for level in row["levels"]),
            ]
            for language in ("en", "es")
        }
        assert english_grade(texts["en"]) <= 8, row["code"]
        assert spanish_ease(texts["es"]) >= 60, row["code"]
        assert not USTED.search(outside_quotes(row["family"]["home"]["es"])), row["code"]
        assert [level["value"] for level in row["levels"]] == [1, 2, 3]
        for level in row["levels"]:
            assert level["student"]["en"].startswith("I can ")
            assert level["student"]["es"].startswith("Puedo ")
            assert not re.search(r"\b(not|cannot|only)\b", level["family"]["en"])
    assert not any(UNKIND.search(row["note"]) for row in valley["seen"])


def test_between_its_two_versions_something_of_every_kind_changes(valley: dict, content: Content) -> None:
    there = {c.code: str(c.id) for c in content.framework.competencies}
    first, second = draft_of(first_of(valley), there), draft_of(valley, there)
    before = {one.source_id: one for one in first.competencies}
    after = {one.source_id: one for one in second.competencies}
    stayed = before.keys() & after.keys()

    assert 12 <= len(valley["competencies"]) <= 20
    assert len(after.keys() - before.keys()) == 2
    assert len(before.keys() - after.keys()) == 1
    assert sum(before[key].parent != after[key].parent for key in stayed) == 1
    assert sum(before[key].statement != after[key].statement for key in stayed) == 2
    for draft in (first, second):
        assert find_cycle([(one.origin, one.destination) for one in draft.edges if one.kind == "precedes"]) == []
        assert {one.kind for one in draft.edges} == {"isChildOf", "precedes", "exactMatchOf", "isRelatedTo"}


def test_its_ties_are_decided_in_every_way_and_some_lead_to_what_nobody_has_here(
    valley: dict, content: Content
) -> None:
    assert {row["counting"] for row in valley["decisions"]} == {"not", "beside", "counts"}
    assert {row["from"] for row in valley["decisions"]} == {"valley", "riverbend"}
    assert {row["kind"] for row in valley["ties"]} == {"exactMatchOf", "isRelatedTo"}
    assert {row["to"] for row in valley["ties"]} <= {c.code for c in content.framework.competencies}
    assert all(row["uri"].endswith(row["to"]) for row in valley["elsewhere"])
