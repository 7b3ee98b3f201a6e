"""What the office reads beside a family it may invite."""

from __future__ import annotations

from accounts.choices import RelationshipKind
from accounts.invitations import selectors
from tests import factories as make
from tests.cast import World, relate, viewer_of


def test_beside_a_child_stands_what_the_number_is(world: World) -> None:
    world.student.grade = "05"
    world.student.save(update_fields=["grade"])
    mother = make.PersonFactory(given_name="Lucía", family_name="Okafor")
    relate(mother, RelationshipKind.GUARDIAN, [world.student])
    lines = selectors.invitees(
        viewer=viewer_of(world.people["plan_lead"]), students=selectors.only(world.student), about=world.student
    )
    [line] = [one for one in lines if one.public_id == mother.public_id]
    assert line.children == f"{world.student.person.display_name} (grade 5)"
