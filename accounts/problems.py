"""API errors as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.http import PurposeNeededError
from accounts.throttles import words


def problem_details(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Every API error as RFC 9457 problem details, and the transaction rolled back."""
    transaction.set_rollback(True)
    if isinstance(exception, PurposeNeededError):
        exception = PermissionDenied(_("Open this student's page in the browser first and say why you look."))
    if isinstance(exception, Throttled):
        throttled: Any = exception  # its type says less than it has
        throttled.detail = words(int(throttled.wait or 1))
    response = exception_handler(exception, context)
    if response is None:
        return None
    title = getattr(exception, "default_detail", None) or response.status_text
    detail = response.data
    body: dict[str, Any] = {"type": "about:blank", "title": str(title), "status": response.status_code}
    if isinstance(detail, dict) and set(detail) == {"detail"}:
        body["detail"] = str(detail["detail"])
    else:
        body["errors"] = detail
    response.data = body
    response.content_type = "application/problem+json"
    return response
