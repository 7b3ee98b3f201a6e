"""Tables that people bring: CSV in any encoding and XLSX, read row by row with limits. Pure.

    findings    what was noticed, counted and kept; why a file cannot be read
    looks       the sheets of a workbook at first sight, to choose from
    reading     a file as one or several sheets, each a header and the rows below it
    workbooks   XLSX: its limits, its sheets, its cells as they are seen

Knows nothing of what the columns mean: each import has a mapping of its own.
"""

from accounts.sheets.findings import Finding, Findings, ImportUnreadableError, SheetCode
from accounts.sheets.looks import BookLook, SheetLook, book_look_from
from accounts.sheets.reading import Book, Sheet, open_book, open_sheet
from accounts.sheets.workbooks import Unsaid

__all__ = [
    "Book",
    "BookLook",
    "Finding",
    "Findings",
    "ImportUnreadableError",
    "Sheet",
    "SheetCode",
    "SheetLook",
    "Unsaid",
    "book_look_from",
    "open_book",
    "open_sheet",
]
