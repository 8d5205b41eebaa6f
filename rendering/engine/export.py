"""Layouts to files: each canvas is drawn once for all files of its size, and is gone when the last of them is made."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, TypeAlias

from rendering.engine.encode.formats import FORMATS, encode_canvas
from rendering.engine.encode.placeholder import PLACEHOLDER_SIDE, make_placeholder
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.canvas import Canvas
from rendering.engine.paint.compose import Overlay, compose_canvas
from rendering.engine.values import Output, RenderedFile, WrittenFile

Sink: TypeAlias = Callable[[Output], IO[bytes] | None]
"""Gives the stream that a file is written to, None for one that is wanted in memory; closing it is the giver's."""

_NONE_KEPT = (1024, None)  # px; a placeholder is made from what is smaller
_PLACEHOLDER_CANVAS = 64  # px; a canvas of that size is drawn for a placeholder if there is none


class Exporter:
    """Makes the files of one drawing; `marks` are drawn over what is no print file, by placement.

    With `keeps`, the smallest canvas of each placement is kept for a placeholder.
    """

    def __init__(
        self,
        check_stop: Callable[[], None],
        sink: Sink | None = None,
        overlays: Mapping[str, Overlay] | None = None,
        *,
        keep_smallest: bool = False,
    ) -> None:
        self._check_stop, self._sink, self._overlays, self._keep_smallest = (
            check_stop,
            sink,
            overlays or {},
            keep_smallest,
        )
        self._smallest: dict[str, tuple[int, Canvas]] = {}  # by placement

    def export_files(self, wanted: Sequence[tuple[Output, Layout]]) -> tuple[RenderedFile, ...]:
        """Return the files in the order they are wanted in."""
        groups: dict[tuple[str, int, bool], list[int]] = {}  # by placement, size, and whether it is marked
        for number, (output, layout) in enumerate(wanted):
            marked = output.kind != "print_file" and layout.placement in self._overlays
            groups.setdefault((layout.placement, output.size, marked), []).append(number)
        files: dict[int, RenderedFile] = {}
        for (_, size, marked), numbers in groups.items():
            layout = wanted[numbers[0]][1]
            canvas, zoom = self._compose_canvas(layout, size, marked=marked), size / max(layout.width, layout.height)
            for number in numbers:
                self._check_stop()
                files[number] = self._export_file(canvas, wanted[number][0], zoom)
        return tuple(files[number] for number in range(len(wanted)))

    def export_placeholder(self, layout: Layout) -> str:
        """Return a placeholder of a layout, of its smallest picture if that was drawn small enough."""
        if layout.placement in self._smallest:
            return make_placeholder(self._smallest[layout.placement][1].to_image())
        return make_placeholder(compose_canvas(layout, _PLACEHOLDER_CANVAS, self._check_stop).to_image())

    def _compose_canvas(self, layout: Layout, size: int, *, marked: bool) -> Canvas:
        over = self._overlays[layout.placement] if marked else None
        canvas = compose_canvas(layout, size, self._check_stop, over)
        if self._keep_smallest and PLACEHOLDER_SIDE <= size < self._smallest.get(layout.placement, _NONE_KEPT)[0]:
            self._smallest[layout.placement] = size, canvas
        return canvas

    def _export_file(self, canvas: Canvas, output: Output, zoom: float) -> RenderedFile:
        kind, stream = FORMATS[output.format].content_type, self._sink and self._sink(output)
        parts = encode_canvas(canvas, output, zoom)
        if stream:
            return RenderedFile(output, b"", canvas.width, canvas.height, kind, _write_parts(parts, stream))
        return RenderedFile(output, b"".join(parts), canvas.width, canvas.height, kind)


def _write_parts(parts: Iterable[bytes], stream: IO[bytes]) -> WrittenFile:
    size, digest = 0, hashlib.sha256()
    for part in parts:
        stream.write(part)
        digest.update(part)
        size += len(part)
    return WrittenFile(size, digest.hexdigest())
