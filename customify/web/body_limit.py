"""Refuses request bodies that are too long or too slow while they arrive; Django stores them in a temporary file first.

Written by hand because Django's own limits (DATA_UPLOAD_MAX_MEMORY_SIZE) leave file uploads out and act after the whole
body has arrived, and because no server option knows that uploads may be longer than other requests. The answer is the
API's problem document, also when the client is still sending.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from django.conf import settings

from customify.web.csp import BARE_POLICY
from customify.web.request_id import REQUEST_ID_HEADER, choose_request_id
from designs.api.errors import MEDIA_TYPE, BodyTooLarge, BodyTooSlow, NothingStored, ProblemError, Unavailable
from designs.api.problems import build_problem
from rendering.ingest.temporary import TemporaryFilesUnusable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Any], Awaitable[None]]

UPLOAD_PATH = "/api/v1/assets"
# Bytes: the overhead of multipart. Slightly longer bodies reach the parsers, whose errors say more.
MULTIPART_ALLOWANCE = 65_536
LINGER_SECONDS = 2.0  # for which the rest is read: a client that is still sending does not read the answer yet
SILENCE_SECONDS = 20.0  # that a client may send nothing, amid its body
BODY_SECONDS, BYTES_PER_SECOND = 30.0, 10_000  # a body may take so long, and longer by so much for its length

log = logging.getLogger(__name__)


def is_upload(path: str) -> bool:
    """Tell whether files are uploaded to this path."""
    return path.rstrip("/") == UPLOAD_PATH


def get_body_limit(path: str) -> int:
    """Return the longest body for this path, in bytes."""
    return settings.ASSET_MAX_BYTES if is_upload(path) else settings.API_BODY_LIMIT


def refuse_length(path: str) -> BodyTooLarge:
    """Return the refusal of a body that is too long for this path."""
    limit = get_body_limit(path)
    return BodyTooLarge.of_file(limit) if is_upload(path) else BodyTooLarge.of_json(limit)


def exceeds_limit(length: str, limit: int) -> bool:
    """Tell whether a Content-Length exceeds the limit; the server handles values that are no number."""
    return length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit + MULTIPART_ALLOWANCE)


def build_refusal(error: ProblemError, request_id: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Return body and headers of a response that refuses a body."""
    problem = build_problem(error.status_code, error.code, str(error.detail), error.items)
    body = json.dumps({**problem, "request_id": request_id}).encode()
    wait = [("Retry-After", str(int(error.wait)))] if isinstance(error, Unavailable) else []
    return body, [
        *wait,
        ("Content-Type", MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", BARE_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        (REQUEST_ID_HEADER, request_id),
        ("Access-Control-Allow-Origin", "*"),  # so that a shop's page can show the reason; it reveals nothing
        ("Access-Control-Expose-Headers", f"Retry-After, {REQUEST_ID_HEADER}"),
    ]


class BodyLimitMiddleware:
    """ASGI middleware that limits the length of request bodies and the time that they take."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it: 413 by its Content-Length or while the body arrives; 408 if it is slow."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = get_body_limit(scope["path"])
        lengths = [value.decode("latin-1") for name, value in scope["headers"] if name == b"content-length"]
        if any(exceeds_limit(length, limit) for length in lengths):
            await _send_refusal(scope, refuse_length(scope["path"]), receive, send)
            return
        body = _LimitedBody(scope["path"], receive, send)
        try:
            await self.application(scope, body.receive, body.send)
        except TemporaryFilesUnusable as error:
            log.warning("a request body for %s could not be stored: %s", scope["path"], error)
            body.refusal = NothingStored()
        if body.refusal is not None and not body.has_answered:
            await _send_refusal(scope, body.refusal, receive, send)


class _LimitedBody:
    """Counts the bytes and the time. Past a limit the application gets a disconnect: it releases what it has read."""

    def __init__(self, path: str, receive: Receive, send: Send) -> None:
        self.refusal: ProblemError | None = None
        self.bytes_read, self.has_answered = 0, False
        self._path, self._receive, self._send = path, receive, send
        self._limit = get_body_limit(path) + MULTIPART_ALLOWANCE
        self._begun, self._is_whole = time.monotonic(), False

    async def receive(self) -> Message:
        if self.refusal is not None:
            return {"type": "http.disconnect"}
        if self._is_whole:  # the application waits for the client to leave
            return await self._receive()
        try:
            async with asyncio.timeout(self._seconds_left()):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(BodyTooSlow())
        self.bytes_read += len(message.get("body", b""))
        if self.bytes_read > self._limit:
            return self._refuse(refuse_length(self._path))
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        self.has_answered = True
        await self._send(message)

    def _seconds_left(self) -> float:
        ends = self._begun + BODY_SECONDS + self.bytes_read / BYTES_PER_SECOND
        return min(SILENCE_SECONDS, ends - time.monotonic())

    def _refuse(self, refusal: ProblemError) -> Message:
        self.refusal = refusal
        return {"type": "http.disconnect"}


async def _send_refusal(scope: Message, error: ProblemError, receive: Receive, send: Send) -> None:
    sent = dict(scope["headers"]).get(REQUEST_ID_HEADER.lower().encode(), b"").decode("latin-1")
    body, headers = build_refusal(error, choose_and_log(sent, scope["path"], error))
    raw = [(name.lower().encode(), value.encode()) for name, value in [*headers, ("Connection", "close")]]
    await send({"type": "http.response.start", "status": error.status_code, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await linger(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def choose_and_log(sent: str, path: str, error: ProblemError) -> str:
    """Return the request's id, by which the log line of its refusal is found."""
    request_id = choose_request_id(sent)
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        log.info("a request body for %s was refused: %s", path, error.detail)
    return request_id


async def linger(receive: Receive) -> None:
    """Read and drop what a client still sends, for a moment: it reads no answer before."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass


def limit_wsgi_bodies(application: WSGIApplication) -> WSGIApplication:
    """Wrap a WSGI application. Checking Content-Length is enough: WSGI never reads beyond it."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not exceeds_limit(environ.get("CONTENT_LENGTH") or "", get_body_limit(path)):
            return application(environ, start_response)
        error = refuse_length(path)
        body, headers = build_refusal(error, choose_and_log(environ.get("HTTP_X_REQUEST_ID", ""), path, error))
        start_response("413 Request Entity Too Large", headers)
        return [body]

    return serve
