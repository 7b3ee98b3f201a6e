"""Who of a partner may see which student: written anew from consents, pathways and members, in one statement.

The policy reads nothing but `Relationship`. A relationship of the kind PARTNER stands while all of this does: the
student takes part in a pathway of the partner (its own, or one with an experience there), somebody of the family says
yes to this partner and nobody says no or took a yes back, the partner has not ended, and the person speaks for it.
Nothing else writes that kind, so nothing is kept by hand and nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.households import SILENCED_BY
from accounts.statements import run

# Experiences are those of the published version: a draft opens and closes nothing. Versions of before partners were
# written down by their id find them by their rows.
# An answer counts while whoever gave it is family of the student and no document silences them (`households`).
# Who is of age decides alone (`accounts.signing`). A yes taken back holds like a no; a no taken back is no answer (as
# in `selectors.consents.standing_kinds`). The newest answer is the one said last, whenever it was written down
# (`selectors.consents.said_on`).
_RENEW = """
WITH given AS MATERIALIZED (
    SELECT %s::date AS today, %s::bigint[] AS students, %s::text[] AS silencing, %s::text AS zone),
answers AS (
    SELECT DISTINCT ON (student, partner, c.given_by_id) coalesce(s.alias_of_id, s.id) AS student,
        c.partner_id AS partner, c.given_by_id AS person,
        CASE WHEN c.withdrawn_at IS NULL THEN c.is_yes WHEN c.is_yes THEN false END AS says,
        c.given_by_id = k.person_id AND EXISTS (
            SELECT 1 FROM accounts_comingofage a
            WHERE a.student_id = k.id AND a.taken_back_at IS NULL AND a."on" <= given.today) AS is_own
    FROM given, success_plans_consent c JOIN accounts_student s ON s.id = c.student_id
        JOIN accounts_student k ON k.id = coalesce(s.alias_of_id, s.id)
    WHERE c.kind = 'partner' AND c.partner_id IS NOT NULL AND c.elsewhere = ''
      AND (given.students IS NULL OR coalesce(s.alias_of_id, s.id) = ANY(given.students))
    ORDER BY student, partner, c.given_by_id,
        CASE WHEN c.is_yes AND c.withdrawn_at IS NOT NULL
            THEN greatest(c.given_on, (c.withdrawn_at AT TIME ZONE given.zone)::date) ELSE c.given_on END DESC,
        c.id DESC),
heard AS (
    SELECT n.* FROM given, answers n
    WHERE n.is_own OR (
        EXISTS (
            SELECT 1 FROM accounts_relationship r
            WHERE r.student_id = n.student AND r.person_id = n.person AND r.kind = 'guardian'
              AND r.starts_on <= given.today AND (r.ends_on IS NULL OR r.ends_on > given.today))
        AND NOT EXISTS (
            SELECT 1 FROM accounts_guardianlimit l
            WHERE l.student_id = n.student AND l.guardian_id = n.person AND l.block = ANY(given.silencing)
              AND l.starts_on <= given.today AND (l.ends_on IS NULL OR l.ends_on > given.today)))),
agreed AS (
    SELECT student, partner FROM heard GROUP BY student, partner
    HAVING coalesce(bool_or(says) FILTER (WHERE is_own), bool_or(says) AND NOT bool_or(NOT says))),
reached AS (
    SELECT id AS pathway, partner_id AS partner FROM competencies_pathway WHERE partner_id IS NOT NULL
    UNION SELECT v.pathway_id, q.id FROM competencies_pathwayversion v
        JOIN competencies_pathway w ON w.id = v.pathway_id AND w.published_number = v.number
        CROSS JOIN LATERAL jsonb_array_elements(v.content->'experiences') e(said)
        LEFT JOIN competencies_pathwayexperience x ON x.public_id = (e.said->>'public_id')::uuid
        JOIN accounts_partner q ON CASE WHEN e.said->>'partner_id' IS NULL THEN q.id = x.partner_id
            ELSE q.public_id::text = e.said->>'partner_id' END),
wanted AS MATERIALIZED (
    SELECT DISTINCT a.student, m.person_id AS person
    FROM given, agreed a
    JOIN accounts_student s ON s.id = a.student AND s.is_active
    JOIN accounts_partner p ON p.id = a.partner JOIN accounts_partnermember m ON m.partner_id = p.id
    JOIN accounts_person q ON q.id = m.person_id AND q.is_active
    WHERE (p.ended_on IS NULL OR p.ended_on > given.today)
      AND m.starts_on <= given.today AND (m.ends_on IS NULL OR m.ends_on > given.today)
      AND EXISTS (
        SELECT 1 FROM success_plans_pathwaymembership b JOIN accounts_student t ON t.id = b.student_id
        JOIN reached r ON r.pathway = b.pathway_id
        WHERE coalesce(t.alias_of_id, t.id) = a.student AND r.partner = a.partner AND b.state = 'in'
          AND b.starts_on <= given.today)),
stands AS MATERIALIZED (
    SELECT r.id, r.student_id AS student, r.person_id AS person FROM given, accounts_relationship r
    WHERE r.kind = 'partner' AND r.starts_on <= given.today AND (r.ends_on IS NULL OR r.ends_on > given.today)
      AND (given.students IS NULL OR r.student_id = ANY(given.students))),
ended AS (
    UPDATE accounts_relationship r SET ends_on = greatest(r.starts_on, given.today) FROM given, stands s
    WHERE r.id = s.id AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.student = s.student AND w.person = s.person)
    RETURNING r.student_id, r.person_id),
began AS (
    INSERT INTO accounts_relationship (student_id, person_id, kind, starts_on, domains, household, source)
    SELECT w.student, w.person, 'partner', given.today, '{}', '', 'hand' FROM given, wanted w
    WHERE NOT EXISTS (SELECT 1 FROM stands s WHERE s.student = w.student AND s.person = w.person)
    ON CONFLICT ON CONSTRAINT relationship_is_stated_once DO UPDATE SET ends_on = NULL
    RETURNING student_id, person_id)
SELECT 'partner.link', student_id, person_id FROM began
UNION ALL SELECT 'partner.unlink', student_id, person_id FROM ended ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many relationships began and ended."""

    began: int = 0
    ended: int = 0


def renew_partner_circles(
    student_ids: Collection[int] | None = None, *, by: int | None = None, today: date | None = None
) -> Renewed:
    """Bring the relationships of partners in line, of these students or (None) of everybody. Again changes nothing.

    Called within the transaction of whatever changed (a consent, a membership, a member of a partner), as its last
    act: one at a time, so that of two changes at once the second sees the first. What ends is closed from this moment
    on: the period is half-open and ends today. `by`: the person who acts, None for the daily run.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('partner_circles'))")
        students = None if student_ids is None else sorted(student_ids)
        zone = timezone.get_current_timezone_name()
        rows = run(_RENEW, [today or timezone.localdate(), students, list(SILENCED_BY), zone])
        audit.record_many([(by, action, "person", person, [student], "", {}) for action, student, person in rows])
    began = sum(action == "partner.link" for action, _student, _person in rows)
    return Renewed(began, len(rows) - began)
