"""Documentation of the API in the OpenAPI document: names, descriptions, errors, headers and examples.

Views use `problem_responses`, the parameters and `extend_schema`. The hooks in `components`, `partial_schemas` and
`answers`, which are named in the settings, complete the document. `operations` shows how an operation is described.
"""

from designs.api.docs.errors import problem_responses, uncounted_responses
from designs.api.docs.events import events_schema
from designs.api.docs.examples import SESSION, SESSION_REQUEST, SESSION_SUMMARY, request_example, response_example
from designs.api.docs.operations import designs_schema, history_schema, pins_schema
from designs.api.docs.parameters import (
    CACHE_CONTROL,
    CURSOR,
    ETAG,
    FONT_NAME,
    GROUP,
    ID,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    LAST_EVENT_ID,
    LOCATION,
    NO_AUTH,
    NO_STORE,
    OCTET_STREAM,
    PRODUCT,
    PRODUCTS_PAGE_SIZE,
    RETRY_AFTER,
    SAMPLE_VERSION,
    WAIT,
    picture_media_type,
    picture_responses,
    response_header,
)
from designs.api.docs.pictures import assets_schema, preflight_schema, preview_schema
from designs.api.docs.print_files import print_files_schema

__all__ = [
    "CACHE_CONTROL",
    "CURSOR",
    "ETAG",
    "FONT_NAME",
    "GROUP",
    "ID",
    "IDEMPOTENCY_KEY",
    "IF_MATCH",
    "IF_NONE_MATCH",
    "LAST_EVENT_ID",
    "LOCATION",
    "NO_AUTH",
    "NO_STORE",
    "OCTET_STREAM",
    "PRODUCT",
    "PRODUCTS_PAGE_SIZE",
    "RETRY_AFTER",
    "SAMPLE_VERSION",
    "SESSION",
    "SESSION_REQUEST",
    "SESSION_SUMMARY",
    "WAIT",
    "assets_schema",
    "designs_schema",
    "events_schema",
    "history_schema",
    "picture_media_type",
    "picture_responses",
    "pins_schema",
    "preflight_schema",
    "preview_schema",
    "print_files_schema",
    "problem_responses",
    "request_example",
    "response_example",
    "response_header",
    "uncounted_responses",
]
