"""Cut lines: their distance from the art, their number of nodes, and their plate."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.curve_fit import fit_curves, simplify_ring
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.coverage import draw_coverage
from rendering.engine.pdf.cutting import CutLine, trace_cut
from rendering.engine.pdf.document import PdfJob
from rendering.engine.text.outlines import get_curves
from rendering.engine.values import Area
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.photos import box_data
from rendering.tests.support.print_files import (
    lay_out_data,
    make_pdf,
    needs_ghostscript,
    open_pdf,
    separate_with_ghostscript,
)

FRAME = Rect(0, 0, 300, 300)
AREA = Area("front", 300, 300)
NEAREST = 0.06  # mm that a line may be nearer than asked for
Points = NDArray[np.float64]


def shape(kind: str, box: dict[str, float], **more: Any) -> dict[str, Any]:
    return {"type": "shape", "shape": kind, "box": box, "fill": {"type": "color", "color": "#FF0000"}, **more}


def lay_out_one(*layers: dict[str, Any], area: Area = AREA, background: Any = CLEAR) -> Layout:
    (layout,) = lay_out_data(long_form(*layers, background=background), areas=[area])
    return layout


def sample(curves: Curves) -> Points:
    return curves.to_polygons(Transform(), 1.0, 0.001).points


def art_points(layout: Layout) -> Points:
    """Return points of the outlines of shapes and letters, mm."""
    found = []
    for layer in layout.iter_leaves():
        if isinstance(layer, ShapeLayer) and layer.fill:
            found.append(layer.fill.to_polygons(layer.frame_transform, 1.0, 0.005).points)
        if isinstance(layer, TextLayer):
            for run in layer.block.runs:
                for glyph, x, y, _, _ in run.glyphs:
                    points = get_curves(run.face, glyph).to_polygons(Transform(), 1.0, 5).points * run.scale
                    spread = (points + np.array([x, y])) * layer.size * (1, -1) + (layer.x, layer.y)
                    found.append(spread)
    return np.concatenate(found)


def nearest(line: Points, art: Points) -> Points:
    """Return the distance of each point of a line from the nearest point of art."""
    return np.array([np.hypot(*(art - point).T).min() for point in line])


def test_a_circle_is_cut_in_a_larger_circle() -> None:
    layout = lay_out_one(shape("ellipse", box_data(100, 100, 100, 100)))
    curves = trace_cut(layout, CutLine(offset_mm=3), FRAME)
    radii = np.hypot(*(sample(curves) - 150).T)
    assert radii.min() >= 53 - NEAREST
    assert radii.max() <= 53 + 0.15
    assert len(curves.points) <= 20


@pytest.mark.parametrize("offset", [0.5, 2.0, 5.0])
@pytest.mark.parametrize(
    "layers",
    [
        [text_layer("Slow", font="Pacifico-Regular", size=150, color="#000000")],
        [shape("star", box_data(60, 60, 180, 180), inner=0.3)],
        [shape("heart", box_data(60, 60, 80, 80)), shape("rectangle", box_data(150, 150, 60, 60))],
    ],
)
def test_no_line_is_nearer_to_the_art_than_asked_for(layers: list[dict[str, Any]], offset: float) -> None:
    layout = lay_out_one(*layers)
    curves = trace_cut(layout, CutLine(offset_mm=offset), FRAME)
    distances = nearest(sample(curves)[::3], art_points(layout))
    assert distances.min() >= offset - NEAREST


def test_convex_art_is_cut_at_the_distance_that_was_asked_for() -> None:
    layout = lay_out_one(shape("rectangle", box_data(50, 50, 200, 200), rotation=20))
    art = layout.layers[0]
    assert isinstance(art, ShapeLayer)
    curves = trace_cut(layout, CutLine(), FRAME)
    corners = art.fill.to_polygons(art.frame_transform, 1.0, 0.001).points if art.fill else np.empty((0, 2))
    sides = np.concatenate([np.linspace(a, b, 400) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])
    distances = nearest(sample(curves), sides)
    assert distances.min() >= 2 - NEAREST
    assert distances.max() <= 2.17
    assert len(curves.points) <= 40


def test_holes_are_filled_and_narrow_notches_are_closed() -> None:
    ring = shape("ellipse", box_data(50, 50, 200, 200), stroke={"width": 10, "color": "#000000"})
    del ring["fill"]
    curves = trace_cut(lay_out_one(ring), CutLine(), FRAME)
    assert len(curves.starts) == 1
    bars = [shape("rectangle", box_data(100 + 25 * number, 100, 20, 100)) for number in range(2)]
    # 5 mm apart, cut at 2 mm: a gap of 1 mm, narrower than a notch of 1 mm radius.
    assert len(trace_cut(lay_out_one(*bars), CutLine(offset_mm=2, radius_mm=1), FRAME).starts) == 1
    assert len(trace_cut(lay_out_one(*bars), CutLine(offset_mm=2, radius_mm=0), FRAME).starts) == 2


def test_art_that_is_apart_is_cut_apart() -> None:
    layers = [shape("ellipse", box_data(20, 20, 50, 50)), shape("ellipse", box_data(200, 200, 50, 50))]
    assert len(trace_cut(lay_out_one(*layers), CutLine(), FRAME).starts) == 2


def test_a_badge_takes_few_nodes() -> None:
    piece = next(piece for piece in GALLERY if piece.name == "badge")
    data = {**piece.design_data, "placements": {"front": {**piece.design_data["placements"]["front"]}}}
    data["placements"]["front"]["background"] = CLEAR
    (layout,) = lay_out_data(data, make_pictures())
    assert len(trace_cut(layout, CutLine(), FRAME).points) <= 400


def test_on_a_ground_the_line_is_the_trim() -> None:
    card = Area("front", 100, 60, corner_radius_mm=5)
    curves = trace_cut(lay_out_one(text_layer("Hi"), area=card, background="#FFFFFF"), CutLine(), FRAME)
    assert curves.bounding_rect(Transform()) == pytest.approx((0, 0, 100, 60), abs=0.01)
    assert np.hypot(*(sample(curves) - (0, 0)).T).min() == pytest.approx(5 * (2**0.5 - 1), abs=0.01)
    diamond = Area("front", 100, 60, outline="M 50 0 L 100 30 L 50 60 L 0 30 Z")
    curves = trace_cut(lay_out_one(text_layer("Hi"), area=diamond, background="#FFFFFF"), CutLine(), FRAME)
    assert sorted(map(tuple, np.rint(sample(curves)).tolist())) == [(0, 30), (50, 0), (50, 60), (100, 30)]


def test_without_art_there_is_no_line() -> None:
    assert not len(trace_cut(lay_out_one(), CutLine(), FRAME).points)
    assert b"CutContour" not in make_pdf([lay_out_one()], PdfJob(cut=CutLine()))


def test_a_line_beyond_the_bleed_makes_the_sheet_larger() -> None:
    layout = lay_out_one(shape("ellipse", box_data(0, 0, 300, 300)))
    document = open_pdf(make_pdf([layout], PdfJob(cut=CutLine(offset_mm=2))))
    left, _, right, _ = (float(value) * 25.4 / 72 for value in document.pages[0].MediaBox)
    trim = float(document.pages[0].TrimBox[0]) * 25.4 / 72
    assert left == 0
    assert trim == pytest.approx(4, abs=0.01)
    assert right == pytest.approx(308, abs=0.01)


@needs_ghostscript
@pytest.mark.parametrize(("kind", "ink"), [("kiss", "CutContour"), ("die", "PerfCutContour")])
def test_the_line_is_alone_on_its_plate_and_on_no_other(kind: Any, ink: str, tmp_path: Path) -> None:
    layout = lay_out_one(shape("ellipse", box_data(100, 100, 100, 100)))
    cut = CutLine(kind=kind, offset_mm=10)
    plates = separate_with_ghostscript(make_pdf([layout], PdfJob(cut=cut)), 144, tmp_path)
    drawn = plates[ink] > 0
    rows, columns = np.nonzero(drawn)
    zoom = drawn.shape[1] / 300
    radii = np.hypot(columns / zoom - 150, rows / zoom - 150)
    assert (radii.min(), radii.max()) == pytest.approx((60, 60), abs=0.4)
    for name in ("Cyan", "Magenta", "Yellow", "Black"):
        assert plates[name][drawn].max() == 0


def test_a_corner_stays_a_corner() -> None:
    square = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)
    curves = fit_curves([square], 0.03, 0.25)
    assert len(curves.points) == 4
    assert sample(curves).tolist() == pytest.approx(square, abs=1e-9)


def test_points_on_straight_sides_are_left_out() -> None:
    line = np.linspace([0, 0], [10, 0], 50)
    ring = np.concatenate([line, np.linspace([10, 0.0], [5, 8], 50)[1:], np.linspace([5, 8], [0, 0], 50)[1:-1]])
    assert simplify_ring(ring, 0.01).tolist() == [[0, 0], [10, 0], [5, 8]]


def distance_from_ring(points: Points, ring: Points) -> Points:
    """Return the distance of each point from the sides of a closed ring."""
    along = np.roll(ring, -1, axis=0) - ring
    lengths = np.maximum((along * along).sum(axis=1), 1e-12)
    found = []
    for point in points:
        to = point - ring
        at = np.clip((to * along).sum(axis=1) / lengths, 0, 1)
        found.append(np.hypot(*(to - along * at[:, None]).T).min())
    return np.array(found)


@pytest.mark.parametrize("seed", range(12))
def test_curves_stay_near_a_ring_everywhere_and_never_turn_back(seed: int) -> None:
    """Between the points that they are fitted to, too, where long handles would make spikes."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 400))
    radii = 40 + sum(rng.uniform(0, 6) * np.sin(number * angles + rng.uniform(0, 6)) for number in range(1, 6))
    ring = np.rint(np.column_stack([np.cos(angles), np.sin(angles)]) * np.asarray(radii)[:, None] * 1000) / 1000
    for contour in (ring, ring + rng.normal(0, 0.004, ring.shape)):
        line = fit_curves([contour], 0.045, 0.35).to_polygons(Transform(), 1.0, 0.001).points
        assert distance_from_ring(line, contour).max() <= 0.1
        steps = np.roll(line, -1, axis=0) - line
        steps = steps[np.hypot(*steps.T) > 1e-6]
        following = np.roll(steps, -1, axis=0)
        cosines = (steps * following).sum(axis=1) / (np.hypot(*steps.T) * np.hypot(*following.T))
        assert cosines.min() > 0


@pytest.mark.parametrize("name", ["badge", "photo", "lines", "shapes", "masks"])
def test_no_line_is_far_from_its_art(name: str) -> None:
    """A spike would be: notches are at most the offset and the radius of a notch away from art that is beside them."""
    piece = next(piece for piece in GALLERY if piece.name == name)
    data = {**piece.design_data, "placements": {"front": {**piece.design_data["placements"]["front"]}}}
    data["placements"]["front"]["background"] = CLEAR
    (layout,) = lay_out_data(data, make_pictures())
    cut = CutLine(offset_mm=2, radius_mm=0.2)
    art = np.asarray(draw_coverage(layout, Viewport(4.0, -40, -40, 1280, 1280))) > 16
    line = sample(trace_cut(layout, cut, Rect(-10, -10, 310, 310)))
    reach = round(2.6 * 4)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    near = np.hypot(across, down) <= reach
    for x, y in np.rint(line * 4 + 39.5).astype(int)[::5]:
        window = art[y - reach : y + reach + 1, x - reach : x + reach + 1]
        assert window.shape != near.shape or (window & near).any(), (x / 4 - 10, y / 4 - 10)
