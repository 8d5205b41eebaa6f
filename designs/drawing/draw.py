"""From a claimed render to drawn files: its snapshot goes to the engine, the result to storage and to the rows."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from designs.drawing.errors import UndrawableError
from designs.drawing.inputs import DrawInputs, snapshot_inputs
from designs.drawing.print_files import PrintedFiles, PrintOrder, draw_print_files
from designs.drawing.receipt import build_receipt, find_changed_inputs
from designs.drawing.timeouts import TooSlowError
from designs.lifecycle import ClaimedRender, StoredFileRow
from designs.renders.lanes import rules_for_lane
from designs.renders.snapshot import design_bounds
from rendering import keys
from rendering.engine.draw import LaidOutDesign, draw, lay_out_design
from rendering.engine.request import Resources
from rendering.engine.validation.problems import SpecError
from rendering.engine.values import Drawing, DrawLimitError, FontError, PictureError, PressError, never_stop
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.storage import StorageUnavailable, StoredFile

READ_SECONDS = 60.0  # for the pictures of a drawing that nobody waits for
DRAWING_FAILED = "drawing_failed"  # code of an error that the engine did not foresee

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DrawnRender:
    """A drawing with what its rows will say."""

    drawing: Drawing
    rows: list[StoredFileRow]
    findings: list[dict[str, Any]]
    receipt: dict[str, Any]
    printed: PrintedFiles | None = None  # of a print render, whose files are in a folder


def draw_render(work: ClaimedRender, check_stop: Callable[[], None] = never_stop) -> DrawnRender:
    """Draw a render's files; raises what `draw_snapshot` raises, and UndrawableError for a finding that is an error."""
    begun = time.thread_time(), time.monotonic()  # CPU of this thread alone: others upload meanwhile
    if "print" in work.snapshot:
        return _draw_print_render(work, check_stop, begun)
    drawing = draw_snapshot(work.snapshot, check_stop, rules_for_lane(work.lane).read_limit)
    if fatal := next((finding for finding in drawing.findings if finding.leaves_nothing), None):
        raise UndrawableError(fatal.code, fatal.message)  # a blank mug must not be published
    findings = (*drawing.findings, *find_changed_inputs(work.snapshot, drawing))
    receipt = {
        **build_receipt(work.snapshot, drawing),
        "placeholder": drawing.placeholder,
        "facts": [facts.to_json() for facts in drawing.facts],
        **_measure_time(begun),
    }
    return DrawnRender(drawing, _file_rows(drawing), [finding.to_json() for finding in findings], receipt)


def _measure_time(begun: tuple[float, float]) -> dict[str, float]:
    return {
        "drawing_ms": round((time.monotonic() - begun[1]) * 1000, 2),
        "drawing_cpu_ms": round((time.thread_time() - begun[0]) * 1000, 2),
    }


def _draw_print_render(work: ClaimedRender, check_stop: Callable[[], None], begun: tuple[float, float]) -> DrawnRender:
    """Draw a print render; what is wrong with its revision was asked when it was ordered, and may be overridden."""
    snapshot = work.snapshot
    with _undrawable_errors():
        order = PrintOrder.from_snapshot(snapshot, design_bounds().pixels)
        design = lay_out_snapshot(snapshot, check_stop, rules_for_lane(work.lane).read_limit)
        printed = draw_print_files(order, design, check_stop)
    drawing = Drawing((), design.findings, design.fonts, design.assets)
    findings = (*drawing.findings, *find_changed_inputs(snapshot, drawing))
    receipt = {**build_receipt(snapshot, drawing), "press": snapshot["print"]["press"], **printed.about}
    receipt |= _measure_time(begun)
    return DrawnRender(drawing, printed.rows, [finding.to_json() for finding in findings], receipt, printed)


def lay_out_snapshot(
    snapshot: Mapping[str, Any], check_stop: Callable[[], None] = never_stop, read_seconds: float = READ_SECONDS
) -> LaidOutDesign:
    """Lay out the design of a print file's snapshot; raises the engine's errors, and StorageUnavailable."""
    inputs = snapshot_inputs({**snapshot, "outputs": ()}, read_seconds)
    return lay_out_design(inputs.request, _build_resources(inputs, check_stop))


def draw_snapshot(
    snapshot: Mapping[str, Any], check_stop: Callable[[], None] = never_stop, read_seconds: float = READ_SECONDS
) -> Drawing:
    """Draw a stored snapshot, with a placeholder; reading its pictures may take `read_seconds`.

    Raises UndrawableError where that can never succeed, StorageUnavailable where a picture cannot be read now, and what
    `check_stop` raises.
    """
    with _undrawable_errors():
        return _draw(snapshot_inputs(snapshot, read_seconds), check_stop)


def draw_inputs(inputs: DrawInputs, check_stop: Callable[[], None] = never_stop) -> Drawing:
    """Draw what `inputs` request; raises what `draw_snapshot` raises."""
    with _undrawable_errors():
        return _draw(inputs, check_stop)


def _draw(inputs: DrawInputs, check_stop: Callable[[], None]) -> Drawing:
    return draw(inputs.request, _build_resources(inputs, check_stop))


def _build_resources(inputs: DrawInputs, check_stop: Callable[[], None]) -> Resources:
    fallbacks = fallback_fonts(settings.RENDER_EMOJI_FONT)
    return Resources(installed_fonts(), fallbacks, inputs.pictures, check_stop=check_stop)


@contextmanager
def _undrawable_errors() -> Iterator[None]:
    """Raise UndrawableError for the engine's errors that no later attempt avoids.

    An error that the engine does not foresee is one of them: the same design would fail in the same way each time. What
    the machine lacks, such as memory or space on a disk, is not.
    """
    try:
        yield
    except (TooSlowError, StorageUnavailable, OSError, MemoryError, UndrawableError):
        raise
    except PressError as error:
        raise UndrawableError("press_unusable", _to_sentence(error)) from error
    except (SpecError, DrawLimitError) as error:
        raise UndrawableError("invalid_design", str(error)) from error
    except FontError as error:
        raise UndrawableError("font_unusable", _to_sentence(error)) from error
    except PictureError as error:
        raise UndrawableError("asset_unusable", _to_sentence(error)) from error
    except Exception as error:
        reference = secrets.token_hex(4)
        log.exception("the engine failed, reference %s", reference)
        message = f"The design cannot be drawn because of a defect. Report it to the operator, reference {reference}."
        raise UndrawableError(DRAWING_FAILED, message) from error


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
            placement=file.placement,
            dpi=round(file.dpi, 2),
        )
        for file in drawing.files
    ]


def files_to_store(work: ClaimedRender, drawn: DrawnRender) -> list[StoredFile]:
    """Return the files to store, under the keys of this attempt."""
    if drawn.printed is not None:
        folder = drawn.printed.folder.path
        return [StoredFile(attempt_key(work, row.name), folder / row.name) for row in drawn.rows]
    return [StoredFile(attempt_key(work, file.output.name), file.data) for file in drawn.drawing.files]


def attempt_key(work: ClaimedRender, name: str) -> str:
    """Return the storage key of one of this attempt's files."""
    return keys.rendition_key(work.design_id, work.number, work.attempt, name, work.nonce)


def _to_sentence(error: Exception) -> str:
    """Return the text of an error that begins in lower case, for logs, as a sentence for people."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
