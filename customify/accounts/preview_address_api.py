"""`POST /api/v1/preview/urls`: makes a signed address of a preview."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from customify.accounts.models import ApiKey, SessionRecord
from customify.accounts.preview_addresses import PreviewAddress
from customify.accounts.sessions import DesignerSession
from designs.api import docs, scopes
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.docs.examples import HOST, ONE_LINE, SHORT_DATA
from designs.api.errors import InvalidInput, ProblemItem
from designs.api.fields import StrictIntegerField
from designs.api.preview import check_preview
from designs.api.serializers import PreviewIn

MIN_LIFETIME, DEFAULT_LIFETIME, MAX_LIFETIME = 30, 300, 900  # s
# Ends are whole minutes: who asks twice gets the same address, and the browser has its image already.
LIFETIME_STEP = 60  # s
# Of the whole address, in characters. Proxies and CDNs take 8 KB with the other headers' first line.
ADDRESS_LENGTH = 6_000


class PreviewAddressIn(PreviewIn):
    """A preview to make an address for."""

    expires_in = StrictIntegerField(
        required=False,
        min_value=MIN_LIFETIME,
        max_value=MAX_LIFETIME,
        help_text=f"For how many s the address is valid at least. Default: {DEFAULT_LIFETIME}.",
    )


class PreviewAddressOut(serializers.Serializer[Any]):
    """The address of a preview."""

    url = serializers.URLField(help_text="For the `src` of an `img`. It needs no key.")
    expires_at = serializers.DateTimeField()


REQUEST_EXAMPLE = {"product_type": "t-shirt", "design_data": SHORT_DATA, "width": 400, "expires_in": 300}
RESPONSE_EXAMPLE = {
    "url": f"{HOST}/api/v1/preview?data=eJyLNjXQMTYw1DEyMAE…&signature=Tn5aY1J0…",
    "expires_at": "2026-11-25T09:36:00Z",
}


@extend_schema_view(
    create=extend_schema(
        operation_id="preview_urls_create",
        summary="Make an address of a preview for an img element",
        description="Returns an address that shows this preview to whoever opens it, for some minutes. It is checked "
        "as `POST /preview` checks it, and drawn when it is opened: it then counts against the rate limit and the "
        "drawing time of the key or session that asked for it. The address holds the design; one of more than "
        f"{ADDRESS_LENGTH:,} characters is refused.",
        parameters=[docs.NO_STORE],
        request=PreviewAddressIn,
        responses={201: PreviewAddressOut, **docs.problem_responses(400, 404, 413, 415)},
        examples=[
            ONE_LINE,
            docs.request_example("A small one", REQUEST_EXAMPLE),
            docs.response_example("An address", RESPONSE_EXAMPLE, 201),
        ],
    )
)
class PreviewAddressViewSet(ChunkedBodyViewSet):
    """Addresses of previews, for img elements."""

    scopes = scopes.PREVIEWS
    for_sessions = frozenset({"create"})
    serializer_class = PreviewAddressIn

    def create(self, request: Request) -> Response:
        """Make an address."""
        caller = request.auth
        if not isinstance(caller, ApiKey | DesignerSession):
            raise PermissionDenied("Addresses are made with an API key or by a designer session.", "key_needed")
        body = PreviewAddressIn(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = dict(body.validated_data)
        expires_at = _choose_end(wanted.pop("expires_in", DEFAULT_LIFETIME), caller)
        check_preview(request, wanted)
        address = _make_address(caller, expires_at, wanted)
        url = f"{reverse('v1-preview', request=request)}?{urlencode(address.to_query())}"
        if len(url) > ADDRESS_LENGTH:
            message = (
                f"The address would have {len(url):,} characters; {ADDRESS_LENGTH:,} are allowed, because proxies "
                "refuse long ones. Send this design to POST /api/v1/preview instead."
            )
            raise InvalidInput([ProblemItem("#/design_data", "too_long", message)])
        answer = {"url": url, "expires_at": datetime.fromtimestamp(expires_at, UTC)}
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


def _choose_end(seconds: int, caller: ApiKey | DesignerSession) -> int:
    """Return the end of an address, Unix time in s; a session's addresses end with it."""
    end = -int(-(time.time() + seconds) // LIFETIME_STEP) * LIFETIME_STEP
    if isinstance(caller, ApiKey):
        return end
    record = SessionRecord.objects.filter(pk=caller.id).first() if caller.id else None
    if record is None:  # started before sessions had rows
        raise PermissionDenied("This session makes no addresses. Start a new one.", "session_expired")
    return min(end, int(record.expires_at.timestamp()))


def _make_address(caller: ApiKey | DesignerSession, expires_at: int, body: dict[str, Any]) -> PreviewAddress:
    if isinstance(caller, ApiKey):
        return PreviewAddress(caller.pk, None, expires_at, body)
    return PreviewAddress(None, caller.id, expires_at, body)
