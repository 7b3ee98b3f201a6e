"""Results of other systems by message: plain results, xAPI statements, Caliper events. Errors are RFC 9457."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import ViewerRequest
from accounts.permissions import Viewer
from assessments.choices import Context
from assessments.imports.messages import MOST_MESSAGES, MessageError, Result, Wrong, grade_events, statements
from assessments.serializers import StrictSerializer
from assessments.services.imports.results import Kept, Outcome, ResultsError, record_results

XAPI_VERSION = "1.0.3"
_WRONG: dict[Wrong, str] = {
    Wrong.SHAPE: "This is not the kind of object that belongs here.",
    Wrong.TOO_MANY: f"Send 1 to {MOST_MESSAGES} at a time.",
    Wrong.TOO_DEEP: "The body is nested too deeply, or far too large.",
    Wrong.ID: "An id is missing, or it is not an id.",
    Wrong.STUDENT: "Name the student: the id here, or the id in the system that gave it.",
    Wrong.COMPETENCY: "Name what it is about: the id or the address of a competency.",
    Wrong.SCORE: "A score is missing, or it is not a number.",
    Wrong.SCORE_RANGE: "The score lies outside its range, or the range makes no sense.",
    Wrong.TIME: "The time is missing, or it is not an ISO 8601 moment.",
    Wrong.TWICE: "Two of one request carry the same id.",
}


class ResultSerializer(StrictSerializer):
    """One result. (`source`, `source_id`) is its key: again is the same result, another score corrects it.

    `student` is the id here, or with `student_source` the id in that system. `competency` is an id here, a CASE id or
    an address. Without `highest` the score is a level of the competency's scale. `taken_back` withdraws it.
    """

    source: Any = serializers.CharField(max_length=120)
    source_id = serializers.CharField(max_length=255)
    student = serializers.CharField(max_length=255, allow_blank=True, required=False, default="")
    student_source = serializers.CharField(max_length=120, allow_blank=True, required=False, default="")
    competency = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    score = serializers.DecimalField(max_digits=12, decimal_places=6, required=False, allow_null=True, default=None)
    lowest = serializers.DecimalField(max_digits=12, decimal_places=6, required=False, default=Decimal(0))
    highest = serializers.DecimalField(max_digits=12, decimal_places=6, required=False, allow_null=True, default=None)
    observed_on = serializers.DateField(required=False, allow_null=True, default=None)
    context: Any = serializers.ChoiceField(choices=Context.choices, required=False, default="")
    title = serializers.CharField(max_length=200, allow_blank=True, required=False, default="")
    taken_back = serializers.BooleanField(required=False, default=False)


class ResultsSerializer(StrictSerializer):
    """Up to 500 results, stored together or not at all."""

    results = serializers.ListField(child=ResultSerializer(), min_length=1, max_length=MOST_MESSAGES)


class KeptSerializer(serializers.Serializer[Any]):
    """What became of a result."""

    source_id = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    public_id = serializers.UUIDField()


class KeptListSerializer(serializers.Serializer[Any]):
    """The answer to a POST, in the order of the request."""

    results = KeptSerializer(many=True)


class EventsSerializer(serializers.Serializer[Any]):
    """The answer to a Caliper envelope: what became of its GradeEvents, and how many other events it held."""

    results = KeptSerializer(many=True)
    passed_over = serializers.IntegerField()


def _viewer(request: Request) -> Viewer:
    viewer = cast("ViewerRequest", request._request).viewer
    if viewer.scopes is not None and "evidence:write" not in viewer.scopes:
        raise PermissionDenied
    return viewer


def _plain(kept: list[Kept]) -> list[dict[str, str]]:
    return [{"source_id": one.source_id, "outcome": one.outcome.value, "public_id": str(one.public_id)} for one in kept]


def _problem(code: int, detail: str, errors: dict[str, Any] | None = None) -> Response:
    titles = {409: "The id is taken", 422: "The request cannot be used"}
    body: dict[str, Any] = {"type": "about:blank", "title": titles[code], "status": code, "detail": detail}
    if errors:
        body["errors"] = errors
    return Response(body, status=code, content_type="application/problem+json")


def _refused(error: MessageError | ResultsError) -> Response:
    if isinstance(error, MessageError):
        place = f"{error.place}.{error.pointer}" if error.pointer else str(error.place)
        return _problem(422, _("Nothing was saved. Change what is named here."), {place: _WRONG[error.wrong]})
    code = 409 if error.conflict else 422
    errors = {str(place): problem for place, problem in error.problems.items()}
    return _problem(code, _("Nothing was saved. Change what is named here and send everything again."), errors)


def _code(kept: list[Kept]) -> int:
    return status.HTTP_201_CREATED if any(one.outcome is Outcome.STORED for one in kept) else status.HTTP_200_OK


@extend_schema(
    summary="Store up to 500 results of another system, all or none",
    request=ResultsSerializer,
    responses={201: KeptListSerializer, 200: KeptListSerializer},
)
@api_view(["POST"])
def results(request: Request) -> Response:
    """201, or 200 when nothing new was stored; 422 names the result by its place and what to change."""
    viewer = _viewer(request)
    form = ResultsSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    found = [
        Result(
            source=one["source"],
            source_id=one["source_id"],
            students=((one["student_source"], one["student"]),) if one["student"] else (),
            competencies=(one["competency"],) if one["competency"] else (),
            score=one["score"],
            low=None if one["highest"] is None else one["lowest"],
            high=one["highest"],
            observed_on=one["observed_on"],
            context=one["context"],
            title=one["title"],
            is_gone=one["taken_back"],
        )
        for one in form.validated_data["results"]
    ]
    try:
        kept = record_results(by=viewer, results=found)
    except ResultsError as error:
        return _refused(error)
    return Response({"results": _plain(kept)}, status=_code(kept))


@extend_schema(
    summary="xAPI: store statements with a score; voiding takes back",
    request=OpenApiTypes.OBJECT,
    responses={200: OpenApiTypes.OBJECT},
)
@api_view(["POST"])
def xapi_statements(request: Request) -> Response:
    """One statement or a list of at most 500; answers with their ids. The same id with other content is a 409."""
    viewer = _viewer(request)
    try:
        found = statements(request.data, zone=timezone.get_current_timezone())
        record_results(by=viewer, results=found)
    except (MessageError, ResultsError) as error:
        response = _refused(error)
    else:
        many = request.data if isinstance(request.data, list) else [request.data]
        response = Response([str(one["id"]) for one in many])
    response["X-Experience-API-Version"] = XAPI_VERSION
    return response


@extend_schema(
    summary="Caliper: store the GradeEvents of an envelope; other events are passed over",
    request=OpenApiTypes.OBJECT,
    responses={201: EventsSerializer, 200: EventsSerializer},
)
@api_view(["POST"])
def caliper_events(request: Request) -> Response:
    """An envelope with at most 500 events; an event's id is its key."""
    viewer = _viewer(request)
    try:
        found, others = grade_events(request.data, zone=timezone.get_current_timezone())
        kept = record_results(by=viewer, results=found)
    except (MessageError, ResultsError) as error:
        return _refused(error)
    return Response({"results": _plain(kept), "passed_over": others}, status=_code(kept))
