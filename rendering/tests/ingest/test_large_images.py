"""Images larger than the stored copies may be: shrunk without moiré, in every format."""

import math

import numpy as np
import pytest
from PIL import Image

from rendering.ingest.clean import IngestLimits, PictureRefused
from rendering.tests.support import image_files
from rendering.tests.support.decoding import decode, open_copy
from rendering.tests.support.test_cards import zone_plate

LIMITS = IngestLimits(stored_pixels=30_000, working_side=150)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "RGBA"])
def test_a_larger_image_is_shrunk_to_what_is_stored(kind: str) -> None:
    image = zone_plate(400, 300)
    if kind == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    clean = decode(image_files.encode(image, "PNG" if kind == "RGBA" else kind, **options), LIMITS)

    assert (clean.full.width, clean.full.height) == (200, 150)
    assert (clean.working.width, clean.working.height) == (150, 112)
    found, wanted = open_copy(clean.full), image.convert("RGBa" if kind == "RGBA" else "RGB")
    wanted = wanted.resize((200, 150), Image.Resampling.LANCZOS).convert(found.mode)
    error = np.asarray(found).astype(float) - np.asarray(wanted)
    assert math.sqrt(np.square(error).mean()) <= 1


def test_fifty_megapixels_are_accepted_by_default() -> None:
    header = image_files.raw_png((8_165, 6_123), 1, 0, b"")  # 49,994,295 px
    with pytest.raises(PictureRefused) as refused:
        decode(header)
    assert refused.value.code == "damaged"  # it has no pixels, but its size is not refused
    with pytest.raises(PictureRefused) as refused:
        decode(image_files.raw_png((8_200, 6_123), 1, 0, b""))
    assert refused.value.code == "too_many_pixels"
