"""Tables that people bring: CSV in any encoding and XLSX, read row by row with limits. Pure.

    findings    what was noticed, counted and kept; why a file cannot be read
    reading     a file as one or several sheets, each a header and the rows below it

Knows nothing of what the columns mean: each import has a mapping of its own.
"""

from accounts.sheets.findings import Finding, Findings, ImportUnreadableError, SheetCode
from accounts.sheets.reading import Book, Sheet, open_book, open_sheet

__all__ = [
    "Book",
    "Finding",
    "Findings",
    "ImportUnreadableError",
    "Sheet",
    "SheetCode",
    "open_book",
    "open_sheet",
]
