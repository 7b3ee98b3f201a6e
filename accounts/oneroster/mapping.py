"""Other layouts, row by row, into the columns of OneRoster.

School Data Sync differs by header names only (see `columns.py`); Clever packs several records into one row.
"""

from __future__ import annotations

from collections.abc import Iterator

from accounts.oneroster.columns import Dialect, FileSpec, Kind

Values = dict[str, str]


def expand(dialect: Dialect, spec: FileSpec, values: Values) -> Iterator[tuple[Kind, Values]]:
    """The OneRoster records that one row of a file states."""
    if dialect is not Dialect.CLEVER:
        yield spec.kind, values
        return
    yield from _CLEVER[spec.name](values)


def _school(values: Values) -> Iterator[tuple[Kind, Values]]:
    yield Kind.ORG, {"sourcedId": values["School_id"], "name": values["School_name"], "type": "school"}


def _student(values: Values) -> Iterator[tuple[Kind, Values]]:
    yield (
        Kind.USER,
        {
            **_person(values, "student"),
            "email": values.get("Student_email", ""),
            "grades": values.get("Grade", ""),
        },
    )


def _teacher(values: Values) -> Iterator[tuple[Kind, Values]]:
    yield Kind.USER, {**_person(values, "teacher"), "email": values.get("Teacher_email", "")}


def _staff(values: Values) -> Iterator[tuple[Kind, Values]]:
    role = values.get("Role", "").strip().lower()
    yield (
        Kind.USER,
        {
            **_person(values, "staff"),
            "email": values.get("Staff_email", ""),
            "role": role if role in {"teacher", "principal", "counselor"} else "staff",
        },
    )


def _person(values: Values, role: str) -> Values:
    """Clever numbers students, teachers and staff apart, so their ids are kept apart by a prefix."""
    return {
        "sourcedId": _prefixed(role, values[f"{role.capitalize()}_id"]),
        "role": role,
        "orgSourcedIds": values["School_id"],
        "givenName": values["First_name"],
        "familyName": values["Last_name"],
        "username": values.get("Username", ""),
    }


def _section(values: Values) -> Iterator[tuple[Kind, Values]]:
    """A section row is a term, a class and its teachers; the first teacher is the primary one."""
    section, school = values["Section_id"].strip(), values["School_id"]
    term = _term_id(values)
    if term:
        yield (
            Kind.SESSION,
            {
                "sourcedId": term,
                "title": values.get("Term_name", "").strip() or term,
                "type": "term",
                "startDate": values["Term_start"],
                "endDate": values["Term_end"],
            },
        )
    course = values.get("Course_name", "").strip()
    yield (
        Kind.CLASS,
        {
            "sourcedId": section,
            "title": values.get("Name", "").strip() or course or values.get("Section_number", "").strip() or section,
            "classCode": values.get("Section_number", ""),
            "grades": values.get("Grade", ""),
            "subjects": values.get("Subject", ""),
            "schoolSourcedId": school,
            "termSourcedIds": term,
            "courseTitle": course,
            "courseCode": values.get("Course_number", ""),
        },
    )
    columns = ("Teacher_id", *(f"Teacher_{number}_id" for number in range(2, 11)))
    for column in columns:
        teacher = values.get(column, "").strip()
        if section and teacher:
            yield (
                Kind.ENROLLMENT,
                {
                    "sourcedId": f"{section}:teacher:{teacher}",
                    "classSourcedId": section,
                    "schoolSourcedId": school,
                    "userSourcedId": _prefixed("teacher", teacher),
                    "role": "teacher",
                    "primary": "true" if column == "Teacher_id" else "false",
                },
            )


def _seat(values: Values) -> Iterator[tuple[Kind, Values]]:
    section, student = values["Section_id"].strip(), values["Student_id"].strip()
    yield (
        Kind.ENROLLMENT,
        {
            "sourcedId": f"{section}:student:{student}",
            "classSourcedId": section,
            "schoolSourcedId": values.get("School_id", ""),
            "userSourcedId": _prefixed("student", student),
            "role": "student",
        },
    )


def _prefixed(kind: str, number: str) -> str:
    return f"{kind}:{number.strip()}" if number.strip() else ""


def _term_id(values: Values) -> str:
    starts, ends = values.get("Term_start", "").strip(), values.get("Term_end", "").strip()
    if not (starts and ends):
        return ""
    return "|".join((values.get("Term_name", "").strip().replace(",", " "), starts, ends))


_CLEVER = {
    "schools": _school,
    "students": _student,
    "teachers": _teacher,
    "staff": _staff,
    "sections": _section,
    "enrollments": _seat,
}
