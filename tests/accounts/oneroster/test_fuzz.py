"""Whatever comes in: a bundle or RosterUnreadable, never anything else; and ids are never invented."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.oneroster import RosterUnreadable, read_roster
from tests.accounts.oneroster.rosters import read, roster, roster_12, zipped

NAMES = sorted(roster_12())


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises(RosterUnreadable):
        read_roster(io.BytesIO(data))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_zip_with_flipped_bytes_reads_or_is_refused(data):
    content = bytearray(zipped(roster()).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        bundle = read_roster(io.BytesIO(bytes(content)))
    except RosterUnreadable:
        return
    assert set(bundle.users) <= set(read(roster()).users)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=600))
def test_a_file_of_arbitrary_bytes_costs_itself_only(name, content):
    bundle = read(roster_12() | {name: content})
    assert set(bundle.users) <= {"u1", "u2", "u3", "u4", "g1", "g2"}


PIECES = st.one_of(
    st.sampled_from(
        ['"', ",", "\r\n", "\r", "\n", '""', "\0", ";", "tobedeleted", "true", "u1", "s1", "=1+1", "\ufeff"]
    ),
    st.text(max_size=6),
)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_text_spliced_into_a_good_file_never_raises_and_counts_add_up(name, data):
    text = roster_12()[name]
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(PIECES) + text[at + data.draw(st.integers(0, 3)) :]
    bundle = read(roster_12() | {name: text.encode("utf-8", "surrogatepass")})
    for count in bundle.files:
        assert count.rows == count.kept + count.set_aside + count.gone
        assert min(count.rows, count.kept, count.set_aside, count.gone) >= 0
    for seat in bundle.enrollments.values():
        assert seat.class_id in bundle.classes
        assert seat.user_id in bundle.users
    for link in bundle.links:
        assert link.student_id in bundle.student_schools
        assert link.person_id in bundle.users
    assert all(bundle.student_schools[user] in bundle.schools for user in bundle.student_schools)
    assert all(len(issue.value) <= 80 for issue in bundle.issues)
