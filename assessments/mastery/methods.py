"""The registry of methods: names, parameters, versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A parameter of a method: its default (None: the target of the scale) and the closed range allowed."""

    name: str
    default: int | None
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class MethodSpec:
    """A method of the safe list: its version and its parameters."""

    name: str
    version: int
    parameters: tuple[ParameterSpec, ...] = ()
    counts_the_past: bool = False


METHODS: dict[str, MethodSpec] = {}


@dataclass(frozen=True, slots=True)
class Method:
    """A named method with its parameters, as a district chose it. Validated when made; MasteryError says why.

    `parameters` may leave out what keeps its default; afterwards it is complete, ready to be stored.
    `version` 0 means the version of the registry.
    """

    name: str = "criterion"
    parameters: Mapping[str, int | str | Decimal] = field(default_factory=dict)
    version: int = 0
