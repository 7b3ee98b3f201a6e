"""Who will teach Maya's next class: reads what her teachers read, writes nothing about her, at every address."""

from __future__ import annotations

import pytest

from tests.cast import add_coming_teacher, client_for
from tests.permissions.matrix import CIRCLE, ELSEWHERE, NAVIGATOR, TEACHERS, Answer
from tests.permissions.rows import ROWS
from tests.permissions.stage import Stage, stay_fresh
from tests.permissions.test_matrix import try_it

pytestmark = pytest.mark.django_db


def test_a_coming_teacher_opens_what_teachers_read_and_nothing_that_writes(stage: Stage) -> None:
    stage.clients["coming_teacher"] = client_for(add_coming_teacher(stage.world))
    stay_fresh(stage.clients["coming_teacher"])
    wrong, opened = [], set()
    try:
        for row in ROWS:
            for method, rule in row.methods.items():
                # open to staff without her, there or elsewhere, or to everybody who reads her page
                anyway = any(group <= rule.opens for group in (ELSEWHERE, {"former_teacher"}, CIRCLE))
                theirs = rule.opens >= TEACHERS | NAVIGATOR
                answer, written = try_it(stage, row, "coming_teacher", method)
                if answer is Answer.OPENS and method == "GET":
                    opened.add(row.route)
                if answer is Answer.OPENS and not anyway and not (theirs and method == "GET"):
                    wrong.append(f"{method} {row.route}: {answer}")
                wrong += [f"{method} {row.route}: refused, and yet wrote {sql}" for sql in written]
    finally:
        del stage.clients["coming_teacher"]
    assert wrong == [], "\n".join(wrong)
    assert {"classes", "student_plan", "student_map", "student_timeline"} <= opened
