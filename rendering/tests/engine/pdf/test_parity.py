"""Print files look as previews do, in four independent renderers."""

import random
import shutil
from pathlib import Path

import pytest

from rendering.engine.pdf.cutting import CutLine
from rendering.engine.pdf.document import PdfJob
from rendering.engine.pdf.parity import measure_parity
from rendering.engine.pdf.plates import WhiteInk
from rendering.gallery.drawing import GalleryPiece
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.drawings import long_form, text_layer
from rendering.tests.support.photos import box_data
from rendering.tests.support.print_files import (
    RENDERERS,
    draw_preview,
    lay_out_data,
    make_pdf,
    mean_difference,
    rasterize_pdf,
)
from rendering.tests.support.random_designs import random_design

PICTURES = make_pictures()
LIMIT, VECTOR_LIMIT = 2.0, 1.0  # of 255
POPPLER_LIMIT = 2.5  # its filter for photos that are drawn smaller is coarser
PHOTOS = {"photo", "fits", "masks", "badge", "mixed", "groups", "transparent"}
DRAWN_BY_ALL = ["photo", "shapes", "groups", "shadow"]  # the others are with -m exhaustive


def by_name(name: str) -> GalleryPiece:
    return next(piece for piece in GALLERY if piece.name == name)


@pytest.mark.parametrize("piece", GALLERY, ids=lambda piece: piece.name)
def test_pdfium_shows_a_print_file_as_the_preview_is(piece: GalleryPiece) -> None:
    (layout,) = lay_out_data(piece.design_data, PICTURES)
    preview = draw_preview(layout)
    drawn = rasterize_pdf(make_pdf([layout]), *preview.size)
    assert mean_difference(preview, drawn) <= (LIMIT if piece.name in PHOTOS else VECTOR_LIMIT)


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(
    "name",
    [
        *DRAWN_BY_ALL,
        *(
            pytest.param(piece.name, marks=pytest.mark.exhaustive)
            for piece in GALLERY
            if piece.name not in DRAWN_BY_ALL
        ),
    ],
)
def test_other_renderers_show_the_same(name: str, renderer: str, tmp_path: Path) -> None:
    program, draw = RENDERERS[renderer]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    (layout,) = lay_out_data(by_name(name).design_data, PICTURES)
    preview = draw_preview(layout)
    drawn = draw(make_pdf([layout]), *preview.size, tmp_path)
    assert mean_difference(preview, drawn) <= (POPPLER_LIMIT if renderer == "poppler" else LIMIT)


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.exhaustive) for seed in range(4, 50))]
)
def test_random_designs_look_the_same(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(4):
        data = random_design(rng)
        (layout,) = lay_out_data(data)
        preview = draw_preview(layout, 400)
        assert mean_difference(preview, rasterize_pdf(make_pdf([layout]), *preview.size)) <= LIMIT, data


@pytest.mark.parametrize("piece", GALLERY, ids=lambda piece: piece.name)
def test_the_parity_of_every_piece_is_well_within_the_limit(piece: GalleryPiece, tmp_path: Path) -> None:
    (layout,) = lay_out_data(piece.design_data, PICTURES)
    job = PdfJob(marks=True, extends_bleed=True, white=WhiteInk(), cut=CutLine())
    (tmp_path / "print.pdf").write_bytes(make_pdf([layout], job))
    (page,) = measure_parity(tmp_path / "print.pdf", [layout])
    assert page.mean <= LIMIT < page.limit
    assert page.is_met


def test_a_page_that_shows_something_else_is_found(tmp_path: Path) -> None:
    shown, other = (lay_out_data(by_name(name).design_data, PICTURES)[0] for name in ("shapes", "groups"))
    (tmp_path / "print.pdf").write_bytes(make_pdf([shown, other]))
    right, wrong = measure_parity(tmp_path / "print.pdf", [shown, shown])
    assert (right.is_met, wrong.is_met) == (True, False)
    assert wrong.to_json()["mean"] == wrong.mean


def test_a_lost_line_of_text_is_no_parity(tmp_path: Path) -> None:
    box = box_data(50, 50, 80, 15)
    line = text_layer("Order 1001", font="Roboto-Regular", size=9, unit="mm", color="#000000", box=box)
    blank, wanted = lay_out_data(long_form()), lay_out_data(long_form(line))
    for layouts, is_met in ((blank, False), (wanted, True)):
        (tmp_path / "file.pdf").write_bytes(make_pdf(layouts))
        (page,) = measure_parity(tmp_path / "file.pdf", wanted)
        assert page.is_met is is_met
