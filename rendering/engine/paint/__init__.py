"""Paint: placed layers to pixels, band by band, at the size of each output.

A module of a kind of layer defines `paint_layer(layer, viewport)`, which yields the layer's fragments from the bottom
up, each within the viewport. It may define `draw_scanlines(layer, viewport)`, a shortcut for a layer of one colour that
is alone on its background: its coverage as rows of bytes, each after one zero byte.
"""
