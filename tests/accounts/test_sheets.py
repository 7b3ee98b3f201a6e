"""Workbooks as somebody sees them in a spreadsheet: sheets to choose from, indents, merged and hidden cells, bombs."""

import io
import random
import zipfile
from datetime import datetime

import openpyxl
import openpyxl.chart
import pytest
from openpyxl.styles import Alignment

from accounts.sheets import (
    BookLook,
    Findings,
    ImportUnreadableError,
    Unsaid,
    book_look_from,
    open_book,
    open_sheet,
    workbooks,
)
from accounts.sheets.looks import MOST_CELLS
from accounts.sheets.workbooks import MOST_COLUMNS

TABLE = [["Code", "Words"], ["A", "Adds"], ["B", "Counts"]]


def workbook(sheets, change=None):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(made)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def patched(data, name, old, new):
    """The same workbook with something else written in one of its parts."""
    out = io.BytesIO()
    found = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in archive.namelist():
            part = archive.read(entry)
            if entry == name:
                found = old in part
                part = part.replace(old, new)
            written.writestr(entry, part)
    assert found
    return out.getvalue()


def rows_of(data, name=""):
    findings = Findings()
    with open_sheet(io.BytesIO(data), file="x.xlsx", findings=findings, name=name) as sheet:
        return sheet.name, [(line, cells) for line, cells, _trusted in sheet.rows], findings


def said(findings):
    return [(one.code, one.line, one.value) for one in findings]


# ------------------------------------------------------------------ which sheet


def test_the_first_sheet_that_looks_like_a_table_is_read_when_nobody_chooses():
    data = workbook({"Read me": [["About this file"], ["Ask Ana."]], "Plan": TABLE, "Other": TABLE})
    assert rows_of(data)[0] == "Plan"
    assert rows_of(data, "Other")[0] == "Other"
    with open_book(io.BytesIO(data), file="x.xlsx", findings=Findings()) as book:
        look = book.look()
    assert [(one.name, one.first, one.rows) for one in look.sheets] == [
        ("Read me", ("About this file",), 2),
        ("Plan", ("Code", "Words"), 3),
        ("Other", ("Code", "Words"), 3),
    ]
    assert (look.default, look.name_of("Other"), look.name_of("No such", "Read me")) == ("Plan", "Other", "Read me")
    assert book_look_from(look.as_json()) == look
    assert book_look_from({"sheets": [{"x": 1}]}) == book_look_from(None) == BookLook()


def test_a_list_of_one_column_is_read_where_no_sheet_is_a_table():
    data = workbook({"Empty": [], "Outline": [["Numbers"], ["Counts"]]})
    assert rows_of(data)[0] == "Outline"


def test_a_sheet_that_is_not_there_is_an_error_and_never_another_one():
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(workbook({"Plan": TABLE}), "Plan 2025")
    assert (error.value.code, error.value.detail) == ("sheet-missing", "Plan 2025")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_named_and_never_read(state):
    def hide(book):
        book["Old"].sheet_state = state

    data = workbook({"Old": TABLE, "Plan": TABLE}, hide)
    name, _rows, findings = rows_of(data)
    assert name == "Plan"
    assert said(findings) == [("sheet-hidden", None, "Old")]
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data, "Old")
    assert error.value.code == "sheet-missing"


def test_a_workbook_with_nothing_to_see_says_so():
    data = workbook({"Plan": TABLE})
    data = patched(data, "xl/workbook.xml", b'state="visible"', b'state="hidden"')
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data)
    assert error.value.code == "all-sheets-hidden"


def test_one_damaged_sheet_leaves_the_others_readable():
    data = workbook({"Broken": TABLE, "Plan": TABLE})
    data = patched(data, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData><")
    assert rows_of(data)[0] == "Plan"
    with open_book(io.BytesIO(data), file="x.xlsx", findings=Findings()) as book:
        assert [one.is_readable for one in book.look().sheets] == [False, True]
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data, "Broken")
    assert error.value.code == "sheet-damaged"


def test_an_enormous_sheet_is_not_counted_to_its_end():
    data = workbook({"Long": [["Code", "Words"]], "Plan": TABLE})
    numbers = (b"<c><v>%d</v></c>" % (n * 7919 % 1_000_003) for n in range(MOST_CELLS * 2))
    rows = b"".join(b"<row>" + b"".join(next(numbers) for _ in range(100)) + b"</row>" for _ in range(MOST_CELLS // 50))
    data = patched(data, "xl/worksheets/sheet1.xml", b"</sheetData>", rows + b"</sheetData>")
    with open_book(io.BytesIO(data), file="x", findings=Findings()) as book:
        look = book.look()
    assert not look.sheets[0].is_counted
    assert look.sheets[0].rows < MOST_CELLS // 50
    assert (look.sheets[1].rows, look.sheets[1].is_counted) == (3, True)


# ------------------------------------------------------------------ cells as they are seen


def test_the_indent_of_a_cell_stands_before_its_words():
    def indent(book):
        book["Plan"]["B3"].alignment = Alignment(indent=2)
        book["Plan"]["A3"].alignment = Alignment(indent=3)

    rows = rows_of(workbook({"Plan": [*TABLE, [None, None]]}, indent))[1]
    assert rows == [(2, ["A", "Adds"]), (3, ["\t\t\tB", "\t\tCounts"])]


def test_cells_merged_downwards_say_their_words_in_each_row_and_across_only_once():
    def merge(book):
        sheet = book["Plan"]
        sheet.merge_cells("A2:A5")
        sheet.merge_cells("B6:C6")

    rows = [["Strand", "Code", "Words"], ["Numbers", "A", "Adds"], [None, "B", "Counts"], [], [None, "C", "Sums"]]
    found = rows_of(workbook({"Plan": [*rows, ["Shapes", "D", None]]}, merge))[1]
    assert found == [
        (2, ["Numbers", "A", "Adds"]),
        (3, ["Numbers", "B", "Counts"]),
        (5, ["Numbers", "C", "Sums"]),
        (6, ["Shapes", "D", ""]),
    ]


def test_a_heading_merged_over_two_rows_is_a_heading_in_both():
    def merge(book):
        book["Plan"].merge_cells("A1:A2")

    rows = rows_of(workbook({"Plan": [["Code", "Grades", None], [None, "K", "1"], ["A", "x", None]]}, merge))[1]
    assert rows[0] == (2, ["Code", "K", "1"])


def test_a_merge_over_the_whole_sheet_makes_no_rows():
    data = workbook({"Plan": TABLE}, lambda book: book["Plan"].merge_cells("A2:A3"))
    data = patched(data, "xl/worksheets/sheet1.xml", b'"A2:A3"', b'"A2:A1048576"')
    assert [line for line, _cells in rows_of(data)[1]] == [2, 3]


def test_hidden_rows_are_read_and_named():
    def hide(book):
        book["Plan"].row_dimensions[3].hidden = True

    _name, rows, findings = rows_of(workbook({"Plan": TABLE}, hide))
    assert [line for line, _cells in rows] == [2, 3]
    assert said(findings) == [("row-hidden", 3, "")]


def test_errors_and_formulas_without_a_result_are_blank_and_known_to_be():
    rows = rows_of(workbook({"Plan": [["Code", "Words"], ["A", "=1+1"], ["#REF!", "Counts"]]}))[1]
    assert rows == [(2, ["A", ""]), (3, ["", "Counts"])]
    unsaid = [cell for _line, cells in rows for cell in cells if isinstance(cell, Unsaid)]
    assert [cell.shown for cell in unsaid] == ["=1+1", "#REF!"]


def test_dates_and_percentages_are_read_as_they_are_seen():
    def show(book):
        book["Plan"]["B2"].number_format = "0.0%"
        book["Plan"]["B3"].number_format = '0.00"% of it"'

    data = workbook({"Plan": [["Day", "Part"], [datetime(2026, 3, 1, 9, 30), 0.855], ["3/4", 0.5]]}, show)
    assert rows_of(data)[1] == [(2, ["2026-03-01", "85.5%"]), (3, ["3/4", "0.5"])]


def test_a_cell_that_makes_no_sense_costs_itself_only():
    data = workbook({"Plan": TABLE})
    cell = b'<c r="B2" t="inlineStr"><is><t>Adds</t></is></c>'
    data = patched(data, "xl/worksheets/sheet1.xml", cell, b'<c r="B2" t="s"><v>999</v></c>')
    rows = rows_of(data)[1]
    assert rows == [(2, ["A", ""]), (3, ["B", "Counts"])]
    assert rows[0][1][1].shown == "999"


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<row r="3"', b'<row r="2000000"'), (b'<row r="3"', b'<row r="1"'), (b'<row r="3"', b'<row r="x"')],
    ids=["beyond the last row", "going back", "no number"],
)
def test_rows_that_cannot_stand_there_are_damage(old, new):
    data = patched(workbook({"Plan": TABLE}), "xl/worksheets/sheet1.xml", old, new)
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data)
    assert error.value.code == "sheet-damaged"


def test_a_cell_far_to_the_right_is_said_and_not_stored():
    def far(book):
        book["Plan"].cell(row=3, column=MOST_COLUMNS + 1, value="x")

    with pytest.raises(ImportUnreadableError) as error:
        rows_of(workbook({"Plan": TABLE}, far))
    assert error.value.code == "too-many-columns"


def test_a_row_far_below_is_read_without_the_rows_between():
    def far(book):
        book["Plan"].cell(row=1_048_576, column=2, value="Last")

    assert [line for line, _cells in rows_of(workbook({"Plan": TABLE}, far))[1]] == [2, 3, 1_048_576]


def test_more_merged_cells_than_any_table_has_are_refused():
    data = workbook({"Plan": TABLE}, lambda book: book["Plan"].merge_cells("A2:A3"))
    many = b"".join(b'<mergeCell ref="A%d:A%d"/>' % (n, n + 1) for n in range(2, 100_010))
    data = patched(data, "xl/worksheets/sheet1.xml", b'<mergeCell ref="A2:A3" />', many)
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data)
    assert (error.value.code, error.value.detail) == ("archive-too-large", "mergeCells")


def test_a_bomb_inside_a_sheet_is_refused_before_it_is_unpacked():
    data = workbook({"Plan": TABLE})
    data = patched(data, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>" + b" " * (60 << 20))
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data)
    assert error.value.code == "archive-bomb"


def test_entities_of_a_workbook_are_never_expanded():
    evil = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
        b'<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">'
        b'<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>'
    )
    data = patched(workbook({"Plan": TABLE}), "xl/worksheets/sheet1.xml", b"<worksheet", evil + b"<worksheet")
    data = patched(data, "xl/worksheets/sheet1.xml", b"<t>Adds</t>", b"<t>&h;</t>")
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data)
    assert error.value.code == "sheet-damaged"


# ------------------------------------------------------------------ parts under another name
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
WORDS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Shared</t></si></sst>'
TYPES, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"


def rebuilt(data, change=None, more=None, moved=None):
    """The same workbook with parts changed ({name: function}), added ({name: bytes}) or called otherwise."""
    out = io.BytesIO()
    change, more, moved = change or {}, more or {}, moved or {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in archive.namelist():
            part = archive.read(entry)
            written.writestr(moved.get(entry, entry), change.get(entry, bytes)(part))
        for entry, part in more.items():
            written.writestr(entry, part)
    return out.getvalue()


def padding(size):
    """A comment of this size that is no bomb: it hardly gets smaller when it is packed."""
    return b"<!--" + random.Random(8).randbytes(size // 2).hex().encode() + b"-->"


def with_words(name, words):
    """A workbook with a table of words under this name, from which A2 takes its word."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    tells = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    cell = b'<c r="A2" t="inlineStr"><is><t>A</t></is></c>'
    change = {
        TYPES: lambda text: text.replace(b"</Types>", tells),
        "xl/worksheets/sheet1.xml": lambda text: text.replace(cell, b'<c r="A2" t="s"><v>0</v></c>'),
    }
    return rebuilt(workbook({"Plan": TABLE}), change, {name: words})


NAMES = ["xl/sharedStrings.xml", "xl/words.bin", "xl/worksheets/words.xml", "elsewhere/words"]


@pytest.mark.parametrize("name", NAMES)
def test_words_are_read_looked_at_and_measured_under_whatever_name_they_have(name, monkeypatch):
    assert rows_of(with_words(name, WORDS))[1][0] == (2, ["Shared", "Adds"])
    assert refused(with_words(name, BOMB + WORDS)) == "sheet-damaged"
    monkeypatch.setattr(workbooks, "MOST_WORDS", 1 << 16)
    assert refused(with_words(name, WORDS + padding(1 << 17))) == "archive-too-large"


def refused(data):
    with pytest.raises(ImportUnreadableError) as error:
        rows_of(data)
    return str(error.value.code)


@pytest.mark.parametrize("called", ["xl/worksheets/sheet1.bin", "xl/worksheets/sheet1", "sheet.txt"])
def test_a_sheet_with_entities_is_refused_whatever_it_is_called(called):
    sheet = "xl/worksheets/sheet1.xml"

    def point(text):
        return text.replace(f"/{sheet}".encode(), f"/{called}".encode())

    def evil(text):
        return text.replace(b"<worksheet", BOMB + b"<worksheet", 1)

    good, moved = workbook({"Plan": TABLE}), {TYPES: point, RELATIONS: point}
    assert len(rows_of(rebuilt(good, moved, moved={sheet: called}))[1]) == 2
    assert refused(rebuilt(good, moved | {sheet: evil}, moved={sheet: called})) == "sheet-damaged"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", TYPES, RELATIONS])
def test_what_becomes_a_tree_in_memory_is_small(part, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_WHOLE", 1 << 16)
    good = workbook({"Plan": TABLE})
    assert rows_of(good)[1]
    assert refused(rebuilt(good, {part: lambda text: text + padding(1 << 17)})) == "archive-too-large"


def test_parts_that_say_nothing_of_a_table_stay_shut(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_WHOLE", 1 << 16)
    large = {name: lambda text: text + padding(1 << 17) for name in ("docProps/core.xml", "xl/theme/theme1.xml")}
    assert rows_of(rebuilt(workbook({"Plan": TABLE}), large))[1]


def test_a_sheet_of_a_chart_is_passed_over_and_nothing_it_points_at_is_read():
    def drawn(made):
        made.create_chartsheet("Chart").add_chart(openpyxl.chart.BarChart())

    data = workbook({"Plan": TABLE}, drawn)
    broken = rebuilt(data, {"xl/chartsheets/sheet1.xml": lambda _text: b"<chartsheet>"})
    name, rows, _findings = rows_of(broken)
    assert (name, len(rows)) == ("Plan", 2)


def test_a_part_that_was_not_measured_is_not_opened():
    """The litter of a Macintosh is passed over when an archive is measured; no sheet hides in it."""
    good = workbook({"Plan": TABLE})

    def point(text):
        return text.replace(b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/._sheet1.xml")

    moved = {"xl/worksheets/sheet1.xml": "xl/worksheets/._sheet1.xml"}
    assert refused(rebuilt(good, {TYPES: point, RELATIONS: point}, moved=moved)) == "sheet-damaged"
