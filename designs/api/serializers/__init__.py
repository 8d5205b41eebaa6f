"""Serializers of request and response bodies."""

from designs.api.serializers.designs import (
    DesignListOut,
    DesignOut,
    ModerationOut,
    PinOut,
    PinSummaryOut,
    ReassignedOut,
    RenderOut,
    RevisionFilesOut,
    RevisionOut,
)
from designs.api.serializers.files import (
    AssetOut,
    ColorOut,
    ErrorOut,
    FindingOut,
    LargestFileOut,
    PreviewOut,
    RenditionOut,
)
from designs.api.serializers.problems import Problem, ProblemTrouble
from designs.api.serializers.requests import (
    CopyDesign,
    CreateDesign,
    EditDesign,
    Empty,
    ModerateRevision,
    PinIn,
    PreviewIn,
    ReassignCustomer,
    UploadAsset,
)

__all__ = [
    "AssetOut",
    "ColorOut",
    "CopyDesign",
    "CreateDesign",
    "DesignListOut",
    "DesignOut",
    "EditDesign",
    "Empty",
    "ErrorOut",
    "FindingOut",
    "LargestFileOut",
    "ModerateRevision",
    "ModerationOut",
    "PinIn",
    "PinOut",
    "PinSummaryOut",
    "PreviewIn",
    "PreviewOut",
    "Problem",
    "ProblemTrouble",
    "ReassignCustomer",
    "ReassignedOut",
    "RenderOut",
    "RenditionOut",
    "RevisionFilesOut",
    "RevisionOut",
    "UploadAsset",
]
