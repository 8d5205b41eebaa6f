"""Layout: where everything lies, in mm on the printed product; every output is the same layout, scaled.

A module of a kind of layer defines `place_layer(index, layer, context, transform)`, which returns a `PlacedLayer`;
`transform` is that of the groups that the layer is in. It raises FontError for a font file that cannot be used.
"""
