"""The demo's API client: posts one design over HTTP and waits until it is published."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from customify.ops.demo.folder import DemoError

EXAMPLE_DESIGN: dict[str, Any] = {
    "product_type": "t-shirt",
    "design_data": {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000"},
}
FINAL_STATUSES = {"published", "failed", "draft"}
LONG_POLL_SECONDS = 2  # s; short, so that ended processes are restarted in between


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client of the API on a port of this machine."""

    port: int
    key: str

    def is_ready(self) -> bool:
        """Tell whether /readyz answers 200."""
        try:
            return self._send_request("GET", "/readyz")[0] == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

    def publish_design(
        self, body: Mapping[str, Any], *, seconds: float, meanwhile: Callable[[], None]
    ) -> dict[str, Any]:
        """Post a design and return it when it is published; `meanwhile` is called between polls.

        Raises DemoError: the design was refused, failed, or took longer than `seconds`.
        """
        deadline = time.monotonic() + seconds
        status, design = self._send_request("POST", f"/api/v1/designs?wait={LONG_POLL_SECONDS}", body)
        if status != HTTPStatus.CREATED:
            raise DemoError(f"The API refused the example design with {status}: {json.dumps(design)}")
        while design["status"] not in FINAL_STATUSES:
            if time.monotonic() > deadline:
                raise DemoError(f"The example design was still {design['status']!r} after {seconds:g} s.")
            meanwhile()
            design = self._get_design(design["id"]) or design
        if design["status"] != "published":
            raise DemoError(f"The example design ended as {design['status']!r}: {json.dumps(design.get('error'))}")
        return design

    def _get_design(self, design_id: str) -> dict[str, Any] | None:
        """Return the design, None if the server does not answer (it may be restarting)."""
        try:
            status, design = self._send_request("GET", f"/api/v1/designs/{design_id}?wait={LONG_POLL_SECONDS}")
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
            return None
        if status != HTTPStatus.OK:
            raise DemoError(f"The API answered {status} for the example design: {json.dumps(design)}")
        return design

    def _send_request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            raw = response.read()
        try:
            parsed = json.loads(raw)
        except ValueError:
            parsed = {"answer": raw[:500].decode(errors="replace")}
        return response.status, parsed
