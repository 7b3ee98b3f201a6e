"""What runs once a night is remembered in the database, whatever restarts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supports", "0006_a_schools_own_catalogue")]

    operations = [
        migrations.CreateModel(
            name="NightRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(max_length=120, unique=True)),
                ("rung_for", models.DateField(null=True)),
                ("rung_at", models.DateTimeField(null=True)),
                ("done_for", models.DateField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
