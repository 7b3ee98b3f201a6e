"""Places on pathways: how many are free, who gets the next one, and what becomes of one that was kept long enough.

Whoever calls holds the pathway (`locked`), so that two people never get one place.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.recompute import answer_day
from competencies.choices import PathwayState
from competencies.models import Pathway
from competencies.pathway_content import published
from success_plans.choices import MembershipState
from success_plans.draw import next_in_line
from success_plans.models import PathwayDraw, PathwayMembership

TAKEN = (MembershipState.IN, MembershipState.OFFERED)


def locked(pathway_ids: Collection[int]) -> dict[int, Pathway]:
    """These pathways, held until the transaction ends: by key, so that two who need two never wait for each other."""
    rows = Pathway.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pathway_ids).order_by("pk")
    return {row.pk: row for row in rows}


def free_places(pathway: Pathway) -> int | None:
    """How many places are free now; None where there is no limit; never below 0. At most two queries."""
    places = capacity_of(pathway)
    if places is None:
        return None
    taken = PathwayMembership.objects.filter(pathway=pathway, state__in=TAKEN).count()
    return max(places - taken, 0)


def capacity_of(pathway: Pathway) -> int | None:
    """How many places the pathway has, as it is published: a draft gives and takes none. None: no limit. One query."""
    places: int | None = published(pathway).get("capacity")
    return places


def drawn_orders(pathway: Pathway) -> list[list[UUID]]:
    """The order of every draw of this pathway, oldest first."""
    return list(PathwayDraw.objects.filter(pathway=pathway).order_by("pk").values_list("drawn_from", flat=True))


def pass_on(pathway: Pathway, *, today: date, by: int | None = None) -> int:
    """Keep every free place for whoever is next in the order of the draws. Returns how many places were offered.

    Where there is no limit any more, everybody who waits has a place. The pathway must be `locked`.
    """
    if pathway.state != PathwayState.PUBLISHED:
        return 0
    waiting = {
        row.public_id: row
        for row in PathwayMembership.objects.select_for_update(of=("self",))
        .filter(pathway=pathway, state=MembershipState.WAITING)
        .select_related("student")
        .order_by("pk")
    }
    if not waiting:
        return 0
    free = free_places(pathway)
    offered = list(waiting) if free is None else next_in_line(drawn_orders(pathway), waiting, free)
    days: dict[int | None, date] = {}
    for public_id in offered:
        row = waiting[public_id]
        school = row.student.school_id
        if school not in days:
            days[school] = answer_day(school, today=today)
        row.state = MembershipState.OFFERED
        row.offered_until = days[school]
        keep(row, by=by, action="membership.offer")
    return len(offered)


def keep(row: PathwayMembership, *, by: int | None, action: str) -> None:
    """Store a changed membership with its audit row."""
    row.version += 1
    row.changed_at = timezone.now()
    row.save()
    audit.record(
        by=by,
        action=action,
        subject_type="pathwaymembership",
        subject_id=row.public_id,
        students=[row.student_id],
    )


def pass_on_places(*, today: date | None = None) -> int:
    """End offers whose last day is over and pass their places on; also where a pathway has more places than before.

    Whoever did not answer may ask again at any time. Returns how many places were offered anew. Again changes nothing.
    """
    day = today or timezone.localdate()
    over = {"state": MembershipState.OFFERED, "offered_until__lt": day}
    concerned = PathwayMembership.objects.filter(state__in=[MembershipState.OFFERED, MembershipState.WAITING])
    total = 0
    for pk in concerned.order_by("pathway_id").values_list("pathway_id", flat=True).distinct():
        with transaction.atomic():
            pathway = locked([pk])[pk]
            rows = PathwayMembership.objects.select_for_update(of=("self",)).filter(pathway=pathway, **over)
            for row in rows.order_by("pk"):
                row.state = MembershipState.LEFT
                row.ended_on = day
                keep(row, by=None, action="membership.lapse")
            total += pass_on(pathway, today=day)
    return total
