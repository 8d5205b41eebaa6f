"""Gang sheets, read by pikepdf, pdfium, zbar and Ghostscript."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pyzbar.pyzbar import ZBarSymbol, decode

from rendering.engine.geometry.packing import TooLargeError
from rendering.engine.pdf.cutting import CutLine
from rendering.engine.pdf.document import PdfJob
from rendering.engine.pdf.plates import WhiteInk
from rendering.engine.pdf.sheets import SheetFacts, SheetItem, SheetJob, write_sheets
from rendering.engine.values import Area
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.photos import box_data
from rendering.tests.support.print_files import (
    lay_out_data,
    needs_ghostscript,
    separate_with_ghostscript,
)

AREA = Area("front", 60, 60, bleed_mm=1)
HEART = {
    "type": "shape",
    "shape": "heart",
    "box": box_data(5, 5, 50, 50),
    "fill": {"type": "color", "color": "#D1495B"},
}
STICKER = lay_out_data(
    long_form(HEART, text_layer("Ada", box=box_data(10, 15, 40, 20)), background=CLEAR), areas=[AREA]
)[0]


def make_sheets(items: list[SheetItem], job: SheetJob) -> tuple[bytes, SheetFacts]:
    out = io.BytesIO()
    facts = write_sheets(items, job, out)
    return out.getvalue(), facts


def test_copies_share_one_form() -> None:
    job = SheetJob(558.8, 600, pdf=PdfJob(cut=CutLine()))
    one, _ = make_sheets([SheetItem(STICKER, 1, "order-1/1")], job)
    many, facts = make_sheets([SheetItem(STICKER, 100, "order-1/1")], job)
    assert facts.sheets == 2
    assert len(many) - len(one) < 30_000
    assert len(pikepdf.open(io.BytesIO(many)).pages) == 2


def test_a_code_beside_each_item_names_its_order() -> None:
    data, _ = make_sheets([SheetItem(STICKER, 3, "order-1/1"), SheetItem(STICKER, 2, "order-2/7")], SheetJob(300, 0))
    page = pypdfium2.PdfDocument(data)[0]
    found = decode(page.render(scale=200 / 72).to_pil(), [ZBarSymbol.QRCODE])
    assert sorted(one.data.decode() for one in found) == ["order-1/1"] * 3 + ["order-2/7"] * 2


def test_a_roll_is_as_long_as_its_items() -> None:
    data, facts = make_sheets([SheetItem(STICKER, 12)], SheetJob(300, 0, margin_mm=10, gap_mm=4))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        box = [float(value) for value in pdf.pages[0].MediaBox]
    assert box[2] == pytest.approx(300 * 72 / 25.4, abs=0.01)
    assert box[3] == pytest.approx(facts.length_mm * 72 / 25.4, abs=0.01)
    # Four items of 62 mm a row, three rows, gaps and margins.
    assert facts.length_mm == pytest.approx(3 * 62 + 2 * 4 + 2 * 10, abs=0.1)


@needs_ghostscript
def test_cut_lines_and_white_are_on_plates_of_their_own(tmp_path: Path) -> None:
    job = SheetJob(150, 150, pdf=PdfJob(cut=CutLine(), white=WhiteInk()))
    data, _ = make_sheets([SheetItem(STICKER, 2)], job)
    plates = separate_with_ghostscript(data, 100, tmp_path)
    assert {"White", "CutContour"} <= plates.keys()
    white, cut = (plates[name] > 100 for name in ("White", "CutContour"))
    assert white.any()
    assert cut.any()
    assert not (white & cut).any()


@needs_ghostscript
def test_a_file_for_the_cutter_has_nothing_but_lines(tmp_path: Path) -> None:
    data, _ = make_sheets([SheetItem(STICKER, 2)], SheetJob(150, 150, cut_only=True, pdf=PdfJob(cut=CutLine())))
    plates = separate_with_ghostscript(data, 100, tmp_path)
    inked = {name for name, plate in plates.items() if plate.any()}
    assert inked == {"CutContour"}


def test_the_same_items_give_the_same_bytes() -> None:
    job = SheetJob(300, 400, marks=True, pdf=PdfJob(cut=CutLine("die")))
    items = [SheetItem(STICKER, 7, "a")]
    assert make_sheets(items, job) == make_sheets(items, job)


def test_an_item_that_fits_no_sheet_is_named() -> None:
    with pytest.raises(TooLargeError):
        make_sheets([SheetItem(STICKER)], SheetJob(60, 60))
