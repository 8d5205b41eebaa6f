"""Fixtures of the tests of the image."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from customify.tests.support.containers import IMAGE, Engine, Stack, find_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The container engine; without one the tests are skipped."""
    return find_engine()


@pytest.fixture(scope="session")
def built_stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The project with its image built; everything but the image is removed at the end."""
    stack = Stack(engine, tmp_path_factory.mktemp("project"))
    stack.compose("build", seconds=1500)
    yield stack
    stack.succeeds("down", "-v", "--timeout", "30")


@pytest.fixture(scope="session")
def image(built_stack: Stack) -> str:
    """The name of the image."""
    return IMAGE


@pytest.fixture(scope="session")
def stack(built_stack: Stack) -> Stack:
    """The running services. Each test leaves them running."""
    built_stack.start()
    return built_stack
