"""By which rule a parent is met by its children: chosen by the district, read side, nothing is stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from assessments.choices import RollupRule
from assessments.mastery import MasteryError
from assessments.mastery.rollup import Child, Parent, Rule
from assessments.models import Rollup, RollupChild
from competencies.models import Competency

MOST_POINTS = Decimal(1000)


class RollupError(ValueError):
    """A rule that cannot be used; the message says what to change. Nothing was written."""


class RollupChangedError(Exception):
    """Somebody changed this rule meanwhile. `current` is how it stands; nothing was overwritten."""

    def __init__(self, current: Rollup | None) -> None:
        super().__init__(_("Somebody changed this rule meanwhile."))
        self.current = current


class Weight(NamedTuple):
    """What a child counts under the rule of points."""

    points: Decimal
    is_required: bool


def set_rollup(
    *,
    by: Viewer,
    parent: Competency,
    rule: RollupRule,
    needed: Decimal | None,
    children: Mapping[UUID, Weight],
    version: int,
) -> Rollup:
    """Choose the rule of a parent. `version` is that of the rule this person saw, 0 for the one nobody chose.

    Raises RollupError where the rule cannot be met or names no child of this parent, RollupChangedError where another
    version stands.
    """
    mine = {row.public_id: row for row in Competency.objects.filter(parent=parent, retired_at__isnull=True)}
    weights = {mine[key]: weight for key, weight in children.items() if key in mine}
    if rule == RollupRule.POINTS:
        _check(parent, needed, weights)
    with transaction.atomic():
        row, is_new = Rollup.objects.select_for_update(of=("self",)).get_or_create(
            parent=parent, defaults={"rule": RollupRule.ALL, "chosen_by_id": by.actor_id, "version": 0}
        )
        if row.version != version:
            raise RollupChangedError(row)
        Rollup.objects.filter(pk=row.pk).update(
            rule=rule,
            needed=needed if rule == RollupRule.POINTS else None,
            chosen_by_id=by.actor_id,
            version=F("version") + 1,
        )
        RollupChild.objects.filter(rollup=row).delete()
        if rule == RollupRule.POINTS:
            RollupChild.objects.bulk_create(
                RollupChild(rollup=row, competency=child, points=weight.points, is_required=weight.is_required)
                for child, weight in weights.items()
            )
        audit.record(
            by=by.person_id,
            action="rollup.set",
            subject_type="competency",
            subject_id=parent.public_id,
            details={"rule": str(rule), "needed": str(needed or ""), "version": version + 1},
        )
    row.refresh_from_db()
    return row


def _check(parent: Competency, needed: Decimal | None, weights: Mapping[Competency, Weight]) -> None:
    if any(not weight.points.is_finite() or weight.points > MOST_POINTS for weight in weights.values()):
        raise RollupError(_("A child counts 0 to 1,000 points."))
    if any(weight.points.as_tuple().exponent < -2 for weight in weights.values()):  # type: ignore[operator]
        raise RollupError(_("Points have two decimal places at most."))
    try:
        Parent(
            str(parent.pk),
            tuple(Child(str(child.pk), weight.points, weight.is_required) for child, weight in weights.items()),
            Rule.POINTS,
            needed,
        )
    except MasteryError as error:
        raise RollupError(
            _("Say how many points are needed: more than 0, and no more than all children carry together.")
        ) from error
