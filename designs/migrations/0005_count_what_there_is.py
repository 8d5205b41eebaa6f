from django.db import migrations
from django.db.models import Count, Sum
from django.utils import timezone


def count(apps, schema_editor):
    """Give each owner the row that from now on is counted in."""
    Design, Rendition, Quota = (apps.get_model("designs", name) for name in ("Design", "Rendition", "Quota"))
    month = timezone.now().date().replace(day=1)
    sizes = dict(Rendition.objects.order_by().values_list("render__owner").annotate(Sum("bytes")))
    made = dict(
        Design.objects.filter(created_at__date__gte=month).order_by().values_list("owner").annotate(Count("pk"))
    )
    owners = set(Design.objects.order_by().values_list("owner", flat=True).distinct()) | set(sizes)
    rows = [
        Quota(owner_id=owner, month=month, designs=made.get(owner, 0), storage_bytes=sizes.get(owner, 0))
        for owner in owners
    ]
    Quota.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("designs", "0004_assets_quotas_test_designs")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
