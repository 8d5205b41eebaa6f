"""Documentation of the asset and preview operations."""

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
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    LOCATION,
    PREFLIGHT,
    PREVIEW_ETAG,
    REPLAYED,
    SERVER_TIMING,
    SIGNATURE,
    SIGNED_DATA,
    picture_responses,
)

preview_schema = extend_schema_view(
    create=extend_schema(
        operation_id="preview_create",
        summary="Render an instant preview",
        description="Renders a design that is still being edited, for example while the shopper types; nothing is "
        "stored. The response is the image, or with `Accept: application/json` an object with the image and the "
        "preflight findings. Send the `ETag` as `If-None-Match` to get 304 if the image has not changed.",
        parameters=[IF_NONE_MATCH, PREVIEW_ETAG, CACHE_CONTROL, PREFLIGHT, SERVER_TIMING],
        request=serializers.PreviewIn,
        examples=[examples.ONE_LINE, examples.TEXT, examples.response_example("As JSON", examples.PREVIEW, 200)],
        responses={
            **picture_responses(*previews.CONTENT_TYPES),
            (200, "application/json"): serializers.PreviewOut,
            304: None,
            **problem_responses(400, 404, 413, 415, 422),
        },
    ),
    retrieve=extend_schema(
        operation_id="preview_get",
        summary="Show the preview of a signed address",
        description="For `img` elements: the whole address comes from `POST /api/v1/preview/urls`, and is valid for "
        "some minutes. Answers as `POST /preview` does. Afterwards, or if it was changed, the response is a 403 with "
        "the code `address_expired` or `address_invalid`.",
        auth=[{"signedAddress": []}],  # type: ignore[list-item]  # passed on as it is
        parameters=[SIGNED_DATA, SIGNATURE, IF_NONE_MATCH, PREVIEW_ETAG, CACHE_CONTROL, PREFLIGHT, SERVER_TIMING],
        examples=[examples.response_example("As JSON", examples.PREVIEW, 200)],
        responses={
            **picture_responses(*previews.CONTENT_TYPES),
            (200, "application/json"): serializers.PreviewOut,
            304: None,
            **problem_responses(400, 404, 405, 422),
        },
    ),
)

preflight_schema = extend_schema_view(
    create=extend_schema(
        operation_id="preflight_create",
        summary="Judge a design",
        description="The findings of a design that is still being edited: those that its preview and its render would "
        "have, without an image; nothing is stored. It takes from the drawing time of previews.",
        parameters=[SERVER_TIMING],
        request=serializers.PreflightIn,
        examples=[examples.ONE_LINE, examples.TEXT, examples.response_example("A finding", examples.PREFLIGHT, 200)],
        responses={200: serializers.PreflightResultOut, **problem_responses(400, 404, 413, 415, 422)},
    ),
)

assets_schema = extend_schema_view(
    list=extend_schema(
        operation_id="assets_list",
        summary="List assets, newest first",
        description="Your uploaded images, in pages: follow `next` until it is null.",
        parameters=[FIELDS],
        responses={200: serializers.AssetOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.ASSET, 200)],
    ),
    create=extend_schema(
        operation_id="assets_create",
        summary="Upload an image",
        description="One JPEG, PNG, WebP or HEIC file in the field `file`. It is rotated upright, converted to sRGB "
        "and stripped of metadata. Image layers refer to it by its `id`. If the file is rejected (422), `detail` says "
        "why and can be shown to shoppers. Send an `Idempotency-Key` so that you can repeat a lost request.",
        parameters=[IDEMPOTENCY_KEY, LOCATION, REPLAYED],
        request={"multipart/form-data": serializers.UploadAsset},
        responses={201: serializers.AssetOut, **problem_responses(400, 404, 410, 413, 415, 422)},
        examples=[examples.response_example("A photo", examples.ASSET, 201)],
    ),
    retrieve=extend_schema(
        operation_id="assets_get",
        summary="Show an asset",
        description="The image's size and main colours, and temporary URLs of its two copies.",
        parameters=[ID, FIELDS],
        responses={200: serializers.AssetOut, **problem_responses(400, 404)},
        examples=[examples.response_example("A photo", examples.ASSET, 200)],
    ),
    destroy=extend_schema(
        operation_id="assets_delete",
        summary="Delete an asset and its files",
        description="An asset that the newest or published revision of a design uses cannot be deleted: 409 names the "
        "designs. A designer session may delete what was uploaded for its design.",
        parameters=[ID],
        responses={204: None, **problem_responses(404, 409)},
    ),
)
