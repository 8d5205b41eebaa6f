"""Faces, loaded once and kept: a font file at one place of its axes, and the exact ink of its glyphs."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import uharfbuzz as hb

from rendering.engine.geometry import Box
from rendering.engine.outline import InkRecorder
from rendering.engine.values import Font, FontError

FACES_KEPT = 64  # a thread; a face is some hundred KB


@dataclass(slots=True)
class Face:
    """A HarfBuzz font in font units (`upem` to the em) with the ink boxes measured so far."""

    hb_font: hb.Font
    upem: int
    _ink: dict[int, Box | None] = field(default_factory=dict)  # bounded by the font's glyph count

    def ink(self, glyph: int) -> Box | None:
        """Return the exact ink box of a glyph in font units, y up; None if it has no outline."""
        try:
            return self._ink[glyph]
        except KeyError:
            recorder = InkRecorder()
            recorder.draw(self.hb_font, glyph)
            return self._ink.setdefault(glyph, recorder.box())


class _Cache(threading.local):
    """A HarfBuzz font must not be used by two threads at once, so each thread has faces of its own."""

    def __init__(self) -> None:
        self.faces: OrderedDict[tuple[str, tuple[tuple[str, float], ...]], Face] = OrderedDict()


_cache = _Cache()


def load(font: Font) -> Face:
    """Return this thread's face for a font; raise FontError if its file is missing, changed or not a font."""
    key = (font.sha256, font.axes)
    face = _cache.faces.get(key)
    if face is None:
        face = _cache.faces[key] = _open(font)
        while len(_cache.faces) > FACES_KEPT:
            _cache.faces.popitem(last=False)
    else:
        _cache.faces.move_to_end(key)
    return face


def _open(font: Font) -> Face:
    try:
        data = font.path.read_bytes()
    except OSError as error:
        raise FontError(f"font {font.name} cannot be read ({error}): reinstall its package") from error
    if hashlib.sha256(data).hexdigest() != font.sha256:
        raise FontError(f"the file of font {font.name} has changed since it was catalogued: restart this process")
    hb_face = hb.Face(hb.Blob(data))
    if not hb_face.glyph_count:
        raise FontError(f"the file of font {font.name} is not a TrueType or OpenType font: reinstall its package")
    hb_font = hb.Font(hb_face)
    missing = {tag for tag, _ in font.axes} - {axis.tag for axis in hb_face.axis_infos}
    if missing:
        raise FontError(f"font {font.name} has no axis {', '.join(sorted(missing))}: mend its catalogue entry")
    if font.axes:
        hb_font.set_variations(dict(font.axes))
    return Face(hb_font, hb_face.upem)
