"""A deprecated operation is marked in every answer and in the schema."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from designs.api.deprecation import mark_deprecated
from designs.api.serializers import Empty

LINK = "https://customify.example/docs/changes#old"


class Old(APIView):
    """A view that will be removed."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    serializer_class = Empty

    @extend_schema(summary="Show what is old")
    @mark_deprecated("2027-01-01", "2028-01-01", LINK)
    def get(self, request: Request) -> Response:
        """Answer, or fail."""
        if "missing" in request.query_params:
            raise NotFound
        return Response({})

    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Not deprecated."""
        return Response({})


def answered(method: str, query: str = "") -> Any:
    """Return the view's answer to a request."""
    return Old.as_view()(getattr(APIRequestFactory(), method)(f"/api/v1/old{query}"))


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?missing", 404)])
def test_every_deprecated_response_carries_deprecation_and_sunset(query: str, status: int) -> None:
    answer = answered("get", query)
    assert answer.status_code == status
    assert answer["Deprecation"] == "@1798761600"
    assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    assert answer["Link"] == f'<{LINK}>; rel="deprecation"; type="text/html"'


def test_other_responses_carry_no_deprecation() -> None:
    assert "Deprecation" not in answered("post")


def test_the_schema_marks_the_operation_deprecated() -> None:
    patterns = [path("api/v1/", include("designs.api.urls")), path("api/v1/old", Old.as_view())]
    old = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)["paths"]["/api/v1/old"]
    assert (old["get"]["deprecated"], old["get"]["summary"]) == (True, "Show what is old")
    assert {"Deprecation", "Sunset"} <= set(old["get"]["responses"]["200"]["headers"])
    assert "deprecated" not in old["post"]
    assert "Sunset" not in old["post"]["responses"]["200"]["headers"]


def test_a_sunset_sooner_than_promised_is_refused() -> None:
    with pytest.raises(ValueError, match="less than 365 days"):
        mark_deprecated("2027-01-01", "2027-06-30", LINK)
