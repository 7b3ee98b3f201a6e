"""Reminders come until their reader chooses otherwise; to nobody who turned Monday's message off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; whoever has Monday's message has the reminders too."""

    dependencies = [("accounts", "0013_will_teach")]

    operations = [
        migrations.AddField(
            model_name="user", name="wants_reminders", field=models.BooleanField(db_default=True, default=True)
        ),
    ]
