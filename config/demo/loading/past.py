"""Flags that were answered by a choice long ago: they ended by themselves, and stay as history only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from competencies.models import Framework
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.dates import Dated, Dates, Seen, first_true
from config.demo.loading.ids import Ids
from config.demo.people import District
from config.demo.recorder import FocusPlan, Learning, PiecePlan
from supports.choices import FlagState, RuleName
from supports.models import Flag
from supports.rules import ReasonCode

History = dict[tuple[str, str], list[tuple[int, PiecePlan]]]


def write_past_flags(plan: District, learning: Learning, content: Content, ids: Ids) -> int:
    """One ended "ready for next" for every next step that was chosen in time. Returns how many.

    The rules never look at ended flags of this kind, so nothing that is computed depends on them.
    """
    pieces: History = defaultdict(list)
    for number, piece in enumerate(learning.pieces, start=1):
        if piece.kind == "teacher":
            pieces[piece.child, piece.code].append((number, piece))
    dates = Dates(plan, ids, ZoneInfo(content.people.time_zone))
    version = Framework.objects.get(public_id=content.framework.id).version
    rows = _flags(plan, learning.focuses, pieces, dates, ids, content, version)
    return len(Flag.objects.bulk_create(rows, batch_size=1000))


def _flags(
    plan: District,
    focuses: Sequence[FocusPlan],
    pieces: History,
    dates: Dates,
    ids: Ids,
    content: Content,
    version: int,
) -> Iterator[Flag]:
    for focus in focuses:
        if focus.child is None or focus.answers is None:
            continue
        mine = [row for row in pieces[focus.child, focus.answers] if row[1].recorded_at < focus.chosen_at]
        mine.sort(key=lambda row: (row[1].day, row[0]))
        if len(mine) < 3:
            continue
        competency = ids.competencies[focus.answers]
        seen = [Seen(competency, p.value, p.context, p.recorded_at) for _number, p in mine]
        flag = Flag(
            student_id=ids.students[focus.child],
            rule=RuleName.READY_NEXT,
            rule_version=1,
            subject=str(competency),
            competency_id=competency,
            framework_version=version,
            state=FlagState.RESOLVED,
            owner_id=ids.persons[mine[-1][1].author],
            section_id=ids.sections[mine[-1][1].section],
            reason={
                "code": str(ReasonCode.READY_NEXT),
                "params": {
                    "pieces": len(mine),
                    "days": len({p.day for _number, p in mine}),
                    "held": str(content.framework.target),
                    "next": ",".join(str(ids.competencies[c]) for c in content.framework.after(focus.answers)),
                },
            },
            evidence_ids=[number for number, _piece in mine],
            evidence_through=max(p.recorded_at for _number, p in mine),
            end_code="reason_gone",
            version=2,
        )
        dated = dates.opened(flag, first_true(flag.rule, seen).astimezone(dates.zone))
        if _in_time(dated, focus.chosen_at):
            flag.public_id = uid(plan.seed, "past", focus.child, focus.answers, focus.code, focus.chosen_at)
            flag.opened_on, flag.opened_at, flag.ended_at = dated.opened_on, dated.opened_at, focus.chosen_at
            flag.review_on, flag.lapse_on = dated.calendar.review_on(dated.opened_on), dated.lapse_on
            yield flag


def _in_time(dated: Dated, chosen_at: datetime) -> bool:
    return dated.opened_at < chosen_at and chosen_at.date() < dated.lapse_on
