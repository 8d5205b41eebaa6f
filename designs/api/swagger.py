"""The pages that describe the API."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request


# Swagger styles its elements one by one; its script comes from a file like any other.
@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger: a page, whatever is asked for."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Choose the page: there is nothing else, and who asks for JSON finds the schema's address in it."""
        return super().perform_content_negotiation(request, force=True)
