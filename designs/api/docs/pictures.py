"""Assets and previews, operation by operation."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view

from designs import previews
from designs.api import serializers
from designs.api.docs import examples
from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import (
    CACHE_CONTROL,
    FIELDS,
    ID,
    IF_NONE_MATCH,
    LOCATION,
    PREFLIGHT,
    PREVIEW_ETAG,
    SERVER_TIMING,
    picture_responses,
)

preview_schema = extend_schema_view(
    create=extend_schema(
        operation_id="preview_create",
        summary="Draw a preview now",
        description="The picture of a design that is still being edited, drawn at once, while the shopper types; "
        "nothing is stored. The answer is the picture, or with `Accept: application/json` an object that holds it, "
        "with what was found. Send the `ETag` as `If-None-Match`, and what has not changed is 304.",
        parameters=[IF_NONE_MATCH, PREVIEW_ETAG, CACHE_CONTROL, PREFLIGHT, SERVER_TIMING],
        request=serializers.PreviewIn,
        examples=[examples.ONE_LINE, examples.TEXT, examples.response_example("As JSON", examples.PREVIEW, 200)],
        responses={
            **picture_responses(*(f"image/{name}" for name in previews.FORMATS)),
            (200, "application/json"): serializers.PreviewOut,
            304: None,
            **problem_responses(400, 404, 413, 415),
        },
    ),
)

assets_schema = extend_schema_view(
    list=extend_schema(
        operation_id="assets_list",
        summary="List assets, newest first",
        description="Your uploaded pictures, in pages: follow `next` until it is null.",
        parameters=[FIELDS],
        responses={200: serializers.AssetOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.ASSET, 200)],
    ),
    create=extend_schema(
        operation_id="assets_create",
        summary="Upload a picture",
        description="One JPEG, PNG, WebP or HEIC file in the field `file`. It comes back upright, in sRGB, as its "
        "pixels alone; its `id` is what an image layer names. 422 says, for shoppers too, why a file cannot be taken.",
        parameters=[LOCATION],
        request={"multipart/form-data": serializers.UploadAsset},
        responses={201: serializers.AssetOut, **problem_responses(400, 413, 415, 422)},
        examples=[examples.response_example("A photo", examples.ASSET, 201)],
    ),
    retrieve=extend_schema(
        operation_id="assets_get",
        summary="Show an asset",
        description="The picture's size, colours, and addresses of its two copies that work for a while.",
        parameters=[ID, FIELDS],
        responses={200: serializers.AssetOut, **problem_responses(400, 404)},
        examples=[examples.response_example("A photo", examples.ASSET, 200)],
    ),
    destroy=extend_schema(
        operation_id="assets_delete",
        summary="Delete an asset and its files",
        description="An asset that a living design is drawn from is not deleted: 409 names the designs.",
        parameters=[ID],
        responses={204: None, **problem_responses(404, 409)},
    ),
)
