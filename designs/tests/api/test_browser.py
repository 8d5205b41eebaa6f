"""In a real browser: the browsable API, Swagger, and rendering again in the admin."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customify.accounts.models import ApiKey
from customify.testing.spawn import Spawner
from designs.api import conditions
from designs.models import Design, Render

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(
    catalogue: None,
    live_server: LiveServer,
    spawn: Spawner,
    process_env: dict[str, str],
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A server with a worker, where a staff user is logged in."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in this thread
    monkeypatch.setattr(conditions, "BROWSER_WAIT", 60.0)  # the worker may need long to start
    get_user_model().objects.create_superuser("admin", password="secret")
    with spawn("rqworker", "preview", "--skip-checks", env=process_env):
        page.goto(f"{live_server.url}/admin/")
        page.fill("#id_username", "admin")
        page.fill("#id_password", "secret")
        page.click("input[type=submit]")
        yield live_server.url


def assert_image_is_shown(page: Page, selector: str, width: int) -> None:
    """Wait until the first image is loaded, and check its size."""
    picture = page.locator(selector).first
    expect(picture).to_be_visible(timeout=20_000)
    expect(picture).to_have_js_property("complete", value=True)
    expect(picture).to_have_js_property("naturalWidth", width)


def test_a_posted_design_shows_its_preview(site: str, page: Page) -> None:
    page.goto(f"{site}/api/v1/designs")
    page.get_by_role("button", name="POST").last.click()
    expect(page.locator(".response-info")).to_contain_text("HTTP 201 Created", timeout=60_000)
    assert_image_is_shown(page, "img.img-thumbnail", 600)


def test_the_admin_shows_a_design_and_renders_it_again(site: str, page: Page) -> None:
    page.goto(f"{site}/api/v1/designs")
    page.get_by_role("button", name="POST").last.click()
    expect(page.locator(".response-info")).to_contain_text("HTTP 201 Created", timeout=60_000)
    page.goto(f"{site}/admin/designs/design/")
    assert_image_is_shown(page, "#result_list img", 200)
    page.locator("#result_list th a").first.click()
    assert_image_is_shown(page, "#content img", 600)
    page.get_by_text("Render again", exact=False).first.click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert Render.objects.count() == 2


def test_swagger_takes_a_key_and_makes_a_design(site: str, page: Page) -> None:
    _, secret = ApiKey.objects.issue_key(get_user_model().objects.get(), "swagger")
    page.context.clear_cookies()
    outside: list[str] = []
    violations: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((site, "data:")) else outside.append(request.url))
    page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    page.goto(f"{site}/api/v1/docs")
    page.get_by_role("button", name="Authorize").first.click()
    bearer = page.locator(".auth-container", has_text="bearerKey")
    bearer.locator("input").fill(secret)
    bearer.locator("button[type=submit]").click()
    page.locator(".btn-done").first.click()
    page.reload()  # the key is remembered
    operation = page.locator(".opblock").filter(has=page.get_by_text("Create a design", exact=True))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    live = operation.locator(".live-responses-table")
    expect(live.locator(".response-col_status").last).to_have_text(re.compile("201"), timeout=20_000)
    expect(live).to_contain_text('"status": "rendering"')
    assert Design.objects.get().owner.get_username() == "admin"
    assert (outside, violations) == ([], [])
