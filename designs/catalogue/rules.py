"""Which products have other rules than before, and how many published designs were drawn by their old rules.

A render keeps a copy of the rules that it was drawn by. When those of a product change, the moment is recorded, and a
published design counts as one of the old rules if its render was requested before. This takes no look into the copies:
a product that is changed and changed back counts as changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now

from designs.catalogue.entries import CatalogueFile, ProductEntry
from designs.models import Design, PrintArea, Product

COUNTED = 10_000  # designs of one product; a page need not say more exactly how many there are
_RULES = ("text_min", "text_max", "size_min", "size_max", "technique", "severities")
_NOT_OF_AREAS = {"x_mm", "y_mm"}  # where an area lies on the product decides nothing that is drawn


def mark_rules_changed(slugs: Collection[str]) -> None:
    """Record that the rules of these products have just changed, by the database's clock, if they have designs."""
    if slugs:
        designs = Design.objects.filter(product=OuterRef("pk"))
        Product.objects.filter(Exists(designs), slug__in=slugs).update(rules_changed_at=Now())


def find_changed_rules(stored: CatalogueFile, wanted: CatalogueFile) -> list[str]:
    """Return the slugs of stored products whose designs would be judged or drawn otherwise; by techniques, too."""
    techniques = {
        slug
        for slug, technique in stored.techniques.items()
        if slug in wanted.techniques
        and technique.model_copy(update={"name": ""}) != wanted.techniques[slug].model_copy(update={"name": ""})
    }
    return [
        slug
        for slug, old in stored.products.items()
        if (new := wanted.products.get(slug))
        and (
            (techniques and not techniques.isdisjoint(_techniques(old)))
            or (new is not old and (_rules(old) != _rules(new) or _has_other_variants(old, new)))
        )
    ]


def find_users_of(technique: str) -> set[str]:
    """Return the slugs of the products that are printed by a technique, wholly or on one area or variant."""
    by_product = Product.objects.filter(Q(technique__slug=technique) | Q(print_areas__technique__slug=technique))
    overridden = PrintArea.objects.exclude(overrides=[]).values_list("product__slug", "overrides")
    return {
        *by_product.values_list("slug", flat=True),
        *(slug for slug, overrides in overridden if any(each.get("technique") == technique for each in overrides)),
    }


def count_designs_on_old_rules(product: Product) -> tuple[int, bool]:
    """Return how many published designs were drawn before the product's rules changed, and whether these are all.

    Only the COUNTED newest designs are looked at, in the order of an index.
    """
    changed = product.rules_changed_at
    if changed is None:
        return 0, True
    published = Design.objects.filter(product=product, deleted_at=None, status="published", created_at__lt=changed)
    newest = published.order_by("-created_at", "-id").values("pk")[:COUNTED]
    is_old = Q(published_render__requested_at__lt=changed)
    found = Design.objects.filter(pk__in=newest).aggregate(seen=Count("pk"), old=Count("pk", filter=is_old))
    return found["old"], found["seen"] < COUNTED


def _techniques(product: ProductEntry) -> Iterator[str | None]:
    yield product.technique
    for area in product.areas:
        yield area.technique
        yield from (override.technique for override in area.overrides)


def _rules(product: ProductEntry) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    areas = sorted(product.areas, key=lambda area: area.placement)
    return {name: getattr(product, name) for name in _RULES}, [area.model_dump(exclude=_NOT_OF_AREAS) for area in areas]


def _has_other_variants(old: ProductEntry, new: ProductEntry) -> bool:
    """Tell whether a variant that both have shows another colour, or is of another size, by which areas differ."""
    before = {variant.sku: (variant.color, variant.size) for variant in old.variants}
    return any(before.get(each.sku, looks) != looks for each in new.variants for looks in [(each.color, each.size)])
