"""A link that is handed over: who comes in by it, who does not, and what is kept of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from competencies.choices import DesignerVoice, PathwayState
from competencies.models import Pathway, PathwayDesigner, PathwayInvitation
from competencies.naming import like_names
from competencies.services import pathways as services
from competencies.services.pathways import PathwayError
from tests import factories as make
from tests.cast import World, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: World, teacher: Any) -> Pathway:
    pathway = make.PathwayFactory(bare=True, state=PathwayState.DESIGN, title="Boats", proposed_by=teacher)
    make.PathwayDesignerFactory(pathway=pathway, person=teacher)
    return pathway


def link(teacher: Any, draft: Pathway, **more: Any) -> tuple[PathwayInvitation, str]:
    asked = {"for_whom": "the boat builders", "most": 1, "days": 7} | more
    return services.make_invitation(by=viewer_of(teacher), pathway=draft, **asked)


def test_the_code_is_shown_once_and_kept_nowhere(world, teacher, draft, client_of):
    page = client_of(teacher).post(
        reverse("pathway_designers", args=[draft.public_id]),
        {"act": "link", "for_whom": "the boat builders", "most": "2", "days": "3"},
    )
    code = re.search(r"/pathways/invited/([\w-]+)", page.content.decode())[1]
    made = PathwayInvitation.objects.get()

    assert len(code) >= 43
    assert code not in "".join(str(value) for value in vars(made).values())
    assert not any(code in str(vars(event)) for event in AuditEvent.objects.all())
    assert (made.most, (made.ends_at - timezone.now()).days) == (2, 2)
    again = client_of(teacher).get(reverse("pathway_designers", args=[draft.public_id])).content.decode()
    assert ("the boat builders" in again, code in again) == (True, False)


def test_a_partner_reads_what_it_means_and_comes_in_as_what_they_are(world, teacher, partner, draft, client_of):
    made, code = link(teacher, draft)
    address, there = reverse("pathway_invited", args=[code]), client_of(partner)

    assert there.get(reverse("pathway_design", args=[draft.public_id])).status_code == 404
    assert "Boats" in there.get(address).content.decode()
    assert PathwayDesigner.objects.filter(person=partner).count() == 0  # reading is not saying yes
    assert there.post(address).status_code == 302
    assert there.get(reverse("pathway_design", args=[draft.public_id])).status_code == 200
    assert there.post(address).status_code == 302  # twice is once

    made.refresh_from_db()
    mine = PathwayDesigner.objects.get(person=partner)
    assert (made.used, mine.voice, mine.invited_by) == (1, DesignerVoice.EMPLOYER, teacher)
    assert "go to the draft" in there.get(address).content.decode()


def test_without_an_account_one_reads_how_to_get_one_and_nothing_of_the_draft(world, teacher, draft, client):
    _made, code = link(teacher, draft)
    page = client.get(reverse("pathway_invited", args=[code])).content.decode()

    assert "You have no account yet?" in page
    assert "Boats" not in page
    assert "the boat builders" not in page
    assert f"next=/pathways/invited/{code}".replace("/", "%2F") in page


@pytest.mark.parametrize("what", ["unknown", "over", "revoked", "full", "closed"])
def test_a_link_that_holds_no_more_says_so_to_everybody_alike(world, teacher, partner, draft, client, client_of, what):
    made, code = link(teacher, draft)
    if what == "over":
        PathwayInvitation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    elif what == "revoked":
        client_of(teacher).post(reverse("pathway_designers", args=[draft.public_id]), {"revoke": made.public_id})
    elif what == "full":
        services.join_design(by=viewer_of(world.people["navigator"]), code=code)
    elif what == "closed":
        Pathway.objects.update(state=PathwayState.CLOSED)
    address = reverse("pathway_invited", args=["x" * 43 if what == "unknown" else code])

    for who in (client, client_of(partner)):
        answer = who.get(address)
        assert (answer.status_code, "holds no more" in answer.content.decode()) == (404, True)
    with pytest.raises(PathwayError):
        services.join_design(by=viewer_of(partner), code=code if what != "unknown" else "x" * 43)
    assert not PathwayDesigner.objects.filter(person=partner).exists()


def test_students_and_families_come_in_only_by_a_link_of_the_schools_that_says_so(
    world, teacher, partner, student, guardian, draft, client_of
):
    make.PathwayDesignerFactory(pathway=draft, person=partner, voice=DesignerVoice.EMPLOYER)
    _made, by_partner = link(partner, draft, is_for_homes=True, most=9)
    _made, for_adults = link(teacher, draft, most=9)
    _made, for_homes = link(teacher, draft, is_for_homes=True, most=9)

    for code in (by_partner, for_adults):
        assert "meant for others" in client_of(student).get(reverse("pathway_invited", args=[code])).content.decode()
        with pytest.raises(PathwayError):
            services.join_design(by=viewer_of(student), code=code)
    services.join_design(by=viewer_of(student), code=for_homes)
    services.join_design(by=viewer_of(guardian), code=for_homes)

    voices = dict(PathwayDesigner.objects.values_list("person_id", "voice"))
    assert (voices[student.pk], voices[guardian.pk]) == (DesignerVoice.STUDENT, DesignerVoice.FAMILY)
    page = client_of(partner).get(reverse("pathway_design", args=[draft.public_id])).content.decode()
    assert "A student designer" in page
    assert student.family_name not in page


def test_whoever_was_asked_to_stop_is_asked_back_by_name(world, teacher, partner, draft):
    mine = make.PathwayDesignerFactory(pathway=draft, person=partner, voice=DesignerVoice.EMPLOYER)
    services.end_designer(by=viewer_of(teacher), designer=mine)
    _made, code = link(teacher, draft)

    with pytest.raises(PathwayError):
        services.join_design(by=viewer_of(partner), code=code)
    services.invite_designer(by=viewer_of(teacher), pathway=draft, person=partner, voice=DesignerVoice.EMPLOYER)
    assert services.join_design(by=viewer_of(partner), code=code).ends_on is None


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"for_whom": " "}, 422),
        ({"for_whom": "the family of Maya Torres"}, 422),
        ({"most": "0"}, 422),
        ({"most": "31"}, 422),
        ({"days": "15"}, 422),
        ({}, 200),
    ],
    ids=["nobody", "a student", "none", "too many", "too long", "right"],
)
def test_what_is_asked_of_a_link_is_checked(world, teacher, student, draft, client_of, more, answer):
    type(student).objects.filter(pk=student.pk).update(given_name="Maya", family_name="Torres", preferred_name="")
    sent = {"act": "link", "for_whom": "the boat builders", "most": "1", "days": "14"} | more
    page = client_of(teacher).post(reverse("pathway_designers", args=[draft.public_id]), sent)

    assert (page.status_code, PathwayInvitation.objects.count()) == (answer, 1 if answer == 200 else 0)


def test_at_most_eight_links_hold_at_once(teacher, draft):
    for _number in range(8):
        made, _code = link(teacher, draft)
    with pytest.raises(PathwayError):
        link(teacher, draft)
    services.revoke_invitation(by=viewer_of(teacher), invitation=made)
    services.revoke_invitation(by=viewer_of(teacher), invitation=made)
    link(teacher, draft)


@pytest.mark.django_db(transaction=True)
def test_of_four_who_open_it_at_once_only_as_many_come_in_as_it_is_for(today):
    year = make.SchoolYearFactory(starts_on=today - timedelta(days=99), ends_on=today + timedelta(days=99))
    owner = make.PersonFactory()
    make.UserFactory(person=owner)
    make.RoleAssignmentFactory(person=owner, role="teacher")
    draft = make.PathwayFactory(bare=True, state=PathwayState.DESIGN, proposed_by=owner)
    _made, code = link(owner, draft, most=2)
    people = make.PersonFactory.create_batch(4)
    for one in people:
        make.UserFactory(person=one)
        make.RoleAssignmentFactory(person=one, role="teacher")

    def come(person: Any) -> bool:
        try:
            services.join_design(by=viewer_of(person), code=code)
        except PathwayError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(come, people))
    assert (sum(came), PathwayInvitation.objects.get().used, PathwayDesigner.objects.count()) == (2, 2, 2)
    assert year.pk


# ------------------------------------------------------------------ names in the thread
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask Maya Torres what she needs", ("Ask Maya Torres",)),
        ("with María-José Núñez, please", ("María-José Núñez",)),
        ("We met at Harrow Bridgeworks", ()),
        ("Students in grade 8 asked for this", ()),
        ("The NASA Launch Pad School Of Art", ()),
        ("", ()),
    ],
    ids=["plain", "accents", "a partner", "nobody", "too long for a name", "empty"],
)
def test_what_looks_like_a_name_is_found_without_asking_any_list(text, found):
    assert like_names(text, ["Harrow Bridgeworks and sons"]) == found


def test_a_partner_reads_a_text_with_a_name_once_more_whoever_it_is(world, partner, draft, client_of):
    make.PathwayDesignerFactory(pathway=draft, person=partner, voice=DesignerVoice.EMPLOYER)
    there, address = client_of(partner), reverse("pathway_comment", args=[draft.public_id])

    for name in (world.student.person.display_name, "Nadia Nobody"):  # nobody learns who is a student here
        answer = there.post(address, {"text": f"ask {name} too"})
        assert (answer.status_code, "looks like a name" in answer.content.decode()) == (422, True)
    assert draft.comments.count() == 0
    assert there.post(address, {"text": "ask Nadia Nobody too", "sure": "on"}).status_code == 302
    assert draft.comments.count() == 1
