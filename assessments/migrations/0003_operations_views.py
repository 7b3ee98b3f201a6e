"""Backlog and quarantine as SQL views, so that any monitor can read them without the application."""

from django.db import migrations

BACKLOG = """
CREATE VIEW operations_backlog AS
SELECT count(*) FILTER (WHERE quarantined_at IS NULL) AS waiting,
       count(*) FILTER (WHERE quarantined_at IS NULL AND leased_until > now()) AS leased,
       coalesce(extract(epoch FROM now() - min(requested_at) FILTER (WHERE quarantined_at IS NULL)), 0)
           AS oldest_seconds
FROM assessments_refreshrequest
"""
QUARANTINE = """
CREATE VIEW operations_quarantine AS
SELECT last_error AS error, count(*) AS requests, max(attempts) AS attempts, min(quarantined_at) AS since
FROM assessments_refreshrequest WHERE quarantined_at IS NOT NULL GROUP BY last_error
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_refresh_version_sequence")]

    operations = [
        migrations.RunSQL(BACKLOG, "DROP VIEW operations_backlog"),
        migrations.RunSQL(QUARANTINE, "DROP VIEW operations_quarantine"),
    ]
