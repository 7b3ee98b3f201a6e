"""Whatever happens to evidence, in whatever order it is told again: the same summary, now and as of then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from assessments.estimates import bkt
from assessments.estimates.terms import is_success
from assessments.mastery import METHODS, Judgement, Method, Piece, Scale, independent, summarise
from tests.assessments import naive

SCALE = Scale(tuple(map(Decimal, (1, 2, 3, 4))), Decimal(3))
NAIVE_SCALE = naive.NaiveScale(tuple(map(Fraction, SCALE.levels)), Fraction(3))
EVERY_METHOD = [Method(name) for name in METHODS]
HALF_STEPS = [Decimal(half) / 2 for half in range(2, 9)]


@dataclass(frozen=True)
class Row:
    """A row of evidence as it is stored: never changed, only superseded, withdrawn or accepted by later events."""

    key: int
    order_key: str
    on: date
    value: Decimal | None
    context: str
    task: str
    rater: int
    kind: str
    supersedes: int | None = None

    def piece(self) -> Piece:
        assert self.value is not None
        return Piece(
            self.order_key,
            self.on,
            self.value,
            self.context,
            self.task,
            self.rater,
            datetime(2025, 9, 1) + timedelta(minutes=self.key),
        )


Event = tuple[str, Row]
"""recorded, withdrawn or accepted; and the row."""


def counted(events: list[Event]) -> list[Piece]:
    """What counts after these events, whatever order they are told in: marks on rows, not steps in time."""
    rows = {row.key: row for what, row in events if what == "recorded"}
    superseded = {row.supersedes for row in rows.values()}
    withdrawn = {row.key for what, row in events if what == "withdrawn"}
    accepted = {row.key for what, row in events if what == "accepted"}
    return [
        row.piece()
        for row in rows.values()
        if row.key not in superseded | withdrawn
        and row.value is not None
        and (row.kind == "teacher" or (row.kind == "family" and row.key in accepted))
    ]


def judged(pieces: list[Piece]) -> list[Judgement]:
    return [summarise(pieces, scale=SCALE, method=method) for method in EVERY_METHOD]


things = st.fixed_dictionaries(
    {
        "day": st.integers(0, 9),
        "place": st.integers(0, 99),
        "value": st.sampled_from([*HALF_STEPS, *HALF_STEPS, None]),
        "context": st.sampled_from(["", "quiz", "project"]),
        "task": st.sampled_from(["", "", "essay", "talk"]),
        "rater": st.integers(1, 3),
        "kind": st.sampled_from(["teacher", "teacher", "teacher", "family", "self"]),
    }
)


class Evidence(RuleBasedStateMachine):
    """One student, one competency. `now` is kept by each step alone; the log can be told again at any time."""

    rows = Bundle("rows")

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Event] = []
        self.now: dict[str, Piece] = {}
        self.noted: list[tuple[int, list[Judgement]]] = []

    def happened(self, what: str, row: Row) -> None:
        self.log.append((what, row))

    @initialize(target=rows, what=st.lists(things, min_size=1, max_size=4))
    def begin_with_something(self, what):
        """Runs that never record have nothing to say."""
        return multiple(*[self.record_one(one) for one in what])

    @rule(target=rows, what=things)
    def record(self, what):
        """Anything may come late: the day and the place within it have nothing to do with arrival."""
        return self.record_one(what)

    def record_one(self, what):
        number = len(self.log)
        row = Row(
            key=number,
            order_key=f"{what['place']:02}-{number:03}",
            on=date(2025, 9, 1) + timedelta(days=what["day"]),
            value=what["value"],
            context=what["context"],
            task=what["task"] or f"own {number}",
            rater=what["rater"],
            kind=what["kind"],
        )
        self.happened("recorded", row)
        if row.kind == "teacher" and row.value is not None:
            self.now[row.order_key] = row.piece()
        return row

    @rule(row=rows)
    def deliver_again(self, row):
        """The same delivery a second time changes nothing."""
        before = judged(list(self.now.values()))
        self.happened("recorded", row)
        assert judged([*self.now.values(), *[one for one in self.now.values() if one.key == row.order_key]]) == before

    @rule(target=rows, row=consumes(rows), value=st.sampled_from(HALF_STEPS), day=st.integers(0, 9))
    def correct(self, row, value, day):
        """A correction is a row of its own in the place of the old one; a withdrawn piece cannot be corrected."""
        if ("withdrawn", row) in self.log:
            return row
        new = replace(
            row, key=len(self.log), value=value, on=date(2025, 9, 1) + timedelta(days=day), supersedes=row.key
        )
        self.happened("recorded", new)
        self.now.pop(row.order_key, None)
        if new.kind == "teacher":
            self.now[new.order_key] = new.piece()
        return new

    @rule(row=rows)
    def withdraw(self, row):
        self.happened("withdrawn", row)
        self.now.pop(row.order_key, None)

    @rule(row=rows)
    def accept(self, row):
        """A teacher accepts what a family saw. What is withdrawn or not a family's stays what it is."""
        self.happened("accepted", row)
        if row.kind == "family" and row.value is not None and ("withdrawn", row) not in self.log:
            self.now[row.order_key] = row.piece()

    @rule()
    def note_how_it_stands(self):
        self.noted.append((len(self.log), judged(list(self.now.values()))))

    @rule(chance=st.randoms(use_true_random=False))
    def tell_everything_again_in_another_order(self, chance):
        events = chance.sample(self.log, len(self.log))
        assert judged(counted(events)) == judged(list(self.now.values()))

    @rule(chance=st.randoms(use_true_random=False))
    def look_back(self, chance):
        """As of then: the events until then, in any order, say what was said then, whatever came later."""
        for length, said in self.noted:
            assert judged(counted(chance.sample(self.log[:length], length))) == said

    @invariant()
    def replay_equals_incremental_and_the_second_implementation(self):
        pieces = counted(self.log)
        assert sorted(pieces) == sorted(self.now.values())
        first = summarise(pieces, scale=SCALE, method=EVERY_METHOD[0])
        second = naive.judge(pieces, NAIVE_SCALE, "criterion", {})
        assert (first.shape, first.held, first.counted) == (second.shape, second.held, second.counted)

    @invariant()
    def the_estimate_depends_on_what_counts_and_on_nothing_else(self):
        """Replayed in order of the work, not of arrival; one observation for each independent piece."""
        there = independent(reversed(counted(self.log)))
        known = bkt.replay(is_success(piece.value, SCALE.target) for piece in there)
        again = bkt.replay(is_success(piece.value, SCALE.target) for piece in independent(self.now.values()))
        assert known == again
        assert known.events == len(there)


TestEvidence = Evidence.TestCase
TestEvidence.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
