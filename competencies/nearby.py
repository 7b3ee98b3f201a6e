"""What comes directly before and after: the one reading of the continuum that next steps are computed from."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from competencies.choices import AssociationKind
from competencies.continuum import Continuum, build_continuum
from competencies.models import Association, Competency


def ties(where: Q) -> list[tuple[int, int]]:
    """(earlier, later) of what stands today, is published and can be learned; loops are open already. One query.

    Nothing about a learner is asked for, least of all age or grade.
    """
    rows = (
        Association.objects.filter(
            where,
            kind=AssociationKind.PRECEDES,
            retired_at__isnull=True,
            is_broken_cycle=False,
            origin__retired_at__isnull=True,
            destination__retired_at__isnull=True,
            origin__is_assessable=True,
            destination__is_assessable=True,
            origin__framework__is_published=True,
            destination__framework__is_published=True,
        )
        .order_by("pk")
        .values_list("origin_id", "destination_id")
    )
    return [(a, b) for a, b in rows if a is not None and b is not None]


def around(competencies: Collection[int]) -> Continuum[int]:
    """These competencies, what comes directly before and after them, and what all of those build on.

    So that whatever of it is offered as a step is offered with every prerequisite it has. In the framework's order.
    Three queries, however many.
    """
    beside = ties(Q(origin__in=competencies) | Q(destination__in=competencies))
    near = {*competencies, *(node for edge in beside for node in edge)}
    towards = ties(Q(destination__in=near))
    nodes = near | {node for edge in towards for node in edge}
    order = Competency.objects.filter(pk__in=nodes).order_by("framework_id", "position", "pk")
    return build_continuum(order.values_list("pk", flat=True), dict.fromkeys([*beside, *towards]))
