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

Node = dict[str, Any]
HERE = "urn:customify:schema"
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document() -> Node:
    """Return the document as it is served, for reading alone."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    read: Node = json.loads(OpenApiJsonRenderer().render(made, renderer_context={}))
    return read


def operations() -> list[tuple[str, str, Node]]:
    """Return address, method and description of every operation."""
    paths = document()["paths"]
    return [(address, method, path[method]) for address, path in paths.items() for method in METHODS if method in path]


def resolved(node: Node) -> Node:
    """Return what a reference names, or the node itself."""
    while "$ref" in node:
        found: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


@cache
def _registry() -> Registry[Any]:
    resource = Resource.from_contents(document(), DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(HERE, resource)
    return registry


@cache
def _validator(schema: str) -> Draft202012Validator:
    rooted = json.loads(schema.replace('"#/', f'"{HERE}#/'))
    return Draft202012Validator(rooted, registry=_registry(), format_checker=FormatChecker())


def troubles(schema: Node, value: Any) -> list[str]:
    """Return what is wrong with a value by a schema of the document."""
    found = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message[:300]}" for error in found]


@cache
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", one) + "/?"), one) for one in document()["paths"]]


def operation_of(method: str, path: str) -> Node | None:
    """Return the operation that answered, None for an address or a method that is none."""
    address = next((one for pattern, one in _addresses() if pattern.fullmatch(path)), None)
    found: Node | None = document()["paths"][address].get(method.lower()) if address else None
    return found


def broken_promises(method: str, path: str, answer: HttpResponse) -> list[str]:
    """Return what an answer does that the schema does not say: status, type, body, headers."""
    operation = operation_of(method, path)
    if operation is None:
        return []
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return [f"the status {answer.status_code} is not documented"]
    response = resolved(told)
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
    return troubles(contents[media_type]["schema"], json.loads(answer.content)) + [f"{one} is sent" for one in unnamed]


NAMED_HEADERS = (
    *("ETag", "Location", "Retry-After", "Idempotent-Replayed", "WWW-Authenticate"),
    *("RateLimit", "RateLimit-Policy", "Deprecation", "Sunset", "X-Request-ID"),
)
