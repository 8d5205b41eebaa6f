"""Bodies of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designs import previews
from designs.api.fields import (
    DesignDataField,
    MetadataField,
    ReferenceField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
    UploadField,
)
from designs.api.session_fields import SessionIn
from designs.models.moderation import REASON_LENGTH, ModerationState
from designs.models.override import OVERRIDE_REASON_LENGTH
from designs.models.pin import ORDER_ID_LENGTH

MAX_NUMBER = 999_999_999  # of a revision
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
    customer = ReferenceField(
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
    customer = ReferenceField(required=False, max_length=200, allow_blank=True)
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
    customer = ReferenceField(
        required=False, max_length=200, allow_blank=True, help_text="Default: that of the original."
    )
    render = StrictBooleanField(required=False, help_text="If false, the copy stays a draft. Default: true.")


class ReassignCustomer(StrictSerializer):
    """A change of customer."""

    customer = ReferenceField(max_length=200, help_text="The customer, or guest, whose designs change.")
    to = ReferenceField(max_length=200, allow_blank=True, help_text="The customer who gets them; empty for none.")


class PinIn(StrictSerializer):
    """A revision to keep."""

    revision = StrictIntegerField(min_value=1, max_value=MAX_NUMBER, help_text="Number of the revision.")
    order_id = ReferenceField(
        required=False, max_length=ORDER_ID_LENGTH, allow_blank=True, help_text="Your own number of the order."
    )

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a valid body."""
        return {"revision": 1, "order_id": ""}


class ModerateRevision(StrictSerializer):
    """A decision about a revision."""

    state = StrictChoiceField(ModerationState.choices)
    reason = StrictCharField(
        required=False, max_length=REASON_LENGTH, allow_blank=True, help_text="For the shopper or for you; optional."
    )


class OverrideIn(StrictSerializer):
    """Why errors of a code do not matter for a revision."""

    reason = ReferenceField(max_length=OVERRIDE_REASON_LENGTH, help_text="Why it is printed all the same.")


class PreflightIn(StrictSerializer):
    """A design to judge."""

    product_type = StrictCharField(max_length=50, help_text="The product to print on, from /api/v1/products.")
    design_data = DesignDataField()

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a valid body."""
        return {"product_type": "t-shirt", "design_data": EXAMPLE}


class PreviewIn(PreflightIn):
    """A preview to render."""

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
    ground = StrictChoiceField(
        previews.GROUNDS,
        required=False,
        help_text="What shows where the design is transparent: `product` is the colour of the variant that it names. "
        "Default: `none`.",
    )


class UploadAsset(StrictSerializer):
    """An image to upload."""

    file = UploadField(
        allow_empty_file=True,
        help_text="JPEG, PNG, WebP or HEIC; `/api/v1/limits` says how large.",
    )


class Empty(StrictSerializer):
    """An empty body: `{}` or nothing."""
