"""A student's pages of pathways: the same list at every level, the way in, moving, waiting, and a draw to check."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from accounts.models import Partner
from assessments.choices import EvidenceKind
from assessments.errors import EvidenceChangedError
from assessments.models import Evidence, ObservationAnswer
from assessments.services.observations import Look, answer_observation
from competencies.choices import PathwayState, WayKind
from success_plans.choices import MembershipState, StatementKind, Voice
from success_plans.coarse import quarter_start
from success_plans.models import PathwayMembership, Proposal
from success_plans.services import draws
from success_plans.services import pathways as services
from success_plans.services.pathways import Ask
from supports import recompute as loop
from tests import factories as make
from tests.cast import World, demonstrate, see, viewer_of

pytestmark = pytest.mark.django_db


def joined(world: World, pathway: Any, number: int = 0) -> PathwayMembership:
    by = viewer_of(world.people["teacher"])
    return services.join(by=by, student=world.students[number], pathway=pathway, ask=Ask(uuid.uuid4(), "", "en"))


def test_two_students_of_opposite_levels_get_byte_for_byte_the_same_pathways(
    world: World, student: Any, teacher: Any, client_of: Any
) -> None:
    """S9, K2: what a student may open does not depend on level."""
    pathways = [
        make.PathwayFactory(interests=[interest], competencies=[idea], capacity=capacity)
        for interest, idea, capacity in (
            ("music", world.idea["ratios"], None),
            ("building", world.idea["equal parts"], 4),
            ("cooking", world.idea["add"], None),
        )
    ]
    make.PathwayFactory(state=PathwayState.CLOSED, title="Not open")
    other = world.students[1]
    make.UserFactory(person=other.person, username="other")
    for name in ("equal parts", "ratios"):
        demonstrate(teacher, world.student, world.idea[name], until=world.today, value=4)
        see(teacher, other, world.idea[name], 1)
    loop.refresh_due(today=world.today)
    with connection.cursor() as cursor:  # the worker gives its own transaction seconds only, and this is one
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

    def pages(child: Any) -> list[str]:
        client = client_of(child.person)
        addresses = [reverse("student_pathways", args=[child.public_id])]
        addresses += [reverse("pathway_join", args=[child.public_id, one.public_id]) for one in pathways]
        found = []
        for address in addresses:
            text = client.get(address).content.decode()
            assert "Not open" not in text
            for own in (str(child.public_id), child.person.display_name, child.person.short_name):
                text = text.replace(own, "ONE")
            text = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", text)  # against forgery, anew for every page
            found.append(re.sub(r'name="key" value="[^"]+"', "", text))
        return found

    differences = [
        line
        for one, two in zip(pages(world.student), pages(other), strict=True)
        for line in difflib.unified_diff(one.splitlines(), two.splitlines(), lineterm="")
    ]
    assert differences == []
    assert "Bridges and rivers" in pages(other)[0]
    for one in pathways:  # and the door is the same
        for child in (world.student, other):
            row = services.join(by=viewer_of(child.person), student=child, pathway=one, ask=Ask(uuid.uuid4(), "", "en"))
            assert row.state == MembershipState.IN


def test_own_interests_come_first_because_the_student_said_them(world: World, student: Any, client_of: Any) -> None:
    make.PathwayFactory(title="Aviation", interests=["planes"])
    make.PathwayFactory(title="Woodwork", interests=["wood"])
    page = reverse("student_pathways", args=[world.student.public_id])
    assert re.findall(r"(Aviation|Woodwork)</a>", client_of(student).get(page).content.decode()) == [
        "Aviation", "Woodwork",
    ]  # fmt: skip

    plan = make.PlanFactory(student=world.student)
    make.PlanStatementFactory(plan=plan, kind=StatementKind.INTEREST, voice=Voice.STUDENT, text="Anything of wood!")

    text = client_of(student).get(page).content.decode()
    assert re.findall(r"(Aviation|Woodwork)</a>", text) == ["Woodwork", "Aviation"]
    assert "You said you like this" in text


def test_a_student_joins_moves_with_everything_and_the_family_reads_along(
    world: World, student: Any, guardian: Any, teacher: Any, client_of: Any
) -> None:
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    see(teacher, world.student, world.idea["add"], 2)
    loop.refresh_due(today=world.today)
    one = make.PathwayFactory(title="Gardens")
    other = make.PathwayFactory(
        title="Radio", competencies=[world.idea["compare"], world.idea["add"], world.idea["ratios"]]
    )
    client, child = client_of(student), world.student.public_id
    way = one.ways.filter(kind=WayKind.IN).first()
    join = reverse("pathway_join", args=[child, one.public_id])

    assert client.post(join, {"words": "x", "language": "en", "key": uuid.uuid4()}).status_code == 422
    data = {"way": way.public_id, "words": "I grow beans", "language": "en", "key": uuid.uuid4()}
    assert client.post(join, data).status_code == 302
    plan = client.get(reverse("student_plan", args=[child])).content.decode()
    assert "Gardens" in plan
    assert "A small bridge" in plan
    mine = PathwayMembership.objects.get()
    page = reverse("membership", args=[mine.public_id])
    second = one.experiences.last()
    assert client.post(page, {"experience": second.public_id, "version": mine.version}).status_code == 302
    assert client.post(page, {"experience": "", "version": mine.version}).status_code == 409
    assert client.post(page, {"experience": uuid.uuid4(), "version": 9}).status_code == 422
    # the line of the plan belongs to the pathway now
    line = reverse("pathway_edit", args=[mine.choice.public_id])
    assert client.post(line, {"interest": "x", "version": 2, "has_ended": "on"}).status_code == 422

    move = reverse("pathway_move", args=[mine.public_id, other.public_id])
    text = client.get(move).content.decode()
    shown, rest = text.split("Begun already")
    begun, new = rest.split("New there")
    assert "Compare" in shown
    assert "from 3 pieces" in shown
    assert "Add" in begun
    assert "from one piece" in begun
    assert "Ratios" in new
    entry = other.ways.filter(kind=WayKind.IN).first().public_id
    data = {"way": entry, "words": "", "language": "en", "key": uuid.uuid4()}
    assert client.post(move, data).status_code == 302
    told = client_of(guardian).get(reverse("student_pathways", args=[child])).content.decode()
    assert "Radio" in told
    assert "Where it went on from" in told
    assert Evidence.objects.count() == 4


def test_a_family_proposes_and_the_student_decides(world: World, guardian: Any, student: Any, client_of: Any) -> None:
    pathway = make.PathwayFactory(title="Radio")
    address = reverse("pathway_suggest", args=[world.student.public_id, pathway.public_id])

    assert client_of(guardian).post(address, {"text": " ", "language": "en"}).status_code == 422
    assert client_of(guardian).post(address, {"text": "You love stories.", "language": "en"}).status_code == 302

    assert Proposal.objects.get().to_voice == Voice.STUDENT
    text = client_of(student).get(reverse("proposals", args=[world.student.public_id])).content.decode()
    assert "Radio: You love stories." in text
    assert not PathwayMembership.objects.exists()


def test_who_waits_reads_when_the_draw_is_and_does_it_again(
    world: World, student: Any, teacher: Any, guardian: Any, client_of: Any
) -> None:
    pathway = make.PathwayFactory(title="Boats", capacity=1, contact=teacher)
    first = joined(world, pathway, 1)
    mine = joined(world, pathway)
    joined(world, pathway, 2)
    page = reverse("student_pathways", args=[world.student.public_id])
    assert "a draw will be announced" in client_of(student).get(page).content.decode()

    places = reverse("pathway_places", args=[pathway.public_id])
    client = client_of(teacher)
    assert client.post(places, {"draw_on": "2001-01-01"}).status_code == 422
    assert client.post(places, {"draw_on": world.today.isoformat()}).status_code == 302
    call = draws.announced(pathway)
    assert call is not None
    text = client.get(places).content.decode()
    assert call.digest in text
    assert call.seed not in text
    told = client_of(student).get(page).content.decode()
    assert "Everyone has the same chance." in told
    assert "a draw is held on" in told
    held = client.post(reverse("draw_hold", args=[call.public_id]))
    for who in (student, guardian, teacher):
        text = client_of(who).get(held.url).content.decode()
        assert call.seed in text
        assert str(mine.public_id) in text
        for child in world.students:
            assert child.person.family_name not in text
    table = client_of(student).get(held.url + "/csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    numbers = [hashlib.sha256(f"{row['seed']}{row['id']}".encode()).hexdigest() for row in rows]
    assert [row["sha256_of_seed_and_id"] for row in rows] == numbers == sorted(numbers)
    assert len(rows) == 2

    services.leave(by=viewer_of(teacher), membership=first)
    row = PathwayMembership.objects.get(state=MembershipState.OFFERED)
    if not hasattr(row.student.person, "user"):
        make.UserFactory(person=row.student.person, username="drawn")
    answer = client_of(row.student.person).post(reverse("place_answer", args=[row.public_id]), {"answer": "yes"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == MembershipState.IN


# ------------------------------------------------------------------ what a teacher answered can change
def sent(world: World, value: Any = None) -> Evidence:
    return make.EvidenceFactory(
        student=world.student, competency=world.idea["compare"], recorded_by=world.people["guardian"],
        rater=world.people["guardian"], kind=EvidenceKind.FAMILY, is_accepted=False, value=value, note="Cut the cake",
    )  # fmt: skip


def test_an_answer_changes_and_the_one_before_it_is_kept(world: World, teacher: Any, client_of: Any) -> None:
    row, client = sent(world), client_of(teacher)
    assert "Cut the cake" in client.get("/today").content.decode()
    address = reverse("observation_answer", args=[row.public_id])
    assert client.post(address, {"decision": "beside", "text": "Thank you."}).status_code == 302
    assert "Cut the cake" not in client.get("/today").content.decode()
    assert address in client.get("/observations/waiting").content.decode()

    was = ObservationAnswer.objects.get().answered_at.isoformat()
    assert was in client.get(address).content.decode()
    again = {"decision": "accept", "level": "", "text": "I looked again.", "instead_of": was}
    assert client.post(address, again).status_code == 302
    row.refresh_from_db()
    assert row.is_accepted
    assert ObservationAnswer.objects.get().text == "I looked again."
    before = apps.get_model("assessments", "ObservationAnswerEvent").objects.get()
    assert (before.text, before.is_accepted) == ("Thank you.", False)
    assert client.post(address, again | {"decision": "beside"}).status_code == 302  # somebody else's turn was first
    assert ObservationAnswer.objects.get().text == "I looked again."


def test_a_level_that_was_given_goes_when_the_answer_does_not_count_any_more(world: World, teacher: Any) -> None:
    by, row = viewer_of(teacher), sent(world, 2)
    counted = answer_observation(by=by, evidence=row, look=Look(True, Decimal(3)))
    assert (counted.value, counted.is_accepted, counted.rater) == (3, True, teacher)
    was = ObservationAnswer.objects.get(evidence=counted).answered_at

    with pytest.raises(EvidenceChangedError):
        answer_observation(by=by, evidence=counted, look=Look(False, None, "Not yet sure."))
    beside = answer_observation(by=by, evidence=counted, look=Look(False, None, "Not yet sure.", "en", was))

    assert (beside.value, beside.is_accepted, beside.rater) == (2, False, world.people["guardian"])
    assert ObservationAnswer.objects.get(evidence=beside).text == "Not yet sure."
    assert ObservationAnswer.objects.count() == 2


def test_who_takes_part_is_told_by_school_in_steps_and_of_no_school_where_one_has_few(world, teacher, client_of):
    pathway = make.PathwayFactory(contact=teacher)
    other = make.SchoolFactory(name="Upper Meadow")
    day = quarter_start(world.today)
    page = reverse("pathway_places", args=[pathway.public_id])

    def take_part(school, count):
        PathwayMembership.objects.bulk_create(
            PathwayMembership(
                key=uuid.uuid4(), student=one, pathway=pathway, state="in", starts_on=day, author=teacher, language="en"
            )
            for one in make.StudentFactory.create_batch(count, school=school)
        )

    assert "Nobody took part" in client_of(teacher).get(page).content.decode()
    take_part(world.school, 12)
    take_part(other, 9)
    few = client_of(teacher).get(page).content.decode()
    assert "Too few to say by school" in few
    assert "Upper Meadow" not in few
    take_part(other, 8)
    enough = client_of(teacher).get(page).content.decode()
    assert ("10 or more" in enough, "15 or more" in enough, "Upper Meadow" in enough) == (True, True, True)


def test_a_partner_goes_from_its_table_to_each_pathway_it_may_read(world, partner, client_of):
    harrow = Partner.objects.get(members__person=partner)
    opened = make.PathwayFactory(partner=harrow)
    draft = make.PathwayFactory(partner=harrow, bare=True, state="design")
    of_others = make.PathwayFactory(bare=True, state="design")
    make.PathwayExperienceFactory(pathway=of_others, partner=harrow)
    page = client_of(partner).get(reverse("partner")).content.decode()

    for address in (
        reverse("pathway_detail", args=[opened.public_id]),
        reverse("pathway_design", args=[draft.public_id]),
    ):
        assert f'href="{address}"' in page
        assert client_of(partner).get(address).status_code == 200
    assert of_others.title in page
    assert str(of_others.public_id) not in page
