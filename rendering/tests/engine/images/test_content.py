"""What preflight finds in the pixels of pictures: fake transparency, soft edges; each picture is looked at once."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from rendering.engine.images import content
from rendering.engine.images.checkerboard import measure_checkerboard
from rendering.engine.images.content import measure_content
from rendering.tests.support.photos import StoredImage, draw_with_pictures, image_layer, photo

GREYS = [(255, 204), (255, 191), (255, 239), (153, 102), (255, 230), (254, 192)]


def _draw_squares(size: tuple[int, int], side: int, greys: tuple[int, int], offset: int = 0) -> Image.Image:
    y, x = np.mgrid[: size[1], : size[0]] + offset
    return Image.fromarray(np.repeat(np.where((x // side + y // side) % 2, *greys)[..., None], 3, 2).astype(np.uint8))


def _fake_transparency(seed: int) -> Image.Image:
    """Draw squares around a red disc, as JPEG gives them back."""
    rng = np.random.default_rng(seed)
    width, height = (int(each) for each in rng.integers(400, 900, 2))
    picture = _draw_squares((width, height), int(rng.integers(8, 25)), GREYS[seed % len(GREYS)], seed)
    part = float(rng.uniform(0.15, 0.35))
    corners = (width * (0.5 - part), height * (0.5 - part), width * (0.5 + part), height * (0.5 + part))
    ImageDraw.Draw(picture).ellipse(corners, fill=(200, 60, 40))
    return _as_jpeg(picture)


def _as_jpeg(picture: Image.Image) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return Image.open(out).convert("RGB")


def _measure(picture: Image.Image) -> float:
    return measure_checkerboard(np.asarray(picture))


def test_nearly_all_fake_transparency_is_found() -> None:
    assert sum(_measure(_fake_transparency(seed)) > 0.12 for seed in range(20)) >= 19


def test_photos_are_no_fake_transparency() -> None:
    rng = np.random.default_rng(5)
    photos = (photo(400, 300, seed, noise=float(rng.uniform(0, 8))) for seed in range(40))
    assert sum(_measure(_as_jpeg(each)) > 0 for each in photos) == 0


@pytest.mark.parametrize("side", [32, 50, 100])
def test_a_chess_board_is_no_fake_transparency(side: int) -> None:
    assert _measure(_draw_squares((8 * side, 8 * side), side, (240, 160))) == 0


@pytest.mark.parametrize("side", [8, 15, 20])
def test_gingham_is_no_fake_transparency(side: int) -> None:
    y, x = np.mgrid[:600, :600]
    cloth = 255 - x // side % 2 * 70 - y // side % 2 * 70
    assert measure_checkerboard(np.repeat(cloth[..., None], 3, 2).astype(np.uint8)) == 0


@pytest.mark.parametrize("side", [16, 24])
def test_photographed_tiles_are_no_fake_transparency(side: int) -> None:
    y, x = np.mgrid[:600, :600]
    floor = np.where((x // side + y // side) % 2, 160, 235) + np.random.default_rng(1).normal(0, 4, x.shape) + x * 0.05
    floor[(x % side < 2) | (y % side < 2)] = 190
    assert measure_checkerboard(np.repeat(np.clip(floor, 0, 255)[..., None], 3, 2).astype(np.uint8)) == 0


def test_stripes_and_dots_are_no_fake_transparency() -> None:
    y, x = np.mgrid[:400, :400]
    for pattern in (x // 10 % 2 == 0, (x % 20 - 10) ** 2 + (y % 20 - 10) ** 2 < 60):
        assert measure_checkerboard(np.repeat(np.where(pattern, 255, 204)[..., None], 3, 2).astype(np.uint8)) == 0


def test_a_soft_edge_is_told_from_a_smooth_one() -> None:
    alpha = Image.new("L", (400, 400))
    ImageDraw.Draw(alpha).ellipse((60, 60, 340, 340), fill=255)
    shares = []
    for blur in (0.7, 12):
        picture = Image.new("RGBA", alpha.size, (200, 60, 40, 255))
        picture.putalpha(alpha.filter(ImageFilter.GaussianBlur(blur)))
        shares.append(measure_content(picture).soft_share)
    assert shares[0] == 0
    assert shares[1] > 0.1


def test_fake_transparency_is_a_finding_and_each_picture_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Image.Image] = []

    def look(image: Image.Image) -> content.PictureContent:
        looks.append(image)
        return measure_content(image)

    monkeypatch.setattr(content, "measure_content", look)
    picture = StoredImage(_fake_transparency(3)).picture()
    data = {"version": 1, "placements": {"front": {"layers": [image_layer(), image_layer()]}}}
    first = draw_with_pictures(data, picture, outputs=["preview.png:60"])
    assert [each.layer for each in first.findings if each.code == "checkerboard_in_photo"] == [0, 1]
    draw_with_pictures(data, picture, outputs=["preview.png:90"])
    assert len(looks) == 1
