"""docs/catalogue.md names every field, code, product and technique."""

from pathlib import Path

import pytest
from django.conf import settings

from designs.catalogue.entries import AreaEntry, Entry, OverrideEntry, ProductEntry, TechniqueEntry, VariantEntry
from designs.catalogue.file import read_file
from designs.catalogue.shipped import shipped_catalogue
from rendering.engine.preflight.codes import CODES

TEXT = Path(settings.BASE_DIR, "docs", "catalogue.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", [AreaEntry, OverrideEntry, ProductEntry, TechniqueEntry, VariantEntry])
def test_every_field_is_documented(entry: type[Entry]) -> None:
    assert [name for name in entry.model_fields if f"`{name}`" not in TEXT] == []


def test_every_code_product_and_technique_is_documented() -> None:
    names = [*CODES, *shipped_catalogue().products, *shipped_catalogue().techniques]
    assert [name for name in names if f"`{name}`" not in TEXT] == []


def test_the_example_can_be_loaded() -> None:
    example = TEXT.split("```toml\n")[1].split("```")[0]
    assert list(read_file(example.encode()).products) == ["shirt"]
