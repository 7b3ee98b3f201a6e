"""Giving out a picture or recording: to whom the policy lets in, never to a cache that others share."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponseBase, HttpResponseGone
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.downloads import private_file
from accounts.files import given_name, open_file
from accounts.http import ViewerRequest, require_sign_in
from success_plans.selectors import files as selectors


@require_GET
def file(request: ViewerRequest, public_id: UUID) -> HttpResponseBase:
    """The bytes of one file, with the type they were found to be and no other."""
    viewer = require_sign_in(request)
    row = selectors.file_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    try:
        content = open_file(row)
    except FileNotFoundError:
        return HttpResponseGone()
    audit.record_read(
        viewer=viewer,
        subject=f"student:{row.student_id}",
        students=[row.student_id],
        block="plan",
        reason=selectors.reason_for(viewer, row),
    )
    return private_file(
        content, content_type=row.content_type, name=given_name(row), as_attachment=row.kind == "document"
    )
