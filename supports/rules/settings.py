"""Thresholds of the rules: defaults, ranges, versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supports.rules.terms import Rule, RuleError


@dataclass(frozen=True, slots=True)
class Threshold:
    """A whole-number threshold: its default and the closed range a district may choose from."""

    default: int
    low: int
    high: int


THRESHOLDS: Mapping[Rule, Mapping[str, Threshold]] = {
    Rule.READY_NEXT: {},
    Rule.READY_DEEPER: {"pieces": Threshold(2, 2, 10), "contexts": Threshold(2, 1, 2)},
    Rule.STALLED: {"pieces": Threshold(3, 3, 10), "school_days": Threshold(15, 5, 90)},
    Rule.PREREQ_GAP: {"pieces": Threshold(2, 1, 10), "earlier_pieces": Threshold(2, 1, 10)},
    Rule.NOT_SEEN_YET: {"pieces": Threshold(2, 1, 10)},
    Rule.NO_EVIDENCE: {"school_days": Threshold(20, 5, 90)},
    Rule.RATERS_DIFFER: {"levels": Threshold(2, 1, 10)},
}
"""Every threshold a district may change, per rule."""


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """One rule's thresholds in force. `parameters` may leave out what keeps its default; afterwards complete.

    A paused rule opens nothing; its live flags still renew, resolve and lapse. Raises RuleError for an unknown
    rule or parameter, a threshold out of its range, and a version below 1.
    """

    rule: Rule
    version: int = 1
    parameters: Mapping[str, int] = field(default_factory=dict, hash=False)
    paused: bool = False

    def __post_init__(self) -> None:
        try:
            thresholds = THRESHOLDS[Rule(self.rule)]
        except ValueError as error:
            raise RuleError(f"There is no rule {self.rule!r}; there are {', '.join(Rule)}.") from error
        if self.version < 1:
            raise RuleError(f"Versions of a rule setting are counted from 1, not {self.version}.")
        unknown = sorted(set(self.parameters) - set(thresholds))
        if unknown:
            known = ", ".join(thresholds) or "none"
            raise RuleError(f"{self.rule} has no threshold {unknown[0]!r}; its thresholds: {known}.")
        complete: dict[str, int] = {}
        for name, threshold in thresholds.items():
            given: object = self.parameters.get(name, threshold.default)
            if not isinstance(given, int) or isinstance(given, bool):
                raise RuleError(f"{name} of {self.rule} is a whole number, not {given!r}.")
            if not threshold.low <= given <= threshold.high:
                raise RuleError(f"{name} of {self.rule} is {threshold.low} to {threshold.high}, not {given}.")
            complete[name] = given
        object.__setattr__(self, "rule", Rule(self.rule))
        object.__setattr__(self, "parameters", complete)


DEFAULT_SETTINGS: Mapping[Rule, RuleSetting] = {rule: RuleSetting(rule) for rule in Rule}
"""The starter rules as they come."""
