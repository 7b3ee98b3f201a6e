"""Framework and catalogue (through their services), what classes work on, supports, and two years of evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from accounts import audit
from accounts.permissions import Viewer
from assessments.choices import Priority
from assessments.services import request_refresh
from competencies.models import Competency
from competencies.services import publish_draft, read_framework
from config.demo.chance import stream, uid, uid_text
from config.demo.content import DATA, CatalogueContent, Content
from config.demo.loading.ids import Ids
from config.demo.people import District
from config.demo.recorder import FocusPlan, Learning, PiecePlan, SupportPlan
from supports.choices import SupportState
from supports.models import CatalogueEntry, Focus, Support

SHARED_WITH_FAMILY = 0.9
STOPPED_EARLY = 0.06

EVIDENCE = (
    "id",
    "public_id",
    "key",
    "order_key",
    "student_id",
    "competency_id",
    "section_id",
    "kind",
    "value",
    "context",
    "task_key",
    "task_title",
    "note",
    "observed_on",
    "recorded_at",
    "recorded_by_id",
    "rater_id",
    "is_accepted",
    "source",
    "source_id",
    "withdrawal_reason",
)


def write_framework(by: Viewer, ids: Ids) -> None:
    """Publish the framework of `data/framework.json` and take it into use."""
    draft = read_framework((DATA / "framework.json").read_bytes()).draft
    publish_draft(by=by, draft=draft, in_use=True)
    rows = Competency.objects.filter(framework__source_id=draft.source_id, is_assessable=True)
    ids.competencies |= dict(rows.values_list("code", "pk"))


def wordings(entry: CatalogueContent) -> dict[str, dict[str, str]]:
    """What families read of an entry: title, what we do, what home can try, per language."""
    return {
        language: {
            "title": entry.name.get(language),
            "family": entry.family(language),
            "home": entry.home.get(language),
        }
        for language in ("en", "es")
    }


def write_catalogue(content: Content, ids: Ids) -> None:
    """Everything that can be offered, with the competencies it fits."""
    stored = CatalogueEntry.objects.bulk_create(
        CatalogueEntry(
            public_id=entry.id,
            code=entry.code,
            type=entry.type,
            setting=entry.setting,
            provider=entry.provider.en,
            minutes=entry.minutes,
            sessions_per_week=entry.sessions_per_week,
            weeks=entry.weeks,
            capacity=entry.capacity,
            languages=list(entry.languages),
            wordings=wordings(entry),
        )
        for entry in content.catalogue
    )
    ids.entries |= {row.code: row.pk for row in stored}
    through = CatalogueEntry.competencies.through
    through.objects.bulk_create(
        through(catalogueentry_id=ids.entries[entry.code], competency_id=ids.competencies[code])
        for entry in content.catalogue
        for code in entry.fits
    )


def write_focuses(plan: District, focuses: Sequence[FocusPlan], ids: Ids) -> None:
    """What classes and students work on, past choices included, in the order they were made."""
    Focus.objects.bulk_create(
        (
            Focus(
                public_id=uid(plan.seed, "focus", f.section or f.child, f.code, f.kind, f.chosen_at),
                student_id=ids.students[f.child] if f.child else None,
                section_id=ids.sections[f.section] if f.section else None,
                competency_id=ids.competencies[f.code],
                kind=f.kind,
                starts_on=f.starts_on,
                ends_on=f.after,
                chosen_by_id=ids.persons[f.chosen_by],
                chosen_at=f.chosen_at,
            )
            for f in focuses
        ),
        batch_size=1000,
    )


def write_supports(plan: District, supports: Sequence[SupportPlan], content: Content, ids: Ids) -> None:
    """Supports of both years, with the words their families read."""
    entries = {entry.code: entry for entry in content.catalogue}
    Support.objects.bulk_create(
        (_support(plan, s, entries[s.entry], ids) for s in supports),
        batch_size=1000,
    )


def _support(plan: District, s: SupportPlan, entry: CatalogueContent, ids: Ids) -> Support:
    rng = stream(plan.seed, "support", s.child, s.entry, s.starts_on)
    stopped = rng.random() < STOPPED_EARLY
    if s.starts_on > plan.today:
        state = SupportState.PLANNED
    elif s.after <= plan.today:
        state = SupportState.STOPPED if stopped else SupportState.FINISHED
    else:
        state = SupportState.RUNNING
    return Support(
        public_id=uid(plan.seed, "support", s.child, s.entry, s.code, s.starts_on),
        student_id=ids.students[s.child],
        entry_id=ids.entries[s.entry],
        competency_id=ids.competencies[s.code] if s.code else None,
        type=entry.type,
        setting=entry.setting,
        title=entry.name.en,
        provider=entry.provider.en,
        owner_id=ids.persons[s.owner],
        minutes=entry.minutes,
        sessions_per_week=entry.sessions_per_week,
        starts_on=s.starts_on,
        ends_on=s.after,
        state=state,
        family_wordings=wordings(entry),
        shared_at=s.created_at + timedelta(hours=1) if rng.random() < SHARED_WITH_FAMILY else None,
        created_by_id=ids.persons[s.owner],
        created_at=s.created_at,
    )


def write_evidence(plan: District, pieces: Sequence[PiecePlan], ids: Ids) -> None:
    """All evidence by one COPY, an audit row per class, and everybody in line for a refresh."""
    copy_rows("assessments_evidence", EVIDENCE, (_evidence(plan, n, p, ids) for n, p in enumerate(pieces, start=1)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('assessments_evidence', 'id'), %s)", [max(1, len(pieces))])
        cursor.execute("ANALYZE assessments_evidence")
    counts = Counter(piece.section for piece in pieces)
    authors = {section.key: section.teachers[0] for section in plan.classes}
    members = {section.key: section.students for section in plan.classes}
    audit.record_many(
        [
            (
                ids.persons[authors[section]],
                "demonstration.evidence",
                "section",
                uid(plan.seed, "section", section),
                [ids.students[key] for key in members[section]],
                "",
                {"pieces": count},
            )
            for section, count in sorted(counts.items())
        ]
    )
    request_refresh(ids.students.values(), priority=Priority.RECOMPUTE)


def _evidence(plan: District, number: int, p: PiecePlan, ids: Ids) -> tuple[Any, ...]:
    key = uid_text(plan.seed, "evidence", number)
    author = ids.persons[p.author]
    return (
        number,
        uid_text(plan.seed, "evidence-id", number),
        key,
        key,
        ids.students[p.child],
        ids.competencies[p.code],
        ids.sections[p.section],
        p.kind,
        p.value,
        p.context,
        p.task_key,
        p.title,
        p.note,
        p.day,
        p.recorded_at,
        author,
        author,
        True,
        "",
        "",
        "",
    )


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows by COPY in the current transaction."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def write_learning(plan: District, learning: Learning, content: Content, ids: Ids) -> None:
    """What was chosen, what helped, what was seen."""
    write_focuses(plan, learning.focuses, ids)
    write_supports(plan, learning.supports, content, ids)
    write_evidence(plan, learning.pieces, ids)
