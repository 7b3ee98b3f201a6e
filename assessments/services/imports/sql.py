"""The statements of an import. Temporary tables live for one transaction; every value is a parameter."""

from __future__ import annotations

from assessments.choices import ImportAction
from assessments.imports.problems import Code

TABLES = """
CREATE TEMP TABLE import_stage (n int, line int, piece int, student text, competency text, score numeric, day date,
    own_id text, gone boolean) ON COMMIT DROP;
CREATE TEMP TABLE import_piece (piece int, title text, competency text, day date, section text, range int)
    ON COMMIT DROP;
CREATE TEMP TABLE import_objective (own_id text, competency text, score numeric, gone boolean) ON COMMIT DROP;
CREATE TEMP TABLE import_student (key text, student_id bigint, problem text) ON COMMIT DROP;
CREATE TEMP TABLE import_competency (key text, competency_id bigint, scale_id bigint, problem text) ON COMMIT DROP;
CREATE TEMP TABLE import_value (scale_id bigint, range int, score numeric, value numeric, problem text) ON COMMIT DROP
"""

STUDENTS_BY_ID = f"""
INSERT INTO import_student
SELECT k.key, coalesce(s.alias_of_id, s.id),
    CASE WHEN s.id IS NULL THEN '{Code.STUDENT_UNKNOWN}'
         WHEN NOT coalesce(kept.is_active, s.is_active) THEN '{Code.STUDENT_LEFT}' END
FROM (SELECT DISTINCT student AS key FROM import_stage WHERE student IS NOT NULL) k
LEFT JOIN accounts_personidentifier i ON i.source = %(source)s AND i.source_id = k.key
LEFT JOIN accounts_student s ON s.person_id = i.person_id
LEFT JOIN accounts_student kept ON kept.id = s.alias_of_id
"""  # noqa: S608 - codes are constants
STUDENTS_BY_ROW = f"""
INSERT INTO import_student
SELECT k.key, s.id, CASE WHEN s.id IS NULL THEN '{Code.NO_STUDENT_FOR_ROW}' END
FROM (SELECT DISTINCT student AS key FROM import_stage WHERE student IS NOT NULL) k
LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id)::text AS place FROM accounts_student
           WHERE is_active AND alias_of_id IS NULL
             AND EXISTS (SELECT 1 FROM accounts_district WHERE demonstration_seed IS NOT NULL)) s ON s.place = k.key
"""  # noqa: S608 - codes are constants

BY_CODE = "SELECT lower(code) AS match, * FROM competencies_competency WHERE code <> ''"
BY_PUBLIC_ID = "SELECT public_id::text AS match, * FROM competencies_competency"
BY_SOURCE_ID = """
SELECT lower(source_id) AS match, * FROM competencies_competency
UNION ALL SELECT lower(source_uri), * FROM competencies_competency WHERE source_uri <> ''
"""
COMPETENCIES = f"""
INSERT INTO import_competency
SELECT k.key, min(c.id) FILTER (WHERE c.is_open), min(c.scale_id) FILTER (WHERE c.is_open),
    CASE WHEN count(c.id) = 0 THEN '{Code.COMPETENCY_UNKNOWN}'
         WHEN count(c.id) FILTER (WHERE c.is_open) = 0 THEN '{Code.COMPETENCY_CLOSED}'
         WHEN count(DISTINCT c.id) FILTER (WHERE c.is_open) > 1 THEN '{Code.COMPETENCY_SEVERAL}' END
FROM (SELECT DISTINCT competency AS key FROM import_stage WHERE competency IS NOT NULL
      UNION SELECT competency FROM import_piece WHERE competency IS NOT NULL
      UNION SELECT competency FROM import_objective) k
LEFT JOIN (SELECT c.id, c.match, f.scale_id, c.retired_at IS NULL AND c.is_assessable AS is_open
           FROM ({{match}}) c JOIN competencies_framework f ON f.id = c.framework_id
           WHERE %(framework)s::text IN ('', f.public_id::text)) c ON c.match = lower(k.key)
GROUP BY k.key
"""  # noqa: S608 - codes are constants

# A score of the line item's own objectives, or one given for a single objective, which goes before it.
_GIVEN = """
SELECT s.n, s.line, s.student, coalesce(s.competency, p.competency) AS competency, s.score,
    coalesce(s.day, p.day) AS day, s.own_id, s.gone, p.title, p.range, p.section
FROM import_stage s JOIN import_piece p ON p.piece = s.piece
WHERE NOT EXISTS (SELECT 1 FROM import_objective o WHERE o.own_id = s.own_id
                  AND (p.competency IS NULL AND s.competency IS NULL OR lower(o.competency) = lower(p.competency)))
UNION ALL
SELECT s.n, s.line, s.student, o.competency, coalesce(o.score, s.score), s.day, s.own_id, s.gone OR o.gone,
    p.title, p.range, p.section
FROM import_objective o JOIN import_stage s ON s.own_id = o.own_id
JOIN (SELECT DISTINCT ON (piece) * FROM import_piece ORDER BY piece) p ON p.piece = s.piece
"""
SCORES = f"""
SELECT DISTINCT c.scale_id, g.range, g.score FROM ({_GIVEN}) g
JOIN import_competency c ON c.key = g.competency WHERE g.score IS NOT NULL AND c.scale_id IS NOT NULL
"""  # noqa: S608 - a constant
# Without an id of its own a piece is known by whose it is, about what, of which day and which work. `r` is the place in
# the file, whatever plan the joins were made with: of two rows about one piece the first is kept.
GIVEN = f"""
CREATE TEMP TABLE import_given ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY g.n, c.competency_id) AS r, g.n, g.line, g.gone, st.student_id, c.competency_id,
    sec.id AS section_id, g.score, v.value, g.day, g.title,
    CASE WHEN g.own_id IS NULL
         THEN concat_ws('.', st.student_id, c.competency_id, g.day, substr(md5(lower(g.title)), 1, 12))
         WHEN %(one_source)s THEN g.own_id || '#' || c.competency_id ELSE g.own_id END AS source_id,
    CASE WHEN st.problem IS NOT NULL THEN st.problem
         WHEN g.gone THEN NULL
         WHEN g.competency IS NULL THEN '{Code.LINE_ITEM_WITHOUT_OBJECTIVE}'
         WHEN c.problem IS NOT NULL THEN c.problem
         WHEN g.score IS NULL THEN 'skip'
         WHEN g.day IS NULL THEN '{Code.DAY_BLANK}'
         ELSE v.problem END::text AS problem
FROM ({_GIVEN}) g
LEFT JOIN import_student st ON st.key = g.student
LEFT JOIN import_competency c ON c.key = g.competency
LEFT JOIN import_value v ON v.scale_id = c.scale_id AND v.range = g.range AND v.score = g.score
LEFT JOIN accounts_section sec ON sec.source = 'roster' AND sec.source_id = g.section
"""  # noqa: S608 - constants
TWICE = f"""
CREATE TEMP TABLE import_twice ON COMMIT DROP AS
SELECT source_id, min(r) AS kept FROM import_given WHERE problem IS NULL AND NOT gone GROUP BY 1 HAVING count(*) > 1;
UPDATE import_given g SET problem = CASE WHEN (g.student_id, g.competency_id, g.value, g.day)
        IS NOT DISTINCT FROM (k.student_id, k.competency_id, k.value, k.day)
    THEN '{Code.TWICE_IN_FILE}' ELSE '{Code.OTHER_IN_FILE}' END
FROM import_twice t JOIN import_given k ON k.r = t.kept
WHERE g.source_id = t.source_id AND g.r <> t.kept AND g.problem IS NULL AND NOT g.gone
"""  # noqa: S608 - constants

# How the pieces that other imports left stand now: a correction follows what it corrects.
_STANDS = """
e.source_id AS anchor, e.id, e.student_id, e.competency_id, e.value, e.observed_on, e.context, e.source,
e.superseded_at, e.withdrawn_at, e.withdrawal_reason
"""
THERE = f"""
CREATE TEMP TABLE import_there ON COMMIT DROP AS
WITH RECURSIVE gone AS (SELECT DISTINCT student_id AS id FROM import_given WHERE problem IS NULL AND gone),
chain AS (
    SELECT * FROM (
        SELECT {_STANDS} FROM assessments_evidence e
        WHERE e.source = %(source)s AND e.source_id <> ''
          AND e.source_id IN (SELECT source_id FROM import_given WHERE problem IS NULL AND NOT gone)
        UNION
        SELECT {_STANDS} FROM (
            SELECT id FROM gone UNION SELECT s.id FROM accounts_student s JOIN gone ON s.alias_of_id = gone.id) g
        JOIN assessments_evidence e ON e.student_id = g.id AND e.source = %(source)s AND e.source_id <> '') a
    UNION ALL
    SELECT c.anchor, n.id, n.student_id, n.competency_id, n.value, n.observed_on, n.context, n.source,
        n.superseded_at, n.withdrawn_at, n.withdrawal_reason
    FROM chain c JOIN assessments_evidence n ON n.supersedes_id = c.id WHERE c.superseded_at IS NOT NULL)
SELECT c.*, coalesce(s.alias_of_id, s.id) AS whose FROM chain c JOIN accounts_student s ON s.id = c.student_id
WHERE c.superseded_at IS NULL;
ANALYZE import_there
"""  # noqa: S608 - a constant
AGAINST_THERE = f"""
UPDATE import_given g SET problem = CASE
        WHEN (t.whose, t.competency_id) IS DISTINCT FROM (g.student_id, g.competency_id) THEN '{Code.ID_OF_ANOTHER}'
        ELSE '{Code.KEPT_BY_HAND}' END
FROM import_there t
WHERE t.anchor = g.source_id AND g.problem IS NULL AND NOT g.gone
  AND ((t.whose, t.competency_id) IS DISTINCT FROM (g.student_id, g.competency_id)
       OR (t.source <> %(source)s OR t.withdrawn_at IS NOT NULL AND t.withdrawal_reason <> %(reason)s)
          AND (t.value, t.observed_on) IS DISTINCT FROM (g.value, g.day))
"""  # noqa: S608 - constants
WARNINGS = (Code.TWICE_IN_FILE, Code.KEPT_BY_HAND)
_SEVERITY = (
    f"CASE WHEN g.problem IN ({', '.join(repr(code.value) for code in WARNINGS)}) THEN 'warning' ELSE 'error' END"
)
PROBLEMS = f"""
INSERT INTO accounts_jobissue (job_id, severity, file, line, "column", value, code, params)
SELECT %(job)s, {_SEVERITY}, %(file)s, s.line, '',
    left(CASE WHEN g.problem LIKE 'student%%' THEN coalesce(s.student, '')
              WHEN g.problem LIKE 'competency%%' THEN coalesce(s.competency, p.competency, '')
              WHEN g.problem LIKE 'score%%' THEN coalesce(s.score::text, '')
              ELSE coalesce(s.own_id, '') END, 200), g.problem, '{{}}'
FROM (SELECT r, n, problem, row_number() OVER (PARTITION BY problem ORDER BY line) AS place
      FROM import_given WHERE problem IS NOT NULL AND problem <> 'skip') g
JOIN import_stage s ON s.n = g.n
LEFT JOIN (SELECT DISTINCT ON (piece) piece, competency FROM import_piece ORDER BY piece) p ON p.piece = s.piece
WHERE g.place <= %(most)s
"""  # noqa: S608 - constants
PROBLEM_COUNTS = f"""
SELECT g.problem, {_SEVERITY}, count(*) FROM import_given g
WHERE g.problem IS NOT NULL AND g.problem <> 'skip' GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - constants

ROWS = f"""
WITH put AS (
    INSERT INTO assessments_importrow (job_id, action, is_zero, student_id, competency_id, section_id, value,
        observed_on, source_id, title)
    SELECT %(job)s, x.action, x.is_zero, x.student_id, x.competency_id, x.section_id, x.value, x.day, x.source_id,
        x.title
    FROM (
        SELECT CASE WHEN t.id IS NULL THEN {ImportAction.NEW} ELSE {ImportAction.CHANGE} END AS action,
            g.score = 0 AS is_zero, g.student_id, g.competency_id, g.section_id, g.value, g.day, g.source_id,
            coalesce(g.title, '') AS title, g.r
        FROM import_given g LEFT JOIN import_there t ON t.anchor = g.source_id
        WHERE g.problem IS NULL AND NOT g.gone AND (t.id IS NULL OR t.source = %(source)s AND (
            t.withdrawn_at IS NOT NULL AND t.withdrawal_reason = %(reason)s
            OR t.withdrawn_at IS NULL AND ((t.value, t.observed_on) IS DISTINCT FROM (g.value, g.day)
               OR %(context)s <> '' AND t.context <> %(context)s)))
        UNION ALL
        SELECT DISTINCT {ImportAction.WITHDRAW}, false, t.student_id, t.competency_id, NULL::bigint, NULL::numeric,
            NULL::date, t.anchor, '', 0
        FROM import_given g JOIN import_stage s ON s.n = g.n
        JOIN import_there t ON t.whose = g.student_id AND t.source = %(source)s
            AND left(t.anchor, length(s.own_id) + 1) = s.own_id || '#'
        WHERE g.problem IS NULL AND g.gone AND t.withdrawn_at IS NULL
    ) x ORDER BY x.student_id, x.competency_id, x.day, x.r
    RETURNING id, action, is_zero)
SELECT action, is_zero, count(*), min(id), max(id) FROM put GROUP BY 1, 2
"""  # noqa: S608 - constants
USABLE = "SELECT count(*) FROM import_given WHERE problem IS NULL AND NOT gone"
DONE = """
DROP TABLE import_stage, import_piece, import_objective, import_student, import_competency, import_value,
    import_given, import_twice, import_there
"""
STUDENTS = """
SELECT count(DISTINCT student_id) FROM assessments_importrow WHERE id BETWEEN %s AND %s AND job_id = %s
"""
