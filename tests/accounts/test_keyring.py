"""Accounts are closed and roles given by the district, with a reason, and never one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role, Source
from accounts.keyring import selectors, services
from accounts.models import AccountClosure, ApiToken, AuditEvent, RoleAssignment, User
from tests.accounts.rosters.scene import bring, current_roster
from tests.cast import World, client_for, viewer_of


def test_a_closed_account_opens_nothing_from_the_next_request_on_and_comes_back_by_hand(world: World) -> None:
    teacher, by = world.people["teacher"], viewer_of(world.people["district"])
    client = client_for(teacher)
    token = ApiToken.objects.create(
        user=teacher.user, label="x", digest="d", scopes=[], expires_at=timezone.now() + timedelta(days=1)
    )
    assert client.get(reverse("today")).status_code == 200
    assert services.close_account(by=by, person=teacher, reason="Left in March.")
    assert not services.close_account(by=by, person=teacher, reason="again")
    assert "/account/login" in client.get(reverse("today")).headers["Location"]
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert services.open_account(by=by, person=teacher, reason="Back.")
    assert client_for(teacher).get(reverse("today")).status_code == 200
    assert list(AuditEvent.objects.filter(action__startswith="account.").values_list("reason", flat=True)) == [
        "Left in March.",
        "Back.",
    ]


@pytest.mark.django_db
def test_no_roster_opens_what_was_closed_by_hand() -> None:
    bring(current_roster())
    user = User.objects.filter(is_active=True).order_by("pk")[0]
    User.objects.filter(pk=user.pk).update(is_active=False)
    AccountClosure.objects.create(user=user, closed_by=user.person)
    bring(current_roster())
    assert not User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize("name", ["principal", "plan_lead", "teacher", "operator", "guardian"])
def test_only_the_district_keeps_accounts(world: World, name: str) -> None:
    by = viewer_of(world.people[name])
    with pytest.raises(PermissionError):
        services.close_account(by=by, person=world.people["co_teacher"], reason="x")
    assert selectors.found(viewer=by, words="teacher") == []
    assert selectors.schools(viewer=by) == {}


def test_nobody_does_it_to_themself(world: World) -> None:
    district = world.people["district"]
    with pytest.raises(PermissionError):
        services.close_account(by=viewer_of(district), person=district, reason="x")
    path = reverse("account", args=[district.public_id])
    assert client_for(district).post(path, {"act": "give", "role": "operator", "reason": "me"}).status_code == 404


def test_a_role_is_given_and_ended_on_the_page_and_one_of_the_roster_is_not(world: World) -> None:
    client, teacher = client_for(world.people["district"]), world.people["teacher"]
    path = reverse("account", args=[teacher.public_id])
    assert client.get(path).status_code == 200
    body = {"act": "give", "role": Role.PLAN_LEAD.value, "reason": "Asked by the principal."}
    assert client.post(path, body).status_code == 422, "which school"
    assert (
        client.post(path, body | {"role": Role.OPERATOR.value, "school": str(world.school.public_id)}).status_code
        == 422
    )
    assert client.post(path, body | {"school": str(world.school.public_id)}).status_code == 302
    row = RoleAssignment.objects.get(person=teacher, role=Role.PLAN_LEAD)
    assert viewer_of(teacher).school_ids() == {world.school.pk}
    assert client.post(path, {"act": "end", "role": str(row.pk)}).status_code == 422, "no reason"
    client.post(path, {"act": "end", "role": str(row.pk), "reason": "Over."})
    assert viewer_of(teacher).school_ids() == frozenset()
    client.post(path, body | {"school": str(world.school.public_id)})
    assert viewer_of(teacher).school_ids() == {world.school.pk}, "given again on the same day"
    roster = RoleAssignment.objects.create(
        person=teacher, role=Role.SPECIALIST, school=world.school, starts_on=world.day(9), source=Source.ROSTER
    )
    client.post(path, {"act": "end", "role": str(roster.pk), "reason": "x"})
    roster.refresh_from_db()
    assert roster.ends_on is None
    assert AuditEvent.objects.filter(action="role.end").count() == 1


def test_an_account_is_found_by_name_user_name_or_address_and_a_student_by_no_name(world: World) -> None:
    by, teacher = viewer_of(world.people["district"]), world.people["teacher"]
    for words in (teacher.given_name, teacher.user.username, teacher.user.email or teacher.user.username):
        assert teacher in [one.person for one in selectors.found(viewer=by, words=words)], words
    assert selectors.found(viewer=by, words="te") == []
    assert selectors.found(viewer=by, words=world.student.person.family_name) == []
    client = client_for(world.people["district"])
    assert teacher.display_name in client.post(reverse("accounts"), {"q": teacher.user.username}).content.decode()
    path = reverse("account", args=[teacher.public_id])
    for act, is_open in (("close", False), ("open", True)):
        assert client.post(path, {"act": act, "reason": "x"}).status_code == 302
        assert User.objects.get(person=teacher).is_active is is_open


def test_the_page_says_when_there_was_nothing_to_close_or_to_open(world: World) -> None:
    client, teacher = client_for(world.people["district"]), world.people["teacher"]
    path = reverse("account", args=[teacher.public_id])

    def said(act: str) -> str:
        return client.post(path, {"act": act, "reason": "x"}, follow=True).content.decode()

    assert "Nothing was changed" in said("open")
    assert "Sessions and keys end" in said("close")
    assert "Nothing was changed" in said("close")
    assert "Open again" in said("open")
