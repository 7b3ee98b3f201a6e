"""What would change if a framework were judged in another way: counted over everybody, stored nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.statements import run
from assessments.mastery import effective, summarise
from assessments.recompute.grounds import Ground
from assessments.recompute.histories import histories

BATCH = 400


@dataclass(slots=True)
class Changes:
    """Pairs of student and competency, by the shape they have and the shape they would have; counts only.

    `kept` are pairs where a person's judgement leads, `students` everybody looked at, `changed_students` those for
    whom at least one shape would differ, `level_changes` pairs whose level would differ while the shape stays.
    """

    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: int = 0
    kept: int = 0
    level_changes: int = 0
    students: int = 0
    changed_students: int = 0


def students_on(framework_id: int) -> list[int]:
    """Ids of everybody with evidence or a judgement on this framework, of merged records the one that stayed."""
    rows = run(
        """
        SELECT DISTINCT coalesce(s.alias_of_id, s.id) FROM accounts_student s
        JOIN (SELECT e.student_id FROM assessments_evidence e
              JOIN competencies_competency c ON c.id = e.competency_id AND c.framework_id = %s
              UNION SELECT j.student_id FROM assessments_teacherjudgement j
              JOIN competencies_competency c ON c.id = j.competency_id AND c.framework_id = %s) seen
          ON seen.student_id = s.id
        ORDER BY 1
        """,
        [framework_id, framework_id],
    )
    return [student for (student,) in rows]


def preview(*, now: Ground, then: Ground, tell: Callable[[int, int], bool]) -> Changes | None:
    """Every pair of the framework judged both ways, in batches of students. None when `tell` says to stop.

    `tell(done, total)` is asked after each batch.
    """
    changes = Changes()
    ids = students_on(now.framework_id)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        for history in histories(batch).values():
            before = changes.moves.total() - _stays(changes)
            for competency in history.competencies:
                if history.framework_of[competency] != now.framework_id:
                    continue
                pieces, said = history.pieces.get(competency, ()), history.judged.get(competency)
                was = effective(summarise(pieces, scale=now.scale, method=now.method), said, scale=now.scale)
                becomes = effective(summarise(pieces, scale=then.scale, method=then.method), said, scale=then.scale)
                changes.pairs += 1
                changes.kept += said is not None
                changes.moves[str(was.shape), str(becomes.shape)] += 1
                changes.level_changes += was.shape == becomes.shape and was.held != becomes.held
            changes.changed_students += changes.moves.total() - _stays(changes) > before
        changes.students += len(batch)
        if not tell(changes.students, len(ids)):
            return None
    return changes


def _stays(changes: Changes) -> int:
    return sum(count for (was, becomes), count in changes.moves.items() if was == becomes)
