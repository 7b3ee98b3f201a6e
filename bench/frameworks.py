"""A framework of 10,000 items and 30,000 associations as a CASE package, to measure imports with.

python -m bench.frameworks big.json
/usr/bin/time -v python manage.py import_framework big.json
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

WHEN = "2025-08-01T00:00:00+00:00"
STATEMENT = "Explain idea {n} with a drawing, with a number line and in words, and say where it does not hold."
ROOTS, PARTS = 40, 8


def key(name: str) -> str:
    """The same identifier for the same name, in every run."""
    return str(uuid5(NAMESPACE_URL, f"bench {name}"))


def link(identifier: str) -> dict[str, str]:
    """A LinkURI."""
    return {"title": "", "identifier": identifier, "uri": f"https://example.org/{identifier}"}


def a_package(items: int = 10_000, associations: int = 30_000, *, seed: int = 1) -> dict[str, Any]:
    """The package: a tree of `items`, eight under each, and links across it up to `associations` in all."""
    draw = random.Random(seed)
    document = key("document")
    ids = [key(f"item {n}") for n in range(items)]
    edges = {(ids[n], "isChildOf", document if n < ROOTS else ids[(n - ROOTS) // PARTS]): n for n in range(items)}
    while len(edges) < associations:
        earlier, later = sorted(draw.sample(range(items), 2))
        edges[ids[earlier], draw.choice(("precedes", "isRelatedTo")), ids[later]] = 0
    return {
        "CFDocument": {
            "identifier": document,
            "uri": f"https://example.org/{document}",
            "creator": "Bench",
            "title": f"A framework of {items} items",
            "lastChangeDateTime": WHEN,
        },
        "CFItems": [
            {
                "identifier": one,
                "uri": f"https://example.org/CFItems/{one}",
                "fullStatement": STATEMENT.format(n=n),
                "humanCodingScheme": f"M.{n // 100}.{n % 100}",
                "educationLevel": ["03", "04"],
                "CFItemType": "Standard",
                "lastChangeDateTime": WHEN,
            }
            for n, one in enumerate(ids)
        ],
        "CFAssociations": [
            {
                "identifier": key(f"edge {origin} {kind} {target}"),
                "uri": f"https://example.org/CFAssociations/{n}",
                "associationType": kind,
                "originNodeURI": link(origin),
                "destinationNodeURI": link(target),
                "lastChangeDateTime": WHEN,
                **({"sequenceNumber": sequence} if kind == "isChildOf" else {}),
            }
            for n, ((origin, kind, target), sequence) in enumerate(edges.items())
        ],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(a_package()))
