"""Gang sheets: many designs on sheets or a roll, each drawn once as a form, with cut lines and a code of its order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import IO, NamedTuple

import numpy as np

from rendering.engine.color.srgb import BLACK
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.packing import Place, pack_rectangles
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr_symbol import encode_symbol
from rendering.engine.pdf.artwork import draw_artwork, find_room
from rendering.engine.pdf.colors import PdfColors
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.cutting import CutLine, trace_cut, write_cut
from rendering.engine.pdf.document import POINTS, PdfJob, finish_document
from rendering.engine.pdf.objects import Name, PdfWriter, Ref, Value, format_number
from rendering.engine.pdf.paths import Matrix, write_matrix
from rendering.engine.pdf.plates import write_white
from rendering.engine.pdf.qr import merge_modules

_LABEL_MM, _LABEL_GAP_MM = 8.0, 1.5  # side of an item's code, and its distance from the item
_QUIET = 2  # modules around a label: cutters read at a fixed distance, on white film
_CORNER_MM, _CORNER_GAP_MM = 4.0, 1.0  # length of the marks at an item's corners, and their distance from it
_LINE_MM = 0.1


@dataclass(frozen=True, slots=True)
class SheetItem:
    """A design to be placed `count` times; `label` is in the code beside it, such as the order and the item."""

    layout: Layout
    count: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class SheetJob:
    """The sheets: sides in mm, a `height_mm` of 0 for a roll, the free margin around, and the gap between items.

    `pdf` says how the art is printed, with its white plate and its cut line, which each item gets; with `marks`, items
    have marks at their corners. With `cut_only`, cut lines and marks alone are drawn.
    """

    width_mm: float
    height_mm: float = 0.0
    margin_mm: float = 10.0
    gap_mm: float = 4.0
    may_turn: bool = True
    marks: bool = False
    cut_only: bool = False
    pdf: PdfJob = field(default_factory=PdfJob)


class SheetFacts(NamedTuple):
    """What was laid out: number of sheets, the length of the last one in mm, and the share that items fill, 0 to 1."""

    sheets: int
    length_mm: float
    fill: float


class _Cell(NamedTuple):
    """The room that one item takes: its art with bleed and cut line, and its label below; mm from its trim."""

    room: Rect
    label_top: float
    cut_line: Curves | None

    @property
    def size(self) -> tuple[float, float]:
        return self.room.width, self.room.height


def write_sheets(items: Sequence[SheetItem], job: SheetJob, stream: IO[bytes]) -> SheetFacts:
    """Write sheets with all items to a stream.

    Raises TooLargeError for an item that fits on no sheet (its number is that of the copy), PressError and
    PictureError.
    """
    writer = PdfWriter(stream)
    colors = PdfColors(writer, job.pdf.press)
    root, pages = writer.reserve(), writer.reserve()
    cells = [_measure_cell(item, job.pdf.cut) for item in items]
    copies = list(chain.from_iterable([number] * item.count for number, item in enumerate(items)))
    width = job.width_mm - 2 * job.margin_mm
    height = job.height_mm - 2 * job.margin_mm if job.height_mm else 0.0
    places = pack_rectangles(
        [cells[number].size for number in copies], width, height, job.gap_mm, may_turn=job.may_turn
    )
    length = job.height_mm or _measure_length(places, [cells[number] for number in copies]) + 2 * job.margin_mm
    forms = {
        number: _write_forms(writer, colors, items[number], cells[number], job) for number in dict.fromkeys(copies)
    }
    kids = []
    by_sheet = sorted(zip(places, copies, strict=True), key=lambda pair: pair[0].sheet)
    for _, group in groupby(by_sheet, key=lambda pair: pair[0].sheet):
        content = Content(writer, colors, Rect(0, 0, job.width_mm, length))
        for place, number in group:
            onto = _place_cell(cells[number], place, job.margin_mm)
            _draw_item(content, items[number], cells[number], forms[number], onto)
            if job.marks:
                content.draw(f"{write_matrix(onto)}\n{_write_corners(content, items[number].layout)}")
        kids.append(_write_sheet(writer, content, pages, job.width_mm, length))
    finish_document(writer, root, pages, kids, job.pdf)
    used = sum(cells[number].room.width * cells[number].room.height for number in copies)
    return SheetFacts(len(kids), round(length, 2), round(used / (job.width_mm * length * max(1, len(kids))), 4))


def _measure_cell(item: SheetItem, cut: CutLine | None) -> _Cell:
    room = find_room(item.layout)
    line = trace_cut(item.layout, cut, room) if cut else None
    bounds = line.bounding_rect(Transform()) if line else None
    room = _unite(room, bounds) if bounds else room
    label_top = room.bottom + _LABEL_GAP_MM
    return _Cell(room._replace(bottom=label_top + _LABEL_MM) if item.label else room, label_top, line)


def _measure_length(places: Sequence[Place], cells: Sequence[_Cell]) -> float:
    ends = (
        place.y + (cell.room.width if place.is_turned else cell.room.height)
        for place, cell in zip(places, cells, strict=True)
    )
    return max(ends, default=0.0)


def _write_forms(writer: PdfWriter, colors: PdfColors, item: SheetItem, cell: _Cell, job: SheetJob) -> tuple[Ref, ...]:
    """Write an item's art as a group, and its plates as they are, once for all copies; return their numbers.

    Plates are painted on the sheet itself: within a group, not all software finds their inks.
    """
    layout, cut, room = item.layout, job.pdf.cut, find_room(item.layout)
    forms = []
    if not job.cut_only:
        art = Content(writer, colors, room)
        draw_artwork(art, layout, extends_bleed=job.pdf.extends_bleed)
        forms.append(art.add_form(art))
    plates = Content(writer, colors, room)
    if job.pdf.white and not job.cut_only:
        plates.draw(write_white(plates, layout, job.pdf.white))
    if cut and cell.cut_line:
        plates.draw(write_cut(plates, cell.cut_line, cut))
        if bounds := cell.cut_line.bounding_rect(Transform()):  # it may lie outside of the bleed
            plates.room = _unite(room, bounds).expand(_LINE_MM)
    if not plates.is_empty:
        forms.append(plates.add_form(plates, is_group=False))
    return tuple(forms)


def _unite(one: Rect, other: Rect) -> Rect:
    left, top = min(one.left, other.left), min(one.top, other.top)
    return Rect(left, top, max(one.right, other.right), max(one.bottom, other.bottom))


def _draw_item(content: Content, item: SheetItem, cell: _Cell, forms: Sequence[Ref], onto: Matrix) -> None:
    parts = [write_matrix(onto)]
    parts += map(content.place_object, forms)
    if item.label:
        parts.append(_write_label(content, item.label, cell))
    content.draw("\n".join(parts))


def _place_cell(cell: _Cell, place: Place, margin: float) -> Matrix:
    """Return the matrix that moves the cell of an item, mm from its trim, to its place on the sheet."""
    x, y = place.x + margin, place.y + margin
    if place.is_turned:  # by 90 degrees clockwise: the cell's bottom is on the left
        return 0.0, 1.0, -1.0, 0.0, x + cell.room.bottom, y - cell.room.left
    return 1.0, 0.0, 0.0, 1.0, x - cell.room.left, y - cell.room.top


def _write_label(content: Content, label: str, cell: _Cell) -> str:
    """Return the operators that draw the code of an item's order below it, with its quiet zone inside the label."""
    symbol = encode_symbol(label, "M", None)
    modules = np.array([list(row) for row in symbol.modules], np.uint8)
    side = _LABEL_MM / (len(modules) + 2 * _QUIET)
    onto: Matrix = (side, 0.0, 0.0, side, cell.room.left + _QUIET * side, cell.label_top + _QUIET * side)
    rectangles = "\n".join(
        f"{left} {top} {right - left} {bottom - top} re" for left, top, right, bottom in merge_modules(modules)
    )
    return f"q\n{write_matrix(onto)}\n{content.colors.write_fill(BLACK)}\n{rectangles}\nf\nQ"


def _write_corners(content: Content, layout: Layout) -> str:
    """Return the operators that draw marks at the corners of an item's trim."""
    bleed = layout.area.bleed_mm
    near, far = bleed + _CORNER_GAP_MM, bleed + _CORNER_GAP_MM + _CORNER_MM
    lines = []
    for x, across in ((0.0, -1), (layout.width, 1)):
        for y, down in ((0.0, -1), (layout.height, 1)):
            lines.append(_line(x + across * near, y, x + across * far, y))
            lines.append(_line(x, y + down * near, x, y + down * far))
    return "\n".join([*_choose_mark_ink(content), *lines, "S"])


def _choose_mark_ink(content: Content) -> tuple[str, str]:
    name = content.add_resource("ColorSpace", content.add_separation("All", (1.0, 1.0, 1.0, 1.0)))
    return f"/{name} CS 1 SCN", f"{format_number(_LINE_MM)} w"


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{format_number(x0)} {format_number(y0)} m {format_number(x1)} {format_number(y1)} l"


def _write_sheet(writer: PdfWriter, content: Content, pages: Ref, width: float, height: float) -> Ref:
    box: Value = [0, 0, round(width * POINTS, 4), round(height * POINTS, 4)]
    onto = f"{POINTS:.9g} 0 0 -{POINTS:.9g} 0 {format_number(height * POINTS)} cm"
    return writer.add(
        {
            "Type": Name("Page"),
            "Parent": pages,
            "MediaBox": box,
            "TrimBox": box,
            "Resources": content.resources,
            "Group": content.describe_group(),
            "Contents": writer.add_stream({}, f"q {onto}\n{content.operators}\nQ".encode()),
        }
    )
