"""A page that lists the endpoints of the JSON API, made from the same schema that machines read. No script, no CDN."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from accounts.http import ViewerRequest, require_sign_in


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a request or a field of a body."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing the API does: what is sent, what comes back, by status."""

    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]


@require_GET
def api_page(request: ViewerRequest) -> HttpResponse:
    """The endpoints in words, for the people who write programs against them."""
    require_sign_in(request)
    return render(request, "api_page.html", {"endpoints": endpoints()})


@lru_cache(maxsize=1)
def endpoints() -> tuple[Endpoint, ...]:
    """Every endpoint of the schema but the schema itself, in order of path. Made once in a process."""
    generator: Any = SchemaGenerator  # drf-spectacular leaves it untyped
    schema: dict[str, Any] = generator().get_schema(request=None, public=True)
    shapes: dict[str, Any] = schema.get("components", {}).get("schemas", {})
    return tuple(
        Endpoint(
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            words=operation.get("description", ""),
            parameters=tuple(
                Field(p["name"], _kind(p["schema"]), p.get("required", False), p.get("description", ""))
                for p in operation.get("parameters", [])
            ),
            body=_body(operation, shapes),
            answers=tuple((code, _answer(answer)) for code, answer in operation.get("responses", {}).items()),
        )
        for path, operations in sorted(schema["paths"].items())
        for method, operation in operations.items()
        if not path.endswith("/schema")
    )


def _body(operation: dict[str, Any], shapes: dict[str, Any]) -> tuple[Field, ...]:
    """The fields of the request's body, those of a list's items with the list's name before them."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return tuple(_fields(content.get("schema", {}), shapes, ""))


def _fields(schema: dict[str, Any], shapes: dict[str, Any], before: str) -> list[Field]:
    shape = _resolved(schema, shapes)
    required = set(shape.get("required", []))
    found: list[Field] = []
    for name, field in shape.get("properties", {}).items():
        items = _resolved(field.get("items", {}), shapes)
        is_required = name in required
        found.append(Field(f"{before}{name}", _kind(field), is_required, field.get("description", "")))
        if items.get("properties"):
            found += _fields(items, shapes, f"{before}{name}[].")
    return found


def _resolved(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    found: dict[str, Any] = shapes.get(name, schema)
    return found


def _kind(schema: dict[str, Any]) -> str:
    """The type in a few words: string (uuid), array, object."""
    kind = schema.get("type", "") or "object"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _answer(answer: dict[str, Any]) -> str:
    content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    name = str(content.get("schema", {}).get("$ref", "")).rsplit("/", 1)[-1]
    return name or str(answer.get("description", ""))
