"""What an entry of the running record says: from its columns to a title, a text and small facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.choices import Shape
from success_plans.choices import (
    AgreementAnswer,
    CheckInHow,
    ContactMode,
    ContactOutcome,
    ContactPurpose,
    FindingArea,
    FindingState,
    GoalState,
    Interpreter,
    MeetingKind,
    MeetingState,
    NeedDomain,
    NeedSource,
    NeedState,
    StatementKind,
)
from supports.choices import ReferralState, SessionState, SupportState

Row = Mapping[str, Any]
Names = Mapping[int, str]


def _day(text: str | None) -> str:
    return date_format(date.fromisoformat(text[:10]), "MONTH_DAY_FORMAT") if text else ""


def _of_support(row: Row) -> str:
    """The words the family knows it by, once a person shared them."""
    wordings = row["wordings"] or {}
    chosen = wordings.get(get_language() or "en") or wordings.get("en") or {}
    return str(chosen.get("title") or row["title"]) if row["shared"] else str(row["title"])


def mark_of(row: Row) -> str:
    """The shape of a piece by its level and the one everybody aims for."""
    if row.get("value") is None:
        return Shape.OPEN.value
    value, target = Decimal(str(row["value"])), Decimal(str(row["target"]))
    return (Shape.BUILDING if value < target else Shape.DEEPER if value > target else Shape.SHOWN).value


def _need(row: Row) -> str:
    return _("Would help: %(about)s") % {"about": NeedDomain(row["what"]).label}


TITLES: dict[str, Callable[[Row], str]] = {
    "statement": lambda row: str(StatementKind(row["what"]).label),
    "goal": lambda row: _("What comes next was written down"),
    "goal_ended": lambda row: _("What came next: %(state)s") % {"state": GoalState(row["state"]).label},
    "need": _need,
    "need_changed": lambda row: _("Until then it said (%(about)s)") % {"about": NeedDomain(row["what"]).label},
    "need_ended": lambda row: f"{_need(row)}: {NeedState(row['state']).label}",
    "seen": lambda row: _("Seen for the first time: %(name)s") % {"name": row["name"]},
    "shown": lambda row: _("Shown for the first time: %(name)s") % {"name": row["name"]},
    "finding": lambda row: _("First look: %(area)s") % {"area": FindingArea(row["what"]).label},
    "check_in": lambda row: _("Check-in: %(how)s") % {"how": CheckInHow(row["how"]).label},
    "contact": lambda row: _("Talk with the family: %(outcome)s") % {"outcome": ContactOutcome(row["outcome"]).label},
    "support": lambda row: _("Began: %(title)s") % {"title": _of_support(row)},
    "support_ended": lambda row: f"{_of_support(row).rstrip('.')}: {SupportState(row['state']).label}",
    "sessions": _of_support,
    "referral": lambda row: f"{_of_support(row).rstrip('.')}: {ReferralState(row['state']).label}",
    "meeting": lambda row: f"{MeetingKind(row['what']).label}: {MeetingState(row['state']).label}",
    "decision": lambda row: _("Decided"),
    "review": lambda row: _("The class was talked through"),
    "version": lambda row: _("Plan, version %(n)s") % {"n": row["version"]},
    "agreement": lambda row: (
        _("To version %(n)s: %(answer)s") % {"n": row["version"], "answer": AgreementAnswer(row["answer"]).label}
    ),
    "amendment": lambda row: _("Added to the record"),
}


def title_of(kind: str, row: Row) -> str:
    """The first line of an entry."""
    words = TITLES[kind](row)
    return words[:1].upper() + words[1:]


def facts_of(kind: str, row: Row, names: Names) -> list[str]:
    """Small facts under an entry: who, with whom, until when."""
    facts: list[str] = []
    if kind == "statement" and row["scribe"]:
        facts.append(_("written down by %(who)s") % {"who": names.get(row["scribe"], "")})
    if kind == "statement" and row["withdrawn"]:
        facts.append(_("taken off the plan on %(day)s") % {"day": _day(row["withdrawn"])})
    if kind == "need":
        facts.append(str(NeedSource(row["source"]).label))
    if kind in {"goal", "decision"} and row["due_on"]:
        facts.append(_("until %(day)s") % {"day": _day(row["due_on"])})
    if kind in {"seen", "shown"} and row["task"]:
        facts.append(row["task"])
    if kind == "finding" and row["tool"]:
        facts.append(row["tool"])
    if kind == "finding" and row["state"] != FindingState.FOUND:
        facts.append(str(FindingState(row["state"]).label))
    if kind == "check_in" and row["mode"] != ContactMode.IN_PERSON:
        facts.append(str(ContactMode(row["mode"]).label))
    if kind == "contact":
        facts += [str(ContactMode(row["mode"]).label), str(ContactPurpose(row["purpose"]).label)]
        if row["guardian"]:
            facts.append(names.get(row["guardian"], ""))
        if row["interpreter"] != Interpreter.NOT_NEEDED:
            facts.append(str(Interpreter(row["interpreter"]).label))
    if kind == "support":
        facts += [row["provider"], _("until %(day)s") % {"day": _day(row["until"])}]
    if kind == "sessions":
        facts += _sessions(row)
    return [fact for fact in facts if fact]


def _sessions(row: Row) -> list[str]:
    said = []
    if row["held"]:
        said.append(
            ngettext("one session in this week", "%(n)s sessions in this week", row["held"]) % {"n": row["held"]}
        )
    elif not row["away"]:
        said.append(str(SessionState.CANCELLED.label))
    if row["minutes"]:
        said.append(_("%(n)s minutes together") % {"n": row["minutes"]})
    if row["away"]:
        said.append(ngettext("away once", "away %(n)s times", row["away"]) % {"n": row["away"]})
    return said


def more_of(kind: str, row: Row) -> str:
    """The second text of an entry: what is next, or why something ended."""
    if kind in {"finding", "review"}:
        return str(row["next"] or "")
    return str(row.get("reason") or "") if kind in {"need_ended", "support_ended"} else ""
