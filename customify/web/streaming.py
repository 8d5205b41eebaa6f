"""Bodies that last for minutes are sent from outside of Django's handler, and end when the process is told to.

Django keeps a thread for each request until its answer has been sent: hundreds of streams would be hundreds of threads.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing, nullcontext
from types import FrameType

from customify.web.body_limit import Application, Message, Receive, Send
from designs.events.stream import BODY_SLOT, BodySlot

STREAM_SUFFIX = "/events"  # how their addresses end
MAX_OPENING = 8  # streams that are being opened at once: many clients come back together, and others want to be served
SEND_TIMEOUT = 30.0  # s in which a client reads what it was sent; else it is taken for gone
CLOSE_TIMEOUT = 2.0  # s for the end alone


class StreamingMiddleware:
    """An ASGI application that sends the streams which the inner one leaves in its scope."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._opening_slots = asyncio.Semaphore(MAX_OPENING)
        self._streams: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._handles_signals = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request, and then the stream where its answer is one."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        slot, begun = BodySlot(), False

        async def hold_back(message: Message) -> None:
            nonlocal begun
            if slot.body is not None and message["type"] == "http.response.body":
                begun = True
                return
            await send(message)

        async with self._opening_slots if _may_open_stream(scope) else nullcontext():
            await self.application({**scope, BODY_SLOT: slot}, receive, hold_back)
        if slot.body is not None and begun:
            await self._send_stream(slot.body, receive, send)

    async def _send_stream(self, body: AsyncGenerator[bytes], receive: Receive, send: Send) -> None:
        """Send a body until it ends, the client leaves or the process is told to end."""
        self._install_signal_handlers()
        sending = asyncio.create_task(_send_all(body, send))
        leaving = asyncio.create_task(_wait_for_disconnect(receive))
        self._streams.add(sending)
        if self._is_stopping:
            sending.cancel()
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams.discard(sending)
            for task in (sending, leaving):
                task.cancel()
            outcome, _ = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome  # the server logs it and cuts the connection: the client must not take this for the end
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _install_signal_handlers(self) -> None:
        """End all streams when the server is told to stop: it would wait for them. Its own handler runs as before."""
        if self._handles_signals or threading.current_thread() is not threading.main_thread():
            return
        self._handles_signals, loop = True, asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            servers = signal.getsignal(number)
            if not callable(servers):
                continue

            def stop(number: int, frame: FrameType | None, servers: signal.Handlers = servers) -> None:  # type: ignore[assignment]
                loop.call_soon_threadsafe(self._cancel_streams)
                servers(number, frame)  # type: ignore[operator]

            signal.signal(number, stop)

    def _cancel_streams(self) -> None:
        self._is_stopping = True
        for sending in self._streams:
            sending.cancel()


def _may_open_stream(scope: Message) -> bool:
    """Tell whether this may open a stream. Whoever sends a body decides how long it takes, and must hold up nobody."""
    has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
    return not has_body and scope["path"].rstrip("/").endswith(STREAM_SUFFIX)


async def _send_all(body: AsyncGenerator[bytes], send: Send) -> None:
    async with aclosing(body):
        async for piece in body:
            async with asyncio.timeout(SEND_TIMEOUT):
                await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
