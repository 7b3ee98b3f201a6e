import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_who_signs_alone"),
        ("supports", "0005_ready_to_show"),
    ]

    operations = [
        migrations.AddField(
            model_name="catalogueentry",
            name="school",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.school",
            ),
        ),
        migrations.AddField(
            model_name="catalogueentry",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
