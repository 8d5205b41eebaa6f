"""Preflight: what a person should know about a design before it is shown or printed.

A module of a kind of layer defines `inspect_layer(layer, layout)`, which yields the findings about a placed layer.
"""
