from django.db import migrations

from designs.catalogue import seed


def install(apps, schema_editor):
    seed.install_products(apps.get_model("designs", "Product"), apps.get_model("designs", "PrintArea"))


class Migration(migrations.Migration):
    dependencies = [("designs", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
