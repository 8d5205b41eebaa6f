"""Draws the files of a print render into a temporary folder; nothing is whole in memory."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from designs.drawing.errors import UndrawableError
from designs.lifecycle import StoredFileRow
from designs.renders.print_options import PrintOptions, list_files, load_profile, plate_name
from designs.renders.snapshot import inputs_sha256
from rendering.engine.draw import LaidOutDesign
from rendering.engine.layout.placed import Layout
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.document import PdfJob, write_pdf
from rendering.engine.pdf.parity import measure_parity
from rendering.engine.pdf.plates import separate_plates
from rendering.engine.pdf.raster_files import write_png, write_tiff, write_white_mask
from rendering.engine.pdf.svg import build_svg
from rendering.engine.schema.units import INCH_MM
from rendering.engine.values import DrawLimitError, PressError

USUAL_DPI = 300.0
PLATE_DPI = 150.0


class TemporaryFolder:
    """A folder that is deleted with this object."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="customify-print-"))
        self._delete = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True)
class PrintOrder:
    """What a snapshot says of its print files, with the profile that it names; `max_pixels` is the limit of a file."""

    options: PrintOptions
    job: PdfJob
    max_pixels: float

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any], max_pixels: float) -> PrintOrder:
        """Read an order. Raises PressError if the profile is another one by now, OSError if it cannot be read."""
        frozen = snapshot["print"]
        options, press = PrintOptions.from_json(frozen["options"]), frozen["press"]
        profile = load_profile(press["profile"])
        is_cmyk = options.color == "cmyk"
        inputs = inputs_sha256(snapshot)
        job = PdfJob(
            title=f"Design {frozen['design']}, revision {frozen['revision']}",
            subject=f"Inputs {inputs}",
            key=inputs,
            press=Press(profile if is_cmyk else None, press["max_ink"]),
            intent=profile,
            condition=press["condition"],
            marks=options.marks,
            extends_bleed=options.extend_bleed,
            white=options.white_ink,
            cut=options.cut_line,
        )
        return cls(options, job, max_pixels)


@dataclass(frozen=True)
class PrintedFiles:
    """Drawn files: the folder that holds them, their rows, and what the receipt says of each and of parity."""

    folder: TemporaryFolder
    rows: list[StoredFileRow]
    about: dict[str, Any]


def draw_print_files(order: PrintOrder, design: LaidOutDesign, check_stop: Callable[[], None]) -> PrintedFiles:
    """Draw every file of an order. Raises UndrawableError (`parity`) where the PDF does not show the preview."""
    folder = TemporaryFolder()
    layouts = [design.layouts[name] for name in order.options.placements]
    rows, about = [], []
    for name, kind, placement in list_files(order.options):
        check_stop()
        shown = [design.layouts[placement]] if placement else layouts
        row, facts = _draw_file(order, folder.path / name, kind, shown)
        rows.append(row)
        about.append(facts)
    plates = _draw_plates(order, folder.path, layouts)
    rows += [row for row, _ in plates]
    receipt: dict[str, Any] = {"files": about, "plates": [facts for _, facts in plates]}
    if "pdf" in order.options.formats:
        receipt |= _check_parity(order, folder.path / "print.pdf", layouts)
    return PrintedFiles(folder, rows, receipt)


def _draw_file(
    order: PrintOrder, path: Path, kind: str, layouts: Sequence[Layout]
) -> tuple[StoredFileRow, dict[str, Any]]:
    begun, layout = time.monotonic(), layouts[0]
    is_vector = kind in {"pdf", "svg"}
    dpi = layout.area.recommended_dpi or USUAL_DPI
    with path.open("wb") as stream:
        _write_file(order, path.name, kind, layouts, dpi, stream)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    width, height = (max(1, round(side * dpi / INCH_MM)) for side in (layout.width, layout.height))
    row = StoredFileRow(
        name=path.name,
        kind="print_file",
        format=kind,
        width=width,
        height=height,
        bytes=path.stat().st_size,
        sha256=sha256,
        placement="" if kind == "pdf" else layout.placement,
        dpi=round(dpi, 2),
    )
    facts = {
        "name": path.name,
        "placements": [each.placement for each in layouts],
        "pages": len(layouts),
        "mm": [[round(each.width, 3), round(each.height, 3)] for each in layouts],
        "bleed_mm": [each.area.bleed_mm for each in layouts],
        "dpi": None if is_vector else round(dpi, 2),
        "pdfx": "PDF/X-4" if kind == "pdf" and order.job.is_pdfx else None,
        "drawing_ms": round((time.monotonic() - begun) * 1000, 2),
    }
    return row, facts


def _write_file(  # noqa: PLR0917  all that a file is made of
    order: PrintOrder, name: str, kind: str, layouts: Sequence[Layout], dpi: float, stream: IO[bytes]
) -> None:
    layout, options = layouts[0], order.options
    is_mirrored = layout.area.mirrored if options.mirrored is None else options.mirrored
    if kind == "pdf":
        write_pdf(layouts, order.job, stream)
        return
    if kind == "svg":
        try:
            stream.write(build_svg(layout, order.job.title, options.cut_line))
        except PressError as error:
            raise UndrawableError("no_outlines", f"{name} cannot be made: {error}.") from error
        return
    pixels = layout.width * layout.height * (dpi / INCH_MM) ** 2
    if pixels > order.max_pixels:
        raise DrawLimitError(
            f"{name} would have {pixels / 1e6:.0f} megapixels; at most {order.max_pixels / 1e6:g} are drawn."
            " Order a PDF."
        )
    if name.startswith("white-"):
        if options.white_ink is None:
            raise AssertionError("a mask of white is listed with the option alone")
        write_white_mask(layout, options.white_ink, stream, is_mirrored=is_mirrored)
        return
    for leaf in layout.iter_leaves():
        leaf.expect_size(dpi / INCH_MM)
    if kind == "png":
        write_png(layout, dpi, stream, is_mirrored=is_mirrored)
    else:
        write_tiff(layout, dpi, stream, order.job.press, is_mirrored=is_mirrored)


def _draw_plates(
    order: PrintOrder, folder: Path, layouts: Sequence[Layout]
) -> list[tuple[StoredFileRow, dict[str, Any]]]:
    """Draw a small picture of each ink, with the share of the print area that it covers."""
    plates = []
    for layout in layouts:
        for plate in separate_plates(layout, order.job.press, order.options.white_ink, PLATE_DPI):
            data = plate.to_png(PLATE_DPI)
            name = plate_name(layout.placement, plate.name)
            (folder / name).write_bytes(data)
            row = StoredFileRow(
                name=name,
                kind="print_file",
                format="png",
                width=plate.picture.width,
                height=plate.picture.height,
                bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                placement=layout.placement,
                dpi=PLATE_DPI,
            )
            plates.append((row, {"name": name, "ink": plate.name, "coverage": plate.coverage}))
    return plates


def _check_parity(order: PrintOrder, path: Path, layouts: Sequence[Layout]) -> dict[str, Any]:
    if order.options.color == "cmyk":
        return {"parity": None}
    pages = measure_parity(path, layouts)
    if missed := [page for page in pages if not page.is_met]:
        worst = max(missed, key=lambda page: page.worst_part)
        message = (
            f"The print file of {worst.placement} differs from the preview, in one place by {worst.worst_part:g} of "
            f"255; at most {worst.limit:g} is allowed. Report it to the operator."
        )
        raise UndrawableError("parity", message)
    return {"parity": [page.to_json() for page in pages]}
