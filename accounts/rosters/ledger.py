"""What an import did, or would do: counts for each sort of row, and who would leave, by school."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

LEAVING_LIMIT_PERCENT = 10


class Entity(StrEnum):
    """The sorts of rows an import writes, in the order they are told."""

    SCHOOLS = "schools"
    SCHOOL_YEARS = "school_years"
    TERMS = "terms"
    SECTIONS = "sections"
    STUDENTS = "students"
    STAFF = "staff"
    FAMILY = "family"
    ACCOUNTS = "accounts"
    ROLES = "roles"
    SEATS = "seats"
    TEACHING = "teaching"
    FAMILY_LINKS = "family_links"
    CIRCLES = "circles"


@dataclass(slots=True)
class Tally:
    """Rows of one sort. `left` are deactivated or ended, never deleted; `returned` were deactivated before."""

    created: int = 0
    changed: int = 0
    returned: int = 0
    left: int = 0
    unchanged: int = 0

    @property
    def writes(self) -> int:
        """How many rows were written."""
        return self.created + self.changed + self.returned + self.left


@dataclass(slots=True)
class Leaving:
    """How many would leave one school, of how many who are there now."""

    school: str
    students: int = 0
    of_students: int = 0
    staff: int = 0
    of_staff: int = 0

    @property
    def too_many(self) -> bool:
        """Whether more than 10 % of the school's students, or of its staff, would leave."""
        return _above(self.students, self.of_students) or _above(self.staff, self.of_staff)


def _above(part: int, whole: int) -> bool:
    return part * 100 > whole * LEAVING_LIMIT_PERCENT


class Note(StrEnum):
    """What the import decided that somebody may want to know; told with a count."""

    ACCOUNT_NAME_TAKEN = "account_name_taken"
    ADDRESS_CORRECTED = "address_corrected"
    KEPT_BY_HAND_ROLE = "kept_by_hand_role"
    LINK_ENDED_BY_HAND = "link_ended_by_hand"
    RELATIVE_WITHOUT_ACCESS = "relative_without_access"
    ADMINISTRATOR_WITHOUT_ROLE = "administrator_without_role"
    SCHOOL_STILL_USED = "school_still_used"
    NOBODY_LEAVES = "nobody_leaves"
    DEMONSTRATION = "demonstration"


@dataclass(slots=True)
class Ledger:
    """Everything counted during one import."""

    tallies: dict[Entity, Tally] = field(default_factory=lambda: {entity: Tally() for entity in Entity})
    leaving: list[Leaving] = field(default_factory=list)
    notes: dict[Note, int] = field(default_factory=dict)

    def __getitem__(self, entity: Entity) -> Tally:
        return self.tallies[entity]

    def note(self, note: Note, count: int = 1) -> None:
        """Count something worth telling; 0 tells nothing."""
        if count:
            self.notes[note] = self.notes.get(note, 0) + count

    @property
    def writes(self) -> int:
        """How many rows were written in all; 0 means that nothing had changed."""
        return sum(tally.writes for tally in self.tallies.values())

    @property
    def too_many_leave(self) -> bool:
        """Whether at any school more than 10 % of the students or of the staff would leave."""
        return any(school.too_many for school in self.leaving)

    def as_json(self) -> dict[str, Any]:
        """For a job's report."""
        return {
            "tallies": {entity.value: asdict(tally) for entity, tally in self.tallies.items()},
            "leaving": [
                {**asdict(school), "too_many": school.too_many}
                for school in sorted(self.leaving, key=lambda school: school.school)
                if school.students or school.staff
            ],
            "notes": {note.value: count for note, count in self.notes.items()},
            "writes": self.writes,
        }
