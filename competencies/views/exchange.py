"""Frameworks as CASE: the public provider addresses and the file to download. Reads only; errors as imsx_StatusInfo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial, wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from accounts import throttles
from accounts.http import ViewerRequest, anonymous
from competencies import case_query
from competencies.case_export import EDITION
from competencies.case_extensions import is_uuid
from competencies.case_vocabulary import CaseVersion
from competencies.selectors import exchange as selectors

ROWS_A_PIECE = 200
MOST_DOCUMENTS = 500
PACKAGE_STEPS = 20
"""What a whole package counts for: it is as much work as many single items."""

View = Callable[..., HttpResponseBase]


class CaseError(Exception):
    """A request that cannot be answered: HTTP status, minor code and a sentence for whoever reads the log."""

    def __init__(self, status: int, minor: str, description: str, *, wait: int = 0) -> None:
        super().__init__(description)
        self.status = status
        self.wait = wait
        self.minor = minor
        self.description = description


def _refusal(error: CaseError) -> HttpResponse:
    body = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": error.description,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [
                {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": error.minor}
            ]
        },
    }
    response = HttpResponse(orjson.dumps(body), status=error.status, content_type="application/json")
    if error.wait:
        response["Retry-After"] = str(error.wait)
    return response


def case_endpoint(view: View, *, steps: int = 1) -> View:
    """A CASE address: GET and HEAD for everyone, never a session, errors in the words of the standard.

    `steps` is what a request counts for where they are counted.
    """

    @wraps(view)
    def answer(request: HttpRequest, version: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            refused = _refusal(CaseError(405, "unauthorisedrequest", "Only GET is answered here."))
            refused["Allow"] = "GET, HEAD"
            return refused
        try:
            if wait := throttles.seconds_to_wait(throttles.CASE, throttles.address_of(request), steps=steps):
                raise CaseError(429, "server_busy", throttles.words(wait), wait=wait)
            if version not in set(CaseVersion):
                raise _unknown()
            provider = selectors.CaseProvider(
                viewer=anonymous(), version=CaseVersion(version), base=request.build_absolute_uri("/").rstrip("/")
            )
            return view(request, provider, *args, **kwargs)
        except CaseError as error:
            return _refusal(error)

    return csrf_exempt(answer)


def _unknown() -> CaseError:
    return CaseError(404, "unknownobject", "Nothing published here has this identifier.")


def _identifier(text: str) -> str:
    if not is_uuid(text):
        raise CaseError(400, "invaliduuid", "The identifier is no UUID.")
    return text


def _json(
    request: HttpRequest,
    body: Any,
    *,
    token: str,
    changed_at: datetime | None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    response = HttpResponse(orjson.dumps(body), content_type="application/json", headers=dict(headers or {}))
    return _conditional(request, response, token=token, changed_at=changed_at)


def _conditional(
    request: HttpRequest, response: HttpResponseBase, *, token: str, changed_at: datetime | None
) -> HttpResponseBase:
    """The answer with what lets the asker keep it, or 304 where they have it already."""
    etag = _etag(request, token)
    response["ETag"] = etag
    if changed_at is not None:
        response["Last-Modified"] = http_date(int(changed_at.timestamp()))
    response["Cache-Control"] = "public, no-cache"
    said = None if changed_at is None else int(changed_at.timestamp())
    kept = get_conditional_response(request, etag=etag, last_modified=said, response=response)  # type: ignore[arg-type]
    return response if kept is None else kept


def _etag(request: HttpRequest, token: str) -> str:
    asked = f"{EDITION} {request.build_absolute_uri()} {token}"
    return f'"{sha256(asked.encode()).hexdigest()[:32]}"'


def _found(request: HttpRequest, found: selectors.Found | None) -> HttpResponseBase:
    if found is None:
        raise _unknown()
    return _json(request, found.row, token=found.token, changed_at=found.changed_at)


# ------------------------------------------------------------------ the addresses


@case_endpoint
def case_documents(request: HttpRequest, provider: selectors.CaseProvider) -> HttpResponseBase:
    """Every published framework: paged, sorted, filtered, with the fields that were asked for."""
    found = provider.documents()
    rows = [one.row for one in found]
    try:
        asked = case_query.read(request.GET, most=MOST_DOCUMENTS)
        chosen = asked.apply(rows)
    except case_query.QueryError as error:
        raise CaseError(400, error.minor, error.description) from None
    total = len(chosen)
    page = [asked.pick(row) for row in chosen[asked.offset : asked.offset + asked.limit]]
    headers = {"X-Total-Count": str(total), "Link": _links(request, asked.limit, asked.offset, total)}
    token = "-".join(one.token for one in found)
    return _json(request, {"CFDocuments": page}, token=token, changed_at=None, headers=headers)


def _links(request: HttpRequest, limit: int, offset: int, total: int) -> str:
    """RFC 8288: where the other pages are."""
    last = max(0, (total - 1) // limit * limit)
    places = {"first": 0, "last": last}
    if offset + limit < total:
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    others = [(name, value) for name, value in request.GET.items() if name not in {"limit", "offset"}]
    where = request.build_absolute_uri(request.path)
    return ", ".join(
        f'<{where}?{urlencode([*others, ("limit", limit), ("offset", at)])}>; rel="{name}"'
        for name, at in places.items()
    )


@case_endpoint
def case_document(request: HttpRequest, provider: selectors.CaseProvider, identifier: str) -> HttpResponseBase:
    """One framework's own facts."""
    return _found(request, provider.document(_identifier(identifier)))


@partial(case_endpoint, steps=PACKAGE_STEPS)
def case_package(request: HttpRequest, provider: selectors.CaseProvider, identifier: str) -> HttpResponseBase:
    """A whole framework, sent row by row."""
    offered = provider.offered(_identifier(identifier))
    if offered is None:
        raise _unknown()
    kept = _conditional(request, HttpResponse(), token=offered.token, changed_at=offered.changed_at)
    if kept.status_code != 200:
        return kept
    parts = iter(()) if request.method == "HEAD" else as_json(provider.package(offered))
    response = StreamingHttpResponse(parts, content_type="application/json")
    return _conditional(request, response, token=offered.token, changed_at=offered.changed_at)


@case_endpoint
def case_item(request: HttpRequest, provider: selectors.CaseProvider, identifier: str) -> HttpResponseBase:
    """One item."""
    return _found(request, provider.item(_identifier(identifier)))


@case_endpoint
def case_item_associations(request: HttpRequest, provider: selectors.CaseProvider, identifier: str) -> HttpResponseBase:
    """One item with everything it is tied to."""
    return _found(request, provider.item_associations(_identifier(identifier)))


@case_endpoint
def case_association(request: HttpRequest, provider: selectors.CaseProvider, identifier: str) -> HttpResponseBase:
    """One association."""
    return _found(request, provider.association(_identifier(identifier)))


@case_endpoint
def case_rubric(request: HttpRequest, provider: selectors.CaseProvider, identifier: str) -> HttpResponseBase:
    """One rubric."""
    return _found(request, provider.rubric(_identifier(identifier)))


@case_endpoint
def case_definition(
    request: HttpRequest, provider: selectors.CaseProvider, kind: str, identifier: str
) -> HttpResponseBase:
    """One subject, item type, concept, licence or grouping."""
    if kind not in selectors.DEFINITIONS:
        raise _unknown()
    return _found(request, provider.definition(kind, _identifier(identifier)))


# ------------------------------------------------------------------ as a file


@require_GET
def framework_download(request: ViewerRequest, public_id: UUID, version: str) -> HttpResponseBase:
    """A framework as a CASE package to keep: published ones for everyone, others for those who write frameworks."""
    offered = selectors.download(viewer=request.viewer, public_id=public_id)
    if offered is None or version not in set(CaseVersion):
        raise Http404
    parts = selectors.package_parts(
        viewer=request.viewer,
        offered=offered,
        version=CaseVersion(version),
        base=request.build_absolute_uri("/").rstrip("/"),
    )
    response = StreamingHttpResponse(as_json(parts), content_type="application/json")
    name = re.sub(r"[^a-z0-9-]", "", slugify(offered.title))[:60] or "framework"
    response["Content-Disposition"] = f'attachment; filename="{name}-{version}.json"'
    return response


def as_json(parts: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    """A JSON object from its parts; lists are written a few hundred rows at a time."""
    start = b"{"
    for name, part in parts:
        yield start + orjson.dumps(name) + b":"
        start = b",\n"
        if isinstance(part, Iterator):
            yield b"["
            yield from _pieces(part)
            yield b"]"
        else:
            yield orjson.dumps(part)
    yield b"}\n"


def _pieces(rows: Iterator[Any]) -> Iterator[bytes]:
    piece: list[bytes] = []
    before = b"\n"
    for row in rows:
        piece.append(orjson.dumps(row))
        if len(piece) == ROWS_A_PIECE:
            yield before + b",\n".join(piece)
            before = b",\n"
            piece = []
    if piece:
        yield before + b",\n".join(piece)
