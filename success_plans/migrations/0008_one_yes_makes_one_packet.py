"""A packet names the one whose yes it was made from; a yes makes one packet."""

import django.db.models.deletion
from django.db import migrations, models

# A packet made from a yes bears the moment of that yes, which is before its own. The first of them followed it.
FIRST_FOLLOWS = """
UPDATE success_plans_transferpacket f SET after_id = s.id
FROM success_plans_transferpacket s
WHERE s.opened_at > s.created_at AND f.opened_at < f.created_at
  AND f.student_id = s.student_id AND f.opened_at = s.opened_at AND f.opened_by_id = s.opened_by_id
  AND f.id = (SELECT min(o.id) FROM success_plans_transferpacket o
              WHERE o.student_id = s.student_id AND o.opened_at = s.opened_at AND o.opened_by_id = s.opened_by_id
                AND o.opened_at < o.created_at)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("success_plans", "0007_packets_leave_closed_parts_here"),
    ]

    operations = [
        migrations.AddField(
            model_name="transferpacket",
            name="after",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="success_plans.transferpacket",
            ),
        ),
        migrations.RunSQL(FIRST_FOLLOWS, migrations.RunSQL.noop),
    ]
