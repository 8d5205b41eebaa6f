"""The snapshot of a render: every value it draws from, so that later edits of a product or a font cannot change it.

It is stored as JSON in `Render.frozen`. Functions named `build_…` and `…_to_json` write it, `snapshot_…` read it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings

from designs.models import Asset, DesignRevision, Product, Variant
from designs.renders.watermark import choose_watermark
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.encode.outputs import STANDARD_OUTPUTS, expand_outputs, parse_outputs
from rendering.engine.validation.parsed import DesignContents
from rendering.engine.values import Area, DrawLimits, Font, Output
from rendering.fonts.fallbacks import hash_fallback_fonts


def canonical_sha256(value: object) -> str:
    """Hash a JSON value by its one canonical spelling: sorted keys, no spaces, ASCII."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _parse_entries(entries: tuple[str, ...]) -> tuple[Output, ...]:
    outputs = parse_outputs(entries)
    for kind in ("preview", "thumbnail"):
        if kind not in {output.kind for output in outputs}:
            raise ValueError(f"no {kind} is among them, and every design shows one: add {kind}.png:600")
    return outputs


def configured_outputs() -> tuple[Output, ...]:
    """Return the outputs that RENDER_OUTPUTS names; ValueError names a bad entry (a system check asks first)."""
    return STANDARD_OUTPUTS if settings.RENDER_OUTPUTS is None else _parse_entries(tuple(settings.RENDER_OUTPUTS))


def build_snapshot(  # noqa: PLR0917  all that a render draws from
    revision: DesignRevision,
    product: Product,
    contents: DesignContents,
    fonts: Mapping[str, Font],
    assets: Mapping[str, Asset],
    variant: Variant | None = None,
    *,
    drawn_by: str = "",
) -> dict[str, Any]:
    """Return the snapshot of a preview render of `revision`, which holds `contents`, as JSON values.

    `drawn_by` is the version of the engine that drew this revision before, "" if none did.
    """
    areas = [area for number, area in enumerate(product.areas) if contents.uses(area.placement, is_default=number == 0)]
    used = sorted(set(contents.fonts) & set(fonts))
    mark = choose_watermark(is_test=revision.design.test)
    return {
        "engine": ENGINE_VERSION,
        "schema": revision.schema_version,
        "design_data": revision.design_data,
        "revision": revision.number,
        "product": product.slug,
        "areas": [area.to_geometry(variant).to_json() for area in areas],
        **({"variant": variant_to_json(variant)} if variant else {}),
        "rules": product.to_rules().to_json(),
        "fonts": {name: fonts[name].sha256 for name in used},
        "fallbacks": hash_fallback_fonts(settings.RENDER_EMOJI_FONT),
        "assets": {pk: asset_to_json(asset) for pk, asset in sorted(assets.items())},
        "drawn_by": drawn_by,
        **({"watermark": mark} if mark else {}),
        "outputs": [
            output.to_json() for output in expand_outputs(configured_outputs(), [area.placement for area in areas])
        ],
    }


def asset_to_json(asset: Asset) -> dict[str, Any]:
    """Return what a snapshot holds of an asset: keys, sizes (px) and hashes of both copies."""
    own, names = asset.keys, ("width", "height", "sha256", "working_width", "working_height", "working_sha256")
    return {"full": own.full, "working": own.working, **{name: getattr(asset, name) for name in names}}


def variant_to_json(variant: Variant) -> dict[str, str]:
    """Return what a snapshot holds of a variant."""
    return {name: getattr(variant, name) for name in ("sku", "color_name", "color", "size")}


def snapshot_color(snapshot: Mapping[str, Any]) -> str | None:
    """Return the colour (#RRGGBB) of a stored snapshot's variant; None without one, or where it is not known."""
    return snapshot.get("variant", {}).get("color") or None


def inputs_sha256(snapshot: Mapping[str, Any]) -> str:
    """Hash what decides the pictures: all but the revision's number, and the engine that drew it before."""
    return canonical_sha256({key: value for key, value in snapshot.items() if key not in {"revision", "drawn_by"}})


def snapshot_outputs(snapshot: Mapping[str, Any]) -> Sequence[Output]:
    """Return the outputs of a stored snapshot."""
    return tuple(Output(**entry) for entry in snapshot["outputs"])


def snapshot_areas(snapshot: Mapping[str, Any]) -> Sequence[Area]:
    """Return the print areas of a stored snapshot, the main one first."""
    # A render that an earlier version queued has one area, or none.
    areas = snapshot["areas"] if "areas" in snapshot else filter(None, [snapshot["area"]])
    return tuple(map(Area.from_json, areas))


def design_bounds() -> DrawLimits:
    """Return what a design may cost at most, from the settings."""
    return DrawLimits(
        layers=settings.RENDER_MAX_LAYERS,
        code_points=settings.RENDER_MAX_CODE_POINTS,
        pixels=settings.RENDER_MAX_MEGAPIXELS * 1_000_000,
    )
