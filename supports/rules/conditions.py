"""When each rule is true: one function a rule, each to the letter of docs/methods.md.

A condition never looks at flags. It looks at evidence, Focus, supports and the continuum, and says for which
subjects the rule is true today, why, and on what evidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.calendar import SchoolCalendar
from assessments.agreement import position
from assessments.mastery import Judgement, Piece, Scale, assess, effective, plain
from supports.rules.settings import RuleSetting
from supports.rules.terms import (
    CompetencyPicture,
    FocusKind,
    Reason,
    ReasonCode,
    Rule,
    StudentPicture,
    Subject,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is true of a subject today.

    evidence  keys of the exact pieces, in order
    through   when the latest counted evidence of the subject was recorded; None for a rule without evidence
    author    who judged the latest counted piece of the subject, 0 where nobody is named or nothing is there
    since     NO_EVIDENCE only: the day the waiting is counted from
    """

    reason: Reason
    evidence: tuple[str, ...]
    through: datetime | None
    author: int
    since: date | None = None


Findings = dict[tuple[Rule, Subject], Finding]


def find_all(
    picture: StudentPicture, *, today: date, calendar: SchoolCalendar, settings: Mapping[Rule, RuleSetting]
) -> Findings:
    """Every rule and subject that is true of this student today."""
    findings: Findings = {}
    focused = {entry.competency for entry in picture.focus if entry.is_active(today)}
    for competency, view in picture.competencies.items():
        if view.is_all_from_elsewhere and competency not in focused:
            continue  # the notice is raised once, where the evidence was recorded
        judgement = view.judgement
        _raters_differ(findings, competency, view, settings[Rule.RATERS_DIFFER])
        if judgement.demonstrated:
            _ready_next(findings, picture, competency, view, today)
            _ready_deeper(findings, picture, competency, view, today, settings[Rule.READY_DEEPER])
        elif judgement.pieces:
            if judgement.value is None or judgement.value < view.scale.target:
                _stalled(findings, picture, competency, view, today, calendar, settings[Rule.STALLED])
            _earlier_first(findings, picture, competency, view, settings)
    _no_evidence(findings, picture, today, calendar, settings[Rule.NO_EVIDENCE])
    return findings


def _ready_next(
    findings: Findings, picture: StudentPicture, competency: int, view: CompetencyPicture, today: date
) -> None:
    """Demonstrated, and no direct successor is demonstrated or chosen, and one exists.

    A Focus counts as chosen until it has ended, also before its first day. One that has ended still counts
    where it was chosen after the competency last became demonstrated, in order of recording: only a fall and
    a new crossing make the step open again.
    """
    successors = picture.continuum.successors.get(competency, ())
    if not successors:
        return
    if any(_is_demonstrated(picture, successor) for successor in successors):
        return
    chosen = [entry for entry in picture.focus if entry.competency in successors]
    if any(not entry.has_ended(today) for entry in chosen):
        return
    if chosen and _true_since(
        max(entry.chosen_at for entry in chosen), view, lambda _pieces, judgement: judgement.demonstrated
    ):
        return
    judgement = view.judgement
    reason = Reason(
        ReasonCode.READY_NEXT,
        {
            "pieces": judgement.pieces,
            "days": judgement.days,
            "held": "" if judgement.held is None else plain(judgement.held),
            "next": ",".join(map(str, successors)),
        },
    )
    findings[Rule.READY_NEXT, Subject(competency)] = _finding(reason, judgement.counted, view)


def _is_demonstrated(picture: StudentPicture, competency: int) -> bool:
    view = picture.competencies.get(competency)
    return view is not None and view.judgement.demonstrated


def _ready_deeper(
    findings: Findings,
    picture: StudentPicture,
    competency: int,
    view: CompetencyPicture,
    today: date,
    setting: RuleSetting,
) -> None:
    """Demonstrated, two pieces at the top level in different contexts, and going deeper is not chosen.

    Where every piece at the top level is of unknown context, no second context is asked: the general rule of
    contexts. A Focus of kind deepen ends it in the way a next step ends READY_NEXT.
    """
    at_top = _at_top(view.pieces, view.scale, setting)
    if not at_top:
        return
    chosen = [entry for entry in picture.focus if entry.competency == competency and entry.kind == FocusKind.DEEPEN]
    if any(not entry.has_ended(today) for entry in chosen):
        return
    if chosen and _true_since(
        max(entry.chosen_at for entry in chosen),
        view,
        lambda pieces, judgement: judgement.demonstrated and bool(_at_top(pieces, view.scale, setting)),
    ):
        return
    contexts = {piece.context for piece in at_top}
    reason = Reason(
        ReasonCode.READY_DEEPER,
        {
            "level": plain(view.scale.top),
            "pieces": len(at_top),
            "contexts": 0 if contexts == {""} else len(contexts),
        },
    )
    evidence = tuple([piece.key for piece in at_top])
    findings[Rule.READY_DEEPER, Subject(competency)] = _finding(reason, evidence, view)


def _at_top(pieces: Iterable[Piece], scale: Scale, setting: RuleSetting) -> list[Piece]:
    """The pieces at the top level, where they are enough in number and contexts; else none."""
    top = scale.top
    at_top = [piece for piece in pieces if piece.value >= top]
    if len(at_top) < setting.parameters["pieces"]:
        return []
    contexts = {piece.context for piece in at_top}
    enough = len(contexts) >= setting.parameters["contexts"] or contexts == {""}
    return at_top if enough else []


def _true_since(moment: datetime, view: CompetencyPicture, test: Callable[[Sequence[Piece], Judgement], bool]) -> bool:
    """Whether `test`, true now, was true at `moment` and after every record since.

    The past is replayed from the pieces that count today, in order of recording; what was recorded at the same
    instant arrives together. So the answer depends on the evidence alone, not on when anybody asked. The judgement
    of a person that stands leads from the moment it was recorded.
    """
    recorded = sorted(view.ratings, key=lambda piece: piece.recorded_at)
    times = [piece.recorded_at for piece in recorded]
    said = view.said
    later = {time for time in times if time > moment}
    if said is not None and said.recorded_at > moment:
        later.add(said.recorded_at)
    # the last moment is now, of which the test is known to be true
    for at in [moment, *sorted(later)[:-1]] if later else ():
        pieces, judgement = assess(recorded[: bisect_right(times, at)], scale=view.scale, method=view.method)
        if said is not None and said.recorded_at <= at:
            judgement = effective(judgement, said, scale=view.scale)
        if not test(pieces, judgement):
            return False
    return True


def _stalled(
    findings: Findings,
    picture: StudentPicture,
    competency: int,
    view: CompetencyPicture,
    today: date,
    calendar: SchoolCalendar,
    setting: RuleSetting,
) -> None:
    """The target is not held, and the shortest recent run has no piece above its first.

    A run ends with the latest piece; it is the shortest of at least 3 pieces whose first and last are at least
    15 school days apart. A support begins a new count: a run that started before it says nothing about it.
    """
    pieces = view.pieces
    start = len(pieces) - setting.parameters["pieces"]
    if start < 0:
        return
    last = pieces[-1].observed_on
    while calendar.school_days_between(pieces[start].observed_on, last) < setting.parameters["school_days"]:
        start -= 1
        if start < 0:
            return
    first = pieces[start]
    run = pieces[start:]
    if any(piece.value > first.value for piece in run):
        return
    if any(
        first.observed_on < support.started_on <= today
        for support in picture.supports
        if support.competency == competency
    ):
        return
    reason = Reason(
        ReasonCode.STALLED,
        {
            "pieces": len(run),
            "since": first.observed_on.isoformat(),
            "until": last.isoformat(),
            "school_days": calendar.school_days_between(first.observed_on, last),
            "value": plain(first.value),
        },
    )
    evidence = tuple([piece.key for piece in run])
    findings[Rule.STALLED, Subject(competency)] = _finding(reason, evidence, view)


def _earlier_first(
    findings: Findings,
    picture: StudentPicture,
    competency: int,
    view: CompetencyPicture,
    settings: Mapping[Rule, RuleSetting],
) -> None:
    """PREREQ_GAP and NOT_SEEN_YET: pieces on what is not demonstrated yet, and what about the one before it?"""
    gap, unseen = settings[Rule.PREREQ_GAP].parameters, settings[Rule.NOT_SEEN_YET].parameters
    later = view.judgement
    for predecessor in picture.continuum.predecessors.get(competency, ()):
        subject = Subject(competency, predecessor)
        before = picture.competencies.get(predecessor)
        if before is None or (not before.judgement.pieces and before.said is None):
            if later.pieces >= unseen["pieces"]:
                reason = Reason(ReasonCode.NOT_SEEN_YET, {"pieces": later.pieces})
                findings[Rule.NOT_SEEN_YET, subject] = _finding(reason, later.counted, view)
            continue
        earlier = before.judgement
        if not earlier.demonstrated and later.pieces >= gap["pieces"] and earlier.pieces >= gap["earlier_pieces"]:
            reason = Reason(ReasonCode.PREREQ_GAP, {"pieces": later.pieces, "earlier_pieces": earlier.pieces})
            evidence = earlier.counted + later.counted
            findings[Rule.PREREQ_GAP, subject] = _finding(reason, evidence, before, view)


def _raters_differ(findings: Findings, competency: int, view: CompetencyPicture, setting: RuleSetting) -> None:
    """Two people judged one work so many levels apart, and nobody has settled it.

    Of each person the newest rating of the work. A rating that is nobody's own (rater 0) is a decision people came to
    together: it settles the work. Subject: the competency and the work. What came over from another competency by a
    crosswalk is talked about where it was recorded.
    """
    works: dict[str, list[Piece]] = {}
    for piece in view.ratings:
        if piece.task_key and piece.key not in view.carried:
            works.setdefault(piece.task_key, []).append(piece)
    levels = view.scale.levels
    for task, given in works.items():
        if len(given) < 2 or any(not piece.rater for piece in given):
            continue
        newest = {piece.rater: piece for piece in sorted(given, key=lambda one: (one.observed_on, one.key))}
        kept = [piece for piece in newest.values() if levels[0] <= piece.value <= levels[-1]]
        if len(kept) < 2:
            continue
        low, high = min(piece.value for piece in kept), max(piece.value for piece in kept)
        if position(high, levels) - position(low, levels) < setting.parameters["levels"]:
            continue
        latest = max(kept, key=lambda one: (one.observed_on, one.recorded_at, one.key))
        reason = Reason(
            ReasonCode.RATERS_DIFFER,
            {
                "raters": len(kept),
                "on": latest.observed_on.isoformat(),
                "low": plain(low),
                "high": plain(high),
            },
        )
        findings[Rule.RATERS_DIFFER, Subject(competency, task=task)] = Finding(
            reason,
            tuple(piece.key for piece in sorted(kept, key=lambda one: (one.observed_on, one.key))),
            max(piece.recorded_at for piece in kept),
            latest.rater,
        )


def _no_evidence(
    findings: Findings,
    picture: StudentPicture,
    today: date,
    calendar: SchoolCalendar,
    setting: RuleSetting,
) -> None:
    """A Focus in force without counted evidence for 20 school days.

    Counted from the latest observation or, where that is later, from the day the competency came into Focus.
    """
    starts: dict[int, date] = {}
    for entry in picture.focus:
        if entry.is_active(today):
            known = starts.get(entry.competency)
            starts[entry.competency] = entry.starts_on if known is None else min(known, entry.starts_on)
    for competency, start in starts.items():
        view = picture.competencies.get(competency)
        seen = view is not None and bool(view.pieces)
        since = max(start, view.pieces[-1].observed_on) if view is not None and view.pieces else start
        if calendar.school_days_between(since, today) < setting.parameters["school_days"]:
            continue
        reason = Reason(
            ReasonCode.NO_EVIDENCE,
            {
                "since": since.isoformat(),
                "school_days": setting.parameters["school_days"],
                "seen": int(seen),
            },
        )
        findings[Rule.NO_EVIDENCE, Subject(competency)] = Finding(
            reason, (), None, view.pieces[-1].rater if view is not None and view.pieces else 0, since
        )


def _finding(reason: Reason, evidence: tuple[str, ...], *views: CompetencyPicture) -> Finding:
    """A finding on the evidence of one competency, or of two; its author looked last, at a piece or at all of it."""
    times = [view.recorded_through for view in views if view.recorded_through is not None]
    looked = [(p.observed_on, p.key, p.rater) for view in views for p in view.pieces[-1:]]
    # of one day the judgement is the later look; its id says nothing, so "~" is a key after every other one
    looked += [(view.said.judged_on, "~", view.said.judged_by) for view in views if view.said is not None]
    return Finding(reason, evidence, max(times), max(looked)[2])
