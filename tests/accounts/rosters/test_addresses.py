"""A corrected address of the roster is where the codes go, and nobody keeps what they had by the old one."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Person, User
from accounts.rosters.ledger import Note
from tests import factories as make
from tests.accounts.rosters.scene import bring, changed, current_roster, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    """Somebody of the roster's staff with an account."""
    bring(current_roster())
    return User.objects.filter(person__student__isnull=True, is_active=True).exclude(email="").order_by("pk")[0]


def corrected(user: User, new: str):
    """The roster with this person's address written anew."""
    old = Person.objects.get(pk=user.person_id).email
    return changed(current_roster(), "users.csv", old, new)


def test_a_corrected_address_reaches_the_account_and_ends_what_the_old_mailbox_had(teacher):
    client = Client()
    client.force_login(teacher, backend="accounts.http.SignedInAccounts")
    assert client.get(reverse("today")).status_code == 200
    EmailAddress.objects.create(user=teacher, email=teacher.email, verified=True, primary=True)
    Authenticator.objects.create(user=teacher, type=Authenticator.Type.WEBAUTHN, data={})

    files = corrected(teacher, "right.person@example.org")
    result = bring(files)

    teacher.refresh_from_db()
    assert teacher.email == "right.person@example.org"
    assert "/account/login" in client.get(reverse("today")).headers["Location"], "signed out"
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    assert result.ledger.notes[Note.ADDRESS_CORRECTED] == 1
    assert AuditEvent.objects.filter(action="account.address", subject_id=str(teacher.public_id)).count() == 1
    before = versions()
    bring(files)
    assert versions() == before, "the same roster again writes nothing"


def test_an_address_another_account_has_goes_to_nobody_twice(teacher):
    other = make.UserFactory(email="other@example.org")
    result = bring(corrected(teacher, other.email))

    teacher.refresh_from_db()
    assert teacher.email == "", "the old mailbox gets no code either"
    assert result.ledger.notes[Note.ACCOUNT_NAME_TAKEN] == 1
    assert User.objects.get(pk=other.pk).email == other.email


def test_two_who_were_mixed_up_change_places(teacher):
    mine, theirs = teacher.email, "maya@school.example"
    both = changed(current_roster(), "users.csv", "Maya,Lopez,,,,", f"Maya,Lopez,,,{theirs},")
    bring(both)
    other = User.objects.get(email=theirs)

    files = changed(both, "users.csv", mine, "between@example.org")
    files = changed(changed(files, "users.csv", theirs, mine), "users.csv", "between@example.org", theirs)
    bring(files)

    assert User.objects.get(pk=teacher.pk).email == theirs
    assert User.objects.get(pk=other.pk).email == mine


def test_an_account_with_an_address_of_its_own_keeps_it(teacher):
    User.objects.filter(pk=teacher.pk).update(email="own@example.org")
    bring(corrected(teacher, "right.person@example.org"))

    assert User.objects.get(pk=teacher.pk).email == "own@example.org"
