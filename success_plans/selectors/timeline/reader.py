"""For whom the running record is read, and what of it is theirs to read."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.choices import GuardianBlock
from accounts.households import limited_blocks, other_household
from accounts.models import Student
from accounts.permissions import Permission, Viewer, domains_for, permissions_on
from success_plans.selectors.closeness import reads_close
from success_plans.selectors.holds import HeldSet, held


@dataclass(frozen=True, slots=True)
class Reader:
    """One viewer before one student's record.

    `is_family`: the student or a guardian; what is closed or on hold is not there for them. For everybody else what is
    closed is a line that names its owner, and what is on hold carries a word that says so.
    """

    viewer: Viewer
    student: Student
    allowed: frozenset[Permission]
    domains: frozenset[str]
    others: frozenset[int]
    blocks: frozenset[str]
    held: HeldSet

    @property
    def is_guardian(self) -> bool:
        """Family, on whatever other ground they may come in as well."""
        return Permission.SPEAK_AS_FAMILY in self.allowed or Permission.READ_FAMILY_PAGE in self.allowed

    @property
    def is_family(self) -> bool:
        """The student or a guardian."""
        return self.is_guardian or Permission.SPEAK_AS_STUDENT in self.allowed

    @property
    def is_close(self) -> bool:
        """Reads what is for family, navigator and those granted it (`Audience.CLOSE`)."""
        return reads_close(self.allowed, self.domains)

    @property
    def reads_drafts(self) -> bool:
        """Reads supports that were not shared with the family yet."""
        return Permission.EDIT_PLAN in self.allowed and not self.is_family

    @property
    def reads_evidence(self) -> bool:
        """Reads what was seen of the student's work."""
        return Permission.READ_EVIDENCE in self.allowed

    @property
    def may_amend(self) -> bool:
        """Adds a statement to an entry."""
        speaks = {Permission.EDIT_PLAN, Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY}
        return bool(speaks & self.allowed)

    def is_blocked(self, block: str) -> bool:
        """A legal document takes this block from this guardian."""
        return block in self.blocks or GuardianBlock.EVERYTHING in self.blocks


def reader_for(*, viewer: Viewer, student: Student) -> Reader:
    """The reader the loader let in. Three queries, five for a guardian."""
    return Reader(
        viewer=viewer,
        student=student,
        allowed=permissions_on(viewer, student),
        domains=domains_for(viewer, student),
        others=other_household(viewer).get(student.pk, frozenset()),
        blocks=limited_blocks(viewer, student),
        held=held(student),
    )
