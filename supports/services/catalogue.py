"""Keeping the catalogue: what can be offered, by page, from a table, and a first set to begin with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Permission, Viewer, can
from accounts.sheet_messages import message
from accounts.sheets import Findings, open_sheet
from competencies.models import Competency
from supports.choices import Setting, SupportType
from supports.errors import EntryChangedError, EntryError
from supports.models import CatalogueEntry
from supports.selectors.catalogue import schools_by_name
from supports.starter import entries_to_begin_with

MOST_ROWS = 500
WORDS = {"title": 200, "family": 2000, "home": 2000}
"""What is said of an entry in each language, and how long it may be."""
NUMBERS = {"minutes": (20, 1, 480), "sessions_per_week": (2, 0, 10), "weeks": (6, 1, 12)}
"""Numbers of an entry: what holds where nothing is said, the smallest and the largest."""


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry as it is written. `school`: key of the school that offers it alone; `codes`: of competencies it fits."""

    type: SupportType
    setting: Setting
    wordings: dict[str, dict[str, str]]
    school: int | None = None
    provider: str = ""
    minutes: int = 20
    sessions_per_week: int = 2
    weeks: int = 6
    capacity: int | None = None
    codes: tuple[str, ...] = ()


def save_entry(
    *,
    by: Viewer,
    text: EntryText,
    entry: CatalogueEntry | None = None,
    version: int | None = None,
    code: str = "",
    taken: Collection[str] = (),
) -> CatalogueEntry:
    """Add an entry, or change one. Supports that came from it keep the words they began with. `taken`:
    codes that a new entry without one must not take, though nobody has them yet.

    Raises EntryError for an entry without a title or with a competency nobody knows, EntryChangedError where somebody
    saved it since `version`.
    """
    _may(by)
    wordings = _wordings(text.wordings)
    if not any(said.get("title") for said in wordings.values()):
        raise EntryError(_("Give it a title in one language at least."), "title")
    competencies = _competencies(text.codes, entry)
    with transaction.atomic():
        if entry is None:
            _one_at_a_time()  # two with the same title at once get a code each
            row = CatalogueEntry(code=code or _free_code(_title(wordings), taken), version=0)
        else:
            row = CatalogueEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
            if version is not None and version != row.version:
                raise EntryChangedError(row)
        row.type, row.setting, row.school_id = text.type, text.setting, text.school
        row.provider, row.minutes = text.provider.strip()[:200], text.minutes
        row.sessions_per_week, row.weeks, row.capacity = text.sessions_per_week, text.weeks, text.capacity
        row.wordings, row.languages = wordings, sorted(wordings)
        row.version += 1
        row.save()
        row.competencies.set(competencies)
        _record(by, row, "catalogue.add" if entry is None else "catalogue.change")
    return row


def offer_entry(*, by: Viewer, entry: CatalogueEntry, is_active: bool) -> None:
    """Offer an entry no more, or again. Nothing that came from it changes. Twice is once."""
    _may(by)
    with transaction.atomic():
        row = CatalogueEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if row.is_active == is_active:
            return
        row.is_active, row.version = is_active, row.version + 1
        row.save(update_fields=["is_active", "version"])
        _record(by, row, "catalogue.offer" if is_active else "catalogue.retire")


def add_starter(*, by: Viewer) -> int:
    """Add the entries to begin with; those that are there (whatever became of them) stay as they are. How many came."""
    _may(by)
    added = 0
    with transaction.atomic():
        _one_at_a_time()
        there = set(CatalogueEntry.objects.values_list("code", flat=True))
        for one in entries_to_begin_with():
            if one["code"] in there:
                continue
            text = EntryText(
                type=SupportType(one["type"]),
                setting=Setting(one["setting"]),
                wordings=one["wordings"],
                minutes=one["minutes"],
                sessions_per_week=one["sessions_per_week"],
                weeks=one["weeks"],
            )
            save_entry(by=by, text=text, code=one["code"])
            added += 1
    return added


# ------------------------------------------------------------------ from a table
COLUMNS = ("code", "type", "setting", "school", "provider", *NUMBERS, "capacity", "competencies")


def columns() -> list[str]:
    """The headings a table may have, in the order of the sample."""
    return [*COLUMNS, *(f"{word}_{code}" for code, _name in settings.LANGUAGES for word in WORDS)]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that cannot be stored: where it stands, the column, what is wrong and what to do."""

    line: int
    column: str
    says: str


@dataclass(slots=True)
class TableRead:
    """What a table says: an entry for each row, by its code (empty: a new one), and what cannot be read."""

    rows: list[tuple[str, EntryText]] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries a table added, changed and found as they are."""

    added: int
    changed: int
    same: int


def read_table(*, by: Viewer, stream: BinaryIO, file: str) -> TableRead:
    """Read a CSV or XLSX file of entries. Raises ImportUnreadableError for what is no table at all.

    What was taken out as a table comes back as it was: an entry keeps its school and its competencies, though the
    school was closed, two have its name, or the framework is not in use any more.
    """
    findings, read = Findings(), TableRead()
    with open_sheet(stream, file=file, findings=findings) as sheet:
        header = [_heading(title) for title in sheet.header]
        missing = [name for name in ("type",) if name not in header]
        if missing or not any(name.startswith("title_") for name in header):
            read.faults.append(RowFault(sheet.header_line, "", _("The headings type and title_en are needed.")))
            return read
        rows: list[tuple[int, dict[str, str]]] = []
        for line, row, _trusted in sheet.rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(rows) == MOST_ROWS:
                says = _("More than %(n)s rows. Cut the file in two.") % {"n": MOST_ROWS}
                read.faults.append(RowFault(line, "", says))
                break
            rows.append((line, dict(zip(header, (cell.strip() for cell in row), strict=False))))
    for found in findings:
        if found.severity.value == "error":
            said = message(found.code, {}, column=found.column)
            read.faults.append(RowFault(found.line or 0, found.column, f"{said.what} {said.what_to_do}"))
    schools = schools_by_name(viewer=by, names={cells.get("school", "").casefold() for _line, cells in rows})
    codes = {code for _line, cells in rows for code in _codes(cells.get("competencies", ""))}
    known = set(_known(codes).values_list("code", flat=True))
    there = CatalogueEntry.objects.select_related("school").prefetch_related("competencies")
    as_they_are = there.in_bulk({cells.get("code", "")[:60] for _line, cells in rows}, field_name="code")
    seen: dict[str, int] = {}
    for line, cells in rows:
        code = cells.get("code", "")[:60]
        entry = _row(line, cells, schools, known, as_they_are.get(code), read.faults)
        if code and seen.setdefault(code, line) != line:
            says = _("The code %(code)s stands in row %(line)s already.") % {"code": code, "line": seen[code]}
            read.faults.append(RowFault(line, "code", says))
        elif entry is not None:
            read.rows.append((code, entry))
    read.faults.sort(key=lambda fault: fault.line)
    return read


def import_entries(*, by: Viewer, rows: Sequence[tuple[str, EntryText]]) -> Imported:
    """Store what a table says: a known code changes its entry, everything else is added. All of it or nothing."""
    _may(by)
    added = changed = same = 0
    with transaction.atomic():
        _one_at_a_time()
        codes = {code for code, _text in rows if code}
        known = CatalogueEntry.objects.in_bulk(codes, field_name="code")
        for code, text in rows:
            entry = known.get(code) if code else None
            if entry is not None and _as_text(entry) == _plain(text):
                same += 1
            else:
                save_entry(by=by, text=text, entry=entry, code=code, taken=codes)
                added, changed = (added + 1, changed) if entry is None else (added, changed + 1)
    return Imported(added, changed, same)


def _row(
    line: int,
    cells: Mapping[str, str],
    schools: Mapping[str, int],
    known: Collection[str],
    as_it_is: CatalogueEntry | None,
    faults: list[RowFault],
) -> EntryText | None:
    before = len(faults)
    own_codes: set[str] = set()
    if as_it_is is not None:
        own_codes = {one.code for one in as_it_is.competencies.all()}
        if as_it_is.school is not None:
            schools = {**schools, as_it_is.school.name.casefold(): as_it_is.school.pk}

    def fault(column: str, says: str) -> None:
        faults.append(RowFault(line, column, says))

    kind = _choice(SupportType, cells.get("type", ""))
    if kind is None:
        fault("type", _("Not a kind of support. Write one of: %(kinds)s.") % {"kinds": ", ".join(SupportType.values)})
    setting = _choice(Setting, cells.get("setting", "") or Setting.SCHOOL)
    if setting is None:
        fault("setting", _("Not a place. Write one of: %(kinds)s.") % {"kinds": ", ".join(Setting.values)})
    school = cells.get("school", "")
    if school and school.casefold() not in schools:
        fault("school", _("There is no school %(name)s, or there are two.") % {"name": school[:60]})
    numbers: dict[str, int | None] = {}
    for name, (usual, least, most) in {**NUMBERS, "capacity": (None, 1, 10_000)}.items():
        said = cells.get(name, "")
        number = usual if not said else int(said) if re.fullmatch(r"\d{1,5}", said, re.ASCII) else None
        if said and (number is None or not least <= number <= most):
            fault(name, _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
        numbers[name] = number
    codes = _codes(cells.get("competencies", ""))
    strangers = [code for code in codes if code not in known and code not in own_codes]
    if strangers:
        fault("competencies", _unknown(strangers))
    wordings: dict[str, dict[str, str]] = {}
    for language, _name in settings.LANGUAGES:
        for word, longest in WORDS.items():
            said = cells.get(f"{word}_{language}", "")
            if len(said) > longest:
                fault(f"{word}_{language}", _("At most %(n)s characters.") % {"n": longest})
            wordings.setdefault(language, {})[word] = said
    if not any(said["title"] for said in wordings.values()):
        fault("title_en", _("Give it a title in one language at least."))
    if len(faults) > before or kind is None or setting is None:
        return None
    return EntryText(
        type=kind,
        setting=setting,
        wordings=wordings,
        school=schools.get(school.casefold()) if school else None,
        provider=cells.get("provider", ""),
        minutes=numbers["minutes"] or 0,
        sessions_per_week=numbers["sessions_per_week"] or 0,
        weeks=numbers["weeks"] or 1,
        capacity=numbers["capacity"],
        codes=codes,
    )


def _heading(title: str) -> str:
    return re.sub(r"[\s-]+", "_", title.strip().casefold())


def _choice(choices: Any, said: str) -> Any:
    """The choice of this value, or of this label in the language that is on."""
    said = said.strip().casefold().replace(" ", "_")
    return next((one for one in choices if said in (one.value, str(one.label).casefold().replace(" ", "_"))), None)


def _codes(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in re.split(r"[;,\s]+", words) if code))


def codes_of(words: str, *, had: str = "") -> tuple[str, ...]:
    """The codes in a line somebody typed, each once. Raises ValidationError for a competency nobody knows. `had`: the
    line as it stands; its codes may stay."""
    codes = _codes(words)
    known = {*_codes(had), *_known(codes).values_list("code", flat=True)}
    if strangers := [code for code in codes if code not in known]:
        raise ValidationError(_unknown(strangers))
    return codes


def _unknown(codes: Sequence[str]) -> str:
    return _("No framework in use has the code %(code)s. Look it up in the framework.") % {
        "code": ", ".join(code[:40] for code in codes[:5])
    }


def _known(codes: Collection[str]) -> Any:
    return Competency.objects.filter(code__in=list(codes), framework__is_in_use=True)


def _competencies(codes: Sequence[str], entry: CatalogueEntry | None) -> list[Competency]:
    """The competencies of these codes in the frameworks in use; what the entry names already may stay without one."""
    rows = list(_known(codes))
    if entry is not None:
        rows += entry.competencies.filter(code__in=set(codes) - {row.code for row in rows})
    strangers = set(codes) - {row.code for row in rows}
    if strangers:
        raise EntryError(_unknown(sorted(strangers)), "codes")
    return rows


def _wordings(said: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    kept = {
        language: {word: " ".join(texts.get(word, "").split())[:longest] for word, longest in WORDS.items()}
        for language, texts in said.items()
    }
    return {language: texts for language, texts in kept.items() if any(texts.values())}


def _title(wordings: Mapping[str, Mapping[str, str]]) -> str:
    return next((texts["title"] for texts in wordings.values() if texts.get("title")), "")


def _free_code(title: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "entry"
    there = {*taken, *CatalogueEntry.objects.filter(code__startswith=code).values_list("code", flat=True)}
    return next(one for one in (code, *(f"{code}-{n}" for n in range(2, len(there) + 3))) if one not in there)


def _as_text(entry: CatalogueEntry) -> EntryText:
    return EntryText(
        type=SupportType(entry.type),
        setting=Setting(entry.setting),
        wordings=entry.wordings,
        school=entry.school_id,
        provider=entry.provider,
        minutes=entry.minutes,
        sessions_per_week=entry.sessions_per_week,
        weeks=entry.weeks,
        capacity=entry.capacity,
        codes=tuple(sorted(set(entry.competencies.values_list("code", flat=True)))),
    )


def _plain(text: EntryText) -> EntryText:
    return EntryText(
        type=text.type,
        setting=text.setting,
        wordings=_wordings(text.wordings),
        school=text.school,
        provider=text.provider.strip()[:200],
        minutes=text.minutes,
        sessions_per_week=text.sessions_per_week,
        weeks=text.weeks,
        capacity=text.capacity,
        codes=tuple(sorted(text.codes)),
    )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('throughline.catalogue'))")


def _record(by: Viewer, row: CatalogueEntry, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="catalogue",
        subject_id=row.public_id,
        details={"code": row.code, "version": row.version},
    )


def _may(by: Viewer) -> None:
    """The command line acts as the system; a person needs the duty."""
    if by.is_known and not can(by, Permission.KEEP_CATALOGUE).allowed:
        raise PermissionError
