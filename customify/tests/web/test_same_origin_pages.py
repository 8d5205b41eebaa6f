"""In a real browser: a shop's page whose proxy serves this service below the shop's own name."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page
from rest_framework.test import APIClient

from customify.tests.support.session_pages import make_draft
from customify.tests.support.web_server import Serve
from designs.tests.support.factories import design_data

pytestmark = pytest.mark.django_db(transaction=True)

ASK = """async ({path, method, token, json, seen}) => {
  const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json"};
  if (seen) headers["If-Match"] = seen;
  const answer = await fetch(path, {method, headers, body: json && JSON.stringify(json)});
  return {status: answer.status, json: await answer.json()};
}"""
# What a page does if it wants to pass for a page of another origin: none of these headers reaches the network.
FORGE = """async ({path, token, origin}) => {
  const headers = {Authorization: `Bearer ${token}`, Origin: origin, Referer: origin + "/", Host: origin.slice(7),
                   "Sec-Fetch-Site": "same-origin", "X-Forwarded-Host": origin.slice(7)};
  const answer = await fetch(path, {headers, referrer: location.origin + "/"});
  return {status: answer.status, json: await answer.json()};
}"""


@contextmanager
def serve_shop(service_port: int, *, passes_host: bool, referrer: str = "") -> Iterator[str]:
    """Serve an empty page, and /api/ of the service; yield the shop's origin."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            if not self.path.startswith("/api/"):
                self._send(200, "text/html", b"<!doctype html><title>shop</title>", {"Referrer-Policy": referrer})
                return
            headers = {name: value for name, value in self.headers.items() if passes_host or name.lower() != "host"}
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            service = http.client.HTTPConnection("127.0.0.1", service_port, timeout=30)
            service.putrequest(self.command, self.path, skip_host=passes_host, skip_accept_encoding=True)
            for name, value in headers.items():
                service.putheader(name, value)
            service.endheaders(body)
            answer = service.getresponse()
            self._send(answer.status, answer.headers["Content-Type"], answer.read(), {})
            service.close()

        do_PATCH = do_GET  # noqa: N815  # as above

        def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(secret: str, monkeypatch: pytest.MonkeyPatch) -> APIClient:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in this thread
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def start(shop: APIClient, draft: str, origin: str) -> Any:
    return shop.post(f"/api/v1/designs/{draft}/sessions", {"origins": [origin]}).json()


@pytest.mark.parametrize(
    ("passes_host", "referrer"),
    [(True, "no-referrer"), (True, ""), (False, "")],
    ids=["by Host alone", "by both", "by Referer alone"],
)
def test_a_page_of_the_shops_own_origin_reads_and_edits(
    serve: Serve, shop: APIClient, page: Page, passes_host: bool, referrer: str
) -> None:
    draft = make_draft(shop)
    with serve() as site, serve_shop(site.port, passes_host=passes_host, referrer=referrer) as origin:
        session = start(shop, draft, origin)
        ask = {"path": f"/api/v1/designs/{draft}", "token": session["token"]}
        page.goto(f"{origin}/")
        shown = page.evaluate(ASK, {**ask, "method": "GET"})
        assert shown["status"] == 200, shown
        edit = {"json": {"design_data": design_data("Mine")}, "seen": shown["json"]["etag"]}
        assert page.evaluate(ASK, {**ask, **edit, "method": "PATCH"})["status"] == 200


@pytest.mark.parametrize("passes_host", [True, False], ids=["with Host", "without"])
def test_a_page_of_another_shop_cannot_pass_for_it(
    serve: Serve, shop: APIClient, page: Page, passes_host: bool
) -> None:
    draft, listed = make_draft(shop), "http://shop.example"
    with serve() as site, serve_shop(site.port, passes_host=passes_host) as origin:
        token = start(shop, draft, listed)["token"]
        page.goto(f"{origin}/")
        answer = page.evaluate(FORGE, {"path": f"/api/v1/designs/{draft}", "token": token, "origin": listed})
        assert (answer["status"], answer["json"]["code"]) == (403, "wrong_origin")
        assert origin in answer["json"]["detail"]
