"""The policy as a text inside another statement is the policy itself, for everybody and every permission."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.http import anonymous
from accounts.permissions import Permission, students_for
from accounts.permitted import permitted_students
from accounts.statements import run
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("permission", list(Permission))
def test_the_text_names_the_same_students_as_the_policy(world, permission):
    for name, person in world.people.items():
        viewer = viewer_of(person)
        for scopes in (None, frozenset(), frozenset({"evidence:write"}), frozenset({"flags:read"})):
            for today in (viewer.today, world.day(10), world.day(400)):
                asked = replace(viewer, scopes=scopes, today=today)
                text, values = permitted_students(asked, permission)

                found = {pk for (pk,) in run(text, values)}

                assert found == set(students_for(asked, permission).values_list("pk", flat=True)), name


def test_nobody_is_somebody_without_students(world):
    text, values = permitted_students(anonymous(), Permission.SEE_STUDENT)

    assert run(text, values) == []


def test_two_people_of_one_shape_do_not_get_each_other_s_students(world, teacher, teacher_elsewhere):
    found = []
    for person in (teacher, teacher_elsewhere):
        text, values = permitted_students(viewer_of(person), Permission.RECORD_EVIDENCE)
        found.append({pk for (pk,) in run(text, values)})

    assert found[0]
    assert found[1]
    assert not found[0] & found[1]
