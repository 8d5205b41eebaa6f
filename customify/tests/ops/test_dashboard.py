import re
from collections.abc import Callable
from pathlib import Path

import django_rq
import pytest
import redis
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern
from django_rq.models import Dashboard
from pytest_django import Settings
from rq.results import Result

from customify.ops.dashboard import CHANGING_VIEWS, READING_VIEWS, URL_NAME_PREFIX, GuardedQueueAdmin, is_allowed
from designs.broker.queue import lane_queue

PROJECT = Path(__file__).resolve().parents[3]
INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|\s(?:style|on[a-z]+)=\"")
BASE = "/admin/django_rq/dashboard/"
PREVIEW = 1  # index of the queue by name
EXAMPLES = {"IntConverter": PREVIEW, "StringConverter": "x", "PathConverter": "x"}


def patterns() -> list[URLPattern]:
    return GuardedQueueAdmin(Dashboard, admin.site).get_urls()


def example(pattern: URLPattern) -> str:
    """Return a URL that matches the pattern."""
    route = str(pattern.pattern)
    if route.startswith("^"):
        return BASE + route.removeprefix("^").split("/")[0]
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__
        route = route.replace(f"<{kind.removesuffix('Converter').lower()}:{name}>", str(EXAMPLES[kind]))
        route = route.replace(f"<str:{name}>", "x")
    return BASE + route


ADDRESSES = {f"{pattern.name} {pattern.pattern}": example(pattern) for pattern in patterns()}
CHANGES = {name: url for name, url in ADDRESSES.items() if name.split()[0] in CHANGING_VIEWS}


@pytest.fixture
def staff(db: None) -> User:
    """A staff user without any permission."""
    return User.objects.create_user("staff", is_staff=True)


@pytest.fixture
def pages(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def allow(staff: User) -> Callable[..., None]:
    """`allow("app.codename", …)` gives the staff user permissions."""

    def give(*names: str) -> None:
        for name in names:
            app, codename = name.split(".")
            staff.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))

    return give


@pytest.fixture
def waiting_job(empty_redis: redis.Redis) -> str:
    """The id of a job waiting in the preview queue."""
    return str(lane_queue("preview").enqueue("designs.worker.jobs.work_lane", "preview").id)


def test_every_dashboard_view_is_tested_here() -> None:
    assert len(ADDRESSES) > 20
    assert len(CHANGES) == len(CHANGING_VIEWS)


def test_every_dashboard_view_is_on_one_of_the_lists() -> None:
    assert not READING_VIEWS & CHANGING_VIEWS
    missing = {f"{URL_NAME_PREFIX}metrics"}  # only where prometheus_client is installed
    assert {str(pattern.name) for pattern in patterns()} | missing == READING_VIEWS | CHANGING_VIEWS


def test_an_unlisted_view_is_refused_even_to_an_administrator(rf: RequestFactory, admin_user: User) -> None:
    def reveal(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    guarded = GuardedQueueAdmin(Dashboard, admin.site).guard_view(reveal, "django_rq_new_in_version_5")
    request = rf.get(BASE)
    request.user = admin_user
    with pytest.raises(PermissionDenied):
        guarded(request)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("name", sorted(READING_VIEWS))
def test_a_reading_view_takes_no_other_method(name: str, method: str, rf: RequestFactory, admin_user: User) -> None:
    request = getattr(rf, method)(BASE)
    request.user = admin_user
    assert not is_allowed(request, name)
    assert is_allowed(_as_get(request), name)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_a_changing_view_takes_only_get_and_post(method: str, admin_client: Client) -> None:
    for url in CHANGES.values():
        assert getattr(admin_client, method)(url).status_code == 403


def _as_get(request: HttpRequest) -> HttpRequest:
    request.method = "GET"
    return request


def test_every_page_with_inline_code_is_overridden() -> None:
    sources = Path(django_rq.__file__).parent / "templates/django_rq"
    inline = {file.name for file in sources.glob("*.html") if INLINE.search(file.read_text())}
    assert len(inline) > 10
    assert inline == {file.name for file in (PROJECT / "templates/django_rq").iterdir()}


def test_the_page_of_a_failed_job_holds_no_inline_code(admin_client: Client, waiting_job: str) -> None:
    job = lane_queue("preview").fetch_job(waiting_job)
    assert job
    Result.create_failure(job, ttl=60, exc_string='He said onclick="alert()" <script>alert()</script>')
    page = admin_client.get(f"{BASE}queues/{PREVIEW}/{waiting_job}/").content.decode()
    assert "View &rarr;" in page
    assert not INLINE.search(page)
    (result,) = job.results()
    page = admin_client.get(f"{BASE}queues/{PREVIEW}/{waiting_job}/results/{result.id}/").content.decode()
    assert "He said onclick=&quot;" in page
    assert not INLINE.search(page)


@pytest.mark.parametrize("name", ADDRESSES)
def test_staff_without_the_permission_are_refused(name: str, pages: Client) -> None:
    assert pages.get(ADDRESSES[name]).status_code == 403
    assert pages.post(ADDRESSES[name]).status_code == 403


@pytest.mark.parametrize("name", ADDRESSES)
def test_anonymous_visitors_are_redirected_to_the_login(name: str, client: Client, db: None) -> None:
    for answer in (client.get(ADDRESSES[name]), client.post(ADDRESSES[name])):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["stats.json", "stats.json/s3cr3t", "metrics"])
def test_an_api_key_opens_nothing(path: str, client: Client, db: None, settings: Settings) -> None:
    settings.RQ_API_TOKEN = "s3cr3t"
    answer = client.get(BASE + path, headers={"Authorization": "Bearer s3cr3t"})
    assert answer.status_code in {302, 404}
    assert b"queues" not in answer.content


@pytest.mark.parametrize("name", CHANGES)
def test_a_viewer_cannot_change_anything(name: str, pages: Client, allow: Callable[..., None]) -> None:
    allow("django_rq.admin")
    assert pages.get(CHANGES[name]).status_code == 403
    assert pages.post(CHANGES[name]).status_code == 403


def test_a_viewer_sees_queues_and_jobs(pages: Client, allow: Callable[..., None], waiting_job: str) -> None:
    allow("django_rq.admin")
    assert b"preview" in pages.get(BASE).content
    assert waiting_job in pages.get(f"{BASE}queues/{PREVIEW}/").content.decode()
    assert "designs.worker.jobs.work_lane" in pages.get(f"{BASE}queues/{PREVIEW}/{waiting_job}/").content.decode()
    assert pages.get(f"{BASE}stats.json").json()["queues"]


def test_a_viewer_with_change_render_can_empty_a_queue(
    pages: Client, allow: Callable[..., None], waiting_job: str
) -> None:
    allow("django_rq.admin", "designs.change_render")
    assert pages.post(f"{BASE}queues/{PREVIEW}/empty/").status_code == 302
    assert lane_queue("preview").count == 0


def test_change_render_alone_opens_nothing(pages: Client, allow: Callable[..., None], waiting_job: str) -> None:
    allow("designs.change_render")
    assert pages.post(f"{BASE}queues/{PREVIEW}/empty/").status_code == 403
    assert lane_queue("preview").job_ids == [waiting_job]


def test_the_admin_index_links_the_dashboard_for_permitted_staff(pages: Client, allow: Callable[..., None]) -> None:
    assert BASE not in pages.get("/admin/").content.decode()
    allow("django_rq.admin")
    assert BASE in pages.get("/admin/").content.decode()


@pytest.mark.parametrize("path", ["add/", "1/change/", "1/delete/", "1/history/"])
def test_the_dashboard_has_no_model_pages(path: str, admin_client: Client) -> None:
    assert admin_client.get(BASE + path).status_code == 404


@pytest.mark.parametrize("path", ["/django-rq/", "/django_rq/", "/rq/"])
def test_the_dashboard_has_no_other_url(path: str, admin_client: Client) -> None:
    assert admin_client.get(path).status_code == 404
