"""Finding a competency by its words, in any language it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from accounts.permissions import Viewer
from competencies import grades
from competencies.listing import READ_FOR_EXCERPT, Row, rows_of
from competencies.models import Competency, Wording
from competencies.selectors.frameworks import visible_frameworks

RESULTS = 25
SEARCH_LENGTH = 100
SEARCH_WORDS = 6

_ACCENTED = "áàâäãåāéèêëēíìîïīóòôöõøōúùûüūñçýÿ"
_PLAIN = "aaaaaaaeeeeeiiiiiooooooouuuuuncyy"


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found: `page` counts and leafs, `rows` are shown."""

    page: Page[Competency]
    rows: tuple[Row, ...]


class Folded(Func):
    """A text without capitals and accents, so that "numero" finds "Número"."""

    function = "translate"
    template = f"translate(lower(%(expressions)s), '{_ACCENTED}', '{_PLAIN}')"
    output_field = TextField()


def folded(text: str) -> str:
    """The same in Python."""
    return text.lower().translate(str.maketrans(_ACCENTED, _PLAIN))


def find_competencies(
    *,
    viewer: Viewer,
    text: str,
    language: str,
    framework_id: UUID | None = None,
    grade: str = "",
    page: int = 1,
) -> Results:
    """Current competencies whose code, name, statement or wordings hold every word of `text`, and `grade`.

    Exact codes first, then names, then the order of the frameworks. A page that does not exist is the nearest that
    does. Three queries, whatever is found.
    """
    rows = Competency.objects.filter(
        framework__in=visible_frameworks(viewer=viewer), retired_at__isnull=True
    ).select_related("framework", "parent")
    if framework_id is not None:
        rows = rows.filter(framework__public_id=framework_id)
    if grade:
        rows = rows.filter(grades__contains=[grade[: grades.MAX_LENGTH]])
    words = folded(text.replace("\x00", "")[:SEARCH_LENGTH]).split()[:SEARCH_WORDS]
    if words:
        rows = rows.alias(f_name=Folded(F("name")), f_code=Folded(F("code")), f_statement=Folded(F("statement")))
    for word in words:
        spoken = Wording.objects.alias(f_text=Folded(F("text"))).filter(
            competency=OuterRef("pk"), f_text__contains=word
        )
        rows = rows.filter(
            Q(f_name__contains=word) | Q(f_code__contains=word) | Q(f_statement__contains=word) | Exists(spoken)
        )
    if words:
        whole = " ".join(words)
        rows = rows.alias(is_code=Q(f_code=whole), is_name=Q(f_name__contains=whole)).order_by(
            F("is_code").desc(), F("is_name").desc(), "framework__title", "framework_id", "position", "pk"
        )
    else:
        rows = rows.order_by("framework__title", "framework_id", "position", "pk")
    found = Paginator(_found(rows), RESULTS).get_page(max(page, 1))
    shown = rows_of(found.object_list, language=language, with_place=True)
    return Results(found, tuple(shown[one.pk] for one in found.object_list))


def _found(rows: QuerySet[Competency]) -> QuerySet[Competency]:
    return rows.annotate(
        excerpt=Func(F("statement"), Value(READ_FOR_EXCERPT), function="left", output_field=TextField())
    ).defer("statement", "notes", "details", "parent__statement", "parent__notes", "parent__details")
