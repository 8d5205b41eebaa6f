"""HEIC files put together from items: grids of tiles, overlays on a canvas, alpha planes, and those again in others."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from rendering.ingest.containers.heic_items import iter_boxes
from rendering.tests.support.heic_files import HEIC
from rendering.tests.support.image_files import box

TILE_SIZE = (96, 64)  # px, of the scene
ALPHA = b"urn:mpeg:hevc:2015:auxid:1\0"


@dataclass(frozen=True)
class Item:
    """An item; `made_from` and `alpha_of` are numbers of items, from 1. `size` None leaves it out."""

    kind: bytes
    data: bytes
    size: tuple[int, int] | None
    made_from: Sequence[int] = ()
    alpha_of: int = 0


def _content(data: bytes, *path: bytes) -> bytes:
    """Return the content of a box within boxes of the scene's file."""
    start, end = 0, len(data)
    for name in path:
        start += 4 * (name != path[0] and path[path.index(name) - 1] == b"meta")
        _, start, end = next(found for found in iter_boxes(memoryview(data), start, end) if found.name == name)
    return data[start:end]


_DECODER = _content(HEIC, b"meta", b"iprp", b"ipco", b"hvcC")
_PIXELS = _content(HEIC, b"mdat")


def tile(*, alpha_of: int = 0) -> Item:
    """Return the scene."""
    return Item(b"hvc1", _PIXELS, TILE_SIZE, alpha_of=alpha_of)


def grid(columns: int, rows: int, tiles: Sequence[int]) -> Item:
    """Return a grid of scenes."""
    width, height = columns * TILE_SIZE[0], rows * TILE_SIZE[1]
    data = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
    return Item(b"grid", data, (width, height), tiles)


def overlay(width: int, height: int, parts: Sequence[int]) -> Item:
    """Return a white canvas with other items in its upper left corner."""
    head = struct.pack(">BB4HHH", 0, 0, *(65_535,) * 4, width, height)
    return Item(b"iovl", head + bytes(4 * len(parts)), (width, height), parts)


def build_heic(*items: Item, primary: int = 0, meta: bytes = b"", wide: bool = False) -> bytes:
    """Return a file; the last item is its picture unless another one is.

    `meta` holds boxes to add to its description; `wide` numbers have four bytes.
    """
    version, code = (1, "I") if wide else (0, "H")
    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    properties = [box(b"hvcC", _DECODER)]
    entries = b""
    for number, item in enumerate(items, 1):
        indexes = [1] if item.kind == b"hvc1" else []
        if item.size is not None:
            properties.append(box(b"ispe", struct.pack(">III", 0, *item.size)))
            indexes.append(len(properties))
        if item.alpha_of:
            properties.append(box(b"auxC", bytes(4) + ALPHA))
            indexes.append(len(properties))
        entries += struct.pack(f">{code}B{len(indexes)}H", number, len(indexes), *indexes)
    references = b"".join(
        box(name, struct.pack(f">{code}H{len(targets)}{code}", number, len(targets), *targets))
        for number, item in enumerate(items, 1)
        for name, targets in ((b"dimg", item.made_from), (b"auxl", [item.alpha_of] if item.alpha_of else []))
        if targets
    )
    infos = b"".join(
        box(b"infe", struct.pack(f">I{code}H4s", 2 + version << 24, number, 0, item.kind) + b"\0")
        for number, item in enumerate(items, 1)
    )
    boxes = [
        box(b"hdlr", bytes(8) + b"pict" + bytes(13)),
        box(b"pitm", struct.pack(f">I{code}", version << 24, primary or len(items))),
        box(b"iinf", struct.pack(f">I{code}", version << 24, len(items)) + infos),
        box(
            b"iprp",
            box(b"ipco", b"".join(properties))
            + box(b"ipma", struct.pack(">II", version << 24 | 1, len(items)) + entries),
        ),
        box(b"iref", bytes((version, 0, 0, 0)) + references) if references else b"",
        meta,
    ]
    length = len(head) + 12 + sum(map(len, boxes)) + 16 + 14 * len(items) + 8  # up to the pixels
    places, at = b"", length
    for number, item in enumerate(items, 1):
        places += struct.pack(">HHHII", number, 0, 1, at, len(item.data))
        at += len(item.data)
    boxes.append(box(b"iloc", struct.pack(">IBBH", 0, 0x44, 0, len(items)) + places))
    whole = head + box(b"meta", bytes(4) + b"".join(boxes))
    return whole + box(b"mdat", b"".join(item.data for item in items))


def nested_overlays(count: int) -> bytes:
    """A tile, `count` canvases of 25 megapixels with it, and a canvas of those."""
    numbers = range(2, count + 2)
    return build_heic(tile(), *(overlay(5_000, 5_000, [1]) for _ in numbers), overlay(5_000, 5_000, numbers))
