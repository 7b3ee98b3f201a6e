"""Results of other systems as they arrive, a few at a time: stored, corrected, taken back; all of a request or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Permission, Viewer, can
from accounts.permitted import permitted_students
from accounts.statements import run
from assessments.choices import Context, EvidenceKind
from assessments.imports.messages import Result
from assessments.imports.problems import Code
from assessments.imports.values import level_of
from assessments.imports_wording import message
from assessments.models import Evidence
from assessments.services.evidence import date_problem
from assessments.services.imports.staging import TAKEN_BACK
from assessments.services.requests import request_refresh


class Outcome(StrEnum):
    """What became of a result."""

    STORED = "stored"
    SAME = "same"
    CORRECTED = "corrected"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Kept:
    """A result, what became of it, and the piece it is now."""

    source_id: str
    outcome: Outcome
    public_id: UUID


class ResultsError(ValueError):
    """Nothing was saved. `problems` maps the place of each result in the request to what to change."""

    def __init__(self, problems: dict[int, str], *, conflict: bool = False) -> None:
        super().__init__(next(iter(problems.values()), ""))
        self.problems = problems
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class _Stands:
    """How the piece of a (source, source id) stands now, at the end of its corrections."""

    pk: int
    public_id: UUID
    student_id: int
    whose: int
    competency_id: int
    value: Decimal | None
    observed_on: Any
    context: str
    is_withdrawn: bool
    by_hand: bool
    recorded_by_id: int


def record_results(*, by: Viewer, results: Sequence[Result]) -> list[Kept]:
    """Store results in one transaction; the same order comes back.

    Whoever may import does so for every student, everyone else for those they may record evidence for, and corrects
    only what came through themselves. Raises ResultsError (nothing saved).
    """
    if not results:
        return []
    everyone = can(by, Permission.IMPORT_EVIDENCE).allowed
    problems: dict[int, str] = {}
    keys = [(one.source, one.source_id) for one in results]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            problems[place] = _("Two results of one request carry the same id.")
    students = _students(by, results, everyone=everyone)
    competencies = _competencies(results)
    with transaction.atomic():
        found = [students.get(place) for place in range(len(results))]
        request_refresh([pk for pk in found if pk is not None])  # first their places in line: one order for all
        there = _standing(keys)
        _more = {
            there[key].whose for one, key in zip(results, keys, strict=True) if one.is_gone and key in there
        } - set(found)
        request_refresh(_more)
        plans: list[tuple[int, Result, int, int, Decimal | None]] = []
        conflict = False
        for place, (one, key) in enumerate(zip(results, keys, strict=True)):
            old = there.get(key)
            if one.is_gone:
                problem = _gone_problem(by, old, everyone)
                if not problem and old is not None and not everyone and not _is_permitted(by, old.whose):
                    problem = _("Nothing is stored under this id.")
            else:
                problem, value = _problem(by, one, found[place], competencies.get(place))
                if not problem:
                    about = competencies[place][0]
                    plans.append((place, one, found[place] or 0, about, value))
                    problem = _conflict(by, old, one, found[place], about, value, everyone)
                    conflict = conflict or (bool(problem) and one.is_fixed)
            if problem:
                problems.setdefault(place, problem)
        if problems:
            raise ResultsError(problems, conflict=conflict)
        kept = _write(by, plans, keys, there)
        kept |= _withdraw(by, results, keys, there)
    return [kept[place] for place in range(len(results))]


# ------------------------------------------------------------------ what a result stands on


def _students(by: Viewer, results: Sequence[Result], *, everyone: bool) -> dict[int, int]:
    """The student of each result, where this viewer may store for them."""
    places, sources, names = [], [], []
    for place, one in enumerate(results):
        for source, name in one.students:
            places.append(place)
            sources.append(source)
            names.append(name[:255])
    if not places:
        return {}
    policy, values = (("SELECT id FROM accounts_student", []) if everyone else
                      permitted_students(by, Permission.RECORD_EVIDENCE))  # fmt: skip
    rows = run(
        f"""
        WITH said AS MATERIALIZED (
            SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY AS s(place, source, name, n)),
        person AS (
            SELECT said.place, said.n, s.id FROM said
            JOIN accounts_personidentifier i ON i.source = said.source AND i.source_id = said.name
            JOIN accounts_student s ON s.person_id = i.person_id WHERE said.source <> ''
            UNION ALL
            SELECT said.place, said.n, s.id FROM said JOIN accounts_student s ON s.public_id::text = lower(said.name)
            WHERE said.source = ''),
        kept AS (
            SELECT p.place, p.n, coalesce(s.alias_of_id, s.id) AS id FROM person p
            JOIN accounts_student s ON s.id = p.id)
        SELECT DISTINCT ON (k.place) k.place, k.id FROM kept k JOIN accounts_student s ON s.id = k.id AND s.is_active
        WHERE k.id IN ({policy}) ORDER BY k.place, k.n
        """,  # noqa: S608 - the policy's text is put together by Django; its values are parameters
        [places, sources, names, *values],
    )
    return {int(place): int(pk) for place, pk in rows}


def _competencies(results: Sequence[Result]) -> dict[int, tuple[int, list[Decimal]]]:
    """The competency each result is about, with the levels of its scale: the first candidate that is in use."""
    places, names = [], []
    for place, one in enumerate(results):
        for name in one.competencies:
            places.append(place)
            names.append(name)
    if not places:
        return {}
    rows = run(
        """
        WITH said AS MATERIALIZED (
            SELECT * FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS s(place, name, n)),
        open_ones AS (
            SELECT c.id, c.source_id, c.source_uri, c.public_id, f.scale_id FROM competencies_competency c
            JOIN competencies_framework f ON f.id = c.framework_id WHERE c.retired_at IS NULL AND c.is_assessable),
        found AS (
            SELECT said.place, said.n, c.id, c.scale_id FROM said JOIN open_ones c ON c.source_uri = said.name
            UNION ALL
            SELECT said.place, said.n, c.id, c.scale_id FROM said
            JOIN open_ones c ON lower(c.source_id) = lower(regexp_replace(said.name, '^urn:uuid:', ''))
            UNION ALL
            SELECT said.place, said.n, c.id, c.scale_id FROM said
            JOIN open_ones c ON c.public_id::text = lower(regexp_replace(said.name, '^urn:uuid:', '')))
        SELECT DISTINCT ON (place) place, id,
            ARRAY(SELECT l.value FROM competencies_level l WHERE l.scale_id = found.scale_id ORDER BY l.value)
        FROM found ORDER BY place, n, id
        """,
        [places, names],
    )
    return {int(place): (int(pk), list(levels)) for place, pk, levels in rows}


def _standing(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], _Stands]:
    rows = run(
        """
        WITH RECURSIVE chain AS (
            SELECT e.source AS its_source, e.source_id AS its_id, e.* FROM assessments_evidence e
            JOIN unnest(%s::text[], %s::text[]) AS k(source, source_id)
              ON e.source = k.source AND e.source_id = k.source_id AND e.source_id <> ''
            UNION ALL
            SELECT c.its_source, c.its_id, n.* FROM chain c JOIN assessments_evidence n ON n.supersedes_id = c.id
            WHERE c.superseded_at IS NOT NULL)
        SELECT c.its_source, c.its_id, c.id, c.public_id, c.student_id, coalesce(s.alias_of_id, s.id),
            c.competency_id, c.value, c.observed_on, c.context, c.withdrawn_at IS NOT NULL,
            c.source <> c.its_source OR c.withdrawn_at IS NOT NULL AND c.withdrawal_reason <> %s, c.recorded_by_id
        FROM chain c JOIN accounts_student s ON s.id = c.student_id WHERE c.superseded_at IS NULL
        """,
        [[source for source, _id in keys], [one for _source, one in keys], TAKEN_BACK],
    )
    return {(source, one): _Stands(*rest) for source, one, *rest in rows}


def _is_permitted(by: Viewer, student_id: int) -> bool:
    policy, values = permitted_students(by, Permission.RECORD_EVIDENCE)
    return bool(run(f"SELECT 1 FROM ({policy}) p(id) WHERE p.id = %s", [*values, student_id]))  # noqa: S608 - as above


# ------------------------------------------------------------------ what is wrong with it


def _problem(
    by: Viewer, one: Result, student: int | None, about: tuple[int, list[Decimal]] | None
) -> tuple[str, Decimal | None]:
    if not one.source_id or len(one.source_id) > 255 or not one.source or len(one.source) > 120:
        return _("Each result has a source and an id there."), None
    if student is None:
        return _("No student you may store results for has this id."), None
    if about is None:
        return message(Code.COMPETENCY_UNKNOWN.value).what, None
    if one.observed_on is None:
        return message(Code.DAY_BLANK.value).what, None
    if problem := date_problem(one.observed_on, by.today):
        return problem, None
    if one.context not in Context.values:
        return _("Choose one of the contexts of the list."), None
    if one.score is None:
        return _("This result carries no score."), None
    value = level_of(one.score, low=one.low, high=one.high, levels=about[1])
    if isinstance(value, Code):
        return message(value.value).what, None
    return "", value


def _conflict(
    by: Viewer, old: _Stands | None, one: Result, student: int | None, about: int, value: Decimal | None, everyone: bool
) -> str:
    if old is None:
        return ""
    if (old.whose, old.competency_id) != (student, about):
        return message(Code.ID_OF_ANOTHER.value).what
    same = (old.value, old.observed_on) == (value, one.observed_on)
    if old.by_hand and not same:
        return message(Code.KEPT_BY_HAND.value).what
    if one.is_fixed and (not same or old.is_withdrawn):
        return _("This id was used for something else before. An id always means the same.")
    if not same and not everyone and old.recorded_by_id != by.person_id:
        return _("This result came from somebody else. Only they correct it.")
    return ""


def _gone_problem(by: Viewer, old: _Stands | None, everyone: bool) -> str:
    if old is None:
        return _("Nothing is stored under this id.")
    if not everyone and old.recorded_by_id != by.person_id:
        return _("This result came from somebody else. Only they take it back.")
    return ""


# ------------------------------------------------------------------ writing


def _write(
    by: Viewer,
    plans: Sequence[tuple[int, Result, int, int, Decimal | None]],
    keys: Sequence[tuple[str, str]],
    there: dict[tuple[str, str], _Stands],
) -> dict[int, Kept]:
    kept: dict[int, Kept] = {}
    rows: list[Evidence] = []
    old_ones: list[int] = []
    for place, one, student, about, value in sorted(plans, key=lambda plan: (plan[2], plan[0])):
        old = there.get(keys[place])
        same_day = old is not None and (old.value, old.observed_on) == (value, one.observed_on)
        if old is not None and same_day and (not old.is_withdrawn or old.by_hand):
            kept[place] = Kept(one.source_id, Outcome.SAME, old.public_id)
            continue
        key = uuid.uuid4()
        row = Evidence(
            key=key,
            order_key=key,
            student_id=student if old is None else old.student_id,
            competency_id=about,
            kind=EvidenceKind.RESULT,
            value=value,
            context=one.context or (old.context if old is not None else Context.UNKNOWN),
            task_key=f"{one.source}:{one.source_id}"[:120],
            task_title=one.title[:200],
            observed_on=one.observed_on or by.today,
            recorded_by_id=by.actor_id,
            source=one.source,
            source_id="" if old is not None else one.source_id,
            supersedes_id=None if old is None else old.pk,
        )
        rows.append(row)
        if old is not None:
            old_ones.append(old.pk)
        outcome = Outcome.STORED if old is None else Outcome.CORRECTED
        kept[place] = Kept(one.source_id, outcome, row.public_id)
    if old_ones:
        orders = dict(Evidence.objects.filter(pk__in=old_ones).values_list("pk", "order_key"))
        for row in rows:
            if row.supersedes_id is not None:
                row.order_key = orders[row.supersedes_id]
        Evidence.objects.filter(pk__in=old_ones).update(superseded_at=timezone.now())
    Evidence.objects.bulk_create(rows)
    for action, chosen in (
        ("evidence.record", [row for row in rows if row.supersedes_id is None]),
        ("evidence.correct", [row for row in rows if row.supersedes_id is not None]),
    ):
        if chosen:
            audit.record(
                by=by.person_id,
                action=action,
                subject_type="evidence",
                subject_id=chosen[0].public_id if len(chosen) == 1 else "",
                students=[row.student_id for row in chosen],
                details={"source": chosen[0].source, "new": [str(row.public_id) for row in chosen]},
            )
    return kept


def _withdraw(
    by: Viewer, results: Sequence[Result], keys: Sequence[tuple[str, str]], there: dict[tuple[str, str], _Stands]
) -> dict[int, Kept]:
    kept: dict[int, Kept] = {}
    gone: list[_Stands] = []
    for place, one in enumerate(results):
        if one.is_gone:
            old = there[keys[place]]
            kept[place] = Kept(one.source_id, Outcome.SAME if old.is_withdrawn else Outcome.TAKEN_BACK, old.public_id)
            if not old.is_withdrawn:
                gone.append(old)
    if gone:
        Evidence.objects.filter(pk__in=[old.pk for old in gone]).update(
            withdrawn_at=timezone.now(), withdrawn_by_id=by.actor_id, withdrawal_reason=TAKEN_BACK
        )
        audit.record(
            by=by.person_id,
            action="evidence.withdraw",
            subject_type="evidence",
            subject_id=gone[0].public_id if len(gone) == 1 else "",
            students=[old.student_id for old in gone],
            reason=TAKEN_BACK,
            details={"pieces": [str(old.public_id) for old in gone]},
        )
    return kept
