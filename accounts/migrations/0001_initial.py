import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.models.audit
from accounts.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AuditSeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_transaction", models.BigIntegerField()),
                        ("to_transaction", models.BigIntegerField()),
                        ("last_event_id", models.BigIntegerField()),
                        ("event_count", models.PositiveIntegerField()),
                        ("previous", models.BinaryField(max_length=32)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                ),
                migrations.CreateModel(
                    name="District",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=35), default=list, size=None
                            ),
                        ),
                        ("show_preferred_names", models.BooleanField(default=False)),
                        ("demonstration_seed", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("id", 1)), name="one_database_is_one_district")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("given_name", models.CharField(max_length=200)),
                        ("family_name", models.CharField(blank=True, max_length=200)),
                        ("preferred_name", models.CharField(blank=True, max_length=200)),
                        ("sort_name", models.CharField(db_index=True, max_length=450)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=60)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=35), blank=True, default=list, size=None
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("roster", "roster"),
                                    ("hand", "entered by hand"),
                                    ("demonstration", "demonstration"),
                                ],
                                default="hand",
                                max_length=20,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("given_name", ""), _negated=True), name="person_has_a_name"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReadEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("viewer_id", models.BigIntegerField()),
                        ("subject", models.CharField(max_length=64)),
                        (
                            "student_ids",
                            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                        ),
                        ("block", models.CharField(max_length=40)),
                        ("purpose", models.CharField(blank=True, max_length=40)),
                        ("reason", models.CharField(max_length=200)),
                        ("hour", models.DateTimeField()),
                        ("occurred_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("viewer_id", "subject", "block", "purpose", "hour"),
                                name="one_read_event_per_hour",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="School",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("time_zone", models.CharField(blank=True, max_length=64)),
                        ("is_active", models.BooleanField(default=True)),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "source_id"), name="school_is_unique_per_source")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SchoolYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=60)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "source_id"), name="school_year_is_unique_per_source"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                                name="school_year_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "occurred_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True),
                        ),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("action", models.CharField(max_length=60)),
                        ("subject_type", models.CharField(max_length=60)),
                        ("subject_id", models.CharField(max_length=64)),
                        (
                            "student_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("details", models.JSONField(default=dict)),
                        ("salt", models.BinaryField(max_length=16)),
                        ("digest", models.BinaryField(max_length=32)),
                        (
                            "transaction",
                            models.BigIntegerField(
                                db_default=accounts.models.audit.CurrentTransaction(), db_index=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["subject_type", "subject_id"], name="audit_by_subject")],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("username", models.CharField(max_length=150, unique=True)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="user", to="accounts.person"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=("email",),
                                name="email_belongs_to_one_account",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarException",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("is_school_day", models.BooleanField(default=False)),
                        ("reason", models.CharField(blank=True, max_length=120)),
                        (
                            "school",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_exceptions",
                                to="accounts.school",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "day"), name="one_calendar_exception_per_day", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("import_roster", "roster import"),
                                    ("import_framework", "framework import"),
                                    ("recompute", "recompute"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "waiting for a worker"),
                                    ("running", "running"),
                                    ("waiting", "waiting for your answer"),
                                    ("done", "done"),
                                    ("failed", "stopped with an error"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="queued",
                                max_length=12,
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        ("parameters", models.JSONField(default=dict)),
                        ("upload", models.FileField(blank=True, upload_to="jobs/")),
                        ("phase", models.CharField(blank=True, max_length=60)),
                        ("progress_done", models.PositiveIntegerField(default=0)),
                        ("progress_total", models.PositiveIntegerField(default=0)),
                        ("report", models.JSONField(default=dict)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("leased_until", models.DateTimeField(blank=True, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("cancel_requested_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="jobs", to="accounts.person"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "created_at"], name="job_by_state")],
                    },
                ),
                migrations.CreateModel(
                    name="PersonEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("given_name", models.CharField(max_length=200)),
                        ("family_name", models.CharField(blank=True, max_length=200)),
                        ("preferred_name", models.CharField(blank=True, max_length=200)),
                        ("sort_name", models.CharField(max_length=450)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=60)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=35), blank=True, default=list, size=None
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("roster", "roster"),
                                    ("hand", "entered by hand"),
                                    ("demonstration", "demonstration"),
                                ],
                                default="hand",
                                max_length=20,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PersonIdentifier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=120)),
                        ("source_id", models.CharField(max_length=255)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="identifiers",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "source_id"), name="person_identifier_is_unique_per_source"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonMerge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("reason", models.TextField()),
                        ("moved", models.JSONField(default=dict)),
                        ("merged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "absorbed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merges_absorbed",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merges_kept",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "merged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                                name="merge_joins_two_different_people",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("undone_at__isnull", True)),
                                fields=("absorbed",),
                                name="person_is_absorbed_once_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("teacher", "teacher"),
                                    ("navigator", "navigator"),
                                    ("specialist", "specialist"),
                                    ("partner", "community partner"),
                                    ("plan_lead", "plan lead"),
                                    ("principal", "principal"),
                                    ("district_admin", "district administrator"),
                                    ("privacy_officer", "privacy officer"),
                                    ("operator", "system operator"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("roster", "roster"),
                                    ("hand", "entered by hand"),
                                    ("demonstration", "demonstration"),
                                ],
                                default="hand",
                                max_length=20,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="roles", to="accounts.person"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roles",
                                to="accounts.school",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "role", "school", "starts_on"),
                                name="role_is_assigned_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Section",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("course_title", models.CharField(blank=True, max_length=200)),
                        ("course_code", models.CharField(blank=True, max_length=60)),
                        (
                            "subjects",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "grades",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("is_active", models.BooleanField(default=True)),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sections",
                                to="accounts.school",
                            ),
                        ),
                        (
                            "school_year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sections",
                                to="accounts.schoolyear",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "is_active"], name="section_by_school")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "source_id"), name="section_is_unique_per_source"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                                name="section_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Student",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("grade", models.CharField(blank=True, max_length=8)),
                        ("is_active", models.BooleanField(default=True)),
                        ("entered_on", models.DateField(blank=True, null=True)),
                        ("left_on", models.DateField(blank=True, null=True)),
                        (
                            "alias_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="aliases",
                                to="accounts.student",
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="student",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="students",
                                to="accounts.school",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "is_active"], name="student_by_school")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("alias_of__isnull", True),
                                    models.Q(("alias_of", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="student_is_not_its_own_alias",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Term",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("semester", "semester"),
                                    ("term", "term"),
                                    ("grading_period", "grading period"),
                                ],
                                default="term",
                                max_length=20,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                        (
                            "school_year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="terms",
                                to="accounts.schoolyear",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "source_id"), name="term_is_unique_per_source"),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="term_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Enrolment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("is_active", models.BooleanField(default=True)),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["student", "is_active"], name="enrolment_by_student")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "source_id"), name="enrolment_is_unique_per_source"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("section", "student"),
                                name="student_sits_once_in_a_section",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                                ),
                                name="enrolment_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JobIssue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(choices=[("warning", "warning"), ("error", "error")], max_length=8),
                        ),
                        ("file", models.CharField(blank=True, max_length=255)),
                        ("line", models.PositiveIntegerField(blank=True, null=True)),
                        ("column", models.CharField(blank=True, max_length=120)),
                        ("value", models.CharField(blank=True, max_length=200)),
                        ("code", models.CharField(max_length=60)),
                        ("params", models.JSONField(default=dict)),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="issues", to="accounts.job"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["job", "severity"], name="job_issue_by_severity")],
                    },
                ),
                migrations.CreateModel(
                    name="Relationship",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("section", "teaches"),
                                    ("substitute", "teaches for now"),
                                    ("caseload", "is the navigator of"),
                                    ("team", "is in the support team of"),
                                    ("guardian", "is family of"),
                                    ("referral", "provides a support to"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("roster", "roster"),
                                    ("hand", "entered by hand"),
                                    ("demonstration", "demonstration"),
                                ],
                                default="hand",
                                max_length=20,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="relationships",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="relationships",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["person", "kind", "student"], name="relationship_by_person"),
                            models.Index(fields=["student", "kind"], name="relationship_by_student"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("student", "person", "kind", "section", "starts_on"),
                                name="relationship_is_stated_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="relationship_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StudentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("grade", models.CharField(blank=True, max_length=8)),
                        ("is_active", models.BooleanField(default=True)),
                        ("entered_on", models.DateField(blank=True, null=True)),
                        ("left_on", models.DateField(blank=True, null=True)),
                        (
                            "alias_of",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.student",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="accounts.student",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.school",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TeachingAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("is_primary", models.BooleanField(default=False)),
                        ("is_substitute", models.BooleanField(default=False)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("is_active", models.BooleanField(default=True)),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teaching",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teaching",
                                to="accounts.section",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "source_id"), name="teaching_is_unique_per_source"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("section", "person"),
                                name="person_teaches_a_section_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("label", models.CharField(max_length=120)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EnrolmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("is_active", models.BooleanField(default=True)),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="accounts.enrolment",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RelationshipEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("section", "teaches"),
                                    ("substitute", "teaches for now"),
                                    ("caseload", "is the navigator of"),
                                    ("team", "is in the support team of"),
                                    ("guardian", "is family of"),
                                    ("referral", "provides a support to"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("roster", "roster"),
                                    ("hand", "entered by hand"),
                                    ("demonstration", "demonstration"),
                                ],
                                default="hand",
                                max_length=20,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="accounts.relationship",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TeachingAssignmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("is_primary", models.BooleanField(default=False)),
                        ("is_substitute", models.BooleanField(default=False)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("is_active", models.BooleanField(default=True)),
                        ("source", models.CharField(default="hand", max_length=120)),
                        ("source_id", models.CharField(blank=True, max_length=255, null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="accounts.teachingassignment",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.section",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="auditevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="audit_is_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="572679dff36bbe96f6a389faa77c26a10097ab2f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_audit_is_append_only_ac35d",
                            table="accounts_auditevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="auditseal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="seal_is_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1c70757b4af2b37f98f5a646747fbc42014fd516",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_seal_is_append_only_3a299",
                            table="accounts_auditseal",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_personevent" ("created_at", "email", "family_name", "given_name", "id", "is_active", "languages", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferred_name", "public_id", "sort_name", "source") VALUES (OLD."created_at", OLD."email", OLD."family_name", OLD."given_name", OLD."id", OLD."is_active", OLD."languages", NOW(), \'update\', OLD."id", OLD."phone", OLD."preferred_name", OLD."public_id", OLD."sort_name", OLD."source"); RETURN NULL;',
                            hash="c2af733a4211dafcafd1c7d7904c369adf4ba250",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_70819",
                            table="accounts_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_personevent" ("created_at", "email", "family_name", "given_name", "id", "is_active", "languages", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferred_name", "public_id", "sort_name", "source") VALUES (OLD."created_at", OLD."email", OLD."family_name", OLD."given_name", OLD."id", OLD."is_active", OLD."languages", NOW(), \'delete\', OLD."id", OLD."phone", OLD."preferred_name", OLD."public_id", OLD."sort_name", OLD."source"); RETURN NULL;',
                            hash="bd5e81a687d3fdf6369426afa6b8ac6492a3f4aa",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_18acd",
                            table="accounts_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="readevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="read_event_is_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f0bdd5c5d8419090083bd01e297300456b3b204c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_read_event_is_append_only_128b5",
                            table="accounts_readevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="personevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ab12179ca78ae034abb9ebf88853b5337e7aa9ef",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ba890",
                            table="accounts_personevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="student",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_studentevent" ("alias_of_id", "entered_on", "grade", "id", "is_active", "left_on", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "school_id") VALUES (OLD."alias_of_id", OLD."entered_on", OLD."grade", OLD."id", OLD."is_active", OLD."left_on", OLD."person_id", NOW(), \'update\', OLD."id", OLD."public_id", OLD."school_id"); RETURN NULL;',
                            hash="7476115bad2d6d5679464123489e4ac3b01357e5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_587a9",
                            table="accounts_student",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="student",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_studentevent" ("alias_of_id", "entered_on", "grade", "id", "is_active", "left_on", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "school_id") VALUES (OLD."alias_of_id", OLD."entered_on", OLD."grade", OLD."id", OLD."is_active", OLD."left_on", OLD."person_id", NOW(), \'delete\', OLD."id", OLD."public_id", OLD."school_id"); RETURN NULL;',
                            hash="eeb29bda6be407588df4d1a24321acb148a6b0eb",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d1d49",
                            table="accounts_student",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="relationshipevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="981d1d98f280ffde7d67e933c1070d33eadc6388",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ac6f5",
                            table="accounts_relationshipevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="relationship",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_relationshipevent" ("ends_on", "id", "kind", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "starts_on", "student_id") VALUES (OLD."ends_on", OLD."id", OLD."kind", OLD."person_id", NOW(), \'update\', OLD."id", OLD."section_id", OLD."source", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="73c14da75cd6647356fde03aa9c3615cb0b66178",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9b87c",
                            table="accounts_relationship",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="relationship",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_relationshipevent" ("ends_on", "id", "kind", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "starts_on", "student_id") VALUES (OLD."ends_on", OLD."id", OLD."kind", OLD."person_id", NOW(), \'delete\', OLD."id", OLD."section_id", OLD."source", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="20086847d6fe580501488031d4e9d7928b367b52",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_102c5",
                            table="accounts_relationship",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="enrolmentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="733d778f765f70a28ad3bf7661bf02cde5befc0d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1063e",
                            table="accounts_enrolmentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="enrolment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_enrolmentevent" ("ends_on", "id", "is_active", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on", "student_id") VALUES (OLD."ends_on", OLD."id", OLD."is_active", NOW(), \'update\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="094d0e0bac93dbdfb75ffa57a8f6a920746671f0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e843c",
                            table="accounts_enrolment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="enrolment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_enrolmentevent" ("ends_on", "id", "is_active", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on", "student_id") VALUES (OLD."ends_on", OLD."id", OLD."is_active", NOW(), \'delete\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="cf2bac40d1a8da7538a5314380359a1bd2dbc237",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bda0a",
                            table="accounts_enrolment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="studentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="229d8a1168a9edc31109334cdb1db07e42c4a3cb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5ca99",
                            table="accounts_studentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teachingassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_teachingassignmentevent" ("ends_on", "id", "is_active", "is_primary", "is_substitute", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on") VALUES (OLD."ends_on", OLD."id", OLD."is_active", OLD."is_primary", OLD."is_substitute", OLD."person_id", NOW(), \'update\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on"); RETURN NULL;',
                            hash="cdaa518782e800a2da3694a6b68434ceb6329c51",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b1ca7",
                            table="accounts_teachingassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teachingassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_teachingassignmentevent" ("ends_on", "id", "is_active", "is_primary", "is_substitute", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on") VALUES (OLD."ends_on", OLD."id", OLD."is_active", OLD."is_primary", OLD."is_substitute", OLD."person_id", NOW(), \'delete\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on"); RETURN NULL;',
                            hash="22d7c2b6084055016598b391ff3bff7f2d992c59",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8cbd8",
                            table="accounts_teachingassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teachingassignmentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3081a431ed3c177254fc99f6fc324dea94398dfa",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c0f46",
                            table="accounts_teachingassignmentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
