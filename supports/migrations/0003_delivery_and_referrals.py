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
        ("supports", "0002_daily_run_noticed_at"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="ReferralEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "offered to the family"),
                                    ("accepted", "the family said yes"),
                                    ("declined", "the family said no"),
                                    ("started", "it has begun"),
                                    ("attended", "the student is taking part"),
                                    ("not_reached", "not reached yet"),
                                    ("ended", "ended"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("on", models.DateField()),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "support",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="referral_events",
                                to="supports.support",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SupportEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
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
                        (
                            "referral",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("offered", "offered to the family"),
                                    ("accepted", "the family said yes"),
                                    ("declined", "the family said no"),
                                    ("started", "it has begun"),
                                    ("attended", "the student is taking part"),
                                    ("not_reached", "not reached yet"),
                                    ("ended", "ended"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("consent_on", models.DateField(blank=True, null=True)),
                        ("end_reason", models.CharField(blank=True, max_length=500)),
                        ("family_wordings", models.JSONField(default=dict)),
                        ("shared_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("version", models.PositiveIntegerField(default=1)),
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
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="supports.catalogueentry",
                            ),
                        ),
                        (
                            "flag",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="supports.flag",
                            ),
                        ),
                        (
                            "owner",
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
                                to="supports.support",
                            ),
                        ),
                        (
                            "provider_person",
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
                    name="SupportSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("held_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("held", "took place"),
                                    ("absent", "the student was away"),
                                    ("cancelled", "called off"),
                                ],
                                default="held",
                                max_length=10,
                            ),
                        ),
                        ("minutes", models.PositiveSmallIntegerField(default=0)),
                        ("note", models.CharField(blank=True, max_length=500)),
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "support",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to="supports.support",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["support", "held_on"], name="sessions_of_a_support")],
                        "constraints": [
                            models.UniqueConstraint(fields=("by", "key", "support"), name="session_is_sent_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("minutes__gt", 0), ("state", "held")),
                                    models.Q(models.Q(("state", "held"), _negated=True), ("minutes", 0)),
                                    _connector="OR",
                                ),
                                name="session_has_minutes_exactly_when_it_was_held",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="support",
                    name="consent_on",
                    field=models.DateField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="support",
                    name="end_reason",
                    field=models.CharField(blank=True, max_length=500),
                ),
                migrations.AddField(
                    model_name="support",
                    name="provider_person",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
                migrations.AddField(
                    model_name="support",
                    name="referral",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("offered", "offered to the family"),
                            ("accepted", "the family said yes"),
                            ("declined", "the family said no"),
                            ("started", "it has begun"),
                            ("attended", "the student is taking part"),
                            ("not_reached", "not reached yet"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="support",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "supports_supportevent" ("competency_id", "consent_on", "created_at", "created_by_id", "end_reason", "ends_on", "entry_id", "family_wordings", "flag_id", "id", "minutes", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_person_id", "public_id", "referral", "sessions_per_week", "setting", "shared_at", "starts_on", "state", "student_id", "title", "type", "version") VALUES (OLD."competency_id", OLD."consent_on", OLD."created_at", OLD."created_by_id", OLD."end_reason", OLD."ends_on", OLD."entry_id", OLD."family_wordings", OLD."flag_id", OLD."id", OLD."minutes", OLD."owner_id", clock_timestamp(), \'update\', OLD."id", OLD."provider", OLD."provider_person_id", OLD."public_id", OLD."referral", OLD."sessions_per_week", OLD."setting", OLD."shared_at", OLD."starts_on", OLD."state", OLD."student_id", OLD."title", OLD."type", OLD."version"); RETURN NULL;',
                            hash="263f4accfeca53ff555487b3b2e456c15367883a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_aa074",
                            table="supports_support",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="support",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "supports_supportevent" ("competency_id", "consent_on", "created_at", "created_by_id", "end_reason", "ends_on", "entry_id", "family_wordings", "flag_id", "id", "minutes", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_person_id", "public_id", "referral", "sessions_per_week", "setting", "shared_at", "starts_on", "state", "student_id", "title", "type", "version") VALUES (OLD."competency_id", OLD."consent_on", OLD."created_at", OLD."created_by_id", OLD."end_reason", OLD."ends_on", OLD."entry_id", OLD."family_wordings", OLD."flag_id", OLD."id", OLD."minutes", OLD."owner_id", clock_timestamp(), \'delete\', OLD."id", OLD."provider", OLD."provider_person_id", OLD."public_id", OLD."referral", OLD."sessions_per_week", OLD."setting", OLD."shared_at", OLD."starts_on", OLD."state", OLD."student_id", OLD."title", OLD."type", OLD."version"); RETURN NULL;',
                            hash="069525e879f892dc6ea1bee4d76c3dbd55ae9451",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2386a",
                            table="supports_support",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="supportevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="440a4d4798af04b68e272e8816e0dedf3ed49c45",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_17062",
                            table="supports_supportevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        )
    ]
