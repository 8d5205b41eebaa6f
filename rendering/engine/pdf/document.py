"""A print file: pages with their boxes, marks and plates, the output intent and the metadata."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO
from uuid import UUID

from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.placed import Layout
from rendering.engine.pdf.artwork import draw_artwork, find_room
from rendering.engine.pdf.colors import PdfColors, Press
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.cutting import CutLine, trace_cut, write_cut
from rendering.engine.pdf.marks import SLUG_MM, write_marks
from rendering.engine.pdf.metadata import FIXED_DATE, build_xmp
from rendering.engine.pdf.objects import Name, PdfWriter, Ref, Value, format_number
from rendering.engine.pdf.paths import write_rect
from rendering.engine.pdf.plates import WhiteInk, write_white
from rendering.engine.schema.units import POINT_MM

POINTS = 1 / POINT_MM  # to a mm
_CUT_MARGIN = 1.0  # mm of the sheet around a cut line
_PRINTER_CLASS, _SPACE = slice(12, 16), slice(16, 20)  # of an ICC profile's header (ICC.1:2022, 7.2)


@dataclass(frozen=True)
class PdfJob:
    """How a PDF is to be: `title` and `subject` are for people, `key` tells files apart, for the document's id.

    `press` separates colours into inks. `intent` is the ICC profile that the file is printed by, the press's or sRGB by
    default, and `condition` names it. With `marks`, crop and registration marks lie outside the bleed, and fold marks
    at the distances of `folds` from the left of the trim, mm. With `extends_bleed`, art that ends at the trim is
    mirrored into the bleed. `white` and `cut` add plates of their own.
    """

    title: str = ""
    subject: str = ""
    key: str = ""
    press: Press = field(default_factory=Press)
    intent: bytes | None = field(default=None, repr=False)
    condition: str = ""
    marks: bool = False
    folds: tuple[float, ...] = ()
    extends_bleed: bool = False
    white: WhiteInk | None = None
    cut: CutLine | None = None

    @property
    def output_profile(self) -> bytes:
        """The profile of the output intent."""
        return self.intent or self.press.profile or SRGB_PROFILE

    @property
    def is_pdfx(self) -> bool:
        """Tell whether the file is PDF/X-4, which needs the profile of a printer (ISO 15930-7, 6.2.2)."""
        return self.output_profile[_PRINTER_CLASS] == b"prtr"


def write_pdf(layouts: Sequence[Layout], job: PdfJob, stream: IO[bytes]) -> None:
    """Write a page for each layout, in its real size, to a stream; objects are written as they are made.

    Raises PressError for a profile that cannot be used, and PictureError for a picture.
    """
    writer = PdfWriter(stream)
    colors = PdfColors(writer, job.press)
    root, pages = writer.reserve(), writer.reserve()
    kids = [_write_page(writer, colors, pages, layout, job) for layout in layouts]
    finish_document(writer, root, pages, kids, job)


def finish_document(writer: PdfWriter, root: Ref, pages: Ref, kids: Sequence[Ref], job: PdfJob) -> None:
    """Write what belongs to all pages: their list, the output intent, the metadata and the end of the file."""
    writer.put(pages, {"Type": Name("Pages"), "Kids": kids, "Count": len(kids)})
    profile = job.output_profile
    channels = 4 if profile[_SPACE] == b"CMYK" else 3
    condition = job.condition or ("Custom" if job.is_pdfx else "sRGB")
    intent: dict[str, Value] = {
        "Type": Name("OutputIntent"),
        "S": Name("GTS_PDFX"),
        "OutputConditionIdentifier": condition,
        "Info": condition,
        "DestOutputProfile": writer.add_stream({"N": channels}, profile),
    }
    xmp = build_xmp(job.title, job.subject, _document_id(job), is_pdfx=job.is_pdfx)
    metadata = writer.add_stream({"Type": Name("Metadata"), "Subtype": Name("XML")}, xmp, compress=False)
    catalog: dict[str, Value] = {
        "Type": Name("Catalog"),
        "Pages": pages,
        "OutputIntents": [intent],
        "Metadata": metadata,
    }
    writer.put(root, catalog)
    info: dict[str, Value] = {
        "Title": job.title,
        "Subject": job.subject,
        "Producer": "Customify",
        "CreationDate": FIXED_DATE,
        "ModDate": FIXED_DATE,
        "Trapped": Name("False"),
    }
    if job.is_pdfx:
        info["GTS_PDFXVersion"] = "PDF/X-4"
    writer.finish(root, writer.add(info))


def _document_id(job: PdfJob) -> UUID:
    return UUID(bytes=hashlib.sha256(f"{job.key}\0{job.title}".encode()).digest()[:16], version=4)


def _write_page(writer: PdfWriter, colors: PdfColors, pages: Ref, layout: Layout, job: PdfJob) -> Ref:
    room = find_room(layout)
    content = Content(writer, colors, room)
    draw_artwork(content, layout, extends_bleed=job.extends_bleed)
    if job.white:
        content.draw(write_white(content, layout, job.white))
    over: list[str] = []
    slug = SLUG_MM if job.marks else 0.0
    if job.cut:
        line = trace_cut(layout, job.cut, room)
        over.append(write_cut(content, line, job.cut))
        slug = max(slug, _measure_overhang(line, room))
    if job.marks:
        over.append(write_marks(content, layout.width, layout.height, layout.area.bleed_mm, job.folds))
    edge = layout.area.bleed_mm + slug
    # With more digits than other matrices have: pdfium moves a photo by a px if it is a little larger than the page.
    scale, x, y = f"{POINTS:.9g}", format_number(edge * POINTS), format_number((layout.height + edge) * POINTS)
    onto = f"{scale} 0 0 -{scale} {x} {y} cm"
    parts = [f"q {onto}", "q", f"{write_rect(room)} W n", content.operators, "Q", *over, "Q"]
    return writer.add(
        {
            "Type": Name("Page"),
            "Parent": pages,
            **_describe_boxes(layout, edge),
            "Resources": content.resources,
            "Group": content.describe_group(),
            "Contents": writer.add_stream({}, "\n".join(filter(None, parts)).encode()),
        }
    )


def _measure_overhang(line: Curves, room: Rect) -> float:
    """Return the width of the margin around the bleed that a cut line needs, mm."""
    bounds = line.bounding_rect(Transform())
    if bounds is None:
        return 0.0
    sides = room.left - bounds.left, room.top - bounds.top, bounds.right - room.right, bounds.bottom - room.bottom
    overhang = max(sides)
    return math.ceil(overhang) + _CUT_MARGIN if overhang > 0 else 0.0


def _describe_boxes(layout: Layout, edge: float) -> dict[str, Value]:
    """Return the boxes of a page whose trim begins `edge` mm from the sheet's edge (14.11.2)."""

    def box(margin: float) -> list[float]:
        left, right = edge - margin, edge + layout.width + margin
        top, bottom = edge - margin, edge + layout.height + margin
        return [round(value * POINTS, 4) for value in (left, top, right, bottom)]

    return {"MediaBox": box(edge), "BleedBox": box(layout.area.bleed_mm), "TrimBox": box(0)}
