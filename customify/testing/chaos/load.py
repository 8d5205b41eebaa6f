"""Clients that use the API as a shop would, try again where it is away, and note down what they were promised."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from customify.ops.embedded import HOST

PATIENCE_SECONDS = 120.0  # s that a client goes on trying
COLORS = ("#FF0000", "#0000FF", "#1A7F37", "#FFFFFF", "#222222")
FONTS = ("Bebas-Bold", "Roboto-Regular", "Montserrat-Bold", "Pacifico-Regular")


@dataclass(slots=True)
class AcceptedDesign:
    """One accepted design: the text of its newest accepted edit, and whether its deletion was accepted."""

    id: str
    owner: int
    text: str
    edits: int = 0
    rerenders: int = 0
    is_deleted: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Ledger:
    """What the service has accepted, and what it answered instead of serving."""

    accepted: dict[str, AcceptedDesign] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)  # answers of 500 and more
    lost_connections: int = 0

    @property
    def living_designs(self) -> list[AcceptedDesign]:
        """The designs that should be there."""
        return [promise for promise in list(self.accepted.values()) if not promise.is_deleted]


class RequestRefusedError(AssertionError):
    """The API refused what it should accept."""


@dataclass(slots=True)
class LoadClient:
    """Somebody with an API key; several threads may use one client."""

    port: int
    keys: list[str]
    ledger: Ledger = field(default_factory=Ledger)

    def create_design(self, text: str, owner: int = 0, *, key: str = "") -> AcceptedDesign:
        """Make a design, trying again with the same Idempotency-Key until it is accepted."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        _, body = self.request_until_accepted(
            "POST", "/api/v1/designs", {201}, _design_body(text), owner=owner, headers=headers
        )
        promise = AcceptedDesign(body["id"], owner, text)
        return self.ledger.accepted.setdefault(promise.id, promise)

    def edit_design(self, promise: AcceptedDesign, text: str) -> None:
        """Give a design a new text, unless another thread has deleted it; asked for twice it is the same edit."""
        with promise.lock:
            if promise.is_deleted:
                return
            data = {"design_data": _design_body(text)["design_data"]}
            self.request_until_accepted("PATCH", f"/api/v1/designs/{promise.id}", {200}, data, owner=promise.owner)
            promise.text, promise.edits = text, promise.edits + 1

    def rerender_design(self, promise: AcceptedDesign) -> None:
        """Ask for a design's pictures once more, unless another thread has deleted it."""
        with promise.lock:
            if promise.is_deleted:
                return
            self.request_until_accepted("POST", f"/api/v1/designs/{promise.id}/render", {202}, {}, owner=promise.owner)
            promise.rerenders += 1

    def delete_design(self, promise: AcceptedDesign) -> None:
        """Delete a design; one whose deletion was accepted but not heard of is gone at the second try."""
        with promise.lock:
            promise.is_deleted = True  # from now on it may be gone
            self.request_until_accepted("DELETE", f"/api/v1/designs/{promise.id}", {204, 404}, owner=promise.owner)

    def request_until_accepted(
        self,
        method: str,
        path: str,
        expected_statuses: set[int],
        body: Mapping[str, Any] | None = None,
        *,
        owner: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Ask until an answer of `wanted` comes; RefusedError for any other below 500, or after PATIENCE."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, answer = self.send_request(method, path, body, owner=owner, headers=headers)
            except (OSError, http.client.HTTPException) as error:
                self.ledger.lost_connections += 1
                status, answer = 599, repr(error)
            if status in expected_statuses:
                return status, answer
            if status != 599:
                self.ledger.server_errors.append(f"{method} {path}: {status} {answer}")
            if status < 500 or time.monotonic() > deadline:
                raise RequestRefusedError(f"{method} {path} was answered with {status}: {answer}")
            time.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - spreads the clients out

    def send_request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        owner: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Ask once; raises OSError and HTTPException where the server is away."""
        sent = {"Authorization": f"Bearer {self.keys[owner]}", "Accept": "application/json", **(headers or {})}
        content = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body)
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=30)) as connection:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            raw = answer.read()
        try:
            return answer.status, json.loads(raw) if raw else None
        except ValueError:
            return answer.status, raw[:500].decode(errors="replace")


def _design_body(text: str) -> dict[str, Any]:
    chosen = random.Random(text)  # noqa: S311 - the same text looks the same each time
    return {
        "product_type": "t-shirt",
        "design_data": {"text": text, "font": chosen.choice(FONTS), "color": chosen.choice(COLORS)},
    }
