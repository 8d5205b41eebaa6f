"""Jobs that a version before the packages enqueued still run after an upgrade."""

from collections.abc import Mapping

import pytest
import redis

from customify.testing.spawn import Spawner
from designs import services
from designs.broker.queue import lane_queue
from designs.models import Garbage, Rendition
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db(transaction=True)


def run_burst(spawn: Spawner, env: Mapping[str, str]) -> None:
    with spawn("rqworker", "--skip-checks", "--burst", env=env) as process:
        assert process.wait_for_exit() == 0


def test_a_waiting_job_with_the_earlier_name_draws_the_render(
    make_design: MakeDesign, empty_redis: "redis.Redis", spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    design = make_design()
    empty_redis.flushdb()
    lane_queue("preview").enqueue("designs.jobs.work_lane", "preview")
    run_burst(spawn, process_env)
    render = factories.get_render(design)
    assert (render.state, render.attempt) == ("succeeded", 1)
    assert Rendition.objects.filter(render=render).count() == 6
    assert lane_queue("preview").failed_job_registry.count == 0


def test_waiting_sweeps_of_earlier_versions_do_nothing(
    make_design: MakeDesign, empty_redis: "redis.Redis", spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    design = make_design()
    keys = factories.attempt_keys(factories.publish_newest_render(design))
    services.delete_design(design.pk, design.owner_id)
    factories.make_garbage_due()
    empty_redis.flushdb()
    for name in ("designs.jobs.sweep", "designs.worker.jobs.sweep"):
        lane_queue("preview").enqueue(name)
    run_burst(spawn, process_env)
    assert lane_queue("preview").count == lane_queue("preview").failed_job_registry.count == 0
    assert factories.stored_keys(keys) == keys  # the reconciler deletes them
    assert Garbage.objects.filter(design_id=design.pk).exists()


def test_an_unknown_name_fails_and_the_worker_goes_on(
    make_design: MakeDesign, empty_redis: "redis.Redis", spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    design = make_design()
    empty_redis.flushdb()
    lane_queue("preview").enqueue("designs.jobs.unknown")
    lane_queue("preview").enqueue("designs.jobs.work_lane", "preview")
    run_burst(spawn, process_env)
    assert lane_queue("preview").failed_job_registry.count == 1
    assert factories.get_render(design).state == "succeeded"
