"""Taking a framework into use: classes work on it from then on."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.permissions import Permission, Viewer, can
from competencies.models import Framework


def take_into_use(*, by: Viewer, framework: Framework) -> bool:
    """Teachers can record evidence on it from now on; what is in use stays in use. Whether anything changed.

    Raises PermissionError for who may not bring frameworks in.
    """
    if not can(by, Permission.IMPORT_FRAMEWORK).allowed:
        raise PermissionError
    with transaction.atomic():
        row = Framework.objects.select_for_update(of=("self",)).get(pk=framework.pk)
        if row.is_in_use:
            return False
        row.is_in_use = True
        row.save(update_fields=["is_in_use"])
        audit.record(by=by.person_id, action="framework.use", subject_type="framework", subject_id=row.public_id)
    return True
