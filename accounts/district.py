"""The district itself: one row, made when the product first learns who it works for."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, brand
from accounts.models import District
from accounts.permissions import Permission, Viewer, can

LANGUAGES = ["en", "es"]


def district_name(*, viewer: Viewer) -> str:
    """The name of the district, empty before it has one. One query."""
    return District.objects.values_list("name", flat=True).first() or ""


def begin_district(*, name: str) -> bool:
    """Make the row where there is none, in the transaction that is open; a name that is there is kept.

    Whether it was made: the act that needed it says so in its own audit row.
    """
    _row, is_new = District.objects.get_or_create(
        pk=1, defaults={"name": name.strip()[:200] or _("Our schools"), "languages": LANGUAGES}
    )
    if is_new:
        transaction.on_commit(brand.forget_face)
    return is_new


def name_district(*, by: Viewer, name: str) -> None:
    """Give the district its name; the row is made where there is none.

    Raises PermissionError for a person who may not show the district, ValueError for no name.
    """
    if by.is_known and not can(by, Permission.SHOW_DISTRICT).allowed:
        raise PermissionError
    name = " ".join(name.split())[:200]
    if not name:
        raise ValueError(name)
    with transaction.atomic():
        is_new = begin_district(name=name)
        row = District.objects.select_for_update(of=("self",)).get(pk=1)
        if row.name == name and not is_new:
            return
        row.name = name
        row.save(update_fields=["name"])
        audit.record(by=by.person_id, action="district.name", subject_type="district", subject_id=1)
        transaction.on_commit(brand.forget_face)
