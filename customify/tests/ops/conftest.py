"""Fixtures of the tests of ops."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from designs.broker import client
from designs.tests.support import factories


@pytest.fixture
def owner(catalogue: None) -> User:
    """Somebody who has designs."""
    return factories.make_user("owner")


@pytest.fixture
def redis_at(settings: Settings) -> Iterator[Callable[[str], None]]:
    """`redis_at(url)` lets the code under test look for Redis there."""

    def move(url: str) -> None:
        settings.REDIS_URL = url
        client.redis_connection.cache_clear()

    yield move
    client.redis_connection.cache_clear()
