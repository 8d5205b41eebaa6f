"""Refuses request bodies that are too long while they arrive, before Django stores them in a temporary file.

Written by hand because Django's own limits (DATA_UPLOAD_MAX_MEMORY_SIZE) leave file uploads out and act after the whole
body has arrived, and because no server option knows that uploads may be longer than other requests. The answer is the
API's problem document, also when the client is still sending.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from customify.web.csp import BARE_POLICY
from designs.api.errors import MEDIA_TYPE, BodyTooLarge
from designs.api.problems import build_problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Any], Awaitable[None]]

UPLOAD_PATH = "/api/v1/assets"
MULTIPART_ALLOWANCE = (
    65_536  # bytes: overhead of multipart; slightly longer bodies reach the parsers, whose errors say more
)
LINGER_SECONDS = (
    2.0  # s for which the rest is read, because a client that is still sending does not read the answer yet
)

log = logging.getLogger(__name__)


def get_body_limit(path: str) -> int:
    """Return the longest body for this path, in bytes."""
    return settings.ASSET_MAX_BYTES if path.rstrip("/") == UPLOAD_PATH else settings.API_BODY_LIMIT


def exceeds_limit(length: str, limit: int) -> bool:
    """Tell whether a Content-Length exceeds the limit; the server handles values that are no number."""
    return length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit + MULTIPART_ALLOWANCE)


def build_refusal(path: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Return body and headers of a 413 response."""
    error = BodyTooLarge(get_body_limit(path))
    body = json.dumps(build_problem(error.status_code, error.code, str(error.detail), error.items)).encode()
    log.info("a request body for %s was refused: it is longer than %d bytes", path, get_body_limit(path))
    return body, [
        ("Content-Type", MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", BARE_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"),  # so that a shop's page can show the reason; it reveals nothing
    ]


class BodyLimitMiddleware:
    """ASGI middleware that limits the length of request bodies."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request, or answer 413: at once by its Content-Length, else when the body exceeds the limit."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = get_body_limit(scope["path"])
        lengths = [value.decode("latin-1") for name, value in scope["headers"] if name == b"content-length"]
        if any(exceeds_limit(length, limit) for length in lengths):
            await _send_refusal(scope, receive, send)
            return
        body = _LimitedBody(limit + MULTIPART_ALLOWANCE, receive, send)
        await self.application(scope, body.receive, body.send)
        if body.is_cut and not body.has_answered:
            await _send_refusal(scope, receive, send)


class _LimitedBody:
    """Counts the bytes. Past the limit the application gets a disconnect, so that it releases what it has read."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self.bytes_left, self.is_cut, self.has_answered = limit, False, False
        self._receive, self._send = receive, send

    async def receive(self) -> Message:
        message = await self._receive() if not self.is_cut else {"type": "http.disconnect"}
        self.bytes_left -= len(message.get("body", b""))
        if self.bytes_left >= 0:
            return message
        self.is_cut = True
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.has_answered = True
        await self._send(message)


async def _send_refusal(scope: Message, receive: Receive, send: Send) -> None:
    body, headers = build_refusal(scope["path"])
    raw = [(name.lower().encode(), value.encode()) for name, value in [*headers, ("Connection", "close")]]
    await send({"type": "http.response.start", "status": HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def limit_wsgi_bodies(application: WSGIApplication) -> WSGIApplication:
    """Wrap a WSGI application. Checking Content-Length is enough: WSGI never reads beyond it."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not exceeds_limit(environ.get("CONTENT_LENGTH") or "", get_body_limit(path)):
            return application(environ, start_response)
        body, headers = build_refusal(path)
        start_response("413 Request Entity Too Large", headers)
        return [body]

    return serve
