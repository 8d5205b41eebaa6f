"""Fixtures of all tests of the platform."""

import pytest

from designs.tests.support import factories


@pytest.fixture
def catalogue(db: None) -> None:
    """The products of a new installation, also after the flush that ends a transactional test."""
    factories.install_catalogue()
