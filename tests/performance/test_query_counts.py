"""What a page costs in queries does not depend on how many students there are. Counted, never timed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import connection

from bench import counts, entry, town

# The most that one visit may ask with an empty Redis: session, user and viewer are three of them. Lower a number when
# its page gets better; a page that needs more has to say why.
# Today: proposals, translations, answers to a version and handovers that wait are a query each. School page: half of it
# is the year's steps, who holds how many plans, and the calendar their clocks run on.
BUDGET = {
    "Today": 18,
    "class grid": 12,
    "student page": 13,
    "family page": 12,
    "student map": 21,
    "timeline": 14,
    "students list": 5,
    "work list": 9,
    "class review": 10,
    "caseload": 13,
    "school page": 20,
}
POSTING = 8


@pytest.mark.slow
def test_no_page_asks_more_for_1000_students_than_for_10(db: None, today: date) -> None:
    place = town.found(today, competencies=6)
    asked: dict[int, dict[str, list[str]]] = {}
    for size in counts.SIZES:
        counts.fill(place, size)
        with connection.cursor() as cursor:
            # the workers that filled it give their own statements seconds only, and this is one long transaction
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("ANALYZE")  # as autovacuum does within a minute; without it plans are guesses
        asked[size] = {page: counts.queries_of(place, page) for page in counts.PAGES}

    small, large = asked[10], asked[1000]
    for page in counts.PAGES:
        more = Counter(_shape(sql) for sql in large[page]) - Counter(_shape(sql) for sql in small[page])
        assert len(large[page]) == len(small[page]), f"{page} asks more: {list(more)}"
    assert {page: len(large[page]) for page in counts.PAGES if len(large[page]) > BUDGET[page]} == {}
    assert BUDGET.keys() == counts.PAGES.keys()


def _shape(sql: str) -> str:
    return sql.partition("WHERE")[0][:160]


@pytest.mark.parametrize(("students", "competencies"), [(1, 1), (30, 5)])
def test_one_piece_and_a_class_set_of_150_cost_the_same_queries(
    db: None, today: date, students: int, competencies: int
) -> None:
    place = town.found(today, competencies=6)
    town.settle(place, 30)
    token = town.token_of(place.teacher, "evidence:write")

    asked = entry.queries(
        place, token=token, students=place.students[:students], competencies=place.competencies[:competencies]
    )

    assert asked <= POSTING
