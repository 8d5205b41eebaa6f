"""From a claimed render to drawn files: what its row froze goes to the engine, what comes back goes to storage."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from designs.drawing.asset_cache import kept
from designs.drawing.timeouts import TooSlowError
from designs.lifecycle import StoredFileRow, Work
from designs.renders.snapshot import areas_of, bounds, inputs_sha256, outputs_of
from designs.renders.watermark import picture_sha256, watermark_of
from rendering import keys, storage
from rendering.engine.draw import ENGINE_VERSION, draw
from rendering.engine.layout.page import never
from rendering.engine.validation.problems import SpecError
from rendering.engine.values import BoundsError, Drawing, Finding, Font, FontError, Picture, PictureError, Rules
from rendering.fonts.catalogue import installed
from rendering.fonts.fallbacks import fallbacks, fallbacks_sha256
from rendering.storage import StorageUnavailable, StoredFile
from rendering.versions import libraries


class DrawnBadlyError(Exception):
    """The design can never be drawn as it is; `code` says why for machines, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing beside what its rows will say."""

    drawing: Drawing
    rows: list[StoredFileRow]
    findings: list[dict[str, Any]]
    receipt: dict[str, Any]


def draw_work(work: Work, check_stop: Callable[[], None] = never) -> Drawn:
    """Draw a render's files; raises DrawnBadlyError where that can never succeed, and what `check_stop` raises."""
    frozen = work.snapshot
    begun = time.thread_time(), time.monotonic()  # other threads are storing meanwhile
    drawing = draw_frozen(frozen, check_stop)
    if fatal := next((finding for finding in drawing.findings if finding.severity == "error"), None):
        raise DrawnBadlyError(fatal.code, fatal.message)  # a blank mug must not be published
    findings = [finding.to_json() for finding in (*drawing.findings, *_changed_since(frozen, drawing, installed()))]
    receipt = {
        **receipt_of(frozen, drawing),
        "placeholder": drawing.placeholder,
        "drawing_ms": round((time.monotonic() - begun[1]) * 1000, 2),
        "drawing_cpu_ms": round((time.thread_time() - begun[0]) * 1000, 2),
    }
    return Drawn(drawing, _rows(drawing), findings, receipt)


def draw_frozen(
    snapshot: Mapping[str, Any], check_stop: Callable[[], None] = never, *, with_placeholder: bool = True
) -> Drawing:
    """Draw what was frozen; raises DrawnBadlyError where that can never succeed, StorageUnavailable where a picture
    cannot be read now, and what `check_stop` raises."""
    try:
        return draw(
            snapshot["design_data"],
            Rules.from_json(snapshot["rules"]),
            installed(),
            outputs_of(snapshot),
            check_stop,
            fallbacks=fallbacks(settings.RENDER_EMOJI_FONT),
            areas=areas_of(snapshot),
            bounds=bounds(),
            pictures=pictures_of(snapshot),
            watermark=watermark_of(snapshot),
            with_placeholder=with_placeholder,
        )
    except (SpecError, BoundsError) as error:
        raise DrawnBadlyError("invalid_design", str(error)) from error
    except FontError as error:
        raise DrawnBadlyError("font_unusable", str(error)) from error
    except PictureError as error:
        raise DrawnBadlyError("asset_unusable", str(error)) from error


def pictures_of(snapshot: Mapping[str, Any]) -> dict[str, Picture]:
    """Return the pictures a render froze; their bytes are read when they are drawn.

    Reading raises StorageUnavailable, and PictureError where a file is gone or another.
    """
    # A render that an earlier version queued names none.
    return {pk: _picture(pk, asset) for pk, asset in snapshot.get("assets", {}).items()}


def _picture(asset_id: str, asset: Mapping[str, Any]) -> Picture:
    def read(copy: str, sha256: str) -> bytes:
        return kept(asset[sha256], lambda: fetch(copy, sha256))

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


def receipt_of(snapshot: Mapping[str, Any], drawing: Drawing) -> dict[str, Any]:
    """Return what a drawing was really made with: whoever draws with the same gets the same bytes."""
    every = (*installed().values(), *fallbacks(settings.RENDER_EMOJI_FONT))
    return {
        "engine": ENGINE_VERSION,
        "libraries": libraries(),
        "inputs": inputs_sha256(snapshot),
        "fonts": {font.name: font.sha256 for font in every if font.name in drawing.fonts},
        "assets": {pk: snapshot["assets"][pk]["sha256"] for pk in drawing.assets},
        "watermark": picture_sha256(snapshot),
    }


def _changed_since(snapshot: dict[str, Any], drawing: Drawing, fonts: Mapping[str, Font]) -> list[Finding]:
    """Say so where a font or the engine is another than the one that was frozen: the picture may differ."""
    changed = [name for name, sha256 in snapshot["fonts"].items() if fonts[name].sha256 != sha256]
    stood_in = set(drawing.fonts) - set(snapshot["fonts"])
    if stood_in and snapshot.get("fallbacks") != fallbacks_sha256(settings.RENDER_EMOJI_FONT):
        changed.append("fallback fonts")
    if picture_sha256(snapshot) != (snapshot.get("watermark") or {}).get("picture", ""):
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


def _rows(drawing: Drawing) -> list[StoredFileRow]:
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


def files_of(work: Work, drawn: Drawn) -> list[StoredFile]:
    """Return the files to store, under the keys of this attempt."""
    return [StoredFile(key_of(work, file.output.name), file.data) for file in drawn.drawing.files]


def key_of(work: Work, name: str) -> str:
    """Return the storage key of one of this attempt's files."""
    return keys.rendition_key(work.design_id, work.number, work.attempt, name)
