"""The sample sets read with the right counts and a report that says what is odd about them."""

import os
from pathlib import Path

import pytest

from accounts.oneroster import Code, read_roster
from accounts.oneroster.columns import Dialect, Kind
from accounts.oneroster.plan import FileMode
from accounts.oneroster.records import GuardianLink, UserRole
from tests.accounts.oneroster.rosters import everything_kept, found

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
FOLDER = Path(SAMPLES) / "oneroster"

pytestmark = pytest.mark.skipif(
    not (SAMPLES and FOLDER.is_dir()),
    reason="THROUGHLINE_SAMPLES is unset or holds no rosters; set it to the folder with the sample data",
)


def kept(bundle):
    return {count.file.removesuffix(".csv"): count.kept for count in bundle.files}


def test_oat_sa_reads_whole_with_warnings_only():
    bundle = read_roster(FOLDER / "oat-sa-v1p1")
    assert bundle.dialect is Dialect.ONEROSTER_11
    assert kept(bundle) == {
        "orgs": 2,
        "academicSessions": 0,
        "courses": 0,
        "classes": 3,
        "users": 2,
        "enrollments": 3,
    }
    assert bundle.errors == 0
    assert bundle.student_schools == {"user1": "12345", "user2": "54321"}
    assert [issue.value for issue in found(bundle, Code.REFERENCE_DROPPED)] == ["1", "1", "1"]
    assert len(found(bundle, Code.CLASS_WITHOUT_TERM)) == 3
    assert {issue.value for issue in found(bundle, Code.HEADER_ALIAS)} == {"grade", "schoolYearId", "userId", "agents"}
    assert {issue.column for issue in found(bundle, Code.COLUMN_NEVER_KEPT)} == {
        "ext_tao_userMotherName",
        "ext_tao_userFatherName",
    }
    assert "metadata.value" not in everything_kept(bundle)
    not_here = {Kind.ROLE, Kind.RELATIONSHIP, Kind.LINE_ITEM, Kind.RESULT, Kind.OBJECTIVE}
    assert {kind for kind, mode in bundle.modes.items() if mode is not FileMode.BULK} <= not_here


def test_catalyst_reads_with_its_two_contradictions_set_aside():
    bundle = read_roster(FOLDER / "catalyst_minimal_v1p1.zip")
    assert bundle.dialect is Dialect.ONEROSTER_11
    assert kept(bundle) == {"orgs": 1, "academicSessions": 5, "classes": 2, "users": 6, "enrollments": 4}
    assert bundle.errors == 2
    assert [(issue.line, issue.params["user"]) for issue in found(bundle, Code.ROLE_CONFLICT)] == [
        (3, "usr-222-987654"),
        (6, "usr-222-987654"),
    ]
    assert [issue.value for issue in found(bundle, Code.ORG_USED_AS_SCHOOL)] == ["department"]
    assert len(found(bundle, Code.REFERENCE_DROPPED)) == 2  # both courses: their file is absent
    assert len(bundle.students) == 3
    assert found(bundle, Code.COLUMN_NEVER_KEPT)
    assert "Password1" not in everything_kept(bundle)
    assert bundle.modes[Kind.COURSE] is FileMode.ABSENT


def test_school_data_sync_reads_whole_without_passwords_and_birth_places():
    bundle = read_roster(FOLDER / "microsoft-sds-v2.1")
    assert bundle.dialect is Dialect.SDS_21
    assert kept(bundle) == {
        "orgs": 4,
        "academicSessions": 2,
        "courses": 3,
        "classes": 2,
        "users": 8,
        "roles": 7,
        "enrollments": 6,
        "relationships": 3,
    }
    assert bundle.errors == 0
    assert set(bundle.links) == {
        GuardianLink("114001", "114002", UserRole.GUARDIAN),
        GuardianLink("114003", "114002", UserRole.RELATIVE),
        GuardianLink("114004", "114005", UserRole.GUARDIAN),
    }
    text = everything_kept(bundle)
    assert "P@ssword" not in text
    assert "Woodenville" not in text
    assert set(bundle.student_schools.values()) == {"110001", "110003"}
