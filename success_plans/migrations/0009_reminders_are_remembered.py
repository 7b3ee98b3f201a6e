"""What somebody was reminded of."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_who_wants_reminders"),
        ("success_plans", "0008_one_yes_makes_one_packet"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("step", "a step of the year"),
                            ("meeting", "a meeting"),
                            ("packet", "closed parts of a plan that was sent"),
                        ],
                        max_length=10,
                    ),
                ),
                ("of_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("soon", "falls due soon"), ("past", "past its day"), ("asked", "asked")],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField()),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "day"], name="reminders_of_a_person_and_day"),
                    models.Index(fields=["day"], name="reminders_of_a_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "of", "of_id", "kind"), name="reminded_once_of_a_thing_and_kind"
                    )
                ],
            },
        ),
    ]
