"""The proof of a design: one page, read by pikepdf and pdfium."""

import functools
import io
from dataclasses import replace

import numpy as np
import pikepdf
import pypdfium2
import pytest

from rendering.engine.layout.placed import Layout
from rendering.engine.pdf.proof import ProofDesign, ProofFonts, ProofWords, write_proof
from rendering.engine.text.fonts import load_faces
from rendering.engine.values import Area, Finding
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import CLEAR, long_form
from rendering.tests.support.photos import box_data
from rendering.tests.support.print_files import lay_out_data

BAR = {
    "type": "shape",
    "shape": "rectangle",
    "box": box_data(0, 0, 300, 300),
    "fill": {"type": "color", "color": "#D1495B"},
}
FRONT = lay_out_data(long_form(BAR, background=CLEAR), areas=[Area("front", 300, 300)])[0]
NOTE = Finding("thin_line", "warning", "These lines are thin.")
HINT = Finding("upscaled", "info", "This could be sharper.")


def make_proof(*layouts: Layout, findings: tuple[Finding, ...] = ()) -> bytes:
    fonts = ProofFonts(installed_fonts(), functools.partial(load_faces, fallbacks=fallback_fonts()))
    out = io.BytesIO()
    write_proof(ProofDesign(layouts, findings, ["#D1495B", "#FFFFFF"]), ProofWords("Order 7"), fonts, out)
    return out.getvalue()


def rasterize(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(pypdfium2.PdfDocument(data)[0].render(scale=1.0).to_pil().convert("RGB"))


def test_a_proof_is_one_page_of_a4_without_fonts() -> None:
    with pikepdf.open(io.BytesIO(make_proof(FRONT))) as pdf:
        (page,) = pdf.pages
        assert [round(float(value)) for value in page.MediaBox] == [0, 0, 595, 842]
        assert "/Font" not in page.Resources


def test_the_artwork_is_shown_in_its_proportions() -> None:
    pixels = rasterize(make_proof(replace(FRONT, width=300, height=300)))
    red = (pixels[..., 0] > 150) & (pixels[..., 1] < 130) & (pixels[..., 2] < 140)
    rows, columns = np.flatnonzero(red.sum(axis=1) > 100), np.flatnonzero(red.sum(axis=0) > 100)
    assert len(rows) == pytest.approx(len(columns), abs=3)


def test_two_sides_are_beside_each_other() -> None:
    one, two = make_proof(FRONT), make_proof(FRONT, replace(FRONT, placement="back"))
    assert rasterize(one).shape == rasterize(two).shape
    assert not np.array_equal(rasterize(one), rasterize(two))


def test_warnings_are_printed_and_hints_are_not() -> None:
    plain = make_proof(FRONT)
    assert make_proof(FRONT, findings=(HINT,)) == plain
    assert make_proof(FRONT, findings=(NOTE,)) != plain


def test_the_same_design_gives_the_same_bytes() -> None:
    assert make_proof(FRONT, findings=(NOTE,)) == make_proof(FRONT, findings=(NOTE,))
