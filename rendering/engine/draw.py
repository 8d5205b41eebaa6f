"""The one door of the engine."""

import functools
from collections.abc import Callable, Mapping, Sequence

from rendering.engine.encode.formats import check_format
from rendering.engine.export import Exporter, Sink
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.page import lay_out
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.compose import pixel_size
from rendering.engine.paint.watermark import build_watermark
from rendering.engine.preflight.inspect import inspect_layouts
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import (
    Area,
    Drawing,
    DrawLimitError,
    DrawLimits,
    Font,
    Output,
    Picture,
    Rules,
    Watermark,
    never_stop,
)

ENGINE_VERSION = "4"  # raised by every change that changes a pixel


def draw(
    design_data: object,
    rules: Rules,
    fonts: Mapping[str, Font],
    outputs: Sequence[Output],
    check_stop: Callable[[], None] = never_stop,
    *,
    fallbacks: Sequence[Font] = (),
    areas: Sequence[Area] = (),
    bounds: DrawLimits = DrawLimits(),  # noqa: B008  a frozen value
    pictures: Mapping[str, Picture] | None = None,
    watermark: Watermark | None = None,
    sink: Sink | None = None,
    with_placeholder: bool = False,
) -> Drawing:
    """Draw a design into the wanted outputs; the same arguments give the same bytes in every process.

    `areas` are the product's print areas, the main one first. What the design's font lacks is drawn in the first of
    `fallbacks` that has it, and a finding says so. `pictures` are those that image layers name, by asset id.
    `watermark` is drawn over all but print files. A file for which `sink` gives a stream is written there as it is
    made, and a large PNG then never is in memory as a whole. `with_placeholder` asks for one of the first placement.
    Raises SpecError for design_data that cannot be drawn, BoundsError for more than `bounds` allow, and FontError for a
    font file that cannot be used.
    `check_stop` is called before each file and each layer, and whatever it raises passes through. Threads may draw at
    once: each keeps its own fonts.
    """
    specs = {
        spec.placement: spec
        for spec in parse_design(design_data, rules, fonts, areas, bounds, pictures or {}).placements
    }
    first = next(iter(specs))
    for output in outputs:
        _check_size(output, specs[output.placement or first], bounds)
    image_cache = ImageCache(pictures or {}, check_stop)
    faces = functools.partial(load_faces, fallbacks=fallbacks)
    layouts = {name: lay_out(spec, fonts, faces, check_stop, image_cache) for name, spec in specs.items()}
    exports = [(output, layouts[output.placement or first]) for output in outputs]
    _expect_sizes(exports)
    marks = {
        name: build_watermark(watermark, one.width, one.height, fonts, faces)
        for name, one in layouts.items()
        if watermark
    }
    exporter = Exporter(check_stop, sink, marks, keep_smallest=with_placeholder)
    files = exporter.export_files(exports)
    drawn = [layer for layout in layouts.values() for layer in layout.iter_leaves()]
    return Drawing(
        files,
        inspect_layouts(list(layouts.values())),
        tuple(dict.fromkeys(name for layer in drawn for name in layer.font_names)),
        tuple(dict.fromkeys(asset for layer in drawn for asset in layer.asset_ids)),
        exporter.export_placeholder(layouts[first]) if with_placeholder else "",
    )


def _expect_sizes(exports: Sequence[tuple[Output, Layout]]) -> None:
    """Announce all sizes before the first is drawn: each picture is decoded once, for the largest."""
    for output, layout in exports:
        for layer in layout.iter_leaves():
            layer.expect_size(output.size / max(layout.width, layout.height))


def _check_size(output: Output, spec: PlacementSpec, limits: DrawLimits) -> None:
    width, height = pixel_size(spec.width, spec.height, output.size)
    if width * height > limits.pixels:
        most = limits.pixels / 1e6
        raise DrawLimitError(f"{output.name} would have {width} × {height} px; at most {most:g} megapixels are drawn.")
    check_format(output, width, height)
