"""The colour `auto` of texts: by what is beneath their letters, whatever files are drawn."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rendering.engine.values import Drawing
from rendering.tests.support.drawings import CLEAR, long_form
from rendering.tests.support.layers import WHITE, draw_layers
from rendering.tests.support.photos import ASSET, StoredImage, draw_with_pictures, image_layer

Layer = dict[str, Any]

BLACK_INK, WHITE_INK = (0, 0, 0), (255, 255, 255)
OTHER_ASSET = "1" * 8 + ASSET[8:]


def words(text: str = "HHHHHH", **more: Any) -> Layer:
    box = {"x": 5, "y": 40, "width": 90, "height": 20}
    return {"type": "text", "text": text, "font": "Bebas-Bold", "size": 24, "box": box, **more}


def plate(color: str, x: float = 0, width: float = 100, **more: Any) -> Layer:
    box = {"x": x, "y": 20, "width": width, "height": 60}
    return {"type": "shape", "shape": "rectangle", "box": box, "fill": {"type": "color", "color": color}, **more}


def group(*layers: Layer, **more: Any) -> Layer:
    return {"type": "group", "layers": list(layers), **more}


def solid(color: str) -> dict[str, Any]:
    return {"type": "color", "color": color}


FADE = {"type": "linear", "angle": 90, "stops": [{"offset": 0, "color": "#FFFFFF"}, {"offset": 1, "color": "#000000"}]}


@pytest.mark.parametrize(
    ("layers", "background", "product", "ink"),
    [
        pytest.param([plate("#101010"), words()], WHITE, None, WHITE_INK, id="a dark plate"),
        pytest.param([plate("#EEEEEE"), words()], solid("#101010"), None, BLACK_INK, id="a light plate"),
        pytest.param([plate("#FF0000"), words()], WHITE, None, WHITE_INK, id="red, as a background of red"),
        pytest.param([plate("#101010", hidden=True), words()], WHITE, None, BLACK_INK, id="a hidden plate"),
        pytest.param([plate("#101010", opacity=0.2), words()], WHITE, None, BLACK_INK, id="a faint plate"),
        pytest.param([words(), plate("#101010", opacity=0.5)], WHITE, None, BLACK_INK, id="a plate above"),
        pytest.param([plate("#202020", blend="multiply"), words()], WHITE, None, WHITE_INK, id="a multiplied plate"),
        pytest.param([group(plate("#101010"), words(), rotation=15)], WHITE, None, WHITE_INK, id="a rotated group"),
        pytest.param([plate("#101010"), group(words(), opacity=0.99)], WHITE, None, WHITE_INK, id="a faded group"),
        pytest.param([words()], CLEAR, "#101010", WHITE_INK, id="a dark product"),
        pytest.param([words()], CLEAR, None, BLACK_INK, id="an unknown product"),
        pytest.param([plate("#101010"), words()], CLEAR, None, WHITE_INK, id="a plate on an unknown product"),
        # Neither is the luma at the centre of the box, 0.5, nor that of most of the box.
        pytest.param([words("H", align="left")], FADE, None, BLACK_INK, id="the light end of a gradient"),
        pytest.param([words("H", align="right")], FADE, None, WHITE_INK, id="the dark end of a gradient"),
        # White is unreadable on two fifths of the letters, black can be read on all of them.
        pytest.param([plate("#707070", 0, 60), words()], WHITE, None, BLACK_INK, id="grey and white"),
        pytest.param([plate("#909090", 0, 40), words()], solid("#000000"), None, WHITE_INK, id="grey and black"),
    ],
)
def test_auto_is_the_color_that_can_be_read_on_what_is_beneath(
    layers: list[Layer], background: dict[str, Any], product: str | None, ink: tuple[int, int, int]
) -> None:
    with_text = open_image(draw_layers(layers, 400, background, product_color=product))
    without = open_image(draw_layers([hide_texts(layer) for layer in layers], 400, background))
    changed = np.abs(with_text[..., :3].astype(int) - without[..., :3]).max(axis=2) > 40
    if ink == BLACK_INK:
        assert (with_text[changed][:, :3].astype(int).sum(axis=1) <= without[changed][:, :3].sum(axis=1)).all()
    else:
        assert (with_text[changed][:, :3].astype(int).sum(axis=1) >= without[changed][:, :3].sum(axis=1)).all()
    assert changed.any() or (background == CLEAR and (with_text[..., 3] != without[..., 3]).any())


def hide_texts(layer: Layer) -> Layer:
    if layer["type"] == "group":
        return {**layer, "layers": [hide_texts(each) for each in layer["layers"]]}
    return {**layer, "hidden": True} if layer["type"] == "text" else layer


def open_image(drawing: Drawing) -> Any:
    with Image.open(io.BytesIO(drawing.files[0].data)) as image:
        return np.asarray(image.convert("RGBA"))


def grey_noise(mean: float, seed: int) -> StoredImage:
    """Return a photo whose average is nearly on the border between light and dark."""
    pixels = np.random.default_rng(seed).normal(mean, 60, (600, 800, 3))
    return StoredImage(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), working_side=500)


def test_the_color_on_a_photo_is_the_same_in_files_of_every_size() -> None:
    """Small files are drawn from the working copy, shrunk while it is decoded, large ones from the full copy."""
    picture = grey_noise(127.5, 1).picture()
    data = long_form(image_layer(), {**words(), "box": {"x": 30, "y": 240, "width": 540, "height": 120}, "size": 144})
    inks = set()
    for size in (64, 150, 900):
        drawing = draw_with_pictures(data, picture, outputs=[f"preview.png:{size}"])
        pixels = open_image(drawing)[..., :3].reshape(-1, 3)
        inks.add("black" if (pixels == 0).all(axis=1).sum() > (pixels == 255).all(axis=1).sum() else "white")
    assert len(inks) == 1


def test_a_photo_is_decoded_once_for_files_and_findings() -> None:
    """Only a colour that is chosen by a photo takes another decoding, which does not depend on the files."""
    stored = grey_noise(60, 1)
    picture = stored.picture()
    outputs = ["preview.png:300", "thumbnail.png:200"]
    draw_with_pictures(long_form(image_layer(), words(color="#FFFFFF")), picture, outputs=outputs)
    assert stored.reads == {"working": 1}
    draw_with_pictures(long_form(image_layer(), words(color="#FFFFFF")), picture, outputs=["preview.png:900"])
    assert stored.reads == {"working": 1, "full": 1}
    draw_with_pictures(long_form(image_layer(), words()), picture, outputs=outputs)
    assert stored.reads == {"working": 3, "full": 1}
