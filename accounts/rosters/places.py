"""Schools, school years, terms and sections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from accounts.choices import Source, TermKind
from accounts.models import School, SchoolYear, Section, Student, Term
from accounts.oneroster import records as r
from accounts.oneroster.columns import Kind
from accounts.rosters.ledger import Entity, Note
from accounts.rosters.tables import Values, load, sync, update_rows
from accounts.rosters.work import SessionSpan, Work

DAY = timedelta(days=1)
_TERM_KINDS = {
    r.SessionType.SEMESTER: TermKind.SEMESTER,
    r.SessionType.TERM: TermKind.TERM,
    r.SessionType.GRADING_PERIOD: TermKind.GRADING_PERIOD,
}


def write_schools(work: Work) -> None:
    """Schools of the roster, new or renamed; which of them are closed is decided last (`close_schools`)."""
    stored = load(School, work.source, ["name", "is_active"])
    wanted: dict[str, Values] = {
        source_id: {"name": org.name, "is_active": True} for source_id, org in work.bundle.schools.items()
    }
    work.schools = sync(School, source=work.source, stored=stored, wanted=wanted, tally=work.ledger[Entity.SCHOOLS])


def close_schools(work: Work) -> None:
    """Schools that are gone from the roster and that nobody belongs to any more become inactive."""
    if not work.bundle.speaks_of_all(Kind.ORG):
        return
    held = work.bundle.held[Kind.ORG]
    missing = [key for key in work.schools if key not in work.bundle.schools and key not in held]
    missing_ids = [work.schools[key] for key in missing]
    open_now = set(School.objects.filter(pk__in=missing_ids, is_active=True).values_list("pk", flat=True))
    used = set(Student.objects.filter(school_id__in=open_now, is_active=True).values_list("school_id", flat=True))
    work.ledger.note(Note.SCHOOL_STILL_USED, len(used))
    closing = open_now - used
    update_rows(School, ({"id": pk, "is_active": False} for pk in closing))
    work.ledger[Entity.SCHOOLS].left += len(closing)


# ------------------------------------------------------------------ years and terms


def write_sessions(work: Work) -> None:
    """School years and terms. OneRoster's end dates are exclusive; ours are a year's and a term's last day."""
    bundle = work.bundle
    stored_years = load(SchoolYear, work.source, ["name", "starts_on", "ends_on"])
    wanted: dict[str, Values] = {}
    year_key: dict[str, str] = {}
    same = _same_years(bundle.sessions, stored_years)
    for session in bundle.sessions.values():
        if session.type is r.SessionType.SCHOOL_YEAR and same[session.source_id] == session.source_id:
            wanted[session.source_id] = _year(session.title, session.starts_on, session.ends_on - DAY)
    for session in bundle.sessions.values():
        key = _year_of(session, bundle.sessions, stored_years)
        key = same.get(key, key)
        if key not in wanted and key not in stored_years:
            wanted[key] = _usual_year(int(key.removeprefix("year:")))
        year_key[session.source_id] = key
    if any(not item.term_ids for item in bundle.classes.values()):
        # Classes without a term last for the school year that is running, so that nothing is without an end.
        work.default_year = _running_year({**stored_years, **wanted}, work.today)
        if work.default_year not in stored_years and work.default_year not in wanted:
            wanted[work.default_year] = _usual_year(int(work.default_year.removeprefix("year:")))
    _leave_what_is_kept_by_hand(work, stored_years, wanted)
    years = sync(
        SchoolYear, source=work.source, stored=stored_years, wanted=wanted, tally=work.ledger[Entity.SCHOOL_YEARS]
    )
    stored_terms = load(Term, work.source, ["school_year_id", "title", "kind", "starts_on", "ends_on"])
    terms: dict[str, Values] = {
        session.source_id: {
            "school_year_id": years[year_key[session.source_id]],
            "title": session.title,
            "kind": _TERM_KINDS[session.type].value,
            "starts_on": session.starts_on,
            "ends_on": session.ends_on - DAY,
        }
        for session in bundle.sessions.values()
        if session.type is not r.SessionType.SCHOOL_YEAR
    }
    sync(Term, source=work.source, stored=stored_terms, wanted=terms, tally=work.ledger[Entity.TERMS])
    for key, values in {**stored_years, **wanted}.items():
        work.sessions[key] = SessionSpan(years[key], values["starts_on"], values["ends_on"] + DAY)
    work.sessions.update({key: work.sessions[kept] for key, kept in same.items()})
    for key, values in {**stored_terms, **terms}.items():
        work.sessions[key] = SessionSpan(values["school_year_id"], values["starts_on"], values["ends_on"] + DAY)


def _leave_what_is_kept_by_hand(work: Work, stored: dict[str, Values], wanted: dict[str, Values]) -> None:
    """School years whose days somebody wrote here keep them. One that was begun by hand, before any roster, becomes the
    roster's year of the same time instead of standing beside it."""
    by_hand = SchoolYear.objects.filter(source=Source.HAND, source_id__isnull=True)
    begun: list[Values] = [dict(row) for row in by_hand.values("pk", "name", "starts_on", "ends_on")]
    for key, values in wanted.items():
        if key in stored:
            continue
        mine = next((year for year in begun if _mostly_the_same(year, values)), None)
        if mine is not None:
            begun.remove(mine)
            SchoolYear.objects.filter(pk=mine["pk"]).update(source=work.source, source_id=key, kept_by_hand=True)
            stored[key] = mine
    kept = SchoolYear.objects.filter(source=work.source, source_id__in=wanted, kept_by_hand=True)
    for source_id, starts_on, ends_on in kept.values_list("source_id", "starts_on", "ends_on"):
        wanted[str(source_id)] = {**wanted[str(source_id)], "starts_on": starts_on, "ends_on": ends_on}


def _mostly_the_same(year: Values, other: Values) -> bool:
    shared = min(year["ends_on"], other["ends_on"]) - max(year["starts_on"], other["starts_on"])
    return bool(shared * 2 > year["ends_on"] - year["starts_on"])


def _same_years(sessions: Mapping[str, r.Session], stored: Mapping[str, Values]) -> dict[str, str]:
    """Many systems send one school year for each school. Those of the same days are one: the id of each to the id
    under which it is kept, which is one already stored or the first of the file."""
    by_days: dict[tuple[date, date], str] = {}
    for key, values in stored.items():
        by_days.setdefault((values["starts_on"], values["ends_on"] + DAY), key)
    same = {}
    for session in sessions.values():
        if session.type is r.SessionType.SCHOOL_YEAR:
            own = session.source_id
            same[own] = own if own in stored else by_days.setdefault((session.starts_on, session.ends_on), own)
    return same


def _year(name: str, starts_on: date, ends_on: date) -> Values:
    return {"name": name[:60], "starts_on": starts_on, "ends_on": max(ends_on, starts_on + DAY)}


def _running_year(years: dict[str, Values], today: date) -> str:
    running = [key for key, year in years.items() if year["starts_on"] <= today <= year["ends_on"]]
    return max(running, key=lambda key: (years[key]["starts_on"], key)) if running else usual_year_key(today)


def usual_year_key(day: date) -> str:
    """The made-up id of the usual school year, August to July, around a day."""
    return f"year:{day.year + 1 if day.month >= 8 else day.year}"


def _usual_year(last: int) -> Values:
    return _year(f"{last - 1}-{last}", date(last - 1, 8, 1), date(last, 7, 31))


def _year_of(session: r.Session, sessions: Any, stored: dict[str, Values]) -> str:
    """The id of a session's school year: its ancestor, the year of the same number, the year around its first day,
    or the usual year."""
    here = session
    while here.type is not r.SessionType.SCHOOL_YEAR and here.parent_id in sessions:
        here = sessions[here.parent_id]
    if here.type is r.SessionType.SCHOOL_YEAR:
        return here.source_id
    if here.parent_id in stored:
        return here.parent_id
    years = [other for other in sessions.values() if other.type is r.SessionType.SCHOOL_YEAR]
    for year in years:
        if session.school_year is not None and year.school_year == session.school_year:
            return str(year.source_id)
    for year in years:
        if year.starts_on <= session.starts_on < year.ends_on:
            return str(year.source_id)
    for key, values in stored.items():
        if values["starts_on"] <= session.starts_on <= values["ends_on"]:
            return key
    return f"year:{session.school_year}" if session.school_year else usual_year_key(session.starts_on)


# ------------------------------------------------------------------ sections


def write_sections(work: Work) -> None:
    """Sections, with what their course says where they say nothing. Running ones that are gone become inactive."""
    fields = [
        "school_id",
        "school_year_id",
        "title",
        "course_title",
        "course_code",
        "subjects",
        "grades",
        "starts_on",
        "ends_on",
        "is_active",
    ]
    stored = load(Section, work.source, fields)
    wanted = {item.source_id: _section(work, item, stored.get(item.source_id)) for item in work.bundle.classes.values()}
    tally = work.ledger[Entity.SECTIONS]
    work.sections = sync(Section, source=work.source, stored=stored, wanted=wanted, tally=tally)
    leaving = [
        row["pk"]
        for key, row in stored.items()
        if row["is_active"]
        and key not in wanted
        and (
            key in work.bundle.gone[Kind.CLASS]
            or (
                work.bundle.speaks_of_all(Kind.CLASS)
                and key not in work.bundle.held[Kind.CLASS]
                and row["ends_on"] > work.today
            )
        )
    ]
    update_rows(Section, ({"id": pk, "is_active": False} for pk in leaving))
    tally.left += len(leaving)


def _section(work: Work, item: r.Class, stored: Values | None) -> Values:
    course = work.bundle.courses.get(item.course_id)
    spans = [work.sessions[term_id] for term_id in item.term_ids if term_id in work.sessions]
    if spans:
        year_id = spans[0].year_id
        starts_on, ends_on = min(span.starts_on for span in spans), max(span.ends_on for span in spans)
    elif stored is not None:
        year_id, starts_on, ends_on = stored["school_year_id"], stored["starts_on"], stored["ends_on"]
    else:
        span = work.sessions[work.default_year]
        year_id, starts_on, ends_on = span.year_id, span.starts_on, span.ends_on
    if course is not None:
        course_title, course_code, subjects, grades = course.title, course.code, course.subjects, course.grades
    elif stored is not None:  # a delta need not bring the course again
        course_title, course_code = stored["course_title"], stored["course_code"]
        subjects, grades = stored["subjects"], stored["grades"]
    else:
        course_title, course_code, subjects, grades = "", "", (), ()
    return {
        "school_id": work.schools[item.school_id],
        "school_year_id": year_id,
        "title": item.title,
        "course_title": course_title,
        "course_code": course_code,
        "subjects": list(item.subjects or subjects),
        "grades": list(item.grades or grades),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "is_active": True,
    }
