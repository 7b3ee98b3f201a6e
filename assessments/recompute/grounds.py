"""How competencies are judged and how sure an estimate is: read for everybody at once, today or as of a past moment."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from accounts.statements import run
from assessments.choices import MethodName
from assessments.estimates.bkt import DEFAULT, BktParameters
from assessments.estimates.terms import EstimateError
from assessments.mastery import MasteryError, Method, Scale
from assessments.models import CompetencyFit, Fit, MethodChoice
from competencies.models import Framework, Level

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The parameters of knowledge tracing that are in use: those of the newest fit, the defaults without one.

    `fit` is its id, 0 without one; a competency the fit has not seen has the `shared` parameters.
    """

    fit: int = 0
    shared: BktParameters = DEFAULT
    by_competency: Mapping[int, BktParameters] = field(default_factory=dict)

    def of(self, competency: int) -> BktParameters:
        """The parameters of a competency."""
        return self.by_competency.get(competency, self.shared)


NOT_FITTED = Fitted()


@dataclass(frozen=True, slots=True)
class Ground:
    """How the competencies of one framework are judged."""

    framework_id: int
    framework_version: int
    scale: Scale
    method: Method
    method_version: int
    fitted: Fitted = NOT_FITTED
    scale_id: int = 0


def grounds() -> dict[int, Ground]:
    """How each framework is judged today, by framework id. Five queries.

    A framework whose scale or method makes no sense is reported and left out: it stops its own students only.
    """
    return _grounds(None)


def grounds_before(moment: datetime) -> dict[int, Ground]:
    """How each framework was judged just before a moment: method, target, scale and fit as they stood then."""
    return _grounds(moment)


def _grounds(before: datetime | None) -> dict[int, Ground]:
    levels: dict[int, list[Decimal]] = defaultdict(list)
    for scale_id, value in Level.objects.order_by("value").values_list("scale_id", "value"):
        levels[scale_id].append(value.normalize())
    chosen = MethodChoice.objects.order_by("framework_id", "version")
    if before is not None:
        chosen = chosen.filter(chosen_at__lt=before)
    choices: dict[int, MethodChoice] = {choice.framework_id: choice for choice in chosen}
    changed = _changed_since(before) if before is not None else {}
    versions = _versions_before(before) if before is not None else {}
    fitted = read_fitted(before=before)
    found = {}
    for framework in Framework.objects.all():
        choice = choices.get(framework.pk)
        scale_id, target, version = changed.get(
            str(framework.public_id), (framework.scale_id, framework.target, framework.version)
        )
        try:
            scale = Scale(tuple(levels[scale_id]), target.normalize())
            method = Method(choice.method, choice.parameters) if choice else Method(MethodName.CRITERION)
            method.check(scale)
        except (MasteryError, TypeError, AttributeError) as error:
            log.warning("grounds.unusable framework=%s error=%s", framework.pk, type(error).__name__)
            continue
        found[framework.pk] = Ground(
            framework_id=framework.pk,
            framework_version=versions.get(str(framework.public_id), version),
            scale=scale,
            method=method,
            method_version=choice.version if choice else 0,
            fitted=fitted,
            scale_id=scale_id,
        )
    return found


def _changed_since(moment: datetime) -> dict[str, tuple[int, Decimal, int]]:
    """(scale, target, version) before the first change of target or scale since a moment, by public id."""
    rows = run(
        """
        SELECT DISTINCT ON (subject_id) subject_id, (details #>> '{before,scale}')::bigint,
               (details #>> '{before,target}')::numeric, (details #>> '{before,version}')::int
        FROM accounts_auditevent
        WHERE subject_type = 'framework' AND action = 'framework.target' AND occurred_at >= %s
        ORDER BY subject_id, occurred_at, id
        """,
        [moment],
    )
    return {framework: (scale, target, version) for framework, scale, target, version in rows}


def _versions_before(moment: datetime) -> dict[str, int]:
    """The version of each framework just before a moment, where the audit knows, by public id."""
    rows = run(
        """
        SELECT DISTINCT ON (subject_id) subject_id,
               CASE action WHEN 'framework.publish' THEN (details ->> 'version')::int
                           ELSE (details #>> '{before,version}')::int + 1 END
        FROM accounts_auditevent
        WHERE subject_type = 'framework' AND action IN ('framework.publish', 'framework.target') AND occurred_at < %s
        ORDER BY subject_id, occurred_at DESC, id DESC
        """,
        [moment],
    )
    return {framework: version for framework, version in rows if version is not None}


def read_fitted(*, before: datetime | None = None) -> Fitted:
    """The newest fit (or the newest one made before a moment). Parameters that make no sense are passed over."""
    fits = Fit.objects.order_by("-pk")
    newest = (fits if before is None else fits.filter(made_at__lt=before)).first()
    if newest is None:
        return NOT_FITTED
    found: dict[int, BktParameters] = {}
    for competency, parameters in CompetencyFit.objects.filter(fit=newest).values_list("competency_id", "parameters"):
        try:
            found[competency] = BktParameters(**parameters)
        except (EstimateError, TypeError) as error:
            log.warning("fit.unusable competency=%s error=%s", competency, type(error).__name__)
    try:
        shared = BktParameters(**newest.report.get("shared", {}))
    except (EstimateError, TypeError):
        shared = DEFAULT
    return Fitted(newest.pk, shared, found)
