"""Previews over HTTP."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from designs.tests.support.api_client import CREATE_BODY

PREVIEW_URL = "/api/v1/preview"


def request_preview(client: APIClient, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    """Ask for a preview of CREATE_BODY with `changes`."""
    return client.post(PREVIEW_URL, {**CREATE_BODY, **changes}, headers={"Accept": "*/*", **(headers or {})})


def error_codes(answer: Any) -> list[tuple[str, str]]:
    """Return pointer and code of each error of an answer that refuses a body."""
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
