"""Serializers of the facts: what is printed on each placement."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from rendering.engine.kinds import LAYER_KINDS

FACTS_HELP = "What is printed on each placement, in the order of the design."
PUBLISHED_FACTS_HELP = f"{FACTS_HELP} Empty without files; null if an earlier version of the service made them."


class BoundsOut(serializers.Serializer[Any]):
    """A rectangle, mm from the top left of the placement's frame."""

    x = serializers.FloatField(help_text="Distance from the frame's left edge, mm.")
    y = serializers.FloatField(help_text="Distance from the frame's top edge, mm.")
    width = serializers.FloatField(help_text="Width, mm.")
    height = serializers.FloatField(help_text="Height, mm.")


class FactsOut(serializers.Serializer[Any]):
    """What is printed on one placement, to price it by."""

    placement = serializers.CharField(help_text="Side of the product: front, back, wrap.")
    layers = serializers.DictField(
        child=serializers.IntegerField(),
        help_text=f"Number of printed layers by kind ({', '.join(LAYER_KINDS)}; new kinds may be added). Hidden layers "
        "and those outside the frame do not count, nor do groups; layers that others cover do.",
    )
    colors = serializers.ListField(
        child=serializers.CharField(),
        help_text="Colours as #RRGGBB, sorted: of background, texts (`auto` is resolved), outlines, shadows, shapes, "
        "QR codes and the stops of gradients. Not those of images and colour emoji, nor what transparency mixes.",
    )
    has_photos = serializers.BooleanField(help_text="Whether it shows an uploaded image.")
    has_color_glyphs = serializers.BooleanField(help_text="Whether a text has emoji with colours of their own.")
    has_gradients = serializers.BooleanField(help_text="Whether there is a gradient of two or more colours.")
    has_transparency = serializers.BooleanField(
        help_text="Whether colours mix: a layer or group with an opacity or blend mode, or a soft shadow."
    )
    bounds = BoundsOut(
        allow_null=True,
        help_text="Smallest upright rectangle around all that is printed, within the frame: all of it if there is a "
        "background; null if nothing is printed. A rotated text counts as the rotated rectangle around its letters.",
    )
    area_mm2 = serializers.FloatField(help_text="Area of `bounds`, mm²; 0 without.")
