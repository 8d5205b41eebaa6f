"""Fixtures of the tests of the web platform."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from customify.accounts.models import ApiKey
from customify.tests.support.web_server import serve
from designs.broker import counters as rate_limits
from designs.tests.support import factories

__all__ = ["serve"]


@pytest.fixture
def secret(catalogue: None) -> str:
    """A live key of a shop."""
    return ApiKey.objects.issue_key(factories.make_user("shop"), "web shop")[1]


@pytest.fixture
def counts(empty_redis: object) -> Iterator[None]:
    """Rate limits that start at zero."""
    rate_limits.counters.reset()
    yield
    rate_limits.counters.reset()
