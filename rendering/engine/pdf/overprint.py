"""Black text that overprints: over the inks beneath it, it shows no white seams where plates are a little off."""

from rendering.engine.color.srgb import BLACK, RGB, parse_hex
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.surroundings import overlap
from rendering.engine.pdf.colors import PdfColors
from rendering.engine.raster.background import PlacedBackground

_FULL_INK = 100.0  # percent, of black


def find_overprinted(layout: Layout, colors: PdfColors) -> frozenset[tuple[int, ...]]:
    """Return the paths of texts whose black may be printed over all that is beneath: flat colours, with room for it.

    Over photos and gradients black text is knocked out, since their inks are not known to leave room within the limit.
    """
    found = set()
    for position, layer in enumerate(layout.layers):
        if not isinstance(layer, TextLayer) or not _is_plain_black(layer) or layer.visible_bounds is None:
            continue
        beneath = [other for other in layout.layers[:position] if overlap(other.drawn_bounds, layer.visible_bounds)]
        grounds = [*_background_colors(layout.background), *(other.solid_color for other in beneath)]
        grounds += [parse_hex(layer.source.outline.color)] if layer.source.outline else []
        if all(_has_room(color, colors) for color in grounds) and all(map(_is_flat, beneath)):
            found.add(layer.path)
    return frozenset(found)


def _is_plain_black(layer: TextLayer) -> bool:
    source = layer.source
    return layer.color == BLACK and source.opacity == 1 and source.blend == "normal"


def _is_flat(layer: PlacedLayer) -> bool:
    return layer.source.opacity == 1 and layer.source.blend == "normal"


def _background_colors(background: PlacedBackground) -> list[RGB | None]:
    if background.gradient is not None:
        return [None]
    return [background.color] if background.color else []


def _has_room(color: RGB | None, colors: PdfColors) -> bool:
    """Tell whether black fits over a colour's inks; None is a colour that is not known."""
    if color is None:
        return False
    return sum(colors.convert(color)) * 100 + _FULL_INK <= colors.press.max_ink
