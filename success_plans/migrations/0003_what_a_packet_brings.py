"""Consents name where they were given; whoever comes to a meeting has an id that a transfer packet can name."""

import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns. The ids of rows that are there already are made by the database, one by one."""

    dependencies = [("success_plans", "0002_the_whole_plan")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="elsewhere",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="meetingattendee",
            name="public_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                unique=True,
            ),
        ),
    ]
