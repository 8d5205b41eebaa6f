"""What the API takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designs import previews
from designs.api import representation
from designs.api.columns import DesignRow
from designs.api.fields import (
    DesignDataField,
    MetadataField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from designs.models import DesignRevision, DesignStatus, Lane, Render, RenderState
from rendering.engine.encode.formats import FORMATS

EXAMPLE = {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000", "fontSize": 48}


class CreateDesign(StrictSerializer):
    """A new design."""

    product_type = StrictCharField(max_length=50, help_text="What it is for: see /api/v1/products.")
    design_data = DesignDataField()
    metadata = MetadataField(required=False, help_text="Your own data, kept and returned as it is.")
    external_id = StrictCharField(required=False, max_length=200, allow_blank=True, help_text="Your own number for it.")
    render = StrictBooleanField(required=False, help_text="false keeps it as a draft. Default: true.")

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a body that works."""
        return {"product_type": "t-shirt", "design_data": EXAMPLE}


class EditDesign(StrictSerializer):
    """What to change; what is left out stays."""

    design_data = DesignDataField(required=False)
    metadata = MetadataField(required=False)
    external_id = StrictCharField(required=False, max_length=200, allow_blank=True)
    render = StrictBooleanField(required=False, help_text="true renders a draft; other designs are rendered anyway.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Fill the browsable API's form with what there is."""
        data, metadata = instance.newest_data, instance.metadata
        return {"design_data": data, "metadata": metadata, "external_id": instance.external_id}


class PreviewIn(StrictSerializer):
    """A picture to draw now."""

    product_type = StrictCharField(max_length=50, help_text="What it is for: see /api/v1/products.")
    design_data = DesignDataField()
    placement = StrictCharField(
        required=False, max_length=20, help_text="Which side to show. Default: the first that the design draws on."
    )
    width = StrictIntegerField(
        required=False,
        min_value=previews.WIDTH_MIN,
        max_value=previews.WIDTH_MAX,
        help_text=f"px. Default: {previews.WIDTH_DEFAULT}.",
    )
    format = serializers.ChoiceField(previews.FORMATS, required=False, help_text=f"Default: {previews.FORMATS[0]}.")

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a body that works."""
        return {"product_type": "t-shirt", "design_data": EXAMPLE}


class Empty(StrictSerializer):
    """No fields: `{}` or no body."""


class RenditionOut(serializers.Serializer[Any]):
    """One stored file."""

    kind = serializers.ChoiceField(["preview", "thumbnail", "mockup", "print_file"])
    name = serializers.CharField(help_text="Of the file: preview.png, thumbnail-100.webp.")
    format = serializers.CharField(help_text=f"{', '.join(FORMATS)}, pdf.")
    width = serializers.IntegerField(help_text="px")
    height = serializers.IntegerField(help_text="px")
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the file.")
    url = serializers.URLField(help_text="Where it is; may expire where the storage is private: ask again.")


class FindingOut(serializers.Serializer[Any]):
    """One preflight finding."""

    code = serializers.CharField(help_text="For programs: low_contrast, low_resolution. New ones may come.")
    severity = serializers.ChoiceField(["info", "warning", "error"])
    message = serializers.CharField(help_text="For people.")
    layer = serializers.IntegerField(allow_null=True, help_text="Number of the layer in its placement, from 0.")
    measured = serializers.FloatField(allow_null=True, help_text="What there is.")
    required = serializers.FloatField(allow_null=True, help_text="What there should be.")  # type: ignore[assignment]
    placement = serializers.CharField(allow_null=True, required=False, help_text="Where the layer is: front, back.")


class ErrorOut(serializers.Serializer[Any]):
    """Why the newest render failed."""

    code = serializers.CharField(help_text="For programs.")
    message = serializers.CharField(help_text="For people.")


class PreviewOut(serializers.Serializer[Any]):
    """A picture drawn now, with what was found."""

    picture = serializers.CharField(help_text="The picture as a data URI.")
    format = serializers.ChoiceField(previews.FORMATS)
    width = serializers.IntegerField(help_text="px")
    height = serializers.IntegerField(help_text="px")
    bytes = serializers.IntegerField(help_text="Of the picture.")
    preflight = FindingOut(many=True)


class DesignListOut(serializers.Serializer[Any]):
    """A design, as lists show it."""

    id = serializers.UUIDField()
    product_type = serializers.CharField()
    design_data = DesignDataField()
    status = serializers.ChoiceField(DesignStatus.choices)
    revision = serializers.IntegerField(help_text="Number of the newest revision.")
    published_revision = serializers.IntegerField(allow_null=True, help_text="Number of the revision the files show.")
    preview_url = serializers.URLField(allow_null=True)
    thumbnail_url = serializers.URLField(allow_null=True)
    placeholder = serializers.CharField(
        allow_null=True, help_text="The preview in 16 px as a data URI, to be shown until the picture is there."
    )
    preflight = FindingOut(many=True)
    error = ErrorOut(allow_null=True)
    metadata = MetadataField()
    external_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DesignOut(DesignListOut):
    """A design."""

    renditions = RenditionOut(many=True)

    def to_representation(self, instance: DesignRow) -> dict[str, Any]:
        """Return the design as JSON values, with its files."""
        return representation.to_json_rows([instance], representation.DESIGN_FIELDS, self.context.get("request"))[0]


class RenderOut(serializers.Serializer[Any]):
    """One run that turns one revision into files."""

    number = serializers.IntegerField()
    revision = serializers.IntegerField()
    lane = serializers.ChoiceField(Lane.choices)
    state = serializers.ChoiceField(RenderState.choices)
    attempts = serializers.IntegerField()
    reuses = serializers.IntegerField(allow_null=True, help_text="Number of the render whose files it named again.")
    error = ErrorOut(allow_null=True)
    preflight = FindingOut(many=True)
    receipt = serializers.DictField(help_text="What it was drawn with, and how long that took (ms).")
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Render) -> dict[str, Any]:
        """Return the render as JSON values."""
        return representation.render_to_json(instance)


class RevisionOut(serializers.ModelSerializer[DesignRevision]):
    """One version of a design's data."""

    design_data = DesignDataField()

    class Meta:
        model = DesignRevision
        fields = ["number", "design_data", "schema_version", "sha256", "created_at"]


class UploadAsset(StrictSerializer):
    """A picture to take in."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text="JPEG, PNG, WebP or HEIC; at most 20 MB and 25 MP unless the operator says else.",
    )


class ColorOut(serializers.Serializer[Any]):
    """A colour that much of a picture has."""

    color = serializers.CharField(help_text="#RRGGBB")
    share = serializers.FloatField(help_text="Of what is not transparent: 0 to 1.")


class AssetOut(serializers.Serializer[Any]):
    """An uploaded picture, upright, in sRGB, without anything but its pixels."""

    id = serializers.UUIDField()
    file_name = serializers.CharField(help_text="As the upload called it: a text, to be escaped where it is shown.")
    format = serializers.ChoiceField(["jpeg", "png"], help_text="png where it is transparent.")
    width = serializers.IntegerField(help_text="px")
    height = serializers.IntegerField(help_text="px")
    bytes = serializers.IntegerField(help_text="Of the stored file.")
    sha256 = serializers.CharField(help_text="Of the stored file.")
    colors = ColorOut(many=True, help_text="At most five, the largest share first.")
    url = serializers.URLField(help_text="The picture; the address expires.")
    working_url = serializers.URLField(help_text="A copy for the screen, longer side at most 1,600 px; expires too.")
    created_at = serializers.DateTimeField()


class ProblemTrouble(serializers.Serializer[Any]):
    """One thing wrong. One of `pointer`, `parameter` and `header` says where."""

    pointer = serializers.CharField(required=False, help_text="JSON Pointer into the body: #/design_data/text")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    header = serializers.CharField(required=False, help_text="Name of the header.")
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")


class Problem(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="A URN that names the kind: `code` is its end.")
    title = serializers.CharField(help_text="What the status is called.")
    status = serializers.IntegerField(help_text="The HTTP status once more.")
    code = serializers.CharField(help_text="The kind of error, for programs. New ones may come.")
    detail = serializers.CharField(help_text="What is wrong and how to mend it, for people.")
    errors = ProblemTrouble(many=True, required=False, help_text="At most 50 things.")  # type: ignore[assignment]
    request_id = serializers.CharField(required=False, help_text="Names the request in our logs: quote it.")
