"""Public entry point of the engine."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from rendering.engine.color.srgb import parse_hex
from rendering.engine.encode.formats import check_format
from rendering.engine.export import Exporter
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.context import FaceLoader
from rendering.engine.layout.facts import find_facts
from rendering.engine.layout.page import lay_out
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.compose import pixel_size
from rendering.engine.paint.sampler import sample_layout
from rendering.engine.paint.watermark import build_watermark
from rendering.engine.preflight.inspect import inspect_layouts
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.schema import SCHEMA_VERSION
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Drawing, DrawLimitError, DrawLimits, Finding, Output

ENGINE_VERSION = "5"  # must be increased with every change that alters a pixel


class LaidOutDesign(NamedTuple):
    """The layouts of a design by placement, the default first; findings; ids of the fonts and pictures in use."""

    layouts: Mapping[str, Layout]
    findings: tuple[Finding, ...]
    fonts: tuple[str, ...]
    assets: tuple[str, ...]


def lay_out_design(request: DrawRequest, resources: Resources) -> LaidOutDesign:
    """Lay a design out and inspect it, as `draw` does before it draws. Raises what `draw` raises."""
    specs = _check_request(request, resources)
    first = next(iter(specs))
    layouts = _lay_out_all(specs, resources, functools.partial(load_faces, fallbacks=resources.fallbacks))
    _expect_sizes((output, layouts[output.placement or first]) for output in request.outputs)
    sampled = {name: sample_layout(layout) for name, layout in layouts.items()}
    layouts = {name: each.layout for name, each in sampled.items()}
    layers = [layer for layout in layouts.values() for layer in layout.iter_leaves()]
    return LaidOutDesign(
        layouts,
        inspect_layouts(list(sampled.values()), request.rules),
        tuple(dict.fromkeys(name for layer in layers for name in layer.font_names)),
        tuple(dict.fromkeys(asset for layer in layers for asset in layer.asset_ids)),
    )


def draw(request: DrawRequest, resources: Resources) -> Drawing:
    """Draw the requested files of a design; the same arguments give the same bytes in every process.

    A file for which the sink returns a stream is written to it while it is encoded, so that a large PNG is never whole
    in memory. Raises SpecError for invalid design_data, DrawLimitError for files above the limits, and FontError and
    PictureError for unusable fonts and pictures. Thread-safe: each thread loads its own fonts.
    """
    faces = functools.partial(load_faces, fallbacks=resources.fallbacks)
    design = lay_out_design(request, resources)
    layouts, first = design.layouts, next(iter(design.layouts))
    exports = [(output, layouts[output.placement or first]) for output in request.outputs]
    overlays = {
        name: build_watermark(request.watermark, layout.width, layout.height, resources.fonts, faces)
        for name, layout in layouts.items()
        if request.watermark
    }
    exporter = Exporter(resources.check_stop, resources.sink, overlays, keep_smallest=request.with_placeholder)
    files = exporter.export_files(exports)
    return Drawing(
        files,
        design.findings,
        design.fonts,
        design.assets,
        exporter.export_placeholder(layouts[first]) if request.with_placeholder else "",
        tuple(map(find_facts, layouts.values())) if request.with_facts else (),
    )


def _check_request(request: DrawRequest, resources: Resources) -> dict[str, PlacementSpec]:
    """Check the design and the size of every file; return the design's placements by name."""
    parsed = parse_design(
        request.design_data,
        request.rules,
        resources.fonts,
        request.areas,
        request.limits,
        resources.pictures,
        schema_version=request.schema_version or SCHEMA_VERSION,
    )
    specs = {spec.placement: spec for spec in parsed.placements}
    if request.product_color:
        product_color = parse_hex(request.product_color)
        specs = {name: replace(spec, product_color=product_color) for name, spec in specs.items()}
    first = next(iter(specs))
    for output in request.outputs:
        _check_size(output, specs[output.placement or first], request.limits)
    return specs


def _lay_out_all(specs: Mapping[str, PlacementSpec], resources: Resources, faces: FaceLoader) -> dict[str, Layout]:
    image_cache = ImageCache(resources.pictures, resources.check_stop)
    return {
        name: lay_out(spec, resources.fonts, faces, resources.check_stop, image_cache) for name, spec in specs.items()
    }


def _expect_sizes(exports: Iterable[tuple[Output, Layout]]) -> None:
    """Announce all sizes before drawing, so that each picture is decoded once, for the largest."""
    for output, layout in exports:
        for layer in layout.iter_leaves():
            layer.expect_size(output.size / max(layout.width, layout.height))


def _check_size(output: Output, spec: PlacementSpec, limits: DrawLimits) -> None:
    width, height = pixel_size(spec.width, spec.height, output.size)
    if width * height > limits.pixels:
        megapixels = limits.pixels / 1e6
        raise DrawLimitError(
            f"{output.name} would have {width} × {height} px; at most {megapixels:g} megapixels are drawn."
        )
    check_format(output, width, height)
