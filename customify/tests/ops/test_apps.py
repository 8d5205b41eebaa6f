"""Garbage collection waits until a program has loaded its modules."""

import gc
from collections.abc import Iterator

import pytest
from django.apps import apps

import manage


@pytest.fixture
def collecting() -> Iterator[None]:
    """Garbage is collected after the test, whatever it does."""
    yield
    gc.enable()


def test_a_command_loads_modules_without_collecting_garbage(monkeypatch: pytest.MonkeyPatch, collecting: None) -> None:
    seen: list[bool] = []
    monkeypatch.setenv("CUSTOMIFY_PROCESS", "")  # is overwritten, and restored
    monkeypatch.setattr(
        "django.core.management.execute_from_command_line", lambda _: seen.append(gc.isenabled()), raising=True
    )
    manage.main()
    assert seen == [False]


def test_garbage_is_collected_once_everything_is_loaded(collecting: None) -> None:
    gc.disable()
    apps.get_app_config("ops").ready()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000  # objects of modules, at which it never looks again
