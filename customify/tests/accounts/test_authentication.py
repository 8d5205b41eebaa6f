from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from customify.accounts.authentication import BearerAuthentication
from customify.accounts.models import ApiKey
from customify.tests.support.api_keys import authenticate, update_key


def test_a_key_names_its_user_and_itself(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    assert authenticate(f"Bearer {secret}") == (shopkeeper, key)


def test_the_scheme_is_not_case_sensitive(shopkeeper: User) -> None:
    _, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    assert authenticate(f"bearer   {secret} ") is not None


@pytest.mark.parametrize("header", [None, "", "Basic dXNlcjpwYXNz", "Token abc", "Bearerabc"])
def test_a_request_without_a_bearer_key_is_left_to_other_schemes(header: str | None, db: None) -> None:
    assert authenticate(header) is None


def test_a_key_works_until_it_expires(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    update_key(key, expires_at=Now() + timedelta(hours=1))
    assert authenticate(f"Bearer {secret}") == (shopkeeper, key)


UNUSABLE: dict[str, Callable[[ApiKey], object]] = {
    "revoked": lambda key: key.revoke_key(),
    "expired": lambda key: update_key(key, expires_at=Now() - timedelta(seconds=1)),
    "of an inactive user": lambda key: User.objects.filter(pk=key.user_id).update(is_active=False),
    "deleted": lambda key: key.delete(),
}


@pytest.mark.parametrize("how", UNUSABLE)
def test_a_key_that_may_not_be_used_is_refused(how: str, shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    UNUSABLE[how](key)
    with pytest.raises(AuthenticationFailed, match="unknown, revoked or expired"):
        authenticate(f"Bearer {secret}")
    assert not ApiKey.objects.filter(last_used_at__isnull=False).exists()


@pytest.mark.parametrize("secret", ["", "cfy_live_", "cfy_live_" + "a" * 43, "é\xff", "a" * 5000])
def test_an_unknown_key_is_refused(secret: str, shopkeeper: User) -> None:
    ApiKey.objects.issue_key(shopkeeper, "web shop")
    with pytest.raises(AuthenticationFailed):
        authenticate(f"Bearer {secret}")


def test_a_refusal_names_the_scheme() -> None:
    request = Request(APIRequestFactory().get("/"))
    assert BearerAuthentication().authenticate_header(request) == 'Bearer realm="api"'
