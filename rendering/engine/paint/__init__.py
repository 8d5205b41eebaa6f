"""Paint: turns placed layers into pixels, band by band, at the size of each output.

The module of a layer kind defines `paint_layer(layer, viewport)`, which yields the layer's fragments from bottom to
top, each within the viewport. It may define `draw_scanlines(layer, viewport)`, a shortcut for a layer of one colour
that is alone on its background: its coverage as rows of bytes, each preceded by one zero byte; and
`paint_ink(layer, viewport)`, its fragments without a shadow, by which it is judged whether it can be seen.
"""
