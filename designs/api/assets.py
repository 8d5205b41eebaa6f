"""Endpoints of assets: images that shoppers upload."""

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
from designs.api import conditions, docs, error_mapping, field_selection, representation, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.pagination import AssetPagination
from designs.api.tenants import get_tenant, session_assets, session_design_id, session_round
from designs.api.uploads import UploadParser, get_file_name, strip_csrf_token
from designs.models import Asset
from designs.services import assets, uploads


@docs.assets_schema
class AssetViewSet(ChunkedBodyViewSet):
    """Images for use in designs. Uploads are decoded in a separate process; only their pixels are stored, privately."""

    queryset = Asset.objects.none()
    pagination_class = AssetPagination
    filter_backends = ()
    parser_classes = (UploadParser,)
    scopes = scopes.ASSETS
    for_sessions = frozenset({"create", "retrieve", "destroy"})
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Asset]:
        """Return the caller's assets, or those of a session's design; any other id is 404."""
        tenant, design_id = get_tenant(self.request), session_design_id(self.request)
        usable = Asset.objects.filter_usable().filter(owner_id=tenant.owner_id, test=tenant.is_test)
        return usable if design_id is None else usable.for_design(design_id, session_assets(self.request))

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer of an upload, or of an asset."""
        return serializers.UploadAsset if self.request.method == "POST" else serializers.AssetOut

    def list(self, request: Request) -> Response:
        """List the caller's assets, newest first."""
        fields = field_selection.select_fields(request, representation.ASSET_FIELDS)
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(representation.to_json_rows(rows or [], fields, request))

    def create(self, request: Request) -> Response:
        """Upload an image."""
        body = serializers.UploadAsset(data=strip_csrf_token(request.data))
        body.is_valid(raise_exception=True)
        upload = body.validated_data["file"]
        key = conditions.parse_idempotency_key(request)
        with error_mapping.map_service_errors():
            services.check_session(session_design_id(request), session_round(request))
            asset, is_new = uploads.upload_once(
                get_tenant(request),
                Path(upload.temporary_file_path()),
                get_file_name(upload),
                session_design_id(request),
                key,
            )
        headers = {"Location": request.build_absolute_uri(f"/api/v1/assets/{asset.pk}")}
        if not is_new:
            headers["Idempotent-Replayed"] = "true"
        return Response(self._to_json(asset), status=status.HTTP_201_CREATED, headers=headers)

    def retrieve(self, request: Request, id: UUID) -> Response:  # noqa: A002  # the name in the URL
        """Show an asset."""
        fields = field_selection.select_fields(request, representation.ASSET_FIELDS)
        asset = self.get_queryset().filter(pk=id).first()
        if asset is None:
            raise Http404
        return Response(self._to_json(asset, fields))

    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Delete an asset and its files; a session, what was uploaded for its design."""
        design_id = session_design_id(request)
        with error_mapping.map_service_errors():
            services.check_session(design_id, session_round(request))
            assets.delete_asset(id, get_tenant(request), design_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _to_json(
        self, asset: Asset, fields: representation.ResponseFields = representation.ASSET_FIELDS
    ) -> dict[str, Any]:
        return representation.to_json_rows([asset], fields, self.request)[0]
