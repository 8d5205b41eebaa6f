"""A client of live progress for benchmarks: server-sent events over connections of its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.site import Site

DESIGNS_PATH = "/api/v1/designs"


@dataclass(slots=True)
class ReceivedEvent:
    """One event as it came."""

    fields: dict[str, str]
    received: float  # s since the epoch

    @property
    def number(self) -> int | None:
        """Its number, None for the end."""
        return int(self.fields["id"]) if "id" in self.fields else None

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        return dict(json.loads(self.fields["data"]))

    @property
    def delay_ms(self) -> float:
        """The ms from its time to its receipt."""
        return (self.received - datetime.fromisoformat(self.data["created_at"]).timestamp()) * 1000


async def send_request(site: Site, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    """Send one request on a connection of its own; return the status and the answer's JSON."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    content = b"" if body is None else json.dumps(body).encode()
    more = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
    writer.write(_request_head(site, method, path, more + "Connection: close\r\n") + content)
    status, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(status.split(b" ", 2)[1]), json.loads(answer)


def _request_head(site: Site, method: str, path: str, more: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {site.key}\r\n{more}\r\n".encode()


async def create_design(site: Site, text: str) -> str:
    """Make a design; return its id."""
    data = {"text": text, "font": "Bebas-Bold", "color": "#1D3557"}
    status, answer = await send_request(site, "POST", DESIGNS_PATH, {"product_type": "t-shirt", "design_data": data})
    if status != 201:
        raise RuntimeError(f"a design could not be made: {status} {answer}")
    return str(answer["id"])


@asynccontextmanager
async def open_stream(
    site: Site, design: str, last_event_id: int | None = None
) -> AsyncIterator[AsyncIterator[ReceivedEvent] | None]:
    """Open a design's events; None where there are none left (204)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1 << 20)
    try:
        more = "Accept: text/event-stream\r\n" + (
            "" if last_event_id is None else f"Last-Event-ID: {last_event_id}\r\n"
        )
        writer.write(_request_head(site, "GET", f"{DESIGNS_PATH}/{design}/events", more))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status not in {200, 204}:
            raise RuntimeError(f"a stream could not be opened: {head.decode()} {(await reader.read(2000)).decode()}")
        yield _read_events(reader) if status == 200 else None
    finally:
        writer.close()


async def _read_events(reader: asyncio.StreamReader) -> AsyncIterator[ReceivedEvent]:
    rest = b""
    while size := int(await reader.readline() or b"0", 16):
        rest += (await reader.readexactly(size + 2))[:-2]
        received = time.time()
        *blocks, rest = rest.split(b"\n\n")
        for block in blocks:
            lines = [line for line in block.decode().split("\n") if line and not line.startswith(":")]
            fields = dict(line.partition(": ")[::2] for line in lines)
            if "data" in fields:
                yield ReceivedEvent(fields, received)
