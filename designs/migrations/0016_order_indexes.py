from django.db import migrations, models

from designs.db.migration_operations import AddIndex, AddJsonIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('designs', '0015_pins'),
    ]

    operations = [
        AddIndex(
            model_name='design',
            index=models.Index(condition=models.Q(('customer', ''), _negated=True), fields=['customer', 'owner'], name='design_by_customer'),
        ),
        AddIndex(
            model_name='design',
            index=models.Index(condition=models.Q(('deleted_at', None), ('status', 'draft')), fields=['updated_at'], name='design_drafts'),
        ),
        AddJsonIndex('design', 'metadata', 'design_by_metadata'),
    ]
