"""CASE (Competencies and Academic Standards Exchange) packages, read with doubt. Pure.

`read_package(bytes)` gives a `Package` with its `Issue`s or raises `PackageUnreadable`;
`hierarchy(package)` gives its shape. Nothing here knows Django or the database.
"""

from competencies.case.hierarchy import Hierarchy, hierarchy, natural_key, sibling_key
from competencies.case.issues import Issue, PackageUnreadable
from competencies.case.reader import read_package
from competencies.case.records import (
    Association,
    AssociationType,
    Definition,
    Definitions,
    Document,
    Item,
    Link,
    Package,
    Rubric,
    key_of,
)
from competencies.case.wordings import Code, Severity, Unreadable

__all__ = [
    "Association",
    "AssociationType",
    "Code",
    "Definition",
    "Definitions",
    "Document",
    "Hierarchy",
    "Issue",
    "Item",
    "Link",
    "Package",
    "PackageUnreadable",
    "Rubric",
    "Severity",
    "Unreadable",
    "hierarchy",
    "key_of",
    "natural_key",
    "read_package",
    "sibling_key",
]
