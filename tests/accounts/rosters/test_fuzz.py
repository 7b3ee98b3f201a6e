"""Whatever the files say, an import ends in rows or in a reason, and a second one writes nothing."""

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import models
from accounts.oneroster import RosterUnreadable
from tests.accounts.oneroster.rosters import roster_12
from tests.accounts.rosters.scene import ENDS, STARTS, YEAR_ENDS, bring, current_roster

pytestmark = pytest.mark.django_db

NAMES = ("orgs.csv", "academicSessions.csv", "courses.csv", "classes.csv", "users.csv", "roles.csv", "enrollments.csv")
PIECES = st.one_of(
    st.sampled_from(
        ["", ",", "u1", "u4", "g1", "k1", "s1", "d1", "y1", "t1", "student", "teacher", "guardian", "tobedeleted"]
        + ["1900-01-01", "2199-12-31", str(STARTS), str(ENDS), str(YEAR_ENDS), "x" * 199, "x" * 255, "true", "false"]
        + ["\r\n", '"', "\0", "\u202e", "é", "😀", "maya@school.example", "\ud800"]
    ),
    st.text(max_size=8),
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.booleans(), st.data())
def test_spliced_rosters_import_or_are_refused_and_never_twice(newer, data):
    files = current_roster()
    if newer:
        files |= {key: roster_12()[key] for key in ("manifest.csv", "users.csv", "roles.csv")}
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from([name for name in NAMES if name in files]))
        rows = files[name].split("\r\n")
        row = data.draw(st.integers(1, max(1, len(rows) - 2)))
        cells = rows[row].split(",") if row < len(rows) else [""]
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(PIECES)
        rows[row : row + 1] = [",".join(cells)]
        files[name] = "\r\n".join(rows)
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in files.items()}
    try:
        bring(files, confirm_leaving=True)
        again = bring(files, confirm_leaving=True)
    except RosterUnreadable:
        return
    assert again.ledger.writes == 0
    assert not models.Relationship.objects.filter(kind="section", student__person=F("person")).exists()
