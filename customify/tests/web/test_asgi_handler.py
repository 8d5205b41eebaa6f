"""Under ASGI the middleware and the view of a request run in one thread, except asynchronous views."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.deprecation import MiddlewareMixin
from pytest_django import Settings

from customify.web.asgi_handler import SingleThreadHandler

seen: list[int] = []


class Noting(MiddlewareMixin):
    """Middleware that records the thread of the request and of the answer."""

    def process_request(self, request: HttpRequest) -> None:  # noqa: ARG002
        seen.append(threading.get_ident())

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        seen.append(threading.get_ident())
        return response


def plain(request: HttpRequest) -> HttpResponse:
    seen.append(threading.get_ident())
    return HttpResponse("plain")


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        for number in range(3):
            await asyncio.sleep(0)
            yield f"{number} in {threading.get_ident()};"

    await asyncio.sleep(0)
    return StreamingHttpResponse(parts())


urlpatterns = [path("plain", plain), path("stream", stream)]


def ask(application: Callable[..., Any], where: str) -> tuple[int, str, int]:
    """Send a request; return status, body and the thread of the event loop, which runs apart from ours."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(answer(application, where))).result()


async def answer(application: Callable[..., Any], where: str) -> tuple[int, str, int]:
    sent: list[dict[str, Any]] = []
    has_asked = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if has_asked.is_set():
            await asyncio.sleep(60)  # the client stays connected
        has_asked.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": where, "headers": [], "query_string": b"", "http_version": "1.1"}
    await application(scope, receive, send)
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return sent[0]["status"], body.decode(), threading.get_ident()


@pytest.fixture
def application(settings: Settings) -> SingleThreadHandler:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.Noting"] * 3
    seen.clear()
    return SingleThreadHandler()


def test_a_plain_view_runs_in_one_thread(application: SingleThreadHandler) -> None:
    status, body, loop = ask(application, "/plain")
    assert (status, body) == (200, "plain")
    assert len(seen) == 7
    assert len({*seen, loop}) == 2


def test_an_asynchronous_stream_runs_in_one_thread(application: SingleThreadHandler) -> None:
    status, body, loop = ask(application, "/stream")
    assert (status, body) == (200, "".join(f"{number} in {loop};" for number in range(3)))
    assert loop not in seen
