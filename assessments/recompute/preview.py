"""What would change if a framework were judged in another way: counted over everybody, stored nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from accounts.statements import run
from assessments.mastery import effective, summarise
from assessments.recompute.crossings import NO_CROSSINGS, Crossings, crossed
from assessments.recompute.grounds import Ground
from assessments.recompute.histories import History, histories

BATCH = 400


@dataclass(slots=True)
class Changes:
    """Pairs of student and competency, by the shape they have and the shape they would have; counts only.

    `kept` are pairs where a person's judgement leads, `students` everybody looked at, `changed_students` those for
    whom at least one shape would differ, `level_changes` pairs whose level would differ while the shape stays.
    `gaining` are pairs that would count more evidence, `gaining_students` and `level_students` students with at least
    one of those, or with another level or shape.
    """

    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: int = 0
    kept: int = 0
    level_changes: int = 0
    students: int = 0
    changed_students: int = 0
    gaining: int = 0
    gaining_students: int = 0
    losing_students: int = 0
    level_students: int = 0


def students_on(framework_id: int) -> list[int]:
    """Ids of everybody with evidence, a judgement or a summary on this framework, in order.

    Of merged records the one that stayed. A summary alone counts what was recorded on another framework.
    """
    rows = run(
        """
        SELECT DISTINCT coalesce(s.alias_of_id, s.id) FROM accounts_student s
        JOIN (SELECT e.student_id FROM assessments_evidence e
              JOIN competencies_competency c ON c.id = e.competency_id AND c.framework_id = %s
              UNION SELECT j.student_id FROM assessments_teacherjudgement j
              JOIN competencies_competency c ON c.id = j.competency_id AND c.framework_id = %s
              UNION SELECT m.student_id FROM assessments_masterysummary m
              JOIN competencies_competency c ON c.id = m.competency_id AND c.framework_id = %s) seen
          ON seen.student_id = s.id
        ORDER BY 1
        """,
        [framework_id, framework_id, framework_id],
    )
    return [student for (student,) in rows]


def preview(
    *,
    now: Ground,
    then: Ground,
    tell: Callable[[int, int], bool],
    crossings: tuple[Crossings, Crossings] = (NO_CROSSINGS, NO_CROSSINGS),
    students: Sequence[int] | None = None,
) -> Changes | None:
    """Every pair of the framework judged both ways, in batches of students. None when `tell` says to stop.

    `tell(done, total)` is asked after each batch. `crossings` are what counts from elsewhere now and then. `students`
    are those looked at, everybody on the framework without.
    """
    changes = Changes()
    ids = students_on(now.framework_id) if students is None else list(students)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        for history in histories(batch).values():
            _look(changes, crossed(history, crossings[0]), crossed(history, crossings[1]), now, then)
        changes.students += len(batch)
        if not tell(changes.students, len(ids)):
            return None
    return changes


def _look(changes: Changes, has: History, would: History, now: Ground, then: Ground) -> None:
    """One student: what is now, what would be."""
    moves = changes.moves.total() - _stays(changes)
    levels = moves + changes.level_changes
    gains = losses = 0
    for competency in sorted({*has.competencies, *would.competencies}):
        framework = has.framework_of.get(competency) or would.framework_of[competency]
        if framework != now.framework_id:
            continue
        said = has.judged.get(competency)
        before = summarise(has.pieces.get(competency, ()), scale=now.scale, method=now.method)
        after = summarise(would.pieces.get(competency, ()), scale=then.scale, method=then.method)
        was, becomes = effective(before, said, scale=now.scale), effective(after, said, scale=then.scale)
        changes.pairs += 1
        changes.kept += said is not None
        changes.moves[str(was.shape), str(becomes.shape)] += 1
        changes.level_changes += was.shape == becomes.shape and was.held != becomes.held
        gains += bool(set(after.counted) - set(before.counted))
        losses += bool(set(before.counted) - set(after.counted))
    changes.gaining += gains
    changes.gaining_students += gains > 0
    changes.losing_students += losses > 0
    moved = changes.moves.total() - _stays(changes)
    changes.changed_students += moved > moves
    changes.level_students += moved + changes.level_changes > levels


def _stays(changes: Changes) -> int:
    return sum(count for (was, becomes), count in changes.moves.items() if was == becomes)
