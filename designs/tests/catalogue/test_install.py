"""`manage.py install_catalogue`: what is shipped reaches an installation; what an operator changed stays."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from designs.catalogue.earlier import EARLIER
from designs.catalogue.install import InstallAction, find_changes, install_catalogue, read_shipped_rows
from designs.catalogue.shipped import shipped_catalogue, shipped_names
from designs.models import PrintArea, Product, Technique, Variant
from designs.tests.support.fixture_types import MakeDesign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
FIRST = ("t-shirt", "hoodie", "tote-bag", "mug", "poster")


def run_command(*arguments: str) -> dict[str, str]:
    """Return the lines of the command by the name in them."""
    out = StringIO()
    call_command("install_catalogue", *arguments, stdout=out)
    return {line.split()[1].rstrip(":"): line for line in out.getvalue().splitlines()}


def rows() -> list[tuple[object, ...]]:
    return [
        row for model in (Technique, Product, PrintArea, Variant) for row in model.objects.order_by("pk").values_list()
    ]


def changes(name: str) -> list[str]:
    return list(find_changes(name, read_shipped_rows()))


def remove(slug: str) -> None:
    Product.objects.get(slug=slug).delete()


def restore_first_catalogue() -> None:
    """Leave what migration 0002 makes: five products without techniques and variants."""
    Product.objects.exclude(slug__in=FIRST).delete()
    Variant.objects.all().delete()
    Product.objects.update(technique=None, description="", group="", severities={})
    later = {"recommended_dpi": 0, "x_mm": None, "y_mm": None}
    PrintArea.objects.update(**later)
    Technique.objects.all().delete()


def test_a_fresh_installation_has_ten_products_and_eight_techniques() -> None:
    assert len(shipped_catalogue().products) == 10
    assert set(shipped_catalogue().techniques) == {
        *("dtg", "dtf", "sublimation", "screen", "embroidery", "offset", "laser", "vinyl")
    }
    before = rows()
    assert set(install_catalogue().values()) == {InstallAction.UNCHANGED}
    assert rows() == before


def test_a_missing_product_is_added_with_its_areas_and_variants() -> None:
    remove("cap")
    lines = run_command()
    assert lines["cap"] == "added       cap"
    assert {line.split()[0] for name, line in lines.items() if name != "cap"} == {"unchanged"}
    cap = Product.objects.get(slug="cap")
    assert cap.technique is not None
    assert cap.technique.slug == "embroidery"
    assert ([area.placement for area in cap.areas], cap.variants.count()) == (["front"], 4)
    assert set(install_catalogue().values()) == {InstallAction.UNCHANGED}


def test_five_untouched_products_of_the_first_version_get_techniques_and_variants() -> None:
    restore_first_catalogue()
    pks = dict(Product.objects.values_list("slug", "pk"))
    areas = {(area.product.slug, area.placement): area.to_geometry() for area in PrintArea.objects.all()}
    actions = install_catalogue()
    assert {name for name, action in actions.items() if action is InstallAction.UPDATED} == set(FIRST)
    assert {action for name, action in actions.items() if name not in FIRST} == {InstallAction.ADDED}
    assert set(install_catalogue().values()) == {InstallAction.UNCHANGED}
    assert {slug: pk for slug, pk in Product.objects.values_list("slug", "pk") if slug in FIRST} == pks
    assert Variant.objects.filter(product__slug="t-shirt").count() == 30
    for (slug, placement), old in areas.items():
        new = PrintArea.objects.get(product__slug=slug, placement=placement).to_geometry()
        assert (new.width_mm, new.height_mm, new.bleed_mm, new.safe_mm, new.min_dpi) == (
            *(old.width_mm, old.height_mm, old.bleed_mm, old.safe_mm, old.min_dpi),
        )


def test_a_product_of_the_first_version_that_was_changed_is_left() -> None:
    restore_first_catalogue()
    Product.objects.filter(slug="mug").update(text_max=77)
    PrintArea.objects.filter(product__slug="poster").update(bleed_mm=4)
    actions = install_catalogue()
    assert (actions["mug"], actions["poster"]) == (InstallAction.LEFT, InstallAction.LEFT)
    mug = Product.objects.get(slug="mug")
    assert (mug.text_max, mug.technique, mug.variants.count()) == (77, None, 0)


def test_an_untouched_product_that_was_taken_off_sale_is_updated_and_stays_off_sale() -> None:
    restore_first_catalogue()
    Product.objects.filter(slug="mug").update(active=False)
    assert install_catalogue()["mug"] is InstallAction.UPDATED
    assert not Product.objects.get(slug="mug").active


def test_a_changed_product_is_left_and_the_difference_is_named() -> None:
    Product.objects.filter(slug="mug").update(text_max=77)
    PrintArea.objects.filter(product__slug="mug").update(bleed_mm=9)
    Variant.objects.filter(product__slug="mug").update(color="#EEEEEE")
    before = rows()
    assert run_command()["mug"] == (
        "left        mug: differs in text_max, print area wrap, variant mug-white-11-oz"
        " (--overwrite mug installs the shipped one)"
    )
    assert rows() == before


def test_a_changed_technique_is_left_and_the_difference_is_named() -> None:
    Technique.objects.filter(slug="dtg").update(min_line_mm=0.2)
    assert run_command()["technique:dtg"] == (
        "left        technique:dtg: differs in min_line_mm (--overwrite technique:dtg installs the shipped one)"
    )
    assert Technique.objects.get(slug="dtg").min_line_mm == 0.2
    assert run_command("--overwrite", "technique:dtg")["technique:dtg"] == "overwritten technique:dtg: min_line_mm"
    assert Technique.objects.get(slug="dtg").min_line_mm == 0.35


def test_overwriting_restores_fields_and_areas_of_the_named_product_alone() -> None:
    Product.objects.filter(slug__in=["t-shirt", "mug"]).update(text_max=77)
    shirt = Product.objects.get(slug="t-shirt")
    shirt.print_areas.filter(placement="front").update(main=False)
    shirt.print_areas.filter(placement="back").update(main=True)
    PrintArea.objects.create(product=shirt, placement="sleeve", width_mm=90, height_mm=90)
    lines = run_command("--overwrite", "t-shirt")
    assert lines["t-shirt"] == "overwritten t-shirt: text_max, print area back, print area front, print area sleeve"
    assert lines["mug"].startswith("left        mug")
    shirt = Product.objects.get(slug="t-shirt")
    assert changes("t-shirt") == []
    assert [(area.placement, area.main) for area in shirt.areas] == [("front", True), ("back", False)]
    assert Product.objects.get(slug="mug").text_max == 77


def test_overwriting_keeps_the_rows_of_variants_and_what_is_on_sale() -> None:
    mug = Product.objects.get(slug="mug")
    shipped = mug.variants.get()
    Variant.objects.filter(pk=shipped.pk).update(color="#EEEEEE", active=False)
    own = Variant.objects.create(product=mug, sku="mug-pink", color_name="Pink", color="#FFC0CB")
    run_command("--overwrite", "mug")
    assert [(each.pk, each.color, each.active) for each in mug.variants.all()] == [
        (shipped.pk, "#FFFFFF", False),
        (own.pk, "#FFC0CB", False),
    ]
    assert changes("mug") == []


def test_a_sku_of_an_operators_own_product_is_not_taken_away() -> None:
    remove("cap")
    own = Product.objects.create(slug="my-cap", name="My cap", text_max=20, size_min=10, size_max=50)
    Variant.objects.create(product=own, sku="cap-black-one-size")
    assert install_catalogue()["cap"] is InstallAction.ADDED
    assert Variant.objects.get(sku="cap-black-one-size").product == own
    assert Product.objects.get(slug="cap").variants.count() == 3


def test_a_product_with_designs_can_be_overwritten(make_design: MakeDesign) -> None:
    design = make_design(product_type="mug")
    Product.objects.filter(slug="mug").update(text_max=77)
    assert install_catalogue(["mug"])["mug"] is InstallAction.OVERWRITTEN
    design.refresh_from_db()
    assert design.product.text_max == shipped_catalogue().products["mug"].text_max


def test_a_product_taken_off_sale_stays_off_sale() -> None:
    Product.objects.filter(slug="mug").update(active=False, text_max=77)
    run_command("--overwrite", "mug")
    mug = Product.objects.get(slug="mug")
    assert (mug.active, mug.text_max) == (False, 100)


def test_a_dry_run_reports_and_changes_nothing() -> None:
    remove("poster")
    Product.objects.filter(slug="mug").update(text_max=77)
    before = rows()
    lines = run_command("--dry-run", "--overwrite", "mug")
    assert (lines["mug"], lines["poster"]) == ("overwritten mug: text_max", "added       poster")
    assert rows() == before


def test_an_operators_own_products_are_not_touched() -> None:
    Product.objects.create(slug="apron", name="Apron", text_max=20, size_min=10, size_max=50)
    Product.objects.filter(slug="cap").update(name="Our cap")
    before = rows()
    assert list(run_command()) == shipped_names()
    assert rows() == before


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(CommandError, match="boot"):
        run_command("--overwrite", "boot")
    with pytest.raises(CommandError, match="boot"):
        call_command("install_catalogue", overwrite=["boot"])


def test_earlier_entries_are_those_of_things_that_are_shipped() -> None:
    assert EARLIER.keys() <= set(shipped_names())
