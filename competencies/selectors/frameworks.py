"""The public frameworks: which there are, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.permissions import Permission, Viewer, can
from competencies.listing import FrameworkCard, LevelLine, Row, card_of, grades_in, level_lines, tree_of
from competencies.models import Association, Competency, Framework


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    """Everything on a framework's page. `is_whole` says that `tree` holds all of it."""

    card: FrameworkCard
    language: str
    adoption_status: str
    source_uri: str
    official_url: str
    source_version: str
    subjects: tuple[str, ...]
    license_text: str
    license_title: str
    notes: str
    levels: tuple[LevelLine, ...]
    competency_count: int
    grades: tuple[str, ...]
    tree: tuple[Row, ...]
    is_whole: bool
    more: int
    waiting: int
    downloads: tuple[tuple[str, str], ...]

    @property
    def jumps(self) -> tuple[Row, ...]:
        """The open branches of a long page, to jump to."""
        branches = tuple(row for row in self.tree if row.branches)
        return branches if len(branches) > 2 else ()


def visible_frameworks(*, viewer: Viewer) -> QuerySet[Framework]:
    """Published ones for everyone; all of them for those who bring frameworks in."""
    frameworks = Framework.objects.filter(retired_at__isnull=True)
    if can(viewer, Permission.IMPORT_FRAMEWORK).allowed:
        return frameworks
    return frameworks.filter(is_published=True)


def framework_cards(*, viewer: Viewer, language: str) -> list[FrameworkCard]:
    """Every framework this viewer may read: those in use first, then by title. Two queries."""
    rows = list(
        visible_frameworks(viewer=viewer)
        .annotate(
            current=Count("competencies", filter=Q(competencies__retired_at__isnull=True)),
        )
        .order_by("-is_in_use", "title", "pk")
    )
    seen = grades_in([row.pk for row in rows])
    return [card_of(row, language=language, count=row.current, found=seen.get(row.pk, ())) for row in rows]


def framework_page(
    *, viewer: Viewer, public_id: UUID, language: str, start: int = 0, words: str = "", grade: str = ""
) -> FrameworkPage | None:
    """A framework with its tree (or the top of it, from `start`), or None. Seven queries, whatever its size.

    Where somebody looks for `words` or a `grade` it has, what is found stands in the place of the tree, which is empty.
    """
    framework = visible_frameworks(viewer=viewer).filter(public_id=public_id).first()
    if framework is None:
        return None
    current = Competency.objects.filter(framework=framework, retired_at__isnull=True)
    totals = current.aggregate(all=Count("pk"), assessable=Count("pk", filter=Q(is_assessable=True)))
    found_grades = grades_in([framework.pk]).get(framework.pk, ())
    levels = level_lines(framework, language=language)
    with_tree = not words and grade not in found_grades
    tree, is_whole, more = (
        tree_of(framework, current, totals["all"], language=language, start=start) if with_tree else ((), False, 0)
    )
    details = framework.details
    return FrameworkPage(
        card=card_of(framework, language=language, count=totals["all"], found=found_grades),
        language=framework.language,
        adoption_status=framework.adoption_status,
        source_uri=framework.source_uri,
        official_url=details.get("official_source_url", ""),
        source_version=str(details.get("version", "")),
        subjects=tuple(details.get("subjects", ())),
        license_text=framework.license_text,
        license_title=(details.get("license") or {}).get("title", ""),
        notes=details.get("notes", ""),
        levels=levels,
        competency_count=totals["assessable"],
        grades=found_grades,
        tree=tree,
        is_whole=is_whole,
        more=more,
        waiting=_waiting(framework) if with_tree else 0,
        downloads=(("v1p0", "CASE 1.0"), ("v1p1", "CASE 1.1"))
        if framework.is_published or can(viewer, Permission.WRITE_FRAMEWORKS).allowed
        else (),
    )


def _waiting(framework: Framework) -> int:
    """Links of this framework that lead to something that is not here yet. One query."""
    here = framework.source_id
    return (
        Association.objects.filter(framework=framework, retired_at__isnull=True)
        .filter(
            (Q(origin__isnull=True) & ~Q(origin_source_id=here))
            | (Q(destination__isnull=True) & ~Q(destination_source_id=here))
        )
        .count()
    )
