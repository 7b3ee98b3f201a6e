"""Focus, flags, supports, the catalogue and rule settings. Everything here ends by a date or by a person."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, School, Section, Student
from competencies.models import Competency
from supports.choices import (
    DismissReason,
    FlagState,
    FocusKind,
    ReferralState,
    RuleName,
    SessionState,
    Setting,
    ShowingState,
    SupportState,
    SupportType,
)


class Focus(models.Model):
    """What a student or a whole section works on now; half-open dates, chosen by a person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, null=True, blank=True, related_name="focuses")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, blank=True, related_name="focuses")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="focuses")
    kind = models.CharField(max_length=10, choices=FocusKind.choices, default=FocusKind.LEARN)
    starts_on = models.DateField()
    ends_on = models.DateField()
    chosen_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "focuses"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(student__isnull=True) ^ models.Q(section__isnull=True),
                name="focus_is_of_a_student_or_of_a_section",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="focus_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["student", "competency"], name="focus_of_a_student"),
            models.Index(fields=["section", "competency"], name="focus_of_a_section"),
        ]


class RuleSetting(models.Model):
    """Thresholds of a rule, versioned; the newest row holds. `is_paused`: too many were dismissed as wrong."""

    rule = models.CharField(max_length=20, choices=RuleName.choices)
    version = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    is_paused = models.BooleanField(default=False)
    pause_reason = models.CharField(max_length=200, blank=True)
    chosen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "version"], name="rule_setting_version_is_unique"),
        ]


class Flag(models.Model):
    """A time-bound notice that something may help now, or that a student is ready for more.

    Live: open, acknowledged. Ends: linked (a support started), dismissed, resolved (the reason went away), lapsed.
    `subject` is the canonical text of what it is about (a competency, earlier>later, or competency@task). A permanent
    flag is unstorable: the check constraint bounds its dates.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=20, choices=RuleName.choices)
    rule_version = models.PositiveIntegerField()
    subject = models.CharField(max_length=160)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="flags")
    earlier_competency = models.ForeignKey(
        Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="flags_as_earlier"
    )
    framework_version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=FlagState.choices, default=FlagState.OPEN)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="flags_owned")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.JSONField()
    evidence_ids = ArrayField(models.BigIntegerField(), default=list)
    evidence_through = models.DateTimeField(null=True, blank=True)
    opened_on = models.DateField()
    review_on = models.DateField()
    lapse_on = models.DateField()
    opened_at = models.DateTimeField(db_default=Now())
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    dismiss_reason = models.CharField(max_length=20, choices=DismissReason.choices, blank=True)
    dismiss_note = models.CharField(max_length=500, blank=True)
    end_code = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "rule"],
                condition=models.Q(state__in=["open", "acknowledged"]),
                name="live_flags_by_owner",
            ),
            models.Index(fields=["student", "rule", "subject"], name="flag_history_of_a_student"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "rule", "subject"],
                condition=models.Q(state__in=["open", "acknowledged"]),
                name="one_live_flag_per_student_rule_and_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(review_on__gt=models.F("opened_on"))
                & models.Q(review_on__lte=models.F("lapse_on"))
                & models.Q(lapse_on__lte=models.F("opened_on") + 84),
                name="flag_ends_within_84_days",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "acknowledged"], ended_at__isnull=True)
                | (~models.Q(state__in=["open", "acknowledged"]) & models.Q(ended_at__isnull=False)),
                name="flag_has_an_end_exactly_when_it_ended",
            ),
        ]


class CatalogueEntry(models.Model):
    """Something that can be offered. Open to everyone; `wordings` holds title and sentences per language.

    `school` null: offered in the whole district; else at this school alone. Never deleted: what is offered no more is
    not active, and supports that came from it keep it.

    Shape of `wordings`: {"en": {"title": ..., "family": ..., "home": ...}, "es": {...}}.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    type = models.CharField(max_length=20, choices=SupportType.choices)
    setting = models.CharField(max_length=12, choices=Setting.choices, default=Setting.SCHOOL)
    provider = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(default=20)
    sessions_per_week = models.PositiveSmallIntegerField(default=2)
    weeks = models.PositiveSmallIntegerField(default=6)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    wordings = models.JSONField(default=dict)
    competencies = models.ManyToManyField(Competency, blank=True, related_name="catalogue_entries")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "catalogue entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weeks__gte=1, weeks__lte=12), name="catalogue_entry_lasts_at_most_12_weeks"
            ),
        ]


@keep_history
class Support(models.Model):
    """An action of the plan: who does what, where, how much, until when. At most 12 weeks, renewed on purpose.

    The family sees it once `shared_at` is set, with the wording a person reviewed. `referral` follows a support that
    somebody else provides; "not reached" is never "done". `sessions_per_week` 0: it happens once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="supports")
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="supports")
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, null=True, blank=True, related_name="supports")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="supports")
    type = models.CharField(max_length=20, choices=SupportType.choices)
    setting = models.CharField(max_length=12, choices=Setting.choices)
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supports_owned")
    minutes = models.PositiveSmallIntegerField(default=20)
    sessions_per_week = models.PositiveSmallIntegerField(default=2)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=SupportState.choices, default=SupportState.RUNNING)
    provider_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referral = models.CharField(max_length=12, choices=ReferralState.choices, blank=True)
    consent_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    family_wordings = models.JSONField(default=dict)
    shared_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["student", "state"], name="supports_of_a_student")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on"))
                & models.Q(ends_on__lte=models.F("starts_on") + 84),
                name="support_ends_within_12_weeks",
            ),
        ]


class SupportSession(models.Model):
    """One line of a support's delivery log. A group is one submit (`batch`) and a row for every student."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="sessions")
    held_on = models.DateField()
    state = models.CharField(max_length=10, choices=SessionState.choices, default=SessionState.HELD)
    minutes = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    batch = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["support", "held_on"], name="sessions_of_a_support")]
        constraints = [
            models.UniqueConstraint(fields=["by", "key", "support"], name="session_is_sent_once"),
            models.CheckConstraint(
                condition=models.Q(state="held", minutes__gt=0) | (~models.Q(state="held") & models.Q(minutes=0)),
                name="session_has_minutes_exactly_when_it_was_held",
            ),
        ]


class ReferralEvent(models.Model):
    """A step of a referral, appended; the newest is the support's `referral`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="referral_events")
    state = models.CharField(max_length=12, choices=ReferralState.choices)
    on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)


class Showing(models.Model):
    """A student is ready to show something now, in a form of their own, any time of the year.

    States: asked (an adult gives it a day by `answer_by`, ten school days after asking), dated, done, or taken back by
    the student. What is seen on the day is evidence like any other; this row holds the wish and its day only.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="showings")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    how = models.TextField(max_length=2000)
    when_suits = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=35)
    state = models.CharField(max_length=10, choices=ShowingState.choices, default=ShowingState.ASKED)
    asked_on = models.DateField()
    answer_by = models.DateField()
    show_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    answer_language = models.CharField(max_length=35, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["student", "state"], name="showings_of_a_student")]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "competency"],
                condition=models.Q(state__in=["asked", "dated"]),
                name="one_open_showing_per_student_and_competency",
            ),
            models.CheckConstraint(condition=~models.Q(how=""), name="showing_says_how"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "withdrawn"])
                | models.Q(show_on__isnull=False, answered_by__isnull=False),
                name="showing_with_a_day_has_it_from_somebody",
            ),
        ]


class ClassNotice(models.Model):
    """Many of a section share a need: change the teaching first. Added above the flags, never instead of them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="notices")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    students = models.PositiveSmallIntegerField()
    of_students = models.PositiveSmallIntegerField()
    opened_on = models.DateField()
    lapse_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "competency"],
                condition=models.Q(ended_on__isnull=True),
                name="one_open_notice_per_section_and_competency",
            ),
        ]


class DailyRun(models.Model):
    """One row per school and school-local day on which the daily run put its students in line.

    `noticed_at` is set once they were all worked on and class notices were drawn from the result.
    """

    school = models.ForeignKey("accounts.School", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    students = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField(db_default=Now())
    noticed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "day"], name="one_daily_run_per_school_and_day"),
        ]


class NightRun(models.Model):
    """One row per nightly task: the night it was rung for last, and the last one it ended well for."""

    task = models.CharField(max_length=120, unique=True)
    rung_for = models.DateField(null=True)
    rung_at = models.DateTimeField(null=True)
    done_for = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
