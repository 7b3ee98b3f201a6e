"""Evidence (append-only), what it adds up to, and the work still to be done on it."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Person, Section, StoredFile, Student
from assessments.choices import Context, EvidenceKind, MethodName, Priority, Shape
from assessments.models.instruments import InstrumentForm, InstrumentVersion
from competencies.models import Competency, Framework


class MethodChoice(models.Model):
    """The district's method for a framework; a change adds a row, so that old summaries keep theirs."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="method_choices")
    version = models.PositiveIntegerField()
    method = models.CharField(max_length=20, choices=MethodName.choices, default=MethodName.CRITERION)
    parameters = models.JSONField(default=dict)
    chosen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "version"], name="method_choice_version_is_unique"),
        ]


class Evidence(models.Model):
    """One observation of one competency. Append-only.

    `key` is made by the client: a repeated POST is one row. `order_key` places the piece among those of its day; a
    correction carries the order key of what it corrects and points at it with `supersedes`. `superseded_at` and
    `withdrawn_at` are marks on the old row: the only columns that may ever change (a trigger says so). `value` null
    means seen without a level: it counts for nothing and is not zero. `instrument` and `form` say with what the piece
    was gathered, and which of its forms the student took; `sub_skill` names a part of the competency (for best n).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    order_key = models.UUIDField()
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="evidence")
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices, default=EvidenceKind.TEACHER)
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    context = models.CharField(max_length=20, choices=Context.choices, blank=True, default=Context.UNKNOWN)
    task_key = models.CharField(max_length=120)
    task_title = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    observed_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="evidence_recorded")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    is_accepted = models.BooleanField(default=True)
    source = models.CharField(max_length=120, blank=True)
    source_id = models.CharField(max_length=255, blank=True)
    sub_skill = models.CharField(max_length=60, blank=True, db_default="")
    instrument = models.ForeignKey(
        InstrumentVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence", db_index=False
    )
    form = models.ForeignKey(
        InstrumentForm, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawal_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        # Each index is paid for by every import. A student and a section lead an index below; nobody asks by the one
        # who judged or withdrew.
        indexes = [
            models.Index(fields=["student", "competency", "observed_on"], name="evidence_of_a_student"),
            models.Index(fields=["section", "competency", "observed_on"], name="evidence_of_a_section"),
            # of few rows, and paid for by none that is only recorded: what the feed says was taken back or corrected
            models.Index(
                fields=["withdrawn_at"], condition=models.Q(withdrawn_at__isnull=False), name="evidence_withdrawn"
            ),
            models.Index(
                fields=["superseded_at"], condition=models.Q(superseded_at__isnull=False), name="evidence_superseded"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source_id=""),
                name="evidence_is_unique_per_source",
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0),
                name="evidence_value_is_not_negative",
            ),
        ]
        triggers = [
            # Ids are drawn before a transaction commits: a later id may be readable while an earlier one is not yet.
            # So whoever inserts holds, until the end, a lock that names the last id drawn before its own; readers of
            # the feed stop there (`selectors.feed`). 1178944836 is "FEED"; ids fit into the lower half for 4 billion.
            # A second lock names the second it began, for the operator. A writer that went away without a word would
            # stop the feed: a minute of silence ends its transaction.
            pgtrigger.Trigger(
                name="evidence_in_the_making",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF COALESCE(current_setting('throughline.feed_of', true), '') <> pg_current_xact_id()::text THEN
                        PERFORM pg_advisory_xact_lock_shared(
                            (1178944836::bigint << 32) | COALESCE(pg_sequence_last_value(
                                pg_get_serial_sequence('assessments_evidence', 'id')::regclass), 0));
                        PERFORM pg_advisory_xact_lock_shared(
                            (1178944837::bigint << 32) | floor(EXTRACT(epoch FROM clock_timestamp()))::bigint);
                        PERFORM set_config('throughline.feed_of', pg_current_xact_id()::text, true);
                        IF current_setting('idle_in_transaction_session_timeout') = '0' THEN
                            PERFORM set_config('idle_in_transaction_session_timeout', '60s', true);
                        END IF;
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Protect(name="evidence_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="evidence_is_append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    exclude=[
                        "superseded_at",
                        "withdrawn_at",
                        "withdrawn_by",
                        "withdrawal_reason",
                        "is_accepted",
                    ]
                ),
            ),
        ]


class EvidenceFile(models.Model):
    """A picture, recording or document that shows what a piece of evidence is about. It is served by a view only."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")


class TeacherJudgement(models.Model):
    """A person's judgement of where a student stands, with its reason. Shown beside what was computed; it leads.

    Append-only like evidence: a new judgement ends the one before (`ended_at`), and so does taking it back, with a
    reason. Automation never ends one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="judgements")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="judgements")
    level = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.TextField(max_length=2000)
    language = models.CharField(max_length=35)
    judged_on = models.DateField()
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "competency"],
                condition=models.Q(ended_at__isnull=True),
                name="one_standing_judgement_per_student_and_competency",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="judgement_says_why"),
        ]
        triggers = [
            pgtrigger.Protect(name="judgement_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="judgement_is_append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["ended_at", "ended_by", "end_reason"]),
            ),
        ]


class MasterySummary(models.Model):
    """What all counted evidence of one student on one competency adds up to, and what produced it.

    Where a teacher's judgement stands, `judgement` points at it, shape, held and is_demonstrated are the person's, and
    what was computed stays in `explanation` under "computed". `estimate` is the estimator's probability (0 to 1) that
    it is known, with the version of the parameters in `explanation`; it decides nothing.
    """

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="summaries", db_index=False)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="summaries", db_index=False)
    shape = models.CharField(max_length=10, choices=Shape.choices)
    held = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    value = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    is_demonstrated = models.BooleanField(default=False)
    pieces = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    last_observed_on = models.DateField(null=True, blank=True)
    evidence_through = models.DateTimeField(null=True, blank=True)
    evidence_ids = ArrayField(models.BigIntegerField(), default=list)
    explanation = models.JSONField(default=dict)
    judgement = models.ForeignKey(TeacherJudgement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    estimate = models.DecimalField(max_digits=7, decimal_places=6, null=True, blank=True)
    method = models.CharField(max_length=20, choices=MethodName.choices)
    method_version = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    framework_version = models.PositiveIntegerField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "mastery summaries"
        constraints = [
            models.UniqueConstraint(fields=["student", "competency"], name="one_summary_per_student_and_competency"),
        ]
        indexes = [models.Index(fields=["competency", "student"], name="summary_by_competency")]


class RefreshRequest(models.Model):
    """One row per student with work to do: the truth that the broker only rings for.

    `version` comes from a sequence on every request, so that a re-inserted row is never mistaken for an older one.
    States: due (`leased_until` null or past), leased, quarantined (`quarantined_at` set, shown on the operations
    page until a person releases it).
    """

    student = models.OneToOneField(Student, on_delete=models.CASCADE, primary_key=True, related_name="+")
    version = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.PERSON)
    requested_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["priority", "requested_at"],
                condition=models.Q(quarantined_at__isnull=True),
                name="refresh_due",
            ),
        ]
