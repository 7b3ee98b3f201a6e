"""A made-up response log with a known cause, so that the estimators can be tried without anybody's data."""

from __future__ import annotations

from itertools import count
from random import Random

from assessments.estimates.elo import sigmoid
from assessments.estimates.terms import EstimateError, Response

SKILLS = 20
ITEMS = 15
SKILLS_EACH = 10
ANSWERS_EACH = 20
"""A student meets SKILLS_EACH of SKILLS skills and answers ANSWERS_EACH items of each: 200 responses a student."""
GROUPS = ("east", "west")


def simulate(*, students: int, seed: int) -> list[Response]:
    """200 responses of each student, in the order of time. The same arguments give the same log everywhere.

    Skills have difficulties N(0, 0.7), items N(0, 0.8). Where a student begins is drawn for each skill anew,
    N(0.2, 1), and independent of every other skill: there is no general factor to be found. Each answer teaches
    a little (0.02 to 0.1 logits) and sometimes something is forgotten. The groups are drawn by chance and differ
    in nothing. Raises EstimateError for fewer than two students.
    """
    if students < 2:
        raise EstimateError(f"At least two students are needed, not {students}.")
    chance = Random(seed)  # noqa: S311  # a made-up log, repeatable on purpose
    hard = [chance.gauss(0, 0.7) for _ in range(SKILLS)]
    items = [[chance.gauss(0, 0.8) for _ in range(ITEMS)] for _ in range(SKILLS)]
    clock = count(1)
    log: list[Response] = []
    for number in range(1, students + 1):
        group = GROUPS[chance.random() < 0.5]
        can = {skill: chance.gauss(0.2, 1.0) for skill in chance.sample(range(SKILLS), SKILLS_EACH)}
        learns = {skill: chance.uniform(0.02, 0.1) for skill in can}
        to_come = [skill for skill in can for _ in range(ANSWERS_EACH)]
        chance.shuffle(to_come)
        for skill in to_come:
            item = chance.randrange(ITEMS)
            correct = chance.random() < sigmoid(can[skill] - hard[skill] - items[skill][item])
            can[skill] += learns[skill]
            if chance.random() < 0.03:
                can[skill] -= 0.5
            log.append(
                Response(f"s{number:05}", f"skill{skill:02}", f"item{skill:02}-{item:02}", correct, next(clock), group)
            )
    # everybody works at the same time: as many days as answers, students taking turns within a day
    turns = {name: count(1) for name in {response.student for response in log}}
    return sorted(
        (response._replace(at=float(next(turns[response.student]))) for response in log),
        key=lambda response: (response.at, response.student),
    )
