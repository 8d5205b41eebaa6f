"""Bodies without a length."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet


class ChunkedBodyViewSet(GenericViewSet[Any]):
    """Takes a chunked body: DRF takes one without a length for none. The parsers bound what they read."""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Give a chunked body some length."""
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            request.META["CONTENT_LENGTH"] = str(settings.API_BODY_LIMIT)
        return super().initialize_request(request, *args, **kwargs)
