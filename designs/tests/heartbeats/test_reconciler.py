from __future__ import annotations

import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from pytest_django import Settings

from customify.testing.spawn import Spawner, eventually_true
from designs.heartbeats import reconciler
from designs.models import Heartbeat
from designs.tests.heartbeats.test_file import check


def test_the_row_tells_how_long_no_reconciler_has_worked(db: None) -> None:
    assert reconciler.read_silence() is None
    reconciler.beat()
    Heartbeat.objects.update(beat_at=Now() - timedelta(minutes=5))
    silence = reconciler.read_silence()
    assert silence is not None
    assert 300 <= silence.total_seconds() < 310
    reconciler.beat()
    silence = reconciler.read_silence()
    assert silence is not None
    assert abs(silence.total_seconds()) < 10
    assert Heartbeat.objects.count() == 1


def test_the_file_is_written_while_the_database_is_away(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("the server is down")

    settings.HEARTBEAT_FILE = tmp_path / "heartbeat"
    monkeypatch.setattr(Heartbeat.objects, "bulk_create", refuse)
    reconciler.beat()
    assert check(tmp_path / "heartbeat")[0] == 0
    assert "the server is down" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_running_reconciler_beats_without_redis(
    spawn: Spawner, process_env: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "heartbeat"
    env = {**process_env, "REDIS_URL": "redis://127.0.0.1:1/0", "HEARTBEAT_FILE": str(file)}
    with spawn("reconcile", "--skip-checks", env={**env, "RENDER_RECONCILE_INTERVAL": "0.1"}) as process:
        assert eventually_true(Heartbeat.objects.exists, 60)
        first = Heartbeat.objects.get().beat_at
        assert eventually_true(lambda: Heartbeat.objects.get().beat_at > first, 60)
        assert check(file)[0] == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait_for_exit() == 0
