"""Every address of the product with its name, arguments and methods: for people, and as JSON for an outside harness."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

HTTP_METHODS = ("get", "post", "put", "patch", "delete")


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[dict[str, Any]]:
    """Name, path, arguments, view and (where the view says so) methods of every address, in the order they match."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            view = entry.callback
            yield {
                "name": entry.name,
                "path": path,
                "arguments": sorted(entry.pattern.converters),
                "view": f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}",
                "methods": _methods(view),
            }


def _methods(view: Any) -> list[str]:
    """The methods a class of views has; empty for a function, which decides for itself."""
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return [name.upper() for name in HTTP_METHODS if cls is not None and hasattr(cls, name)]


class Command(BaseCommand):
    """Reads the address table; touches no database."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--json."""
        parser.add_argument("--json", action="store_true", help="one JSON array instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them."""
        found = list(routes())
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        for route in found:
            self.stdout.write(f"{route['name'] or '-':40} {route['path']}")
