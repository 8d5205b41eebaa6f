"""API keys in tests: authenticate with one, change its row, make a client that sends it."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from customify.accounts.authentication import BearerAuthentication
from customify.accounts.models import ApiKey


def authenticate(header: str | None) -> tuple[Any, Any] | None:
    """Authenticate a request with this Authorization header, or without one."""
    request = APIRequestFactory().get("/")
    if header is not None:
        request.META["HTTP_AUTHORIZATION"] = header
    return BearerAuthentication().authenticate(Request(request))


def update_key(key: ApiKey, **values: Any) -> None:
    """Change columns of a key in the database."""
    ApiKey.objects.filter(pk=key.pk).update(**values)


def client_with_key(user: User, *scopes: str) -> APIClient:
    """Return a client with a new key of a user, of these scopes or the default ones."""
    options = {"scopes": scopes} if scopes else {}
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {ApiKey.objects.issue_key(user, 'test', **options)[1]}")
    return client
