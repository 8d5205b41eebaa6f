"""`manage.py loadcatalogue` and `dumpcatalogue`: what goes out comes in, and nothing is lost on the way."""

from __future__ import annotations

import io
import json
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomli_w
from django.core.management import CommandError, call_command

from designs.catalogue.dump import SCHEMA_NAME, dump_schema
from designs.catalogue.shipped import SHIPPED_FILE
from designs.catalogue.store import store_catalogue
from designs.models import Design, PrintArea, Product, Technique, Variant
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
MUG = {"placement": "wrap", "main": True, "width_mm": 200, "height_mm": 90}


def dump() -> str:
    out = StringIO()
    call_command("dumpcatalogue", stdout=out)
    return out.getvalue()


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Load a text, or a tree of values, and return what the command prints."""

    def run(content: str | dict[str, Any], *arguments: str, **options: Any) -> list[str]:
        text = content if isinstance(content, str) else tomli_w.dumps({"version": 1, **content})
        (tmp_path / "shop.toml").write_text(text, encoding="utf-8", newline="")
        out = StringIO()
        call_command("loadcatalogue", str(tmp_path / "shop.toml"), *arguments, stdout=out, **options)
        return out.getvalue().splitlines()

    return run


def product(**values: Any) -> dict[str, Any]:
    limits = {"text_max": 50, "size_min": 8, "size_max": 72}
    return {"name": "Dress", **limits, "areas": [{**MUG, "placement": "front"}], **values}


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Technique, Product, PrintArea, Variant)]


def make_odd_catalogue() -> None:
    """Store values that are easily lost: every column, odd characters, orders, products without variants."""
    Technique.objects.filter(slug="dtg").update(severities={"thin_line": "error", "upscaled": "off", "no_ink": "info"})
    shirt = Product.objects.get(slug="t-shirt")
    Product.objects.filter(pk=shirt.pk).update(
        name='Shirt "№ 1" \\',
        description="One\r\ntwo\ttabs \x7f\nthree ✓ 👕",
        active=False,
        severities={"covered": "off"},
    )
    overrides = [
        {"sizes": ["S"], "width_mm": 250, "mirrored": False, "technique": "dtf", "colors": []},
        {"skus": ["t-shirt-white-m"], "min_dpi": 200, "outline": "M0 0H9V9Z", "x_mm": 0.1 + 0.2},
    ]
    values: dict[str, Any] = {"colors": ["#FF0000", "#00FF00"], "max_colors": 2, "mirrored": True, "x_mm": -1.25}
    shirt.print_areas.filter(placement="back").update(overrides=overrides, **values)
    shirt.variants.filter(size="M").update(active=False, order=900, color="", color_name="")
    odd = Product.objects.create(slug="My_Own-1", name="Own", text_max=9, size_min=1e-7, size_max=599.999)
    PrintArea.objects.create(product=odd, placement="A_b", main=True, width_mm=1 / 3 + 1, height_mm=5_000, min_dpi=1)
    Variant.objects.create(product=odd, sku="Ä 1/2 #", size="10½", order=7)


def test_a_dump_that_is_loaded_changes_nothing(load: Any) -> None:
    make_odd_catalogue()
    before = rows()
    assert load(dump()) == ["Nothing to do: the catalogue is as in the file."]
    assert rows() == before


def test_export_import_export_gives_the_same_bytes(load: Any) -> None:
    make_odd_catalogue()
    first = dump()
    for model in (Variant, PrintArea, Product, Technique):
        model.objects.all().delete()
    assert load(first)[-1].endswith("made.")
    assert dump() == first
    load(first, "--prune")
    assert dump() == first


def test_a_dump_begins_with_the_schema_and_warns_of_what_cannot_be_loaded() -> None:
    assert dump().startswith(f"#:schema ./{SCHEMA_NAME}\n")
    Product.objects.create(slug="bare", name="Bare", text_max=9, size_min=1, size_max=9)
    warning = StringIO()
    call_command("dumpcatalogue", stdout=StringIO(), stderr=warning)
    assert "products.bare.areas" in warning.getvalue()


def test_overrides_that_cannot_be_read_are_named(load: Any) -> None:
    PrintArea.objects.filter(product__slug="mug").update(overrides=[{"size": "S"}])
    with pytest.raises(CommandError, match="overrides of the print area 'wrap' of 'mug' cannot be read"):
        dump()


def test_the_published_schema_is_current_and_holds_for_the_shipped_file() -> None:
    schema = dump_schema()
    assert SHIPPED_FILE.with_name(SCHEMA_NAME).read_text(encoding="utf-8") == schema, (
        f"run: manage.py dumpcatalogue --schema --out designs/catalogue/{SCHEMA_NAME}"
    )
    validator = jsonschema.Draft202012Validator(json.loads(schema))
    assert list(validator.iter_errors(tomllib.loads(SHIPPED_FILE.read_text(encoding="utf-8")))) == []
    assert list(validator.iter_errors({"version": 1, "products": {"mug": {"text_maxi": 3}}}))


def test_changes_are_listed_before_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    seen: list[str] = []

    def store(*arguments: Any) -> None:
        seen.append(out.getvalue())
        store_catalogue(*arguments)

    monkeypatch.setattr("designs.management.commands.loadcatalogue.store_catalogue", store)
    file = tmp_path / "dress.toml"
    file.write_text(tomli_w.dumps({"version": 1, "products": {"dress": product(variants=[{"sku": "d"}])}}))
    call_command("loadcatalogue", str(file), stdout=out)
    assert seen == ["+ product dress: 1 area, 1 variant\n"]


def test_each_kind_of_change_has_a_line(load: Any) -> None:
    load({"products": {"dress": product(variants=[{"sku": "d-s", "size": "S"}, {"sku": "d-m", "size": "M"}])}})
    areas = [{**MUG, "placement": "front", "safe_mm": 5}, {"placement": "back", "width_mm": 9, "height_mm": 9}]
    variants = [{"sku": "d-m", "size": "M"}, {"sku": "d-s", "size": "S", "color": "#FF0000"}, {"sku": "d-l"}]
    tree = {
        "techniques": {"foil": {"name": "Foil"}, "dtg": {"name": "DTG", "min_line_mm": 0.3}},
        "products": {"dress": product(technique="foil", areas=areas, variants=variants)},
    }
    lines = load(tree)
    assert "+ technique foil" in lines
    assert "~ technique dtg: min_line_mm: 0.35 → 0.3" in lines
    assert [line for line in lines if "dress" in line] == [
        "~ product dress: technique: None → 'foil'",
        "+ product dress: area back",
        "~ product dress: area front: safe_mm: 0 → 5",
        "~ product dress: variant d-s: color: '' → '#FF0000'",
        "+ product dress: variant d-l",
        "~ product dress: the order of its variants",
    ]
    dress = Product.objects.get(slug="dress")
    assert [variant.sku for variant in dress.variants.all()] == ["d-m", "d-s", "d-l"]
    assert load(tree) == ["Nothing to do: the catalogue is as in the file."]


def test_a_check_writes_nothing(load: Any) -> None:
    before = rows()
    assert load({"products": {"dress": product()}}, "--check")[-1] == "1 change would be made; nothing was written."
    assert rows() == before


def test_a_file_with_one_mistake_is_refused_as_a_whole(load: Any) -> None:
    before = rows()
    tree = {"products": {"dress": product(), "skirt": product(technique="foil")}}
    with pytest.raises(CommandError, match=r"has 1 mistake; nothing was changed\.\n  line \d+: products.skirt.techn"):
        load(tree)
    assert rows() == before


def test_what_the_file_lacks_stays(load: Any) -> None:
    load({"products": {"dress": product(areas=[MUG], variants=[{"sku": "d-1"}, {"sku": "d-2"}])}})
    load({"products": {"dress": product(variants=[{"sku": "d-2"}])}})
    dress = Product.objects.get(slug="dress")
    assert [(area.placement, area.main) for area in dress.areas] == [("front", True), ("wrap", False)]
    assert [(variant.sku, variant.active) for variant in dress.variants.all()] == [("d-2", True), ("d-1", True)]
    assert Product.objects.filter(active=True).count() == 11


def test_prune_deactivates_what_the_file_lacks_and_deletes_only_areas(load: Any, make_design: MakeDesign) -> None:
    design = make_design(product_type="mug")
    load({"products": {"dress": product(areas=[MUG], variants=[{"sku": "d-1"}, {"sku": "d-2"}])}})
    variants = Variant.objects.count()
    lines = load({"products": {"dress": product(variants=[{"sku": "d-2"}])}}, "--prune")
    assert "~ product mug: active: True → False" in lines
    assert "~ product dress: variant d-1: active: True → False" in lines
    assert "- product dress: area wrap" in lines
    assert list(Product.objects.filter(active=True).values_list("slug", flat=True)) == ["dress"]
    assert (Product.objects.count(), Variant.objects.count()) == (11, variants)
    assert Design.objects.get(pk=design.pk).product.slug == "mug"


def test_rows_of_products_and_variants_keep_their_ids(load: Any) -> None:
    def ids() -> list[dict[str, int]]:
        return [dict(model.objects.values_list(key, "pk")) for model, key in ((Product, "slug"), (Variant, "sku"))]

    before = ids()
    load(dump().replace('color = "#FFFFFF"', 'color = "#FEFEFE"').replace("text_max = 50", "text_max = 51"))
    assert [
        dict(model.objects.values_list(key, "pk")) for model, key in ((Product, "slug"), (Variant, "sku"))
    ] == before
    assert Product.objects.get(slug="hoodie").text_max == 51
    assert not Variant.objects.filter(color="#FFFFFF").exists()


def test_a_sku_moves_between_products_of_the_file_only(load: Any) -> None:
    load({"products": {"dress": product(variants=[{"sku": "d-1"}])}})
    pk = Variant.objects.get(sku="d-1").pk
    with pytest.raises(CommandError, match="belongs to the product 'dress'"):
        load({"products": {"skirt": product(variants=[{"sku": "d-1"}])}})
    lines = load({"products": {"dress": product(), "skirt": product(variants=[{"sku": "d-1"}])}})
    assert "~ product skirt: variant d-1: moved from dress" in lines
    assert (Variant.objects.get(pk=pk).product.slug, Variant.objects.filter(sku="d-1").count()) == ("skirt", 1)


def test_only_products_whose_rules_change_say_so(load: Any, make_design: MakeDesign) -> None:
    for slug in ("mug", "hoodie", "t-shirt", "poster"):
        factories.publish_newest_render(make_design(product_type=slug))
    text = (
        dump().replace('name = "Poster"', 'name = "Big poster"').replace("min_line_mm = 0.35", "min_line_mm = 0.4", 1)
    )
    text = text.replace("text_max = 100", "text_max = 90")
    load(text.replace('name = "Direct to film"', 'name = "Film"'))
    changed = set(Product.objects.filter(rules_changed_at__isnull=False).values_list("slug", flat=True))
    # The first technique of the dump is DTF, which nothing uses; the limit of 100 characters is that of both mugs.
    assert changed == {"mug"}


def test_a_file_that_is_missing_or_a_folder_is_named(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("loadcatalogue", str(name))


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(dump().encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    out = StringIO()
    call_command("loadcatalogue", "-", stdout=out)
    assert out.getvalue() == "Nothing to do: the catalogue is as in the file.\n"


def test_long_files_report_their_progress(load: Any) -> None:
    err = StringIO()
    many = [{"sku": f"d-{number}"} for number in range(1_200)]
    load({"products": {"dress": product(variants=many)}}, stderr=err)
    assert err.getvalue().splitlines() == [
        "Read 1 products with 1,200 variants; no mistakes.",
        "Wrote 1 products.",
        "Wrote 1,200 of 1,200 variants.",
    ]
