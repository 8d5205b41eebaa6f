"""Photos made in code, as JPEG: natural noise (amplitude 1 / frequency), colours and grain; random (seeded)."""

import io
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.values import Picture
from rendering.ingest.clean import ingest_picture

WIDTH, HEIGHT = 4000, 3000  # px: 12 megapixels
WORKING_SIZE = (1600, 1200)
PHOTO_COUNT = 3
ASSET_ID = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80"


class PhotoJob(NamedTuple):
    """A photo as a phone uploads it and as ingest stores it, and a text that no other design has."""

    upload: bytes
    full: bytes
    working: bytes
    text: str

    def to_picture(self, *, with_working: bool = True) -> Picture:
        """Return the value that the engine is given; without a working copy it reads the full copy."""
        size = (WIDTH, HEIGHT)
        working, small = (self.working, WORKING_SIZE) if with_working else (self.full, size)
        return Picture(ASSET_ID, *size, *small, "0" * 64, full=lambda: self.full, working=lambda: working)


def generate_photos() -> Iterator[PhotoJob]:
    """Yield designs without end: the photos in turn, no text twice."""
    for number in range(10**9):
        yield PhotoJob(*_make_files(number % PHOTO_COUNT), f"Photo {number}")


@cache
def _make_files(seed: int) -> tuple[bytes, bytes, bytes]:
    upload = _encode_jpeg(make_photo(WIDTH, HEIGHT, seed), 90, "4:2:0")
    stored = ingest_picture(upload)
    return upload, stored.full.data, stored.working.data


def make_photo(width: int, height: int, seed: int) -> Image.Image:
    """Return an RGB photo."""
    rng = np.random.default_rng(seed)
    light, *tones = (_natural_noise(rng, width, height) for _ in range(3))
    pixels = np.stack([light + 0.35 * tones[0], light, light + 0.35 * tones[1]], -1)
    pixels = 120 + 45 * pixels + rng.normal(0, 2, pixels.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _natural_noise(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """Return noise whose amplitude falls with frequency; mean 0, standard deviation 1."""
    noise = np.fft.rfft2(rng.normal(size=(height, width)).astype(np.float32))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequency[0, 0] = np.inf
    plane = np.fft.irfft2(noise / frequency**1.2, (height, width)).astype(np.float32)
    return np.asarray((plane - plane.mean()) / plane.std())


def _encode_jpeg(image: Image.Image, quality: int, subsampling: str) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()
