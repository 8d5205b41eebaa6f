"""Print files as a whole: boxes, pages, metadata, and what other programs say about them."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from customify.testing.spawn import PROJECT
from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.cutting import CutLine
from rendering.engine.pdf.document import PdfJob
from rendering.engine.pdf.plates import WhiteInk
from rendering.engine.values import Area, PressError
from rendering.gallery.pictures import BADGE, make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.print_files import (
    AREA,
    CMYK_PROFILE,
    POINTS,
    check_with_qpdf,
    lay_out_data,
    make_pdf,
    needs_profile,
    needs_qpdf,
    open_pdf,
)

PROGRAM = f"from {__name__} import digest; print(digest())"
STICKER = long_form(
    {"type": "image", "asset": BADGE, "box": {"x": 50, "y": 50, "width": 200, "height": 200}},
    text_layer("Soft", shadow={"blur": 2}, color="#204060"),
    background=CLEAR,
)
POSTER = Area("front", 420, 594, bleed_mm=3)


def digest() -> str:
    total = hashlib.sha256()
    pictures = make_pictures()
    for piece in GALLERY:
        total.update(make_pdf(lay_out_data(piece.design_data, pictures), PdfJob(title=piece.name)))
    total.update(make_pdf(lay_out_data(STICKER, pictures), every_plate()))
    return total.hexdigest()


def every_plate() -> PdfJob:
    press = Press(CMYK_PROFILE.read_bytes()) if CMYK_PROFILE.exists() else Press()
    return PdfJob("Plates", press=press, white=WhiteInk(), cut=CutLine(), marks=True, extends_bleed=True)


def boxes(page: Any) -> dict[str, list[float]]:
    return {name: [float(value) / POINTS for value in page[f"/{name}"]] for name in ("MediaBox", "BleedBox", "TrimBox")}


def test_boxes_are_the_real_size_with_the_bleed_around_the_trim() -> None:
    document = open_pdf(make_pdf(lay_out_data(long_form(text_layer()), areas=[POSTER])))
    found = boxes(document.pages[0])
    assert found["MediaBox"] == pytest.approx([0, 0, 426, 600], abs=1e-4)
    assert found["BleedBox"] == pytest.approx([0, 0, 426, 600], abs=1e-4)
    assert found["TrimBox"] == pytest.approx([3, 3, 423, 597], abs=1e-4)


def test_marks_lie_outside_the_bleed() -> None:
    job = PdfJob(marks=True)
    document = open_pdf(make_pdf(lay_out_data(long_form(text_layer()), areas=[POSTER]), job))
    found = boxes(document.pages[0])
    assert found["MediaBox"] == pytest.approx([0, 0, 446, 620], abs=1e-4)
    assert found["BleedBox"] == pytest.approx([10, 10, 436, 610], abs=1e-4)
    assert found["TrimBox"] == pytest.approx([13, 13, 433, 607], abs=1e-4)


def test_there_is_a_page_for_each_placement() -> None:
    data = long_form(text_layer("Front"))
    data["placements"]["back"] = {"layers": [text_layer("Back")]}
    layouts = lay_out_data(data, areas=[AREA, Area("back", 100, 200)])
    document = open_pdf(make_pdf(layouts))
    assert [boxes(page)["TrimBox"][2:] for page in document.pages] == [
        pytest.approx([300, 300], abs=1e-4),
        pytest.approx([100, 200], abs=1e-4),
    ]


def test_no_font_is_in_a_file() -> None:
    pictures = make_pictures()
    for piece in GALLERY:
        document = open_pdf(make_pdf(lay_out_data(piece.design_data, pictures)))
        assert not any("/Font" in repr(one) for one in document.objects), piece.name


@needs_qpdf
def test_qpdf_has_no_complaint(tmp_path: Path) -> None:
    pictures = make_pictures()
    for piece in GALLERY:
        data = make_pdf(lay_out_data(piece.design_data, pictures), PdfJob(title="Größe (1)", marks=True))
        assert check_with_qpdf(data, tmp_path) == "", piece.name


@pytest.mark.parametrize(
    "command",
    [
        ["qpdf", "--check"],
        ["pdfinfo", "-box"],
        ["mutool", "draw", "-q", "-o", "drawn.png"],
        ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-sDEVICE=nullpage"],
    ],
    ids=lambda command: command[0],
)
def test_other_programs_have_no_complaint_about_plates_marks_and_inks(command: list[str], tmp_path: Path) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    (tmp_path / "file.pdf").write_bytes(make_pdf(lay_out_data(STICKER, make_pictures()), every_plate()))
    done = subprocess.run([*command, "file.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
    complaints = done.stderr.replace("warning: ICC support is not available\n", "")  # of Debian's build of mutool
    assert (done.returncode, complaints) == (0, "")


@pytest.mark.parametrize(("seed", "locale"), [("0", "C"), ("4242", "tr_TR.UTF-8")])
def test_another_process_writes_the_same_bytes(seed: str, locale: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": "Asia/Kolkata"}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest()


def test_without_a_printers_profile_a_file_does_not_claim_to_be_pdf_x() -> None:
    data = make_pdf(lay_out_data(long_form(text_layer())))
    assert b"PDF/X" not in data
    document = open_pdf(data)
    assert document.Root.OutputIntents[0].DestOutputProfile.read_bytes() == SRGB_PROFILE


@needs_profile
def test_with_a_printers_profile_it_has_the_keys_of_pdf_x_4() -> None:
    profile = CMYK_PROFILE.read_bytes()
    data = make_pdf(lay_out_data(long_form(text_layer())), PdfJob("T", intent=profile, condition="FOGRA39"))
    document = open_pdf(data)
    assert document.pdf_version == "1.6"
    assert "PDF/X-4" in document.Root.Metadata.read_bytes().decode()
    info, intent = document.trailer.Info, document.Root.OutputIntents[0]
    assert {str(info.GTS_PDFXVersion), str(info.Title), str(info.Trapped)} == {"PDF/X-4", "T", "/False"}
    assert (str(intent.S), str(intent.OutputConditionIdentifier)) == ("/GTS_PDFX", "FOGRA39")
    assert intent.DestOutputProfile.N == 4
    assert intent.DestOutputProfile.read_bytes() == profile
    assert len(document.trailer.ID) == 2


def test_a_profile_that_is_none_is_named() -> None:
    with pytest.raises(PressError, match="no ICC profile of a CMYK printer"):
        make_pdf(lay_out_data(long_form(text_layer(color="#123456"))), PdfJob(press=Press(b"x")))


def test_metadata_is_escaped() -> None:
    data = make_pdf(lay_out_data(long_form(text_layer())), PdfJob("A < B & C", "Größe"))
    assert b"A &lt; B &amp; C" in data
    assert str(open_pdf(data).trailer.Info.Subject) == "Größe"
