"""The example shop, used as a shopper uses it, in a real browser."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from customify.ops.processes import accepts_connections, free_ports, start_process, wait_until
from customify.tests.support.service import Service

pytestmark = pytest.mark.docs

SHOP = Path(__file__).resolve().parents[3] / "docs/examples/shop"
SECONDS = 60_000  # ms that a page may take under load
TYPED = "Happy birthday, Ada!"


@contextmanager
def run_shop(service: Service, **changes: str) -> Iterator[str]:
    """Run the shop's server; yield its URL."""
    (port,) = free_ports(1)
    env = {"CUSTOMIFY_URL": service.base, "CUSTOMIFY_KEY": service.key, "SHOP_PORT": str(port)}
    orders = {"SHOP_ORDERS": str(service.folder / "orders")}
    command = [sys.executable, str(SHOP / "shop.py")]
    shop = start_process("shop", command, log=service.folder / "shop.log", env={**env, **orders, **changes}, cwd=SHOP)
    try:
        wait_until(lambda: accepts_connections("127.0.0.1", port), shop, seconds=60)
        yield f"http://127.0.0.1:{port}/"
    finally:
        shop.kill()


@pytest.fixture
def shop(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a shop on the running service."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in this thread
    with run_shop(service) as url:
        yield url


@pytest.fixture
def shopper(browser: Browser) -> Iterator[BrowserContext]:
    """A shopper's browser, with nothing cached."""
    with browser.new_context() as context:
        context.set_default_timeout(SECONDS)
        expect.set_options(timeout=SECONDS)
        yield context


def start_design(shopper: BrowserContext, shop: str) -> Page:
    """Open the shop and a new t-shirt in it."""
    page = shopper.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
    page.goto(shop)
    page.click("#shirt")
    expect(page.locator("#text")).to_be_visible()
    return page


def type_and_save(page: Page, text: str) -> None:
    page.fill("#text", text)
    expect(page.locator("#state")).to_have_text("Saved")
    expect(page.locator("#preview")).to_have_attribute("title", text)


def read_design(service: Service, page: Page) -> dict[str, Any]:
    design: dict[str, Any] = call(service, f"/designs/{page.url.rsplit('#', 1)[1]}")
    return design


def call(service: Service, path: str, method: str = "GET") -> Any:
    answer = httpx.request(
        method, f"{service.base}/api/v1{path}", headers={"Authorization": f"Bearer {service.key}"}, timeout=60
    ).raise_for_status()
    return answer.json() if answer.content else None


def texts_of(design: dict[str, Any]) -> list[str]:
    placements = design["design_data"]["placements"].values()
    return [layer["text"] for placement in placements for layer in placement["layers"] if layer["type"] == "text"]


def test_server_and_page_are_short() -> None:
    assert len((SHOP / "shop.py").read_text().splitlines()) <= 120
    assert len((SHOP / "page.html").read_text().splitlines()) <= 150


def test_what_is_typed_is_shown_and_nothing_is_aborted(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = shopper.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(shop)
    page.click("#shirt")
    expect(page.locator("#text")).to_be_visible()
    page.evaluate(
        """() => {
            window.seen = [];
            const preview = document.getElementById("preview");
            const watch = new MutationObserver(() => window.seen.push(preview.title));
            watch.observe(preview, { attributeFilter: ["title"] });
        }"""
    )
    page.locator("#text").press_sequentially(TYPED, delay=40)
    expect(page.locator("#preview")).to_have_attribute("title", TYPED)
    expect(page.locator("#state")).to_have_text("Saved")
    assert page.locator("#preview").evaluate("image => image.complete && image.naturalWidth") == 480
    assert failed == []
    seen = page.evaluate("window.seen")
    assert all(TYPED.startswith(text) for text in seen)
    assert [len(text) for text in seen] == sorted(len(text) for text in seen)  # no older one replaces a newer one
    print(f"{len(seen)} of {len(TYPED)} states were shown")
    assert texts_of(read_design(service, page)) == [TYPED]


def test_an_order_keeps_its_files(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    type_and_save(page, "Ordered")
    page.set_input_files("#photo", service.folder / "photo.jpg")
    expect(page.locator("#message")).to_have_text("")
    expect(page.locator("#state")).to_have_text("Saved")
    page.click("#finish")
    expect(page.locator("#message")).to_have_text(re.compile(r"^Ordered as order-[0-9a-f]{8}-\d+; 6 files are kept\.$"))
    design = read_design(service, page)
    order = f"order-{design['id'][:8]}-{design['revision']}"
    (pin,) = call(service, f"/pins?order_id={order}")["results"]
    assert (pin["design"], pin["revision"], pin["status"]) == (design["id"], design["revision"], "ready")
    for file in call(service, f"/pins/{pin['id']}")["renditions"]:
        kept = (service.folder / "orders" / order / file["name"]).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == file["sha256"]
    layers = design["design_data"]["placements"]["front"]["layers"]
    assert [layer["type"] for layer in layers] == ["image", "text"]
    expect(page.locator("#text")).to_be_disabled()


def test_a_second_tab_overwrites_nothing(service: Service, shop: str, shopper: BrowserContext) -> None:
    first = start_design(shopper, shop)
    second = shopper.new_page()
    second.goto(first.url)
    expect(second.locator("#text")).to_be_visible()
    type_and_save(first, "First")
    second.fill("#text", "Second")
    expect(second.locator("#theirs")).to_be_visible()
    assert texts_of(read_design(service, first)) == ["First"]
    second.click("#theirs")
    expect(second.locator("#text")).to_have_value("First")
    type_and_save(first, "First again")
    second.fill("#text", "Second again")
    second.click("#mine")
    expect(second.locator("#state")).to_have_text("Saved")
    assert texts_of(read_design(service, first)) == ["Second again"]


def test_a_reloaded_page_shows_what_was_saved(shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    type_and_save(page, "Saved")
    for _ in range(2):
        page.reload()
        expect(page.locator("#text")).to_have_value("Saved")
    page.goto("about:blank")
    page.goto(shop)
    page.click("#designs button")
    expect(page.locator("#text")).to_have_value("Saved")


def test_a_page_reloaded_while_it_finishes_can_go_on(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    type_and_save(page, "Finished")
    page.click("#finish", no_wait_after=True)
    page.reload()
    expect(page.locator("#text")).to_have_value("Finished")
    page.click("#finish")
    expect(page.locator("#message")).to_have_text(re.compile("^Ordered as "))
    assert len(call(service, "/pins")["results"]) == 1


def test_an_expired_session_is_renewed(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    design = read_design(service, page)["id"]
    for session in call(service, f"/designs/{design}/sessions")["results"]:
        call(service, f"/designs/{design}/sessions/{session['id']}", "DELETE")
    type_and_save(page, "Renewed")
    assert texts_of(read_design(service, page)) == ["Renewed"]


def test_a_finished_design_is_no_longer_changed(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    type_and_save(page, "Mine")
    call(service, f"/designs/{read_design(service, page)['id']}/finish?wait=10", "POST")
    page.fill("#text", "Too late")
    expect(page.locator("#message")).to_have_text("This design is ordered and can no longer be changed.")
    expect(page.locator("#text")).to_be_disabled()
    assert texts_of(read_design(service, page)) == ["Mine"]


def test_an_empty_design_is_not_ordered(shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    page.click("#finish")
    expect(page.locator("#message")).to_contain_text("nothing to print")


def test_a_photo_of_a_phone_is_taken_or_refused_with_the_reason(
    service: Service, shop: str, shopper: BrowserContext
) -> None:
    page = start_design(shopper, shop)
    out = io.BytesIO()
    Image.new("RGB", (8000, 6000), "#336699").save(out, "JPEG")  # 48 megapixels
    page.set_input_files("#photo", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    message = page.locator("#message")
    if call(service, "/limits")["upload"]["megapixels"] >= 48:
        expect(page.locator("#state")).to_have_text("Saved")
        assert read_design(service, page)["design_data"]["placements"]["front"]["layers"][0]["type"] == "image"
    else:
        expect(message).to_contain_text("megapixels")
    page.set_input_files("#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no image"})
    expect(message).to_contain_text("not a JPEG, PNG, WebP or HEIC image")
    page.set_input_files("#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 45_000_000})
    expect(message).to_contain_text("larger than 40 MB")


def test_what_is_made_without_a_connection_is_saved_later(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    type_and_save(page, "Before")
    shopper.set_offline(True)
    page.fill("#text", "Meanwhile")
    expect(page.locator("#message")).to_contain_text("No connection.")
    shopper.set_offline(False)
    expect(page.locator("#state")).to_have_text("Saved")
    expect(page.locator("#message")).to_have_text("")
    assert texts_of(read_design(service, page)) == ["Meanwhile"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"CUSTOMIFY_KEY": "cfy_live_wrong"}, "The shop has a problem, and knows."),
        ({"CUSTOMIFY_URL": "http://127.0.0.1:9"}, "The designer is not available right now."),
    ],
    ids=["wrong key", "service away"],
)
def test_a_shop_that_cannot_reach_its_service_says_so(
    service: Service, shopper: BrowserContext, changes: dict[str, str], message: str
) -> None:
    with run_shop(service, **changes) as url:
        page = shopper.new_page()
        page.goto(url)
        expect(page.locator("#message")).to_contain_text(message)
        assert "cfy_live_wrong" not in page.content()


def test_a_guest_keeps_their_designs_when_they_log_in(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    type_and_save(page, "A guest's")
    page.click("#login")
    expect(page.locator("#designs button")).to_have_count(1)
    assert read_design(service, page)["customer"] == "customer-ada"
    type_and_save(page, "Ada's")
    page.reload()
    expect(page.locator("#text")).to_have_value("Ada's")


def test_nobody_opens_the_design_of_another(service: Service, shop: str, shopper: BrowserContext) -> None:
    page = start_design(shopper, shop)
    design = read_design(service, page)
    headers = {"Content-Type": "application/json"}
    path = f"{shop}designs/{design['id']}/session"
    for cookie in ("", f"shopper={design['customer']}", f"shopper={design['customer']}.{'0' * 64}"):
        answer = httpx.post(path, headers={**headers, "Cookie": cookie}, content="{}")
        assert answer.status_code == 404, cookie
    assert httpx.post(path, content="{}").status_code == 415  # what a form of another site can send


def test_the_page_states_a_strict_policy(shop: str) -> None:
    policy = httpx.get(shop).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert json.dumps(policy).count("sha256-") == 2
