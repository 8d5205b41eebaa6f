"""`manage.py install_catalogue`: shipped products reach an installation; what an operator changed stays."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from designs.catalogue import seed
from designs.catalogue.install import InstallAction, find_changes, install_catalogue
from designs.models import PrintArea, Product
from designs.tests.support.fixture_types import MakeDesign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def run_command(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("install_catalogue", *arguments, stdout=out)
    return out.getvalue().splitlines()


def rows() -> list[tuple[object, ...]]:
    products = Product.objects.order_by("slug").values_list()
    areas = PrintArea.objects.order_by("pk").values_list()
    return [*products, *areas]


def remove(slug: str) -> None:
    Product.objects.get(slug=slug).delete()


def test_a_fresh_installation_has_the_shipped_rows_already() -> None:
    before = rows()
    assert set(install_catalogue().values()) == {InstallAction.UNCHANGED}
    assert rows() == before


def test_a_missing_product_is_added_with_its_areas() -> None:
    remove("mug")
    assert run_command() == [
        "unchanged   t-shirt",
        "unchanged   hoodie",
        "unchanged   tote-bag",
        "added       mug",
        "unchanged   poster",
    ]
    mug = Product.objects.get(slug="mug")
    assert list(find_changes(mug)) == []
    assert [area.placement for area in mug.areas] == ["wrap"]
    assert set(install_catalogue().values()) == {InstallAction.UNCHANGED}


def test_a_changed_product_is_left_and_the_difference_is_named() -> None:
    Product.objects.filter(slug="mug").update(text_max=77)
    PrintArea.objects.filter(product__slug="mug").update(bleed_mm=9)
    before = rows()
    assert run_command()[3] == (
        "left        mug: differs in text_max, print area wrap (--overwrite mug installs the shipped one)"
    )
    assert rows() == before


def test_overwriting_restores_fields_and_areas_of_the_named_product_alone() -> None:
    Product.objects.filter(slug__in=["t-shirt", "mug"]).update(text_max=77)
    shirt = Product.objects.get(slug="t-shirt")
    shirt.print_areas.filter(placement="front").update(main=False)
    shirt.print_areas.filter(placement="back").update(main=True)
    PrintArea.objects.create(product=shirt, placement="sleeve", width_mm=90, height_mm=90)
    lines = run_command("--overwrite", "t-shirt")
    assert lines[0] == "overwritten t-shirt: text_max, print area back, print area front, print area sleeve"
    assert lines[3].startswith("left        mug")
    shirt = Product.objects.get(slug="t-shirt")
    assert list(find_changes(shirt)) == []
    assert [(area.placement, area.main) for area in shirt.areas] == [("front", True), ("back", False)]
    assert Product.objects.get(slug="mug").text_max == 77


def test_a_product_with_designs_can_be_overwritten(make_design: MakeDesign) -> None:
    design = make_design(product_type="mug")
    Product.objects.filter(slug="mug").update(text_max=77)
    assert install_catalogue(["mug"])["mug"] is InstallAction.OVERWRITTEN
    design.refresh_from_db()
    assert design.product.text_max == seed.PRODUCTS["mug"]["text_max"]


def test_a_product_taken_off_sale_stays_off_sale() -> None:
    Product.objects.filter(slug="mug").update(active=False, text_max=77)
    run_command("--overwrite", "mug")
    mug = Product.objects.get(slug="mug")
    assert (mug.active, mug.text_max) == (False, 100)


def test_a_dry_run_reports_and_changes_nothing() -> None:
    remove("poster")
    Product.objects.filter(slug="mug").update(text_max=77)
    before = rows()
    assert run_command("--dry-run", "--overwrite", "mug")[3:] == ["overwritten mug: text_max", "added       poster"]
    assert rows() == before


def test_an_operators_own_products_are_not_touched() -> None:
    Product.objects.create(slug="cap", name="Cap", text_max=20, size_min=10, size_max=50)
    before = rows()
    assert len(run_command()) == len(seed.PRODUCTS)
    assert rows() == before


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(CommandError, match="boot"):
        run_command("--overwrite", "boot")
    with pytest.raises(CommandError, match="boot"):
        call_command("install_catalogue", overwrite=["boot"])


def test_every_shipped_product_has_one_main_area() -> None:
    assert seed.PRODUCTS.keys() == seed.PRINT_AREAS.keys()
    for areas in seed.PRINT_AREAS.values():
        assert sum(bool(area.get("main")) for area in areas) == 1
