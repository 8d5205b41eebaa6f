"""Errors, as responses show them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designs.api.finding_fields import FindingOut

EDITORS = ("page", "key")


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
