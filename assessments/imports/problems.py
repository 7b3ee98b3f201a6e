"""What an import of evidence says about rows, by code. Sentences live in `assessments.imports_wording`.

How findings are kept, and what files themselves can be wrong about, is `accounts.sheets`.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Everything this import can say beside what the readers of files say. Stored with reports: stable."""

    # rows
    ROW_WIDTH = "row-width"
    STUDENT_BLANK = "student-blank"
    STUDENT_UNKNOWN = "student-unknown"
    STUDENT_LEFT = "student-left"
    NO_STUDENT_FOR_ROW = "no-student-for-row"
    COMPETENCY_BLANK = "competency-blank"
    COMPETENCY_UNKNOWN = "competency-unknown"
    COMPETENCY_SEVERAL = "competency-several"
    COMPETENCY_CLOSED = "competency-closed"
    LINE_ITEM_UNKNOWN = "line-item-unknown"
    LINE_ITEM_WITHOUT_OBJECTIVE = "line-item-without-objective"
    SCORE_NOT_A_NUMBER = "score-not-a-number"
    SCORE_OUT_OF_RANGE = "score-out-of-range"
    SCORE_NOT_A_LEVEL = "score-not-a-level"
    SCORE_RANGE = "score-range"
    SCORE_COMMA = "score-comma"
    CELL_WITHOUT_VALUE = "cell-without-value"
    DAY_BLANK = "day-blank"
    DAY_UNREADABLE = "day-unreadable"
    DAY_FUTURE = "day-future"
    DAY_TOO_OLD = "day-too-old"
    ID_BLANK = "id-blank"
    ID_TOO_LONG = "id-too-long"
    TWICE_IN_FILE = "twice-in-file"
    OTHER_IN_FILE = "other-in-file"
    ID_OF_ANOTHER = "id-of-another"
    KEPT_BY_HAND = "kept-by-hand"
    # the whole
    COLUMN_MISSING = "column-missing"
    COLUMN_TWICE = "column-twice"
    NO_RESULTS = "no-results"
    MAPPING_MISSING = "mapping-missing"
