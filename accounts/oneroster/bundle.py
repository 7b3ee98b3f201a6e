"""Reads a whole roster, whatever state it is in, into clean records and a report.

    bundle = read_roster(Path("export.zip"))

Nothing is raised over a row or a file; `RosterUnreadable` says that the whole source cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from accounts.oneroster import records as r
from accounts.oneroster.columns import Dialect, Kind
from accounts.oneroster.draft import Draft, FileCount, read_files
from accounts.oneroster.issues import Code, Issue, IssueLog, Severity
from accounts.oneroster.plan import FileMode, make_plan
from accounts.oneroster.resolving import KnownRoster, resolve
from accounts.oneroster.source import Limits, open_source


@dataclass(frozen=True, slots=True)
class RosterBundle:
    """What a roster says, after all references are settled.

    `modes` says for each kind whether its file spoke of everything. `gone` are ids whose rows said "deleted";
    `held` are ids whose rows were set aside: they are neither changed nor missing. `unidentified` counts rows that
    were set aside without a readable id: while there are any, who is missing from that file cannot be told.
    `schools` maps the ids of schools (and of what is used as one); `student_schools` gives each student's.
    """

    dialect: Dialect
    system: str
    modes: Mapping[Kind, FileMode]
    orgs: Mapping[str, r.Org]
    schools: Mapping[str, r.Org]
    sessions: Mapping[str, r.Session]
    courses: Mapping[str, r.Course]
    classes: Mapping[str, r.Class]
    users: Mapping[str, r.User]
    roles: Mapping[str, tuple[r.Role, ...]]
    enrollments: Mapping[str, r.Enrollment]
    links: tuple[r.GuardianLink, ...]
    student_schools: Mapping[str, str]
    student_grades: Mapping[str, str]
    role_schools: Mapping[str, str]
    gone: Mapping[Kind, frozenset[str]]
    held: Mapping[Kind, frozenset[str]]
    unidentified: Mapping[Kind, int]
    files: tuple[FileCount, ...]
    issues: tuple[Issue, ...]
    issue_counts: Mapping[tuple[Severity, Code], int]

    def users_with(self, *roles: r.UserRole) -> list[r.User]:
        """The users that hold any of these roles, in file order."""
        wanted = set(roles)
        return [user for key, user in self.users.items() if wanted & {role.role for role in self.roles.get(key, ())}]

    @property
    def students(self) -> list[r.User]:
        """Users with the role student."""
        return self.users_with(r.UserRole.STUDENT)

    @property
    def errors(self) -> int:
        """How many errors were found, including those not kept in `issues`."""
        return sum(count for (severity, _code), count in self.issue_counts.items() if severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many warnings were found, including those not kept in `issues`."""
        return sum(count for (severity, _code), count in self.issue_counts.items() if severity is Severity.WARNING)

    def speaks_of_all(self, kind: Kind) -> bool:
        """Whether an id of this kind that is not here is gone: the file was bulk and every row had a readable id."""
        return self.modes[kind] is FileMode.BULK and not self.unidentified[kind]


def read_roster(
    origin: Path | BinaryIO,
    *,
    preferred_names: bool = False,
    known: KnownRoster | None = None,
    on_progress: Callable[[str, int], None] | None = None,
    limits: Limits | None = None,
) -> RosterBundle:
    """Read a folder or a zip.

    `preferred_names` is the district's decision to keep them; `known` are the ids of earlier imports, to which a
    delta may refer. `on_progress(file name, rows read)` is called every few thousand rows.

    Raises RosterUnreadable with a code where the source as a whole cannot be used.
    """
    log = IssueLog()
    with open_source(origin, log, limits) as source:
        plan = make_plan(source, log)
        draft = read_files(source, plan, log, preferred_names=preferred_names, on_progress=on_progress)
    resolver = resolve(draft, known or KnownRoster())
    grades = {
        user_id: (user.grades or draft.role_grades.get(user_id) or ("",))[0]
        for user_id, user in draft.users.items()
        if user_id in resolver.student_schools
    }
    org_ids = {role.org_id for roles in draft.roles.values() for role in roles if role.org_id}
    return RosterBundle(
        dialect=plan.dialect,
        system=plan.system,
        modes=draft.modes,
        orgs=draft.orgs,
        schools=resolver.schools,
        sessions=draft.sessions,
        courses=draft.courses,
        classes=draft.classes,
        users=draft.users,
        roles={key: tuple(roles) for key, roles in draft.roles.items() if key in draft.users},
        enrollments=draft.enrollments,
        links=tuple(r.GuardianLink(student, person, how) for (student, person), how in resolver.links.items()),
        student_schools=resolver.student_schools,
        student_grades=grades,
        role_schools={org_id: school for org_id in org_ids if (school := resolver.school_of(org_id))},
        gone={kind: frozenset(ids) for kind, ids in draft.gone.items()},
        held={kind: frozenset(ids) for kind, ids in draft.held.items()},
        unidentified=draft.unidentified,
        files=_counts(draft, log),
        issues=log.issues(),
        issue_counts=log.counts(),
    )


def _counts(draft: Draft, log: IssueLog) -> tuple[FileCount, ...]:
    counts = []
    for spec, mode in draft.plan.modes.items():
        file = spec.file_name
        if file not in draft.rows:
            continue
        rows, aside, gone = draft.rows[file], log.rows_set_aside(file), draft.gone_rows.get(file, 0)
        counts.append(FileCount(file, mode, rows, rows - aside - gone, aside, gone))
    return tuple(counts)
