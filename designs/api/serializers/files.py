"""Stored files, findings and other parts of responses."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designs import previews
from designs.api.facts_fields import FACTS_HELP, FactsOut
from designs.api.finding_fields import SCORE_HELP, FindingOut
from rendering.engine.encode.formats import FORMATS


class RenditionOut(serializers.Serializer[Any]):
    """One stored file."""

    kind = serializers.ChoiceField(["preview", "thumbnail", "print_file"])
    name = serializers.CharField(help_text="File name, such as preview.png or thumbnail-100.webp.")
    placement = serializers.CharField(
        allow_null=True, help_text="Side of the product that it shows; null for a file of an earlier version."
    )
    revision = serializers.IntegerField(help_text="Revision that it shows.")
    format = serializers.CharField(help_text=f"{', '.join(FORMATS)}.")
    width = serializers.IntegerField(help_text="Width in px.")
    height = serializers.IntegerField(help_text="Height in px.")
    dpi = serializers.FloatField(
        allow_null=True,
        help_text="Resolution at the placement's real size; null for a file of an earlier version.",
    )
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="SHA-256 of the file.")
    url = serializers.URLField(help_text="URL of the file; it expires if the storage is private.")


class LargestFileOut(serializers.Serializer[Any]):
    """The largest file, and why it is no larger."""

    name = serializers.CharField(help_text="Its name in `renditions`.")
    width = serializers.IntegerField(help_text="Width in px.")
    height = serializers.IntegerField(help_text="Height in px.")
    dpi = serializers.FloatField(allow_null=True, help_text="Resolution at the placement's real size.")
    reason = serializers.CharField(help_text="Why it is no larger.")


class ErrorOut(serializers.Serializer[Any]):
    """Why the newest render failed."""

    code = serializers.CharField(help_text="Machine-readable code.")
    message = serializers.CharField(help_text="Human-readable message.")


class ColorOut(serializers.Serializer[Any]):
    """A main colour of an image."""

    color = serializers.CharField(help_text="#RRGGBB")
    share = serializers.FloatField(help_text="Share of the pixels that are not transparent, from 0 to 1.")


class AssetOut(serializers.Serializer[Any]):
    """An uploaded image, rotated upright and converted to sRGB, without metadata."""

    id = serializers.UUIDField()
    file_name = serializers.CharField(help_text="File name of the upload. It is untrusted text: escape it in pages.")
    format = serializers.ChoiceField(["jpeg", "png"], help_text="png if the image has transparency.")
    width = serializers.IntegerField(help_text="Width in px.")
    height = serializers.IntegerField(help_text="Height in px.")
    bytes = serializers.IntegerField(help_text="Size of the stored file.")
    sha256 = serializers.CharField(help_text="SHA-256 of the stored file.")
    colors = ColorOut(many=True, help_text="Up to five main colours, the largest share first.")
    url = serializers.URLField(help_text="URL of the image; it expires.")
    working_url = serializers.URLField(help_text="URL of a smaller copy (longer side at most 1,600 px); it expires.")
    created_at = serializers.DateTimeField()


class PreviewOut(serializers.Serializer[Any]):
    """A rendered preview with its preflight findings."""

    picture = serializers.CharField(help_text="The image as a data URI.")
    format = serializers.ChoiceField(previews.FORMATS)
    width = serializers.IntegerField(help_text="Width in px.")
    height = serializers.IntegerField(help_text="Height in px.")
    bytes = serializers.IntegerField(help_text="Size of the image file.")
    preflight = FindingOut(many=True)
    facts = FactsOut(many=True, help_text=FACTS_HELP)


class PreflightResultOut(serializers.Serializer[Any]):
    """What is wrong with a design, and what is printed."""

    preflight = FindingOut(many=True)
    score = serializers.IntegerField(help_text=SCORE_HELP)
    printable = serializers.BooleanField(help_text="Whether no finding is an error.")
    facts = FactsOut(many=True, help_text=FACTS_HELP)
