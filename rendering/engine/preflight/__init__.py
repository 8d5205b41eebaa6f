"""Preflight: findings that people should see before a design is shown or printed.

The module of a layer kind defines `inspect_layer(layer, layout)`, which yields the findings about a placed layer. It
may define `inspect_sample(layer, layout, sample)`, which yields those about how the layer looks among the others; by
default, these are whether any of it can be seen. The sample is None for an opaque layer alone on one colour.
"""
