"""From a claimed render to drawn files: what its row froze goes to the engine, what comes back goes to storage."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from designs.drawing.asset_cache import get_or_fetch
from designs.drawing.timeouts import TooSlowError
from designs.lifecycle import ClaimedRender, StoredFileRow
from designs.renders.snapshot import design_bounds, inputs_sha256, snapshot_areas, snapshot_outputs
from designs.renders.watermark import load_watermark, watermark_sha256
from rendering import keys, storage
from rendering.engine.draw import ENGINE_VERSION, draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.validation.problems import SpecError
from rendering.engine.values import (
    Drawing,
    DrawLimitError,
    Finding,
    Font,
    FontError,
    Picture,
    PictureError,
    Rules,
    never_stop,
)
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts, hash_fallback_fonts
from rendering.storage import StorageUnavailable, StoredFile
from rendering.versions import library_versions


class UndrawableError(Exception):
    """The design can never be drawn as it is; `code` says why for machines, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class DrawnRender:
    """A drawing beside what its rows will say."""

    drawing: Drawing
    rows: list[StoredFileRow]
    findings: list[dict[str, Any]]
    receipt: dict[str, Any]


def draw_render(work: ClaimedRender, check_stop: Callable[[], None] = never_stop) -> DrawnRender:
    """Draw a render's files; raises DrawnBadlyError where that can never succeed, and what `check_stop` raises."""
    frozen = work.snapshot
    begun = time.thread_time(), time.monotonic()  # other threads are storing meanwhile
    drawing = draw_snapshot(frozen, check_stop)
    if fatal := next((finding for finding in drawing.findings if finding.severity == "error"), None):
        raise UndrawableError(fatal.code, fatal.message)  # a blank mug must not be published
    findings = [
        finding.to_json() for finding in (*drawing.findings, *_find_changed_inputs(frozen, drawing, installed_fonts()))
    ]
    receipt = {
        **build_receipt(frozen, drawing),
        "placeholder": drawing.placeholder,
        "drawing_ms": round((time.monotonic() - begun[1]) * 1000, 2),
        "drawing_cpu_ms": round((time.thread_time() - begun[0]) * 1000, 2),
    }
    return DrawnRender(drawing, _file_rows(drawing), findings, receipt)


def draw_snapshot(
    snapshot: Mapping[str, Any], check_stop: Callable[[], None] = never_stop, *, with_placeholder: bool = True
) -> Drawing:
    """Draw what was frozen; raises DrawnBadlyError where that can never succeed, StorageUnavailable where a picture
    cannot be read now, and what `check_stop` raises."""
    try:
        request = DrawRequest(
            snapshot["design_data"],
            Rules.from_json(snapshot["rules"]),
            snapshot_outputs(snapshot),
            areas=snapshot_areas(snapshot),
            limits=design_bounds(),
            watermark=load_watermark(snapshot),
            with_placeholder=with_placeholder,
        )
        resources = Resources(
            installed_fonts(),
            fallback_fonts(settings.RENDER_EMOJI_FONT),
            snapshot_pictures(snapshot),
            check_stop=check_stop,
        )
        return draw(request, resources)
    except (SpecError, DrawLimitError) as error:
        raise UndrawableError("invalid_design", str(error)) from error
    except FontError as error:
        raise UndrawableError("font_unusable", str(error)) from error
    except PictureError as error:
        raise UndrawableError("asset_unusable", str(error)) from error


def snapshot_pictures(snapshot: Mapping[str, Any]) -> dict[str, Picture]:
    """Return the pictures a render froze; their bytes are read when they are drawn.

    Reading raises StorageUnavailable, and PictureError where a file is gone or another.
    """
    # A render that an earlier version queued names none.
    return {pk: _asset_picture(pk, asset) for pk, asset in snapshot.get("assets", {}).items()}


def _asset_picture(asset_id: str, asset: Mapping[str, Any]) -> Picture:
    def read(copy: str, sha256: str) -> bytes:
        return get_or_fetch(asset[sha256], lambda: fetch(copy, sha256))

    def fetch(copy: str, sha256: str) -> bytes:
        try:
            data = storage.read_file(asset[copy], alias="private").data
        except FileNotFoundError as error:
            raise PictureError(f"asset {asset_id} is no longer stored: upload the picture again") from error
        except TooSlowError as error:  # the drawing's time is up, and the design is not to blame
            raise StorageUnavailable(f"Asset {asset_id} was not read while there was time to draw.") from error
        if hashlib.sha256(data).hexdigest() != asset[sha256]:
            raise PictureError(f"asset {asset_id} is another file than it was: upload the picture again")
        return data

    return Picture(
        asset_id,
        asset["width"],
        asset["height"],
        asset["working_width"],
        asset["working_height"],
        asset["sha256"],
        full=lambda: read("full", "sha256"),
        working=lambda: read("working", "working_sha256"),
    )


def build_receipt(snapshot: Mapping[str, Any], drawing: Drawing) -> dict[str, Any]:
    """Return what a drawing was really made with: whoever draws with the same gets the same bytes."""
    every = (*installed_fonts().values(), *fallback_fonts(settings.RENDER_EMOJI_FONT))
    return {
        "engine": ENGINE_VERSION,
        "libraries": library_versions(),
        "inputs": inputs_sha256(snapshot),
        "fonts": {font.name: font.sha256 for font in every if font.name in drawing.fonts},
        "assets": {pk: snapshot["assets"][pk]["sha256"] for pk in drawing.assets},
        "watermark": watermark_sha256(snapshot),
    }


def _find_changed_inputs(snapshot: dict[str, Any], drawing: Drawing, fonts: Mapping[str, Font]) -> list[Finding]:
    """Say so where a font or the engine is another than the one that was frozen: the picture may differ."""
    changed = [name for name, sha256 in snapshot["fonts"].items() if fonts[name].sha256 != sha256]
    stood_in = set(drawing.fonts) - set(snapshot["fonts"])
    if stood_in and snapshot.get("fallbacks") != hash_fallback_fonts(settings.RENDER_EMOJI_FONT):
        changed.append("fallback fonts")
    if watermark_sha256(snapshot) != (snapshot.get("watermark") or {}).get("picture", ""):
        changed.append("watermark")
    if snapshot["engine"] != ENGINE_VERSION:
        changed.append(f"engine {snapshot['engine']}")
    findings = []
    if changed:
        message = f"Changed between the request and the drawing: {', '.join(changed)}. Look at the picture once more."
        findings.append(Finding("inputs_changed", "warning", message))
    if snapshot.get("drawn_by", "") not in {"", ENGINE_VERSION}:
        message = (
            f"This revision was drawn by engine {snapshot['drawn_by']} before, and now by engine {ENGINE_VERSION}: it may"
            " look another way than what was approved."
        )
        findings.append(Finding("engine_changed", "warning", message))
    return findings


def _file_rows(drawing: Drawing) -> list[StoredFileRow]:
    return [
        StoredFileRow(
            name=file.output.name,
            kind=file.output.kind,
            format=file.output.format,
            width=file.width,
            height=file.height,
            bytes=file.size,
            sha256=file.sha256,
        )
        for file in drawing.files
    ]


def files_to_store(work: ClaimedRender, drawn: DrawnRender) -> list[StoredFile]:
    """Return the files to store, under the keys of this attempt."""
    return [StoredFile(attempt_key(work, file.output.name), file.data) for file in drawn.drawing.files]


def attempt_key(work: ClaimedRender, name: str) -> str:
    """Return the storage key of one of this attempt's files."""
    return keys.rendition_key(work.design_id, work.number, work.attempt, name)
