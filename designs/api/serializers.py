"""Serializers of request and response bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from designs import previews
from designs.api import representation
from designs.api.columns import DesignRow
from designs.api.facts_fields import FACTS_HELP, PUBLISHED_FACTS_HELP, FactsOut
from designs.api.fields import (
    DesignDataField,
    MetadataField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
    UploadField,
)
from designs.api.session_fields import SessionIn, SessionOut
from designs.models import DesignRevision, DesignStatus, Lane, Render, RenderState
from designs.models.moderation import REASON_LENGTH, ModerationState
from designs.models.pin import ORDER_ID_LENGTH
from rendering.engine.encode.formats import FORMATS

MAX_NUMBER = 999_999_999  # of a revision
RENDITIONS_HELP = "Its files: those of the first placement first, each in the order of the operator's RENDER_OUTPUTS."
EDITORS = ("page", "key")
EXAMPLE = {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000", "fontSize": 48}


class CreateDesign(StrictSerializer):
    """A new design."""

    product_type = StrictCharField(max_length=50, help_text="The product to print on, from /api/v1/products.")
    design_data = DesignDataField(
        required=False, allow_null=True, help_text="May be left out, or null, with `render: false`: an empty draft."
    )
    metadata = MetadataField(required=False, help_text="Your own data, stored and returned unchanged.")
    external_id = StrictCharField(
        required=False, max_length=200, allow_blank=True, help_text="Your own id for the design."
    )
    customer = StrictCharField(
        required=False, max_length=200, allow_blank=True, help_text="Your own id for the customer, or for a guest."
    )
    render = StrictBooleanField(required=False, help_text="If false, the design stays a draft. Default: true.")
    session = SessionIn(required=False, help_text="A designer session to start for the design.")

    def to_internal_value(self, data: Any) -> Any:
        """Return the values; the data may be missing from a draft alone."""
        is_draft = isinstance(data, Mapping) and data.get("render") is False
        self.fields["design_data"].required = not is_draft
        self.fields["design_data"].allow_null = is_draft
        return super().to_internal_value(data)

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a valid body."""
        return {"product_type": "t-shirt", "design_data": EXAMPLE}


class EditDesign(StrictSerializer):
    """Fields to change; fields that are left out stay as they are."""

    design_data = DesignDataField(required=False)
    metadata = MetadataField(required=False)
    external_id = StrictCharField(required=False, max_length=200, allow_blank=True)
    customer = StrictCharField(required=False, max_length=200, allow_blank=True)
    render = StrictBooleanField(
        required=False,
        help_text="true: a draft is rendered too. false: new data is only saved, and the files stay those of "
        "`published_revision`. Default: drafts are not rendered, others are.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Fill the browsable API's form with the current values."""
        data, metadata = instance.newest_data, instance.metadata
        return {
            "design_data": data,
            "metadata": metadata,
            "external_id": instance.external_id,
            "customer": instance.customer,
        }


class CopyDesign(StrictSerializer):
    """What the copy of a design takes over, and what it does not."""

    revision = StrictIntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="Revision to copy. Default: the newest."
    )
    metadata = MetadataField(required=False, help_text="Default: that of the original.")
    external_id = StrictCharField(required=False, max_length=200, allow_blank=True, help_text="Default: empty.")
    customer = StrictCharField(
        required=False, max_length=200, allow_blank=True, help_text="Default: that of the original."
    )
    render = StrictBooleanField(required=False, help_text="If false, the copy stays a draft. Default: true.")


class ReassignCustomer(StrictSerializer):
    """A change of customer."""

    customer = StrictCharField(max_length=200, help_text="The customer, or guest, whose designs change.")
    to = StrictCharField(max_length=200, allow_blank=True, help_text="The customer who gets them; empty for none.")


class ReassignedOut(serializers.Serializer[Any]):
    """How many designs have a new customer."""

    changed = serializers.IntegerField()


class PinIn(StrictSerializer):
    """A revision to keep."""

    revision = StrictIntegerField(min_value=1, max_value=MAX_NUMBER, help_text="Number of the revision.")
    order_id = StrictCharField(
        required=False, max_length=ORDER_ID_LENGTH, allow_blank=True, help_text="Your own number of the order."
    )

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a valid body."""
        return {"revision": 1, "order_id": ""}


class PreviewIn(StrictSerializer):
    """A preview to render."""

    product_type = StrictCharField(max_length=50, help_text="The product to print on, from /api/v1/products.")
    design_data = DesignDataField()
    placement = StrictCharField(
        required=False, max_length=20, help_text="Placement to show. Default: the first one in the design."
    )
    width = StrictIntegerField(
        required=False,
        min_value=previews.WIDTH_MIN,
        max_value=previews.WIDTH_MAX,
        help_text=f"Width in px. Default: {previews.WIDTH_DEFAULT}.",
    )
    format = StrictChoiceField(previews.FORMATS, required=False, help_text=f"Default: {previews.FORMATS[0]}.")

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a valid body."""
        return {"product_type": "t-shirt", "design_data": EXAMPLE}


class Empty(StrictSerializer):
    """An empty body: `{}` or nothing."""


class RenditionOut(serializers.Serializer[Any]):
    """One stored file."""

    kind = serializers.ChoiceField(["preview", "thumbnail"])
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


class FindingOut(serializers.Serializer[Any]):
    """One preflight finding."""

    code = serializers.CharField(help_text="Machine-readable code, such as low_contrast. New codes may be added.")
    severity = serializers.ChoiceField(["info", "warning", "error"])
    message = serializers.CharField(help_text="Human-readable message.")
    layer = serializers.IntegerField(allow_null=True, help_text="Index of the layer in its placement, from 0.")
    measured = serializers.FloatField(allow_null=True, help_text="Measured value.")
    required = serializers.FloatField(allow_null=True, help_text="Required value.")  # type: ignore[assignment]
    placement = serializers.CharField(allow_null=True, required=False, help_text="Placement of the layer: front, back.")


class ErrorOut(serializers.Serializer[Any]):
    """Why the newest render failed."""

    code = serializers.CharField(help_text="Machine-readable code.")
    message = serializers.CharField(help_text="Human-readable message.")


class PreviewOut(serializers.Serializer[Any]):
    """A rendered preview with its preflight findings."""

    picture = serializers.CharField(help_text="The image as a data URI.")
    format = serializers.ChoiceField(previews.FORMATS)
    width = serializers.IntegerField(help_text="Width in px.")
    height = serializers.IntegerField(help_text="Height in px.")
    bytes = serializers.IntegerField(help_text="Size of the image file.")
    preflight = FindingOut(many=True)
    facts = FactsOut(many=True, help_text=FACTS_HELP)


class DesignListOut(serializers.Serializer[Any]):
    """A design in a list."""

    id = serializers.UUIDField()
    product_type = serializers.CharField()
    design_data = DesignDataField()
    status = serializers.ChoiceField(DesignStatus.choices)
    revision = serializers.IntegerField(help_text="Number of the newest revision.")
    published_revision = serializers.IntegerField(
        allow_null=True, help_text="Number of the revision that the files show."
    )
    preview_url = serializers.URLField(allow_null=True)
    thumbnail_url = serializers.URLField(allow_null=True)
    placeholder = serializers.CharField(
        allow_null=True, help_text="A 16 px preview as a data URI, to show while the image loads."
    )
    preflight = FindingOut(many=True)
    facts = FactsOut(many=True, allow_null=True, help_text=PUBLISHED_FACTS_HELP)
    error = ErrorOut(allow_null=True)
    metadata = MetadataField()
    external_id = serializers.CharField()
    customer = serializers.CharField()
    copied_from = serializers.UUIDField(allow_null=True, help_text="The design that this one was copied from.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When a draft is deleted unless it is changed before; null if never."
    )
    etag = serializers.CharField(help_text="The `ETag` header of the design, for `If-Match` and `If-None-Match`.")


class DesignOut(DesignListOut):
    """A design."""

    renditions = RenditionOut(many=True, help_text=RENDITIONS_HELP)
    largest_file = LargestFileOut(allow_null=True)
    session = SessionOut(
        required=False,
        allow_null=True,
        help_text="Only in the response to a request that asked for a session; null if the design is finished since.",
    )

    def to_representation(self, instance: DesignRow) -> dict[str, Any]:
        """Return the design as a JSON object, with its files."""
        return representation.to_json_rows([instance], representation.DESIGN_FIELDS, self.context.get("request"))[0]


class RenderOut(serializers.Serializer[Any]):
    """One run of the renderer, which turns a revision into files."""

    number = serializers.IntegerField()
    revision = serializers.IntegerField()
    lane = serializers.ChoiceField(Lane.choices)
    state = serializers.ChoiceField(RenderState.choices)
    attempts = serializers.IntegerField()
    reuses = serializers.IntegerField(allow_null=True, help_text="Number of the render whose files it reuses.")
    error = ErrorOut(allow_null=True)
    preflight = FindingOut(many=True)
    receipt = serializers.DictField(help_text="What it was rendered with, and its timings in ms.")
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Render) -> dict[str, Any]:
        """Return the render as a JSON object."""
        return representation.render_to_json(instance)


class RevisionOut(serializers.ModelSerializer[DesignRevision]):
    """One version of a design's data."""

    design_data = DesignDataField()

    class Meta:
        model = DesignRevision
        fields = ["number", "design_data", "schema_version", "sha256", "created_at"]


class ModerateRevision(StrictSerializer):
    """A decision about a revision."""

    state = StrictChoiceField(ModerationState.choices)
    reason = StrictCharField(
        required=False, max_length=REASON_LENGTH, allow_blank=True, help_text="For the shopper or for you; optional."
    )


class ModerationOut(serializers.Serializer[Any]):
    """The latest decision about a revision."""

    state = serializers.ChoiceField(ModerationState.choices)
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()


class RevisionFilesOut(RevisionOut):
    """One version of a design's data, with its files."""

    renditions = RenditionOut(many=True, help_text=f"{RENDITIONS_HELP} Empty if they are not kept any more.")
    largest_file = LargestFileOut(allow_null=True)
    preflight = FindingOut(many=True)
    facts = FactsOut(many=True, allow_null=True, help_text=PUBLISHED_FACTS_HELP)
    moderation = ModerationOut(allow_null=True, help_text="null: nobody has decided.")
    pins = serializers.ListField(child=serializers.UUIDField(), help_text="Ids of the pins that keep its files.")

    class Meta(RevisionOut.Meta):
        fields = [*RevisionOut.Meta.fields, "renditions", "largest_file", "preflight", "facts", "moderation", "pins"]


class PinSummaryOut(serializers.Serializer[Any]):
    """A pin in a list."""

    id = serializers.UUIDField()
    design = serializers.UUIDField()
    revision = serializers.IntegerField()
    order_id = serializers.CharField()
    status = serializers.ChoiceField(
        ["rendering", "ready", "failed"], help_text="A revision without files is rendered for its pin."
    )
    error = ErrorOut(allow_null=True)
    moderation = ModerationOut(allow_null=True, help_text="Decision about the revision; null: nobody has decided.")
    created_at = serializers.DateTimeField()


class PinOut(PinSummaryOut):
    """A pin: the files of a revision, which are kept until they are unpinned."""

    renditions = RenditionOut(many=True, help_text=RENDITIONS_HELP)
    largest_file = LargestFileOut(allow_null=True)
    facts = FactsOut(many=True, allow_null=True, help_text=PUBLISHED_FACTS_HELP)


class UploadAsset(StrictSerializer):
    """An image to upload."""

    file = UploadField(
        allow_empty_file=True,
        help_text="JPEG, PNG, WebP or HEIC; `/api/v1/limits` says how large.",
    )


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


class ProblemTrouble(serializers.Serializer[Any]):
    """One problem. One of `pointer`, `parameter` and `header` says where it is."""

    pointer = serializers.CharField(required=False, help_text="JSON Pointer into the request body.")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    header = serializers.CharField(required=False, help_text="Name of the header.")
    code = serializers.CharField(help_text="Machine-readable code.")
    detail = serializers.CharField(help_text="Human-readable message.")


class Problem(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="URN of the kind of error; it ends with `code`.")
    title = serializers.CharField(help_text="Name of the HTTP status.")
    status = serializers.IntegerField(help_text="HTTP status code.")
    code = serializers.CharField(help_text="Machine-readable kind of error. New codes may be added.")
    detail = serializers.CharField(help_text="Human-readable message: what is wrong and how to fix it.")
    errors = ProblemTrouble(many=True, required=False, help_text="At most 50 problems.")  # type: ignore[assignment]
    revision = serializers.IntegerField(required=False, help_text="412: number of the newest revision.")
    etag = serializers.CharField(required=False, help_text="412: the design's `ETag` now.")
    edited_by = serializers.ChoiceField(
        EDITORS, required=False, help_text="412: whether a page (a designer session) or a key of the shop edited it."
    )
    edited_at = serializers.DateTimeField(required=False, help_text="412: when it was edited.")
    preflight = FindingOut(required=False, many=True, help_text="409 `preflight_errors`: what must be put right.")
    request_id = serializers.CharField(required=False, help_text="Id of the request in our logs, for bug reports.")
