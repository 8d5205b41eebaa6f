"""A minimal HTTP/1.1 client over a persistent connection, on an asyncio protocol.

Written by hand: it runs on the same processors as the server it measures, so its CPU time must be small. A request is
encoded once and sent as bytes; of an answer only status, length and body are parsed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

_STATUS_PATTERN = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH_PATTERN = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED_PATTERN = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_CLOSE_PATTERN = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_BODILESS_STATUSES = frozenset({204, 304})


class HttpAnswer(NamedTuple):
    """Status, head and body of a response."""

    status: int
    head: bytes  # status line and headers, without the empty line
    body: bytes


class BrokenConnectionError(ConnectionError):
    """The connection ended in the middle of an answer, or the answer is not HTTP/1.1."""


def encode_request(method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return the bytes of a request; `url` is an absolute http:// URL."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = {"Host": parts.netloc, **(headers or {})}
    if body or method in {"POST", "PUT", "PATCH"}:
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


class HttpConnection(asyncio.Protocol):
    """One connection to one server; it carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[HttpAnswer] | None = None
        self._buffer = bytearray()
        self._bodiless = False

    @classmethod
    async def connect_to(cls, url: str) -> HttpConnection:
        """Connect to the host of a URL; OSError if nothing listens there."""
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, parts.hostname or "", parts.port or 80)
        return connection

    async def send_request(self, request: bytes) -> HttpAnswer:
        """Send a request made by `encode_request` and return the answer; OSError if the connection ends before it."""
        if self._transport is None:
            raise BrokenConnectionError("the connection is closed")
        self._bodiless = request.startswith(b"HEAD ")
        self._buffer.clear()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent on this connection."""
        return self._transport is not None

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # Callbacks of asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # always so for a stream socket
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Raise in the waiting send_request, if there is one."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(
                exc or BrokenConnectionError("the server closed the connection before it answered")
            )

    def data_received(self, data: bytes) -> None:
        """Return the answer from the waiting send_request, once it is complete."""
        self._buffer += data
        try:
            answer = self._parse_answer()
        except BrokenConnectionError as error:
            self.close()
            self._resolve_waiting(error)
            return
        if answer is not None:
            if _CLOSE_PATTERN.search(answer.head) or answer.head.startswith(b"HTTP/1.0"):
                self.close()
            self._resolve_waiting(answer)

    def _resolve_waiting(self, outcome: HttpAnswer | BrokenConnectionError) -> None:
        if self._waiting is None or self._waiting.done():
            return
        if isinstance(outcome, BrokenConnectionError):
            self._waiting.set_exception(outcome)
        else:
            self._waiting.set_result(outcome)

    def _parse_answer(self) -> HttpAnswer | None:
        """Return the answer, or None while it is incomplete."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, begin = bytes(self._buffer[:end]), end + 4
        status = _STATUS_PATTERN.match(head)
        if status is None:
            raise BrokenConnectionError(f"not HTTP/1.1: {head[:80]!r}")
        code = int(status[1])
        if code < 200:  # an interim response, before the answer
            del self._buffer[:begin]
            return self._parse_answer()
        if self._bodiless or code in _BODILESS_STATUSES:
            return HttpAnswer(code, head, b"")
        if length := _LENGTH_PATTERN.search(head):
            whole = begin + int(length[1])
            return HttpAnswer(code, head, bytes(self._buffer[begin:whole])) if len(self._buffer) >= whole else None
        if not _CHUNKED_PATTERN.search(head):
            raise BrokenConnectionError("the answer has no length")
        body = _join_chunks(self._buffer, begin)
        return None if body is None else HttpAnswer(code, head, body)


def _join_chunks(buffer: bytearray, at: int) -> bytes | None:
    """Return the body of the chunks from offset `at`, or None while some are missing."""
    parts: list[bytes] = []
    while (line := buffer.find(b"\r\n", at)) >= 0:
        size = int(buffer[at:line].split(b";")[0], 16)
        if len(buffer) < line + 4 + size:
            return None
        if size == 0:
            return b"".join(parts)
        parts.append(bytes(buffer[line + 2 : line + 2 + size]))
        at = line + 4 + size
    return None
