"""Whether anything changed of what everyone may read: one mark for all public pages."""

from __future__ import annotations

from accounts.permissions import Viewer
from accounts.statements import run

# Rows of frameworks, pathways and partners are few and read whole; versions and ties only ever grow or are retired.
_STATE = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(md5(f::text), '' ORDER BY f.id) FROM competencies_framework f),
    (SELECT string_agg(md5(l::text), '' ORDER BY l.id) FROM competencies_level l),
    (SELECT concat_ws(':', count(*), max(id), count(retired_at), max(retired_at)) FROM competencies_association),
    (SELECT string_agg(md5(c::text), '' ORDER BY c.id) FROM competencies_crosswalk c),
    (SELECT concat_ws(':', count(*), max(id)) FROM competencies_pathwayversion),
    (SELECT string_agg(concat_ws(':', p.id, p.state, p.published_number, p.closed_at), ',' ORDER BY p.id)
        FROM competencies_pathway p WHERE p.published_number > 0),
    (SELECT string_agg(md5(s::text), '' ORDER BY s.id)
        FROM competencies_pathwaycomment s WHERE s.is_public AND s.withdrawn_at IS NULL),
    (SELECT string_agg(md5(q::text), '' ORDER BY q.id) FROM accounts_partner q),
    (SELECT string_agg(md5(m::text), '' ORDER BY m.id) FROM accounts_partnermember m)))
"""


def public_state(*, viewer: Viewer) -> str:
    """A mark that changes with everything a public page may say; the same for whoever asks. One query."""
    return str(run(_STATE, [])[0][0])
