"""Clients that use the API as a shop would, retry while it is unavailable, and record what it has accepted.

Written by hand because load generators measure throughput; these clients keep a ledger of every accepted request,
against which the end state is checked. They use the standard library only.
"""

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

PATIENCE_SECONDS = 120.0  # s for which a client retries
COLORS = ("#FF0000", "#0000FF", "#1A7F37", "#FFFFFF", "#222222")
FONTS = ("Bebas-Bold", "Roboto-Regular", "Montserrat-Bold", "Pacifico-Regular")


@dataclass(slots=True)
class AcceptedDesign:
    """An accepted design: the text of its newest accepted edit, and whether its deletion was requested."""

    id: str
    owner: int
    text: str
    edits: int = 0
    rerenders: int = 0
    is_deleted: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Ledger:
    """What the service has accepted, and its errors."""

    accepted: dict[str, AcceptedDesign] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)  # responses with status 500 and above
    lost_connections: int = 0

    @property
    def living_designs(self) -> list[AcceptedDesign]:
        """The accepted designs that were not deleted."""
        return [promise for promise in list(self.accepted.values()) if not promise.is_deleted]


class RequestRefusedError(AssertionError):
    """The API refused a request that it should accept."""


@dataclass(slots=True)
class LoadClient:
    """An API client with one key for each owner; threads may share it."""

    port: int
    keys: list[str]
    ledger: Ledger = field(default_factory=Ledger)

    def create_design(self, text: str, owner: int = 0, *, key: str = "", asset: str = "") -> AcceptedDesign:
        """Create a design, of a text or of an asset with a text, until it is accepted with the same Idempotency-Key."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        body = _photo_body(text, asset) if asset else _design_body(text)
        _, body = self.request_until_accepted("POST", "/api/v1/designs", {201}, body, owner=owner, headers=headers)
        promise = AcceptedDesign(body["id"], owner, text)
        return self.ledger.accepted.setdefault(promise.id, promise)

    def upload_file(self, data: bytes, name: str, owner: int = 0) -> str:
        """Upload a file; return the asset's id."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": str(uuid.uuid4())}
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        _, answer = self.request_until_accepted("POST", "/api/v1/assets", {201}, body, owner=owner, headers=headers)
        pk: str = answer["id"]
        return pk

    def edit_design(self, promise: AcceptedDesign, text: str) -> None:
        """Change a design's text, unless another thread has deleted it; a retry is the same edit."""
        with promise.lock:
            if promise.is_deleted:
                return
            data = {"design_data": _design_body(text)["design_data"]}
            self.request_until_accepted("PATCH", f"/api/v1/designs/{promise.id}", {200}, data, owner=promise.owner)
            promise.text, promise.edits = text, promise.edits + 1

    def rerender_design(self, promise: AcceptedDesign) -> None:
        """Request another render of a design, unless another thread has deleted it."""
        with promise.lock:
            if promise.is_deleted:
                return
            self.request_until_accepted("POST", f"/api/v1/designs/{promise.id}/render", {202}, {}, owner=promise.owner)
            promise.rerenders += 1

    def delete_design(self, promise: AcceptedDesign) -> None:
        """Delete a design. 404 is accepted too: the response to an earlier try may have been lost."""
        with promise.lock:
            promise.is_deleted = True  # from now on it may be deleted
            self.request_until_accepted("DELETE", f"/api/v1/designs/{promise.id}", {204, 404}, owner=promise.owner)

    def request_until_accepted(
        self,
        method: str,
        path: str,
        expected_statuses: set[int],
        body: Mapping[str, Any] | bytes | None = None,
        *,
        owner: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send a request until its status is one of `expected_statuses`.

        Raises RequestRefusedError for another status below 500, and for any after PATIENCE_SECONDS.
        """
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
            time.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - only spreads the clients out

    def send_request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        owner: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send a request once and return status and body. Raises OSError or HTTPException if the server is down."""
        all_headers = {"Authorization": f"Bearer {self.keys[owner]}", "Accept": "application/json", **(headers or {})}
        content = body if isinstance(body, bytes) else None
        if isinstance(body, Mapping):
            all_headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=30)) as connection:
            connection.request(method, path, content, all_headers)
            response = connection.getresponse()
            raw = response.read()
        try:
            return response.status, json.loads(raw) if raw else None
        except ValueError:
            return response.status, raw[:500].decode(errors="replace")


def _design_body(text: str) -> dict[str, Any]:
    rng = random.Random(text)  # noqa: S311 - the same text gives the same design
    return {
        "product_type": "t-shirt",
        "design_data": {"text": text, "font": rng.choice(FONTS), "color": rng.choice(COLORS)},
    }


def _photo_body(text: str, asset: str) -> dict[str, Any]:
    layers = [
        {"type": "image", "asset": asset, "box": {"x": 20, "y": 20, "width": 160, "height": 120}},
        {"type": "text", "text": text, "font": FONTS[0], "size": 30, "color": COLORS[-1]},
    ]
    return {"product_type": "t-shirt", "design_data": {"version": 1, "placements": {"front": {"layers": layers}}}}


def shown_text(data: Mapping[str, Any]) -> str | None:
    """Return the text of design_data as clients of the programmes send it, None if it shows none."""
    if "placements" not in data:
        return data.get("text")
    return next((layer["text"] for layer in data["placements"]["front"]["layers"] if layer["type"] == "text"), None)
