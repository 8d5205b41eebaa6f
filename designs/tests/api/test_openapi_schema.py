"""The OpenAPI schema: valid, and complete with descriptions, errors, headers, limits and correct examples."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import JsonResponse
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.test import APIClient
from ruamel.yaml import YAML

from designs.api.docs.components import iter_nodes
from designs.api.docs.errors import EXAMPLES, MEANINGS
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL
from designs.tests.support.openapi_contract import (
    JsonObject,
    find_errors,
    find_undocumented,
    list_operations,
    resolve_reference,
    schema_document,
)
from rendering.engine.kinds import GROUP, LAYER_KINDS

OPERATIONS = list_operations()
NAMES = [f"{method} {address}" for address, method, _ in OPERATIONS]
WITHOUT_URL = {"designs_sessions_create", "preview_urls_create"}  # what they make has no address in the API
UNCOUNTED = {"fonts_sample_get", "fonts_samples_get"}  # not counted against the rate limit
each_operation = pytest.mark.parametrize(("address", "method", "operation"), OPERATIONS, ids=NAMES)


def test_the_schema_is_valid_openapi_3_1() -> None:
    assert schema_document()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(schema_document()).iter_errors()] == []


@each_operation
def test_every_operation_is_described(address: str, method: str, operation: JsonObject) -> None:
    assert len(operation["summary"]) > 5
    assert len(operation["description"]) > 40
    assert operation["description"] != operation["summary"]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
    assert set(operation["tags"]) <= {tag["name"] for tag in schema_document()["tags"] if tag.get("description")}
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]


@each_operation
def test_every_operation_lists_its_errors(address: str, method: str, operation: JsonObject) -> None:
    codes = {int(code) for code in operation["responses"]}
    if operation["security"]:
        assert codes >= {401, 403, 406, 429, 500, 503}
    else:
        assert codes >= ({500} if operation["operationId"] in UNCOUNTED else {429, 500})
    if "{" in address:
        assert 404 in codes
    if method in {"post", "patch"}:
        assert codes >= {400, 413, 415}
    for code in codes - set(range(200, 400)):
        problem = resolve_reference(operation["responses"][str(code)])["content"]
        assert list(problem) == ["application/problem+json"]
        assert problem["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


@each_operation
def test_every_response_lists_its_headers(address: str, method: str, operation: JsonObject) -> None:
    for code, part in operation["responses"].items():
        headers = set(resolve_reference(part)["headers"])
        assert "X-Request-ID" in headers
        if operation["operationId"] not in UNCOUNTED or int(code) < 400:
            counted = code not in {"401", "403"} and operation["operationId"] not in UNCOUNTED
            assert ("RateLimit" in headers) == counted
        if code in {"429", "503"}:
            assert "Retry-After" in headers
        if code in {"201", "202", "302"} and operation["operationId"] not in WITHOUT_URL:
            assert "Location" in headers


def test_only_the_preview_takes_a_signed_address() -> None:
    signed = {
        operation["operationId"] for _, _, operation in OPERATIONS if {"signedAddress": []} in operation["security"]
    }
    assert signed == {"preview_get"}


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids) > 12


def shown() -> list[tuple[str, JsonObject, Any]]:
    """Return location, schema and value of every example."""
    found = [("component", schema, one) for schema in iter_nodes(schema_document()) for one in _schema_examples(schema)]
    for name, response in schema_document()["components"]["responses"].items():
        found += _examples(name, response)
    for _, _, operation in OPERATIONS:
        for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
            found += [] if "$ref" in part else _examples(operation["operationId"], part)
    return found


def _schema_examples(schema: JsonObject) -> list[Any]:
    return list(schema["examples"]) if isinstance(schema.get("examples"), list) else []


def _examples(where: str, described: JsonObject) -> list[tuple[str, JsonObject, Any]]:
    contents = described.get("content", {}).values()
    return [
        (where, one["schema"], each["value"])
        for one in contents
        if "schema" in one  # a stream has no example
        for each in one.get("examples", {}).values()
    ]


def test_every_example_matches_its_schema() -> None:
    examples = shown()
    assert len(examples) > 40
    assert [(where, wrong) for where, schema, value in examples if (wrong := find_errors(schema, value))] == []


@each_operation
def test_requests_and_responses_have_examples(address: str, method: str, operation: JsonObject) -> None:
    for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
        for media_type, content in resolve_reference(part).get("content", {}).items():
            if media_type.endswith("json") and content["schema"] != {"$ref": "#/components/schemas/EmptyRequest"}:
                assert content.get("examples"), f"{media_type} of {operation['operationId']}"


def test_yaml_and_json_are_the_same_schema(client: Client) -> None:
    """YAML reads some texts as numbers, such as the hash 48e0000."""
    served = YAML(typ="safe", pure=True).load(client.get("/api/v1/schema").content)
    assert served["paths"] == client.get("/api/v1/schema?format=json").json()["paths"]


def test_every_kind_of_error_has_an_example() -> None:
    assert set(EXAMPLES) == set(MEANINGS)
    assert all(one["status"] == status for status, examples in EXAMPLES.items() for one in examples.values())


def test_the_limits_of_a_design_are_published() -> None:
    schemas = schema_document()["components"]["schemas"]
    text, placements = schemas["TextLayer"]["properties"], schemas["Placements"]
    assert (text["text"]["minLength"], text["text"]["maxLength"]) == (1, 2000)
    assert (text["size"]["exclusiveMinimum"], text["size"]["maximum"]) == (0, 10_000)
    assert text["color"]["pattern"] == "^(#[0-9A-Fa-f]{6}|auto)$"
    assert schemas["AxisValues"]["propertyNames"] == {"pattern": "^[A-Za-z0-9]{4}$"}
    assert schemas["Placement"]["properties"]["layers"]["maxItems"] == 100
    assert (placements["minProperties"], placements["maxProperties"]) == (1, 10)
    kinds = {*LAYER_KINDS, GROUP}
    assert set(schemas["Layer"]["discriminator"]["mapping"]) == kinds
    assert {resolve_reference(one)["properties"]["type"]["const"] for one in schemas["Layer"]["oneOf"]} == kinds
    assert schemas["CreateDesignRequest"]["additionalProperties"] is False


def test_the_schema_avoids_constructs_that_generators_reject() -> None:
    for name, schema in schema_document()["components"]["schemas"].items():
        assert not name.endswith(("Enum", "Out")), f"give {name} a name of its own (customify.config.openapi.ENUMS)"
        for at, one in schema.get("properties", {}).items():
            assert not isinstance(one.get("default"), dict | list), f"{name}.{at} has an object as its default"
            for node in iter_nodes(one):
                assert "nullable" not in node, f"{name}.{at}: OpenAPI 3.1 knows no nullable"
                assert "oneOf" not in node or {"type": "null"} in node["oneOf"], (
                    f"{name}.{at} is a union without a name"
                )
                assert "properties" not in node, f"{name}.{at} is an object without a name"
                assert "enum" not in node, f"{name}.{at} is an enum without a name"


def test_the_server_url_is_the_requested_host(client: Client) -> None:
    served = client.get("/api/v1/schema?format=json", headers={"Host": "localhost:8000"}).json()
    assert served["servers"][0]["url"] == "http://localhost:8000"
    assert served["info"]["license"] == {"name": "MIT", "identifier": "MIT"}
    schemes = set(served["components"]["securitySchemes"])
    assert schemes == {"bearerKey", "cookieAuth", "sessionToken", "signedAddress"}
    assert "X-CSRFToken" in served["components"]["securitySchemes"]["cookieAuth"]["description"]


EMPTY: JsonObject = {"next": None, "previous": None, "results": []}


def test_a_documented_response_is_accepted() -> None:
    assert find_undocumented("GET", DESIGNS_URL, JsonResponse(EMPTY)) == []


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
def test_an_undocumented_response_is_found(answer: JsonResponse) -> None:
    assert find_undocumented("GET", DESIGNS_URL, answer)


def test_an_image_can_be_requested_as_octet_stream(client: Client) -> None:
    url = "/api/v1/fonts/Lobster-Regular/sample"
    assert client.get(url, headers={"Accept": "application/octet-stream"})["Content-Type"] == "application/octet-stream"
    assert client.get(url, headers={"Accept": "image/png"})["Content-Type"] == "image/png"


def test_request_examples_are_accepted(shop: APIClient) -> None:
    content = schema_document()["paths"][DESIGNS_URL]["post"]["requestBody"]["content"]["application/json"]
    bodies = {name: one["value"] for name, one in content["examples"].items()}
    assert bodies["OneLineOfText"]["design_data"] == {**CREATE_BODY["design_data"], "fontSize": 48}
    for body in (bodies["OneLineOfText"], bodies["ALayerOfText"]):
        assert shop.post(DESIGNS_URL, body).status_code == 201
