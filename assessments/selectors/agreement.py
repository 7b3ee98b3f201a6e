"""Whether the people who judge with an instrument mean the same: per criterion, never per named teacher."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Viewer
from assessments.agreement import Intraclass, Kappa, Share, adjacent, exact, intraclass, kappa, position
from assessments.choices import ScoringKind
from assessments.models import CriterionScore, Instrument, InstrumentVersion
from assessments.selectors.criteria import CriterionLine, criteria_of

LEAST = 10
"""Works judged by two people below which nothing is said."""

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure in words, with its number and interval as text; empty where it cannot be said."""

    name: str
    sentence: str
    value: str
    interval: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people agree on one criterion (or on all together), over `works` works."""

    name: str
    works: int
    measures: list[Measure]
    sentence: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The page of one instrument: the whole rubric first, then each criterion with enough works."""

    title: str
    version: int
    works: int
    missing: int
    whole: Agreement | None
    criteria: list[Agreement]


def instrument_by_id(*, viewer: Viewer, public_id: UUID) -> Instrument | None:
    """An instrument; whether this viewer may read about it is for the view to ask of its school. One query."""
    return Instrument.objects.select_related("school").filter(public_id=public_id).first()


def agreement_page(*, viewer: Viewer, instrument: Instrument, language: str) -> AgreementPage | None:
    """Agreement with the newest version two people judged works with; None without a published version.

    What each person first saw, before they talked. Nobody is named, and below ten works nothing is said.
    """
    versions = list(
        InstrumentVersion.objects.filter(instrument=instrument, published_at__isnull=False).order_by("-number")
    )
    if not versions:
        return None
    for version in versions:
        lines = criteria_of(viewer=viewer, version=version, language=language)
        pairs = _pairs(version, lines)
        if pairs:
            break
    else:
        version, pairs = versions[0], {}
        lines = []
    works = len({work for rows in pairs.values() for work in rows})
    if works < LEAST:
        return AgreementPage(version.title, version.number, works, LEAST - works, None, [])
    everything = [pair for rows in pairs.values() for pair in rows.values()]
    return AgreementPage(
        title=version.title,
        version=version.number,
        works=works,
        missing=0,
        whole=_agreement(_("All criteria together"), everything, works),
        criteria=[
            _agreement(line.name, list(pairs[line.pk].values()), len(pairs[line.pk]))
            for line in lines
            if len(pairs.get(line.pk, {})) >= LEAST
        ],
    )


def _pairs(version: InstrumentVersion, lines: list[CriterionLine]) -> dict[int, dict[int, Pair]]:
    """Positions of two people by criterion and work. Only judgements that became evidence: both are done. One query."""
    scales = {line.pk: sorted(line.scale.words) for line in lines}
    found: dict[int, dict[int, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    rows = (
        CriterionScore.objects.filter(
            criterion__version=version,
            scoring__submission__assignment__is_blind=True,
            scoring__kind=ScoringKind.TEACHER,
            scoring__finished_at__isnull=False,
            evidence__isnull=False,
        )
        .order_by("scoring_id")
        .values_list("criterion_id", "scoring__submission_id", "value")
    )
    for criterion, work, value in rows:
        if criterion in scales:
            found[criterion][work].append(position(value, scales[criterion]))
    pairs = {
        criterion: {work: (two[0], two[1]) for work, two in works.items() if len(two) == 2}
        for criterion, works in found.items()
    }
    return {criterion: works for criterion, works in pairs.items() if works}


def _agreement(name: str, pairs: list[Pair], works: int) -> Agreement:
    same, near, beyond = exact(pairs), adjacent(pairs), kappa(pairs)
    shared = intraclass([(float(one), float(other)) for one, other in pairs])
    return Agreement(
        name=name,
        works=works,
        measures=[
            Measure(
                _("The same level"), _share_words(same), _percent(same.share), _span(same.low, same.high, _percent)
            ),
            Measure(
                _("At most one level apart"),
                _share_words(near),
                _percent(near.share),
                _span(near.low, near.high, _percent),
            ),
            Measure(
                _("Beyond chance (weighted kappa)"),
                _kappa_words(beyond),
                _plain(beyond.value),
                _span(beyond.low, beyond.high, _plain),
            ),
            Measure(
                _("What the works themselves explain (ICC)"),
                _icc_words(shared),
                _plain(shared.value),
                _span(shared.low, shared.high, _plain),
            ),
        ],
        sentence=_kappa_words(beyond),
    )


def _share_words(share: Share) -> str:
    said = {"agreed": share.agreed, "total": share.total}
    return ngettext("%(agreed)s of %(total)s judgement", "%(agreed)s of %(total)s judgements", share.total) % said


def _kappa_words(found: Kappa) -> str:
    """Words after Landis and Koch (1977), Biometrics 33, 159-174, said of the low end where there is an interval."""
    if found.value is None:
        return _("Everyone always gave the same level, so this cannot be told from habit.")
    if found.value >= 0.8:
        return _("People mean nearly the same.")
    if found.value >= 0.6:
        return _("People mostly mean the same.")
    if found.value >= 0.4:
        return _("People partly mean the same. Talk about what each level looks like.")
    return _("People mean different things. Look at examples together before this is used again.")


def _icc_words(found: Intraclass) -> str:
    if found.value is None:
        return _("All works were given the same level, so there is nothing to explain.")
    return _("The part of the differences that lies in the works and not in who judged.")


def _percent(value: float | None) -> str:
    return "" if value is None else _("%(n)s %%") % {"n": number_format(round(value * 100))}


def _plain(value: float | None) -> str:
    return "" if value is None else number_format(value, 2)


def _span(low: float | None, high: float | None, words: Callable[[float | None], str]) -> str:
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": words(low), "high": words(high)}
