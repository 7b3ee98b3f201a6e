import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from accounts.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_plans_that_live"),
        ("competencies", "0003_find_by_words"),
        ("success_plans", "0001_initial"),
        ("supports", "0003_delivery_and_referrals"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="goal",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="goal",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="need",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="need",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="planstatement",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="planstatement",
                    name="delete_delete",
                ),
                migrations.CreateModel(
                    name="Amendment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "about",
                            models.CharField(
                                choices=[
                                    ("plan", "the whole plan"),
                                    ("statement", "a sentence of the plan"),
                                    ("need", "a need"),
                                    ("goal", "a goal"),
                                    ("finding", "a part of the first look"),
                                    ("meeting", "a meeting"),
                                    ("contact", "a contact"),
                                    ("check_in", "a check-in"),
                                    ("support", "a support"),
                                    ("evidence", "a piece of evidence"),
                                    ("version", "an agreed version"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("about_id", models.UUIDField()),
                        (
                            "voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("circle", "everyone who works with this student"),
                                    ("close", "family, navigator and those granted it"),
                                ],
                                default="circle",
                                max_length=8,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="amendments",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["plan", "about", "about_id"], name="amendments_of_an_entry")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="amendment_has_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckIn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("met_at", models.DateTimeField()),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("well", "Going well"),
                                    ("celebrate", "Something to celebrate"),
                                    ("follow_up", "Something to follow up"),
                                    ("not_met", "Could not meet"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("in_person", "in person"),
                                    ("phone", "by phone"),
                                    ("video", "by video"),
                                    ("message", "by message"),
                                    ("letter", "by letter"),
                                    ("visit", "a visit at home"),
                                ],
                                default="in_person",
                                max_length=10,
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("language", models.CharField(max_length=35)),
                        ("key", models.UUIDField()),
                        ("batch", models.UUIDField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_ins_made",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="check_ins",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["student", "-met_at"], name="check_ins_of_a_student"),
                            models.Index(fields=["by", "-met_at"], name="check_ins_by_an_adult"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("by", "key", "student"), name="check_in_is_sent_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClassReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("started_on", models.DateField()),
                        ("finished_on", models.DateField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviews",
                                to="accounts.section",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Consent",
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
                                    ("wellbeing", "being asked how they feel"),
                                    ("media", "keeping pictures and recordings of them"),
                                    ("partner", "sharing with a partner outside school"),
                                    ("support", "a support outside the class"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("about", models.CharField(blank=True, max_length=200)),
                        ("is_yes", models.BooleanField()),
                        ("given_on", models.DateField()),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "given_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents_given",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "scribe",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["student", "kind"], name="consents_of_a_student")],
                    },
                ),
                migrations.CreateModel(
                    name="ContactAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("tried_at", models.DateTimeField()),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("in_person", "in person"),
                                    ("phone", "by phone"),
                                    ("video", "by video"),
                                    ("message", "by message"),
                                    ("letter", "by letter"),
                                    ("visit", "a visit at home"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("conversation", "the family conversation"),
                                    ("meeting", "a plan meeting"),
                                    ("support", "a support"),
                                    ("good_news", "good news"),
                                    ("other", "something else"),
                                ],
                                default="conversation",
                                max_length=12,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("held", "we talked"),
                                    ("left_message", "left a message"),
                                    ("no_answer", "no answer"),
                                    ("wrong_contact", "the number or address is wrong"),
                                    ("later", "they asked for another time"),
                                    ("declined", "they would rather not"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "interpreter",
                            models.CharField(
                                choices=[
                                    ("not_needed", "not needed"),
                                    ("professional", "an interpreter was there"),
                                    ("phone", "an interpreter by phone or video"),
                                    ("staff", "an adult of the school who speaks the language"),
                                    ("missing", "none could be found"),
                                ],
                                default="not_needed",
                                max_length=12,
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=35)),
                        ("note", models.TextField(blank=True, max_length=4000)),
                        ("household", models.CharField(blank=True, max_length=40)),
                        ("key", models.UUIDField()),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts_made",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "guardian",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["student", "-tried_at"], name="contacts_of_a_student")],
                        "constraints": [models.UniqueConstraint(fields=("by", "key"), name="contact_is_sent_once")],
                    },
                ),
                migrations.CreateModel(
                    name="CycleRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("opened", models.PositiveIntegerField(default=0)),
                        ("closed", models.PositiveIntegerField(default=0)),
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
                            models.UniqueConstraint(fields=("school", "day"), name="one_cycle_run_per_school_and_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CycleStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "step",
                            models.CharField(
                                choices=[
                                    ("navigator", "A navigator is named"),
                                    ("intake", "First look at who I am and what I can do"),
                                    ("conversation", "Conversation with the family"),
                                    ("class_review", "The class is talked through"),
                                    ("meeting", "Plan meeting"),
                                    ("supports", "Supports begin"),
                                    ("review", "Review"),
                                    ("year_end", "Year end"),
                                    ("transfer", "The plan follows the student"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(default=1)),
                        ("opened_on", models.DateField()),
                        ("due_on", models.DateField()),
                        ("done_on", models.DateField(blank=True, null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("done", "done"),
                                    ("declined", "declined by the family"),
                                    ("not_reached", "not reached, after three tries in two ways"),
                                    ("continue", "goes on"),
                                    ("change", "is changed"),
                                    ("finish", "is finished"),
                                    ("not_needed", "not needed"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        (
                            "done_by",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cycle_steps",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.school"
                            ),
                        ),
                        (
                            "school_year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.schoolyear"
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cycle_steps",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_on__isnull", True)),
                                fields=["owner", "due_on"],
                                name="open_steps_of_an_owner",
                            ),
                            models.Index(
                                condition=models.Q(("done_on__isnull", True)),
                                fields=["school", "step"],
                                name="open_steps_of_a_school",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("student", "school_year", "step", "number"), name="cycle_step_is_opened_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_on__isnull", True), ("outcome", "")),
                                    models.Q(("done_on__isnull", False), models.Q(("outcome", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="cycle_step_that_ended_says_how",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Digest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("week", models.DateField()),
                        ("items", models.PositiveIntegerField(default=0)),
                        ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.person"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "week"), name="one_digest_per_person_and_week")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DistrictPhrase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("language", models.CharField(max_length=35)),
                        ("phrase", models.CharField(max_length=120)),
                        ("instead", models.CharField(max_length=300)),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("language", "phrase"), name="phrase_is_listed_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "area",
                            models.CharField(
                                choices=[
                                    ("academic", "learning"),
                                    ("wellbeing", "wellbeing"),
                                    ("attendance", "being here"),
                                    ("basic", "family and basic needs"),
                                    ("health", "health"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("found", "looked at"),
                                    ("not_asked", "not asked"),
                                    ("opted_out", "the family chose not to"),
                                ],
                                default="found",
                                max_length=10,
                            ),
                        ),
                        ("tool", models.CharField(blank=True, max_length=200)),
                        ("found_on", models.DateField()),
                        ("can_do", models.TextField(blank=True, max_length=4000)),
                        ("next_step", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "competency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="findings",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "found"), _negated=True),
                                    models.Q(("can_do", ""), ("next_step", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="finding_says_what_was_found",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "found"), models.Q(("can_do", ""), ("next_step", "")), _connector="OR"
                                ),
                                name="finding_that_was_not_asked_says_nothing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FamilyWays",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "best_way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("in_person", "in person"),
                                    ("phone", "by phone"),
                                    ("video", "by video"),
                                    ("message", "by message"),
                                    ("letter", "by letter"),
                                    ("visit", "a visit at home"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("best_time", models.CharField(blank=True, max_length=200)),
                        ("interpreter_language", models.CharField(blank=True, max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "guardian",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ways",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "family ways",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "guardian"), name="ways_of_a_guardian_are_said_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
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
                                    ("plan", "plan meeting"),
                                    ("review", "review"),
                                    ("conference", "student-led conference"),
                                    ("family", "family conversation"),
                                ],
                                default="plan",
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "planned"),
                                    ("running", "running now"),
                                    ("held", "held"),
                                    ("cancelled", "called off"),
                                ],
                                default="planned",
                                max_length=10,
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("place", models.CharField(blank=True, max_length=200)),
                        ("is_student_led", models.BooleanField(default=False)),
                        (
                            "interpreter",
                            models.CharField(
                                choices=[
                                    ("not_needed", "not needed"),
                                    ("professional", "an interpreter was there"),
                                    ("phone", "an interpreter by phone or video"),
                                    ("staff", "an adult of the school who speaks the language"),
                                    ("missing", "none could be found"),
                                ],
                                default="not_needed",
                                max_length=12,
                            ),
                        ),
                        ("interpreter_language", models.CharField(blank=True, max_length=35)),
                        ("agenda_extra", models.TextField(blank=True, max_length=4000)),
                        ("student_words", models.TextField(blank=True, max_length=4000)),
                        ("conference", models.JSONField(blank=True, default=dict)),
                        ("language", models.CharField(max_length=35)),
                        ("assent", models.TextField(blank=True, max_length=1000)),
                        ("next_on", models.DateField(blank=True, null=True)),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("held_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "called_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="meetings",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["plan", "-starts_at"], name="meetings_of_a_plan")],
                    },
                ),
                migrations.CreateModel(
                    name="PathwayChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("interest", models.CharField(max_length=300)),
                        ("pathway", models.CharField(blank=True, max_length=300)),
                        ("entry_point", models.CharField(blank=True, max_length=300)),
                        ("next_experience", models.CharField(blank=True, max_length=300)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pathways",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("interest", ""), _negated=True), name="pathway_follows_an_interest"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanPointer",
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
                                choices=[("iep", "IEP"), ("504", "504 plan"), ("el", "English learner plan")],
                                max_length=4,
                            ),
                        ),
                        ("kept_where", models.CharField(blank=True, max_length=200)),
                        ("accommodations", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("review_on", models.DateField(blank=True, null=True)),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "case_manager",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pointers",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on__isnull", True)),
                                fields=("plan", "kind"),
                                name="one_current_pointer_per_plan_and_kind",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("kind", models.CharField(choices=[("light", "light"), ("full", "full")], max_length=8)),
                        ("number", models.PositiveIntegerField()),
                        ("content", models.JSONField(default=dict)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "created_by",
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
                            models.UniqueConstraint(fields=("kind", "number"), name="template_number_is_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("number", models.PositiveIntegerField()),
                        ("content", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                        ("template", models.JSONField(default=dict)),
                        ("reason", models.CharField(max_length=500)),
                        ("as_of", models.DateTimeField()),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "number"), name="version_number_is_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("answer_by", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "waiting for an answer"),
                                    ("accepted", "yes"),
                                    ("partly", "in part"),
                                    ("declined", "not this time"),
                                    ("withdrawn", "taken back"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("answer", models.TextField(blank=True, max_length=4000)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
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
                            "goal",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="success_plans.goal",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="proposal_has_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SafetyHold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "about",
                            models.CharField(
                                choices=[
                                    ("plan", "the whole plan"),
                                    ("statement", "a sentence of the plan"),
                                    ("need", "a need"),
                                    ("goal", "a goal"),
                                    ("finding", "a part of the first look"),
                                    ("meeting", "a meeting"),
                                    ("contact", "a contact"),
                                    ("check_in", "a check-in"),
                                    ("support", "a support"),
                                    ("evidence", "a piece of evidence"),
                                    ("version", "an agreed version"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("about_id", models.UUIDField(blank=True, null=True)),
                        ("reason", models.CharField(max_length=500)),
                        ("placed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                            "placed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="accounts.student"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["student", "about"], name="holds_of_a_student")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="hold_has_a_reason"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TransferPacket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "direction",
                            models.CharField(choices=[("sent", "sent"), ("received", "received")], max_length=10),
                        ),
                        ("other_party", models.CharField(max_length=300)),
                        ("reason", models.CharField(max_length=500)),
                        ("digest", models.CharField(max_length=64)),
                        ("counts", models.JSONField(default=dict)),
                        ("left_over", models.JSONField(default=dict)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.school"
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="packets",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("direction", "received")),
                                fields=("school", "digest"),
                                name="packet_is_received_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("text", models.TextField(max_length=4000)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("purge_on", models.DateField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="working_notes",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="working_notes",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["purge_on"], name="working_notes_by_purge")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="working_note_has_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("agree", "I agree"),
                                    ("partly", "I agree in part"),
                                    ("disagree", "I do not agree"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("statement", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "scribe",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "of_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreements",
                                to="success_plans.planversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["of_version", "person", "-created_at"], name="answers_to_a_version")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CycleStepEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "step",
                            models.CharField(
                                choices=[
                                    ("navigator", "A navigator is named"),
                                    ("intake", "First look at who I am and what I can do"),
                                    ("conversation", "Conversation with the family"),
                                    ("class_review", "The class is talked through"),
                                    ("meeting", "Plan meeting"),
                                    ("supports", "Supports begin"),
                                    ("review", "Review"),
                                    ("year_end", "Year end"),
                                    ("transfer", "The plan follows the student"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(default=1)),
                        ("opened_on", models.DateField()),
                        ("due_on", models.DateField()),
                        ("done_on", models.DateField(blank=True, null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("done", "done"),
                                    ("declined", "declined by the family"),
                                    ("not_reached", "not reached, after three tries in two ways"),
                                    ("continue", "goes on"),
                                    ("change", "is changed"),
                                    ("finish", "is finished"),
                                    ("not_needed", "not needed"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        (
                            "done_by",
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
                        (
                            "owner",
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
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.cyclestep",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.school",
                            ),
                        ),
                        (
                            "school_year",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.schoolyear",
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
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("due_on", models.DateField(blank=True, null=True)),
                        ("key", models.UUIDField()),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "support",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="supports.support",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="success_plans.meeting",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="decision_has_words"
                            ),
                            models.UniqueConstraint(fields=("meeting", "key"), name="decision_is_sent_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryFindingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "area",
                            models.CharField(
                                choices=[
                                    ("academic", "learning"),
                                    ("wellbeing", "wellbeing"),
                                    ("attendance", "being here"),
                                    ("basic", "family and basic needs"),
                                    ("health", "health"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("found", "looked at"),
                                    ("not_asked", "not asked"),
                                    ("opted_out", "the family chose not to"),
                                ],
                                default="found",
                                max_length=10,
                            ),
                        ),
                        ("tool", models.CharField(blank=True, max_length=200)),
                        ("found_on", models.DateField()),
                        ("can_do", models.TextField(blank=True, max_length=4000)),
                        ("next_step", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "competency",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.entryfinding",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="FamilyWaysEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "best_way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("in_person", "in person"),
                                    ("phone", "by phone"),
                                    ("video", "by video"),
                                    ("message", "by message"),
                                    ("letter", "by letter"),
                                    ("visit", "a visit at home"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("best_time", models.CharField(blank=True, max_length=200)),
                        ("interpreter_language", models.CharField(blank=True, max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "guardian",
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
                                to="success_plans.familyways",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MeetingAttendee",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=200)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("student", "student"),
                                    ("family", "family"),
                                    ("navigator", "navigator"),
                                    ("teacher", "teacher"),
                                    ("specialist", "specialist"),
                                    ("interpreter", "interpreter"),
                                    ("partner", "partner"),
                                    ("other", "other"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("was_there", models.BooleanField(blank=True, null=True)),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendees",
                                to="success_plans.meeting",
                            ),
                        ),
                        (
                            "person",
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
                                condition=models.Q(
                                    ("person__isnull", False), models.Q(("name", ""), _negated=True), _connector="OR"
                                ),
                                name="attendee_is_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("person__isnull", False)),
                                fields=("meeting", "person"),
                                name="attendee_is_invited_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("plan", "plan meeting"),
                                    ("review", "review"),
                                    ("conference", "student-led conference"),
                                    ("family", "family conversation"),
                                ],
                                default="plan",
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "planned"),
                                    ("running", "running now"),
                                    ("held", "held"),
                                    ("cancelled", "called off"),
                                ],
                                default="planned",
                                max_length=10,
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("place", models.CharField(blank=True, max_length=200)),
                        ("is_student_led", models.BooleanField(default=False)),
                        (
                            "interpreter",
                            models.CharField(
                                choices=[
                                    ("not_needed", "not needed"),
                                    ("professional", "an interpreter was there"),
                                    ("phone", "an interpreter by phone or video"),
                                    ("staff", "an adult of the school who speaks the language"),
                                    ("missing", "none could be found"),
                                ],
                                default="not_needed",
                                max_length=12,
                            ),
                        ),
                        ("interpreter_language", models.CharField(blank=True, max_length=35)),
                        ("agenda_extra", models.TextField(blank=True, max_length=4000)),
                        ("student_words", models.TextField(blank=True, max_length=4000)),
                        ("conference", models.JSONField(blank=True, default=dict)),
                        ("language", models.CharField(max_length=35)),
                        ("assent", models.TextField(blank=True, max_length=1000)),
                        ("next_on", models.DateField(blank=True, null=True)),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("held_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "called_by",
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
                                to="success_plans.meeting",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PathwayChoiceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("interest", models.CharField(max_length=300)),
                        ("pathway", models.CharField(blank=True, max_length=300)),
                        ("entry_point", models.CharField(blank=True, max_length=300)),
                        ("next_experience", models.CharField(blank=True, max_length=300)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
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
                                to="success_plans.pathwaychoice",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlanPointerEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("iep", "IEP"), ("504", "504 plan"), ("el", "English learner plan")],
                                max_length=4,
                            ),
                        ),
                        ("kept_where", models.CharField(blank=True, max_length=200)),
                        ("accommodations", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("review_on", models.DateField(blank=True, null=True)),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "case_manager",
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
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.planpointer",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ProposalEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("answer_by", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "waiting for an answer"),
                                    ("accepted", "yes"),
                                    ("partly", "in part"),
                                    ("declined", "not this time"),
                                    ("withdrawn", "taken back"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("answer", models.TextField(blank=True, max_length=4000)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "answered_by",
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
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "goal",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.goal",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.proposal",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReviewEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("strength", models.TextField(max_length=2000)),
                        ("next_step", models.TextField(blank=True, max_length=2000)),
                        ("enrichment_considered", models.BooleanField(default=False)),
                        ("language", models.CharField(max_length=35)),
                        ("discussed_on", models.DateField()),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="success_plans.classreview",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="review_entries",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("review", "student"), name="student_is_discussed_once_in_a_review"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("strength", ""), _negated=True),
                                name="review_starts_with_a_strength",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingNoteEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("text", models.TextField(max_length=4000)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("purge_on", models.DateField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
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
                                to="success_plans.workingnote",
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
                    name="DecisionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("due_on", models.DateField(blank=True, null=True)),
                        ("key", models.UUIDField()),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "owner",
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
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.decision",
                            ),
                        ),
                        (
                            "support",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="supports.support",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.meeting",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReviewEntryEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("strength", models.TextField(max_length=2000)),
                        ("next_step", models.TextField(blank=True, max_length=2000)),
                        ("enrichment_considered", models.BooleanField(default=False)),
                        ("language", models.CharField(max_length=35)),
                        ("discussed_on", models.DateField()),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "by",
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
                                to="success_plans.reviewentry",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="success_plans.classreview",
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
                migrations.RemoveConstraint(
                    model_name="planstatement",
                    name="statement_has_words",
                ),
                migrations.AddField(
                    model_name="goal",
                    name="horizon",
                    field=models.CharField(
                        choices=[("now", "this year"), ("after_school", "after school")], default="now", max_length=12
                    ),
                ),
                migrations.AddField(
                    model_name="goal",
                    name="measure_kind",
                    field=models.CharField(
                        choices=[
                            ("competency", "a competency"),
                            ("wellbeing", "how it feels"),
                            ("other", "something else we can see"),
                        ],
                        default="competency",
                        max_length=12,
                    ),
                ),
                migrations.AddField(
                    model_name="goal",
                    name="voice",
                    field=models.CharField(
                        choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                        default="staff",
                        max_length=10,
                    ),
                ),
                migrations.AddField(
                    model_name="goalevent",
                    name="horizon",
                    field=models.CharField(
                        choices=[("now", "this year"), ("after_school", "after school")], default="now", max_length=12
                    ),
                ),
                migrations.AddField(
                    model_name="goalevent",
                    name="measure_kind",
                    field=models.CharField(
                        choices=[
                            ("competency", "a competency"),
                            ("wellbeing", "how it feels"),
                            ("other", "something else we can see"),
                        ],
                        default="competency",
                        max_length=12,
                    ),
                ),
                migrations.AddField(
                    model_name="goalevent",
                    name="voice",
                    field=models.CharField(
                        choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                        default="staff",
                        max_length=10,
                    ),
                ),
                migrations.AddField(
                    model_name="need",
                    name="audience",
                    field=models.CharField(
                        choices=[
                            ("circle", "everyone who works with this student"),
                            ("close", "family, navigator and those granted it"),
                        ],
                        default="circle",
                        max_length=8,
                    ),
                ),
                migrations.AddField(
                    model_name="need",
                    name="outside",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("employment", "work for the family"),
                            ("childcare", "childcare"),
                            ("health_care", "health care"),
                            ("transport", "getting to school"),
                            ("broadband", "internet at home"),
                            ("housing", "housing"),
                            ("food", "food"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AddField(
                    model_name="need",
                    name="source",
                    field=models.CharField(
                        choices=[
                            ("student", "the student said so"),
                            ("family", "the family said so"),
                            ("adult", "an adult at school noticed"),
                            ("diagnostic", "a first look at what the student can do"),
                            ("records", "came with the student’s records"),
                        ],
                        default="adult",
                        max_length=12,
                    ),
                ),
                migrations.AddField(
                    model_name="needevent",
                    name="audience",
                    field=models.CharField(
                        choices=[
                            ("circle", "everyone who works with this student"),
                            ("close", "family, navigator and those granted it"),
                        ],
                        default="circle",
                        max_length=8,
                    ),
                ),
                migrations.AddField(
                    model_name="needevent",
                    name="outside",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("employment", "work for the family"),
                            ("childcare", "childcare"),
                            ("health_care", "health care"),
                            ("transport", "getting to school"),
                            ("broadband", "internet at home"),
                            ("housing", "housing"),
                            ("food", "food"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AddField(
                    model_name="needevent",
                    name="source",
                    field=models.CharField(
                        choices=[
                            ("student", "the student said so"),
                            ("family", "the family said so"),
                            ("adult", "an adult at school noticed"),
                            ("diagnostic", "a first look at what the student can do"),
                            ("records", "came with the student’s records"),
                        ],
                        default="adult",
                        max_length=12,
                    ),
                ),
                migrations.AddField(
                    model_name="plan",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("draft", "being written"),
                            ("consultation", "with the family"),
                            ("agreed", "agreed"),
                            ("review", "being looked at again"),
                        ],
                        default="draft",
                        max_length=14,
                    ),
                ),
                migrations.AddField(
                    model_name="plan",
                    name="template",
                    field=models.CharField(
                        choices=[("light", "light"), ("full", "full")], default="light", max_length=8
                    ),
                ),
                migrations.AddField(
                    model_name="planstatement",
                    name="audience",
                    field=models.CharField(
                        choices=[
                            ("circle", "everyone who works with this student"),
                            ("close", "family, navigator and those granted it"),
                        ],
                        default="circle",
                        max_length=8,
                    ),
                ),
                migrations.AddField(
                    model_name="planstatement",
                    name="file",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="accounts.storedfile",
                    ),
                ),
                migrations.AddField(
                    model_name="planstatement",
                    name="means",
                    field=models.CharField(
                        choices=[("text", "in words"), ("picture", "with a picture"), ("audio", "spoken")],
                        default="text",
                        max_length=8,
                    ),
                ),
                migrations.AddField(
                    model_name="planstatementevent",
                    name="audience",
                    field=models.CharField(
                        choices=[
                            ("circle", "everyone who works with this student"),
                            ("close", "family, navigator and those granted it"),
                        ],
                        default="circle",
                        max_length=8,
                    ),
                ),
                migrations.AddField(
                    model_name="planstatementevent",
                    name="file",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.storedfile",
                    ),
                ),
                migrations.AddField(
                    model_name="planstatementevent",
                    name="means",
                    field=models.CharField(
                        choices=[("text", "in words"), ("picture", "with a picture"), ("audio", "spoken")],
                        default="text",
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="planstatement",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("strength", "Strengths"),
                            ("interest", "Interests"),
                            ("learning", "How I learn best"),
                            ("trust", "People I trust"),
                            ("hope", "Hopes"),
                            ("know", "What I want adults to know"),
                            ("home", "What works at home"),
                            ("concern", "What we wonder about"),
                            ("culture", "Our culture and language"),
                            ("after", "After school: what I hope for"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="planstatement",
                    name="text",
                    field=models.TextField(blank=True, max_length=4000),
                ),
                migrations.AlterField(
                    model_name="planstatementevent",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("strength", "Strengths"),
                            ("interest", "Interests"),
                            ("learning", "How I learn best"),
                            ("trust", "People I trust"),
                            ("hope", "Hopes"),
                            ("know", "What I want adults to know"),
                            ("home", "What works at home"),
                            ("concern", "What we wonder about"),
                            ("culture", "Our culture and language"),
                            ("after", "After school: what I hope for"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="planstatementevent",
                    name="text",
                    field=models.TextField(blank=True, max_length=4000),
                ),
                migrations.AddConstraint(
                    model_name="need",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("outside", ""), ("domain", "basic"), _connector="OR"),
                        name="need_outside_school_is_a_basic_need",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planstatement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), ("file__isnull", False), _connector="OR"
                        ),
                        name="statement_says_something",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_goalevent" ("author_id", "baseline", "changed_at", "competency_id", "created_at", "due_on", "helper_id", "horizon", "id", "language", "measure", "measure_kind", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "steps", "target", "text", "version", "voice", "why") VALUES (OLD."author_id", OLD."baseline", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."due_on", OLD."helper_id", OLD."horizon", OLD."id", OLD."language", OLD."measure", OLD."measure_kind", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."steps", OLD."target", OLD."text", OLD."version", OLD."voice", OLD."why"); RETURN NULL;',
                            hash="e61dd4c384ae8945dd0578903d3ceec45d43f1ba",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9b95a",
                            table="success_plans_goal",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_goalevent" ("author_id", "baseline", "changed_at", "competency_id", "created_at", "due_on", "helper_id", "horizon", "id", "language", "measure", "measure_kind", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "steps", "target", "text", "version", "voice", "why") VALUES (OLD."author_id", OLD."baseline", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."due_on", OLD."helper_id", OLD."horizon", OLD."id", OLD."language", OLD."measure", OLD."measure_kind", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."steps", OLD."target", OLD."text", OLD."version", OLD."voice", OLD."why"); RETURN NULL;',
                            hash="5ffde8a17a4b185d0fe9e791acd0d51a2a965d61",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6761d",
                            table="success_plans_goal",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="need",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_needevent" ("audience", "author_id", "changed_at", "created_at", "domain", "id", "language", "opened_on", "outside", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "review_on", "source", "state", "state_reason", "text", "version") VALUES (OLD."audience", OLD."author_id", OLD."changed_at", OLD."created_at", OLD."domain", OLD."id", OLD."language", OLD."opened_on", OLD."outside", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."review_on", OLD."source", OLD."state", OLD."state_reason", OLD."text", OLD."version"); RETURN NULL;',
                            hash="705b22b91183cb013a6c927c11a59f813b3ed478",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_813b5",
                            table="success_plans_need",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="need",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_needevent" ("audience", "author_id", "changed_at", "created_at", "domain", "id", "language", "opened_on", "outside", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "review_on", "source", "state", "state_reason", "text", "version") VALUES (OLD."audience", OLD."author_id", OLD."changed_at", OLD."created_at", OLD."domain", OLD."id", OLD."language", OLD."opened_on", OLD."outside", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."review_on", OLD."source", OLD."state", OLD."state_reason", OLD."text", OLD."version"); RETURN NULL;',
                            hash="3baf35f25e4ff6b414beffd83c2ffc871788f962",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2e8fa",
                            table="success_plans_need",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planstatement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_planstatementevent" ("audience", "author_id", "changed_at", "created_at", "file_id", "id", "kind", "language", "means", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "said_on", "scribe_id", "text", "version", "voice", "withdrawn_at") VALUES (OLD."audience", OLD."author_id", OLD."changed_at", OLD."created_at", OLD."file_id", OLD."id", OLD."kind", OLD."language", OLD."means", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."said_on", OLD."scribe_id", OLD."text", OLD."version", OLD."voice", OLD."withdrawn_at"); RETURN NULL;',
                            hash="20ed1189349e7181c0ead295b68348331b153103",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3ead8",
                            table="success_plans_planstatement",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planstatement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_planstatementevent" ("audience", "author_id", "changed_at", "created_at", "file_id", "id", "kind", "language", "means", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "said_on", "scribe_id", "text", "version", "voice", "withdrawn_at") VALUES (OLD."audience", OLD."author_id", OLD."changed_at", OLD."created_at", OLD."file_id", OLD."id", OLD."kind", OLD."language", OLD."means", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."said_on", OLD."scribe_id", OLD."text", OLD."version", OLD."voice", OLD."withdrawn_at"); RETURN NULL;',
                            hash="e3ba5ff11326554c6da4576e0d5c65ca4516bd70",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_33471",
                            table="success_plans_planstatement",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cyclestep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_cyclestepevent" ("done_by_id", "done_on", "due_on", "id", "number", "opened_on", "outcome", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "school_id", "school_year_id", "step", "student_id") VALUES (OLD."done_by_id", OLD."done_on", OLD."due_on", OLD."id", OLD."number", OLD."opened_on", OLD."outcome", OLD."owner_id", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."reason", OLD."school_id", OLD."school_year_id", OLD."step", OLD."student_id"); RETURN NULL;',
                            hash="c783e44491fb957fc10f3d3d457d2e7c1fae4a28",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0d576",
                            table="success_plans_cyclestep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cyclestep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_cyclestepevent" ("done_by_id", "done_on", "due_on", "id", "number", "opened_on", "outcome", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "school_id", "school_year_id", "step", "student_id") VALUES (OLD."done_by_id", OLD."done_on", OLD."due_on", OLD."id", OLD."number", OLD."opened_on", OLD."outcome", OLD."owner_id", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."reason", OLD."school_id", OLD."school_year_id", OLD."step", OLD."student_id"); RETURN NULL;',
                            hash="0a6c5a271b16a51ef9c7d06784fab4d3af5279df",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_fc6a6",
                            table="success_plans_cyclestep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cyclestepevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="51f996fa22577093c3dbc76a483247f45dadaea0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b6f11",
                            table="success_plans_cyclestepevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entryfinding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_entryfindingevent" ("area", "author_id", "can_do", "changed_at", "competency_id", "created_at", "found_on", "id", "language", "next_step", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "tool", "version", "withdrawn_at") VALUES (OLD."area", OLD."author_id", OLD."can_do", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."found_on", OLD."id", OLD."language", OLD."next_step", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."tool", OLD."version", OLD."withdrawn_at"); RETURN NULL;',
                            hash="733b9a63e4156b7e5979199f9bcbdda9f157b335",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b4673",
                            table="success_plans_entryfinding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entryfinding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_entryfindingevent" ("area", "author_id", "can_do", "changed_at", "competency_id", "created_at", "found_on", "id", "language", "next_step", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "tool", "version", "withdrawn_at") VALUES (OLD."area", OLD."author_id", OLD."can_do", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."found_on", OLD."id", OLD."language", OLD."next_step", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."tool", OLD."version", OLD."withdrawn_at"); RETURN NULL;',
                            hash="3a0405636aa483ea8e0843ed93e2e8e46808775f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_aa5a3",
                            table="success_plans_entryfinding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entryfindingevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="82c89d5fa801e9756a373b6b7c0cb0c5d07cf706",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_cee4c",
                            table="success_plans_entryfindingevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="familyways",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_familywaysevent" ("author_id", "best_time", "best_way", "changed_at", "created_at", "guardian_id", "id", "interpreter_language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "version") VALUES (OLD."author_id", OLD."best_time", OLD."best_way", OLD."changed_at", OLD."created_at", OLD."guardian_id", OLD."id", OLD."interpreter_language", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."version"); RETURN NULL;',
                            hash="b2543845c5ad6c837e739f4e67a29905b9e3a3b8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_84337",
                            table="success_plans_familyways",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="familyways",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_familywaysevent" ("author_id", "best_time", "best_way", "changed_at", "created_at", "guardian_id", "id", "interpreter_language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "version") VALUES (OLD."author_id", OLD."best_time", OLD."best_way", OLD."changed_at", OLD."created_at", OLD."guardian_id", OLD."id", OLD."interpreter_language", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."version"); RETURN NULL;',
                            hash="2cdd0661967ca5c544ad2d8475630a1fb9b5d1c4",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_216c8",
                            table="success_plans_familyways",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="familywaysevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f0ceb70fe2d141bb8a86c21c4691814049d77271",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5b316",
                            table="success_plans_familywaysevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="meeting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_meetingevent" ("agenda_extra", "assent", "called_by_id", "changed_at", "conference", "created_at", "held_at", "id", "interpreter", "interpreter_language", "is_student_led", "kind", "language", "next_on", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "plan_id", "public_id", "started_at", "starts_at", "state", "student_words", "version") VALUES (OLD."agenda_extra", OLD."assent", OLD."called_by_id", OLD."changed_at", OLD."conference", OLD."created_at", OLD."held_at", OLD."id", OLD."interpreter", OLD."interpreter_language", OLD."is_student_led", OLD."kind", OLD."language", OLD."next_on", clock_timestamp(), \'update\', OLD."id", OLD."place", OLD."plan_id", OLD."public_id", OLD."started_at", OLD."starts_at", OLD."state", OLD."student_words", OLD."version"); RETURN NULL;',
                            hash="f4e34e93abff9f62ea3f64a0f3e84fdacf520ddd",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_02172",
                            table="success_plans_meeting",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="meeting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_meetingevent" ("agenda_extra", "assent", "called_by_id", "changed_at", "conference", "created_at", "held_at", "id", "interpreter", "interpreter_language", "is_student_led", "kind", "language", "next_on", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "plan_id", "public_id", "started_at", "starts_at", "state", "student_words", "version") VALUES (OLD."agenda_extra", OLD."assent", OLD."called_by_id", OLD."changed_at", OLD."conference", OLD."created_at", OLD."held_at", OLD."id", OLD."interpreter", OLD."interpreter_language", OLD."is_student_led", OLD."kind", OLD."language", OLD."next_on", clock_timestamp(), \'delete\', OLD."id", OLD."place", OLD."plan_id", OLD."public_id", OLD."started_at", OLD."starts_at", OLD."state", OLD."student_words", OLD."version"); RETURN NULL;',
                            hash="d84b55fbf61dcd4c9c7f2f533cda991022bc742d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f273d",
                            table="success_plans_meeting",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f64b9b566df66d9501decb5c7e090823fa8ecd87",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d83ee",
                            table="success_plans_decisionevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_decisionevent" ("author_id", "created_at", "due_on", "id", "key", "language", "meeting_id", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "support_id", "text", "version", "withdrawn_at") VALUES (OLD."author_id", OLD."created_at", OLD."due_on", OLD."id", OLD."key", OLD."language", OLD."meeting_id", OLD."owner_id", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."support_id", OLD."text", OLD."version", OLD."withdrawn_at"); RETURN NULL;',
                            hash="c569981d4d16d6712b2c4e01f1223eb30b8ee89f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_37c47",
                            table="success_plans_decision",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_decisionevent" ("author_id", "created_at", "due_on", "id", "key", "language", "meeting_id", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "support_id", "text", "version", "withdrawn_at") VALUES (OLD."author_id", OLD."created_at", OLD."due_on", OLD."id", OLD."key", OLD."language", OLD."meeting_id", OLD."owner_id", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."support_id", OLD."text", OLD."version", OLD."withdrawn_at"); RETURN NULL;',
                            hash="b3deb405077136ef2952296336731ec657c8766b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a4759",
                            table="success_plans_decision",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="meetingevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7c38ef32fade5a1db2195c5b463c264303da4b31",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_87174",
                            table="success_plans_meetingevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pathwaychoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_pathwaychoiceevent" ("author_id", "changed_at", "created_at", "ended_on", "entry_point", "id", "interest", "language", "next_experience", "pathway", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."ended_on", OLD."entry_point", OLD."id", OLD."interest", OLD."language", OLD."next_experience", OLD."pathway", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."version"); RETURN NULL;',
                            hash="c8a0758c1f36148e2d64f1239757dea4b82dd2d9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3fca0",
                            table="success_plans_pathwaychoice",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pathwaychoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_pathwaychoiceevent" ("author_id", "changed_at", "created_at", "ended_on", "entry_point", "id", "interest", "language", "next_experience", "pathway", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."ended_on", OLD."entry_point", OLD."id", OLD."interest", OLD."language", OLD."next_experience", OLD."pathway", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."version"); RETURN NULL;',
                            hash="cb026ff2cd573992a44c7bf332d249b37f1810ca",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_685e9",
                            table="success_plans_pathwaychoice",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pathwaychoiceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="97ce7301798dfa7b1a3113135a5443baf4c22817",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_682b4",
                            table="success_plans_pathwaychoiceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planpointer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_planpointerevent" ("accommodations", "author_id", "case_manager_id", "changed_at", "created_at", "ended_on", "id", "kept_where", "kind", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "review_on", "version") VALUES (OLD."accommodations", OLD."author_id", OLD."case_manager_id", OLD."changed_at", OLD."created_at", OLD."ended_on", OLD."id", OLD."kept_where", OLD."kind", OLD."language", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."review_on", OLD."version"); RETURN NULL;',
                            hash="3329e10561dc446bfc6225a30e18f075a8284ae9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a0440",
                            table="success_plans_planpointer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planpointer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_planpointerevent" ("accommodations", "author_id", "case_manager_id", "changed_at", "created_at", "ended_on", "id", "kept_where", "kind", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "review_on", "version") VALUES (OLD."accommodations", OLD."author_id", OLD."case_manager_id", OLD."changed_at", OLD."created_at", OLD."ended_on", OLD."id", OLD."kept_where", OLD."kind", OLD."language", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."review_on", OLD."version"); RETURN NULL;',
                            hash="3dea52ecc5a3607eb03e587d54b357cdb1927c3e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_db53d",
                            table="success_plans_planpointer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planpointerevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="639ed4f00438daeb7c3d0b6a6bfdebef712b1d2f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_83970",
                            table="success_plans_planpointerevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_is_immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b021fcc725b00b3349841c64694ae51338b97d8d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_version_is_immutable_d1d71",
                            table="success_plans_planversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="agreement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="answer_is_immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="89b176e7687bab437be075bf8fb0556f5f0d761e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_answer_is_immutable_78c34",
                            table="success_plans_agreement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="proposal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_proposalevent" ("answer", "answer_by", "answered_at", "answered_by_id", "author_id", "created_at", "goal_id", "id", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "text", "to_voice", "version", "voice") VALUES (OLD."answer", OLD."answer_by", OLD."answered_at", OLD."answered_by_id", OLD."author_id", OLD."created_at", OLD."goal_id", OLD."id", OLD."language", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."text", OLD."to_voice", OLD."version", OLD."voice"); RETURN NULL;',
                            hash="67784372fd2fa64129d06fedc8dbc9f3bb3a88b7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_dea4f",
                            table="success_plans_proposal",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="proposal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_proposalevent" ("answer", "answer_by", "answered_at", "answered_by_id", "author_id", "created_at", "goal_id", "id", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "text", "to_voice", "version", "voice") VALUES (OLD."answer", OLD."answer_by", OLD."answered_at", OLD."answered_by_id", OLD."author_id", OLD."created_at", OLD."goal_id", OLD."id", OLD."language", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."text", OLD."to_voice", OLD."version", OLD."voice"); RETURN NULL;',
                            hash="f2b0058c270e97fa3ac5c4bada53798420692019",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_de6a0",
                            table="success_plans_proposal",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="proposalevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="79b0ba9160c8000daf95330b3127ebca6bd15bf0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_fd0fb",
                            table="success_plans_proposalevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reviewentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_reviewentryevent" ("by_id", "changed_at", "discussed_on", "enrichment_considered", "id", "language", "next_step", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "review_id", "strength", "student_id", "version") VALUES (OLD."by_id", OLD."changed_at", OLD."discussed_on", OLD."enrichment_considered", OLD."id", OLD."language", OLD."next_step", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."review_id", OLD."strength", OLD."student_id", OLD."version"); RETURN NULL;',
                            hash="198cbedf912ab41a895757accf8056a578493c47",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d9fd7",
                            table="success_plans_reviewentry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reviewentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_reviewentryevent" ("by_id", "changed_at", "discussed_on", "enrichment_considered", "id", "language", "next_step", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "review_id", "strength", "student_id", "version") VALUES (OLD."by_id", OLD."changed_at", OLD."discussed_on", OLD."enrichment_considered", OLD."id", OLD."language", OLD."next_step", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."review_id", OLD."strength", OLD."student_id", OLD."version"); RETURN NULL;',
                            hash="b33b56dd173331132de0a5b6e3075f630b5fb9cf",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_22d41",
                            table="success_plans_reviewentry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reviewentryevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7543a2a0db932d895638b4d71678efa03519d2a8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a848e",
                            table="success_plans_reviewentryevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workingnote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_workingnoteevent" ("author_id", "changed_at", "created_at", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purge_on", "student_id", "text", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."id", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."purge_on", OLD."student_id", OLD."text", OLD."version"); RETURN NULL;',
                            hash="d008ea8b140e29245b795ddea9e669674c260c20",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4f9b5",
                            table="success_plans_workingnote",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workingnote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "success_plans_workingnoteevent" ("author_id", "changed_at", "created_at", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purge_on", "student_id", "text", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."id", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."purge_on", OLD."student_id", OLD."text", OLD."version"); RETURN NULL;',
                            hash="0e1a42c95675720b7b8cfb32563df944503d26e4",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f409d",
                            table="success_plans_workingnote",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workingnoteevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c8ec14378bb883d59b14b22dc22f26e27706c959",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c3193",
                            table="success_plans_workingnoteevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        )
    ]
