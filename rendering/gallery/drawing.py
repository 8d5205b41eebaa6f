"""A piece of the gallery, and how it is drawn."""

from typing import Any, NamedTuple

from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Drawing, Output, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.gallery.pictures import make_pictures

PIECE_SIDE = 480  # px
_AREA = Area("front", 300, 300)
_RULES = Rules(text_min=1, text_max=2000, size_min=1, size_max=1000)


class GalleryPiece(NamedTuple):
    """One example: the name of its file, a caption, and the design."""

    name: str
    caption: str
    design_data: dict[str, Any]


def draw_piece(piece: GalleryPiece, size: int = PIECE_SIDE) -> Drawing:
    """Draw a piece as a PNG whose longer side is `size` px."""
    output = Output(f"{piece.name}.png", "preview", "png", size)
    request = DrawRequest(piece.design_data, _RULES, [output], [_AREA])
    return draw(request, Resources(installed_fonts(), fallback_fonts(), make_pictures()))
