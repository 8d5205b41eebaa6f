"""Cut lines: traced around all art at a distance, without holes, with no notch that a blade gets stuck in."""

import math
from dataclasses import dataclass
from typing import Literal

import contourpy
import numpy as np
import pyclipper

from rendering.engine.geometry.bezier import Curves, FloatArray
from rendering.engine.geometry.curve_fit import fit_curves, simplify_ring
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.shape_paths import outline_fill
from rendering.engine.geometry.svg_path import read_svg_path
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.coverage import draw_coverage
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.objects import format_number
from rendering.engine.pdf.paths import to_matrix, write_path
from rendering.engine.schema import Shape
from rendering.engine.schema.base import Box
from rendering.engine.schema.units import POINT_MM

_ZOOM = 8.0  # px to the mm at which art is traced: a twentieth of a mm, by interpolation
_PIXELS_CEILING = 16_000_000
# Of 255: the level at which art is traced. At a half, the last quarter of a mm of sharp tips would be lost.
_LEVEL = 16.0
_TRACED_OUTSIDE = 0.05  # mm that a line at this level lies outside an edge
_TRACE_TOLERANCE, _FIT_TOLERANCE = 0.015, 0.045  # mm that a line may be off
_RESERVE = 0.04  # mm that a line is farther away than asked for, so that tolerances do not bring it nearer
_STEP = 0.35  # mm between the points that curves are fitted to
_UNITS = 1000.0  # of pyclipper, to the mm: whole numbers
_ARC_TOLERANCE = 0.01  # mm
_LINE_WIDTH = 0.25 * POINT_MM  # mm; cutters take any line of that ink, people see a thin one
_MAGENTA = (0.0, 1.0, 0.0, 0.0)
_INKS = {"kiss": "CutContour", "die": "PerfCutContour"}


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line around the art: `kiss` cuts the film only, `die` the backing too.

    `offset_mm` is its distance from the art, `radius_mm` that of the narrowest notch. Where the ground is not
    transparent, it is the trim.
    """

    kind: Literal["kiss", "die"] = "kiss"
    offset_mm: float = 2.0
    radius_mm: float = 1.0

    @property
    def ink(self) -> str:
        """The name of its ink, as cutters know it."""
        return _INKS[self.kind]


def trace_cut(layout: Layout, cut: CutLine, room: Rect) -> Curves:
    """Return the cut line of a layout, mm; without curves if there is no art.

    Raises PictureError for a picture that cannot be used.
    """
    if not layout.background.is_transparent:
        return outline_trim(layout)
    zoom = min(_ZOOM, math.sqrt(_PIXELS_CEILING / (room.width * room.height)))
    left, top = math.floor(room.left * zoom), math.floor(room.top * zoom)
    right, bottom = math.ceil(room.right * zoom), math.ceil(room.bottom * zoom)
    viewport = Viewport(zoom, left, top, right - left, bottom - top)
    mask = np.asarray(draw_coverage(layout, viewport))
    if not mask.any():
        return Curves(np.empty((0, 4, 3)), np.empty(0, np.int64))
    grid = np.pad(mask, 1).astype(np.float32)
    lines = contourpy.contour_generator(z=grid, name="serial").lines(_LEVEL)
    # The middle of the first px, which the padding moves to 1, is half a px from the viewport's corner.
    rings = [(np.asarray(line)[:-1] - 0.5 + (left, top)) / zoom for line in lines if len(line) > 3]
    # Holes are filled anyhow: they run the other way round.
    outer = [ring for ring in rings if _measure_area(ring) > 0]
    return _widen_rings([simplify_ring(ring, _TRACE_TOLERANCE) for ring in outer], cut)


def _measure_area(ring: FloatArray) -> float:
    """Return the area of a ring, positive if art is inside: contourpy has what is higher to the left of a line."""
    x, y = ring.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def outline_trim(layout: Layout) -> Curves:
    """Return the trim of a layout's print area, mm."""
    area = layout.area
    if area.outline:
        return read_svg_path(area.outline)
    box = Box.model_construct(x=0.0, y=0.0, width=layout.width, height=layout.height)
    shape = Shape.model_construct(type="shape", shape="rectangle", box=box, radius=area.corner_radius_mm)
    curves = outline_fill(shape)
    if curves is None:
        raise AssertionError("a rectangle has an outline")
    middle = Transform().then_translate(layout.width / 2, layout.height / 2)
    points = curves.points.copy()
    points[..., :2] += np.array([middle.x, middle.y]) * points[..., 2:]
    return Curves(points, curves.starts)


def _widen_rings(rings: list[FloatArray], cut: CutLine) -> Curves:
    """Return curves around rings: out by offset and radius, holes filled, and back in by the radius."""
    joined = pyclipper.Pyclipper()
    whole = [np.rint(ring * _UNITS).astype(np.int64).tolist() for ring in rings]
    joined.AddPaths(whole, pyclipper.PT_SUBJECT)
    art = joined.Execute(pyclipper.CT_UNION, pyclipper.PFT_NONZERO, pyclipper.PFT_NONZERO)
    outer = [ring for ring in art if pyclipper.Orientation(ring)]
    widened = _offset(_offset(outer, cut.offset_mm + cut.radius_mm + _RESERVE - _TRACED_OUTSIDE), -cut.radius_mm)
    contours = [simplify_ring(np.array(ring) / _UNITS, _ARC_TOLERANCE) for ring in widened]
    return fit_curves(contours, _FIT_TOLERANCE, _STEP)


def _offset(rings: list[list[list[int]]], distance: float) -> list[list[list[int]]]:
    """Return rings moved outwards by a distance, mm, without the rings of holes."""
    if not distance:
        return rings
    offset = pyclipper.PyclipperOffset(2.0, _ARC_TOLERANCE * _UNITS)
    offset.AddPaths(rings, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    return [ring for ring in offset.Execute(distance * _UNITS) if pyclipper.Orientation(ring)]


def write_cut(content: Content, curves: Curves, cut: CutLine) -> str:
    """Return the operators that draw a cut line on a plate of its own, over all else; "" without one."""
    path = write_path(curves, to_matrix(Transform()))
    if not path:
        return ""
    name = content.add_resource("ColorSpace", content.add_separation(cut.ink, _MAGENTA))
    state = content.write_state(OP=True, op=True, OPM=1)
    return f"{state}/{name} CS 1 SCN {format_number(_LINE_WIDTH)} w 1 j\n{path}\nS"
