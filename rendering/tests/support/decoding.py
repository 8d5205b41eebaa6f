"""Running a picture through the child, and looking at what comes out."""

import io
import json
import tempfile
from typing import Any

from PIL import Image

from rendering.ingest import clean
from rendering.ingest.clean import CleanPicture, Copy, Limits
from rendering.ingest.sniff import kind_of


def taken(data: bytes, limits: Limits = Limits()) -> CleanPicture:  # noqa: B008  # frozen
    """Take a picture in."""
    return clean.ingest(data, limits)


def shown(copy: Copy) -> Image.Image:
    """Return a copy's pixels."""
    picture = Image.open(io.BytesIO(copy.data))
    picture.load()
    return picture


def at(copy: Copy, x: int, y: int) -> tuple[int, ...]:
    """Return one pixel's channels."""
    return tuple(shown(copy).crop((x, y, x + 1, y + 1)).tobytes())


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 6) -> bool:
    """Tell whether two colours are the same but for what JPEG does."""
    return len(one) == len(other) and all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def run(data: bytes, limits: Limits = Limits()) -> tuple[clean.Run, dict[str, Any]]:  # noqa: B008  # frozen
    """Decode in a child whatever the file's head says, and return what it took and said."""
    kind = kind_of(data[:64])[0] or "png"
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        done = clean.decode(file, kind, limits)
    head = done.answer.partition(b"\n")[0]
    return done, json.loads(head) if head else {}
