"""Frameworks from spreadsheets: every way to say what belongs where, every fault by row, the mapper, the samples."""

import io
import os
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Alignment

from accounts.choices import JobState
from accounts.models import Job
from accounts.sheets import Findings, ImportUnreadableError, open_sheet
from competencies import services
from competencies.models import Association, ColumnMapper, Competency, Framework, Wording
from competencies.services.spreadsheets import Looked, layout_of
from competencies.spreadsheets.drafting import draft_of_sheet
from competencies.spreadsheets.findings import WORDINGS, Code
from competencies.spreadsheets.mapping import Column, ParentBy, SheetMapping, guess, likely_heading, mapping_from
from competencies.spreadsheets.rows import MOST_ROWS, with_heading
from tests.competencies.test_views import words_of

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
FOLDER = Path(SAMPLES) / "case"
needs_samples = pytest.mark.skipif(
    not (FOLDER / "spreadsheet_sample.xlsx").exists() or not SAMPLES,
    reason="THROUGHLINE_SAMPLES is unset or holds no spreadsheets; set it to the folder with the sample data",
)
CODE, WORDS, UNDER = Column("Code", "code"), Column("Statement", "statement"), Column("Under", "parent")


def read(text, *columns, by=ParentBy.NOTHING, heading=0, **said):
    data = text if isinstance(text, bytes) else text.encode()
    mapping = SheetMapping(columns=columns, parent_by=by, heading=heading, title="Ours", **said)
    with open_sheet(io.BytesIO(data), file="ours.csv", findings=Findings()) as sheet:
        below = with_heading(sheet, heading)
        assert mapping.problem(below.header) is None
        return draft_of_sheet(below, mapping, key="framework")


def tree(found):
    names = {one.source_id: one.code or one.statement for one in found.draft.competencies}
    return [(names[one.source_id], names.get(one.parent)) for one in found.draft.competencies]


def said(found):
    return [(issue.code, issue.line) for issue in found.issues]


def book(**sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


# ------------------------------------------------------------------ what belongs where

WAYS = {
    ParentBy.PARENT: (
        "Code,Statement,Under\nA,Numbers,\nA.1,Counts,a\nA.1.x,Counts on,A.1\nB,Shapes,\n",
        (CODE, WORDS, UNDER),
    ),
    ParentBy.CODE: ("Code,Statement\nA,Numbers\nA.1,Counts\nA.1.x,Counts on\nB,Shapes\n", (CODE, WORDS)),
    ParentBy.INDENT: ("Code,Statement\nA,Numbers\nA.1,  Counts\nA.1.x,\tCounts on\nB,Shapes\n", (CODE, WORDS)),
    ParentBy.DEPTH: (
        "Code,Statement,D\nA,Numbers,1\nA.1,Counts,2\nA.1.x,Counts on,3\nB,Shapes,1\n",
        (CODE, WORDS, Column("D", "depth")),
    ),
    ParentBy.NUMBER: (
        "Code,Statement,N\nA.1.x,Counts on,1.1.1\nB,Shapes,2\nA,Numbers,1\nA.1,Counts,1.1\n",
        (CODE, WORDS, Column("N", "number")),
    ),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_each_way_to_say_what_belongs_where_gives_the_same_tree(way):
    text, columns = WAYS[way]
    found = read(text, *columns, by=way)
    assert said(found) == []
    assert tree(found) == [("A", None), ("A.1", "A"), ("A.1.x", "A.1"), ("B", None)]
    assert [one.is_assessable for one in found.draft.competencies] == [False, False, True, True]
    assert sum(edge.kind == "isChildOf" for edge in found.draft.edges) == 4


def test_one_column_for_each_depth_as_an_outline():
    found = read(
        "Strand,Topic,Skill\nNumbers,,\n,Counting,\n,,Counts to ten\n,,Counts on\nShapes,,\n",
        *(Column(name, "step") for name in ("Strand", "Topic", "Skill")),
        by=ParentBy.STEPS,
    )
    assert tree(found) == [
        ("Numbers", None),
        ("Counting", "Numbers"),
        ("Counts to ten", "Counting"),
        ("Counts on", "Counting"),
        ("Shapes", None),
    ]


def test_one_column_for_each_depth_repeated_on_every_row():
    found = read(
        "Strand,Topic,Code,Statement\nNumbers,Counting,1,Ten\nNumbers,Counting,2,Counts on\nNumbers,Adding,3,Adds\n",
        *(Column(name, "step") for name in ("Strand", "Topic")),
        CODE,
        WORDS,
        by=ParentBy.STEPS,
    )
    assert tree(found) == [
        ("Numbers", None),
        ("Counting", "Numbers"),
        ("1", "Counting"),
        ("2", "Counting"),
        ("Adding", "Numbers"),
        ("3", "Adding"),
    ]


def test_every_column_lands_where_it_belongs():
    found = read(
        "Code,Statement,Name,Grades,Notes,Kind,Lang,Subjects,I can 3,Puedo 3,Before\n"
        'A,Adds,Adding,"K-2; 5",Slowly,Skill,es,"Maths, Logic",I add.,Sumo.,B\nB,Counts,,,,,,,,,\n',
        *(CODE, WORDS, Column("Name", "name"), Column("Grades", "grades"), Column("Notes", "notes")),
        *(Column("Kind", "kind"), Column("Lang", "language"), Column("Subjects", "subjects")),
        *(Column("I can 3", "student", "", "3"), Column("Puedo 3", "student", "es", "3"), Column("Before", "precedes")),
    )
    one = found.draft.competencies[0]
    assert (one.name, one.grades, one.notes, one.kind) == ("Adding", ("KG", "01", "02", "05"), "Slowly", "Skill")
    assert (one.language, one.subjects) == ("es", ("Maths", "Logic"))
    assert [(w.kind, w.language, str(w.level), w.text) for w in one.wordings] == [
        ("student", "en", "3.00", "I add."),
        ("student", "es", "3.00", "Sumo."),
    ]
    (precedes,) = [edge for edge in found.draft.edges if edge.kind == "precedes"]
    assert (precedes.origin, precedes.destination) == tuple(c.source_id for c in found.draft.competencies)


# ------------------------------------------------------------------ faults by row


@pytest.mark.parametrize(
    ("text", "columns", "way", "faults", "kept"),
    [
        ("Code,Statement\nA,One\na,Two\n", (CODE, WORDS), "nothing", [(Code.CODE_REPEATED, 3)], ["A"]),
        ("Code,Statement\nA,\nB,Two\n", (CODE, WORDS), "nothing", [(Code.STATEMENT_BLANK, 2)], ["B"]),
        ("Code,Statement\n,Same\n,Same\n", (CODE, WORDS), "nothing", [(Code.SAME_TWICE, 3)], ["Same"]),
        (
            "Code,Statement,Under\nA,One,X\nB,Two,A\nC,Three,\n",
            (CODE, WORDS, UNDER),
            "parent",
            [(Code.PARENT_UNKNOWN, 2), (Code.PARENT_SET_ASIDE, 3)],
            ["C"],
        ),
        (
            "Code,Statement,Under\nA,One,B\nB,Two,A\nC,Three,A\nD,Four,\nE,Five,E\n",
            (CODE, WORDS, UNDER),
            "parent",
            [*[(Code.PARENT_CIRCULAR, line) for line in (2, 3)], (Code.PARENT_SET_ASIDE, 4), (Code.PARENT_CIRCULAR, 6)],
            ["D"],
        ),
        (
            "Code,Statement,D\nA,One,x\nB,Two,1\nC,Three,3\n",
            (CODE, WORDS, Column("D", "depth")),
            "depth",
            [(Code.DEPTH_UNREADABLE, 2), (Code.DEPTH_JUMPS, 4)],
            ["B", "C"],
        ),
        (
            "Code,Statement,N\nA,One,1\nB,Two,1\nC,Three,one\nD,Four,7.1\n",
            (CODE, WORDS, Column("N", "number")),
            "number",
            [(Code.NUMBER_REPEATED, 3), (Code.NUMBER_UNREADABLE, 4), (Code.PARENT_UNKNOWN, 5)],
            ["A"],
        ),
        (
            "Code,Statement,P\nA,One,A;Z;B\nB,Two,A\n",
            (CODE, WORDS, Column("P", "precedes")),
            "nothing",
            [(Code.LINK_TO_ITSELF, 2), (Code.LINK_UNKNOWN, 2), (Code.LINK_LOOP, 3)],
            ["A", "B"],
        ),
        (
            "Code,Statement,G\nA,One,Algebra\n",
            (CODE, WORDS, Column("G", "grades")),
            "nothing",
            [(Code.GRADE_UNKNOWN, 2)],
            ["A"],
        ),
        (
            "Code,Statement,I\nA,One,x1\nB,Two,X1\n",
            (CODE, WORDS, Column("I", "id")),
            "nothing",
            [(Code.IDENTIFIER_REPEATED, 3)],
            ["A"],
        ),
        (f"Code,Statement\n{'A' * 300},One\n", (CODE, WORDS), "nothing", [(Code.TEXT_CUT, 2)], ["A" * 255]),
        ('Code,Statement\nA,"open\nB,Two\n', (CODE, WORDS), "nothing", [(Code.ROW_UNREADABLE, 2)], ["B"]),
    ],
)
def test_a_fault_costs_its_row_and_says_where(text, columns, way, faults, kept):
    found = read(text, *columns, by=way)
    assert sorted(said(found)) == sorted(faults)
    assert [one.code or one.statement for one in found.draft.competencies] == kept


def test_what_was_set_aside_is_not_taken_for_gone():
    whole = read("Code,Statement,Under\nA,One,\nB,Two,A\n", CODE, WORDS, UNDER, by=ParentBy.PARENT)
    broken = read("Code,Statement,Under\nA,One,\nB,Two,Z\n", CODE, WORDS, UNDER, by=ParentBy.PARENT)
    assert broken.draft.keep_competencies == {whole.draft.competencies[1].source_id}


def test_the_same_file_gives_the_same_keys_and_another_order_of_rows_too():
    one = read("Code,Statement\nA,One\n,No code\n", CODE, WORDS)
    other = read("Statement,Code\nNo code,\nOne,A\n", CODE, WORDS)
    assert {c.source_id for c in one.draft.competencies} == {c.source_id for c in other.draft.competencies}


def test_every_finding_has_words():
    assert set(WORDINGS) == set(Code)


def test_a_formula_is_text_like_any_other():
    found = read('Code,Statement\n=1+1,=HYPERLINK("http://x")\n', CODE, WORDS)
    assert found.draft.competencies[0].code == "=1+1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_a_spreadsheet_saves_in_is_read(encoding):
    found = read("Code,Statement\nA,Sumé ñ\n".encode(encoding), CODE, WORDS)
    assert found.draft.competencies[0].statement == "Sumé ñ"


def test_fifty_thousand_rows_are_read_in_time_and_more_than_may_be_are_said():
    rows = "".join(f"C{n},Explains idea {n}\n" for n in range(50_000))
    began = time.process_time()
    found = read("Code,Statement\n" + rows, CODE, WORDS, by=ParentBy.CODE)
    assert len(found.draft.competencies) == 50_000
    assert time.process_time() - began < 30
    over = read("Code,Statement\n" + "".join(f"{n},{n}\n" for n in range(MOST_ROWS + 5)), CODE, WORDS)
    assert (len(over.draft.competencies), said(over)) == (MOST_ROWS, [(Code.TOO_MANY_ROWS, MOST_ROWS + 2)])


CELLS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, st.sampled_from(["", "1", "1.1", "2", "x"])), max_size=8),
    st.sampled_from(ParentBy),
)
def test_whatever_stands_in_a_table_never_raises_and_gives_a_tree(rows, way):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join(["Code,Statement,Under,N", *lines])
    columns = [CODE, UNDER, Column("N", {"depth": "depth"}.get(way, "number"))]
    columns += [Column("Statement", "step" if way == ParentBy.STEPS else "statement")]
    found = read(text, *columns, by=way)
    placed = {}
    for one in found.draft.competencies:
        assert one.parent is None or one.parent in placed
        placed[one.source_id] = one
    assert len(placed) == len(found.draft.competencies)


# ------------------------------------------------------------------ columns


def test_telling_headings_are_guessed_with_language_and_level():
    found = guess(["Standard Code", "Full Statement", "Parent", "Grade Level", "I can (level 2, Spanish)", "Colour"])
    assert [(c.role, c.language, c.level) for c in found.columns] == [
        ("code", "", ""),
        ("statement", "", ""),
        ("parent", "", ""),
        ("grades", "", ""),
        ("student", "es", "2"),
    ]
    assert found.parent_by == ParentBy.PARENT


def test_the_headings_may_stand_below_a_title():
    rows = [(1, ["Our plan"]), (3, ["Code", "Statement", ""]), (4, ["A", "Adds", ""])]
    assert likely_heading(rows) == 3


def test_what_was_said_survives_being_kept():
    mapping = SheetMapping(
        columns=(CODE, Column("I can", "student", "es", "2.5")), parent_by="code", heading=3, title="T"
    )
    assert mapping_from(mapping.as_json()) == mapping
    for nonsense in (None, {}, {"columns": 3}, {"columns": [[1]]}, {"columns": [["a", "evil", "", ""]]}):
        assert mapping_from(nonsense) is None


@pytest.mark.parametrize(
    ("columns", "by", "problem"),
    [
        ((CODE,), "nothing", "no_statement"),
        ((WORDS,), "parent", "no_parent"),
        ((WORDS, UNDER), "parent", "no_code"),
        ((WORDS, Column("Nowhere", "code")), "nothing", "column_missing"),
        ((WORDS, Column("Code", "notes"), Column("Under", "notes")), "nothing", "role_twice"),
    ],
)
def test_a_mapping_that_does_not_fit_says_why(columns, by, problem):
    mapping = SheetMapping(columns=columns, parent_by=by, title="T")
    assert mapping.problem(["Code", "Statement", "Under"])[0] == problem


# ------------------------------------------------------------------ files that mean harm


def test_a_workbook_that_is_a_bomb_is_refused_before_it_is_unpacked():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 << 20))
    assert layout_of(data, "x.xlsx") == "table"
    with pytest.raises(ImportUnreadableError) as error:
        services.read_spreadsheet(data, file="x.xlsx", mapping=None, key="k")
    assert error.value.code == "archive-bomb"


@pytest.mark.parametrize(
    ("data", "name", "layout"),
    [
        (b'{"CFDocument": 1}', "a.json", "json"),
        (b"\xef\xbb\xbf [1]", "a.csv", "json"),
        (b"a,b\n", "a.csv", "table"),
        (b"<html>", "a.csv", "json"),
        (b"PK\x03\x04nothing", "a.xlsx", "table"),
        (b"PK\x03\x04nothing", "a.zip", "json"),
        (b"", "a.json", "json"),
    ],
)
def test_a_table_is_told_from_json_by_what_is_in_it(data, name, layout):
    assert layout_of(io.BytesIO(data), name) == layout


# ------------------------------------------------------------------ samples


@needs_samples
def test_opensalts_workbook_is_recognised_with_the_counts_of_its_sheets(db):
    path = FOLDER / "spreadsheet_sample.xlsx"
    raw = openpyxl.load_workbook(path)
    items, edges = raw["CF Item"].max_row - 1, raw["CF Association"].max_row - 1
    call_command("import_framework", path)
    framework = Framework.objects.get()
    assert (framework.title, framework.creator) == ("SampleFramework", "ImportSpreadsheet")
    assert (framework.competencies.count(), framework.associations.count()) == (items, edges) == (4, 10)
    places = {c.code: c.parent.code if c.parent else None for c in Competency.objects.select_related("parent")}
    assert places == {"S": None, "S.1": "S", "S.2": "S", "S.2.1": "S.2"}
    assert Competency.objects.get(code="S.1").grades == ["04", "05"]


@needs_samples
def test_opensalts_table_is_recognised_and_its_codes_make_the_tree(db):
    call_command("import_framework", FOLDER / "children.csv")
    places = {c.code: c.parent.code if c.parent else None for c in Competency.objects.order_by("position")}
    assert places == {"A.B": None, "A.B.C": "A.B", "A.B.C.L": "A.B.C", "A.B.D": "A.B"}
    assert Framework.objects.get().title == "children"


# ------------------------------------------------------------------ by page and by command

FILE = (
    "Our learning plan 2026,,,\n,,,\nRef #,What students will be able to do,Goes inside,Para estudiantes\n"
    "N,Numbers,,\nN.1,Counts to ten,N,Cuento\nN.2,Adds,X,\nN.1,Counts again,N,\n"
)
SAID = {
    "role-0": "code",
    "role-1": "statement",
    "role-2": "parent",
    "role-3": "student",
    "language-3": "es",
    "level-3": "3",
    "parent_by": "parent",
    "title": "Our plan",
    "language": "en",
    "creator": "Willow Creek",
    "license_text": "Be kind.",
}


@pytest.fixture
def admin(client_of, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return client_of(district)


def brought(admin, data=FILE, name="ours.csv"):
    upload = SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())
    where = admin.post("/frameworks/import", {"file": upload, "publish": "on"})["Location"]
    services.run_framework_import(job_id=Job.objects.latest("pk").pk)
    return where


def test_a_table_is_asked_about_previewed_changed_and_written(admin, world):
    where = brought(admin)
    assert "The file is a table" in words_of(admin.get(where))
    columns = admin.get(f"{where}/columns")
    assert "What students will be able to do" in words_of(columns)
    assert admin.get(f"{where}/columns?heading=1").status_code == 200

    wrong = admin.post(f"{where}/columns?heading=3", {**SAID, "role-1": ""})
    assert wrong.status_code == 422
    assert "Choose the column with the statement." in words_of(wrong)

    admin.post(f"{where}/columns?heading=3", {**SAID, "parent_by": "nothing", "role-2": ""})
    services.run_framework_import(job_id=Job.objects.get().pk)
    assert "What would change in “Our plan”" in words_of(admin.get(where))
    admin.post(f"{where}/columns?heading=3", {**SAID, "save_as": "Ours"})
    services.run_framework_import(job_id=Job.objects.get().pk)
    preview = words_of(admin.get(where))
    assert "2 rows were set aside" in preview
    assert "row 6, column “Goes inside”" in preview
    assert "row 7, column “Ref #”" in preview
    report = admin.get(f"{where}/report.csv").content.decode()
    assert "row 6, column “Goes inside”" in report
    assert not Framework.objects.filter(source="sheet").exists()

    admin.post(f"{where}/confirm")
    services.run_framework_import(job_id=Job.objects.get().pk)
    framework = Framework.objects.get(source="sheet")
    assert (framework.title, framework.license_text, framework.is_published) == ("Our plan", "Be kind.", True)
    assert Wording.objects.get(competency__framework=framework).text == "Cuento"
    assert ColumnMapper.objects.get().name == "Ours"
    assert Association.objects.filter(framework=framework).count() == 2


def test_the_next_file_with_these_headings_needs_no_choosing_and_updates_the_framework(admin, world):
    where = brought(admin)
    admin.post(f"{where}/columns?heading=3", {**SAID, "save_as": "Ours"})
    services.run_framework_import(job_id=Job.objects.get().pk)
    admin.post(f"{where}/confirm")
    services.run_framework_import(job_id=Job.objects.get().pk)
    framework = Framework.objects.get(source="sheet")

    again = brought(admin, FILE.replace("Counts to ten", "Counts to twenty"))
    page = admin.get(f"{again}/columns").content.decode()
    assert '<option value="parent" selected>' in page
    admin.post(f"{again}/columns?heading=3", {**SAID, "framework": framework.public_id})
    services.run_framework_import(job_id=Job.objects.latest("pk").pk)
    admin.post(f"{again}/confirm")
    services.run_framework_import(job_id=Job.objects.latest("pk").pk)
    framework.refresh_from_db()
    assert framework.version == 2
    reworded = Competency.objects.get(framework=framework, code="N.1")
    assert (reworded.statement, reworded.version) == ("Counts to twenty", 2)
    assert not Competency.objects.filter(framework=framework, retired_at__isnull=False).exists()

    forget = f"/frameworks/mappers/{ColumnMapper.objects.get().public_id}/forget"
    assert "Forget Ours" in words_of(admin.get("/frameworks/import"))
    assert admin.post(forget).status_code == 302
    assert not ColumnMapper.objects.exists()


def test_a_yes_before_the_columns_are_said_does_nothing(admin, world):
    where = brought(admin)
    admin.post(f"{where}/confirm")
    assert Job.objects.get().state == JobState.WAITING
    assert not Framework.objects.filter(source="sheet").exists()


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"PK\x03\x04 not a zip", "a.xlsx", "damaged"),
        (b"\x00\x01\x02\x03", "a.csv", "not"),
        (b"", "a.csv", "empty"),
    ],
)
def test_a_table_that_cannot_be_read_says_so_and_nothing_is_kept(admin, world, data, name, says):
    if not data:
        answer = admin.post("/frameworks/import", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422
        return
    where = brought(admin, data, name)
    page = words_of(admin.get(where))
    assert says in page
    assert Job.objects.get().state == JobState.FAILED


def test_an_xlsx_goes_the_same_way(admin, world):
    data = book(Plan=[["Code", "Statement"], ["A", "Adds"], ["B", "Counts"]])
    where = brought(admin, data, "ours.xlsx")
    admin.post(f"{where}/columns", {**SAID, "parent_by": "code", "role-2": "", "role-3": ""})
    services.run_framework_import(job_id=Job.objects.get().pk)
    admin.post(f"{where}/confirm")
    services.run_framework_import(job_id=Job.objects.get().pk)
    assert [c.code for c in Competency.objects.filter(framework__source="sheet").order_by("position")] == ["A", "B"]


def test_the_command_reads_a_table_by_its_headings_or_by_what_was_kept(db, tmp_path, capsys):
    path = tmp_path / "ours.csv"
    path.write_text("Code,Statement,Parent\nA,Numbers,\nA.1,Adds,A\n")
    call_command("import_framework", path)
    assert "Code = code, Statement = statement, Parent = parent" in capsys.readouterr().out
    call_command("import_framework", path)
    assert "nothing changed, nothing written" in capsys.readouterr().out
    assert Competency.objects.get(code="A.1").parent.code == "A"
    with pytest.raises(CommandError, match="No choice of columns"):
        call_command("import_framework", path, "--mapper", "Nobody’s")
    path.write_text("x,y\n1,2\n")
    with pytest.raises(CommandError, match="Choose the column with the statement"):
        call_command("import_framework", path)


def test_only_the_first_rows_of_a_table_are_kept_with_the_job(db):
    data = "Code,Statement\n" + "".join(f"{n},Idea {n}\n" for n in range(500))
    looked = services.read_spreadsheet(io.BytesIO(data.encode()), file="a.csv", mapping=None, key="k")
    assert isinstance(looked, Looked)
    assert len(looked.rows) == 12


# ------------------------------------------------------------------ workbooks with several sheets


def indented(made):
    sheet = made["Plan"]
    for row, deep in ((3, 1), (4, 2)):
        sheet.cell(row=row, column=2).alignment = Alignment(indent=deep)


def workbook_of(change=None, **sheets):
    made = openpyxl.load_workbook(io.BytesIO(book(**sheets)))
    if change is not None:
        change(made)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


PLAN = [["Code", "Statement"], ["N", "Numbers"], ["N.1", "Counts"], ["N.1.a", "Counts on"], ["S", "Shapes"]]
OTHER = [["Ref", "Skill"], ["Z", "Zooms"], ["Y", "Yells"]]


def test_indents_of_cells_are_levels_of_the_tree():
    with open_sheet(io.BytesIO(workbook_of(indented, Plan=PLAN)), file="a.xlsx", findings=Findings()) as sheet:
        mapping = SheetMapping(columns=(Column("Code", "code"), Column("Statement", "statement")), title="x")
        found = draft_of_sheet(sheet, replace(mapping, parent_by=ParentBy.INDENT), key="framework")
    assert tree(found) == [("N", None), ("N.1", "N"), ("N.1.a", "N.1"), ("S", None)]
    assert found.draft.competencies[1].statement == "Counts"


def test_a_sheet_is_chosen_kept_and_changed_after_the_preview(admin, world):
    def hide(made):
        made["Old"].sheet_state = "hidden"

    where = brought(admin, workbook_of(hide, Notes=[["About"]], Plan=PLAN, Other=OTHER, Old=OTHER), "ours.xlsx")
    page = admin.get(f"{where}/columns")
    assert re.search(r'value="Plan" checked', page.content.decode())
    words = words_of(page)
    assert "Code · Statement" in words
    assert "Ref · Skill" in words
    assert "5 rows" in words
    assert "1 sheet is hidden in the workbook and is left out: Old" in words

    other = admin.get(f"{where}/columns?sheet=Other")
    assert re.search(r'value="Other" checked', other.content.decode())
    assert "Zooms" in words_of(other)
    said_of = {"role-0": "code", "role-1": "statement", "parent_by": "nothing", "title": "Ours", "language": "en"}
    admin.post(f"{where}/columns?sheet=Other&heading=1", said_of)
    services.run_framework_import(job_id=Job.objects.get().pk)
    preview = words_of(admin.get(where))
    assert "Sheet of the workbook: Other" in preview
    assert "This sheet is hidden in the workbook and was not read." in preview
    assert Job.objects.get().report["new"] == 2

    again = admin.get(f"{where}/columns")
    assert re.search(r'value="Other" checked', again.content.decode())
    assert re.search(r'value="Ours"', again.content.decode())
    admin.post(f"{where}/columns?sheet=Plan&heading=1", {**said_of, "parent_by": "code"})
    services.run_framework_import(job_id=Job.objects.get().pk)
    assert Job.objects.get().report["new"] == 4
    assert "Sheet of the workbook: Plan" in words_of(admin.get(where))
    for strange in ("?sheet=Old", "?sheet=%00", "?sheet=No+such&heading=99"):
        assert admin.get(f"{where}/columns{strange}").status_code == 200


def test_the_command_reads_the_sheet_it_is_told_and_no_other_instead(db, tmp_path, capsys):
    path = tmp_path / "ours.xlsx"
    path.write_bytes(workbook_of(Plan=PLAN, Other=OTHER))
    call_command("import_framework", path, "--sheet", "Other", "--dry-run")
    assert "sheet: Other" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no sheet with this name"):
        call_command("import_framework", path, "--sheet", "Plan 2")


def test_a_row_that_lost_its_words_is_not_taken_for_gone():
    whole = read("Code,Statement\nA,One\nB,Two\n", CODE, WORDS)
    lost = read("Code,Statement\nA,One\nB,\n", CODE, WORDS)
    assert said(lost) == [(Code.STATEMENT_BLANK, 3)]
    assert lost.draft.keep_competencies == {whole.draft.competencies[1].source_id}


def test_a_formula_without_a_result_and_an_error_are_said_by_row_and_column():
    rows = [["Code", "Statement"], ["A", "=1+1"], ["#REF!", "Counts"], ["B", "Adds"]]
    with open_sheet(io.BytesIO(workbook_of(Plan=rows)), file="a.xlsx", findings=Findings()) as sheet:
        found = draft_of_sheet(sheet, SheetMapping(columns=(CODE, WORDS), title="x"), key="framework")
    assert [(one.code, one.line, one.column, one.value) for one in found.issues] == [
        (Code.CELL_WITHOUT_VALUE, 2, "Statement", "=1+1"),
        (Code.STATEMENT_BLANK, 2, "Statement", ""),
        (Code.CELL_WITHOUT_VALUE, 3, "Code", "#REF!"),
    ]
    assert [one.statement for one in found.draft.competencies] == ["Counts", "Adds"]


def test_of_a_table_that_was_not_wholly_read_nothing_is_retired(admin, world):
    where = brought(admin, "Code,Statement\nA,Adds\nB,Counts\nC,Sums\n")
    said_of = {"role-0": "code", "role-1": "statement", "parent_by": "code", "title": "Ours", "language": "en"}
    admin.post(f"{where}/columns", said_of)
    services.run_framework_import(job_id=Job.objects.get().pk)
    admin.post(f"{where}/confirm")
    services.run_framework_import(job_id=Job.objects.get().pk)
    framework = Framework.objects.get(source="sheet")

    again = brought(admin, 'Code,Statement\nA,Adds\nB,Counts\nC,"open\n')
    admin.post(f"{again}/columns", {**said_of, "framework": framework.public_id})
    services.run_framework_import(job_id=Job.objects.latest("pk").pk)
    assert "nothing that is missing here is taken for gone" in words_of(admin.get(again))
    assert Job.objects.latest("pk").report["retired"] == 0
