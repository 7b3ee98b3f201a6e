import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from accounts.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_read_events_by_student"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="enrolment",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="enrolment",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="person",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="person",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="relationship",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="relationship",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="student",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="student",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="teachingassignment",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="teachingassignment",
                    name="delete_delete",
                ),
                migrations.CreateModel(
                    name="CaseloadHandover",
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
                                    ("waiting", "waiting for the new navigator"),
                                    ("accepted", "accepted"),
                                    ("declined", "declined"),
                                    ("withdrawn", "taken back"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("answer", models.CharField(blank=True, max_length=500)),
                        (
                            "asked_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "from_person",
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
                                related_name="handovers",
                                to="accounts.student",
                            ),
                        ),
                        (
                            "to_person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handovers_offered",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("student",),
                                name="one_handover_waits_per_student",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuardianLimit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "block",
                            models.CharField(
                                choices=[
                                    ("contact", "where and how the child and the other family members are reached"),
                                    ("health", "health and wellbeing"),
                                    ("needs", "needs"),
                                    ("plan", "the plan"),
                                    ("evidence", "what was seen and how it stands"),
                                    ("meetings", "meetings"),
                                    ("everything", "the whole page"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("document", models.CharField(max_length=300)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "entered_by",
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
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="guardian_limits",
                                to="accounts.student",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["guardian", "student"], name="limits_of_a_guardian")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("document", ""), _negated=True), name="limit_names_its_document"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                                ),
                                name="limit_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StoredFile",
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
                                choices=[("picture", "picture"), ("audio", "recording"), ("document", "document")],
                                max_length=10,
                            ),
                        ),
                        ("file", models.FileField(upload_to="files/")),
                        ("name", models.CharField(blank=True, max_length=200)),
                        ("content_type", models.CharField(max_length=60)),
                        ("size", models.PositiveIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("description", models.CharField(blank=True, max_length=500)),
                        ("language", models.CharField(blank=True, max_length=35)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="accounts.student"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("size__gt", 0), ("size__lte", 10485760)),
                                name="file_has_at_most_10_mb",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseloadHandoverEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting for the new navigator"),
                                    ("accepted", "accepted"),
                                    ("declined", "declined"),
                                    ("withdrawn", "taken back"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("answer", models.CharField(blank=True, max_length=500)),
                        (
                            "asked_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                        (
                            "from_person",
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
                                to="accounts.caseloadhandover",
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
                            "to_person",
                            models.ForeignKey(
                                db_constraint=False,
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
                    name="GuardianLimitEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "block",
                            models.CharField(
                                choices=[
                                    ("contact", "where and how the child and the other family members are reached"),
                                    ("health", "health and wellbeing"),
                                    ("needs", "needs"),
                                    ("plan", "the plan"),
                                    ("evidence", "what was seen and how it stands"),
                                    ("meetings", "meetings"),
                                    ("everything", "the whole page"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("document", models.CharField(max_length=300)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "entered_by",
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
                                to="accounts.guardianlimit",
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
                migrations.AddField(
                    model_name="apitoken",
                    name="last_used_on",
                    field=models.DateField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="relationship",
                    name="domains",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="relationship",
                    name="household",
                    field=models.CharField(blank=True, max_length=40),
                ),
                migrations.AddField(
                    model_name="relationshipevent",
                    name="domains",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="relationshipevent",
                    name="household",
                    field=models.CharField(blank=True, max_length=40),
                ),
                migrations.AddField(
                    model_name="school",
                    name="caseload_cap",
                    field=models.PositiveSmallIntegerField(default=15),
                ),
                migrations.AddField(
                    model_name="user",
                    name="locked_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="user",
                    name="unlocked_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("import_roster", "roster import"),
                            ("import_framework", "framework import"),
                            ("import_packet", "transfer packet"),
                            ("recompute", "recompute"),
                        ],
                        max_length=30,
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="enrolment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_enrolmentevent" ("ends_on", "id", "is_active", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on", "student_id") VALUES (OLD."ends_on", OLD."id", OLD."is_active", clock_timestamp(), \'update\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="d6686d890a6148b779430f0aae307d6a59d6da1f",
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
                            func='INSERT INTO "accounts_enrolmentevent" ("ends_on", "id", "is_active", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on", "student_id") VALUES (OLD."ends_on", OLD."id", OLD."is_active", clock_timestamp(), \'delete\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="ef7362be7cb494f407172ef16cebbb3c9d8da0aa",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bda0a",
                            table="accounts_enrolment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_personevent" ("created_at", "email", "family_name", "given_name", "id", "is_active", "languages", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferred_name", "public_id", "sort_name", "source") VALUES (OLD."created_at", OLD."email", OLD."family_name", OLD."given_name", OLD."id", OLD."is_active", OLD."languages", clock_timestamp(), \'update\', OLD."id", OLD."phone", OLD."preferred_name", OLD."public_id", OLD."sort_name", OLD."source"); RETURN NULL;',
                            hash="4f23e1cc8fa121ec2ff965d391c102cfb87e83b5",
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
                            func='INSERT INTO "accounts_personevent" ("created_at", "email", "family_name", "given_name", "id", "is_active", "languages", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferred_name", "public_id", "sort_name", "source") VALUES (OLD."created_at", OLD."email", OLD."family_name", OLD."given_name", OLD."id", OLD."is_active", OLD."languages", clock_timestamp(), \'delete\', OLD."id", OLD."phone", OLD."preferred_name", OLD."public_id", OLD."sort_name", OLD."source"); RETURN NULL;',
                            hash="f3e531fb55159c1c1d16d005a4368327ff545267",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_18acd",
                            table="accounts_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="relationship",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_relationshipevent" ("domains", "ends_on", "household", "id", "kind", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "starts_on", "student_id") VALUES (OLD."domains", OLD."ends_on", OLD."household", OLD."id", OLD."kind", OLD."person_id", clock_timestamp(), \'update\', OLD."id", OLD."section_id", OLD."source", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="e313a4b27502b690c9ad9f4bda501711c2336361",
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
                            func='INSERT INTO "accounts_relationshipevent" ("domains", "ends_on", "household", "id", "kind", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "starts_on", "student_id") VALUES (OLD."domains", OLD."ends_on", OLD."household", OLD."id", OLD."kind", OLD."person_id", clock_timestamp(), \'delete\', OLD."id", OLD."section_id", OLD."source", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="ae90365c5603a3c94689e158e82c8ebbb8fb7cb9",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_102c5",
                            table="accounts_relationship",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="student",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_studentevent" ("alias_of_id", "entered_on", "grade", "id", "is_active", "left_on", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "school_id") VALUES (OLD."alias_of_id", OLD."entered_on", OLD."grade", OLD."id", OLD."is_active", OLD."left_on", OLD."person_id", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."school_id"); RETURN NULL;',
                            hash="de3fb6ed933eb0add4a82524d1c5004ec4a05ca7",
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
                            func='INSERT INTO "accounts_studentevent" ("alias_of_id", "entered_on", "grade", "id", "is_active", "left_on", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "school_id") VALUES (OLD."alias_of_id", OLD."entered_on", OLD."grade", OLD."id", OLD."is_active", OLD."left_on", OLD."person_id", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."school_id"); RETURN NULL;',
                            hash="d164c36e594e6450394ee50803903eb957d1232a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d1d49",
                            table="accounts_student",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teachingassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_teachingassignmentevent" ("ends_on", "id", "is_active", "is_primary", "is_substitute", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on") VALUES (OLD."ends_on", OLD."id", OLD."is_active", OLD."is_primary", OLD."is_substitute", OLD."person_id", clock_timestamp(), \'update\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on"); RETURN NULL;',
                            hash="df780ad30bb24a6e0534f227b2b5f885993f5ecc",
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
                            func='INSERT INTO "accounts_teachingassignmentevent" ("ends_on", "id", "is_active", "is_primary", "is_substitute", "person_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source", "source_id", "starts_on") VALUES (OLD."ends_on", OLD."id", OLD."is_active", OLD."is_primary", OLD."is_substitute", OLD."person_id", clock_timestamp(), \'delete\', OLD."id", OLD."section_id", OLD."source", OLD."source_id", OLD."starts_on"); RETURN NULL;',
                            hash="fbc694ca24b2a816033beed6baca51d02adeafcf",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8cbd8",
                            table="accounts_teachingassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="caseloadhandover",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_caseloadhandoverevent" ("answer", "answered_at", "asked_at", "asked_by_id", "from_person_id", "id", "note", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "student_id", "to_person_id", "version") VALUES (OLD."answer", OLD."answered_at", OLD."asked_at", OLD."asked_by_id", OLD."from_person_id", OLD."id", OLD."note", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."state", OLD."student_id", OLD."to_person_id", OLD."version"); RETURN NULL;',
                            hash="a916283e4d66ba3604bbb78ee638f6d516fc92cf",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4bca6",
                            table="accounts_caseloadhandover",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="caseloadhandover",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_caseloadhandoverevent" ("answer", "answered_at", "asked_at", "asked_by_id", "from_person_id", "id", "note", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "student_id", "to_person_id", "version") VALUES (OLD."answer", OLD."answered_at", OLD."asked_at", OLD."asked_by_id", OLD."from_person_id", OLD."id", OLD."note", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."state", OLD."student_id", OLD."to_person_id", OLD."version"); RETURN NULL;',
                            hash="39baaf160d08c819e8a6f23833306c6f2240a036",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_4f076",
                            table="accounts_caseloadhandover",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="caseloadhandoverevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="132e53565f820d718697319971ad2940c2af0d98",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b563c",
                            table="accounts_caseloadhandoverevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="guardianlimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_guardianlimitevent" ("block", "document", "ends_on", "entered_at", "entered_by_id", "guardian_id", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_on", "student_id") VALUES (OLD."block", OLD."document", OLD."ends_on", OLD."entered_at", OLD."entered_by_id", OLD."guardian_id", OLD."id", clock_timestamp(), \'update\', OLD."id", OLD."public_id", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="d04f55435902773c046ba11ffb86a433199257f3",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_183da",
                            table="accounts_guardianlimit",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="guardianlimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_guardianlimitevent" ("block", "document", "ends_on", "entered_at", "entered_by_id", "guardian_id", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_on", "student_id") VALUES (OLD."block", OLD."document", OLD."ends_on", OLD."entered_at", OLD."entered_by_id", OLD."guardian_id", OLD."id", clock_timestamp(), \'delete\', OLD."id", OLD."public_id", OLD."starts_on", OLD."student_id"); RETURN NULL;',
                            hash="807a9a69cca5d5d51036a8117c59f8074b7daced",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b593a",
                            table="accounts_guardianlimit",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="guardianlimitevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="fb9c0715270351974276a11aba2b1af297145c95",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e872c",
                            table="accounts_guardianlimitevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        )
    ]
