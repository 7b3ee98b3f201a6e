import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

from accounts.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("competencies", "0001_initial"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="CatalogueEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("code", models.CharField(max_length=60, unique=True)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("core", "in class"),
                                    ("extra_time", "extra time"),
                                    ("tutoring", "tutoring"),
                                    ("peer", "peer partners"),
                                    ("enrichment", "enrichment"),
                                    ("acceleration", "acceleration"),
                                    ("counselling", "counselling"),
                                    ("family", "with the family"),
                                    ("service", "service"),
                                    ("community", "in the community"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "setting",
                            models.CharField(
                                choices=[
                                    ("school", "at school"),
                                    ("home", "at home"),
                                    ("community", "in our community"),
                                ],
                                default="school",
                                max_length=12,
                            ),
                        ),
                        ("provider", models.CharField(blank=True, max_length=200)),
                        ("minutes", models.PositiveSmallIntegerField(default=20)),
                        ("sessions_per_week", models.PositiveSmallIntegerField(default=2)),
                        ("weeks", models.PositiveSmallIntegerField(default=6)),
                        ("capacity", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=35), blank=True, default=list, size=None
                            ),
                        ),
                        ("wordings", models.JSONField(default=dict)),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "competencies",
                            models.ManyToManyField(
                                blank=True, related_name="catalogue_entries", to="competencies.competency"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "catalogue entries",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weeks__gte", 1), ("weeks__lte", 12)),
                                name="catalogue_entry_lasts_at_most_12_weeks",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClassNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("students", models.PositiveSmallIntegerField()),
                        ("of_students", models.PositiveSmallIntegerField()),
                        ("opened_on", models.DateField()),
                        ("lapse_on", models.DateField()),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="accounts.section",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on__isnull", True)),
                                fields=("section", "competency"),
                                name="one_open_notice_per_section_and_competency",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("students", models.PositiveIntegerField(default=0)),
                        ("ran_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "day"), name="one_daily_run_per_school_and_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Flag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("READY_NEXT", "Ready for next"),
                                    ("READY_DEEPER", "Ready for deeper"),
                                    ("STALLED", "Stayed at one level"),
                                    ("PREREQ_GAP", "An earlier idea first"),
                                    ("NOT_SEEN_YET", "Not looked at yet"),
                                    ("NO_EVIDENCE", "No evidence lately"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("rule_version", models.PositiveIntegerField()),
                        ("subject", models.CharField(max_length=120)),
                        ("framework_version", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("acknowledged", "seen"),
                                    ("linked", "a support started"),
                                    ("dismissed", "not right"),
                                    ("resolved", "ended by itself"),
                                    ("lapsed", "reached its last day"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        ("reason", models.JSONField()),
                        (
                            "evidence_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("evidence_through", models.DateTimeField(blank=True, null=True)),
                        ("opened_on", models.DateField()),
                        ("review_on", models.DateField()),
                        ("lapse_on", models.DateField()),
                        ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "dismiss_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("wrong", "The evidence does not say this"),
                                    ("known", "We know and are already on it"),
                                    ("not_now", "Right, but not now"),
                                    ("other_competency", "Something else matters more"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("dismiss_note", models.CharField(blank=True, max_length=500)),
                        ("end_code", models.CharField(blank=True, max_length=60)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "acknowledged_by",
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
                                related_name="flags",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "earlier_competency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="flags_as_earlier",
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
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="flags_owned",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="flags", to="accounts.student"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["open", "acknowledged"])),
                                fields=["owner", "rule"],
                                name="live_flags_by_owner",
                            ),
                            models.Index(fields=["student", "rule", "subject"], name="flag_history_of_a_student"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["open", "acknowledged"])),
                                fields=("student", "rule", "subject"),
                                name="one_live_flag_per_student_rule_and_subject",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("review_on__gt", models.F("opened_on")),
                                    ("review_on__lte", models.F("lapse_on")),
                                    (
                                        "lapse_on__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("opened_on"), "+", models.Value(84)
                                        ),
                                    ),
                                ),
                                name="flag_ends_within_84_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state__in", ["open", "acknowledged"])),
                                    models.Q(
                                        models.Q(("state__in", ["open", "acknowledged"]), _negated=True),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="flag_has_an_end_exactly_when_it_ended",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Focus",
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
                                choices=[("learn", "learn"), ("deepen", "go deeper")], default="learn", max_length=10
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("chosen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "chosen_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "competency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="focuses",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="focuses",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="focuses",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "focuses",
                        "indexes": [
                            models.Index(fields=["student", "competency"], name="focus_of_a_student"),
                            models.Index(fields=["section", "competency"], name="focus_of_a_section"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("student__isnull", True), ("section__isnull", True), _connector="XOR"
                                ),
                                name="focus_is_of_a_student_or_of_a_section",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                                name="focus_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleSetting",
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
                                choices=[
                                    ("READY_NEXT", "Ready for next"),
                                    ("READY_DEEPER", "Ready for deeper"),
                                    ("STALLED", "Stayed at one level"),
                                    ("PREREQ_GAP", "An earlier idea first"),
                                    ("NOT_SEEN_YET", "Not looked at yet"),
                                    ("NO_EVIDENCE", "No evidence lately"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("parameters", models.JSONField(default=dict)),
                        ("is_paused", models.BooleanField(default=False)),
                        ("pause_reason", models.CharField(blank=True, max_length=200)),
                        ("chosen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "chosen_by",
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
                            models.UniqueConstraint(fields=("rule", "version"), name="rule_setting_version_is_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Support",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("core", "in class"),
                                    ("extra_time", "extra time"),
                                    ("tutoring", "tutoring"),
                                    ("peer", "peer partners"),
                                    ("enrichment", "enrichment"),
                                    ("acceleration", "acceleration"),
                                    ("counselling", "counselling"),
                                    ("family", "with the family"),
                                    ("service", "service"),
                                    ("community", "in the community"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "setting",
                            models.CharField(
                                choices=[
                                    ("school", "at school"),
                                    ("home", "at home"),
                                    ("community", "in our community"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        ("provider", models.CharField(blank=True, max_length=200)),
                        ("minutes", models.PositiveSmallIntegerField(default=20)),
                        ("sessions_per_week", models.PositiveSmallIntegerField(default=2)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "planned"),
                                    ("running", "running"),
                                    ("finished", "finished"),
                                    ("stopped", "stopped"),
                                ],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        ("family_wordings", models.JSONField(default=dict)),
                        ("shared_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "competency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supports",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supports",
                                to="supports.catalogueentry",
                            ),
                        ),
                        (
                            "flag",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supports",
                                to="supports.flag",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supports_owned",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="supports",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["student", "state"], name="supports_of_a_student")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__gt", models.F("starts_on")),
                                    (
                                        "ends_on__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("starts_on"), "+", models.Value(84)
                                        ),
                                    ),
                                ),
                                name="support_ends_within_12_weeks",
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
