"""Designs with assets: ownership, deletion, missing files, and storage outages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.db.models.functions import Now
from pytest_django import Settings

from designs import lifecycle, services
from designs.lifecycle import AssetInUseError, MissingAssetError
from designs.lifecycle.claim import MAX_LOST_LEASES
from designs.models import Asset, AssetUse, Design, PrintArea, Render
from designs.models.tenant import Tenant
from designs.renders.lanes import LaneRules
from designs.services import assets
from designs.tests.support import factories, images
from designs.tests.support.factories import TEXT_LAYER
from designs.tests.support.fixture_types import RunLane
from designs.tests.support.uploads import delete_stored_assets
from rendering import storage
from rendering.engine.validation.problems import SpecError
from rendering.storage import StorageUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_stored_assets() -> Iterator[None]:
    yield
    delete_stored_assets()


@pytest.fixture
def asset(user: User) -> Asset:
    return an_asset_of(Tenant(user.pk))


def an_asset_of(tenant: Tenant, data: bytes = b"") -> Asset:
    source = settings.STORAGE.root / "upload"
    source.write_bytes(data or images.photo_bytes())
    return assets.add_asset(tenant, source, "photo.jpg")


def data_with(*assets: object) -> dict[str, Any]:
    return factories.image_design_data(*assets, layers=[TEXT_LAYER])


def make(user: User, *assets: object, **more: Any) -> Design:
    return services.create_design(services.NewDesign(user.pk, "t-shirt", data_with(*assets), **more))[0]


def problems(user: User, *assets: object, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as refused:
        make(user, *assets, **more)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def test_an_asset_with_too_few_pixels_for_print_is_a_finding(user: User, asset: Asset, run_lane: RunLane) -> None:
    make(user, asset.pk)
    run_lane()
    (finding,) = (one for one in Render.objects.get().findings if one["code"] == "low_resolution")
    assert finding["required"] == PrintArea.objects.get(product__slug="t-shirt", placement="front").min_dpi
    assert finding["measured"] == 10.1  # 80 px on 200 mm


def test_a_design_snapshots_its_assets(user: User, asset: Asset) -> None:
    design = make(user, asset.pk, asset.pk)
    frozen = Render.objects.get().frozen["assets"]
    assert frozen == {
        str(asset.pk): {
            "full": f"assets/{asset.pk}/full.jpg", "working": f"assets/{asset.pk}/full.jpg",
            "width": 120, "height": 80, "sha256": asset.sha256,
            "working_width": 120, "working_height": 80, "working_sha256": asset.working_sha256,
        }
    }  # fmt: skip
    assert AssetUse.objects.get().revision == design.revisions.get()


def test_another_tenants_asset_does_not_exist(user: User, asset: Asset) -> None:
    stranger = factories.make_user()
    for who, more in ((stranger, {}), (user, {"is_test": True})):
        assert problems(who, asset.pk, **more) == [("/placements/front/layers/0/asset", "unknown_asset")]
    missing = "00000000-0000-4000-8000-000000000000"
    assert problems(user, asset.pk, missing) == [("/placements/front/layers/1/asset", "unknown_asset")]
    assert problems(user, "../etc/passwd") == [("/placements/front/layers/0/asset", "invalid_asset")]
    assert not Design.objects.exists()


def test_an_asset_in_a_group_is_in_use(user: User, asset: Asset) -> None:
    data = data_with(asset.pk)
    layers = data["placements"]["front"]["layers"]
    data["placements"]["front"]["layers"] = [{"type": "group", "layers": [{"type": "group", "layers": layers}]}]
    services.create_design(services.NewDesign(user.pk, "t-shirt", data))
    assert list(Render.objects.get().frozen["assets"]) == [str(asset.pk)]
    with pytest.raises(AssetInUseError):
        assets.delete_asset(asset.pk, Tenant(user.pk))


def test_the_logo_of_a_code_is_in_use(user: User, asset: Asset) -> None:
    data = data_with()
    code = {"type": "qr", "value": "1", "box": {"x": 0, "y": 0, "width": 99, "height": 99}}
    data["placements"]["front"]["layers"].append({**code, "logo": {"asset": str(asset.pk)}})
    services.create_design(services.NewDesign(user.pk, "t-shirt", data))
    assert list(Render.objects.get().frozen["assets"]) == [str(asset.pk)]
    with pytest.raises(AssetInUseError):
        assets.delete_asset(asset.pk, Tenant(user.pk))


def test_an_asset_in_use_is_not_deleted_and_its_designs_are_named(user: User, asset: Asset) -> None:
    tenant, design = Tenant(user.pk), make(user, asset.pk)
    with pytest.raises(AssetInUseError) as refused:
        assets.delete_asset(asset.pk, tenant)
    assert refused.value.designs == [design.pk]
    assert Asset.objects.filter_usable().filter(pk=asset.pk).exists()
    factories.edit_design(design, "Without it")
    assets.delete_asset(asset.pk, tenant)  # nothing is published yet, and the newest revision does not use it


def test_a_published_asset_is_kept_until_the_edit_is_drawn(
    user: User, asset: Asset, run_lane: RunLane, stored_at_once: None
) -> None:
    design = make(user, asset.pk)
    run_lane()
    factories.edit_design(design, "Without it")
    with pytest.raises(AssetInUseError):
        assets.delete_asset(asset.pk, Tenant(user.pk))
    run_lane()
    assets.delete_asset(asset.pk, Tenant(user.pk))


def test_a_deleted_design_releases_its_assets(user: User, asset: Asset) -> None:
    design = make(user, asset.pk)
    with pytest.raises(AssetInUseError):
        assets.delete_asset(asset.pk, Tenant(user.pk))
    services.delete_design(design.pk, user.pk)
    assets.delete_asset(asset.pk, Tenant(user.pk))
    assert not Asset.objects.filter_usable().filter(pk=asset.pk).exists()


def damage(asset: Asset, how: str) -> None:
    """Remove an asset's files, or replace them by another picture or by their first half."""
    keys = asset.keys.unique_keys()
    if how == "missing":
        storage.delete_files(keys, alias="private")
        return
    for key in keys:
        data = storage.read_file(key, alias="private").data
        wrong = images.photo_bytes(90, 90) if how == "another" else data[: len(data) // 2]
        storage.save_files([storage.StoredFile(key, wrong)], alias="private")


@pytest.mark.parametrize("how", ["missing", "another", "short"])
def test_a_wrong_answer_to_reading_an_asset_delays_the_render(
    user: User, asset: Asset, run_lane: RunLane, stored_at_once: None, how: str
) -> None:
    design = make(user, asset.pk)
    files = {key: storage.read_file(key, alias="private").data for key in asset.keys.unique_keys()}
    damage(asset, how)
    run_lane()
    render = factories.get_render(design)
    assert (render.state, render.failures, render.lost) == ("queued", 1, 0)
    assert str(asset.pk) in render.error_message
    storage.save_files([storage.StoredFile(key, data) for key, data in files.items()], alias="private")
    factories.expire(render)
    run_lane()
    design.refresh_from_db()
    assert design.status == "published"


def test_an_asset_that_stays_missing_for_a_day_fails_the_render_and_is_named(
    user: User, asset: Asset, run_lane: RunLane, stored_at_once: None, settings: Settings
) -> None:
    design = make(user, asset.pk)
    damage(asset, "missing")
    run_lane()
    Render.objects.update(first_failed_at=Now() - settings.RENDER_RETRY_FOR, due_at=Now())
    run_lane()
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("failed", "asset_unusable")
    assert str(asset.pk) in design.error_message
    assert "upload the picture again" in design.error_message


def test_a_storage_outage_delays_the_render(
    user: User, asset: Asset, run_lane: RunLane, stored_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = make(user, asset.pk)

    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "read_file", away)
        run_lane()
    render = Render.objects.get()
    assert (render.state, render.failures, render.error_message) == ("queued", 1, "away")
    factories.expire(render)
    run_lane()
    design.refresh_from_db()
    assert design.status == "published"


def test_a_storage_that_hangs_delays_the_render_and_blames_no_design(
    user: User, asset: Asset, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch, stored_at_once: None
) -> None:
    monkeypatch.setattr(LaneRules, "read_limit", 0.2)
    monkeypatch.setattr(LaneRules, "hard_limit", 0.3)  # waiting must not end the process
    design, released, read_file = make(user, asset.pk), Event(), storage.read_file

    def hang(*given: Any, **named: Any) -> Any:
        released.wait(30)
        return read_file(*given, **named)

    with monkeypatch.context() as outage:
        outage.setattr(storage, "read_file", hang)
        for _ in range(MAX_LOST_LEASES):
            run_lane()
            factories.expire(Render.objects.get())
    released.set()
    render = Render.objects.get()
    assert (render.state, render.failures, render.lost) == ("queued", MAX_LOST_LEASES, 0)
    assert str(asset.pk) in render.error_message
    run_lane()
    design.refresh_from_db()
    assert design.status == "published"


def test_the_receipt_names_the_asset(user: User, asset: Asset, run_lane: RunLane, stored_at_once: None) -> None:
    make(user, asset.pk)
    run_lane()
    receipt = Render.objects.get().receipt
    assert receipt["assets"] == {str(asset.pk): asset.sha256}
    assert receipt["inputs"] == Render.objects.get().inputs_sha256
    assert {"pillow", "uharfbuzz", "numpy"} <= receipt["libraries"].keys()


@pytest.mark.django_db(transaction=True)
def test_a_concurrently_deleted_asset_is_either_kept_or_missing(user: User, asset: Asset) -> None:
    def create(number: int) -> str:
        try:
            make(user, asset.pk)
        except (SpecError, MissingAssetError):
            return "missed"
        finally:
            connections["default"].close()
        return "made"

    def delete(number: int) -> str:
        try:
            assets.delete_asset(asset.pk, Tenant(user.pk))
        except AssetInUseError:
            return "kept"
        except assets.AssetGoneError:
            return "gone"
        finally:
            connections["default"].close()
        return "deleted"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: (create if number % 2 else delete)(number), range(8)))
    living = Asset.objects.filter(pk=asset.pk, deleted_at=None).exists()
    assert Design.objects.count() == outcomes.count("made")
    assert living == ("deleted" not in outcomes)
    if "made" in outcomes:
        assert living


def test_test_assets_are_deleted_after_the_designs_that_use_them(user: User) -> None:
    asset = an_asset_of(Tenant(user.pk, is_test=True))
    make(user, asset.pk, is_test=True)
    Asset.objects.update(created_at=factories.seconds_ago(31 * 86_400))
    assert lifecycle.delete_stale_assets() == 0
    Design.objects.update(created_at=factories.seconds_ago(31 * 86_400), deleted_at=Now(), published_render=None)
    assert lifecycle.delete_stale_assets() == 1
