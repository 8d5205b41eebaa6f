import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from designs.db.migration_operations import (AddIndex, DropPatternIndex, RemoveIndex, UnindexForeignKey)

# On a table of a million rows each index takes seconds to build, for which AddIndex would keep every writer waiting: on
# PostgreSQL they are built concurrently, which is only possible outside a transaction. The new ones come before the old
# ones go, so that no query is without. Broken off, the migration can be run again. See decision 22.
#
# What is dropped: the indexes of foreign keys with whose column another index begins, and a second index on the keys of
# renditions, for LIKE, which was a fifth of that table. A new design's rows go into twelve fewer indexes than before.

class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('designs', '0007_sessions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('uploaded_for__isnull', False)), fields=['uploaded_for'], name='asset_uploaded_for'),
        ),
        AddIndex(
            model_name='asset',
            index=models.Index(fields=['owner', '-created_at', '-id'], name='asset_by_owner'),
        ),
        AddIndex(
            model_name='design',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['owner', 'test', 'product', '-created_at', '-id'], name='design_by_product'),
        ),
        AddIndex(
            model_name='design',
            index=models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id', 'owner'], name='design_by_number'),
        ),
        AddIndex(
            model_name='design',
            index=models.Index(fields=['owner', '-created_at', '-id'], name='design_by_owner'),
        ),
        AddIndex(
            model_name='design',
            index=models.Index(fields=['product', '-created_at', '-id'], name='design_admin_by_product'),
        ),
        AddIndex(
            model_name='design',
            index=models.Index(condition=models.Q(('deleted_at', None), models.Q(('status', 'published'), _negated=True)), fields=['status', '-created_at', '-id'], name='design_admin_by_status'),
        ),
        RemoveIndex(
            model_name='design',
            name='design_external_id',
        ),
        UnindexForeignKey(
            model_name='asset',
            name='owner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assets', to=settings.AUTH_USER_MODEL),
        ),
        UnindexForeignKey(
            model_name='assetuse',
            name='revision',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='asset_uses', to='designs.designrevision'),
        ),
        UnindexForeignKey(
            model_name='design',
            name='owner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='designs', to=settings.AUTH_USER_MODEL),
        ),
        UnindexForeignKey(
            model_name='design',
            name='product',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='designs', to='designs.product'),
        ),
        UnindexForeignKey(
            model_name='designrevision',
            name='design',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='designs.design'),
        ),
        UnindexForeignKey(
            model_name='render',
            name='design',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='renders', to='designs.design'),
        ),
        UnindexForeignKey(
            model_name='rendition',
            name='render',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='designs.render'),
        ),
        DropPatternIndex('rendition', 'key'),
    ]
