"""The products a new installation starts with; rows from then on, the administrator's to change."""

from __future__ import annotations

from typing import Any

PRODUCTS: dict[str, dict[str, Any]] = {
    "t-shirt": {"name": "T-shirt", "text_max": 50, "size_min": 12, "size_max": 72},
    "hoodie": {"name": "Hoodie", "text_max": 50, "size_min": 12, "size_max": 72},
    "tote-bag": {"name": "Tote bag", "text_max": 50, "size_min": 12, "size_max": 72},
    "mug": {"name": "Mug", "text_max": 100, "size_min": 8, "size_max": 144},
    "poster": {"name": "Poster", "text_max": 200, "size_min": 8, "size_max": 200},
}

# Usual printable sizes of the trade, mm. The mug is an 11 oz one, printed around but for its handle; the poster is A2.
PRINT_AREAS: dict[str, list[dict[str, Any]]] = {
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
        {
            "placement": "wrap",
            "width_mm": 200,
            "height_mm": 90,
            "bleed_mm": 2,
            "safe_mm": 3,
            "min_dpi": 200,
            "main": True,
        }
    ],
    "poster": [{"placement": "front", "width_mm": 420, "height_mm": 594, "bleed_mm": 3, "safe_mm": 5, "main": True}],
}


def install_products(product: Any, print_area: Any) -> int:  # model classes, a migration's historical ones too
    """Add the products that are missing and return how many those were; what an administrator changed stands."""
    added = 0
    for slug, values in PRODUCTS.items():
        row, created = product.objects.get_or_create(slug=slug, defaults=values)
        if created:
            added += 1
            print_area.objects.bulk_create([print_area(product=row, **area) for area in PRINT_AREAS[slug]])
    return added
