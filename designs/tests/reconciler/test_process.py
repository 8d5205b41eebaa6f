"""The reconciler as a process."""

from __future__ import annotations

import signal
from collections.abc import Mapping

import pytest
import redis

from customify.testing.spawn import Spawner, eventually_true
from designs import lifecycle, services
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign


@pytest.mark.django_db(transaction=True)
def test_it_wakes_and_collects_until_it_is_told_to_stop(
    make_design: MakeDesign, process_env: Mapping[str, str], empty_redis: redis.Redis, spawn: Spawner
) -> None:
    deleted = make_design()
    keys = factories.attempt_keys(factories.publish_newest_render(deleted))
    services.delete_design(deleted.pk, deleted.owner_id)
    make_design()
    empty_redis.flushdb()
    env = {**process_env, "RENDER_RECONCILE_INTERVAL": "0.1"}
    with spawn("reconcile", "--skip-checks", env=env) as process:
        assert eventually_true(lambda: empty_redis.llen("rq:queue:preview") == 1, 60)
        assert eventually_true(lambda: not lifecycle.due_garbage().exists(), 60)
        assert eventually_true(lambda: factories.stored_keys(keys) == [])
        process.send_signal(signal.SIGTERM)
        assert process.wait_for_exit() == 0
        output = process.read_output()
    assert "woken 1" in output
    assert "swept 1" in output
