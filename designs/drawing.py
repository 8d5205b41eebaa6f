"""From a claimed render to drawn files: what its row froze goes to the engine, what comes back goes to storage."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from designs.frozen import areas_of, bounds, outputs_of
from designs.lifecycle import StoredFileRow, Work
from rendering import keys
from rendering.engine.draw import ENGINE_VERSION, draw
from rendering.engine.layout import never
from rendering.engine.problems import SpecError
from rendering.engine.values import BoundsError, Drawing, Finding, Font, FontError, Rules
from rendering.fonts import installed
from rendering.standins import fallbacks, fallbacks_sha256
from rendering.storage import StoredFile


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
    """Draw what a render froze; raises DrawnBadlyError where that can never succeed, and what `check_stop` raises."""
    frozen, fonts, standins = work.frozen, installed(), fallbacks(settings.RENDER_EMOJI_FONT)
    begun = time.thread_time(), time.monotonic()  # other threads are storing meanwhile
    try:
        rules, outputs = Rules.from_json(frozen["rules"]), outputs_of(frozen)
        areas = areas_of(frozen)
        drawing = draw(
            frozen["design_data"],
            rules,
            fonts,
            outputs,
            check_stop,
            fallbacks=standins,
            areas=areas,
            bounds=bounds(),
        )
    except (SpecError, BoundsError) as error:
        raise DrawnBadlyError("invalid_design", str(error)) from error
    except FontError as error:
        raise DrawnBadlyError("font_unusable", str(error)) from error
    if fatal := next((finding for finding in drawing.findings if finding.severity == "error"), None):
        raise DrawnBadlyError(fatal.code, fatal.message)  # a blank mug must not be published
    findings = [finding.to_json() for finding in (*drawing.findings, *_changed_since(frozen, drawing, fonts))]
    receipt = {
        "engine": ENGINE_VERSION,
        "fonts": {font.name: font.sha256 for font in (*fonts.values(), *standins) if font.name in drawing.fonts},
        "drawing_ms": round((time.monotonic() - begun[1]) * 1000, 2),
        "drawing_cpu_ms": round((time.thread_time() - begun[0]) * 1000, 2),
    }
    return Drawn(drawing, _rows(drawing), findings, receipt)


def _changed_since(frozen: dict[str, Any], drawing: Drawing, fonts: Mapping[str, Font]) -> list[Finding]:
    """Say so where a font or the engine is another than the one that was frozen: the picture may differ."""
    changed = [name for name, sha256 in frozen["fonts"].items() if fonts[name].sha256 != sha256]
    stood_in = set(drawing.fonts) - set(frozen["fonts"])
    if stood_in and frozen.get("fallbacks") != fallbacks_sha256(settings.RENDER_EMOJI_FONT):
        changed.append("fallback fonts")
    if frozen["engine"] != ENGINE_VERSION:
        changed.append(f"engine {frozen['engine']}")
    if not changed:
        return []
    message = f"Changed between the request and the drawing: {', '.join(changed)}. Look at the picture once more."
    return [Finding("inputs_changed", "warning", message, None, None, None)]


def _rows(drawing: Drawing) -> list[StoredFileRow]:
    return [
        StoredFileRow(
            name=file.output.name,
            kind=file.output.kind,
            format=file.output.format,
            width=file.width,
            height=file.height,
            bytes=len(file.data),
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
