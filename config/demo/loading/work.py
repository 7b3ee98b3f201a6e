"""Work of the demonstration teacher's class: a garden bed judged blind by two, and a project students judge too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.choices import RelationshipKind
from accounts.models import Relationship
from assessments.choices import EvidenceKind, ModerationReason, ScoringKind
from assessments.marking import by_competency, lower_median
from assessments.models import (
    Assignment,
    Criterion,
    CriterionScore,
    Evidence,
    InstrumentVersion,
    Moderation,
    Scoring,
    Submission,
)
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import ClassPlan, District

SAID = (
    "Our bed is 3 steps long and 2 wide. Beans go to the fence, because they climb.",
    "I drew every square and counted them twice. We need 24 plants.",
    "First I wanted corn, but it makes shade. Now corn stands in the north.",
    "I measured with my feet and then with the tape. The tape was better.",
    "We planned a path so that nobody steps on the roots.",
    "The bed is 6 squares by 4 squares. I left two free for flowers.",
    "I asked my grandmother how far apart tomatoes stand.",
    "I tried three plans. The last one uses all the space.",
)
NOTES = (
    "Says why the beans stand at the fence.",
    "Counts twice and explains both ways.",
    "Changed the plan and says what was learned from it.",
)
PROUD = "The drawing came out well, I think. Next time I begin with measuring."
# levels of the two, criterion by criterion; the second pair differs on the first
PAIRS = (((3, 3, 2, 2), (3, 3, 2, 2)), ((2, 3, 3, 3), (4, 3, 3, 3)))


def write_work(plan: District, content: Content, ids: Ids) -> None:
    """Two works of the class: handed in with own views, judged by one, by two blind, one waiting, one to talk about."""
    zone = ZoneInfo(content.people.time_zone)
    demo = next(one for one in plan.classes if one.key == plan.demo_class)
    second = next(
        (
            one.teachers[0]
            for one in plan.classes_of("current")
            if one.school == demo.school and not set(one.teachers) & set(demo.teachers)
        ),
        None,
    )
    rows = _Rows(plan, demo, ids, zone)
    garden = rows.assignment("garden-bed", "A bed for the school garden", ago=9, is_blind=True)
    project = rows.assignment("my-project", "How did my project go?", ago=5, is_blind=False)
    if garden is None or project is None:
        return
    teacher = demo.teachers[0]
    children = demo.students
    for number, child in enumerate(children[: len(SAID)]):
        work = rows.submission(garden, child, SAID[number], ago=6, group=("Beans", "Corn")[number % 2])
        if number % 2 == 0:
            rows.judgement(work, child, (3, 3, 2, 3), ago=6, kind=ScoringKind.SELF, note=PROUD)
        if number < len(PAIRS) and second is not None:
            mine, theirs = PAIRS[number]
            rows.judgement(work, teacher, mine, ago=3, note=NOTES[number])
            rows.judgement(work, second, theirs, ago=2, asked_by=teacher)
        elif number == len(PAIRS):
            rows.judgement(work, teacher, (3, 2, 3, 3), ago=1, note=NOTES[2], counts=False)
            if second is not None:
                rows.invitation(work, child, second, teacher)
    for number, child in enumerate(children[:7]):
        work = rows.submission(project, child, SAID[-1 - number], ago=2)
        rows.judgement(work, child, (3, 2 + number % 2), ago=2, kind=ScoringKind.SELF, note=PROUD)
        if number < 3:
            rows.judgement(work, teacher, (3, 3), ago=1, note=NOTES[number])
    rows.write()


class _Rows:
    """Collects rows and writes each kind at once, parents first."""

    def __init__(self, plan: District, demo: ClassPlan, ids: Ids, zone: ZoneInfo) -> None:
        self.plan, self.demo, self.ids, self.zone = plan, demo, ids, zone
        self.assignments: list[Assignment] = []
        self.criteria: dict[int, list[Criterion]] = {}
        self.submissions: list[Submission] = []
        self.scorings: list[Scoring] = []
        self.scores: list[CriterionScore] = []
        self.evidence: list[Evidence] = []
        self.talks: list[Moderation] = []
        self.links: list[Relationship] = []

    def assignment(self, key: str, title: str, *, ago: int, is_blind: bool) -> Assignment | None:
        """One work; None where the library does not hold its instrument."""
        version = InstrumentVersion.objects.filter(public_id=uid(self.plan.seed, "instrument", key, 1)).first()
        if version is None:
            return None
        row = Assignment(
            public_id=uid(self.plan.seed, "assignment", key),
            key=uid(self.plan.seed, "assignment-key", key),
            version=version,
            section_id=self.ids.sections[self.demo.key],
            title=title,
            language="en",
            opens_on=self._day(ago),
            due_on=self._day(-3),
            is_blind=is_blind,
            created_by_id=self.ids.persons[self.demo.teachers[0]],
            created_at=self._at(ago),
        )
        self.criteria[version.pk] = list(version.criteria.order_by("position", "pk"))
        self.assignments.append(row)
        return row

    def submission(self, work: Assignment, child: str, text: str, *, ago: int, group: str = "") -> Submission:
        """What a child handed in."""
        row = Submission(
            public_id=uid(self.plan.seed, "submission", work.title, child),
            assignment=work,
            student_id=self.ids.students[child],
            group_name=group,
            text=text,
            language="en",
            submitted_at=self._at(ago),
            submitted_by_id=self.ids.persons[child],
            changed_at=self._at(ago),
        )
        self.submissions.append(row)
        return row

    def judgement(
        self,
        work: Submission,
        who: str,
        levels: Sequence[int],
        *,
        ago: int,
        kind: ScoringKind = ScoringKind.TEACHER,
        note: str = "",
        counts: bool = True,
        asked_by: str | None = None,
    ) -> None:
        """A finished look at a work, and the evidence it became; the second of a pair opens a talk on what differs."""
        row = self._scoring(work, who, kind=kind, note=note, asked_by=asked_by)
        row.finished_at = self._at(ago)
        criteria = self.criteria[work.assignment.version_id]
        given = [(criterion, Decimal(value)) for criterion, value in zip(criteria, levels, strict=True)]
        pieces: dict[int, Evidence] = {}
        if counts:
            values = by_competency([(criterion.competency_id, value) for criterion, value in given])
            pieces = {pk: self._piece(work, who, pk, lower_median(found), row) for pk, found in values.items()}
            self.evidence += pieces.values()
        self.scores += [
            CriterionScore(scoring=row, criterion=c, value=v, evidence=pieces.get(c.competency_id)) for c, v in given
        ]
        if asked_by is not None:
            self._talk(work, pieces)

    def invitation(self, work: Submission, child: str, who: str, asked_by: str) -> None:
        """A colleague was asked and has not begun."""
        self._scoring(work, who, asked_by=asked_by)
        self.links.append(
            Relationship(
                person_id=self.ids.persons[who],
                student_id=self.ids.students[child],
                kind=RelationshipKind.RATER,
                starts_on=self._day(1),
                ends_on=self._day(-20),
            )
        )

    def write(self) -> None:
        """Everything, kind by kind."""
        for model, rows in (
            (Assignment, self.assignments),
            (Submission, self.submissions),
            (Scoring, self.scorings),
            (Evidence, self.evidence),
            (CriterionScore, self.scores),
            (Moderation, self.talks),
            (Relationship, self.links),
        ):
            model._default_manager.bulk_create(rows)  # type: ignore[arg-type]

    def _scoring(
        self,
        work: Submission,
        who: str,
        *,
        kind: ScoringKind = ScoringKind.TEACHER,
        note: str = "",
        asked_by: str | None = None,
    ) -> Scoring:
        row = Scoring(
            public_id=uid(self.plan.seed, "scoring", work.public_id, who),
            submission=work,
            rater_id=self.ids.persons[who],
            kind=kind,
            note=note,
            language="en",
            invited_by_id=None if asked_by is None else self.ids.persons[asked_by],
            invited_until=None if asked_by is None else self._day(-19),
            started_at=self._at(4),
        )
        self.scorings.append(row)
        return row

    def _piece(self, work: Submission, who: str, competency: int, value: Decimal, row: Scoring) -> Evidence:
        code = next(code for code, pk in self.ids.competencies.items() if pk == competency)
        key = uid(self.plan.seed, "work-evidence", row.public_id, code)
        assert row.finished_at is not None
        assert work.submitted_at is not None
        return Evidence(
            public_id=uid(self.plan.seed, "work-evidence-id", row.public_id, code),
            key=key,
            order_key=key,
            student_id=work.student_id,
            competency_id=competency,
            section_id=work.assignment.section_id,
            kind=EvidenceKind.SELF if row.kind == ScoringKind.SELF else EvidenceKind.TEACHER,
            value=value,
            context=work.assignment.version.context,
            task_key=f"work:{work.assignment.public_id}",
            task_title=work.assignment.title,
            note=row.note,
            observed_on=work.submitted_at.date(),
            recorded_at=row.finished_at,
            recorded_by_id=self.ids.persons[who],
            rater_id=self.ids.persons[who],
            instrument=work.assignment.version,
        )

    def _talk(self, work: Submission, theirs: dict[int, Evidence]) -> None:
        for piece in self.evidence:
            other = theirs.get(piece.competency_id)
            if (
                other is None
                or other is piece
                or piece.kind != EvidenceKind.TEACHER
                or (piece.student_id, piece.task_key) != (work.student_id, other.task_key)
                or piece.value is None
                or other.value is None
                or abs(piece.value - other.value) < 1
            ):
                continue
            self.talks.append(
                Moderation(
                    public_id=uid(self.plan.seed, "moderation", work.public_id, piece.competency_id),
                    submission=work,
                    competency_id=piece.competency_id,
                    because=ModerationReason.DIFFER,
                    opened_at=other.recorded_at,
                )
            )

    def _day(self, ago: int) -> date:
        return self.plan.today - timedelta(days=ago)

    def _at(self, ago: int) -> datetime:
        return datetime.combine(self._day(ago), time(14), self.zone)
