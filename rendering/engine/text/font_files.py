"""Font files: read once per process, checked against the catalogue."""

import functools
import hashlib
from pathlib import Path

import uharfbuzz as hb

from rendering.engine.text.color_glyphs import remove_clip_boxes
from rendering.engine.values import Font, FontError

FILES_KEPT = 256  # a file is some hundred KB


def open_font(font: Font) -> hb.Face:
    """Return a font's file for one thread; raise FontError if it is missing, changed or not a font."""
    try:
        data, sha256 = _read_file(font.path)
    except OSError as error:
        raise FontError(f"font {font.name} cannot be read ({error}): reinstall its package") from error
    if sha256 != font.sha256:
        _read_file.cache_clear()  # if the file is restored, it is read again
        raise FontError(f"the file of font {font.name} has changed since it was catalogued: restart this process")
    face = hb.Face(hb.Blob(data), font.index)
    if not face.glyph_count:
        raise FontError(f"the file of font {font.name} is not a TrueType or OpenType font: reinstall its package")
    return face


@functools.lru_cache(maxsize=FILES_KEPT)
def _read_file(path: Path) -> tuple[bytes, str]:
    """Return a file to draw from and its SHA-256; threads share the bytes, only their HarfBuzz objects are separate."""
    data = path.read_bytes()
    return remove_clip_boxes(data), hashlib.sha256(data).hexdigest()
