from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def strict(db: None) -> Client:
    """A client with CSRF checks."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("path", ["/admin/login/", "/api/v1/auth/login/"])
def test_a_page_without_a_csrf_token_explains_what_to_do(path: str, strict: Client) -> None:
    answer = strict.post(path, {"username": "a", "password": "b"}, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "token is missing or old" in answer.content.decode().replace("&#x27;", "'")
    assert "<style" not in answer.content.decode()


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_a_client_without_a_csrf_token_gets_problem_json(accept: str, strict: Client) -> None:
    answer = strict.post("/api/v1/auth/login/", {"username": "a", "password": "b"}, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "csrf_failed"


def test_a_login_without_a_csrf_token_is_refused(strict: Client, db: None) -> None:
    User.objects.create_user("shopkeeper", password="right")
    strict.post("/api/v1/auth/login/", {"username": "shopkeeper", "password": "right"})
    assert "_auth_user_id" not in strict.session


def test_a_missing_permission_is_explained(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("staff", is_staff=True))
    answer = client.get("/admin/accounts/apikey/", headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "You do not have permission to do this" in answer.content.decode()
