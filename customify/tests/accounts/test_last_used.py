from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from customify.accounts.models import ApiKey
from customify.tests.support.api_keys import authenticate, update_key


def use(secret: str) -> list[str]:
    """Authenticate with a key; return the first word of each SQL statement."""
    with CaptureQueriesContext(connection) as queries:
        assert authenticate(f"Bearer {secret}") is not None
    return [query["sql"].split()[0] for query in queries.captured_queries]


def test_the_first_use_is_recorded(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    assert key.last_used_at is None
    assert use(secret) == ["SELECT", "UPDATE"]
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_a_second_use_at_once_writes_nothing(shopkeeper: User) -> None:
    _, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    use(secret)
    assert use(secret) == ["SELECT"]


def test_a_use_more_than_a_minute_later_is_recorded(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    update_key(key, last_used_at=Now() - timedelta(seconds=59))
    assert use(secret) == ["SELECT"]
    update_key(key, last_used_at=Now() - timedelta(seconds=61))
    assert use(secret) == ["SELECT", "UPDATE"]
