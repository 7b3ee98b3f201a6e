"""A message that a mail server did not take rests before it is offered again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_who_wants_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="familyinvitation",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="familyinvitation",
            name="refusals",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
