"""One page of Chromium for all tests that look up how it lays out text or reads images."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def shared_page(browser: Browser) -> Iterator[Page]:
    """A page that is kept: a new one with its context takes a tenth of a second of processor time."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def page(shared_page: Page) -> Page:
    """The shared page as a new one is: empty, of the usual size, without the fonts and routes of earlier tests."""
    shared_page.unroute_all()
    shared_page.set_viewport_size({"width": 1280, "height": 720})
    shared_page.goto("about:blank")
    return shared_page
