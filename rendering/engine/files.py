"""Layouts to files: each canvas is drawn once for all files of its size, and is gone when the last of them is made."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, NamedTuple, TypeAlias

from rendering.engine.canvas import Canvas, ColorCanvas
from rendering.engine.compose import Over, compose
from rendering.engine.encode import CONTENT_TYPES, pieces
from rendering.engine.layout import Layout
from rendering.engine.placeholder import SIDE, placeholder
from rendering.engine.values import Output, RenderedFile, Written

Sink: TypeAlias = Callable[[Output], IO[bytes] | None]
"""Gives the stream that a file is written to, None for one that is wanted in memory; closing it is the giver's."""

_PLACEHOLDER_FROM = 64  # px; a canvas of that size is drawn for a placeholder if all there are are large


class _Key(NamedTuple):
    placement: str
    size: int
    marked: bool


class Studio:
    """Makes the files of one drawing; `marks` are drawn over what is no print file, by placement."""

    def __init__(
        self, check_stop: Callable[[], None], sink: Sink | None = None, marks: Mapping[str, Over] | None = None
    ) -> None:
        self._check_stop, self._sink, self._marks = check_stop, sink, marks or {}
        self._smallest: tuple[int, Canvas] | None = None

    def files(self, wanted: Sequence[tuple[Output, Layout]]) -> tuple[RenderedFile, ...]:
        """Return the files in the order they are wanted in."""
        groups: dict[_Key, list[int]] = {}
        for number, (output, layout) in enumerate(wanted):
            marked = output.kind != "print_file" and layout.placement in self._marks
            groups.setdefault(_Key(layout.placement, output.size, marked), []).append(number)
        files: dict[int, RenderedFile] = {}
        for key, numbers in groups.items():
            layout = wanted[numbers[0]][1]
            canvas = self._canvas(layout, key)
            for number in numbers:
                self._check_stop()
                files[number] = self._file(canvas, wanted[number][0], key.size / max(layout.width, layout.height))
        return tuple(files[number] for number in range(len(wanted)))

    def placeholder(self, layout: Layout) -> str:
        """Return a placeholder of what was drawn smallest, or of a layout where that was large."""
        if self._smallest:
            return placeholder(self._smallest[1].image())
        return placeholder(compose(layout, _PLACEHOLDER_FROM, self._check_stop).image())

    def _canvas(self, layout: Layout, key: _Key) -> Canvas:
        canvas = compose(layout, key.size, self._check_stop, self._marks.get(key.placement) if key.marked else None)
        is_large = isinstance(canvas, ColorCanvas) and canvas.large
        if SIDE <= key.size < (self._smallest[0] if self._smallest else _PLACEHOLDER_FROM * SIDE) and not is_large:
            self._smallest = key.size, canvas
        return canvas

    def _file(self, canvas: Canvas, output: Output, zoom: float) -> RenderedFile:
        kind, stream = CONTENT_TYPES[output.format], self._sink and self._sink(output)
        parts = pieces(canvas, output, zoom)
        if stream:
            return RenderedFile(output, b"", canvas.width, canvas.height, kind, _written(parts, stream))
        return RenderedFile(output, b"".join(parts), canvas.width, canvas.height, kind)


def _written(parts: Iterable[bytes], stream: IO[bytes]) -> Written:
    size, digest = 0, hashlib.sha256()
    for part in parts:
        stream.write(part)
        digest.update(part)
        size += len(part)
    return Written(size, digest.hexdigest())
