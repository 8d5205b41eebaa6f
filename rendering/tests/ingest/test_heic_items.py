"""What a HEIC makes a decoder do is known before it does it: its items are counted, and the pixels they ask for."""

import time
from collections.abc import Callable

import pytest

from rendering.ingest import clean
from rendering.ingest.clean import PictureRefused
from rendering.ingest.containers import MalformedFile, TooManyParts, read_header
from rendering.tests.support import image_files
from rendering.tests.support.decoding import decode, is_near, open_copy, pixel_at
from rendering.tests.support.heic_items import Item, build_heic, grid, nested_overlays, overlay, tile

MILLISECONDS = 0.05  # s of CPU time


COSTLY: dict[str, Callable[[], bytes]] = {
    "200 overlays in one": lambda: nested_overlays(200),
    "900 overlays in one": lambda: nested_overlays(900),
    "one overlay, 2,000 times": lambda: build_heic(
        tile(), overlay(3_000, 3_000, [1]), overlay(3_000, 3_000, [2] * 2_000)
    ),
    "ten times as many at each of five steps": lambda: build_heic(
        tile(), *(overlay(200, 200, [number] * 10) for number in range(1, 7))
    ),
    "a chain of ten": lambda: build_heic(tile(), *(overlay(100, 100, [number]) for number in range(1, 11))),
    "a circle": lambda: build_heic(tile(), overlay(100, 100, [3]), overlay(100, 100, [2])),
    "an item made from itself": lambda: build_heic(overlay(100, 100, [1])),
    "a large alpha plane": lambda: build_heic(
        tile(), overlay(5_000, 5_000, [1]), Item(b"hvc1", b"", (9_000, 9_000), (), 2), primary=2
    ),
    "1,001 items": lambda: build_heic(*[tile()] * 1_001),
    "2,001 references": lambda: build_heic(tile(), overlay(100, 100, [1] * 2_001)),
    "65,535 properties of each item": lambda: build_heic(tile(), meta=b"").replace(
        b"ipma\0\0\0\1\0\0\0\1", b"ipma\0\0\0\1\0\0\xff\xff"
    ),
}


@pytest.mark.parametrize("name", COSTLY)
def test_items_that_ask_for_much_are_refused_before_decoding(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "decode_in_child", lambda *_: pytest.fail("it was decoded"))
    data = COSTLY[name]()
    begun = time.thread_time()
    with pytest.raises(PictureRefused) as refused:
        decode(data)
    assert refused.value.code in {"too_complex", "damaged"}
    assert refused.value.code == "too_complex" or "properties" in name
    assert time.thread_time() - begun < MILLISECONDS


def test_a_photo_of_tiles_is_taken() -> None:
    tiles = range(1, 49)
    shown = decode(build_heic(*(tile() for _ in tiles), grid(8, 6, tiles))).full
    assert open_copy(shown).size == (768, 384)
    for column in range(8):
        assert is_near(pixel_at(shown, column * 96 + 30, 5 * 64 + 50), image_files.RED, 12)
        assert is_near(pixel_at(shown, column * 96 + 70, 20), image_files.BLUE, 12)


def test_a_photo_of_48_megapixels_in_tiles_may_be_decoded() -> None:
    tiles = [Item(b"hvc1", b"", (512, 512)) for _ in range(16 * 12)]
    alphas = [Item(b"hvc1", b"", (512, 512)) for _ in range(16 * 12)]
    numbers = range(1, len(tiles) + 1)
    photo = Item(b"grid", b"", (8_064, 6_048), list(numbers))
    alpha = Item(b"grid", b"", (8_064, 6_048), [number + len(tiles) for number in numbers], 2 * len(tiles) + 1)
    header = read_header(build_heic(*tiles, *alphas, photo, alpha, primary=2 * len(tiles) + 1), "heic")
    assert header.size == (8_064, 6_048)
    assert header.decoded_pixels == 2 * 16 * 12 * 512 * 512


def test_an_overlay_of_two_is_taken() -> None:
    shown = decode(build_heic(tile(), tile(), overlay(200, 100, [1, 2]))).full
    assert open_copy(shown).size == (200, 100)
    assert is_near(pixel_at(shown, 30, 50), image_files.RED, 12)


def test_pictures_beside_the_picture_do_not_count() -> None:
    beside = [overlay(5_000, 5_000, [1]) for _ in range(50)]  # thumbnails, depth maps: nobody decodes them
    assert decode(build_heic(tile(), *beside, primary=1)).full.width == 96


DAMAGED: dict[str, Callable[[], bytes]] = {
    "no size": lambda: build_heic(Item(b"hvc1", b"", None)),
    "a part without a size": lambda: build_heic(Item(b"hvc1", b"", None), overlay(100, 100, [1])),
    "a part that is not there": lambda: build_heic(overlay(100, 100, [7])),
    "two pictures of the whole": lambda: build_heic(tile(), meta=image_files.box(b"pitm", bytes(6))),
    "two lists of references": lambda: build_heic(
        tile(), overlay(96, 64, [1]), meta=image_files.box(b"iref", bytes(4))
    ),
    "two descriptions": lambda: build_heic(tile()) + image_files.box(b"meta", bytes(4)),
    "references that are cut off": lambda: build_heic(
        tile(), meta=image_files.box(b"iref", bytes(4) + image_files.box(b"dimg", b"\0\1\0\x09\0\1"))
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_items_that_contradict_the_standard_are_refused(name: str) -> None:
    with pytest.raises(MalformedFile):
        read_header(DAMAGED[name](), "heic")


def test_ids_of_four_bytes_are_read() -> None:
    assert decode(build_heic(tile(), tile(), grid(2, 1, [1, 2]), wide=True)).full.width == 192
    with pytest.raises(TooManyParts):
        read_header(
            build_heic(tile(), overlay(5_000, 5_000, [1] * 9), overlay(5_000, 5_000, [2] * 9), wide=True), "heic"
        )


def test_every_cut_description_is_refused_and_raises_nothing_else() -> None:
    data = build_heic(tile(), tile(alpha_of=3), grid(2, 1, [1, 1]), primary=3)
    for end in range(data.index(b"mdat") - 4):
        with pytest.raises((MalformedFile, TooManyParts)):
            read_header(data[:end], "heic")
