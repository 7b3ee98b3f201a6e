"""A world written again is the world that was built, row for row."""

from __future__ import annotations

import pytest

from accounts.models import Person
from tests.again import again, ours
from tests.cast import World, build_world, client_for

pytestmark = pytest.mark.django_db


def rows() -> dict[str, list[dict[str, object]]]:
    """Every table that is not empty, without the hours at which rows were written and what stands for a row."""
    return {
        model._meta.label: sorted(
            ({name: str(value) for name, value in row.items()} for row in model._base_manager.values()), key=str
        )
        for model in ours()
        if model._base_manager.exists()
    }


def empty(built: dict[str, list[dict[str, object]]]) -> None:
    """Take every row away that a factory can have written."""
    for model in ours():
        if model._meta.label in built and model._meta.app_label not in {"auth", "contenttypes", "sites"}:
            model._base_manager.all()._raw_delete("default")


def never() -> World:
    raise AssertionError("It was built a second time.")


def test_every_row_is_there_again(today):
    first = again(("here", today), lambda: build_world(today))
    built = rows()
    empty(built)

    second = again(("here", today), never)

    assert rows() == built
    assert len(built) > 15
    assert second == first


def test_what_a_test_changes_is_its_own(today):
    first = again(("here", today), lambda: build_world(today))
    first.people["teacher"].given_name = "Somebody else"
    Person.objects.update(given_name="Somebody else")
    first.people.pop("guardian")
    empty(rows())

    second = again(("here", today), never)

    assert second.people["teacher"].given_name != "Somebody else"
    assert "guardian" in second.people
    assert not Person.objects.filter(given_name="Somebody else").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_has_it_too(today, time):
    assert again(("committed", today), lambda: build_world(today)).focus.pk
    assert rows()["supports.Focus"]


def test_the_cast_can_act(world: World):
    assert client_for(world.people["teacher"]).get("/today").status_code == 200
    assert world.student.person is world.people["student"]
