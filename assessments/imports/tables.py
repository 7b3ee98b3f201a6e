"""Rows of a mapped table: whose, about what, which score, when. Only mapped columns are ever looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from accounts.sheets import Findings, ImportUnreadableError, Sheet, Unsaid
from assessments.imports.mapping import ColumnMapping, CompetencyBy, StudentBy
from assessments.imports.problems import Code
from assessments.imports.values import Score, read_day, read_score

MOST_REMEMBERED = 50_000
LONGEST_ID = 200


class Given(NamedTuple):
    """One score of one row, for the database to check. Blank texts: not said here. `score` is an exact decimal.

    `piece` is the place of the score's column (or the line item); `own_id` the id the other system gave it.
    """

    line: int
    piece: int
    student: str
    competency: str
    score: str
    day: str
    own_id: str
    is_gone: bool = False


def given_rows(sheet: Sheet, mapping: ColumnMapping, *, today: date, findings: Findings, file: str) -> Iterator[Given]:
    """Every score of the table, streaming. A blank score is missing: it is no row here, and never zero.

    Raises ImportUnreadableError where the header does not have what the mapping names.
    """
    problem = mapping.problem(sheet.header)
    if problem is not None:
        raise ImportUnreadableError(Code.MAPPING_MISSING, problem[1])
    at = {name: index for index, name in enumerate(sheet.header)}
    width = len(sheet.header)
    by_row = mapping.student_by == StudentBy.ROW
    student_at = at.get(mapping.student_column, -1)
    in_column = mapping.competency_by != CompetencyBy.FILE
    competency_at = at.get(mapping.competency_column, -1)
    day_at = at.get(mapping.day_column, -1) if mapping.day_column else -1
    id_at = at.get(mapping.id_column, -1) if mapping.id_column else -1
    scores = [(n, at[score.column], score.column) for n, score in enumerate(mapping.scores)]
    several = len(scores) > 1
    remembered: dict[str, Score] = {}
    days: dict[str, date | Code] = {}
    number = 0
    for line, cells, trusted in sheet.rows:
        number += 1
        if not trusted:
            if sheet.kind == "xlsx":
                findings.error(Code.SCORE_NOT_A_NUMBER, file=file, line=line)
            continue  # the reader has said why
        if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            findings.error(Code.ROW_WIDTH, file=file, line=line, value=f"{len(cells)} / {width}")
            continue
        student = str(number) if by_row else cells[student_at].strip()
        if not student or len(student) > LONGEST_ID:
            findings.error(
                Code.ID_TOO_LONG if student else Code.STUDENT_BLANK,
                file=file,
                line=line,
                column=mapping.student_column,
            )
            continue
        competency = cells[competency_at].strip()[:LONGEST_ID] if in_column else ""
        if in_column and not competency:
            findings.error(Code.COMPETENCY_BLANK, file=file, line=line, column=mapping.competency_column)
            continue
        day = ""
        if day_at >= 0:
            text = cells[day_at]
            found = days.get(text)
            if found is None:
                if len(days) > MOST_REMEMBERED:
                    days.clear()
                found = days[text] = read_day(text, mapping.day_order, today)
            if isinstance(found, Code):
                findings.error(found, file=file, line=line, column=mapping.day_column, value=text)
                continue
            day = found.isoformat()
        own_id = ""
        if id_at >= 0:
            own_id = cells[id_at].strip()
            if not own_id or len(own_id) > LONGEST_ID:
                code = Code.ID_TOO_LONG if own_id else Code.ID_BLANK
                findings.error(code, file=file, line=line, column=mapping.id_column)
                continue
        for piece, index, column in scores:
            text = cells[index]
            if not text and isinstance(text, Unsaid):
                findings.error(Code.CELL_WITHOUT_VALUE, file=file, line=line, column=column, value=text.shown)
                continue
            score = remembered.get(text)
            if score is None:
                if len(remembered) > MOST_REMEMBERED:
                    remembered.clear()
                score = remembered[text] = read_score(text)
            if score.value is None:
                if score.problem is not None:
                    findings.error(score.problem, file=file, line=line, column=column, value=text)
                continue
            if score.warned:
                findings.warning(Code.SCORE_COMMA, file=file, line=line, column=column, value=text)
            its_id = f"{own_id}#{column}"[:255] if own_id and several else own_id
            yield Given(line, piece, student, competency, f"{score.value:f}", day, its_id)
