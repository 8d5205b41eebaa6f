"""Looks at a request's credentials before its body is read, so that nobody without a key fills memory or disk.

Django reads a whole body, into a temporary file if it is long, before it calls any middleware. Written by hand for that
reason. Requests whose credentials are refused here get an empty body; then the view itself answers 401 as ever.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import Error
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from customify.accounts.authentication import BearerAuthentication
from customify.web.body_limit import Application, Message, Receive, Send, linger

API_PREFIX = "/api/"
SMALL_BODY = 65_536  # bytes; a shorter one is cheaper to read than a key is to look up
_METHODS = {"POST", "PUT", "PATCH", "DELETE"}


class EarlyAuthenticationMiddleware:
    """ASGI middleware: long bodies to the API are read for callers with a key, a session token or a log-in alone."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request, with an empty body if its credentials are worth nothing."""
        if may_have_long_body(scope) and not await sync_to_async(has_credentials)(scope):
            await self.application(_without_length(scope), _empty_body(), _lingering(receive, send))
        else:
            await self.application(scope, receive, send)


def may_have_long_body(scope: Message) -> bool:
    """Tell whether a request to the API has a body that is long, or of unknown length."""
    if scope["type"] != "http" or scope["method"] not in _METHODS or not scope["path"].startswith(API_PREFIX):
        return False
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    return b"transfer-encoding" in headers or (length.isdigit() and int(length) > SMALL_BODY)


def has_credentials(scope: Mapping[str, object]) -> bool:
    """Tell whether a request has a valid key or session token, or the cookie of a user who is logged in."""
    request = ASGIRequest(scope, io.BytesIO())
    try:
        if BearerAuthentication().authenticate(Request(request)) is not None:
            return True
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        return bool(get_user(request).is_authenticated)
    except APIException:
        return False
    except Error:
        return True  # the view meets the same outage, and answers 503


def _without_length(scope: Message) -> Message:
    names = {b"content-length", b"transfer-encoding"}
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in names]}


def _empty_body() -> Receive:
    """Return a `receive` that gives an empty body, and then waits as if the client stayed."""
    messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive_nothing() -> Message:
        if not messages:
            await asyncio.Event().wait()  # the handler ends it
        return messages.pop()

    return receive_nothing


def _lingering(receive: Receive, send: Send) -> Send:
    """Return a `send` that closes the connection after the answer, and reads what the client still sends meanwhile."""

    async def send_lingering(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send({**message, "headers": [*message.get("headers", []), (b"connection", b"close")]})
        elif message.get("more_body", False):
            await send(message)
        else:
            await send({**message, "more_body": True})
            await linger(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_lingering
