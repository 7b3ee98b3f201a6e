from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_who_signs_alone")]

    operations = [
        migrations.AddField(
            model_name="schoolyear",
            name="kept_by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveField(model_name="school", name="time_zone"),
    ]
