"""Support for `Transfer-Encoding: chunked` request bodies, which have no Content-Length."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet


class ChunkedBodyViewSet(GenericViewSet[Any]):
    """A viewset that accepts chunked bodies; DRF treats a body without a length as empty."""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Set a nominal Content-Length for a chunked body; the parsers limit what they read."""
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            request.META["CONTENT_LENGTH"] = str(settings.API_BODY_LIMIT)
        return super().initialize_request(request, *args, **kwargs)
