"""Brings the shipped catalogue into the database without touching what an operator has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum

from django.db import transaction

from designs.catalogue.earlier import EARLIER, digest_entry
from designs.catalogue.entries import CatalogueFile, ProductEntry, TechniqueEntry
from designs.catalogue.merge import describe_fields, describe_product
from designs.catalogue.shipped import TECHNIQUE, shipped_catalogue, shipped_names
from designs.catalogue.store import store_catalogue
from designs.catalogue.stored import read_catalogue, read_sku_owners


class InstallAction(Enum):
    """The result for one shipped product or technique."""

    ADDED = "added"
    UNCHANGED = "unchanged"  # its rows are as shipped
    UPDATED = "updated"  # its rows were as shipped with an earlier version, and are as shipped now
    LEFT = "left"  # its rows differ from the shipped ones
    OVERWRITTEN = "overwritten"


@transaction.atomic
def install_catalogue(overwrite: Collection[str] = ()) -> dict[str, InstallAction]:
    """Add the shipped techniques and products that are missing; return the result for each, by name.

    The name of a product is its slug, that of a technique has `TECHNIQUE` before. Entries that differ are left alone,
    except those that are as an earlier version shipped them, and those in `overwrite`: they become the shipped ones,
    but not `active`. Variants that an operator has added to a product that is overwritten become inactive.
    Raises KeyError with the first name in `overwrite` that is not shipped.
    """
    names = shipped_names()
    if unknown := sorted(set(overwrite) - set(names)):
        raise KeyError(unknown[0])
    stored = read_shipped_rows()
    actions = {name: _choose_action(name, stored, overwrite) for name in names}
    chosen = {name for name, action in actions.items() if action not in {InstallAction.LEFT, InstallAction.UNCHANGED}}
    store_catalogue(stored, _replace_entries(stored, chosen))
    return actions


def read_shipped_rows() -> CatalogueFile:
    """Return all techniques, and the products that have the slug of a shipped one."""
    return read_catalogue(shipped_catalogue().products)


def find_changes(name: str, stored: CatalogueFile) -> Iterator[str]:
    """Yield what differs between what is stored and what is shipped: fields, print areas by placement, variants."""
    present, shipped = _find(name, stored), _find(name, shipped_catalogue())
    if present is None or shipped is None:
        return
    if isinstance(present, ProductEntry) and isinstance(shipped, ProductEntry):
        shipped = shipped.model_copy(update={"active": present.active})
        yield from dict.fromkeys(describe_product(shipped, present))
    else:
        yield from describe_fields(shipped, present)


def _find(name: str, catalogue: CatalogueFile) -> ProductEntry | TechniqueEntry | None:
    if name.startswith(TECHNIQUE):
        return catalogue.techniques.get(name.removeprefix(TECHNIQUE))
    return catalogue.products.get(name)


def _choose_action(name: str, stored: CatalogueFile, overwrite: Collection[str]) -> InstallAction:
    present = _find(name, stored)
    if present is None:
        return InstallAction.ADDED
    if not list(find_changes(name, stored)):
        return InstallAction.UNCHANGED
    if name in overwrite:
        return InstallAction.OVERWRITTEN
    return InstallAction.UPDATED if digest_entry(present) in EARLIER.get(name, ()) else InstallAction.LEFT


def _replace_entries(stored: CatalogueFile, names: Collection[str]) -> CatalogueFile:
    """Return the stored catalogue with the shipped entries of these names."""
    shipped, owners = shipped_catalogue(), read_sku_owners()
    techniques, products = dict(stored.techniques), dict(stored.products)
    for name in names:
        entry = _find(name, shipped)
        if isinstance(entry, TechniqueEntry):
            techniques[name.removeprefix(TECHNIQUE)] = entry
        elif isinstance(entry, ProductEntry):
            products[name] = _fit_product(name, entry, stored.products.get(name), owners)
    return CatalogueFile.model_construct(version=1, techniques=techniques, products=products)


def _fit_product(slug: str, entry: ProductEntry, old: ProductEntry | None, owners: dict[str, str]) -> ProductEntry:
    """Return a shipped product without SKUs that other products have, with the operator's own variants at the end."""
    shipped = {variant.sku for variant in entry.variants}
    variants = [variant for variant in entry.variants if owners.get(variant.sku, slug) == slug]
    if old:
        were_active = {variant.sku: variant.active for variant in old.variants}
        variants = [each.model_copy(update={"active": were_active.get(each.sku, each.active)}) for each in variants]
        variants += [each.model_copy(update={"active": False}) for each in old.variants if each.sku not in shipped]
    return entry.model_copy(update={"variants": variants, "active": old.active if old else entry.active})
