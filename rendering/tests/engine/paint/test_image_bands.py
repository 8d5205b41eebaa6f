"""Image layers in bands: any rows have the same bytes as in the whole image."""

from typing import Any

import pytest
from PIL import Image

from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout import image as image_layout
from rendering.engine.layout.image import ImageLayer
from rendering.engine.paint import image as image_paint
from rendering.engine.schema import Image as Source
from rendering.engine.schema import Placement
from rendering.engine.validation.parsed import PlacementSpec
from rendering.tests.support.contexts import layout_context
from rendering.tests.support.photos import ASSET, StoredImage, box_data, photo, sticker
from rendering.tests.support.photos import image_layer as image

SHEET = PlacementSpec("front", 300, 300, 0.5, Placement(layers=()))
PHOTO = StoredImage(photo(800, 600, noise=20), working_side=300).picture()
STICKER = StoredImage(sticker(300)).picture()
ZOOM, SIDE = 700 / 300, 700

LAYERS: dict[str, dict[str, Any]] = {
    "upright": {"box": box_data(10.3, 11.7, 250.1, 270.4)},
    "over the edges": {"box": box_data(-40, -35, 400, 390)},
    "enlarged": {"box": box_data(5, 5, 280, 280), "crop": {"x": 0.3, "y": 0.3, "width": 0.2, "height": 0.2}},
    "shrunk": {"box": box_data(20, 30, 40, 200), "fit": "stretch"},
    "flipped": {"box": box_data(10, 10, 200, 250), "flip": "both", "fit": "contain"},
    "quarter": {"box": box_data(10, 10, 200, 250), "rotation": 90},
    "rotated": {"box": box_data(30, 30, 200, 230), "rotation": 17},
    "rotated, enlarged": {
        "box": box_data(-50, -50, 400, 400),
        "rotation": -48,
        "crop": {"x": 0.05, "y": 0.4, "width": 0.2, "height": 0.2},
    },
    "hard pixels": {
        "box": box_data(-20, -10, 300, 290),
        "crop": {"x": 0.3, "y": 0.3, "width": 0.05, "height": 0.05},
        "sampling": "pixelated",
    },
    "hard pixels, rotated": {
        "box": box_data(-20, -10, 300, 290),
        "crop": {"x": 0.3, "y": 0.3, "width": 0.05, "height": 0.05},
        "sampling": "pixelated",
        "rotation": 31,
    },
    "round": {"box": box_data(20, 20, 250, 250), "mask": "circle", "rotation": 5},
    "corners": {"box": box_data(20, 20, 250, 250), "radius": 40},
    "grey and tinted": {
        "box": box_data(20, 20, 250, 250),
        "grayscale": True,
        "tint": {"color": "#FF8800", "amount": 0.6},
    },
}


def placed(fields: dict[str, Any], *, clear: bool) -> ImageLayer:
    source = Source.model_validate(image(**fields))
    return image_layout.place_layer(
        0, source, layout_context(SHEET, ImageCache({ASSET: STICKER if clear else PHOTO})), Transform()
    )


def rows(layer: ImageLayer, top: int, height: int) -> tuple[bytes, bytes]:
    """Return colours and coverage of rows `top` to `bottom` of the frame."""
    colors, mask = Image.new("RGB", (SIDE, height)), Image.new("L", (SIDE, height))
    for paint, cover, part in image_paint.paint_layer(layer, Viewport(ZOOM, 0, top, SIDE, height)):
        assert isinstance(paint, Image.Image)
        assert paint.size == cover.size == (part.width, part.height)
        colors.paste(paint, (part.left, part.top - top))
        mask.paste(cover, (part.left, part.top - top))
    return colors.tobytes(), mask.tobytes()


@pytest.mark.parametrize("step", [33, 256])
@pytest.mark.parametrize("clear", [False, True], ids=["photo", "sticker"])
@pytest.mark.parametrize("name", LAYERS)
def test_bands_together_equal_the_whole_image(name: str, clear: bool, step: int) -> None:
    layer = placed(LAYERS[name], clear=clear)
    whole = rows(layer, 0, SIDE)
    assert any(whole[1])
    bands = [rows(layer, top, min(step, SIDE - top)) for top in range(0, SIDE, step)]
    for channel in (0, 1):
        assert b"".join(band[channel] for band in bands) == whole[channel]


def test_a_viewport_with_another_origin_shows_the_same() -> None:
    layer = placed(LAYERS["rotated"], clear=False)
    ((whole, _, around),) = image_paint.paint_layer(layer, Viewport(ZOOM, 0, 0, SIDE, SIDE))
    ((part, _, within),) = image_paint.paint_layer(layer, Viewport(ZOOM, 201, 133, 150, 170))
    assert (within.left, within.top, within.width, within.height) == (201, 133, 150, 170)
    assert isinstance(whole, Image.Image)
    assert isinstance(part, Image.Image)
    at = (within.left - around.left, within.top - around.top)
    assert part.tobytes() == whole.crop((*at, at[0] + 150, at[1] + 170)).tobytes()
