"""Bodies that are too long are refused while they arrive, before Django keeps them in a temporary file."""

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
MULTIPART_ALLOWANCE = 65_536  # bytes: what multipart adds to a file, and room for the parsers' own, better words
LINGER_SECONDS = 2.0  # s: a client that is still sending reads our answer only if we read on for a while

log = logging.getLogger(__name__)


def get_body_limit(path: str) -> int:
    """Return how many bytes a body sent to this path may have."""
    return settings.ASSET_MAX_BYTES if path.rstrip("/") == UPLOAD_PATH else settings.API_BODY_LIMIT


def exceeds_limit(length: str, limit: int) -> bool:
    """Tell whether a Content-Length says too much; what is no number is left to the server."""
    return length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit + MULTIPART_ALLOWANCE)


def build_refusal(path: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the body and the headers of a 413."""
    error = BodyTooLarge(get_body_limit(path))
    body = json.dumps(build_problem(error.status_code, error.code, str(error.detail), error.items)).encode()
    log.info("a body for %s was refused: it is longer than %d bytes", path, get_body_limit(path))
    return body, [
        ("Content-Type", MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", BARE_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"),  # a shop's page must be able to say why; it tells nothing of anyone
    ]


class BodyLimitMiddleware:
    """An ASGI application that never sees more of a body than it may have."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request, or answer 413 at once where its length says too much, else when it has grown too long."""
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
    """Counts what arrives. Past the limit the application hears that the client has left, and lets go of all it has."""

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
    """Wrap a WSGI application. It never reads beyond a body's Content-Length: that alone is asked."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not exceeds_limit(environ.get("CONTENT_LENGTH") or "", get_body_limit(path)):
            return application(environ, start_response)
        body, headers = build_refusal(path)
        start_response("413 Request Entity Too Large", headers)
        return [body]

    return serve
