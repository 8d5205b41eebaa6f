"""All that is printed on a page: background and layers, in the bleed too."""

from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout
from rendering.engine.pdf.background import draw_background
from rendering.engine.pdf.bleed import draw_mirrored, find_short_edges
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.layer import draw_layer
from rendering.engine.pdf.mixing import MixedArea, find_mixed_areas, mixes, write_area
from rendering.engine.pdf.overprint import find_overprinted


def draw_artwork(content: Content, layout: Layout, *, extends_bleed: bool) -> None:
    """Draw a layout; with `extends_bleed`, art that ends at the trim is mirrored into the bleed.

    Raises PictureError for a picture that cannot be used.
    """
    draw_background(content, layout.background)
    areas = find_mixed_areas(layout, content.room) if content.colors.is_cmyk else {}
    if content.colors.is_cmyk:
        content.overprinted = find_overprinted(layout, content.colors)
    for position, layer in enumerate(layout.layers):
        area = areas.get(position)
        if area is None and content.colors.is_cmyk and mixes(layer):
            continue  # it is a part of another area
        edges = find_short_edges(layer, layout, area.bounds if area else None) if extends_bleed else None
        if edges:
            form = content.start_form()
            _draw_one(form, layout, position, area)
            draw_mirrored(content, content.add_form(form, is_group=False), edges)
        else:
            _draw_one(content, layout, position, area)


def _draw_one(content: Content, layout: Layout, position: int, area: MixedArea | None) -> None:
    if area:
        content.draw(write_area(content, layout, area))
    else:
        draw_layer(content, layout.layers[position])


def find_room(layout: Layout) -> Rect:
    """Return the trim of a page with its bleed, mm."""
    bleed = layout.area.bleed_mm
    return Rect(-bleed, -bleed, layout.width + bleed, layout.height + bleed)
