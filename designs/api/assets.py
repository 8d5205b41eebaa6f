"""Assets over HTTP: pictures that shoppers upload."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from designs import services
from designs.api import docs, error_mapping, field_selection, representation, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.filters import AssetPagination
from designs.api.tenants import get_tenant, session_design_id, session_round
from designs.api.uploads import UploadParser, get_file_name, strip_csrf_token
from designs.models import Asset
from designs.services import assets


@docs.assets_schema
class AssetViewSet(ChunkedBodyViewSet):
    """Pictures for designs. An upload is read in a process of its own and kept as pixels alone, privately."""

    queryset = Asset.objects.none()
    pagination_class = AssetPagination
    filter_backends = ()
    parser_classes = (UploadParser,)
    scopes = scopes.ASSETS
    for_sessions = frozenset({"create", "retrieve"})
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Asset]:
        """Return the caller's own assets, of a session those of its design: anyone else's id is 404."""
        tenant, only = get_tenant(self.request), session_design_id(self.request)
        assets = Asset.objects.filter_usable().filter(owner_id=tenant.owner_id, test=tenant.is_test)
        return assets if only is None else assets.for_design(only)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return what the action takes, or the asset it gives."""
        return serializers.UploadAsset if self.request.method == "POST" else serializers.AssetOut

    def list(self, request: Request) -> Response:
        """List the caller's assets, newest first."""
        members = field_selection.select_fields(request, representation.ASSET_FIELDS)
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(representation.to_json_rows(rows or [], members, request))

    def create(self, request: Request) -> Response:
        """Take a picture in."""
        body = serializers.UploadAsset(data=strip_csrf_token(request.data))
        body.is_valid(raise_exception=True)
        upload = body.validated_data["file"]
        with error_mapping.map_service_errors():
            services.check_session(session_design_id(request), session_round(request))
            asset = assets.add_asset(
                get_tenant(request),
                Path(upload.temporary_file_path()),
                get_file_name(upload),
                session_design_id(request),
            )
        location = request.build_absolute_uri(f"/api/v1/assets/{asset.pk}")
        return Response(self._to_json(asset), status=status.HTTP_201_CREATED, headers={"Location": location})

    def retrieve(self, request: Request, id: UUID) -> Response:  # noqa: A002  # the name in the URL
        """Show an asset."""
        members = field_selection.select_fields(request, representation.ASSET_FIELDS)
        asset = self.get_queryset().filter(pk=id).first()
        if asset is None:
            raise Http404
        return Response(self._to_json(asset, members))

    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Delete an asset and its files."""
        with error_mapping.map_service_errors():
            assets.delete_asset(id, get_tenant(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _to_json(
        self, asset: Asset, members: representation.ResponseFields = representation.ASSET_FIELDS
    ) -> dict[str, Any]:
        return representation.to_json_rows([asset], members, self.request)[0]
