import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from accounts.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_rated_by_a_colleague"),
        ("assessments", "0003_operations_views"),
        ("competencies", "0003_find_by_words"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="evidence",
                    name="evidence_is_append_only",
                ),
                migrations.CreateModel(
                    name="EvidenceFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "evidence",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="assessments.evidence",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.storedfile"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Fit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "made_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("events", models.PositiveIntegerField()),
                        ("report", models.JSONField(default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name="Instrument",
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
                                    ("check", "formative check"),
                                    ("rubric", "rubric"),
                                    ("performance_task", "performance task"),
                                    ("observation", "observation"),
                                    ("conversation", "conversation"),
                                    ("self", "self-assessment"),
                                    ("family", "family observation"),
                                    ("partner", "partner observation"),
                                    ("diagnostic", "first look"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("is_shared", models.BooleanField(default=False)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instruments",
                                to="accounts.school",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "kind"], name="instruments_of_a_school")],
                    },
                ),
                migrations.CreateModel(
                    name="ItemEstimate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("theta", models.FloatField(default=0)),
                        ("events", models.PositiveIntegerField(default=0)),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.student"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("student", "competency"), name="one_item_estimate_per_pair")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rollup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rule",
                            models.CharField(
                                choices=[("all", "all of them"), ("points", "points")], default="all", max_length=10
                            ),
                        ),
                        ("needed", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                        ("chosen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "chosen_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "parent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rollup",
                                to="competencies.competency",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("rule", "points"), _negated=True), ("needed__gt", 0), _connector="OR"
                                ),
                                name="rollup_by_points_says_how_many",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeacherJudgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("key", models.UUIDField(unique=True)),
                        ("level", models.DecimalField(decimal_places=2, max_digits=5)),
                        ("reason", models.TextField(max_length=2000)),
                        ("language", models.CharField(max_length=35)),
                        ("judged_on", models.DateField()),
                        ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("end_reason", models.CharField(blank=True, max_length=500)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("student", "competency"),
                                name="one_standing_judgement_per_student_and_competency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="judgement_says_why"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CompetencyFit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("events", models.PositiveIntegerField()),
                        ("difficulty", models.FloatField(default=0)),
                        ("parameters", models.JSONField(default=dict)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "fit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="competencies",
                                to="assessments.fit",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("fit", "competency"), name="competency_is_fitted_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstrumentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("number", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")], default="draft", max_length=10
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        ("purpose", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("validity_note", models.TextField(blank=True, max_length=4000)),
                        ("source", models.CharField(blank=True, max_length=500)),
                        (
                            "context",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not said"),
                                    ("classwork", "classwork"),
                                    ("quiz", "quiz"),
                                    ("performance_task", "performance task"),
                                    ("observation", "observation"),
                                    ("conversation", "conversation"),
                                    ("project", "project"),
                                    ("community", "community"),
                                ],
                                default="",
                                max_length=20,
                            ),
                        ),
                        ("is_holistic", models.BooleanField(default=False)),
                        ("is_group_task", models.BooleanField(default=False)),
                        ("edit", models.PositiveIntegerField(default=1)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "instrument",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="assessments.instrument",
                            ),
                        ),
                        (
                            "published_by",
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
                            models.UniqueConstraint(
                                fields=("instrument", "number"), name="instrument_version_number_is_unique"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "draft")),
                                fields=("instrument",),
                                name="one_draft_per_instrument",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "draft"),
                                    models.Q(
                                        models.Q(("validity_note", ""), _negated=True),
                                        models.Q(("source", ""), _negated=True),
                                        ("published_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="published_instrument_has_its_validity_note_and_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RollupChild",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("points", models.DecimalField(decimal_places=2, default=1, max_digits=6)),
                        ("is_required", models.BooleanField(default=False)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "rollup",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="children",
                                to="assessments.rollup",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "rollup children",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rollup", "competency"), name="child_counts_once_for_its_parent"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "depth",
                            models.CharField(
                                choices=[("know", "know it"), ("use", "use it"), ("transfer", "use it somewhere new")],
                                default="use",
                                max_length=10,
                            ),
                        ),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alignments",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alignments",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "competency"), name="alignment_is_stated_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AnchorWork",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("text", models.TextField(blank=True, max_length=20000)),
                        ("picture", models.FileField(blank=True, upload_to="anchors/")),
                        ("content_type", models.CharField(blank=True, max_length=60)),
                        ("description", models.CharField(blank=True, max_length=500)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="anchors",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("picture", ""), ("text", ""), _negated=True),
                                name="anchor_shows_something",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("key", models.UUIDField(unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("note", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("opens_on", models.DateField()),
                        ("due_on", models.DateField(blank=True, null=True)),
                        ("is_blind", models.BooleanField(default=False)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["section", "opens_on"], name="assignments_of_a_section")],
                    },
                ),
                migrations.CreateModel(
                    name="Criterion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("look_for", models.TextField(blank=True, max_length=2000)),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="criteria",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "criteria",
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="InstrumentForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("instructions", models.TextField(blank=True, max_length=10000)),
                        ("language", models.CharField(max_length=35)),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="forms",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("key", models.CharField(max_length=60)),
                        ("prompt", models.TextField(blank=True, max_length=4000)),
                        ("points", models.DecimalField(decimal_places=2, default=1, max_digits=6)),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "key"), name="item_key_is_unique_in_its_version"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("points__gt", 0)), name="item_is_worth_something"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Accommodation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "helps",
                            models.CharField(
                                choices=[
                                    ("everyone", "everyone"),
                                    ("language", "students who learn English"),
                                    ("disability", "students with a disability"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accommodations",
                                to="assessments.instrumentform",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="AnchorLevel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=2, max_digits=5)),
                        ("reason", models.TextField(max_length=2000)),
                        (
                            "anchor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="levels",
                                to="assessments.anchorwork",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="assessments.criterion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("anchor", "criterion"), name="anchor_has_one_level_per_criterion"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalibrationTry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("key", models.UUIDField()),
                        ("value", models.DecimalField(decimal_places=2, max_digits=5)),
                        (
                            "tried_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "anchor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tries",
                                to="assessments.anchorwork",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="assessments.criterion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "calibration tries",
                        "constraints": [
                            models.UniqueConstraint(fields=("key", "criterion"), name="calibration_try_is_stored_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contribution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("key", models.UUIDField(unique=True)),
                        (
                            "kind",
                            models.CharField(choices=[("comment", "comment"), ("proposal", "proposal")], max_length=10),
                        ),
                        (
                            "speaker",
                            models.CharField(
                                choices=[("teacher", "teacher"), ("student", "student"), ("family", "family")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("accepted", "taken up"), ("declined", "not taken up")],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("answer", models.TextField(blank=True, max_length=4000)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contributions",
                                to="assessments.criterion",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contributions",
                                to="assessments.instrumentversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="contribution_says_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "open"), models.Q(("answer", ""), _negated=True), _connector="OR"
                                ),
                                name="contribution_is_decided_with_an_answer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CriterionLevel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=2, max_digits=5)),
                        ("text", models.TextField(max_length=2000)),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="levels",
                                to="assessments.criterion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["value"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("criterion", "value"), name="criterion_level_is_described_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ItemFit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("events", models.PositiveIntegerField()),
                        ("difficulty", models.FloatField(default=0)),
                        (
                            "fit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="assessments.fit"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assessments.item"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("fit", "item"), name="item_is_fitted_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("group_name", models.CharField(blank=True, max_length=60)),
                        ("text", models.TextField(blank=True, max_length=20000)),
                        ("language", models.CharField(max_length=35)),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="assessments.assignment",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assessments.instrumentform",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="accounts.student",
                            ),
                        ),
                        (
                            "submitted_by",
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
                            models.UniqueConstraint(fields=("assignment", "student"), name="one_submission_per_student")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ItemResponse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("points", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                        ("marked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="assessments.item",
                            ),
                        ),
                        (
                            "marked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="assessments.submission",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("submission", "item"), name="one_response_per_work_and_item"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("points__isnull", True), ("points__gte", 0), _connector="OR"),
                                name="response_points_are_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Moderation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "because",
                            models.CharField(
                                choices=[("differ", "two judgements differ"), ("asked", "somebody asked")],
                                max_length=10,
                            ),
                        ),
                        (
                            "opened_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("level", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        ("reason", models.TextField(blank=True, max_length=2000)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "evidence",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assessments.evidence",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moderations",
                                to="assessments.submission",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at__isnull", True)),
                                fields=("submission", "competency"),
                                name="one_open_moderation_per_work_and_competency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_at__isnull", True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_is_decided_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scoring",
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
                                choices=[("teacher", "teacher’s judgement"), ("self", "student’s own view")],
                                default="teacher",
                                max_length=10,
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(blank=True, max_length=35)),
                        ("invited_until", models.DateField(blank=True, null=True)),
                        (
                            "started_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "invited_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scorings",
                                to="assessments.submission",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("submission", "rater"), name="one_scoring_per_rater_and_work"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SubmissionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("group_name", models.CharField(blank=True, max_length=60)),
                        ("text", models.TextField(blank=True, max_length=20000)),
                        ("language", models.CharField(max_length=35)),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "assignment",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="assessments.assignment",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="assessments.instrumentform",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="assessments.submission",
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
                        (
                            "submitted_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SubmissionFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.storedfile"
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="assessments.submission",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="CriterionScore",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=2, max_digits=5)),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="assessments.criterion",
                            ),
                        ),
                        (
                            "evidence",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assessments.evidence",
                            ),
                        ),
                        (
                            "scoring",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="assessments.scoring",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scoring", "criterion"), name="one_score_per_scoring_and_criterion"
                            )
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="evidence",
                    name="sub_skill",
                    field=models.CharField(blank=True, db_default="", max_length=60),
                ),
                migrations.AddField(
                    model_name="masterysummary",
                    name="estimate",
                    field=models.DecimalField(blank=True, decimal_places=6, max_digits=7, null=True),
                ),
                migrations.AddField(
                    model_name="evidence",
                    name="form",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.instrumentform",
                    ),
                ),
                migrations.AddField(
                    model_name="evidence",
                    name="instrument",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="assessments.instrumentversion",
                    ),
                ),
                migrations.AddField(
                    model_name="masterysummary",
                    name="judgement",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.teacherjudgement",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="evidence_is_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."competency_id" IS DISTINCT FROM (NEW."competency_id") OR OLD."context" IS DISTINCT FROM (NEW."context") OR OLD."form_id" IS DISTINCT FROM (NEW."form_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."instrument_id" IS DISTINCT FROM (NEW."instrument_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."observed_on" IS DISTINCT FROM (NEW."observed_on") OR OLD."order_key" IS DISTINCT FROM (NEW."order_key") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."rater_id" IS DISTINCT FROM (NEW."rater_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."section_id" IS DISTINCT FROM (NEW."section_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."student_id" IS DISTINCT FROM (NEW."student_id") OR OLD."sub_skill" IS DISTINCT FROM (NEW."sub_skill") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."task_key" IS DISTINCT FROM (NEW."task_key") OR OLD."task_title" IS DISTINCT FROM (NEW."task_title") OR OLD."value" IS DISTINCT FROM (NEW."value"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="ce9e5a6cd219aea333d470015bc914ed0d293e27",
                            operation="UPDATE",
                            pgid="pgtrigger_evidence_is_append_only_5178f",
                            table="assessments_evidence",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="submission",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "assessments_submissionevent" ("assignment_id", "changed_at", "form_id", "group_name", "id", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "student_id", "submitted_at", "submitted_by_id", "text", "version") VALUES (OLD."assignment_id", OLD."changed_at", OLD."form_id", OLD."group_name", OLD."id", OLD."language", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."student_id", OLD."submitted_at", OLD."submitted_by_id", OLD."text", OLD."version"); RETURN NULL;',
                            hash="fb1928afad7216bfa223a718ca4248938458642e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c62e3",
                            table="assessments_submission",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="submission",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "assessments_submissionevent" ("assignment_id", "changed_at", "form_id", "group_name", "id", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "student_id", "submitted_at", "submitted_by_id", "text", "version") VALUES (OLD."assignment_id", OLD."changed_at", OLD."form_id", OLD."group_name", OLD."id", OLD."language", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."student_id", OLD."submitted_at", OLD."submitted_by_id", OLD."text", OLD."version"); RETURN NULL;',
                            hash="15a2b1ab8cc74a9cbedc5546ee421bcd35bf6724",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_61e22",
                            table="assessments_submission",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="submissionevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="488a1e6f41de1544d4add155eeb9ca7aef2a13a2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e5785",
                            table="assessments_submissionevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teacherjudgement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="judgement_is_never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="08fc3a5fe2bb7384d8936f2224fa2c098e8e76f0",
                            operation="DELETE",
                            pgid="pgtrigger_judgement_is_never_deleted_9e748",
                            table="assessments_teacherjudgement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teacherjudgement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="judgement_is_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."competency_id" IS DISTINCT FROM (NEW."competency_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."judged_by_id" IS DISTINCT FROM (NEW."judged_by_id") OR OLD."judged_on" IS DISTINCT FROM (NEW."judged_on") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."student_id" IS DISTINCT FROM (NEW."student_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="472228f1165e39c75611a5ef3d994671a8c526e2",
                            operation="UPDATE",
                            pgid="pgtrigger_judgement_is_append_only_4c422",
                            table="assessments_teacherjudgement",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        migrations.AddField(
            model_name="instrument",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="assessments.instrumentversion",
            ),
        ),
    ]
