"""Preflight of designs, and its fixes applied."""

import copy
from collections.abc import Mapping
from typing import Any

from rendering.engine.values import Area, Finding, Picture, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw

RULES = Rules(1, 2000, 0.1, 600)


def inspect(
    data: Mapping[str, Any],
    area: Area,
    *,
    pictures: Mapping[str, Picture] | None = None,
    product_color: str | None = None,
) -> list[Finding]:
    """Return the findings about a design on one print area."""
    drawing = draw(
        data,
        RULES,
        installed_fonts(),
        [],
        fallbacks=fallback_fonts(),
        areas=[area],
        pictures=pictures,
        product_color=product_color,
    )
    return list(drawing.findings)


def apply_fix(data: Mapping[str, Any], finding: Finding) -> dict[str, Any]:
    """Return design_data with the value of a finding's fix."""
    assert finding.fix is not None, finding
    changed = copy.deepcopy(dict(data))
    *steps, last = finding.fix.path.strip("/").split("/")
    place: Any = changed
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = finding.fix.value
    return changed
