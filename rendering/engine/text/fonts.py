"""The faces of a font and its fallback fonts, loaded once per thread."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, overload

import uharfbuzz as hb

from rendering.engine.text.color_glyphs import find_color_format
from rendering.engine.text.emoji import is_joined
from rendering.engine.text.face import CLUSTERS_KEPT, Face
from rendering.engine.text.font_files import FILES_KEPT, open_font
from rendering.engine.values import Font, FontError

FACES_KEPT = 1024  # per thread, with the measurements of their glyphs


class _ThreadCache(threading.local):
    """One thread's fonts: a HarfBuzz font must not be used by two threads at once."""

    def __init__(self) -> None:
        self.sets: OrderedDict[tuple[Font, int], Faces] = OrderedDict()
        self.faces: OrderedDict[tuple[str, str, int, tuple[tuple[str, float], ...]], Face] = OrderedDict()
        self.files: OrderedDict[tuple[str, int], hb.Face] = OrderedDict()


class Faces(Sequence[Face]):
    """The face of a font and those of its fallback fonts, in the weight and width of the first; alike serifs first.

    Each is loaded on first use: most lines need only the first one.
    """

    def __init__(self, font: Font, fallbacks: Sequence[Font] = ()) -> None:
        self._font, self._given = font, fallbacks  # held, so that its id stays its own (`load_faces`)
        # Sorting is stable: serifs stand in for serifs, otherwise the given order counts.
        self._fallbacks = sorted(fallbacks, key=lambda fallback: fallback.serif != font.serif)
        self._loaded: dict[int, Face] = {}
        self._found: dict[str, Face | None] = {}

    def __len__(self) -> int:
        return 1 + len(self._fallbacks)

    @overload
    def __getitem__(self, index: int) -> Face: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Face]: ...
    def __getitem__(self, index: int | slice) -> Face | Sequence[Face]:
        """Return a face, or some; raise FontError if a file is missing, changed or not a font."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if index not in self._loaded:
            self._loaded[index] = load_face(self._match_axes(self._fallbacks[index - 1]) if index else self._font)
        return self._loaded[index]

    def find_face(self, cluster: str) -> Face | None:
        """Return the first face that can draw a grapheme, None if none can."""
        if cluster not in self._found:
            if len(self._found) >= CLUSTERS_KEPT:
                self._found.clear()
            drawing = (face for face in self if face.can_draw(cluster))
            face = next(drawing, None)
            if face and is_joined(cluster) and not face.draws_as_one(cluster):
                face = next((other for other in drawing if other.draws_as_one(cluster)), face)
            self._found[cluster] = face
        return self._found[cluster]

    @property
    def colored(self) -> Iterator[Face]:
        """The faces of fonts with colour glyphs, whether these can be drawn or not."""
        return (self[index] for index, font in enumerate(self._fallbacks, 1) if font.colored)

    def _match_axes(self, font: Font) -> Font:
        """Return a fallback font at the weight of the first font and its positions on the axes that both have."""
        positions = {"wght": self._font.weight, **dict(self._font.axes)}
        return replace(font, axes=tuple((tag, positions.get(tag, value)) for tag, value in font.axes))


_cache = _ThreadCache()


def load_faces(font: Font, fallbacks: Sequence[Font] = ()) -> Faces:
    """Return this thread's faces of a font and its fallback fonts."""
    key = (font, id(fallbacks))  # the cached faces hold the sequence, so its id is not reused
    faces = _cache.sets.get(key)
    if faces is None:
        faces = _cache.sets[key] = Faces(font, fallbacks)
        _evict_oldest(_cache.sets, FACES_KEPT)
    else:
        _cache.sets.move_to_end(key)
    return faces


def load_face(font: Font) -> Face:
    """Return this thread's face for a font; raise FontError if its file is missing, changed or not a font."""
    # The name is part of the key: findings and receipts name fonts, and two names may share a file.
    key = (font.name, font.sha256, font.index, font.axes)
    face = _cache.faces.get(key)
    if face is None:
        face = _cache.faces[key] = _build_face(font, _load_file(font))
        _evict_oldest(_cache.faces, FACES_KEPT)
    else:
        _cache.faces.move_to_end(key)
    return face


def _load_file(font: Font) -> hb.Face:
    key = (font.sha256, font.index)
    face = _cache.files.get(key)
    if face is None:
        face = _cache.files[key] = open_font(font)
        _evict_oldest(_cache.files, FILES_KEPT)
    else:
        _cache.files.move_to_end(key)
    return face


def _evict_oldest(cache: OrderedDict[Any, Any], limit: int) -> None:
    while len(cache) > limit:
        cache.popitem(last=False)


def _build_face(font: Font, file: hb.Face) -> Face:
    """Return the face of a font file at the font's axes; raise FontError for an axis that the file lacks."""
    missing = {tag for tag, _ in font.axes} - {axis.tag for axis in file.axis_infos}
    if missing:
        raise FontError(f"font {font.name} has no axis {', '.join(sorted(missing))}: fix its catalogue entry")
    hb_font = hb.Font(file)
    if font.axes:
        hb_font.set_variations(dict(font.axes))
    has_color = bool(file.has_color_layers or file.has_color_paint)
    color_format = find_color_format(file) if font.colored and not has_color else ""
    return Face(font.name, hb_font, file.upem, has_color, color_format, wrong=font.wrong)
