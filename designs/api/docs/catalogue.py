"""Example responses of the catalogue endpoints."""

from __future__ import annotations

from typing import Any

from designs.api.docs.examples import HOST, example_sha256

PRODUCTS_EXAMPLE: dict[str, Any] = {
    "next": None,
    "previous": None,
    "results": [
        {
            "product_type": "mug",
            "name": "Mug",
            "group": "drinkware",
            "technique": "sublimation",
            "text_length": {"min": 1, "max": 100},
            "font_size": {"min": 8, "max": 144},
            "print_areas": [
                {
                    "placement": "wrap",
                    "main": True,
                    "width_mm": 200,
                    "height_mm": 90,
                    "bleed_mm": 2,
                    "safe_mm": 3,
                    "min_dpi": 200,
                }
            ],
            "variant_count": 1,
        }
    ],
}
PRODUCT_EXAMPLE: dict[str, Any] = {
    "product_type": "t-shirt",
    "name": "T-shirt",
    "description": "Cotton, 180 g/m².",
    "group": "apparel",
    "technique": "dtg",
    "text_length": {"min": 1, "max": 50},
    "font_size": {"min": 12, "max": 72},
    "print_areas": [
        {
            "placement": "front",
            "main": True,
            "width_mm": 300,
            "height_mm": 400,
            "bleed_mm": 0,
            "safe_mm": 5,
            "min_dpi": 150,
            "recommended_dpi": 300,
            "corner_radius_mm": 0,
            "outline": None,
            "colors": [],
            "max_colors": 0,
            "mirrored": False,
            "x_mm": 120,
            "y_mm": 80,
            "technique": "dtg",
            "overrides": [{"sizes": ["S"], "width_mm": 280}],
        }
    ],
    "severities": {"low_resolution": "error"},
    "techniques": [
        {
            "slug": "dtg",
            "name": "Direct to garment",
            "min_line_mm": 0.5,
            "min_gap_mm": 0.5,
            "min_text_mm": 1.5,
            "min_module_mm": 0.8,
            "max_colors": 0,
            "max_ink": 0,
            "blur_mm": 0.1,
            "semi_transparency": False,
            "gradients": True,
            "white_ink": True,
            "shows_product": False,
            "severities": {"thin_line": "error"},
        }
    ],
    "variants": [{"sku": "TS-NAVY-S", "color_name": "Navy", "color": "#1F2A44", "size": "S", "active": True}],
    "variant_count": 1,
}
FONTS_EXAMPLE: dict[str, Any] = {
    "samples_url": f"{HOST}/api/v1/fonts/samples.webp?v=5d1f0c2ab3e49876",
    "samples_width": 1200,
    "samples_height": 1760,
    "results": [
        {
            "name": "Roboto-Regular",
            "family": "Roboto",
            "style": "Regular",
            "category": "sans",
            "scripts": ["Latn", "Viet", "Grek", "Cyrl"],
            "languages": ["cs", "de", "el", "en", "pl", "ru", "tr", "vi"],
            "axes": [{"tag": "wght", "min": 100, "default": 400, "max": 900}],
            "license": "OFL-1.1",
            "sha256": example_sha256("Roboto-Regular"),
            "sample_url": f"{HOST}/api/v1/fonts/Roboto-Regular/sample?v=0a1b2c3d4e5f6071",
            "sample": {"x": 600, "y": 1360, "width": 300, "height": 80},
        }
    ],
}
