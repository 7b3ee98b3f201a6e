"""School Data Sync and Clever come in by mapping, behind the same report."""

from datetime import date

from accounts.oneroster import Code
from accounts.oneroster.columns import Dialect, Kind
from accounts.oneroster.records import EnrollmentRole, GuardianLink, UserRole
from tests.accounts.oneroster.rosters import everything_kept, found, read, table


def sds():
    return {
        "orgs.csv": table("sourcedId,name,type,parentSourcedId", "d,Lakeside,district,", "s1,Willow,school,d"),
        "users.csv": table(
            "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms",
            "1,maya,Maya,Lopez,canary-1,,,,",
            "2,rosa,Rosa,Lopez,canary-2,,rosa@home.example,,555",
            "3,ida,Ida,Reyes,canary-3,,,,",
            "4,ola,Ola,Berg,canary-4,,,,",
        ),
        "roles.csv": table(
            "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate",
            "1,s1,student,y1,5,TRUE,2024-08-12,2025-06-07",
            "3,s1,teacher,y1,,TRUE,,",
        ),
        "classes.csv": table(
            "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId", "k1,s1,Math,y1,", "k2,s1,Art,y9,"
        ),
        "academicSessions.csv": table(
            "sourcedId,title,type,schoolYear,startDate,endDate", "y1,Year,schoolYear,2025,2024-08-12,2025-06-07"
        ),
        "enrollments.csv": table("classSourcedId,userSourcedId,role", "k1,1,student", "k1,3,teacher", "k1,9,student"),
        "relationships.csv": table(
            "userSourcedId,relationshipUserSourcedId,relationshipRole", "1,2,guardian", "1,9,guardian", "1,2,aunt"
        ),
        "demographics.csv": table("userSourcedId,birthCity", "1,canary-5"),
    }


def test_school_data_sync_reads_into_the_same_records():
    bundle = read(sds())
    assert bundle.dialect is Dialect.SDS_21
    assert bundle.student_schools == {"1": "s1"}
    assert bundle.student_grades == {"1": "05"}
    assert bundle.links == (GuardianLink("1", "2", UserRole.GUARDIAN),)
    assert {seat.role for seat in bundle.enrollments.values()} == {EnrollmentRole.STUDENT, EnrollmentRole.TEACHER}
    assert set(bundle.enrollments) == {"k1:1:student", "k1:3:teacher"}
    assert bundle.classes["k1"].term_ids == ("y1",)
    assert bundle.users["2"].phone == "555"


def test_school_data_sync_faults_are_told_like_any_other():
    bundle = read(sds())
    assert [issue.value for issue in found(bundle, Code.REFERENCE_MISSING)] == ["9"]
    assert [issue.value for issue in found(bundle, Code.AGENT_MISSING)] == ["9"]
    assert [issue.value for issue in found(bundle, Code.CHOICE_UNKNOWN)] == ["aunt"]
    assert [issue.value for issue in found(bundle, Code.USER_WITHOUT_ROLE)] == ["4"]
    assert found(bundle, Code.COLUMN_NEVER_KEPT)
    assert "canary" not in everything_kept(bundle)


def clever():
    return {
        "schools.csv": table("School_id,School_name,School_number,Low_grade,High_grade", "s1,Willow,1,K,5"),
        "students.csv": table(
            "School_id,Student_id,Student_number,State_id,Last_name,Middle_name,First_name,Grade,Gender,DOB,"
            "Student_email,Contact_name,Contact_phone,Username,Password",
            "s1,1,77,,Lopez,,Maya,5,F,1/2/2014,,canary-1,canary-2,maya,canary-3",
            "s1,2,78,,Reed,,Jon,Kindergarten,M,1/2/2018,jon@school.example,canary-1,,jon,",
        ),
        "teachers.csv": table(
            "School_id,Teacher_id,Teacher_number,Teacher_email,First_name,Last_name,Title",
            "s1,1,9,ida@school.example,Ida,Reyes,Ms",
            "s1,2,10,,Co,Teacher,Mr",
        ),
        "sections.csv": table(
            "School_id,Section_id,Teacher_id,Teacher_2_id,Name,Section_number,Grade,Course_name,Course_number,Period,"
            "Subject,Term_name,Term_start,Term_end",
            "s1,7,1,2,,A,5,Mathematics 5,MA5,1,Math,Fall,8/24/2024,1/31/2025",
            "s1,8,1,,Reading,B,5,,,2,,Fall,8/24/2024,1/31/2025",
            "s1,9,1,,Art,C,5,,,2,,,,",
        ),
        "enrollments.csv": table("School_id,Section_id,Student_id", "s1,7,1", "s1,7,2", "s1,99,2"),
    }


def test_clever_reads_into_the_same_records():
    bundle = read(clever())
    assert bundle.dialect is Dialect.CLEVER
    assert bundle.student_schools == {"student:1": "s1", "student:2": "s1"}
    assert bundle.student_grades == {"student:1": "05", "student:2": "KG"}
    assert {seat.user_id for seat in bundle.enrollments.values() if seat.class_id == "7"} == {
        "student:1",
        "student:2",
        "teacher:1",
        "teacher:2",
    }
    assert [seat.user_id for seat in bundle.enrollments.values() if seat.is_primary and seat.class_id == "7"] == [
        "teacher:1"
    ]
    (term,) = bundle.sessions.values()
    assert (term.starts_on, term.ends_on) == (date(2024, 8, 24), date(2025, 1, 31))
    assert bundle.courses[bundle.classes["7"].course_id].title == "Mathematics 5"
    assert bundle.classes["7"].title == "Mathematics 5"
    assert bundle.classes["9"].term_ids == ()
    assert [issue.value for issue in found(bundle, Code.REFERENCE_MISSING)] == ["99"]
    assert bundle.speaks_of_all(Kind.USER)


def test_clever_parents_passwords_and_birthdays_stay_out():
    bundle = read(clever())
    assert bundle.links == ()
    assert "canary" not in everything_kept(bundle)
    assert "2014" not in everything_kept(bundle)
