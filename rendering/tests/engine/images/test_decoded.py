"""Which copy of an image is read, how often, and what the cache keeps of it."""

import io
import resource
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from customify.testing.spawn import PROJECT
from rendering.engine.images import content, decoded
from rendering.engine.images.decoded import ImageCache, decode_picture
from rendering.engine.values import Area, Output, Picture, PictureError
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, SQUARE, long_form
from rendering.tests.support.photos import ASSET, StoredImage, box_data, draw_with_pictures, image_layer, photo, sticker

SIZE = (1200, 900)


@pytest.fixture(autouse=True)
def known_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let preflight know what the pictures show: the first time in a process, it reads their working copy for that."""
    shown = content.PictureContent(True, 0.0, 0.0, np.zeros((1, 3), np.uint8))  # noqa: FBT003  is opaque
    monkeypatch.setattr(content, "measure_content", lambda _: shown)
    monkeypatch.setattr(ImageCache, "decode_working", lambda _, __: None)


@pytest.fixture
def kept() -> StoredImage:
    return StoredImage(photo(*SIZE), working_side=400)


@pytest.mark.parametrize(
    ("layer", "outputs", "copies"),
    [
        ({}, ["preview.png:300"], {"working": 1}),
        ({}, ["preview.png:303"], {"full": 1}),  # the working copy is 3 px too small for it
        ({}, ["thumbnail.png:100", "preview.png:300", "preview.webp:300"], {"working": 1}),
        ({}, ["thumbnail.png:100", "preview.png:600"], {"working": 1, "full": 1}),
        ({"fit": "contain"}, ["preview.png:400"], {"working": 1}),
        ({"crop": {"width": 0.4, "height": 0.4}}, ["preview.png:300"], {"full": 1}),
        ({"box": box_data(0, 0, 100, 100)}, ["preview.png:1200"], {"working": 1}),
        ({"box": box_data(0, 0, 100, 100), "rotation": 40}, ["preview.png:1200"], {"working": 1}),
        ({"box": box_data(-900, 0, 100, 100)}, ["preview.png:1200"], {}),
        ({"hidden": True}, ["preview.png:600"], {}),
        ({"opacity": 0}, ["preview.png:600"], {}),
    ],
)
def test_the_working_copy_is_read_wherever_it_is_large_enough(
    kept: StoredImage, layer: dict[str, Any], outputs: list[str], copies: dict[str, int]
) -> None:
    draw_with_pictures(long_form(image_layer(**layer)), kept.picture(), outputs=outputs)
    assert kept.reads == copies


def test_a_small_upload_has_one_copy() -> None:
    small = StoredImage(photo(200, 150))
    draw_with_pictures(long_form(image_layer()), small.picture(), outputs=["preview.png:600", "thumbnail.png:50"])
    assert small.reads == {"working": 1}


def test_a_hundred_layers_of_an_image_decode_it_once(kept: StoredImage) -> None:
    layers = [image_layer(box=box_data(number * 5, number * 5, 60, 60), rotation=number * 3) for number in range(100)]
    draw_with_pictures(long_form(*layers), kept.picture(), outputs=["preview.png:300", "thumbnail.png:100"])
    assert kept.reads == {"working": 1}


def test_a_large_file_in_bands_decodes_an_image_once(kept: StoredImage) -> None:
    wanted = [Output("print.png", "print_file", "png", 2000)]
    draw(long_form(image_layer()), RULES, installed_fonts(), wanted, areas=[SQUARE], pictures={ASSET: kept.picture()})
    assert kept.reads == {"full": 1}


def test_the_cache_keeps_what_has_room_and_decodes_the_rest_each_time(
    kept: StoredImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [StoredImage(photo(600, 450, seed)) for seed in range(3)]
    ids = [f"{number}" * 8 + ASSET[8:] for number in range(3)]
    monkeypatch.setattr(decoded, "_CACHE_BYTES", 600 * 450 * 4 * 2)
    data = long_form(*(image_layer(asset) for asset in ids))
    pictures = [other.picture(asset) for other, asset in zip(others, ids, strict=True)]
    draw_with_pictures(data, *pictures, outputs=["preview.png:600", "thumbnail.png:300", "thumbnail-100.png:100"])
    # The last one for each of three files, and once to see whether it hides the others.
    assert [other.reads["working"] for other in others] == [1, 1, 4]


@pytest.mark.parametrize(("asked", "size"), [(600, 800), (410, 800), (400, 400), (300, 400), (200, 200), (40, 50)])
def test_a_jpeg_is_decoded_no_larger_than_needed(asked: int, size: int) -> None:
    wide = StoredImage(photo(800, 600)).picture()
    pictures = ImageCache({ASSET: wide})
    level = pictures.get_level(ASSET, asked, asked * 0.75, 1.0)
    assert (level.image.width, level.width) == (size, size)


def test_the_largest_requested_size_decides_the_decoded_size(kept: StoredImage) -> None:
    pictures = ImageCache({ASSET: kept.picture()})
    for across in (50, 380, 100):
        pictures.expect_size(ASSET, across, across * 0.75)
    assert pictures.get_level(ASSET, 50, 37.5, 1.0).image.width == 50
    assert pictures.get_level(ASSET, 380, 285, 1.0).image.width == 400
    assert kept.reads == {"working": 1}


def test_an_unexpected_larger_size_is_decoded_again(kept: StoredImage) -> None:
    pictures = ImageCache({ASSET: kept.picture()})
    assert pictures.get_level(ASSET, 50, 37.5, 1.0).image.width == 50
    assert pictures.get_level(ASSET, 380, 285, 1.0).image.width == 400
    assert kept.reads == {"working": 2}


@pytest.mark.parametrize(
    "corrupt",
    [
        lambda data: data[: len(data) // 2],
        lambda _: b"",
        lambda data: b"GIF89a" + data,
        lambda data: data[:3] + bytes(len(data) - 3),
        lambda data: data[:40],
    ],
    ids=["half", "nothing", "another kind", "zeros", "a header"],
)
@pytest.mark.parametrize("clear", [False, True], ids=["jpeg", "png"])
def test_bytes_that_are_not_an_image_are_refused(corrupt: Any, clear: bool) -> None:
    good = StoredImage(sticker(60) if clear else photo(80, 60)).picture()
    corrupted = corrupt(good.full())
    bad = replace(good, full=lambda: corrupted, working=lambda: corrupted)
    with pytest.raises(PictureError, match=f"asset {ASSET} is not an image of"):
        draw_with_pictures(long_form(image_layer()), bad)


def test_an_image_with_another_size_than_declared_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = StoredImage(photo(80, 60)).picture()
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("decoded"))
    with pytest.raises(PictureError, match="not an image of 81 × 60 px"):
        draw_with_pictures(long_form(image_layer()), replace(good, width=81, working_width=81))


def test_an_error_while_reading_passes_through() -> None:
    def gone() -> bytes:
        raise PictureError("it is gone")

    good = StoredImage(photo(80, 60)).picture()
    with pytest.raises(PictureError, match=r"^it is gone$"):
        draw_with_pictures(long_form(image_layer()), replace(good, working=gone))


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "I;16", "RGB"])
def test_pngs_of_other_kinds_are_drawn(mode: str) -> None:
    out = io.BytesIO()
    (Image.new("I;16", (8, 8), 40_000) if mode == "I;16" else Image.new(mode, (8, 8), 1)).save(out, "PNG")
    data = out.getvalue()
    level, _ = decode_picture(Picture(ASSET, 8, 8, 8, 8, "", lambda: data, lambda: data), "full")
    assert level.image.mode == ("RGBA" if mode == "LA" else "RGB")


PROGRAM = f"from {__name__} import many; print(many())"


def many() -> float:
    """Draw 100 images of 3 megapixels as a print file; return by how many MB the peak memory grew."""
    source = StoredImage(photo(2000, 1500)).picture()
    ids = [f"{number:08}" + ASSET[8:] for number in range(100)]
    layers = [image_layer(asset, box=box_data(number * 4, number * 4, 200, 150)) for number, asset in enumerate(ids)]
    wanted = [Output("print.png", "print_file", "png", 1500)]
    pictures = {asset: replace(source, asset=asset) for asset in ids}
    area = Area("front", 600, 600)
    draw(long_form(layers[0]), RULES, installed_fonts(), wanted, areas=[area], pictures=pictures)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    draw(long_form(*layers), RULES, installed_fonts(), wanted, areas=[area], pictures=pictures)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def test_a_hundred_images_take_no_more_memory_than_the_cache_allows() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 130  # MB, 100 of it the cache; all images would take 1,200, or 300 scaled down
