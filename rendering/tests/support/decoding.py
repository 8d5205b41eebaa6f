"""Running a picture through the child, and looking at what comes out."""

import io
import json
import tempfile
from typing import Any

from PIL import Image

from rendering.ingest import clean
from rendering.ingest.clean import CleanPicture, EncodedCopy, IngestLimits
from rendering.ingest.sniff import sniff_kind


def decode(data: bytes, limits: IngestLimits = IngestLimits()) -> CleanPicture:  # noqa: B008  # frozen
    """Take a picture in."""
    return clean.ingest_picture(data, limits)


def open_copy(copy: EncodedCopy) -> Image.Image:
    """Return a copy's pixels."""
    picture = Image.open(io.BytesIO(copy.data))
    picture.load()
    return picture


def pixel_at(copy: EncodedCopy, x: int, y: int) -> tuple[int, ...]:
    """Return one pixel's channels."""
    return tuple(open_copy(copy).crop((x, y, x + 1, y + 1)).tobytes())


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 6) -> bool:
    """Tell whether two colours are the same but for what JPEG does."""
    return len(one) == len(other) and all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def run_child(data: bytes, limits: IngestLimits = IngestLimits()) -> tuple[clean.ChildResult, dict[str, Any]]:  # noqa: B008  # frozen
    """Decode in a child whatever the file's head says, and return what it took and said."""
    kind = sniff_kind(data[:64])[0] or "png"
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        done = clean.decode_in_child(file, kind, limits)
    head = done.answer.partition(b"\n")[0]
    return done, json.loads(head) if head else {}
