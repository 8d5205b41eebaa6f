"""How many workers a run has by itself, and in which order fault programmes run."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from customify.testing import plugin


@pytest.mark.parametrize(("markers", "workers"), [("containers", 1), ("chaos", 2 * (os.cpu_count() or 1))])
def test_the_number_of_workers_depends_on_the_kind_of_test(
    markers: str, workers: int, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the hook, which xdist implements, too."""
    monkeypatch.delenv("PYTEST_XDIST_AUTO_NUM_WORKERS", raising=False)
    monkeypatch.setattr(pytestconfig.option, "markexpr", markers)
    assert pytestconfig.hook.pytest_xdist_auto_num_workers(config=pytestconfig) == workers


def test_who_names_a_number_of_workers_gets_it(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "7")
    monkeypatch.setattr(pytestconfig.option, "markexpr", "chaos")
    assert pytestconfig.hook.pytest_xdist_auto_num_workers(config=pytestconfig) == 7


def test_long_fault_programmes_run_first(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = {"short": [pytest.mark.chaos.mark], "long": [pytest.mark.chaos(seconds=9).mark], "other": []}

    def item(name: str) -> SimpleNamespace:
        return SimpleNamespace(name=name, iter_markers=lambda _: marks[name])

    items = [item(name) for name in marks]
    plugin.pytest_collection_modifyitems(pytestconfig, items)
    assert [one.name for one in items] == list(marks), "other runs keep their order"
    monkeypatch.setattr(pytestconfig.option, "markexpr", "chaos")
    plugin.pytest_collection_modifyitems(pytestconfig, items)
    assert [one.name for one in items] == ["long", "short", "other"]


@pytest.mark.parametrize(("markers", "ignored"), [("chaos", True), ("chaos_short", True), ("chaos or fuzz", None)])
def test_files_without_fault_programmes_are_not_imported_for_these(
    markers: str, ignored: bool | None, pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytestconfig.option, "markexpr", markers)
    programme, other = tmp_path / "test_outages.py", tmp_path / "test_other.py"
    programme.write_text("pytestmark = pytest.mark.chaos\n")
    other.write_text("def test_chaos(): ...\n")
    assert plugin.pytest_ignore_collect(programme, pytestconfig) is None
    assert plugin.pytest_ignore_collect(other, pytestconfig) is ignored
    assert plugin.pytest_ignore_collect(tmp_path, pytestconfig) is None
