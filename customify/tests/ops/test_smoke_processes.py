from collections.abc import Mapping

import pytest
import redis
from django.core.management import call_command

from customify.testing.spawn import Spawner
from designs.heartbeats import reconciler as heartbeat
from designs.models import Design, Event, Garbage
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories

PARTS = ["Database", "Redis", "Storage", "Temporary files", "Fonts", "Worker", "Render", "Reconciler"]


def test_a_healthy_deployment_passes_every_part(
    process_env: Mapping[str, str],
    empty_redis: redis.Redis,
    spawn: Spawner,
    capsys: pytest.CaptureFixture[str],
) -> None:
    factories.install_catalogue()
    with spawn("rqworker", env=process_env), spawn("reconcile", env=process_env):
        call_command("smoke", "--timeout", "60")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"✅ {part}" for part in PARTS]
    assert lines[-2] == "✅ Render: 6 files are published and match their rows."
    assert "1 registered" in lines[-3]


def test_the_smoke_design_is_deleted_with_its_files(
    process_env: Mapping[str, str], empty_redis: redis.Redis, spawn: Spawner
) -> None:
    factories.install_catalogue()
    heartbeat.beat()
    with spawn("rqworker", "preview", env=process_env):
        call_command("smoke", "--timeout", "60")
    design = Design.objects.get()
    assert design.deleted_at is not None
    assert Garbage.objects.count() == collect_garbage() == 1
    assert factories.event_types(design.pk)[-1] == "deleted"
    assert Event.objects.filter(design_id=design.pk, type="published").count() == 1


def test_the_other_parts_are_tried_without_the_database(
    process_env: Mapping[str, str], empty_redis: redis.Redis, spawn: Spawner
) -> None:
    dead = {**process_env, "DATABASE_URL": "postgres://customify:hunter2@127.0.0.1:1/customify"}
    with spawn("smoke", env=dead) as process:
        assert process.wait_for_exit() == 1
        output = process.read_output()
    assert "❌ Database: It does not answer" in output
    assert "→ Check DATABASE_URL" in output
    for part in ("Redis", "Storage", "Fonts"):
        assert f"✅ {part}:" in output
    for part in ("Render", "Reconciler"):
        assert f"❌ {part}: Not tested: it needs the database." in output
    assert "hunter2" not in output
