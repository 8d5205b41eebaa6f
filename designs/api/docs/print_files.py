"""Documentation of print files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from designs.api import serializers
from designs.api.docs import examples
from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import ID, LOCATION, WAIT

PRINT_FILE = OpenApiParameter("print_file", UUID, OpenApiParameter.PATH, description="Id of the print file.")
_ID = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a91"
_URL = f"{examples.HOST}/private/designs/{examples.DESIGN_ID}/2-1-70c1a0de/print.pdf?until=1798714800&signature=…"
_OPTIONS: dict[str, Any] = {
    "formats": ["pdf"],
    "placements": ["front"],
    "marks": True,
    "extend_bleed": False,
    "mirrored": None,
    "color": "rgb",
    "white": {"choke_mm": 0.2},
    "cut": None,
}
_QUEUED: dict[str, Any] = {
    "id": _ID,
    "design": examples.DESIGN_ID,
    "revision": 1,
    "test": False,
    "status": "rendering",
    "error": None,
    "options": _OPTIONS,
    "files": [],
    "parity": None,
    "inputs_sha256": "8a5edab282632443219e051e4ade2d1d5bbc671c781051bf1437897cbdfea0f1",
    "preflight": [],
    "pin": examples.PIN_ID,
    "created_at": "2026-12-01T09:31:07.410000Z",
}
_FILE: dict[str, Any] = {
    "name": "print.pdf",
    "format": "pdf",
    "placements": ["front"],
    "pages": 1,
    "mm": [[304.8, 406.4]],
    "bleed_mm": [0],
    "dpi": None,
    "pdfx": None,
    "bytes": 9210,
    "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
    "url": _URL,
}
_READY = {
    **_QUEUED,
    "status": "ready",
    "files": [_FILE],
    "parity": [{"placement": "front", "mean": 0.412, "p99": 9, "worst_part": 4.1, "limit": 60}],
}
_PLATE = {
    "ink": "White",
    "placement": "front",
    "coverage": 12.4,
    "url": _URL.replace("print.pdf", "plate-front-white.png"),
}

_WHITE = {"formats": ["pdf"], "options": {"marks": True, "white": {}}}

print_files_schema = extend_schema_view(
    create=extend_schema(
        operation_id="designs_print_files_create",
        summary="Order print files",
        description="Makes files for printing of a revision, in the real size and without a watermark. The same "
        "request for the same revision returns the same print file, and one that failed is tried again. The files "
        "never change, whatever happens to the design, the catalogue or the fonts; a pin of their own keeps "
        "them. The revision must "
        "have been rendered (409), and its errors of preflight must be overridden (409 `preflight_errors`). A PDF is "
        "compared with the preview before it is `ready`. With `?wait=5`, the response comes when it is done. Needs the "
        "scope `print:write`.",
        parameters=[ID, WAIT, LOCATION],
        request=serializers.PrintFileIn,
        responses={202: serializers.PrintFileOut, **problem_responses(400, 404, 409, 413, 415)},
        examples=[
            examples.request_example(
                "A PDF with white ink", {"formats": ["pdf"], "options": {"marks": True, "white": {}}}
            ),
            examples.request_example("Stickers", {"formats": ["pdf"], "options": {"cut": {"kind": "kiss"}}}),
            examples.response_example("Queued", _QUEUED, 202),
        ],
    ),
    list=extend_schema(
        operation_id="designs_print_files_list",
        summary="List a design's print files",
        description="The print files of all revisions, newest first.",
        parameters=[ID],
        responses={200: serializers.PrintFileOut(many=True), **problem_responses(400, 404)},
        examples=[examples.response_example("A page of one", _READY, 200)],
    ),
    retrieve=extend_schema(
        operation_id="designs_print_files_get",
        summary="Show a print file",
        description="The files with signed addresses, which expire: ask again for new ones.",
        parameters=[ID, PRINT_FILE, WAIT],
        responses={200: serializers.PrintFileOut, **problem_responses(400, 404)},
        examples=[examples.response_example("Ready", _READY, 200)],
    ),
    plates=extend_schema(
        operation_id="designs_print_files_plates_get",
        summary="Show the plates of a print file",
        description="Each ink as a picture of 150 dpi, black for ink, with the share of the print area that it covers: "
        "the inks of the press with the colour `cmyk`, and white. Empty for others, and until the files are `ready`.",
        parameters=[ID, PRINT_FILE],
        responses={200: serializers.PlatesOut, **problem_responses(404)},
        examples=[examples.response_example("White ink", {"results": [_PLATE]}, 200)],
    ),
)
