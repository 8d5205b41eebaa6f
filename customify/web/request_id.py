"""Adds X-Request-ID to responses: the same id as in the logs of the request."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from django.dispatch import receiver
from django.http import HttpResponseBase
from django_structlog import signals

from customify.observability.redaction import KEY_PATTERN
from customify.web.incoming_headers import ID_PATTERN

REQUEST_ID_HEADER = "X-Request-ID"


def choose_request_id(sent: str) -> str:
    """Return the id that a client or proxy sent, or a new one if that is none or holds an API key."""
    return sent if is_usable(sent) else str(uuid4())


def is_usable(request_id: str) -> bool:
    """Tell whether an id is a plain word, and no API key."""
    return bool(ID_PATTERN.fullmatch(request_id)) and not KEY_PATTERN.search(request_id)


@receiver([signals.update_failure_response, signals.bind_extra_request_finished_metadata])
def add_request_id(response: HttpResponseBase, **kwargs: Any) -> None:  # noqa: ARG001
    """Add the request's id to its response, unless the client sent one with an API key in it."""
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    if is_usable(request_id):
        response[REQUEST_ID_HEADER] = request_id
