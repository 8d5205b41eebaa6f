"""Responses to OPTIONS."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.request import Request


class OwnedMetadata(SimpleMetadata):
    """Describes an endpoint; OPTIONS on another tenant's object is 404, as every other method is."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        """Return the description of the view; Http404 if the caller has no such object."""
        if getattr(view, "lookup_url_kwarg", None) in view.kwargs:
            view.get_object()
        return dict(super().determine_metadata(request, view))
