"""When each rule is true, and what becomes of a flag: to the letter of docs/methods.md."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.mastery import Piece
from supports.rules import (
    DEFAULT_SETTINGS,
    Adults,
    FocusKind,
    FocusScope,
    Need,
    ReasonCode,
    Rule,
    RuleError,
    RuleSetting,
    SectionPicture,
    State,
    Subject,
    SupportStart,
    choose_owner,
    class_notices,
)
from tests.supports.pictures import (
    ADULTS,
    CALENDAR,
    COLLEAGUE,
    COUNTING,
    DECIMALS,
    FRACTIONS,
    LAST_SCHOOL_DAY,
    NAVIGATOR,
    NO_EDGES,
    PLAN_LEAD,
    RATIOS,
    STRANGER,
    TEACHER,
    focus_on,
    noon,
    opened,
    plan,
    school_day,
    seen,
    stored,
)

NEXT = {("READY_NEXT", str(FRACTIONS))}
SHOWN = "3 3 3"


# -- READY_NEXT -------------------------------------------------------------------------------------------


def test_ready_next_opens_when_it_is_demonstrated_and_nothing_after_it_is_chosen():
    (flag,) = plan({FRACTIONS: seen(SHOWN)}, 3).open
    assert (flag.rule, flag.subject) == (Rule.READY_NEXT, Subject(FRACTIONS))
    assert flag.reason == (ReasonCode.READY_NEXT, {"pieces": 3, "days": 3, "held": "3", "next": "13,14"})
    assert flag.evidence == ("e000.0", "e001.1", "e002.2")
    assert flag.evidence_through == noon(school_day(2))
    assert (flag.opened_on, flag.review_on, flag.lapse_on) == (school_day(3), school_day(13), school_day(48))
    assert (flag.owner, flag.rule_version) == (TEACHER, 1)


def test_ready_next_needs_a_direct_successor():
    assert not plan({DECIMALS: seen(SHOWN)}).open


def test_held_but_not_demonstrated_is_not_ready():
    assert not opened(plan({FRACTIONS: seen("3 3")}), Rule.READY_NEXT)


def test_ready_next_is_over_when_one_direct_successor_is_demonstrated():
    assert not opened(plan({FRACTIONS: seen(SHOWN), RATIOS: seen(SHOWN)}), Rule.READY_NEXT)


def test_a_successor_that_is_only_building_leaves_the_step_open():
    assert opened(plan({FRACTIONS: seen(SHOWN), RATIOS: seen("2")}), Rule.READY_NEXT) == NEXT


def test_a_successor_of_a_successor_does_not_count():
    assert opened(plan({COUNTING: seen(SHOWN), DECIMALS: seen(SHOWN)}), Rule.READY_NEXT) == {
        ("READY_NEXT", str(COUNTING))
    }


@pytest.mark.parametrize("scope", list(FocusScope))
def test_a_next_step_in_focus_of_the_student_or_of_the_section_closes_it(scope: FocusScope):
    assert not plan({FRACTIONS: seen(SHOWN)}, 10, focus=(focus_on(RATIOS, 5, scope=scope),)).open


def test_a_focus_elsewhere_closes_nothing():
    there = plan({FRACTIONS: seen(SHOWN)}, 10, focus=(focus_on(COUNTING, 5), focus_on(FRACTIONS, 5)))
    assert opened(there) == NEXT


def test_a_focus_chosen_to_begin_next_week_is_already_chosen():
    later = focus_on(RATIOS, 15, at=noon(school_day(8)))
    assert not plan({FRACTIONS: seen(SHOWN)}, 10, focus=(later,)).open


def test_a_next_step_chosen_after_the_crossing_ends_it_for_this_crossing_even_when_the_focus_is_over():
    assert not plan({FRACTIONS: seen(SHOWN)}, 30, focus=(focus_on(RATIOS, 5, 20),)).open


def test_more_good_pieces_are_no_new_crossing():
    evidence = {FRACTIONS: seen("3 3 3 3 4", "0 1 2 25 26")}
    assert not opened(plan(evidence, 30, focus=(focus_on(RATIOS, 5, 20),)), Rule.READY_NEXT)


def test_a_fall_and_a_new_crossing_reopen_it():
    # demonstrated on day 2; 1 on day 22 (not near the level any more); 3 on day 23: two of 3, 1, 3
    evidence = {FRACTIONS: seen("3 3 3 1 3", "0 1 2 22 23")}
    assert opened(plan(evidence, 30, focus=(focus_on(RATIOS, 5, 20),))) == NEXT


def test_a_choice_before_the_crossing_does_not_end_it():
    # chosen on day 1 and over on day 2; demonstrated only with the piece of day 9
    evidence = {FRACTIONS: seen("3 3 3", "0 1 9")}
    assert opened(plan(evidence, 30, focus=(focus_on(RATIOS, 1, 2),))) == NEXT


def test_crossings_are_read_in_order_of_recording_not_of_observation():
    # the low piece was seen on day 4, before the choice, and recorded on day 22, after it
    recorded = [noon(school_day(number)) for number in (0, 2, 3, 22, 23)]
    evidence = {FRACTIONS: seen("3 3 3 1 3", "0 2 3 4 5", recorded=recorded)}
    assert opened(plan(evidence, 30, focus=(focus_on(RATIOS, 10, 20),))) == NEXT
    all_before = {FRACTIONS: seen("3 3 3 1 3", "0 2 3 4 5")}
    assert not plan(all_before, 30, focus=(focus_on(RATIOS, 10, 20),)).open


def test_pieces_recorded_in_one_instant_arrive_together():
    # a batch with a low and a high piece: between the two nobody could have chosen anything
    recorded = [noon(school_day(number)) for number in (0, 1, 2, 22, 22)]
    evidence = {FRACTIONS: seen("3 3 3 1 3", "0 1 2 21 22", recorded=recorded)}
    assert not plan(evidence, 30, focus=(focus_on(RATIOS, 5, 20),)).open


def test_the_latest_of_several_choices_decides():
    evidence = {FRACTIONS: seen("3 3 3 1 3", "0 1 2 22 23")}
    old, new = focus_on(RATIOS, 5, 20), focus_on(DECIMALS, 24, 26)
    assert not plan(evidence, 30, focus=(new, old)).open


# -- READY_DEEPER -----------------------------------------------------------------------------------------

DEEPER = {("READY_DEEPER", str(DECIMALS))}


def test_ready_deeper_opens_with_two_pieces_at_the_top_in_different_contexts():
    (flag,) = plan({DECIMALS: seen("3 4 4")}).open
    assert (flag.rule, flag.evidence) == (Rule.READY_DEEPER, ("e001.1", "e002.2"))
    assert flag.reason.params == {"level": "4", "pieces": 2, "contexts": 2}


@pytest.mark.parametrize(
    ("scores", "contexts", "why"),
    [
        ("3 3 4", "quiz project", "one piece at the top"),
        ("3 4 4", "project quiz quiz", "both in one context"),
        ("4 4", "quiz project", "not demonstrated"),
        ("3 3.5 3.5", "quiz project", "a half step below the top is not the top"),
        ("4 4 3 1 2", "quiz project", "demonstrated once, not now"),
    ],
)
def test_not_ready_for_deeper(scores: str, contexts: str, why: str):
    assert not opened(plan({DECIMALS: seen(scores, contexts=contexts)}), Rule.READY_DEEPER), why


def test_the_pieces_at_the_top_may_be_old():
    assert opened(plan({DECIMALS: seen("4 4 3 3 3")})) == DEEPER


def test_where_no_piece_at_the_top_says_its_context_no_second_one_is_asked():
    (flag,) = plan({DECIMALS: seen("3 4 4", contexts="-")}).open
    assert flag.reason.params["contexts"] == 0


def test_choosing_to_go_deeper_ends_it_for_this_crossing():
    evidence = {DECIMALS: seen("3 4 4")}
    going = focus_on(DECIMALS, 5, 20, kind=FocusKind.DEEPEN)
    assert not plan(evidence, 10, focus=(going,)).open
    assert not plan(evidence, 30, focus=(going,)).open


def test_a_focus_to_learn_it_is_not_a_focus_to_deepen_it():
    assert opened(plan({DECIMALS: seen("3 4 4")}, 10, focus=(focus_on(DECIMALS, 5),))) == DEEPER


def test_ready_deeper_comes_back_after_a_fall_and_a_new_crossing():
    evidence = {DECIMALS: seen("3 4 4 1 4", "0 1 2 22 23")}
    going = focus_on(DECIMALS, 5, 20, kind=FocusKind.DEEPEN)
    assert opened(plan(evidence, 30, focus=(going,))) == DEEPER


# -- STALLED ----------------------------------------------------------------------------------------------

STALLED = {("STALLED", str(DECIMALS))}


@pytest.mark.parametrize(
    ("scores", "days", "is_stalled", "why"),
    [
        ("2 2 2", "0 5 15", True, "three pieces, 15 school days, none above the first"),
        ("2 2 2", "0 5 14", False, "14 school days are not 15"),
        ("2 2", "0 20", False, "two pieces are no run"),
        ("2.5 2 1.5", "0 5 15", True, "falling is not above either"),
        ("2 2.5 2", "0 5 15", False, "one is above the first"),
        ("3 3 3", "0 5 15", False, "the target is held"),
        ("3 2 2 2", "0 5 10 20", True, "what was held long ago is not held now"),
        ("1 2 2 2", "0 5 10 20", True, "the shortest run is 2, 2, 2: growth before it does not count"),
        ("2 1 2 2 2", "0 1 9 10 16", False, "only the shortest run is asked: 1, 2, 2, 2 has one above its first"),
        ("2 1 1 1", "0 16 17 18", True, "four pieces, because the last three are too near to each other"),
        ("1 2 2 2", "0 16 17 18", False, "the shortest run of 15 days starts with the 1"),
        ("2 2 2 2.5", "0 5 15 16", False, "a higher piece arrives"),
        ("2 2 2 2 2", "0 0 0 0 0", False, "all on one day"),
    ],
)
def test_stalled(scores: str, days: str, is_stalled: bool, why: str):
    found = opened(plan({DECIMALS: seen(scores, days)}, 30), Rule.STALLED)
    assert found == (STALLED if is_stalled else set()), why


def test_stalled_says_which_run():
    (flag,) = plan({DECIMALS: seen("1 2 2 2", "0 5 10 20")}, 21, continuum=NO_EDGES).open
    assert flag.evidence == ("e005.1", "e010.2", "e020.3")
    assert flag.reason.params == {
        "pieces": 3,
        "since": school_day(5).isoformat(),
        "until": school_day(20).isoformat(),
        "school_days": 15,
        "value": "2",
    }


def test_several_raters_of_one_work_are_no_run():
    one_work = [piece._replace(task_key="essay", rater=number) for number, piece in enumerate(seen("2 2 2", "0 5 15"))]
    assert not opened(plan({DECIMALS: one_work}), Rule.STALLED)


def test_a_support_that_starts_ends_it_and_begins_a_new_count():
    evidence = seen("2 2 2", "0 5 15")
    support = (SupportStart(DECIMALS, school_day(16)),)
    assert not opened(plan({DECIMALS: evidence}, 20, supports=support), Rule.STALLED)
    # one more piece is not a run of its own; three over 15 school days since the start are
    two_more = [*evidence, *seen("2 2", "17 20", name="f")]
    assert not opened(plan({DECIMALS: two_more}, 25, supports=support), Rule.STALLED)
    three_more = [*evidence, *seen("2 2 2", "16 20 31", name="f")]
    assert opened(plan({DECIMALS: three_more}, 35, supports=support), Rule.STALLED) == STALLED


def test_a_support_for_something_else_or_one_still_to_come_changes_nothing():
    evidence = {DECIMALS: seen("2 2 2", "0 5 15")}
    others = (SupportStart(FRACTIONS, school_day(16)), SupportStart(DECIMALS, school_day(40)))
    assert opened(plan(evidence, 20, supports=others), Rule.STALLED) == STALLED


# -- RATERS_DIFFER ----------------------------------------------------------------------------------------


def judged(*given: tuple[int, str], task: str = "essay") -> list[Piece]:
    """Ratings of one work, (rater, value), one a day."""
    return [
        piece._replace(task_key=task, rater=rater)
        for piece, (rater, _value) in zip(seen(" ".join(value for _rater, value in given)), given, strict=True)
    ]


@pytest.mark.parametrize(
    ("given", "opens", "why"),
    [
        ([(TEACHER, "1"), (COLLEAGUE, "3")], True, "two levels apart"),
        ([(TEACHER, "3"), (COLLEAGUE, "1")], True, "whoever is the higher one"),
        ([(TEACHER, "1.5"), (COLLEAGUE, "3")], False, "a level and a half"),
        ([(TEACHER, "1"), (COLLEAGUE, "3"), (COLLEAGUE, "2")], False, "the newest of a person counts"),
        ([(TEACHER, "1"), (TEACHER, "3")], False, "one person changed their mind"),
        ([(TEACHER, "1"), (COLLEAGUE, "3"), (0, "2")], False, "it was settled"),
        ([(TEACHER, "1"), (COLLEAGUE, "2"), (STRANGER, "3")], True, "the two farthest apart of three"),
    ],
)
def test_raters_two_levels_apart_on_one_work_are_said_to_differ_until_it_is_settled(given, opens, why):
    found = opened(plan({DECIMALS: judged(*given)}), Rule.RATERS_DIFFER)
    assert found == ({("RATERS_DIFFER", f"{DECIMALS}@essay")} if opens else set()), why


def test_two_works_are_two_notices_and_works_without_a_key_none():
    both = [*judged((TEACHER, "1"), (COLLEAGUE, "3")), *judged((TEACHER, "1"), (COLLEAGUE, "4"), task="bridge")]
    both = [piece._replace(key=f"{piece.task_key}{piece.key}") for piece in both]
    assert len(opened(plan({DECIMALS: both}), Rule.RATERS_DIFFER)) == 2
    assert not opened(plan({DECIMALS: judged((TEACHER, "1"), (COLLEAGUE, "3"), task="")}), Rule.RATERS_DIFFER)


def test_the_notice_of_raters_who_differ_shows_both_ratings_and_belongs_to_who_judged_last():
    (flag,) = [f for f in plan({DECIMALS: judged((COLLEAGUE, "1"), (TEACHER, "3"))}).open if "@" in f.subject.key]
    assert flag.evidence == ("e000.0", "e001.1")
    assert flag.owner == TEACHER
    assert flag.reason.params["raters"] == 2


def test_a_dismissed_notice_of_raters_who_differ_comes_back_only_with_a_new_rating_of_that_work():
    work = judged((TEACHER, "1"), (COLLEAGUE, "3"))
    subject = Subject(DECIMALS, task="essay")
    ended = stored(Rule.RATERS_DIFFER, subject, State.DISMISSED, evidence=work)
    elsewhere = seen("3", "20", name="x")
    assert not opened(plan({DECIMALS: [*work, *elsewhere]}, flags=(ended,)), Rule.RATERS_DIFFER)
    again = [*work, work[0]._replace(key="e030.9", observed_on=school_day(30), recorded_at=noon(school_day(30)))]
    assert opened(plan({DECIMALS: again}, flags=(ended,)), Rule.RATERS_DIFFER)


def test_a_district_may_ask_for_more_than_two_levels():
    setting = {Rule.RATERS_DIFFER: RuleSetting(Rule.RATERS_DIFFER, 2, {"levels": 3})}
    assert not opened(plan({DECIMALS: judged((TEACHER, "1"), (COLLEAGUE, "3"))}, settings=setting), Rule.RATERS_DIFFER)


@pytest.mark.parametrize("key", ["12", "11>12", "12@essay", "12@a@b>c"])
def test_a_subject_is_read_from_its_key_as_it_was_written(key):
    earlier = 11 if key == "11>12" else None
    assert Subject.of(key, competency=12, earlier=earlier).key == key


# -- PREREQ_GAP and NOT_SEEN_YET --------------------------------------------------------------------------

GAP = {("PREREQ_GAP", "12>13")}
UNSEEN = {("NOT_SEEN_YET", "12>13")}


@pytest.mark.parametrize(
    ("earlier", "later", "result", "why"),
    [
        ("2 2", "2 2", GAP, "two pieces on each, neither is demonstrated"),
        ("2 2", "2", set(), "one piece on the later one"),
        ("2", "2 2", set(), "one piece on the earlier one: neither a gap nor unseen"),
        ("", "2 2", UNSEEN, "no piece at all on the earlier one"),
        ("", "2", set(), "one piece on the later one is too early to ask"),
        (SHOWN, "2 2", set(), "the earlier one is demonstrated"),
        ("2 2", SHOWN, set(), "the later one is demonstrated"),
        ("3 3", "2 2", GAP, "held is not demonstrated"),
    ],
)
def test_the_earlier_one_first(earlier: str, later: str, result: set, why: str):
    evidence = {FRACTIONS: seen(earlier, name="f"), DECIMALS: seen(later)}
    found = plan(evidence, 5)
    assert opened(found, Rule.PREREQ_GAP, Rule.NOT_SEEN_YET) - {("NOT_SEEN_YET", "11>12")} == result, why


def test_a_gap_is_about_both_and_shows_the_evidence_of_both():
    evidence = {COUNTING: seen(SHOWN), FRACTIONS: seen("2 2", "3 4", name="f"), DECIMALS: seen("2 2", "1 2")}
    (gap,) = [flag for flag in plan(evidence, 5).open if flag.rule is Rule.PREREQ_GAP]
    assert gap.subject == Subject(DECIMALS, FRACTIONS)
    assert gap.evidence == ("f003.0", "f004.1", "e001.0", "e002.1")
    assert gap.evidence_through == noon(school_day(4))
    assert gap.reason.params == {"pieces": 2, "earlier_pieces": 2}


def test_only_what_directly_precedes_is_asked():
    evidence = {COUNTING: seen("2 2"), FRACTIONS: seen(SHOWN, name="f"), DECIMALS: seen("2 2")}
    assert opened(plan(evidence, 5), Rule.PREREQ_GAP) == set()


def test_the_first_piece_on_the_earlier_one_ends_not_seen_yet():
    later = seen("2 2")
    flag = stored(Rule.NOT_SEEN_YET, Subject(DECIMALS, FRACTIONS), evidence=later)
    evidence = {COUNTING: seen("1"), FRACTIONS: seen("1", "4", name="f"), DECIMALS: later}
    result = plan(evidence, 5, flags=(flag,))
    assert result.resolve == (flag,)
    assert not result.open


# -- NO_EVIDENCE ------------------------------------------------------------------------------------------

WAITING = {("NO_EVIDENCE", str(DECIMALS))}


@pytest.mark.parametrize(
    ("evidence_days", "chosen", "today", "result", "why"),
    [
        ("", 0, 20, WAITING, "20 school days since it came into Focus"),
        ("", 0, 19, set(), "19 are not 20"),
        ("3", 0, 23, WAITING, "20 school days since the latest piece"),
        ("3", 0, 22, set(), "19 since the latest piece"),
        ("0", 30, 49, set(), "the piece is old, the Focus is not"),
        ("0", 30, 50, WAITING, "20 school days in Focus"),
    ],
)
def test_no_evidence(evidence_days: str, chosen: int, today: int, result: set, why: str):
    evidence = {DECIMALS: seen("2", evidence_days)} if evidence_days else {}
    found = plan(evidence, today, focus=(focus_on(DECIMALS, chosen),))
    assert opened(found, Rule.NO_EVIDENCE) == result, why


def test_no_evidence_has_no_evidence_and_says_since_when():
    (flag,) = plan({}, 25, focus=(focus_on(DECIMALS, 2, scope=FocusScope.SECTION),)).open
    assert (flag.evidence, flag.evidence_through, flag.since) == ((), None, school_day(2))
    assert flag.reason.params == {"since": school_day(2).isoformat(), "school_days": 20, "seen": 0}
    assert flag.owner == NAVIGATOR


def test_a_focus_that_is_over_waits_for_nothing():
    assert not plan({}, 30, focus=(focus_on(DECIMALS, 0, 30),)).open
    assert opened(plan({}, 29, focus=(focus_on(DECIMALS, 0, 30),))) == WAITING


def test_the_first_of_two_focuses_in_force_is_the_one_we_wait_since():
    both = (focus_on(DECIMALS, 15), focus_on(DECIMALS, 0, scope=FocusScope.SECTION))
    (flag,) = plan({}, 20, focus=both).open
    assert flag.since == school_day(0)


def test_no_evidence_comes_back_only_after_it_was_false_once():
    dismissed = stored(Rule.NO_EVIDENCE, Subject(DECIMALS), State.DISMISSED, on=20, since=school_day(0))
    focus = (focus_on(DECIMALS, 0),)
    assert not plan({}, 40, focus=focus, flags=(dismissed,)).open
    # a piece on day 41 makes it false; 20 school days later it is true again
    evidence = {DECIMALS: seen("2", "41")}
    assert opened(plan(evidence, 61, focus=focus, flags=(dismissed,))) == WAITING


# -- the life of a flag -----------------------------------------------------------------------------------

GAP_SUBJECT = Subject(DECIMALS, FRACTIONS)
EARLIER, LATER = seen("2 2", name="f"), seen("2 2", "2 3")
BOTH = {FRACTIONS: EARLIER, DECIMALS: LATER, COUNTING: seen("1", name="c")}


def gap(state: State = State.OPEN, **more):
    return stored(Rule.PREREQ_GAP, GAP_SUBJECT, state, on=4, evidence=[*EARLIER, *LATER], **more)


def test_a_live_flag_whose_reason_holds_is_kept_and_not_opened_twice():
    flag = stored(Rule.READY_NEXT, Subject(FRACTIONS), State.ACKNOWLEDGED, on=3, evidence=seen(SHOWN))
    result = plan({FRACTIONS: seen(SHOWN)}, 5, flags=(flag,))
    assert (result.keep, result.open, result.changes) == ((flag,), (), False)


def test_new_evidence_renews_a_live_flag_and_leaves_its_dates():
    flag = stored(Rule.READY_NEXT, Subject(FRACTIONS), on=3, evidence=seen(SHOWN))
    result = plan({FRACTIONS: seen("3 3 3 4", "0 1 2 6")}, 7, flags=(flag,))
    (renewal,) = result.renew
    assert renewal.flag is flag
    assert renewal.evidence == ("e000.0", "e001.1", "e002.2", "e006.3")
    assert renewal.evidence_through == noon(school_day(6))
    assert result.keep == (flag,)


def test_a_flag_ends_itself_when_its_reason_goes_away():
    flag = stored(Rule.READY_NEXT, Subject(FRACTIONS), on=3, evidence=seen(SHOWN))
    by_focus = plan({FRACTIONS: seen(SHOWN)}, 5, flags=(flag,), focus=(focus_on(RATIOS, 4),))
    by_evidence = plan({FRACTIONS: seen("3 3 3 1", "0 1 2 4")}, 5, flags=(flag,))
    withdrawn = plan({FRACTIONS: seen("3 3")}, 5, flags=(flag,))
    assert by_focus.resolve == by_evidence.resolve == withdrawn.resolve == (flag,)


def test_a_dismissed_flag_never_reopens_on_the_same_evidence():
    assert ("PREREQ_GAP", "12>13") not in opened(plan(BOTH, 10, flags=(gap(State.DISMISSED),)))


@pytest.mark.parametrize("state", [State.DISMISSED, State.LAPSED, State.LINKED])
@pytest.mark.parametrize("competency", [FRACTIONS, DECIMALS])
def test_an_ended_flag_reopens_on_newer_evidence_of_either_competency(state: State, competency: int):
    newer = {**BOTH, competency: [*BOTH[competency], *seen("2", "9", name="n")]}
    assert opened(plan(newer, 10, flags=(gap(state),)), Rule.PREREQ_GAP) == GAP


def test_a_backdated_piece_is_newer_evidence_because_it_was_recorded_later():
    backdated = seen("2", "0", name="n", recorded=[noon(school_day(9))])
    newer = {**BOTH, DECIMALS: [*backdated, *LATER]}
    assert opened(plan(newer, 10, flags=(gap(State.DISMISSED),)), Rule.PREREQ_GAP) == GAP


def test_an_old_dismissal_still_counts_after_a_newer_flag_resolved():
    dismissed = gap(State.DISMISSED)
    resolved = stored(Rule.PREREQ_GAP, GAP_SUBJECT, State.RESOLVED, on=5, id=2)
    assert not opened(plan(BOTH, 10, flags=(dismissed, resolved)), Rule.PREREQ_GAP)


def test_a_resolved_flag_has_no_say():
    assert opened(plan(BOTH, 10, flags=(gap(State.RESOLVED),)), Rule.PREREQ_GAP) == GAP


def test_a_dismissal_of_another_subject_or_rule_has_no_say():
    others = (
        stored(Rule.PREREQ_GAP, Subject(RATIOS, FRACTIONS), State.DISMISSED, evidence=LATER),
        stored(Rule.NOT_SEEN_YET, GAP_SUBJECT, State.DISMISSED, evidence=LATER, id=2),
    )
    assert opened(plan(BOTH, 10, flags=others), Rule.PREREQ_GAP) == GAP


def test_while_the_action_of_a_linked_flag_runs_newer_evidence_raises_no_second_card():
    linked = gap(State.LINKED, action_until=school_day(30))
    newer = {**BOTH, DECIMALS: [*LATER, *seen("2", "9", name="n")]}
    assert not opened(plan(newer, 29, flags=(linked,)), Rule.PREREQ_GAP)
    assert opened(plan(newer, 30, flags=(linked,)), Rule.PREREQ_GAP) == GAP


def test_a_flag_lapses_on_its_day_and_does_not_come_back_on_what_it_saw():
    flag = gap(lapse_on=school_day(20))
    assert plan(BOTH, 19, flags=(flag,)).keep == (flag,)
    result = plan(BOTH, 20, flags=(flag,))
    assert (result.lapse, result.keep) == ((flag,), ())
    assert not opened(result, Rule.PREREQ_GAP)


def test_a_flag_that_lapses_with_news_ends_having_seen_them():
    flag = gap(lapse_on=school_day(20))
    newer = {**BOTH, DECIMALS: [*LATER, *seen("2", "19", name="n")]}
    result = plan(newer, 20, flags=(flag,))
    assert result.lapse == (flag,)
    assert [renewal.evidence_through for renewal in result.renew] == [noon(school_day(19))]


def test_a_flag_whose_reason_is_gone_on_its_last_day_is_resolved_not_lapsed():
    flag = gap(lapse_on=school_day(20))
    result = plan({**BOTH, FRACTIONS: seen(SHOWN)}, 20, flags=(flag,))
    assert (result.resolve, result.lapse) == ((flag,), ())


@pytest.mark.parametrize("after", [0, 1, 30])
def test_on_or_after_the_last_school_day_nothing_opens_and_what_is_open_lapses(after: int):
    flag = gap(lapse_on=LAST_SCHOOL_DAY)
    result = plan({**BOTH, RATIOS: seen(SHOWN, name="r")}, LAST_SCHOOL_DAY + timedelta(days=after), flags=(flag,))
    assert (result.open, result.lapse) == ((), (flag,))


def test_the_day_before_the_last_school_day_a_flag_opens_for_one_day():
    result = plan({FRACTIONS: seen(SHOWN)}, LAST_SCHOOL_DAY - timedelta(days=1))
    assert [(flag.review_on, flag.lapse_on) for flag in result.open] == [(LAST_SCHOOL_DAY, LAST_SCHOOL_DAY)]


def test_the_first_run_of_the_next_year_decides_what_came_too_late():
    from_last_year = type(CALENDAR)(
        LAST_SCHOOL_DAY + timedelta(days=80), LAST_SCHOOL_DAY + timedelta(days=360), previous=CALENDAR
    )
    late = {FRACTIONS: [piece._replace(recorded_at=noon(LAST_SCHOOL_DAY)) for piece in seen(SHOWN)]}
    assert not plan(late, LAST_SCHOOL_DAY).open
    assert not plan(late, from_last_year.first_day - timedelta(days=1), calendar=from_last_year).open
    assert opened(plan(late, from_last_year.first_day, calendar=from_last_year)) == NEXT


# -- settings ---------------------------------------------------------------------------------------------


def test_a_paused_rule_opens_nothing_and_still_ends_what_is_open():
    paused = {Rule.PREREQ_GAP: RuleSetting(Rule.PREREQ_GAP, 2, paused=True)}
    assert not opened(plan(BOTH, 10, settings=paused), Rule.PREREQ_GAP)
    assert plan(BOTH, 10, settings=paused, flags=(gap(),)).keep == (gap(),)
    assert plan({}, 10, settings=paused, flags=(gap(),)).resolve == (gap(),)


def test_thresholds_are_those_in_force_and_the_flag_keeps_their_version():
    calmer = {Rule.NO_EVIDENCE: RuleSetting(Rule.NO_EVIDENCE, 3, {"school_days": 30})}
    focus = (focus_on(DECIMALS, 0),)
    assert not plan({}, 29, settings=calmer, focus=focus).open
    (flag,) = plan({}, 30, settings=calmer, focus=focus).open
    assert flag.rule_version == 3


def test_settings_are_complete_once_made():
    assert RuleSetting(Rule.STALLED, 2, {"school_days": 20}).parameters == {"pieces": 3, "school_days": 20}
    assert set(DEFAULT_SETTINGS) == set(Rule)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RuleSetting("SLOW"), "There is no rule 'SLOW'"),
        (lambda: RuleSetting(Rule.STALLED, 0), "counted from 1"),
        (lambda: RuleSetting(Rule.STALLED, 1, {"weeks": 3}), "STALLED has no threshold 'weeks'"),
        (lambda: RuleSetting(Rule.READY_NEXT, 1, {"pieces": 3}), "its thresholds: none"),
        (lambda: RuleSetting(Rule.STALLED, 1, {"pieces": 2}), "pieces of STALLED is 3 to 10, not 2"),
        (lambda: RuleSetting(Rule.STALLED, 1, {"pieces": "3"}), "is a whole number"),
        (lambda: RuleSetting(Rule.NO_EVIDENCE, 1, {"school_days": True}), "is a whole number"),
    ],
)
def test_a_setting_says_what_is_wrong_with_it(make, words: str):
    with pytest.raises(RuleError, match=words):
        make()


# -- owners -----------------------------------------------------------------------------------------------

SUBJECT = Subject(DECIMALS, FRACTIONS)
WITH_FOCUS = Adults(frozenset({TEACHER, COLLEAGUE}), {FRACTIONS: (COLLEAGUE, 8, 7)}, NAVIGATOR, PLAN_LEAD)


@pytest.mark.parametrize(
    ("author", "adults", "owner", "why"),
    [
        (TEACHER, WITH_FOCUS, TEACHER, "the author is still related"),
        (STRANGER, WITH_FOCUS, COLLEAGUE, "the author has left: a teacher whose Focus holds it"),
        (0, WITH_FOCUS, COLLEAGUE, "nobody is named"),
        (STRANGER, ADULTS, NAVIGATOR, "no Focus holds it: the navigator"),
        (STRANGER, Adults(frozenset(), {}, None, PLAN_LEAD), PLAN_LEAD, "nobody nearer"),
        (STRANGER, Adults(frozenset(), {FRACTIONS: (5,), DECIMALS: (6,)}, None, PLAN_LEAD), 6, "the later one first"),
    ],
)
def test_the_owner_of_a_flag(author: int, adults: Adults, owner: int, why: str):
    assert choose_owner(author, SUBJECT, adults) == owner, why


def test_the_author_of_the_latest_counting_evidence_of_a_pair_owns_its_flag():
    evidence = {**BOTH, FRACTIONS: [*EARLIER, *seen("2", "9", name="n", rater=COLLEAGUE)]}
    assert {flag.owner for flag in plan(evidence, 10).open if flag.rule is Rule.PREREQ_GAP} == {COLLEAGUE}


def test_a_flag_moves_when_its_owner_no_longer_answers_for_the_student():
    flag = gap(owner=STRANGER)
    (move,) = plan(BOTH, 10, flags=(flag,)).hand_over
    assert (move.flag, move.owner) == (flag, TEACHER)


def test_a_flag_stays_with_its_owner_when_somebody_else_adds_evidence():
    newer = {**BOTH, DECIMALS: [*LATER, *seen("2", "9", name="n", rater=COLLEAGUE)]}
    assert not plan(newer, 10, flags=(gap(),)).hand_over


def test_the_plan_lead_stands_in_only_until_there_is_somebody_nearer():
    alone = Adults(frozenset(), {}, None, PLAN_LEAD)
    assert not plan(BOTH, 10, flags=(gap(owner=PLAN_LEAD),), adults=alone).hand_over
    (move,) = plan(BOTH, 10, flags=(gap(owner=PLAN_LEAD),)).hand_over
    assert move.owner == TEACHER


# -- class notices ----------------------------------------------------------------------------------------


ON_DECIMALS = Subject(DECIMALS)


def needs(count: int, rule: Rule = Rule.STALLED, subject: Subject = ON_DECIMALS, start: int = 0):
    return [Need(student, rule, subject) for student in range(start, start + count)]


def section(size: int, competencies: frozenset[int] = frozenset({DECIMALS})) -> SectionPicture:
    return SectionPicture(7, frozenset(range(size)), competencies)


@pytest.mark.parametrize(
    ("size", "sharing", "notice", "why"),
    [
        (24, 5, True, "5 of 24 is 20.8 %"),
        (25, 5, False, "5 of 25 is 20 %, not more"),
        (25, 6, True, "6 of 25 is 24 %"),
        (10, 5, True, "the smallest section"),
        (9, 9, False, "a section of 9 is too small"),
        (10, 4, False, "4 students are too few"),
    ],
)
def test_a_class_notice_needs_more_than_a_fifth_of_at_least_ten_and_five_students(
    size: int, sharing: int, notice: bool, why: str
):
    assert bool(class_notices([section(size)], needs(sharing))) == notice, why


def test_a_notice_names_the_students_whose_cards_fold_under_it():
    (notice,) = class_notices([section(20)], [*needs(5), Need(99, Rule.STALLED, Subject(DECIMALS))])
    assert (notice.section, notice.competency, notice.students, notice.of_students) == (
        7,
        DECIMALS,
        frozenset(range(5)),
        20,
    )


def test_being_ready_and_not_being_seen_are_no_needs():
    for rule in (Rule.READY_NEXT, Rule.READY_DEEPER, Rule.NOT_SEEN_YET, Rule.NO_EVIDENCE, Rule.RATERS_DIFFER):
        assert not class_notices([section(10)], needs(10, rule))


def test_stalled_and_a_gap_at_the_same_competency_are_the_same_need_and_a_student_counts_once():
    works_on = section(20, frozenset({FRACTIONS}))
    stalled = needs(4, subject=Subject(FRACTIONS))
    same_students = needs(4, Rule.PREREQ_GAP, Subject(DECIMALS, FRACTIONS))
    one_more = needs(1, Rule.PREREQ_GAP, Subject(RATIOS, FRACTIONS), start=4)
    assert not class_notices([works_on], [*stalled, *same_students])
    (notice,) = class_notices([works_on], [*stalled, *same_students, *one_more])
    assert (notice.competency, len(notice.students)) == (FRACTIONS, 5)


def test_needs_of_different_competencies_do_not_add_up():
    assert not class_notices(
        [section(10, frozenset({DECIMALS, RATIOS}))],
        [*needs(4), *needs(4, subject=Subject(RATIOS), start=4)],
    )


def test_a_section_that_works_on_something_else_gets_no_notice():
    assert not class_notices([section(10, frozenset({COUNTING}))], needs(10))


# -- subjects ---------------------------------------------------------------------------------------------


def test_a_subject_has_one_canonical_text():
    assert (Subject(12).key, Subject(12, 11).key) == ("12", "11>12")
