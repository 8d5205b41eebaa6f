"""A drf-spectacular hook that adds what all responses share: errors, headers, servers and tags."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings

from designs.api.docs.components import SchemaNode, iter_nodes
from designs.api.docs.errors import EXAMPLES, MEANINGS
from designs.api.docs.examples import DESIGN_ID, HOST
from designs.api.errors import MEDIA_TYPE

# Query parameters of lists; drf-spectacular cannot derive these values.
LIST_PARAMETERS: dict[str, SchemaNode] = {
    "cursor": {
        "description": "Start of the page. Follow `next` and `previous`, which contain it.",
        "schema": {"type": "string", "minLength": 1},
    },
    "page_size": {
        "description": "Number of items in a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    },
    "created_after": {"description": "Created after this time (RFC 3339; write the `+` of a UTC offset as `%2B`)."},
    "created_before": {"description": "Created before this time (RFC 3339)."},
    "external_id": {
        "description": "Your own id for the design (exact match).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "customer": {
        "description": "Your own id for the customer (exact match).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "design": {"description": "Only pins of this design."},
    "finding": {
        "description": "Only designs whose files have a finding of this code.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 40},
    },
    "printable": {
        "description": "true: only designs whose files have no error that is not overridden; false: only those with. "
        "Designs without files are in neither."
    },
    "moderation": {"description": "Only pins of revisions about which this was decided; `none`: nothing yet."},
    "order_id": {
        "description": "Only pins of this order (exact match).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "pinned": {"description": "true: only designs with pins; false: only those without."},
    "product_type": {
        "description": "Only designs of this product.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 50},
    },
    "status": {"description": "Only designs with this status."},
}
OWN_PAGE_SIZES = {"products_list"}
METHODS = ("get", "post", "put", "patch", "delete")
UNCOUNTED_STATUSES = (401, 403)  # rejected before the request is counted against the rate limit

HEADERS: dict[str, tuple[str, str]] = {
    "X-Request-ID": ("Id of the request in our logs; your own, if you sent a valid one.", "string"),
    "RateLimit-Policy": (
        (
            'Requests (`q`) allowed per key in a window of `w` seconds: `"key";q=600;w=60`. Previews add their budget '
            'of drawing time: `"drawing";q=120;w=60;qu="drawing-seconds"`.'
        ),
        "string",
    ),
    "RateLimit": (
        (
            'Requests left (`r`), and seconds until the window ends (`t`): `"key";r=598;t=42`. Previews add the '
            'seconds of drawing left: `"drawing";r=117;t=42`.'
        ),
        "string",
    ),
    "Retry-After": ("Seconds to wait before the next attempt.", "integer"),
    "WWW-Authenticate": ("The authentication scheme to use.", "string"),
    "Deprecation": ("When this was deprecated (RFC 9745): `@1798761600`.", "string"),
    "Sunset": ("When this will be removed (RFC 8594).", "string"),
}  # fmt: skip
STATUS_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
STATUS_DESCRIPTIONS = {
    200: "Success.",
    201: "Created.",
    202: "Accepted; the work is queued.",
    204: "Success, without a body.",
    302: "Redirect to `Location`.",
    304: "Not modified: the `If-None-Match` tag is current.",
}

TAGS = {
    "account": "The API key, its owner and scopes, the remaining quota, and the limits of uploads.",
    "assets": "Images that shoppers upload, for use in designs.",
    "designs": "What shoppers make. Designs are rendered by a worker and published as files.",
    "fonts": "Fonts that a design can use.",
    "limits": "What the service accepts: sizes, formats, lengths, rates.",
    "pins": "Files that are kept for orders.",
    "preflight": "What is wrong with a design before it is printed.",
    "preview": "Instant previews for editors.",
    "products": "Products that can be printed, with the limits of their designs.",
}
COOKIE_DESCRIPTION = (
    "The session cookie of a user who is logged in, for the pages of this service. All methods except GET, HEAD and "
    "OPTIONS also need the CSRF token: the value of the cookie `csrftoken` in the header `X-CSRFToken`. Programs use "
    "an API key instead."
)


def finish_responses(result: SchemaNode, generator: Any, request: Any, public: bool) -> SchemaNode:  # noqa: ARG001  # the hook's signature
    """Add shared errors and headers, and the URL that the document was fetched from as its server."""
    components = result["components"]
    components["responses"] = {name: _problem_response(code) for code, (name, _) in MEANINGS.items()}
    components["securitySchemes"]["cookieAuth"]["description"] = COOKIE_DESCRIPTION
    tags: set[str] = set()
    for address, path in result["paths"].items():
        for operation in (path[method] for method in METHODS if method in path):
            _finish_operation(operation, address)
            tags.update(operation["tags"])
    used = {node["$ref"] for node in iter_nodes(result) if isinstance(node.get("$ref"), str)}
    components["headers"] = {
        _component_name(name): _header_component(description, kind)
        for name, (description, kind) in HEADERS.items()
        if _header_ref(name)["$ref"] in used
    }
    server = request.build_absolute_uri("/").rstrip("/") if request is not None else settings.PUBLIC_URL
    result["servers"] = [{"url": server, "description": "This service."}]
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


def _shared_headers(status: int, *, is_counted: bool = True) -> SchemaNode:
    """Return the headers that all responses of a status have, of operations that count against the rate limit."""
    rate_limits = ("RateLimit-Policy", "RateLimit") if is_counted and status not in UNCOUNTED_STATUSES else ()
    return {name: _header_ref(name) for name in ("X-Request-ID", *rate_limits, *STATUS_HEADERS.get(status, ()))}


def _problem_response(status: int) -> SchemaNode:
    examples = {_example_key(name): {"summary": name, "value": value} for name, value in EXAMPLES[status].items()}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {"description": MEANINGS[status][1], "headers": _shared_headers(status), "content": {MEDIA_TYPE: content}}


def _example_key(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("'", "").split())


def body_examples(node: SchemaNode) -> list[Any]:
    """Return the example values of a request body or a response."""
    contents = node.get("content", {}).values()
    return [example["value"] for content in contents for example in content.get("examples", {}).values()]


def _finish_operation(operation: SchemaNode, address: str) -> None:
    operation.setdefault("security", [])  # public
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            own_schema = {"schema": parameter["schema"]} if operation["operationId"] in OWN_PAGE_SIZES else {}
            parameter.update({**LIST_PARAMETERS.get(parameter["name"], {}), **own_schema})
    is_counted = "429" in operation["responses"]
    for code, response in operation["responses"].items():
        status = int(code)
        if status >= HTTPStatus.BAD_REQUEST:
            operation["responses"][code] = {"$ref": f"#/components/responses/{MEANINGS[status][0]}"}
            continue
        # Tools disagree on whether the schema of a stream describes the whole stream or one event.
        response.get("content", {}).get("text/event-stream", {}).pop("schema", None)
        for example in body_examples(response):
            if set(example) == {"next", "previous", "results"}:
                example.update(
                    {"next": f"{HOST}{address.replace('{id}', DESIGN_ID)}?cursor=cD0yMDI2LTExLTI1", "previous": None}
                )
        response["headers"] = {**_shared_headers(status, is_counted=is_counted), **response.get("headers", {})}
        if operation.get("deprecated"):
            response["headers"] |= {name: _header_ref(name) for name in ("Deprecation", "Sunset")}
        if response.get("description") in (None, "", "No response body"):
            response["description"] = STATUS_DESCRIPTIONS[status]
