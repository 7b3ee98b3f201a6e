"""The rows of all files as records, before anything refers to anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from accounts.oneroster import building
from accounts.oneroster import records as r
from accounts.oneroster.columns import Dialect, FileSpec, Kind
from accounts.oneroster.issues import Code, IssueLog
from accounts.oneroster.mapping import expand
from accounts.oneroster.plan import FileMode, Plan
from accounts.oneroster.reading import open_table
from accounts.oneroster.source import RosterSource
from accounts.oneroster.values import Row, RowSetAside

PROGRESS_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class FileCount:
    """What became of a file's rows: `rows` = `kept` + `set_aside` + `gone`. Rows that say "deleted" are gone."""

    file: str
    mode: FileMode
    rows: int
    kept: int
    set_aside: int
    gone: int


@dataclass(slots=True)
class Draft:
    """Records by kind and id, what the files said is gone, and what was set aside (so: not missing, only unread)."""

    plan: Plan
    log: IssueLog
    preferred_names: bool = False
    orgs: dict[str, r.Org] = field(default_factory=dict)
    sessions: dict[str, r.Session] = field(default_factory=dict)
    courses: dict[str, r.Course] = field(default_factory=dict)
    classes: dict[str, r.Class] = field(default_factory=dict)
    users: dict[str, r.User] = field(default_factory=dict)
    enrollments: dict[str, r.Enrollment] = field(default_factory=dict)
    roles: dict[str, list[r.Role]] = field(default_factory=dict)
    role_grades: dict[str, tuple[str, ...]] = field(default_factory=dict)
    claims: list[r.AgentClaim] = field(default_factory=list)
    gone: dict[Kind, set[str]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    held: dict[Kind, set[str]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    unidentified: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    modes: dict[Kind, FileMode] = field(default_factory=lambda: dict.fromkeys(Kind, FileMode.ABSENT))
    rows: dict[str, int] = field(default_factory=dict)
    gone_rows: dict[str, int] = field(default_factory=dict)
    pool: dict[str, str] = field(default_factory=dict)

    tables: dict[Kind, Mapping[str, r.Record]] = field(init=False)

    def __post_init__(self) -> None:
        self.tables = {
            Kind.ORG: self.orgs,
            Kind.SESSION: self.sessions,
            Kind.COURSE: self.courses,
            Kind.CLASS: self.classes,
            Kind.USER: self.users,
            Kind.ENROLLMENT: self.enrollments,
        }

    def set_aside(self, kind: Kind, record: r.Record, code: Code, column: str, value: str, **params: str | int) -> None:
        """Takes a record that is already in a table out again: error in the log, id held."""
        self.log.error(code, file=record.file, line=record.line, column=column, value=value, **params)
        self.held[kind].add(record.source_id)


def read_files(
    source: RosterSource,
    plan: Plan,
    log: IssueLog,
    *,
    preferred_names: bool,
    on_progress: Callable[[str, int], None] | None = None,
) -> Draft:
    """Every planned file's rows as records. `on_progress(file, rows so far)` is called now and then."""
    draft = Draft(plan, log, preferred_names)
    for spec, mode in plan.modes.items():
        if mode is FileMode.ABSENT:
            continue
        with source.open(spec.file_name) as stream:
            table = open_table(stream, spec=spec, log=log)
            if table is None:
                continue
            # Of two files of one kind (Clever's students and teachers) the more careful mode holds for both.
            seen = draft.modes[spec.kind]
            draft.modes[spec.kind] = FileMode.DELTA if FileMode.DELTA in {mode, seen} else mode
            for line, values in table.rows():
                _read_row(draft, spec, mode, line, values)
                if on_progress and table.rows_seen % PROGRESS_EVERY == 0:
                    on_progress(spec.file_name, table.rows_seen)
            if on_progress:
                on_progress(spec.file_name, table.rows_seen)
        draft.rows[spec.file_name] = table.rows_seen
        draft.held[spec.kind] |= table.unread_ids
        draft.unidentified[spec.kind] += table.unread_without_id
    if plan.dialect is Dialect.CLEVER and Kind.CLASS in draft.modes:
        # Terms stand in the sections file and teachers' seats too.
        draft.modes[Kind.SESSION] = draft.modes[Kind.CLASS]
    return draft


def _read_row(draft: Draft, spec: FileSpec, mode: FileMode, line: int, values: dict[str, str]) -> None:
    for kind, stated in expand(draft.plan.dialect, spec, values):
        row = Row(stated, file=spec.file_name, line=line, log=draft.log, pool=draft.pool)
        try:
            if building.read_status(row, delta=mode is FileMode.DELTA) is r.Status.GONE:
                _forget(draft, kind, row)
            else:
                _READERS[kind](draft, row)
        except RowSetAside:
            source_id = row.raw("sourcedId")
            if source_id:
                draft.held[kind].add(source_id)
            else:
                draft.unidentified[kind] += 1


def _forget(draft: Draft, kind: Kind, row: Row) -> None:
    source_id = row.id("sourcedId", required=True)
    if before := draft.tables.get(kind, {}).get(source_id):
        raise row.set_aside(Code.DUPLICATE_DIFFERENT, "sourcedId", source_id, first_line=before.line)
    draft.gone[kind].add(source_id)
    draft.gone_rows[row.file] = draft.gone_rows.get(row.file, 0) + 1


def _is_new(draft: Draft, kind: Kind, row: Row, record: r.Record) -> bool:
    """Whether the id was not seen before; the same row again is passed over, a different one set aside."""
    if record.source_id in draft.gone[kind]:
        raise row.set_aside(Code.DUPLICATE_DIFFERENT, "sourcedId", record.source_id, first_line=0)
    before = draft.tables[kind].get(record.source_id)
    if before is None:
        return True
    if before.file != record.file or replace(record, line=before.line) != before:
        if kind is Kind.SESSION and draft.plan.dialect is Dialect.CLEVER:
            return False
        raise row.set_aside(Code.DUPLICATE_DIFFERENT, "sourcedId", record.source_id, first_line=before.line)
    if not (kind is Kind.SESSION and draft.plan.dialect is Dialect.CLEVER):
        row.warn(Code.DUPLICATE_SAME, "sourcedId", record.source_id, first_line=before.line)
    return False


def _add_org(draft: Draft, row: Row) -> None:
    record = building.read_org(row)
    if _is_new(draft, Kind.ORG, row, record):
        draft.orgs[record.source_id] = record


def _add_session(draft: Draft, row: Row) -> None:
    record = building.read_session(row)
    if _is_new(draft, Kind.SESSION, row, record):
        draft.sessions[record.source_id] = record


def _add_course(draft: Draft, row: Row) -> None:
    record = building.read_course(row)
    if _is_new(draft, Kind.COURSE, row, record):
        draft.courses[record.source_id] = record


def _add_class(draft: Draft, row: Row) -> None:
    record = building.read_class(row)
    title = row.text("courseTitle", limit=200)
    if _is_new(draft, Kind.CLASS, row, record):
        if title:
            course_id = f"{record.source_id}:course"
            code = row.text("courseCode", limit=60)
            draft.courses[course_id] = r.Course(course_id, row.file, row.line, title, code, (), (), "")
            record = replace(record, course_id=course_id)
        draft.classes[record.source_id] = record


def _add_user(draft: Draft, row: Row) -> None:
    record = building.read_user(row, preferred_names=draft.preferred_names)
    one_role_a_row = draft.plan.dialect in {Dialect.ONEROSTER_11, Dialect.CLEVER}
    roles = building.read_user_roles(row, record.source_id) if one_role_a_row else ()
    if _is_new(draft, Kind.USER, row, record):
        draft.users[record.source_id] = record
    # The same person in two rows that differ by role or school only has both.
    known = draft.roles.setdefault(record.source_id, []) if roles else []
    stated = {(role.role, role.org_id) for role in known}
    known.extend(role for role in roles if (role.role, role.org_id) not in stated)


def _add_role(draft: Draft, row: Row) -> None:
    record = building.read_role(row)
    draft.roles.setdefault(record.user_id, []).append(record)
    if grades := row.grades("grades"):
        draft.role_grades[record.user_id] = grades


def _add_enrollment(draft: Draft, row: Row) -> None:
    record = building.read_enrollment(row)
    if _is_new(draft, Kind.ENROLLMENT, row, record):
        if record.ends_on is not None and record.begins_on == record.ends_on:
            row.warn(Code.DATES_SAME, "endDate", record.ends_on.isoformat())
            draft.gone[Kind.ENROLLMENT].add(record.source_id)
            draft.gone_rows[row.file] = draft.gone_rows.get(row.file, 0) + 1
            return
        draft.enrollments[record.source_id] = record


def _add_relationship(draft: Draft, row: Row) -> None:
    draft.claims.append(building.read_relationship(row))


_READERS: Mapping[Kind, Callable[[Draft, Row], None]] = {
    Kind.ORG: _add_org,
    Kind.SESSION: _add_session,
    Kind.COURSE: _add_course,
    Kind.CLASS: _add_class,
    Kind.USER: _add_user,
    Kind.ROLE: _add_role,
    Kind.ENROLLMENT: _add_enrollment,
    Kind.RELATIONSHIP: _add_relationship,
}
