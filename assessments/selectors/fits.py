"""How far the estimates can be trusted, in words and numbers: the newest fit and those before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from assessments.estimates.calibration import ECE_GOAL, GROUP_EVENTS, GROUP_GOAL, SEEN_BEFORE
from assessments.models import Fit

FITS_SHOWN = 14
COMMANDS = ("python manage.py refit --force", "python manage.py evaluate_mastery log.csv")


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows, ready to be read."""

    caption: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class EstimatorView:
    """One estimator: what its figures mean, whether they reach the goal, and the figures."""

    title: str
    events: int
    sentences: list[str]
    is_calibrated: bool
    measures: Table
    bins: Table
    groups: list[Table]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    """The newest fit; `made_at` None: none was made yet."""

    made_at: datetime | None
    events: int
    students: int
    tested: int
    estimators: list[EstimatorView]
    history: Table
    commands: tuple[str, ...] = COMMANDS


def calibration_page(*, viewer: Viewer) -> CalibrationPage:
    """The report of the newest fit and the last fourteen. One query. No student, no name, no count of a small group."""
    fits = list(Fit.objects.order_by("-pk")[:FITS_SHOWN])
    newest = fits[0] if fits else None
    report: dict[str, Any] = newest.report if newest else {}
    titles = (("knowledge", _("From levels: knowledge tracing with forgetting")), ("items", _("From single questions")))
    return CalibrationPage(
        made_at=newest.made_at if newest else None,
        events=newest.events if newest else 0,
        students=report.get("students", 0),
        tested=report.get("tested", 0),
        estimators=[_estimator(title, report[key]) for key, title in titles if report.get(key)],
        history=Table(
            _("Every fit, the newest first"),
            [_("Made"), _("Events"), _("AUC"), _("ECE")],
            [
                [
                    f"{fit.made_at:%Y-%m-%d}",
                    str(fit.events),
                    _figure((fit.report.get("knowledge") or {}).get("auc")),
                    _figure((fit.report.get("knowledge") or {}).get("ece")),
                ]
                for fit in fits
            ],
        ),
    )


def _figure(value: float | None) -> str:
    return _("cannot be said") if value is None else f"{value:.3f}"


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _estimator(title: str, found: dict[str, Any]) -> EstimatorView:
    ece, auc = found["ece"], found["auc"]
    is_calibrated = ece is not None and ece <= ECE_GOAL and (_apart(found["groups"]) or 0) <= GROUP_GOAL
    sentences = []
    if ece is not None:
        off = {"points": f"{ece * 100:.1f}", "goal": f"{ECE_GOAL * 100:.0f}"}
        sentences.append(
            _(
                "What it expects and what happens lie %(points)s points of 100 apart on average; "
                "the goal is at most %(goal)s."
            )
            % off
        )
    if auc is not None:
        sentences.append(
            _("Of two pieces, one a success and one not, it expected more of the success %(times)s times out of 100.")
            % {"times": f"{auc * 100:.0f}"}
        )
    sentences.append(_gap_sentence(found["groups"]))
    names = {"school": _("By school"), "language": _("By language of the roster")}
    return EstimatorView(
        title=title,
        events=found["events"],
        sentences=sentences,
        is_calibrated=is_calibrated,
        measures=Table(
            _("Measures on students left out of the fit"),
            [_("Measure"), _("Value"), _("Goal")],
            [
                [_("AUC"), _figure(auc), ""],
                [_("AUC after %(n)s own pieces") % {"n": SEEN_BEFORE}, _figure(found["auc_later"]), ""],
                [_("RMSE"), _figure(found["rmse"]), ""],
                [_("ECE, ten bins"), _figure(ece), f"≤ {ECE_GOAL}"],
            ],
        ),
        bins=Table(
            _("Expected and seen"),
            [_("Expected between"), _("Events"), _("Expected on average"), _("Seen")],
            [
                [f"{_percent(low)} – {_percent(high)}", str(events), _percent(expected), _percent(seen)]
                for low, high, events, expected, seen in found["bins"]
            ],
        ),
        groups=[
            Table(
                names[group],
                [_("Group"), _("Events"), _("Expected less seen, points of 100")],
                [[name, str(events), f"{difference * 100:+.1f}"] for name, events, difference in rows],
            )
            for group, rows in found["groups"].items()
            if rows
        ],
        missing=[_why_not(names[group], len(rows)) for group, rows in found["groups"].items() if len(rows) < 2],
    )


def _why_not(kind: str, shown: int) -> str:
    """Why groups of this kind are not compared."""
    if shown:
        return _("%(kind)s: only one group is large enough, so there is nothing to compare it with.") % {"kind": kind}
    return _(
        "%(kind)s: nothing can be compared. Each group needs at least %(n)s events, and where one has fewer than ten "
        "students none is shown, so that nobody can be made out."
    ) % {"kind": kind, "n": GROUP_EVENTS}


def _apart(groups: dict[str, list[list[Any]]]) -> float | None:
    """How far the groups of one kind lie from each other at most; None where no two can be compared."""
    found = [[difference for _name, _events, difference in rows] for rows in groups.values() if len(rows) > 1]
    return max((max(one) - min(one) for one in found), default=None)


def _gap_sentence(groups: dict[str, list[list[Any]]]) -> str:
    apart = _apart(groups)
    if apart is None:
        return _("Groups are compared where each has at least %(n)s events and ten students; none has yet.") % {
            "n": GROUP_EVENTS
        }
    words = {"points": f"{apart * 100:.1f}", "goal": f"{GROUP_GOAL * 100:.0f}"}
    return _("Groups lie at most %(points)s points of 100 apart; the goal is at most %(goal)s.") % words
