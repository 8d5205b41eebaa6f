"""Fixtures of the tests of ops."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from designs.broker import client
from designs.tests.support import factories


@pytest.fixture
def owner(catalogue: None) -> User:
    """A user who owns designs."""
    return factories.make_user("owner")


@pytest.fixture
def redis_at(settings: Settings) -> Iterator[Callable[[str], None]]:
    """`redis_at(url)` makes the code under test use that Redis."""

    def move(url: str) -> None:
        settings.REDIS_URL = url
        client.redis_connection.cache_clear()

    yield move
    client.redis_connection.cache_clear()
