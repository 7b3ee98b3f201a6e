"""Finding a competency by its words, in any language it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value

from accounts.permissions import Viewer
from competencies import grades
from competencies.listing import READ_FOR_EXCERPT, Row, rows_of
from competencies.models import Competency, Wording
from competencies.selectors.frameworks import visible_frameworks
from competencies.words import SearchWords, beginning, words_in

RESULTS = 25
SEARCH_LENGTH = 100
SEARCH_WORDS = 6
# What our schools use comes first.
_READING_ORDER = ("-framework__is_in_use", "framework__title", "framework_id", "position", "pk")


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found: `page` counts and leafs, `rows` are shown."""

    page: Page[Competency]
    rows: tuple[Row, ...]


def find_competencies(
    *,
    viewer: Viewer,
    text: str,
    language: str,
    framework_id: UUID | None = None,
    grade: str = "",
    page: int = 1,
) -> Results:
    """Current competencies whose code, name, statement or wordings hold every word of `text` (or a word that
    begins so), and `grade`.

    Exact codes first, then names, then what our schools use, in reading order. A page that does not exist is the
    nearest that does. Three queries, whatever is found.
    """
    rows = Competency.objects.filter(
        framework__in=visible_frameworks(viewer=viewer), retired_at__isnull=True
    ).select_related("framework", "parent")
    if framework_id is not None:
        rows = rows.filter(framework__public_id=framework_id)
    if grade:
        rows = rows.filter(grades__contains=[grade[: grades.MAX_LENGTH]])
    words = words_in(text[:SEARCH_LENGTH])[:SEARCH_WORDS]
    if text.strip() and not words:
        rows = rows.none()  # nothing but punctuation: no word to look for
    for word in words:
        rows = rows.filter(_IsAmong(F("pk"), ArraySubquery(_holding(word))))
    if words:
        whole = " ".join(words)
        rows = rows.alias(is_code=Q(code__iexact=text.strip()), is_name=Q(name__icontains=whole))
        rows = rows.order_by(F("is_code").desc(), F("is_name").desc(), *_READING_ORDER)
    else:
        rows = rows.order_by(*_READING_ORDER)
    found = Paginator(_found(rows), RESULTS).get_page(max(page, 1))
    shown = rows_of(found.object_list, language=language, with_place=True)
    return Results(found, tuple(shown[one.pk] for one in found.object_list))


class _IsAmong(Func):
    """Whether the first stands in the array that comes second."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _holding(word: str) -> QuerySet[Competency, int]:
    """Ids of competencies that hold a word beginning so, themselves or in a wording. Two indexes, joined.

    Asked as an array, once for the whole query: right after an import PostgreSQL knows nothing yet of the new rows,
    and as a joined table it may look through all words again for each competency.
    """
    question = SearchQuery(beginning(word), config="simple", search_type="raw")
    itself = Competency.objects.alias(held=SearchWords("name", "code", "statement")).filter(held=question)
    spoken = Wording.objects.alias(held=SearchWords("text")).filter(held=question)
    return itself.values_list("pk", flat=True).union(spoken.values_list("competency_id", flat=True))


def _found(rows: QuerySet[Competency]) -> QuerySet[Competency]:
    return rows.annotate(
        excerpt=Func(F("statement"), Value(READ_FOR_EXCERPT), function="left", output_field=TextField())
    ).defer("statement", "notes", "details", "parent__statement", "parent__notes", "parent__details")
