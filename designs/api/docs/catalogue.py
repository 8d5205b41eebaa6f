"""Example responses of the catalogue endpoints."""

from __future__ import annotations

from typing import Any

from designs.api.docs.examples import HOST, example_sha256

PRODUCTS_EXAMPLE: dict[str, Any] = {
    "results": [
        {
            "product_type": "mug",
            "name": "Mug",
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
        }
    ]
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
