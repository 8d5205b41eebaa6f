"""A hook of drf-spectacular: what all answers share, written down once. Errors, headers, servers, tags."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings

from designs.api.docs.components import SchemaNode, iter_nodes
from designs.api.docs.errors import EXAMPLES, MEANINGS
from designs.api.docs.examples import DESIGN_ID, HOST
from designs.api.errors import MEDIA_TYPE

# Query parameters of lists: what the framework cannot know of them.
LIST_PARAMETERS: dict[str, SchemaNode] = {
    "cursor": {
        "description": "Where the page begins: follow `next` and `previous`, which hold it.",
        "schema": {"type": "string", "minLength": 1},
    },
    "page_size": {
        "description": "How many a page holds.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    },
    "created_after": {"description": "Made later than this (RFC 3339; write the `+` of a time zone as `%2B`)."},
    "created_before": {"description": "Made earlier than this (RFC 3339)."},
    "external_id": {
        "description": "Your own number for it, exactly.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "product_type": {
        "description": "One product's alone.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 50},
    },
    "status": {"description": "Of one status alone."},
}
METHODS = ("get", "post", "put", "patch", "delete")
UNCOUNTED_STATUSES = (401, 403)  # refused before the request is counted

HEADERS: dict[str, tuple[str, str]] = {
    "X-Request-ID": ("Names the request in our logs; the one you sent, if it was one.", "string"),
    "RateLimit-Policy": ('Requests (`q`) that a key may make in seconds (`w`): `"key";q=600;w=60`.', "string"),
    "RateLimit": ('How many are left (`r`), and seconds until the window ends (`t`): `"key";r=598;t=42`.', "string"),
    "Retry-After": ("Seconds until it is worth trying again.", "integer"),
    "WWW-Authenticate": ("The scheme that is asked for.", "string"),
    "Deprecation": ("Since when this is deprecated (RFC 9745): `@1798761600`.", "string"),
    "Sunset": ("When this will be gone (RFC 8594).", "string"),
}  # fmt: skip
STATUS_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
STATUS_DESCRIPTIONS = {200: "Here it is.", 201: "Made.", 202: "Taken on.", 204: "Done; no body.", 302: "It is elsewhere.",
        304: "You have the newest."}  # fmt: skip

TAGS = {
    "account": "Whose key this is, what it may do, and what is left of its quota.",
    "assets": "Pictures that shoppers upload, for use in designs.",
    "designs": "What shoppers make: posted, drawn by a worker, and published as files.",
    "fonts": "The fonts that a design may name.",
    "preview": "Pictures at once, while somebody edits.",
    "products": "What can be printed on, and the rules that a design keeps on it.",
}
COOKIE_DESCRIPTION = (
    "The cookie of somebody who has logged in, for the pages of this service. Every method but GET, HEAD and OPTIONS "
    "then also asks for the CSRF token: the value of the cookie `csrftoken` in the header `X-CSRFToken`. Programs send "
    "a key instead."
)


def finish_responses(result: SchemaNode, generator: Any, request: Any, public: bool) -> SchemaNode:  # noqa: ARG001  # the hook's form
    """Return the document with shared errors and headers, and the address that it was fetched from as its server."""
    components = result["components"]
    components["responses"] = {name: _problem_response(code) for code, (name, _) in MEANINGS.items()}
    components["securitySchemes"]["cookieAuth"]["description"] = COOKIE_DESCRIPTION
    tags: set[str] = set()
    for address, path in result["paths"].items():
        for operation in (path[method] for method in METHODS if method in path):
            _finish_operation(operation, address)
            tags.update(operation["tags"])
    used = {node["$ref"] for node in iter_nodes(result) if isinstance(node.get("$ref"), str)}
    said = {name: _header_component(*HEADERS[name]) for name in HEADERS if _header_ref(name)["$ref"] in used}
    components["headers"] = {_component_name(name): header for name, header in said.items()}
    here = request.build_absolute_uri("/").rstrip("/") if request is not None else settings.PUBLIC_URL
    result["servers"] = [{"url": here, "description": "This service."}]
    result["tags"] = [{"name": tag, **_description(TAGS.get(tag))} for tag in sorted(tags)]
    return result


def _description(text: str | None) -> SchemaNode:
    return {"description": text} if text else {}


def _component_name(header: str) -> str:
    return header.replace("-", "")


def _header_component(description: str, kind: str) -> SchemaNode:
    return {"description": description, "schema": {"type": kind}}


def _header_ref(header: str) -> SchemaNode:
    return {"$ref": f"#/components/headers/{_component_name(header)}"}


def _shared_headers(status: int) -> SchemaNode:
    """Return the headers that answers of a status carry on whatever address."""
    counted = () if status in UNCOUNTED_STATUSES else ("RateLimit-Policy", "RateLimit")
    return {name: _header_ref(name) for name in ("X-Request-ID", *counted, *STATUS_HEADERS.get(status, ()))}


def _problem_response(status: int) -> SchemaNode:
    examples = {_example_key(name): {"summary": name, "value": value} for name, value in EXAMPLES[status].items()}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {"description": MEANINGS[status][1], "headers": _shared_headers(status), "content": {MEDIA_TYPE: content}}


def _example_key(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("'", "").split())


def body_examples(described: SchemaNode) -> list[Any]:
    """Return the examples of a request's or a response's body."""
    contents = described.get("content", {}).values()
    return [one["value"] for content in contents for one in content.get("examples", {}).values()]


def _finish_operation(operation: SchemaNode, address: str) -> None:
    operation.setdefault("security", [])  # nothing is asked for
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            parameter.update(LIST_PARAMETERS.get(parameter["name"], {}))
    for code, response in operation["responses"].items():
        status = int(code)
        if status >= HTTPStatus.BAD_REQUEST:
            operation["responses"][code] = {"$ref": f"#/components/responses/{MEANINGS[status][0]}"}
            continue
        # Of a stream: tools disagree on whether a schema is of the whole or of each event.
        response.get("content", {}).get("text/event-stream", {}).pop("schema", None)
        for example in body_examples(response):
            if set(example) == {"next", "previous", "results"}:
                example.update(
                    {"next": f"{HOST}{address.replace('{id}', DESIGN_ID)}?cursor=cD0yMDI2LTExLTI1", "previous": None}
                )
        response["headers"] = {**_shared_headers(status), **response.get("headers", {})}
        if operation.get("deprecated"):
            response["headers"] |= {name: _header_ref(name) for name in ("Deprecation", "Sunset")}
        if response.get("description") in (None, "", "No response body"):
            response["description"] = STATUS_DESCRIPTIONS[status]
