"""Layout: the position of every layer, in mm on the printed product. All outputs are the same layout, scaled.

The module of a layer kind defines `place_layer(index, layer, context, transform)`, which returns a `PlacedLayer`.
`transform` combines the groups around the layer. It raises FontError for a font file that cannot be used.
"""
