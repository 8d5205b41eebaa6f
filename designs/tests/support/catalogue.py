"""A small catalogue with variants and techniques."""

from __future__ import annotations

from typing import Any

from designs.models import PrintArea, Product, Technique, Variant

NAVY, RED = "#101830", "#FF0000"


def make_technique(slug: str = "dtg-test", **values: Any) -> Technique:
    """Make a technique."""
    return Technique.objects.create(slug=slug, name=slug.upper(), **values)


def make_variants(slug: str = "t-shirt") -> Product:
    """Give a product three variants: navy in S and M, and red, which is not offered any more."""
    product = Product.objects.get(slug=slug)
    rows = [("NAVY-S", "Navy", NAVY, "S", True), ("NAVY-M", "Navy", NAVY, "M", True), ("RED-S", "Red", RED, "S", False)]
    Variant.objects.filter(product=product).delete()
    for order, (sku, name, color, size, active) in enumerate(rows):
        values = {"color_name": name, "color": color, "size": size, "active": active, "order": order}
        Variant.objects.create(product=product, sku=sku, **values)
    return product


def judge_strictly(slug: str = "t-shirt") -> None:
    """Let what is hard to read be an error on a product."""
    Product.objects.filter(slug=slug).update(severities={"invisible_on_product": "error"})


def override_area(slug: str = "t-shirt", placement: str = "front", **values: Any) -> None:
    """Let size S of a product have other values on one placement."""
    areas = PrintArea.objects.filter(product__slug=slug, placement=placement)
    areas.update(overrides=[{"sizes": ["S"], **values}])


def dark_text(**changes: Any) -> dict[str, Any]:
    """Return data with a nearly black text on a transparent ground: it cannot be read on navy."""
    text = {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 30, "color": "#0A1022"}
    return {"version": 1, "placements": {"front": {"layers": [text]}}, **changes}
