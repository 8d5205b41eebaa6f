"""An example of each finding of preflight, for docs/preflight.md."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Drawing, Finding, Output, Picture, Rules, Technique
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.gallery.layers import (
    CREAM,
    INK,
    NAVY,
    RED,
    SAND,
    TEAL,
    make_gradient,
    make_stroke,
    qr_layer,
    shape_layer,
)
from rendering.gallery.pictures import BADGE, LANDSCAPE, make_pictures

SIDE = 320  # px of an example's longer side
_RULES = Rules(text_min=1, text_max=2000, size_min=0.1, size_max=1000)
_DTG = Technique("dtg", 0.35, 0.35, 2.0, 0.8, blur_mm=0.1, semi_transparency=False)
_SCREEN = Technique("screen", min_line_mm=0.35, max_colors=2, gradients=False)
_OFFSET = Technique("offset", max_ink=300)
_PLAIN = Area("front", 200, 200)
_SHIRT = Area("front", 200, 200, 150, safe_mm=10, technique=_DTG)
_PRINT = Area("front", 200, 200, 150, technique=_SCREEN)
_CARD = Area("front", 150, 105, 150, bleed_mm=3, safe_mm=5, technique=_OFFSET)
_SMALL, _FAKE = "0198c2f4-7c1e-7b3a-9a52-0000000000a1", "0198c2f4-7c1e-7b3a-9a52-0000000000a2"
_MARK = "#E00070"


class Example(NamedTuple):
    """A design with a finding: its layers, on an area and perhaps a background, over a product's colour.

    Without fallbacks, characters that its fonts lack are drawn in no other font.
    """

    layers: tuple[dict[str, Any], ...]
    area: Area = _PLAIN
    background: str | dict[str, Any] = ""
    product: str = "#FFFFFF"
    other_side: tuple[dict[str, Any], ...] | None = None
    has_fallbacks: bool = True


def _text(words: str = "Ada", size: float = 40, **fields: Any) -> dict[str, Any]:
    box = fields.pop("box", (20, 60, 160, 80))
    placed = dict(zip(("x", "y", "width", "height"), box, strict=True))
    layer = {"type": "text", "text": words, "font": "Montserrat-Bold", "size": size, "box": placed, "color": INK}
    return {**layer, **fields}


def _code(x: float, y: float, side: float, **fields: Any) -> dict[str, Any]:
    return qr_layer("https://example.org", (x, y, side), **fields)


def _photo(asset: str, x: float, y: float, width: float, height: float, **fields: Any) -> dict[str, Any]:
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "image", "asset": asset, "box": box, **fields}


_PLATE = shape_layer("rectangle", (30, 50, 140, 100), SAND)
EXAMPLES: Mapping[str, Example] = {
    "blank_design": Example(()),
    "checkerboard_in_photo": Example((_photo(_FAKE, 30, 30, 140, 140),)),
    "code_covered": Example((_code(40, 40, 120), shape_layer("ellipse", (70, 60, 100, 100), SAND)), background=CREAM),
    "code_small_in_preview": Example((_code(80, 80, 24),), background=CREAM),
    "code_too_small": Example((_code(85, 85, 12),), _SHIRT, "#FFFFFF"),
    "code_unreadable": Example((_code(70, 70, 40),), replace(_SHIRT, technique=replace(_DTG, blur_mm=1.0)), "#FFFFFF"),
    "color_not_allowed": Example((_text(color=TEAL),), replace(_PRINT, colors=("#000000", "#D1495B"))),
    "color_out_of_gamut": Example((shape_layer("heart", (40, 20, 70, 65), "#00FF40"),), _CARD, "#FFFFFF"),
    "covered": Example((_text(), shape_layer("rectangle", (15, 55, 170, 90), SAND)), background=CREAM),
    "cut_through": Example((_code(-8, 30, 50),), _CARD, CREAM),
    "duplicate_layer": Example((_PLATE, _PLATE, _text())),
    "emoji_font_unusable": Example(()),
    "empty_layer": Example((_text(), shape_layer("star", (60, 10, 60, 50), RED, opacity=0))),
    "empty_placement": Example((_text(),), other_side=()),
    "gradient_not_allowed": Example(
        ({**_PLATE, "fill": make_gradient("linear", RED, NAVY)}, _text("Fade", color=CREAM)), _PRINT
    ),
    "invisible_on_product": Example((_text(color="#101010"),), _SHIRT, product="#121212"),
    "letters_collide": Example((_text("COLLIDING", 40, arc=-330, fit="none", letter_spacing=-0.1),), background=CREAM),
    "letters_folded": Example((_text("ＣＵＲＬＹ", font="Roboto-Bold"),), background=CREAM, has_fallbacks=False),
    "light_on_dark": Example((_code(40, 40, 120, color="#FFFFFF", background=None),), background=NAVY),
    "lines_touch": Example((_text("Happy\nfigures", 44, line_height=0.7, fit="none"),), background=CREAM),
    "logo_too_large": Example(
        (_code(40, 40, 120, level="L", logo={"asset": BADGE, "size": 0.3}),), background="#FFFFFF"
    ),
    "low_contrast": Example((_text(color="#E8D9B5"),), background=CREAM),
    "low_resolution": Example((_photo(_SMALL, 20, 30, 160, 140),), _SHIRT),
    "missing_glyphs": Example((_text("Ada 𓀀𓁐"),), background=CREAM),
    "no_bleed": Example((_photo(LANDSCAPE, 0, 0, 150, 105),), _CARD),
    "no_ink": Example((_text(opacity=0),), background=CREAM),
    "outside_safe_zone": Example((_text("Edge", 30, box=(2, 150, 120, 40), align="left"),), _SHIRT),
    "outside_trim": Example((_text("Beyond the edge", 30, box=(90, 60, 160, 60), fit="none", align="left"),)),
    "placeholder_dropped": Example((_text("Ada\ufffc"),), background=CREAM),
    "quiet_zone": Example((_code(40, 40, 120, quiet=1),), background="#FFFFFF"),
    "semi_transparent": Example((_text(shadow={"x": 3, "y": 3, "blur": 4, "opacity": 0.7}),), _SHIRT),
    "small_text": Example((_text("made with care", 2.5, box=(20, 90, 160, 20)),), _SHIRT),
    "substituted_font": Example((_text("Привет", font="Anton-Regular"),), background=CREAM),
    "text_cut": Example((_text("A line that does not end in time", 26, fit="ellipsis"),), background=CREAM),
    "text_overflow": Example((_text("Overflow", 50, box=(60, 80, 80, 40), fit="none"),), background=CREAM),
    "text_shrunk": Example((_text("A line that is far too long", 60),), background=CREAM),
    "thin_gap": Example((shape_layer("ellipse", (40, 40, 120, 120), stroke=make_stroke(3, NAVY, 6, 0.2)),), _SHIRT),
    "thin_line": Example((shape_layer("ellipse", (40, 40, 120, 120), stroke=make_stroke(0.2, NAVY)),), _SHIRT),
    "too_many_colors": Example(
        tuple(
            shape_layer("ellipse", (15 + 60 * number, 75, 50, 50), color)
            for number, color in enumerate((RED, TEAL, SAND))
        ),
        _PRINT,
    ),
    "upscaled": Example((_photo(LANDSCAPE, 20, 30, 160, 120),), replace(_PLAIN, recommended_dpi=400)),
    "word_cut": Example((_text("Donaudampfschiff", 40, fit="wrap"),), background=CREAM),
}
"""By code. A finding that depends on the installation has an empty design."""


def draw_example(code: str) -> Drawing:
    """Draw the example of a finding, on its product."""
    example = EXAMPLES[code]
    background = example.background
    fill: Any = {"type": "color", "color": background} if isinstance(background, str) else background
    content = {"layers": list(example.layers), **({"background": fill} if background else {})}
    placements = {"front": content, **({} if example.other_side is None else {"back": {"layers": []}})}
    areas = [example.area] if example.other_side is None else [example.area, replace(example.area, placement="back")]
    output = Output(f"{code}.png", "preview", "png", SIDE, ground=example.product.removeprefix("#"))
    request = DrawRequest(
        {"version": 1, "placements": placements}, _RULES, [output], areas, product_color=example.product
    )
    fallbacks = fallback_fonts() if example.has_fallbacks else ()
    return draw(request, Resources(installed_fonts(), fallbacks, _make_pictures()))


def draw_example_with_box(code: str) -> tuple[bytes, Finding | None]:
    """Return the PNG of an example with the box of its finding outlined, and the finding; None if it has none."""
    drawing = draw_example(code)
    finding = next((one for one in drawing.findings if one.code == code), None)
    area = EXAMPLES[code].area
    with Image.open(io.BytesIO(drawing.files[0].data)) as opened:
        picture = opened.convert("RGB")
    if finding and finding.box:
        zoom = SIDE / max(area.width_mm, area.height_mm)
        x, y, width, height = (value * zoom for value in finding.box)
        right, bottom = min(x + width, picture.width - 2), min(y + height, picture.height - 2)
        ImageDraw.Draw(picture).rectangle((max(x, 1), max(y, 1), right, bottom), outline=_MARK, width=2)
    ImageDraw.Draw(picture).rectangle((0, 0, picture.width - 1, picture.height - 1), outline="#C0C0C0")
    out = io.BytesIO()
    picture.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue(), finding


@functools.cache
def _make_pictures() -> Mapping[str, Picture]:
    """Return the gallery's pictures, a small one, and one with the squares that stand for transparency."""
    pictures = make_pictures()
    with Image.open(io.BytesIO(pictures[LANDSCAPE].full())) as opened:
        landscape = opened.convert("RGB")
    squares = (np.add.outer(np.arange(600) // 12, np.arange(600) // 12) % 2).astype(np.uint8) * 51
    fake = Image.fromarray(np.repeat((255 - squares)[..., None], 3, axis=2))
    fake.paste(landscape.resize((280, 280)), (160, 160))
    small = landscape.resize((90, 79))
    return {**pictures, _SMALL: _to_picture(_SMALL, small), _FAKE: _to_picture(_FAKE, fake)}


def _to_picture(asset: str, image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    data = out.getvalue()
    return Picture(
        asset, *image.size, *image.size, asset.replace("-", "").ljust(64, "0"), full=lambda: data, working=lambda: data
    )
