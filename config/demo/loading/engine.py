"""Two judgements that lead what is computed, and one fit of the estimators, so that a visitor finds them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from assessments.models import Fit, TeacherJudgement
from assessments.services import refit
from config.demo.chance import uid
from config.demo.loading.ids import Ids
from config.demo.people import District
from config.demo.recorder import Learning, PiecePlan

JUDGEMENTS = (
    (
        Decimal(3),
        "en",
        "Explained it to two others at the number line, with an example of their own. The worksheets do not show that.",
    ),
    (Decimal(2), "en", "Still leans on the picture each time. I would like to see it once without."),
)


def write_judgements(plan: District, learning: Learning, ids: Ids) -> None:
    """One judgement that goes further than the pieces and one that waits, outside the class a visitor works in."""
    cast = set(plan.cast.values())
    shown = {child for section in plan.classes if section.key == plan.demo_class for child in section.students}
    newest: dict[tuple[str, str], list[PiecePlan]] = defaultdict(list)
    for piece in learning.pieces:
        if piece.kind != "self" and piece.child not in cast | shown and piece.day > plan.today - timedelta(days=40):
            newest[piece.child, piece.code].append(piece)
    seen: dict[str, PiecePlan] = {}
    for (child, _code), pieces in sorted(newest.items()):
        if len(pieces) > 1:
            seen.setdefault(child, pieces[-1])
    TeacherJudgement.objects.bulk_create(
        TeacherJudgement(
            public_id=uid(plan.seed, "judgement", piece.child),
            key=uid(plan.seed, "judgement-key", piece.child),
            student_id=ids.students[piece.child],
            competency_id=ids.competencies[piece.code],
            level=level,
            reason=reason,
            language=language,
            judged_on=piece.day,
            judged_by_id=ids.persons[piece.author],
            recorded_at=piece.recorded_at + timedelta(hours=1),
        )
        for piece, (level, language, reason) in zip(seen.values(), JUDGEMENTS, strict=False)
    )


def write_fit(plan: District) -> None:
    """The fit of last night. Everybody is in line anyway when this is called."""
    made = refit(by=None)
    if made is not None:
        Fit.objects.filter(pk=made.pk).update(public_id=uid(plan.seed, "fit"), report={**made.report, "seconds": 0.0})
