"""The schema as others read it: valid, described, with every error, header, limit and an example that is true."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import JsonResponse
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.test import APIClient
from ruamel.yaml import YAML

from designs.api.docs.components import nodes
from designs.api.docs.errors import EXAMPLES, MEANINGS
from designs.tests.support.api_client import BODY, DESIGNS
from designs.tests.support.openapi_contract import Node, broken_promises, document, operations, resolved, troubles

OPERATIONS = operations()
NAMES = [f"{method} {address}" for address, method, _ in OPERATIONS]
each_operation = pytest.mark.parametrize(("address", "method", "operation"), OPERATIONS, ids=NAMES)


def test_it_is_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


@each_operation
def test_an_operation_says_what_it_does(address: str, method: str, operation: Node) -> None:
    assert len(operation["summary"]) > 5
    assert len(operation["description"]) > 40
    assert operation["description"] != operation["summary"]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
    assert set(operation["tags"]) <= {tag["name"] for tag in document()["tags"] if tag.get("description")}
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]


@each_operation
def test_an_operation_names_the_errors_that_it_can_give(address: str, method: str, operation: Node) -> None:
    codes = {int(code) for code in operation["responses"]}
    if operation["security"]:
        assert codes >= {401, 403, 406, 429, 500, 503}
    else:
        assert codes >= {429, 500}
    if "{" in address:
        assert 404 in codes
    if method in {"post", "patch"}:
        assert codes >= {400, 413, 415}
    for code in codes - set(range(200, 400)):
        problem = resolved(operation["responses"][str(code)])["content"]
        assert list(problem) == ["application/problem+json"]
        assert problem["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


@each_operation
def test_an_answer_names_its_headers(address: str, method: str, operation: Node) -> None:
    for code, told in operation["responses"].items():
        headers = set(resolved(told)["headers"])
        assert "X-Request-ID" in headers
        assert ("RateLimit" in headers) == (code not in {"401", "403"})
        if code in {"429", "503"}:
            assert "Retry-After" in headers
        if code in {"201", "202", "302"} and operation["operationId"] != "designs_sessions_create":  # no address
            assert "Location" in headers


def test_operation_ids_are_told_apart() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids) > 12


def shown() -> list[tuple[str, Node, Any]]:
    """Return where it stands, schema and value of every example."""
    found = [("component", schema, one) for schema in nodes(document()) for one in _schema_examples(schema)]
    for name, response in document()["components"]["responses"].items():
        found += _examples(name, response)
    for _, _, operation in OPERATIONS:
        for told in [operation.get("requestBody", {}), *operation["responses"].values()]:
            found += [] if "$ref" in told else _examples(operation["operationId"], told)
    return found


def _schema_examples(schema: Node) -> list[Any]:
    return list(schema["examples"]) if isinstance(schema.get("examples"), list) else []


def _examples(where: str, described: Node) -> list[tuple[str, Node, Any]]:
    contents = described.get("content", {}).values()
    return [
        (where, one["schema"], each["value"])
        for one in contents
        if "schema" in one  # a stream has none
        for each in one.get("examples", {}).values()
    ]


def test_every_example_is_what_it_is_an_example_of() -> None:
    examples = shown()
    assert len(examples) > 40
    assert [(where, wrong) for where, schema, value in examples if (wrong := troubles(schema, value))] == []


@each_operation
def test_what_is_sent_and_answered_has_an_example(address: str, method: str, operation: Node) -> None:
    for told in [operation.get("requestBody", {}), *operation["responses"].values()]:
        for media_type, content in resolved(told).get("content", {}).items():
            if media_type.endswith("json") and content["schema"] != {"$ref": "#/components/schemas/EmptyRequest"}:
                assert content.get("examples"), f"{media_type} of {operation['operationId']}"


def test_it_says_the_same_as_yaml(client: Client) -> None:
    """YAML takes some texts for numbers: a hash such as 48e0000."""
    served = YAML(typ="safe", pure=True).load(client.get("/api/v1/schema").content)
    assert served["paths"] == client.get("/api/v1/schema?format=json").json()["paths"]


def test_every_kind_of_error_has_an_example() -> None:
    assert set(EXAMPLES) == set(MEANINGS)
    assert all(one["status"] == status for status, examples in EXAMPLES.items() for one in examples.values())


def test_the_limits_of_a_design_are_told() -> None:
    schemas = document()["components"]["schemas"]
    text, placements = schemas["TextLayer"]["properties"], schemas["Placements"]
    assert (text["text"]["minLength"], text["text"]["maxLength"]) == (1, 2000)
    assert (text["size"]["exclusiveMinimum"], text["size"]["maximum"]) == (0, 10_000)
    assert text["color"]["pattern"] == "^(#[0-9A-Fa-f]{6}|auto)$"
    assert schemas["AxisValues"]["propertyNames"] == {"pattern": "^[A-Za-z0-9]{4}$"}
    assert schemas["Placement"]["properties"]["layers"]["maxItems"] == 100
    assert (placements["minProperties"], placements["maxProperties"]) == (1, 10)
    kinds = {"text", "image", "shape", "qr", "group"}
    assert set(schemas["Layer"]["discriminator"]["mapping"]) == kinds
    assert {resolved(one)["properties"]["type"]["const"] for one in schemas["Layer"]["oneOf"]} == kinds
    assert schemas["CreateDesignRequest"]["additionalProperties"] is False


def test_generators_find_nothing_to_stumble_over() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert not name.endswith(("Enum", "Out")), f"give {name} a name of its own (customify.config.openapi.ENUMS)"
        for at, one in schema.get("properties", {}).items():
            assert not isinstance(one.get("default"), dict | list), f"{name}.{at} has an object as its default"
            for node in nodes(one):
                assert "nullable" not in node, f"{name}.{at}: OpenAPI 3.1 knows no nullable"
                assert "oneOf" not in node or {"type": "null"} in node["oneOf"], (
                    f"{name}.{at} is a union without a name"
                )
                assert "properties" not in node, f"{name}.{at} is an object without a name"
                assert "enum" not in node, f"{name}.{at} is an enum without a name"


def test_its_server_is_where_it_was_fetched(client: Client) -> None:
    served = client.get("/api/v1/schema?format=json", headers={"Host": "localhost:8000"}).json()
    assert served["servers"][0]["url"] == "http://localhost:8000"
    assert served["info"]["license"] == {"name": "MIT", "identifier": "MIT"}
    assert set(served["components"]["securitySchemes"]) == {"bearerKey", "cookieAuth"}
    assert "X-CSRFToken" in served["components"]["securitySchemes"]["cookieAuth"]["description"]


EMPTY: Node = {"next": None, "previous": None, "results": []}


def test_an_answer_that_keeps_its_promises_is_not_complained_of() -> None:
    assert broken_promises("GET", DESIGNS, JsonResponse(EMPTY)) == []


@pytest.mark.parametrize(
    "answer",
    [
        JsonResponse({"results": []}),
        JsonResponse({**EMPTY, "results": [{"id": 1}]}),
        JsonResponse({}, status=418),
        JsonResponse(EMPTY, content_type="application/xml"),
        JsonResponse(EMPTY, headers={"Location": "/"}),
    ],
)
def test_an_answer_that_breaks_a_promise_is_found(answer: JsonResponse) -> None:
    assert broken_promises("GET", DESIGNS, answer)


def test_a_picture_may_be_asked_for_as_bare_octets(client: Client) -> None:
    url = "/api/v1/fonts/Lobster-Regular/sample"
    assert client.get(url, headers={"Accept": "application/octet-stream"})["Content-Type"] == "application/octet-stream"
    assert client.get(url, headers={"Accept": "image/png"})["Content-Type"] == "image/png"


def test_examples_of_requests_are_taken_as_they_are(shop: APIClient) -> None:
    content = document()["paths"][DESIGNS]["post"]["requestBody"]["content"]["application/json"]
    bodies = {name: one["value"] for name, one in content["examples"].items()}
    assert bodies["OneLineOfText"]["design_data"] == {**BODY["design_data"], "fontSize": 48}
    for body in (bodies["OneLineOfText"], bodies["ALayerOfText"]):
        assert shop.post(DESIGNS, body).status_code == 201
