"""Evidence of one framework stands beside another, or counts for it: once, by its own level, and never further."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, Job
from assessments import services
from assessments.mastery import Piece, Scale
from assessments.mastery.scales import between
from assessments.models import Evidence, MasterySummary, RefreshRequest, TeacherJudgement
from assessments.recompute import NO_CROSSINGS, Crossing, History, crossed, histories
from assessments.selectors.crosswalks import shown_count
from assessments.selectors.why import why
from assessments.services import correct_evidence, request_refresh, withdraw_evidence
from competencies.choices import AssociationKind, Counting
from competencies.models import Crosswalk
from competencies.selectors.crosswalks import crosswalks_page, tied_elsewhere
from supports import recompute
from supports.models import Flag
from tests import factories as make
from tests.assessments import naive
from tests.cast import see, viewer_of

HERE, THERE = (
    Scale(tuple(map(Decimal, (1, 2, 3, 4))), Decimal(3)),
    Scale(tuple(map(Decimal, (0, 40, 100))), Decimal(40)),
)
ANCHORS = [(Fraction(1), Fraction(0)), (Fraction(3), Fraction(40)), (Fraction(4), Fraction(100))]

# ------------------------------------------------------------------ pure


def piece(number: int, value: object = 3, task: str = "", rater: int = 1, day: int = 0) -> Piece:
    return Piece(
        f"k{number}", date(2026, 9, 1) + timedelta(days=day), Decimal(str(value)), "quiz", task, rater,
        datetime(2026, 9, 1) + timedelta(minutes=number),
    )  # fmt: skip


def history(**recorded: list[Piece]) -> History:
    """Competencies are named c1, c2, ...; each is in a framework of its own."""
    pieces = {int(name[1:]): given for name, given in recorded.items()}
    keys = {one.key for given in pieces.values() for one in given}
    return History(pieces, {key: int(key[1:]) for key in keys}, dict.fromkeys(keys), {c: c * 10 for c in pieces})


def ties(*pairs: tuple[int, int], values=None):
    found: dict[int, tuple[Crossing, ...]] = {}
    for origin, goal in pairs:
        found[origin] = (*found.get(origin, ()), Crossing(origin, goal, goal * 10, values))
    return found


def test_without_crosswalks_a_history_is_the_same_object():
    before = history(c1=[piece(1)])

    assert crossed(before, NO_CROSSINGS) is before
    assert crossed(before, ties((5, 6))) is before


def test_a_piece_counts_on_the_other_one_by_its_level_there_and_stays_what_it_was_here():
    after = crossed(history(c1=[piece(1, 3), piece(2, "3.5")]), ties((1, 2), values=between(HERE, THERE)))

    assert [one.value for one in after.pieces[2]] == [Decimal(40), Decimal(70)]
    assert [one.value for one in after.pieces[1]] == [Decimal(3), Decimal("3.5")]
    assert after.carried == {2: frozenset({"k1", "k2"})}
    assert after.framework_of[2] == 20
    assert after.competencies == [1, 2]


def test_what_came_over_goes_no_further():
    after = crossed(history(c1=[piece(1)]), ties((1, 2), (2, 3), (3, 1)))

    assert set(after.pieces) == {1, 2}
    assert len(after.pieces[1]) == 1


def test_there_and_back_doubles_nothing():
    after = crossed(history(c1=[piece(1)], c2=[piece(2)]), ties((1, 2), (2, 1)))

    assert [one.key for one in after.pieces[1]] == ["k1", "k2"]
    assert [one.key for one in after.pieces[2]] == ["k2", "k1"]


def test_a_work_judged_on_both_counts_as_it_was_judged_there():
    after = crossed(history(c1=[piece(1, 4, task="essay"), piece(3, 2)], c2=[piece(2, 2, task="essay")]), ties((1, 2)))

    assert [(one.key, one.value) for one in after.pieces[2]] == [("k2", 2), ("k3", 2)]


def test_one_piece_tied_by_two_paths_comes_once():
    after = crossed(history(c1=[piece(1)], c3=[piece(1)]), ties((1, 2), (3, 2), (1, 2)))

    assert [one.key for one in after.pieces[2]] == ["k1"]


def test_a_value_outside_its_own_scale_stays_where_it_is():
    after = crossed(history(c1=[piece(1, 7), piece(2, 4)]), ties((1, 2), values=between(HERE, THERE)))

    assert [one.key for one in after.pieces[2]] == ["k2"]


pieces_of = st.lists(
    st.builds(
        piece,
        st.integers(1, 12),
        st.sampled_from([1, 2, "2.5", 3, "3.33", 4, 5]),
        st.sampled_from(["", "", "essay", "talk"]),
        st.integers(1, 2),
        st.integers(0, 3),
    ),
    max_size=5,
    unique_by=lambda one: one.key,
)
pairs_of = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)).filter(lambda p: p[0] != p[1]), unique=True)


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(st.integers(1, 4), pieces_of, max_size=4),
    pairs_of,
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_the_second_implementation_finds_the_same_and_arrival_plays_no_part(recorded, pairs, same_scale, chance):
    recorded = {key: given for key, given in recorded.items() if given}
    crossings = ties(*sorted(pairs), values=None if same_scale else between(HERE, THERE))
    found = crossed(history(**{f"c{key}": given for key, given in recorded.items()}), crossings)
    again = crossed(
        history(**{f"c{key}": chance.sample(given, len(given)) for key, given in recorded.items()}), crossings
    )

    expected = naive.with_what_came_over(recorded, [(a, b, None if same_scale else ANCHORS) for a, b in pairs])

    def told(pieces):
        # a test may draw one key with two values on two competencies; in the database a key is one row
        return {c: sorted(one.key for one in given) for c, given in pieces.items() if given}

    assert told(found.pieces) == told(expected) == told(again.pieces)
    for competency, mine in found.pieces.items():
        assert len({one.key for one in mine}) == len(mine)
        assert set(recorded.get(competency, [])) <= set(mine)


@pytest.mark.parametrize(
    ("value", "said"), [("1", "0"), ("1.01", "0.20"), ("2.5", "30"), ("3.33", "59.80"), ("4", "100")]
)
def test_levels_are_mapped_exactly_and_halves_go_up(value, said):
    assert between(HERE, THERE).map(Decimal(value)) == Decimal(said)
    assert naive.on_the_other_scale(Fraction(value), ANCHORS) == Decimal(said)


# ------------------------------------------------------------------ stored


@pytest.fixture
def twin(world):
    """Another framework, in points of 100: `twin` is the same as *compare*, `near` is related to it."""
    scale = make.ScaleFactory(name="Points", levels=None)
    scale.levels.all().delete()
    for value, word in ((0, "Starting"), (40, "There"), (100, "Beyond")):
        make.LevelFactory(scale=scale, value=value, names={"en": word})
    framework = make.FrameworkFactory(title="Numeracy Passport", scale=scale, target=40)
    found = make.CompetencyFactory(framework=framework, name="Comparing parts")
    near = make.CompetencyFactory(framework=framework, name="Talking about parts")
    make.AssociationFactory(origin=found, destination=world.idea["compare"], kind=AssociationKind.EXACT_MATCH)
    make.AssociationFactory(origin=world.idea["compare"], destination=near, kind=AssociationKind.RELATED_TO)
    found.near = near
    return found


def decide(by, origin, goal, counting, reason="The same idea in both."):
    """Previewed, said yes to, done."""
    job = services.start_crosswalk_change(
        by=viewer_of(by), origin=origin.public_id, goal=goal.public_id, counting=counting, reason=reason
    )
    services.run_crosswalk_change(job_id=job.pk)
    services.confirm_crosswalk_change(by=viewer_of(by), job=job)
    services.run_crosswalk_change(job_id=job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def seen(world, teacher):
    """Three looks at *compare*: enough to be shown."""
    for ago, value, context in ((9, 3, "quiz"), (5, 3, "project"), (1, 4, "quiz")):
        see(teacher, world.student, world.idea["compare"], value, on=world.day(ago), context=context)
    recompute.refresh_due()


def stored(student, competency):
    return MasterySummary.objects.filter(student=student, competency=competency).first()


def test_it_counts_once_it_was_previewed_and_decided_and_the_summary_names_the_pieces(world, district, twin, seen):
    rows = list(Evidence.objects.order_by("pk").values())

    job = decide(district, world.framework, twin.framework, Counting.COUNTS)
    assert RefreshRequest.objects.get().student_id == world.student.pk
    recompute.refresh_due()

    assert job.report == {
        "students": 1,
        "gaining_students": 1,
        "losing_students": 0,
        "level_students": 1,
        "kept": 0,
        "in_line": 1,
    }
    summary = stored(world.student, twin)
    assert (summary.shape, summary.held, summary.pieces) == ("shown", 40, 3)
    assert summary.evidence_ids == [row["id"] for row in rows]
    assert summary.explanation["carried"] == [[rows[0]["id"], "40"], [rows[1]["id"], "40"], [rows[2]["id"], "100"]]
    assert stored(world.student, twin.near) is None  # related is not the same
    assert list(Evidence.objects.order_by("pk").values()) == rows  # nothing was rewritten
    row = Crosswalk.objects.get()
    assert (row.number, row.counting, row.decided_by) == (1, "counts", district)
    assert AuditEvent.objects.filter(action="crosswalk.decide", details__number=1).count() == 1
    assert recompute.compare(recompute.students_to_check()) == []


def test_a_decision_is_a_row_of_its_own_and_taking_it_back_takes_the_level_back(world, district, twin, seen):
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    recompute.refresh_due()

    job = decide(district, world.framework, twin.framework, Counting.BESIDE, "Only to look at.")
    recompute.refresh_due()

    assert (job.report["losing_students"], job.report["level_students"]) == (1, 1)
    assert stored(world.student, twin) is None
    assert stored(world.student, world.idea["compare"]).shape == "shown"
    assert list(Crosswalk.objects.order_by("number").values_list("number", "counting")) == [
        (1, "counts"),
        (2, "beside"),
    ]


def summaries():
    """Everything a summary says, by student and competency; not when it was written, nor its number in the database."""
    rows = MasterySummary.objects.order_by("student", "competency").values()
    return [{key: value for key, value in row.items() if key not in {"id", "changed_at"}} for row in rows]


@pytest.mark.parametrize("then", [Counting.NOT, Counting.BESIDE], ids=["not", "beside"])
def test_taken_back_every_summary_is_again_what_it_was(world, district, teacher, twin, seen, then):
    """Also where both have pieces of their own, one work was judged on both, and a person judged one of them."""
    see(teacher, world.student, twin, 40, on=world.day(7))
    see(teacher, world.student, twin, 0, on=world.day(5), task="essay")
    see(teacher, world.student, world.idea["compare"], 4, on=world.day(5), task="essay")
    see(teacher, world.student, twin.near, 100, on=world.day(2))
    TeacherJudgement.objects.create(
        key=uuid.uuid4(),
        student=world.student,
        competency=world.idea["compare"],
        level=3,
        reason="Said it to the class.",
        language="en",
        judged_on=world.today,
        judged_by=teacher,
    )
    request_refresh([world.student.pk])
    recompute.refresh_due()
    before, flags = summaries(), list(Flag.objects.order_by("pk").values_list("rule", "competency_id", "state"))
    assert len(before) == 3

    for origin, goal in ((world.framework, twin.framework), (twin.framework, world.framework)):
        decide(district, origin, goal, Counting.COUNTS)
    recompute.refresh_due()
    between = summaries()
    assert [row["pieces"] for row in between] != [row["pieces"] for row in before]
    for origin, goal in ((world.framework, twin.framework), (twin.framework, world.framework)):
        decide(district, origin, goal, then)
    recompute.refresh_due()

    assert summaries() == before
    assert list(Flag.objects.order_by("pk").values_list("rule", "competency_id", "state")) == flags
    assert recompute.compare(recompute.students_to_check()) == []
    assert list(Crosswalk.objects.order_by("pk").values_list("number", flat=True)) == [1, 1, 2, 2]


def test_beside_changes_no_level_and_nobody_is_put_in_line(world, district, twin, seen):
    before = list(MasterySummary.objects.order_by("pk").values())

    job = decide(district, world.framework, twin.framework, Counting.BESIDE)

    assert not RefreshRequest.objects.exists()
    assert (job.report["gaining_students"], job.report["level_students"]) == (0, 0)
    assert list(MasterySummary.objects.order_by("pk").values()) == before
    assert tied_elsewhere([twin.pk, twin.near.pk, world.idea["compare"].pk]) == {
        twin.pk: [world.idea["compare"].pk],
        twin.near.pk: [world.idea["compare"].pk],
    }


@pytest.mark.parametrize("flipped", [False, True])
def test_it_makes_no_difference_which_way_round_the_tie_was_written(world, district, teacher, twin, seen, flipped):
    edge = twin.edges_out.get()
    if flipped:
        edge.origin, edge.destination = edge.destination, edge.origin
        edge.save()

    decide(district, world.framework, twin.framework, Counting.COUNTS)
    recompute.refresh_due()

    assert stored(world.student, twin).pieces == 3


def test_later_pieces_corrections_and_withdrawals_are_followed(world, district, teacher, twin, seen):
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    first, second = Evidence.objects.order_by("observed_on", "pk")[:2]

    correct_evidence(by=viewer_of(teacher), evidence=first, key=uuid.uuid4(), value=Decimal(1))
    withdraw_evidence(by=viewer_of(teacher), evidence=second, reason="mistaken")
    see(teacher, world.student, twin, 40, on=world.today, context="project")
    recompute.refresh_due()

    summary = stored(world.student, twin)
    assert summary.pieces == 3
    assert Decimal(summary.explanation["carried"][0][1]) == 0  # the lowest level there
    assert len(summary.explanation["carried"]) == 2
    assert recompute.compare(recompute.students_to_check()) == []


def test_what_would_be_chained_is_not(world, district, twin, seen):
    """compare -> twin -> third: what was recorded on compare does not reach the third, which is no match of it."""
    third = make.CompetencyFactory(framework=make.FrameworkFactory(title="Third"), name="Third")
    make.AssociationFactory(origin=twin, destination=third, kind=AssociationKind.EXACT_MATCH)

    decide(district, world.framework, twin.framework, Counting.COUNTS)
    decide(district, twin.framework, third.framework, Counting.COUNTS)
    recompute.refresh_due()

    assert stored(world.student, twin).pieces == 3
    assert stored(world.student, third) is None


def test_no_second_notice_is_raised_where_nothing_was_recorded(world, district, teacher, twin):
    later = make.CompetencyFactory(framework=twin.framework, name="Later", position=99)
    make.AssociationFactory(origin=twin, destination=later)
    for ago, context in ((9, "quiz"), (5, "project"), (1, "quiz")):
        see(teacher, world.student, world.idea["compare"], 3, on=world.day(ago), context=context)
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    recompute.refresh_due()

    assert stored(world.student, twin).is_demonstrated
    assert set(Flag.objects.values_list("rule", "competency_id")) == {("READY_NEXT", world.idea["compare"].pk)}

    see(teacher, world.student, twin, 40)
    recompute.refresh_due()

    assert ("READY_NEXT", twin.pk) in set(Flag.objects.values_list("rule", "competency_id"))


def test_raters_who_differ_are_told_once(world, district, teacher, co_teacher, twin):
    for person, value in ((teacher, 1), (co_teacher, 4)):
        see(person, world.student, world.idea["compare"], value, task="essay")
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    see(teacher, world.student, twin, 40)
    recompute.refresh_due()

    differing = Flag.objects.filter(rule="RATERS_DIFFER").values_list("competency_id", flat=True)
    assert list(differing) == [world.idea["compare"].pk]
    assert stored(world.student, twin).pieces == 2


def test_a_preview_that_is_out_of_date_is_refused(world, district, twin, seen):
    def asked():
        job = services.start_crosswalk_change(
            by=viewer_of(district),
            origin=world.framework.public_id,
            goal=twin.framework.public_id,
            counting=Counting.COUNTS,
            reason="The same.",
        )
        services.run_crosswalk_change(job_id=job.pk)
        return job

    first, second = asked(), asked()
    assert services.confirm_crosswalk_change(by=viewer_of(district), job=first)
    assert not services.confirm_crosswalk_change(by=viewer_of(district), job=first)

    with pytest.raises(services.CrosswalkChangedError):
        services.confirm_crosswalk_change(by=viewer_of(district), job=second)
    assert Crosswalk.objects.count() == 1


@pytest.mark.parametrize(
    ("counting", "reason", "why_not"),
    [
        ("counts", " ", "Say why"),
        ("not", "No.", "holds already"),
        ("maybe", "So.", "Choose one"),
    ],
)
def test_what_cannot_be_decided_says_why(world, district, twin, counting, reason, why_not):
    with pytest.raises(services.CrosswalkError, match=why_not):
        decide(district, world.framework, twin.framework, counting, reason)


def test_frameworks_that_nothing_ties_and_related_ones_that_should_count_are_refused(world, district, twin):
    stranger = make.FrameworkFactory(title="Stranger")
    with pytest.raises(services.CrosswalkError, match="Nothing ties"):
        decide(district, world.framework, stranger, Counting.BESIDE)
    with pytest.raises(services.CrosswalkError, match="Nothing ties"):
        decide(district, world.framework, world.framework, Counting.BESIDE)
    twin.edges_out.update(retired_at=datetime.now().astimezone())
    with pytest.raises(services.CrosswalkError, match="nothing could count"):
        decide(district, world.framework, twin.framework, Counting.COUNTS)


def test_a_decision_that_fails_half_way_changes_nothing(world, district, twin, seen):
    with transaction.atomic():
        decide(district, world.framework, twin.framework, Counting.COUNTS)
        transaction.set_rollback(True)

    assert not Crosswalk.objects.exists()
    assert not RefreshRequest.objects.exists()


def test_reading_costs_nothing_where_no_crosswalk_counts_and_nothing_more_where_one_does(world, district, twin, seen):
    def cost():
        request_refresh([world.student.pk])
        with CaptureQueriesContext(connection) as queries:
            recompute.refresh_due()
        return len(queries)

    cost()
    without = cost()
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    cost()

    assert cost() == without


def test_a_scale_of_one_level_leaves_its_crosswalk_out_and_stops_nobody(world, district, twin, seen):
    twin.framework.scale.levels.exclude(value=40).delete()

    decide(district, world.framework, twin.framework, Counting.COUNTS)
    recompute.refresh_due()

    assert stored(world.student, twin) is None
    assert stored(world.student, world.idea["compare"]).shape == "shown"
    assert not RefreshRequest.objects.exists()


def test_small_numbers_are_not_told():
    assert [shown_count(n) for n in (0, 1, 9, 10, 432)] == ["none", "fewer than 10", "fewer than 10", "10", "432"]


# ------------------------------------------------------------------ read


def test_the_explanation_names_where_counted_pieces_come_from(world, district, teacher, twin, seen):
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    recompute.refresh_due()

    page = why(viewer=viewer_of(teacher), student=world.student, competency=twin.public_id)

    assert [(one.origin, one.word, one.counts_as) for one in page.counted][-1] == (
        "recorded on “Compare” of Mathematics and Me",
        "Shown",
        "There",
    )
    assert (page.others, page.beside) == ([], [])
    assert page.chart is not None


def test_related_evidence_stands_beside_with_its_own_words(world, district, teacher, twin, seen):
    decide(district, world.framework, twin.framework, Counting.BESIDE)

    page = why(viewer=viewer_of(teacher), student=world.student, competency=twin.near.public_id)

    assert page.shape == "open"
    assert page.counted == []
    assert len(page.beside) == 3
    assert {one.origin for one in page.beside} == {"recorded on “Compare” of Mathematics and Me"}
    Evidence.objects.update(withdrawn_at=datetime.now().astimezone())
    assert why(viewer=viewer_of(teacher), student=world.student, competency=twin.near.public_id).beside == []


def test_looking_back_stands_by_the_decision_of_that_day(world, district, teacher, twin, seen):
    decide(district, world.framework, twin.framework, Counting.COUNTS)
    recompute.refresh_due()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE assessments_evidence SET recorded_at = recorded_at - interval '5 days'")
        cursor.execute("SET LOCAL session_replication_role = origin")

    then = why(viewer=viewer_of(teacher), student=world.student, competency=twin.public_id, on=world.day(2))
    Crosswalk.objects.update(decided_at=datetime.now().astimezone() - timedelta(days=4))
    now = why(viewer=viewer_of(teacher), student=world.student, competency=twin.public_id, on=world.day(2))

    assert (then.shape, len(then.counted)) == ("open", 0)
    assert (now.shape, len(now.counted)) == ("shown", 3)


def test_a_family_reads_where_what_stands_beside_was_recorded(
    world, district, guardian, teacher, twin, seen, client_of
):
    decide(district, world.framework, twin.framework, Counting.BESIDE)

    page = client_of(guardian).get(reverse("student_competency", args=[world.student.public_id, twin.public_id]))

    assert page.status_code == 200
    assert "Mathematics and Me" in page.content.decode()


def test_the_portfolio_of_one_competency_shows_what_stands_beside_it(world, district, teacher, twin, seen, client_of):
    decide(district, world.framework, twin.framework, Counting.BESIDE)
    see(teacher, world.student, twin, 40)
    address = reverse("student_portfolio", args=[world.student.public_id])

    text = client_of(teacher).get(address, {"competency": twin.public_id}).content.decode()

    assert text.count("recorded on “Compare” of Mathematics and Me") == 3


# ------------------------------------------------------------------ pages


def test_the_district_previews_decides_and_reads_it_back(world, district, twin, seen, client_of):
    client = client_of(district)
    address = reverse("framework_crosswalks", args=[twin.framework.public_id])
    way = {"from": world.framework.public_id, "to": twin.framework.public_id}
    assert "1 pair is the same." in client.get(address).content.decode()
    assert client.get(address, {"from": uuid.uuid4()}).status_code == 200

    assert client.post(address, {**way, "counting": "counts", "reason": ""}).status_code == 422
    assert client.post(address, {"counting": "counts", "reason": "x"}).status_code == 422
    answer = client.post(address, {**way, "counting": "counts", "reason": "The same idea."})
    job = Job.objects.get(kind="change_crosswalk")
    assert answer.status_code == 302
    services.run_crosswalk_change(job_id=job.pk)

    page = client.get(answer["Location"]).content.decode()
    assert "fewer than 10" in page
    assert world.student.person.display_name not in page
    client.post(reverse("crosswalk_change_confirm", args=[job.public_id]))
    services.run_crosswalk_change(job_id=job.pk)
    assert "This is what holds now" in client.get(answer["Location"]).content.decode()
    assert "The same idea." in client.get(address).content.decode()


def test_a_preview_may_be_put_away(world, district, twin, seen, client_of):
    job = services.start_crosswalk_change(
        by=viewer_of(district),
        origin=world.framework.public_id,
        goal=twin.framework.public_id,
        counting="counts",
        reason="x",
    )
    services.run_crosswalk_change(job_id=job.pk)
    client_of(district).post(reverse("crosswalk_change_cancel", args=[job.public_id]))

    page = client_of(district).get(reverse("crosswalk_change", args=[job.public_id])).content.decode()
    assert "Nothing was changed" in page
    assert not Crosswalk.objects.exists()


def test_a_framework_nothing_ties_says_what_to_do(world, district, client_of):
    address = reverse("framework_crosswalks", args=[world.framework.public_id])

    assert "Nothing ties this framework" in client_of(district).get(address).content.decode()
    assert crosswalks_page(viewer=viewer_of(district), public_id=uuid.uuid4()) is None


def test_histories_hold_what_was_recorded_and_nothing_that_came_over(world, district, twin, seen):
    decide(district, world.framework, twin.framework, Counting.COUNTS)

    assert set(histories([world.student.pk])[world.student.pk].pieces) == {world.idea["compare"].pk}
