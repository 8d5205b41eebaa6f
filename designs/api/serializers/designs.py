"""Designs, renders, revisions and pins, as responses show them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designs.api import representation
from designs.api.columns import DesignRow
from designs.api.facts_fields import PUBLISHED_FACTS_HELP, FactsOut
from designs.api.fields import (
    DesignDataField,
    MetadataField,
)
from designs.api.finding_fields import PRINTABLE_HELP, SCORE_HELP, FindingOut
from designs.api.serializers.files import (
    ErrorOut,
    LargestFileOut,
    RenditionOut,
)
from designs.api.session_fields import SessionOut
from designs.models import DesignRevision, DesignStatus, Lane, Render, RenderState
from designs.models.moderation import ModerationState

OF_FILES = "Of `published_revision`, as `preflight`; null without files."
RENDITIONS_HELP = "Its files: those of the first placement first, each in the order of the operator's RENDER_OUTPUTS."


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
    score = serializers.IntegerField(allow_null=True, help_text=f"{SCORE_HELP} {OF_FILES}")
    printable = serializers.BooleanField(allow_null=True, help_text=f"{PRINTABLE_HELP} {OF_FILES}")
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


class ReassignedOut(serializers.Serializer[Any]):
    """How many designs have a new customer."""

    changed = serializers.IntegerField()


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


class OverrideOut(serializers.Serializer[Any]):
    """Findings of one code that no longer stop a revision from being printed."""

    code = serializers.CharField()
    reason = serializers.CharField()
    decided_by = serializers.CharField(allow_null=True, help_text="User name; null if the user is deleted.")
    key = serializers.CharField(help_text="Name and first characters of the API key; empty without one.")
    decided_at = serializers.DateTimeField()


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
    score = serializers.IntegerField(allow_null=True, help_text=f"{SCORE_HELP} null without files.")
    printable = serializers.BooleanField(allow_null=True, help_text=f"{PRINTABLE_HELP} null without files.")
    overrides = OverrideOut(many=True)
    facts = FactsOut(many=True, allow_null=True, help_text=PUBLISHED_FACTS_HELP)
    moderation = ModerationOut(allow_null=True, help_text="null: nobody has decided.")
    pins = serializers.ListField(child=serializers.UUIDField(), help_text="Ids of the pins that keep its files.")

    class Meta(RevisionOut.Meta):
        fields = [
            *RevisionOut.Meta.fields,
            "renditions",
            "largest_file",
            "preflight",
            "score",
            "printable",
            "overrides",
            "facts",
            "moderation",
            "pins",
        ]


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
