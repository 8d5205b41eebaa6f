"""Check answers against the OpenAPI schema."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

JsonObject = dict[str, Any]
SCHEMA_URN = "urn:customify:schema"
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def schema_document() -> JsonObject:
    """Return the schema as it is served; do not change it."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    read: JsonObject = json.loads(OpenApiJsonRenderer().render(made, renderer_context={}))
    return read


def list_operations() -> list[tuple[str, str, JsonObject]]:
    """Return path, method and description of every operation."""
    paths = schema_document()["paths"]
    return [(address, method, path[method]) for address, path in paths.items() for method in METHODS if method in path]


def resolve_reference(node: JsonObject) -> JsonObject:
    """Follow a `$ref`; return other nodes unchanged."""
    while "$ref" in node:
        found: Any = schema_document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


@cache
def _registry() -> Registry[Any]:
    resource = Resource.from_contents(schema_document(), DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(SCHEMA_URN, resource)
    return registry


@cache
def _validator(schema: str) -> Draft202012Validator:
    rooted = json.loads(schema.replace('"#/', f'"{SCHEMA_URN}#/'))
    return Draft202012Validator(rooted, registry=_registry(), format_checker=FormatChecker())


def find_errors(schema: JsonObject, value: Any) -> list[str]:
    """Validate a value against a schema of the document; return the errors."""
    found = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message[:300]}" for error in found]


@cache
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    # Paths without parameters come first (OpenAPI 3.1, "Path Templating Matching").
    addresses = sorted(schema_document()["paths"], key=lambda address: address.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", one) + "/?"), one) for one in addresses]


def find_operation(method: str, path: str) -> JsonObject | None:
    """Return the operation of a method and path; None for an unknown one."""
    address = next((one for pattern, one in _addresses() if pattern.fullmatch(path)), None)
    found: JsonObject | None = schema_document()["paths"][address].get(method.lower()) if address else None
    return found


def find_undocumented(method: str, path: str, answer: HttpResponse) -> list[str]:
    """Return how an answer deviates from the schema: status, media type, body, headers."""
    operation = find_operation(method, path)
    if operation is None:
        return []
    documented = operation["responses"].get(str(answer.status_code))
    if documented is None:
        return [f"the status {answer.status_code} is not documented"]
    response = resolve_reference(documented)
    media_type = answer.get("Content-Type", "").split(";")[0]
    contents = response.get("content", {})
    # The browsable API is not described, and a stream has no body yet.
    if answer.streaming or not answer.content or media_type == "text/html":
        return []
    if media_type not in contents:
        return [f"the type {media_type} is not documented for {answer.status_code}"]
    if not media_type.endswith("json"):
        return []
    unnamed = [name for name in NAMED_HEADERS if name in answer and name not in response.get("headers", {})]
    return find_errors(contents[media_type]["schema"], json.loads(answer.content)) + [
        f"{one} is sent" for one in unnamed
    ]


NAMED_HEADERS = (
    *("ETag", "Location", "Retry-After", "Idempotent-Replayed", "WWW-Authenticate"),
    *("RateLimit", "RateLimit-Policy", "Deprecation", "Sunset", "X-Request-ID"),
)
