"""Fixtures of the tests of database connections."""

from __future__ import annotations

from customify.tests.support.web_server import serve
from customify.tests.web.conftest import secret

__all__ = ["secret", "serve"]
