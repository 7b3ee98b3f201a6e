"""The pages of people and accounts say what to do, and what waits for somebody stands first."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.choices import RelationshipKind
from accounts.joining import asking
from tests import factories as make
from tests.cast import relate, viewer_of


def test_what_waits_for_a_second_yes_stands_before_what_may_be_one_person(world, district, client_of):
    two = [make.PersonFactory(given_name="Lucía", family_name="Okafor") for _n in range(2)]
    for person in two:
        relate(person, RelationshipKind.GUARDIAN, [world.student])
        make.UserFactory(person=person)
    asked = asking.join_or_ask(
        by=viewer_of(world.people["plan_lead"]), kept=two[0], absorbed=two[1], reason="One mother."
    )
    assert asked is None
    page = client_of(district).get(reverse("people")).content.decode()
    assert page.index("Waiting for a second yes") < page.index("May be one person")
    assert 'class="pair"' in page
    assert '<span class="count">1</span>' in page


def test_the_page_of_accounts_says_what_to_do_before_anybody_is_looked_for(district, client_of):
    text = client_of(district).get(reverse("accounts")).content.decode()
    assert "Find the person first" in text
    found = client_of(district).post(reverse("accounts"), {"q": "nobody of this name"}).content.decode()
    assert "Nobody found" in found
    assert "Find the person first" not in found


@pytest.mark.parametrize("name", ["account_set_password", "mfa_activate_totp", "mfa_add_webauthn"])
def test_a_page_of_ones_own_account_leads_back_and_shows_what_to_press(guardian, client_of, name):
    guardian.user.set_unusable_password()
    guardian.user.save()
    page = client_of(guardian).get(reverse(name)).content.decode()
    assert f'<ol class="crumbs"><li><a href="{reverse("mfa_index")}">' in page
    assert re.search(r'<button class="button" data-kind="primary"[^>]*>', page)
    first = client_of(guardian).get(reverse("mfa_index")).content.decode()
    assert '<ol class="crumbs">' not in first
