"""HEIC (ISO/IEC 23008-12): a sequence of boxes. libheif reads the image; an animation has a `moov` box."""

from __future__ import annotations

import re

from rendering.ingest.containers.header import ColorTags, FileHeader, MalformedFile
from rendering.ingest.containers.heic_items import iter_boxes, measure_work, read_items

HDR_COLORS = re.compile(rb"colrnclx..\0[\x10\x12]", re.DOTALL)  # a box that names PQ or HLG (H.273, table 3)


def read_header(data: bytes) -> FileHeader:
    """Return the whole file as one part; `frames` is 2 for any animation.

    Its size is that of the stored picture: before it is turned or cropped.
    """
    view = memoryview(data)
    boxes = list(iter_boxes(view, 0, len(data)))
    if any(name == b"moov" for name, _, _ in boxes):
        return FileHeader((view,), frames=2)
    metas = [(start, end) for name, start, end in boxes if name == b"meta"]
    if len(metas) != 1:
        raise MalformedFile("The file holds no image, or several descriptions of it.")
    items = read_items(view, *metas[0])
    decoded, _ = measure_work(items)
    # libheif reads the colours; whether they are those of HDR must be known before it may.
    colors = ColorTags(deep=HDR_COLORS.search(data) is not None)
    return FileHeader((view,), items.sizes[items.primary], colors=colors, decoded_pixels=decoded)
