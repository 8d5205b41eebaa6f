"""What the tests of orders share."""

from __future__ import annotations

from typing import Any

BOX = {"x": 10, "y": 10, "width": 200, "height": 80}  # mm
PINS_URL = "/api/v1/pins"
TEXTS = {1: "Test", 2: "Better", 3: "Best"}  # of the fixture `edited`, by revision


def hash_files(shown: dict[str, Any]) -> dict[str, str]:
    """Return the hash of each file of a response, by name."""
    return {file["name"]: file["sha256"] for file in shown["renditions"]}
