"""A goal says how and where it is worked on, in school and out of it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("success_plans", "0009_reminders_are_remembered"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="goal",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="goal",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="goal",
            name="how_where",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="how_where",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="goal",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "success_plans_goalevent" ("author_id", "baseline", "changed_at", "competency_id", "created_at", "due_on", "helper_id", "horizon", "how_where", "id", "language", "measure", "measure_kind", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "steps", "target", "text", "version", "voice", "why") VALUES (OLD."author_id", OLD."baseline", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."due_on", OLD."helper_id", OLD."horizon", OLD."how_where", OLD."id", OLD."language", OLD."measure", OLD."measure_kind", clock_timestamp(), \'update\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."steps", OLD."target", OLD."text", OLD."version", OLD."voice", OLD."why"); RETURN NULL;',
                    hash="824347ae3c6c5a0255f0c7d658be19254ddca6fc",
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
                    func='INSERT INTO "success_plans_goalevent" ("author_id", "baseline", "changed_at", "competency_id", "created_at", "due_on", "helper_id", "horizon", "how_where", "id", "language", "measure", "measure_kind", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "state", "steps", "target", "text", "version", "voice", "why") VALUES (OLD."author_id", OLD."baseline", OLD."changed_at", OLD."competency_id", OLD."created_at", OLD."due_on", OLD."helper_id", OLD."horizon", OLD."how_where", OLD."id", OLD."language", OLD."measure", OLD."measure_kind", clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."public_id", OLD."state", OLD."steps", OLD."target", OLD."text", OLD."version", OLD."voice", OLD."why"); RETURN NULL;',
                    hash="21663f1232d050c2dec2f609950471d19ae868db",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6761d",
                    table="success_plans_goal",
                    when="AFTER",
                ),
            ),
        ),
    ]
