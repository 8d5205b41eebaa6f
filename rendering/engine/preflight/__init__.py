"""Preflight: findings that people should see before a design is shown or printed.

The module of a layer kind defines `inspect_layer(layer, layout)`, which yields the findings about a placed layer.
"""
