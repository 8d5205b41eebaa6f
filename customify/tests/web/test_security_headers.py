from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from customify.testing.spawn import Spawner
from customify.web import csp
from designs.tests.support import factories
from rendering import storage
from rendering.storage import StoredFile
from rendering.storage_config import StorageConfig

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PAGES = ["/admin/login/", "/api/v1/auth/login/", "/admin/", "/api/v1/designs", "/api/v1/designs/nothing"]


def parsed(header: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in header.split(";"))}


@pytest.fixture
def owner(db: None) -> User:
    factories.install_catalogue()
    return factories.make_user("owner")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_policy(path: str, admin_client: Client) -> None:
    answer = admin_client.get(path, headers={"Accept": "text/html"}, follow=True)
    if answer["Content-Type"].startswith("text/html"):
        assert parsed(answer["Content-Security-Policy"]) == STRICT
        assert "camera=()" in answer["Permissions-Policy"]
    else:
        assert answer["Content-Security-Policy"] == csp.BARE_POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_swagger_alone_may_style_its_elements(client: Client, db: None) -> None:
    page = parsed(client.get("/api/v1/docs")["Content-Security-Policy"])
    assert page == {**STRICT, "style-src": "'self' 'unsafe-inline'"}
    assert "<script>" not in client.get("/api/v1/docs").content.decode()
    assert client.get("/api/v1/docs?script=")["Content-Security-Policy"] == csp.BARE_POLICY


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*", "image/png"])
def test_the_api_reference_is_html_for_every_accept_header(accept: str, client: Client, db: None) -> None:
    answer = client.get("/api/v1/docs", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/api/v1/designs", "/api/v1/schema", "/livez", "/readyz", "/nothing"])
def test_other_responses_may_load_nothing(path: str, client: Client, db: None) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_static_files_may_load_nothing(client: Client, db: None) -> None:
    answer = client.get("/static/customify/dashboard.js")
    answer.close()
    assert answer["Content-Security-Policy"] == csp.BARE_POLICY


def test_an_unchanged_page_keeps_the_policy_it_has(admin_client: Client, admin_user: User) -> None:
    factories.install_catalogue()
    path = f"/api/v1/designs/{factories.make_design(admin_user).pk}"
    tag = admin_client.get(path, headers={"Accept": "text/html"})["ETag"]
    answer = admin_client.get(path, headers={"Accept": "text/html", "If-None-Match": tag})
    # A browser would apply the header of a 304 to its cached page, which then could not load its style.
    assert (answer.status_code, "Content-Security-Policy" in answer) == (304, False)


def test_uploaded_files_are_sandboxed(client: Client, owner: User) -> None:
    key = f"designs/{factories.make_design(owner).pk}/1-1/preview.png"
    for alias in ("default", "private"):
        storage.save_files([StoredFile(key, b"<script>alert(1)</script>")], alias=alias)
        url = urlsplit(storage.file_url(key, alias=alias))
        answer = client.get(f"{url.path}?{url.query}")
        answer.close()
        assert answer.status_code == 200
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
        storage.delete_files([key], alias=alias)


@pytest.mark.parametrize(
    ("config", "origins"),
    [
        ({}, ["https://shop.s3.eu-central-1.amazonaws.com"]),
        ({"region": "cn-north-1"}, ["https://shop.s3.cn-north-1.amazonaws.com.cn"]),
        ({"endpoint_url": "http://s3.localhost:8333/"}, ["http://s3.localhost:8333/shop/"]),
        (
            {"cloudfront_domain": "d1.cloudfront.net"},
            ["https://shop.s3.eu-central-1.amazonaws.com", "https://d1.cloudfront.net"],
        ),
    ],
)
def test_the_policy_allows_images_from_the_storage_origin(config: dict[str, str], origins: list[str]) -> None:
    found = StorageConfig(**{"use_local": False, "bucket": "shop", "region": "eu-central-1", **config})
    assert csp.build_directives(found)["img-src"] == ["'self'", "data:", *origins]


def test_https_responses_carry_hsts(client: Client, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 31_536_000, True
    answer = client.get("/livez", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; preload"


def test_an_https_site_enables_secure_settings(spawn: Spawner) -> None:
    show = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT,"
    show += " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"
    env = {"PUBLIC_URL": "https://shop.example.com", "ALLOWED_HOSTS": "shop.example.com"}
    env["SECRET_KEY"] = "kP3vX9qLr7TzW2mNc8BdF5hJ1sYuE6gAoQiR4wVx0nZtMbCy"
    with spawn("shell", "-c", show, env=env) as process:
        assert process.wait_for_exit() == 0
        assert "31536000 True True True True Lax" in process.read_output()
