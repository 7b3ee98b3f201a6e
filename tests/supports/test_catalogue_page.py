"""The page of the catalogue: the set to begin with is offered as long as some of it is not there."""

from __future__ import annotations

from django.urls import reverse

from supports.models import CatalogueEntry
from supports.starter import entries_to_begin_with

TAKE = 'action="/catalogue/start"'


def test_the_set_to_begin_with_is_offered_until_all_of_it_is_there(district, client_of):
    client = client_of(district)
    page = reverse("catalogue")
    assert TAKE in client.get(page).content.decode()
    client.post(reverse("catalogue_start"))
    assert TAKE not in client.get(page).content.decode()
    first, second = entries_to_begin_with()[:2]
    CatalogueEntry.objects.filter(code=first["code"]).update(is_active=False)
    assert TAKE not in client.get(page).content.decode(), "what is offered no more is there all the same"
    CatalogueEntry.objects.filter(code=second["code"]).update(code="something-else")
    text = client.get(page).content.decode()
    assert TAKE in text
    assert "1 of our entries is not here yet." in text
