"""The pytest plugin (`-p customify.testing.plugin`): starts the servers before Django's settings are read.

xdist's workers are child processes of the run: they get the servers from the environment. Each has its own Redis
database and storage folder; pytest-django gives each its own PostgreSQL database.
"""

import gc
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from customify.ops.processes import StartError
from customify.testing import environment
from customify.testing.fixtures import empty_redis, postgres_url, process_env, redis_url, s3_server, server_env
from customify.testing.network_guard import no_outside_connections
from customify.testing.servers import BackingServers
from customify.testing.spawn import spawn
from customify.testing.static_files import static_files_found_once

__all__ = [
    "empty_redis",
    "no_outside_connections",
    "postgres_url",
    "process_env",
    "redis_url",
    "s3_server",
    "server_env",
    "spawn",
    "static_files_found_once",
]

# With one of these pytest runs no test, so no servers are needed.
IDLE_OPTIONS = ("collectonly", "help", "version", "showfixtures", "show_fixtures_per_test", "markers")

CHAOS_MARKERS = ("chaos", "chaos_short")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Start the servers and set the environment; as a wrapper this runs before pytest-django loads the settings."""
    gc.disable()  # until the tests are collected
    worker = environment.worker_number()
    if worker is None:
        _prepare_run(early_config)
    root = Path(os.environ[environment.ROOT_VARIABLE])
    os.environ.update(environment.process_variables(root, worker or 0, os.environ.get(environment.REDIS_VARIABLE)))
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Look for no garbage while the tests are loaded, and never look at them again: they live until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True, tryfirst=True)  # xdist may not be in use; before its own
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Use two workers for each CPU for chaos tests: they wait for leases and restarts half of the time.

    Tests of containers share one set of services, so they have one worker.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    if config.option.markexpr == "containers":
        return 1
    return 2 * (os.cpu_count() or 1) if _selects_chaos(config) else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker one fault programme at a time, so that all end at about the same time."""
    if not _selects_chaos(config):
        return None
    from xdist.scheduler import LoadScheduling  # noqa: PLC0415 - xdist may not be in use

    config.option.maxschedchunk = 1
    return LoadScheduling(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file without fault programmes where these alone are asked for: each worker would import all of them."""
    if config.option.markexpr not in CHAOS_MARKERS or collection_path.suffix != ".py":
        return None
    return "mark.chaos" not in collection_path.read_text() or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run long fault programmes first; `pytest.mark.chaos(seconds=…)` says about how long one takes."""
    if _selects_chaos(config):
        items.sort(key=_chaos_seconds, reverse=True)


def _chaos_seconds(item: pytest.Item) -> float:
    return max((mark.kwargs.get("seconds", 0) for mark in item.iter_markers("chaos")), default=0)


def _selects_chaos(config: pytest.Config) -> bool:
    markers = config.option.markexpr
    return "chaos" in markers and "not chaos" not in markers


def _prepare_run(config: pytest.Config) -> None:
    environment.remove_foreign(os.environ)
    servers = BackingServers()
    config.add_cleanup(servers.stop_all)
    os.environ.update(environment.base_variables(servers.root))
    if any(getattr(config.known_args_namespace, option, False) for option in IDLE_OPTIONS):
        return
    try:
        os.environ.update(servers.start_all())
    except StartError as error:
        raise pytest.UsageError(str(error)) from error
