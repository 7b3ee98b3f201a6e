"""Files as they come: encodings, bombs, spreadsheets, OneRoster results, the samples; nothing unmapped is kept."""

import io
import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import JobState
from accounts.models import District, Section
from accounts.sheets import Findings, ImportUnreadableError, open_sheet
from assessments.imports.mapping import ColumnMapping, ScoreColumn, guess, mapping_from
from assessments.imports.tables import given_rows
from assessments.imports.values import Code, level_of, read_day, read_score
from assessments.models import Evidence, ImportRow
from competencies.models import Competency
from tests.assessments.imports.scene import (
    bring,
    codes,
    give_ids,
    level,
    look,
    mapping_for,
    standing,
    table,
    workbook,
    zipped,
)
from tests.cast import viewer_of

db = pytest.mark.django_db
TODAY = date(2026, 3, 20)
PLAIN = ColumnMapping(
    scores=(ScoreColumn("score"),),
    student_column="student",
    student_source="sis",
    competency="x",
    observed_on=date(2026, 3, 1),
)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def by(world):
    give_ids(world)
    return viewer_of(world.people["district"])


def read(data, mapping=PLAIN):
    findings = Findings()
    with open_sheet(io.BytesIO(data), file="f.csv", findings=findings) as sheet:
        rows = list(given_rows(sheet, mapping, today=TODAY, findings=findings, file="f.csv"))
    return rows, {code for _severity, code in findings.counts}


# ------------------------------------------------------------------ pure


@pytest.mark.parametrize(
    "data",
    [
        b"student,score\ns1,3\ns\xc3\xa92,2\n",
        b"\xef\xbb\xbfstudent,score\r\ns1,3\r\ns\xc3\xa92,2\r\n",
        b"student,score\rs1,3\rs\xe92,2\r",
        "student,score\ns1,3\nsé2,2\n".encode("utf-16"),
        b"student;score\ns1;3\ns\xe92;2",
        b"student\tscore\ns1\t3\ns\xe92\t2",
        b'"student","score"\n"s1","3"\n\n   \n"s\xc3\xa92","2"\n',
    ],
)
def test_a_table_is_read_however_it_was_written(data):
    rows, _codes = read(data)
    assert [(row.student, row.score) for row in rows] == [("s1", "3"), ("sé2", "2")]


def test_faults_cost_their_row():
    data = b"student,score\ns1,3\ns2\x00,3\ns3,3,4\ns4\ns5,x\ns6," + b"9" * 20_000 + b'\n"s7,3\ns8,2\n'
    rows, found = read(data)
    assert [row.student for row in rows] == ["s1", "s8"]
    assert {"nul-character", "row-width", "score-not-a-number", "field-too-long", "quote-unclosed"} <= found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"%PDF-1.7", "file-not-text"),
        (b"\x00\x01\x02\x03" * 50, "file-not-text"),
        (b"PK\x03\x04 broken", "not-an-archive"),
        (b",".join(b"c%d" % n for n in range(500)) + b"\n", "too-many-columns"),
        (zipped({"a.csv": "x"}), "not-a-table"),
        (zipped({"xl/workbook.xml": "<no/>"}), "sheet-damaged"),
        (zipped({"xl/workbook.xml": "0" * 30_000_000}), "archive-bomb"),
        (zipped({"xl/workbook.xml": "<a/>", "../evil.xml": "x"}), "archive-unsafe-path"),
    ],
)
def test_what_is_no_table_says_why(data, code):
    with pytest.raises(ImportUnreadableError) as error:
        read(data)
    assert str(error.value.code) == code


def test_a_workbook_whose_words_would_fill_the_memory_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        with archive.open("xl/sharedStrings.xml", "w") as words:
            for _n in range(55):
                words.write(os.urandom(1 << 16).hex().encode() * 8)
    with pytest.raises(ImportUnreadableError) as error:
        read(stream.getvalue())
    assert str(error.value.code) in {"archive-too-large", "archive-bomb"}


def test_a_spreadsheet_is_read_like_a_table():
    data = workbook([["student", "score", "date"], ["s1", 3, datetime(2026, 3, 1, 9)], [12, 0.1 + 0.2], ["s3", None]])
    rows, _codes = read(data)
    assert [(row.student, row.score, row.line) for row in rows] == [("s1", "3", 2), ("12", "0.3", 3)]


def test_a_formula_without_a_value_is_no_score():
    rows, _codes = read(workbook([["student", "score"], ["s1", "=1+1"], ["=cmd()", 2]]))
    assert [row.student for row in rows] == []  # nobody's id, and nothing scored


@pytest.mark.parametrize(
    ("text", "value"), [("7", "7"), (" 7.50 ", "7.50"), ("85 %", "85"), ("7,5", "7.5"), ("-", None), ("N/A", None)]
)
def test_a_score_is_a_number_or_missing(text, value):
    found = read_score(text).value
    assert (None if found is None else str(found)) == value


@pytest.mark.parametrize("text", ["absent", "1e5", "NaN", "Infinity", "1_000", "١٢", "7,500", "--1", "0x10"])
def test_what_is_no_number_is_a_problem_and_never_zero(text):
    assert read_score(text).problem is Code.SCORE_NOT_A_NUMBER


def test_days_are_read_as_somebody_said():
    assert read_day("2026-03-04", "", TODAY) == date(2026, 3, 4)
    assert read_day("3/4/2026", "mdy", TODAY) == date(2026, 3, 4)
    assert read_day("3.4.2025", "dmy", TODAY) == date(2025, 4, 3)
    assert read_day("3/4/2026", "", TODAY) is Code.DAY_UNREADABLE
    assert read_day("2026-03-21", "", TODAY) is Code.DAY_FUTURE
    assert read_day("2020-03-21", "", TODAY) is Code.DAY_TOO_OLD
    assert read_day("2026-02-30", "", TODAY) is Code.DAY_UNREADABLE


def test_scores_meet_a_scale_half_up():
    levels = [level(n) for n in (1, 2, 3, 4)]

    def on(score, high):
        return level_of(level(score), low=level(0), high=level(high), levels=levels)

    assert [on(score, 20) for score in (0, 5, 10, 15, 20)] == [1, 2, level("2.5"), level("3.5"), 4]
    assert on(21, 20) is Code.SCORE_OUT_OF_RANGE
    assert level_of(level("2.25"), low=None, high=None, levels=levels) is Code.SCORE_NOT_A_LEVEL


def test_guesses_leave_out_what_is_not_learning():
    header = [
        "school",
        "sex",
        "age",
        "absences",
        "health",
        "Walc",
        "lunch",
        "G1",
        "G2",
        "G3",
        "student_id",
        "test date",
    ]
    assert guess(header) == {"G1": "score", "G2": "score", "G3": "score", "student_id": "student", "test date": "day"}


def test_a_mapping_survives_being_saved():
    kept = mapping_from(PLAIN.as_json())
    assert kept == PLAIN
    for broken in (None, [], {"scores": 3}, {"scores": [{}]}, {"scores": [], "observed_on": "x"}):
        assert mapping_from(broken) is None


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_are_a_table_or_unreadable(data):
    try:
        rows, _codes = read(b"student,score\n" + data)
    except ImportUnreadableError:
        return
    assert all(row.student and row.score for row in rows)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2.5", "x"])), max_size=12))
@settings(max_examples=50)
def test_each_good_score_is_given_once(pairs):
    rows, _codes = read("\n".join(["student,score", *(f"{a},{b}" for a, b in pairs)]).encode())
    assert [(row.student, row.score) for row in rows] == [(a, b) for a, b in pairs if b in {"1", "2.5"}]


# ------------------------------------------------------------------ into the database


@db
def test_nothing_of_an_unmapped_column_is_kept(by, world, tmp_path):
    secret = "unmapped-and-secret"
    data = table(f"s1,3,{secret}", f"nobody,9,{secret}", f"s2,bad,{secret}", header="student_id,score,home")
    job = look(by, data, mapping_for(world))
    bring(by, data, mapping_for(world))
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text LIKE %s', [f"%{secret}%"])
            assert cursor.fetchone()[0] == 0, name
    job.refresh_from_db()
    assert not job.upload


@db
def test_competencies_are_named_by_code_case_id_or_id_here(by, world):
    a, b = world.idea["compare"], world.idea["add"]
    Competency.objects.filter(pk=a.pk).update(code="Q.1")
    Competency.objects.filter(pk=b.pk).update(code="Q.2", retired_at=datetime(2026, 1, 1).astimezone())
    more = {"competency_by": "code", "competency_column": "about", "competency": ""}
    data = table("s1,3,q.1", "s2,3,Q.2", "s3,3,Q.9", "s4,3,", header="student_id,score,about")
    job = bring(by, data, mapping_for(world, **more))
    assert codes(job) == {"competency-closed": 1, "competency-unknown": 1, "competency-blank": 1}
    assert [row.competency for row in Evidence.objects.all()] == [a]
    by_id = mapping_for(world, **{**more, "competency_by": "source_id"})
    bring(by, table(f"s5,3,{a.source_id.upper()}", header="student_id,score,about"), by_id)
    assert Evidence.objects.count() == 2


@db
def test_rows_with_ids_of_their_own_are_known_by_them(by, world):
    more = {"id_column": "id", "source": "lab"}
    bring(by, table("s1,3,r1", "s1,2,r2", header="student_id,score,id"), mapping_for(world, **more))
    assert Evidence.objects.count() == 2
    job = bring(by, table("s1,4,r1", "s2,2,r2", header="student_id,score,id"), mapping_for(world, **more))
    assert job.report["written"]["changed"] == 1
    assert codes(job) == {"id-of-another": 1}


@db
def test_a_spreadsheet_becomes_evidence(by, world):
    job = bring(by, workbook([["student_id", "score"], ["s1", 3], ["s2", 2.5]]), mapping_for(world), name="a.xlsx")
    assert job.state == JobState.DONE
    assert [value for _student, value in standing()] == [3, level("2.5")]


def roster_results(world, *, results, items=None, objectives=None, more=None):
    idea = world.idea["compare"]
    return zipped(
        {
            "lineItems.csv": items
            or "sourcedId,status,title,assignDate,dueDate,classSourcedId,resultValueMin,resultValueMax\n"
            f"li1,active,Quiz 1,,{world.day(3)},k1,0,20\nli2,active,Free,,{world.day(3)},k1,0,10\n",
            "results.csv": "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,"
            f"scoreDate,comment\n{results}",
            "lineItemLearningObjectiveIds.csv": objectives
            or f"sourcedId,status,lineItemSourcedId,source,learningObjectiveId\no1,active,li1,case,{idea.source_id}\n",
            **(more or {}),
        }
    )


@pytest.fixture
def from_roster(world):
    give_ids(world, source="roster")
    Section.objects.filter(pk=world.section.pk).update(source="roster", source_id="k1")
    return viewer_of(world.people["district"])


@db
def test_oneroster_results_reach_the_competency_of_their_objective(from_roster, world):
    day = world.day(2)
    rows = (
        f"r1,active,,li1,s1,fully graded,15,{day},well done\nr2,active,,li1,s2,fully graded,,{day},\n"
        f"r3,active,,li1,s3,exempt,0,{day},\nr4,active,,li2,s1,fully graded,5,{day},\nr5,active,,li9,s1,,5,{day},\n"
        f"r6,active,,li1,s99,,5,{day},\nr7,active,,li1,s4,,25,{day},\n"
    )
    job = bring(from_roster, roster_results(world, results=rows), name="results.zip")
    assert job.state == JobState.DONE, job.report
    [piece] = Evidence.objects.all()
    assert (piece.student, piece.competency) == (world.students[0], world.idea["compare"])
    assert (piece.value, piece.observed_on, piece.section) == (level("3.5"), day, world.section)
    assert (piece.source, piece.task_title, piece.note) == ("oneroster", "Quiz 1", "")
    assert {
        "line-item-without-objective": 1,
        "line-item-unknown": 1,
        "student-unknown": 1,
        "score-out-of-range": 1,
    }.items() <= codes(job).items()


@db
def test_oneroster_results_are_corrected_and_taken_back(from_roster, world):
    day = world.day(2)
    row = "r1,{status},,li1,s1,fully graded,{score},{day},\n"
    bring(from_roster, roster_results(world, results=row.format(status="active", score=15, day=day)), name="r.zip")
    again = bring(
        from_roster, roster_results(world, results=row.format(status="active", score=15, day=day)), name="r.zip"
    )
    assert (again.report["same"], again.report["new"]) == (1, 0)
    job = bring(
        from_roster, roster_results(world, results=row.format(status="active", score=20, day=day)), name="r.zip"
    )
    assert job.report["written"]["changed"] == 1
    assert [value for _student, value in standing()] == [4]
    gone = roster_results(world, results=row.format(status="tobedeleted", score=20, day=day))
    assert bring(from_roster, gone, name="r.zip").report["written"]["withdrawn"] == 1
    assert standing() == []
    assert bring(from_roster, gone, name="r.zip").report["withdrawn"] == 0
    back = bring(
        from_roster, roster_results(world, results=row.format(status="active", score=20, day=day)), name="r.zip"
    )
    assert back.report["written"]["changed"] == 1
    assert [value for _student, value in standing()] == [4]
    assert ImportRow.objects.count() == 0


@db
def test_a_result_may_score_single_objectives(from_roster, world):
    compare, add = world.idea["compare"], world.idea["add"]
    more = {
        "resultLearningObjectiveIds.csv": "sourcedId,status,dateLastModified,resultSourcedId,score,textScore,source,"
        f"learningObjectiveId\nx1,active,,r1,20,,case,{compare.source_id}\nx2,active,,r1,10,,case,{add.source_id}\n"
    }
    results = f"r1,active,,li1,s1,fully graded,15,{world.day(2)},\nr2,active,,li1,s2,fully graded,15,{world.day(2)},\n"
    bring(from_roster, roster_results(world, results=results, more=more), name="r.zip")
    found = {(row.student_id, row.competency_id): row.value for row in Evidence.objects.all()}
    maya, ben = world.students[:2]
    assert found == {
        (maya.pk, compare.pk): 4,
        (maya.pk, add.pk): level("2.5"),
        (ben.pk, compare.pk): level("3.5"),
    }


SAMPLES = os.environ.get("THROUGHLINE_SAMPLES")
samples = pytest.mark.skipif(not SAMPLES, reason="COULD NOT RUN: THROUGHLINE_SAMPLES names no folder.")


@db
@samples
def test_the_uci_file_is_joined_by_row_number_and_only_term_marks_are_taken(by, world):
    path = Path(SAMPLES) / "outcomes" / "uci_student_mat.csv"
    data = path.read_bytes()
    with open_sheet(io.BytesIO(data), file=path.name, findings=Findings()) as sheet:
        guessed = guess(sheet.header)
    assert guessed == {"G1": "score", "G2": "score", "G3": "score"}
    District.objects.update(demonstration_seed=1)
    mapping = mapping_for(
        world,
        scores=tuple(ScoreColumn(name, f"Term {name[1]}") for name in guessed),
        student_by="row",
        student_column="",
        student_source="",
        scoring="points",
        out_of=level(20),
    )
    job = look(by, data, mapping)
    assert job.report["given"] == 395 * 3
    assert job.report["new"] == 8 * 3
    assert codes(job) == {"no-student-for-row": (395 - 8) * 3}
    semicolons = bring(by, data.replace(b",", b";"), mapping, zero_is="missing")
    assert semicolons.report["written"]["new"] == 24 - semicolons.report["zeros"]
    assert Evidence.objects.filter(task_title="Term 3", student=world.students[0]).get().value == level("2")
