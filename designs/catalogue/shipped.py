"""The shipped catalogue: techniques and products of `shipped.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from designs.catalogue.entries import CatalogueFile
from designs.catalogue.file import read_file

SHIPPED_FILE = Path(__file__).with_name("shipped.toml")
TECHNIQUE = "technique:"
"""Begins the names of techniques where products are named by their slugs alone."""


@cache
def shipped_catalogue() -> CatalogueFile:
    """Return the shipped catalogue; do not change it."""
    return read_file(SHIPPED_FILE.read_bytes())


def shipped_names() -> list[str]:
    """Return the names of all shipped techniques and products, in the order of the file."""
    catalogue = shipped_catalogue()
    return [*(f"{TECHNIQUE}{slug}" for slug in catalogue.techniques), *catalogue.products]
