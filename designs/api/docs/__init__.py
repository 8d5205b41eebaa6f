"""What the schema says beyond what the code shows: names, descriptions, errors, headers, examples.

Views use `problems(…)`, the parameters and `extend_schema`; `components` and `answers` finish the document (settings
name them as hooks). Adding an operation: docs/api.md says for whom, `operations` shows how.
"""

from designs.api.docs.errors import problems
from designs.api.docs.events import events
from designs.api.docs.examples import answer, request
from designs.api.docs.operations import designs
from designs.api.docs.parameters import (
    CACHE_CONTROL,
    ETAG,
    FONT_NAME,
    ID,
    IF_MATCH,
    IF_NONE_MATCH,
    KEY,
    LAST_EVENT,
    LOCATION,
    NO_AUTH,
    NO_STORE,
    OCTETS,
    RETRY_AFTER,
    WAIT,
    picture,
    picture_type,
    response_header,
)
from designs.api.docs.pictures import assets, preview

__all__ = [
    "CACHE_CONTROL",
    "ETAG",
    "FONT_NAME",
    "ID",
    "IF_MATCH",
    "IF_NONE_MATCH",
    "KEY",
    "LAST_EVENT",
    "LOCATION",
    "NO_AUTH",
    "NO_STORE",
    "OCTETS",
    "RETRY_AFTER",
    "WAIT",
    "answer",
    "assets",
    "designs",
    "events",
    "picture",
    "picture_type",
    "preview",
    "problems",
    "request",
    "response_header",
]
