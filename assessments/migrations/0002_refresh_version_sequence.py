"""Versions of refresh requests come from a sequence, never from +1: a re-inserted row must not look older."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE assessments_refresh_version AS bigint",
            "DROP SEQUENCE assessments_refresh_version",
        ),
    ]
