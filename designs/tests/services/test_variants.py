"""The variant that a design names: what it may be, and what is drawn and judged by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from designs import services
from designs.drawing.inputs import snapshot_inputs
from designs.models import Design, Render, Variant
from designs.renders.snapshot import inputs_sha256
from designs.tests.support import catalogue, factories
from designs.tests.support.api_client import DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import MakeDesign, RunWorker
from designs.tests.support.previews import error_codes
from rendering.engine.validation.problems import SpecError

SHORT = factories.design_data()


@pytest.fixture(autouse=True)
def variants(shop: APIClient) -> None:
    """Variants of the T-shirt."""
    catalogue.make_variants()


def create(shop: APIClient, data: dict[str, Any], product: str = "t-shirt") -> Any:
    return shop.post(DESIGNS_URL, {"product_type": product, "design_data": data})


@pytest.mark.parametrize("data", [SHORT, catalogue.dark_text()])
def test_both_forms_name_a_variant_and_keep_it(shop: APIClient, data: dict[str, Any]) -> None:
    made = create(shop, {**data, "variant": "NAVY-S"})
    assert made.status_code == 201, made.content
    assert made.json()["design_data"]["variant"] == "NAVY-S"


@pytest.mark.parametrize("data", [SHORT, catalogue.dark_text()])
@pytest.mark.parametrize(
    ("sku", "code"),
    [
        ("NAVY-X", "unknown_variant"),
        ("RED-S", "unknown_variant"),
        ("\0", "unknown_variant"),
        ("\ud800", "invalid_character"),
        ("x" * 65, "too_long"),
        ("", "too_short"),
        (7, "wrong_type"),
        ([], "wrong_type"),
    ],
)
def test_another_variant_is_refused_at_its_pointer(user: User, data: dict[str, Any], sku: object, code: str) -> None:
    product, tenant = services.find_product("t-shirt"), Design(owner=user).tenant
    with pytest.raises(SpecError) as error:
        services.check_design_data({**data, "variant": sku}, product, tenant)
    assert [(problem.pointer, problem.code) for problem in error.value.problems] == [("/variant", code)]


def test_the_refusal_names_near_skus_and_all_other_problems(shop: APIClient) -> None:
    answer = create(shop, {**SHORT, "variant": "NAVY-X", "font": "Nothing"})
    assert error_codes(answer) == [
        ("#/design_data/font", "unknown_font"), ("#/design_data/variant", "unknown_variant"),
    ]  # fmt: skip
    message = answer.json()["errors"][1]["detail"]
    assert "NAVY-M, NAVY-S" in message or "NAVY-S, NAVY-M" in message
    assert "RED-S" not in message
    assert "/api/v1/products/t-shirt" in message


def test_a_product_without_variants_says_so(shop: APIClient) -> None:
    Variant.objects.filter(product__slug="mug").delete()
    answer = create(shop, {**SHORT, "variant": "NAVY-S"}, "mug")
    assert error_codes(answer) == [("#/design_data/variant", "unknown_variant")]
    assert "has no variants" in answer.json()["detail"]


def test_the_snapshot_has_the_variant_and_others_are_spelled_as_ever(make_design: MakeDesign, user: User) -> None:
    plain = factories.get_render(make_design()).frozen
    assert "variant" not in plain
    design = services.create_design(services.NewDesign(user.pk, "t-shirt", {**SHORT, "variant": "NAVY-S"}))[0]
    frozen = factories.get_render(design).frozen
    assert frozen["variant"] == {"sku": "NAVY-S", "color_name": "Navy", "color": catalogue.NAVY, "size": "S"}
    assert snapshot_inputs(frozen, 1.0).request.product_color == catalogue.NAVY
    without = {name: value for name, value in frozen.items() if name != "variant"}
    assert inputs_sha256({**without, "design_data": plain["design_data"]}) == inputs_sha256(plain)
    assert inputs_sha256(frozen) != inputs_sha256(without)


def test_findings_are_judged_on_the_colour_of_the_variant(shop: APIClient, work: RunWorker) -> None:
    dark = create_published_design(shop, work, design_data=catalogue.dark_text(variant="NAVY-S"))
    assert "invisible_on_product" in [each["code"] for each in dark["preflight"]]
    plain = create_published_design(shop, work, design_data=catalogue.dark_text())
    assert "invisible_on_product" not in [each["code"] for each in plain["preflight"]]


def test_the_areas_are_those_of_the_variant(make_design: MakeDesign, user: User) -> None:
    catalogue.override_area(width_mm=200)
    widths = {}
    for sku in ("NAVY-S", "NAVY-M"):
        new = services.NewDesign(user.pk, "t-shirt", {**SHORT, "variant": sku})
        widths[sku] = factories.get_render(services.create_design(new)[0]).frozen["areas"][0]["width_mm"]
    assert widths == {"NAVY-S": 200, "NAVY-M": 300}


def test_a_design_whose_variant_is_removed_renders_from_its_snapshot(shop: APIClient, work: RunWorker) -> None:
    made = create(shop, catalogue.dark_text(variant="NAVY-S")).json()
    Variant.objects.all().delete()
    work()
    shown = shop.get(f"{DESIGNS_URL}/{made['id']}").json()
    assert shown["status"] == "published"
    assert "invisible_on_product" in [each["code"] for each in shown["preflight"]]
    assert shop.post(f"{DESIGNS_URL}/{made['id']}/render").status_code == 202
    again = Render.objects.filter(design=made["id"]).latest("number").frozen
    assert again["variant"]["color"] == catalogue.NAVY


def test_a_variant_that_is_no_longer_offered_is_rendered_again_but_not_chosen(shop: APIClient, work: RunWorker) -> None:
    made = create_published_design(shop, work, design_data=catalogue.dark_text(variant="NAVY-S"))
    Variant.objects.filter(sku="NAVY-S").update(active=False)
    path = f"{DESIGNS_URL}/{made['id']}"
    assert shop.post(f"{path}/render").status_code == 202
    edit = shop.patch(path, {"design_data": catalogue.dark_text(variant="NAVY-S")})
    assert error_codes(edit) == [("#/design_data/variant", "unknown_variant")]
    assert shop.post(f"{path}/copy", {}).status_code == 409


def test_a_draft_whose_variant_is_deleted_says_so_when_it_is_rendered(shop: APIClient) -> None:
    body = {"product_type": "t-shirt", "design_data": {**SHORT, "variant": "NAVY-S"}, "render": False}
    draft = shop.post(DESIGNS_URL, body).json()["id"]
    Variant.objects.all().delete()
    answer = shop.post(f"{DESIGNS_URL}/{draft}/render")
    assert answer.status_code == 409
    assert "NAVY-S is no longer offered" in answer.json()["detail"]
    assert not Render.objects.exists()
