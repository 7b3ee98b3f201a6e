"""What the estimators learn: item answers as they are marked, and every night difficulties and parameters for all."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from itertools import groupby, islice, repeat
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from accounts.statements import run
from assessments.choices import Priority
from assessments.estimates import bkt, elo
from assessments.estimates.calibration import Measures, group_gaps, measure
from assessments.estimates.terms import Prediction, Response, is_success
from assessments.mastery import independent
from assessments.models import CompetencyFit, Evidence, Fit, ItemEstimate, ItemFit
from assessments.recompute import Ground, grounds, histories
from assessments.services.requests import request_refresh

BATCH = 400
CHUNK = 5000
TEST_SHARE = 0.2
# Enough to say AUC and calibration to the third digit; more would only fill memory.
MOST_TEST_EVENTS = 200_000
SHARED_EVENTS = 20_000
GROUPS = ("school", "language")
# Fewer students than this are nobody's table.
SMALL = 10


# ------------------------------------------------------------------ item by item
def absorb_responses(*, by: Viewer | None, response_ids: Collection[int]) -> int:
    """Let the estimates of these answers' students and competencies follow. Returns how many pairs that was.

    Each pair is replayed from its own answers in order with the difficulties of the newest fit: absorbing an answer
    twice, late or after its points were changed gives the same. Unanswered items are missing, not wrong.
    """
    pairs = run(
        """
        SELECT DISTINCT coalesce(s.alias_of_id, s.id), i.competency_id
        FROM assessments_itemresponse r
        JOIN assessments_item i ON i.id = r.item_id
        JOIN assessments_submission w ON w.id = r.submission_id
        JOIN accounts_student s ON s.id = w.student_id
        WHERE r.id = ANY(%s::bigint[])
        """,
        [sorted(response_ids)],
    )
    return _replay_pairs([student for student, _c in pairs], {competency for _s, competency in pairs}) if pairs else 0


_ANSWERS = """
SELECT coalesce(s.alias_of_id, s.id), i.competency_id, r.item_id, r.points >= i.points,
       extract(epoch FROM r.marked_at)::float8
FROM assessments_itemresponse r
JOIN assessments_item i ON i.id = r.item_id
JOIN assessments_submission w ON w.id = r.submission_id
JOIN accounts_student s ON s.id = w.student_id
WHERE r.points IS NOT NULL
"""


def _replay_pairs(students: Collection[int], competencies: Collection[int]) -> int:
    """Replay the answers of these students on these competencies, and store where they lead."""
    rows = run(
        f"""{_ANSWERS} AND (s.id = ANY(%s::bigint[]) OR s.alias_of_id = ANY(%s::bigint[]))
        AND i.competency_id = ANY(%s::bigint[])
        ORDER BY 1, 2, r.marked_at, r.id""",  # noqa: S608 - a constant of this module
        [sorted(students), sorted(students), sorted(competencies)],
    )
    newest = Fit.objects.order_by("-pk").first()
    items: dict[int, float] = {}
    skills: dict[int, float] = {}
    if newest is not None:
        items = dict(
            ItemFit.objects.filter(fit=newest, item_id__in={row[2] for row in rows}).values_list(
                "item_id", "difficulty"
            )
        )
        skills = dict(
            CompetencyFit.objects.filter(fit=newest, competency_id__in=list(competencies)).values_list(
                "competency_id", "difficulty"
            )
        )
    found = []
    for (student, competency), answers in groupby(rows, key=itemgetter(0, 1)):
        pair = elo.PairRating()
        hard = elo.Difficulty(skills.get(competency, 0.0))
        for _student, _competency, item, correct, _at in answers:
            pair = elo.observe(pair, hard, elo.Difficulty(items.get(item, 0.0)), correct)[0]
        found.append((student, competency, pair))
    with transaction.atomic():
        ItemEstimate.objects.bulk_create(
            [
                ItemEstimate(
                    student_id=student,
                    competency_id=competency,
                    theta=pair.value,
                    events=pair.events,
                    changed_at=timezone.now(),
                )
                for student, competency, pair in found
            ],
            update_conflicts=True,
            unique_fields=["student", "competency"],
            update_fields=["theta", "events", "changed_at"],
        )
    return len(found)


# ------------------------------------------------------------------ every night
@dataclass(slots=True)
class _Learned:
    """Sequences of successes of everybody, by competency and sequence: how often. Nobody's name is in it."""

    everything: dict[int, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    train: dict[int, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    sizes: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    test: list[tuple[int, bytes, str, str]] = field(default_factory=list)
    students: list[int] = field(default_factory=list)
    tested: int = 0


def refit(*, by: Viewer | None, force: bool = False) -> Fit | None:
    """Fit difficulties and parameters to all that was counted so far, say how well they predict, put all in line.

    The report is made on students who were left out of a first fit; what is used afterwards is fitted on everybody.
    None when there is nothing to fit, or (unless `force`) nothing was recorded since the last fit.
    """
    began = time.monotonic()
    newest = Fit.objects.order_by("-pk").first()
    last = Evidence.objects.aggregate(last=Max("recorded_at"))["last"]
    if last is None or (newest is not None and newest.made_at > last and not force):
        return None
    share = min(TEST_SHARE, MOST_TEST_EVENTS / max(Evidence.objects.count(), 1))
    answers = _item_answers()
    learned = _learn(share)
    if not learned.everything and not answers:
        return None
    report: dict[str, Any] = {
        "test_share": round(share, 4),
        "students": len(learned.students),
        "tested": learned.tested,
    }
    shared, fitted = _fit_all(learned.train)
    report["knowledge"] = _measured(_predictions(learned, shared, fitted), learned.sizes)
    shared, fitted = _fit_all(learned.everything)
    report["shared"] = asdict(shared)
    by_item = elo.fit_log(answers)
    left_out = _left_out({int(answer.student) for answer in answers}, share)
    train = [answer for answer in answers if int(answer.student) not in left_out]
    test = [answer for answer in answers if int(answer.student) in left_out]
    report["items"] = _measured([(p, "", "") for p in elo.fit_log(train).predict(test)], (Counter(), Counter()))
    report["seconds"] = round(time.monotonic() - began, 1)
    made = _store(by, learned, fitted, by_item, answers, report)
    # only now: whoever is worked on from here on sees the new fit, and whoever was before is in line again
    for start in range(0, len(learned.students), CHUNK):
        with transaction.atomic():
            request_refresh(learned.students[start : start + CHUNK], priority=Priority.RECOMPUTE)
    if answers:
        everybody = sorted({int(answer.student) for answer in answers})
        skills = {int(answer.skill) for answer in answers}
        for start in range(0, len(everybody), CHUNK):
            _replay_pairs(everybody[start : start + CHUNK], skills)
    return made


def _left_out(students: Collection[int], share: float) -> set[int]:
    """Who of these is left out of the fit that is tested: drawn by a hash, the same every night and everywhere."""
    keys = Student.objects.filter(pk__in=students).values_list("pk", "public_id")
    return {
        student
        for student, key in keys
        if int.from_bytes(blake2b(key.bytes, digest_size=8).digest(), "big") < share * 2**64
    }


def _learn(share: float) -> _Learned:
    """Everybody's sequences, read in batches of students."""
    learned = _Learned()
    found = grounds()
    people = run(
        """
        SELECT s.id, coalesce(h.name, ''), coalesce(p.languages[1], '') FROM accounts_student s
        LEFT JOIN accounts_school h ON h.id = s.school_id JOIN accounts_person p ON p.id = s.person_id
        WHERE s.alias_of_id IS NULL AND (EXISTS (SELECT FROM assessments_evidence e WHERE e.student_id = s.id)
           OR EXISTS (SELECT FROM accounts_student o JOIN assessments_evidence e ON e.student_id = o.id
                      WHERE o.alias_of_id = s.id))
        ORDER BY s.id
        """
    )
    for start in range(0, len(people), BATCH):
        batch = {student: (school, language) for student, school, language in people[start : start + BATCH]}
        left_out = _left_out(batch, share)
        for student, history in histories(list(batch)).items():
            is_tested = student in left_out
            learned.tested += is_tested
            for sizes, group in zip(learned.sizes, batch[student], strict=True):
                sizes[group] += is_tested
            learned.students.append(student)
            for competency, pieces in history.pieces.items():
                ground = found.get(history.framework_of[competency])
                if ground is not None:
                    _add(learned, competency, _sequence(pieces, ground), batch[student], is_tested=is_tested)
    return learned


def _sequence(pieces: Sequence[Any], ground: Ground) -> bytes:
    return bytes(is_success(piece.value, ground.scale.target) for piece in independent(pieces))


def _add(learned: _Learned, competency: int, sequence: bytes, groups: tuple[str, str], *, is_tested: bool) -> None:
    learned.everything[competency][sequence] += 1
    if is_tested:
        learned.test.append((competency, sequence, *groups))
    else:
        learned.train[competency][sequence] += 1


def _fit_all(counts: dict[int, Counter[bytes]]) -> tuple[bkt.BktParameters, dict[int, bkt.BktParameters]]:
    """Shared parameters on some of all sequences, then each competency's own with those as prior."""
    together: Counter[bytes] = Counter()
    for counter in counts.values():
        together.update(counter)
    events = sum(len(sequence) * times for sequence, times in together.items())
    some = islice(_in_order(together), 0, None, max(1, events // SHARED_EVENTS))
    shared = bkt.fit(some, strength=1.0, most_rounds=25).parameters
    return shared, {
        competency: bkt.fit(_in_order(counter), prior=shared).parameters for competency, counter in counts.items()
    }


def _in_order(counter: Counter[bytes]) -> Iterator[bytes]:
    """Every sequence as often as it was there, in an order of its own: sums come out the same every time."""
    for sequence in sorted(counter):
        yield from repeat(sequence, counter[sequence])


_Said = tuple[Prediction, str, str]


def _predictions(learned: _Learned, shared: bkt.BktParameters, fitted: dict[int, bkt.BktParameters]) -> list[_Said]:
    """What was expected before each piece of the students who were left out, with their groups."""
    said: list[_Said] = []
    for competency, sequence, school, language in learned.test:
        parameters = fitted.get(competency, shared)
        known = bkt.begin(parameters)
        for success in sequence:
            said.append(
                (Prediction(bkt.expected(known, parameters), bool(success), known.events, ""), school, language)
            )
            known = bkt.observe(known, bool(success), parameters)
    return said


def _measured(said: list[_Said], sizes: tuple[Counter[str], Counter[str]]) -> dict[str, Any] | None:
    """The calibration report as plain JSON.

    Groups with too few events are not in it, and no group of a kind is where one of them has 1 to 9 students.
    """
    if not said:
        return None
    found: Measures = measure([prediction for prediction, *_groups in said])
    gaps = {
        name: ()
        if any(0 < count < SMALL for count in sizes[place].values())
        else group_gaps(prediction._replace(group=str(groups[place])) for prediction, *groups in said)
        for place, name in enumerate(GROUPS)
    }
    return {
        "events": found.events,
        "auc": found.auc,
        "auc_later": found.auc_later,
        "rmse": found.rmse,
        "ece": found.ece,
        "bins": [list(one) for one in found.bins],
        # what was expected less what was seen, and no rate of any group
        "groups": {name: [[gap.group, gap.events, gap.difference] for gap in rows] for name, rows in gaps.items()},
    }


def _item_answers() -> list[Response]:
    """Every marked answer in the order of time."""
    return [
        Response(str(student), str(competency), str(item), correct, at)
        for student, competency, item, correct, at in run(f"{_ANSWERS} ORDER BY r.marked_at, r.id")  # noqa: S608
    ]


def _store(
    by: Viewer | None,
    learned: _Learned,
    fitted: dict[int, bkt.BktParameters],
    by_item: elo.EloModel,
    answers: Iterable[Response],
    report: dict[str, Any],
) -> Fit:
    events = {
        competency: sum(len(sequence) * times for sequence, times in counter.items())
        for competency, counter in learned.everything.items()
    }
    of_skill = Counter(int(answer.skill) for answer in answers)
    with transaction.atomic():
        made = Fit.objects.create(events=sum(events.values()) + of_skill.total(), report=report)
        unseen = elo.Difficulty()
        CompetencyFit.objects.bulk_create(
            [
                CompetencyFit(
                    fit=made,
                    competency_id=competency,
                    events=events.get(competency, 0) + of_skill[competency],
                    difficulty=by_item.competencies.get(str(competency), unseen).value,
                    parameters=asdict(fitted[competency]) if competency in fitted else report["shared"],
                )
                for competency in sorted(events.keys() | of_skill.keys())
            ],
            batch_size=2000,
        )
        ItemFit.objects.bulk_create(
            [
                ItemFit(fit=made, item_id=int(item), events=difficulty.events, difficulty=difficulty.value)
                for item, difficulty in by_item.items.items()
            ],
            batch_size=2000,
        )
        audit.record(
            by=by.person_id if by else None,
            action="fit.make",
            subject_type="fit",
            subject_id=made.public_id,
            details={"events": made.events},
        )
    made.refresh_from_db()
    return made
