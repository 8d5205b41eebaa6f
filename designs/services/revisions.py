"""Versions of a design's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designs.db import bulk
from designs.models import Design, DesignRevision
from designs.renders.snapshot import canonical_sha256
from rendering.engine.schema import SCHEMA_VERSION


def add_revision(design: Design, design_data: Mapping[str, Any], author_id: int | None) -> DesignRevision:
    """Insert the next revision; the caller saves the design."""
    design.revision += 1
    revision = DesignRevision(
        design=design,
        number=design.revision,
        design_data=dict(design_data),
        schema_version=SCHEMA_VERSION,
        sha256=canonical_sha256(design_data),
        author_id=author_id,
    )
    bulk.insert_object(revision)
    return revision
