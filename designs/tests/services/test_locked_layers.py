"""What counts as a change of a locked layer, and where the refusal points."""

from __future__ import annotations

from typing import Any

import pytest

from designs.models import DesignRevision
from designs.services.locked_layers import LockedLayerError, check_locked_layers
from rendering.engine.schema import SCHEMA_VERSION
from rendering.engine.validation.parse import read_design

LayerData = dict[str, Any]


def text(name: str, **more: Any) -> LayerData:
    return {"type": "text", "text": name, "font": "Bebas-Bold", "size": 20, **more}


def group(*layers: LayerData, **more: Any) -> LayerData:
    return {"type": "group", "layers": list(layers), **more}


def front(*layers: LayerData, **more: Any) -> dict[str, Any]:
    return {"version": 1, "placements": {"front": {"layers": list(layers), **more}}}


LOGO, FRAME = text("Logo", locked=True), text("Frame", locked=True)
MINE, OTHER = text("Mine"), text("Other")
SHORT = {"text": "Mine", "font": "Bebas-Bold", "color": "#FF0000"}
HOLDER = group(LOGO, MINE, x=5)
LAYERS = "/placements/front/layers"


def find_changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the pointers of the refusal, none if the edit is allowed."""
    revision = DesignRevision(design_data=before, schema_version=SCHEMA_VERSION)
    try:
        check_locked_layers(revision, after, read_design(after))
    except LockedLayerError as error:
        return [problem.pointer for problem in error.problems if problem.code == "locked_layer"]
    return []


ALLOWED = {
    "nothing is locked": (front(MINE), front(OTHER)),
    "nothing is changed": (front(LOGO, MINE), front(LOGO, MINE)),
    "a default is said, and a number is spelled otherwise": (
        front(LOGO),
        front({**LOGO, "rotation": 0, "opacity": 1.0, "size": 20.0, "hidden": False}),
    ),
    "a layer is added above": (front(LOGO), front(LOGO, MINE)),
    "a layer is added below": (front(LOGO), front(MINE, LOGO)),
    "a layer between is removed": (front(LOGO, MINE, FRAME), front(LOGO, FRAME)),
    "a free layer is changed": (front(LOGO, MINE), front(LOGO, {**MINE, "text": "Changed"})),
    "free layers change places": (front(LOGO, MINE, OTHER, FRAME), front(LOGO, OTHER, MINE, FRAME)),
    "a free layer is doubled": (front(MINE, LOGO), front(MINE, LOGO, MINE)),
    "the background is changed": (front(LOGO), front(LOGO, background={"type": "color", "color": "#FF0000"})),
    "a side is added": (
        front(LOGO),
        {"version": 1, "placements": {**front(LOGO)["placements"], "back": {"layers": [MINE]}}},
    ),
    "a free layer of a group is changed": (front(HOLDER), front(group(LOGO, OTHER, x=5))),
    "a language is set where no locked text depends on it": (
        front({**LOGO, "language": "tr"}),
        {**front({**LOGO, "language": "tr"}), "language": "de"},
    ),
    "the short form": (SHORT, SHORT),
}
REFUSED = {
    "changed": (front(LOGO), front({**LOGO, "text": "Mine"}), [f"{LAYERS}/0"]),
    "moved": (front(LOGO), front({**LOGO, "rotation": 5}), [f"{LAYERS}/0"]),
    "hidden": (front(MINE, LOGO), front(MINE, {**LOGO, "hidden": True}), [f"{LAYERS}/1"]),
    "removed": (front(MINE, LOGO), front(MINE), [LAYERS]),
    "all removed": (front(LOGO), front(), [LAYERS]),
    "unlocked": (front(LOGO), front({**LOGO, "locked": False}), [f"{LAYERS}/0/locked"]),
    "unlocked and changed": (front(LOGO), front(text("Other")), [LAYERS]),
    "newly locked": (front(LOGO, MINE), front(LOGO, {**MINE, "locked": True}), [f"{LAYERS}/1/locked"]),
    "locked in a draft without locks": (front(MINE), front({**MINE, "locked": True}), [f"{LAYERS}/0/locked"]),
    "locked from the short form": (SHORT, front(LOGO), [f"{LAYERS}/0/locked"]),
    "doubled": (front(LOGO), front(LOGO, LOGO), [f"{LAYERS}/1/locked"]),
    "two of them change places": (front(LOGO, FRAME), front(FRAME, LOGO), [f"{LAYERS}/0", f"{LAYERS}/1"]),
    "sunk below a free one": (front(MINE, LOGO), front(LOGO, MINE), [f"{LAYERS}/0"]),
    "raised above a free one": (front(LOGO, MINE), front(MINE, LOGO), [f"{LAYERS}/1"]),
    "moved into a group": (front(LOGO, MINE), front(group(LOGO), MINE), [f"{LAYERS}/0"]),
    "moved with its group": (front(HOLDER), front({**HOLDER, "x": 6}), [f"{LAYERS}/0"]),
    "changed in a group": (front(HOLDER), front(group(FRAME, MINE, x=5)), [f"{LAYERS}/0/layers/0"]),
    "a free layer of a locked group": (
        front(group(MINE, locked=True)),
        front(group(OTHER, locked=True)),
        [f"{LAYERS}/0"],
    ),
    "moved with the frame": (front(LOGO), front(LOGO, frame="square"), ["/placements/front/frame"]),
    "moved to another side": (
        front(LOGO),
        {"version": 1, "placements": {"back": {"layers": [LOGO]}}},
        ["", "/placements/back/layers/0/locked"],
    ),
    "removed with the short form": (front(LOGO), SHORT, [""]),
    "drawn in another language": (front(LOGO), {**front(LOGO), "language": "tr"}, ["/language"]),
}


@pytest.mark.parametrize(("before", "after"), ALLOWED.values(), ids=ALLOWED)
def test_what_leaves_locked_layers_alone_is_allowed(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert find_changed(before, after) == []


@pytest.mark.parametrize(("before", "after", "pointers"), REFUSED.values(), ids=REFUSED)
def test_a_locked_layer_cannot_be(before: dict[str, Any], after: dict[str, Any], pointers: list[str]) -> None:
    assert find_changed(before, after) == pointers


def test_a_refusal_lists_at_most_fifty_places() -> None:
    many = [text(str(number), locked=True) for number in range(80)]
    changed = [{**layer, "rotation": 5} for layer in many]
    assert len(find_changed(front(*many), front(*changed))) == 50
