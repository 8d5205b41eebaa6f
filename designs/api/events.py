"""Endpoint of a design's event stream."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from designs.api import conditions, docs, scopes
from designs.api.tenants import own_designs
from designs.db.connections import release_connection
from designs.events.reader import read_news
from designs.events.stream import MEDIA_TYPE, stream_events
from designs.models import Design


@docs.events_schema
class DesignEvents(GenericAPIView[Design]):
    """A design's events, as server-sent events."""

    queryset = Design.objects.none()
    filter_backends = ()
    pagination_class = None
    scopes = scopes.DESIGNS
    for_sessions = frozenset({"get"})
    lookup_field = lookup_url_kwarg = "id"

    def get_queryset(self) -> QuerySet[Design]:
        """Return the caller's designs that are not deleted; any other id is 404."""
        return own_designs(self.request)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Accept any Accept header: the stream has only one media type."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002  # the name in the URL
        """Stream the events after Last-Event-ID until the design is settled; 204 if it is and there are none."""
        after, from_now = conditions.parse_last_event_id(request), conditions.wants_new_events(request)
        design = self.get_object()
        after = design.event_count if from_now else after
        news = read_news({id: after})[id]
        release_connection()
        conditions.check_event_number(after, news.state.last_event)
        if news.is_final and not news.events:
            no_content = HttpResponse(status=status.HTTP_204_NO_CONTENT)
            del no_content["Content-Type"]
            return no_content
        if request.method == "HEAD":
            return HttpResponse(content_type=MEDIA_TYPE)
        django_request = request._request  # noqa: SLF001  # the Django request that DRF wraps
        return stream_events(django_request, id, after, news, says_position=from_now)
