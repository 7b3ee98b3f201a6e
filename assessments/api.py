"""The JSON API of evidence: pieces in with idempotency keys, evidence and summaries out. Errors are RFC 9457."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission
from assessments.errors import EvidenceError
from assessments.selectors import feed
from assessments.serializers import (
    EvidencePageSerializer,
    PiecesSerializer,
    RecordedListSerializer,
    SummaryListSerializer,
    SummarySerializer,
    plain_evidence,
    plain_pieces,
)
from assessments.services import NewPiece, record_evidence


def _http(request: Request) -> ViewerRequest:
    return cast("ViewerRequest", request._request)


@extend_schema(
    methods=["GET"],
    summary="Evidence of my students, in order of recording",
    parameters=[
        OpenApiParameter("student", OpenApiTypes.UUID, description="Only this student."),
        OpenApiParameter("cursor", OpenApiTypes.STR, description="What `next` or `cursor` of the page before said."),
        OpenApiParameter(
            "changed_since", OpenApiTypes.DATETIME, description="Only what was withdrawn or corrected from then on."
        ),
        OpenApiParameter("limit", OpenApiTypes.INT, description="Rows of a page, 1 to 500."),
    ],
    responses=EvidencePageSerializer,
)
@extend_schema(
    methods=["POST"],
    summary="Record up to 500 pieces, all or none",
    request=PiecesSerializer,
    responses={201: RecordedListSerializer, 200: RecordedListSerializer},
)
@api_view(["GET", "POST"])
def evidence(request: Request) -> Response:
    """POST answers 201, or 200 when every piece had been there already; 422 names the piece and what to change."""
    if request.method == "POST":
        return _record(request)
    params = request.query_params
    try:
        student = UUID(params["student"]) if "student" in params else None
        after, limit = int(params.get("cursor", 0)), int(params.get("limit", 100))
        since = parse_datetime(params["changed_since"]) if "changed_since" in params else None
        if not 0 <= after < 2**63 or ("changed_since" in params and (since is None or since.tzinfo is None)):
            raise ValueError
    except ValueError:
        return _problem(
            "student is a UUID; cursor and limit are whole numbers; changed_since is a moment with its zone.", {}
        )
    http = _http(request)
    if student is not None:
        load_student(http, student, Permission.READ_EVIDENCE, block="evidence")
    page = feed.evidence_feed(viewer=http.viewer, student=student, after=after, limit=limit, changed_since=since)
    if student is None and page.students:
        audit.record_read(
            viewer=http.viewer, subject="feed", students=page.students, block="evidence", reason="evidence feed"
        )
    return Response({"results": plain_evidence(page.rows), "next": page.next, "cursor": page.cursor})


def _record(request: Request) -> Response:
    values = plain_pieces(request.data)
    if values is None:
        form = PiecesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data["pieces"]
    pieces = [NewPiece(**piece) for piece in values]
    try:
        recorded = record_evidence(by=_http(request).viewer, pieces=pieces)
    except EvidenceError as error:
        return _problem(
            "Nothing was saved. Change what is named here and send all pieces again with the same keys.",
            {str(key): problem for key, problem in error.problems.items()},
        )
    code = status.HTTP_200_OK if all(r.is_repeat for r in recorded) else status.HTTP_201_CREATED
    # as RecordedSerializer says it, which the contract is drawn from
    rows = [{"key": str(r.key), "public_id": str(r.public_id), "is_repeat": r.is_repeat} for r in recorded]
    return Response({"recorded": rows}, status=code)


def _problem(detail: str, errors: dict[str, Any]) -> Response:
    body = {"type": "about:blank", "title": "The request cannot be used", "status": 422, "detail": detail}
    if errors:
        body["errors"] = errors
    return Response(body, status=422, content_type="application/problem+json")


@extend_schema(summary="What a student's evidence adds up to", responses=SummaryListSerializer)
@api_view(["GET"])
def summaries(request: Request, public_id: UUID) -> Response:
    """All summaries of a student of mine; 404 for anybody else's."""
    http = _http(request)
    student, _decision = load_student(http, public_id, Permission.READ_EVIDENCE, block="evidence")
    rows = feed.summaries(viewer=http.viewer, student=student)
    return Response({"results": SummarySerializer(rows, many=True).data})
