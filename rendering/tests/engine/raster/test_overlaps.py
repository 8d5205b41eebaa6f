"""No px is covered twice where outlines overlap: in a letter, between neighbours, and between their outlines."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster import outline_store
from rendering.engine.raster.glyph_outlines import outline_glyphs
from rendering.engine.raster.glyphs import TextOrigin, rasterize_glyphs
from rendering.engine.raster.overlaps import separate_overlaps
from rendering.engine.text.arc import Circle, bend_letters, split_letters
from rendering.engine.text.fonts import load_face, load_faces
from rendering.engine.text.shaping import GlyphRun, shape_paragraph
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.supersampling import average_samples, sample_glyphs

LETTERS = "abefgkmoqrstwxABDEGKMQRSWXY358&@"
EM = 24.0  # px
MEAN_LIMIT = 4.0  # of 255, on edges
LIMIT = 40  # of 255, of any px
TEXTS = [
    ("Pacifico-Regular", "Slow mornings"),
    ("GreatVibes-Regular", "Slow mornings"),
    ("Amiri-Regular", "مرحبا بالعالم"),
    ("Roboto-Regular", "नमस्ते दुनिया"),
    ("Roboto-Bold", "সুপ্রভাত"),
    ("Roboto-Regular", "Nguyễn Łódź"),
    ("Cinzel-Bold", "RAQKA AV"),
]


def shape_runs(font: str, text: str) -> tuple[GlyphRun, ...]:
    return shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text).cut_line().runs


def frame_runs(runs: Sequence[GlyphRun], margin: float = 0.0) -> tuple[tuple[float, float], tuple[int, int]]:
    """Return an origin, px, not on a whole px, and the size of an image with room for all ink and a margin, ems."""
    inks = []
    for run in runs:
        for glyph, x, y, cos, sin in run.glyphs:
            matrix = (cos * run.scale, -sin * run.scale, sin * run.scale, cos * run.scale, x, y)
            inks.append(run.face.measure_turned_ink(glyph, matrix))
    ink = bounding_rect(inks) or Rect(0, 0, 0, 0)
    ink = ink.expand(margin)
    size = int(ink.width * EM) + 4, int(ink.height * EM) + 4
    return (2.3 - ink.left * EM, 2.4 - ink.top * EM), size


def draw_runs(runs: Sequence[GlyphRun], origin: tuple[float, float], size: tuple[int, int]) -> NDArray[np.float64]:
    return np.asarray(rasterize_glyphs(TextOrigin(*origin, EM), runs, Viewport(1, 0, 0, *size))).astype(float)


def compare_runs(runs: Sequence[GlyphRun]) -> tuple[float, float]:
    """Return the mean difference from the samples on edges, and the largest difference."""
    origin, size = frame_runs(runs)
    drawn = draw_runs(separate_overlaps(runs), origin, size)
    expected = average_samples(sample_glyphs(runs, EM, origin, size), size)
    edges = ((drawn > 0) & (drawn < 255)) | ((expected > 0) & (expected < 255))
    difference = np.abs(drawn - expected)
    return float(difference[edges].mean()), float(difference.max())


def test_letters_of_every_font_are_as_dark_as_their_samples() -> None:
    rng = random.Random(36)
    means = []
    for name, font in installed_fonts().items():
        face = load_face(font)
        one, other = (face.hb_font.get_nominal_glyph(ord(letter)) for letter in rng.sample(LETTERS, 2))
        mean, worst = compare_runs(
            [GlyphRun(face, 1 / face.upem, ((one, 0.0, 0.0, 1.0, 0.0), (other, 1.3, 0.0, 1.0, 0.0)))]
        )
        assert mean <= 1.25 * MEAN_LIMIT, name  # only two letters
        assert worst <= LIMIT, name
        means.append(mean)
    assert sum(means) / len(means) <= 0.75 * MEAN_LIMIT


@pytest.mark.parametrize(("font", "text"), TEXTS)
def test_joined_and_kerned_letters_leave_no_seam(font: str, text: str) -> None:
    mean, worst = compare_runs(shape_runs(font, text))
    assert mean <= MEAN_LIMIT
    assert worst <= LIMIT


@pytest.mark.parametrize(
    ("font", "text"), [("GreatVibes-Regular", "Slow"), ("Cinzel-Bold", "RAQKA"), ("Amiri-Bold", "مرحبا")]
)
@pytest.mark.parametrize("radius", [1.5, -1.5])
def test_letters_on_a_circle_leave_no_seam(font: str, text: str, radius: float) -> None:
    line = split_letters(shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text))
    assert line
    mean, worst = compare_runs(bend_letters(line, Circle(radius, (line.left + line.right) / 2)).runs)
    assert mean <= MEAN_LIMIT
    assert worst <= LIMIT


def test_glyphs_of_different_faces_are_separated_too() -> None:
    run, other = shape_runs("Roboto-Bold", "H")[0], shape_runs("Montserrat-Bold", "H")[0]
    moved = GlyphRun(other.face, other.scale, tuple((glyph, x + 0.1, *rest) for glyph, x, *rest in other.glyphs))  # type: ignore[misc]
    _, worst = compare_runs([run, moved])
    assert worst <= LIMIT


def test_a_tangled_letter_is_drawn_without_waiting_for_its_union() -> None:
    # On a circle of no size, Skia would need minutes to find where a warped letter crosses itself.
    line = split_letters(shape_paragraph(load_faces(installed_fonts()["GreatVibes-Regular"]), "w"))
    assert line
    runs = bend_letters(line, Circle(-1e-6, 0)).runs
    separate_overlaps(runs)
    stores = [run.face.outline_store for run in runs]
    assert all(isinstance(store, outline_store.OutlineStore) and store.tangled for store in stores)


def test_a_text_without_overlaps_is_drawn_as_it_is() -> None:
    runs = shape_runs("Anton-Regular", "HELLO")
    assert separate_overlaps(runs) == runs


def test_what_a_face_has_drawn_before_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = shape_runs("Pacifico-Regular", "Slow")
    origin, size = frame_runs(runs)
    store = outline_store.OutlineStore
    before = draw_runs(separate_overlaps(runs), origin, size)
    separate_overlaps(shape_runs("Pacifico-Regular", "Quick brown fox"))
    assert (draw_runs(separate_overlaps(runs), origin, size) == before).all()
    monkeypatch.setattr(outline_store, "_OUTLINES_KEPT", 0)  # always a new one
    assert (draw_runs(separate_overlaps(runs), origin, size) == before).all()
    assert isinstance(runs[0].face.outline_store, store)


def widen_samples(inside: NDArray[np.bool_], radius: float, columns_per_row: int) -> NDArray[np.bool_]:
    """Return the samples within `radius` rows of one that is inside."""
    widened = np.zeros_like(inside)
    rows, columns = inside.shape
    counts = np.pad(np.cumsum(inside, axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    for offset in range(-int(radius), int(radius) + 1):
        reach = int((radius**2 - offset**2) ** 0.5 * columns_per_row)
        low = np.maximum(np.arange(columns) - reach, 0)
        high = np.minimum(np.arange(columns) + reach + 1, columns)
        near = counts[:, high] > counts[:, low]
        first, last = max(0, offset), min(rows, rows + offset)
        widened[first:last] |= near[first - offset : last - offset]
    return widened


# A dot of Tamil is smaller than the widest outline: Skia alone leaves a hole there.
@pytest.mark.parametrize("width", [0.03, 0.1, 0.2])
@pytest.mark.parametrize(
    ("font", "text"), [("GreatVibes-Regular", "Slow"), ("Roboto-Bold", "HEB"), ("Roboto-Regular", "வணக்")]
)
def test_outlines_cover_all_that_is_near_their_letters(font: str, text: str, width: float) -> None:
    runs, samples = shape_runs(font, text), 8
    origin, size = frame_runs(runs, width)
    drawn = draw_runs(outline_glyphs(runs, width), origin, size)
    inside = sample_glyphs(runs, EM, origin, size, samples)
    difference = np.abs(drawn - average_samples(widen_samples(inside, width * EM * samples, 2), size))
    assert np.percentile(difference, 99.5) < 50  # samples are an eighth of a px apart
    assert difference.max() < 80


# Wider than the distance of letters, so that each lies over several others; and more points than most texts have.
@pytest.mark.parametrize(
    ("font", "text", "width"),
    [
        ("Montserrat-Bold", "Happy Birthday", 0.75),
        ("Pacifico-Regular", "Congratulations", 0.5),
        ("GreatVibes-Regular", "Congratulations", 1.5),
        ("LibreBaskerville-Bold", "W" * 30, 0.05),
    ],
)
def test_wide_outlines_are_as_dark_as_larger_ones_reduced(font: str, text: str, width: float) -> None:
    outlines, finer = outline_glyphs(shape_runs(font, text), width), 8
    origin, size = frame_runs(outlines)
    large = Viewport(finer, 0, 0, *(finer * side for side in size))
    samples = np.asarray(rasterize_glyphs(TextOrigin(*origin, EM), outlines, large)).astype(float)
    expected = samples.reshape(size[1], finer, size[0], finer).mean(axis=(1, 3))
    assert np.abs(draw_runs(outlines, origin, size) - expected).max() <= LIMIT


# Skia, asked once, loses whole letters of these: many of their edges run through the same places.
@pytest.mark.parametrize(
    ("font", "text", "width"),
    [
        ("LibreBaskerville-Bold", "COMPANY EST.", 0.1),
        ("Cinzel-Bold", "COFFEE COMPANY COFFEE", 0.08),
        ("Montserrat-Bold", "Congratulations best #1", 0.02),
        ("Caveat-Regular", "p", 0.5),
        ("Caveat-Regular", "Happy ever Anna &", 0.5327),
    ],
)
def test_outlines_lose_no_letter(font: str, text: str, width: float) -> None:
    runs, samples = shape_runs(font, text), 8
    origin, size = frame_runs(runs, width)
    drawn = draw_runs(outline_glyphs(runs, width), origin, size)
    expected = average_samples(
        widen_samples(sample_glyphs(runs, EM, origin, size, samples), width * EM * samples, 2), size
    )
    assert np.abs(drawn - expected).max() < 128
