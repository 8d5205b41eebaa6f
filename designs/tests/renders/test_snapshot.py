"""Renders queued by an earlier version can still be drawn."""

from __future__ import annotations

import pytest

from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.fixture_types import RunLane


@pytest.mark.django_db
@pytest.mark.parametrize("with_area", [True, False])
def test_a_snapshot_with_a_single_area_is_published(design: Design, run_lane: RunLane, with_area: bool) -> None:
    render = factories.get_render(design)
    areas = render.frozen.pop("areas")
    del render.frozen["fallbacks"]
    render.frozen["area"] = areas[0] if with_area else None
    render.save(update_fields=["frozen"])
    run_lane()
    design.refresh_from_db()
    assert design.status == "published"
