"""A proof for the customer: one page with the artwork, its size, its colours, what preflight found, and a signature.

The words are laid out by the engine itself, as outlines, so that the page looks the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.context import FaceLoader
from rendering.engine.layout.page import lay_out
from rendering.engine.layout.placed import Layout
from rendering.engine.pdf.artwork import draw_artwork
from rendering.engine.pdf.colors import PdfColors
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.document import POINTS, PdfJob, finish_document
from rendering.engine.pdf.layer import draw_layer
from rendering.engine.pdf.objects import Name, PdfWriter, Value, format_number
from rendering.engine.pdf.paths import write_matrix, write_rect
from rendering.engine.schema import Placement
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Finding, Font

WIDTH_MM, HEIGHT_MM = 210.0, 297.0  # A4
_MARGIN, _ART_TOP, _ART_HEIGHT, _GAP = 15.0, 42.0, 140.0, 8.0  # mm
_TEXT_TOP, _LINE, _FOOT_TOP = 196.0, 5.5, 268.0  # mm
_INK, _PALE = "#1E1E28", "#8C8C96"
_FINDINGS_LISTED, _COLORS_LISTED = 8, 14
_SWATCH = 5.0  # mm
_MARK_OPACITY = 0.16
_TRIM_COLOR, _TRIM_LINE = (178, 178, 178), 0.15  # of the frame around the trim; mm


@dataclass(frozen=True, slots=True)
class ProofWords:
    """What a proof says, and its fonts, by their names in the catalogue.

    `mark` lies across the artwork, `consent` above the line to sign.
    """

    title: str
    details: Sequence[str] = ()
    font: str = "Inter-Regular"
    bold_font: str = "Inter-Bold"
    mark: str = "PROOF"
    consent: str = "I have checked spelling, colours, size and position. Please print it as shown."
    signature: str = "Date, name, signature"
    findings_title: str = "Please note"
    no_findings: str = "Nothing to note."


class ProofFonts(NamedTuple):
    """The fonts of the catalogue, and how they are loaded."""

    fonts: Mapping[str, Font]
    load_faces: FaceLoader


@dataclass(frozen=True, slots=True)
class ProofDesign:
    """What is proofed: the layouts of a design, its findings, and the colours of its facts, #RRGGBB."""

    layouts: Sequence[Layout]
    findings: Sequence[Finding] = ()
    colors: Sequence[str] = ()


def write_proof(design: ProofDesign, words: ProofWords, fonts: ProofFonts, stream: IO[bytes]) -> None:
    """Write the proof of a design to a stream: A4, in sRGB.

    Raises PictureError for a picture that cannot be used, and FontError for a font.
    """
    job = PdfJob(title=words.title, key=words.title)
    writer = PdfWriter(stream)
    pdf_colors = PdfColors(writer, job.press)
    root, pages = writer.reserve(), writer.reserve()
    content = Content(writer, pdf_colors, Rect(0, 0, WIDTH_MM, HEIGHT_MM))
    for layout, box in zip(design.layouts, _arrange(design.layouts), strict=True):
        _draw_art(content, layout, box)
    shown = design.colors[:_COLORS_LISTED]
    for number, color in enumerate(shown):
        swatch = Rect(0, 0, _SWATCH, _SWATCH).move(*_place_swatch(number))
        _draw_frame(content, swatch)
        content.draw(f"{pdf_colors.write_fill(parse_hex(color))}\n{write_rect(swatch)} f")
    layers = [
        *_write_heading(words),
        *_write_sizes(design.layouts),
        *_write_colors(shown),
        *_write_findings(design.findings, words),
        *_write_foot(words),
        _write_mark(words),
    ]
    placement = Placement.model_validate({"layers": layers})
    spec = PlacementSpec("proof", WIDTH_MM, HEIGHT_MM, 1.0, placement)
    for layer in lay_out(spec, fonts.fonts, fonts.load_faces).layers:
        draw_layer(content, layer)
    sheet: Value = [0, 0, round(WIDTH_MM * POINTS, 4), round(HEIGHT_MM * POINTS, 4)]
    onto = f"{POINTS:.9g} 0 0 -{POINTS:.9g} 0 {format_number(HEIGHT_MM * POINTS)} cm"
    page = writer.add(
        {
            "Type": Name("Page"),
            "Parent": pages,
            "MediaBox": sheet,
            "TrimBox": sheet,
            "Resources": content.resources,
            "Group": content.describe_group(),
            "Contents": writer.add_stream({}, f"q {onto}\n{content.operators}\nQ".encode()),
        }
    )
    finish_document(writer, root, pages, [page], job)


def _arrange(layouts: Sequence[Layout]) -> list[Rect]:
    """Return where each placement is shown, beside each other in one scale, mm."""
    total = sum(layout.width for layout in layouts)
    room = WIDTH_MM - 2 * _MARGIN - _GAP * (len(layouts) - 1)
    scale = min(room / total, _ART_HEIGHT / max(layout.height for layout in layouts))
    left = (WIDTH_MM - total * scale - _GAP * (len(layouts) - 1)) / 2
    boxes = []
    for layout in layouts:
        width, height = layout.width * scale, layout.height * scale
        top = _ART_TOP + (_ART_HEIGHT - height) / 2
        boxes.append(Rect(left, top, left + width, top + height))
        left += width + _GAP
    return boxes


def _draw_art(content: Content, layout: Layout, box: Rect) -> None:
    """Draw a placement in a box, on the product's colour if it is known, with a thin line around the trim."""
    if layout.product_color:
        content.draw(f"{content.colors.write_fill(layout.product_color)}\n{write_rect(box)} f")
    art = Content(content.writer, content.colors, Rect(0, 0, layout.width, layout.height))
    draw_artwork(art, layout, extends_bleed=False)
    scale = box.width / layout.width
    form = content.place_object(art.add_form(art))
    content.draw(f"{write_matrix((scale, 0, 0, scale, box.left, box.top))}\n{form}")
    _draw_frame(content, box)


def _draw_frame(content: Content, box: Rect) -> None:
    """Draw four bars, a thin frame around a box."""
    outer = box.expand(_TRIM_LINE)
    bars = [outer._replace(bottom=box.top), outer._replace(top=box.bottom)]
    bars += [outer._replace(right=box.left), outer._replace(left=box.right)]
    content.draw("\n".join([content.colors.write_fill(_TRIM_COLOR), *map(write_rect, bars), "f"]))


def _text(words: str, size: float, box: Sequence[float], font: str, **fields: Any) -> dict[str, Any]:
    placed = dict(zip(("x", "y", "width", "height"), box, strict=True))
    layer = {"type": "text", "text": words, "font": font, "size": size, "box": placed, "color": _INK, "align": "left"}
    return {**layer, "valign": "baseline", "fit": "shrink", **fields}


def _write_heading(words: ProofWords) -> list[dict[str, Any]]:
    width = WIDTH_MM - 2 * _MARGIN
    layers = [_text(words.title, 7, (_MARGIN, 12, width, 9), words.bold_font)]
    for number, line in enumerate(words.details[:3]):
        box = (_MARGIN, 22 + number * _LINE, width, _LINE)
        layers.append(_text(line, 3.4, box, words.font, color=_PALE))
    return layers


def _write_sizes(layouts: Sequence[Layout], font: str = "Inter-Regular") -> list[dict[str, Any]]:
    layers = []
    for layout, box in zip(layouts, _arrange(layouts), strict=True):
        words = f"{layout.placement}: {layout.width:g} × {layout.height:g} mm"
        place = (box.left - 10, box.bottom + 1.5, box.width + 20, _LINE)
        layers.append(_text(words, 3.4, place, font, align="center"))
    return layers


def _place_swatch(number: int) -> tuple[float, float]:
    return _MARGIN + number % 7 * 26.0, _TEXT_TOP + number // 7 * 7.0


def _write_colors(colors: Sequence[str], font: str = "Inter-Regular") -> list[dict[str, Any]]:
    layers = []
    for number, color in enumerate(colors):
        x, y = _place_swatch(number)
        layers.append(_text(color, 3, (x + _SWATCH + 1.5, y, 18, _SWATCH), font))
    return layers


def _write_findings(findings: Sequence[Finding], words: ProofWords) -> list[dict[str, Any]]:
    width, top = WIDTH_MM - 2 * _MARGIN, _TEXT_TOP + 16
    layers = [_text(words.findings_title, 3.8, (_MARGIN, top, width, _LINE), words.bold_font)]
    notes = [finding.message for finding in findings if finding.severity != "info"]
    for number, note in enumerate(notes[:_FINDINGS_LISTED] or [words.no_findings]):
        box = (_MARGIN, top + (number + 1) * _LINE, width, _LINE)
        layers.append(_text(note, 3.2, box, words.font))
    return layers


def _write_foot(words: ProofWords) -> list[dict[str, Any]]:
    width = WIDTH_MM - 2 * _MARGIN
    line = {"x": _MARGIN, "y": _FOOT_TOP + 14, "width": 110, "height": 1}
    stroke = {"width": 0.2, "color": _INK}
    return [
        _text(words.consent, 3.4, (_MARGIN, _FOOT_TOP, width, _LINE), words.font),
        {"type": "shape", "shape": "line", "box": line, "stroke": stroke},
        _text(words.signature, 2.8, (_MARGIN, _FOOT_TOP + 16, width, 4), words.font, color=_PALE),
    ]


def _write_mark(words: ProofWords) -> dict[str, Any]:
    box = (_MARGIN, _ART_TOP, WIDTH_MM - 2 * _MARGIN, _ART_HEIGHT)
    mark = _text(words.mark, 60, box, words.bold_font, align="center", valign="middle")
    return {**mark, "color": "#808080", "opacity": _MARK_OPACITY, "rotation": -30}
