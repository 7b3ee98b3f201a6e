"""What was seen and said of students: counted pieces and standing judgements, today or as of a past moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.statements import run
from assessments.mastery import Piece
from assessments.mastery.judged import PersonsJudgement


@dataclass(frozen=True, slots=True)
class History:
    """Counted pieces of one student by competency, with the database id of each evidence by its piece's key.

    `framework_of` names the framework of every competency that any student read along has something on. `judged` are
    the judgements of people that stand, by competency. `carried` are keys of pieces that were recorded on another
    competency and count on this one too (`crossings.crossed`).
    """

    pieces: Mapping[int, list[Piece]]
    ids: Mapping[str, int]
    sections: Mapping[str, int | None]
    framework_of: Mapping[int, int]
    judged: Mapping[int, PersonsJudgement] = field(default_factory=dict)
    carried: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def competencies(self) -> list[int]:
        """Everything there is something about, in order of id."""
        return sorted(self.pieces.keys() | self.judged.keys())


# Whose: the students asked for and the records merged into them. One statement for pieces and judgements: a second
# question would cost the one teacher who waits as much as the answer.
_HISTORY = """
WITH whom AS MATERIALIZED (
    SELECT id, coalesce(alias_of_id, id) AS stayed FROM accounts_student
    WHERE id = ANY(%s::bigint[]) OR alias_of_id = ANY(%s::bigint[]))
SELECT s.stayed, e.competency_id, c.framework_id, e.order_key::text, e.observed_on, e.value, e.context, e.task_key,
       coalesce(e.rater_id, 0), e.recorded_at, e.id, e.section_id, e.sub_skill, false
FROM whom s
JOIN assessments_evidence e ON e.student_id = s.id
JOIN competencies_competency c ON c.id = e.competency_id
WHERE e.value IS NOT NULL AND e.is_accepted AND e.kind <> 'self' AND {counted}
UNION ALL
SELECT s.stayed, j.competency_id, c.framework_id, '', j.judged_on, j.level, '', '', j.judged_by_id, j.recorded_at, j.id,
       NULL, '', true
FROM whom s
JOIN assessments_teacherjudgement j ON j.student_id = s.id
JOIN competencies_competency c ON c.id = j.competency_id
WHERE {standing}
"""
_NOW = _HISTORY.format(
    counted="e.withdrawn_at IS NULL AND e.superseded_at IS NULL",
    standing="j.ended_at IS NULL",
)
# A correction, a withdrawal, an acceptance or an end that came later had not happened yet.
_BEFORE = _HISTORY.format(
    counted="""e.recorded_at < %s AND (e.withdrawn_at IS NULL OR e.withdrawn_at >= %s)
        AND (e.superseded_at IS NULL OR e.superseded_at >= %s)
        AND NOT (e.kind IN ('family', 'partner') AND EXISTS (
            SELECT FROM accounts_auditevent a WHERE a.subject_type = 'evidence' AND a.subject_id = e.public_id::text
              AND a.action = 'evidence.accept' AND a.occurred_at >= %s))""",
    standing="j.recorded_at < %s AND (j.ended_at IS NULL OR j.ended_at >= %s)",
)


def histories(student_ids: Sequence[int], *, before: datetime | None = None) -> dict[int, History]:
    """All counted pieces and standing judgements of these students, those of merged records included. One query.

    A piece's key is its order key: a correction keeps the place of what it corrects. With `before`, only what was
    known just before that moment. Two merged records may each carry a judgement: the newer one stands.
    """
    ids = list(student_ids)
    rows = run(_NOW, [ids, ids]) if before is None else run(_BEFORE, [ids, ids, *[before] * 6])
    framework_of: dict[int, int] = {}
    pieces: dict[int, dict[int, list[Piece]]] = {s: defaultdict(list) for s in ids}
    known: dict[int, dict[str, int]] = {s: {} for s in ids}
    sections: dict[int, dict[str, int | None]] = {s: {} for s in ids}
    judged: dict[int, dict[int, PersonsJudgement]] = {s: {} for s in ids}
    for row in rows:
        student, competency, framework, key, day, value, context, task, rater, recorded_at, pk, section, part, said = (
            row
        )
        if student not in pieces:
            continue
        framework_of[competency] = framework
        if said:
            mine = PersonsJudgement(pk, value, day, recorded_at, rater)
            other = judged[student].get(competency)
            if other is None or (mine.recorded_at, mine.id) > (other.recorded_at, other.id):
                judged[student][competency] = mine
            continue
        pieces[student][competency].append(Piece(key, day, value, context, task, rater, recorded_at, part))
        known[student][key] = pk
        sections[student][key] = section
    return {s: History(pieces[s], known[s], sections[s], framework_of, judged[s]) for s in ids}
