"""The access policy inside a larger statement: the text of `permissions.students_for`, put together once a shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models.expressions import RawSQL

from accounts.permissions import Permission, Viewer, students_for

# Stand in for what differs from viewer to viewer of one shape; nothing else in a policy is equal to them.
_PERSON, _STUDENT, _DAY = 9_007_199_254_740_881, 9_007_199_254_740_847, date(1, 2, 3)
_NOBODY = ("SELECT NULL::bigint WHERE false", ())


def permitted_students(viewer: Viewer, permission: Permission) -> tuple[str, list[Any]]:
    """`students_for` as the text of a subselect of student ids, with its parameters in order.

    The policy itself is written, read and changed in `accounts.permissions` alone.
    """
    text, wanted = _compiled(_shape_of(viewer), permission)
    real = {_PERSON: viewer.person_id, _STUDENT: viewer.own_student_id, _DAY: viewer.today}
    return text, [real.get(value, value) if isinstance(value, (int, date)) else value for value in wanted]


def permitted(viewer: Viewer, permission: Permission) -> RawSQL:
    """`students_for` as the right side of `student__in=`, without building its query anew."""
    return RawSQL(*permitted_students(viewer, permission))  # noqa: S611 - text of ours, values as parameters


def _shape_of(viewer: Viewer) -> _Shape:
    return _Shape(
        replace(
            viewer,
            person_id=None if viewer.person_id is None else _PERSON,
            own_student_id=None if viewer.own_student_id is None else _STUDENT,
            today=_DAY,
            user_id=None,
            public_id=None,
            own_student_public_id=None,
            name="",
            short_name="",
            purposes={},
        )
    )


class _Shape:
    """A viewer of stand-ins as a key: everything the policy may look at and that is no stand-in stays as it is."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.key = (viewer.person_id, viewer.own_student_id, viewer.roles, viewer.kinds, viewer.scopes)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and other.key == self.key


@lru_cache(maxsize=512)
def _compiled(shape: _Shape, permission: Permission) -> tuple[str, Sequence[Any]]:
    try:
        text, wanted = students_for(shape.viewer, permission).values("pk").query.sql_with_params()
    except EmptyResultSet:
        return _NOBODY
    return text, tuple(wanted)
