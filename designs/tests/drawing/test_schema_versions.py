"""A stored revision is drawn by the schema version that it was written for; what is written now has the newest."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from designs import services
from designs.drawing.inputs import snapshot_inputs
from designs.models import Design, DesignRevision, Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import RunLane
from rendering.engine.schema import SCHEMA_VERSION

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stored_at_once")]

LINES = {"type": "text", "text": "Slow\nmornings", "font": "Pacifico-Regular", "size": 30}


def document(**fields: Any) -> dict[str, Any]:
    return {"version": 1, "placements": {"front": {"layers": [{**LINES, **fields}]}}}


def create(user: User, **fields: Any) -> Design:
    return services.create_design(services.NewDesign(user.pk, "t-shirt", document(**fields)))[0]


def hashes(design: Design) -> dict[str, str]:
    """Return the SHA-256 of each file of the newest render."""
    return dict(factories.get_render(design).renditions.values_list("name", "sha256"))


def test_a_stored_revision_of_version_1_is_rendered_again_as_it_was(user: User, run_lane: RunLane) -> None:
    old, said, new = create(user), create(user, line_height=1.2), create(user)
    DesignRevision.objects.filter(design=old).update(schema_version=1)
    run_lane()
    for design in (old, said):
        services.request_render(design.pk, None, limited=False)
    run_lane()
    assert factories.get_render(old).frozen["schema"] == 1
    assert hashes(old) == hashes(said) != hashes(new)
    services.edit_design(old.pk, services.DesignEdit(design_data=document(name="same text")), None)
    run_lane()
    assert old.revisions.latest("number").schema_version == SCHEMA_VERSION == 2
    assert hashes(old) == hashes(new)


def test_a_queued_render_of_an_earlier_release_is_of_version_1(user: User) -> None:
    create(user)
    snapshot = Render.objects.get().frozen
    assert snapshot_inputs(snapshot, 1).request.schema_version == SCHEMA_VERSION
    del snapshot["schema"]
    assert snapshot_inputs(snapshot, 1).request.schema_version == 1
