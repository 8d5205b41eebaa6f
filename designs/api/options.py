"""What OPTIONS says."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.request import Request


class OwnedMetadata(SimpleMetadata):
    """Describes an address to those who may use it: what is not theirs is 404 to OPTIONS too."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        """Return what the view takes and gives; Http404 for another's id."""
        if getattr(view, "lookup_url_kwarg", None) in view.kwargs:
            view.get_object()
        return dict(super().determine_metadata(request, view))
