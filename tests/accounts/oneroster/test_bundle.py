"""References are settled after all files are read; what is set aside is held, not missing."""

from datetime import date

import pytest

from accounts.oneroster import Code, KnownRoster, Severity
from accounts.oneroster.columns import Dialect, Kind
from accounts.oneroster.plan import FileMode
from accounts.oneroster.records import EnrollmentRole, GuardianLink, UserRole
from tests.accounts.oneroster.rosters import (
    CLASSES,
    ENROLLMENTS,
    ORGS,
    SESSIONS,
    USERS,
    found,
    manifest,
    read,
    roster,
    roster_12,
    spoiled,
    table,
)


def test_a_roster_of_1_1_becomes_records():
    bundle = read(roster())
    assert bundle.dialect is Dialect.ONEROSTER_11
    assert bundle.system == "Our own"
    assert set(bundle.schools) == {"s1", "s2"}
    assert bundle.sessions["t1"].starts_on == date(2024, 8, 12)
    assert bundle.sessions["t1"].school_year == 2025
    assert bundle.classes["k1"].term_ids == ("t1",)
    assert bundle.classes["k1"].subjects == ("Mathematics",)
    assert bundle.enrollments["e1"].ends_on == date(2025, 1, 11)
    assert bundle.enrollments["e3"].role is EnrollmentRole.TEACHER
    assert bundle.enrollments["e3"].is_primary
    assert bundle.student_schools == {"u1": "s1", "u2": "s1", "u3": "s2"}
    assert bundle.student_grades == {"u1": "05", "u2": "05", "u3": "03"}
    assert bundle.users["u4"].email == "ida@school.example"
    assert bundle.users["u4"].phone == "555 0100"
    assert [(count.file, count.rows, count.kept) for count in bundle.files] == [
        ("orgs.csv", 3, 3),
        ("academicSessions.csv", 2, 2),
        ("courses.csv", 1, 1),
        ("classes.csv", 1, 1),
        ("users.csv", 6, 6),
        ("enrollments.csv", 3, 3),
    ]


def test_family_links_come_from_either_side():
    bundle = read(roster())
    assert set(bundle.links) == {
        GuardianLink("u1", "g1", UserRole.GUARDIAN),  # the student names the guardian
        GuardianLink("u2", "g2", UserRole.PARENT),  # the parent names the student
        GuardianLink("u3", "g2", UserRole.PARENT),
    }
    both = read(spoiled("users.csv", "rosa@home.example,,,,", "rosa@home.example,,,u1,"))
    assert set(both.links) == set(bundle.links)


def test_a_roster_of_1_2_takes_roles_from_its_own_file():
    bundle = read(roster_12())
    assert bundle.dialect is Dialect.ONEROSTER_12
    assert bundle.issues == ()
    assert {role.role for role in bundle.roles["u4"]} == {UserRole.TEACHER, UserRole.GUARDIAN}
    assert bundle.roles["u1"][0].begins_on == date(2024, 8, 12)
    assert bundle.student_schools == {"u1": "s1", "u2": "s1", "u3": "s2"}
    assert len(bundle.links) == 3


@pytest.mark.parametrize("role", ["districtAdministrator", "siteAdministrator", "counselor", "principal", "aide"])
def test_every_role_of_1_2_is_known(role):
    bundle = read(spoiled("roles.csv", "primary,teacher", f"primary,{role}", roster_12()))
    assert bundle.roles["u4"][0].role == role


def test_an_extension_role_is_staff_of_another_kind_and_an_unknown_one_an_error():
    files = spoiled("roles.csv", "secondary,guardian", "secondary,ext:coach", roster_12())
    assert {role.role for role in read(files).roles["u4"]} == {UserRole.TEACHER, UserRole.OTHER}
    bundle = read(spoiled("roles.csv", "primary,guardian", "primary,coach", roster_12()))
    assert found(bundle, Code.CHOICE_UNKNOWN)
    assert [issue.value for issue in found(bundle, Code.USER_WITHOUT_ROLE)] == ["g1"]
    assert "g1" in bundle.held[Kind.USER]


def test_without_a_manifest_version_and_modes_are_guessed_and_said():
    for files, dialect in ((roster(), Dialect.ONEROSTER_11), (roster_12(), Dialect.ONEROSTER_12)):
        del files["manifest.csv"]
        bundle = read(files)
        assert bundle.dialect is dialect
        assert {issue.code for issue in bundle.issues} == {Code.MANIFEST_MISSING, Code.VERSION_GUESSED}
        assert bundle.modes[Kind.USER] is FileMode.BULK


@pytest.mark.parametrize("stated", ["1.2", "1.2.1", "v1p2"])
def test_headers_win_over_a_manifest_that_states_another_version(stated):
    bundle = read(roster() | {"manifest.csv": manifest(stated)})
    assert bundle.dialect is Dialect.ONEROSTER_11
    assert found(bundle, Code.VERSION_MISMATCH)
    assert len(bundle.users) == 6


@pytest.mark.parametrize("stated", ["", "2.0", "one"])
def test_an_unknown_version_is_guessed(stated):
    bundle = read(roster() | {"manifest.csv": manifest(stated)})
    assert bundle.dialect is Dialect.ONEROSTER_11
    assert found(bundle, Code.VERSION_GUESSED)


def test_a_manifest_may_be_written_in_other_cases_and_a_wrong_word_falls_back_to_the_file():
    text = manifest(users="Bulk", courses="whole").replace("file.orgs", "FILE.ORGS")
    bundle = read(roster() | {"manifest.csv": text})
    assert [issue.value for issue in found(bundle, Code.MANIFEST_VALUE)] == ["whole"]
    assert bundle.modes[Kind.USER] is bundle.modes[Kind.COURSE] is FileMode.BULK


def test_a_file_the_manifest_promises_and_does_not_bring_is_an_error_and_speaks_of_nobody():
    files = roster()
    del files["enrollments.csv"]
    bundle = read(files)
    assert [issue.file for issue in found(bundle, Code.FILE_PROMISED)] == ["enrollments.csv"]
    assert bundle.modes[Kind.ENROLLMENT] is FileMode.ABSENT


def test_a_file_the_manifest_calls_absent_is_not_read():
    bundle = read(roster() | {"manifest.csv": manifest(courses="absent")})
    assert bundle.courses == {}
    assert found(bundle, Code.FILE_MARKED_ABSENT)


def test_a_required_file_that_is_missing_without_a_manifest_is_an_error():
    bundle = read({"users.csv": roster()["users.csv"]})
    assert [issue.file for issue in found(bundle, Code.FILE_MISSING)] == ["orgs.csv"]
    assert "u1" not in bundle.users
    assert "u1" in bundle.held[Kind.USER]


# ------------------------------------------------------------------ gone, delta


@pytest.mark.parametrize("word", ["tobedeleted", "toBeDeleted", "inactive"])
def test_rows_that_say_deleted_are_gone_and_what_leaned_on_them_with_them(word):
    files = spoiled("users.csv", "u2,,,", f"u2,{word},2024-09-01T00:00:00Z,")
    bundle = read(files)
    assert "u2" in bundle.gone[Kind.USER]
    assert "u2" not in bundle.users
    assert "e2" in bundle.gone[Kind.ENROLLMENT]
    assert bundle.errors == 0
    assert found(bundle, Code.STATUS_IN_BULK)


def test_a_deleted_row_needs_nothing_but_its_id():
    files = roster() | {
        "manifest.csv": manifest(users="delta"),
        "users.csv": table(USERS, "u2,tobedeleted,2024-09-01T00:00:00Z,,,,,,,,,,,,,,,"),
    }
    known = KnownRoster(students=frozenset({"u1", "u2"}), staff=frozenset({"u4"}))
    bundle = read(files, known=known)
    assert bundle.errors == 0
    assert bundle.gone[Kind.USER] == {"u2"}
    assert bundle.modes[Kind.USER] is FileMode.DELTA
    assert set(bundle.enrollments) == {"e1", "e3"}


def test_a_delta_may_refer_to_what_earlier_imports_brought_and_bulk_may_not():
    files = {
        "manifest.csv": manifest(
            orgs="absent", academicSessions="absent", courses="absent", classes="absent", users="absent",
            enrollments="delta",
        ),
        "enrollments.csv": table(ENROLLMENTS, "e9,active,2024-09-01T00:00:00Z,k1,s1,u1,student,,,"),
    }  # fmt: skip
    known = KnownRoster(schools=frozenset({"s1"}), classes={"k1": "s1"}, students=frozenset({"u1"}))
    assert set(read(files, known=known).enrollments) == {"e9"}
    without = read(files)
    assert without.enrollments == {}
    assert found(without, Code.REFERENCE_MISSING)
    bulk = read(roster() | {"enrollments.csv": table(ENROLLMENTS, "e9,,,k0,s1,u1,student,,,")},
                known=KnownRoster(classes={"k0": "s1"}))  # fmt: skip
    assert bulk.enrollments == {}


def test_a_known_students_seat_as_a_teacher_is_refused_in_a_delta_too():
    files = {
        "manifest.csv": manifest(
            orgs="absent", academicSessions="absent", courses="absent", classes="absent", users="absent",
            enrollments="delta",
        ),
        "enrollments.csv": table(ENROLLMENTS, "e9,active,2024-09-01T00:00:00Z,k1,s1,u1,teacher,,,"),
    }  # fmt: skip
    known = KnownRoster(schools=frozenset({"s1"}), classes={"k1": "s1"}, students=frozenset({"u1"}))
    bundle = read(files, known=known)
    assert bundle.enrollments == {}
    assert found(bundle, Code.ROLE_CONFLICT)


# ------------------------------------------------------------------ duplicates


def test_the_same_row_twice_is_one_record_and_a_warning():
    files = roster()
    files["enrollments.csv"] += "e2,,,k1,s1,u2,student,false,,\r\n"
    bundle = read(files)
    assert len(bundle.enrollments) == 3
    assert found(bundle, Code.DUPLICATE_SAME)[0].params["first_line"] == 3
    assert bundle.errors == 0


def test_an_id_with_two_different_rows_keeps_the_first_and_sets_the_second_aside():
    files = roster()
    files["users.csv"] += "u2,,,true,s1,student,other,,Other,Person,,,,,,,04,\r\n"
    bundle = read(files)
    assert bundle.users["u2"].given_name == "Jon"
    assert [issue.line for issue in found(bundle, Code.DUPLICATE_DIFFERENT)] == [8]


def test_an_id_that_is_both_there_and_deleted_is_not_decided():
    files = roster()
    files["users.csv"] += "u2,tobedeleted,,,,,,,,,,,,,,,,\r\n"
    bundle = read(files)
    assert "u2" in bundle.users
    assert "u2" not in bundle.gone[Kind.USER]
    assert found(bundle, Code.DUPLICATE_DIFFERENT)


def test_one_person_in_two_rows_for_two_schools_has_both():
    files = roster()
    files["users.csv"] += "u4,,,true,s2,teacher,reyes,,Ida,Reyes,,,ida@school.example,,555 0100,,,\r\n"
    bundle = read(files)
    assert {role.org_id for role in bundle.roles["u4"]} == {"s1", "s2"}


# ------------------------------------------------------------------ references


@pytest.mark.parametrize(
    ("name", "old", "new", "column"),
    [
        ("orgs.csv", "school,,d1\r\ns2", "school,,d9\r\ns2", "parentSourcedId"),
        ("academicSessions.csv", "2025-01-11,y1", "2025-01-11,y9", "parentSourcedId"),
        ("courses.csv", "05,d1", "05,d9", "orgSourcedId"),
        ("classes.csv", "c1,M5A", "c9,M5A", "courseSourcedId"),
        ("classes.csv", "s1,t1", 's1,"t1,t9"', "termSourcedIds"),
    ],
)
def test_a_reference_that_leads_nowhere_is_dropped_where_the_row_makes_sense_without_it(name, old, new, column):
    bundle = read(spoiled(name, old, new))
    assert bundle.errors == 0
    assert [(issue.code, issue.column) for issue in bundle.issues] == [(Code.REFERENCE_DROPPED, column)]
    assert bundle.classes["k1"].term_ids == ("t1",)


def test_a_class_at_no_school_is_set_aside_and_its_seats_with_it_and_all_are_held():
    bundle = read(spoiled("classes.csv", ",s1,t1", ",s9,t1"))
    assert bundle.classes == {}
    assert bundle.enrollments == {}
    assert bundle.held[Kind.CLASS] == {"k1"}
    assert bundle.held[Kind.ENROLLMENT] == {"e1", "e2", "e3"}
    assert len(found(bundle, Code.REFERENCE_SET_ASIDE)) == 3


def test_a_seat_for_nobody_is_set_aside_with_its_place():
    bundle = read(spoiled("enrollments.csv", "e2,,,k1,s1,u2", "e2,,,k1,s1,u99"))
    assert [(i.file, i.line, i.column, i.value) for i in found(bundle, Code.REFERENCE_MISSING)] == [
        ("enrollments.csv", 3, "userSourcedId", "u99")
    ]
    assert bundle.held[Kind.ENROLLMENT] == {"e2"}
    count = next(count for count in bundle.files if count.file == "enrollments.csv")
    assert (count.rows, count.kept, count.set_aside) == (3, 2, 1)


def test_parents_in_a_circle_are_cut_once_and_said():
    files = spoiled("orgs.csv", "district,,", "district,,s1")
    bundle = read(files)
    assert len(found(bundle, Code.CYCLE)) == 1
    assert len(bundle.orgs) == 3
    files = roster()
    files["orgs.csv"] = table(ORGS, "s1,,,Willow School,school,,s1", "s2,,,Harbor School,school,,")
    assert len(found(read(files), Code.CYCLE)) == 1
    files = spoiled("academicSessions.csv", "2025-06-07,,2025", "2025-06-07,t1,2025")
    bundle = read(files)
    assert len(found(bundle, Code.CYCLE)) == 1
    assert len(bundle.sessions) == 2


@pytest.mark.parametrize(
    ("seat", "is_now"),
    [("u4,student", "teacher"), ("u1,teacher", "student"), ("g1,teacher", "guardian"), ("g1,student", "guardian")],
)
def test_a_seat_that_contradicts_who_the_person_is_opens_no_door(seat, is_now):
    files = roster()
    files["enrollments.csv"] = table(ENROLLMENTS, f"e1,,,k1,s1,{seat},false,,")
    bundle = read(files)
    assert bundle.enrollments == {}
    conflict = found(bundle, Code.ROLE_CONFLICT)[0]
    assert conflict.severity is Severity.ERROR
    assert conflict.params["is_now"] == is_now


def test_a_department_stands_for_its_school_and_for_itself_where_there_is_none():
    files = roster()
    files["orgs.csv"] = table(
        ORGS, "s1,,,Willow School,school,,", "p1,,,Science,department,,s1", "s2,,,Lone Department,department,,"
    )
    files["classes.csv"] = files["classes.csv"].replace(",s1,t1", ",p1,t1")
    bundle = read(files)
    assert bundle.classes["k1"].school_id == "s1"
    assert set(bundle.schools) == {"s1", "s2"}
    assert bundle.student_schools["u3"] == "s2"
    assert bundle.role_schools["s2"] == "s2"
    assert [issue.line for issue in found(bundle, Code.ORG_USED_AS_SCHOOL)] == [4]
    assert found(bundle, Code.SCHOOL_MISMATCH) == []


def test_a_district_beside_the_school_is_not_taken_for_a_school():
    bundle = read(spoiled("users.csv", "true,s2,student", 'true,"d1,s2",student'))
    assert bundle.student_schools["u3"] == "s2"
    assert "d1" not in bundle.schools


def test_a_student_without_a_school_takes_it_from_a_class_or_is_set_aside():
    bundle = read(spoiled("users.csv", "true,s1,student,maya", "true,d1,student,maya"))
    assert bundle.student_schools["u1"] == "s1"
    assert found(bundle, Code.SCHOOL_FROM_CLASS)
    bundle = read(spoiled("users.csv", "true,s2,student,ana", "true,,student,ana"))
    assert "u3" not in bundle.users
    assert found(bundle, Code.STUDENT_WITHOUT_SCHOOL)
    assert bundle.held[Kind.USER] == {"u3"}


def test_students_without_any_seat_are_there():
    assert "u3" in {student.source_id for student in read(roster()).students}


def test_a_class_without_a_term_is_kept_and_said():
    files = roster()
    files["academicSessions.csv"] = table(SESSIONS)
    bundle = read(files)
    assert bundle.classes["k1"].term_ids == ()
    assert found(bundle, Code.CLASS_WITHOUT_TERM)


def test_a_seat_of_no_length_never_was():
    bundle = read(spoiled("enrollments.csv", "2024-08-12,2025-01-11", "2024-08-12,2024-08-12"))
    assert "e1" in bundle.gone[Kind.ENROLLMENT]
    assert found(bundle, Code.DATES_SAME)


def test_a_family_member_who_is_not_there_and_one_who_is_no_family_make_no_link():
    bundle = read(spoiled("users.csv", "g1,05,", '"g9,u4,u2",05,'))
    assert {link.student_id for link in bundle.links} == {"u2", "u3"}
    assert [issue.value for issue in found(bundle, Code.AGENT_MISSING)] == ["g9"]
    assert {issue.value for issue in found(bundle, Code.AGENT_NOT_FAMILY)} == {"u4", "u2"}
    assert [issue.value for issue in found(bundle, Code.FAMILY_WITHOUT_STUDENT)] == ["g1"]


def test_while_a_row_has_no_readable_id_nobody_is_missing_from_its_file():
    bundle = read(spoiled("users.csv", "\r\nu2,", "\r\n,"))
    assert not bundle.speaks_of_all(Kind.USER)
    assert bundle.speaks_of_all(Kind.CLASS)


def test_two_seats_in_classes_of_another_school_use_the_class_school():
    bundle = read(spoiled("enrollments.csv", "e2,,,k1,s1,", "e2,,,k1,s2,"))
    assert bundle.enrollments["e2"].school_id == "s1"
    assert found(bundle, Code.SCHOOL_MISMATCH)


def test_progress_is_told_by_file_and_rows():
    told = []
    files = roster()
    files["classes.csv"] = table(CLASSES, *(f"k{n},,,Math,05,c1,,scheduled,,s1,t1,,," for n in range(12_000)))
    read(files, on_progress=lambda file, rows: told.append((file, rows)))
    assert [rows for file, rows in told if file == "classes.csv"] == [5_000, 10_000, 12_000]
    assert told[-1] == ("enrollments.csv", 3)
