"""Anything in any order: pieces, corrections, withdrawals, answers to flags, merges, several workers, lost leases.

The invariant after every step: whoever has no work in line is stored exactly as recomputed from the evidence.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Student
from assessments import recompute as evidence
from assessments.choices import Context
from assessments.errors import EvidenceChangedError
from assessments.models import Evidence, MasterySummary
from assessments.services import correct_evidence, request_refresh, withdraw_evidence
from competencies.models import Crosswalk
from supports import recompute
from supports.choices import LIVE_FLAG_STATES, DismissReason, FocusKind
from supports.models import Flag
from supports.services import flags as answers
from tests import factories as make
from tests.assessments import naive
from tests.cast import World, build_world, see, viewer_of
from tests.loop.oracle import expire_leases, nothing_lost

VALUES = st.sampled_from([*map(Decimal, (1, 2, 3, 3, 4, "2.5")), None])
AGO = st.integers(0, 30)
IDEAS = st.sampled_from(["equal parts", "compare", "equivalent", "twin"])
CONTEXTS = st.sampled_from([Context.QUIZ, Context.CLASSWORK, Context.PROJECT, Context.UNKNOWN])
WHO = st.integers(0, 2)


class Loop(RuleBasedStateMachine):
    """Three students, two people, any number of workers that stop half-way."""

    pieces = Bundle("pieces")
    leases = Bundle("leases")
    outcomes = Bundle("outcomes")
    world: World

    @initialize()
    def begin(self) -> None:
        """A world of its own, thrown away afterwards."""
        self.moment = transaction.atomic()
        self.moment.__enter__()
        self.world = build_world(self.today)
        self.teacher = self.world.people["teacher"]
        self.keys: set[uuid.UUID] = set()
        # the same idea in another framework, on the same levels
        framework = make.FrameworkFactory(title="Passport", scale=self.world.framework.scale)
        self.twin = make.CompetencyFactory(framework=framework, name="Comparing")
        make.AssociationFactory(origin=self.twin, destination=self.world.idea["compare"], kind="exactMatchOf")
        self.world.idea["twin"] = self.twin

    # -------------------------------------------------------------- people
    @rule(target=pieces, who=WHO, idea=IDEAS, value=VALUES, ago=AGO, context=CONTEXTS, task=st.sampled_from("xy"))
    def record(self, who, idea, value, ago, context, task):
        """A piece of work, perhaps a second look at the same one, perhaps weeks old."""
        key = uuid.uuid4()
        student = self.world.students[who]
        if student.alias_of_id is not None:
            return multiple()
        day = self.world.today - timedelta(days=ago)
        see(self.teacher, student, self.world.idea[idea], value, key=key, on=day, context=context, task=task)
        self.keys.add(key)
        return key

    @rule(target=pieces, key=pieces, value=VALUES)
    def correct(self, key, value):
        """Somebody looks again."""
        new = uuid.uuid4()
        try:
            correct_evidence(by=viewer_of(self.teacher), evidence=Evidence.objects.get(key=key), key=new, value=value)
        except EvidenceChangedError:
            return multiple()
        return new

    @rule(key=pieces)
    def withdraw(self, key):
        """It was somebody else's work."""
        try:
            withdraw_evidence(by=viewer_of(self.teacher), evidence=Evidence.objects.get(key=key), reason="mistaken")
        except EvidenceChangedError:
            return

    @rule(number=st.integers(0, 5))
    def dismiss(self, number):
        """One of the live flags is not right."""
        live = Flag.objects.filter(state__in=LIVE_FLAG_STATES).order_by("pk")
        if live:
            flag = live[number % len(live)]
            answers.dismiss_flag(by=viewer_of(self.teacher), flag=flag, reason=DismissReason.WRONG)

    @rule(number=st.integers(0, 5))
    def choose_next(self, number):
        """One of those who are ready goes on."""
        live = Flag.objects.filter(state__in=LIVE_FLAG_STATES, rule="READY_NEXT").order_by("pk")
        if live:
            flag = live[number % len(live)]
            following = flag.competency.edges_out.get().destination
            answers.choose_next_step(
                by=viewer_of(self.teacher), flags=[flag], competency=following, kind=FocusKind.LEARN
            )

    @rule(counting=st.sampled_from(["counts", "counts", "beside", "not"]), back=st.booleans())
    def decide_what_evidence_is_elsewhere(self, counting, back):
        """The district lets evidence count for the other framework, or not any more; one way or the other."""
        ways = [self.world.framework, self.twin.framework]
        origin, goal = reversed(ways) if back else ways
        number = Crosswalk.objects.filter(from_framework=origin, to_framework=goal).count()
        Crosswalk.objects.create(from_framework=origin, to_framework=goal, number=number + 1, counting=counting)
        request_refresh([s.pk for s in self.world.everyone()])

    @rule()
    def merge_or_part(self):
        """The first two are found to be one child, or found not to be."""
        first, second = self.world.students[:2]
        first.alias_of = None if first.alias_of_id else second
        Student.objects.filter(pk=first.pk).update(alias_of=first.alias_of)
        request_refresh([first.pk, second.pk])

    # -------------------------------------------------------------- workers
    @rule(target=leases, limit=st.integers(1, 3))
    def lease(self, limit):
        """A worker takes what is due."""
        leased = evidence.lease(limit)
        return multiple() if leased is None else leased

    @rule(target=outcomes, leased=leases)
    def reason(self, leased):
        """It thinks; what it read may be old by the time it writes."""
        return leased, recompute.reason(list(leased.versions), today=self.world.today)[0]

    @rule(work=consumes(outcomes))
    def write(self, work):
        """It writes, early or late."""
        leased, found = work
        with transaction.atomic():
            recompute.write(leased, found)

    @rule()
    def lose_a_worker(self):
        """Every lease has run out."""
        expire_leases()

    @rule()
    def sweep(self):
        """Whatever is due is done."""
        recompute.refresh_due(today=self.world.today)

    # -------------------------------------------------------------- the promise
    @invariant()
    def what_is_not_in_line_is_right(self):
        """Summaries and flags, of everyone who has no work in line."""
        assert recompute.compare(recompute.students_to_check(), today=self.world.today) == []

    @invariant()
    def the_second_implementation_counts_the_same_pieces_of_both_frameworks(self):
        """By key, of the two ideas that are the same, of everyone who has no work in line."""
        both = {self.world.idea["compare"].pk: self.world.framework.pk, self.twin.pk: self.twin.framework_id}
        holds = {}
        for row in Crosswalk.objects.order_by("number"):
            holds[row.from_framework_id, row.to_framework_id] = row.counting
        pairs = [(a, b, None) for a in both for b in both if a != b and holds.get((both[a], both[b])) == "counts"]
        kept = [s.pk for s in self.world.students[:3] if s.alias_of_id is None]
        for student in set(kept) - evidence.pending(kept):
            history = evidence.histories([student])[student]
            recorded = {competency: history.pieces[competency] for competency in both if competency in history.pieces}
            expected = {
                competency: naive.independent_pieces(pieces)[1]
                for competency, pieces in naive.with_what_came_over(recorded, pairs).items()
                if pieces
            }
            stored = MasterySummary.objects.filter(student=student, competency__in=both, pieces__gt=0)
            keys = dict(Evidence.objects.filter(value__isnull=False).values_list("pk", "order_key"))
            told = {row.competency_id: [str(keys[pk]) for pk in row.evidence_ids] for row in stored}
            assert told == expected

    def teardown(self):
        """In the end nothing is lost."""
        if not hasattr(self, "world"):
            return
        while evidence.pending([s.pk for s in self.world.everyone()]):
            expire_leases()
            recompute.refresh_due(today=self.world.today)
        nothing_lost(self.keys)
        transaction.set_rollback(True)
        self.moment.__exit__(None, None, None)


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_stored_is_what_the_evidence_says(today):
    machine = type("LoopToday", (Loop,), {"today": today})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
