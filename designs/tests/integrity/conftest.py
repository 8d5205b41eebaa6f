"""Published designs and an asset with two copies, all files of which are stored."""

import io
import shutil

import pytest
from django.contrib.auth.models import User
from PIL import Image
from pytest_django import Settings

from designs import services
from designs.integrity import compare
from designs.models import Asset, Design
from designs.models.tenant import Tenant
from designs.services.assets import add_asset
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a storage that fails again at once."""
    monkeypatch.setattr(compare, "RETRY_PAUSES", (0.0, 0.0))


@pytest.fixture(autouse=True)
def empty_storage(settings: Settings) -> None:
    """A storage without the files of earlier tests."""
    for folder in ("designs", "private"):
        shutil.rmtree(settings.STORAGE.root / folder, ignore_errors=True)


@pytest.fixture
def published(make_design: MakeDesign, run_lane: RunLane, stored_at_once: None) -> Design:
    """A design whose files are drawn and stored."""
    design = make_design()
    run_lane()
    design.refresh_from_db()
    return design


@pytest.fixture
def photo(user: User, tmp_path_factory: pytest.TempPathFactory) -> Asset:
    """An asset that is large enough to have a working copy, noisy enough not to compress to nothing."""
    source = tmp_path_factory.mktemp("upload") / "photo.jpg"
    Image.effect_mandelbrot((1700, 1100), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(source, "JPEG", quality=80)
    return add_asset(Tenant(user.pk, is_test=False), source, "photo.jpg")


@pytest.fixture
def photo_design(user: User, photo: Asset) -> Design:
    """A design, not yet drawn, with the photo on it."""
    data = factories.image_design_data(photo.pk)
    return services.create_design(services.NewDesign(user.pk, "t-shirt", data))[0]


def decode(data: bytes) -> Image.Image:
    """Return a stored image."""
    return Image.open(io.BytesIO(data))
