"""Decode an image in the child, and look at the result."""

import io
import json
import tempfile
from typing import Any

from PIL import Image

from rendering.ingest import clean
from rendering.ingest.clean import CleanPicture, EncodedCopy, IngestLimits
from rendering.ingest.sniff import sniff_kind


def decode(data: bytes, limits: IngestLimits = IngestLimits()) -> CleanPicture:  # noqa: B008  # frozen
    """Ingest an image from memory."""
    return clean.ingest_picture(data, limits)


def open_copy(copy: EncodedCopy) -> Image.Image:
    """Open a copy and load its pixels."""
    picture = Image.open(io.BytesIO(copy.data))
    picture.load()
    return picture


def pixel_at(copy: EncodedCopy, x: int, y: int) -> tuple[int, ...]:
    """Return one pixel's channels."""
    return tuple(open_copy(copy).crop((x, y, x + 1, y + 1)).tobytes())


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 6) -> bool:
    """Tell whether two colours differ by at most `by` in each channel, as after JPEG compression."""
    return len(one) == len(other) and all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def run_child(data: bytes, limits: IngestLimits = IngestLimits()) -> tuple[clean.ChildResult, dict[str, Any]]:  # noqa: B008  # frozen
    """Decode in a child without looking at the header first; return the result and the head of the answer."""
    kind = sniff_kind(data[:64])[0] or "png"
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        done = clean.decode_in_child(file, kind, limits)
    head = done.answer.partition(b"\n")[0]
    return done, json.loads(head) if head else {}
