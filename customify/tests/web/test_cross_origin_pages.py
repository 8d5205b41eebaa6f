"""In a real browser, on a page of another origin: what a session token allows, and what the browser forbids."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Page
from rest_framework.test import APIClient

from customify.tests.support.web_server import Serve
from designs.models import Asset, Design
from designs.tests.support.api_client import CREATE_BODY
from designs.worker import jobs

pytestmark = pytest.mark.django_db(transaction=True)

# As on a designer page: a bearer token, no library, no cookie.
ASK = """async ({url, method, token, json, file, seen}) => {
  const headers = {Authorization: `Bearer ${token}`};
  if (seen) headers["If-Match"] = seen;
  let body;
  if (json) { body = JSON.stringify(json); headers["Content-Type"] = "application/json"; }
  if (file) {
    const canvas = new OffscreenCanvas(120, 80);
    canvas.getContext("2d").fillRect(0, 0, 60, 80);
    body = new FormData();
    body.append("file", await canvas.convertToBlob(), "mine.png");
  }
  try {
    const answer = await fetch(url, {method, headers, body});
    const type = answer.headers.get("Content-Type") || "";
    const head = {status: answer.status, etag: answer.headers.get("ETag")};
    if (type.includes("event-stream")) return {...head, events: await answer.text()};
    if (type.includes("json")) return {...head, json: await answer.json()};
    const bitmap = await createImageBitmap(await answer.blob());
    return {...head, width: bitmap.width, height: bitmap.height};
  } catch (error) { return {error: error.name}; }
}"""
SHOW = """async (url) => {
  const img = new Image();
  img.src = url;
  await img.decode();
  return [img.naturalWidth, img.naturalHeight];
}"""
Ask = partial[Any]


class _Blank(BaseHTTPRequestHandler):
    """An empty page of a shop."""

    def do_GET(self) -> None:  # http.server's name
        page = b"<!doctype html><title>shop</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
        """Say nothing."""


@pytest.fixture
def shop_port() -> Iterator[int]:
    """The port of a web server of another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Blank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(page: Page, base: str, token: str, method: str, path: str, **more: Any) -> Any:
    return page.evaluate(ASK, {"url": base + path, "method": method, "token": token, **more})


def test_a_shoppers_page_designs_and_finishes_in_a_browser(
    serve: Serve, secret: str, shop_port: int, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    shop = APIClient()
    shop.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    draft, other = (shop.post("/api/v1/designs", {**CREATE_BODY, "render": False}).json()["id"] for _ in range(2))
    listed = f"http://127.0.0.1:{shop_port}"
    token = shop.post(f"/api/v1/designs/{draft}/sessions", {"origins": [listed]}).json()["token"]
    with serve() as site:
        base = f"http://127.0.0.1:{site.port}/api/v1"
        page.goto(f"{listed}/")
        it_may_show_an_address(partial(ask, page, base, token), page)
        it_may_design(partial(ask, page, base, token), draft)
        it_may_not(partial(ask, page, base, token), draft, other)
        # The same server under another name is another origin: its preflight is refused.
        page.goto(f"http://localhost:{shop_port}/")
        for method, path in (("POST", "/preview"), ("GET", f"/designs/{draft}")):
            body = {"json": CREATE_BODY} if method == "POST" else {}
            assert ask(page, base, token, method, path, **body) == {"error": "TypeError"}


def it_may_show_an_address(ask: Ask, page: Page) -> None:
    made = ask("POST", "/preview/urls", json={**CREATE_BODY, "width": 320})
    assert made["status"] == 201
    assert page.evaluate(SHOW, made["json"]["url"]) == [320, 320]


def it_may_design(ask: Ask, draft: str) -> None:
    drawn = ask("POST", "/preview", json={**CREATE_BODY, "width": 300})
    assert (drawn["status"], drawn["width"], drawn["height"]) == (200, 300, 300)
    assert drawn["etag"]
    uploaded = ask("POST", "/assets", file=True)
    assert uploaded["status"] == 201
    file = urlsplit(uploaded["json"]["working_url"])
    shown = ask("GET", f"/../..{file.path}?{file.query}")
    assert (shown["status"], shown["width"], shown["height"]) == (200, 120, 80)
    layers = [{"type": "image", "asset": uploaded["json"]["id"], "box": {"x": 0, "y": 0, "width": 200, "height": 200}}]
    data = {"version": 1, "placements": {"front": {"layers": layers}}}
    assert ask("PATCH", f"/designs/{draft}", json={"design_data": data})["status"] == 428
    seen = ask("GET", f"/designs/{draft}")["json"]["etag"]
    edited = ask("PATCH", f"/designs/{draft}", json={"design_data": data}, seen=seen)
    assert (edited["status"], edited["json"]["revision"]) == (200, 2)
    assert edited["json"]["etag"] == edited["etag"]
    assert ask("PATCH", f"/designs/{draft}", json={"design_data": data}, seen=seen)["json"]["etag"] == edited["etag"]
    assert ask("POST", f"/designs/{draft}/finish")["json"]["status"] == "rendering"
    jobs.work_lane("preview")
    followed = ask("GET", f"/designs/{draft}/events")["events"]
    assert followed.index("event: finished") < followed.index("event: published") < followed.index("event: settled")
    published = ask("GET", f"/designs/{draft}")["json"]
    assert published["status"] == "published"
    drawn = ask("GET", f"/../..{urlsplit(published['preview_url']).path}")
    assert (drawn["status"], drawn["height"]) == (200, 600)


def it_may_not(ask: Ask, draft: str, other: str) -> None:
    refused = {
        ("GET", f"/designs/{other}"): 404,
        ("PATCH", f"/designs/{other}"): 404,
        ("PATCH", f"/designs/{draft}"): 403,  # the design is finished
        ("POST", f"/designs/{draft}/render"): 403,
        ("POST", f"/designs/{draft}/sessions"): 403,
        ("GET", "/assets"): 403,
        ("DELETE", f"/designs/{draft}"): 403,
    }
    for (method, path), status in refused.items():
        body = {"json": {"design_data": CREATE_BODY["design_data"]}} if method == "PATCH" else {}
        assert ask(method, path, **body)["status"] == status, (method, path)
    # No page needs these addresses: the preflight refuses them.
    for method, path in (
        ("GET", "/designs"),
        ("POST", "/designs"),
        ("GET", "/account"),
    ):
        assert ask(method, path) == {"error": "TypeError"}
    assert Design.objects.filter(deleted_at=None).count() == 2
    assert Asset.objects.get().uploaded_for == UUID(draft)
