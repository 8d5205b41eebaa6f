"""Findings of preflight as responses show them, and their serializers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from designs.api.facts_fields import BoundsOut
from designs.api.tenants import session_design_id, signed_body
from designs.renders.findings import PENALTIES, FindingJson

FINDING_FIELDS = (
    "code",
    "severity",
    "message",
    "layer",
    "measured",
    "required",
    "placement",
    "box",
    "operator_message",
    "fix",
)
SCORE_HELP = (
    "100 less "
    + ", ".join(f"{points} for each {severity}" for severity, points in PENALTIES.items())
    + "; at least 0. Overrides do not change it."
)
PRINTABLE_HELP = "Whether no finding is an error, or all errors are overridden."


class FixOut(serializers.Serializer[Any]):
    """A value that cures a finding."""

    path = serializers.CharField(help_text="JSON Pointer into `design_data`: /placements/front/layers/2/size.")
    value = serializers.JSONField(help_text="What to set there.")


class FindingOut(serializers.Serializer[Any]):
    """One preflight finding."""

    code = serializers.CharField(help_text="Machine-readable code, such as low_contrast. New codes may be added.")
    severity = serializers.ChoiceField(["info", "warning", "error"])
    message = serializers.CharField(help_text="What is wrong and what to do, for a shopper.")
    layer = serializers.IntegerField(allow_null=True, help_text="Index of the layer in its placement, from 0.")
    measured = serializers.FloatField(allow_null=True, help_text="Measured value.")
    required = serializers.FloatField(allow_null=True, help_text="Required value.")  # type: ignore[assignment]
    placement = serializers.CharField(allow_null=True, required=False, help_text="Placement of the layer: front, back.")
    box = BoundsOut(allow_null=True, required=False, help_text="Where it is, to point at; null if nowhere, or unknown.")
    operator_message = serializers.CharField(
        allow_null=True,
        required=False,
        help_text="The same with numbers, for whoever prints; null for sessions and signed addresses.",
    )
    fix = FixOut(allow_null=True, required=False, help_text="A value that cures it; null if none does.")


def findings_to_json(findings: Iterable[FindingJson]) -> list[dict[str, Any]]:
    """Return findings as JSON objects; those that an earlier version stored have no box, fix and such: null."""
    return [
        {name: finding.get(name) for name in FINDING_FIELDS}
        | {"operator_message": finding.get("operator_message") or None}
        for finding in findings
    ]


def hide_operator_messages(findings: Iterable[dict[str, Any]]) -> None:
    """Blank what findings say to whoever prints: a shopper's page needs none of it."""
    for finding in findings:
        finding["operator_message"] = None


def show_findings(request: Request, findings: Sequence[FindingJson]) -> list[dict[str, Any]]:
    """Return findings as the caller may see them: those who print are callers with a key, or logged in."""
    shown = findings_to_json(findings)
    if session_design_id(request) is not None or signed_body(request) is not None:
        hide_operator_messages(shown)
    return shown
