"""Export of layouts to files: each canvas is drawn once for all files of its size, then dropped."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO

from rendering.engine.encode.formats import FORMATS, encode_canvas
from rendering.engine.encode.placeholder import PLACEHOLDER_SIDE, make_placeholder
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.canvas import Canvas
from rendering.engine.paint.compose import Overlay, compose_canvas
from rendering.engine.request import Sink
from rendering.engine.schema.units import INCH_MM
from rendering.engine.values import Output, RenderedFile, WrittenFile

_NO_CANVAS = (1024, None)  # px; only smaller canvases are kept for a placeholder
_PLACEHOLDER_CANVAS = 64  # px of the canvas that is drawn for a placeholder if none was kept


class Exporter:
    """Makes the files of one drawing. `overlays` (by placement) are drawn over all files but print files.

    With `keep_smallest`, the smallest canvas of each placement is kept to make a placeholder from.
    """

    def __init__(
        self,
        check_stop: Callable[[], None],
        sink: Sink | None = None,
        overlays: Mapping[str, Overlay] | None = None,
        *,
        keep_smallest: bool = False,
    ) -> None:
        self._check_stop, self._sink, self._overlays = check_stop, sink, overlays or {}
        self._keep_smallest = keep_smallest
        self._smallest: dict[str, tuple[int, Canvas]] = {}  # by placement

    def export_files(self, requests: Sequence[tuple[Output, Layout]]) -> tuple[RenderedFile, ...]:
        """Return the files in the order of the requests."""
        groups: dict[tuple[str, int, bool], list[int]] = {}  # by placement, size, and whether there is an overlay
        for number, (output, layout) in enumerate(requests):
            marked = output.kind != "print_file" and layout.placement in self._overlays
            groups.setdefault((layout.placement, output.size, marked), []).append(number)
        files: dict[int, RenderedFile] = {}
        for (_, size, marked), numbers in groups.items():
            layout = requests[numbers[0]][1]
            canvas, zoom = self._compose_canvas(layout, size, marked=marked), size / max(layout.width, layout.height)
            for number in numbers:
                self._check_stop()
                files[number] = self._export_file(canvas, requests[number][0], layout.placement, zoom)
        return tuple(files[number] for number in range(len(requests)))

    def export_placeholder(self, layout: Layout) -> str:
        """Return the placeholder of a layout, from its smallest canvas if one was kept."""
        if layout.placement in self._smallest:
            return make_placeholder(self._smallest[layout.placement][1].to_image())
        return make_placeholder(compose_canvas(layout, _PLACEHOLDER_CANVAS, self._check_stop).to_image())

    def _compose_canvas(self, layout: Layout, size: int, *, marked: bool) -> Canvas:
        overlay = self._overlays[layout.placement] if marked else None
        canvas = compose_canvas(layout, size, self._check_stop, overlay)
        if self._keep_smallest and PLACEHOLDER_SIDE <= size < self._smallest.get(layout.placement, _NO_CANVAS)[0]:
            self._smallest[layout.placement] = size, canvas
        return canvas

    def _export_file(self, canvas: Canvas, output: Output, placement: str, zoom: float) -> RenderedFile:
        """Encode a canvas, drawn at `zoom` px per mm of its placement."""
        content_type, stream = FORMATS[output.format].content_type, self._sink and self._sink(output)
        parts = encode_canvas(canvas, output, zoom)
        about = (canvas.width, canvas.height, content_type, placement, zoom * INCH_MM)
        if stream:
            return RenderedFile(output, b"", *about, _write_parts(parts, stream))
        return RenderedFile(output, b"".join(parts), *about)


def _write_parts(parts: Iterable[bytes], stream: IO[bytes]) -> WrittenFile:
    """Write the parts of a file as they come, and return its size and hash."""
    size, digest = 0, hashlib.sha256()
    for part in parts:
        stream.write(part)
        digest.update(part)
        size += len(part)
    return WrittenFile(size, digest.hexdigest())
