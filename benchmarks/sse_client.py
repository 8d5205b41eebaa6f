"""A client for live progress: creates designs and reads their server-sent events, each on its own connection."""

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
    """One server-sent event."""

    fields: dict[str, str]
    received: float  # s since the epoch

    @property
    def number(self) -> int | None:
        """The number of the event within its design; None for `settled`, the end of a stream."""
        return int(self.fields["id"]) if "id" in self.fields else None

    @property
    def data(self) -> dict[str, Any]:
        """The decoded JSON of the event."""
        return dict(json.loads(self.fields["data"]))

    @property
    def delay_ms(self) -> float:
        """ms from the time of the event to its receipt."""
        return (self.received - datetime.fromisoformat(self.data["created_at"]).timestamp()) * 1000


async def send_request(site: Site, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    """Send one request on a new connection; return the status and the decoded JSON."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    content = b"" if body is None else json.dumps(body).encode()
    headers = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
    writer.write(_request_head(site, method, path, headers + "Connection: close\r\n") + content)
    status, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(status.split(b" ", 2)[1]), json.loads(answer)


def _request_head(site: Site, method: str, path: str, headers: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {site.key}\r\n{headers}\r\n".encode()


async def create_design(site: Site, text: str) -> str:
    """Create a design; return its id."""
    data = {"text": text, "font": "Bebas-Bold", "color": "#1D3557"}
    status, answer = await send_request(site, "POST", DESIGNS_PATH, {"product_type": "t-shirt", "design_data": data})
    if status != 201:
        raise RuntimeError(f"creating a design failed: {status} {answer}")
    return str(answer["id"])


@asynccontextmanager
async def open_stream(
    site: Site, design: str, last_event_id: int | None = None
) -> AsyncIterator[AsyncIterator[ReceivedEvent] | None]:
    """Open the event stream of a design; yields None if no events are left (204)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1 << 20)
    try:
        headers = "Accept: text/event-stream\r\n" + (
            "" if last_event_id is None else f"Last-Event-ID: {last_event_id}\r\n"
        )
        writer.write(_request_head(site, "GET", f"{DESIGNS_PATH}/{design}/events", headers))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status not in {200, 204}:
            raise RuntimeError(f"opening a stream failed: {head.decode()} {(await reader.read(2000)).decode()}")
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
