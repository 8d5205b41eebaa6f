"""Static files for the clients of tests: looked up once for each process instead of once for each client."""

from collections.abc import Iterator
from typing import Any

import pytest

OPTIONS = ("static_prefix", "max_age", "allow_all_origins", "charset", "add_headers_function")


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Let WhiteNoise keep what it found: each new client of a test builds the middleware, which took 10 ms of CPU."""
    from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: PLC0415 - the plugin is loaded before the settings

    find_files = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[tuple[Any, ...], dict[str, Any]] = {}

    def add_files_found(middleware: Any) -> None:
        key = tuple(getattr(middleware, name) for name in OPTIONS)
        if key not in found:
            find_files(middleware)
            found[key] = dict(middleware.files)
        middleware.files.update(found[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_found)
        yield
