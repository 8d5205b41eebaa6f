"""Fixtures of the tests of the API."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.orders import TEXTS


@pytest.fixture
def edited(shop: APIClient, work: RunWorker) -> str:
    """The URL of a design with three revisions, all of which have files."""
    url = f"{DESIGNS_URL}/{create_published_design(shop, work)['id']}"
    for number in (2, 3):
        shop.patch(url, {"design_data": {**CREATE_BODY["design_data"], "text": TEXTS[number]}})
        work()
    return url
