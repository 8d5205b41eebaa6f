"""What the schema promises of answers, and which answers break it."""

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
    """Return the document as it is served, for reading alone."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    read: JsonObject = json.loads(OpenApiJsonRenderer().render(made, renderer_context={}))
    return read


def list_operations() -> list[tuple[str, str, JsonObject]]:
    """Return address, method and description of every operation."""
    paths = schema_document()["paths"]
    return [(address, method, path[method]) for address, path in paths.items() for method in METHODS if method in path]


def resolve_reference(node: JsonObject) -> JsonObject:
    """Return what a reference names, or the node itself."""
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
    """Return what is wrong with a value by a schema of the document."""
    found = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message[:300]}" for error in found]


@cache
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", one) + "/?"), one) for one in schema_document()["paths"]]


def find_operation(method: str, path: str) -> JsonObject | None:
    """Return the operation that answered, None for an address or a method that is none."""
    address = next((one for pattern, one in _addresses() if pattern.fullmatch(path)), None)
    found: JsonObject | None = schema_document()["paths"][address].get(method.lower()) if address else None
    return found


def find_undocumented(method: str, path: str, answer: HttpResponse) -> list[str]:
    """Return what an answer does that the schema does not say: status, type, body, headers."""
    operation = find_operation(method, path)
    if operation is None:
        return []
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return [f"the status {answer.status_code} is not documented"]
    response = resolve_reference(told)
    media_type = answer.get("Content-Type", "").split(";")[0]
    contents = response.get("content", {})
    # The browsable API is for people; a stream has not been sent yet.
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
