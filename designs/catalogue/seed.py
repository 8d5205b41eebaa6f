"""The shipped catalogue: products with their print areas, as data. `install` turns them into rows.

Usual printable sizes of the trade, in mm. The mug is an 11 oz one, printed all round except at the handle; the poster
is A2. Migration 0002 has a frozen copy of the first catalogue: a change here reaches an installation by
`manage.py install_catalogue` only.
"""

from __future__ import annotations

from typing import Any

PRODUCTS: dict[str, dict[str, Any]] = {
    "t-shirt": {"name": "T-shirt", "text_max": 50, "size_min": 12, "size_max": 72},
    "hoodie": {"name": "Hoodie", "text_max": 50, "size_min": 12, "size_max": 72},
    "tote-bag": {"name": "Tote bag", "text_max": 50, "size_min": 12, "size_max": 72},
    "mug": {"name": "Mug", "text_max": 100, "size_min": 8, "size_max": 144},
    "poster": {"name": "Poster", "text_max": 200, "size_min": 8, "size_max": 200},
}
"""By slug, the fields of `Product`; what is not named has the model's default."""

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
"""By the product's slug, the fields of `PrintArea`; what is not named has the model's default."""
