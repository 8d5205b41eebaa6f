"""A design's events over HTTP, as they happen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.request import Request
from rest_framework.views import APIView

from designs.api import conditions, docs, scopes
from designs.api.tenants import own_designs
from designs.connections import let_go
from designs.live.reading import read
from designs.live.stream import MEDIA_TYPE, answer


@docs.events
class DesignEvents(APIView):
    """What happens to a design, as server-sent events."""

    scopes = scopes.DESIGNS

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Take every Accept: the stream has one form, and errors have theirs."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002  # the name in the URL
        """Send the events beyond Last-Event-ID until the design is settled; 204 where it is, and none are left."""
        after = conditions.last_event(request)
        if not own_designs(request).filter(pk=id).exists():
            raise Http404
        news = read({id: after})[id]
        let_go()
        conditions.refuse_unknown_event(after, news.state.last)
        if news.final and not news.events:
            nothing = HttpResponse(status=status.HTTP_204_NO_CONTENT)
            del nothing["Content-Type"]
            return nothing
        if request.method == "HEAD":
            return HttpResponse(content_type=MEDIA_TYPE)
        return answer(request._request, id, after, news)  # noqa: SLF001  # Django's own, which it wraps
