"""HTTP/1.1 over a kept connection, as lean as asyncio allows: who asks must not slow down who is asked."""

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
    """What came back."""

    status: int
    head: bytes  # status line and headers, without the empty line
    body: bytes


class BrokenConnectionError(ConnectionError):
    """The connection ended in the middle of an answer, or what came is no HTTP/1.1."""


def encode_request(method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire; `url` is a whole http:// address."""
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
        """Connect to the host of an address; OSError where nothing listens."""
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, parts.hostname or "", parts.port or 80)
        return connection

    async def send_request(self, request: bytes) -> HttpAnswer:
        """Send a request made by `spell` and return the answer; OSError where the connection ends before it."""
        if self._transport is None:
            raise BrokenConnectionError("the connection is closed")
        self._bodiless = request.startswith(b"HEAD ")
        self._buffer.clear()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent."""
        return self._transport is not None

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # What asyncio calls ----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a stream socket's is one
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail who waits."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or BrokenConnectionError("the server hung up before it answered"))

    def data_received(self, data: bytes) -> None:
        """Answer who waits, once all of it is here."""
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
        """Return the answer, or None while some of it is missing."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, begin = bytes(self._buffer[:end]), end + 4
        status = _STATUS_PATTERN.match(head)
        if status is None:
            raise BrokenConnectionError(f"this is no HTTP/1.1: {head[:80]!r}")
        code = int(status[1])
        if code < 200:  # what announces an answer is none
            del self._buffer[:begin]
            return self._parse_answer()
        if self._bodiless or code in _BODILESS_STATUSES:
            return HttpAnswer(code, head, b"")
        if length := _LENGTH_PATTERN.search(head):
            whole = begin + int(length[1])
            return HttpAnswer(code, head, bytes(self._buffer[begin:whole])) if len(self._buffer) >= whole else None
        if not _CHUNKED_PATTERN.search(head):
            raise BrokenConnectionError("an answer without a length")
        body = _join_chunks(self._buffer, begin)
        return None if body is None else HttpAnswer(code, head, body)


def _join_chunks(buffer: bytearray, at: int) -> bytes | None:
    """Return the chunks from `at` on as one body, or None while some are missing."""
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
