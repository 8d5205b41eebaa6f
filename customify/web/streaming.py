"""Sends event streams from outside Django's handler, and ends them when the process is asked to stop.

Written by hand because Django keeps a thread for each request until its response has been sent: hundreds of streams
would need hundreds of threads. And uvicorn waits for open responses when it stops, so that streams must end by
themselves. See docs/decisions/0026-live-progress.md.
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

STREAM_SUFFIX = "/events"  # the paths of streams end so
MAX_OPENING = 8  # streams that may be opened at once: after a restart many clients reconnect, and must not block others
SEND_TIMEOUT = 30.0  # s for a client to read a part; then it counts as disconnected
CLOSE_TIMEOUT = 2.0  # s for the last, empty part


class StreamingMiddleware:
    """ASGI middleware that sends the streams which a view leaves in the scope (see designs.events.stream)."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._opening_slots = asyncio.Semaphore(MAX_OPENING)
        self._streams: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._handles_signals = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request; if the view left a stream, send it afterwards."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        slot, has_begun = BodySlot(), False

        async def hold_back(message: Message) -> None:
            nonlocal has_begun
            if slot.body is not None and message["type"] == "http.response.body":
                has_begun = True
                return
            await send(message)

        async with self._opening_slots if _may_open_stream(scope) else nullcontext():
            await self.application({**scope, BODY_SLOT: slot}, receive, hold_back)
        if slot.body is not None and has_begun:
            await self._send_stream(slot.body, receive, send)

    async def _send_stream(self, body: AsyncGenerator[bytes], receive: Receive, send: Send) -> None:
        """Send a body until it ends, the client disconnects or the process is asked to stop."""
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
            raise outcome  # the server logs it and cuts the connection, so that the client does not see a regular end
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _install_signal_handlers(self) -> None:
        """End all streams on SIGTERM and SIGINT, then call the server's own handler, which would wait for them."""
        if self._handles_signals or threading.current_thread() is not threading.main_thread():
            return
        self._handles_signals, loop = True, asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            server_handler = signal.getsignal(number)
            if not callable(server_handler):
                continue

            def stop(number: int, frame: FrameType | None, handler: signal.Handlers = server_handler) -> None:  # type: ignore[assignment]
                loop.call_soon_threadsafe(self._cancel_streams)
                handler(number, frame)  # type: ignore[operator]

            signal.signal(number, stop)

    def _cancel_streams(self) -> None:
        self._is_stopping = True
        for sending in self._streams:
            sending.cancel()


def _may_open_stream(scope: Message) -> bool:
    """Tell whether a request may open a stream. One with a body may not: a slow sender would block other streams."""
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
