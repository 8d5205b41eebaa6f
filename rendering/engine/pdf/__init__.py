"""Print files: the layers of a layout as vectors, beside `paint`, which makes pixels of them.

The module of a layer kind defines `write_layer(content, layer)`, which yields the operators of each stroke of the
layer, from bottom to top, in mm with y down. `layer.draw_layer` applies opacity and blend mode. It may define
`outline_layer(layer)`, which yields areas of one paint for SVG; a kind without has no outlines.
Numbers of clauses in comments are those of ISO 32000-1 (PDF 1.7).
"""
