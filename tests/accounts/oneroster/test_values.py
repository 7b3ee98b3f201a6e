"""Values are read where they are clear, with a warning where they are not as the standard writes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.oneroster import Code
from accounts.oneroster.issues import shown
from accounts.oneroster.values import clean_text, parse_boolean, parse_date, parse_grade
from tests.accounts.oneroster.rosters import found, read, spoiled


@pytest.mark.parametrize(
    ("text", "day", "odd"),
    [
        ("2024-08-12", date(2024, 8, 12), None),
        ("2024-02-29", date(2024, 2, 29), None),
        ("2024-8-1", date(2024, 8, 1), Code.DATE_NOTATION),
        ("2024-08-12T00:00:00.000Z", date(2024, 8, 12), Code.DATE_NOTATION),
        ("2024-08-12 08:30", date(2024, 8, 12), Code.DATE_NOTATION),
        ("20240812", date(2024, 8, 12), Code.DATE_NOTATION),
        ("8/24/2024", date(2024, 8, 24), Code.DATE_NOTATION),
        ("24/8/2024", date(2024, 8, 24), Code.DATE_NOTATION),
        ("24.8.2024", date(2024, 8, 24), Code.DATE_NOTATION),
        ("5/5/2024", date(2024, 5, 5), Code.DATE_NOTATION),
        ("08/12/2024", None, Code.DATE_AMBIGUOUS),
        ("1/2/2024", None, Code.DATE_AMBIGUOUS),
        ("13/13/2024", None, Code.DATE_INVALID),
        ("2023-02-29", None, Code.DATE_INVALID),
        ("2024-13-01", None, Code.DATE_INVALID),
        ("1/2/24", None, Code.DATE_INVALID),
        ("45516", None, Code.DATE_INVALID),
        ("0001-01-01", None, Code.DATE_INVALID),
        ("9999-12-31", None, Code.DATE_INVALID),
        ("٢٠٢٤-٠٨-١٢", None, Code.DATE_INVALID),
        ("yesterday", None, Code.DATE_INVALID),
    ],
)
def test_dates_are_read_where_they_are_one_day_only(text, day, odd):
    assert parse_date(text) == (day, odd)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)))
def test_a_date_is_never_read_as_another_day(day):
    assert parse_date(day.isoformat()) == (day, None)
    for text in (f"{day.month}/{day.day}/{day.year}", f"{day.day}/{day.month}/{day.year}"):
        assert parse_date(text)[0] in {day, None}


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_reason(text):
    day, odd = parse_date(text)
    assert day is not None or odd in {Code.DATE_AMBIGUOUS, Code.DATE_INVALID}


@pytest.mark.parametrize(
    ("text", "value", "standard"),
    [
        ("true", True, True),
        ("false", False, True),
        ("TRUE", True, False),
        ("1", True, False),
        ("Yes", True, False),
        ("0", False, False),
        ("N", False, False),
        ("maybe", None, False),
    ],
)
def test_flags_are_read_in_the_usual_spellings(text, value, standard):
    assert parse_boolean(text) == (value, standard)


@pytest.mark.parametrize(
    ("text", "grade", "standard"),
    [
        ("05", "05", True),
        ("KG", "KG", True),
        ("5", "05", False),
        ("005", "05", False),
        ("5th", "05", False),
        ("Grade 5", "05", False),
        ("2nd Grade", "02", False),
        ("K", "KG", False),
        ("kindergarten", "KG", False),
        ("ps1", "PS1", False),
        ("14", None, False),
        ("0", None, False),
        ("-1", None, False),
        ("hunter2", None, False),
    ],
)
def test_grades_become_the_standards_codes(text, grade, standard):
    assert parse_grade(text) == (grade, standard)


def test_names_lose_direction_marks_and_characters_of_no_width_and_keep_their_script():
    assert clean_text("Ma\u202eya\u200b \u0007Lopez") == ("Maya Lopez", True)
    assert clean_text("می\u200cخواهم") == ("می\u200cخواهم", False)
    assert clean_text("Zoe\u0308") == ("Zoë", False)
    assert clean_text("  two\r\nlines ") == ("two lines", False)


@given(st.text(max_size=200))
def test_what_is_shown_is_printable_and_short(text):
    seen = shown(text)
    assert len(seen) <= 80
    assert "\n" not in seen
    assert "\u202e" not in seen


def test_scripts_and_formulas_in_names_stay_text_and_formulas_are_mentioned():
    bundle = read(spoiled("users.csv", "Maya,Lopez", '<script>alert(1)</script>,"=HYPERLINK(""http://x"")"'))
    assert bundle.users["u1"].given_name == "<script>alert(1)</script>"
    assert bundle.users["u1"].family_name == '=HYPERLINK("http://x")'
    assert [issue.column for issue in found(bundle, Code.FORMULA_LIKE)] == ["familyName"]


def test_a_person_with_one_name_may_have_it_in_either_column():
    assert read(spoiled("users.csv", "Maya,Lopez", ",Suharto")).users["u1"].given_name == "Suharto"
    assert read(spoiled("users.csv", "Maya,Lopez", "Suharto,")).users["u1"].given_name == "Suharto"
    bundle = read(spoiled("users.csv", "Maya,Lopez", ","))
    assert "u1" not in bundle.users
    assert found(bundle, Code.REQUIRED_BLANK)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("classes.csv", "scheduled", "Scheduled", Code.CHOICE_NOTATION),
        ("classes.csv", "scheduled", "block", Code.CHOICE_OTHER),
        ("classes.csv", ",05,c1", ",thirty,c1", Code.GRADE_UNKNOWN),
        ("users.csv", "guardian", "Guardian", Code.CHOICE_NOTATION),
        ("users.csv", "teacher", "Professor", Code.CHOICE_NOTATION),
        ("users.csv", "u1,,,true", "u1,,,TRUE", Code.BOOLEAN_NOTATION),
        ("users.csv", "u1,,,true", "u1,,,perhaps", Code.BOOLEAN_UNKNOWN),
        ("users.csv", "ida@school.example", "ida at school", Code.EMAIL_INVALID),
        ("users.csv", "ida@school.example", "ida@school.example\u200b", Code.EMAIL_INVALID),
        ("users.csv", "u1,,,", "u1,active,2024-01-01,", None),
        ("orgs.csv", "district,,", "Ministry,,", Code.CHOICE_OTHER),
        ("academicSessions.csv", "2024-08-12,2025-01-11", "8/24/2024,2025-01-11", Code.DATE_NOTATION),
        ("academicSessions.csv", ",schoolYear,2024", ",School Year,2024", Code.CHOICE_NOTATION),
        ("academicSessions.csv", "y1,2025", "y1,next", Code.YEAR_INVALID),
    ],
)
def test_an_unusual_value_that_is_clear_is_read_with_at_most_a_warning(name, old, new, code):
    bundle = read(spoiled(name, old, new))
    assert bundle.errors == 0
    assert {issue.code for issue in bundle.issues} == ({code} if code else set())
    assert len(bundle.users) == 6
    assert len(bundle.enrollments) == 3


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "column"),
    [
        ("users.csv", ",student,maya", ",,maya", Code.REQUIRED_BLANK, "role"),
        ("users.csv", ",student,maya", ",wizard,maya", Code.CHOICE_UNKNOWN, "role"),
        ("users.csv", "u1,,,true", "u1,perhaps,,true", Code.CHOICE_UNKNOWN, "status"),
        ("users.csv", "u1,", "u\u200b1,", Code.ID_UNREADABLE, "sourcedId"),
        ("users.csv", "u1,", "u" * 256 + ",", Code.ID_UNREADABLE, "sourcedId"),
        ("users.csv", "\r\nu1,", "\r\n,", Code.REQUIRED_BLANK, "sourcedId"),
        ("enrollments.csv", "2024-08-12,2025-01-11", "08/12/2024,2025-01-11", Code.DATE_AMBIGUOUS, "beginDate"),
        ("enrollments.csv", "2024-08-12,2025-01-11", "2025-08-12,2025-01-11", Code.DATES_REVERSED, "endDate"),
        ("enrollments.csv", "2024-08-12,2025-01-11", "soon,2025-01-11", Code.DATE_INVALID, "beginDate"),
        ("enrollments.csv", "u1,student", "u1,visitor", Code.CHOICE_UNKNOWN, "role"),
        ("enrollments.csv", "k1,s1,u1", ",s1,u1", Code.REQUIRED_BLANK, "classSourcedId"),
        ("academicSessions.csv", "2024-08-12,2025-01-11", "2025-01-11,2024-08-12", Code.DATES_REVERSED, "endDate"),
        ("academicSessions.csv", "2024-08-12,2025-01-11", ",2025-01-11", Code.REQUIRED_BLANK, "startDate"),
        ("academicSessions.csv", "2024-08-12,2025-06-07", "2024-08-10,2024-08-12", Code.SESSION_LENGTH, "endDate"),
        ("academicSessions.csv", "2024-08-12,2025-06-07", "1924-08-12,2025-06-07", Code.SESSION_LENGTH, "endDate"),
        ("orgs.csv", "Harbor School", "", Code.REQUIRED_BLANK, "name"),
    ],
)
def test_an_unclear_value_sets_its_row_aside_and_says_where(name, old, new, code, column):
    bundle = read(spoiled(name, old, new))
    errors = [issue for issue in bundle.issues if issue.code == code]
    assert [(issue.file, issue.column) for issue in errors] == [(name, column)]
    assert errors[0].line is not None
    assert len(bundle.orgs) + len(bundle.users) + len(bundle.enrollments) + len(bundle.sessions) < 3 + 6 + 3 + 2
