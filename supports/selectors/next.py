"""What could come next for a student on one competency: a step of the continuum, a support, an enrichment.

Offered after every recording, the same three for everyone; words, never a number and never an order of students.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.models import Student
from accounts.permissions import Viewer
from assessments.choices import Shape
from assessments.models import MasterySummary, RefreshRequest
from competencies import wording as words
from competencies.choices import WordingKind
from competencies.continuum import Continuum
from competencies.models import Competency
from competencies.nearby import around
from supports.choices import SupportType
from supports.selectors.catalogue import Offer, offers
from supports.selectors.grid import focus_of_student

MOST = 3
FURTHER = frozenset({SupportType.ENRICHMENT, SupportType.ACCELERATION})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that could be worked on next. `is_here`: it is the competency itself, and its next level.

    `before` names what comes first where something is not shown yet; empty when it can begin now.
    """

    public_id: UUID
    name: str
    sentence: str
    is_here: bool
    before: str


@dataclass(frozen=True, slots=True)
class WhatNext:
    """What one student could do next on one competency. `is_pending`: something new is being added up right now."""

    student: UUID
    name: str
    short_name: str
    competency: UUID
    competency_name: str
    shape: str
    steps: list[Step]
    supports: list[Offer]
    further: list[Offer]
    is_pending: bool


def what_next(
    *, viewer: Viewer, students: Sequence[Student], competency: UUID, language: str
) -> dict[int, WhatNext] | None:
    """By student id; None for a competency that does not exist. Ten queries, however many students."""
    row = Competency.objects.filter(public_id=competency).first()
    if row is None:
        return None
    graph = around([row.pk])
    known = words.known(set(graph.order), language=language)
    said = words.sentences(set(graph.order), WordingKind.STUDENT, language=language)
    summaries: dict[int, dict[int, MasterySummary]] = defaultdict(dict)
    for summary in MasterySummary.objects.filter(student__in=students, competency__in=list(graph.order)):
        summaries[summary.student_id][summary.competency_id] = summary
    pending = set(RefreshRequest.objects.filter(student__in=students).values_list("student_id", flat=True))
    catalogue = offers(viewer=viewer, schools={one.school_id for one in students}, competency=row)
    supports = [offer for offer in catalogue if offer.kind not in FURTHER and offer.fits][:MOST]
    further = [offer for offer in catalogue if offer.kind in FURTHER][:MOST]
    found = {}
    for student in students:
        mine = summaries[student.pk]
        here = mine.get(row.pk)
        found[student.pk] = WhatNext(
            student=student.public_id,
            name=student.person.display_name,
            short_name=student.person.short_name,
            competency=row.public_id,
            competency_name=known[row.pk].name,
            shape=here.shape if here else Shape.OPEN.value,
            steps=_steps(row.pk, graph, mine, known, said),
            supports=supports,
            further=further,
            is_pending=student.pk in pending,
        )
    return found


def _steps(
    pk: int,
    graph: Continuum[int],
    mine: dict[int, MasterySummary],
    known: dict[int, words.Known],
    said: dict[tuple[int, Decimal | None], str],
) -> list[Step]:
    """Its own next level while there is one to reach, then what follows; what comes before only where it is open."""
    shown = {competency for competency, summary in mine.items() if summary.is_demonstrated}
    steps = []
    if pk not in shown and (above := _above(mine.get(pk), known[pk].levels)) is not None:
        sentence = said.get((pk, above)) or said.get((pk, None), "")
        steps.append(Step(known[pk].public_id, known[pk].name, sentence, is_here=True, before=""))
    scope = {pk, *graph.predecessors[pk], *graph.successors[pk]} - {pk}
    for step in graph.next_steps(shown, scope=scope, wanted=2):
        if step.node in mine and step.node in graph.successors[pk] and not step.ready:
            continue  # begun already, and what comes before it stands in this list
        names = ", ".join(known[node].name for node in step.unmet)
        sentence = said.get((step.node, None), "")
        steps.append(Step(known[step.node].public_id, known[step.node].name, sentence, is_here=False, before=names))
    return steps[:MOST]


def _above(summary: MasterySummary | None, levels: words.LevelWords) -> Decimal | None:
    """The next level of the scale over what is held; the lowest where nothing is; None at the top."""
    held = summary.held if summary else None
    return next((value for value in levels.words if held is None or value > held), None)


@dataclass(frozen=True, slots=True)
class InFocus:
    """Something that is worked on now, in words for the family."""

    pk: int
    public_id: UUID
    name: str
    branch: str
    sentence: str


def in_focus_for_family(*, viewer: Viewer, student: Student, language: str) -> list[InFocus]:
    """What a student and their classes work on now, in the framework's order. Three queries."""
    ids = focus_of_student(viewer=viewer, student=student)
    known = words.known(ids, language=language)
    said = words.sentences(ids, WordingKind.FAMILY, language=language)
    return [InFocus(pk, row.public_id, row.name, row.parent, said.get((pk, None), "")) for pk, row in known.items()]
