from collections.abc import Callable

import pytest
import redis
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern
from django_rq.models import Dashboard
from pytest_django import Settings

from customify.ops.dashboard import CHANGING_VIEWS, GuardedQueueAdmin
from designs.broker.queue import lane_queue

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
