import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from pytest_django import Settings

from customify.ops.smoke import probes
from customify.ops.smoke.render import SMOKE_USER, TrialRender, create_design, verify_file
from customify.ops.smoke.result import CheckFailed, run_check
from customify.tests.support.redis import UNREACHABLE_REDIS
from designs import lifecycle
from designs.heartbeats import reconciler as heartbeat
from designs.models import Design, Heartbeat, Product, Rendition
from designs.tests.support import factories
from rendering import storage
from rendering.engine.values import FontError
from rendering.fonts import catalogue as fonts
from rendering.storage_config import StorageConfig, storages_setting

RedisAt = Callable[[str], None]


def smoke(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Run the command beside a reconciler; it must fail. Return its line for each part."""
    heartbeat.beat()
    with pytest.raises(CommandError, match="of the parts do not work") as failure:
        call_command("smoke", "--timeout", "0.2")
    assert failure.value.returncode == 1
    lines = capsys.readouterr().out.replace("\n   →", " →").splitlines()
    return {line[2:].split(":")[0]: line for line in lines}


def crosses(lines: dict[str, str]) -> list[str]:
    return [part for part, line in lines.items() if line.startswith("❌")]


def test_the_other_parts_are_tried_without_redis(
    catalogue: None, redis_at: RedisAt, capsys: pytest.CaptureFixture[str]
) -> None:
    redis_at(UNREACHABLE_REDIS)
    lines = smoke(capsys)
    assert crosses(lines) == ["Redis", "Worker", "Render"]
    assert "→ Check REDIS_URL" in lines["Redis"]
    assert "hunter2" not in lines["Redis"]
    assert "Not tested: it needs Redis." in lines["Render"]
    assert not Design.objects.exists()


def test_a_storage_that_cannot_be_written_is_found(
    catalogue: None, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    settings.STORAGES = {**settings.STORAGES, **storages_setting(StorageConfig(root=file))}
    lines = smoke(capsys)
    assert crosses(lines) == ["Storage", "Worker", "Render"]
    assert "Check that STORAGE_ROOT" in lines["Storage"]
    assert "→ Run: manage.py smoke_storage" in lines["Storage"]


def test_an_unwritable_private_storage_is_found(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "private").touch()
    settings.STORAGES = {**settings.STORAGES, **storages_setting(StorageConfig(root=tmp_path))}
    with pytest.raises(CheckFailed, match="private"):
        probes.check_storage()


def test_checking_the_storage_leaves_no_file(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, **storages_setting(StorageConfig(root=tmp_path))}
    assert probes.check_storage() == "Local files can be written, read and deleted."
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_font_that_does_not_load_is_found(
    catalogue: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise FontError("Roboto-Regular is not a font.")

    monkeypatch.setattr(fonts, "warm_fonts", broken)
    lines = smoke(capsys)
    assert crosses(lines) == ["Fonts", "Worker", "Render"]
    assert "Roboto-Regular is not a font. → Install the dependencies again" in lines["Fonts"]


def test_migrations_that_are_not_applied_are_named(db: None) -> None:
    applied = MigrationRecorder.Migration.objects.filter(app="designs").order_by("name")
    newest = applied.values_list("name", flat=True).reverse()[0]
    applied.filter(name=newest).delete()
    with pytest.raises(CheckFailed, match=rf"1 migrations are not applied \(designs\.{newest}") as trouble:
        probes.check_database()
    assert trouble.value.fix == "Run: manage.py migrate"


def test_a_missing_worker_is_found_and_the_design_deleted(catalogue: None, capsys: pytest.CaptureFixture[str]) -> None:
    lines = smoke(capsys)
    assert crosses(lines) == ["Worker", "Render"]
    assert "None claimed a render within 0.2 s" in lines["Worker"]
    assert "registered" in lines["Worker"]
    assert "→ Start one: manage.py rqworker" in lines["Worker"]
    assert Design.objects.get().deleted_at is not None


def test_a_failed_render_is_reported_with_its_reason(catalogue: None) -> None:
    trial = TrialRender(timeout=0, design_id=create_design())
    assert lifecycle.fail_render(factories.claim_next_render(), "font_unusable", "The font is gone.")
    with pytest.raises(CheckFailed, match=r"font_unusable: The font is gone\."):
        trial.verify_render()


def test_a_slow_render_says_what_it_waits_for(catalogue: None) -> None:
    trial = TrialRender(timeout=0, design_id=create_design())
    lifecycle.retry_render(factories.claim_next_render(), "storage_unavailable", "The bucket does not answer.")
    with pytest.raises(CheckFailed, match=r"not published within 0 s\. The bucket does not answer\."):
        trial.verify_render()


def published_file(owner: User) -> Rendition:
    design = factories.make_design(owner)
    factories.publish_newest_render(design)
    return Rendition.objects.get(render__design=design, name="preview.png")


def test_a_file_that_is_not_the_drawn_one_is_found(owner: User) -> None:
    with pytest.raises(CheckFailed, match=r"preview\.png is not the file that the worker stored"):
        verify_file(published_file(owner))


def test_a_worker_with_a_storage_of_its_own_is_found(owner: User) -> None:
    file = published_file(owner)
    storage.delete_files([file.key])
    with pytest.raises(CheckFailed, match="not in this process' storage") as trouble:
        verify_file(file)
    assert "Let web and workers use the same storage" in trouble.value.fix


def test_the_smoke_user_can_never_log_in(catalogue: None) -> None:
    design = Design.objects.get(pk=create_design())
    assert (design.owner.username, design.owner.is_active) == (SMOKE_USER, False)
    assert not design.owner.has_usable_password()
    assert Design.objects.get(pk=create_design()).owner == design.owner


def test_an_existing_account_is_not_used(catalogue: None) -> None:
    User.objects.create_user(SMOKE_USER)
    with pytest.raises(CheckFailed, match="is active, so it seems to belong to a person"):
        create_design()
    assert not Design.objects.exists()


def test_a_missing_active_product_is_reported(catalogue: None) -> None:
    Product.objects.update(active=False)
    with pytest.raises(CheckFailed, match="No product is active"):
        create_design()


@pytest.mark.parametrize(
    "rules",
    [
        {"text_min": 1, "text_max": 3},
        {"text_min": 40, "text_max": 50},
        {"size_min": 0.5, "size_max": 2},
        {"size_min": 500, "size_max": 600},
    ],
)
def test_the_smoke_design_fits_any_rules_of_its_product(rules: dict[str, Any], catalogue: None) -> None:
    Product.objects.update(**rules)
    assert Design.objects.get(pk=create_design()).status == "rendering"


def test_an_unexpected_error_hides_no_other_part() -> None:
    def broken() -> str:
        raise ZeroDivisionError("division by zero")

    outcome = run_check("Part", broken)
    assert str(outcome).startswith("❌ Part: ZeroDivisionError: division by zero\n   → ")


def test_a_reconciler_that_never_ran_is_found(db: None) -> None:
    with pytest.raises(CheckFailed, match="None has ever run") as trouble:
        probes.check_reconciler()
    assert trouble.value.fix.startswith("Start one: manage.py reconcile")


def test_a_reconciler_that_works_no_more_is_found(db: None) -> None:
    heartbeat.beat()
    assert probes.check_reconciler() == "One worked 0 s ago."
    Heartbeat.objects.update(beat_at=Now() - timedelta(seconds=heartbeat.longest_silence() + 10))
    with pytest.raises(CheckFailed, match=r"None has worked for 7[56] s"):
        probes.check_reconciler()


def test_a_missing_reconciler_does_not_hide_a_missing_worker(
    catalogue: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="3 of the parts"):
        call_command("smoke", "--timeout", "0.2")
    assert "❌ Reconciler: None has ever run." in capsys.readouterr().out


def test_a_folder_without_room_for_uploads_is_found(settings: Settings) -> None:
    assert "MB for uploads" in probes.check_temporary_files()
    settings.ASSET_MAX_MEGAPIXELS = 10**9
    with pytest.raises(CheckFailed, match=rf"The folder {tempfile.gettempdir()}: .* MB are free"):
        probes.check_temporary_files()


def test_a_missing_folder_of_temporary_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/missing")
    with pytest.raises(CheckFailed, match=r"The folder /missing: No such file.*set TMPDIR"):
        probes.check_temporary_files()


def test_a_pooled_role_without_time_limits_is_found(settings: Settings, db: None) -> None:
    settings.DATABASE_PGBOUNCER = True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'")
        cursor.execute("SET LOCAL lock_timeout = 0")
    with pytest.raises(CheckFailed, match="lock_timeout") as trouble:
        probes.check_database()
    assert "ALTER ROLE postgres SET lock_timeout = '10s'" in trouble.value.fix
    assert "statement_timeout" not in trouble.value.fix


def test_a_timeout_of_zero_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="--timeout must be above 0"):
        call_command("smoke", "--timeout", "0")
