"""Layout: the position of every layer, in mm on the printed product. All outputs are the same layout, scaled.

The module of a layer kind defines `place_layer(path, layer, context, transform)`, which returns a `PlacedLayer`.
`transform` is that of the groups around the layer; `place_layer` composes the layer's own `rotation` with it
(`Transform.from_rotation`). Hidden layers are left out before, and paint applies opacity and blend mode. `place_layer`
raises FontError for a font file that cannot be used.
"""
