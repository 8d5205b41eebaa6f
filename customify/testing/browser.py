"""Debian's Chromium for pytest-playwright (imported by the root conftest: only there can its fixture be overridden)."""

import os
import shutil
from types import SimpleNamespace

import pytest

CHROMIUM_FLAGS = (
    "--no-sandbox",  # a browser that runs as root cannot use its sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Launch options for the system's Chromium; without one the test is skipped, or fails in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        reason = "no Chromium is installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's synchronous API keeps an event loop running, so Django assumes an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": program, "args": list(CHROMIUM_FLAGS), "headless": True}


@pytest.fixture(scope="session")
def _pw_artifacts_folder(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A folder for recordings that pytest removes: xdist's workers leave the plugin's own behind, with a warning."""
    return SimpleNamespace(name=str(tmp_path_factory.mktemp("playwright")))
