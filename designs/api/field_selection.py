"""`?fields=id,status`: partial responses."""

from __future__ import annotations

from rest_framework.request import Request

from designs.api.filters import invalid_parameter
from designs.api.representation import ResponseFields


def select_fields(request: Request, available: ResponseFields) -> ResponseFields:
    """Return the fields that ?fields names, in the order of the response; all of them if it is absent.

    Raises InvalidInput for an unknown or empty name.
    """
    if "fields" not in request.query_params:
        return available
    # Both ?fields=id,status and ?fields=id&fields=status.
    names = [name.strip() for name in ",".join(request.query_params.getlist("fields")).split(",")]
    unknown = [name for name in names if name not in available]
    if unknown:
        message = f"Unknown field {unknown[0][:50]!r}. Available fields: {', '.join(available)}."
        raise invalid_parameter("fields", "unknown_field", message)
    return {name: field for name, field in available.items() if name in names}
