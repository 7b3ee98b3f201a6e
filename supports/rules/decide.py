"""From a student's picture to what happens with their flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from accounts.calendar import SchoolCalendar
from assessments.mastery import Method, PersonsJudgement, Piece, Scale, assess, effective
from supports.rules.conditions import Finding, find_all
from supports.rules.owners import answers_for, choose_owner
from supports.rules.settings import DEFAULT_SETTINGS, RuleSetting
from supports.rules.terms import (
    LIVE_STATES,
    CompetencyPicture,
    ExistingFlag,
    FlagPlan,
    Handover,
    NewFlag,
    Renewal,
    Rule,
    State,
    StudentPicture,
    Subject,
)


def look_at(
    ratings: Iterable[Piece],
    *,
    scale: Scale,
    method: Method,
    said: PersonsJudgement | None = None,
    carried: frozenset[str] = frozenset(),
) -> CompetencyPicture:
    """The picture of one competency from its counted pieces and, where one stands, a person's judgement.

    A person's judgement is news of the moment it was recorded, like a piece. `carried` are the keys of those pieces
    that were recorded on another competency.
    """
    everything = tuple(ratings)
    ordered, computed = assess(everything, scale=scale, method=method)
    recorded = [piece.recorded_at for piece in everything]
    if said is not None:
        recorded.append(said.recorded_at)
    return CompetencyPicture(
        judgement=effective(computed, said, scale=scale),
        computed=computed,
        said=said,
        ratings=everything,
        pieces=tuple(ordered),
        recorded_through=max(recorded, default=None),
        scale=scale,
        method=method,
        carried=carried,
    )


def decide(
    picture: StudentPicture,
    *,
    today: date,
    calendar: SchoolCalendar,
    settings: Mapping[Rule, RuleSetting] = DEFAULT_SETTINGS,
) -> FlagPlan:
    """What to open, renew, resolve, lapse and hand over for one student on one school-local day.

    Applying the plan and asking again, with nothing else new, changes nothing. A rule missing from `settings`
    has its default setting. `calendar` is that of the student's school, with the year before as `previous`
    where evidence reaches back that far.
    """
    findings = find_all(picture, today=today, calendar=calendar, settings={**DEFAULT_SETTINGS, **settings})
    live: dict[tuple[Rule, Subject], ExistingFlag] = {}
    ended: dict[tuple[Rule, Subject], list[ExistingFlag]] = {}
    for flag in picture.flags:
        if flag.state in LIVE_STATES:
            live[flag.rule, flag.subject] = flag
        elif flag.state != State.RESOLVED:
            ended.setdefault((flag.rule, flag.subject), []).append(flag)

    keep: list[ExistingFlag] = []
    renew: list[Renewal] = []
    resolve: list[ExistingFlag] = []
    lapse: list[ExistingFlag] = []
    hand_over: list[Handover] = []
    for key, flag in live.items():
        finding = findings.get(key)
        if finding is None:
            resolve.append(flag)
            continue
        if _has_news(flag, finding):
            renew.append(Renewal(flag, finding.reason, finding.evidence, finding.through, finding.since))
        if flag.lapse_on <= today:
            lapse.append(flag)
            continue
        keep.append(flag)
        if not answers_for(flag.owner, picture.adults):
            owner = choose_owner(finding.author, flag.subject, picture.adults)
            if owner != flag.owner:
                hand_over.append(Handover(flag, owner))

    opened: list[NewFlag] = []
    if calendar.flags_may_open(today):
        lapse_on, review_on = calendar.lapse_on(today), calendar.review_on(today)
        for key, finding in findings.items():
            rule, subject = key
            setting = settings.get(rule, DEFAULT_SETTINGS[rule])
            if key in live or setting.paused:
                continue
            if any(_holds_back(flag, finding, today) for flag in ended.get(key, ())):
                continue
            opened.append(
                NewFlag(
                    rule=rule,
                    rule_version=setting.version,
                    subject=subject,
                    reason=finding.reason,
                    evidence=finding.evidence,
                    evidence_through=finding.through,
                    owner=choose_owner(finding.author, subject, picture.adults),
                    opened_on=today,
                    review_on=review_on,
                    lapse_on=lapse_on,
                    since=finding.since,
                )
            )
    opened.sort(key=lambda flag: (flag.rule, flag.subject.competency, flag.subject.earlier or 0, flag.subject.task))
    return FlagPlan(
        open=tuple(opened),
        keep=tuple(keep),
        renew=tuple(renew),
        resolve=tuple(resolve),
        lapse=tuple(lapse),
        hand_over=tuple(hand_over),
    )


def _has_news(flag: ExistingFlag, finding: Finding) -> bool:
    return (flag.evidence, flag.evidence_through, flag.since) != (
        finding.evidence,
        finding.through,
        finding.since,
    )


def _holds_back(flag: ExistingFlag, finding: Finding, today: date) -> bool:
    """Whether a flag that a person or a date ended keeps the same notice from coming back.

    Until something newer than it saw is there. A linked one also while its action runs.
    """
    if flag.state == State.LINKED and flag.action_until is not None and today < flag.action_until:
        return True
    if finding.through is not None:
        return flag.evidence_through is not None and finding.through <= flag.evidence_through
    # a rule without evidence has been false once when the day it counts from has moved
    return flag.since is None or finding.since is None or finding.since <= flag.since
