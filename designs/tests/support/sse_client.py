"""A minimal client of server-sent events that reads line by line."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One received event; `number` is None where it had no id."""

    number: int | None
    kind: str
    data: dict[str, Any]


class EventStream:
    """An open connection to a design's events."""

    def __init__(self, port: int, key: str, design_id: object, last: int | str | None = None, slash: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Authorization": f"Bearer {key}"} | ({} if last is None else {"Last-Event-ID": str(last)})
        self.connection.request("GET", f"/api/v1/designs/{design_id}/events{slash}", headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status

    def __enter__(self) -> EventStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self.connection.close()

    def line(self) -> str | None:
        """Return the next line; None at the end of the stream."""
        read = self.answer.readline()
        return read.decode().removesuffix("\n") if read else None

    def __iter__(self) -> Iterator[ReceivedEvent]:
        fields: dict[str, str] = {}
        while (line := self.line()) is not None:
            name, _, value = line.partition(": ")
            if line.startswith(":"):
                continue
            if line:
                fields[name] = value
            elif "data" in fields:
                number = int(fields["id"]) if "id" in fields else None
                sent, fields = ReceivedEvent(number, fields["event"], json.loads(fields["data"])), {}
                yield sent

    def next(self) -> ReceivedEvent:
        """Return the next event."""
        return next(iter(self))


def parse_events(body: bytes) -> list[ReceivedEvent]:
    """Return the events of a complete body."""
    found = []
    for block in body.decode().split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            found.append(
                ReceivedEvent(
                    int(fields["id"]) if "id" in fields else None, fields["event"], json.loads(fields["data"])
                )
            )
    return found
