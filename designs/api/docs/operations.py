"""Documentation of the design operations."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view

from designs.api import serializers
from designs.api.docs import examples
from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import (
    CODE,
    ETAG,
    FIELDS,
    ID,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    NO_STORE,
    NUMBER,
    PICTURE_ADDRESS,
    REPLAYED,
    RETRY_AFTER,
    REVISION,
    WAIT,
)

designs_schema = extend_schema_view(
    list=extend_schema(
        operation_id="designs_list",
        summary="List designs, newest first",
        description="Your designs, in pages: follow `next` until it is null. Filters are combined with AND. The list "
        "leaves out `renditions`, but has `preview_url` and `thumbnail_url`. If the operator has named keys of "
        "`metadata` (METADATA_FILTERS), `?metadata.cart=c-17` is a filter too.",
        parameters=[FIELDS],
        responses={200: serializers.DesignListOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.SUMMARY, 200)],
    ),
    create=extend_schema(
        operation_id="designs_create",
        summary="Create a design",
        description="Stores the design and queues its render. Without `?wait`, the response comes at once, with the "
        "status `rendering`; with `?wait=5`, it comes with the files, mostly after a fraction of a second. Send an "
        "`Idempotency-Key` so that you can repeat a lost request without creating a second design. With "
        "`render: false`, the design stays a draft; it may then be empty (`design_data` left out or null). `session` "
        "starts a designer session in the same request. Its token is shown once: a repeat with the same "
        "`Idempotency-Key` gets another session, or null if the design was finished since.",
        parameters=[WAIT, IDEMPOTENCY_KEY, LOCATION, ETAG, RETRY_AFTER, REPLAYED, NO_STORE],
        request=serializers.CreateDesign,
        examples=[
            examples.ONE_LINE,
            examples.TEXT,
            examples.PICTURE,
            examples.EMPTY_DRAFT,
            examples.response_example("Published", examples.PUBLISHED, 201),
            examples.response_example("Rendering", examples.RENDERING, 201),
            examples.response_example("A draft", examples.DRAFT, 201),
            examples.response_example("An empty draft with a session", examples.OPENED, 201),
        ],
        responses={201: serializers.DesignOut, **problem_responses(400, 403, 410, 413, 415, 422)},
    ),
    retrieve=extend_schema(
        operation_id="designs_get",
        summary="Show a design",
        description="The design with its files. While it is `rendering`, ask again after `Retry-After` seconds, or use "
        "`?wait`. If it has `failed`, `error` says why; the files of an older revision stay available. With "
        "`?revision=1`, the response is the design as it was then, with the files of that revision if they are kept.",
        parameters=[ID, WAIT, REVISION, FIELDS, IF_NONE_MATCH, ETAG, RETRY_AFTER],
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
        description="Fields that are left out stay as they are. `design_data` is replaced as a whole: it becomes a new "
        "revision and is rendered again (a draft stays a draft unless `render` is true; with `render: false`, any "
        "design is only saved). `metadata`, `external_id` or `customer` alone make no revision. Send the `ETag` of "
        "what you edited in `If-Match`, so that you do not overwrite an edit that you have not seen; a designer "
        "session must send it (428).",
        parameters=[ID, WAIT, IF_MATCH, ETAG, RETRY_AFTER],
        request=serializers.EditDesign,
        responses={200: serializers.DesignOut, **problem_responses(400, 404, 409, 412, 413, 415, 428)},
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
        description="The design is 404 from now on. Its files are deleted soon after; a CDN may keep copies longer. "
        "A design with pins is not deleted: 409.",
        parameters=[ID],
        responses={204: None, **problem_responses(404, 409)},
    ),
    render_again=extend_schema(
        operation_id="designs_render",
        summary="Render the newest revision again",
        description="Renders the design even if it has files already, for example with a new version of the engine. "
        "The response is the queued render; the design is `rendering` until it is done.",
        parameters=[ID, LOCATION],
        request=serializers.Empty,
        responses={202: serializers.RenderOut, **problem_responses(400, 404, 409, 413, 415)},
        examples=[examples.response_example("Queued", examples.QUEUED, 202)],
    ),
    finish=extend_schema(
        operation_id="designs_finish",
        summary="Finish a design",
        description="Use this when the design is ordered and should not change any more: its designer sessions become "
        "read-only, and a draft is rendered. Both a session and the shop's server can finish a design; the server can "
        "then start another session. An empty design cannot be finished (409 `no_ink`). A session cannot finish a "
        "design with errors of preflight (409 `preflight_errors`), because such a design is not published; a key can. "
        "A repeat by the session changes nothing and returns the design.",
        parameters=[ID, WAIT, IF_MATCH, ETAG, RETRY_AFTER],
        request=serializers.Empty,
        responses={200: serializers.DesignOut, **problem_responses(400, 404, 409, 412, 413, 415, 422)},
        examples=[examples.response_example("Published", examples.PUBLISHED, 200)],
    ),
    copy=extend_schema(
        operation_id="designs_copy",
        summary="Copy a design",
        description="Creates a design with the data of this one, or of an older `revision`: a reorder, or a start from "
        "what somebody made before. The data must meet today's limits of its product. Send an `Idempotency-Key`, as "
        "when you create one.",
        parameters=[ID, WAIT, IDEMPOTENCY_KEY, LOCATION, ETAG, RETRY_AFTER, REPLAYED],
        request=serializers.CopyDesign,
        responses={201: serializers.DesignOut, **problem_responses(400, 404, 409, 410, 413, 415, 422)},
        examples=[
            examples.request_example("A reorder", {"revision": 1, "external_id": "order-2002"}),
            examples.response_example("The copy", {**examples.PUBLISHED, "copied_from": examples.DESIGN_ID}, 201),
        ],
    ),
    reassign=extend_schema(
        operation_id="designs_reassign",
        summary="Give a customer's designs to another",
        description="For a guest who logs in: all designs of one `customer` become those of another. Repeat it if the "
        "connection breaks. Pages that are editing one of the designs can still save.",
        request=serializers.ReassignCustomer,
        responses={200: serializers.ReassignedOut, **problem_responses(400, 413, 415)},
        examples=[
            examples.request_example("A guest logs in", {"customer": "guest-81", "to": "customer-17"}),
            examples.response_example("Three designs", {"changed": 3}, 200),
        ],
    ),
    preview=extend_schema(
        operation_id="designs_preview_get",
        summary="Redirect to the current preview",
        description="A URL that does not change, for pages, emails and webhooks; 404 until there is a preview. It "
        "needs the API key, as every other operation does.",
        parameters=[ID, PICTURE_ADDRESS],
        responses={302: None, **problem_responses(404)},
    ),
)
history_schema = extend_schema_view(
    renders=extend_schema(
        operation_id="designs_renders_list",
        summary="List a design's renders",
        description="All renders of the design, newest first: state, attempts, error, and a receipt of what it was "
        "rendered with.",
        parameters=[ID],
        responses={200: serializers.RenderOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.RENDER, 200)],
    ),
    revisions=extend_schema(
        operation_id="designs_revisions_list",
        summary="List a design's revisions",
        description="All versions of the design's data, newest first. To restore one, send its `design_data` in a "
        "`PATCH`.",
        parameters=[ID],
        responses={200: serializers.RevisionOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.REVISION, 200)],
    ),
    revision=extend_schema(
        operation_id="designs_revisions_get",
        summary="Show a revision with its files",
        description="Files of a revision are kept while the design shows them, for some time after that (a day unless "
        "the operator changes it), and as long as they are pinned.",
        parameters=[ID, NUMBER],
        responses={200: serializers.RevisionFilesOut, **problem_responses(404)},
        examples=[examples.response_example("The first revision", examples.REVISION_FILES, 200)],
    ),
    moderation=extend_schema(
        operation_id="designs_revisions_moderation_set",
        summary="Decide whether a revision may be printed",
        description="Records a decision of yours, or of a service that you ask: `pending`, `approved` or `rejected`. "
        "It is shown with the revision and its pins, and replaces an earlier one. A later revision has none. Nothing "
        "is done by it: print what is approved.",
        parameters=[ID, NUMBER],
        request=serializers.ModerateRevision,
        responses={200: serializers.ModerationOut, **problem_responses(400, 404, 413, 415)},
        examples=[
            examples.request_example("Rejected", {"state": "rejected", "reason": "A name of another brand."}),
            examples.response_example("The decision", examples.MODERATION, 200),
        ],
    ),
    override=extend_schema(
        operation_id="designs_revisions_overrides_set",
        summary="Print in spite of a finding",
        description="Errors of this code no longer stop the revision from being finished and printed. The reason is "
        "kept, with the key and the time, and replaces an earlier one. A later revision has no overrides. "
        "409: findings of this code cannot be overridden.",
        parameters=[ID, NUMBER, CODE],
        request=serializers.OverrideIn,
        responses={200: serializers.OverrideOut, **problem_responses(400, 404, 409, 413, 415)},
        examples=[
            examples.request_example("A reason", {"reason": examples.OVERRIDE["reason"]}),
            examples.response_example("An override", examples.OVERRIDE, 200),
        ],
    ),
    remove_override=extend_schema(
        operation_id="designs_revisions_overrides_delete",
        summary="Delete an override",
        description="Errors of this code stop the revision again.",
        parameters=[ID, NUMBER, CODE],
        responses={204: None, **problem_responses(404)},
    ),
    pin=extend_schema(
        operation_id="designs_pin",
        summary="Keep the files of a revision",
        description="Pin the revision that was ordered: its files are kept, at the same URLs, until you unpin them, "
        "whatever happens to the design. A pinned design cannot be deleted. A revision that has no files is rendered; "
        "`?wait` waits for that. The same revision and `order_id` again are the same pin (200).",
        parameters=[ID, WAIT, LOCATION],
        request=serializers.PinIn,
        responses={
            201: serializers.PinOut,
            200: serializers.PinOut,
            **problem_responses(400, 404, 409, 413, 415),
        },
        examples=[
            examples.request_example("An order", {"revision": 1, "order_id": "order-1001"}),
            examples.response_example("A pin", examples.PIN, 201, 200),
        ],
    ),
)
pins_schema = extend_schema_view(
    list=extend_schema(
        operation_id="pins_list",
        summary="List pins, newest first",
        description="All pins, or those of an order or a design. The list leaves out `renditions`.",
        responses={200: serializers.PinSummaryOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", examples.PIN_SUMMARY, 200)],
    ),
    retrieve=extend_schema(
        operation_id="pins_get",
        summary="Show a pin with its files",
        description="The files of the pinned revision. Compare `sha256` when you download them.",
        parameters=[ID],
        responses={200: serializers.PinOut, **problem_responses(404)},
        examples=[examples.response_example("A pin", examples.PIN, 200)],
    ),
    destroy=extend_schema(
        operation_id="pins_delete",
        summary="Delete a pin",
        description="The files are no longer kept for it: they stay as long as the design shows them, and else for "
        "some time more.",
        parameters=[ID],
        responses={204: None, **problem_responses(404)},
    ),
)
