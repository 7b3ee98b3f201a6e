"""Answering a flag: every answer is one transaction with its audit row, and asks for a refresh."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, ReadEvent
from assessments.models import RefreshRequest
from competencies.models import Framework
from supports import recompute
from supports.choices import DismissReason, FlagState, FocusKind
from supports.errors import FlagChangedError, SupportError
from supports.models import CatalogueEntry, Flag, Focus, Support
from supports.selectors import flags as selectors
from supports.selectors.flags import next_competency
from supports.services import flags as services
from supports.services.flags import NewSupport
from tests.cast import see, viewer_of
from tests.loop.fixtures import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> CatalogueEntry:
    return CatalogueEntry.objects.create(
        code="number-talks",
        type="core",
        wordings={"en": {"title": "Number talks", "family": "We talk.", "home": "Ask."}, "es": {"title": "Charlas"}},
    )


@pytest.fixture
def ready(world, teacher) -> Flag:
    """Maya has shown `compare`, and `equivalent` can come next."""
    for ago, context in ((6, "classwork"), (5, "quiz"), (3, "project")):
        idea = world.idea["compare"]
        see(teacher, world.student, idea, 3, on=world.day(ago), context=context, section=world.section)
    recompute.refresh_due(today=world.today)
    return Flag.objects.get(student=world.student, rule="READY_NEXT")


def new_support(world, **changes) -> NewSupport:
    facts = {
        "title": "Number talks",
        "starts_on": world.today,
        "ends_on": world.today + timedelta(weeks=6),
        "minutes": 10,
        "sessions_per_week": 5,
    }
    return NewSupport(**{**facts, **changes})


def test_three_good_pieces_open_one_card_that_the_author_owns(ready, world, teacher):
    assert ready.owner == teacher
    assert ready.section == world.section
    assert ready.opened_on < ready.review_on <= ready.lapse_on <= ready.opened_on + timedelta(days=84)


def test_seen_is_kept_once_and_audited(ready, teacher):
    services.acknowledge_flag(by=viewer_of(teacher), flag=ready)
    services.acknowledge_flag(by=viewer_of(teacher), flag=ready)
    ready.refresh_from_db()
    assert ready.state == FlagState.ACKNOWLEDGED
    assert AuditEvent.objects.filter(action="flag.acknowledge").count() == 1


def test_a_dismissed_flag_does_not_come_back_on_the_same_evidence(ready, world, teacher):
    services.dismiss_flag(by=viewer_of(teacher), flag=ready, reason=DismissReason.WRONG, version=ready.version)
    assert RefreshRequest.objects.filter(student=world.student).exists()
    recompute.refresh_due(today=world.today)
    assert not Flag.objects.filter(student=world.student, rule="READY_NEXT", state="open").exists()
    see(teacher, world.student, world.idea["compare"], 3, on=world.day(1), context="observation")
    recompute.refresh_due(today=world.today)
    assert Flag.objects.filter(student=world.student, rule="READY_NEXT", state="open").count() == 1


def test_two_people_cannot_both_answer_the_same_state_of_a_flag(ready, teacher, co_teacher):
    version = ready.version
    services.acknowledge_flag(by=viewer_of(teacher), flag=ready)
    with pytest.raises(FlagChangedError) as changed:
        services.dismiss_flag(by=viewer_of(co_teacher), flag=ready, reason=DismissReason.WRONG, version=version)
    assert changed.value.current.state == FlagState.ACKNOWLEDGED
    ready.refresh_from_db()
    assert ready.state == FlagState.ACKNOWLEDGED


def test_a_support_ends_the_flag_and_is_owned_by_who_started_it(ready, world, entry, co_teacher):
    support = services.start_support(by=viewer_of(co_teacher), flag=ready, entry=entry, support=new_support(world))
    ready.refresh_from_db()
    assert (ready.state, ready.end_code) == (FlagState.LINKED, "support")
    assert support.owner == co_teacher
    assert support.shared_at is not None
    recompute.refresh_due(today=world.today)
    assert recompute.compare([world.student.pk], today=world.today) == []


def test_a_support_longer_than_twelve_weeks_is_refused_and_nothing_is_written(ready, world, entry, teacher):
    longer = new_support(world, ends_on=world.today + timedelta(weeks=12, days=1))
    with pytest.raises(SupportError):
        services.start_support(by=viewer_of(teacher), flag=ready, entry=entry, support=longer)
    assert not Support.objects.exists()
    ready.refresh_from_db()
    assert ready.state == FlagState.OPEN


def test_a_support_may_be_typed_up_to_the_last_day_of_the_calendar_without_an_error(ready, world, entry, teacher):
    last = new_support(world, starts_on=date.max - timedelta(days=1), ends_on=date.max)
    support = services.start_support(by=viewer_of(teacher), flag=ready, entry=entry, support=last)
    assert support.ends_on == date.max


def test_choosing_a_next_step_ends_the_ready_flag_by_itself(ready, world, teacher):
    chosen = services.choose_next_step(
        by=viewer_of(teacher), flags=[ready], competency=world.idea["equivalent"], kind=FocusKind.LEARN
    )
    assert chosen == 1
    assert Focus.objects.get(student=world.student).competency == world.idea["equivalent"]
    recompute.refresh_due(today=world.today)
    ready.refresh_from_db()
    assert ready.state == FlagState.RESOLVED


def test_choosing_twice_is_choosing_once(ready, world, teacher):
    for _tap in range(2):
        chosen = services.choose_next_step(
            by=viewer_of(teacher), flags=[ready], competency=world.idea["equivalent"], kind=FocusKind.LEARN
        )
        assert chosen == 1

    assert Focus.objects.filter(student=world.student).count() == 1
    assert AuditEvent.objects.filter(action="focus.choose").count() == 1
    ready.refresh_from_db()
    assert ready.version == 2
    recompute.refresh_due(today=world.today)
    ready.refresh_from_db()
    assert ready.state == FlagState.RESOLVED


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_are_one(ready, world, teacher):
    tap = partial(
        services.choose_next_step,
        by=viewer_of(teacher),
        flags=[ready],
        competency=world.idea["equivalent"],
        kind=FocusKind.LEARN,
    )

    assert together(tap, tap, tap) == [1, 1, 1]

    assert Focus.objects.filter(student=world.student).count() == 1


@pytest.mark.parametrize("change", [{"is_published": False}, {"is_in_use": False}, {"retired_at": timezone.now()}])
def test_what_is_not_published_and_in_use_is_no_next_step(world, teacher, change):
    idea = world.idea["equivalent"]
    assert next_competency(viewer=viewer_of(teacher), public_id=idea.public_id) == idea

    Framework.objects.filter(pk=idea.framework_id).update(**change)

    assert next_competency(viewer=viewer_of(teacher), public_id=idea.public_id) is None


def test_the_word_that_a_support_has_started_keeps_no_name_in_the_session(ready, world, entry, teacher, client_of):
    client = client_of(teacher)
    form = {
        "entry": entry.public_id,
        "version": ready.version,
        "starts_on": world.today,
        "ends_on": world.today + timedelta(weeks=4),
    }

    answer = client.post(reverse("flag_support", args=[ready.public_id]), form)

    assert answer.status_code == 302
    kept = str(dict(client.session))
    assert "Number talks" in kept
    assert world.student.person.short_name not in kept


def test_a_stranger_chooses_nothing_for_somebody_elses_student(ready, world, teacher_elsewhere):
    chosen = services.choose_next_step(
        by=viewer_of(teacher_elsewhere), flags=[ready], competency=world.idea["equivalent"], kind=FocusKind.LEARN
    )
    assert chosen == 0
    assert not Focus.objects.filter(student=world.student).exists()
    ready.refresh_from_db()
    assert ready.state == FlagState.OPEN


def test_a_second_live_flag_about_the_same_thing_cannot_be_stored(ready):
    facts = {
        f.attname: getattr(ready, f.attname) for f in Flag._meta.concrete_fields if f.attname not in {"id", "public_id"}
    }
    with pytest.raises(IntegrityError, match="one_live_flag_per_student_rule_and_subject"):
        Flag.objects.create(**facts)


def test_a_flag_without_an_end_cannot_be_stored(ready):
    with pytest.raises(IntegrityError, match="flag_ends_within_84_days"):
        Flag.objects.filter(pk=ready.pk).update(lapse_on=ready.opened_on + timedelta(days=85))


def test_the_board_shows_what_its_owner_owns_and_changes_its_token(ready, world, teacher, co_teacher):
    mine, theirs = viewer_of(teacher), viewer_of(co_teacher)
    board = selectors.board(viewer=mine)
    assert [group.competency for group in board.ready] == ["Compare"]
    assert [step.name for step in board.ready[0].next_steps] == ["Equivalent"]
    assert selectors.board(viewer=theirs).ready == []
    before = selectors.board_version(viewer=mine)
    assert selectors.board_version(viewer=mine) == before
    services.acknowledge_flag(by=mine, flag=ready)
    assert selectors.board_version(viewer=mine) != before


def test_a_card_says_its_reason_with_the_exact_pieces(ready, world, teacher):
    card = selectors.board(viewer=viewer_of(teacher)).ready[0].cards[0]
    assert card.sentence == "Compare is shown, in 3 pieces. Equivalent can come next."
    assert [piece["on"] for piece in card.evidence] == [world.day(6), world.day(5), world.day(3)]
    assert (card.rule, card.rule_version) == ("Ready for next", 1)


def test_a_flag_outside_the_circle_is_not_found(ready, teacher_elsewhere, guardian):
    for person in (teacher_elsewhere, guardian):
        assert selectors.flag_by_id(viewer=viewer_of(person), public_id=ready.public_id) is None
        assert selectors.student_flags(viewer=viewer_of(person), student_id=ready.student_id) == []


@pytest.mark.parametrize("page", ["flag_dismiss", "flag_support"])
def test_a_page_about_one_flag_is_a_look_at_its_student(ready, world, co_teacher, client_of, page):
    assert client_of(co_teacher).get(reverse(page, args=[ready.public_id])).status_code == 200
    look = ReadEvent.objects.get(viewer_id=co_teacher.pk)
    assert (look.block, look.student_ids) == ("flags", [world.student.pk])


def test_the_token_changes_when_only_the_reason_or_an_older_piece_does(ready, teacher):
    mine = viewer_of(teacher)
    before = selectors.board_version(viewer=mine)
    Flag.objects.filter(pk=ready.pk).update(reason=ready.reason | {"pieces": 99})
    after = selectors.board_version(viewer=mine)
    Flag.objects.filter(pk=ready.pk).update(evidence_ids=[*ready.evidence_ids, 1])

    assert len({before, after, selectors.board_version(viewer=mine)}) == 3
