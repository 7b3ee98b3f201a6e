"""Database keys of what was written, by the keys of the plan."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Ids:
    """Plan key (or code) to primary key. A child has two: its person's and its student's."""

    schools: dict[str, int] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    students: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    competencies: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
