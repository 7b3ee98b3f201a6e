"""Bytes become rows whatever their encoding, line ends and quotes; a fault costs a row, never the file."""

import pytest

from accounts.oneroster import Code, Severity
from tests.accounts.oneroster.rosters import USERS, everything_kept, found, read, roster, roster_12, spoiled, table


def users_of(bundle):
    return {key: (user.given_name, user.family_name) for key, user in bundle.users.items()}


CLEAN = users_of(read(roster()))


def test_a_byte_order_mark_is_nothing_to_talk_about():
    files = {name: b"\xef\xbb\xbf" + text.encode() for name, text in roster().items()}
    bundle = read(files)
    assert users_of(bundle) == CLEAN
    assert bundle.issues == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_reads_with_a_warning(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    files = spoiled("users.csv", "Maya", "Máya 学")
    files["users.csv"] = mark + files["users.csv"].encode(encoding)
    bundle = read(files)
    assert bundle.users["u1"].given_name == "Máya 学"
    assert [issue.code for issue in bundle.issues] == [Code.ENCODING_UTF16]


def test_wide_text_without_its_mark_is_not_text():
    bundle = read(roster() | {"courses.csv": roster()["courses.csv"].encode("utf-16-le")})
    assert found(bundle, Code.FILE_NOT_TEXT)
    assert len(bundle.users) == 6


def test_windows_1252_is_recognised_line_by_line_and_spoils_no_other_name():
    text = roster()["users.csv"].replace("Maya", "María").replace("Ana", "Zoë €")
    lines = text.split("\r\n")
    mixed = b"\r\n".join(line.encode("cp1252" if "María" in line else "utf-8") for line in lines)
    bundle = read(roster() | {"users.csv": mixed})
    assert bundle.users["u1"].given_name == "María"
    assert bundle.users["u3"].given_name == "Zoë €"
    assert [(issue.code, issue.line) for issue in bundle.issues] == [(Code.ENCODING_NOT_UTF8, 2)]


def test_bytes_that_are_no_character_are_shown_as_damage():
    bundle = read(roster() | {"users.csv": roster()["users.csv"].encode().replace(b"Maya", b"Ma\x81ya")})
    assert bundle.users["u1"].given_name == "Ma\ufffdya"
    assert {issue.code for issue in bundle.issues} == {Code.ENCODING_NOT_UTF8, Code.DAMAGED_CHARACTERS}


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_any_line_end_gives_the_same_rows(end):
    bundle = read({name: text.replace("\r\n", end) for name, text in roster().items()})
    assert users_of(bundle) == CLEAN
    assert {issue.code for issue in bundle.issues} == ({Code.LINE_ENDS_CR} if end == "\r" else set())


@pytest.mark.parametrize(("delimiter", "named"), [(";", ";"), ("\t", "tab")])
def test_another_delimiter_is_recognised(delimiter, named):
    bundle = read(roster() | {"orgs.csv": roster()["orgs.csv"].replace(",", delimiter)})
    assert len(bundle.orgs) == 3
    assert [issue.value for issue in found(bundle, Code.DELIMITER)] == [named]


def test_quoted_fields_may_hold_commas_quotes_and_line_ends():
    files = spoiled("users.csv", "Maya,Lopez", '"Ma""ya, the\r\nfirst","Lopez, R."')
    bundle = read(files)
    assert bundle.users["u1"].given_name == 'Ma"ya, the first'
    assert bundle.users["u1"].family_name == "Lopez, R."
    assert len(bundle.users) == 6
    later = read(files | {"users.csv": files["users.csv"].replace("student,ana", "pupl,ana")})
    assert [issue.line for issue in later.issues if issue.code == Code.CHOICE_UNKNOWN] == [5]


@pytest.mark.parametrize("name", ['"Maya', 'Maya,"', '"Maya,x"y"z,"'])
def test_a_quote_that_is_never_closed_costs_its_own_line_only(name):
    bundle = read(spoiled("users.csv", "Maya,Lopez,", f"{name},Lopez,"))
    assert "u1" not in bundle.users
    assert {"u2", "u3", "u4", "g1", "g2"} <= set(bundle.users)
    errors = [issue for issue in bundle.issues if issue.severity is Severity.ERROR and issue.file == "users.csv"]
    assert [issue.line for issue in errors] == [2]


def test_a_quote_in_the_middle_of_a_value_is_text():
    bundle = read(spoiled("classes.csv", "Math 5 Morning", 'The 6" ruler'))
    assert bundle.classes["k1"].title == 'The 6" ruler'
    bundle = read(spoiled("classes.csv", "Math 5 Morning", '"Math" 5'))
    assert bundle.classes["k1"].title == "Math 5"
    assert found(bundle, Code.QUOTE_STRAY)


def test_a_nul_sets_its_row_aside():
    bundle = read(spoiled("users.csv", "Jon", "Jo\0n"))
    assert "u2" not in bundle.users
    assert [(issue.file, issue.line) for issue in found(bundle, Code.NUL_CHARACTER)] == [("users.csv", 3)]
    assert bundle.held["users"] == {"u2"}


@pytest.mark.parametrize("size", [10_001, 131_073, 1_000_001, 3_000_000])
@pytest.mark.parametrize("quoted", ["", '"'])
def test_a_huge_field_sets_its_row_aside_and_the_rest_is_read(size, quoted):
    bundle = read(spoiled("users.csv", "Jon", quoted + "J" * size + quoted))
    assert set(bundle.users) == {"u1", "u3", "u4", "g1", "g2"}
    assert {issue.line for issue in bundle.issues if issue.file == "users.csv" and issue.line} >= {3}
    assert all(len(issue.value) <= 80 for issue in bundle.issues)


def test_a_long_name_is_an_error_not_a_cut():
    bundle = read(spoiled("users.csv", "Jon", "J" * 201))
    assert "u2" not in bundle.users
    assert found(bundle, Code.FIELD_TOO_LONG)[0].params["limit"] == 200


def test_blank_lines_and_rows_of_commas_are_passed_over():
    text = roster()["users.csv"].replace("\r\nu2", "\r\n\r\n,,,,,,,,,,,,,,,,,\r\n   \r\nu2") + "\r\n\r\n"
    bundle = read(roster() | {"users.csv": text})
    assert users_of(bundle) == CLEAN
    assert bundle.issues == ()


def test_a_row_with_too_many_values_is_set_aside_unless_they_are_blank():
    bundle = read(spoiled("orgs.csv", "s1,,,Willow School,school,,d1", "s1,,,Willow School,school,,d1,,"))
    assert len(bundle.orgs) == 3
    assert found(bundle, Code.ROW_EXTRA_BLANKS)
    bundle = read(spoiled("orgs.csv", "s2,,,Harbor School,school,,d1", "s2,,,Harbor, School,school,,d1"))
    assert "s2" not in bundle.orgs
    assert found(bundle, Code.ROW_TOO_LONG)[0].line == 4


def test_a_short_row_is_read_where_only_optional_values_are_missing():
    bundle = read(spoiled("orgs.csv", "s1,,,Willow School,school,,d1", "s1,,,Willow School,school"))
    assert bundle.orgs["s1"].parent_id == ""
    assert found(bundle, Code.ROW_SHORT)
    bundle = read(spoiled("orgs.csv", "s2,,,Harbor School,school,,d1", "s2,,,Harbor School"))
    assert "s2" not in bundle.orgs
    assert found(bundle, Code.ROW_TOO_SHORT)


def test_no_ragged_row_is_read_where_a_password_could_slip_into_another_column():
    files = roster()
    files["users.csv"] = table(
        USERS,
        "u1,,,true,s1,student,maya,,Maya,Lopez,,,,,,05,canary-password",
        "u2,,,true,s1,student,jon,,Jon,Reed,,,,,,,,05,canary-password",
        "u3,,,true,s2,student,ana,,Ana,Silva,,,,,,,03,canary-password",
    )
    bundle = read(files)
    assert set(bundle.users) == {"u3"}
    assert bundle.held["users"] == {"u1", "u2"}
    assert "canary" not in everything_kept(bundle)
    assert [issue.column for issue in found(bundle, Code.COLUMN_NEVER_KEPT)] == ["password"]


def test_what_must_never_be_kept_is_nowhere_in_the_result():
    files = roster_12()
    extra = ",cityOfBirth,ext_studentPassword,motherName,guardian_name,metadata.x,birthCity,Father Name"
    values = ",canary-1,canary-2,canary-3,canary-4,canary-5,canary-6,canary-7"
    lines = files["users.csv"].strip().split("\r\n")
    lines = [
        lines[0] + extra,
        *(line + "canary-8" + values for line in lines[1:]),
    ]
    files["users.csv"] = "\r\n".join(lines)
    files["demographics.csv"] = "sourcedId,cityOfBirth\r\nu1,canary-9\r\n"
    bundle = read(files, preferred_names=True)
    assert len(bundle.users) == 6
    assert "canary" not in everything_kept(bundle)


def test_preferred_names_are_kept_only_where_the_district_says_so():
    assert read(roster_12()).users["u1"].preferred_given_name == ""
    assert read(roster_12(), preferred_names=True).users["u1"].preferred_given_name == "May"


def test_headers_in_another_case_and_misspelled_ones_are_read_with_a_warning():
    files = spoiled("users.csv", "sourcedId,status,dateLastModified", "SOURCEDID,Status,dataLastModified")
    files["users.csv"] = files["users.csv"].replace(",grades,", ",grade,").replace("agentSourcedIds", "agents")
    bundle = read(files)
    assert users_of(bundle) == CLEAN
    assert len(bundle.links) == 3
    assert {issue.value for issue in found(bundle, Code.HEADER_CASE)} == {"SOURCEDID", "Status"}
    assert {issue.value for issue in found(bundle, Code.HEADER_ALIAS)} == {"dataLastModified", "grade", "agents"}


def test_unknown_columns_are_named_and_metadata_is_not():
    bundle = read(spoiled("courses.csv", "subjectCodes\r\n", "subjectCodes,metadata.a,METADATA.b,shoeSize\r\n") | {})
    assert [issue.params["columns"] for issue in found(bundle, Code.HEADER_UNKNOWN)] == ["shoeSize"]


def test_a_missing_column_costs_the_file_when_nothing_makes_sense_without_it():
    bundle = read(spoiled("enrollments.csv", "userSourcedId", "person"))
    assert bundle.enrollments == {}
    assert found(bundle, Code.HEADER_MISSING)[0].params["columns"] == "userSourcedId"
    assert not bundle.speaks_of_all("enrollments")


def test_a_missing_optional_column_is_only_mentioned():
    bundle = read(spoiled("orgs.csv", "parentSourcedId", "parent"))
    assert len(bundle.orgs) == 3
    assert found(bundle, Code.HEADER_OPTIONAL_MISSING)[0].params["columns"] == "parentSourcedId"


def test_a_column_that_stands_twice_is_not_chosen_between():
    bundle = read(spoiled("orgs.csv", "identifier", "name"))
    assert bundle.orgs == {}
    assert found(bundle, Code.HEADER_DUPLICATE)[0].params["columns"] == "name"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.FILE_EMPTY),
        (b"\xef\xbb\xbf", Code.FILE_EMPTY),
        (b"\r\n \r\n", Code.FILE_EMPTY),
        (b"\xff\xfe", Code.FILE_EMPTY),
        (b"MZ\x90\x00", Code.FILE_NOT_TEXT),
        (b"%PDF-1.7", Code.FILE_NOT_TEXT),
        (b"<svg onload=alert(1)>", Code.HEADER_MISSING),
        (b"\0\0\0\0\0", Code.FILE_NOT_TEXT),
        (b"x" * 2_000_000, Code.FILE_NOT_TEXT),
        (b'"' * 200_001, Code.HEADER_MISSING),
    ],
)
def test_a_file_without_a_header_costs_itself_only(content, code):
    bundle = read(roster() | {"courses.csv": content})
    assert code in {issue.code for issue in bundle.issues if issue.file == "courses.csv"}
    assert len(bundle.users) == 6
    assert not bundle.speaks_of_all("courses")


def test_a_header_without_rows_is_fine_and_said():
    bundle = read(roster() | {"courses.csv": roster()["courses.csv"].split("\r\n")[0]})
    assert [issue.file for issue in found(bundle, Code.FILE_NO_ROWS)] == ["courses.csv"]


def test_a_fault_on_every_row_stays_a_short_report_with_an_exact_count():
    rows = [f"x{n},,,School {n},Schule,," for n in range(3_000)]
    files = roster()
    files["orgs.csv"] += "\r\n".join(rows)
    bundle = read(files)
    assert len(found(bundle, Code.CHOICE_OTHER)) == 100
    assert bundle.issue_counts[Severity.WARNING, Code.CHOICE_OTHER] == 3_000
