"""Partners: added, changed by two at once, ended; who speaks for them, and what closes when they leave."""

from __future__ import annotations

import pytest

from accounts.choices import PartnerKind, RelationshipKind, Role
from accounts.models import AccountClosure, Partner, PartnerMember, PersonIdentifier, RoleAssignment, User
from accounts.partners import selectors, services
from tests import factories as make
from tests.cast import add_person, client_for, viewer_of

pytestmark = pytest.mark.django_db


def add(by, name="Willow Farm"):
    return services.add_partner(by=viewer_of(by), name=name, kind=PartnerKind.COMMUNITY)


@pytest.mark.parametrize("who", ["teacher", "principal", "partner", "operator", "guardian", "student"])
def test_only_who_manages_partners_does(world, who):
    viewer = viewer_of(world.people[who])
    with pytest.raises(PermissionError):
        add(world.people[who])
    assert selectors.partners(viewer=viewer) == []
    assert selectors.partner_page(viewer=viewer, public_id=world.partner.public_id) is None
    assert selectors.adults_with_address(viewer=viewer, words="teacher") == []


def test_a_partner_is_added_once_and_changed_by_one_at_a_time(world, district):
    row = add(district)
    with pytest.raises(services.PartnerError):
        add(district, "willow farm")
    values = {"name": "Willow Farm", "kind": PartnerKind.EMPLOYER, "about": "Apples.", "website": ""}
    services.edit_partner(by=viewer_of(district), partner=row, version=1, **values)
    with pytest.raises(services.PartnerChangedError):
        services.edit_partner(by=viewer_of(district), partner=row, version=1, **values)


def test_somebody_new_gets_an_account_without_a_password_and_proposes(world, district):
    row = add(district)
    member = services.add_new_member(
        by=viewer_of(district), partner=row, given_name="Ada", family_name="Rill", email="Ada@Willow.example"
    )

    user = User.objects.get(person=member.person)
    assert (user.email, user.has_usable_password()) == ("ada@willow.example", False)
    viewer = viewer_of(member.person)
    assert [one.name for one in selectors.my_partners(viewer=viewer)] == ["Willow Farm"]
    assert client_for(member.person).get("/pathways/propose").status_code == 200
    with pytest.raises(services.PartnerError):
        services.add_new_member(
            by=viewer_of(district), partner=row, given_name="A", family_name="B", email="ada@willow.example"
        )


def test_a_student_never_speaks_for_a_partner(world, district, student):
    with pytest.raises(services.PartnerError):
        services.add_member(by=viewer_of(district), partner=world.partner, person=student)
    assert selectors.adult(viewer=viewer_of(district), public_id=student.public_id) is None
    assert selectors.adults_with_address(viewer=viewer_of(district), words="Maya") == []


def test_who_leaves_loses_everything_at_the_next_click(world, district, partner):
    theirs = client_for(partner)
    assert theirs.get("/pathways/design").status_code == 200
    make.RelationshipFactory(person=partner, student=world.students[2], kind=RelationshipKind.PARTNER)

    services.end_member(by=viewer_of(district), member=PartnerMember.objects.get(person=partner))

    answer = theirs.get("/pathways/design")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/login/")
    assert not User.objects.get(person=partner).is_active
    assert not partner.relationships.filter(kind=RelationshipKind.PARTNER, ends_on__isnull=True).exists()
    services.end_member(by=viewer_of(district), member=PartnerMember.objects.get(person=partner))


def test_who_has_something_else_here_keeps_the_account_and_loses_only_the_partner(world, district, teacher):
    services.add_member(by=viewer_of(district), partner=world.partner, person=teacher)
    member = services.add_member(by=viewer_of(district), partner=world.partner, person=teacher)
    assert PartnerMember.objects.filter(person=teacher).count() == 1
    services.end_member(by=viewer_of(district), member=member)

    assert User.objects.get(person=teacher).is_active
    held = RoleAssignment.objects.filter(person=teacher, role=Role.PARTNER, ends_on__isnull=True)
    assert not held.exists()


def test_who_comes_back_can_sign_in_again(world, district, partner):
    services.end_member(by=viewer_of(district), member=PartnerMember.objects.get(person=partner))
    services.add_member(by=viewer_of(district), partner=world.partner, person=partner)

    assert User.objects.get(person=partner).is_active
    assert client_for(partner).get("/pathways/design").status_code == 200


@pytest.mark.parametrize("how", ["never spoke for one", "in the roster", "closed by hand"])
def test_an_account_that_was_closed_for_another_reason_is_not_opened_by_the_back_door(
    world, district, teacher, partner, how
):
    person = teacher if how == "never spoke for one" else partner
    if how == "in the roster":
        PersonIdentifier.objects.create(person=person, source="roster", source_id="gone")
    if how == "closed by hand":
        AccountClosure.objects.create(user=person.user, closed_by=district)
    PartnerMember.objects.filter(person=person).update(ends_on=world.today)
    User.objects.filter(person=person).update(is_active=False)
    with pytest.raises(services.PartnerError):
        services.add_member(by=viewer_of(district), partner=world.partner, person=person)

    assert not User.objects.get(person=person).is_active


def test_a_partner_that_ends_takes_everyone_along_and_is_offered_no_more(world, district, partner):
    other = add_person("second", Role.PARTNER)
    make.PartnerMemberFactory(partner=world.partner, person=other)
    services.end_partner(by=viewer_of(district), partner=world.partner)

    assert not User.objects.filter(person__in=[partner, other], is_active=True).exists()
    assert selectors.partner_choices(viewer=viewer_of(district)) == []
    with pytest.raises(services.PartnerError):
        services.add_member(by=viewer_of(district), partner=world.partner, person=partner)


def test_the_pages_do_all_of_it(world, district, teacher, client_of):
    mine = client_of(district)
    assert mine.post("/partners/add", {"name": "", "kind": "employer"}).status_code == 422
    made = mine.post("/partners/add", {"name": "Mill & Co", "kind": "employer", "about": "", "website": "mill.example"})
    row = Partner.objects.get(name="Mill & Co")
    assert made["Location"] == f"/partners/{row.public_id}"
    page = mine.post(made["Location"], {"q": "teacher"}).content.decode()
    assert str(teacher.public_id) in page
    mine.post(f"{made['Location']}/people", {"person": str(teacher.public_id)})
    new = {"given_name": "Ada", "family_name": "Rill", "email": "ada@mill.example"}
    assert mine.post(f"{made['Location']}/people", {**new, "email": "nonsense"}).status_code == 422
    assert mine.post(f"{made['Location']}/people", new).status_code == 302
    assert row.members.count() == 2
    member = row.members.get(person=teacher)
    assert mine.post(f"{made['Location']}/people/{member.pk}/end").status_code == 302
    edited = {"name": "Mill", "kind": "employer", "about": "", "website": "", "version": "7"}
    assert mine.post(f"{made['Location']}/edit", edited).status_code == 409
    assert mine.post(f"{made['Location']}/edit", {**edited, "version": "1"}).status_code == 302
    assert mine.post(f"{made['Location']}/end").status_code == 302
    assert "Mill" in mine.get("/partners").content.decode()
