"""Each malformed body gets a 4xx problem with a pointer, and leaves no row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from designs.models import Design, DesignRevision, Event, Render
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, send_raw

DATA: dict[str, Any] = CREATE_BODY["design_data"]  # type: ignore[assignment]


def with_data(**changes: Any) -> str:
    """Return a body with changed design_data; None removes a field."""
    data = {name: value for name, value in {**DATA, **changes}.items() if value is not None}
    return json.dumps({**CREATE_BODY, "design_data": data})


def with_field(**changes: Any) -> str:
    """Return a body with changed top-level fields."""
    return json.dumps({name: value for name, value in {**CREATE_BODY, **changes}.items() if value is not None})


BODIES: dict[str, tuple[str | bytes, str]] = {
    "no body": ("", "#/product_type"),
    "not JSON": ("{text", "#"),
    "a list": ("[]", "#"),
    "a string": ('"design"', "#"),
    "null": ("null", "#"),
    "not UTF-8": (b'{"product_type": "\xff"}', "#"),
    "nested 10,000 deep": ("[" * 10_000 + "]" * 10_000, "#"),
    "nested 100 deep in metadata": (
        with_field(metadata={"a": json.loads("[" * 100 + "]" * 100)}),
        "#/metadata/a/0",
    ),
    "NaN": (with_data().replace('"#FF0000"', '"#FF0000", "fontSize": NaN'), "#/design_data/fontSize"),
    "Infinity": (with_data().replace('"#FF0000"', '"#FF0000", "fontSize": -Infinity'), "#/design_data/fontSize"),
    "a float beyond floats": (
        with_data().replace('"#FF0000"', '"#FF0000", "fontSize": 1e999'),
        "#/design_data/fontSize",
    ),
    "an integer of 300 digits": (with_data(fontSize=10**300), "#/design_data/fontSize"),
    "an integer of 5,000 digits": (
        with_data().replace('"#FF0000"', f'"#FF0000", "fontSize": {"9" * 5000}'),
        "#/design_data/fontSize",
    ),
    "a name twice": ('{"product_type": "mug", "product_type": "t-shirt"}', "#/product_type"),
    "no product_type": (with_field(product_type=None), "#/product_type"),
    "an unknown product": (with_field(product_type="spaceship"), "#/product_type"),
    "a number for a product": (with_field(product_type=5), "#/product_type"),
    "a long product name": (with_field(product_type="a" * 100_000), "#/product_type"),
    "no design_data": (with_field(design_data=None), "#/design_data"),
    "design_data a list": (with_field(design_data=[]), "#/design_data"),
    "design_data a string": (with_field(design_data="text"), "#/design_data"),
    "an unknown field": (with_field(colour="red"), "#/colour"),
    "an unknown field with a slash": (with_field(**{"a/b~c": 1}), "#/a~1b~0c"),
    "an unknown field of the data": (with_data(colour="red"), "#/design_data/colour"),
    "render a string": (with_field(render="false"), "#/render"),
    "metadata a list": (with_field(metadata=[1]), "#/metadata"),
    "metadata too large": (with_field(metadata={"a": "x" * 20_000}), "#/metadata"),
    "U+0000 in metadata": (with_field(metadata={"a": ["\0"]}), "#/metadata/a/0"),
    "external_id a number": (with_field(external_id=7), "#/external_id"),
    "external_id too long": (with_field(external_id="x" * 201), "#/external_id"),
    "a line break in external_id": (with_field(external_id="a\nb"), "#/external_id"),
    "no text": (with_data(text=None), "#/design_data/text"),
    "an empty text": (with_data(text=""), "#/design_data/text"),
    "a blank text": (with_data(text="   "), "#/design_data/text"),
    "a text of 51": (with_data(text="x" * 51), "#/design_data/text"),
    "a text of a million": (with_data(text="x" * 1_000_000), "#/design_data/text"),
    "a number for a text": (with_data(text=7), "#/design_data/text"),
    "a control character": (with_data(text="a\x07b"), "#/design_data/text"),
    "a line break": (with_data(text="a\nb"), "#/design_data/text"),
    "a lone surrogate": (with_data(text="\ud800"), "#/design_data/text"),
    "a lone surrogate in metadata": (with_field(metadata={"a": "\udfff"}), "#/metadata/a"),
    "no font": (with_data(font=None), "#/design_data/font"),
    "an unknown font": (with_data(font="Comic-Sans"), "#/design_data/font"),
    "no color": (with_data(color=None), "#/design_data/color"),
    "a color by name": (with_data(color="red"), "#/design_data/color"),
    "a short color": (with_data(color="#F00"), "#/design_data/color"),
    "a color with a line break": (with_data(color="#FF0000\n"), "#/design_data/color"),
    "a small fontSize": (with_data(fontSize=11), "#/design_data/fontSize"),
    "a large fontSize": (with_data(fontSize=73), "#/design_data/fontSize"),
    "fontSize a string": (with_data(fontSize="48"), "#/design_data/fontSize"),
    "fontSize true": (with_data(fontSize=True), "#/design_data/fontSize"),
}


@pytest.mark.parametrize(("body", "pointer"), BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_is_refused_at_its_pointer(shop: APIClient, body: str | bytes, pointer: str) -> None:
    answer = send_raw(shop, body)
    problem = json.loads(answer.content)
    assert answer.status_code == 400, problem
    assert answer["Content-Type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in problem["errors"]], problem
    assert problem["status"] == 400
    assert [model.objects.count() for model in (Design, DesignRevision, Render, Event)] == [0] * 4


def test_a_body_beyond_the_limit_is_413(shop: APIClient) -> None:
    answer = send_raw(shop, b'{"a": "' + b"x" * 2_200_000 + b'"}')
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_all_problems_of_a_design_are_reported_at_once(shop: APIClient) -> None:
    answer = send_raw(shop, with_data(text="", font="No", color="red", fontSize=1, extra=1))
    pointers = {error["pointer"].removeprefix("#/design_data/") for error in json.loads(answer.content)["errors"]}
    assert pointers == {"text", "font", "color", "fontSize", "extra"}


def test_form_data_is_refused(shop: APIClient) -> None:
    answer = shop.generic("POST", DESIGNS_URL, b"text=Test", content_type="application/x-www-form-urlencoded")
    problem = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
    assert "Content-Type: application/json" in problem["detail"]


@pytest.mark.parametrize("method", ["patch", "post"])
def test_a_bad_edit_changes_nothing(shop: APIClient, method: str) -> None:
    design = shop.post(DESIGNS_URL, CREATE_BODY).json()
    path = f"{DESIGNS_URL}/{design['id']}" + ("/render" if method == "post" else "")
    body = '{"colour": 1}' if method == "post" else with_data(fontSize=1).replace('"product_type": "t-shirt", ', "")
    answer = send_raw(shop, body, method, path)
    assert answer.status_code == 400, answer.content
    assert shop.get(f"{DESIGNS_URL}/{design['id']}").json() == {**design, "updated_at": design["updated_at"]}


def test_the_product_of_a_design_cannot_be_changed(shop: APIClient) -> None:
    design = shop.post(DESIGNS_URL, CREATE_BODY).json()
    answer = send_raw(shop, '{"product_type": "mug"}', "patch", f"{DESIGNS_URL}/{design['id']}")
    assert json.loads(answer.content)["errors"][0]["pointer"] == "#/product_type"


@pytest.mark.parametrize(
    ("product", "text", "size"), [("mug", 100, 144), ("poster", 200, 200), ("hoodie", 50, 72), ("tote-bag", 50, 12)]
)
def test_each_product_has_its_own_limits(shop: APIClient, product: str, text: int, size: int) -> None:
    data = {**DATA, "text": "x" * text, "fontSize": size}
    assert send_raw(shop, with_field(product_type=product, design_data=data)).status_code == 201
    over = send_raw(shop, with_field(product_type=product, design_data={**data, "text": "x" * (text + 1)}))
    assert json.loads(over.content)["errors"][0]["pointer"] == "#/design_data/text"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("status=done", "status"), ("created_after=soon", "created_after"), ("external_id=%00", "external_id")],
)
def test_a_bad_filter_names_its_parameter(shop: APIClient, query: str, parameter: str) -> None:
    answer = shop.get(f"{DESIGNS_URL}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, parameter)


@pytest.mark.parametrize("wait", ["soon", "-1", "11", "nan", "1e3", ""])
def test_a_bad_wait_is_refused(shop: APIClient, wait: str) -> None:
    answer = shop.post(f"{DESIGNS_URL}?wait={wait}", CREATE_BODY)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "wait")
    assert not Design.objects.exists()


@pytest.mark.parametrize(
    "path", [f"{DESIGNS_URL}/7", f"{DESIGNS_URL}/{'9' * 500}", f"{DESIGNS_URL}/../x", "/api/v1/nothing", "/no"]
)
def test_an_unknown_path_is_problem_json(shop: APIClient, path: str) -> None:
    answer = shop.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
