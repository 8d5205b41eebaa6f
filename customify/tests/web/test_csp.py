"""In a real browser, no page violates its Content-Security-Policy."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
import redis
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models.functions import Now
from django.urls import reverse
from django_rq.models import Dashboard
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer
from rq.job import Job

from customify.accounts.models import ApiKey
from designs import services
from designs.broker.queue import lane_queue
from designs.models import Asset, PrintFile, Quota
from designs.tests.support import factories

pytestmark = pytest.mark.django_db(transaction=True)

QUEUES = "/admin/django_rq/dashboard/"


@pytest.fixture
def violations(page: Page) -> list[str]:
    """Errors in the browser's console, from all pages."""
    messages: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 40" not in message.text:  # tests request 403 and 404 on purpose
            messages.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: messages.append(f"{page.url}: {error}"))
    return messages


@pytest.fixture
def design_id(catalogue: None) -> UUID:
    """The id of a published design of the administrator."""
    owner = get_user_model().objects.create_superuser("admin", password="secret")
    design = factories.make_design(owner)
    factories.publish_newest_render(design)
    return design.pk


@pytest.fixture
def site(
    design_id: UUID, live_server: LiveServer, page: Page, monkeypatch: pytest.MonkeyPatch, violations: list[str]
) -> str:
    """A server where an administrator is logged in."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in this thread
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "secret")
    page.click("input[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text("admin")
    return str(live_server.url)


@pytest.fixture
def waiting(empty_redis: redis.Redis) -> list[Job]:
    """Two jobs waiting in the preview queue."""
    return [lane_queue("preview").enqueue("designs.worker.jobs.work_lane", "preview") for _ in range(2)]


@pytest.fixture
def rows(design_id: UUID) -> None:
    """A row of each admin model that has none yet."""
    owner = get_user_model().objects.get()
    ApiKey.objects.issue_key(owner, "web shop")
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 100)
    hashes = {"sha256": "a" * 64, "working_sha256": "b" * 64}
    Asset.objects.create(owner=owner, format="png", file_name="a.png", stored_at=Now(), **sizes, **hashes)
    Quota.objects.get_or_create(owner=owner, test=False, defaults={"month": "2026-01-01"})
    Group.objects.create(name="staff")
    pin, _ = services.pin_revision(design_id, 1, "order-7", None)
    about = {"design_id": design_id, "revision": pin.revision, "pin": pin, "options": {}, "options_sha256": "c" * 64}
    PrintFile.objects.create(owner=owner, **about)


def admin_pages() -> list[str]:
    """Return the URLs of list, add, change and history pages of every model in the admin."""
    found = []
    for model, site in admin.site._registry.items():
        if model is Dashboard:  # it has no rows, and another test
            continue
        info = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.all()[0]
        found.append(reverse(f"admin:{info}_changelist"))
        pages = ("change", "history") if model is Quota else ("change", "history", "delete")  # quotas cannot be deleted
        found += [reverse(f"admin:{info}_{page}", args=[row.pk]) for page in pages]
        if type(site).has_add_permission is admin.ModelAdmin.has_add_permission:
            found.append(reverse(f"admin:{info}_add"))
    return found


def test_the_admin_has_no_violations(site: str, rows: None, page: Page, violations: list[str]) -> None:
    pages = ["/admin/", "/admin/password_change/", *admin_pages()]
    assert len(pages) > 25
    for path in pages:
        page.goto(f"{site}{path}")
        expect(page.locator("#user-tools")).to_be_visible()
    assert violations == [], "\n".join(violations)


def test_creating_a_key_has_no_violations(site: str, page: Page, violations: list[str]) -> None:
    page.goto(f"{site}/admin/accounts/apikey/add/")
    page.fill("#id_name", "web shop")
    page.click("input[name=_save]")
    expect(page.locator("#api-key")).to_contain_text("cfy_live_")
    assert violations == [], "\n".join(violations)


def test_the_queue_dashboard_has_no_violations(
    site: str, page: Page, waiting: list[Job], violations: list[str]
) -> None:
    names = ["", "details/", "finished/", "failed/", "scheduled/", "started/", "deferred/", "empty/", "requeue-all/"]
    job = f"{waiting[0].id}/"
    for path in ["", "workers/1/", *(f"queues/1/{name}" for name in [*names, job, f"{job}delete/"])]:
        answer = page.goto(f"{site}{QUEUES}{path}")
        assert answer is not None
        assert answer.status == 200, path
    assert violations == [], "\n".join(violations)


def test_selecting_all_jobs_has_no_violations(site: str, page: Page, waiting: list[Job], violations: list[str]) -> None:
    page.goto(f"{site}{QUEUES}queues/1/")
    page.check("#action-toggle")
    assert page.locator("input.action-select:checked").count() == len(waiting) == 2
    page.select_option("select[name=action]", "delete")
    page.click("button[title='Execute selected action']")
    page.click("#content input[type=submit]")
    expect(page.locator(".messagelist")).to_be_visible()
    assert lane_queue("preview").count == 0
    assert violations == [], "\n".join(violations)


def test_the_browsable_api_has_no_violations(site: str, page: Page, design_id: UUID, violations: list[str]) -> None:
    paths = ["", "designs", f"designs/{design_id}", f"designs/{design_id}/renders", "products", "fonts", "assets"]
    # The last one is cached by now, and answered with 304.
    for path in [*paths, "account", f"designs/{UUID(int=0)}", f"designs/{design_id}"]:
        page.goto(f"{site}/api/v1/{path}")
        expect(page.get_by_role("button", name="OPTIONS")).to_have_css("background-color", "rgb(51, 122, 183)")
    page.get_by_role("button", name="DELETE").first.click()
    page.locator("#deleteModal .btn-danger").click()
    expect(page.locator(".response-info")).to_contain_text("HTTP 204")
    page.goto(f"{site}/api/v1/designs")
    page.get_by_role("button", name="Filters").click()
    expect(page.locator("#filtersModal form").first).to_be_visible()
    assert violations == [], "\n".join(violations)


def test_login_and_logout_have_no_violations(site: str, page: Page, violations: list[str]) -> None:
    page.goto(f"{site}/api/v1/")
    page.get_by_role("button", name="Log out").click()
    for path in ("/api/v1/auth/login/?next=/api/v1/account", "/admin/login/?next=/api/v1/account"):
        page.context.clear_cookies()
        page.goto(f"{site}{path}")
        page.fill("#id_username", "admin")
        page.fill("#id_password", "wrong")
        page.click("input[type=submit]")
        expect(page.get_by_text(re.compile("Please enter (a|the) correct username and password")).first).to_be_visible()
        page.fill("#id_password", "secret")
        page.click("input[type=submit]")
        expect(page.locator("body")).to_contain_text("admin")
        assert page.url == f"{site}/api/v1/account"
    assert violations == [], "\n".join(violations)


def test_swagger_has_no_violations_and_lists_the_operations(
    live_server: LiveServer, page: Page, violations: list[str]
) -> None:
    page.goto(f"{live_server.url}/api/v1/docs")
    expect(page.locator(".opblock").filter(has=page.get_by_text("Create a design", exact=True))).to_be_visible(
        timeout=20_000
    )
    assert page.locator(".opblock").count() > 12
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.locator(".auth-container input").first).to_be_visible()
    assert violations == [], "\n".join(violations)


def test_error_pages_have_no_violations(site: str, page: Page, violations: list[str]) -> None:
    get_user_model().objects.create_user("staff", password="secret", is_staff=True)
    page.context.clear_cookies()
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", "staff")
    page.fill("#id_password", "secret")
    page.context.clear_cookies()  # the form's token has no cookie now
    page.click("input[type=submit]")
    expect(page.locator("body")).to_contain_text("The form's token is missing or old")
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", "staff")
    page.fill("#id_password", "secret")
    page.click("input[type=submit]")
    page.goto(f"{site}{QUEUES}")
    expect(page.locator("body")).to_contain_text("You do not have permission to do this")
    assert violations == [], "\n".join(violations)


def test_an_injected_script_does_not_run(site: str, page: Page, violations: list[str]) -> None:
    page.goto(f"{site}/admin/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/nothing onerror=\"window.hurt = 1\">')")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hurt") is None
    assert any("inline event handler" in violation for violation in violations)
