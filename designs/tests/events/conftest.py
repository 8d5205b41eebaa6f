"""Fixtures of the tests of events: a web server, and a key of the design's owner."""

from __future__ import annotations

import pytest

from customify.accounts.models import ApiKey
from customify.tests.support.web_server import serve
from designs.models import Design

__all__ = ["serve"]


@pytest.fixture
def key(design: Design) -> str:
    """A key of the design's owner."""
    return ApiKey.objects.issue_key(design.owner, "live")[1]
