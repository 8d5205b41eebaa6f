"""Findings about what a picture shows: fake transparency, and art in the colour of the product."""

import math
from collections.abc import Iterator

import numpy as np

from rendering.engine.color.difference import measure_difference, rgb_to_lab
from rendering.engine.color.srgb import RGB, format_hex
from rendering.engine.images.checkerboard import SHARE_MIN
from rendering.engine.images.content import read_content
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout
from rendering.engine.preflight.product_ground import SAME_MAX, lies_on_product
from rendering.engine.values import Finding

_VISIBLE_MIN = 0.01  # of a picture's px that must differ from the product


def inspect_photo(layer: ImageLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about the pixels of a picture. Raises PictureError for a file that is not the recorded one."""
    content = read_content(layer.picture.asset, layer.image_cache)
    if content.checkered_share:
        share = math.floor(content.checkered_share * 1000) / 1000
        yield Finding(
            "checkerboard_in_photo",
            "warning",
            "The picture has grey squares where it should be transparent, and they will be printed. Upload the "
            "original with a transparent background (PNG).",
            layer.index,
            share,
            SHARE_MIN,
            layout.placement,
            operator_message=f"A checkerboard of two greys covers {share:.0%} of the picture: baked-in transparency.",
        )
    if layout.product_color and len(content.colors) and not layer.source.tint:
        yield from _inspect_visible(layer, layout, layout.product_color)


def _inspect_visible(layer: ImageLayer, layout: Layout, product: RGB) -> Iterator[Finding]:
    """Yield a finding if nearly all of a picture has the colour of the product that it lies on."""
    if not layer.source.opacity or not lies_on_product(layer, layout):
        return
    colors = read_content(layer.picture.asset, layer.image_cache).colors
    if layout.has_clear_inks:
        colors = np.rint(colors * (np.array(product) / 255)).astype(np.uint8)
    ground = rgb_to_lab([product])
    differences = measure_difference(np.broadcast_to(ground, (len(colors), 3)), rgb_to_lab(colors))
    largest = float(np.quantile(differences, 1 - _VISIBLE_MIN, method="higher"))
    if largest > SAME_MAX:
        return
    yield Finding(
        "invisible_on_product",
        "warning",
        "The picture has nearly the same colour as the product, so nobody will see it. Choose another product colour, "
        "or another picture.",
        layer.index,
        math.floor(largest * 10) / 10,
        SAME_MAX,
        layout.placement,
        operator_message=f"The picture differs from {format_hex(product)} by CIEDE2000 {largest:.1f} at most.",
    )
