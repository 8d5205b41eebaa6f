from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from customify.testing.event_loops import run_coroutine
from customify.web import streaming
from customify.web.body_limit import Message, Receive, Send
from designs.events.stream import BODY_SLOT, BodySlot

PATIENCE = 20.0  # s


class Client:
    """An ASGI client: sends a request, then nothing until it leaves."""

    def __init__(self, send: Send | None = None) -> None:
        self.got: list[Message] = []
        self.left = asyncio.Event()
        self._send = send

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.got.append(message)
        if self._send is not None:
            await self._send(message)

    @property
    def bodies(self) -> list[tuple[bytes, bool]]:
        return [(one["body"], one["more_body"]) for one in self.got if one["type"] == "http.response.body"]


class Body:
    """A stream that sends one piece, then nothing, and records that it was closed."""

    def __init__(self) -> None:
        self.closed, self.goes_on = False, asyncio.Event()

    async def pieces(self) -> AsyncGenerator[bytes]:
        try:
            yield b"one"
            await self.goes_on.wait()
            yield b"two"
        finally:
            self.closed = True


def application(body: Callable[[], AsyncGenerator[bytes]] | None) -> Callable[[Message, Receive, Send], object]:
    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        slot: BodySlot = scope[BODY_SLOT]
        slot.body = body() if body else None
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"" if body else b"short", "more_body": False})

    return serve


def scope(path: str = "/api/v1/designs/1/events", *headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http", "path": path, "headers": list(headers)}


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def test_a_stream_is_sent_after_the_handlers_answer() -> None:
    async def run() -> None:
        client, body = Client(), Body()
        served = asyncio.create_task(
            streaming.StreamingMiddleware(application(body.pieces))(scope(), client.receive, client.send)
        )
        await until(lambda: client.bodies == [(b"one", True)])
        body.goes_on.set()
        await asyncio.wait_for(served, PATIENCE)
        assert client.bodies == [(b"one", True), (b"two", True), (b"", False)]

    run_coroutine(run())


def test_other_responses_pass_unchanged() -> None:
    async def run() -> None:
        client = Client()
        await streaming.StreamingMiddleware(application(None))(scope(), client.receive, client.send)
        assert client.bodies == [(b"short", False)]

    run_coroutine(run())


def test_a_stream_stops_when_its_client_leaves() -> None:
    async def run() -> None:
        client, body = Client(), Body()
        served = asyncio.create_task(
            streaming.StreamingMiddleware(application(body.pieces))(scope(), client.receive, client.send)
        )
        await until(lambda: bool(client.bodies))
        client.left.set()
        await asyncio.wait_for(served, PATIENCE)
        assert body.closed

    run_coroutine(run())


def test_a_client_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "SEND_TIMEOUT", 0.05)

    async def never(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def run() -> None:
        client, body = Client(never), Body()
        with pytest.raises(TimeoutError):
            await streaming.StreamingMiddleware(application(body.pieces))(scope(), client.receive, client.send)
        assert body.closed

    run_coroutine(run())


def test_an_aborted_stream_does_not_look_finished() -> None:
    async def broken() -> AsyncGenerator[bytes]:
        yield b"one"
        raise ValueError("a defect")

    async def run() -> None:
        client = Client()
        with pytest.raises(ValueError, match="a defect"):
            await streaming.StreamingMiddleware(application(broken))(scope(), client.receive, client.send)
        assert client.bodies == [(b"one", True)]  # no final piece: the server cuts the connection

    run_coroutine(run())


def test_few_streams_open_at_once_and_nothing_else_waits() -> None:
    most = now = 0
    free = asyncio.Event()

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        if scope["path"].endswith("events"):
            await free.wait()
        now -= 1

    async def run() -> None:
        outside, client = streaming.StreamingMiddleware(serve), Client()
        many = [asyncio.create_task(outside(scope(), client.receive, client.send)) for _ in range(50)]
        await until(lambda: now == streaming.MAX_OPENING)
        await asyncio.wait_for(outside(scope("/api/v1/designs"), client.receive, client.send), PATIENCE)
        free.set()
        await asyncio.gather(*many)

    run_coroutine(run())
    assert most == streaming.MAX_OPENING + 1


def test_a_slow_request_body_blocks_no_stream() -> None:
    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        if scope["headers"]:
            await receive()  # a body that does not arrive
        else:
            await send({"type": "http.response.start", "status": 204, "headers": []})

    async def run() -> None:
        outside, slow, quick = streaming.StreamingMiddleware(serve), Client(), Client()
        length = (b"content-length", b"9")
        waiting = [
            asyncio.create_task(outside(scope("/x/events", length), slow.receive, slow.send))
            for _ in range(streaming.MAX_OPENING)
        ]
        await asyncio.sleep(0)
        await asyncio.wait_for(outside(scope(), quick.receive, quick.send), PATIENCE)
        assert quick.got[0]["status"] == 204
        slow.left.set()
        await asyncio.gather(*waiting)

    run_coroutine(run())
