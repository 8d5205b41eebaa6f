"""What requests that draw at once share: the session's product, the budget, and pictures that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404
from rest_framework.request import Request

from designs import previews
from designs.api.errors import InvalidInput, ProblemItem, Unavailable
from designs.api.tenants import own_designs, session_design_id
from designs.previews import DrawingBudget
from designs.scheduling import Caller
from rendering.storage import StorageUnavailable

STORAGE_RETRY_AFTER = 5  # s


@contextmanager
def take_turn(caller: Caller, headers: dict[str, str]) -> Iterator[DrawingBudget]:
    """Yield the caller's budget, and add what is left of it to the response's headers, also of an error.

    Dear drawings of others pause meanwhile, if the caller's are not dear.
    """
    budget = DrawingBudget(caller)
    try:
        with previews.preview_threads().answering(caller):
            yield budget
    finally:
        for name, member in budget.to_headers().items():
            headers[name] = ", ".join(filter(None, [headers.get(name), member]))


@contextmanager
def explain_storage_outage() -> Iterator[None]:
    """Raise Unavailable where a picture cannot be read."""
    try:
        yield
    except StorageUnavailable as error:
        detail = "An image in the design cannot be read right now. Try again soon."
        raise Unavailable("storage_unavailable", detail, STORAGE_RETRY_AFTER) from error


def check_session_product(request: Request, product_type: str) -> None:
    """Raise InvalidInput if a designer session draws on another product than its design's; Http404 if that is gone."""
    if session_design_id(request) is None:
        return
    design = own_designs(request).select_related("product").first()
    if design is None:
        raise Http404
    if design.product.slug != product_type:
        message = f"This session is for a design on the product {design.product.slug!r}."
        raise InvalidInput([ProblemItem("#/product_type", "not_for_sessions", message)])
