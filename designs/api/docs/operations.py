"""Designs, operation by operation."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view

from designs.api import serializers
from designs.api.docs import examples
from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import (
    ETAG,
    FIELDS,
    ID,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    PICTURE_ADDRESS,
    REPLAYED,
    RETRY_AFTER,
    WAIT,
)

designs_schema = extend_schema_view(
    list=extend_schema(
        operation_id="designs_list",
        summary="List designs, newest first",
        description="Your designs, in pages: follow `next` until it is null. Filters are joined by and. The files of a "
        "design are left out here; `preview_url` and `thumbnail_url` are there.",
        parameters=[FIELDS],
        responses={200: serializers.DesignListOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.SUMMARY, 200)],
    ),
    create=extend_schema(
        operation_id="designs_create",
        summary="Make a design",
        description="Keeps the design and asks for its pictures. Without `?wait` the answer comes at once and says "
        "`rendering`; with `?wait=5` it comes with the pictures, which mostly takes a fraction of a second. Send an "
        "`Idempotency-Key`, and a request that was lost on its way can be sent again without making a second design. "
        "`render: false` keeps it as a draft.",
        parameters=[WAIT, IDEMPOTENCY_KEY, LOCATION, ETAG, RETRY_AFTER, REPLAYED],
        request=serializers.CreateDesign,
        examples=[
            examples.ONE_LINE,
            examples.TEXT,
            examples.PICTURE,
            examples.response_example("Published", examples.PUBLISHED, 201),
            examples.response_example("Rendering", examples.RENDERING, 201),
            examples.response_example("A draft", examples.DRAFT, 201),
        ],
        responses={201: serializers.DesignOut, **problem_responses(400, 410, 413, 415, 422)},
    ),
    retrieve=extend_schema(
        operation_id="designs_get",
        summary="Show a design",
        description="The design with its files. While it is `rendering`, `Retry-After` says when to ask again, or "
        "ask with `?wait`. A `failed` design says why in `error`; the files of an older revision still show.",
        parameters=[ID, WAIT, FIELDS, IF_NONE_MATCH, ETAG, RETRY_AFTER],
        responses={200: serializers.DesignOut, 304: None, **problem_responses(400, 404)},
        examples=[
            examples.response_example("Published", examples.PUBLISHED, 200),
            examples.response_example("Rendering", examples.RENDERING, 200),
            examples.response_example("Failed", examples.FAILED, 200),
        ],
    ),
    partial_update=extend_schema(
        operation_id="designs_update",
        summary="Change a design",
        description="What is left out stays. `design_data` is replaced whole: a new revision, rendered again (a draft "
        "stays a draft unless `render` is true). `metadata` or `external_id` alone make no revision. Send `If-Match` "
        "with the `ETag` of what you edited, and nobody's edit is overwritten unseen.",
        parameters=[ID, WAIT, IF_MATCH, ETAG, RETRY_AFTER],
        request=serializers.EditDesign,
        responses={200: serializers.DesignOut, **problem_responses(400, 404, 412, 413, 415)},
        examples=[
            examples.request_example("Another text", {"design_data": {**examples.SHORT_DATA, "text": "Better"}}),
            examples.request_example("Render a draft", {"render": True}),
            examples.request_example(
                "Your own data alone", {"metadata": {"cart": "c-18"}, "external_id": "order-1002"}
            ),
            examples.response_example("The second revision", {**examples.PUBLISHED, "revision": 2}, 200),
        ],
    ),
    destroy=extend_schema(
        operation_id="designs_delete",
        summary="Delete a design and its files",
        description="From now on it is 404. Its files are deleted soon after; a copy that a CDN has may live longer.",
        parameters=[ID],
        responses={204: None, **problem_responses(404)},
    ),
    render_again=extend_schema(
        operation_id="designs_render",
        summary="Draw the newest revision again",
        description="Draws whatever there is already, such as after a new version of the engine. The answer is the "
        "render, which waits in the queue; the design is `rendering` until it is done.",
        parameters=[ID, LOCATION],
        request=serializers.Empty,
        responses={202: serializers.RenderOut, **problem_responses(400, 404, 413, 415)},
        examples=[examples.response_example("Queued", examples.QUEUED, 202)],
    ),
    finish=extend_schema(
        operation_id="designs_finish",
        summary="Finish a design",
        description="What is ordered should not change any more: the design's sessions end (they may only look), and a "
        "draft is rendered. The shop's page or its server may finish; the server can begin another session.",
        parameters=[ID, WAIT, ETAG, RETRY_AFTER],
        request=serializers.Empty,
        responses={200: serializers.DesignOut, **problem_responses(400, 404, 413, 415)},
        examples=[examples.response_example("Published", examples.PUBLISHED, 200)],
    ),
    renders=extend_schema(
        operation_id="designs_renders_list",
        summary="List a design's renders",
        description="Every run that was asked for, newest first: its state, its attempts, why it failed, and the "
        "receipt of what it was drawn with.",
        parameters=[ID],
        responses={200: serializers.RenderOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.RENDER, 200)],
    ),
    revisions=extend_schema(
        operation_id="designs_revisions_list",
        summary="List a design's revisions",
        description="Every version of the design's data, newest first. To go back to one, send its `design_data` as an "
        "edit.",
        parameters=[ID],
        responses={200: serializers.RevisionOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.REVISION, 200)],
    ),
    preview=extend_schema(
        operation_id="designs_preview_get",
        summary="Redirect to the current preview",
        description="An address that stays, for pages, mails and webhooks; 404 until there is a preview. It asks for "
        "the key as every other does.",
        parameters=[ID, PICTURE_ADDRESS],
        responses={302: None, **problem_responses(404)},
    ),
)
