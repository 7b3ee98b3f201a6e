"""Monday's message comes until its reader turns it off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; everybody there is gets the message as before."""

    dependencies = [("accounts", "0004_rated_by_a_colleague")]

    operations = [
        migrations.AddField(
            model_name="user", name="wants_digest", field=models.BooleanField(db_default=True, default=True)
        ),
    ]
