"""The items of a HEIF file (ISO/IEC 23008-12), and how many pixels a decoder works on for its picture.

A picture may be put together from others: a grid of tiles, overlays on a canvas, and those again from others. A
decoder decodes an item once for every reference to it, so a few KB can ask for billions of pixels.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rendering.ingest.containers.header import MalformedFile, TooManyParts

MAX_BOXES = 4_000  # in one box
# A photo of 100 megapixels has some 400 tiles, and beside them their alpha, a depth map and the like.
MAX_ITEMS, MAX_REFERENCES, MAX_PROPERTIES_OF_ITEMS = 1_000, 2_000, 16_000
MAX_DEPTH = 6  # of references; an alpha plane that is a grid has two
# Pixels decoded for one of the picture: itself and its alpha plane, and the same again for putting tiles together.
MAX_DECODED, MAX_COMPOSED = 2.5, 4.0
SPARE_PIXELS = 8_000_000  # for what tiles extend beyond a small picture
ALPHA_NAMES = (b":auxid:1", b":alpha")  # the ends of the names (URN) of alpha planes

_ONLY_ONCE = {b"pitm", b"iinf", b"iref", b"iprp"}


class Box(NamedTuple):
    """Name, and start and end of the content."""

    name: bytes
    start: int
    end: int


@dataclass(slots=True)
class Items:
    """The items by id: what they are made from, their sizes (px) and their alpha planes."""

    primary: int = 0
    count: int = 0
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)
    made_from: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    auxiliary: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    alphas: set[int] = field(default_factory=set)


def iter_boxes(data: memoryview, at: int, end: int) -> Iterator[Box]:
    """Yield each box; MalformedFile for a box that extends beyond `end`."""
    for _ in range(MAX_BOXES):
        if at >= end:
            return
        length, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        after = at + length if length else end
        if after < start or after > end:
            raise MalformedFile("A box extends beyond the one that holds it.")
        yield Box(name, start, after)
        at = after
    if at < end:
        raise TooManyParts(f"More than {MAX_BOXES} boxes.")


def read_items(data: memoryview, start: int, end: int) -> Items:
    """Return the items of a `meta` box, of which `start` and `end` are the content."""
    items = Items()
    properties: list[Box] = []
    assigned: list[tuple[int, int]] = []
    boxes: dict[bytes, Box] = {}
    for box in iter_boxes(data, start + 4, end):
        if box.name in boxes and box.name in _ONLY_ONCE:
            raise MalformedFile("The file has two lists of its items.")  # programs differ in which one they read
        boxes[box.name] = box
    if b"pitm" not in boxes or b"iprp" not in boxes:
        raise MalformedFile("The file names no picture, or not its size.")
    at = boxes[b"pitm"].start
    (items.primary,) = struct.unpack_from(">I" if data[at] else ">H", data, at + 4)
    _count_items(data, boxes.get(b"iinf"), items)
    if b"iref" in boxes:
        _read_references(data, boxes[b"iref"], items)
    for box in iter_boxes(data, *boxes[b"iprp"][1:]):
        if box.name == b"ipco":
            properties += iter_boxes(data, box.start, box.end)
        elif box.name == b"ipma":
            _read_assignments(data, box, assigned)
    for item, index in assigned:
        if 1 <= index <= len(properties):
            _apply_property(data, items, item, properties[index - 1])
    return items


def _count_items(data: memoryview, box: Box | None, items: Items) -> None:
    if box is None:
        return
    (items.count,) = struct.unpack_from(">I" if data[box.start] else ">H", data, box.start + 4)
    if items.count > MAX_ITEMS:
        raise TooManyParts(f"More than {MAX_ITEMS} items.")


def _read_references(data: memoryview, box: Box, items: Items) -> None:
    code, length = (">I", 4) if data[box.start] else (">H", 2)
    total = 0
    for name, at, after in iter_boxes(data, box.start + 4, box.end):
        source, count = struct.unpack_from(f"{code}H", data, at)
        total += count
        if total > MAX_REFERENCES:
            raise TooManyParts(f"More than {MAX_REFERENCES} references.")
        if at + length + 2 + count * length > after:
            raise MalformedFile("A list of references is cut off.")
        targets = struct.unpack_from(f">{count}{code[1]}", data, at + length + 2)
        if name == b"dimg":
            items.made_from[source] += targets
        elif name == b"auxl":
            for target in targets:
                items.auxiliary[target].append(source)


def _read_assignments(data: memoryview, box: Box, assigned: list[tuple[int, int]]) -> None:
    """Add pairs of item and number of a property, from an `ipma` box."""
    code, length = (">I", 4) if data[box.start] else (">H", 2)
    is_wide = data[box.start + 3] & 1
    (count,) = struct.unpack_from(">I", data, box.start + 4)
    at = box.start + 8
    for _ in range(count):
        if at + length + 1 > box.end:
            raise MalformedFile("The properties of items are cut off.")
        (item,) = struct.unpack_from(code, data, at)
        number = data[at + length]
        numbers = struct.unpack_from(f">{number}{'H' if is_wide else 'B'}", data, at + length + 1)
        assigned += [(item, value & (0x7FFF if is_wide else 0x7F)) for value in numbers]
        if len(assigned) > MAX_PROPERTIES_OF_ITEMS:
            raise TooManyParts(f"More than {MAX_PROPERTIES_OF_ITEMS} properties of items.")
        at += length + 1 + number * (2 if is_wide else 1)


def _apply_property(data: memoryview, items: Items, item: int, box: Box) -> None:
    name, start, end = box
    if name == b"ispe":
        size: tuple[int, int] = struct.unpack_from(">II", data, start + 4)
        items.sizes[item] = max(size, items.sizes.get(item, size), key=lambda one: one[0] * one[1])
    elif name == b"auxC" and bytes(data[start + 4 : min(end, start + 204)]).split(b"\0")[0].endswith(ALPHA_NAMES):
        items.alphas.add(item)


def measure_work(items: Items) -> tuple[int, int]:
    """Return how many pixels are decoded for the picture, and how many are composed from decoded ones.

    Raises TooManyParts where that is more than any camera's or editor's file needs.
    """
    decoded, composed = _measure_item(items, items.primary, {}, 0)
    width, height = items.sizes[items.primary]
    most = width * height, SPARE_PIXELS
    if decoded > MAX_DECODED * most[0] + most[1] or composed > MAX_COMPOSED * most[0] + most[1]:
        raise TooManyParts(f"{decoded + composed:,} pixels are worked on for a picture of {width} × {height}.")
    return decoded, composed


def _measure_item(items: Items, item: int, known: dict[int, tuple[int, int]], depth: int) -> tuple[int, int]:
    if item in known:
        return known[item]
    if depth > MAX_DEPTH:  # or a circle
        raise TooManyParts(f"More than {MAX_DEPTH} pictures are made from each other.")
    if item not in items.sizes:
        raise MalformedFile("A picture has no size.")
    width, height = items.sizes[item]
    parts = items.made_from.get(item, [])
    decoded, composed = (0, width * height) if parts else (width * height, 0)
    for part in [*parts, *(other for other in items.auxiliary.get(item, ()) if other in items.alphas)]:
        more = _measure_item(items, part, known, depth + 1)
        decoded, composed = decoded + more[0], composed + more[1]
    known[item] = decoded, composed
    return known[item]
