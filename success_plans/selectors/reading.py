"""What one reader may see of a whole plan: closed domains, audiences, holds, households and documents respected.

Versions are stored whole and shown through this filter. What is stricter today also covers what was said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.choices import GuardianBlock, SensitiveDomain
from accounts.households import limited_blocks, other_household
from accounts.models import Person, Student
from accounts.permissions import Permission, Viewer, domains_for, permissions_on
from success_plans.choices import GOAL_OPENED_BY, OPENED_BY, Audience, FindingArea, Subject
from success_plans.models import Goal, Need, PlanStatement
from success_plans.selectors.closeness import goal_is_closed, reads_close
from success_plans.selectors.holds import HeldSet, withheld_from
from success_plans.selectors.open_meetings import meetings_open_to
from success_plans.versions.snapshot import Entry, Kind, Snapshot
from supports.choices import SupportType

OPENS_FINDING = {
    FindingArea.WELLBEING: SensitiveDomain.WELLBEING,
    FindingArea.HEALTH: SensitiveDomain.HEALTH,
    FindingArea.BASIC: SensitiveDomain.FAMILY,
}
SUPPORT_OPENED_BY: dict[str, str] = {SupportType.COUNSELLING: SensitiveDomain.WELLBEING}
_LIMITED_BY = {Kind.NEED: GuardianBlock.NEEDS, Kind.DECISION: GuardianBlock.MEETINGS, Kind.WAYS: GuardianBlock.CONTACT}
_SUBJECT = {
    Kind.STATEMENT: Subject.STATEMENT,
    Kind.NEED: Subject.NEED,
    Kind.GOAL: Subject.GOAL,
    Kind.FINDING: Subject.FINDING,
    Kind.SUPPORT: Subject.SUPPORT,
}
_HEALTH = frozenset({SensitiveDomain.HEALTH, SensitiveDomain.WELLBEING})


@dataclass(frozen=True, slots=True)
class Reader:
    """The facts about one reader of one student that decide what they see of a plan."""

    me: str
    domains: frozenset[str]
    allowed: frozenset[Permission]
    limited: frozenset[str]
    held: HeldSet
    other_household: frozenset[str]
    close_today: frozenset[str] = field(default_factory=frozenset)
    closed_goals: Mapping[str, str] = field(default_factory=dict)  # those a sensitive domain opens today, by its code
    meetings: frozenset[str] | None = None  # of a guardian beside whom there is another household: those they know of

    @property
    def is_portal(self) -> bool:
        """Family or the student, not an adult at school."""
        return bool(self.allowed & {Permission.SPEAK_AS_FAMILY, Permission.SPEAK_AS_STUDENT})

    @property
    def sees_the_plan(self) -> bool:
        """False when a hold on the whole plan or a document keeps it from this reader."""
        return not self.held.whole_plan and GuardianBlock.PLAN not in self.limited


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown of a plan: the readable part, and whom to ask about needs that exist and stay closed."""

    plan: Snapshot
    ask: tuple[str, ...]


def reader(*, viewer: Viewer, student: Student) -> Reader:
    """The facts of a reader, in a handful of queries, however many versions are shown."""
    others = other_household(viewer).get(student.pk, frozenset())
    close = {
        str(public_id)
        for model in (PlanStatement, Need)
        for public_id in model._default_manager.filter(plan__student=student, audience=Audience.CLOSE).values_list(
            "public_id", flat=True
        )
    }
    return Reader(
        me=str(viewer.public_id or ""),
        domains=domains_for(viewer, student),
        allowed=permissions_on(viewer, student),
        limited=limited_blocks(viewer, student),
        held=withheld_from(viewer=viewer, student=student),
        other_household=frozenset(
            str(p) for p in Person.objects.filter(pk__in=others).values_list("public_id", flat=True)
        )
        if others
        else frozenset(),
        close_today=frozenset(close),
        closed_goals={
            str(public_id): about
            for public_id, about in Goal.objects.filter(
                plan__student=student, measure_kind__in=list(GOAL_OPENED_BY)
            ).values_list("public_id", "measure_kind")
        },
        meetings=frozenset(
            str(one) for one in meetings_open_to(viewer=viewer, student=student).values_list("public_id", flat=True)
        )
        if others
        else None,
    )


def readable(who: Reader, plan: Snapshot) -> Seen:
    """The part of a plan this reader sees. Amendments go with what they are about."""
    if not who.sees_the_plan:
        return Seen(Snapshot(plan.student), ())
    closed = [e for e in plan.entries if _is_closed(who, e)]
    gone = {e.id for e in plan.entries if _is_gone(who, e)}
    owners = {
        e.id: plan.people.get(str(e.fields.get("author") or e.fields.get("owner")), "")
        for e in closed
        if e.kind in {Kind.NEED, Kind.SUPPORT, Kind.GOAL} and not who.is_portal
    }
    shown = _unnamed(who, plan.without(gone | {e.id for e in closed}))
    return Seen(shown, tuple(sorted({name for pk, name in owners.items() if name and pk not in gone})))


def readable_pair(who: Reader, one: Snapshot, other: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Two moments for comparing: an entry this reader may not see at one of them is in neither."""
    hidden = {e.id for plan in (one, other) for e in plan.entries if _is_closed(who, e) or _is_gone(who, e)}
    if not who.sees_the_plan:
        return Snapshot(one.student), Snapshot(other.student)
    return _unnamed(who, one.without(hidden)), _unnamed(who, other.without(hidden))


def _unnamed(who: Reader, plan: Snapshot) -> Snapshot:
    """The same plan without a name of another household: who owns a decision there is family, and no more."""
    if not who.other_household:
        return plan
    people = {key: _("family") if key in who.other_household else name for key, name in plan.people.items()}
    return replace(plan, people=people)


def _is_closed(who: Reader, entry: Entry) -> bool:
    """Closed by domain or audience, unless the reader wrote it."""
    fields = entry.fields
    if who.me and who.me in {fields.get("author"), fields.get("scribe")}:
        return False
    if entry.kind is Kind.NEED and OPENED_BY.get(fields["domain"], "") not in {"", *who.domains}:
        return True
    if entry.kind is Kind.FINDING and OPENS_FINDING.get(fields["area"], "") not in {"", *who.domains}:
        return True
    if entry.kind is Kind.GOAL:
        about = who.closed_goals.get(entry.id, fields["measure_kind"])
        return goal_is_closed(about, who.domains, who.me, fields["author"], fields["helper"])
    if entry.kind is Kind.SUPPORT and SUPPORT_OPENED_BY.get(fields["type"], "") not in {"", *who.domains}:
        return fields.get("owner") != who.me
    is_close = fields.get("audience") == Audience.CLOSE or entry.id in who.close_today
    return is_close and not reads_close(who.allowed, who.domains)


def _is_gone(who: Reader, entry: Entry) -> bool:
    """Not for this reader at all: not even that it exists."""
    fields = entry.fields
    if entry.kind is Kind.WAYS:
        return _LIMITED_BY[Kind.WAYS] in who.limited or not _reads_ways(who, str(fields["guardian"]))
    if not who.is_portal:
        return False
    if fields.get("author") in who.other_household:
        return True
    if entry.kind is Kind.SUPPORT and not fields["is_shared"]:
        return True
    if _LIMITED_BY.get(entry.kind, "") in who.limited:
        return True
    opener = (
        OPENED_BY.get(fields["domain"], "")
        if entry.kind is Kind.NEED
        else OPENS_FINDING.get(fields["area"], "")
        if entry.kind is Kind.FINDING
        else ""
    )
    if opener in _HEALTH and GuardianBlock.HEALTH in who.limited:
        return True
    subject = _SUBJECT.get(entry.kind)
    if subject is not None and who.held.covers(subject, UUID(entry.id)):
        return True
    if entry.kind is not Kind.DECISION:
        return False
    is_elsewhere = who.meetings is not None and fields["meeting"] not in who.meetings
    return is_elsewhere or who.held.covers(Subject.MEETING, UUID(fields["meeting"]))


def _reads_ways(who: Reader, guardian: str) -> bool:
    if Permission.SPEAK_AS_FAMILY in who.allowed:
        return guardian not in who.other_household
    return Permission.CONTACT_FAMILY in who.allowed
