"""The one door of the engine."""

from collections.abc import Callable, Mapping, Sequence

from rendering.engine.compose import FlatCanvas, compose
from rendering.engine.encode import CONTENT_TYPES, encode
from rendering.engine.fonts import faces_of
from rendering.engine.layout import lay_out
from rendering.engine.preflight import inspect
from rendering.engine.spec import parse
from rendering.engine.values import Drawing, Font, Output, RenderedFile, Rules

ENGINE_VERSION = "2"  # raised by every change that changes a pixel


def _never() -> None:
    """Let the drawing go on."""


def draw(
    design_data: object,
    rules: Rules,
    fonts: Mapping[str, Font],
    outputs: Sequence[Output],
    check_stop: Callable[[], None] = _never,
    *,
    fallbacks: Sequence[Font] = (),
) -> Drawing:
    """Draw a design into the wanted outputs; the same arguments give the same bytes in every process.

    What the design's font lacks is drawn in the first of `fallbacks` that has it, and a finding says so.
    Raises SpecError for design_data that cannot be drawn and FontError for a font file that cannot be used.
    `check_stop` is called between the steps, and whatever it raises passes through. Threads may draw at once: each
    keeps its own fonts.
    """
    spec = parse(design_data, rules, fonts)
    check_stop()
    layout = lay_out(spec, faces_of(fonts[spec.font], fallbacks))
    used = tuple(dict.fromkeys(run.face.name for layer in layout.layers for run in layer.line.runs))
    canvases: dict[int, FlatCanvas] = {}
    files = []
    for output in outputs:
        check_stop()
        if output.size not in canvases:
            canvases[output.size] = compose(layout, output.size)
        canvas = canvases[output.size]
        data = encode(canvas, output.format)
        files.append(RenderedFile(output, data, canvas.size, canvas.size, CONTENT_TYPES[output.format]))
    return Drawing(tuple(files), inspect(layout), used)
