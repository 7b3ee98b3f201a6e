"""What each class works on, and when: units spread over both school years. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from config.demo.chance import stream
from config.demo.people import ClassPlan, District
from config.demo.years import YearPlan

MATH: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {
    3: (("OP.1", "NU.1", "FR.1", "OP.2", "FR.2", "NU.2"), ("GM.3", "AL.1", "DA.1", "GM.1", "AL.2", "DA.2")),
    4: (("FR.3", "OP.3", "NU.3", "FR.4", "OP.4", "FR.9"), ("GM.1", "GM.2", "OP.5", "DA.2", "AL.2")),
    5: (("NU.4", "FR.4", "FR.5", "FR.6", "FR.7"), ("OP.5", "GM.5", "AL.3", "GM.4", "DA.3")),
    6: (("FR.6", "FR.8", "OP.6", "NU.5", "OP.7"), ("DA.3", "AL.3", "GM.6", "AL.4")),
    7: (("OP.6", "OP.7", "AL.4", "AL.5"), ("NU.5", "GM.6", "DA.4")),
    8: (("AL.4", "AL.5", "OP.7"), ("DA.4", "GM.6")),
}
"""Per grade two threads that run side by side; each competency comes after those it rests on."""
SELF_DIRECTION: dict[int, tuple[str, ...]] = {
    3: ("SD.1", "SD.3", "SD.8", "SD.5"),
    4: ("SD.1", "SD.2", "SD.8", "SD.6"),
    5: ("SD.8", "SD.2", "SD.5", "SD.7"),
    6: ("SD.1", "SD.3", "SD.5", "SD.6"),
    7: ("SD.2", "SD.4", "SD.6", "SD.7"),
    8: ("SD.1", "SD.2", "SD.5", "SD.7"),
}
DEMO_CODE = "FR.5"
"""What the demonstration class works on today, one piece short of demonstrated."""
DEMO_BEFORE, DEMO_AFTER = ("NU.4", "FR.4", "OP.5"), ("FR.6", "FR.7")
DEMO_SINCE, DEMO_UNTIL = 19, 16
"""School days before and after today."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch in which a class works on one competency; half-open, all days with school in between."""

    code: str
    starts_on: date
    after: date
    days: tuple[date, ...]


def units_of(section: ClassPlan, district: District) -> list[Unit]:
    """The units of a class through its year, in order of their first day."""
    years = district.years
    year = years.current if section.year == "current" else years.previous
    units: list[Unit] = []
    if section.teaches_math:
        first, second = MATH[section.grade]
        if section.key == district.demo_class:
            units += _demo_thread(year, district.today)
            second = tuple(code for code in second if code not in DEMO_BEFORE)
        else:
            units += _thread(first, year.days, year, shift=_shift(district, section, "a"))
        units += _thread(second, year.days, year, shift=_shift(district, section, "b"))
    if section.teaches_self_direction:
        units += _thread(SELF_DIRECTION[section.grade], year.days, year, shift=_shift(district, section, "sd"))
    return sorted(units, key=lambda unit: (unit.starts_on, unit.code))


def codes_of(grade: int) -> tuple[str, ...]:
    """Everything a grade works on in a year."""
    return (*MATH[grade][0], *MATH[grade][1], *SELF_DIRECTION[grade])


def _shift(district: District, section: ClassPlan, thread: str) -> int:
    """Classes do not all turn the page on the same day."""
    return stream(district.seed, "units", section.key, thread).randrange(-4, 5)


def _thread(codes: tuple[str, ...], days: tuple[date, ...], year: YearPlan, *, shift: int) -> list[Unit]:
    length = len(days) / len(codes)
    cuts = [0, *(max(1, round(length * n) + shift) for n in range(1, len(codes))), len(days)]
    return [_unit(code, days[start:end], year) for code, start, end in zip(codes, cuts, cuts[1:], strict=False)]


def _unit(code: str, days: tuple[date, ...], year: YearPlan) -> Unit:
    return Unit(code, days[0], min(days[-1] + timedelta(days=1), year.after), days)


def _demo_thread(year: YearPlan, today: date) -> list[Unit]:
    """The first thread of the demonstration class: today falls into the unit on `DEMO_CODE`."""
    here = sum(day < today for day in year.days)
    start, end = max(4, here - DEMO_SINCE), min(len(year.days) - 4, here + DEMO_UNTIL)
    before = max(1, min(len(DEMO_BEFORE), round(start / 34)))
    return [
        *_thread(DEMO_BEFORE[:before], year.days[:start], year, shift=0),
        _unit(DEMO_CODE, year.days[start:end], year),
        *_thread(DEMO_AFTER[: 1 if len(year.days) - end < 20 else 2], year.days[end:], year, shift=0),
    ]
