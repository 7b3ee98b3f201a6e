"""Entries of a plan and what changed in them, in words: names of fields, words of closed lists, dates, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.worddiff import Piece
from success_plans.choices import (
    Audience,
    ContactMode,
    FindingArea,
    FindingState,
    GoalState,
    Horizon,
    MeasureKind,
    MeetingKind,
    NeedDomain,
    NeedSource,
    NeedState,
    OutsideNeed,
    PointerKind,
    StatementKind,
    Subject,
    Voice,
)
from success_plans.selectors.templates import block_title
from success_plans.versions.differences import Change, FieldChange, What
from success_plans.versions.snapshot import PEOPLE, Entry, Kind, Snapshot
from supports.choices import ReferralState, Setting, SupportState, SupportType

_CHOICES: Mapping[tuple[Kind, str], type[TextChoices]] = {
    (Kind.STATEMENT, "kind"): StatementKind,
    (Kind.FINDING, "area"): FindingArea,
    (Kind.FINDING, "state"): FindingState,
    (Kind.POINTER, "kind"): PointerKind,
    (Kind.NEED, "domain"): NeedDomain,
    (Kind.NEED, "outside"): OutsideNeed,
    (Kind.NEED, "source"): NeedSource,
    (Kind.NEED, "state"): NeedState,
    (Kind.GOAL, "horizon"): Horizon,
    (Kind.GOAL, "measure_kind"): MeasureKind,
    (Kind.GOAL, "state"): GoalState,
    (Kind.SUPPORT, "type"): SupportType,
    (Kind.SUPPORT, "setting"): Setting,
    (Kind.SUPPORT, "state"): SupportState,
    (Kind.SUPPORT, "referral"): ReferralState,
    (Kind.WAYS, "best_way"): ContactMode,
    (Kind.DECISION, "meeting_kind"): MeetingKind,
    (Kind.AMENDMENT, "about"): Subject,
}
_EVERYWHERE: Mapping[str, type[TextChoices]] = {"audience": Audience, "voice": Voice}
LABELS: Mapping[str, Any] = {
    "why": gettext_lazy("Why it matters to me"),
    "measure": gettext_lazy("How we will see it"),
    "baseline": gettext_lazy("Where it is now"),
    "target": gettext_lazy("Where it will be"),
    "due_on": gettext_lazy("By"),
    "steps": gettext_lazy("Next small step"),
    "how_where": gettext_lazy("How and where, in and out of school"),
    "helper": gettext_lazy("Who helps"),
    "competency": gettext_lazy("About"),
    "can_do": gettext_lazy("Can do"),
    "next_step": gettext_lazy("Next"),
    "tool": gettext_lazy("How we looked"),
    "found_on": gettext_lazy("Seen on"),
    "kept_where": gettext_lazy("Kept where"),
    "case_manager": gettext_lazy("Case manager"),
    "accommodations": gettext_lazy("Accommodations"),
    "review_on": gettext_lazy("Look again on"),
    "ended_on": gettext_lazy("Ended on"),
    "opened_on": gettext_lazy("Opened on"),
    "state": gettext_lazy("State"),
    "state_reason": gettext_lazy("In a sentence"),
    "provider": gettext_lazy("Provided by"),
    "provider_person": gettext_lazy("Provided by"),
    "owner": gettext_lazy("Owner"),
    "minutes": gettext_lazy("Minutes"),
    "sessions_per_week": gettext_lazy("Times a week"),
    "starts_on": gettext_lazy("From"),
    "ends_on": gettext_lazy("Until"),
    "referral": gettext_lazy("Referral"),
    "consent_on": gettext_lazy("Consent given on"),
    "end_reason": gettext_lazy("Why it ended"),
    "pathway": gettext_lazy("Pathway"),
    "entry_point": gettext_lazy("Came in through"),
    "next_experience": gettext_lazy("Next experience"),
    "best_time": gettext_lazy("Best time"),
    "interpreter_language": gettext_lazy("Interpreter for"),
    "met_on": gettext_lazy("Decided on"),
    "text": gettext_lazy("In words"),
    "title": gettext_lazy("What"),
    "interest": gettext_lazy("Interest"),
    "author": gettext_lazy("Who says it"),
    "scribe": gettext_lazy("Written down by"),
    "audience": gettext_lazy("Who reads it"),
    "source": gettext_lazy("Where it comes from"),
    "domain": gettext_lazy("About"),
    "outside": gettext_lazy("Which need"),
    "setting": gettext_lazy("Where"),
    "type": gettext_lazy("Kind of help"),
    "best_way": gettext_lazy("Best way"),
    "horizon": gettext_lazy("For"),
    "language": gettext_lazy("Written in"),
    "is_shared": gettext_lazy("Shared with the family"),
    "wordings": gettext_lazy("In the family’s words"),
    "kind": gettext_lazy("About"),
    "area": gettext_lazy("About"),
    "said_on": gettext_lazy("Said on"),
    "guardian": gettext_lazy("Who"),
    "file": gettext_lazy("Picture or recording"),
    "support": gettext_lazy("Became an action"),
    "means": gettext_lazy("How it was said"),
    "meeting": gettext_lazy("Meeting"),
    "meeting_kind": gettext_lazy("Meeting"),
    "measure_kind": gettext_lazy("What shows it"),
    "voice": gettext_lazy("Who says it"),
    "about": gettext_lazy("About"),
    "about_id": gettext_lazy("About"),
}
_HEAD: Mapping[Kind, tuple[str, ...]] = {
    Kind.FINDING: ("can_do",),
    Kind.POINTER: ("accommodations",),
    Kind.SUPPORT: ("title",),
    Kind.PATHWAY: ("interest",),
    Kind.WAYS: ("guardian",),
}
_EYEBROW: Mapping[Kind, str] = {
    Kind.STATEMENT: "kind",
    Kind.FINDING: "area",
    Kind.POINTER: "kind",
    Kind.NEED: "domain",
    Kind.SUPPORT: "type",
    Kind.DECISION: "meeting_kind",
    Kind.GOAL: "horizon",
}
_DETAILS: Mapping[Kind, tuple[str, ...]] = {
    Kind.STATEMENT: ("scribe",),
    Kind.FINDING: ("competency", "state", "next_step", "tool", "found_on"),
    Kind.POINTER: ("kept_where", "case_manager", "review_on", "ended_on"),
    Kind.NEED: ("outside", "opened_on", "review_on", "state", "state_reason"),
    Kind.GOAL: (
        "why", "competency", "baseline", "target", "measure", "due_on", "steps", "how_where", "helper", "state",
    ),
    Kind.SUPPORT: (
        "wordings", "competency", "owner", "provider", "provider_person", "minutes", "sessions_per_week", "starts_on",
        "ends_on", "state", "referral", "end_reason",
    ),
    Kind.PATHWAY: ("pathway", "entry_point", "next_experience", "ended_on"),
    Kind.WAYS: ("best_way", "best_time", "interpreter_language"),
    Kind.DECISION: ("owner", "due_on", "met_on"),
    Kind.AMENDMENT: ("said_on",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read: what it is about, its words, what belongs to it, statements added to it."""

    id: str
    eyebrow: str
    text: str
    language: str
    by: str
    details: list[tuple[str, str]]
    is_live: bool
    notes: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a plan as it is read."""

    key: str
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class FieldTold:
    """A field of a changed entry: before and after as people read them, sentences in pieces."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """One change as it is read."""

    what: str
    word: str
    block: str
    line: Line
    fields: list[FieldTold]


def parts(plan: Snapshot) -> list[Part]:
    """A plan as it is read: what the student says, the family, the school; then the rest. Empty blocks are left out."""
    notes: dict[str, list[Line]] = {}
    for entry in plan.of(Kind.AMENDMENT):
        notes.setdefault(str(entry.fields["about_id"]), []).append(_line(plan, entry))
    known = {e.id for e in plan.entries}
    found = [
        _part(plan, f"{voice}-voice", title, [e for e in plan.of(Kind.STATEMENT) if e.fields["voice"] == voice], notes)
        for voice, title in (
            (Voice.STUDENT, _("What the student says")),
            (Voice.FAMILY, _("What the family says")),
            (Voice.STAFF, _("What the school says")),
        )
    ]
    for kind in (
        Kind.GOAL, Kind.SUPPORT, Kind.NEED, Kind.FINDING, Kind.POINTER, Kind.PATHWAY, Kind.DECISION, Kind.WAYS,
    ):  # fmt: skip
        found.append(_part(plan, str(kind), block_title(str(kind)), plan.of(kind), notes))
    loose = [e for e in plan.of(Kind.AMENDMENT) if e.fields["about_id"] not in known]
    found.append(_part(plan, "amendment", block_title("amendment"), loose, {}))
    return [part for part in found if part.lines]


def told(changes: list[Change], before: Snapshot, after: Snapshot) -> list[ChangeTold]:
    """Changes as people read them, in the order of the plan."""
    words = {What.ADDED: _("New"), What.CHANGED: _("Changed"), What.ENDED: _("Ended")}
    found = []
    for change in changes:
        plan = after if change.after is not None else before
        entry = change.after or change.before
        assert entry is not None
        found.append(
            ChangeTold(
                what=str(change.what),
                word=words[change.what],
                block=block_title(str(change.kind)) if change.kind is not Kind.STATEMENT else _("In their words"),
                line=_line(plan, entry),
                fields=[_field(change, one, before, after) for one in change.fields],
            )
        )
    return found


def _field(change: Change, one: FieldChange, before: Snapshot, after: Snapshot) -> FieldTold:
    return FieldTold(
        label=str(LABELS.get(one.name, one.name)),
        before=_told(before, change.kind, one.name, one.before),
        after=_told(after, change.kind, one.name, one.after),
        pieces=one.pieces,
    )


def _part(plan: Snapshot, key: str, title: str, entries: list[Entry], notes: dict[str, list[Line]]) -> Part:
    order = {kind: n for n, kind in enumerate(StatementKind.values)}
    ordered = sorted(
        entries,
        key=lambda e: (
            not e.is_live,
            order.get(str(e.fields.get("kind")), 0),
            str(e.fields.get("said_on") or e.fields.get("opened_on") or e.fields.get("starts_on") or ""),
            e.id,
        ),
    )
    return Part(key, title, [_line(plan, e, notes.get(e.id, [])) for e in ordered])


def _line(plan: Snapshot, entry: Entry, notes: list[Line] | None = None) -> Line:
    fields = entry.fields
    head = next((name for name in _HEAD.get(entry.kind, ("text",)) if fields.get(name)), "")
    name = _EYEBROW.get(entry.kind, "")
    details = [
        (str(LABELS[key]), shown)
        for key in _DETAILS[entry.kind]
        if key != head and (shown := _told(plan, entry.kind, key, fields.get(key)))
    ]
    text = _told(plan, entry.kind, head, fields[head]) if head else ""
    if not text and fields.get("file"):
        text = _("A picture or recording; it is kept with the plan.")
    return Line(
        id=entry.id,
        eyebrow=_told(plan, entry.kind, name, fields[name]) if name else "",
        text=text,
        language=str(fields.get("language") or ""),
        by=plan.people.get(str(fields.get("author") or ""), ""),
        details=details,
        is_live=entry.is_live,
        notes=notes or [],
    )


def _told(plan: Snapshot, kind: Kind, name: str, value: Any) -> str:
    """A value as people read it; empty for nothing."""
    if value is None or value == "" or value == {}:
        return ""
    choices = _CHOICES.get((kind, name)) or _EVERYWHERE.get(name)
    if choices is not None:
        return str(choices(value).label) if value in choices.values else str(value)
    if name in PEOPLE:
        return plan.people.get(str(value), "")
    if name == "competency":
        return plan.competencies.get(str(value), "")
    if name == "wordings":
        language = (get_language() or "en").split("-")[0]
        wording = value.get(language) or value.get("en") or {}
        return " ".join(filter(None, (wording.get("family", ""), wording.get("home", ""))))
    if name.endswith("_on"):
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
