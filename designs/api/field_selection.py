"""`?fields=id,status`: answers with the members that are asked for alone."""

from __future__ import annotations

from rest_framework.request import Request

from designs.api.filters import invalid_parameter
from designs.api.representation import ResponseFields


def select_fields(request: Request, known: ResponseFields) -> ResponseFields:
    """Return the members that ?fields names, in the answer's own order; all of them where it is absent.

    InvalidInput for a name that is unknown, and for no name at all.
    """
    if "fields" not in request.query_params:
        return known
    # Parted by commas, as people write it, or one name a parameter, as some clients do.
    names = [name.strip() for name in ",".join(request.query_params.getlist("fields")).split(",")]
    strangers = [name for name in names if name not in known]
    if strangers:
        raise invalid_parameter(
            "fields", "unknown_field", f"No {strangers[0][:50]!r} here. Known here: {', '.join(known)}."
        )
    return {name: member for name, member in known.items() if name in names}
