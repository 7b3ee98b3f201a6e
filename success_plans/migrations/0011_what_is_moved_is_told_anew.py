"""A reminder knows which day the thing was due on, so that what is moved is told of anew."""

from django.conf import settings
from django.db import migrations, models

DUE_STEPS = """
UPDATE success_plans_reminder r SET due_on = s.due_on
FROM success_plans_cyclestep s WHERE r.of = 'step' AND s.public_id = r.of_id
"""
DUE_MEETINGS = """
UPDATE success_plans_reminder r SET due_on = (m.starts_at AT TIME ZONE %s)::date
FROM success_plans_meeting m WHERE r.of = 'meeting' AND m.public_id = r.of_id
"""
LAST_ONLY = """
DELETE FROM success_plans_reminder r USING success_plans_reminder later
WHERE later.person_id = r.person_id AND later.of = r.of AND later.of_id = r.of_id AND later.kind = r.kind
  AND later.id > r.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("success_plans", "0010_goals_say_how_and_where"),
    ]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(
            model_name="reminder",
            name="reminded_once_of_a_thing_and_kind",
        ),
        migrations.RunSQL([DUE_STEPS, (DUE_MEETINGS, [settings.TIME_ZONE])], LAST_ONLY),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("person", "of", "of_id", "kind", "due_on"),
                name="reminded_once_of_a_thing_kind_and_day_due",
                nulls_distinct=False,
            ),
        ),
    ]
