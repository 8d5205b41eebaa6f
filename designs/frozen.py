"""What a render freezes: every value it draws from, so that later edits of a product or a font cannot reach it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings

from designs.models import DesignRevision, Product
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.outputs import parse_outputs
from rendering.engine.values import Font, Output
from rendering.standins import fallbacks_sha256


def canonical_sha256(value: object) -> str:
    """Hash a JSON value by its one canonical spelling: sorted keys, no spaces, ASCII."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _outputs(entries: tuple[str, ...]) -> tuple[Output, ...]:
    outputs = parse_outputs(entries)
    for kind in ("preview", "thumbnail"):
        if kind not in {output.kind for output in outputs}:
            raise ValueError(f"no {kind} is among them, and every design shows one: add {kind}.png:600")
    return outputs


def wanted_outputs() -> tuple[Output, ...]:
    """Return the outputs that RENDER_OUTPUTS names; ValueError names a bad entry (a system check asks first)."""
    return _outputs(tuple(settings.RENDER_OUTPUTS))


def freeze(revision: DesignRevision, product: Product, fonts: Mapping[str, Font]) -> dict[str, Any]:
    """Return everything a preview render of `revision` draws from, as JSON values."""
    area = product.print_areas.filter(main=True).first()
    used = sorted({revision.design_data["font"]} & set(fonts))
    return {
        "engine": ENGINE_VERSION,
        "schema": revision.schema_version,
        "design_data": revision.design_data,
        "revision": revision.number,
        "product": product.slug,
        "area": area.geometry() if area else None,
        "rules": product.rules(),
        "fonts": {name: fonts[name].sha256 for name in used},
        "fallbacks": fallbacks_sha256(),
        "outputs": [
            {"name": output.name, "kind": output.kind, "format": output.format, "size": output.size}
            for output in wanted_outputs()
        ],
    }


def inputs_sha256(frozen: Mapping[str, Any]) -> str:
    """Hash what decides the pictures; the revision's number does not."""
    return canonical_sha256({key: value for key, value in frozen.items() if key != "revision"})


def outputs_of(frozen: Mapping[str, Any]) -> Sequence[Output]:
    """Return the outputs a render froze."""
    return tuple(Output(**entry) for entry in frozen["outputs"])
