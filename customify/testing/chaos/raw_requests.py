"""Requests as a proxy passes them on: the bytes of their head, and their body."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawRequest:
    """One request: the raw bytes of its head, and its body."""

    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.head.split(b" ", 1)[0].decode("ascii", "replace")

    @property
    def path(self) -> str:
        """The bucket and the key of the object, without a query."""
        return self.head.split(b" ", 2)[1].decode("ascii", "replace").partition("?")[0]

    @property
    def target(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"

    def build_forwarded(self, body: bytes) -> bytes:
        """Return the request to forward: without Expect, which the proxy has answered, and with Connection: close."""
        first, *fields = self.head[:-4].split(b"\r\n")
        kept = [line for line in fields if not line.lower().startswith((b"expect:", b"connection:"))]
        return b"\r\n".join([first, *kept, b"Connection: close", b"", b""]) + body


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> RawRequest | None:
    """Read one request, answering its Expect; return None where the client has closed the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    fields = dict(line.lower().split(b":", 1) for line in head[:-4].split(b"\r\n")[1:])
    if b"100-continue" in fields.get(b"expect", b""):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    return RawRequest(head, await reader.readexactly(int(fields.get(b"content-length", b"0"))))
