from django.db import migrations

# The catalogue of the first version, frozen here: a migration must give the same rows whatever `designs.catalogue` holds
# today. Later catalogues are installed by `manage.py install_catalogue`.
PRODUCTS = {
    "t-shirt": {"name": "T-shirt", "text_max": 50, "size_min": 12, "size_max": 72},
    "hoodie": {"name": "Hoodie", "text_max": 50, "size_min": 12, "size_max": 72},
    "tote-bag": {"name": "Tote bag", "text_max": 50, "size_min": 12, "size_max": 72},
    "mug": {"name": "Mug", "text_max": 100, "size_min": 8, "size_max": 144},
    "poster": {"name": "Poster", "text_max": 200, "size_min": 8, "size_max": 200},
}
PRINT_AREAS = {
    "t-shirt": [
        {"placement": "front", "width_mm": 300, "height_mm": 400, "safe_mm": 5, "main": True},
        {"placement": "back", "width_mm": 300, "height_mm": 400, "safe_mm": 5},
    ],
    "hoodie": [
        {"placement": "front", "width_mm": 300, "height_mm": 300, "safe_mm": 5, "main": True},
        {"placement": "back", "width_mm": 300, "height_mm": 400, "safe_mm": 5},
    ],
    "tote-bag": [
        {"placement": "front", "width_mm": 280, "height_mm": 300, "safe_mm": 5, "main": True},
        {"placement": "back", "width_mm": 280, "height_mm": 300, "safe_mm": 5},
    ],
    "mug": [
        {"placement": "wrap", "width_mm": 200, "height_mm": 90, "bleed_mm": 2, "safe_mm": 3, "min_dpi": 200, "main": True}
    ],
    "poster": [{"placement": "front", "width_mm": 420, "height_mm": 594, "bleed_mm": 3, "safe_mm": 5, "main": True}],
}


def install(apps, schema_editor):
    Product, PrintArea = apps.get_model("designs", "Product"), apps.get_model("designs", "PrintArea")
    for slug, values in PRODUCTS.items():
        product, created = Product.objects.get_or_create(slug=slug, defaults=values)
        if created:
            PrintArea.objects.bulk_create([PrintArea(product=product, **area) for area in PRINT_AREAS[slug]])


class Migration(migrations.Migration):
    dependencies = [("designs", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
