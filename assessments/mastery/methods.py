"""The registry of methods: names, parameters, versions, formulas. Formulas as in docs/methods.md.

Every formula gets the independent pieces in order and returns what it found. Sums and means are ratios of
integers: nothing is rounded before it is compared, whatever the decimal context of the caller is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from itertools import compress
from math import gcd, lcm
from typing import NamedTuple

from assessments.mastery.terms import UNKNOWN_CONTEXT, Code, MasteryError, Piece, Scale, plain


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A parameter of a method: a whole number in the closed range low..high, or a value on the scale.

    For a value on the scale, `default` None means the target of the scale, and low and high are not used.
    """

    name: str
    default: int | None
    low: int = 0
    high: int = 0
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class MethodSpec:
    """A method of the safe list: its version, its parameters, and whether early attempts stay in the result."""

    name: str
    version: int
    parameters: tuple[ParameterSpec, ...] = ()
    counts_the_past: bool = False


METHODS: Mapping[str, MethodSpec] = {
    spec.name: spec
    for spec in (
        MethodSpec(
            "criterion",
            1,
            (
                ParameterSpec("needed", 2, 1, 10),
                ParameterSpec("window", 3, 1, 10),
                # not above 2: with 3, one more good piece in a first known context could end a level that
                # was held while every context was unknown
                ParameterSpec("contexts", 2, 1, 2),
            ),
        ),
        MethodSpec("best_n", 1, (ParameterSpec("n", 3, 1, 10),)),
        MethodSpec("highest", 1),
        MethodSpec("latest", 1),
        MethodSpec("average", 1, counts_the_past=True),
        MethodSpec("weighted", 1, (ParameterSpec("w", 65, 1, 99),), counts_the_past=True),
        MethodSpec("decaying", 1, (ParameterSpec("w", 65, 50, 99),), counts_the_past=True),
        MethodSpec(
            "n_mastery",
            1,
            (ParameterSpec("n", 3, 1, 10), ParameterSpec("cut", None, is_value=True)),
            counts_the_past=True,
        ),
        MethodSpec("median_recent", 1, (ParameterSpec("k", 3, 1, 25),), counts_the_past=True),
        MethodSpec("power_law", 1, counts_the_past=True),
    )
}
"""The safe list a district chooses from. The version of a method changes when its result can change."""


@dataclass(frozen=True, slots=True)
class Method:
    """A named method with its parameters, as a district chose it.

    `parameters` may leave out what keeps its default; afterwards it is complete and JSON as it stands (a value on
    the scale is a plain decimal string, None: the target). `version` 0 stands for the registry's version.

    Raises MasteryError for an unknown method, version or parameter, and for a parameter out of its range.
    """

    name: str = "criterion"
    parameters: Mapping[str, int | str | Decimal | None] = field(default_factory=dict, hash=False)
    version: int = 0
    _numbers: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _cut: Decimal | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spec = METHODS.get(self.name)
        if spec is None:
            raise MasteryError(f"There is no method {self.name!r}; there are {', '.join(METHODS)}.")
        if self.version not in (0, spec.version):
            raise MasteryError(
                f"{self.name} has version {spec.version} here, not {self.version}: it cannot be repeated exactly."
            )
        unknown = sorted(set(self.parameters) - {parameter.name for parameter in spec.parameters})
        if unknown:
            known = ", ".join(parameter.name for parameter in spec.parameters) or "none"
            raise MasteryError(f"{self.name} has no parameter {unknown[0]!r}; its parameters: {known}.")
        complete: dict[str, int | str | Decimal | None] = {}
        numbers: list[int] = []
        cut: Decimal | None = None
        for parameter in spec.parameters:
            given = self.parameters.get(parameter.name, parameter.default)
            if parameter.is_value:
                cut = _value(self.name, parameter, given)
                complete[parameter.name] = None if cut is None else plain(cut)
            else:
                number = _number(self.name, parameter, given)
                numbers.append(number)
                complete[parameter.name] = number
        if self.name == "criterion" and numbers[0] > numbers[1]:
            raise MasteryError(f"criterion cannot ask for {numbers[0]} of the last {numbers[1]} pieces.")
        object.__setattr__(self, "parameters", complete)
        object.__setattr__(self, "version", spec.version)
        object.__setattr__(self, "_numbers", tuple(numbers))
        object.__setattr__(self, "_cut", cut)

    def check(self, scale: Scale) -> None:
        """That this method can be used with this scale; raises MasteryError where it cannot."""
        if self.name == "power_law" and scale.levels[0] <= 0:
            raise MasteryError("power_law needs a scale whose levels are all above 0.")
        if self._cut is not None and not scale.levels[0] <= self._cut <= scale.top:
            raise MasteryError(
                f"The cut {plain(self._cut)} lies outside the scale {plain(scale.levels[0])} to {plain(scale.top)}."
            )

    def find(self, ordered: Sequence[Piece], scale: Scale) -> Found:
        """What the formula finds in at least one independent piece, given in order (observed_on, key)."""
        return _FORMULAS[self.name](ordered, scale, self._numbers, self._cut)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The whole-number parameters in the order of the registry."""
        return self._numbers


def _number(method: str, parameter: ParameterSpec, given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool):
        raise MasteryError(f"{parameter.name} of {method} is a whole number, not {given!r}.")
    if not parameter.low <= given <= parameter.high:
        raise MasteryError(f"{parameter.name} of {method} is {parameter.low} to {parameter.high}, not {given}.")
    return given


def _value(method: str, parameter: ParameterSpec, given: object) -> Decimal | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | str | Decimal):
        raise MasteryError(f"{parameter.name} of {method} is a value on the scale, not {given!r}.")
    try:
        value = Decimal(given)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise MasteryError(f"{parameter.name} of {method} is a value on the scale, not {given!r}.")
    return value


class Found(NamedTuple):
    """What a formula found: the value (cut at six places), whether the exact one is above the target, and why."""

    value: Decimal | None
    above_target: bool
    code: Code
    params: dict[str, int | str]
    dropped: tuple[Decimal, ...] = ()


PLACES = 6
"""Decimal places a value keeps. Where they do not suffice it is cut, never rounded: no `>=` changes."""
_UNIT: int = 10**PLACES


def _piece_value(value: Decimal, scale: Scale, code: Code, params: dict[str, int | str]) -> Found:
    """A value that is a piece's own."""
    params["value"] = plain(value)
    return Found(value, value > scale.target, code, params)


def _ratio(top: int, bottom: int, scale: Scale, code: Code, params: dict[str, int | str]) -> Found:
    """The exact value top / bottom (bottom > 0)."""
    whole, rest = divmod(top, bottom)
    value = Decimal(whole) if not rest else Decimal(f"{top * _UNIT // bottom}E-{PLACES}")
    target_top, target_bottom = scale.target.as_integer_ratio()
    params["value"] = plain(value)
    return Found(value, top * target_bottom > target_top * bottom, code, params)


def _integers(values: Sequence[Decimal]) -> tuple[list[int], int]:
    """The values as integers over one common denominator."""
    ratios = [value.as_integer_ratio() for value in values]
    bottom = lcm(*(below for _, below in ratios))
    return [above * (bottom // below) for above, below in ratios], bottom


def _criterion(ordered: Sequence[Piece], scale: Scale, numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    needed, window, demanded = numbers
    levels = scale.levels
    values = [piece.value for piece in ordered]
    contexts = [piece.context for piece in ordered]
    recent = values[-window:]
    dropped: tuple[Decimal, ...] = ()
    if demanded > 1 and UNKNOWN_CONTEXT in contexts:
        dropped = _without_context(ordered, levels)
    if len(recent) >= needed:
        latest = recent[-1]
        # the highest value that `needed` of the recent ones reach; no level above it can be held
        index = bisect_right(levels, sorted(recent)[-needed])
        while index:
            index -= 1
            level = levels[index]
            if index and latest < levels[index - 1]:
                continue
            reached = [value >= level for value in values]
            seen = len(set(compress(contexts, reached)))
            if seen >= demanded or level in dropped:
                params: dict[str, int | str] = {
                    "pieces": len(ordered),
                    "level": plain(level),
                    "shown": reached[-window:].count(True),
                    "recent": len(recent),
                    "needed": needed,
                    "window": window,
                }
                if level in dropped:
                    return Found(level, level > scale.target, Code.CRITERION_HELD_CONTEXTS_UNKNOWN, params, dropped)
                params["contexts"] = seen
                return Found(level, level > scale.target, Code.CRITERION_HELD, params, dropped)
    building: dict[str, int | str] = {"pieces": len(ordered), "needed": needed, "window": window}
    return Found(None, False, Code.CRITERION_BUILDING, building, dropped)


def _without_context(ordered: Sequence[Piece], levels: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """The levels that pieces reach, all of them pieces of unknown context."""
    start = 0
    end = bisect_right(levels, max(piece.value for piece in ordered))
    known = [piece.value for piece in ordered if piece.context != UNKNOWN_CONTEXT]
    if known:
        start = bisect_right(levels, max(known))
    return levels[start:end]


def _best_n(ordered: Sequence[Piece], scale: Scale, numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    (n,) = numbers
    best: list[Decimal] = []
    by_sub_skill: dict[str, list[Decimal]] = {}
    for piece in ordered:
        by_sub_skill.setdefault(piece.sub_skill, []).append(piece.value)
    for values in by_sub_skill.values():
        best += sorted(values)[-n:]
    tops, bottom = _integers(best)
    return _ratio(sum(tops), bottom * len(tops), scale, Code.BEST_N, {"pieces": len(ordered), "n": n})


def _highest(ordered: Sequence[Piece], scale: Scale, _numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    highest = max(piece.value for piece in ordered)
    return _piece_value(highest, scale, Code.HIGHEST, {"pieces": len(ordered)})


def _latest(ordered: Sequence[Piece], scale: Scale, _numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    last = ordered[-1]
    params: dict[str, int | str] = {
        "pieces": len(ordered),
        "observed_on": last.observed_on.isoformat(),
    }
    return _piece_value(last.value, scale, Code.LATEST, params)


def _average(ordered: Sequence[Piece], scale: Scale, _numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    tops, bottom = _integers([piece.value for piece in ordered])
    return _ratio(sum(tops), bottom * len(tops), scale, Code.AVERAGE, {"pieces": len(ordered)})


def _weighted(ordered: Sequence[Piece], scale: Scale, numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    (w,) = numbers
    params: dict[str, int | str] = {"pieces": len(ordered), "w": w}
    (*earlier, latest), bottom = _integers([piece.value for piece in ordered])
    if not earlier:
        return _ratio(latest, bottom, scale, Code.WEIGHTED, params)
    top = w * latest * len(earlier) + (100 - w) * sum(earlier)
    return _ratio(top, 100 * len(earlier) * bottom, scale, Code.WEIGHTED, params)


def _decaying(ordered: Sequence[Piece], scale: Scale, numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    (w,) = numbers
    common = gcd(w, 100)
    weight, whole = w // common, 100 // common
    tops, bottom = _integers([piece.value for piece in ordered])
    top, power = tops[0], 1
    for score in tops[1:]:
        # v = w s + (1 - w) v with v = top / power: both over power x whole, so nothing is ever divided
        top = weight * score * power + (whole - weight) * top
        power *= whole
    return _ratio(top, bottom * power, scale, Code.DECAYING, {"pieces": len(ordered), "w": w})


def _n_mastery(ordered: Sequence[Piece], scale: Scale, numbers: tuple[int, ...], cut: Decimal | None) -> Found:
    (n,) = numbers
    line = scale.target if cut is None else cut
    reached = [piece.value for piece in ordered if piece.value >= line]
    params: dict[str, int | str] = {
        "pieces": len(ordered),
        "n": n,
        "cut": plain(line),
        "reached": len(reached),
    }
    if len(reached) < n:
        return Found(None, False, Code.N_MASTERY_NOT_ENOUGH, params)
    tops, bottom = _integers(reached)
    return _ratio(sum(tops), bottom * len(tops), scale, Code.N_MASTERY, params)


def _median_recent(ordered: Sequence[Piece], scale: Scale, numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    (k,) = numbers
    params: dict[str, int | str] = {"pieces": len(ordered), "k": k}
    recent = sorted(piece.value for piece in ordered[-k:])
    middle = len(recent) // 2
    if len(recent) % 2:
        return _piece_value(recent[middle], scale, Code.MEDIAN_RECENT, params)
    tops, bottom = _integers(recent[middle - 1 : middle + 1])
    return _ratio(sum(tops), 2 * bottom, scale, Code.MEDIAN_RECENT, params)


# Logarithms do not terminate: fifty digits inside, rounded to twenty places, which count as the exact value
# (so that the same score again and again gives that score, not a hair less).
_PRECISE = Context(prec=50, rounding=ROUND_HALF_UP)
_TWENTY_PLACES = Decimal("1E-20")


@lru_cache(maxsize=4096)
def _ln(value: Decimal) -> Decimal:
    return value.ln(_PRECISE)


def _power_law(ordered: Sequence[Piece], scale: Scale, _numbers: tuple[int, ...], _cut: Decimal | None) -> Found:
    values = [piece.value for piece in ordered]
    if min(values) <= 0:
        raise MasteryError("power_law needs scores above 0.")
    value = values[0]
    if len(values) > 1:
        c = _PRECISE
        n = Decimal(len(values))
        xs = [_ln(Decimal(number)) for number in range(1, len(values) + 1)]
        ys = [_ln(score) for score in values]
        sum_x = sum_y = sum_xx = sum_xy = Decimal(0)
        for x, y in zip(xs, ys, strict=True):
            sum_x, sum_y = c.add(sum_x, x), c.add(sum_y, y)
            sum_xx, sum_xy = c.fma(x, x, sum_xx), c.fma(x, y, sum_xy)
        top = c.subtract(c.multiply(n, sum_xy), c.multiply(sum_x, sum_y))
        bottom = c.subtract(c.multiply(n, sum_xx), c.multiply(sum_x, sum_x))
        # at n the line is at mean y + slope (ln n - mean x)
        rise = c.divide(c.multiply(top, c.subtract(c.multiply(n, xs[-1]), sum_x)), c.multiply(bottom, n))
        value = c.exp(c.add(c.divide(sum_y, n), rise)).quantize(_TWENTY_PLACES, context=c)
        value = min(max(value, scale.levels[0]), scale.top)
    return _ratio(*value.as_integer_ratio(), scale, Code.POWER_LAW, {"pieces": len(ordered)})


_Formula = Callable[[Sequence[Piece], Scale, tuple[int, ...], Decimal | None], Found]
_FORMULAS: Mapping[str, _Formula] = {
    "criterion": _criterion,
    "best_n": _best_n,
    "highest": _highest,
    "latest": _latest,
    "average": _average,
    "weighted": _weighted,
    "decaying": _decaying,
    "n_mastery": _n_mastery,
    "median_recent": _median_recent,
    "power_law": _power_law,
}
