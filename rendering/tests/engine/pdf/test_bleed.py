"""The bleed of a print file: art that ends at the trim goes on, mirrored; marks lie outside."""

from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from rendering.engine.pdf.bleed import find_short_edges
from rendering.engine.pdf.document import PdfJob
from rendering.engine.values import Area
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.photos import ASSET, StoredImage, box_data, image_layer, photo
from rendering.tests.support.print_files import POINTS, lay_out_data, make_pdf, open_pdf, read_contours

CARD = Area("front", 100, 80, bleed_mm=5)
EXTENDED = PdfJob(extends_bleed=True)
ZOOM = 8  # px to the mm
PICTURES = {ASSET: StoredImage(photo(1000, 800, noise=0)).picture()}


def draw_sheet(data: dict[str, Any], job: PdfJob = EXTENDED, area: Area = CARD) -> Image.Image:
    """Draw all of the first page."""
    document = pypdfium2.PdfDocument(make_pdf(lay_out_data(data, PICTURES, [area]), job))
    try:
        drawn: Image.Image = document[0].render(scale=ZOOM / POINTS).to_pil().convert("RGB")
        return drawn
    finally:
        document.close()


def strip(image: Image.Image, left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Return the px of a part of the sheet, mm from the trim's top left."""
    edges = [round((value + CARD.bleed_mm) * ZOOM) for value in (left, top, right, bottom)]
    return np.asarray(image.crop((edges[0], edges[1], edges[2], edges[3])), np.int16)


def test_a_photo_that_ends_at_the_trim_is_mirrored_into_the_bleed() -> None:
    image = draw_sheet(long_form(image_layer(), background=CLEAR))
    for outside, inside, axes in (
        ((-4, 0, 0, 80), (0, 0, 4, 80), (1,)),
        ((100, 0, 104, 80), (96, 0, 100, 80), (1,)),
        ((0, -4, 100, 0), (0, 0, 100, 4), (0,)),
        ((0, 80, 100, 84), (0, 76, 100, 80), (0,)),
        ((-4, -4, 0, 0), (0, 0, 4, 4), (0, 1)),
        ((100, 80, 104, 84), (96, 76, 100, 80), (0, 1)),
    ):
        beyond, mirrored = strip(image, *outside), np.flip(strip(image, *inside), axes)
        assert float(np.abs(beyond - mirrored).mean()) < 8, outside  # a px of the sheet to either side


def test_without_the_option_nothing_is_added() -> None:
    image = draw_sheet(long_form(image_layer(), background=CLEAR), PdfJob())
    assert int(strip(image, -4, 0, -1, 80).min()) == 255


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (box_data(0, 0, 100, 80), (0, 0, 100, 80)),
        (box_data(-5, -5, 110, 90), None),  # it reaches the bleed
        (box_data(10, 10, 50, 50), None),  # it does not reach the trim
        (box_data(-2, 10, 50, 50), (-2, None, None, None)),
        (box_data(60, 40, 40.05, 40), (None, None, 100.05, 80)),
        (box_data(0.05, 10, 50, 50), (0.05, None, None, None)),
    ],
)
def test_sides_that_lack_bleed_are_found(box: dict[str, float], expected: tuple[float | None, ...] | None) -> None:
    (layout,) = lay_out_data(long_form(image_layer(box=box, fit="stretch")), PICTURES, [CARD])
    found = find_short_edges(layout.layers[0], layout)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert [edge and round(edge, 6) for edge in found] == [edge and pytest.approx(edge) for edge in expected]


def test_art_above_it_keeps_its_own_bleed() -> None:
    fill = {"type": "color", "color": "#00FF00"}
    over = {"type": "shape", "shape": "rectangle", "box": box_data(-5, 30, 110, 20), "fill": fill}
    image = draw_sheet(long_form(image_layer(), over))
    assert np.abs(strip(image, -4, 32, -1, 48) - np.array([0, 255, 0])).max() <= 1


def test_no_light_seam_shows_at_the_trim() -> None:
    dark = {ASSET: StoredImage(Image.new("RGB", (1000, 800), "#202020")).picture()}
    document = pypdfium2.PdfDocument(
        make_pdf(lay_out_data(long_form(image_layer(), background=CLEAR), dark, [CARD]), PdfJob(extends_bleed=True))
    )
    try:
        for zoom in (3.7, 8.0, 11.3):  # where the trim falls between px
            image = document[0].render(scale=zoom / POINTS).to_pil().convert("L")
            inner = image.crop((2, 2, image.width - 2, image.height - 2))
            assert inner.getextrema()[1] <= 40
    finally:
        document.close()


def test_text_at_the_edge_is_not_mirrored() -> None:
    box = box_data(0, 0, 60, 30)
    text = text_layer("H", align="left", valign="top", box=box, size=100, color="#000000")
    image = draw_sheet(long_form(text, background=CLEAR))
    assert int(strip(image, -4, 0, -1, 80).min()) == 255


def test_a_file_has_the_photo_once() -> None:
    data = make_pdf(lay_out_data(long_form(image_layer()), PICTURES, [CARD]), PdfJob(extends_bleed=True))
    document = open_pdf(data)
    streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
    assert sum(one.get("/Subtype") == "/Image" for one in streams) == 1


def test_fold_marks_are_dashed_and_outside_the_bleed() -> None:
    job = PdfJob(marks=True, folds=(50.0,))
    data = make_pdf(lay_out_data(long_form(text_layer("Hi")), areas=[CARD]), job)
    document = open_pdf(data)
    content = document.pages[0].Contents.read_bytes().decode()
    assert "[1 1] 0 d" in content
    assert "50 -6 m 50 -13 l" in content
    assert all(left >= -5.01 and right <= 105.01 for path in read_contours(document) for left, _, right, _ in path)
