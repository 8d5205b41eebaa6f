"""SVG of outlines: real size, the look of the preview, and no silent loss of what has no outlines."""

from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from rendering.engine.pdf.cutting import CutLine
from rendering.engine.pdf.svg import build_svg, to_svg_path
from rendering.engine.values import Area, PressError
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.drawings import CLEAR, long_form, open_rgb, text_layer
from rendering.tests.support.photos import ASSET, StoredImage, box_data, image_layer, photo
from rendering.tests.support.print_files import draw_preview, lay_out_data, mean_difference

OUTLINED = ["lines", "circle", "outline", "rotation", "wrap", "shapes", "thai", "axes"]
SVG = "{http://www.w3.org/2000/svg}"
QR = {"type": "qr", "value": "https://example.com", "box": box_data(50, 50, 200, 200), "rotation": 15}


def draw_in_browser(page: Page, svg: bytes, side: int) -> Any:
    page.set_viewport_size({"width": side, "height": side})
    sized = svg.decode().replace("<svg ", f'<svg style="display:block;width:{side}px;height:{side}px" ', 1)
    page.set_content(f"<body style='margin:0'>{sized}</body>")
    return open_rgb(page.screenshot())


@pytest.mark.parametrize("name", OUTLINED)
def test_a_browser_shows_it_as_the_preview_is(name: str, page: Page) -> None:
    piece = next(piece for piece in GALLERY if piece.name == name)
    (layout,) = lay_out_data(piece.design_data, make_pictures())
    drawn = draw_in_browser(page, build_svg(layout), 600)
    assert mean_difference(draw_preview(layout), drawn) <= 1.0


@pytest.mark.parametrize("fields", [{}, {"opacity": 0.5}, {"blend": "multiply"}])
def test_codes_and_mixing_look_as_in_the_preview(fields: dict[str, Any], page: Page) -> None:
    (layout,) = lay_out_data(long_form({**QR, **fields}, background="#FFCC00"))
    drawn = draw_in_browser(page, build_svg(layout), 600)
    assert mean_difference(draw_preview(layout), drawn) <= 1.0


def test_the_size_is_real_and_includes_the_bleed() -> None:
    (layout,) = lay_out_data(long_form(text_layer("Hi")), areas=[Area("front", 90, 50, bleed_mm=2)])
    root = ElementTree.fromstring(build_svg(layout, "A & <B>"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("94mm", "54mm", "-2 -2 94 54")
    assert root.findtext(f"{SVG}title") == "A & <B>"
    assert not list(root.iter(f"{SVG}text"))


def test_a_cut_line_has_the_name_that_cutters_look_for() -> None:
    (layout,) = lay_out_data(long_form(text_layer("Hi"), background=CLEAR))
    root = ElementTree.fromstring(build_svg(layout, cut=CutLine("die")))
    (line,) = [one for one in root.iter(f"{SVG}path") if one.get("id")]
    assert (line.get("id"), line.get("fill")) == ("PerfCutContour", "none")


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (image_layer(), "a layer of the kind image has no outlines"),
        (text_layer("Hi", shadow={"blur": 2}), "a soft shadow has no outlines"),
        (text_layer("😀"), "emoji in colour have no outlines"),
        ({**QR, "logo": {"asset": ASSET}}, "the logo of a QR code has no outlines"),
        ({"type": "group", "opacity": 0.5, "layers": [image_layer()]}, "a layer of the kind image has no outlines"),
    ],
)
def test_what_has_no_outlines_is_refused_by_name(layer: dict[str, Any], reason: str) -> None:
    (layout,) = lay_out_data(long_form(layer), {ASSET: StoredImage(photo(200, 200)).picture()})
    with pytest.raises(PressError, match=reason):
        build_svg(layout)


def test_operators_become_path_data() -> None:
    assert to_svg_path("1 2 m\n3 4 l\n1 2 3 4 5 6 c\nh\n0 0 2 3 re") == "M1 2L3 4C1 2 3 4 5 6ZM0 0L2 0L2 3L0 3Z"
