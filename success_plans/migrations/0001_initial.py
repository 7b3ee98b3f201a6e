import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
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
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "student",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="plan", to="accounts.student"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Goal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("text", models.TextField(max_length=4000)),
                        ("why", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("measure", models.CharField(blank=True, max_length=300)),
                        ("baseline", models.CharField(blank=True, max_length=300)),
                        ("target", models.CharField(blank=True, max_length=300)),
                        ("due_on", models.DateField(blank=True, null=True)),
                        ("steps", models.TextField(blank=True, max_length=4000)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "working on it"),
                                    ("reached", "reached"),
                                    ("changed", "changed"),
                                    ("paused", "paused"),
                                ],
                                default="active",
                                max_length=10,
                            ),
                        ),
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
                            "competency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="goals",
                                to="competencies.competency",
                            ),
                        ),
                        (
                            "helper",
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
                                related_name="goals",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="goal_has_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Need",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "domain",
                            models.CharField(
                                choices=[
                                    ("academic", "learning"),
                                    ("interests", "interests"),
                                    ("social", "getting along and feelings"),
                                    ("health", "health"),
                                    ("basic", "family and basic needs"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("opened_on", models.DateField()),
                        ("review_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("met", "met"), ("ended", "no longer true")],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("state_reason", models.CharField(blank=True, max_length=500)),
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="needs",
                                to="success_plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="need_has_words"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("review_on__gt", models.F("opened_on"))),
                                name="need_is_reviewed_after_it_opens",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanStatement",
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
                                    ("strength", "Strengths"),
                                    ("interest", "Interests"),
                                    ("learning", "How I learn best"),
                                    ("trust", "People I trust"),
                                    ("hope", "Hopes"),
                                    ("know", "What I want adults to know"),
                                    ("home", "What works at home"),
                                    ("concern", "What we wonder about"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("said_on", models.DateField()),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="statements",
                                to="success_plans.plan",
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["plan", "kind"], name="statements_of_a_plan")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="statement_has_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "domain",
                            models.CharField(
                                choices=[
                                    ("academic", "learning"),
                                    ("interests", "interests"),
                                    ("social", "getting along and feelings"),
                                    ("health", "health"),
                                    ("basic", "family and basic needs"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("opened_on", models.DateField()),
                        ("review_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("met", "met"), ("ended", "no longer true")],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("state_reason", models.CharField(blank=True, max_length=500)),
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
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.need",
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
                    name="GoalEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("text", models.TextField(max_length=4000)),
                        ("why", models.TextField(blank=True, max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("measure", models.CharField(blank=True, max_length=300)),
                        ("baseline", models.CharField(blank=True, max_length=300)),
                        ("target", models.CharField(blank=True, max_length=300)),
                        ("due_on", models.DateField(blank=True, null=True)),
                        ("steps", models.TextField(blank=True, max_length=4000)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "working on it"),
                                    ("reached", "reached"),
                                    ("changed", "changed"),
                                    ("paused", "paused"),
                                ],
                                default="active",
                                max_length=10,
                            ),
                        ),
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
                            "helper",
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
                                to="success_plans.goal",
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
                    name="PlanStatementEvent",
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
                                    ("strength", "Strengths"),
                                    ("interest", "Interests"),
                                    ("learning", "How I learn best"),
                                    ("trust", "People I trust"),
                                    ("hope", "Hopes"),
                                    ("know", "What I want adults to know"),
                                    ("home", "What works at home"),
                                    ("concern", "What we wonder about"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "voice",
                            models.CharField(
                                choices=[("student", "student"), ("family", "family"), ("staff", "school")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("language", models.CharField(max_length=35)),
                        ("said_on", models.DateField()),
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
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="success_plans.planstatement",
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
                        (
                            "scribe",
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
                    name="TranslationRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("language", models.CharField(max_length=35)),
                        ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("text", models.TextField(blank=True, max_length=4000)),
                        ("translated_at", models.DateTimeField(blank=True, null=True)),
                        ("of_version", models.PositiveIntegerField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "goal",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="translations",
                                to="success_plans.goal",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="translations",
                                to="success_plans.need",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="translations",
                                to="success_plans.planstatement",
                            ),
                        ),
                        (
                            "translated_by",
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
                                    models.Q(
                                        ("goal__isnull", True), ("need__isnull", True), ("statement__isnull", False)
                                    ),
                                    models.Q(
                                        ("goal__isnull", False), ("need__isnull", True), ("statement__isnull", True)
                                    ),
                                    models.Q(
                                        ("goal__isnull", True), ("need__isnull", False), ("statement__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="translation_is_of_one_text",
                            ),
                            models.UniqueConstraint(
                                fields=("statement", "goal", "need", "language"),
                                name="one_translation_per_text_and_language",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="needevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b9f479d777612d05adf3ca7e6b0a243a0b724275",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_92e3d",
                            table="success_plans_needevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="need",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_needevent" ("author_id", "changed_at", "created_at", "domain", "id", "language", "opened_on", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "review_on", "state", "state_reason", "text", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."domain", OLD."id", OLD."language", OLD."opened_on", NOW(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."review_on", OLD."state", OLD."state_reason", OLD."text", OLD."version"); RETURN NULL;',
                            hash="33055c7b8d98df57ae0f21e9c517b4deaef46043",
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
                            func='INSERT INTO "success_plans_needevent" ("author_id", "changed_at", "created_at", "domain", "id", "language", "opened_on", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "review_on", "state", "state_reason", "text", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."domain", OLD."id", OLD."language", OLD."opened_on", NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."review_on", OLD."state", OLD."state_reason", OLD."text", OLD."version"); RETURN NULL;',
                            hash="4fb206f5a5d672048144822cda274948246b571a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2e8fa",
                            table="success_plans_need",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goalevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1febd2f45f40cf1f5c903568c90b1dad443ab12b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_477cf",
                            table="success_plans_goalevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "success_plans_goalevent" ("author_id", "baseline", "changed_at", "competency_id", "created_at", "due_on", "helper_id", "id", "language", "measure", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "steps", "target", "text", "version", "why") VALUES (OLD."author_id", OLD."baseline", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."due_on", OLD."helper_id", OLD."id", OLD."language", OLD."measure", NOW(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."steps", OLD."target", OLD."text", OLD."version", OLD."why"); RETURN NULL;',
                            hash="d38261119246d996b6bbe75fc1596bf4bb1fc5ac",
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
                            func='INSERT INTO "success_plans_goalevent" ("author_id", "baseline", "changed_at", "competency_id", "created_at", "due_on", "helper_id", "id", "language", "measure", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "steps", "target", "text", "version", "why") VALUES (OLD."author_id", OLD."baseline", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."due_on", OLD."helper_id", OLD."id", OLD."language", OLD."measure", NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."steps", OLD."target", OLD."text", OLD."version", OLD."why"); RETURN NULL;',
                            hash="92d849c9c0a8195f9712c41ab7965a1583bc9630",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6761d",
                            table="success_plans_goal",
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
                            func='INSERT INTO "success_plans_planstatementevent" ("author_id", "changed_at", "created_at", "id", "kind", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "said_on", "scribe_id", "text", "version", "voice", "withdrawn_at") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."id", OLD."kind", OLD."language", NOW(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."said_on", OLD."scribe_id", OLD."text", OLD."version", OLD."voice", OLD."withdrawn_at"); RETURN NULL;',
                            hash="3576a6e922f3a94cf2fdf28fc75cfe46770591f8",
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
                            func='INSERT INTO "success_plans_planstatementevent" ("author_id", "changed_at", "created_at", "id", "kind", "language", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "said_on", "scribe_id", "text", "version", "voice", "withdrawn_at") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."id", OLD."kind", OLD."language", NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."said_on", OLD."scribe_id", OLD."text", OLD."version", OLD."voice", OLD."withdrawn_at"); RETURN NULL;',
                            hash="fa25d66b5c86e818911206fcbff351dd346a74eb",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_33471",
                            table="success_plans_planstatement",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planstatementevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f9b91390458ebb55c5ae4444d75a9b3b909bb82e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9529e",
                            table="success_plans_planstatementevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
