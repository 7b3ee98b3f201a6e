"""A writer of evidence holds a lock that names the second it began, for the operator."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_a_silent_writer_ends"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="evidence",
            name="evidence_in_the_making",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="evidence_in_the_making",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF COALESCE(current_setting('throughline.feed_of', true), '') <> pg_current_xact_id()::text THEN\n                        PERFORM pg_advisory_xact_lock_shared(\n                            (1178944836::bigint << 32) | COALESCE(pg_sequence_last_value(\n                                pg_get_serial_sequence('assessments_evidence', 'id')::regclass), 0));\n                        PERFORM pg_advisory_xact_lock_shared(\n                            (1178944837::bigint << 32) | floor(EXTRACT(epoch FROM clock_timestamp()))::bigint);\n                        PERFORM set_config('throughline.feed_of', pg_current_xact_id()::text, true);\n                        IF current_setting('idle_in_transaction_session_timeout') = '0' THEN\n                            PERFORM set_config('idle_in_transaction_session_timeout', '60s', true);\n                        END IF;\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="fb6aac38acf0c6d75a55b5a972a32b04556733d5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_evidence_in_the_making_655c2",
                    table="assessments_evidence",
                    when="BEFORE",
                ),
            ),
        ),
    ]
