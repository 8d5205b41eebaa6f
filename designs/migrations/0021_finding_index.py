from django.db import migrations

from designs.db.migration_operations import AddJsonIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('designs', '0020_overrides'),
    ]

    operations = [
        AddJsonIndex('render', 'findings', 'render_by_finding', where="state = 'succeeded' AND findings <> '[]'::jsonb"),
    ]
