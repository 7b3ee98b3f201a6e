"""The demonstration in a real database: complete, consistent, repeatable, only where nothing else is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F

from accounts import audit, demonstration
from accounts.choices import GuardianBlock, HandoverState, RelationshipKind, SensitiveDomain
from accounts.households import limited_blocks, other_household
from accounts.http import viewer_for
from accounts.models import (
    CaseloadHandover,
    District,
    GuardianLimit,
    Person,
    Relationship,
    School,
    Student,
    User,
)
from assessments.choices import ScoringKind
from assessments.models import (
    Assignment,
    Evidence,
    MasterySummary,
    Moderation,
    RefreshRequest,
    Scoring,
    Submission,
)
from assessments.selectors.why import why
from assessments.services import NewPiece, record_evidence
from competencies.choices import Counting
from competencies.models import Competency, Crosswalk, Framework, FrameworkVersion, Wording
from config.demo.loading.manifest import content_digest, give_passwords, write_manifest
from config.demo.loading.seeding import NotEmptyError, Seeded, seed
from config.demo.syllabus import DEMO_CODE
from success_plans.choices import (
    AgreementAnswer,
    ContactOutcome,
    MeetingState,
    PointerKind,
    ProposalState,
    StepName,
    Subject,
    TemplateKind,
    Voice,
)
from success_plans.models import (
    Agreement,
    CheckIn,
    ClassReview,
    Consent,
    ContactAttempt,
    CycleStep,
    Goal,
    Meeting,
    Need,
    PathwayChoice,
    Plan,
    PlanPointer,
    PlanStatement,
    PlanVersion,
    Proposal,
    ReviewEntry,
    TranslationRequest,
    WorkingNote,
)
from success_plans.recompute import run_school
from success_plans.selectors.holds import withheld_from
from supports import recompute, review
from supports.choices import LIVE_FLAG_STATES, FlagState, RuleName, SessionState
from supports.models import CatalogueEntry, ClassNotice, DailyRun, Flag, Focus, Support, SupportSession

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TODAY = date(2026, 11, 18)


def sow() -> Seeded:
    return seed(number=5, today=TODAY, size="small", say=lambda _line: None, before_the_end=give_passwords)


@pytest.fixture(scope="module")
def digest_of_another_run(django_db_setup: None, django_db_blocker) -> str:
    """The same seed in a transaction that leaves nothing but higher sequence values."""
    with django_db_blocker.unblock(), transaction.atomic():
        sow()
        digest = content_digest()
        transaction.set_rollback(True)
    return digest


@pytest.fixture(scope="module")
def done(digest_of_another_run: str, django_db_blocker) -> Iterator[Seeded]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield sow()
        transaction.set_rollback(True)


def teacher():
    return viewer_for(User.objects.get(username="demo.teacher").person_id)


def test_the_same_seed_and_day_write_the_same_content(done: Seeded, digest_of_another_run: str) -> None:
    assert content_digest() == digest_of_another_run


def test_everything_that_is_stored_is_what_the_evidence_says(done: Seeded) -> None:
    assert review.reconcile(heal=False, today=TODAY) == []
    assert not RefreshRequest.objects.exists()
    assert audit.broken_links() == []


def test_every_table_has_something_to_show(done: Seeded) -> None:
    assert Student.objects.count() == 120
    assert Evidence.objects.filter(pk__lte=done.pieces).count() == done.pieces  # works and observations come after
    assert set(Framework.objects.values_list("is_in_use", "version")) == {(True, 1), (True, 2)}
    assert Competency.objects.filter(is_assessable=True).count() >= 40
    assert Wording.objects.filter(language="es").count() == Wording.objects.filter(language="en").count()
    assert CatalogueEntry.objects.count() >= 24
    for model in (Plan, PlanStatement, Need, Goal, TranslationRequest, Focus, Support, MasterySummary):
        assert model.objects.exists(), model
    assert DailyRun.objects.filter(day=TODAY, noticed_at__isnull=False).count() == 3
    assert ClassNotice.objects.filter(opened_on__gt=TODAY).count() == 0


def test_the_second_framework_was_published_twice_is_tied_three_ways_and_explains_itself(done: Seeded) -> None:
    valley = Framework.objects.get(version=2)
    changes = FrameworkVersion.objects.get(framework=valley, number=2).changes
    assert all(changes[kind] for kind in ("added", "reworded", "retired", "moved"))
    assert set(Crosswalk.objects.values_list("counting", flat=True)) == set(Counting.values)
    assert valley.associations.filter(destination__isnull=True).exclude(destination_uri="").count() == 2
    maya = Student.objects.get(person__user__username="demo.student")
    help_ = Competency.objects.get(code="SD.3")
    counted = why(viewer=teacher(), student=maya, competency=help_.public_id).counted
    assert [one.origin for one in counted if one.origin] == [
        "recorded on “Ask someone for help” of Life and work in the valley"
    ]
    seen = Evidence.objects.filter(competency__framework=valley)
    assert 4 <= seen.values("student").distinct().count() <= 8


def test_the_class_has_work_that_two_people_judge_blind(done: Seeded) -> None:
    works = Assignment.objects.filter(section=done.ids.sections[done.plan.demo_class])
    judged = Scoring.objects.filter(
        kind=ScoringKind.TEACHER, finished_at__isnull=False, submission__assignment__in=works
    )
    blind = judged.filter(submission__assignment__is_blind=True)
    pairs = Submission.objects.filter(scorings__in=blind).annotate(raters=Count("scorings")).filter(raters=2)
    talk = Moderation.objects.get(decided_at__isnull=True)

    assert {work.is_blind for work in works} == {True, False}
    assert pairs.count() == 2
    assert talk.submission in pairs
    assert Scoring.objects.filter(kind=ScoringKind.SELF, scores__evidence__kind="self").exists()
    alone = Submission.objects.filter(scorings__in=blind).annotate(raters=Count("scorings")).filter(raters=1).get()
    seen = Evidence.objects.filter(student=alone.student, task_key=f"work:{alone.assignment.public_id}")
    assert not seen.filter(kind="teacher").exists(), "the second person is not done"
    assert viewer_for(alone.scorings.get(invited_by__isnull=False).rater_id).kinds >= {RelationshipKind.RATER}


def test_flags_have_a_history_of_every_kind(done: Seeded) -> None:
    states = set(Flag.objects.values_list("state", flat=True))
    assert states == set(FlagState.values)
    assert set(Flag.objects.values_list("rule", flat=True)) == set(RuleName.values)
    live = Flag.objects.filter(state__in=LIVE_FLAG_STATES)
    assert live.filter(lapse_on__lte=TODAY).count() == 0
    assert live.filter(opened_on__gt=TODAY).count() == 0
    assert live.count() <= 4 * Student.objects.count()


def test_one_more_piece_makes_a_flag_arrive(done: Seeded) -> None:
    demo = next(c for c in done.plan.classes if c.key == done.plan.demo_class)
    competency = Competency.objects.get(code=DEMO_CODE)
    ready = Flag.objects.filter(rule=RuleName.READY_NEXT, competency=competency, state__in=LIVE_FLAG_STATES)
    mine = Student.objects.filter(pk__in=[done.ids.students[key] for key in demo.students])
    assert not ready.filter(student__in=mine).exists()
    waiting = MasterySummary.objects.filter(student__in=mine, competency=competency, pieces=2, is_demonstrated=False)
    before = [s for s in waiting if Decimal(3) in set(values(s))]
    assert len(before) >= 6
    viewer = teacher()
    pieces = [
        NewPiece(
            key=uuid.uuid4(),
            student=summary.student.public_id,
            competency=competency.public_id,
            value=Decimal(3),
            observed_on=TODAY,
            context="conversation",
        )
        for summary in before
    ]
    record_evidence(by=viewer, pieces=pieces, section_id=done.ids.sections[demo.key])
    recompute.refresh_due(today=TODAY)
    arrived = ready.filter(student__in=mine)
    assert set(arrived.values_list("student_id", flat=True)) == {s.student_id for s in before}
    assert set(arrived.values_list("owner_id", flat=True)) == {viewer.person_id}


def values(summary: MasterySummary) -> list[Decimal]:
    return list(Evidence.objects.filter(pk__in=summary.evidence_ids).values_list("value", flat=True))


def test_plans_of_both_templates_were_agreed_and_answered_in_two_languages(done: Seeded) -> None:
    assert set(Plan.objects.values_list("template", flat=True)) == set(TemplateKind.values)
    assert {version.template["kind"] for version in PlanVersion.objects.all()} == set(TemplateKind.values)
    answers = Agreement.objects.filter(voice=Voice.FAMILY)
    assert set(answers.values_list("answer", flat=True)) == set(AgreementAnswer.values)
    assert set(answers.values_list("language", flat=True)) == {"en", "es"}
    assert not answers.exclude(answer=AgreementAnswer.AGREE).filter(statement="").exists()


def test_navigators_checked_in_families_were_talked_with_and_meetings_come_and_were_held(done: Seeded) -> None:
    held = Student.objects.filter(relationships__kind=RelationshipKind.CASELOAD).distinct().count()
    assert CheckIn.objects.count() >= 3 * 0.9 * held
    assert CheckIn.objects.values("student").distinct().count() >= 0.9 * held
    outcomes = set(ContactAttempt.objects.values_list("outcome", flat=True))
    assert {ContactOutcome.HELD, ContactOutcome.LEFT_MESSAGE} <= outcomes
    assert not CheckIn.objects.filter(met_at__date__gte=TODAY).exists()
    assert not ContactAttempt.objects.filter(tried_at__date__gte=TODAY).exists()
    assert set(Meeting.objects.values_list("state", flat=True)) >= {MeetingState.PLANNED, MeetingState.HELD}
    assert not Meeting.objects.filter(state=MeetingState.HELD, held_at__date__gte=TODAY).exists()
    assert set(SupportSession.objects.values_list("state", flat=True)) == set(SessionState.values)


def test_the_cycle_has_steps_open_and_done_and_most_were_done_in_time(done: Seeded) -> None:
    steps = CycleStep.objects.all()
    ended = steps.filter(done_on__isnull=False)
    for name in (StepName.INTAKE, StepName.CONVERSATION, StepName.CLASS_REVIEW, StepName.MEETING):
        mine = ended.filter(step=name)
        timely = mine.filter(done_on__lte=F("due_on")).count()
        assert 0.55 < timely / mine.count() <= 1, name
        assert mine.count() > 0.5 * steps.filter(step=name).count(), name
    assert steps.filter(done_on__isnull=True, due_on__gte=TODAY).exists()
    assert steps.filter(done_on__isnull=True, due_on__lt=TODAY).exists()
    assert not steps.filter(done_on__gt=TODAY).exists()
    late = steps.filter(step=StepName.MEETING, done_on__isnull=True, due_on__lt=TODAY)
    assert 1 <= late.count() <= 2
    assert not Meeting.objects.filter(state=MeetingState.PLANNED, starts_at__date__lt=TODAY).exists()


def test_one_more_run_of_the_cycle_changes_nothing(done: Seeded) -> None:
    for school in School.objects.all():
        assert run_school(school, day=TODAY).is_nothing


def test_one_class_is_talked_through_halfway_and_most_are_done(done: Seeded) -> None:
    waiting = ClassReview.objects.get(finished_on__isnull=True)
    assert waiting.section_id == done.ids.sections[done.plan.demo_class]
    assert ClassReview.objects.filter(finished_on__isnull=False).exists()
    early = [
        entry
        for entry in ReviewEntry.objects.select_related("student")
        if entry.student.entered_on and entry.discussed_on < entry.student.entered_on
    ]
    assert early == []


def test_circles_that_are_not_everyday_are_there(done: Seeded) -> None:
    waiting = CaseloadHandover.objects.get(state=HandoverState.WAITING)
    assert waiting.to_person_id == done.ids.persons[done.plan.cast["navigator"]]
    team = Relationship.objects.filter(kind=RelationshipKind.TEAM)
    assert any(SensitiveDomain.WELLBEING in row.domains for row in team)
    assert GuardianLimit.objects.count() == 1


def test_pointers_pathways_consents_proposals_and_notes_wait_for_a_visitor(done: Seeded) -> None:
    assert set(PlanPointer.objects.values_list("kind", flat=True)) == set(PointerKind.values)
    assert not PlanPointer.objects.filter(accommodations="").exists()
    assert not PlanPointer.objects.filter(created_at__date__gte=TODAY).exists()
    maya = done.ids.students[done.plan.cast["student"]]
    assert not PlanPointer.objects.filter(plan__student=maya).exists()
    assert PathwayChoice.objects.filter(plan__student=maya).exists()
    assert PathwayChoice.objects.values("plan").distinct().count() > 20
    assert set(Consent.objects.values_list("is_yes", flat=True)) == {True, False}
    assert {ProposalState.OPEN, ProposalState.ACCEPTED} <= set(Proposal.objects.values_list("state", flat=True))
    assert WorkingNote.objects.filter(student=maya, purge_on__gt=TODAY).exists()


def test_a_visitor_can_be_everyone_of_the_cast(done: Seeded) -> None:
    names = set(User.objects.filter(username__startswith="demo.").values_list("username", flat=True))
    assert names == {f"demo.{role}" for role in done.plan.cast}
    guardian = User.objects.get(username="demo.guardian").person
    maya = Student.objects.get(person__user__username="demo.student")
    assert Relationship.objects.filter(student=maya, person=guardian, kind="guardian").exists()
    assert demonstration.is_marked()


def test_supports_reach_families_in_both_languages(done: Seeded) -> None:
    shared = Support.objects.filter(shared_at__isnull=False)
    assert shared.count() > 20
    assert all({"en", "es"} <= set(support.family_wordings) for support in shared)
    assert Support.objects.filter(flag__state=FlagState.LINKED).exists()


def test_it_is_refused_where_anything_is_already(done: Seeded) -> None:
    people = Person.objects.count()
    with pytest.raises(NotEmptyError):
        sow()
    with pytest.raises(CommandError, match="not empty"):
        call_command("seed_demo", stdout=StringIO())
    assert Person.objects.count() == people


def test_if_empty_leaves_a_demonstration_alone_and_refuses_anything_else(done: Seeded) -> None:
    said = StringIO()
    call_command("seed_demo", "--if-empty", stdout=said)
    assert "already here" in said.getvalue()
    District.objects.update(demonstration_seed=None)
    with pytest.raises(CommandError, match="not empty"):
        call_command("seed_demo", "--if-empty", stdout=StringIO())


def test_the_manifest_names_everybody_and_their_password_opens(done: Seeded, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "manifest.json"
    write_manifest(path, done)
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_mode & 0o077 == 0
    assert User.objects.get(username="demo.teacher").check_password(manifest["password"])
    assert {s["id"] for s in manifest["students"]} == {
        str(i) for i in Student.objects.values_list("public_id", flat=True)
    }
    assert {u["username"] for u in manifest["users"]} == set(User.objects.values_list("username", flat=True))
    assert manifest["cast"]["teacher"]["totp_secret"]
    assert manifest["cast"]["guardian"]["totp_secret"] is None
    assert sum(c["is_one_piece_short"] for c in manifest["classes"]) == 1
    circles = manifest["circles"]
    one, other = circles["households"]
    assert one["student"] == other["student"]
    assert one["guardian"] != other["guardian"]
    assert one["household"] != other["household"]
    (limit,) = circles["court_limits"]
    (hold,) = circles["safety_holds"]
    assert len({one["student"], limit["student"], hold["student"]}) == 3
    words = PlanStatement.objects.get(public_id=hold["entry"])
    assert str(words.plan.student.public_id) == hold["student"]
    # the walls hold: one home does not read the other, a document and a hold take what they say
    by_id = {str(row.public_id): row for row in Student.objects.filter(plan__isnull=False)}
    child, home = by_id[one["student"]], Person.objects.get(public_id=one["guardian"])
    assert other_household(viewer_for(home.pk))[child.pk] == {Person.objects.get(public_id=other["guardian"]).pk}
    limited = Person.objects.get(public_id=limit["guardian"])
    assert GuardianBlock(limit["block"]) in limited_blocks(viewer_for(limited.pk), by_id[limit["student"]])
    family = Relationship.objects.filter(student=by_id[hold["student"]], kind=RelationshipKind.GUARDIAN)[0].person_id
    assert withheld_from(viewer=viewer_for(family), student=by_id[hold["student"]]).covers(
        Subject.STATEMENT, words.public_id
    )
