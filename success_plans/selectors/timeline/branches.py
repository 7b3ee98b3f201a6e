"""Where the entries of the running record come from: a branch for each kind, all in one shape.

A branch yields (kind, at, ref) for the union that orders and cuts the record, and its columns as JSON for the entries
that are shown. Whoever adds a kind adds a branch here and its words in `wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Least, TruncWeek
from django.utils.translation import get_language

from accounts.choices import GuardianBlock, SensitiveDomain
from accounts.households import household_of
from assessments.choices import EvidenceKind
from assessments.models import Evidence
from competencies.choices import WordingKind
from competencies.models import Wording
from success_plans.choices import OPENED_BY, Audience, FindingArea, GoalState, MeetingState, NeedState, Subject
from success_plans.models import (
    Agreement,
    Amendment,
    CheckIn,
    ContactAttempt,
    Decision,
    EntryFinding,
    Goal,
    Meeting,
    Need,
    PlanStatement,
    PlanVersion,
    ReviewEntry,
)
from success_plans.selectors.closeness import closed_goals
from success_plans.selectors.open_meetings import of_own_home
from success_plans.selectors.timeline.reader import Reader
from supports.choices import SessionState, SupportState, SupportType
from supports.models import ReferralEvent, Support, SupportSession

FINDING_OPENED_BY: dict[str, str] = {
    FindingArea.WELLBEING: SensitiveDomain.WELLBEING,
    FindingArea.HEALTH: SensitiveDomain.HEALTH,
    FindingArea.BASIC: SensitiveDomain.FAMILY,
}
SUPPORT_OPENED_BY: dict[str, str] = {SupportType.COUNSELLING: SensitiveDomain.WELLBEING}

NeedEvent: Any = Need.pgh_event_model  # type: ignore[attr-defined]

Rows = QuerySet[Any]
Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of entry. `owner` is the column of the person to ask when an entry is closed to the reader."""

    number: int
    kind: str
    group: str
    subject: str
    subject_id: str
    rows: Callable[[Reader], Rows]
    at: Any
    columns: Columns
    owner: str
    closed: Callable[[Reader], Q] | None = None
    block: str = ""
    is_day: bool = False
    ref: Any = F("pk")


def noon(column: str) -> Func:
    """A date as the moment at noon of that day in the district."""
    return Func(
        F(column),
        Value(settings.TIME_ZONE),
        template="(%(expressions)s)",
        arg_joiner=" + time '12:00') AT TIME ZONE (",
        output_field=DateTimeField(),
    )


def _closed_to(reader: Reader, column: str, opened_by: Mapping[str, str]) -> Q:
    shut = [value for value, domain in opened_by.items() if domain not in reader.domains]
    return Q(**{f"{column}__in": shut})


def _too_close(reader: Reader) -> Q:
    return Q(pk__in=[]) if reader.is_close else Q(audience=Audience.CLOSE)


def _need_closed(reader: Reader) -> Q:
    return (_closed_to(reader, "domain", OPENED_BY) | _too_close(reader)) & ~Q(author=reader.viewer.person_id)


def _goal_closed(reader: Reader) -> Q:
    return closed_goals(reader.domains, reader.viewer.person_id)


def _support_closed(path: str) -> Callable[[Reader], Q]:
    def closed(reader: Reader) -> Q:
        if reader.domains.issuperset(SUPPORT_OPENED_BY.values()):
            return Q()  # a condition nothing meets would become a constant, which rows by week cannot be grouped by
        mine = Q(**{f"{path}owner": reader.viewer.person_id}) | Q(**{f"{path}provider_person": reader.viewer.person_id})
        return _closed_to(reader, f"{path}type", SUPPORT_OPENED_BY) & ~mine

    return closed


def _words_closed(reader: Reader) -> Q:
    mine = Q(author=reader.viewer.person_id) | Q(scribe=reader.viewer.person_id)
    return _too_close(reader) & ~mine


def _of_plan(model: Any, author: str = "author") -> Callable[[Reader], Rows]:
    def rows(reader: Reader) -> Rows:
        found: Rows = model.objects.filter(plan__student=reader.student)
        return found.exclude(**{f"{author}__in": reader.others}) if reader.others else found

    return rows


def _supports(reader: Reader, path: str = "") -> Q:
    is_here = Q(**{f"{path}student": reader.student})
    if reader.reads_drafts:
        return is_here
    shared = Q(**{f"{path}shared_at__isnull": False})
    return is_here & (shared if reader.is_family else shared | Q(**{f"{path}owner": reader.viewer.person_id}))


def _changed_needs(reader: Reader) -> Rows:
    rows: Rows = NeedEvent.objects.filter(pgh_obj__plan__student=reader.student).exclude(text=F("pgh_obj__text"))
    return rows.exclude(author__in=reader.others) if reader.others else rows


def _first(reader: Reader, *, is_shown: bool) -> Rows:
    """The first piece of each competency, at all or at the level everybody aims for."""
    pieces = Evidence.objects.filter(
        Q(student=reader.student) | Q(student__alias_of=reader.student),
        Q(kind=EvidenceKind.TEACHER) | Q(is_accepted=True, kind=EvidenceKind.RESULT),
        withdrawn_at__isnull=True,
        superseded_at__isnull=True,
    )
    order = ("competency_id", "observed_on", "order_key")
    shown = pieces.filter(value__gte=F("competency__framework__target")).order_by(*order).distinct("competency_id")
    if is_shown:
        return Evidence.objects.filter(pk__in=shown.values("pk"))
    seen = pieces.order_by(*order).distinct("competency_id")
    return Evidence.objects.filter(pk__in=seen.values("pk")).exclude(pk__in=shown.values("pk"))


def _contacts(reader: Reader) -> Rows:
    rows = ContactAttempt.objects.filter(student=reader.student)
    if not reader.is_guardian:
        return rows
    same = Q(household=household_of(reader.viewer, reader.student))
    return rows.filter(same | Q(guardian=reader.viewer.person_id)).exclude(guardian__in=reader.others)


def _meetings(reader: Reader) -> QuerySet[Meeting]:
    own = of_own_home(viewer=reader.viewer, student=reader.student, strangers=reader.others)
    return Meeting.objects.filter(own, plan__student=reader.student)


def _week_of(reader: Reader) -> Rows:
    return (
        SupportSession.objects.filter(_supports(reader, "support__"), undone_at__isnull=True)
        .annotate(week=TruncWeek("held_on"))
        .values("support_id", "week")
        .annotate(last=Max("held_on"))
    )


def _name_of_competency(path: str) -> Any:
    """The competency's name in the reader's language, else in its own; no query of its own."""
    named = Wording.objects.filter(
        competency=OuterRef(path), kind=WordingKind.NAME, level__isnull=True, language=get_language() or "en"
    )
    return Func(named.values("text")[:1], F(f"{path}__name"), function="COALESCE")


_DISPLAY = {"title": "support__title", "wordings": "support__family_wordings", "shared": "support__shared_at"}

BRANCHES: tuple[Branch, ...] = (
    Branch(
        1, "statement", "words", Subject.STATEMENT, "public_id", _of_plan(PlanStatement), noon("said_on"),
        {"what": "kind", "text": "text", "language": "language", "by": "author", "scribe": "scribe", "means": "means",
         "withdrawn": "withdrawn_at"},
        "author", _words_closed, is_day=True,
    ),
    Branch(
        2, "goal", "words", Subject.GOAL, "public_id", _of_plan(Goal), F("created_at"),
        {"text": "text", "language": "language", "by": "author", "due_on": "due_on"}, "author", _goal_closed,
    ),
    Branch(
        3, "goal_ended", "words", Subject.GOAL, "public_id",
        lambda reader: _of_plan(Goal)(reader).filter(state__in=[GoalState.REACHED, GoalState.CHANGED]), F("changed_at"),
        {"text": "text", "language": "language", "state": "state"}, "author", _goal_closed,
    ),
    Branch(
        4, "need", "needs", Subject.NEED, "public_id", _of_plan(Need), noon("opened_on"),
        {"what": "domain", "text": "text", "language": "language", "by": "author", "source": "source"},
        "author", _need_closed, GuardianBlock.NEEDS, is_day=True,
    ),
    Branch(
        5, "need_changed", "needs", Subject.NEED, "pgh_obj__public_id", _changed_needs, F("pgh_created_at"),
        {"what": "domain", "text": "text", "language": "language"}, "author", _need_closed, GuardianBlock.NEEDS,
    ),
    Branch(
        6, "need_ended", "needs", Subject.NEED, "public_id",
        lambda reader: _of_plan(Need)(reader).exclude(state=NeedState.OPEN), F("changed_at"),
        {"what": "domain", "text": "text", "language": "language", "state": "state", "reason": "state_reason"},
        "author", _need_closed, GuardianBlock.NEEDS,
    ),
    Branch(
        7, "seen", "learning", Subject.EVIDENCE, "public_id", lambda reader: _first(reader, is_shown=False),
        noon("observed_on"),
        {"name": _name_of_competency("competency"), "task": "task_title", "by": "recorded_by", "value": "value",
         "target": "competency__framework__target"},
        "recorded_by", block=GuardianBlock.EVIDENCE, is_day=True,
    ),
    Branch(
        8, "shown", "learning", Subject.EVIDENCE, "public_id", lambda reader: _first(reader, is_shown=True),
        noon("observed_on"),
        {"name": _name_of_competency("competency"), "task": "task_title", "by": "recorded_by", "value": "value",
         "target": "competency__framework__target"},
        "recorded_by", block=GuardianBlock.EVIDENCE, is_day=True,
    ),
    Branch(
        9, "finding", "learning", Subject.FINDING, "public_id",
        lambda reader: _of_plan(EntryFinding)(reader).filter(withdrawn_at__isnull=True), noon("found_on"),
        {"what": "area", "state": "state", "text": "can_do", "next": "next_step", "tool": "tool",
         "language": "language", "by": "author"},
        "author",
        lambda reader: _closed_to(reader, "area", FINDING_OPENED_BY) & ~Q(author=reader.viewer.person_id), is_day=True,
    ),
    Branch(
        10, "check_in", "check_ins", Subject.CHECK_IN, "public_id",
        lambda reader: CheckIn.objects.filter(student=reader.student, undone_at__isnull=True), F("met_at"),
        {"how": "how", "mode": "mode", "text": "note", "language": "language", "by": "by"}, "by",
    ),
    Branch(
        11, "contact", "family", Subject.CONTACT, "public_id", _contacts, F("tried_at"),
        {"mode": "mode", "purpose": "purpose", "outcome": "outcome", "interpreter": "interpreter", "text": "note",
         "language": "language", "by": "by", "guardian": "guardian"},
        "by", block=GuardianBlock.CONTACT,
    ),
    Branch(
        12, "support", "supports", Subject.SUPPORT, "public_id",
        lambda reader: Support.objects.filter(_supports(reader), starts_on__lte=reader.viewer.today), noon("starts_on"),
        {"title": "title", "wordings": "family_wordings", "shared": "shared_at", "by": "owner", "provider": "provider",
         "until": "ends_on"},
        "owner", _support_closed(""), is_day=True,
    ),
    Branch(
        13, "support_ended", "supports", Subject.SUPPORT, "public_id",
        lambda reader: Support.objects.filter(
            _supports(reader), state__in=[SupportState.FINISHED, SupportState.STOPPED]
        ).annotate(last_day=Least(F("ends_on"), Value(reader.viewer.today))),
        noon("last_day"),
        {"title": "title", "wordings": "family_wordings", "shared": "shared_at", "by": "owner", "state": "state",
         "reason": "end_reason"},
        "owner", _support_closed(""), is_day=True,
    ),
    Branch(
        14, "sessions", "supports", Subject.SUPPORT, "support__public_id", _week_of, noon("last"),
        _DISPLAY | {"by": "support__owner", "week": "week",
         "held": Count("pk", filter=Q(state=SessionState.HELD)),
         "away": Count("pk", filter=Q(state=SessionState.ABSENT)), "minutes": Sum("minutes")},
        "support__owner", _support_closed("support__"), is_day=True, ref=Max("pk"),
    ),
    Branch(
        15, "referral", "supports", Subject.SUPPORT, "support__public_id",
        lambda reader: ReferralEvent.objects.filter(_supports(reader, "support__")), noon("on"),
        _DISPLAY | {"state": "state", "text": "note", "by": "by"},
        "support__owner", _support_closed("support__"), is_day=True,
    ),
    Branch(
        16, "meeting", "meetings", Subject.MEETING, "public_id",
        lambda reader: _meetings(reader).exclude(state=MeetingState.CANCELLED),
        F("starts_at"),
        {"what": "kind", "state": "state", "by": "called_by", "text": "student_words", "language": "language"},
        "called_by", block=GuardianBlock.MEETINGS,
    ),
    Branch(
        17, "decision", "meetings", Subject.MEETING, "meeting__public_id",
        lambda reader: Decision.objects.filter(meeting__in=_meetings(reader), withdrawn_at__isnull=True),
        F("created_at"), {"text": "text", "language": "language", "by": "owner", "due_on": "due_on"},
        "author", block=GuardianBlock.MEETINGS,
    ),
    Branch(
        18, "review", "meetings", "", "public_id",
        lambda reader: ReviewEntry.objects.filter(student=reader.student), noon("discussed_on"),
        {"text": "strength", "next": "next_step", "language": "language", "by": "by"}, "by",
        block=GuardianBlock.MEETINGS, is_day=True,
    ),
    Branch(
        19, "version", "versions", Subject.VERSION, "public_id", _of_plan(PlanVersion), F("created_at"),
        {"version": "number", "text": "reason", "by": "author"}, "author",
    ),
    Branch(
        20, "agreement", "versions", Subject.VERSION, "of_version__public_id",
        lambda reader: Agreement.objects.filter(of_version__plan__student=reader.student).exclude(
            person__in=reader.others
        ),
        F("created_at"),
        {"version": "of_version__number", "answer": "answer", "text": "statement", "language": "language",
         "by": "person"},
        "person",
    ),
    Branch(
        21, "amendment", "words", Subject.PLAN, "about_id",
        lambda reader: _of_plan(Amendment)(reader).filter(about=Subject.PLAN), F("created_at"),
        {"text": "text", "language": "language", "by": "author"}, "author",
        lambda reader: _too_close(reader) & ~Q(author=reader.viewer.person_id),
    ),
)  # fmt: skip
BY_NUMBER = {branch.number: branch for branch in BRANCHES}


def branches_for(reader: Reader, group: str = "") -> list[Branch]:
    """The branches this reader has anything of, in one group or in all."""
    if reader.is_family and reader.held.whole_plan:
        return []
    return [
        branch
        for branch in BRANCHES
        if (not group or branch.group == group)
        and not (branch.block and reader.is_blocked(branch.block))
        and (reader.reads_evidence or branch.subject != Subject.EVIDENCE)
    ]


def readable(branch: Branch, reader: Reader, *, with_closed: bool) -> Rows:
    """A branch's rows for this reader with `kind`, `at`, `ref` and `is_closed`; on hold is gone for the family."""
    rows = branch.rows(reader)
    if reader.is_family and (ids := reader.held.of(branch.subject)):
        rows = rows.exclude(**{f"{branch.subject_id}__in": ids})
    is_closed: Any = Value(False, output_field=BooleanField())
    closed = branch.closed(reader) if branch.closed is not None else Q()
    if closed:
        if reader.is_family or not with_closed:
            rows = rows.exclude(closed)
        else:
            is_closed = Case(When(closed, then=Value(True)), default=Value(False), output_field=BooleanField())
    found: Rows = rows.annotate(branch=Value(branch.number), at=branch.at, ref=branch.ref, is_closed=is_closed)
    return found
